"""The mapping in the app: questions with a proposal first, then every column, and what is remembered."""

import io

import pytest
import xlsxwriter
from mentorkit_widgets.intake.mapping import MappingView, Remembered
from mentorkit_widgets.intake.mapping_model import ALONE, MappingModel
from mentorkit_widgets.intake.paste import PasteModel, PasteView

from mentorkit.intake import mapping, memory, service
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Grant, Programme, Run
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store

RUN = "unna/2014"
LEAD = sole_actor("lea")
HEADS = "Name;Vorname;Kontakt;Besoldung;Quatsch;Bemerkung"
ANNA = "Hof;Anna;anna@example.org;A 10;Haushalt, Recht;kommt später"


@pytest.fixture
def store():
    made = Store.create()
    settings = load_preset("cross-administration")
    with made.write("test", "programme.add") as writer:
        writer.save(Programme(id="unna", name="Unna", preset="cross-administration", settings=settings))
        writer.save(Run(id=RUN, programme_id="unna", name="2014"))
    yield made
    made.close()


def read(store, name="mentees_kamen.csv", *rows, actor=LEAD):
    text = "\n".join(rows or (HEADS, ANNA)).encode()
    return service.intake(store, actor, RUN, [(name, text)], commit=False)


def view_of(store, intake, actor=LEAD):
    changed = []
    view = MappingView(MappingModel(store, actor, RUN, intake, changed.append))
    view.memory = Remembered(view.model)
    return view, changed


def answer(view, key, text):
    view.asked.form.edit(next(name for name, q in view.asked.asked.items() if q.key == key), text)


def visible(part):
    return part.layout.display != "none"


def test_questions_propose_what_the_reader_guessed(store):
    view, _ = view_of(store, read(store))
    _, unknown = view.asked.form.fields
    assert list(view.asked.form.values.values()) == ["email", ALONE]
    assert "Quatsch" in unknown.label
    assert "Haushalt, Recht" in unknown.help
    assert "mentees_kamen.csv" in unknown.help
    assert visible(view.asked)


def test_an_answer_is_read_at_once_and_not_asked_again(store):
    view, changed = view_of(store, read(store))
    answer(view, "heading:quatsch", "topics")
    view.asked.confirm.click()
    assert changed[-1].raws[0].entries["topics"] == "Haushalt, Recht"
    assert not visible(view.asked)
    again = read(store, "mentees_kamen_neu.csv")
    assert not mapping.questions(again)
    assert again.raws[0].entries["topics"] == "Haushalt, Recht"
    assert mapping.questions(read(store, "mentees_luenen.csv"))


@pytest.mark.parametrize(("memory", "asked"), [("organisation", 2), ("all", 0), ("no", 2)])
def test_it_is_remembered_for_whom_one_says(store, memory, asked):
    view, _ = view_of(store, read(store))
    view.asked.memory.value = memory
    view.asked.confirm.click()
    assert len(mapping.questions(read(store, "mentees_luenen.csv"))) == asked
    assert len(mapping.questions(read(store))) == (2 if memory == "no" else 0)


def test_what_nobody_is_known_to_have_sent_is_not_remembered_of_an_organisation(store):
    rows = ("Name;Vorname;E-Mail", "Hof;Anna;a@example.org")
    view, _ = view_of(store, read(store).joined(read(store, "liste.csv", *rows)))
    answer(view, "role:1/0/1/0", "nothing")
    view.asked.confirm.click()
    assert {meaning.organisation for meaning in view.model.remembered} == {"Kamen"}
    assert [q.kind for q in mapping.questions(read(store, "liste.csv", *rows))] == ["role"]


def test_a_heading_is_remembered_for_those_alone_in_whose_sheets_it_stands(store):
    rows = [["Name", "Vorname", "E-Mail"], ["Hof", "Anna", "a@example.org"]]
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        for name, more in (("Kamen", ("Quatsch", "Recht")), ("Werne", ("", ""))):
            sheet = book.add_worksheet(name)
            for i, row in enumerate(rows):
                sheet.write_row(i, 0, [*row, more[i]])
    intake = service.intake(store, LEAD, RUN, [("mentees.xlsx", data.getvalue())], commit=False)
    assert [sheet.sender for sheet in intake.files[0].sheets] == ["Kamen", "Werne"]
    view, _ = view_of(store, intake)
    answer(view, "heading:quatsch", "topics")
    view.asked.confirm.click()
    assert {meaning.organisation for meaning in view.model.remembered} == {"Kamen"}
    view.model.change(0, "0/1/0", {3: "department"}, memory="organisation")
    assert {(m.organisation, m.field) for m in view.model.remembered} == {("Kamen", "department")}


def test_an_officer_is_not_offered_to_speak_for_everybody(store):
    kamen = Actor("otto", (Grant(id="G1", user_id="otto", role="organisation", organisation="Kamen"),))
    model = MappingModel(store, kamen, RUN, read(store, actor=kamen))
    assert list(model.memories()) == ["organisation", "no"]
    model.confirm()
    assert not model.refused
    assert {m.organisation for m in model.remembered} == {"Kamen"}


def test_what_is_read_later_is_remembered_for_its_organisation_unless_one_says_otherwise(store):
    view, _ = view_of(store, None)
    view.model.intake = read(store)
    assert (view.asked.memory.value, view.model.memory) == ("organisation", "organisation")
    view.asked.memory.value = "all"
    view.model.intake = view.model.intake.joined(read(store, "mentees_werne.csv"))
    assert (view.asked.memory.value, view.model.memory) == ("all", "all")


def test_a_table_without_a_role_must_be_answered(store):
    view, changed = view_of(store, read(store, "liste.csv", "Name;Vorname;E-Mail", "Hof;Anna;a@example.org"))
    (field,) = view.asked.form.fields
    view.asked.confirm.click()
    assert view.asked.form.errors.keys() == {field.name}
    assert not changed
    view.asked.form.edit(field.name, "mentor")
    view.asked.confirm.click()
    assert [raw.role for raw in changed[-1].raws] == ["mentor"]


def test_whom_a_table_holds_is_asked_once_and_can_be_forgotten(store):
    rows = ("Name;Vorname;E-Mail", "Hof;Anna;a@example.org")
    view, _ = view_of(store, read(store, "liste_kamen.csv", *rows))
    answer(view, "role:0/0/1/0", "mentor")
    view.asked.confirm.click()
    again = read(store, "liste_kamen.csv", *rows)
    assert not mapping.questions(again)
    assert [raw.role for raw in again.raws] == ["mentor"]
    (field,) = view.memory.form.fields
    ((key, text),) = field.pairs
    assert all(word in text for word in ("„liste kamen“", "name, vorname, e mail", "(Kamen)"))
    view.memory.form.edit("forget", [key])
    view.memory.forget.click()
    assert "„liste kamen“" in view.model.message
    assert [q.kind for q in mapping.questions(read(store, "liste_kamen.csv", *rows))] == ["role"]


def test_what_a_table_is_said_to_hold_in_the_mapping_is_remembered_too(store):
    view, _ = view_of(store, read(store))
    (table,) = view.tables.children
    table.form.edit("meaning", "nothing")
    table.memory.value = "organisation"
    table.apply.click()
    assert read(store).files[0].sheets[0].meaning == "nothing"


def test_a_mapping_that_is_changed_holds_for_its_table_unless_one_says_otherwise(store):
    view, changed = view_of(store, read(store))
    (table,) = view.tables.children
    table.form.edit("c5", "department")
    table.apply.click()
    assert changed[-1].raws[0].entries["department"] == "kommt später"
    assert view.model.remembered == ()
    (table,) = view.tables.children
    table.memory.value = "all"
    table.form.edit("c5", "topics")
    table.apply.click()
    assert [(m.organisation, m.heading, m.field) for m in view.model.remembered] == [
        (None, "bemerkung", "topics")
    ]
    assert read(store, "mentees_luenen.csv").raws[0].entries["topics"] == "kommt später"


def test_two_columns_that_would_be_one_field_are_refused_at_both(store):
    view, changed = view_of(store, read(store))
    (table,) = view.tables.children
    table.form.edit("c5", "last_name")
    table.apply.click()
    assert table.form.errors.keys() == {"c0", "c5"}
    assert "A (Name)" in table.form.errors["c5"]
    assert not changed
    table.form.edit("c0", ALONE)
    table.apply.click()
    assert changed[-1].raws[0].entries["last_name"] == "kommt später"


def test_two_questions_that_are_answered_with_one_field_are_refused_at_both(store):
    view, changed = view_of(store, read(store))
    answer(view, "heading:quatsch", "email")
    view.asked.confirm.click()
    assert len(view.asked.form.errors) == 2
    assert not changed
    answer(view, "heading:kontakt", ALONE)
    view.asked.confirm.click()
    assert changed[-1].raws[0].entries["email"] == "Haushalt, Recht"


def test_no_column_has_to_be_something(store):
    view, _ = view_of(store, read(store))
    (table,) = view.tables.children
    assert not any(field.required for field in table.form.fields if field.name.startswith("c"))
    assert [text for key, text in table.form.fields[-1].pairs if key == ALONE]


def test_the_row_of_the_headings_is_asked_once(store):
    rows = ("Liste;;", "Wer;Was;Wo", "Hof, Anna;a@example.org;Haushalt")
    view, _ = view_of(store, read(store, "mentees_kamen.csv", *rows))
    answer(view, "headings:0/0", "2")
    view.asked.confirm.click()
    for key in ("heading:wer", "heading:was", "heading:wo"):
        answer(view, key, {"heading:wer": "name"}.get(key, ALONE))
    view.asked.confirm.click()
    again = read(store, "mentees_kamen.csv", *rows)
    assert (again.files[0].sheets[0].heading_row, mapping.questions(again)) == (2, ())
    assert any("wer, was, wo" in text for _, text in view.memory.form.fields[0].pairs)


def test_the_run_of_earlier_tandems_may_stay_open(store):
    view, changed = view_of(store, read(store, "tandems.csv", "Mentee;Mentor", "Anna Hof;Ruth Ahl"))
    view.asked.confirm.click()
    assert visible(view.asked)
    assert not visible(view.asked.memory)
    answer(view, "year:0/0/1/0", "2012")
    view.asked.confirm.click()
    assert changed[-1].earlier[0].year == "2012"
    assert not visible(view.asked)


def test_whether_a_file_replaces_another_is_proposed_and_can_be_denied(store):
    bo = ANNA.replace("Hof;Anna", "Ahl;Bo").replace("anna@", "bo@")
    service.commit(store, LEAD, RUN, read(store, "mentees_kamen.csv", HEADS, ANNA))
    view, changed = view_of(
        store, read(store, "mentees_kamen_neu.csv", HEADS, ANNA.replace("A 10", "A 11"), bo)
    )
    field = view.asked.form.fields[0]
    assert ("mentees_kamen.csv" in field.label, field.kind, "Anna Hof" in field.help) == (True, "radio", True)
    assert view.asked.form.values[field.name] == "no"  # one of two
    answer(view, "replaces:0", "yes")
    view.asked.confirm.click()
    assert [row.change for row in changed[-1].rows] == ["changed", "new"]


def test_which_of_two_files_of_one_name_is_newer_has_to_be_said(store):
    first = read(store, "mentees.csv", HEADS, ANNA)
    both = first.joined(read(store, "mentees.csv", HEADS, ANNA.replace("A 10", "A 11")))
    view, changed = view_of(store, both)
    field = view.asked.form.fields[0]
    assert ("zuletzt gewählte" in field.label, view.asked.form.values[field.name]) == (True, "")
    view.asked.confirm.click()
    assert changed == []
    answer(view, "replaces:1", "older")
    view.asked.confirm.click()
    assert [row.raw.entries["pay_grade"] for row in changed[-1].rows] == ["A 10"]


def test_every_column_of_every_table_can_be_changed(store):
    view, changed = view_of(store, read(store))
    view.mapping.opened = True
    (table,) = view.tables.children
    assert table.form.values["c5"] == ALONE
    table.form.edit("c5", "department")
    table.apply.click()
    assert changed[-1].raws[0].entries["department"] == "kommt später"
    (table,) = view.tables.children
    table.form.edit("meaning", "mentor")
    table.apply.click()
    assert [raw.role for raw in changed[-1].raws] == ["mentor"]
    assert changed[-1].raws[0].entries["department"] == "kommt später"
    (table,) = view.tables.children
    table.apply.click()
    assert len(changed) == 2


def test_the_row_of_the_headings_can_be_changed(store):
    view, changed = view_of(store, read(store))
    (table,) = view.tables.children
    table.form.edit("headings", "9")
    table.apply.click()
    assert table.form.errors
    table.form.edit("headings", "2")
    table.apply.click()
    assert changed[-1].raws == ()
    (table,) = view.tables.children
    table.form.edit("headings", "1")
    table.apply.click()
    assert len(changed[-1].raws) == 1


def test_earlier_tandems_have_meanings_of_their_own(store):
    view, changed = view_of(
        store, read(store, "tandems_2012.csv", "Mentee;Mentorin;Ort;Jahr", "Anna Hof;Ruth Ahl;Kamen;2012")
    )
    (table,) = view.tables.children
    table.form.edit("c2", "mentee_organisation")
    table.apply.click()
    assert changed[-1].earlier[0].mentee_organisation == "Kamen"


def test_what_is_remembered_can_be_forgotten(store):
    memory.remember(store, LEAD, RUN, {"Quatsch": "topics"})
    view, _ = view_of(store, None)
    assert visible(view.memory.more)
    (field,) = view.memory.form.fields
    view.memory.form.edit("forget", list(dict(field.pairs)))
    view.memory.forget.click()
    assert memory.remembered(store, LEAD, RUN) == ()
    assert not visible(view.memory.more)


def test_nothing_is_asked_where_all_is_clear(store):
    view, _ = view_of(
        store, read(store, "mentees_kamen.csv", "Name;Vorname;E-Mail", "Hof;Anna;a@example.org")
    )
    assert not visible(view.asked)
    assert visible(view.mapping)


# -- pasting --------------------------------------------------------------------------------------


def test_pasted_cells_are_read_and_the_box_is_emptied(store):
    read_ = []
    view = PasteView(PasteModel(store, LEAD, RUN, read_.append))
    view.form.edit("cells", "Mentees\nName\tVorname\tE-Mail\nHof\tAnna\ta@example.org\n")
    view.read.click()
    assert [a.name for a in read_[0].applications] == ["Anna Hof"]
    assert view.form.values["cells"] == ""


def test_an_empty_box_says_what_to_do(store):
    view = PasteView(PasteModel(store, LEAD, RUN, lambda _: None))
    view.read.click()
    assert "cells" in view.form.errors


def test_pasted_cells_without_headings_are_mapped_in_the_app(store):
    read_ = []
    paste = PasteView(PasteModel(store, LEAD, RUN, read_.append))
    paste.form.edit("cells", "Hof, Anna\ta@example.org\tA 10\nAhl, Bo\tb@example.org\tA 11\n")
    paste.read.click()
    view, changed = view_of(store, read_[0])
    role = view.asked.form.fields[0].name
    assert not visible(view.asked.memory)  # there is nothing by which it would be known again
    view.asked.form.edit(role, "mentee")
    view.asked.confirm.click()
    assert [a.name for a in changed[-1].applications] == ["Anna Hof", "Bo Ahl"]
    assert changed[-1].raws[0].entries["pay_grade"] == "A 10"
    assert not mapping.questions(changed[-1])
