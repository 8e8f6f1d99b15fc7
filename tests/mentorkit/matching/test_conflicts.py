"""Line managers and named conflicts: never paired, and nobody but the lead learns who named whom."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from matching_samples import RUN, forbid, lock, mentee, mentor, settings

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord
from mentorkit.intake import actions
from mentorkit.intake import service as intake
from mentorkit.intake.export import to_xlsx
from mentorkit.intake.sheets import read_files
from mentorkit.intake.trail import history_of, undo
from mentorkit.language import Voice, speaking
from mentorkit.matching import conflicts
from mentorkit.matching.matching import match
from mentorkit.matching.named import People, apart, says_nobody
from mentorkit.overview.changes import changes
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant, NamedConflict, Programme, Source
from mentorkit.store import Store
from mentorkit.workbench import Workbench

BEN, CEM, EVA = mentor("Ben Bach", "Werne"), mentor("Cem Celik", "Kamen"), mentor("Eva Ernst", "Kamen")
ANNA = mentee("Anna Arndt", "Kamen")
OTHERS = (
    BEN,
    CEM,
    EVA,
    mentor("Anna Lena von der Heide", "Werne"),
    mentor("Uwe Müller Lüdenscheidt", "Werne"),
)


def named(text, by=ANNA, kind="not_with", **decided):
    return NamedConflict(id="K1", run_id=RUN, application_id=by.id, kind=kind, text=text, **decided)


def meaning(text, people=OTHERS, by=ANNA, **more):
    found = People([by, *people]).meaning(named(text, by, **more))
    names = {a.person_id: a.name for a in people}
    return {names[key] for key in found.people}, found.sure


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (text, {"Ben Bach"})
        for text in (
            "Ben Bach", "Bach, Ben", "Dr. Ben Bach", "ben  BACH", "Ben Bach (Amt 50, Raum 3)",
            "Ben Bach, Kamen",
            "Herr Ben Bach", "Bach, Dr. Ben", "Ben Bach, geb. Müller",
        )
    ]
    + [
        (text, {"Ben Bach", "Cem Celik"})
        for text in (
            "Ben Bach und Cem Celik", "Ben Bach + Cem Celik", "Ben Bach sowie Cem Celik",
            "Ben Bach\nCem Celik",
            "Ben Bach, Cem Celik", "Bach, Ben, Celik, Cem", "Bach, Ben; Celik, Cem", "Ben Bach u. Cem Celik",
            "Ben Bach oder Cem Celik", "Ben Bach / Cem Celik", "Bach, Dr. Ben, Celik, Dr. Cem",
        )
    ]
    + [
        ("von der Heide, Anna Lena", {"Anna Lena von der Heide"}),
        ("Müller Lüdenscheidt, Uwe; Ben Bach", {"Uwe Müller Lüdenscheidt", "Ben Bach"}),
        ("Dora Dorn", set()), ("Fritz von und zu Liebig", set()),
    ],
)  # fmt: skip
def test_names_are_understood_however_they_are_written(text, names):
    assert meaning(text) == (names, True)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (text, {"Ben Bach"})
        for text in (
            "Bach", "Frau Bach", "B. Bach", "Ben Bahc", "mein Chef Ben Bach", "Ben Bach - Amt 50",
            "Ben Karl Bach",
            "ben.bach@example.org", "Bach, Ben, Amt 50", "Herrn Bach aus Amt 50", "Frau Bahch",
        )
    ]
    + [("Ben Bach, Cem Clik", {"Ben Bach", "Cem Celik"}), ("mein Chef, der Amtsleiter von Amt 50", set())],
)  # fmt: skip
def test_who_may_be_meant_is_kept_apart_until_somebody_looked(text, names):
    found, sure = meaning(text)
    assert (names <= found, sure) == (True, text == "Bach, Ben, Amt 50")


def test_of_two_namesakes_both_are_kept_apart_until_somebody_says_which():
    two = (BEN, mentor("Ben Bach", "Lünen", number=7))
    found = People([ANNA, *two]).meaning(named("Ben Bach"))
    assert (found.people, found.sure) == ({a.person_id for a in two}, False)
    found = People([ANNA, *two]).meaning(
        named("Ben Bach", meant=(BEN.id,), seen=(two[1].id,), decided_by="me")
    )
    assert (found.people, found.sure) == ({BEN.person_id}, True)


def test_a_decision_holds_as_long_as_whoever_is_meant_is_there():
    gone = named("Ben Bach", meant=("A99",), decided_by="me")
    assert People([ANNA, BEN]).meaning(gone).people == {BEN.person_id}
    nobody = named("Ben Bach", seen=(BEN.id,), decided_by="me")
    assert (People([ANNA, BEN]).meaning(nobody).people, People([ANNA, BEN]).meaning(nobody).sure) == (
        set(),
        True,
    )


def test_a_line_manager_is_looked_for_in_ones_own_organisation_first():
    namesake = mentor("Eva Ernst", "Lünen", number=9)
    both = People([ANNA, EVA, namesake]).meaning(named("Eva Ernst", kind="line_manager"))
    assert (both.people, both.sure) == ({EVA.person_id}, True)
    elsewhere = People([ANNA, namesake]).meaning(named("Eva Ernst", kind="line_manager"))
    assert (elsewhere.people, elsewhere.sure) == ({namesake.person_id}, False)
    nobody = People([ANNA, CEM]).meaning(named("Eva Ernst", kind="line_manager"))
    assert (nobody.people, nobody.sure) == (frozenset(), True)


@pytest.mark.parametrize(
    "text",
    ["nein", "keine", "Keiner", "keinen", "keine/r", "–", "-", "niemand", "keine Angabe", "kein", "unbekannt",
     "no", "k. A.", "nein, danke", "nein danke", "Nein.", "trifft nicht zu"],
)  # fmt: skip
def test_nobody_is_nobody(text):
    assert says_nobody(text)
    assert meaning(text) == (set(), True)


@pytest.mark.parametrize("last", ["Keinath", "Niemandt", "Keindl", "Keiner-Ernst", "Neiner", "Nonn"])
def test_no_last_name_is_nobody(last):
    assert not says_nobody(last)
    somebody = mentor(f"Ida {last}", "Werne", number=9)
    assert meaning(f"Frau {last}", (somebody,)) == ({somebody.name}, False)


@pytest.mark.parametrize(
    "text",
    ["Fr. Bach", "Hr. Bach", "Chef Bach", "Amtsleiter Bach", "Kollege Bach", "Karl Bach", "Bach, Karl",
     "Eva Bach-Kurz", "Dora Neu, geb. Bach", "Dora Neu (geb. Bach)", "Dora Neu geb. Bach", "Chefin Dr. Bach"],
)  # fmt: skip
def test_a_last_name_that_is_said_is_never_surely_nobodys(text):
    found, sure = meaning(text)
    assert "Ben Bach" in found
    assert not sure


@pytest.mark.parametrize("text", ["Eva Kurz", "Frau Kurz", "Kurz, Eva", "Eva Ernst", "Ernst Kurz"])
def test_a_part_of_a_double_name_may_be_meant(text):
    for name in ("Eva Ernst-Kurz", "Eva Ernst Kurz"):
        assert meaning(text, (mentor(name, "Werne", number=9), BEN)) == ({name}, False)


def test_several_names_are_found_one_by_one():
    own, other = mentor("Eva Ernst", "Kamen"), mentor("Ben Bach", "Werne")
    for text in ("Eva Ernst und Ben Bach", "Ben Bach, Eva Ernst"):
        assert meaning(text, (own, other), kind="line_manager")[0] == {"Eva Ernst", "Ben Bach"}
    assert meaning("Eva Ernst und Fr. Bach", (own, other)) == ({"Eva Ernst", "Ben Bach"}, False)


@pytest.mark.parametrize(
    "text", ["Ben Bach (oder Eva Ernst)", "Ben Bach, Ernst", "Ben Bach Eva Ernst", "Bach/Ernst"]
)
def test_whoever_is_named_beside_a_whole_name_is_not_lost(text):
    assert meaning(text) == ({"Ben Bach", "Eva Ernst"}, False)


@pytest.mark.parametrize("text", ["Kollege Bahch", "Chefin Bahch", "mein Amtsleiter Hr. Bahch", "Chef Ben"])
def test_a_slip_behind_a_function_is_asked_about(text):
    assert meaning(text) == ({"Ben Bach"}, False)


def test_somebody_alike_in_ones_own_organisation_hides_nobody_of_that_name_elsewhere():
    alike, elsewhere = mentor("Eva Ernzt", "Kamen", number=8), mentor("Eva Ernst", "Lünen", number=9)
    assert meaning("Eva Ernst", (alike, elsewhere), kind="line_manager") == (
        {alike.name, elsewhere.name},
        False,
    )
    here = mentor("Eva Ernst", "Kamen", number=7)
    found = People([ANNA, here, elsewhere]).meaning(named("Eva Ernst", kind="line_manager"))
    assert (found.people, found.sure, found.others) == ({here.person_id}, True, {elsewhere.person_id})


def test_persons_that_were_put_together_are_found_under_all_their_names():
    before = mentee("Eva Kurz", "Kamen", number=8)
    now = mentor("Eva Ernst", "Werne", number=9).with_(person_id=before.person_id)
    for text in ("Eva Kurz", "Eva Ernst"):
        found = People([ANNA, before, now]).meaning(named(text))
        assert (found.people, found.sure) == ({now.person_id}, True)
        assert apart([named(text)], [ANNA, before, now])
    boss = People([ANNA, before, now]).meaning(named("Eva Ernst", kind="line_manager"))
    assert (boss.people, boss.sure) == ({now.person_id}, True)


def test_a_decision_is_a_question_again_when_somebody_new_fits():
    nobody = named("Frau Bach", seen=(BEN.id,), decided_by="me")
    new = mentor("Ida Bach", "Lünen", number=9)
    found = People([ANNA, BEN, new]).meaning(nobody)
    assert (found.people, found.sure, found.others) == ({new.person_id}, False, {BEN.person_id})
    some = named("Ben Bach und Ida Bach", meant=(BEN.id,), seen=(BEN.id,), decided_by="me")
    found = People([ANNA, BEN, new]).meaning(some)
    assert (found.people, found.sure) == ({BEN.person_id, new.person_id}, False)


NAMES = ("Anna Arndt", "Ben Bach", "Cem Celik", "Dora Dorn")


@given(st.lists(st.lists(st.sampled_from(NAMES), max_size=3), min_size=4, max_size=4))
def test_exactly_those_are_ruled_out_of_whom_one_names_the_other(told):
    people = [*map(mentee, NAMES[:2]), *map(mentor, NAMES[2:])]
    said = {a.name: names for a, names in zip(people, told, strict=True)}
    entered = [named("; ".join(said[a.name]), a) for a in people if said[a.name]]
    found = match(people, settings(pairing="any"), apart=apart(entered, people))
    for (i, a), (j, b) in itertools.product(enumerate(found.pool.mentees), enumerate(found.pool.mentors)):
        blocked = b.name in said[a.name] or a.name in said[b.name]
        assert found.rules.codes(i, j) == ["forbidden"] * blocked


def test_it_holds_over_all_applications_of_a_person():
    as_mentor = mentor("Anna Arndt", "Kamen").with_(person_id=ANNA.person_id)
    boss = mentee("Ben Bach", "Kamen")
    people = [ANNA, as_mentor, boss]
    found = match(people, settings(pairing="any"), apart=apart([named("Ben Bach")], people))
    i, j = found.row("mentee", boss.person_id), found.row("mentor", ANNA.person_id)
    assert found.rules.codes(i, j) == ["forbidden"]


def test_nothing_tells_it_from_a_pair_that_was_ruled_out():
    told = []
    for by, text in ((ANNA, "Ben Bach"), (BEN, "Anna Arndt")):
        entered = apart([named(text, by)], [ANNA, BEN])
        told.append(match([ANNA, BEN], settings(pairing="any"), apart=entered))
    told.append(match([ANNA, BEN], settings(pairing="any"), decisions=[forbid(ANNA, BEN)]))
    with speaking(Voice("de")):
        said = [
            (m.rules.because(0, 0), m.pairs.to_csv(), m.unmatched.to_csv(), str(m.to_json())) for m in told
        ]
    assert said[0] == said[1] == said[2]
    assert said[0][0] == "Das Tandem von Anna Arndt und Ben Bach ist ausgeschlossen."


def test_to_allow_a_pair_again_is_no_way_out_where_one_named_the_other():
    people = [ANNA, BEN]
    for entered, ways in (((), ["forbidden"]), ([named("Ben Bach")], [])):
        kept = apart(entered, people)
        found = match(people, settings(pairing="any"), apart=kept, decisions=[forbid(ANNA, BEN)])
        repairs = found.why_not(ANNA.person_id).repairs
        assert [repair.kind for repair in repairs if repair.kind != "newcomer"] == ways


def test_a_lock_that_contradicts_it_is_told_in_the_same_words():
    entered = apart([named("Ben Bach")], [ANNA, BEN])
    found = match([ANNA, BEN], settings(pairing="any"), apart=entered, decisions=[lock(ANNA, BEN)])
    assert found.status == "infeasible"
    with speaking(Voice("de")):
        assert "ist ausgeschlossen" in found.reason


# -- on a workbench ----------------------------------------------------------------------------------


def acting(role, organisation=None):
    return Actor(role, (Grant(id="G", user_id=role, role=role, organisation=organisation),))


LEAD = acting("lead")


@pytest.fixture
def run():
    bench = Workbench.of(Store.create(), "me")
    made = bench.add("cross-administration")
    with bench.store.write("me", "programme.change") as writer:
        programme = writer.get(Programme, "cross-administration")
        writer.save(programme.with_(settings=settings(pairing="any")))
    for a in (ANNA, mentee("Bea Bender", "Kamen"), BEN, EVA):
        said = {"first_name": a.first_name, "last_name": a.last_name, "organisation": a.organisation,
                "email": a.answers["email"], "pay_grade": "A 10" if a.role == "mentee" else "A 13",
                "qualification": "A II", "permanent": "unbefristet",
                "supervision": "ja", "gender": "w"}  # fmt: skip
        intake.enter(bench.store, LEAD, made.id, a.role, said, source=Source(kind="form"))
    yield made
    bench.close()


def of(run, name):
    return next(a for a in run.application_records if a.name == name)


def codes(run):
    pairs = run.match().alternatives(of(run, "Anna Arndt").person_id)
    return dict(zip(pairs.mentor, pairs.blocked_by, strict=True))


def test_what_the_lead_enters_rules_the_pair_out_until_she_says_otherwise(run):
    store = run.bench.store
    anna = of(run, "Anna Arndt")
    entered = conflicts.enter(store, LEAD, anna.id, "not_with", "Frau  Bach")
    assert conflicts.enter(store, LEAD, anna.id, "not_with", "Frau Bach") == entered
    assert codes(run) == {"Ben Bach": "forbidden", "Eva Ernst": ""}
    (shown,) = conflicts.named(store, LEAD, run.id)
    assert ([a.name for a in shown.meant], shown.sure) == (["Ben Bach"], False)
    decided = conflicts.decide(store, LEAD, entered.id, [], entered.version)
    assert codes(run) == {"Ben Bach": "", "Eva Ernst": ""}
    decided = conflicts.decide(store, LEAD, entered.id, [of(run, "Eva Ernst").id], decided.version)
    assert codes(run) == {"Ben Bach": "", "Eva Ernst": "forbidden"}
    decided = conflicts.decide(store, LEAD, entered.id, None, decided.version)
    assert codes(run) == {"Ben Bach": "forbidden", "Eva Ernst": ""}
    with pytest.raises(StaleRecord):
        conflicts.remove(store, LEAD, entered.id, entered.version)
    conflicts.remove(store, LEAD, entered.id, decided.version)
    assert conflicts.named(store, LEAD, run.id) == []


@pytest.mark.parametrize(
    ("text", "said"), [("", "Nachnamen"), ("keine", "Nachnamen"), ("x" * 501, "500 Zeichen")]
)
def test_what_names_nobody_or_is_too_long_is_not_entered(run, text, said):
    with speaking(Voice("de")), pytest.raises(RuleBroken, match=said):
        conflicts.enter(run.bench.store, LEAD, of(run, "Anna Arndt").id, "not_with", text)


def test_an_applicant_is_entered_by_choosing_her(run):
    store, anna, eva = run.bench.store, of(run, "Anna Arndt"), of(run, "Eva Ernst")
    entered = conflicts.enter(store, LEAD, anna.id, "not_with", eva)
    assert conflicts.enter(store, LEAD, anna.id, "not_with", eva) == entered
    (shown,) = conflicts.named(store, LEAD, run.id)
    assert (shown.conflict.text, [a.name for a in shown.meant], shown.sure) == (
        "Eva Ernst",
        ["Eva Ernst"],
        True,
    )
    with pytest.raises(NotFound):
        conflicts.enter(store, LEAD, anna.id, "not_with", eva.with_(id="A999"))


def test_nobody_is_somebody_again_when_she_applies_later(run):
    store, anna = run.bench.store, of(run, "Anna Arndt")
    entered = conflicts.enter(store, LEAD, anna.id, "not_with", "Frau Dorn")
    conflicts.decide(store, LEAD, entered.id, [], entered.version)
    assert conflicts.named(store, LEAD, run.id)[0].sure
    said = {"first_name": "Dora", "last_name": "Dorn", "organisation": "Werne", "email": "dora@example.org",
            "pay_grade": "A 13", "supervision": "ja", "gender": "w"}  # fmt: skip
    intake.enter(store, LEAD, run.id, "mentor", said, source=Source(kind="form"))
    (shown,) = conflicts.named(store, LEAD, run.id)
    assert ([a.name for a in shown.meant], shown.sure) == (["Dora Dorn"], False)


@pytest.mark.parametrize(
    "actor",
    [acting("organisation", "Kamen"), acting("data-protection"), acting("analyst"), acting("evaluator"),
     acting("operator")],
    ids=lambda actor: actor.name,
)  # fmt: skip
def test_nobody_but_the_lead_reads_or_changes_it(run, actor):
    store, anna = run.bench.store, of(run, "Anna Arndt")
    entered = conflicts.enter(store, LEAD, anna.id, "not_with", "Ben Bach")
    for refused in (
        lambda: conflicts.named(store, actor, run.id),
        lambda: conflicts.enter(store, actor, anna.id, "not_with", "Eva Ernst"),
        lambda: conflicts.decide(store, actor, entered.id, [], entered.version),
        lambda: conflicts.remove(store, actor, entered.id, entered.version),
    ):
        with pytest.raises(NotAllowed):
            refused()


def test_nobody_sees_it_in_an_application_an_export_a_history_or_the_latest_changes(run):
    store, anna = run.bench.store, of(run, "Anna Arndt")
    entered = conflicts.enter(store, LEAD, anna.id, "not_with", "Frau Bachstein")
    conflicts.decide(store, LEAD, entered.id, [of(run, "Eva Ernst").id], entered.version)
    intake.mend(store, LEAD, anna.id, {"department": "Amt 50"}, anna.version)
    seen = []
    for actor in (LEAD, acting("organisation", "Kamen"), acting("data-protection")):
        seen += [a.model_dump_json() for a in intake.applications(store, actor, run.id)]
        seen += [str(read_files([("a.xlsx", to_xlsx(store, actor, run.id))])[0].sheets)]
        seen += [str(history_of(store, actor, anna.id)), str(changes(store, actor, 50))]
    with store.read() as reader:
        seen += [str(reader.trail())]
    assert not [text for text in seen if "Bachstein" in text or "not_with" in text]


def test_mending_undoing_and_withdrawing_keep_it(run):
    store, anna = run.bench.store, of(run, "Anna Arndt")
    conflicts.enter(store, LEAD, anna.id, "line_manager", "Ben Bach")
    mended = intake.mend(store, LEAD, anna.id, {"first_name": "Annabell"}, anna.version)
    undone = undo(store, LEAD, anna.id, mended.version)
    run.intake([("again.xlsx", run.export())])
    assert codes(run)["Ben Bach"] == "forbidden"
    actions.withdraw(store, LEAD, anna.id, "", undone.version)
    (shown,) = conflicts.named(store, LEAD, run.id)
    assert (shown.by.id, shown.conflict.text) == (anna.id, "Ben Bach")


def test_an_approved_tandem_of_two_of_whom_one_names_the_other_is_told_to_the_lead(run):
    store = run.bench.store
    best = run.match()
    run.approve(best)
    first = best.tandems.iloc[0]
    by = next(a for a in run.application_records if a.person_id == first.mentee_id)
    conflicts.enter(store, LEAD, by.id, "line_manager", first.mentor)
    (shown,) = conflicts.named(store, LEAD, run.id)
    assert shown.formed


def test_the_selection_keeps_them_apart_as_well(run):
    conflicts.enter(run.bench.store, LEAD, of(run, "Anna Arndt").id, "not_with", "Ben Bach; Eva Ernst")
    found = run.match()
    assert "Anna Arndt" in set(found.unmatched.person)
    assert run.select().to_json() is not None
