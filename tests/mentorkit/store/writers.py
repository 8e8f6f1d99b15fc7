"""Processes that work on a store and can be killed; started as a program by :mod:`test_keeping_its_word`.

``writers.py DEED TARGET`` waits for orders on standard input: numbers, for each of which a process does the
deed; they tell on standard output what they do, and when all are at their end, that is told too.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import traceback
from pathlib import Path

import sqlalchemy as sa
from alembic import command  # noqa: F401 - loaded once, for all that are forked

from mentorkit.errors import StaleRecord
from mentorkit.programme.records import Organisation, Run
from mentorkit.store import Store, backup  # noqa: F401 - as above
from mentorkit.store.engine import location, make_engine
from mentorkit.store.transaction import Writer

#: Seconds to wait for others: a busy machine is no failure.
PATIENCE = 120.0


def tell(*words: object) -> None:
    """Tell the process that watches, at once."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def count(target: str, _: int) -> None:
    """Count fifty times up what others count, too."""
    store = Store.open(target, busy_seconds=PATIENCE)
    for _ in range(50):
        while True:
            try:
                with store.write("counter", "count") as writer:
                    run = writer.get(Run, "p/0")
                    writer.save(run.with_(name=str(int(run.name) + 1)))
                break
            except StaleRecord:
                continue
    tell("counted")


def move(writer: Writer, one: str, other: str) -> str:
    """Move a unit between two, and note it; all of it or nothing."""
    taken, given = writer.get(Run, one), writer.get(Run, other)
    writer.save(taken.with_(name=str(int(taken.name) - 1)))
    note = writer.new_id(Organisation)
    writer.save(Organisation(id=note, programme_id="p", name=note))
    writer.save(given.with_(name=str(int(given.name) + 1)))
    return note


def moves(target: str, seed: int) -> None:
    """Move units for ever, and acknowledge each move once it is stored."""
    store, dice = Store.open(target, busy_seconds=PATIENCE), random.Random(seed)
    while True:
        with store.write("mover", "move") as writer:
            note = move(writer, *dice.sample([f"p/{n}" for n in range(4)], 2))
        tell(note)


def announced(target: str, _: int) -> None:
    """Move units for ever, and tell of each statement before it is sent."""
    store = Store.open(target, busy_seconds=PATIENCE)
    sa.event.listen(store.engine, "before_cursor_execute", lambda *_: tell("doing"))
    sa.event.listen(store.engine, "commit", lambda _: tell("doing"))
    while True:
        with store.write("mover", "move") as writer:
            note = move(writer, "p/0", "p/1")
        tell(note)


def hasty(target: str, _: int) -> None:
    """Acknowledge a move before it is stored: what must not be."""
    with Store.open(target, busy_seconds=PATIENCE).write("mover", "move") as writer:
        tell(move(writer, "p/0", "p/1"))
        signal.pause()


def upgrade(target: str, stop_at: int, pausing: bool = True) -> None:
    """Upgrade a store, but stand still before one of its statements, if there are so many."""
    done, own = 0, location(target)

    def stand_still(connection: sa.Connection, *_: object) -> None:
        nonlocal done
        if connection.engine.url == own and not connection.get_execution_options().get("read_only"):
            done += 1
            if done == stop_at:
                tell("standing")
                if pausing:
                    signal.pause()

    sa.event.listen(sa.Engine, "before_cursor_execute", stand_still)
    sa.event.listen(sa.Engine, "commit", stand_still)
    Store.upgrade(target, Path(f"backup-{stop_at}"))
    tell("upgraded")


def upgrade_on(target: str, stop_at: int) -> None:
    """Upgrade a store, and tell when one of its statements is sent."""
    upgrade(target, stop_at, pausing=False)


def main(deed: str, target: str) -> None:
    """Fork the processes of each order, and wait for their ends."""
    make_engine(target).dispose()  # its driver is loaded once, for all; no connection is made
    Store.create().close()
    for line in sys.stdin:
        pids = []
        for number in line.split():
            if pid := os.fork():
                pids.append(pid)
                continue
            try:
                tell("pid", os.getpid())
                globals()[deed](target, int(number))
            except BaseException:
                traceback.print_exc()
            os._exit(0)
        for pid in pids:
            os.waitpid(pid, 0)
        tell("ended")


if __name__ == "__main__":
    main(*sys.argv[1:])
