"""The state of the selection: by what places are given, rankings, both ways compared, letters."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, cast

import traitlets as t

from mentorkit.errors import MentorkitError, RuleBroken
from mentorkit.language import say, say_n
from mentorkit.programme.records import Run as RunRecord
from mentorkit.programme.records import SelectionOrder
from mentorkit.run import Run
from mentorkit_widgets.base import Model
from mentorkit_widgets.reports import File

if TYPE_CHECKING:
    from mentorkit.matching.compare import Comparison
    from mentorkit.matching.ranking import Ranking
    from mentorkit.matching.selection import Selection, Vacancy
    from mentorkit.privacy.permissions import Actor
    from mentorkit.reports.letters import Letter, Letters
    from mentorkit.store import Store

#: What is asked before it is done.
Deed = Literal["fix", "release", "fill", "give"]
#: Stands for an organisation that goes by what holds for all.
GENERAL = "general"


@dataclass(frozen=True, eq=False)
class State:
    """The selection of a run as it stands."""

    record: RunRecord
    #: Who holds a place, who waits, who is out; None where the role does not see all of it.
    selection: Selection | None = None
    #: The queues that the user may rank.
    rankings: tuple[Ranking, ...] = ()
    vacancies: tuple[Vacancy, ...] = ()

    @property
    def fixed(self) -> bool:
        """Whether the selection is binding."""
        return self.record.selection_fixed

    @property
    def anybody(self) -> bool:
        """Whether anybody is in the selection."""
        found = self.selection
        return found is not None and bool(found.selected or found.waiting or found.out)

    @property
    def undecided(self) -> int:
        """How many applications a person has to look at before they can get a place."""
        return sum(place.undecided for place in self.selection.out) if self.selection is not None else 0

    @property
    def approved(self) -> bool:
        """Whether the tandems are approved, so that nothing can be changed."""
        return self.record.approved_at is not None


class SelectionModel(Model):
    """Who gets a place in a run, as far as the user's role sees it.

    Parameters
    ----------
    run
        The run in the user's hands.
    """

    state = t.Instance(State)
    #: Which queue is looked at, ``ROLE:ORGANISATION``; empty while there is none.
    queue = t.Unicode()
    #: The ranking that the matching's choice is compared with.
    against = t.Enum(["arrival", "received", "rank"], "arrival")
    #: A :class:`~mentorkit.matching.compare.Comparison`; None while nothing is compared.
    comparison: Any = t.Any(None, allow_none=True)
    #: The :class:`~mentorkit.reports.letters.Letters`; None while none are prepared.
    letters: Any = t.Any(None, allow_none=True)
    #: What is different since letters were prepared that are not offered any more, a sentence each.
    outdated = t.Tuple()
    #: Ids of the applications whose letters were prepared last; empty where that were all.
    renewed = t.Set()
    #: The application whose letter is looked at.
    chosen = t.Unicode()
    #: All letters in one file.
    file = t.Instance(File, allow_none=True)
    #: What waits for a yes.
    asked = t.Unicode()
    #: The application that a place is to be given to.
    candidate = t.Unicode()

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        settings = run.programme.settings
        self.has_quotas = settings.quotas.limit_anybody
        self.may_read = self._may("selection.read")
        self.may_fix = self._may("selection.fix")
        self.may_order = self._may("selection.rank")
        self.may_rank = bool(self._actor.scopes("selection.rank", run.record.programme_id))
        self.may_write = bool(self._actor.scopes("letter.make", run.record.programme_id))
        self.state = State(run.record)
        #: All letters as they were prepared last.
        self._prepared: Letters | None = None
        self.observe(lambda _: setattr(self, "comparison", None), ["state", "against"])
        self.refresh()

    @property
    def _actor(self) -> Actor:
        return self.run.bench.actor

    def _may(self, action: str) -> bool:
        return self._actor.may(action, self.run.record.programme_id)

    @property
    def _hands(self) -> tuple[Store, Actor, str]:
        return self.run.bench.store, self._actor, self.run.id

    @property
    def open_links(self) -> int:
        """How many personal links still open a form."""
        from mentorkit.forms.links import links, state_of

        if not self._may("form.give"):
            return 0
        now = self.run.bench.store.clock()
        return sum(state_of(link, now) == "open" for link in links(*self._hands))

    def refresh(self) -> None:
        """Read everything as it stands now."""
        had = self.outdated
        with self.attempting(say("Looking who gets a place …")):
            self._read()
            if self.outdated and self.outdated != had:
                self.say(str(self._older()))

    def _read(self) -> None:
        from mentorkit.matching import choosing, ranking

        selection, blockers = None, []
        record = self.run.record
        try:
            selection = choosing.select(*self._hands) if self.may_read else None
        except MentorkitError as error:  # locks that contradict each other
            blockers = [str(error)]
        rankings = ranking.rankings(*self._hands) if self.may_rank and self.has_quotas else []
        quotas = self.run.programme.settings.quotas
        free = selection.vacancies(quotas) if selection is not None and selection.fixed else []
        self.blockers = blockers
        self.state = State(record, selection, tuple(rankings), tuple(free))
        # first one in which somebody has to wait
        keys = [key_of(each) for each in sorted(rankings, key=lambda each: not each.queue.waiting)]
        self.queue = self.queue if self.queue in keys else next(iter(keys), "")
        self._check_letters()

    @contextmanager
    def _changing(self, doing: str) -> Iterator[None]:
        """Change something and read again, also where it was refused: somebody may have been quicker."""
        with self.attempting(doing):
            try:
                yield
                self.saved(self.run.bench.store.clock())
            finally:
                self._read()

    # -- by what places are given -------------------------------------------------------------------

    @property
    def may_change(self) -> bool:
        """Whether orders and ranks can be changed now."""
        return not self.state.fixed and not self.state.approved

    @property
    def ranking(self) -> Ranking | None:
        """The queue that is looked at."""
        return next((each for each in self.state.rankings if key_of(each) == self.queue), None)

    def choose_order(self, order: str) -> None:
        """Say by what places are given in general."""
        if order != self.state.record.orders.general:
            self._order(cast(SelectionOrder, order), None)

    def choose_own_order(self, order: str) -> None:
        """Say by what the organisation of the queue gives its places."""
        if (ranking := self.ranking) is None or order == self.own_order:
            return
        self._order(None if order == GENERAL else cast(SelectionOrder, order), ranking.queue.organisation)

    @property
    def own_order(self) -> str:
        """By what the organisation of the queue gives its places, :data:`GENERAL` where it says nothing."""
        ranking = self.ranking
        own: dict[str, Any] = self.state.record.orders.own
        return GENERAL if ranking is None else str(own.get(ranking.queue.organisation, GENERAL))

    def _order(self, order: SelectionOrder | None, organisation: str | None) -> None:
        from mentorkit.matching import ranking

        with self._changing(say("Looking who gets a place …")):
            version = self.state.record.version
            ranking.choose_order(*self._hands, order, version, organisation=organisation)
            self.say(say("Changed. The table shows who gets a place now."))

    def move(self, application_id: str, name: str) -> None:
        """Move somebody up or down in the queue that is looked at."""
        from mentorkit.matching.ranking import rank

        ranking, step = self.ranking, {"up": -1, "down": 1}.get(name)
        if ranking is None or step is None:
            return
        people = list(ranking.queue.people)
        old = next((k for k, a in enumerate(people) if a.id == application_id), None)
        if old is None or not 0 <= old + step < len(people):
            return
        people.insert(old + step, people.pop(old))
        with self._changing(say("The ranking is being saved …")):
            rank(*self._hands, people)
            self.say(
                say("{name} is number {number} now.", name=people[old + step].name, number=old + step + 1)
            )

    # -- both ways compared -------------------------------------------------------------------------

    def compare(self) -> None:
        """Reckon what the tandems gain where the matching chooses."""
        from mentorkit.matching import choosing

        with self.attempting(say("Both ways are being reckoned …")):
            found: Comparison = choosing.compare(*self._hands, cast(SelectionOrder, self.against))
            self.comparison = found

    # -- making it binding --------------------------------------------------------------------------

    def ask(self, deed: Deed) -> None:
        """Ask before something is done that is about all."""
        self.asked = deed

    def agree(self) -> None:
        """Do what was asked."""
        deeds: dict[str, Callable[[], None]] = {
            "fix": self._fix, "release": self._release, "fill": self._fill
        }  # fmt: skip
        deed, self.asked = self.asked, ""
        if deed in deeds:
            deeds[deed]()

    def _fix(self) -> None:
        from mentorkit.matching import choosing

        with self._changing(say("The selection is being fixed …")):
            choosing.fix_selection(*self._hands, self.state.record.version)
            self.say(say("The selection is fixed: only who holds a place can be in a tandem now."))

    def _release(self) -> None:
        from mentorkit.matching import choosing

        with self._changing(say("The selection is being reopened …")):
            choosing.release_selection(*self._hands, self.state.record.version)
            self.say(say("The selection is open again: who gets a place is open again."))

    def _fill(self) -> None:
        from mentorkit.matching import moving_up

        with self._changing(say("The waiting lists move up …")):
            moved = moving_up.fill_vacancies(*self._hands, self.state.record.version)
            self.say(say_n("{n} person moved up.", "{n} people moved up.", len(moved)))

    def offer(self, application_id: str) -> None:
        """Ask whether somebody who waits is to get a free place, and why."""
        self.candidate = application_id
        self.ask("give")

    @property
    def candidate_name(self) -> str:
        """Who is to get a place."""
        found = self.state.selection
        place = found.stands.get(self.candidate) if found is not None else None
        return place.person if place is not None else ""

    def give(self, reason: str) -> None:
        """Give the place that was asked about."""
        from mentorkit.matching import moving_up

        version = {a.id: a.version for a in self.run.application_records}.get(self.candidate, 0)
        with self._changing(say("Saving …")):
            given = moving_up.give_place(*self._hands[:2], self.candidate, reason, version)
            self.say(say("{name} has a place now.", name=given.name))
            self.asked = ""

    # -- letters ------------------------------------------------------------------------------------

    @property
    def letter(self) -> Letter | None:
        """The letter that is looked at."""
        letters: Letters | None = self.letters
        found = letters.letters if letters is not None else ()
        return next((each for each in found if each.application_id == self.chosen), None)

    @property
    def silent(self) -> int:
        """How many letters name nobody who can be asked."""
        found: Letters | None = self.letters
        if found is None or found.contact:
            return 0
        return sum(not letter.contacts for letter in found.letters)

    def prepare(self) -> None:
        """Prepare the letters about the fixed selection."""
        from mentorkit.reports.letters import letters

        with self.attempting(say("The letters are being prepared …")):
            before: Letters | None = self.letters
            now = letters(*self._hands)
            same = {letter.application_id for letter in now.kept(before).letters} if before else set[str]()
            fresh = {letter.application_id for letter in now.letters} - same
            self.renewed, self.file = fresh if same else set(), None
            self.letters, self.outdated, self._prepared = now, (), now
            self.say(say_n("{n} letter is prepared.", "{n} letters are prepared.", len(fresh)))

    def _check_letters(self) -> None:
        """Let go of the letters that are older than what was decided, and say what is different."""
        from mentorkit.reports.letters import letters

        if self._prepared is None:
            return
        if self.state.fixed:
            now = letters(*self._hands)
            changed, kept = now.changed(self._prepared), now.kept(self._prepared)
        else:
            self._prepared, kept, changed = None, None, [say("The selection was reopened.")]
        if changed:
            self.chosen, self.file = "", None
        self.outdated, self.letters = tuple(changed), kept

    def _older(self) -> RuleBroken:
        if self.state.fixed:
            return RuleBroken(say("Some letters have changed. Please prepare those again."))
        return RuleBroken(say("The selection was reopened."))

    def pack(self, *, renewed: bool = False) -> None:
        """Make one file of all letters, or of those that were prepared last."""
        if self.letters is None:
            return

        def tell(done: int, total: int) -> None:
            self.progress = done / max(total, 1)

        with self.attempting(say("The letters are being written …")):
            self._read()  # somebody else may have decided something
            if self.outdated:
                raise self._older()
            name = say("letters") + "-" + self.run.id.replace("/", "-") + ".zip"
            chosen = tuple(x for x in self.letters.letters if not renewed or x.application_id in self.renewed)
            self.file = File(name, replace(self.letters, letters=chosen).archive(tell), "application/zip")
            self.say(say("The letters are ready; you can download them now."))

    def pdf(self) -> File | None:
        """Return the letter that is looked at as a file."""
        if self.letters is None or (letter := self.letter) is None:
            return None
        return File(letter.file.rpartition("/")[2] + ".pdf", self.letters.pdf(letter))


def key_of(ranking: Ranking) -> str:
    """Return the key of a queue."""
    return f"{ranking.queue.role}:{ranking.queue.organisation}"
