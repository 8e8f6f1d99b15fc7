"""The workbench as an analyst, an app or a command holds it: a store and the person who acts.

Everything here is thin: reading and changing happens in the services of the parts, which check the
actor's role. Nothing is cached, so what one coordinator saves another sees at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from mentorkit.errors import NotAllowed, NotFound, NothingToMatch
from mentorkit.language import Language, say
from mentorkit.privacy.accounts import Accounts
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    Organisation,
    PairDecision,
    Programme,
    SelectionOrder,
    Tandem,
    Wish,
)
from mentorkit.programme.records import Run as RunRecord
from mentorkit.store import Store

if TYPE_CHECKING:
    import networkx as nx
    import pandas as pd

    from mentorkit.intake.reading import Intake
    from mentorkit.matching.compare import Comparison
    from mentorkit.matching.matching import Matching
    from mentorkit.matching.selection import Selection
    from mentorkit.reports.letters import Letters

    FileLike = str | Path | tuple[str, bytes]


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
    return Workbench.of(Store.open(target), user or os.environ.get("MENTORKIT_USER"))


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


class Run:
    """One run of a programme: its applications, matching, tandems, network and reports."""

    def __init__(self, bench: Workbench, run_id: str) -> None:
        self.bench = bench
        self.id = run_id

    def __repr__(self) -> str:
        return f"<Run {self.id}>"

    @property
    def _hands(self) -> tuple[Store, Actor, str]:
        return self.bench.store, self.bench.actor, self.id

    @property
    def record(self) -> RunRecord:
        """The run as it is stored now."""
        with self.bench.store.read() as reader:
            return reader.get(RunRecord, self.id)

    @property
    def programme(self) -> Programme:
        """The programme as it is stored now."""
        with self.bench.store.read() as reader:
            return reader.get(Programme, reader.get(RunRecord, self.id).programme_id)

    @property
    def title(self) -> str:
        """Programme and run, as people read them."""
        return f"{self.programme.name} {self.record.name}"

    def is_called(self, reference: str) -> bool:
        """Tell whether a reference means this run: its name, its programme, or both."""
        programme, record = self.programme, self.record
        names = {programme.id, programme.preset, programme.name}
        return reference in {record.name, *names, *(f"{name}/{record.name}" for name in names)}

    # -- applications ---------------------------------------------------------------------------

    @property
    def application_records(self) -> list[Application]:
        """The applications the actor may see."""
        from mentorkit.intake import service

        return service.applications(*self._hands)

    @property
    def applications(self) -> pd.DataFrame:
        """One row per application: who, role, organisation, status, and every answer as a column."""
        from mentorkit.programme.frames import applications_frame

        return applications_frame(self.application_records, self.programme.settings)

    def intake(
        self,
        files: Sequence[FileLike],
        *,
        commit: bool = True,
        progress: Callable[[int, int], None] | None = None,
    ) -> Intake:
        """Read application files (CSV, XLSX, ODS) and, unless told otherwise, take them in.

        One transaction per file; a file that cannot be read is refused by name, the others are taken.

        Raises
        ------
        NotAllowed
            If the actor may not take in applications.
        StoreError
            If the workbench cannot be written.
        """
        from mentorkit.intake import service

        return service.intake(*self._hands, files, commit=commit, progress=progress)

    def export(self) -> bytes:
        """Return the applications the actor may see as XLSX, which :meth:`intake` takes back without loss.

        Raises
        ------
        NotAllowed
            If the actor may see none.
        """
        from mentorkit.intake.export import to_xlsx

        return to_xlsx(*self._hands)

    def select(self, order: SelectionOrder | None = None) -> Selection:
        """Return who holds a place, who waits and who is out, and why. Changes nothing.

        Parameters
        ----------
        order
            By what places are given, tried out; None as the run says.
        """
        from mentorkit.matching import choosing

        return choosing.select(*self._hands, order)

    def compare_selection(self, order: SelectionOrder | None = None) -> Comparison:
        """Return what the tandems gain where the matching chooses who gets a place, instead of a ranking."""
        from mentorkit.matching import choosing

        return choosing.compare(*self._hands, order)

    def fix_selection(self, order: SelectionOrder | None = None) -> Selection:
        """Make the selection, as the data stand now, binding for the matching."""
        from mentorkit.matching import choosing

        return choosing.fix_selection(*self._hands, self.record.version, order)

    def release_selection(self) -> None:
        """Give up the fixed places: who gets one is open again."""
        from mentorkit.matching import choosing

        choosing.release_selection(*self._hands, self.record.version)

    def letters(self) -> Letters:
        """Return the letters about the fixed selection: acceptance, waiting, moving up, refusal.

        Raises
        ------
        RuleBroken
            If the selection is not fixed.
        """
        from mentorkit.reports.letters import letters

        return letters(*self._hands)

    # -- matching -------------------------------------------------------------------------------

    def match(self, goal: Literal["total", "fair"] = "total") -> Matching:
        """Return the best matching under the rules, proved. Never changes the workbench.

        Raises
        ------
        NothingToMatch
            If no mentee or no mentor takes part.
        """
        from mentorkit.matching import service

        return service.propose(*self._hands, goal=goal)

    def approve(self, matching: Matching) -> list[Tandem]:
        """Form the tandems of a matching; those proposed before are replaced.

        Raises
        ------
        RuleBroken
            If there is no matching under the locks, or tandems have begun already.
        StaleRecord
            If the data changed since the matching was made.
        """
        from mentorkit.matching import service

        return service.approve(*self._hands, matching, self.record.version)

    @property
    def decisions(self) -> list[PairDecision]:
        """Pairs that are locked together or forbidden."""
        self.bench.actor.require("matching.read", self.record.programme_id)
        with self.bench.store.read() as reader:
            return reader.all(PairDecision, run_id=self.id)

    # -- tandems and network --------------------------------------------------------------------

    @property
    def tandems(self) -> pd.DataFrame:
        """The tandems that were formed, one row each."""
        from mentorkit.matching import service

        return service.tandems(*self._hands)

    @property
    def organisations(self) -> list[str]:
        """The organisations of the programme, in German order."""
        from mentorkit.language.formats import din5007

        programme_id = self.record.programme_id
        with self.bench.store.read() as reader:
            found = reader.all(Organisation, programme_id=programme_id)
        return sorted((organisation.name for organisation in found), key=din5007)

    @property
    def wishes(self) -> list[Wish]:
        """The mentees' wishes for mentors."""
        self.bench.actor.require("matching.read", self.record.programme_id)
        with self.bench.store.read() as reader:
            return reader.all(Wish, run_id=self.id)

    @property
    def earlier_tandems(self) -> list[EarlierTandem]:
        """The tandems of earlier runs of the programme."""
        programme_id = self.record.programme_id
        self.bench.actor.require("network.read", programme_id)
        with self.bench.store.read() as reader:
            return reader.all(EarlierTandem, programme_id=programme_id)

    @property
    def approved(self) -> bool:
        """Whether the tandems are formed."""
        return self.record.approved_at is not None

    @property
    def network_tandems(self) -> pd.DataFrame:
        """The tandems the network shows: those that were formed or, before that, the best matching's.

        Raises
        ------
        NotAllowed
            If the actor may not see the network.
        NothingToMatch
            If no tandems are formed and none can be.
        """
        record = self.record
        self.bench.actor.require("network.read", record.programme_id)
        if record.approved_at is not None:
            return self.tandems
        matching = self.match()
        if matching.status != "optimal":
            raise NothingToMatch(matching.reason)
        return matching.tandems.assign(state="proposed", run=record.name)

    def network(self) -> nx.MultiDiGraph:
        """Return the network of the run: mentor → mentee, one edge per tandem.

        Before any tandems are formed it shows those of the best matching; :attr:`approved` tells which.

        Raises
        ------
        NotAllowed, NothingToMatch
            As :attr:`network_tandems`.
        """
        from mentorkit.network import person_graph

        return person_graph(self.network_tandems)
