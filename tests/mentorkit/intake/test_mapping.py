"""What headings mean is asked once, can be changed without the file, and is remembered."""

from pathlib import Path

import pytest
from making import as_xlsx, context_of

from mentorkit.errors import NotAllowed, NotFound, RuleBroken
from mentorkit.intake import mapping, memory, service
from mentorkit.intake.intake import Intake
from mentorkit.intake.reading import read
from mentorkit.intake.tables import row_signature
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, HeadingMeaning, Programme, Run
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store

LEAD = sole_actor("lea")
RUN = "cross-administration/2014"
SMALL = Path(__file__).parents[2] / "data/mentor-match"
HEADS = "Name;Vorname;Kontakt;Besoldung;Quatsch;Bemerkung"
ANNA = "Hof;Anna;anna@example.org;A 10;Haushalt, Recht;kommt später"
BO = "Ahl;Bo;bo@example.org;A 11;Recht;"


def officer(organisation):
    grant = Grant(id="G1", user_id="otto", role="organisation", organisation=organisation)
    return Actor("otto", (grant,))


@pytest.fixture
def store():
    made = Store.create()
    settings = load_preset("cross-administration")
    with made.write("test", "programme.add") as writer:
        writer.save(
            Programme(id="cross-administration", name="C", preset="cross-administration", settings=settings)
        )
        writer.save(Run(id=RUN, programme_id="cross-administration", name="2014"))
    yield made
    made.close()


def csv(name, *rows):
    return name, "\n".join(rows).encode()


def reading(*files, preset="cross-administration"):
    return read(files, context_of(load_preset(preset)))


def asked(intake):
    return {question.key: question for question in mapping.questions(intake)}


def entries(intake):
    return [dict(raw.entries) for raw in intake.raws]


# -- asking ---------------------------------------------------------------------------------------


def test_only_what_is_unsure_or_unknown_is_asked_and_each_once_for_all_files():
    intake = reading(csv("mentees_kamen.csv", HEADS, ANNA), csv("mentees_luenen.csv", HEADS, BO))
    found = asked(intake)
    assert list(found) == ["heading:kontakt", "heading:quatsch"]
    assert found["heading:kontakt"].guess == "email"
    assert found["heading:quatsch"].guess == ""
    assert found["heading:quatsch"].samples == ("Haushalt, Recht", "Recht")
    assert found["heading:quatsch"].files == ("mentees_kamen.csv", "mentees_luenen.csv")


def test_a_column_without_any_cell_is_not_asked_for():
    assert not asked(
        reading(csv("mentees_kamen.csv", "Name;Vorname;E-Mail;Quatsch", "Hof;Anna;a@example.org"))
    )


@pytest.mark.parametrize(
    ("cells", "field"),
    [
        (("Frau", "Herr"), "gender"),
        (("A 10", "EG 9b"), "pay_grade"),
        (("x@example.org", "y@example.org"), "email"),
        (("Kamen", "Stadt Lünen"), "organisation"),
        (("Kamen", "Verkehr"), ""),
        (("Haushalt", "Recht"), ""),
    ],
)
def test_what_the_cells_speak_of_is_proposed_but_asked(cells, field):
    rows = (f"Hof;Anna;0231 1;{cells[0]}", f"Ahl;Bo;0231 2;{cells[1]}")
    intake = reading(csv("mentees_2014.csv", "Name;Vorname;Telefon;Quatsch", *rows))
    assert asked(intake)["heading:quatsch"].guess == field
    assert all(field not in e for e in entries(intake) if field)


def test_nothing_is_proposed_that_another_column_says():
    row = "Hof;Anna;anna@example.org;privat@example.org"
    intake = reading(csv("mentees_kamen.csv", "Name;Vorname;E-Mail;Quatsch", row))
    assert asked(intake)["heading:quatsch"].guess == ""


def test_an_answer_counts_in_all_files_without_reading_them_again():
    intake = reading(csv("mentees_kamen.csv", HEADS, ANNA), csv("mentees_luenen.csv", HEADS, BO))
    told = mapping.answered(intake, {"heading:quatsch": "topics", "heading:kontakt": ""})
    assert [e["topics"] for e in entries(told)] == ["Haushalt, Recht", "Recht"]
    assert all("email" not in e for e in entries(told))
    assert told.raws[0].extra == {"Kontakt": "anna@example.org", "Bemerkung": "kommt später"}
    assert not mapping.questions(told)


def test_a_file_that_does_not_tell_the_role_comes_in_once_it_is_answered():
    intake = reading(csv("liste.csv", "Name;Vorname;E-Mail", "Hof;Anna;a@example.org"))
    assert intake.files[0].status == "refused"
    (question,) = mapping.questions(intake)
    assert (question.kind, question.samples) == ("role", ("Hof Anna a@example.org",))
    told = mapping.answered(intake, {question.key: "mentor"})
    assert told.files[0].status == "read"
    assert [raw.role for raw in told.raws] == ["mentor"]
    left = mapping.answered(intake, {question.key: "nothing"})
    assert (left.files[0].status, left.raws, mapping.questions(left)) == ("read", (), ())


def test_whom_a_table_holds_is_not_asked_where_each_row_says_it_and_other_columns_suggest_one_role():
    intake = reading(csv("liste.csv", "Vorname;Nachname;Rolle;unbefristet", "Anna;Hof;Mentee;ja"))
    assert [raw.role for raw in intake.raws] == ["mentee"]
    assert asked(intake) == {}


def test_a_sheet_of_which_no_row_looks_like_headings_comes_in_by_its_row_and_columns():
    intake = reading(csv("mentees_kamen.csv", "Liste;;", "Wer;Was;Wo", "Hof, Anna;a@example.org;Haushalt"))
    (question,) = mapping.questions(intake)
    assert question.kind == "headings"
    assert question.samples[1] == "Wer | Was | Wo"
    found = mapping.answered(intake, {question.key: "2"})
    told = mapping.answered(found, {"heading:wer": "name", "heading:was": "email", "heading:wo": "topics"})
    assert entries(told) == [
        {"first_name": "Anna", "last_name": "Hof", "email": "a@example.org", "topics": "Haushalt",
         "organisation": "Kamen"},
    ]  # fmt: skip


@pytest.mark.parametrize(("meaning", "history"), [("history", 1), ("nothing", 0)])
def test_a_heading_that_a_table_of_no_people_has_too_is_answered_before_with_and_after_that(meaning, history):
    intake = reading(("kamen.xlsx", as_xlsx([
        ("Mentees", [["Name", "Vorname", "E-Mail", "Quatsch"], ["Hof", "Anna", "a@example.org", "Recht"]]),
        ("Tandems", [["Mentee", "Mentor", "Quatsch"], ["Bo Ahl", "Ruth Ahl", "Recht"]]),
    ])))  # fmt: skip
    role = {"role:0/1/1/0": meaning}
    assert asked(intake).keys() == {*role, "heading:quatsch"}
    heading = {"heading:quatsch": "topics"}
    for steps in ([role, heading], [role | heading], [heading | role], [heading, role]):
        told = intake
        for answers in steps:
            told = mapping.answered(told, answers)
        assert [one["topics"] for one in entries(told)] == ["Recht"]
        assert told.history == history


def test_the_run_of_earlier_tandems_is_asked_where_nothing_tells_it(store):
    file = csv("tandems.csv", "Mentee;Mentorin", "Anna Hof;Ruth Ahl")
    intake = service.intake(store, LEAD, RUN, [file])
    (question,) = mapping.questions(intake)
    assert (question.kind, question.heading, question.samples) == (
        "year",
        "tandems.csv",
        ("Anna Hof Ruth Ahl",),
    )
    told = mapping.answered(intake, {question.key: " 3. Durchgang "})
    assert ([t.year for t in told.earlier], mapping.questions(told)) == (["3. Durchgang"], ())
    service.commit(store, LEAD, RUN, told)
    for _ in range(2):  # without the run it tells nothing that is not known
        assert [t.year for t in service.context_of(store, LEAD, RUN).earlier] == ["3. Durchgang"]
        service.intake(store, LEAD, RUN, [file])


@pytest.mark.parametrize(
    "answers",
    [
        {"heading:quatsch": "no_field"}, {"heading:nirgends": "topics"}, {"role:7/0/1/0": "mentee"},
        {"role:0/0/1/0": "boss"}, {"headings:0/0": "x"}, {"column:0/9/9/9/1": "topics"},
    ],
)  # fmt: skip
def test_an_answer_to_nothing_is_refused(answers):
    intake = reading(csv("mentees_kamen.csv", HEADS, ANNA))
    with pytest.raises(NotFound):
        mapping.answered(intake, answers)


# -- changing -------------------------------------------------------------------------------------


def test_any_column_can_be_given_another_meaning_and_what_was_decided_is_kept():
    intake = reading(csv("mentees_kamen.csv", HEADS, ANNA, BO))
    intake = intake.mend("new-1", {"phone": "0391 1"}).drop("new-2")
    told = mapping.changed(intake, 0, "0/1/0", {5: "expectations", 3: ""})
    assert told.mended == {"new-1": {"phone": "0391 1"}}
    assert told.dropped == {"new-2"}
    assert entries(told)[0]["expectations"] == "kommt später"
    assert "pay_grade" not in entries(told)[0]
    assert told.raws[0].source.cells["expectations"] == "F2"


def test_what_was_decided_is_kept_under_another_role():
    intake = reading(csv("mentees_kamen.csv", HEADS, ANNA, BO)).mend("new-2", {"phone": "0391 1"})
    told = mapping.changed(intake, 0, "0/1/0", meaning="mentor")
    assert [raw.role for raw in told.raws] == ["mentor", "mentor"]
    assert told.mended == {"new-2": {"phone": "0391 1"}}


def test_two_columns_of_one_meaning_make_one_list():
    rows = ("Name;Vorname;E-Mail;Thema A;Thema B", "Hof;Anna;a@example.org;Recht;Haushalt")
    intake = mapping.changed(reading(csv("mentees_kamen.csv", *rows)), 0, "0/1/0", {3: "topics", 4: "topics"})
    assert entries(intake)[0]["topics"] == "Recht; Haushalt"
    assert intake.raws[0].source.cells["topics"] == "D2, E2"


def test_applications_can_turn_out_to_be_earlier_tandems():
    intake = reading(csv("mentees_2016.csv", "Name;Partnerin;E-Mail", "Anna Hof;Ahl, Ruth;a@example.org"))
    told = mapping.changed(intake, 0, "0/1/0", meaning="history")
    told = mapping.changed(told, 0, "0/1/0", {0: "mentee", 1: "mentor"})
    (tandem,) = told.earlier
    assert (tandem.year, tandem.mentee, tandem.mentor) == ("2016", "Anna Hof", "Ruth Ahl")
    assert told.raws == ()


def test_a_mapping_survives_in_the_draft():
    told = mapping.answered(reading(csv("mentees_kamen.csv", HEADS, ANNA)), {"heading:quatsch": "topics"})
    again = Intake.from_draft(told.to_draft(), told.context)
    assert again.raws == told.raws
    back = mapping.answered(again, {"heading:quatsch": ""})
    assert "topics" not in entries(back)[0]


def test_files_with_english_headings_and_other_grades_come_in_by_a_mapping():
    small = [
        (f"{i}.csv", (SMALL / f"small-{who}.csv").read_bytes())
        for i, who in enumerate(("mentees", "mentors"))
    ]
    intake = reading(*small, preset="cross-company")
    roles = {q.key: role for q, role in zip(mapping.questions(intake), ("mentee", "mentor"), strict=True)}
    told = mapping.answered(intake, roles)
    for file in (0, 1):
        columns = {column.heading: column.place for column in told.files[file].sheets[0].columns}
        told = mapping.changed(
            told, file, "0/1/0", {columns["grade"]: "", columns["biography"]: "expectations"}
        )
    assert told.counts == {"ok": 100}
    first = told.applications[0]
    assert (first.name, first.role, first.extra["grade"]) == ("mentee 00", "mentee", "HEO")
    assert first.entries["expectations"].startswith("My name is mentee 00.")


def test_what_is_taken_in_knows_its_cells_and_what_stood_beside_its_fields(store):
    intake = service.intake(store, LEAD, RUN, [csv("mentees_kamen.csv", HEADS, ANNA)], commit=False)
    service.commit(store, LEAD, RUN, mapping.answered(intake, {"heading:quatsch": "topics"}))
    with store.read() as reader:
        (stored,) = reader.all(Application)
    assert stored.extra == {"Bemerkung": "kommt später"}
    assert stored.source.cells["topics"] == "E2"
    assert stored.source.cells["first_name"] == "B2"


# -- remembering ----------------------------------------------------------------------------------


LIST = ("Name;Vorname;E-Mail", "Hof;Anna;anna@example.org")


def kept_in_mind(store, *rows, name="liste_kamen_2014.csv", meaning="mentor", organisation="Kamen"):
    sheet = service.intake(store, LEAD, RUN, [csv(name, *rows)], commit=False).files[0].sheets[0]
    memory.remember_tables(store, LEAD, RUN, {sheet.signature: meaning}, organisation)


def test_whom_a_table_holds_is_known_again_by_its_name_and_its_headings(store):
    kept_in_mind(store, *LIST)
    (meaning,) = memory.remembered(store, LEAD, RUN)
    assert meaning.heading == "liste kamen: name | vorname | e mail"
    names = ("liste_kamen_2015.csv", "liste_kamen_neu.csv", "liste_luenen_2014.csv")
    files = [csv(name, *LIST) for name in names] + [csv("liste_kamen.csv", "Name;E-Mail", "Anna Hof;a@b.de")]
    intake = service.intake(store, LEAD, RUN, files, commit=False)
    assert [raw.role for raw in intake.raws] == ["mentor"]
    assert [question.kind for question in mapping.questions(intake)] == ["role"] * 3


@pytest.mark.parametrize(
    ("meaning", "rows", "earlier"), [("nothing", 0, 0), ("history", 0, 1), ("mentee", 1, 0)]
)
def test_a_table_is_what_was_remembered_of_it(store, meaning, rows, earlier):
    told = ("Mentee;Mentor;Jahr", "Anna Hof;Ruth Ahl;2012")
    kept_in_mind(store, *told, meaning=meaning, organisation=None)
    intake = service.intake(store, LEAD, RUN, [csv("liste_kamen.csv", *told)], commit=False)
    assert (len(intake.raws), len(intake.earlier)) == (rows, earlier)
    assert intake.files[0].status == "read"
    assert not any(question.kind == "role" for question in mapping.questions(intake))
    other = mapping.changed(intake, 0, "0/1/0", meaning="mentor")
    assert [raw.role for raw in other.raws] == ["mentor"]


def test_tables_of_one_sheet_that_look_alike_are_told_apart(store):
    rows = (*LIST, "", "Und noch:", *LIST)
    intake = service.intake(store, LEAD, RUN, [csv("liste_kamen.csv", *rows)], commit=False)
    first, second = intake.files[0].sheets
    assert second.signature == first.signature.replace("kamen:", "kamen 2:")


def test_a_row_of_headings_is_known_again(store):
    told = ("Liste;;", "Wer;Was;Wo", "Hof, Anna;a@example.org;Haushalt")
    memory.remember_tables(store, LEAD, RUN, {row_signature(told[1].split(";")): "headings"}, "Kamen")
    files = [csv("mentees_kamen.csv", "", *told), csv("mentees_luenen.csv", *told)]
    intake = service.intake(store, LEAD, RUN, files, commit=False)
    assert [file.sheets[0].heading_row for file in intake.files] == [3, None]


def test_what_is_no_kind_of_table_is_not_remembered(store):
    with pytest.raises(NotFound):
        memory.remember_tables(store, LEAD, RUN, {"liste: name": "topics"})


def test_what_was_said_is_not_asked_again(store):
    memory.remember(store, LEAD, RUN, {"Quatsch": "topics", "Kontakt": "email"})
    intake = service.intake(store, LEAD, RUN, [csv("mentees_kamen.csv", HEADS, ANNA)], commit=False)
    assert not mapping.questions(intake)
    assert entries(intake)[0]["topics"] == "Haushalt, Recht"


def test_what_one_organisation_means_is_not_what_another_means(store):
    memory.remember(store, LEAD, RUN, {"Quatsch": "department"})
    memory.remember(store, LEAD, RUN, {"Quatsch": "topics"}, organisation="Kamen")
    files = [csv(f"mentees_{town}.csv", HEADS, row) for town, row in (("kamen", ANNA), ("luenen", BO))]
    intake = service.intake(store, LEAD, RUN, files, commit=False)
    assert ["topics" in e for e in entries(intake)] == [True, False]
    assert ["department" in e for e in entries(intake)] == [False, True]


def test_a_meaning_is_replaced_not_doubled_and_can_be_forgotten(store):
    memory.remember(store, LEAD, RUN, {"Quatsch": "topics"})
    memory.remember(store, LEAD, RUN, {"QUATSCH:": ""})
    (known,) = memory.remembered(store, LEAD, RUN)
    assert (known.heading, known.field, known.version) == ("quatsch", "", 2)
    memory.forget(store, LEAD, RUN, known.id)
    assert memory.remembered(store, LEAD, RUN) == ()


def test_an_officer_remembers_for_the_own_town_only_and_sees_no_other(store):
    kamen = officer("Kamen")
    memory.remember(store, LEAD, RUN, {"Wer": "name"}, organisation="Lünen")
    memory.remember(store, kamen, RUN, {"Quatsch": "topics"}, organisation="Kamen")
    assert [m.organisation for m in memory.remembered(store, kamen, RUN)] == ["Kamen"]
    for organisation in (None, "Lünen"):
        with pytest.raises(NotAllowed):
            memory.remember(store, kamen, RUN, {"Quatsch": "topics"}, organisation=organisation)
    with store.read() as reader:
        (foreign,) = reader.all(HeadingMeaning, organisation="Lünen")
    with pytest.raises(NotAllowed):
        memory.forget(store, kamen, RUN, foreign.id)


def test_who_may_take_in_nothing_may_remember_nothing(store):
    evaluator = Actor("eva", (Grant(id="G1", user_id="eva", role="evaluator"),))
    with pytest.raises(NotAllowed):
        memory.remember(store, evaluator, RUN, {"Quatsch": "topics"})
    with pytest.raises(NotAllowed):
        memory.remembered(store, evaluator, RUN)


# -- one answer, one column -----------------------------------------------------------------------


def test_two_columns_cannot_both_be_what_there_is_one_of():
    intake = reading(csv("mentees_kamen.csv", HEADS, ANNA))
    for given in ({5: "last_name"}, {4: "email", 5: "email"}, {4: "name"}, {4: "wish_1", 5: "wish_1"}):
        with pytest.raises(RuleBroken, match=r"F \(Bemerkung\)|E \(Quatsch\)"):
            mapping.changed(intake, 0, "0/1/0", given)
    moved = mapping.changed(intake, 0, "0/1/0", {0: "", 5: "last_name"})
    assert entries(moved)[0]["last_name"] == "kommt später"


@pytest.mark.parametrize(("field", "joined"), [("topics", "; "), ("expectations", " ")])
def test_several_columns_may_be_one_list_or_one_text(field, joined):
    intake = reading(csv("mentees_kamen.csv", HEADS, ANNA))
    both = mapping.changed(intake, 0, "0/1/0", {4: field, 5: field})
    assert entries(both)[0][field] == f"Haushalt, Recht{joined}kommt später"


def test_two_questions_cannot_be_answered_with_one_field():
    intake = reading(csv("mentees_kamen.csv", "Name;Vorname;Wasa;Wieso", "Hof;Anna;x;y"))
    answers = {"heading:wasa": "department", "heading:wieso": "department"}
    assert not mapping.refused(intake, answers)
    answers = dict.fromkeys(answers, "birth_year")
    why = mapping.refused(intake, answers)
    assert why.keys() == answers.keys()
    assert "C (Wasa)" in why["heading:wasa"]
    with pytest.raises(RuleBroken):
        mapping.answered(intake, answers)
    assert mapping.refused(intake, {"heading:wieso": "last_name"}).keys() == {"heading:wieso"}
    assert mapping.answered(intake, {"heading:wasa": "birth_year"})


def test_the_same_is_not_proposed_for_two_columns():
    rows = [f"Hof;Anna;a{i}@example.org;b{i}@example.org" for i in range(3)]
    questions = asked(reading(csv("mentees_kamen.csv", "Name;Vorname;Wasa;Wieso", *rows)))
    assert (questions["heading:wasa"].guess, questions["heading:wieso"].guess) == ("email", "")


def test_earlier_tandems_have_one_mentor_each():
    intake = reading(csv("tandems_2012.csv", "Mentee;Mentorin;Ort;Jahr", "Anna Hof;Ruth Ahl;Kamen;2012"))
    with pytest.raises(RuleBroken):
        mapping.changed(intake, 0, "0/1/0", {2: "mentor"})
