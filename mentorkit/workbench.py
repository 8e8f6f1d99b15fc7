"""The workbench as an analyst, an app or a command holds it: a store and the person who acts.

Everything here is thin: reading and changing happens in the services of the parts, which check the
actor's role. Nothing is cached, so what one coordinator saves another sees at once.
"""

from __future__ import annotations

import os
from pathlib import Path

from mentorkit.errors import NotAllowed, NotFound
from mentorkit.language import Language, say
from mentorkit.privacy.accounts import Accounts
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.privacy.replay import open_store
from mentorkit.programme.records import Programme
from mentorkit.programme.records import Run as RunRecord
from mentorkit.run import Run
from mentorkit.store import Store


def open_workbench(target: str | Path | None = None, user: str | None = None) -> Workbench:
    """Open a workbench.

    Parameters
    ----------
    target
        Path of a workbench file or a SQLAlchemy URL; ``MENTORKIT_BENCH`` where it is left out.
    user
        Who acts; ``MENTORKIT_USER`` where it is left out. On a workbench without users anybody who can
        read its file may do everything.

    Raises
    ------
    StoreError
        If there is no workbench or it cannot be read.
    NotAllowed
        If the workbench has users and the given one is not among them.
    """
    target = target or os.environ.get("MENTORKIT_BENCH")
    if not target:
        raise NotFound(say("Please name a workbench, or set MENTORKIT_BENCH."))
    return Workbench.of(open_store(target), user or os.environ.get("MENTORKIT_USER"))


class Workbench:
    """One store with one or more programmes, in the hands of one actor."""

    def __init__(self, store: Store, actor: Actor) -> None:
        self.store = store
        self.actor = actor

    def __repr__(self) -> str:
        return f"<Workbench: {', '.join(run.id for run in self.runs)}>"

    @classmethod
    def of(cls, store: Store, user: str | None) -> Workbench:
        """Return the workbench in the hands of a user.

        Raises
        ------
        NotAllowed
            If the workbench has users and this one is not among them.
        """
        accounts = Accounts(store)
        if not accounts.any():
            return cls(store, sole_actor(user))
        if not user:
            raise NotAllowed(
                say("This workbench has users. Please say who you are with --as or MENTORKIT_USER.")
            )
        return cls(store, accounts.actor_of(user))

    @property
    def accounts(self) -> Accounts:
        """Users and their log-ins."""
        return Accounts(self.store)

    @property
    def programmes(self) -> list[Programme]:
        """The programmes the actor has a role in."""
        with self.store.read() as reader:
            found = reader.all(Programme)
        return [programme for programme in found if self.actor.may("programme.read", programme.id)]

    @property
    def runs(self) -> list[Run]:
        """The runs of these programmes, in German order of the programmes, the newest run first."""
        from mentorkit.language.formats import din5007

        names = {programme.id: programme.name for programme in self.programmes}
        with self.store.read() as reader:
            found = [record for record in reader.all(RunRecord) if record.programme_id in names]
        found.sort(key=lambda record: record.name, reverse=True)
        found.sort(key=lambda record: din5007(names[record.programme_id]))
        return [Run(self, record.id) for record in found]

    def run(self, reference: str | None = None) -> Run:
        """Return a run by ``PROGRAMME/RUN``; with only one there is nothing to say.

        Raises
        ------
        NotFound
            If there is no such run, or several and none was named.
        """
        runs = self.runs
        known = ", ".join(run.id for run in runs)
        if reference is None:
            if len(runs) == 1:
                return runs[0]
            if not runs:
                raise NotFound(say("This workbench has no run that you have a role in."))
            raise NotFound(
                say("This workbench has several runs; please name one of them: {known}.", known=known)
            )
        named = [run for run in runs if reference == run.id] or [
            run for run in runs if run.is_called(reference)
        ]
        if len(named) != 1:
            raise NotFound(say("There is no run “{name}”. There are: {known}.", name=reference, known=known))
        return named[0]

    def add(
        self,
        preset: str,
        *,
        name: str | None = None,
        run: str | None = None,
        language: Language | None = None,
    ) -> Run:
        """Add a programme by its preset, or a further run to one that is there.

        Raises
        ------
        UsageError
            If there is no such preset, or the name has neither letters nor digits.
        RuleBroken
            If the run is there already, or a programme of this name was made from another preset.
        NotAllowed
            If the actor may not add programmes.
        """
        from mentorkit.setup.begin import add

        run_id = add(self.store, self.actor, preset, name=name, run=run, language=language)
        return Run(self, run_id)

    def close(self) -> None:
        """Close the store."""
        self.store.close()
