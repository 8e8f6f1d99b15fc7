from __future__ import annotations

import pytest
from app_people import HOSTILE, RUN, workbench
from mentorkit_widgets.intake.applications import differences
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.rows import ApplicationList
from mentorkit_widgets.intake.view import IntakeView

from mentorkit.drafts import load_draft
from mentorkit.errors import StoreError
from mentorkit.examples import sample_files
from mentorkit.intake import service
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Application, Grant
from mentorkit.run import Run
from mentorkit.workbench import Workbench

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
    view.reading.upload.choose([csv(*rows)])
    return view


def listed(view) -> ApplicationList:
    """The list that is looked at: of what was read, or of what is stored."""
    return view.reading.list if view.model.place == "read" else view.stored.list


def choose(view, last_name) -> Application:
    """Click the row of a person, as the browser does."""
    application = next(a for a in view.model.applications if a.last_name == last_name)
    listed(view).table.select(application.id)
    return application


def statuses(applications) -> dict[str, str]:
    return {a.last_name: a.status for a in applications}


def is_shown(part) -> bool:
    return part.layout.display != "none"


# -- reading --------------------------------------------------------------------------------------


def test_before_anything_is_read_the_page_asks_for_files(run):
    view = IntakeView(IntakeModel(run))
    assert is_shown(view.reading.upload_card)
    assert not is_shown(view.reading.confirm_card)
    assert not is_shown(view.reading.rows)
    assert not is_shown(view.hindrances)  # nothing is wrong


def test_the_seven_sample_files_are_read_and_nothing_is_taken_in_yet(run):
    view = IntakeView(IntakeModel(run, sample_files("cross-administration")))
    view.reading.samples.click()
    assert len(listed(view).table.rows) == 52
    assert view.reading.confirm.description == "52 Bewerbungen übernehmen"
    assert view.reading.files.value.count("gelesen<") == 7
    assert run.application_records == []


def test_the_sample_files_are_offered_in_a_demo_only(run):
    assert not is_shown(IntakeView(IntakeModel(run)).reading.samples)


def test_each_row_shows_who_status_and_what_was_found_in_words(run):
    view = opened(run, GOOD, LOW, NO_MAIL)
    rows = {row["name"]: row for row in listed(view).table.rows}
    assert rows["Anna Beispiel"]["status"]["text"] == "in Ordnung"
    assert rows["Berta Muster"]["status"]["text"] == "abgelehnt"
    assert rows["Clara Probe"]["status"]["text"] == "zu berichtigen"
    assert rows["Anna Beispiel"]["organisation"] == "Kamen"
    assert FILE in rows["Berta Muster"]["source"]
    assert any("A 9" in sentence for sentence in rows["Berta Muster"]["findings"])


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_read(run):
    view = IntakeView(IntakeModel(run))
    view.reading.upload.choose([csv(GOOD), ("bild.xlsx", b"\x89PNG\r\n"), ("leer.csv", b"")])
    assert len(listed(view).table.rows) == 1
    assert view.reading.files.value.count("nicht lesbar") == 2
    assert "bild.xlsx" in view.reading.files.value
    assert "2 Dateien wurden abgewiesen" in view.model.message


def test_files_without_any_application_cannot_be_confirmed(run):
    view = IntakeView(IntakeModel(run))
    view.reading.upload.choose([("leer.csv", b"")])
    assert view.reading.confirm.disabled
    assert "keine Bewerbung" in view.hindrances.value
    view.reading.discard.click()
    assert is_shown(view.reading.upload_card)


def test_further_files_are_added_to_what_is_waiting_and_judged_with_it(run):
    view = opened(run, GOOD, NO_MAIL)
    choose(view, "Probe")
    listed(view).detail.entries.edit("email", "clara@example.org")
    listed(view).detail.save.click()
    view.reading.upload.choose(
        [csv(LOW, name="bewerbungen_mentees_werne.csv"), csv(GOOD, name="spaete_post_kamen.csv")]
    )
    assert [a.last_name for a in view.model.applications] == ["Probe", "Muster", "Beispiel"]
    assert [a.status for a in view.model.applications] == ["ok", "ineligible", "ok"]
    # one file may be a newer state of the other: that is asked before anything is taken in
    assert view.reading.confirm.disabled
    assert len(view.model.intake.files) == 3
    view.reading.undo.click()
    assert statuses(view.model.applications) == {"Beispiel": "ok", "Probe": "ok"}
    again = IntakeModel(run)
    assert statuses(again.applications) == {"Beispiel": "ok", "Probe": "ok"}


def test_what_was_typed_for_a_row_that_was_discarded_is_not_put_into_another(run):
    view = opened(run, NO_MAIL)
    choose(view, "Probe")
    listed(view).detail.entries.edit("email", "clara@")
    before = listed(view).detail.entries.key
    view.reading.discard.click()
    view.reading.upload.choose([csv(GOOD, name=f"andere_{FILE}")])
    choose(view, "Beispiel")
    assert listed(view).detail.entries.values["email"] == "anna@example.org"
    assert listed(view).detail.entries.key != before


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
    view.reading.upload.choose([csv(hostile, name=f"mentees_kamen{HOSTILE}.csv")])
    choose(view, view.model.applications[0].last_name)
    listed(view).detail.entries.edit("pay_grade", HOSTILE)
    listed(view).detail.save.click()
    html = " ".join(
        part.value
        for part in (
            view.reading.files,
            listed(view).detail.facts,
            listed(view).detail.versions,
            view.hindrances,
        )
    )
    assert "<img" not in html
    assert "&lt;img" in html


# -- deciding -------------------------------------------------------------------------------------


def test_mending_judges_again_at_once(run):
    view = opened(run, NO_MAIL)
    choose(view, "Probe")
    listed(view).detail.entries.edit("email", "clara@example.org")
    listed(view).detail.save.click()
    assert statuses(view.model.applications) == {"Probe": "ok"}
    assert listed(view).table.rows[0]["status"]["text"] == "in Ordnung"
    assert "Clara Probe" in view.model.message


def test_a_row_that_a_filter_no_longer_lets_through_stays_open(run):
    view = opened(run, GOOD, NO_MAIL)
    listed(view).show_rows.value = "open"
    assert [row["name"] for row in listed(view).table.rows] == ["Clara Probe"]
    choose(view, "Probe")
    listed(view).detail.entries.edit("email", "clara@example.org")
    listed(view).detail.save.click()
    assert listed(view).table.rows == []
    assert listed(view).detail.heading.text == "Clara Probe"


def test_filters_count_what_they_let_through(run):
    view = opened(run, GOOD, LOW, NO_MAIL)
    assert [text for _, text in listed(view).show_rows.options] == [
        "alle (3)",
        "anzusehen (1)",
        "abgelehnt (1)",
        "in Ordnung oder zugelassen (1)",
    ]
    listed(view).role.value = "mentor"
    assert listed(view).table.rows == []


def test_closing_a_row_leaves_the_table_alone(run):
    view = opened(run, GOOD)
    assert not is_shown(listed(view).detail)
    choose(view, "Beispiel")
    assert is_shown(listed(view).detail)
    listed(view).detail.close_it.click()
    assert not is_shown(listed(view).detail)
    assert listed(view).table.selected == ""
    assert len(listed(view).table.rows) == 1


def test_saving_without_a_change_says_so(run):
    view = opened(run, GOOD)
    choose(view, "Beispiel")
    before = view.model.intake
    listed(view).detail.save.click()
    assert view.model.intake is before
    assert "nichts zu speichern" in view.model.message


def test_admitting_needs_a_reason_and_shows_it(run):
    view = opened(run, LOW)
    choose(view, "Muster")
    listed(view).detail.decision.overrule.click()
    assert listed(view).detail.decision.reason.errors == {"reason": "Bitte geben Sie einen Grund an."}
    listed(view).detail.decision.reason.edit("reason", "Leitet seit Jahren")
    listed(view).detail.decision.overrule.click()
    assert listed(view).table.rows[0]["status"]["text"] == "zugelassen"
    assert "Leitet seit Jahren" in listed(view).detail.facts.value
    assert "Leitet seit Jahren" in listed(view).table.rows[0]["findings"][-1]
    assert listed(view).detail.decision.reason.values["reason"] == ""
    assert not is_shown(listed(view).detail.decision.overrule)


def test_refusing_needs_a_reason_shows_it_and_is_taken_back_before_it_is_stored(run):
    view = opened(run, GOOD)
    choose(view, "Beispiel")
    decision = listed(view).detail.decision
    assert not decision.more.opened  # in order: nothing has to be decided
    assert not is_shown(decision.overrule)
    decision.more.opened = True
    decision.turn_down.click()
    assert decision.reason.errors == {"reason": "Bitte geben Sie einen Grund an."}
    decision.reason.edit("reason", "Geht in Rente")
    decision.turn_down.click()
    assert listed(view).table.rows[0]["status"]["text"] == "abgelehnt"
    assert "Geht in Rente" in listed(view).detail.facts.value
    assert not is_shown(decision.turn_down)
    assert decision.back.description == "Ablehnung zurücknehmen"
    decision.back.click()
    assert listed(view).table.rows[0]["status"]["text"] == "in Ordnung"
    assert not is_shown(decision.back)
    decision.reason.edit("reason", "Geht in Rente")
    decision.turn_down.click()
    view.reading.confirm.click()
    assert [a.refused for a in run.application_records] == [True]


def test_who_admitted_somebody_is_named_as_people_know_her(run):
    with run.bench.store.write("anna", "test") as writer:
        writer.save(User(id="anna", display_name="Anna Berg"))
        writer.save(Grant(id="G-anna", user_id="anna", role="lead"))
    view = opened(run, LOW)
    choose(view, "Muster")
    listed(view).detail.decision.reason.edit("reason", "Leitet seit Jahren")
    listed(view).detail.decision.overrule.click()
    assert "Zugelassen von Anna Berg am" in listed(view).detail.facts.value


def test_what_must_be_mended_cannot_be_admitted_but_refused(run):
    view = opened(run, NO_MAIL)
    choose(view, "Probe")
    assert not is_shown(listed(view).detail.decision.overrule)
    assert is_shown(listed(view).detail.decision.turn_down)


def test_whom_a_rule_refuses_is_admitted_only(run):
    view = opened(run, LOW)
    choose(view, "Muster")
    assert listed(view).detail.decision.more.opened
    assert not is_shown(listed(view).detail.decision.turn_down)


def test_leaving_out_mending_and_discarding_can_be_taken_back(run):
    view = opened(run, GOOD, LOW)
    assert not is_shown(view.reading.undo)
    choose(view, "Muster")
    listed(view).detail.drop.click()
    assert statuses(view.model.applications) == {"Beispiel": "ok"}
    assert not is_shown(listed(view).detail)
    view.reading.discard.click()
    assert view.model.intake is None
    view.reading.undo.click()
    view.reading.undo.click()
    assert statuses(view.model.applications) == {"Beispiel": "ok", "Muster": "ineligible"}
    assert not view.model.undoable_change


def test_what_was_typed_is_still_there_after_another_row(run):
    view = opened(run, GOOD, NO_MAIL)
    choose(view, "Probe")
    listed(view).detail.entries.edit("email", "clara@")
    choose(view, "Beispiel")
    assert listed(view).detail.entries.values["email"] == "anna@example.org"
    choose(view, "Probe")
    assert listed(view).detail.entries.values["email"] == "clara@"


def test_what_is_wrong_stands_at_its_field_and_only_there(run):
    view = opened(run, NO_MAIL)
    choose(view, "Probe")
    assert list(listed(view).detail.entries.errors) == ["email"]
    assert "E-Mail-Adresse fehlt" in listed(view).detail.entries.errors["email"]
    assert "E-Mail-Adresse fehlt" not in listed(view).detail.facts.value
    listed(view).detail.entries.edit("email", "clara@example.org")
    listed(view).detail.save.click()
    assert listed(view).detail.entries.errors == {}


def test_the_form_knows_what_is_required_and_what_is_proposed(run):
    view = opened(run, GOOD)
    choose(view, "Beispiel")
    fields = {field.name: field for field in listed(view).detail.entries.fields}
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
    monkeypatch.setattr(listed(view).detail.entries, "send", sent.append)
    listed(view).detail.entries.edit("email", "clara@")
    assert sent == [{"event": "safe"}]

    def full(*_, **__):
        raise StoreError("Der Datenträger ist voll.")

    monkeypatch.setattr(run.bench.store, "write", full)
    listed(view).detail.entries.edit("email", "clara@example.org")
    assert sent == [{"event": "safe"}]
    assert "nicht gespeichert" in view.notice.kept


def test_escape_closes_what_was_opened(run):
    view = opened(run, GOOD)
    choose(view, "Beispiel")
    listed(view).detail.heading._handle_custom_msg({"event": "close"}, [])
    assert view.model.selected == ""


# -- taking in ------------------------------------------------------------------------------------


def test_a_filter_that_became_empty_by_taking_in_gives_way_to_all(run):
    view = opened(run, GOOD)
    view.model.show = "open"  # nobody
    view.model.role = "mentor"
    view.reading.confirm.click()
    assert (listed(view).show_rows.value, listed(view).role.value) == ("all", "all")
    assert [row["name"] for row in listed(view).table.rows] == ["Anna Beispiel"]


def test_a_filter_that_still_lets_somebody_through_stays_after_taking_in(run):
    view = opened(run, GOOD, NO_MAIL)
    view.model.show = "open"
    view.reading.confirm.click()
    assert listed(view).show_rows.value == "open"


def test_confirming_takes_in_everything_even_what_is_to_be_mended(run):
    view = opened(run, GOOD, LOW, NO_MAIL)
    view.reading.confirm.click()
    assert statuses(run.application_records) == {"Beispiel": "ok", "Muster": "ineligible", "Probe": "error"}
    assert view.model.message == "3 Bewerbungen wurden übernommen."
    assert view.model.place == "stored"
    assert len(listed(view).table.rows) == 3
    assert "fraglichen Bewerbungen" in view.stored.next_step.value
    assert is_shown(view.reading.upload_card)


def test_what_was_typed_and_not_saved_is_taken_in_with_the_rows(run):
    view = opened(run, GOOD, NO_MAIL)
    choose(view, "Probe")
    listed(view).detail.entries.edit("email", "clara@example.org")
    view.reading.confirm.click()
    taken = {a.last_name: a for a in run.application_records}
    assert taken["Probe"].entries["email"] == "clara@example.org"
    assert taken["Probe"].status == "ok"
    assert view.model.entered == {}
    assert IntakeModel(run).entered == {}


def test_decisions_made_before_are_taken_in_with_the_rows(run):
    view = opened(run, LOW, NO_MAIL)
    choose(view, "Probe")
    listed(view).detail.entries.edit("email", "clara@example.org")
    listed(view).detail.save.click()
    choose(view, "Muster")
    listed(view).detail.decision.reason.edit("reason", "Leitet seit Jahren")
    listed(view).detail.decision.overrule.click()
    view.reading.confirm.click()
    taken = {a.last_name: a for a in run.application_records}
    assert taken["Probe"].status == "ok"
    assert taken["Muster"].overruled.reason == "Leitet seit Jahren"
    assert "matching?run=" in view.stored.next_step.value


def test_a_correction_that_somebody_else_was_quicker_with_is_told_after_taking_in(run):
    service.intake(run.bench.store, run.bench.actor, run.id, [csv(GOOD)])
    view = opened(run, GOOD)
    anna = choose(view, "Beispiel")
    view.model.enter("pay_grade", "A 11")
    service.mend(run.bench.store, run.bench.actor, anna.id, {"pay_grade": "A 12"}, anna.version)
    view.reading.confirm.click()
    assert "„A 12“ geändert; Ihre Angabe „A 11“ wird nicht übernommen." in view.model.message
    assert run.application_records[0].entries["pay_grade"] == "A 12"


def test_the_same_file_again_is_recognised(run):
    view = opened(run, GOOD)
    view.reading.confirm.click()
    view.reading.upload.choose([csv(GOOD, LOW)])
    assert [row["change"] for row in listed(view).table.rows] == ["schon da", "neu"]
    view.reading.confirm.click()
    assert view.model.message == "1 Bewerbung wurde übernommen. 1 war schon da."
    assert len(run.application_records) == 2


def test_nothing_is_lost_when_the_store_refuses(run, monkeypatch):
    view = opened(run, GOOD)

    def full(*_, **__):
        raise StoreError("Der Datenträger ist voll.")

    with monkeypatch.context() as patch:
        patch.setattr(run.bench.store, "write", full)
        view.reading.confirm.click()
        assert (view.model.message, view.model.refused) == ("Der Datenträger ist voll.", True)
        assert len(listed(view).table.rows) == 1
    view.reading.confirm.click()
    assert len(run.application_records) == 1


def test_who_is_stored_is_refused_and_that_is_taken_back_with_a_reason(run):
    view = opened(run, GOOD)
    view.reading.confirm.click()
    choose(view, "Beispiel")
    decision = listed(view).detail.decision
    steps = (decision.turn_down, True, "abgelehnt"), (decision.back, False, "in Ordnung")
    for press, refused, word in steps:
        press.click()
        assert decision.reason.errors
        decision.reason.edit("reason", "So beraten")
        press.click()
        assert [a.refused for a in run.application_records] == [refused]
        assert view.model.message == f"Gespeichert: Anna Beispiel – {word}."


def test_what_is_stored_can_be_mended_admitted_and_no_longer_admitted(run):
    view = opened(run, LOW, NO_MAIL)
    view.reading.confirm.click()
    choose(view, "Probe")
    assert not is_shown(listed(view).detail.drop)
    listed(view).detail.entries.edit("email", "clara@example.org")
    listed(view).detail.save.click()
    choose(view, "Muster")
    for press, takes_part in (
        (listed(view).detail.decision.overrule, True),
        (listed(view).detail.decision.back, False),
    ):
        listed(view).detail.decision.reason.edit("reason", "So beraten")
        press.click()
        stored = {a.last_name: a for a in run.application_records}
        assert stored["Muster"].takes_part is takes_part
    assert stored["Probe"].status == "ok"


def test_where_somebody_was_quicker_both_versions_are_shown_and_what_was_typed_stays(run):
    view = opened(run, NO_MAIL)
    view.reading.confirm.click()
    application = choose(view, "Probe")
    listed(view).detail.entries.edit("email", "clara@example.org")
    service.mend(
        run.bench.store,
        run.bench.actor,
        application.id,
        {"email": "c.probe@example.org"},
        application.version,
    )
    listed(view).detail.save.click()
    assert view.model.refused
    assert "clara@example.org" in listed(view).detail.versions.value
    assert "c.probe@example.org" in listed(view).detail.versions.value
    assert listed(view).detail.entries.values["email"] == "clara@example.org"
    listed(view).detail.save.click()
    assert run.application_records[0].entries["email"] == "clara@example.org"
    assert listed(view).detail.versions.value == ""


def test_the_stored_version_can_be_kept_instead(run):
    view = opened(run, NO_MAIL)
    view.reading.confirm.click()
    application = choose(view, "Probe")
    listed(view).detail.entries.edit("email", "clara@example.org")
    service.mend(
        run.bench.store,
        run.bench.actor,
        application.id,
        {"email": "c.probe@example.org"},
        application.version,
    )
    listed(view).detail.save.click()
    listed(view).detail.keep_theirs.click()
    assert listed(view).detail.entries.values["email"] == "c.probe@example.org"
    assert listed(view).detail.versions.value == ""


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
    listed(view).detail.decision.reason.edit("reason", "Leitet seit Jahren")
    listed(view).detail.decision.overrule.click()
    choose(view, "Beispiel")
    listed(view).detail.drop.click()
    choose(view, "Probe")
    listed(view).detail.entries.edit("email", "clara@")
    again = IntakeView(IntakeModel(run))
    assert statuses(again.model.applications) == {"Muster": "ineligible", "Probe": "error"}
    assert again.model.applications[0].overruled.reason == "Leitet seit Jahren"
    choose(again, "Probe")
    assert listed(again).detail.entries.values["email"] == "clara@"
    assert "noch nicht übernommen" in again.model.message
    assert "Entwurf gespeichert" in view.notice.kept


def test_once_taken_in_there_is_no_draft(run):
    view = opened(run, GOOD)
    assert load_draft(run.bench.store, run.bench.actor, run.id, "intake") is not None
    view.reading.confirm.click()
    assert load_draft(run.bench.store, run.bench.actor, run.id, "intake") is None
    assert IntakeModel(run).intake is None


def test_a_draft_that_cannot_be_kept_is_told_and_reading_goes_on(run, monkeypatch):
    def locked(*_, **__):
        raise StoreError("Die Werkbank ist gesperrt.")

    monkeypatch.setattr(run.bench.store, "write", locked)
    view = opened(run, GOOD)
    assert len(listed(view).table.rows) == 1
    assert "gesperrt" in view.notice.kept


# -- roles ----------------------------------------------------------------------------------------


def test_an_organisation_takes_in_its_own_people_only(bench):
    view = opened(as_role(bench, "organisation", "Kamen"), GOOD)
    view.reading.confirm.click()
    assert len(bench.run().application_records) == 1
    other = IntakeView(IntakeModel(as_role(bench, "organisation", "Werne")))
    assert listed(other).table.rows == []
    other.reading.upload.choose([csv(LOW)])
    assert listed(other).table.rows == []
    assert "nur Personen anderer Organisationen" in other.reading.files.value


def test_a_role_that_sees_nobody_reads_why(bench):
    opened(bench.run(), GOOD).reading.confirm.click()
    view = IntakeView(IntakeModel(as_role(bench, "analyst")))
    assert "Ihre Rolle" in view.hindrances.value
    assert view.tabs.parts == ["applications"]
    assert listed(view).table.rows == []


def test_data_protection_sees_but_changes_nothing(bench):
    opened(bench.run(), LOW).reading.confirm.click()
    view = IntakeView(IntakeModel(as_role(bench, "data-protection")))
    choose(view, "Muster")
    assert "read" not in view.tabs.parts
    assert not is_shown(listed(view).detail.save)
    assert not is_shown(listed(view).detail.decision)
    assert all(field.locked for field in listed(view).detail.entries.fields)
