"""Erasing a person: what goes, what stays without her name, and that no older backup brings her back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from mentorkit.errors import RuleBroken, StaleRecord
from mentorkit.language import later, say, say_n
from mentorkit.language.formats import listing
from mentorkit.privacy.erasing import Plan, carry_out, past_of, plan_of
from mentorkit.privacy.history_people import enter, find_told, someone
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import ConsentEntry, DataRequest, SealedText
from mentorkit.privacy.replay import RIGHT, destroy_doomed, journal, was_erased
from mentorkit.programme.records import (
    Application,
    Draft,
    EarlierTandem,
    FormLink,
    NamedConflict,
    Organisation,
    PairComment,
    PairDecision,
    Person,
    Prospect,
    Record,
    Settlement,
    Tandem,
    TwoPersons,
    Wish,
)
from mentorkit.store import Reader, Store
from mentorkit.store.keyring import Keyring

#: What records are called, one and many.
KINDS: dict[type[Record], str] = {
    Person: later("Name, e-mail address and year of birth"),
    Application: later("Applications: name, entries, findings' values, remarks, reasons, cells of the file"),
    Wish: later("Wishes"),
    NamedConflict: later("Whom she named in confidence"),
    TwoPersons: later("Notes that she is not somebody else"),
    PairDecision: later("Decisions on pairs with her"),
    PairComment: later("Comments on pairs with her"),
    Settlement: later("What was settled in her tandems"),
    Prospect: later("Entries among those who are to be won as {mentor:pl.nom}"),
    FormLink: later("Personal links"),
    SealedText: later("Confidential texts, with their key"),
    Draft: later("Unconfirmed work of users that mentions her"),
    Tandem: later("Tandems that were not approved yet"),
}


@dataclass(frozen=True)
class Item:
    """What goes or stays: of which kind, in words, how many, and why it stays."""

    kind: str
    what: str
    n: int
    why: str = ""


@dataclass(frozen=True)
class Preview:
    """What erasing a person does.

    Attributes
    ----------
    person
        As she is.
    goes, stays
        What goes, and what stays without her name, with the reason.
    told
        What else one should know before, in sentences.
    running
        Ids of tandems that go on and lose her; then a reason is needed.
    versions
        Of all that goes or changes, by kind and id; by these a change in between is noticed.
    """

    person: Person
    goes: tuple[Item, ...]
    stays: tuple[Item, ...]
    told: tuple[str, ...]
    running: tuple[str, ...]
    versions: dict[tuple[str, str], int]

    def to_json(self) -> dict[str, object]:
        """Return it for a command's JSON."""
        return {
            "person_id": self.person.id,
            "goes": [{"kind": item.kind, "what": item.what, "n": item.n} for item in self.goes],
            "stays": [{"kind": i.kind, "what": i.what, "n": i.n, "why": i.why} for i in self.stays],
            "told": list(self.told),
            "running": list(self.running),
        }


def preview(store: Store, actor: Actor, person_id: str) -> Preview:
    """Return what erasing a person would do. Changes nothing.

    Raises
    ------
    NotAllowed
        If the actor may not erase people (``person.erase``).
    NotFound
        If there is no such person.
    RuleBroken
        If she was erased already.
    """
    with store.read() as reader:
        plan = _plan(reader, actor, person_id, store)
        return _preview(reader, plan)


def erase(
    store: Store, actor: Actor, person_id: str, reason: str = "", *, preview: Preview | None = None
) -> Preview:
    """Erase a person, in one transaction; return what was done. It cannot be undone.

    It is noted in the keyring's journal before the transaction ends: if the machine stops in between, the
    workbench erases her when it is opened the next time; not so if it fails with an error.

    Parameters
    ----------
    store, actor, person_id
        Where, who and whom.
    reason
        Why; needed where it ends a tandem.
    preview
        What the actor saw of it.

    Raises
    ------
    NotAllowed, NotFound
        As :func:`preview`.
    RuleBroken
        If she was erased already, or a tandem goes on and no reason is given.
    StaleRecord
        If something of it was changed since the preview; carries both previews.
    StoreError
        If the keyring cannot be written.
    """
    actor.require(RIGHT, _programme_of(store, person_id))
    ring = prepared(store)
    with journal(ring) as note, store.write(actor.name, RIGHT) as writer:
        plan = _plan(writer, actor, person_id, store)
        now = _preview(writer, plan)
        if preview is not None and preview.versions != now.versions:
            why = say(
                "Somebody else changed this in the meantime. Please look at it as it is now and decide again."
            )
            raise StaleRecord(why, mine=preview, theirs=now)
        if now.running and not reason.strip():
            raise RuleBroken(say("A tandem that goes on loses a partner by this. Please give a reason."))
        if told := find_told(writer, person_id):
            person, history = enter(writer, told)
            plan = plan_of(writer, actor.name, plan.at, [person], history=history)
        said = plan.mentions.without(reason.strip(), plan.word)
        note(carry_out(writer.besides(RIGHT, said), plan), plan.subjects)
    clean(store, ring)
    return now


def _programme_of(store: Store, person_id: str) -> str:
    with store.read() as reader:
        return someone(reader, person_id)[0].programme_id


def prepared(store: Store) -> Keyring:
    """Return the keyring, which knows the workbench from here on and can be written to."""
    ring = store.keyring
    with ring.write():
        pass
    return ring


def clean(store: Store, ring: Keyring) -> None:
    """Destroy keys under which no text is kept, and overwrite what the database keeps beside its tables."""
    destroy_doomed(store, ring)
    store.leave_nothing()


def _plan(reader: Reader, actor: Actor, person_id: str, store: Store) -> Plan:
    person, told = someone(reader, person_id)
    actor.require(RIGHT, person.programme_id)
    if was_erased(reader, person_id):
        raise RuleBroken(say("This person was erased already."))
    history = told.tied_to(person.id) if told else ()
    return plan_of(reader, actor.name, store.clock(), [person], history=history)


# -- telling it -----------------------------------------------------------------------------------


def _preview(reader: Reader, plan: Plan) -> Preview:
    n = Counter(type(record) for record in plan.gone)
    mine = plan.mine
    stored = [person for person in mine.people if person.version]  # not of history sheets alone
    n[Person], n[Application] = len(stored), len(mine.of(Application))
    goes = [Item(kind.__name__, say(what), n[kind]) for kind, what in KINDS.items() if n[kind]]
    if plan.others:
        goes.append(Item("mentions", say("Her name in what others wrote"), plan.others.total()))
    if past := sum(map(len, past_of(reader, plan).values())):
        goes.append(Item("history", say("What the audit trail tells of earlier states"), past))
    running = tuple(tandem.id for tandem in plan.running)
    stays = tuple(item for item in (*_stays(plan), _as_contact(reader, plan)) if item.n)
    return Preview(mine.people[0], tuple(goes), stays, tuple(_told(plan, n)), running, plan.versions)


def _as_contact(reader: Reader, plan: Plan) -> Item:
    """Return where she is named as whom to turn to at an organisation, which is not what she took part as."""
    organisations = reader.all(Organisation, programme_id=plan.mine.people[0].programme_id)
    named = [o.name for o in organisations if plan.mentions.has([c.model_dump() for c in o.contacts])]
    why = say("as long as she is named there; whoever changes the programme takes her out: {names}",
              names=listing(named))  # fmt: skip
    return Item("Organisation", say("Contact persons of organisations"), len(named), why)


def _stays(plan: Plan) -> Iterator[Item]:
    mine, counted = plan.mine, say("for statistics, without a name")
    gone = {record.id for record in plan.gone if isinstance(record, Tandem)}
    tandems = [tandem for tandem in mine.of(Tandem) if tandem.id not in gone]
    yield Item(
        "Application", say("That somebody applied: run, role, organisation, status and place"),
        len(mine.of(Application)), counted,
    )  # fmt: skip
    yield Item("Tandem", say("That there was a tandem, and its score"), len(tandems), counted)
    yield Item("EarlierTandem", say("Tandems of earlier runs"), len(mine.of(EarlierTandem)), counted)
    yield Item(
        "ConsentEntry", say("The ledger of consents, under an identifier that says nothing"),
        len(mine.of(ConsentEntry)), say("to prove that the data were used lawfully (Art. 7 GDPR)"),
    )  # fmt: skip
    yield Item(
        "DataRequest", say("That and when something was asked for by law"),
        len(mine.of(DataRequest)), say("to prove that it was answered (Art. 5 GDPR)"),
    )  # fmt: skip
    yield Item(
        "audit", say("The audit trail: who did what to which identifier and when"),
        len(mine.ids), say("to prove what was done with the data (Art. 5 GDPR); there is no content in it"),
    )  # fmt: skip


def _told(plan: Plan, n: Counter[type[Record]]) -> Iterator[str]:
    if plan.running:
        yield say_n(
            "A tandem goes on: it ends by this, and the partner is without one.",
            "{n} tandems go on: they end by this, and the partners are without one.",
            len(plan.running),
        )
    if n[Draft]:
        yield say_n(
            "What a user has begun and not confirmed mentions her and goes, too.",
            "What users have begun and not confirmed in {n} places mentions her and goes, too.",
            n[Draft],
        )
    for name in plan.mine.lone_names:
        yield say(
            "“{name}” is all of a name. In what others wrote it is taken out only where it stands alone or"
            " after a form of address; please look through remarks yourself.",
            name=name,
        )
    yield say(
        "Files that were exported or printed, and backups, stay as they are; whoever restores a backup gets"
        " it without her."
    )
