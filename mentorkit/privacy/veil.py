"""Records without what tells who somebody is: under a key, each kind by what analysts need of it.

What is not named here is left out, so a new field of a record stays out until somebody decides otherwise.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from mentorkit.intake.availability import FLEXIBLE, TIMES, WAYS
from mentorkit.intake.past import key_of
from mentorkit.language import say
from mentorkit.matching.criteria import MEASURES
from mentorkit.matching.pool import plain
from mentorkit.privacy.pseudonyms import digest
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.pair_rules import TandemLimit, is_yes_no
from mentorkit.programme.privacy_settings import PrivacySettings
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    Finding,
    Orders,
    Organisation,
    Overruling,
    PairDecision,
    Person,
    Programme,
    Record,
    Role,
    Run,
    Scenario,
    Tandem,
    Wish,
    Withdrawal,
)
from mentorkit.programme.rules import Rule, quoted
from mentorkit.programme.settings import CalendarEntry, OrganisationSettings, ProgrammeSettings, load_preset
from mentorkit.store.tables import PREFIX

#: Stands where a record needs a text that analysts do not get: who did it, why.
NOBODY = "–"
#: Stands where a sentence quotes what somebody wrote.
ELLIPSIS = "…"
#: Years of age that are told apart; each stands for the middle of its band.
BAND = 5
#: Kinds of fields that tell who somebody is.
_NEVER = ("email", "phone", "person")
#: Answers that count whatever a programme asks: for places, veterans, the network's fields, grades, time.
_ALWAYS = ("places", "earlier_runs", "field", "pay_scale", "birth_year", "age", "received")


@dataclass(frozen=True)
class Veil:
    """What is left of the records of one programme under a key.

    Attributes
    ----------
    key
        Of the pseudonyms.
    programme
        As it is stored.
    shared
        Words by field that enough people share to be kept, a run's name by ``run``, as :func:`plain` has
        them.
    organisations
        Organisations that keep their names, compared likewise.
    """

    key: bytes
    programme: Programme
    shared: Mapping[str, Set[str]]
    organisations: Set[str]

    def _digest(self, kind: str, name: str) -> str:
        return digest(self.key, kind, f"{self.programme.id}\0{name}")

    def id(self, kind: type[Record], record_id: str) -> str:
        """Return the id that stands for another; it cannot be taken for a counted one, and has no order."""
        return f"{PREFIX[kind]}x{self._digest(kind.__name__, record_id)}"

    def name(self, name: str) -> str:
        """Return the name that stands for another: one for all that :func:`key_of` holds for the same."""
        return f"Person {self._digest('name', ' '.join(key_of(name)))}"

    def organisation(self, name: str | None) -> str | None:
        """Return an organisation's name, or what stands for it."""
        if not name or plain(name) in self.organisations:
            return name
        return f"Organisation {self._digest('organisation', plain(name))}"

    def word(self, field: str, text: str) -> str:
        """Return a word that enough people use; else what stands for it, so that it is the same as before."""
        word = plain(text)
        return text if word in self.shared.get(field, ()) else f"#{self._digest(field, word)}"

    def answer(self, field: str, value: object) -> object:
        """Return an answer without what tells too much: years in bands, days as months, no rare words."""
        kind = FIELDS[field].kind if field in FIELDS else "text"
        if kind in _NEVER:
            return None
        if isinstance(value, list | tuple):
            if kind == "availability":
                return [said for said in value if said in {*TIMES, *WAYS, FLEXIBLE}]
            return [self.word(field, str(said)) for said in value]
        if isinstance(value, str):
            return _month(value) if kind == "date" else self.word(field, value)
        if field in ("birth_year", "age") and isinstance(value, int | float):
            return int(value) // BAND * BAND + BAND // 2
        return value if isinstance(value, bool | int | float) else None

    # -- records ------------------------------------------------------------------------------------

    def of_programme(self) -> Programme:
        """Return the programme: what its matching rests on, without its texts."""
        p = self.programme
        settings = self.settings(p.settings)
        return Programme(id=p.id, version=1, name=p.name, preset=p.preset, settings=settings)

    def settings(self, s: ProgrammeSettings) -> ProgrammeSettings:
        """Return settings without texts, sentences, contacts, goals and what else is only said to people."""
        renamed = {self.organisation(name): limits for name, limits in s.quotas.own.items()}
        known = OrganisationSettings(
            kind=s.organisations.kind,
            names=tuple(str(self.organisation(name)) for name in s.organisations.names),
            neighbours={
                str(self.organisation(name)): tuple(str(self.organisation(other)) for other in near)
                for name, near in s.organisations.neighbours.items()
            },
        )
        changes = {
            "logo": "",
            "organisations": known,
            "quotas": s.quotas.model_copy(update={"own": renamed}),
            "limits": tuple(self.limit(limit) for limit in s.limits),
            "rules": tuple(map(_unworded, s.rules)),
            "goals": (),
            "acquisition": (),
            "texts": {},
            "privacy": PrivacySettings(),
            "run": s.run.model_copy(update={"calendar": self.calendar(s.run.calendar)}),
        }
        return s.model_copy(update=changes)

    def limit(self, limit: TandemLimit) -> TandemLimit:
        """Return a limit that counts whom it counted before."""
        if is_yes_no(limit.field):
            return limit
        if limit.field == "organisation":
            values = tuple(str(self.organisation(value)) for value in limit.values)
        else:
            values = tuple(self.word(limit.field, value) for value in limit.values)
        return limit.model_copy(update={"values": values})

    def calendar(self, entries: Iterable[CalendarEntry]) -> tuple[CalendarEntry, ...]:
        """Return the dates that the preset knows, by their keys; others were given their titles by people."""
        known = {entry.key for entry in load_preset(self.programme.preset).run.calendar}
        return tuple(entry.model_copy(update={"title": entry.key}) for entry in entries if entry.key in known)

    def of_run(self, run: Run) -> Run:
        """Return a run; places that were given by arrival or receipt are the matching's: no days are left."""
        kept = {name: order for name, order in run.orders.own.items() if order in ("matching", "rank")}
        general = run.orders.general if run.orders.general in ("matching", "rank") else "matching"
        return Run(
            id=run.id,
            version=1,
            programme_id=run.programme_id,
            name=run.name,
            calendar=self.calendar(run.calendar),
            selection_fixed=run.selection_fixed,
            orders=Orders(general=general, own={str(self.organisation(n)): o for n, o in kept.items()}),
            proposal_id=run.proposal_id and self.id(Scenario, run.proposal_id),
            approved_at=run.approved_at and _at_month(run.approved_at),
            approved_goal=run.approved_goal,
            approved_weights=run.approved_weights,
            approved_lowest=run.approved_lowest,
        )

    def of_organisation(self, o: Organisation) -> Organisation:
        """Return an organisation, without contacts and other spellings."""
        name = str(self.organisation(o.name))
        return Organisation(id=self.id(Organisation, o.id), version=1, programme_id=o.programme_id, name=name)

    def of_person(self, person: Person) -> Person:
        """Return a person with a pseudonym and nothing else."""
        first, last = self.name(person.name).split()
        return Person(
            id=self.id(Person, person.id),
            version=1,
            programme_id=person.programme_id,
            first_name=first,
            last_name=last,
        )

    def of_application(self, a: Application, wishes: Mapping[str, str], used: Set[str]) -> Application:
        """Return an application.

        Parameters
        ----------
        a
        wishes
            Names of those a mentor surely wishes for, by field.
        used
            Fields that rules and criteria look at.
        """
        first, last = self.name(a.name).split()
        answers = {name: self.answer(name, value) for name, value in a.answers.items() if name in used}
        return Application(
            id=self.id(Application, a.id),
            version=1,
            run_id=a.run_id,
            person_id=self.id(Person, a.person_id),
            role=a.role,
            first_name=first,
            last_name=last,
            organisation=self.organisation(a.organisation),
            entries={field: self.name(name) for field, name in wishes.items()},
            answers={name: value for name, value in answers.items() if value is not None},
            findings=tuple(self.finding(finding, a.role) for finding in a.findings),
            status=a.status,
            overruled=a.overruled
            and Overruling(
                by=NOBODY, at=_at_month(a.overruled.at), reason=NOBODY, verdict=a.overruled.verdict
            ),
            withdrawn=a.withdrawn and Withdrawal(by=NOBODY, at=_at_month(a.withdrawn.at)),
            rank=a.rank,
            place=a.place,
        )

    def finding(self, finding: Finding, role: Role) -> Finding:
        """Return a finding without the value as it came; its rule speaks in general words."""
        broken = (
            rule for rule in self.programme.settings.rules if (rule.role, rule.code) == (role, finding.code)
        )
        asked = next(({"test": rule.test, **quoted(_unworded(rule))} for rule in broken), {})
        return Finding(code=finding.code, field=finding.field, value=finding.value and ELLIPSIS, detail=asked)

    def of_wish(self, wish: Wish, stands: Mapping[str, str], meant: str) -> Wish:
        """Return a wish.

        Parameters
        ----------
        wish
        stands
            For applications that are left out, the one that counts instead.
        meant
            Name of the mentor whom it means; what was written where that is open.
        """
        mentor = wish.mentor_application_id
        return Wish(
            id=self.id(Wish, wish.id),
            version=1,
            run_id=wish.run_id,
            application_id=self.id(Application, stands.get(wish.application_id, wish.application_id)),
            rank=wish.rank,
            text=self.name(meant),
            mentor_application_id=mentor and self.id(Application, stands.get(mentor, mentor)),
            confidence=wish.confidence,
            decided_by=NOBODY if wish.decided_by else "",
        )

    def of_decision(self, decision: PairDecision) -> PairDecision:
        """Return a decision on a pair, without its reason."""
        return PairDecision(
            id=self.id(PairDecision, decision.id),
            version=1,
            run_id=decision.run_id,
            mentee_id=self.id(Person, decision.mentee_id),
            mentor_id=self.id(Person, decision.mentor_id),
            kind=decision.kind,
        )

    def of_scenario(self, scenario: Scenario, number: int) -> Scenario:
        """Return a scenario, with a number instead of its name."""
        return Scenario(
            id=self.id(Scenario, scenario.id),
            version=1,
            run_id=scenario.run_id,
            name=say("Scenario {n}", n=number),
            goal=scenario.goal,
            weights=scenario.weights,
            lowest_score=scenario.lowest_score,
        )

    def of_tandem(self, tandem: Tandem) -> Tandem:
        """Return a tandem."""
        return Tandem(
            id=self.id(Tandem, tandem.id),
            version=1,
            run_id=tandem.run_id,
            mentee_id=self.id(Person, tandem.mentee_id),
            mentor_id=self.id(Person, tandem.mentor_id),
            score=tandem.score,
            contributions=tandem.contributions,
            state=tandem.state,
            one_by_one=tandem.one_by_one,
        )

    def of_earlier(self, tandem: EarlierTandem) -> EarlierTandem:
        """Return a tandem of a history sheet."""
        return EarlierTandem(
            id=self.id(EarlierTandem, tandem.id),
            version=1,
            programme_id=tandem.programme_id,
            year=self.year(tandem.year),
            mentee=self.name(tandem.mentee),
            mentee_organisation=self.organisation(tandem.mentee_organisation),
            mentor=self.name(tandem.mentor),
            mentor_organisation=self.organisation(tandem.mentor_organisation),
            mentee_id=tandem.mentee_id and self.id(Person, tandem.mentee_id),
            mentor_id=tandem.mentor_id and self.id(Person, tandem.mentor_id),
        )

    def year(self, text: str) -> str:
        """Return the run that a history sheet names; its figures alone if few tandems have it."""
        if plain(text) in self.shared.get("run", ()):
            return text
        return " ".join(re.findall(r"\d[\d/.–-]*", text))


def used_fields(settings: ProgrammeSettings) -> frozenset[str]:
    """Return the answers on which rules, limits, distances and criteria of a programme rest."""
    found = {*_ALWAYS}
    for used in settings.criteria:
        measure = MEASURES.get(used.name)
        defaults = {option.name: option.default for option in measure.options} if measure else {}
        found |= {used.name, *map(str, (defaults | used.options).values())}
    found |= {rule.field for rule in settings.rules} | {limit.field for limit in settings.limits}
    return frozenset(found | {distance.field for distance in settings.distances})


def _unworded(rule: Rule) -> Rule:
    """Return a rule without the sentences that people wrote for it."""
    return rule.model_copy(update={"sentences": {}})


def _month(day: str) -> str | None:
    try:
        return dt.date.fromisoformat(day).replace(day=1).isoformat()
    except ValueError:
        return None


def _at_month(moment: dt.datetime) -> dt.datetime:
    return dt.datetime(moment.year, moment.month, 1, tzinfo=dt.UTC)
