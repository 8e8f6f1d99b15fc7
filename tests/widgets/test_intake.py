from __future__ import annotations

import pytest
from app_people import HOSTILE, RUN, workbench
from mentorkit_widgets.intake.app import IntakeModel
from mentorkit_widgets.intake.applications import differences
from mentorkit_widgets.intake.view import IntakeView

from mentorkit.drafts import load_draft
from mentorkit.errors import StoreError
from mentorkit.examples import sample_files
from mentorkit.intake import service
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Grant
from mentorkit.workbench import Run, Workbench

HEADINGS = "Vorname;Name;Geschlecht;Besoldung;Abschluss;Befristung;E-Mail\n"
GOOD = "Anna;Beispiel;w;A 10;Bachelor;unbefristet;anna@example.org\n"
LOW = "Berta;Muster;w;A 7;Bachelor;unbefristet;berta@example.org\n"
NO_MAIL = "Clara;Probe;w;A 11;Bachelor;unbefristet;\n"
FILE = "bewerbungen_mentees_kamen.csv"


def csv(*rows: str, name: str = FILE) -> tuple[str, bytes]:
    return name, (HEADINGS + "".join(rows)).encode()


@pytest.fixture
def bench():
    made = workbench()
    yield made
    made.close()


@pytest.fixture
def run(bench) -> Run:
    return bench.run()


def as_role(bench, role, organisation=None, user="bea") -> Run:
    grant = Grant(id="G1", user_id=user, role=role, organisation=organisation)
    return Workbench(bench.store, Actor(user, (grant,))).run(RUN)


def opened(run, *rows) -> IntakeView:
    """Return the app after a file with these rows was read."""
    view = IntakeView(IntakeModel(run))
    view.upload.choose([csv(*rows)])
    return view


def choose(view, last_name) -> Application:
    """Click the row of a person, as the browser does."""
    application = next(a for a in view.model.applications if a.last_name == last_name)
    view.table.select(application.id)
    return application


def statuses(applications) -> dict[str, str]:
    return {a.last_name: a.status for a in applications}


def is_shown(part) -> bool:
    return part.layout.display != "none"


# -- reading --------------------------------------------------------------------------------------


def test_before_anything_is_read_the_page_asks_for_files(run):
    view = IntakeView(IntakeModel(run))
    assert is_shown(view.upload_card)
    assert not is_shown(view.confirm_card)
    assert not is_shown(view.work)
    assert "noch nichts eingelesen" in view.hindrances.value


def test_the_seven_sample_files_are_read_and_nothing_is_taken_in_yet(run):
    view = IntakeView(IntakeModel(run, sample_files("cross-administration")))
    view.samples.click()
    assert len(view.table.rows) == 52
    assert view.confirm.description == "52 Bewerbungen übernehmen"
    assert view.files.value.count("<details>") == 7
    assert run.application_records == []


def test_the_sample_files_are_offered_in_a_demo_only(run):
    assert not is_shown(IntakeView(IntakeModel(run)).samples)


def test_each_row_shows_who_status_and_what_was_found_in_words(run):
    view = opened(run, GOOD, LOW, NO_MAIL)
    rows = {row["name"]: row for row in view.table.rows}
    assert rows["Anna Beispiel"]["status"]["text"] == "in Ordnung"
    assert rows["Berta Muster"]["status"]["text"] == "abgelehnt"
    assert rows["Clara Probe"]["status"]["text"] == "zu berichtigen"
    assert rows["Anna Beispiel"]["organisation"] == "Kamen"
    assert FILE in rows["Berta Muster"]["source"]
    assert any("mindestens 9" in sentence for sentence in rows["Berta Muster"]["findings"])


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(run):
    view = IntakeView(IntakeModel(run))
    view.upload.choose([csv(GOOD), ("bild.xlsx", b"\x89PNG\r\n"), ("leer.csv", b"")])
    assert len(view.table.rows) == 1
    assert view.files.value.count("nicht lesbar") == 2
    assert "bild.xlsx" in view.files.value
    assert "2 Dateien wurden abgewiesen" in view.model.message


def test_files_without_any_application_cannot_be_confirmed(run):
    view = IntakeView(IntakeModel(run))
    view.upload.choose([("leer.csv", b"")])
    assert view.confirm.disabled
    assert "keine Bewerbung" in view.hindrances.value
    view.discard.click()
    assert is_shown(view.upload_card)


def test_further_files_are_added_to_what_is_waiting_and_judged_with_it(run):
    view = opened(run, GOOD, NO_MAIL)
    choose(view, "Probe")
    view.form.entries.edit("email", "clara@example.org")
    view.form.save.click()
    view.upload.choose([csv(LOW, name="bewerbungen_mentees_werne.csv"), csv(GOOD, name=f"zweite_{FILE}")])
    assert [a.last_name for a in view.model.applications] == ["Beispiel", "Probe", "Muster", "Beispiel"]
    assert [a.status for a in view.model.applications] == ["ok", "ok", "ineligible", "review"]  # a duplicate
    assert len(view.model.intake.files) == 3
    view.undo.click()
    assert statuses(view.model.applications) == {"Beispiel": "ok", "Probe": "ok"}
    again = IntakeModel(run)
    assert statuses(again.applications) == {"Beispiel": "ok", "Probe": "ok"}


def test_what_was_typed_for_a_row_that_was_discarded_is_not_put_into_another(run):
    view = opened(run, NO_MAIL)
    choose(view, "Probe")
    view.form.entries.edit("email", "clara@")
    before = view.form.entries.key
    view.discard.click()
    view.upload.choose([csv(GOOD, name=f"andere_{FILE}")])
    choose(view, "Beispiel")
    assert view.form.entries.values["email"] == "anna@example.org"
    assert view.form.entries.key != before


def test_progress_is_shown_once_reading_takes_longer_than_a_second(run, monkeypatch):
    now = iter([0.0, 0.5, 2.0])
    model = IntakeModel(run, clock=lambda: next(now))
    view, seen = IntakeView(model), []

    def read(*_, progress, **__):
        for done in (1, 2):
            progress(done, 4)
            seen.append((view.notice.kind, view.notice.progress))
        raise StoreError("voll")

    monkeypatch.setattr(service, "intake", read)
    model.read([csv(GOOD)])
    assert seen == [("busy", 0.0), ("busy", 0.5)]
    assert (view.notice.kind, view.notice.progress) == ("refused", 0.0)
    assert model.message == "voll"


def test_hostile_names_reach_the_page_as_text(run):
    view = IntakeView(IntakeModel(run))
    hostile = f"Eva;{HOSTILE};w;{HOSTILE};Bachelor;unbefristet;eva@example.org\n".replace('"', "'")
    view.upload.choose([csv(hostile, name=f"mentees_kamen{HOSTILE}.csv")])
    choose(view, view.model.applications[0].last_name)
    view.form.entries.edit("pay_grade", HOSTILE)
    view.form.save.click()
    html = " ".join(
        part.value for part in (view.files, view.form._facts, view.form._versions, view.hindrances)
    )
    assert "<img" not in html
    assert "&lt;img" in html


# -- deciding -------------------------------------------------------------------------------------


def test_mending_judges_again_at_once(run):
    view = opened(run, NO_MAIL)
    choose(view, "Probe")
    view.form.entries.edit("email", "clara@example.org")
    view.form.save.click()
    assert statuses(view.model.applications) == {"Probe": "ok"}
    assert view.table.rows[0]["status"]["text"] == "in Ordnung"
    assert "Clara Probe" in view.model.message


def test_a_row_that_a_filter_no_longer_lets_through_stays_open(run):
    view = opened(run, GOOD, NO_MAIL)
    view.show_rows.value = "open"
    assert [row["name"] for row in view.table.rows] == ["Clara Probe"]
    choose(view, "Probe")
    view.form.entries.edit("email", "clara@example.org")
    view.form.save.click()
    assert view.table.rows == []
    assert view.form.heading.text == "Clara Probe"


def test_filters_count_what_they_let_through(run):
    view = opened(run, GOOD, LOW, NO_MAIL)
    assert [text for _, text in view.show_rows.options] == [
        "alle (3)",
        "anzusehen (1)",
        "abgelehnt (1)",
        "in Ordnung oder zugelassen (1)",
    ]
    view.role.value = "mentor"
    assert view.table.rows == []


def test_closing_a_row_leaves_the_table_alone(run):
    view = opened(run, GOOD)
    assert not is_shown(view.form)
    choose(view, "Beispiel")
    assert is_shown(view.form)
    view.form.close_it.click()
    assert not is_shown(view.form)
    assert view.table.selected == ""
    assert len(view.table.rows) == 1


def test_saving_without_a_change_says_so(run):
    view = opened(run, GOOD)
    choose(view, "Beispiel")
    before = view.model.intake
    view.form.save.click()
    assert view.model.intake is before
    assert "nichts zu speichern" in view.model.message


def test_admitting_needs_a_reason_and_shows_it(run):
    view = opened(run, LOW)
    choose(view, "Muster")
    view.form.overrule.click()
    assert view.form.reason.errors == {"reason": "Bitte geben Sie einen Grund an."}
    view.form.reason.edit("reason", "Leitet seit Jahren")
    view.form.overrule.click()
    assert view.table.rows[0]["status"]["text"] == "zugelassen"
    assert "Leitet seit Jahren" in view.form._facts.value
    assert view.form.reason.values["reason"] == ""
    assert not is_shown(view.form._decision)


def test_what_must_be_mended_cannot_be_admitted(run):
    view = opened(run, NO_MAIL)
    choose(view, "Probe")
    assert not is_shown(view.form._decision)


def test_leaving_out_mending_and_discarding_can_be_taken_back(run):
    view = opened(run, GOOD, LOW)
    assert not is_shown(view.undo)
    choose(view, "Muster")
    view.form.drop.click()
    assert statuses(view.model.applications) == {"Beispiel": "ok"}
    assert not is_shown(view.form)
    view.discard.click()
    assert view.model.intake is None
    view.undo.click()
    view.undo.click()
    assert statuses(view.model.applications) == {"Beispiel": "ok", "Muster": "ineligible"}
    assert not view.model.can_undo


def test_what_was_typed_is_still_there_after_another_row(run):
    view = opened(run, GOOD, NO_MAIL)
    choose(view, "Probe")
    view.form.entries.edit("email", "clara@")
    choose(view, "Beispiel")
    assert view.form.entries.values["email"] == "anna@example.org"
    choose(view, "Probe")
    assert view.form.entries.values["email"] == "clara@"


def test_what_is_wrong_stands_at_its_field_and_only_there(run):
    view = opened(run, NO_MAIL)
    choose(view, "Probe")
    assert list(view.form.entries.errors) == ["email"]
    assert "E-Mail-Adresse fehlt" in view.form.entries.errors["email"]
    assert "E-Mail-Adresse fehlt" not in view.form._facts.value
    view.form.entries.edit("email", "clara@example.org")
    view.form.save.click()
    assert view.form.entries.errors == {}


def test_the_form_knows_what_is_required_and_what_is_proposed(run):
    view = opened(run, GOOD)
    choose(view, "Beispiel")
    fields = {field.name: field for field in view.form.entries.fields}
    assert {name for name, field in fields.items() if field.required} == {
        "first_name",
        "last_name",
        "organisation",
        *(name for name in run.programme.settings.questions.required if name in fields),
    }
    assert "Kamen" in fields["organisation"].options


def test_the_browser_forgets_what_was_typed_only_once_the_store_keeps_it(run, monkeypatch):
    view = opened(run, NO_MAIL)
    choose(view, "Probe")
    sent = []
    monkeypatch.setattr(view.form.entries, "send", sent.append)
    view.form.entries.edit("email", "clara@")
    assert sent == [{"event": "safe"}]

    def full(*_, **__):
        raise StoreError("Der Datenträger ist voll.")

    monkeypatch.setattr(run.bench.store, "write", full)
    view.form.entries.edit("email", "clara@example.org")
    assert sent == [{"event": "safe"}]
    assert "nicht gespeichert" in view.notice.kept


def test_escape_closes_what_was_opened(run):
    view = opened(run, GOOD)
    choose(view, "Beispiel")
    view.form.heading._handle_custom_msg({"event": "close"}, [])
    assert view.model.selected == ""


# -- taking in ------------------------------------------------------------------------------------


def test_a_filter_that_became_empty_by_taking_in_gives_way_to_all(run):
    view = opened(run, GOOD)
    view.model.show = "open"  # nobody
    view.model.role = "mentor"
    view.confirm.click()
    assert (view.show_rows.value, view.role.value) == ("all", "all")
    assert [row["name"] for row in view.table.rows] == ["Anna Beispiel"]


def test_a_filter_that_still_lets_somebody_through_stays_after_taking_in(run):
    view = opened(run, GOOD, NO_MAIL)
    view.model.show = "open"
    view.confirm.click()
    assert view.show_rows.value == "open"


def test_confirming_takes_in_everything_even_what_is_to_be_mended(run):
    view = opened(run, GOOD, LOW, NO_MAIL)
    view.confirm.click()
    assert statuses(run.application_records) == {"Beispiel": "ok", "Muster": "ineligible", "Probe": "error"}
    assert view.model.message == "3 Bewerbungen wurden übernommen."
    assert view.model.place == "stored"
    assert len(view.table.rows) == 3
    assert "fraglichen Bewerbungen" in view.next_step.value
    assert is_shown(view.upload_card)


def test_what_was_typed_and_not_saved_is_taken_in_with_the_rows(run):
    view = opened(run, GOOD, NO_MAIL)
    choose(view, "Probe")
    view.form.entries.edit("email", "clara@example.org")
    view.confirm.click()
    taken = {a.last_name: a for a in run.application_records}
    assert taken["Probe"].entries["email"] == "clara@example.org"
    assert taken["Probe"].status == "ok"
    assert view.model.entered == {}
    assert IntakeModel(run).entered == {}


def test_decisions_made_before_are_taken_in_with_the_rows(run):
    view = opened(run, LOW, NO_MAIL)
    choose(view, "Probe")
    view.form.entries.edit("email", "clara@example.org")
    view.form.save.click()
    choose(view, "Muster")
    view.form.reason.edit("reason", "Leitet seit Jahren")
    view.form.overrule.click()
    view.confirm.click()
    taken = {a.last_name: a for a in run.application_records}
    assert taken["Probe"].status == "ok"
    assert taken["Muster"].overruled.reason == "Leitet seit Jahren"
    assert "matching?run=" in view.next_step.value


def test_the_same_file_again_is_recognised(run):
    view = opened(run, GOOD)
    view.confirm.click()
    view.upload.choose([csv(GOOD, LOW)])
    assert [row["change"] for row in view.table.rows] == ["schon da", "neu"]
    view.confirm.click()
    assert view.model.message == "1 Bewerbung wurde übernommen. 1 war schon da."
    assert len(run.application_records) == 2


def test_nothing_is_lost_when_the_store_refuses(run, monkeypatch):
    view = opened(run, GOOD)

    def full(*_, **__):
        raise StoreError("Der Datenträger ist voll.")

    with monkeypatch.context() as patch:
        patch.setattr(run.bench.store, "write", full)
        view.confirm.click()
        assert (view.model.message, view.model.refused) == ("Der Datenträger ist voll.", True)
        assert len(view.table.rows) == 1
    view.confirm.click()
    assert len(run.application_records) == 1


def test_what_is_stored_can_be_mended_admitted_and_no_longer_admitted(run):
    view = opened(run, LOW, NO_MAIL)
    view.confirm.click()
    choose(view, "Probe")
    assert not is_shown(view.form.drop)
    view.form.entries.edit("email", "clara@example.org")
    view.form.save.click()
    choose(view, "Muster")
    for press, takes_part in ((view.form.overrule, True), (view.form.withdraw, False)):
        view.form.reason.edit("reason", "So beraten")
        press.click()
        stored = {a.last_name: a for a in run.application_records}
        assert stored["Muster"].takes_part is takes_part
    assert stored["Probe"].status == "ok"


def test_where_somebody_was_quicker_both_versions_are_shown_and_what_was_typed_stays(run):
    view = opened(run, NO_MAIL)
    view.confirm.click()
    application = choose(view, "Probe")
    view.form.entries.edit("email", "clara@example.org")
    service.mend(
        run.bench.store,
        run.bench.actor,
        application.id,
        {"email": "c.probe@example.org"},
        application.version,
    )
    view.form.save.click()
    assert view.model.refused
    assert "clara@example.org" in view.form._versions.value
    assert "c.probe@example.org" in view.form._versions.value
    assert view.form.entries.values["email"] == "clara@example.org"
    view.form.save.click()
    assert run.application_records[0].entries["email"] == "clara@example.org"
    assert view.form._versions.value == ""


def test_the_stored_version_can_be_kept_instead(run):
    view = opened(run, NO_MAIL)
    view.confirm.click()
    application = choose(view, "Probe")
    view.form.entries.edit("email", "clara@example.org")
    service.mend(
        run.bench.store,
        run.bench.actor,
        application.id,
        {"email": "c.probe@example.org"},
        application.version,
    )
    view.form.save.click()
    view.form.keep_theirs.click()
    assert view.form.entries.values["email"] == "c.probe@example.org"
    assert view.form._versions.value == ""


def test_differences_name_only_the_fields_that_differ(run):
    view = opened(run, GOOD)
    (mine,) = view.model.applications
    theirs = mine.with_(entries={**mine.entries, "pay_grade": "A 12"})
    (found,) = differences(mine, theirs)
    assert (found.mine, found.theirs) == ("A 10", "A 12")
    assert differences(mine, mine) == ()
    assert differences(mine, None) == ()


# -- drafts ---------------------------------------------------------------------------------------


def test_a_reload_loses_nothing(run):
    view = opened(run, GOOD, LOW, NO_MAIL)
    choose(view, "Muster")
    view.form.reason.edit("reason", "Leitet seit Jahren")
    view.form.overrule.click()
    choose(view, "Beispiel")
    view.form.drop.click()
    choose(view, "Probe")
    view.form.entries.edit("email", "clara@")
    again = IntakeView(IntakeModel(run))
    assert statuses(again.model.applications) == {"Muster": "ineligible", "Probe": "error"}
    assert again.model.applications[0].overruled.reason == "Leitet seit Jahren"
    choose(again, "Probe")
    assert again.form.entries.values["email"] == "clara@"
    assert "noch nicht übernommen" in again.model.message
    assert "Entwurf gespeichert" in view.notice.kept


def test_once_taken_in_there_is_no_draft(run):
    view = opened(run, GOOD)
    assert load_draft(run.bench.store, run.bench.actor, run.id, "intake") is not None
    view.confirm.click()
    assert load_draft(run.bench.store, run.bench.actor, run.id, "intake") is None
    assert IntakeModel(run).intake is None


def test_a_draft_that_cannot_be_kept_is_told_and_reading_goes_on(run, monkeypatch):
    def locked(*_, **__):
        raise StoreError("Die Werkbank ist gesperrt.")

    monkeypatch.setattr(run.bench.store, "write", locked)
    view = opened(run, GOOD)
    assert len(view.table.rows) == 1
    assert "gesperrt" in view.notice.kept


# -- roles ----------------------------------------------------------------------------------------


def test_an_organisation_takes_in_its_own_people_only(bench):
    view = opened(as_role(bench, "organisation", "Kamen"), GOOD)
    view.confirm.click()
    assert len(bench.run().application_records) == 1
    other = IntakeView(IntakeModel(as_role(bench, "organisation", "Werne")))
    assert other.table.rows == []
    other.upload.choose([csv(LOW)])
    assert other.table.rows == []
    assert "anderen Organisation" in other.files.value


def test_a_role_that_sees_nobody_reads_why(bench):
    opened(bench.run(), GOOD).confirm.click()
    view = IntakeView(IntakeModel(as_role(bench, "analyst")))
    assert "Ihre Rolle" in view.hindrances.value
    assert not is_shown(view.upload_card)
    assert view.table.rows == []


def test_data_protection_sees_but_changes_nothing(bench):
    opened(bench.run(), LOW).confirm.click()
    view = IntakeView(IntakeModel(as_role(bench, "data-protection")))
    choose(view, "Muster")
    assert not is_shown(view.upload_card)
    assert not is_shown(view.form.save)
    assert not is_shown(view.form._decision)
    assert all(field.locked for field in view.form.entries.fields)
