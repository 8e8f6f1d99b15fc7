import dataclasses
import datetime as dt
import io
import zipfile

import pytest
from app_people import HOSTILE, apply
from mentorkit_widgets.intake.bulk import BulkModel
from mentorkit_widgets.intake.detail import ApplicationDetail
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.selection_part import SelectionPart

from mentorkit.forms import links
from mentorkit.intake import actions
from mentorkit.matching import choosing, ranking, service
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Contact, Grant, Organisation, Programme, Source
from mentorkit.store import Store
from mentorkit.workbench import Workbench

KAMEN = Actor("karin", (Grant(id="G1", user_id="karin", role="organisation", organisation="Kamen"),))
SKILL = {"pay_grade": 9, "topics": ["Haushalt"], "email": "eva@example.org"}


@pytest.fixture
def run(tmp_path):
    """Four mentees of Kamen for three places, one of Lünen, and two mentors of Werne."""
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    run = bench.add("cross-administration")
    for number in range(1, 5):
        topics = ["Haushalt"] if number == 4 else ["Recht"]
        apply(run, number, "mentee", answers={**SKILL, "topics": topics})
    apply(run, 5, "mentee", organisation="Lünen", answers=SKILL)
    for number in (6, 7):
        apply(run, number, "mentor", organisation="Werne", answers={**SKILL, "pay_grade": 12})
    apply(run, 8, "mentee", "ineligible", codes=["fixed_term"], answers=SKILL)
    yield run
    bench.close()


@pytest.fixture
def part(run):
    return SelectionPart(run)


def visible(part):
    return part.layout.display != "none"


def act(table, row, action):
    table._handle_custom_msg({"event": "action", "row": row, "action": action}, [])


def choose(choice, key):
    choice._handle_custom_msg({"choose": key}, [])


def standing(part):
    return {row["id"]: row["place"]["text"] for row in part.places.rows}


def agree(part, press):
    press.click()
    part.question.yes.click()


def by_hand(part):
    part.ranking.form.edit("queue", "mentee:Kamen")
    choose(part.ranking.own, "rank")
    return part.ranking.table


def test_it_opens_with_who_would_get_a_place(part):
    assert "Die Auswahl ist offen" in part.stand.value
    assert "6 Personen haben einen Platz. 1 Person wartet. 1 nimmt nicht teil." in part.stand.value
    assert standing(part)["A4"] == "Hat einen Platz"
    assert standing(part)["A8"] == "Nimmt nicht teil"
    assert [key for key, _ in part.tabs.list.tabs] == ["places", "ranking", "both", "letters"]


def test_another_order_shows_at_once_who_gets_a_place(run, part):
    assert standing(part)["A4"] == "Hat einen Platz"
    choose(part.order, "arrival")
    assert standing(part)["A4"] == "Wartet, Nummer 1"
    assert run.record.orders.general == "arrival"


def test_people_are_ranked_by_buttons(run, part):
    table = by_hand(part)
    assert [row["id"] for row in table.rows] == ["A1", "A2", "A3", "A4"]
    act(table, "A4", "up")
    assert [row["id"] for row in table.rows] == ["A1", "A2", "A4", "A3"]
    assert part.model.message == "Eva Muster4 hat jetzt die Nummer 3."
    assert standing(part)["A3"] == "Wartet, Nummer 1"
    act(table, "A1", "up")  # the first one cannot go up
    act(table, "A9", "up")
    assert [row["id"] for row in table.rows] == ["A1", "A2", "A4", "A3"]
    assert run.record.orders.own == {"Kamen": "rank"}


def test_without_a_ranking_by_hand_nobody_is_moved(part):
    part.ranking.form.edit("queue", "mentee:Kamen")
    assert "actions" not in part.ranking.table.rows[0]
    assert [row["place"]["text"] for row in part.ranking.table.rows] == ["Das Matching entscheidet"] * 4


def test_a_colleague_who_was_quicker_is_shown(run, part):
    by_hand(part)
    with run.bench.store.write("bea", "test") as writer:
        a = writer.get(Application, "A1")
        writer.save(a.with_(notes=("kam zuerst",)))
    act(part.ranking.table, "A2", "up")
    assert part.model.refused
    act(part.ranking.table, "A2", "up")
    assert [row["id"] for row in part.ranking.table.rows][:2] == ["A2", "A1"]


def test_both_ways_are_compared_in_a_sentence_and_in_tables(part):
    assert not visible(part.both.ways)
    part.both.go.click()
    assert "Wählt das Matching aus, entstehen 2 Tandems" in part.both.told.value
    assert [row["id"] for row in part.both.ways.rows] == ["matching", "ranked"]
    assert {row["person"]["text"] for row in part.both.changes.rows} >= {"Eva Muster4"}
    choose(part.both.against, "rank")
    assert not visible(part.both.ways)


def test_fixing_asks_first_and_can_be_released(run, part):
    part.fix.click()
    assert not run.record.selection_fixed
    part.question.no.click()
    agree(part, part.fix)
    assert run.record.selection_fixed
    assert not visible(part.fix)
    assert not visible(part.order)
    assert "actions" not in part.ranking.table.rows[0]
    agree(part, part.release)
    assert not run.record.selection_fixed


def test_free_places_after_approval_are_told_and_filled_once_it_is_taken_back(run, part):
    choose(part.order, "arrival")
    agree(part, part.fix)
    service.approve(run.bench.store, run.bench.actor, run.id, run.match(), run.record.version)
    first = next(a for a in run.application_records if a.id == "A1")
    actions.withdraw(run.bench.store, run.bench.actor, "A1", "", first.version)
    part.model.refresh()
    assert "Eva Muster4" in part.free.value
    assert "Nehmen Sie dazu zuerst die Freigabe zurück" in part.free.value
    assert not visible(part.fill)
    service.withdraw_approval(run.bench.store, run.bench.actor, run.id, run.record.version)
    part.model.refresh()
    agree(part, part.fill)
    assert standing(part)["A4"] == "Hat einen Platz"
    assert not visible(part.free)


def test_letters_are_prepared_shown_and_packed(part):
    assert not visible(part.letters.prepare)
    agree(part, part.fix)
    part.letters.prepare.click()
    table = part.letters.table
    assert {row["kind"] for row in table.rows} == {"Zusage", "Nachrückliste", "Absage"}
    table._handle_custom_msg({"event": "select", "row": "A4"}, [])
    assert "Guten Tag Eva Muster4," in part.letters.text.value
    assert 'href="mailto:eva@example.org?subject=' in part.letters.text.value
    assert part.letters.one.content.startswith(b"%PDF")
    part.letters.pack.click()
    with zipfile.ZipFile(io.BytesIO(part.letters.all.content)) as archive:
        assert len(archive.namelist()) == 2 * len(table.rows)


def test_it_is_told_when_letters_name_nobody_to_ask(run, part):
    agree(part, part.fix)
    part.letters.prepare.click()
    assert "8 Schreiben nennen niemanden, der Fragen beantwortet." in part.letters.hint.value
    with run.bench.store.write("anna", "test") as writer:
        (kamen,) = writer.all(Organisation, name="Kamen")
        writer.save(kamen.with_(contacts=(Contact(name="Karin Kontakt"),)))
    part.model.refresh()
    part.letters.prepare.click()
    assert "3 Schreiben nennen niemanden" in part.letters.hint.value


def prepared(run, part):
    agree(part, part.fix)
    part.letters.prepare.click()
    part.letters.pack.click()
    assert part.letters.all.content
    return part.letters


def withdraw(run, application_id):
    with run.bench.store.read() as reader:
        application = reader.get(Application, application_id)
    actions.withdraw(run.bench.store, run.bench.actor, application.id, "", application.version)


def test_letters_stay_offered_while_they_are_the_same(run, part):
    letters = prepared(run, part)
    letters.table._handle_custom_msg({"event": "select", "row": "A1"}, [])
    part.model.refresh()
    assert letters.all.content
    assert visible(letters.letter)
    assert not visible(letters.outdated)


def test_letters_older_than_what_was_decided_are_withdrawn_and_it_is_said_why(run, part):
    letters = prepared(run, part)
    before = {row["id"] for row in letters.table.rows}
    withdraw(run, "A1")
    part.model.refresh()
    assert letters.all.content == b""
    assert len(letters.table.rows) == len(before) - 2  # all others are offered still
    assert "A1" not in {row["id"] for row in letters.table.rows} < before
    assert visible(letters.prepare)
    assert not visible(letters.pack)
    assert visible(letters.outdated)
    told = letters.outdated.value
    assert "Seit die Schreiben vorbereitet wurden, hat sich geändert:" in told
    assert "Eva Muster1: kein Schreiben mehr" in told
    assert part.model.message == "Einige Schreiben haben sich geändert. Bitte bereiten Sie diese neu vor."
    assert not part.model.refused
    assert "Zusage (nachgerückt) statt Nachrückliste" in told
    letters.prepare.click()
    assert not visible(letters.outdated)
    assert part.model.message == "1 Schreiben ist vorbereitet."
    letters.pack_renewed.click()
    with zipfile.ZipFile(io.BytesIO(letters.all.content)) as archive:
        assert len(archive.namelist()) == 2


def test_names_lead_to_the_person_and_all_reasons_are_told(run, part):
    apply(run, 9, "mentee", "ineligible", codes=["fixed_term", "grade_too_low"], answers=SKILL)
    part.model.refresh()
    (row,) = (row for row in part.places.rows if row["id"] == "A9")
    assert row["person"]["href"].endswith("application=A9")
    assert len(row["why"]) > len(reasons(part)["A8"])


def test_one_who_waits_is_given_a_free_place_for_a_reason(run, part):
    choose(part.order, "arrival")
    agree(part, part.fix)
    assert "actions" not in next(row for row in part.places.rows if row["id"] == "A4")
    with run.bench.store.write("anna", "test") as writer:
        programme = writer.get(Programme, run.record.programme_id)
        quotas = programme.settings.quotas.model_copy(update={"mentees": 4})
        writer.save(programme.with_(settings=programme.settings.model_copy(update={"quotas": quotas})))
    part.model.refresh()
    act(part.places, "A4", "give")
    assert part.giving.heading.text == "Eva Muster4 einen Platz geben?"
    part.giving.yes.click()
    assert standing(part)["A4"] == "Wartet, Nummer 1"
    part.reason.edit("reason", "Platz aus Lünen")
    part.giving.yes.click()
    assert standing(part)["A4"] == "Hat einen Platz"
    assert not visible(part.giving)


def test_letters_that_changed_unseen_are_not_packed(run, part):
    agree(part, part.fix)
    part.letters.prepare.click()
    withdraw(run, "A1")
    part.letters.pack.click()
    assert part.letters.all.content == b""
    assert visible(part.letters.outdated)
    assert part.model.refused


def test_a_released_selection_takes_its_letters_with_it(run, part):
    letters = prepared(run, part)
    agree(part, part.release)
    assert letters.all.content == b""
    assert not visible(letters.prepare)
    assert "Die Auswahl wurde wieder geöffnet" in letters.outdated.value


def test_what_people_typed_stays_text_in_a_letter(run):
    apply(run, 9, "mentor", organisation="Werne", last_name=HOSTILE, answers=SKILL)
    part = SelectionPart(run)
    agree(part, part.fix)
    part.letters.prepare.click()
    part.letters.table._handle_custom_msg({"event": "select", "row": "A9"}, [])
    assert HOSTILE not in part.letters.text.value
    assert "&lt;img" in part.letters.text.value


def test_an_officer_ranks_and_writes_to_her_own_people_only(run):
    bench = Workbench(run.bench.store, KAMEN)
    part = SelectionPart(bench.run(run.id))
    assert [key for key, _ in part.tabs.list.tabs] == ["ranking", "letters"]
    assert not visible(part.order)
    assert not visible(part.fix)
    assert [key for key, _ in part.ranking.form.fields[0].pairs] == ["mentee:Kamen"]
    act(by_hand(part), "A2", "up")
    assert [row["id"] for row in part.ranking.table.rows][:2] == ["A2", "A1"]
    choosing.fix_selection(run.bench.store, run.bench.actor, run.id, run.record.version)
    part.model.refresh()
    part.letters.prepare.click()
    assert {row["organisation"] for row in part.letters.table.rows} == {"Kamen"}


def test_without_quotas_everybody_gets_a_place_and_nothing_is_ranked(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    run = bench.add("cross-company")
    apply(run, 1, "mentee", organisation="Werk", answers={})
    apply(run, 2, "mentor", organisation="Amt", answers={})
    part = SelectionPart(run)
    assert "Keine Organisation hat ein Kontingent" in part.stand.value
    assert standing(part) == {"A1": "Hat einen Platz", "A2": "Hat einen Platz"}
    assert "both" not in part.tabs.parts
    assert not visible(part.order)
    assert "Niemand ist einzureihen" in part.ranking.hint.value
    bench.close()


def test_locks_that_contradict_are_named(run, part):
    with run.bench.store.write("bea", "test") as writer:
        from mentorkit.programme.records import PairDecision

        for n, mentor in enumerate(("P6", "P7")):
            pair = {"mentee_id": "P1", "mentor_id": mentor, "kind": "lock"}
            writer.save(PairDecision(id=f"D{n}", run_id=run.id, **pair))
    part.model.refresh()
    assert "Eva Muster1" in part.hindrances.value
    assert not visible(part.fix)
    assert dataclasses.asdict(part.model.state)["selection"] is None


def test_while_nobody_has_applied_there_is_nothing_to_fix(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    part = SelectionPart(bench.add("cross-administration"))
    assert "Bisher hat sich niemand beworben." in part.stand.value
    assert not visible(part.fix)
    bench.close()


def test_an_order_by_date_tells_each_day_and_where_it_is_known_from(run, part):
    store = run.bench.store
    store.clock = lambda: dt.datetime(2014, 2, 17, 12, tzinfo=dt.UTC)
    late = apply(run, 9, "mentee", answers=SKILL)
    with store.write("anna", "application.take_in") as writer:
        writer.save(late.with_(notes=("aufgenommen",)))
    with store.write("anna", "test") as writer:
        stored = {a.id: a for a in writer.all(Application, run_id=run.id)}
        days = {
            "A1": ("2014-02-20", Source(file="a.xlsx", cells={"received": "I4"})),
            "A2": ("2014-02-01", Source(kind="link")),
            "A3": ("2014-02-19", Source(kind="form")),
        }
        for key, (day, source) in days.items():
            answers = {**stored[key].answers, "received": day}
            writer.save(stored[key].with_(answers=answers, source=source))
    part.model.refresh()
    part.ranking.form.edit("queue", "mentee:Kamen")
    choose(part.ranking.own, "received")
    assert [
        (row["id"], row["received"]["text"], row["received"]["note"]) for row in part.ranking.table.rows
    ] == [
        ("A2", "01.02.2014", "beim Absenden des Formulars"),
        ("A9", "17.02.2014", "Tag der Aufnahme"),
        ("A3", "19.02.2014", "in der Anwendung eingetragen"),
        ("A1", "20.02.2014", "laut Datei"),
        ("A4", "kein Eingangsdatum", ""),
    ]
    hint = part.ranking.hint.value
    assert "Bei 2 Bewerbungen fehlt das Eingangsdatum" in hint
    assert "application=A4" in hint
    assert "application=A1" not in hint


def test_a_day_of_receipt_can_be_entered_whatever_the_programme_asks(run):
    detail = ApplicationDetail(intake := IntakeModel(run), "stored")
    intake.selected = "A4"
    detail.entries.edit("received", "3.2.2014")
    detail.save.click()
    assert intake.application.answers["received"] == "2014-02-03"


def reasons(part):
    return {row["id"]: row["why"] for row in part.places.rows}


def test_a_place_tells_why_it_is_given(part):
    assert "beste Summe" in reasons(part)["A4"]
    assert "alle Geeigneten" in reasons(part)["A5"]
    choose(part.order, "arrival")
    assert reasons(part)["A2"] == "Nummer 2 von 4 in der Reihenfolge; Plätze: 3."


def test_once_it_is_fixed_it_still_tells_by_what_places_were_given_and_why_to_whom(run):
    store, actor = run.bench.store, run.bench.actor
    ranking.choose_order(store, actor, run.id, "arrival", run.record.version, organisation="Kamen")
    choosing.fix_selection(store, actor, run.id, run.record.version)
    part = SelectionPart(run)
    assert "Vergabe der Plätze: Das Matching wählt aus; Kamen: In der Reihenfolge" in part.stand.value
    told = reasons(part)
    assert told["A1"] == "Platz beim Festlegen der Auswahl erhalten: in der Reihenfolge des Eintreffens."
    assert told["A5"] == "Beim Festlegen der Auswahl gab es für alle Geeigneten einen Platz."
    choosing.release_selection(store, actor, run.id, run.record.version)
    ranking.choose_order(store, actor, run.id, None, run.record.version, organisation="Kamen")
    choosing.fix_selection(store, actor, run.id, run.record.version)
    part = SelectionPart(run)
    assert reasons(part)["A4"].endswith("vom Matching ausgewählt, für die beste Summe aller Tandems.")
    part.ranking.form.edit("queue", "mentee:Kamen")
    assert "diese Reihenfolge entscheidet also nicht" in part.ranking.hint.value
    assert "wartet hinter allen, die schon warteten" in part.ranking.hint.value


def test_who_is_admitted_once_it_is_fixed_did_not_get_the_place_then(run):
    apply(run, 9, "mentee", "review", organisation="Lünen", codes=["grade_unclear"], answers=SKILL)
    model = fixed_by_arrival(run)
    model.point_at({"application": "A9"})
    model.overrule("geklärt")
    told = reasons(SelectionPart(run))["A9"]
    assert told == "Nimmt erst seit dem Festlegen der Auswahl teil; ein Platz war frei."


def test_who_is_not_decided_on_is_named_before_the_selection_is_fixed(run):
    apply(run, 9, "mentee", "review", codes=["grade_unclear"], answers=SKILL)
    part = SelectionPart(run)
    assert standing(part)["A9"] == "Noch nicht entschieden"
    assert standing(part)["A8"] == "Nimmt nicht teil"
    assert "1 nimmt nicht teil. 1 ist noch nicht entschieden." in part.stand.value
    part.fix.click()
    assert (
        "1 Bewerbung ist noch nicht entschieden; sie erhält vorerst keinen Platz" in part.question.text.value
    )


def test_a_closing_date_that_is_not_over_is_named_before_the_selection_is_fixed(run, part):
    closing = run.record.closing
    for days, named in ((0, True), (1, False)):
        day = dt.datetime.combine(closing + dt.timedelta(days), dt.time(12), dt.UTC)
        run.bench.store.clock = lambda day=day: day
        part.fix.click()
        assert ("Bewerbungsfrist läuft noch" in part.question.text.value) is named
        part.question.no.click()


def test_links_that_are_still_open_are_counted_before_the_selection_is_fixed(run, part):
    part.fix.click()
    assert "persönlich" not in part.question.text.value
    part.question.no.click()
    links.give(run.bench.store, run.bench.actor, run.id, "mentee", name="Eva Muster")
    part.fix.click()
    assert "1 persönlicher Link ist noch offen" in part.question.text.value


def test_who_moves_up_is_named_when_somebody_withdraws(run):
    ranking.choose_order(run.bench.store, run.bench.actor, run.id, "arrival", run.record.version)
    choosing.fix_selection(run.bench.store, run.bench.actor, run.id, run.record.version)
    model = IntakeModel(run)
    model.point_at({"application": "A1"})
    model.withdraw("Umzug")
    (heir,) = (a.name for a in model.stored if a.id == "A4")
    assert model.message.endswith(f"{heir} ist von der Nachrückliste nachgerückt.")
    (why,) = (row["why"] for row in SelectionPart(run).places.rows if row["id"] == "A4")
    assert why.endswith("von der Nachrückliste nachgerückt. Ein Platz von Kamen wurde frei.")
    model.point_at({"application": "A2"})
    model.withdraw("")
    assert "nachgerückt" not in model.message


def fixed_by_arrival(run):
    ranking.choose_order(run.bench.store, run.bench.actor, run.id, "arrival", run.record.version)
    choosing.fix_selection(run.bench.store, run.bench.actor, run.id, run.record.version)
    return IntakeModel(run)


def place_told(model, application_id):
    """The place that an opened application tells, which is that of the list of the selection."""
    model.point_at({"application": application_id})
    return model.place_of(model.application)


def test_an_opened_application_tells_its_place_as_the_selection_does(run):
    model = IntakeModel(run)
    assert place_told(model, "A1") == ""  # nothing is fixed
    model = fixed_by_arrival(run)
    listed = standing(SelectionPart(run))
    assert {key: place_told(model, key) for key in listed} == listed
    assert (listed["A4"], listed["A8"]) == ("Wartet, Nummer 1", "Nimmt nicht teil")
    assert "Auswahl: Wartet, Nummer 1" in opened(model, "A4").facts.value
    model.point_at({"application": "A1"})
    model.withdraw("Umzug")
    assert place_told(model, "A4") == "Hat einen Platz"
    officer = IntakeModel(Workbench(run.bench.store, KAMEN).run(run.id))
    assert place_told(officer, "A4") == "Hat einen Platz"


def opened(model, application_id):
    detail = ApplicationDetail(model, "stored")
    model.point_at({"application": application_id})
    return detail


def test_the_selection_is_read_once_for_all_that_are_opened(run, monkeypatch):
    model, read = fixed_by_arrival(run), []
    standings = choosing.standings
    monkeypatch.setattr(choosing, "standings", lambda *hands: read.append(1) or standings(*hands))
    for key in ("A1", "A2", "A4"):
        place_told(model, key)
    assert read == [1]


def test_who_moves_up_is_named_when_somebody_is_refused(run):
    model = fixed_by_arrival(run)
    model.point_at({"application": "A1"})
    model.turn_down("Wird versetzt")
    assert model.message.endswith("– abgelehnt. Eva Muster4 ist von der Nachrückliste nachgerückt.")
    assert standing(SelectionPart(run))["A1"] == "Nimmt nicht teil"


@pytest.mark.parametrize("action", ["withdraw", "refuse"])
def test_who_moves_up_is_named_when_many_are_decided_on_at_once(run, action):
    model = fixed_by_arrival(run)
    bulk = BulkModel(model)
    bulk.prepare(action)
    bulk.spared = {e.application.id for e in bulk.plan.possible} - {"A1", "A5"}
    bulk.do("Werden versetzt")
    assert model.message == (
        "2 Bewerbungen sind geändert. Eva Muster4 ist von der Nachrückliste nachgerückt."
    )
