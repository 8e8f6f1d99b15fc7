"""A small workbench of two like programmes, and what of it the services are called with.

Each programme has the same organisations, so that a service which asks for the organisation alone is found
out by the people of the other programme.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import product
from pathlib import Path

from mentorkit.intake import actions, service
from mentorkit.intake.context import Context
from mentorkit.intake.intake import Intake
from mentorkit.intake.merge import Preview, preview
from mentorkit.intake.pool import Member
from mentorkit.matching.matching import Matching
from mentorkit.matching.service import propose
from mentorkit.matching.steps import Step
from mentorkit.privacy import confidence, reader_keys, retention
from mentorkit.privacy.envelopes import key_of_code, lock, new_code, new_key, public_of
from mentorkit.privacy.own_key import OpenKey
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.privacy.records import ConsentEntry, DataRequest, SealedText, User
from mentorkit.programme import records as r
from mentorkit.programme.settings import CalendarEntry, load_preset
from mentorkit.setup.change import Change
from mentorkit.setup.service import change_of
from mentorkit.store import Store, Writer
from mentorkit.store.ring import RECOVERY, KeyReader, OwnKey

ME = sole_actor("me")
HERE, ELSEWHERE = "unna", "soest"
KAMEN, WERNE = "Kamen", "Werne"
NOW = dt.datetime(2014, 2, 18, 9, tzinfo=dt.UTC)
#: When everything was kept long enough.
LATE = dt.date(2040, 1, 1)
#: The evaluator's key, opened, with its passphrase, and the code of the recovery sheets.
PASSPHRASE, OPEN, CODE = "zwölf Enten am Kanal", OpenKey("evaluator", new_key()), new_code()
#: Who tries everything: role, programme, organisation.
ROLES: dict[str, tuple[str, str | None, str | None] | None] = {
    "lead": ("lead", HERE, None),
    "lead elsewhere": ("lead", ELSEWHERE, None),
    "coordination": ("organisation", HERE, KAMEN),
    "other coordination": ("organisation", HERE, WERNE),
    "evaluator": ("evaluator", HERE, None),
    "analyst": ("analyst", HERE, None),
    "data protection": ("data-protection", HERE, None),
    "operator": ("operator", None, None),
    "nobody": None,
}


@dataclass(frozen=True)
class Thing:
    """What a service is called with: something of one organisation of one programme, or what is erased."""

    programme: str
    organisation: str
    run: str
    store: Store = field(repr=False)
    folder: Path
    #: What all ids of it begin with.
    key: str
    gone: bool = False

    @property
    def partner_organisation(self) -> str:
        return WERNE if self.organisation == KAMEN else KAMEN

    # ids of records
    def id(self, kind: str) -> str:
        return f"{self.key} {kind}"

    def stored(self, kind, name: str):
        """Return a record as it is stored; of what is erased, one that was."""
        if self.gone:
            was = replace(self, programme=HERE, key=f"{HERE} {KAMEN}", gone=False)
            return was.stored(kind, name).model_copy(update={"id": self.id(name)})
        with self.store.read() as reader:
            return reader.get(kind, self.id(name))

    def application(self, name: str = "mended") -> r.Application:
        return self.stored(r.Application, name)

    def person(self, name: str = "mended") -> str:
        return f"P {self.id(name)}"

    @property
    def pair(self) -> tuple[str, str]:
        """A mentee of the organisation, and a mentor of the other one."""
        return self.person("undone"), f"P {self.programme} {self.partner_organisation} mentor"

    @property
    def member(self) -> Member:
        person = r.Person(id=self.person("mentor"), version=1, programme_id=self.programme, first_name="A",
                          last_name="B")  # fmt: skip
        return Member("A B", person)

    @cached_property
    def matching(self) -> Matching:
        return propose(self.store, ME, self._run_or_another)

    @cached_property
    def context(self) -> Context:
        found = service.context_of(self.store, ME, self._run_or_another)
        return replace(found, run=found.run.model_copy(update={"id": self.run})) if self.gone else found

    @property
    def intake(self) -> Intake:
        return Intake(self.context)

    @cached_property
    def change(self) -> Change:
        found = change_of(self.store, ME, HERE if self.gone else self.programme)
        return replace(found, programme_id=self.programme)

    @property
    def plan(self) -> actions.Plan:
        return actions.Plan("withdraw", (actions.Effect(self.application(), self.application()),))

    @property
    def merging(self) -> Preview:
        """What putting two persons together would do."""
        if not self.gone:
            return preview(self.store, ME, self.person("mentor"), self.person("double"))
        one = r.Person(id="erased", programme_id=self.programme, first_name="A", last_name="B")
        return Preview(one, one.with_(id="other"), one, (), (), ())

    @property
    def settings(self):
        return load_preset("cross-administration")

    @property
    def step(self) -> Step:
        return Step("matching.back", 1, "")

    @property
    def text(self) -> str:
        """The id of what the mended mentee confided."""
        if self.gone:
            return self.id("text")
        with self.store.read() as reader:
            return reader.all(SealedText, person_id=self.person())[0].id

    @cached_property
    def due(self) -> retention.Preview:
        """What is to be erased of all programmes, in the end."""
        return retention.preview(self.store, ME, LATE)

    @property
    def deed(self) -> actions.Deed:
        return actions.Deed(NOW, "me", "application.mend", "", "", ())

    @property
    def _run_or_another(self) -> str:
        return f"{HERE}/2014" if self.gone else self.run

    @property
    def scenario(self) -> r.Scenario:
        """A scenario of the run, which belongs to no organisation."""
        if self.gone:
            return r.Scenario(id="erased", run_id=self.run, name="Other", version=1)
        with self.store.read() as reader:
            return reader.get(r.Scenario, f"{self.programme} scenario")

    @property
    def user(self) -> str:
        """A user with one role, in the programme."""
        return "nobody-at-all" if self.gone else f"guest-{self.programme}"


def things(store: Store, folder: Path) -> dict[str, Thing]:
    """Return what the services are called with, by what it is called in the names of tests."""
    found = {
        f"{programme} {organisation}": Thing(
            programme, organisation, f"{programme}/2014", store, folder, f"{programme} {organisation}"
        )
        for programme in (HERE, ELSEWHERE)
        for organisation in (KAMEN, WERNE)
    }
    return found | {"erased": Thing("erased", "Erased", "erased/2014", store, folder, "erased", gone=True)}


def prepared() -> Store:
    """Return a workbench with something of every kind in each organisation of each programme."""
    store = Store.create()
    store.clock = lambda: NOW
    with store.write("me", "test") as writer:
        for programme in (HERE, ELSEWHERE):
            _programme(writer, programme)
        for name, grant in ROLES.items():
            _user(writer, _log_in(name), grant)
    for thing in things(store, Path()).values():
        if not thing.gone:
            for name in ("mended", "undone"):
                found = thing.application(name)
                service.mend(store, ME, found.id, {"department": "Jugend"}, found.version)
            undone = thing.application("undone")
            actions.undo(store, ME, undone.id, undone.version)
    with store.write("me", "test") as writer:
        for programme, place in product((HERE, ELSEWHERE), (KAMEN, WERNE)):
            for record in _about(programme, f"{programme}/2014", place):
                writer.save(record)
    _confide(store)
    return store


def _confide(store: Store) -> None:
    """Let one read in each programme, another wait in one, and somebody of each organisation confide."""
    with store.write("me", "test") as writer, store.keyring.write() as ring:
        mine = OwnKey(OPEN.user, public_of(OPEN.private), lock(OPEN.private, PASSPHRASE, OPEN.user), NOW)
        ring.keep_own(mine)
        reader_keys.keep_own(writer, mine)
        for programme in (HERE, ELSEWHERE):
            guest = OwnKey(f"guest-{programme}", public_of(new_key()), b"", NOW)
            ring.keep_own(guest)
            reader_keys.keep_own(writer, guest)
            ring.admit(KeyReader(programme, RECOVERY, public_of(key_of_code(CODE)), NOW))
            if programme == ELSEWHERE:
                ring.admit(KeyReader(programme, guest.user, guest.public, NOW))
        ring.admit(KeyReader(HERE, OPEN.user, public_of(OPEN.private), NOW))
        for key in ring.readers():
            reader_keys.keep(writer, key, "me")
    with store.write("me", "test") as writer:
        for programme, place in product((HERE, ELSEWHERE), (KAMEN, WERNE)):
            run, person = writer.get(r.Run, f"{programme}/2014"), f"P {programme} {place} mended"
            confidence.seal(store, writer, run, person, "diary", {"experienced": "Much"}, "typed")


def _log_in(role: str) -> str:
    return role.replace(" ", "-")


def actor_of(store: Store, role: str) -> Actor:
    """Return who has a role, with the witness that a log-in gives."""
    from mentorkit.privacy.accounts import Accounts

    return Accounts(store).actor_of(_log_in(role))


def _user(writer: Writer, name: str, grant: tuple[str, str | None, str | None] | None) -> None:
    writer.save(User(id=name, display_name=name.title()))
    if grant:
        role, programme, organisation = grant
        writer.save(r.Grant(id=f"G {name}", user_id=name, role=role, programme_id=programme,
                            organisation=organisation))  # fmt: skip


def _programme(writer: Writer, key: str) -> None:
    settings = load_preset("cross-administration").model_copy(update={"name": key, "one_by_one": True})
    run = f"{key}/2014"
    writer.save(r.Programme(id=key, name=key, preset="cross-administration", settings=settings))
    end = CalendarEntry(key="end", title="End", day=NOW.date())
    writer.save(r.Run(id=run, programme_id=key, name="2014", calendar=(end,)))
    writer.save(r.Scenario(id=f"{key} scenario", run_id=run, name="Other"))
    _user(writer, f"guest-{key}", ("evaluator", key, None))
    for place in (KAMEN, WERNE):
        writer.save(r.Organisation(id=f"{key} {place} organisation", programme_id=key, name=place))
        for record in _people(key, run, place):
            writer.save(record)


def _people(programme: str, run: str, place: str) -> Iterator[r.Record]:
    for number, name in enumerate(("mended", "undone", "mentor", "double")):
        key, role = f"{programme} {place} {name}", "mentor" if name in ("mentor", "double") else "mentee"
        names = {"first_name": f"Ann{number}", "last_name": f"{place}er"}
        entries = {
            **names,
            "organisation": place,
            "email": f"{number}@example.org",
            "pay_grade": "A 11",
            "qualification": "ja",
            "permanent": "unbefristet",
            "gender": "w",
        }
        yield r.Person(id=f"P {key}", programme_id=programme, **names)
        yield r.Application(
            id=key, run_id=run, person_id=f"P {key}", role=role, organisation=place, entries=entries,
            answers={"pay_grade": 14 if role == "mentor" else 10, "places": 2, "topics": ["Recht"]}, **names,
        )  # fmt: skip


def _about(programme: str, run: str, place: str) -> Sequence[r.Record]:
    """Return one record of each kind that belongs to an organisation, or to its mentee."""
    key, other = f"{programme} {place}", f"{programme} {WERNE if place == KAMEN else KAMEN}"
    pair = {"run_id": run, "mentee_id": f"P {key} mended", "mentor_id": f"P {other} mentor"}
    of_run = {"run_id": run, "application_id": f"{key} mended"}
    written = {"by": "me", "at": NOW}
    return (
        r.Wish(id=f"{key} wish", rank=1, text="Ann2", **of_run),
        r.Prospect(id=f"{key} prospect", run_id=run, name="Rut Ahl"),
        r.PairDecision(id=f"{key} decision", kind="forbid", **pair),
        r.PairComment(id=f"{key} comment", text="Well", **pair, **written),
        r.NamedConflict(id=f"{key} conflict", kind="not_with", text="Rut Ahl", **of_run),
        r.Settlement(id=f"{key} settlement", expectations="Much", **pair, **written),
        r.Tandem(id=f"{key} tandem", score=1, contributions={}, one_by_one=True,
                 **{**pair, "mentee_id": f"P {key} undone"}),
        r.FormLink(id=f"{key} link", run_id=run, role="mentee", organisation=place,
                   expires_at=NOW + dt.timedelta(days=9)),
        r.FormLink(id=f"{key} sheet", run_id=run, role="mentee", purpose="diary", person_id=f"P {key} mended",
                   expires_at=NOW + dt.timedelta(days=9)),
        ConsentEntry(id=f"{key} consent", programme_id=programme, person_id=f"P {key} mended",
                     purpose="application", given=True, channel="paper", **written),
        DataRequest(id=f"{key} request", programme_id=programme, person_id=f"P {key} mended",
                    kind="information", received=NOW.date(), due=NOW.date(), by="me"),
        DataRequest(id=f"{key} closed", programme_id=programme, kind="objection", received=NOW.date(),
                    due=NOW.date(), by="me", state="done", closed=NOW.date()),
        r.HeadingMeaning(id=f"{key} meaning", programme_id=programme, organisation=place, heading="wer",
                         field="department"),
        r.TwoPersons(id=f"{key} apart", programme_id=programme, one_id=f"P {key} double",
                     other_id=f"P {key} mentor", by="me"),
    )  # fmt: skip
