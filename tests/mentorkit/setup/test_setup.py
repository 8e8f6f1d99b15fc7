"""Beginning and changing programmes: nothing happens unseen, nothing is lost."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from mentorkit.errors import NotAllowed, RuleBroken, StaleRecord, UsageError
from mentorkit.examples import demo
from mentorkit.intake import prospects
from mentorkit.intake.judge import judge
from mentorkit.intake.organisations import Organisations
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.pair_rules import Distance, TandemLimit
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    Grant,
    Organisation,
    Programme,
    Prospect,
    Run,
)
from mentorkit.programme.settings import PRESETS, ProgrammeSettings, in_language, load_preset
from mentorkit.setup import begin, service
from mentorkit.setup.change import OrganisationEdit, code_of, possible_tests, problems
from mentorkit.setup.effects import judged_anew
from mentorkit.store import Reader, Store

UNNA = "cross-administration"
HALF_WOMEN = TandemLimit(role="mentor", field="gender", values=("f",), least_percent=50).model_dump()
OF_KAMEN = TandemLimit(role="mentor", field="organisation", values=("Kamen",), most=1).model_dump()
ME = sole_actor("me")
LEAD = Actor("lea", (Grant(id="G", user_id="lea", role="lead"),))
COORDINATOR = Actor("kim", (Grant(id="G", user_id="kim", role="organisation", organisation="Kamen"),))


@pytest.fixture(scope="module")
def filled():
    made = demo()
    yield made
    made.close()


@pytest.fixture
def bench(filled, tmp_path):
    """A copy of the demo for one test."""
    from mentorkit.workbench import Workbench

    copy = Workbench.of(Store.open(filled.store.reachable(tmp_path)), "me")
    yield copy
    copy.close()


def changed(store, programme=UNNA, **settings):
    now = service.change_of(store, ME, programme)
    return replace(now, settings=now.settings.model_copy(update=settings))


def stricter(settings):
    return tuple(
        r.model_copy(update={"limits": {"A": "10", "E": "10"}})
        if r.field == "pay_grade" and r.role == "mentee"
        else r
        for r in settings.rules
    )


def everything(store, programme=UNNA):
    with store.read() as reader:
        applications = reader.all(Application, run_id=f"{programme}/2014")
    return [a.model_dump(exclude={"version"}) for a in applications]


# -- beginning ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("preset", PRESETS)
def test_a_programme_begins_with_what_its_preset_has(preset):
    store = Store.create()
    run_id = begin.add_programme(store, ME, preset, "Agentur für Ehrenamt", "2031", "en")
    assert run_id == "agentur-fur-ehrenamt/2031"
    now = service.change_of(store, ME, "agentur-fur-ehrenamt")
    wanted = in_language(load_preset(preset), "en")
    # what the preset says of itself does not hold for another programme
    texts = {"en": wanted.texts["en"].model_copy(update={"description": ""})}
    known = wanted.organisations.model_copy(update={"aliases": {}})
    same = {"name": "Agentur für Ehrenamt", "texts": texts, "organisations": known}
    assert now.settings == wanted.model_copy(update=same)
    assert [o.name for o in now.organisations] == list(wanted.organisations.names)
    aliases = wanted.organisations.aliases  # other spellings stand with the organisations themselves
    assert [o.aliases for o in now.organisations] == [aliases.get(name, ()) for name in known.names]
    # the preset's historic dates come along into the year that was named
    first = wanted.run.calendar[0].day
    assert now.calendars[run_id][0].day.year - first.year == 2031 - int(wanted.run.name[:4])


def test_a_second_programme_of_the_same_name_is_refused():
    store = Store.create()
    begin.add_programme(store, ME, UNNA, "Agentur", "2031", "de")
    with pytest.raises(RuleBroken, match="Agentur"):
        begin.add_programme(store, ME, "cross-company", "Agentur", "2032", "de")
    for name, run in ((" ", "2031"), ("Neu", " ")):
        with pytest.raises(UsageError):
            begin.add_programme(store, ME, UNNA, name, run, "de")
    with store.read() as reader:
        assert len(reader.all(Run)) == 1


def test_the_next_run_takes_the_dates_along_and_nobody_else(bench):
    run_id = begin.next_run(bench.store, LEAD, f"{UNNA}/2014", "2016")
    with bench.store.read() as reader:
        old, new = reader.get(Run, f"{UNNA}/2014"), reader.get(Run, run_id)
        assert reader.all(Application, run_id=run_id) == []
    assert [e.title for e in new.calendar] == [e.title for e in old.calendar]
    for before, after in zip(old.calendar, new.calendar, strict=True):
        if before.key == "closing":
            assert after.day == dt.date(2016, 2, 28)
        else:
            assert after.day.weekday() == before.day.weekday()
            assert abs((after.day - before.day.replace(year=before.day.year + 2)).days) <= 3
    with pytest.raises(RuleBroken, match="2016"):
        begin.next_run(bench.store, LEAD, f"{UNNA}/2014", "2016")
    with pytest.raises(NotAllowed):
        begin.next_run(bench.store, COORDINATOR, f"{UNNA}/2014", "2017")


@pytest.mark.parametrize(
    ("name", "following"),
    [
        ("2014", "2015"),
        ("2008/09", "2009/10"),
        ("1999/00", "2000/01"),
        ("2098/99", "2099/00"),
        ("Runde 9", "Runde 10"),
        ("Durchgang 99", "Durchgang 100"),
        ("Runde 09", "Runde 10"),
        ("Herbst", "Herbst"),
    ],
)
def test_the_next_run_is_called_one_more(name, following):
    assert begin.next_name(name) == following


# -- looking beforehand, saving, undoing -------------------------------------------------------------


def test_a_calendar_that_changes_is_called_as_its_run_is(bench):
    with bench.store.write("me", "test") as writer:
        writer.save(writer.get(Run, f"{UNNA}/2014").with_(name="Herbst"))
    now = service.change_of(bench.store, ME, UNNA)
    change = replace(now, calendars={**now.calendars, f"{UNNA}/2014": now.calendars[f"{UNNA}/2014"][1:]})
    labels = [d.label for d in service.preview(bench.store, ME, change).differences]
    assert labels == ["Termine Herbst"]


def test_judging_anew_by_the_same_settings_changes_no_application(filled):
    for run in filled.runs:
        record, programme, stored = run.record, run.programme, run.application_records
        with filled.store.read() as reader:
            organisations = reader.all(Organisation, programme_id=programme.id)
        assert judged_anew(record, programme.settings, organisations, stored).changed == []


def test_a_preview_tells_what_saving_then_does_and_changes_nothing(bench):
    store, before = bench.store, everything(bench.store)
    run = bench.run(f"{UNNA}/2014")
    out = {a["person_id"] for a in before if a["status"] == "ok"}
    change = changed(store, rules=stricter(run.programme.settings))
    seen = service.preview(store, LEAD, change)
    assert everything(store) == before
    assert [d.label for d in seen.differences] == ["Voraussetzungen"]
    assert seen.consequences[0].startswith("6 Bewerbungen würden nicht mehr zugelassen: Anne Barth-Hövel")
    old = run.match().objective

    service.save(store, LEAD, change)
    out -= {a["person_id"] for a in everything(store) if a["status"] == "ok"}
    assert len(out) == 6
    new = run.match().objective
    assert f"Tandems {old['tandems']} → {new['tandems']}" in seen.consequences[1]
    assert f"→ {new['total']:,}.".replace(",", ".", 1) in seen.consequences[1]


def test_what_rules_on_tandems_cost_is_told_before_they_hold_and_undone(bench):
    store = bench.store
    limit = TandemLimit(role="mentor", field="organisation", values=("Kamen",), most=0)
    distance = Distance(field="pay_grade", least=3)
    seen = service.preview(store, ME, changed(store, limits=(limit,), distances=(distance,)))
    assert [(d.label, d.after) for d in seen.differences] == [
        ("Grenzen über alle Tandems",
         "Höchstens 0 Tandems mit Mentorinnen und Mentoren mit der Angabe „Organisation: Kamen“"),
        ("Abstände im Tandem", "Besoldungs-/Entgeltgruppe, Mentorin oder Mentor minus Mentee: mindestens 3"),
    ]  # fmt: skip
    assert any(told.startswith("Das Matching würde sich ändern: Tandems") for told in seen.consequences)
    saved = service.save(store, ME, changed(store, limits=(limit,), distances=(distance,)))
    assert (saved.settings.limits, saved.settings.distances) == ((limit,), (distance,))
    assert service.undo(store, ME, UNNA, saved.version).settings.limits == ()


def test_undoing_brings_everything_back_and_undoing_again_the_change(bench):
    store, before = bench.store, everything(bench.store)
    first = service.change_of(store, ME, UNNA)
    entry = first.calendars[f"{UNNA}/2014"][0].model_copy(update={"title": "Aufruf"})
    change = replace(
        changed(store, rules=stricter(first.settings), name="Anders"),
        organisations=(first.organisations[0].renamed("Stadt am Berg"), *first.organisations[1:]),
        calendars={f"{UNNA}/2014": (entry,)},
    )
    saved = service.save(store, LEAD, change)
    during = everything(store)
    assert during != before
    undone = service.undo(store, LEAD, UNNA, saved.version)
    assert everything(store) == before
    assert replace(service.change_of(store, ME, UNNA), version=first.version) == first
    assert undone.name == first.settings.name
    service.undo(store, LEAD, UNNA, undone.version)
    assert everything(store) == during


def test_there_is_nothing_to_undo_at_the_beginning(bench):
    assert not service.can_undo(bench.store, LEAD, UNNA, 1)
    with pytest.raises(RuleBroken, match="keine Änderung"):
        service.undo(bench.store, LEAD, UNNA, 1)


def test_a_stale_change_is_refused_with_both_versions_and_nothing_is_written(bench):
    store = bench.store
    mine, theirs = changed(store, name="Meins", lowest_score=300), changed(store, name="Ihres")
    service.save(store, LEAD, theirs)
    before = everything(store)
    for attempt in (service.save, service.preview):
        with pytest.raises(StaleRecord) as refusal:
            attempt(store, LEAD, mine)
        assert (refusal.value.mine.name, refusal.value.theirs.name) == ("Meins", "Ihres")
    assert everything(store) == before
    with pytest.raises(StaleRecord):
        service.undo(store, LEAD, UNNA, 1 + 5)


def test_only_who_leads_changes_a_programme(bench):
    change = changed(bench.store, name="Meins")
    for attempt in (service.save, service.preview):
        with pytest.raises(NotAllowed):
            attempt(bench.store, COORDINATOR, change)
    with pytest.raises(NotAllowed):
        service.undo(bench.store, COORDINATOR, UNNA, 1)
    with pytest.raises(NotAllowed):
        begin.add_programme(bench.store, LEAD, UNNA, "Neu", "2031", "de")


def test_a_run_with_approved_tandems_keeps_its_applications(bench):
    store, run = bench.store, bench.run(f"{UNNA}/2014")
    run.approve(run.match())
    before = everything(store)
    change = changed(store, rules=stricter(run.programme.settings))
    assert "freigegeben" in service.preview(store, LEAD, change).consequences[0]
    service.save(store, LEAD, change)
    assert everything(store) == before


def test_every_saved_record_is_in_the_audit_trail(bench):
    saved = service.save(bench.store, LEAD, changed(bench.store, rules=()))
    with bench.store.read() as reader:
        trail = reader.trail(action=service.CHANGE)
    assert {entry["kind"] for entry in trail} == {"programme", "application"}
    assert {(entry["actor"], entry["reason"]) for entry in trail} == {("lea", f"{UNNA} v{saved.version}")}


# -- organisations -----------------------------------------------------------------------------------


def test_a_new_name_reaches_all_who_belong_to_the_organisation(bench):
    store = bench.store
    bench.accounts.add(ME, "kim", "Kim")
    bench.accounts.grant(ME, "kim", "organisation", UNNA, "Kamen")
    with store.write("me", "test") as writer:
        writer.save(
            EarlierTandem(
                id=writer.new_id(EarlierTandem), programme_id=UNNA, year="2013", mentee="A B",
                mentee_organisation="Kamen", mentor="C D", mentor_organisation="Werne",
            )
        )  # fmt: skip
    belonged = sum(a["organisation"] == "Kamen" for a in everything(store))
    now = service.change_of(store, ME, UNNA)
    edits = tuple(o.renamed("Stadt am Fluss") if o.name == "Kamen" else o for o in now.organisations)
    service.save(store, LEAD, replace(now, organisations=edits))
    after = everything(store)
    assert sum(a["organisation"] == "Stadt am Fluss" for a in after) == belonged > 0
    assert not any(
        f["code"] == "unknown_organisation" for a in after for f in a["findings"] if a["organisation"]
    )
    with store.read() as reader:
        assert reader.all(Grant, user_id="kim", role="organisation")[0].organisation == "Stadt am Fluss"
        assert reader.all(EarlierTandem, programme_id=UNNA)[-1].mentee_organisation == "Stadt am Fluss"
        assert "Stadt am Fluss" in reader.get(Programme, UNNA).settings.organisations.names


def test_an_organisation_goes_only_when_nobody_belongs_to_it(bench):
    store, now = bench.store, service.change_of(bench.store, ME, UNNA)
    without = tuple(o for o in now.organisations if o.name != "Kamen")
    with pytest.raises(RuleBroken, match="Kamen"):
        service.save(store, LEAD, replace(now, organisations=without))
    more = replace(now, organisations=(*now.organisations, OrganisationEdit("Holzwickede")))
    service.save(store, LEAD, more)
    again = service.change_of(store, ME, UNNA)
    assert again.settings.organisations.names[-1] == "Holzwickede"
    service.save(store, LEAD, replace(again, organisations=again.organisations[:-1]))
    assert service.change_of(store, ME, UNNA).organisations == now.organisations


# -- what hinders ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"name": " "}, "name"),
        ({"criteria": ()}, "criteria"),
        ({"criteria": ({"name": "topics", "weight": 999},)}, "criteria"),
        ({"criteria": ({"name": "luck", "weight": 1000},)}, "criteria"),
        ({"rules": ({"role": "mentee", "field": "topics", "test": "is"},)}, "rules"),
        ({"rules": ({"role": "mentee", "field": "age", "test": "at_least"},)}, "rules"),
        ({"questions": {"mentee": ("email",), "mentor": ("email",), "required": ("age",)}}, "questions"),
        ({"organisations": {"kind": "none"}}, "pairing"),
        ({"limits": (HALF_WOMEN,)}, "limits"),
        ({"limits": (HALF_WOMEN | {"field": "veteran"},) * 2}, "limits"),
        ({"limits": (OF_KAMEN,), "organisations": {"kind": "none"}, "pairing": "any"}, "limits"),
        ({"distances": ({"field": "age", "least": 10.0, "most": None},)}, "distances"),
        ({"distances": ({"field": "pay_grade", "least": 1.0, "most": None},) * 2}, "distances"),
    ],
)
def test_what_contradicts_itself_is_named_at_its_setting(change, where):
    settings = load_preset(UNNA).model_dump() | change
    assert where in problems(settings, [OrganisationEdit("Kamen")])


@pytest.mark.parametrize("preset", PRESETS)
def test_no_preset_contradicts_itself(preset):
    settings = load_preset(preset)
    names = [OrganisationEdit(name) for name in settings.organisations.names]
    assert problems(settings.model_dump(), names, settings.run.calendar) == {}
    for given in settings.rules:
        assert given.test in possible_tests(given.field)
        assert code_of(given.role, given.field, given.test, given.value) == given.code
        assert given.sentences.keys() == {"de", "en"}


def test_a_rule_of_ones_own_says_which_field_and_what_it_asks():
    from mentorkit.intake.findings import message

    settings = ProgrammeSettings.model_validate(
        load_preset("arts-academy").model_dump()
        | {"rules": ({"role": "mentee", "field": "semester", "test": "at_least", "value": 3, "code": "c"},)}
    )
    run = Run(id="a/1", programme_id="a", name="1")
    entries = {"first_name": "Ada", "last_name": "Amsel", "email": "ada@example.org", "semester": "2"}
    judged = judge(entries, "mentee", settings, run, Organisations(settings.organisations))
    assert judged.status == "ineligible"
    assert (
        message(judged.findings[0])
        == "Semester „2“ erfüllt diese Voraussetzung nicht: Semester muss mindestens 3 sein."
    )


def test_mentors_who_say_nothing_have_the_places_of_the_programme():
    settings = load_preset("arts-academy").model_copy(update={"places": 2, "rules": ()})
    run = Run(id="a/1", programme_id="a", name="1")
    known = Organisations(settings.organisations)
    entries = {"first_name": "Ada", "last_name": "Amsel", "email": "ada@example.org"}
    assert judge(entries, "mentor", settings, run, known).answers["places"] == 2
    assert judge({**entries, "places": "1"}, "mentor", settings, run, known).answers["places"] == 1
    assert "places" not in judge(entries, "mentee", settings, run, known).answers


def test_settings_of_an_older_workbench_still_load():
    older = load_preset(UNNA).model_dump(mode="json")
    for name in ("places", "late", "pay_scale"):
        del older[name]
    assert ProgrammeSettings.model_validate(older) == load_preset(UNNA)
    older["rules"] = [
        {k: rule[k] for k in ("role", "field", "test", "value", "code")} for rule in older["rules"]
    ]
    for rule in older["rules"]:
        if rule["field"] == "pay_grade":
            rule["value"] = 9 if rule["role"] == "mentee" else 11
    rules = ProgrammeSettings.model_validate(older).rules
    assert [(r.code, r.limits) for r in rules] == [(r.code, r.limits) for r in load_preset(UNNA).rules]


def test_opinions_that_would_not_be_shown_are_counted_by_reading_the_prospects_once(bench, monkeypatch):
    run = bench.add("arts-academy", run="2030")
    one = prospects.add(bench.store, ME, run.id, "Ruth Ahl")
    for _ in range(2):  # thought better of: one opinion of one person
        one = prospects.judge(bench.store, ME, one.id, one.version, "name", holds=True)
    read, stored = [], Reader.all
    monkeypatch.setattr(
        Reader, "all", lambda self, kind, **eq: read.append((kind, *eq.values())) or stored(self, kind, **eq)
    )
    told = service.preview(bench.store, ME, changed(bench.store, "arts-academy", acquisition=())).consequences
    assert [sentence for sentence in told if "1 Person" in sentence]
    assert read.count((Prospect, run.id)) == 1
    service.preview(bench.store, ME, changed(bench.store, "arts-academy", late="none"))
    assert read.count((Prospect, run.id)) == 1
