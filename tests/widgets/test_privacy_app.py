"""The app of data protection, without a browser."""

from __future__ import annotations

import datetime as dt
import io
import zipfile

import pytest
from app_people import HOSTILE, RUN, apply, form_tandem, workbench
from mentorkit_widgets.privacy.app import PrivacyView
from mentorkit_widgets.privacy.model import PrivacyModel
from openpyxl import load_workbook

from mentorkit.errors import StoreError
from mentorkit.language import Voice, set_default_voice
from mentorkit.privacy import confidence, consents
from mentorkit.privacy.permissions import PERMISSIONS, Actor
from mentorkit.privacy.records import ConsentEntry, DataRequest, Erasure, SealedText, User
from mentorkit.programme.records import EarlierTandem, FormLink, Grant, Person
from mentorkit.workbench import Workbench

PASSPHRASE = "drei lange Wörter hier"
CANARY = "Kanarienvogel im Bergwerk"


@pytest.fixture
def bench():
    made = workbench()
    run = made.run(RUN)
    apply(run, 1, "mentee", entries={"email": "eva@example.org"}, answers={"email": "eva@example.org"})
    apply(run, 2, "mentor", organisation="Unna", answers={"email": "udo@example.org"})
    apply(run, 3, "mentee", last_name=HOSTILE)
    yield made
    made.close()


def as_user(bench: Workbench, name: str, *roles: str) -> Workbench:
    """Return the workbench in the hands of somebody with a log-in."""
    programme_id = bench.run(RUN).record.programme_id
    with bench.store.write("anna", "user.let_in") as writer:
        writer.save(User(id=name, display_name=name.capitalize()))
        grants = [
            writer.save(
                Grant(id=writer.new_id(Grant), user_id=name, role=role, programme_id=programme_id,
                      organisation="Kamen" if role == "organisation" else None)
            )
            for role in roles
        ]  # fmt: skip
    return Workbench(bench.store, Actor(name, tuple(grants), display_name=name.capitalize()))


def view_of(bench: Workbench, part: str = "") -> PrivacyView:
    return PrivacyView(PrivacyModel(bench.run(RUN)), part)


def part_of(view: PrivacyView, key: str):
    view.parts.value = key
    return view.parts.panel(key).children[0]


def fill(form, **values) -> None:
    """Type into a form, as the browser does."""
    for name, value in values.items():
        form._handle_custom_msg({"edit": name, "value": value}, [])


@pytest.mark.parametrize(
    ("role", "parts"),
    [
        ("lead", ["requests", "consents", "people", "retention", "sheets", "keys", "record", "audit"]),
        ("data-protection", ["requests", "consents", "people", "retention", "keys", "record", "audit"]),
        ("evaluator", ["sheets", "texts", "keys"]),
    ],
)
def test_a_role_sees_its_parts_and_each_opens(bench, role, parts):
    view = view_of(as_user(bench, "rosa", role))
    assert view.parts.parts == parts
    for key in parts:
        assert part_of(view, key)


def test_a_link_leads_to_a_part_and_a_part_of_another_role_is_none(bench):
    assert view_of(bench, "audit").parts.value == "audit"
    assert view_of(as_user(bench, "rosa", "evaluator"), "audit").parts.value == "sheets"


def test_a_word_of_consent_is_noted_and_stands_in_the_table(bench):
    part = part_of(view_of(bench), "consents")
    part.table.act("P1", "note")
    fill(part.entry.form, purpose="sharing", said="yes", channel="paper", on="1.2.2021")
    part.entry.yes.click()
    assert part.model.message == "Was Eva Muster1 gesagt hat, ist festgehalten."
    (row,) = (row for row in part.table.rows if row["id"] == "P1")
    assert (row["sharing"]["text"], row["sharing"]["note"]) == ("willigt ein", "01.02.2021 auf Papier")
    with bench.store.read() as reader:
        (entry,) = reader.all(ConsentEntry)
    assert (entry.person_id, entry.given, entry.channel) == ("P1", True, "paper")


@pytest.mark.parametrize("day", ["morgen", "31.12.2999"])
def test_a_day_that_cannot_be_is_told_at_its_field_and_nothing_is_lost(bench, day):
    part = part_of(view_of(bench), "consents")
    part.table.act("P1", "note")
    fill(part.entry.form, purpose="sharing", said="no", channel="talk", on=day)
    part.entry.yes.click()
    assert part.entry.form.errors
    assert part.entry.form.values["on"] == day
    with bench.store.read() as reader:
        assert not reader.all(ConsentEntry)


def test_contact_data_are_handed_on_only_where_both_agree(bench):
    run = bench.run(RUN)
    form_tandem(run, "P1", "P2")
    part = part_of(view_of(bench), "consents")
    consents.note(bench.store, bench.actor, "P1", "sharing", True, channel="paper")
    part._release()
    assert part.model.refused
    assert not part.download.content
    consents.note(bench.store, bench.actor, "P2", "sharing", True, channel="paper")
    part._release()
    sheet = load_workbook(io.BytesIO(part.download.content)).active
    assert "udo@example.org" in {cell.value for row in sheet.iter_rows() for cell in row}
    part.table.act("P2", "note")
    fill(part.entry.form, purpose="sharing", said="no", channel="talk")
    part.entry.yes.click()
    assert not part.download.content  # what was agreed to no longer lies there to be taken
    part._release()
    assert part.model.refused
    assert not part.download.content


def test_a_file_that_was_made_is_not_offered_any_more_after_a_failure(bench, monkeypatch):
    form_tandem(bench.run(RUN), "P1", "P2")
    for person in ("P1", "P2"):
        consents.note(bench.store, bench.actor, person, "sharing", True, channel="paper")
    part = part_of(view_of(bench), "consents")
    part._release()
    assert part.download.content  # the control

    def fail(*_):
        raise StoreError("locked")

    monkeypatch.setattr("mentorkit.privacy.contacts.release", fail)
    part._release()
    assert not part.download.content


def test_a_request_is_noted_answered_and_opened_again(bench):
    view = view_of(bench)
    part = part_of(view, "requests")
    part.new.click()
    received = bench.store.clock().astimezone().date() - dt.timedelta(days=90)
    fill(part.sheet.form, kind="information", received=f"{received:%d.%m.%Y}", person="P1", remark="per Post")
    part.sheet.yes.click()
    (row,) = part.table.rows
    assert (row["person"], row["due"]["tone"]) == ("Eva Muster1", "bad")
    assert "überfällig" in part.told.value
    part.table.act(row["id"], "person")
    assert view.parts.value == "people"
    assert [row["id"] for row in view.people.table.rows] == ["P1"]
    part.table.act(row["id"], "end")
    fill(part.end.form, state="done")
    part.end.yes.click()
    assert part.table.rows == []
    assert part.table.empty == "Keine Anfrage ist offen."
    part.which.value = "all"
    assert part.table.rows[0]["due"]["text"] == "erfüllt"
    part.table.act(row["id"], "reopen")
    with bench.store.read() as reader:
        assert [request.state for request in reader.all(DataRequest)] == ["open"]


def test_declining_a_request_needs_a_reason_which_the_list_shows(bench):
    part = part_of(view_of(bench), "requests")
    assert part.table.empty == "Es wurde noch keine Anfrage festgehalten."
    part.new.click()
    fill(part.sheet.form, kind="erasure", person="P1")
    part.sheet.yes.click()
    (row,) = part.table.rows
    part.table.act(row["id"], "end")
    fill(part.end.form, state="declined")
    part.end.yes.click()
    assert part.end.form.errors == {"remark": "Bitte schreiben Sie, warum abgelehnt wurde."}
    fill(part.end.form, remark="Die Förderung verlangt Belege")
    part.end.yes.click()
    part.which.value = "all"
    (row,) = part.table.rows
    assert (row["due"]["text"], row["remark"]) == ("abgelehnt", "Die Förderung verlangt Belege")


def test_information_on_a_person_is_a_file_about_her_alone(bench):
    part = part_of(view_of(bench), "people")
    part.table.act("P1", "export")
    told = zipfile.ZipFile(io.BytesIO(part.download.content)).read("data.json").decode()
    assert "eva@example.org" in told
    assert "udo@example.org" not in told


def test_erasing_shows_first_what_goes_and_asks_for_a_reason_where_a_tandem_goes_on(bench):
    form_tandem(bench.run(RUN), "P1", "P2")
    part = part_of(view_of(bench), "people")
    part.table.act("P1", "erase")
    question = part.question
    assert "Das wird gelöscht" in question.told.value
    with bench.store.read() as reader:
        assert not reader.all(Erasure)
    if part.people.asked.running:
        question.yes.click()
        assert question.form.errors == {
            "reason": "Bitte geben Sie einen Grund an, denn ein Tandem läuft noch."
        }
        fill(question.form, reason="auf eigenen Wunsch")
    question.yes.click()
    with bench.store.read() as reader:
        assert [erasure.person_id for erasure in reader.all(Erasure)] == ["P1"]
        assert "Muster1" not in str(reader.all(Person))
    assert "P1" not in {row["id"] for row in part.table.rows}


def test_who_stands_in_history_sheets_alone_is_found_handed_out_and_erased(bench):
    programme_id = bench.run(RUN).record.programme_id
    with bench.store.write("anna", "test") as writer:
        assert [writer.new_id(Person) for _ in range(3)] == ["P1", "P2", "P3"]  # as they are
        told = EarlierTandem(id=writer.new_id(EarlierTandem), programme_id=programme_id, year="2009",
                             mentee="Ida Kurz", mentor="Xenobia Quittenbaum",
                             mentor_organisation="Unna")  # fmt: skip
        writer.save(told)
    part = part_of(view_of(bench), "people")
    row = next(row for row in part.table.rows if row["id"] == f"{told.id}-mentor")
    assert (row["name"]["text"], row["runs"], row["organisations"]) == ("Xenobia Quittenbaum", "2009", "Unna")
    part.table.act(row["id"], "export")
    handed = zipfile.ZipFile(io.BytesIO(part.download.content)).read("data.json").decode()
    assert "Quittenbaum" in handed
    assert "Kurz" not in handed
    part.table.act(row["id"], "erase")
    part.question.yes.click()
    assert row["id"] not in {one["id"] for one in part.table.rows}
    with bench.store.read() as reader:
        assert reader.get(EarlierTandem, told.id).mentor == "gelöschte Person"


def test_what_a_form_claims_of_itself_erases_nobody(bench):
    part = part_of(view_of(as_user(bench, "rosa", "data-protection")), "people")
    part.table._handle_custom_msg({"event": "action", "row": "P1", "action": "erase_now"}, [])
    part.table.set_state({"rows": []})
    assert part.people.asked is None
    with bench.store.read() as reader:
        assert not reader.all(Erasure)


def test_what_is_due_is_erased_after_a_question_alone(bench):
    part = part_of(view_of(bench), "retention")  # a run of 2014
    part.erase.click()
    assert "Eva Muster1" in part.question.text.value
    with bench.store.read() as reader:
        assert "Muster1" in str(reader.all(Person))
    part.question.yes.click()
    with bench.store.read() as reader:
        assert "Muster1" not in str(reader.all(Person))
    assert part.erase.layout.display == "none"


def test_nothing_is_erased_before_its_time(bench):
    ended = dt.datetime(2014, 12, 1, tzinfo=dt.UTC)
    bench.store.clock = lambda: ended
    part = part_of(view_of(bench), "retention")
    assert part.erase.layout.display == "none"
    part._apply()
    with bench.store.read() as reader:
        assert "Muster1" in str(reader.all(Person))


def keys_of(bench: Workbench) -> tuple[PrivacyView, object]:
    """Let an evaluator make and open her key, and a recovery sheet."""
    view = view_of(bench)
    part = part_of(view, "keys")
    own = part.own
    own.make_it.click()
    fill(own.make_sheet.form, passphrase=PASSPHRASE, again=PASSPHRASE)
    own.make_sheet.yes.click()
    part.recovery.make.click()
    part.recovery.question.yes.click()
    own.open_it.click()
    fill(own.open_sheet.form, passphrase=PASSPHRASE)
    own.open_sheet.yes.click()
    assert part.ring.key is not None
    return view, part


def test_a_passphrase_is_typed_twice_and_kept_in_no_field(bench):
    part = part_of(view_of(as_user(bench, "eva", "evaluator")), "keys")
    own = part.own
    own.make_it.click()
    fill(own.make_sheet.form, passphrase=PASSPHRASE, again=PASSPHRASE + "!")
    own.make_sheet.yes.click()
    assert own.make_sheet.form.errors == {"again": "Die beiden stimmen nicht überein."}
    fill(own.make_sheet.form, again=PASSPHRASE)
    own.make_sheet.yes.click()
    assert PASSPHRASE not in str(own.make_sheet.form.get_state())
    assert not own.make_sheet.form.key
    own.open_it.click()
    fill(own.open_sheet.form, passphrase="eine ganz andere")
    own.open_sheet.yes.click()
    assert own.open_sheet.form.errors == {"passphrase": "Die Passphrase passt nicht zu Ihrem Schlüssel."}
    assert part.ring.key is None


def test_the_recovery_sheet_is_offered_and_tried(bench):
    _, part = keys_of(as_user(bench, "eva", "evaluator"))
    assert part.recovery.download.content.startswith(b"%PDF")
    part.recovery.try_it.click()
    fill(part.recovery.drill.form, code="ABCD EFGH")
    part.recovery.drill.yes.click()
    assert part.recovery.drill.form.errors


def test_nobody_stops_reading_before_a_question_and_staying_changes_nothing(bench):
    _, part = keys_of(as_user(bench, "eva", "evaluator"))
    part.table.act("eva", "remove")
    part.question.no.click()
    part._remove()  # an answer to a question that is gone
    assert part.table.rows[0]["holding"]["text"] == "liest"
    part.table.act("eva", "remove")
    assert "Eva" in part.question.heading.text
    part.question.yes.click()
    assert part.table.rows[0]["holding"]["text"] != "liest"


def test_an_evaluator_s_page_says_what_she_does_there(bench):
    assert "Anfragen" in view_of(bench).children[0].value
    hers = view_of(as_user(bench, "eva", "evaluator")).children[0].value
    assert "Anfragen" not in hers
    assert "Schlüssel" in hers


def test_a_sheet_that_cannot_be_made_leaves_the_earlier_one_in_force(bench, monkeypatch):
    _, part = keys_of(as_user(bench, "eva", "evaluator"))

    def readers():
        with bench.store.keyring.read() as ring:
            return {r.name: r.public for r in ring.readers()}

    before = readers()

    def fail(*_):
        raise StoreError("no typesetter")

    with monkeypatch.context() as broken:
        broken.setattr("mentorkit.reports.pdf.typeset", fail)
        part.ring.set_up()
    assert readers() == before
    part.ring.set_up()  # the control
    assert readers() != before


def test_a_sheet_from_paper_is_sealed_and_read_with_the_opened_key_alone(bench):
    eva = as_user(bench, "eva", "evaluator")
    view, keys_part = keys_of(eva)
    part = part_of(view, "texts")
    part._begin("diary")
    sheet = part.entry["diary"]
    fill(sheet.form, person="P1", occasion="12. Mai", experienced=CANARY)
    sheet.yes.click()
    assert "versiegelt" in part.model.message
    assert CANARY not in str(sheet.form.get_state())
    (row,) = part.table.rows
    part.table.act(row["id"], "read")
    assert CANARY in part.reader.content.value
    assert "mk-no-print" in part.reader._dom_classes
    keys_part.own.close_it.click()
    assert CANARY not in part.reader.content.value
    assert not part.texts.content
    assert not part.table.offers(row["id"], "read")
    with bench.store.read() as reader:
        (text,) = reader.all(SealedText)
        assert CANARY.encode() not in text.ciphertext
        assert CANARY not in str(reader.trail())


def test_what_is_read_stands_there_as_text(bench):
    eva = as_user(bench, "eva", "evaluator")
    view, _ = keys_of(eva)
    part = part_of(view, "texts")
    fields = {"occasion": "12. Mai", "experienced": HOSTILE}
    confidence.take_in(bench.store, eva.actor, RUN, "P1", "diary", fields)
    view.model.changed("")
    part.table.act(part.table.rows[0]["id"], "read")
    assert HOSTILE not in part.reader.content.value
    assert "&lt;img" in part.reader.content.value


def test_a_filled_in_file_is_sealed_and_a_stranger_in_it_is_named(bench):
    from mentorkit.forms.confidential import xlsx_sheet

    eva = as_user(bench, "eva", "evaluator")
    view, _ = keys_of(eva)
    part = part_of(view, "texts")
    run = bench.run(RUN)
    book = load_workbook(io.BytesIO(xlsx_sheet(run.programme.settings, run.record, "diary")))
    page = book.active
    head = next(row[0].row for row in page.iter_rows() if row[0].value and "Name" in str(row[0].value))
    for offset, name in enumerate(("Eva Muster1", "Frida Fremd"), 1):
        for column, text in enumerate((name, "12. Mai", CANARY), 1):
            page.cell(head + offset, column, text)
    file = io.BytesIO()
    book.save(file)
    part.picker.choose([("blatt.xlsx", file.getvalue())])
    assert "1 Bogen ist versiegelt." in part.model.message
    assert "Frida Fremd" in part.model.message
    assert CANARY not in part.model.message


def test_a_link_is_given_shown_once_and_taken_back(bench):
    keys_of(as_user(bench, "eva", "evaluator"))
    part = part_of(view_of(bench), "sheets")
    fill(part.form, person="P1", kind="concern")
    part._give()
    assert part.address.path.startswith("apply/")
    assert "{address}" in part.address.text
    (row,) = part.table.rows
    part.table.act(row["id"], "take_back")
    with bench.store.read() as reader:
        (link,) = reader.all(FormLink)
    assert link.expires_at <= bench.store.clock()
    assert part.table.rows[0]["state"]["text"] == "gilt nicht mehr"


def test_without_a_reader_no_link_is_given_and_it_says_what_to_do(bench):
    part = part_of(view_of(bench), "sheets")
    assert part.make.disabled
    assert part.closed.layout.display is None
    assert "„Schlüssel“" in part.closed.value
    assert "mentorkit" not in part.closed.value
    fill(part.form, person="P1", kind="diary")
    part._give()
    assert part.model.refused
    assert not part.address.path
    keys_of(as_user(bench, "eva", "evaluator"))
    part.model.changed("")
    assert not part.make.disabled  # the control
    assert part.closed.layout.display == "none"


def test_an_evaluator_is_told_that_she_reads_what_is_sent(bench):
    def hint(user):
        return part_of(view_of(user), "sheets").children[0].children[0].value

    assert "Sie sehen es nicht" in hint(as_user(bench, "lea", "lead"))
    assert "Sie sehen es nicht" not in hint(as_user(bench, "eva", "evaluator"))


def test_what_the_record_says_is_saved_for_all_and_for_one_organisation(bench):
    part = part_of(view_of(bench), "record")
    fill(part.form, controller="Kreis Unna, Platz 1", retention_months="36", **{"keep-not_chosen": "6"})
    part.save.click()
    fill(part.scope, scope="Kamen")
    fill(part.form, controller="Stadt Kamen")
    part.save.click()
    settings = bench.run(RUN).programme.settings
    assert settings.privacy.controller == "Kreis Unna, Platz 1"
    assert settings.privacy.own["Kamen"].controller == "Stadt Kamen"
    assert (settings.retention_months, settings.retention.not_chosen) == (36, 6)


def test_what_the_record_asks_stands_under_headings_and_says_what_is_needed(bench):
    part = part_of(view_of(bench), "record")
    groups = list(dict.fromkeys(field.group for field in part.form.fields))
    assert groups[0] == "Wer verantwortlich ist"
    assert groups[-2:] == ["Wie lange Daten bleiben", "Anfragen und Sicherheit"]
    assert all(groups)
    by_name = {field.name: field for field in part.form.fields}
    assert by_name["retention_months"].required
    assert "nötig" in by_name["basis-matching"].label
    fill(part.scope, scope="Kamen")
    assert {field.name for field in part.form.fields} < {*by_name}  # an organisation's own are fewer


@pytest.mark.parametrize("months", ["", "0", "121", "zwei"])
def test_months_that_cannot_be_are_told_at_their_field(bench, months):
    part = part_of(view_of(bench), "record")
    fill(part.form, retention_months=months)
    part.save.click()
    assert "retention_months" in part.form.errors


def test_data_protection_saves_what_the_record_says_and_makes_it(bench):
    part = part_of(view_of(as_user(bench, "dora", "data-protection")), "record")
    fill(part.form, controller="Kreis Unna, Platz 1", retention_months="36")
    part.save.click()
    settings = bench.run(RUN).programme.settings
    assert (settings.privacy.controller, settings.retention_months) == ("Kreis Unna, Platz 1", 36)
    part._paper()
    assert part.download.content.startswith(b"%PDF")
    fill(part.form, controller="Kreis Unna, Platz 2")
    part.save.click()
    assert not part.download.content  # it tells what was said before


def test_what_the_record_lacks_is_told_in_the_language_of_the_reader(bench):
    assert "verantwortlich" in part_of(view_of(bench), "record").missing.value
    set_default_voice(Voice("en"))
    assert "responsible" in part_of(view_of(bench), "record").missing.value


def test_whoever_may_read_the_record_alone_changes_nothing(bench, monkeypatch):
    monkeypatch.setitem(PERMISSIONS, "processing.change", {})
    part = part_of(view_of(as_user(bench, "dora", "data-protection")), "record")
    assert part.save.layout.display == "none"
    assert all(field.locked for field in part.form.fields)
    part._paper()
    assert part.download.content.startswith(b"%PDF")


def test_the_audit_trail_tells_deeds_in_words_and_its_head(bench):
    part = part_of(view_of(bench), "audit")
    assert part.table.rows
    part.which.value = "denied"
    assert part.table.rows == []
    part._prove()
    assert b"Kopf des Protokolls" in part.download.content
