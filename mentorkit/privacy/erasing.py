"""What erasing people takes: which records go, which lose a name, and which past is forgotten."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from mentorkit.intake.names import split_name
from mentorkit.intake.past import key_of
from mentorkit.intake.settle import settle
from mentorkit.language import say, speaking
from mentorkit.matching import placing
from mentorkit.privacy import nameless
from mentorkit.privacy.history_people import ROLES, side_id, told_alone
from mentorkit.privacy.holdings import Holdings, drafts_on, held_by_applications, held_on
from mentorkit.privacy.mentions import Mentions
from mentorkit.privacy.records import ConsentEntry, DataRequest, Erasure, SealedText
from mentorkit.programme.records import (
    Application,
    Draft,
    EarlierTandem,
    FormLink,
    NamedConflict,
    PairComment,
    PairDecision,
    Person,
    Programme,
    Prospect,
    Record,
    Run,
    Scenario,
    Settlement,
    TakenFile,
    Tandem,
    TwoPersons,
    Wish,
)
from mentorkit.store import Reader, Writer
from mentorkit.store.tables import TABLES

#: What goes with a person; with the content of her application go her wishes alone.
_GOES: tuple[type[Record], ...] = (
    Wish, NamedConflict, TwoPersons, PairDecision, PairComment, Settlement, Prospect, FormLink, SealedText,
    Draft,
)  # fmt: skip
#: What people write about others, in each run.
_WRITTEN: tuple[type[Record], ...] = (
    Application, Wish, NamedConflict, PairDecision, PairComment, Settlement, Scenario, Prospect, FormLink,
    TakenFile,
)  # fmt: skip
#: Of what the past says nothing about anybody.
_PLAIN = (Tandem, ConsentEntry, Erasure)
_BY_ID = (
    "person_id", "application_id", "mentee_id", "mentor_id", "mentor_application_id", "one_id", "other_id",
)  # fmt: skip
_KINDS = {table.name: kind for kind, table in TABLES.items()}
Key = tuple[str, str]


@dataclass
class Plan:
    """What erasing changes; made by reading alone.

    Attributes
    ----------
    mine
        What is held on those who are erased.
    gone
        Records that go.
    fresh
        What others become, by kind and id, and ``before`` what they were.
    running
        Tandems that go on, and lose one of the two.
    withdrawn
        Ids of the applications that take no part any more.
    """

    mine: Holdings
    mentions: Mentions
    word: str
    by: str
    at: dt.datetime
    gone: list[Record] = field(default_factory=list)
    before: dict[tuple[type[Record], str], Record] = field(default_factory=dict)
    fresh: dict[tuple[type[Record], str], Record] = field(default_factory=dict)
    running: list[Tandem] = field(default_factory=list)
    withdrawn: set[str] = field(default_factory=set)
    others: Counter[type[Record]] = field(default_factory=Counter)

    def change(self, record: Record, fresh: Record) -> None:
        """Note what a record becomes."""
        key = type(record), record.id
        self.before.setdefault(key, record)
        if fresh != record:
            self.fresh[key] = fresh

    def now(self, record: Any) -> Any:  # noqa: ANN401 - the same kind of record
        """Return a record as it will be."""
        return self.fresh.get((type(record), record.id), record)

    @property
    def versions(self) -> dict[tuple[str, str], int]:
        """The versions of all that goes or changes."""
        all_ = (*self.gone, *self.before.values())
        return {(type(record).__name__, record.id): record.version for record in all_}

    @property
    def ids(self) -> frozenset[str]:
        """The ids of those who are erased, and of their applications."""
        return self.mine.ids | {a.id for a in self.mine.of(Application)}

    @property
    def subjects(self) -> frozenset[str]:
        """Names of the keys to be destroyed."""
        texts = {r.subject for r in self.gone if isinstance(r, SealedText)}
        return self.mine.ids | texts


def plan_of(  # noqa: PLR0913, PLR0917 - whom, and what is known of them
    reader: Reader,
    by: str,
    at: dt.datetime,
    people: Collection[Person] = (),
    contents: Collection[Application] = (),
    history: Collection[EarlierTandem] = (),
) -> Plan:
    """Return what it takes to erase persons of one programme, or the contents of applications alone.

    ``history`` are the tandems of persons of whom history sheets alone told, tied to them.
    """
    programme_id = (
        next((p.programme_id for p in people), None)
        or reader.get(Run, next(iter(contents)).run_id).programme_id
    )
    mine = held_on(reader, people, history) if people else held_by_applications(reader, contents)
    namesakes = [
        (p.first_name, p.last_name)
        for p in reader.all(Person, programme_id=programme_id)
        if p.id not in mine.ids
    ]
    if history:
        own = {side_id(tandem, role) for tandem in history for role in ROLES}
        namesakes += [split_name(t.name) for t in told_alone(reader, programme_id) if t.id not in own]
    mentions = mine.mentions(namesakes) if people else Mentions(())
    with speaking(reader.get(Programme, programme_id).settings.voice()):
        plan = Plan(mine, mentions, say(nameless.ERASED), by, at)
    if people:
        _erase_people(reader, plan)
        _let_others_say_less(reader, plan)
    else:
        for application in contents:
            plan.change(application, nameless.without_content(application))
        plan.gone += mine.of(Wish)  # all else has a time of its own
    return plan


def plan_of_records(by: str, at: dt.datetime, records: Sequence[Record]) -> Plan:
    """Return what it takes to erase records that are of nobody alone."""
    return Plan(Holdings((), (), {}), Mentions(()), "", by, at, gone=list(records))


def _erase_people(reader: Reader, plan: Plan) -> None:
    mine, word = plan.mine, plan.word
    plan.gone += [record for kind in _GOES for record in mine.of(kind)]
    plan.gone += drafts_on(reader, mine, plan.mentions)
    runs = {run_id: reader.get(Run, run_id) for run_id in mine.runs}
    lasting = {run.id for run in runs.values() if not _is_over(run, plan.at.date())}
    for person in mine.people:
        plan.change(person, nameless.of_person(person, word))
    for application in mine.of(Application):
        fresh = nameless.of_application(application, word)
        if application.run_id in lasting:
            plan.withdrawn.add(application.id)
            fresh = nameless.gone(fresh, plan.by, plan.at)
        plan.change(application, fresh)
    for tandem in mine.of(Tandem):
        if runs[tandem.run_id].approved_at is None:
            plan.gone.append(tandem)
        elif tandem.run_id in lasting and tandem.state in ("proposed", "active"):
            plan.running.append(tandem)
            plan.change(tandem, tandem.with_(state="dissolved"))
    for earlier in mine.of(EarlierTandem):
        plan.change(earlier, _without_her(earlier, plan))
    for request in mine.of(DataRequest):
        plan.change(request, request.with_(remark=""))


def _is_over(run: Run, today: dt.date) -> bool:
    return bool(run.calendar) and max(entry.last_day for entry in run.calendar) < today


def _without_her(earlier: EarlierTandem, plan: Plan) -> EarlierTandem:
    """Return a tandem of an earlier run without her name, also where only the name told that it was she."""
    whose = {key_of(person.name): person.id for person in plan.mine.people}
    for role in ("mentee", "mentor"):
        name, person_id = getattr(earlier, role), getattr(earlier, f"{role}_id")
        if person_id in plan.mine.ids or (person_id is None and plan.mentions.has(name)):
            person_id = person_id or whose.get(key_of(name), plan.mine.people[0].id)
            earlier = nameless.of_earlier(earlier, role, person_id, plan.word)
    return earlier


def _let_others_say_less(reader: Reader, plan: Plan) -> None:
    """Take the name out of what others wrote."""
    left = {(type(record), record.id) for record in plan.gone}
    ids = plan.ids
    for wish in _wishes_meaning(reader, plan):
        if (Wish, wish.id) not in left:
            plan.change(wish, nameless.of_wish(wish, plan.word, plan.by))
            of = reader.get(Application, wish.application_id)
            plan.change(of, nameless.without_wish(plan.now(of), wish.rank, plan.word))
    for conflict in plan.mine.named_by:
        if (NamedConflict, conflict.id) not in left:
            plan.change(conflict, nameless.of_conflict(conflict, ids))
    own: set[tuple[type[Record], str]] = {(Application, a.id) for a in plan.mine.of(Application)}
    for record in _written(reader, plan.mine):
        if (type(record), record.id) not in left | own:
            now = plan.now(record)
            plan.change(record, nameless.without_mentions(now, plan.mentions, ids, plan.word))
    plan.before = {key: record for key, record in plan.before.items() if key in plan.fresh}
    own |= {(kind, r.id) for kind in (Tandem, EarlierTandem, DataRequest) for r in plan.mine.of(kind)}
    plan.others.update(kind for kind, i in plan.fresh if (kind, i) not in own and kind is not Person)


def _wishes_meaning(reader: Reader, plan: Plan) -> Iterator[Wish]:
    """Yield the wishes of others for one of those who are erased, also where she was still to be won."""
    prospects = {record.id for record in plan.mine.of(Prospect)}
    yield from plan.mine.wishes_for
    for key in sorted(prospects):
        yield from (w for w in reader.all(Wish, prospect_id=key) if w not in plan.mine.wishes_for)


def _written(reader: Reader, mine: Holdings) -> Iterator[Record]:
    for kind in _WRITTEN:
        for run_id in mine.runs:
            yield from reader.all(kind, run_id=run_id)
    for programme_id in sorted({person.programme_id for person in mine.people}):
        yield from reader.all(EarlierTandem, programme_id=programme_id)
        yield from reader.all(DataRequest, programme_id=programme_id)


# -- the past -------------------------------------------------------------------------------------


def past_of(reader: Reader, plan: Plan) -> dict[Key, list[int]]:
    """Return the entries of the trail of which is to be forgotten what they say, by kind and record."""
    whole = {(TABLES[type(r)].name, r.id) for r in (*plan.gone, *_her_own(plan)) if not isinstance(r, _PLAIN)}
    whole |= {("person", i) for i in plan.mine.ids}
    ids = plan.ids
    found: dict[Key, list[int]] = defaultdict(list)
    for entry in reader.past():
        key = entry["kind"], entry["subject"]
        if key in whole or _tells(entry, _KINDS[entry["kind"]], ids, plan):
            found[key].append(entry["id"])
    return found


def _her_own(plan: Plan) -> Iterator[Record]:
    """Yield her records that stay; of those of others only what mentions her is forgotten."""
    if plan.mine.people:
        for kind in (Application, EarlierTandem, DataRequest):
            yield from plan.mine.of(kind)
    else:
        yield from plan.before.values()


def _tells(entry: Mapping[str, Any], kind: type[Record], ids: frozenset[str], plan: Plan) -> bool:
    """Tell whether an entry says something of those who are erased: that it is theirs, or their name."""
    texts = [entry[side] for side in ("before", "after") if entry[side]]
    if kind in _GOES and any(f'"{i}"' in text for text in texts for i in ids):
        states = [from_json(text) for text in texts]
        if any(
            state.get(name) in ids for state in states for name in _BY_ID if name != "mentor_application_id"
        ):
            return True
    if not any(plan.mentions.may_be_in(text) for text in (entry["reason"], *texts)):
        return False
    about_others = kind in _WRITTEN or kind in (EarlierTandem, DataRequest)
    states = [nameless.says_of_others(kind, from_json(text), ids) for text in texts] if about_others else []
    return plan.mentions.has([entry["reason"], *states])


# -- doing it -------------------------------------------------------------------------------------


def carry_out(writer: Writer, plan: Plan, along: Collection[str] = ()) -> list[Erasure]:
    """Do what a plan says; return who was erased. Nothing of it can be undone.

    ``along`` are those whom nobody erased, but who are one with somebody erased in this copy.
    """
    noted = [
        Erasure(
            id=writer.new_id(Erasure), person_id=i, born=writer.born(Person, i), at=plan.at, along=i in along
        )
        for i in (sorted(plan.mine.ids) if plan.mine.people else ())
    ]  # fmt: skip
    noted += _in_history(writer, plan, along)
    leaving = [
        plan.fresh.pop((Application, i)) for i in sorted(plan.withdrawn) if (Application, i) in plan.fresh
    ]
    by_kind: dict[type[Record], list[Record]] = defaultdict(list)
    for (kind, _), record in plan.fresh.items():
        by_kind[kind].append(record)
    for records in by_kind.values():
        writer.save_all(records)
    for record in plan.gone:
        writer.delete(record)
    if leaving:
        placing.save(writer, [record for record in leaving if isinstance(record, Application)])
    for run_id in sorted({a.run_id for a in leaving if isinstance(a, Application)}):
        settle(writer, writer.get(Run, run_id))
    saved = [writer.save(erasure) for erasure in noted]
    _forget(writer, past_of(writer, plan))
    return saved


def _in_history(writer: Writer, plan: Plan, along: Collection[str]) -> Iterator[Erasure]:
    """Yield by what her name in earlier runs is known again in a copy that does not tell whose it is."""
    for earlier in plan.before.values():
        if isinstance(earlier, EarlierTandem):
            born = writer.born(EarlierTandem, earlier.id)
            for role in ROLES:
                if (whose := getattr(plan.now(earlier), f"{role}_id")) in plan.mine.ids:
                    yield Erasure(
                        id=writer.new_id(Erasure), person_id=side_id(earlier, role), born=born, at=plan.at,
                        along=whose in along,
                    )  # fmt: skip


def _forget(writer: Writer, past: Mapping[Key, Sequence[int]]) -> None:
    for (table, subject), numbers in past.items():
        writer.forget(_KINDS[table], subject, numbers)
