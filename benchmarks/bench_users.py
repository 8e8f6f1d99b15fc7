"""People who work in the apps of one server at the same time, and how long their saves take.

    python benchmarks/bench_users.py --users 20 --minutes 3 --store postgresql

Two in three are coordinators who correct applications of their town in the intake, where they meet; every
third leads the programme and comments on tandems in the matching. Each has a log-in, a page, its socket and
its kernel, and sends what the page's controls send, but no browser draws anything. A save is the time from
the press of the button until the app has done it. An update is lost if it was told as saved and the trail
does not have it, or has a later state without it. `postgresql` is a server of its own, started here.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from office import Person, furnish, lost, spend_a_day
from postgres_server import PostgresServer, postgres_programs

from mentorkit import places
from mentorkit.store import Store

SERVE = """
import sys
from pathlib import Path
from mentorkit.serve.server import serve
serve(sys.argv[1], port=0, notebooks=Path(sys.argv[2]))
"""


@contextmanager
def place(kind: str, folder: Path) -> Iterator[str]:
    """Give an empty place for a workbench."""
    if kind == "sqlite":
        yield str(folder / "users.mentorkit")
        return
    programs = postgres_programs()
    if programs is None:
        sys.exit("no PostgreSQL here: initdb is neither on the PATH nor in /usr/lib/postgresql")
    with tempfile.TemporaryDirectory(prefix="mentorkit-pg-", dir="/tmp") as name:
        server = PostgresServer(programs, Path(name))
        server.start(safe=True)
        yield server.new_database(pattern="template1")
        server.stop()


@contextmanager
def served(target: str) -> Iterator[tuple[str, psutil.Process]]:
    """Serve a workbench, and give its address and process."""
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, target, str(places.notebooks())], stdout=subprocess.PIPE, text=True
    )
    try:
        while "http://" not in (line := process.stdout.readline()):
            pass
        way_in = "http://" + line.split("http://")[1].strip()
        yield "/".join(way_in.split("/")[:3]), psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def memory(server: psutil.Process) -> list[float]:
    """Return the memory of each kernel in MB, what they share divided among them; they have no children."""
    return [
        child.memory_full_info().pss / 2**20
        for child in server.children(recursive=True)
        if not child.children()
    ]


def report(kind: str, people: list[Person], gone: list[str], kernels: list[float]) -> None:
    """Print a line of the table for each app, and what went wrong."""
    for app in ("intake", "matching"):
        here = [person for person in people if person.app == app]
        seconds = sorted(second for person in here for second in person.seconds)
        p50, p95 = statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1]
        saves, errors = (sum(len(getattr(p, what)) for p in here) for what in ("saved", "errors"))
        missing = sum(text.partition(":")[0] in {p.name for p in here} for text in gone)
        numbers = (len(here), saves, sum(p.met for p in here), errors, missing)
        print(
            f"| {kind}, {app} | {' | '.join(map(str, numbers))} | {p50 * 1000:.0f} | {p95 * 1000:.0f} "
            f"| {seconds[-1] * 1000:.0f} | {statistics.mean(kernels):.0f} ({max(kernels):.0f}) |"
        )
    for problem in [error for person in people for error in person.errors] + gone:
        print(problem, file=sys.stderr)


def measure(kind: str, users: int, minutes: float, pause: float) -> None:
    """Let people work on a store, and print how it went."""
    chance, kernels = random.Random(1), list[float]()
    with tempfile.TemporaryDirectory() as name, place(kind, Path(name)) as target:
        os.environ["MENTORKIT_KEYRING"] = f"{name}/users.keyring"
        people, end = furnish(target, users), 0.0

        def goes_on(_: Person) -> bool:
            nonlocal end
            end = end or time.monotonic() + 60 * minutes  # from when everybody is there
            return time.monotonic() < end

        with served(target) as (address, server):
            day = spend_a_day(
                address, people, goes_on, lambda: chance.uniform(0.5, 1.5) * pause,
                before_leaving=lambda: kernels.extend(memory(server)),
            )  # fmt: skip
            asyncio.run(day)
        store = Store.open(target)
        report(kind, people, lost(store, people), kernels)
        store.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--users", type=int, default=20)
    parser.add_argument("--minutes", type=float, default=3)
    parser.add_argument("--store", nargs="+", choices=("sqlite", "postgresql"), default=["sqlite"])
    parser.add_argument("--pause", type=float, default=4.0, help="seconds between saves, on average")
    options = parser.parse_args()
    print(
        "| | people | saves | both versions shown | errors | lost | p50, ms | p95, ms | longest, ms "
        "| kernel, MB (most) |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|")
    for kind in options.store:
        measure(kind, options.users, options.minutes, options.pause)


if __name__ == "__main__":
    main()
