"""Everything that is held on a person, for herself: as one JSON file, or as tables that any program opens.

Others stay out of it: a partner is “another person”, and where a text of somebody else mentions one, her name
is taken out. What she said herself, such as whom she wished for, stays as she said it. What others said of
her in confidence is theirs and is left out.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from mentorkit.forms.schema import wordings
from mentorkit.intake.changes import label_of, state_word
from mentorkit.intake.findings import sentences
from mentorkit.language import LANGUAGES, later, say, speaking
from mentorkit.privacy.export_zip import to_zip
from mentorkit.privacy.history_people import Told, someone
from mentorkit.privacy.holdings import Holdings, Name, drafts_on, held_on
from mentorkit.privacy.mentions import Mentions
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import ConsentEntry, DataRequest, SealedText
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    FormLink,
    NamedConflict,
    Organisation,
    PairComment,
    PairDecision,
    Person,
    Programme,
    Prospect,
    Run,
    Settlement,
    Tandem,
    Wish,
)
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.store import Reader, Store
from mentorkit.store.tables import TABLES

RIGHT = "person.export"
#: What each table holds, in words.
TITLES: dict[str, str] = {
    "person": later("Person"),
    "applications": later("Applications"),
    "answers": later("What was said in them, and what was understood"),
    "wishes": later("Wishes"),
    "named_in_confidence": later("Whom you named in confidence"),
    "tandems": later("Tandems"),
    "earlier_tandems": later("Tandems of earlier runs"),
    "decisions": later("Decisions on pairs"),
    "comments": later("Comments on pairs"),
    "settlements": later("What was settled in tandems"),
    "prospects": later("Entries among those who are to be won as {mentor:pl.nom}"),
    "links": later("Personal links"),
    "consents": later("Consents"),
    "requests": later("Requests by law"),
    "confidential_texts": later("Confidential texts"),
    "drafts": later("Unconfirmed work that mentions you"),
    "trail": later("What was done with these data, by whom and when"),
}
Row = dict[str, Any]
Opened = Callable[[SealedText], Mapping[str, str]]


@dataclass(frozen=True)
class Export:
    """What is held on a person: rows by table, what these are called, when and of which programme."""

    person_id: str
    programme: str
    at: dt.datetime
    tables: Mapping[str, list[Row]]
    titles: Mapping[str, str]
    settings: ProgrammeSettings

    @property
    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        return {name: len(rows) for name, rows in self.tables.items()}

    def to_json(self) -> bytes:
        """Return it as JSON."""
        document = {
            "person_id": self.person_id,
            "programme": self.programme,
            "made_at": self.at.isoformat(),
            "titles": self.titles,
            "tables": self.tables,
        }
        return json.dumps(document, ensure_ascii=False, indent=1, default=str).encode()

    def to_zip(self) -> bytes:
        """Return it as a ZIP file to be read by herself, see :mod:`mentorkit.privacy.export_zip`."""
        return to_zip(self)


def export(store: Store, actor: Actor, person_id: str, open_texts: Opened | None = None) -> Export:
    """Return everything that is held on a person; that it was handed out is noted in the audit trail.

    Parameters
    ----------
    store, actor, person_id
        Where, who and on whom.
    open_texts
        Opens a confidential text with an evaluator's key; without it only that there is one is told.

    Raises
    ------
    NotAllowed
        If the actor may not hand it out (``person.export``).
    NotFound
        If there is no such person.
    """
    with store.write(actor.name, RIGHT) as writer:
        person, told = someone(writer, person_id)
        actor.require(RIGHT, person.programme_id)
        programme = writer.get(Programme, person.programme_id)
        with speaking(programme.settings.voice()):
            tables = _Tables.of(writer, person, told, programme.settings, open_texts)
            found = {name: list(rows) for name, rows in tables.all().items()}
            titles = {name: say(title) for name, title in TITLES.items()}
        for kind, subject in _subjects(person, told):
            writer.note(kind, subject)
        return Export(person_id, programme.name, writer.at, found, titles, programme.settings)


def _subjects(person: Person, told: Told | None) -> list[tuple[str, str]]:
    """Return of what the trail tells that it was handed out."""
    return [("earlier_tandem", tandem.id) for tandem, _ in told.sides] if told else [("person", person.id)]


@dataclass(frozen=True)
class _Tables:
    """Makes the tables of one person."""

    reader: Reader
    mine: Holdings
    others: Mentions
    another: str
    runs: Mapping[str, str]
    open_texts: Opened | None
    #: The texts that are agreed to now, by their hash.
    texts: Mapping[str, str]

    @classmethod
    def of(
        cls,
        reader: Reader,
        person: Person,
        told: Told | None,
        settings: ProgrammeSettings,
        open_texts: Opened | None,
    ) -> _Tables:
        mine = held_on(reader, [person], told.tied_to(person.id) if told else ())
        runs = {run.id: run.name for run in reader.all(Run, programme_id=person.programme_id)}
        others = _others(reader, person.programme_id, mine)
        present = [text for language in LANGUAGES for text in wordings(settings, language).values()]
        texts = {text.text_hash: text.text for text in present}
        return cls(reader, mine, others, say("another person"), runs, open_texts, texts)

    def all(self) -> dict[str, Iterator[Row]]:
        """Return the rows by table."""
        return {name: getattr(self, f"_{name}")() for name in TITLES}

    def _hidden(self, value: Any) -> Any:  # noqa: ANN401 - whatever a record holds
        """Return what somebody else said, without others' names."""
        return self.others.without(value, self.another)

    def _person(self) -> Iterator[Row]:
        for person in self.mine.people:
            yield {
                "id": person.id,
                "first_name": person.first_name,
                "last_name": person.last_name,
                "email": person.email,
                "birth_year": person.birth_year,
                "pauses_until": person.pauses_until,
            }

    def _applications(self) -> Iterator[Row]:
        for a in self.mine.of(Application):
            decision, left = a.overruled, a.withdrawn
            yield {
                "id": a.id,
                "run": self.runs[a.run_id],
                "role": a.role,
                "first_name": a.first_name,
                "last_name": a.last_name,
                "organisation": a.organisation,
                "came_by": a.source and a.source.kind,
                "file": a.source and self._hidden(a.source.file),
                "row": a.source.row if a.source and a.source.row else None,
                "status": state_word(a),
                "findings": self._hidden(sentences(a)),
                "remarks": self._hidden(list(a.notes)),
                "decided": decision and f"{decision.verdict}: {self._hidden(decision.reason)}",
                "decided_by": decision and decision.by,
                "decided_at": decision and decision.at,
                "withdrawn_at": left and left.at,
                "withdrawn_by": left and left.by,
                "withdrawn_why": left and self._hidden(left.reason),
                "rank": a.rank,
                "place": a.place,
            }

    def _answers(self) -> Iterator[Row]:
        for a in self.mine.of(Application):
            for field in dict.fromkeys((*a.entries, *a.answers)):
                yield {
                    "application": a.id,
                    "field": field,
                    "label": label_of(field),
                    "said": a.entries.get(field),
                    "understood": a.answers.get(field),
                }
            for heading, said in a.extra.items():
                # nobody knows who wrote what stands in columns of a file that are no fields
                yield {"application": a.id, "label": self._hidden(heading), "said": self._hidden(said)}

    def _wishes(self) -> Iterator[Row]:
        for wish in self.mine.of(Wish):
            known = wish.mentor_application_id is not None
            meant = say("somebody who applied") if known else None
            yield {"run": self.runs[wish.run_id], "rank": wish.rank, "said": wish.text, "understood": meant}

    def _named_in_confidence(self) -> Iterator[Row]:
        for named in self.mine.of(NamedConflict):
            yield {"run": self.runs[named.run_id], "kind": named.kind, "said": named.text}

    def _tandems(self) -> Iterator[Row]:
        for tandem in self.mine.of(Tandem):
            yield {
                "run": self.runs[tandem.run_id],
                "role": self._role(tandem),
                "partner": self.another,
                "state": tandem.state,
                "score": tandem.score,
                "contributions": tandem.contributions,
                "one_by_one": tandem.one_by_one,
            }

    def _role(self, pair: Any) -> str:  # noqa: ANN401 - any record about two people
        return "mentee" if pair.mentee_id in self.mine.ids else "mentor"

    def _earlier_tandems(self) -> Iterator[Row]:
        for tandem in self.mine.of(EarlierTandem):
            role = "mentor" if tandem.mentor_id in self.mine.ids else "mentee"
            yield {
                "year": tandem.year,
                "role": role,
                "name": self._hidden(getattr(tandem, role)),
                "organisation": getattr(tandem, f"{role}_organisation"),
                "partner": self.another,
                "file": tandem.source and self._hidden(tandem.source.file),
            }

    def _decisions(self) -> Iterator[Row]:
        for decision in self.mine.of(PairDecision):
            yield {
                "run": self.runs[decision.run_id],
                "role": self._role(decision),
                "kind": decision.kind,
                "reason": self._hidden(decision.reason),
            }

    def _comments(self) -> Iterator[Row]:
        for comment in self.mine.of(PairComment):
            yield {
                "run": self.runs[comment.run_id],
                "role": self._role(comment),
                "text": self._hidden(comment.text),
                "by": comment.by,
                "at": comment.at,
            }

    def _settlements(self) -> Iterator[Row]:
        for settled in self.mine.of(Settlement):
            yield {
                "run": self.runs[settled.run_id],
                "role": self._role(settled),
                **self._hidden(settled.parts),
                "by": settled.by,
                "at": settled.at,
            }

    def _prospects(self) -> Iterator[Row]:
        for prospect in self.mine.of(Prospect):
            yield {
                "run": self.runs[prospect.run_id],
                "name": self._hidden(prospect.name),
                "email": prospect.email,
                "phone": prospect.phone,
                "state": prospect.state,
                "asked_at": list(prospect.asked_at),
                "remark": self._hidden(prospect.remark),
                "opinions": [
                    f"{o.criterion}: {o.holds} ({o.by}, {o.at.date()}) {self._hidden(o.remark)}".strip()
                    for o in prospect.opinions
                ],
            }

    def _links(self) -> Iterator[Row]:
        for link in self.mine.of(FormLink):
            yield {
                "run": self.runs[link.run_id],
                "role": link.role,
                "purpose": link.purpose,
                "name": self._hidden(link.name),
                "email": link.email,
                "expires_at": link.expires_at,
                "used_at": link.used_at,
            }

    def _consents(self) -> Iterator[Row]:
        for entry in self.mine.of(ConsentEntry):
            told = ("purpose", "given", "wording", "text_hash", "channel", "at")
            text = self.texts.get(entry.text_hash)
            yield {name: getattr(entry, name) for name in told} | {"by": self._hidden(entry.by), "text": text}

    def _requests(self) -> Iterator[Row]:
        for request in self.mine.of(DataRequest):
            told = ("kind", "received", "due", "state", "closed")
            yield {name: getattr(request, name) for name in told}

    def _confidential_texts(self) -> Iterator[Row]:
        for text in self.mine.of(SealedText):
            told = {"run": self.runs[text.run_id], "kind": text.kind, "channel": text.channel, "at": text.at}
            yield {**told, **(self.open_texts(text) if self.open_texts else {})}

    def _drafts(self) -> Iterator[Row]:
        for draft in drafts_on(self.reader, self.mine, self.mine.mentions()):
            yield {"run": self.runs[draft.run_id], "app": draft.app, "by": draft.user}

    def _trail(self) -> Iterator[Row]:
        kinds = {kind: records for kind, records in self.mine.records.items() if kind is not NamedConflict}
        subjects = [("person", i) for i in sorted(self.mine.ids)]
        subjects += [(TABLES[kind].name, r.id) for kind, records in kinds.items() for r in records]
        entries = [e for kind, i in subjects for e in self.reader.trail(kind=kind, subject=i)]
        for entry in sorted(entries, key=lambda e: e["id"]):
            yield {"at": entry["at"], "action": entry["action"], "about": entry["kind"], "by": entry["actor"]}


def _others(reader: Reader, programme_id: str, mine: Holdings) -> Mentions:
    """Return what finds everybody else whom the programme knows, but not her."""
    names: set[Name] = set()
    addresses, numbers = set[str](), set[str]()
    for person in reader.all(Person, programme_id=programme_id):
        if person.id not in mine.ids:
            names.add((person.first_name, person.last_name))
            addresses.add(person.email or "")
    for run in reader.all(Run, programme_id=programme_id):
        for a in reader.all(Application, run_id=run.id):
            if a.person_id not in mine.ids:
                names.add((a.first_name, a.last_name))
                addresses.add(a.entries.get("email", ""))
                numbers.add(a.entries.get("phone", ""))
        _add_told(reader, run, mine, names, addresses)
    for tandem in reader.all(EarlierTandem, programme_id=programme_id):
        for role in ("mentee", "mentor"):
            if getattr(tandem, f"{role}_id") not in mine.ids:
                names.add(_split(getattr(tandem, role)))
    for organisation in reader.all(Organisation, programme_id=programme_id):
        for contact in organisation.contacts:
            names.add(_split(contact.name))
            addresses.add(contact.email)
            numbers.add(contact.phone)
    own = mine.addresses
    return Mentions(names, addresses - own, numbers - mine.numbers, but=mine.names)


def _add_told(reader: Reader, run: Run, mine: Holdings, names: set[Name], addresses: set[str]) -> None:
    """Add those of whom only lists of people to be asked, and links, tell."""
    kinds: tuple[type[Prospect] | type[FormLink], ...] = (Prospect, FormLink)
    for kind in kinds:
        known = {record.id for record in mine.of(kind)}
        for record in reader.all(kind, run_id=run.id):
            if record.id not in known:
                names.add(_split(record.name))
                addresses.add(record.email)


def _split(name: str) -> Name:
    from mentorkit.intake.names import split_name

    return split_name(name)
