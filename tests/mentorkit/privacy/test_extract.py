"""An extract tells analysts nothing that they do not need, and matches as the original does."""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

import mentorkit as mk
from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StoreError
from mentorkit.intake.names import split_name
from mentorkit.matching.pool import plain
from mentorkit.privacy.extract import KEPT, Extract, extract
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.privacy.pseudonyms import digest
from mentorkit.privacy.records import (
    ConsentEntry,
    DataRequest,
    Erasure,
    LoginLink,
    ReaderKey,
    SealedText,
    Session,
    User,
)
from mentorkit.privacy.veil import Veil
from mentorkit.programme import records, rules
from mentorkit.programme import settings as all_settings
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.pair_rules import Distance, TandemLimit
from mentorkit.programme.settings import load_preset
from mentorkit.store import Reader, Store
from mentorkit.store.backup import back_up
from mentorkit.store.check import audit_trail, problems
from mentorkit.store.tables import TABLES, metadata

KEY = b"a key that is only for tests"
ME = sole_actor("me")
#: A day, and the years of a birth and an age, that stand nowhere else.
DAY = dt.date(2013, 11, 17)
BORN, AGED = 1941, 83
PROGRAMME, RUN = "cross-company", "cross-company/2021"

# -- canaries ---------------------------------------------------------------------------------------

#: What stays as it is: names of programmes, runs and organisations, and words of the product.
STAYS = {
    ("Programme", "name"), ("Programme", "preset"), ("Run", "name"), ("Organisation", "name"),
    ("EarlierTandem", "year"), ("Finding", "code"), ("Finding", "field"), ("Tandem", "contributions"),
    ("Scenario", "weights"), ("Run", "approved_weights"),
    ("ProgrammeSettings", "name"), ("RunSettings", "name"), ("Rule", "code"),
    # organisations under the name of one that takes part
    ("Application", "organisation"), ("EarlierTandem", "mentee_organisation"),
    ("EarlierTandem", "mentor_organisation"), ("OrganisationSettings", "names"),
    ("OrganisationSettings", "neighbours"), ("Quotas", "own"), ("Orders", "own"),
    # what a programme asks is no answer of anybody's
    ("Rule", "value"), ("Rule", "values"), ("Rule", "limits"),
}  # fmt: skip
#: What cannot hold any text.
GIVEN: dict[tuple[str, str], Any] = {
    ("Run", "approved_goal"): "total",
    ("Tandem", "contributions"): {"topics": 700},
    ("Criterion", "name"): "topics",
    ("Criterion", "weight"): 1000,
    ("Criterion", "options"): {},
    ("Rule", "field"): "position",
    ("Rule", "test"): "is",
    ("Rule", "scale"): "",
    ("Rule", "value"): "MdL",
    ("Rule", "values"): (),
    ("Rule", "limits"): {},
    ("TandemLimit", "field"): "position",
    ("TandemLimit", "least_percent"): None,
    ("TandemLimit", "most_percent"): None,
    ("Distance", "field"): "age",
    ("Distance", "most"): None,
    ("ProgrammeSettings", "pay_scale"): "de-2014",
    ("ProgrammeSettings", "questions"): load_preset("cross-company").questions,
    ("Goal", "target"): None,
    ("Overruling", "verdict"): "admitted",
    ("Application", "withdrawn"): None,
    ("Application", "status"): "ok",
    ("Programme", "preset"): "cross-company",
    ("Run", "proposal_id"): "canaryid-Scenario",
    ("OrganisationSettings", "names"): ("Lünen",),
    ("OrganisationSettings", "neighbours"): {},
    ("Quotas", "own"): {},
    ("Orders", "own"): {"Lünen": "rank"},
    ("Application", "organisation"): "Lünen",
    ("Organisation", "name"): "Lünen",
    ("EarlierTandem", "mentee_organisation"): "Lünen",
    ("EarlierTandem", "mentor_organisation"): "Lünen",
}


class Canaries:
    """Records with a word of its own in each field that can hold a text, however deep."""

    def __init__(self) -> None:
        self.words: dict[str, str] = {}

    def word(self, where: str) -> str:
        word = f"canary{digest(b'words', 'word', where)}"
        self.words[word] = where
        return word

    def model(self, kind: type[BaseModel], **told: Any) -> Any:
        values = dict(told)
        for name, field in kind.model_fields.items():
            place = (kind.__name__, name)
            if name in values or (name == "version" and issubclass(kind, records.Record)):
                continue
            if place in GIVEN:
                values[name] = GIVEN[place]
            elif place in STAYS:
                values[name] = field.get_default() if not field.is_required() else "kept"
            else:
                values[name] = self.value(field.annotation, ".".join(place))
        return kind.model_validate(values)

    def value(self, kind: Any, where: str) -> Any:
        origin, parts = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self.value(parts[0], where)
        if origin is Literal:
            return parts[0]
        if origin in (Union, types.UnionType):
            return self.value(parts[0], where)
        if origin is tuple:
            return (self.value(parts[0], where),)
        if origin is dict:
            return {self.value(parts[0], f"{where} key"): self.value(parts[1], where)}
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self.model(kind)
        if kind in (str, Any, bytes):
            return self.word(where).encode() if kind is bytes else self.word(where)
        moment = dt.datetime.combine(DAY, dt.time(11, 11, 11), dt.UTC)
        return {int: 7, float: 0.5, bool: False, dt.date: DAY, dt.datetime: moment}[kind]

    def answers(self, role: str) -> dict[str, Any]:
        """An answer to each question that there is, and to one more."""
        found: dict[str, Any] = {"no_field": self.word(f"{role} no_field")}
        for name, field in FIELDS.items():
            plain = {"date": DAY.isoformat(), "year": BORN, "number": AGED, "hours": 3, "places": 1,
                     "yes_no": True, "qualification": True, "employment": True, "grade": 11}  # fmt: skip
            if field.kind in plain:
                found[name] = plain[field.kind]
                continue
            word = self.word(f"{role} answer {name}")
            found[name] = [word] if field.kind in ("list", "availability") else word
        return found

    def of(self, kind: type[records.Record]) -> Iterator[records.Record]:
        """Records of a kind, tied to those of others."""
        told = {
            "id": f"canaryid-{kind.__name__}", "programme_id": PROGRAMME, "run_id": RUN,
            "person_id": "canaryid-mentor", "mentee_id": "canaryid-mentee", "mentor_id": "canaryid-mentor",
            "one_id": "canaryid-mentee", "other_id": "canaryid-mentor", "user_id": "canaryid-User",
            "application_id": "canaryid-mentor-application",
            "mentor_application_id": "canaryid-mentor-application", "prospect_id": "canaryid-Prospect",
        }  # fmt: skip
        fitting = {name: value for name, value in told.items() if name in kind.model_fields}
        if kind is records.Programme:
            yield self.model(kind, **fitting | {"id": PROGRAMME, "settings": self.settings()})
        elif kind is records.Run:
            yield self.model(kind, **fitting | {"id": RUN})
        elif kind is records.Person:
            for role in ("mentee", "mentor"):
                names = {n: self.word(f"{role} {n}") for n in ("first_name", "last_name")}
                yield self.model(kind, **fitting | {"id": f"canaryid-{role}", **names})
        elif kind is records.Application:
            for role in ("mentee", "mentor"):
                own = {"id": f"canaryid-{role}-application", "person_id": f"canaryid-{role}", "role": role,
                       "answers": self.answers(role)}  # fmt: skip
                yield self.model(kind, **fitting | own)
            gone = {"id": "canaryid-gone", "role": "mentee", "withdrawn": self.model(records.Withdrawal)}
            yield self.model(kind, **fitting | gone)
        elif kind is records.Wish:
            yield self.model(kind, **fitting | {"application_id": "canaryid-mentee-application"})
        elif kind is records.NamedConflict:
            own = {"meant": ("canaryid-mentee-application",), "seen": ("canaryid-mentee-application",)}
            yield self.model(kind, **fitting | own)
        else:
            yield self.model(kind, **fitting)

    def settings(self) -> all_settings.ProgrammeSettings:
        """Settings with texts wherever there can be one, that look at every field."""
        found: all_settings.ProgrammeSettings = self.model(all_settings.ProgrammeSettings)
        every = tuple(rules.Rule(role="mentee", field=name, test="yes", code="asked", sentences={})
                      for name, field in FIELDS.items() if field.kind != "grade")  # fmt: skip
        return found.model_copy(update={"rules": (*found.rules, *every)})


@pytest.fixture
def canaries() -> Canaries:
    return Canaries()


@pytest.fixture
def caged(canaries: Canaries, tmp_path: Path) -> Path:
    """A workbench with a canary in every text field of every kind of record."""
    path = tmp_path / "caged.mentorkit"
    store = Store.create(path)
    kinds = {table.name: kind for kind, table in TABLES.items()}
    with store.write(canaries.word("actor"), "test.fill", canaries.word("reason")) as writer:
        for table in metadata.sorted_tables:
            if table.name in kinds:
                writer.save_all(list(canaries.of(kinds[table.name])))
    store.close()
    return path


def contents(path: Path) -> str:
    return path.read_bytes().decode("latin-1").casefold()


def test_no_word_id_or_day_of_anybody_is_in_the_bytes_of_an_extract(
    canaries: Canaries, caged: Path, tmp_path: Path
) -> None:
    target = tmp_path / "extract.mentorkit"
    store = Store.open(caged)
    back_up(store, kept := tmp_path / "before")
    before = contents(kept)
    kept.unlink()
    made = extract(store, ME, target, key=KEY)
    store.close()
    secret = {*canaries.words, "canaryid", str(DAY), str(BORN)}
    after = contents(target)
    assert [word for word in sorted(secret) if word not in before] == []
    assert [word for word in sorted(secret) if word in after] == []
    assert (made.programmes, made.people) == ((PROGRAMME,), 2)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["caged.mentorkit", "extract.mentorkit"]


def test_an_extract_has_no_trail_no_users_and_is_whole(caged: Path, tmp_path: Path) -> None:
    store = Store.open(caged)
    made = extract(store, ME, tmp_path / "extract.mentorkit")
    store.close()
    copy = mk.open(made.file)
    assert problems(copy.store) == []
    with copy.store.read() as reader:
        assert reader.trail() == []
        assert {kind for kind in TABLES if reader.versions(kind)} == {*KEPT}
    assert copy.actor.may("matching.read", PROGRAMME)
    copy.close()


def test_what_becomes_of_each_kind_of_record_and_of_each_setting_is_decided() -> None:
    """Who adds a kind or a setting decides here whether analysts need it; fields of records stay out."""
    left_out = {
        records.Logo, records.TwoPersons, records.PairComment, records.NamedConflict, records.Settlement,
        records.Prospect, records.HeadingMeaning, records.TakenFile, records.FormLink, records.Draft,
        records.Grant, User, LoginLink, Session, ConsentEntry, SealedText, ReaderKey, Erasure, DataRequest,
    }  # fmt: skip
    assert left_out | {*KEPT} == {*TABLES}
    assert not left_out & {*KEPT}
    changed = {
        "privacy",
        "logo",
        "organisations",
        "quotas",
        "limits",
        "rules",
        "goals",
        "acquisition",
        "texts",
        "run",
    }
    kept = {
        "name", "language", "languages", "gender_style", "women_only", "pairing", "distances", "one_by_one",
        "places", "questions", "pay_scale", "late", "criteria", "lowest_score", "retention_months",
        "retention",
    }  # fmt: skip
    assert changed | kept == {*all_settings.ProgrammeSettings.model_fields}


# -- what analysts can do with it -------------------------------------------------------------------


def made_of(store: Store, folder: Path, **options: Any) -> tuple[mk.Workbench, Extract]:
    made = extract(store, ME, folder / "extract.mentorkit", key=KEY, **options)
    return mk.open(made.file), made


def veil(programme_id: str, reader: Reader) -> Veil:
    """The veil of an extract, as far as ids go."""
    return Veil(KEY, reader.get(records.Programme, programme_id), {}, frozenset())


@pytest.fixture(scope="module")
def demo() -> mk.Workbench:
    return mk.demo()


@pytest.fixture(scope="module")
def copy(demo: mk.Workbench, tmp_path_factory: pytest.TempPathFactory) -> mk.Workbench:
    return made_of(demo.store, tmp_path_factory.mktemp("extract"))[0]


DEMO = ("cross-administration/2014", "arts-academy/2015", "party-chapters/2008/09", "cross-company/2021")


@pytest.mark.parametrize("organisations", [False, True], ids=["named", "veiled"])
@pytest.mark.parametrize("goal", ["total", "fair"])
def test_the_matching_of_an_extract_has_the_same_objective(
    demo: mk.Workbench, copy: mk.Workbench, tmp_path: Path, goal: Any, organisations: bool
) -> None:
    other = made_of(demo.store, tmp_path, organisations=True)[0] if organisations else copy
    for name in DEMO:
        one, two = demo.run(name).match(goal), other.run(name).match(goal)
        assert two.objective == one.objective
        points = list(one.scores.points)
        assert two.tandems[points].sum().to_list() == one.tandems[points].sum().to_list()


def test_an_extract_selects_and_links_as_the_original_does(demo: mk.Workbench, copy: mk.Workbench) -> None:
    for name in DEMO:
        one, two = demo.run(name), copy.run(name)
        held = [{k: len(run.select().to_json()[k]) for k in ("selected", "waiting")} for run in (one, two)]
        assert held[0] == held[1]
        runs = [run.network_tandems("all")["run"].to_list() for run in (one, two)]
        assert runs[0] == runs[1]


def matrix(run: mk.Run, ids: Any) -> dict[tuple[str, str], tuple[str, int]]:
    """Which rules block each pair, and its score."""
    m = run.match()
    codes, total = m.rules.all_codes(), m.scores.total
    return {
        (ids(a.person_id), ids(b.person_id)): (codes[i, j], int(total[i, j]))
        for i, a in enumerate(m.pool.mentees)
        for j, b in enumerate(m.pool.mentors)
    }


TOWNS = ("Lünen", "Kamen")
PEOPLE = ("Ada Köhl", "Bea Groß", "Cem Yıldız", "Dr. Ada Koehl", "Ida-Marie von Hof", "Eva Klein")


@st.composite
def benches(draw: st.DrawFn) -> list[records.Record]:
    """Applications to a run with everything on which a pair's score and rules can rest, but for ages."""
    found: list[records.Record] = []
    sides: dict[str, list[str]] = {"mentee": [], "mentor": []}
    words = st.lists(st.sampled_from(["Medien", "medien ", "Recht", "Musik"]), max_size=3)
    for number in range(draw(st.integers(2, 7))):
        role = ("mentee", "mentor")[number] if number < 2 else draw(st.sampled_from([*sides]))
        first, last = split_name(draw(st.sampled_from(PEOPLE)))
        person = {"id": f"P{number}", "programme_id": PROGRAMME, "first_name": first, "last_name": last}
        found.append(records.Person.model_validate(person))
        answers = {
            "topics": draw(words), "languages": draw(st.lists(st.sampled_from(["de", "fr"]), max_size=2)),
            "field": draw(st.sampled_from(["Viola", "viola", "Horn", None])),
            "places": draw(st.integers(1, 2)),
            "hours": draw(st.sampled_from([1, 2.5, None])), "experience_years": draw(st.integers(0, 9)),
            "earlier_runs": draw(st.lists(st.just("2019"), max_size=1)),
        }  # fmt: skip
        wish = {"wish_1": draw(st.sampled_from(PEOPLE))} if role == "mentor" else {}
        found.append(
            records.Application(
                id=f"A{number}", run_id=RUN, person_id=f"P{number}", role=role, first_name=first,  # type: ignore[arg-type]
                last_name=last, organisation=draw(st.sampled_from(TOWNS)), entries=wish,
                answers={k: v for k, v in answers.items() if v is not None},
            )
        )  # fmt: skip
        sides[role].append(f"A{number}")
    mentee, mentor = (st.sampled_from(sides[role]) for role in ("mentee", "mentor"))
    found.append(
        records.Wish(id="W1", run_id=RUN, application_id=draw(mentee), rank=draw(st.integers(1, 3)),
                     text="wie gesagt", mentor_application_id=draw(mentor), confidence=1)
    )  # fmt: skip
    found.append(
        records.NamedConflict(id="K1", run_id=RUN, application_id=draw(mentee), kind="not_with",
                              text=draw(st.sampled_from(PEOPLE)))
    )  # fmt: skip
    found.append(
        records.EarlierTandem(id="H1", programme_id=PROGRAMME, year="2019",
                              mentee=draw(st.sampled_from(PEOPLE)), mentor=draw(st.sampled_from(PEOPLE)),
                              mentee_organisation="Lünen", mentor_organisation="Kamen")
    )  # fmt: skip
    return found


def filled(given: list[records.Record], store: Store | None = None) -> Store:
    """A store with a programme that weighs everything but age, and these records."""
    weights = {"topics": 200, "languages": 100, "field": 100, "hours": 100, "experience": 100, "wish": 100,
               "mentor_wish": 100, "new_link": 100, "first_timers": 100}  # fmt: skip
    told = load_preset("cross-company").model_copy(
        update={
            "criteria": tuple(all_settings.Criterion(name=n, weight=w) for n, w in weights.items()),
            "limits": (TandemLimit(role="mentee", field="field", values=("Viola",), most=3),),
            "distances": (Distance(field="experience_years", least=-7),),
        }
    )
    store = store or Store.create()
    with store.write("me", "test.fill") as writer:
        writer.save(records.Programme(id=PROGRAMME, name="Programm", preset="cross-company", settings=told))
        writer.save(records.Run(id=RUN, programme_id=PROGRAMME, name="2021"))
        for name in TOWNS:
            number = writer.new_id(records.Organisation)
            writer.save(records.Organisation(id=number, programme_id=PROGRAMME, name=name))
        for record in given:
            writer.save(record)
    return store


@settings(deadline=None, max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_records=benches(), organisations=st.booleans())
def test_each_pair_has_the_same_score_and_the_same_rules_against_it(
    tmp_path_factory: pytest.TempPathFactory, given_records: list[records.Record], organisations: bool
) -> None:
    store = filled(given_records)
    bench = mk.Workbench(store, ME)
    other, _ = made_of(store, tmp_path_factory.mktemp("x"), organisations=organisations)
    with store.read() as reader:
        hidden = veil(PROGRAMME, reader)
    before = matrix(bench.run(), lambda key: hidden.id(records.Person, key))
    assert matrix(other.run(), str) == before
    one, two = bench.run().match().objective, other.run().match().objective
    # of several optima, names choose one, so the worst tandem is that of another one
    assert (one["tandems"], one["total"]) == (two["tandems"], two["total"])
    other.close()
    store.close()


def people(path: Path) -> set[str]:
    bench = mk.open(path)
    with bench.store.read() as reader:
        found = {word for person in reader.all(records.Person) for word in (person.id, person.last_name)}
    bench.close()
    return found


def test_the_same_key_gives_the_same_bytes_and_none_gives_other_pseudonyms_each_time(
    demo: mk.Workbench, tmp_path: Path
) -> None:
    one, two, three, four = (tmp_path / f"{name}.mentorkit" for name in "abcd")
    extract(demo.store, ME, one, key=KEY)
    extract(demo.store, ME, two, key=KEY)
    extract(demo.store, ME, three)
    extract(demo.store, ME, four)
    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_mode & 0o077 == 0
    assert not people(one) & people(three)
    assert not people(three) & people(four)


def test_a_file_that_is_there_and_one_that_cannot_be_written_are_refused(
    demo: mk.Workbench, tmp_path: Path
) -> None:
    there = tmp_path / "there.mentorkit"
    there.write_bytes(b"precious")
    for target in (there, tmp_path / "nowhere" / "extract.mentorkit"):
        with pytest.raises(StoreError, match=target.name):
            extract(demo.store, ME, target)
    assert there.read_bytes() == b"precious"
    assert [*tmp_path.iterdir()] == [there]


def test_the_trail_of_the_original_tells_who_made_an_extract_of_what(tmp_path: Path) -> None:
    store = filled([*applying(1, "mentee"), *applying(2, "mentor")])
    with store.read() as reader:
        before = reader.newest()
    target = tmp_path / "extract.mentorkit"
    extract(store, ME, target)
    with pytest.raises(StoreError):  # there is one already: nothing was given away
        extract(store, ME, target)
    with store.read() as reader:
        told = [(e["actor"], e["action"], e["kind"], e["subject"]) for e in reader.trail(after=before)]
    assert told == [("me", "extract.make", "programme", PROGRAMME)]
    assert not audit_trail(store).problems


def lead_of(programme_id: str | None, role: str = "lead") -> Actor:
    grant = records.Grant(id="G1", user_id="anna", role=role, programme_id=programme_id)
    return Actor("anna", (grant,))


def test_a_lead_extracts_her_own_programme_and_nobody_else_any(demo: mk.Workbench, tmp_path: Path) -> None:
    target = tmp_path / "extract.mentorkit"
    for actor, wanted in (
        (lead_of("arts-academy"), "cross-company"),
        (lead_of(None, "analyst"), None),
        (lead_of(None, "operator"), None),
        (lead_of(None, "data-protection"), "arts-academy"),
    ):
        with pytest.raises(NotAllowed, match="Auszug"):
            extract(demo.store, actor, target, programme_id=wanted)
    with pytest.raises(NotFound):
        extract(demo.store, ME, target, programme_id="nothing")
    assert not target.exists()
    made = extract(demo.store, lead_of("arts-academy"), target)
    assert made.programmes == ("arts-academy",)
    bench = mk.open(target)
    assert [run.id for run in bench.runs] == ["arts-academy/2015"]
    bench.close()


@pytest.mark.parametrize(
    ("field", "told", "left"),
    [
        ("birth_year", 1984, 1982),
        ("birth_year", 1985, 1987),
        ("age", 44, 42),
        ("received", "2020-11-30", "2020-11-01"),
        ("availability", ["mon-evening", "nach Anruf"], ["mon-evening"]),
        ("topics", ["Medien"], ["Medien"]),
        ("email", "ada@example.org", None),
        ("experience_years", 13, 13),
        ("supervision", True, True),
    ],
)
def test_ages_are_bands_days_are_months_and_common_words_stay(field: str, told: object, left: object) -> None:
    record = records.Programme(id="p", name="P", preset="arts-academy", settings=load_preset("arts-academy"))
    assert Veil(KEY, record, {"topics": {"medien"}}, frozenset()).answer(field, told) == left


@given(st.lists(st.sampled_from(["Medien", "MEDIEN ", "Haushalt", "haushalt", "Recht"]), max_size=6))
def test_a_rare_word_is_the_same_as_another_as_before(said: list[str]) -> None:
    record = records.Programme(id="p", name="P", preset="arts-academy", settings=load_preset("arts-academy"))
    hidden = Veil(KEY, record, {"topics": {"recht"}}, frozenset()).answer("topics", said)
    assert isinstance(hidden, list)
    for (one, two), (three, four) in zip(product(said, said), product(hidden, hidden), strict=True):
        assert (plain(one) == plain(two)) == (plain(three) == plain(four))


def test_organisations_that_take_part_keep_their_names_and_others_do_not() -> None:
    record = records.Programme(id="p", name="P", preset="arts-academy", settings=load_preset("arts-academy"))
    hidden = Veil(KEY, record, {}, frozenset({"lünen"}))
    assert hidden.organisation("Lünen") == "Lünen"
    assert hidden.organisation(None) is None
    assert "Klein" not in str(hidden.organisation("Praxis Eva Klein"))


def applying(number: int, role: records.Role, **told: Any) -> list[records.Record]:
    """A person of a name of her own with an application, of the other town than the next number."""
    name = {"first_name": "Ada", "last_name": f"Köhl-{number}"}
    person = {"id": f"P{number}", "programme_id": PROGRAMME, **name}
    own = {"id": f"A{number}", "run_id": RUN, "person_id": f"P{number}", "role": role, **name}
    own["organisation"] = TOWNS[number % 2]
    return [records.Person.model_validate(person), records.Application.model_validate(own | told)]


def test_an_extract_of_either_database_is_a_file(store: Store, tmp_path: Path) -> None:
    filled([*applying(1, "mentee"), *applying(2, "mentor")], store)
    other, made = made_of(store, tmp_path)
    assert (made.people, problems(other.store)) == (2, [])
    assert b"hl-1" not in made.file.read_bytes()
    assert other.run().match().objective == mk.Workbench(store, ME).run().match().objective
    other.close()


def test_whom_somebody_named_in_confidence_is_ruled_out_and_nobody_sees_by_whom(tmp_path: Path) -> None:
    people = [*applying(1, "mentee"), *applying(2, "mentor"), *applying(3, "mentor")]
    named = records.NamedConflict(
        id="K1", run_id=RUN, application_id="A1", kind="not_with", text="Köhl", meant=("A2",),
        seen=("A2", "A3"), decided_by="anna",
    )  # fmt: skip
    store = filled([*people, named])
    other, made = made_of(store, tmp_path)
    with store.read() as reader, other.store.read() as copied:
        hidden = veil(PROGRAMME, reader)
        (ruled_out,) = copied.all(records.PairDecision)
        assert copied.all(records.NamedConflict) == []
    pair = hidden.id(records.Person, "P1"), hidden.id(records.Person, "P2")
    assert (ruled_out.mentee_id, ruled_out.mentor_id, ruled_out.kind) == (*pair, "forbid")
    assert made.left_out == {"named_conflict": 1}
    other.close()


def test_of_two_applications_of_a_person_the_one_that_counts_stays(tmp_path: Path) -> None:
    second = applying(1, "mentee", id="A9", answers={"topics": ["Recht"]}, status="ok")[1]
    wish = records.Wish(
        id="W1", run_id=RUN, application_id="A9", rank=1, text="x", mentor_application_id="A2"
    )
    store = filled([*applying(1, "mentee"), *applying(2, "mentor"), second, wish])
    other, made = made_of(store, tmp_path)
    assert made.left_out == {"application": 1}
    assert other.run().match().objective == mk.Workbench(store, ME).run().match().objective
    assert problems(other.store) == []
    other.close()


def test_scenarios_decisions_and_tandems_made_one_by_one_bind_the_matching_of_an_extract(
    tmp_path: Path,
) -> None:
    roles: tuple[records.Role, ...] = ("mentee", "mentor")
    people = [record for n in range(6) for record in applying(n, roles[n % 2])]
    weights = {"wish": 900, "topics": 100}
    bound: list[records.Record] = [
        records.Wish(id="W1", run_id=RUN, application_id="A0", rank=1, text="x", mentor_application_id="A1"),
        records.PairDecision(id="D1", run_id=RUN, mentee_id="P0", mentor_id="P1", kind="forbid", reason="so"),
        records.PairDecision(id="D2", run_id=RUN, mentee_id="P2", mentor_id="P5", kind="lock"),
        records.Tandem(id="T1", run_id=RUN, mentee_id="P4", mentor_id="P1", score=5, contributions={},
                       one_by_one=True),
        records.Scenario(id="C1", run_id=RUN, name="Frau Köhl", goal="wishes", weights=weights),
    ]  # fmt: skip
    store = filled([*people, *bound])
    bench = mk.Workbench(store, ME)
    bench.run().make_proposal(bench.run().scenarios[0])
    other, _ = made_of(store, tmp_path)
    with store.read() as reader:
        hidden = veil(PROGRAMME, reader)
    found = [
        {(ids(t.mentee_id), ids(t.mentor_id), t.score) for t in m.tandems.itertuples()}
        for m, ids in (
            (bench.run().match(), lambda key: hidden.id(records.Person, key)),
            (other.run().match(), str),
        )
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 3
    assert [scenario.name for scenario in other.run().scenarios] == ["Szenario 1"]
    assert other.run().match().goal == "wishes"
    other.close()


def test_a_fixed_selection_and_an_approval_are_told_without_who_and_when(tmp_path: Path) -> None:
    bench = mk.Workbench(filled([*applying(1, "mentee"), *applying(2, "mentor")]), ME)
    bench.run().fix_selection()
    bench.run().approve(bench.run().match())
    other, _ = made_of(bench.store, tmp_path)
    assert len(other.run().select().selected) == 2
    assert other.run().approved_by == ""
    mk.report(other.run(), "matching", to=tmp_path / "matching.html")
    assert "Die Tandems sind freigegeben." in (tmp_path / "matching.html").read_text("utf-8")
    with pytest.raises(RuleBroken, match="Auszug"):
        other.run().letters()
    other.close()
