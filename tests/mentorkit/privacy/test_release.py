"""Contact data are handed on only where both of a tandem agree now, whatever happened before or meanwhile."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from threading import Barrier, Event, Thread

import openpyxl
import pytest
from consent_samples import LEAD, SETTINGS, Clock, begin, join, officer, pair
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from hypothesis.stateful import run_state_machine_as_test as run_machine

from mentorkit.errors import NotAllowed, UsageError
from mentorkit.forms.schema import wordings
from mentorkit.intake.actions import withdraw as leave
from mentorkit.intake.merge import merge, preview
from mentorkit.intake.unmerge import unmerge
from mentorkit.privacy import contacts
from mentorkit.privacy.consents import note
from mentorkit.privacy.contacts import release, workbook
from mentorkit.privacy.ledger import Ledger, State, put_down
from mentorkit.privacy.records import Purpose
from mentorkit.programme.records import Programme, Run, Tandem
from mentorkit.programme.settings import Texts
from mentorkit.store import Store

RUN = "p/1"
#: The texts that the programme has one after the other.
TEXTS = [f"Meine Kontaktdaten dürfen weitergegeben werden, Fassung {n}." for n in range(3)]


def put_text(store: Store, programme_id: str, number: int) -> None:
    now = SETTINGS.model_copy(update={"texts": {"de": Texts(sharing=TEXTS[number])}})
    with store.write("test", "test") as writer:
        writer.save(writer.get(Programme, programme_id).with_(settings=now))


# -- whatever happened before -----------------------------------------------------------------------


@dataclass(eq=False)  # the same word said twice is two
class Said:
    """A word, as the model of the test remembers it."""

    at: dt.datetime
    given: bool
    text: int


@dataclass
class Together:
    """That ``other`` became one with ``keep``; what was said since."""

    keep: str
    other: str
    since: list[Said] = field(default_factory=list)


class ReleaseMachine(RuleBasedStateMachine):
    """Coordinators note words, change the text, put persons together and apart, and hand on contact data.

    The model knows nothing of entries and copies: it keeps what was said of whom, and who is whom.
    """

    store: Store | None = None  # where examples share one
    number = 0

    @initialize()
    def begin(self) -> None:
        cls = type(self)
        ReleaseMachine.number += 1
        self.programme = f"p{ReleaseMachine.number}"
        self.bench = cls.store or Store.create()
        self.bench.clock = self.clock = Clock()
        self.runs = begin(self.bench, self.programme, "1", "2")
        first, last = self.runs
        with self.bench.write("test", "test") as writer:
            self.mentees = [join(writer, first, "mentee", name) for name in "ab"]
            self.mentors = [join(writer, first, "mentor", name) for name in "cd"]
            # of another run, who may turn out to be one of these
            others = [join(writer, last, "mentee", "e"), join(writer, last, "mentor", "f")]
        self.people = [*self.mentees, *self.mentors, *others]
        self.said: dict[str, list[Said]] = {key: [] for key in self.people}
        self.merged: list[Together] = []
        self.text = 0
        put_text(self.bench, self.programme, 0)

    def teardown(self) -> None:
        if hasattr(self, "bench"):
            self.hand_on()
            if type(self).store is None:
                self.bench.close()

    # -- the model

    def heads(self) -> list[str]:
        return [key for key in self.people if all(one.other != key for one in self.merged)]

    def members(self, head: str) -> list[str]:
        return [head, *(m for one in self.merged if one.keep == head for m in self.members(one.other))]

    def agrees(self, head: str) -> bool:
        # of two yeses of one moment the one written down later tells which text was read
        each = [{w.at: w for w in self.said[member]} for member in self.members(head)]
        last = max((at for words in each for at in words), default=None)
        newest = [words[last] for words in each if last in words]
        return bool(newest) and all(word.given and word.text == self.text for word in newest)

    def hear(self, head: str, word: Said) -> None:
        self.said[head].append(word)
        for one in self.merged:
            if one.keep == head:
                one.since.append(word)

    # -- what happens

    @rule(who=st.integers(0, 5), given=st.booleans(), days=st.sampled_from((None, None, 0, 1, 2)))
    def say(self, who: int, given: bool, days: int | None) -> None:
        head = self.heads()[who % len(self.heads())]
        self.clock.forward(hours=7, minutes=13)
        at, day = self.clock.now, None
        if days is not None:
            day = at.astimezone().date() - dt.timedelta(days=days)
            at = min(at, dt.datetime.combine(day, dt.time.min if given else dt.time.max).astimezone())
        with suppress(UsageError):  # as it would change nothing
            note(self.bench, LEAD, head, "sharing", given, channel="paper", on=day)
            self.hear(head, Said(at, given, self.text))

    @rule(who=st.integers(0, 5))
    def all_say_yes(self, who: int) -> None:
        """Let most agree by links, so that something is handed on at all."""
        self.clock.forward(hours=7, minutes=13)
        with self.bench.write("Link", "application.take_in") as writer:
            text = {"sharing": wordings(writer.get(Programme, self.programme).settings)["sharing"]}
            for n, head in enumerate(self.heads()):
                if n != who:
                    put_down(writer, self.programme, head, text, channel="link", by="Link")
                    self.hear(head, Said(self.clock.now, True, self.text))

    @rule(number=st.integers(0, 2))
    def change_the_text(self, number: int) -> None:
        self.text = number
        put_text(self.bench, self.programme, number)

    @precondition(lambda self: len(self.merged) < 2)
    @rule(one=st.integers(0, 5), other=st.integers(0, 5))
    def put_together(self, one: int, other: int) -> None:
        heads = self.heads()
        keep = heads.pop(one % len(heads))
        goes = heads[other % len(heads)]
        plan = preview(self.bench, LEAD, keep, goes)
        if not plan.hindrances and not plan.doubles:
            merge(self.bench, LEAD, plan)
            self.merged.append(Together(keep, goes))

    @precondition(lambda self: self.merged)
    @rule()
    def take_apart(self) -> None:
        last = self.merged.pop()
        unmerge(self.bench, LEAD, last.keep, last.other)
        # nobody knows who of the two said it: a no is both's, a yes nobody's
        self.said[last.other] += [word for word in last.since if not word.given]
        kept = [word for word in self.said[last.keep] if word not in last.since or not word.given]
        self.said[last.keep] = kept

    @rule(mentee=st.integers(0, 1), mentor=st.integers(0, 1))
    def make_a_tandem(self, mentee: int, mentor: int) -> None:
        if not self.merged:
            ids = {"mentee_id": self.mentees[mentee], "mentor_id": self.mentors[mentor]}
            with self.bench.write("test", "test") as writer:
                there = writer.all(Tandem, **ids)
                if there:
                    writer.save(there[0].with_(state="active"))
                else:
                    pair(writer, self.runs[0], *ids.values())

    @rule(number=st.integers(0, 3))
    def dissolve(self, number: int) -> None:
        with self.bench.write("test", "test") as writer:
            there = writer.all(Tandem, run_id=self.runs[0])
            if there:
                writer.save(there[number % len(there)].with_(state="dissolved"))

    @rule()
    def hand_on(self) -> None:
        with self.bench.read() as reader:
            tandems = [t for t in reader.all(Tandem, run_id=self.runs[0]) if t.state != "dissolved"]
        expected = [
            (t.mentee_id, t.mentor_id)
            for t in tandems
            if self.agrees(t.mentee_id) and self.agrees(t.mentor_id)
        ]
        found = [(r.mentee.person_id, r.mentor.person_id) for r in release(self.bench, LEAD, self.runs[0])]
        assert found == expected


def machine(store: Store | None = None, *, examples: int, steps: int = 30) -> None:
    chosen = type("Machine", (ReleaseMachine,), {"store": store})
    run_machine(
        chosen,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, derandomize=True,
            phases=[Phase.generate], suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip


def test_nobodys_data_are_handed_on_without_both_current_yeses() -> None:
    machine(examples=200)


@pytest.mark.postgres
def test_nor_on_a_server(postgres) -> None:
    store = Store.open(postgres.new_database())
    machine(store, examples=4)
    store.close()


def _deaf(self: Ledger, person_id: str, purpose: Purpose) -> State:
    """Return that somebody agrees who ever said something on a purpose: a withdrawal is not heard."""
    return "given" if self.word(person_id, purpose) else "never"


def _old_texts(self: Ledger, person_id: str, purpose: Purpose) -> State:
    word = self.word(person_id, purpose)
    return "never" if word is None else "given" if word.given else "withdrawn"


@pytest.mark.parametrize("careless", [_deaf, _old_texts])
def test_control_a_release_that_hears_less_is_found(monkeypatch, careless) -> None:
    monkeypatch.setattr(Ledger, "state", careless)
    with pytest.raises(AssertionError):
        machine(examples=100)


# -- one tandem -------------------------------------------------------------------------------------


@pytest.fixture
def both(store: Store) -> tuple[str, str]:
    store.clock = Clock()
    begin(store)
    with store.write("test", "test") as writer:
        ids = join(writer, RUN, "mentee", "=1+1", "@Harz"), join(writer, RUN, "mentor", "Bea", "Halle")
        pair(writer, RUN, *ids)
    for person_id in ids:
        note(store, LEAD, person_id, "sharing", True, channel="paper")
    store.clock.forward(minutes=1)
    return ids


def test_of_whom_data_were_handed_on_stands_in_the_trail_and_of_nobody_else(store: Store, both) -> None:
    with store.write("test", "test") as writer:
        other = join(writer, RUN, "mentee", "Cleo")
        pair(writer, RUN, other, both[1])
    (found,) = release(store, LEAD, RUN)
    assert (found.mentee.email, found.mentor.phone) == ("=1+1@example.org", f"0{both[1][1:]}")
    with store.read() as reader:
        entries = reader.trail(action="contact.release")
    assert [(e["kind"], e["subject"]) for e in entries] == [("person", both[0]), ("person", both[1])]


@pytest.mark.parametrize("purpose", ["sharing", "application"])
def test_a_no_to_either_purpose_keeps_the_data_back(store: Store, both, purpose: Purpose) -> None:
    note(store, LEAD, both[1], purpose, False, channel="talk")
    assert release(store, LEAD, RUN) == []


@pytest.mark.parametrize("careless", [False, True])
def test_a_no_of_who_turns_out_to_be_the_same_person_holds(store: Store, both, monkeypatch, careless) -> None:
    if careless:  # control: words that do not come along
        monkeypatch.setattr("mentorkit.intake.merge.put_together", lambda *_: None)
    with store.write("test", "test") as writer:
        writer.save(Run(id="p/2", programme_id="p", name="2"))
        twin = join(writer, "p/2", "mentor", "Bea")
    note(store, LEAD, twin, "sharing", False, channel="paper")
    merge(store, LEAD, preview(store, LEAD, both[1], twin))
    assert len(release(store, LEAD, RUN)) == careless


def test_who_takes_no_part_any_more_is_handed_on_to_nobody(store: Store, both) -> None:
    leave(store, LEAD, "A1", "", 1)
    assert release(store, LEAD, RUN) == []


def test_an_organisation_hands_on_nothing(store: Store, both) -> None:
    with pytest.raises(NotAllowed):
        release(store, officer("Halle"), RUN)


def test_no_cell_of_the_workbook_is_a_formula(store: Store, both) -> None:
    sheet = openpyxl.load_workbook(BytesIO(workbook(release(store, LEAD, RUN)))).active
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row]
    assert {cell.data_type for cell in cells} == {"s"}
    assert (cells[0].value, cells[3].value) == ("=1+1 X", "@Harz")


# -- at the same moment -----------------------------------------------------------------------------


def withdrawn_before_release(store: Store, person_id: str) -> bool:
    """Tell whether the trail says that somebody's data were handed on after she had withdrawn."""
    with store.read() as reader:
        handed = [e["id"] for e in reader.trail(action="contact.release", subject=person_id)]
        noes = [e["id"] for e in reader.trail(action="consent.note") if not e["after"]["given"]]
    return bool(handed and noes) and max(handed) > min(noes)


def test_a_withdrawal_stands_before_or_after_a_release_never_within(store: Store, both) -> None:
    for _ in range(8):
        barrier, found = Barrier(2), []

        def hand_on(barrier=barrier, found=found) -> None:
            barrier.wait()
            found.extend(release(store, LEAD, RUN))

        handing = Thread(target=hand_on)
        handing.start()
        barrier.wait()
        note(store, LEAD, both[0], "sharing", False, channel="talk")
        handing.join()
        with store.read() as reader:
            newest = reader.trail(kind="consent_entry")[-1]["id"]
            handed = reader.trail(action="contact.release", after=newest)
        assert not handed
        store.clock.forward(minutes=1)
        note(store, LEAD, both[0], "sharing", True, channel="talk")
        store.clock.forward(minutes=1)


def test_control_consents_read_before_the_transaction_hand_on_too_much(
    store: Store, both, monkeypatch
) -> None:
    with store.read() as reader:
        stale = Ledger(reader, "p", reader.get(Programme, "p").settings)
    looked, withdrawn = Event(), Event()

    def withdraw() -> None:
        looked.wait()
        note(store, LEAD, both[0], "sharing", False, channel="talk")
        withdrawn.set()

    Thread(target=withdraw).start()
    looked.set()
    withdrawn.wait()
    assert release(store, LEAD, RUN) == []
    monkeypatch.setattr(contacts, "Ledger", lambda *_: stale)
    assert len(release(store, LEAD, RUN)) == 1
    assert withdrawn_before_release(store, both[0])
