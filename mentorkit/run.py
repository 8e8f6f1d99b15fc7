"""One run of a programme, as an analyst, an app or a command holds it.

Everything here is thin: reading and changing happens in the services of the parts, which check the
actor's role. Nothing is cached, so what one coordinator saves another sees at once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mentorkit.errors import NotFound
from mentorkit.language import say
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    GoalName,
    Organisation,
    PairDecision,
    Programme,
    Scenario,
    SelectionOrder,
    Settlement,
    Tandem,
    Wish,
)
from mentorkit.programme.records import Run as RunRecord
from mentorkit.store import Store

if TYPE_CHECKING:
    import datetime as dt

    import networkx as nx
    import pandas as pd

    from mentorkit.intake.reading import Intake
    from mentorkit.matching.comments import Comment
    from mentorkit.matching.compare import Comparison
    from mentorkit.matching.matching import Matching
    from mentorkit.matching.one_by_one import Candidate
    from mentorkit.matching.selection import Selection
    from mentorkit.network.service import Runs
    from mentorkit.reports.letters import Letters
    from mentorkit.workbench import Workbench

    FileLike = str | Path | tuple[str, bytes]


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
        """The run as it is stored now.

        Raises
        ------
        NotAllowed
            If the actor has no role in its programme; so does whatever tells of the programme here.
        """
        with self.bench.store.read() as reader:
            record = reader.get(RunRecord, self.id)
        self.bench.actor.require("programme.read", record.programme_id)
        return record

    @property
    def programme(self) -> Programme:
        """The programme as it is stored now."""
        programme_id = self.record.programme_id
        with self.bench.store.read() as reader:
            return reader.get(Programme, programme_id)

    @property
    def open_until(self) -> dt.date | None:
        """The closing date, unless it is over or there is none."""
        closing = self.record.closing
        today = self.bench.store.clock().astimezone().date()
        return closing if closing is not None and today <= closing else None

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

    def match(
        self,
        goal: GoalName | None = None,
        *,
        weights: Mapping[str, int] | None = None,
        lowest_score: int | None = None,
    ) -> Matching:
        """Return the best matching under the rules, proved. Never changes the workbench.

        It rests on the scenario that is the proposal; without one, on the programme's weights and the goal
        ``total``; once tandems are approved, on what they were approved under.

        Parameters
        ----------
        goal
            Another goal.
        weights
            Tried out by criterion, 0 to 1,000; only their proportions count. The programme's own where a
            criterion is not named.
        lowest_score
            Tried out: tandems with fewer points are not formed.

        Raises
        ------
        NothingToMatch
            If no mentee or no mentor takes part.
        UsageError
            If there can be no such weights.
        """
        from mentorkit.matching import service

        return service.propose(*self._hands, goal, weights, lowest_score)

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

    # -- scenarios ------------------------------------------------------------------------------

    @property
    def scenarios(self) -> list[Scenario]:
        """Named ways to make the matching, in the order they were saved."""
        from mentorkit.matching import scenarios

        return scenarios.scenarios(*self._hands)

    @property
    def proposal(self) -> Scenario | None:
        """The scenario on which the matching rests; None where it rests on the programme's weights."""
        from mentorkit.matching import scenarios

        return scenarios.proposal(*self._hands)

    def scenario(self, name: str) -> Scenario:
        """Return the scenario with a name.

        Raises
        ------
        NotFound
            If there is none.
        """
        for found in self.scenarios:
            if found.name.casefold() == name.casefold():
                return found
        raise NotFound(say("There is no scenario “{name}”.", name=name))

    def save_scenario(
        self,
        name: str,
        goal: GoalName = "total",
        *,
        weights: Mapping[str, int] | None = None,
        lowest_score: int | None = None,
        comment: str = "",
    ) -> Scenario:
        """Keep goal, weights and lowest score, as :meth:`match` takes them, under a name.

        Raises
        ------
        RuleBroken
            If the tandems have been approved, or a scenario of this name is there already.
        UsageError
            If there can be no such weights.
        """
        from mentorkit.matching import scenarios
        from mentorkit.matching.weighing import weighing_of

        found = weighing_of(self.programme.settings, goal, weights, lowest_score)
        return scenarios.save(*self._hands, name, found, comment)

    def rename_scenario(self, scenario: Scenario, name: str, comment: str | None = None) -> Scenario:
        """Give a scenario another name and, unless it is None, another comment."""
        from mentorkit.matching import scenarios

        return scenarios.rename(self.bench.store, self.bench.actor, scenario, name, comment)

    def delete_scenario(self, scenario: Scenario) -> None:
        """Delete a scenario that is not the proposal."""
        from mentorkit.matching import scenarios

        scenarios.delete(self.bench.store, self.bench.actor, scenario)

    def make_proposal(self, scenario: Scenario | None) -> None:
        """Let the matching rest on a scenario or, with None, on the programme's own weights again."""
        from mentorkit.matching import scenarios

        scenarios.make_proposal(*self._hands, scenario, self.record.version)

    def compare_scenarios(self) -> pd.DataFrame:
        """Return all scenarios side by side with what is now; see :func:`.matching.side_by_side.frame`."""
        from mentorkit.matching import side_by_side

        return side_by_side.frame(side_by_side.compare(*self._hands))

    @property
    def comments(self) -> list[Comment]:
        """What coordinators wrote about pairs, oldest first."""
        from mentorkit.matching.comments import comments

        return comments(*self._hands)

    # -- one by one -----------------------------------------------------------------------------

    def candidates(self, mentee_id: str) -> list[Candidate]:
        """Return the mentors a mentee could have now, those she wishes for first, each with its price."""
        from mentorkit.matching import one_by_one

        return one_by_one.candidates(self.match(), mentee_id)

    @property
    def settlements(self) -> list[Settlement]:
        """What mentees and mentors settled before their tandem is made, drafts too."""
        from mentorkit.matching import one_by_one

        return one_by_one.settlements(*self._hands)

    def write_down(
        self,
        mentee_id: str,
        mentor_id: str,
        *,
        expectations: str | None = None,
        time: str | None = None,
        content: str | None = None,
    ) -> Settlement | None:
        """Write down what two people settle; a part that is not given stays as it is.

        Raises
        ------
        RuleBroken
            If a part is too long, or missing although the tandem is made.
        """
        from mentorkit.matching import one_by_one

        pair = (mentee_id, mentor_id)
        seen = next((s for s in self.settlements if (s.mentee_id, s.mentor_id) == pair), None)
        told = {"expectations": expectations, "time": time, "content": content}
        parts = {**(seen.parts if seen else {}), **{k: text for k, text in told.items() if text is not None}}
        return one_by_one.write_down(*self._hands, *pair, parts, seen=seen)

    def make_tandem(self, settlement: Settlement) -> Tandem:
        """Make the tandem of two people who have settled everything; all else is matched around it.

        Raises
        ------
        RuleBroken
            If a part is missing, or the tandem breaks a rule or cannot stand beside others.
        """
        from mentorkit.matching import one_by_one

        return one_by_one.make(self.bench.store, self.bench.actor, settlement)

    def take_back(self, tandem: Tandem) -> None:
        """Dissolve a tandem that was made one by one and has not begun; what was settled stays."""
        from mentorkit.matching import one_by_one

        one_by_one.take_back(self.bench.store, self.bench.actor, tandem)

    # -- consents -------------------------------------------------------------------------------

    def consents(self) -> pd.DataFrame:
        """Return where the participants the actor may see stand on what they can agree to, a row for each.

        Raises
        ------
        NotAllowed
            If the actor may see of nobody what was agreed to.
        """
        from mentorkit.privacy.consents import frame, states

        return frame(states(*self._hands))

    def release_contacts(self) -> pd.DataFrame:
        """Return the contact data of the tandems in which both agreed to it, a row for each tandem.

        Of whom data are handed on is written down.

        Raises
        ------
        NotAllowed
            If the actor may not hand on contact data.
        """
        from mentorkit.privacy.contacts import frame, release

        return frame(release(*self._hands))

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
    def approved_by(self) -> str:
        """The name of who approved the tandems; empty while they are not approved.

        Raises
        ------
        NotAllowed
            If the actor may not see matchings.
        """
        from mentorkit.matching import service

        return service.approved_by(*self._hands)

    def network_tandems(self, runs: Runs = "this") -> pd.DataFrame:
        """Return the tandems that the network shows, oldest run first (:func:`.network.service.tandems`).

        Parameters
        ----------
        runs
            ``"this"`` run, ``"all"`` of its programme with the history of earlier ones, or names of runs.
            Where this run has no tandems approved yet, its best matching stands for them.

        Raises
        ------
        NotAllowed
            If the actor may not see the network.
        NothingToMatch
            If there is nothing to show.
        NotFound
            If one of the runs named is not there.
        """
        from mentorkit.network import service

        return service.tandems(*self._hands, runs)

    def network(self, runs: Runs = "this", *, attendance: pd.DataFrame | None = None) -> nx.MultiDiGraph:
        """Return the network of people: mentor → mentee, one edge per tandem.

        Parameters
        ----------
        runs
            As for :meth:`network_tandems`.
        attendance
            Who came to which meeting or event, as :func:`.network.person_graph` takes it.

        Raises
        ------
        NotAllowed, NothingToMatch, NotFound
            As :meth:`network_tandems`.
        """
        from mentorkit.network import person_graph

        return person_graph(self.network_tandems(runs), attendance=attendance)

    def organisations_network(self, runs: Runs = "this") -> nx.DiGraph:
        """Return the network of organisations: the mentor's → the mentee's, its weight the number of tandems.

        Organisations of the programme without a tandem stand in it too.

        Raises
        ------
        NotAllowed, NothingToMatch, NotFound
            As :meth:`network_tandems`.
        """
        from mentorkit.network import organisation_graph

        return organisation_graph(self.network_tandems(runs), self.organisations)
