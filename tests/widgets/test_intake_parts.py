"""What stands beside the list: each programme and role sees its parts, and each part changes the list."""

from __future__ import annotations

import pytest
from app_people import HOSTILE, apply, workbench
from mentorkit_widgets.intake.entry import Entry, EntryModel
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.view import IntakeView

from mentorkit.errors import NotAllowed
from mentorkit.intake import service
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant, Source
from mentorkit.workbench import Workbench

HEADINGS = "Vorname;Name;Verwaltung;Geschlecht;Besoldung;Abschluss;Befristung;E-Mail\n"
ANNA = "Anna;Beispiel;{place};w;{grade};Bachelor;unbefristet;anna@example.org\n"


def csv(text: str, name: str = "mentees.csv") -> tuple[str, bytes]:
    return name, (HEADINGS + text).encode()


def anna(place: str = "Kamen", grade: str = "A 10") -> str:
    return ANNA.format(place=place, grade=grade)


@pytest.fixture
def bench():
    made = workbench()
    yield made
    made.close()


@pytest.fixture
def view(bench) -> IntakeView:
    return IntakeView(IntakeModel(bench.run()))


def is_shown(part) -> bool:
    return part.layout.display != "none"


# -- which parts there are ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("preset", "beside"),
    [
        ("cross-administration", ["selection"]),
        ("arts-academy", ["wishes"]),
        ("party-chapters", []),
        ("cross-company", []),
    ],
)
def test_a_programme_shows_the_parts_that_it_asks_for_and_each_can_be_opened(preset, beside):
    bench = workbench(preset)
    view = IntakeView(IntakeModel(bench.run()))
    assert view.tabs.parts == ["applications", "read", "enter", *beside, "overview"]
    for part in view.tabs.parts:
        view.tabs.value = part
        assert view.tabs.panel(part).children
    bench.close()


def test_one_message_line_is_on_the_page_whichever_part_it_opens_with(bench):
    model = IntakeModel(bench.run())
    model.point_at({"part": "selection"})
    view = IntakeView(model)
    assert is_shown(view.selection.notice)
    assert not is_shown(view.notice)
    view.tabs.value = "applications"
    assert is_shown(view.notice)


def test_the_coordination_of_an_organisation_selects_and_enters_its_own_and_merges_nobody(bench):
    run = bench.run()
    apply(run, 1, "mentee", last_name="Adler")
    apply(run, 2, "mentee", last_name="Berg", organisation="Werne")
    grant = Grant(id="G1", user_id="bea", role="organisation", organisation="Kamen")
    view = IntakeView(IntakeModel(Workbench(bench.store, Actor("bea", (grant,))).run(run.id)))
    assert view.tabs.parts == ["applications", "read", "enter", "selection", "overview"]
    assert [row["name"] for row in view.stored.list.table.rows] == ["Eva Adler"]
    assert not is_shown(view.stored.list.merging)
    for part in view.tabs.parts:
        view.tabs.value = part
    assert not view.model.refused
    assert "Werne" not in view.overview.table.value


def test_who_coordinates_several_organisations_chooses_among_them_alone(bench):
    run = bench.run()
    apply(run, 1, "mentee", last_name="Claus", organisation="Kamen")
    grants = [Grant(id=f"G{n}", user_id="bea", role="organisation", organisation=name)
              for n, name in enumerate(("Kamen", "Werne"))]  # fmt: skip
    actor = Actor("bea", tuple(grants))
    app = IntakeView(IntakeModel(Workbench(bench.store, actor).run(run.id)))
    app.model.selected = app.model.applications[0].id
    (place,) = (f for f in app.stored.list.detail.entries.fields if f.name == "organisation")
    assert (place.kind, list(place.options), place.locked) == ("choice", ["Kamen", "Werne"], False)
    entry = Entry(EntryModel(app.model.run, app.model))
    (place,) = (f for f in entry.form.fields if f.name == "organisation")
    assert (place.kind, list(place.options)) == ("radio", ["Kamen", "Werne"])
    stored = app.model.applications[0]
    with pytest.raises(NotAllowed):
        service.mend(bench.store, actor, stored.id, {"organisation": "Lünen"}, stored.version)
    moved = service.mend(bench.store, actor, stored.id, {"organisation": "Werne"}, stored.version)
    assert moved.organisation == "Werne"
    entries = {"first_name": "Eva", "last_name": "Muster", "organisation": "Lünen"}
    with pytest.raises(NotAllowed):
        service.enter(bench.store, actor, run.id, "mentee", entries, source=Source(kind="form"))


def test_the_coordination_of_an_organisation_is_not_told_to_decide_what_the_lead_decides(bench):
    run = bench.run()
    apply(run, 1, "mentee", "review", last_name="Adler", codes=("role_unclear",))
    grant = Grant(id="G1", user_id="bea", role="organisation", organisation="Kamen")
    view = IntakeView(IntakeModel(Workbench(bench.store, Actor("bea", (grant,))).run(run.id)))
    (row,) = view.stored.list.table.rows
    assert row["findings"][0].endswith("sonst entscheidet die Programmleitung.")
    assert "zurückziehen" in view.stored.list.bulk.more.button.title
    view.model.selected = "A1"
    fields = {field.name: field for field in view.stored.list.detail.entries.fields}
    assert fields["organisation"].locked
    assert not fields["last_name"].locked
    view.tabs.value = "selection"
    assert "Programmleitung legt die Auswahl fest" in view.selection.letters.hint.value


def test_how_many_pairs_may_be_one_stands_beside_the_folded_title(bench):
    run = bench.run()
    apply(run, 1, "mentee", last_name="Adler")
    apply(run, 2, "mentee", last_name="Adler")
    assert IntakeView(IntakeModel(run)).stored.list.merging.more.button.note == "1 Paar"


def test_the_tab_counts_who_has_not_withdrawn(bench):
    run = bench.run()
    apply(run, 1, "mentee", last_name="Adler")
    apply(run, 2, "mentee", last_name="Berg")
    one = run.application_records[0]
    service.withdraw(bench.store, bench.actor, one.id, "krank", one.version)
    view = IntakeView(IntakeModel(run))
    assert dict(view.tabs.list.tabs)["applications"].endswith("(1)")


def test_an_empty_run_says_how_to_come_by_applications(view):
    assert view.tabs.value == "read"
    view.tabs.value = "applications"
    assert is_shown(view.stored.empty)
    view.stored.enter.click()
    assert view.tabs.value == "enter"


# -- reading --------------------------------------------------------------------------------------


def test_cells_that_are_pasted_are_read_like_a_file(view):
    view.reading.pasting.opened = True
    text = (HEADINGS + anna()).replace(";", "\t")
    view.reading.paste.form.edit("cells", text)
    view.reading.paste.read.click()
    assert [a.name for a in view.model.applications] == ["Anna Beispiel"]
    assert not view.reading.pasting.opened


def test_a_corrected_file_shows_what_it_changes_before_it_is_taken_in(view):
    view.reading.upload.choose([csv(anna())])
    assert not is_shown(view.reading.more)
    view.reading.confirm.click()
    view.reading.upload.choose([csv(anna(grade="A 12"))])
    assert is_shown(view.reading.more)
    assert "A 10" in view.reading.changes.value
    assert "A 12" in view.reading.changes.value
    assert view.reading.confirm.description == "1 Änderung übernehmen"


def test_what_a_corrected_file_says_and_is_held_back_stands_beside_the_opened_row(view):
    view.reading.upload.choose([csv(anna())])
    view.reading.confirm.click()
    (stored,) = view.model.stored
    service.mend(*view.model.hands[:2], stored.id, {"pay_grade": "A 11"}, stored.version)
    view.reading.upload.choose([csv(anna(grade="A 12"))])
    view.model.selected = stored.id
    told = view.reading.list.detail.facts.value
    assert "A 11" in told
    assert "A 12" in told
    view.model.part = "applications"
    view.model.selected = stored.id
    assert "A 12" not in view.stored.list.detail.facts.value


def test_the_number_of_questions_leads_to_them(view):
    name, content = csv(anna())
    view.reading.upload.choose([(name, content.replace(b"E-Mail", b"Kontakt"))])
    assert 'href="#mk-questions"' in view.reading.files.value
    assert is_shown(view.reading.asking_title)
    assert 'id="mk-questions"' in view.reading.asking_title.value


def test_a_file_that_waits_for_an_answer_is_not_called_unreadable(view):
    view.reading.upload.choose([("liste.csv", b"Name;Vorname\nHof;Anna\n"), ("leer.csv", b"")])
    assert (
        view.reading.files.value.count("Frage offen"),
        view.reading.files.value.count("nicht lesbar"),
    ) == (1, 1)
    assert "1 Datei wurde abgewiesen" in view.model.message
    assert "mk-primary" not in view.reading.confirm._dom_classes


def test_files_that_change_nothing_say_so_and_can_only_be_closed(view):
    view.reading.upload.choose([csv(anna())])
    view.reading.confirm.click()
    view.reading.upload.choose([csv(anna())])
    assert "ändern nichts" in view.reading.files.value
    assert not is_shown(view.reading.confirm)
    assert view.reading.discard.description == "Schließen"
    view.reading.discard.click()
    assert not is_shown(view.reading.read_title)
    assert "zurückholen" in view.reading.files.value
    view.reading.undo.click()
    assert is_shown(view.reading.read_title)


def test_the_exported_workbook_changes_nothing(view):
    view.reading.upload.choose([csv(anna())])
    view.reading.confirm.click()
    view.stored.export.click()
    file = view.stored.file
    view.reading.upload.choose([(file.name, file.content)])
    assert not is_shown(view.reading.confirm)
    assert "ändern nichts" in view.reading.files.value


def test_an_organisation_that_is_answered_for_is_known_in_what_was_read(view):
    view.reading.upload.choose([csv(anna("Kammen an der Seseke"))])
    (unknown,) = view.reading.unknown.unknown
    assert view.model.applications[0].status == "error"
    view.reading.unknown.answer(unknown.text, "Kamen")
    assert view.model.applications[0].organisation == "Kamen"
    assert view.model.applications[0].status == "ok"


def test_another_mapping_can_be_taken_back_like_any_change(view):
    view.reading.upload.choose([csv(anna())])
    before = view.model.intake
    view.reading.mapping.change(0, view.reading.mapping.tables[0][2].key, {0: "last_name", 1: "first_name"})
    assert view.model.applications[0].name == "Beispiel Anna"
    view.reading.undo.click()
    assert view.model.intake is before
    assert view.reading.mapping.intake is before


# -- deciding -------------------------------------------------------------------------------------


def test_the_draft_of_an_e_mail_asks_for_what_is_missing_and_follows_what_is_typed(view, bench):
    entries = {"first_name": "Eva", "last_name": "Claus", "pay_grade": HOSTILE}
    apply(bench.run(), 1, "mentee", "review", last_name="Claus", codes=["grade_unclear"], entries=entries)
    view.model.reload()
    view.model.part = "applications"
    view.stored.list.table.select("A1")
    mail = view.stored.list.detail.mail
    assert is_shown(mail)
    assert "Eva Claus" in mail.form.values["body"]
    mail.form.edit("subject", 'Rückfrage & "mehr"')
    assert "R%C3%BCckfrage%20%26%20%22mehr%22" in mail.link.value
    assert "<img" not in mail.link.value


def test_who_has_nothing_to_be_asked_gets_no_draft(view, bench):
    apply(bench.run(), 1, "mentee")
    view.model.reload()
    view.model.part = "applications"
    view.stored.list.table.select("A1")
    assert not is_shown(view.stored.list.detail.mail)


def test_two_persons_are_compared_from_an_application_and_put_together(view, bench):
    for number, mail in ((1, "eva@example.org"), (2, "e.muster@example.org")):
        apply(bench.run(), number, "mentee", last_name="Muster", answers={"email": mail})
    view.model.reload()
    view.model.part = "applications"
    view.stored.list.table.select("A1")
    merge_with = view.stored.list.detail.merge_with
    merge_with.form.edit("other", "Niemand")
    merge_with._look()
    assert merge_with.form.errors
    merge_with.form.edit("other", "Eva Muster (e.muster@example.org)")
    merge_with._look()
    merging = view.stored.list.merging
    assert merging.more.opened
    assert not merge_with.form.errors
    assert (merging.merge.preview.keep.id, merging.merge.preview.other.id) == ("P1", "P2")
    merging.merge.merge([])
    assert {a.person_id for a in bench.run().application_records} == {"P1"}
    assert [a.withdrawn is None for a in view.model.stored] == [True, False]


def test_the_workbook_of_all_is_offered_until_the_list_changes(view, bench):
    apply(bench.run(), 1, "mentee")
    view.model.reload()
    view.stored.export.click()
    assert view.stored.file.name.endswith(".xlsx")
    assert view.stored.file.content[:2] == b"PK"
    apply(bench.run(), 2, "mentee")
    view.model.reload()
    assert view.stored.file.name == ""


def test_what_is_entered_by_hand_is_in_the_list_at_once(view):
    view.tabs.value = "enter"
    entry = view.entering.tabs.panel("entry").children[0]
    for name, text in (("first_name", "Ida"), ("last_name", "Neu"), ("email", "ida@example.org")):
        entry.form.edit(name, text)
    entry.save.click()
    entry.anyway.click()
    assert [a.name for a in view.model.stored] == ["Ida Neu"]
    assert dict(view.tabs.list.tabs)["applications"] == "Bewerbungen (1)"
