"""Matching one by one in the app: a mentee, whom she could have, what the two settle, their tandem."""

import pytest
from app_people import apply
from matching_board import KARLA, send, visible
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel
from mentorkit_widgets.matching.one_by_one import OneByOne
from mentorkit_widgets.matching.settling import SettlingModel

from mentorkit.matching import one_by_one, service
from mentorkit.matching.comments import comment
from mentorkit.privacy.records import User
from mentorkit.programme.records import Application, EarlierTandem, Programme, Weighing, Wish
from mentorkit.programme.settings import Criterion
from mentorkit.store import Store
from mentorkit.workbench import Workbench

TOLD = {"expectations": "Offenheit", "time": "Einmal im Monat", "content": "Probespiele"}
TOPICS = {1: ["Recht"], 2: ["Bühne"], 3: ["Recht"], 4: ["Recht", "Bühne"], 5: ["Bühne"]}


@pytest.fixture
def run(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    run = bench.add("arts-academy")
    for number, role in enumerate(("mentee", "mentee", "mentor", "mentor", "mentor"), 1):
        apply(run, number, role, organisation=None, answers={"field": "Viola", "topics": TOPICS[number]})
    wish = Wish(
        id="W1", run_id=run.id, application_id="A1", rank=1, text="Eva Muster5", mentor_application_id="A5",
        confidence=1.0,
    )  # fmt: skip
    with bench.store.write("anna", "test") as writer:
        writer.save(wish)
        writer.save(User(id="karla", display_name="Karla Kamen"))
    yield run
    bench.close()


@pytest.fixture
def board(run):
    return MatchingModel(run)


@pytest.fixture
def view(board):
    return OneByOne(SettlingModel(board))


def write(view, **parts):
    for name, text in parts.items():
        view.talk.form.edit(name, text)


def settle(view, mentee, mentor, **parts):
    view.mentees.select(mentee)
    send(view.candidates, mentor, "talk")
    write(view, **parts)


def karla_writes(run, mentee, mentor, seen=None, **parts):
    return one_by_one.write_down(run.bench.store, KARLA, run.id, mentee, mentor, parts, seen=seen)


def stored(run):
    return {(s.mentee_id, s.mentor_id): s.parts for s in run.settlements}


def made(run):
    return [(t["mentee_id"], t["mentor_id"]) for t in run.tandems.to_dict("records")]


def tabs_of(run):
    return MatchingView(MatchingModel(run)).tabs.parts


def test_only_a_programme_that_works_one_by_one_has_the_tab(run):
    assert "one-by-one" in tabs_of(run)
    with run.bench.store.write("anna", "test") as writer:
        programme = writer.get(Programme, run.record.programme_id)
        plain = programme.settings.model_copy(update={"one_by_one": False})
        writer.save(programme.with_(settings=plain))
    assert "one-by-one" not in tabs_of(run)


def test_the_free_ones_stand_in_order_her_wish_first_with_reasons_and_price(view):
    assert [row["state"]["text"] for row in view.mentees.rows] == ["offen", "offen"]
    view.mentees.select("mentee:P1")
    first, *others = view.candidates.rows
    assert (first["id"], first["mentor"]["note"]) == ("P5", "1. Wunsch")
    scores = [row["score"]["sort"] for row in others]
    assert scores == sorted(scores, reverse=True)
    assert all(row["because"] and row["price"]["text"] for row in view.candidates.rows)
    assert [row["text"]["text"] for row in view.wishes.table.rows] == ["Eva Muster5"]
    assert "Viola" in view.facts.value


def test_at_first_the_best_are_shown_and_on_demand_all(run):
    for number in range(6, 13):
        apply(run, number, "mentor", organisation=None, answers={"topics": ["Recht"]})
    view = OneByOne(SettlingModel(MatchingModel(run)))
    view.mentees.select("mentee:P1")
    assert len(view.candidates.rows) == 7  # her wish and six more
    assert view.more.description == "Alle 10 Freien zeigen"
    view.more.click()
    assert len(view.candidates.rows) == 10
    view.more.click()
    assert len(view.candidates.rows) == 7


def test_whoever_is_chosen_hides_the_others(view):
    assert visible(view.list)
    view.mentees.select("mentee:P1")
    assert not visible(view.list)
    assert visible(view.mentee)
    view.closer.click()
    assert visible(view.list)


def test_while_a_mentee_reads_along_nothing_is_shown_or_told_of_others(run):
    board = MatchingView(MatchingModel(run, "one-by-one"))
    panel = board.tabs.panel("one-by-one").children[0]
    assert visible(board.about_all)
    assert visible(board.tabs.list)
    panel.mentees.select("mentee:P1")
    assert not visible(board.about_all)
    assert not visible(board.tabs.list)
    service.decide(run.bench.store, KARLA, run.id, "P2", "P4", "forbid", "")
    board.model.look()
    assert [d.mentor_id for d in board.model.state.decisions] == ["P4"]
    assert board.model.message == ""
    panel.model.pick("")
    assert "Karla Kamen hat Eva Muster2 mit Eva Muster4 ausgeschlossen." in board.model.message
    assert visible(board.about_all)
    assert visible(board.tabs.list)
    board.close()


def discreet_board(run, mentee="mentee:P1", before=lambda board: None):
    """Let a mentee read along; before, do something on the board."""
    board = MatchingView(MatchingModel(run))
    board.tabs.panel("tandems")
    before(board)
    board.model.show = "one-by-one"
    panel = board.tabs.panel("one-by-one").children[0]
    panel.mentees.select(mentee)
    assert board.model.discreet
    return board, panel


@pytest.mark.parametrize(
    "before",
    [
        lambda board: board.tandems.select("mentee:P2"),
        lambda board: send(board.tandems, "mentee:P2", "lock"),
    ],
    ids=["somebody", "question"],
)
def test_who_was_looked_at_before_steps_back_while_a_mentee_reads_along(run, before):
    board, panel = discreet_board(run, before=before)
    assert not visible(board.side)
    assert "mk-split" not in board.beside._dom_classes
    panel.closer.click()
    board.model.show = "tandems"
    assert visible(board.side)
    assert "mk-split" in board.beside._dom_classes


def test_a_page_loaded_anew_while_a_mentee_reads_along_shows_nothing_of_others(run):
    _, panel = discreet_board(run)
    again = MatchingView(MatchingModel(run, "tandems"))
    assert again.model.show == "one-by-one"
    assert not visible(again.about_all)
    panel.closer.click()
    assert MatchingView(MatchingModel(run, "tandems")).model.show == "tandems"


def test_what_is_only_proposed_is_not_told_to_a_mentee_who_reads_along(run, view):
    assert ("P1", "P5") in {(two.mentee_id, two.mentor_id) for two in run.match().tandems.itertuples()}
    view.mentees.select("mentee:P1")
    (wish,) = view.wishes.table.rows
    assert wish["standing"]["text"] != "erfüllt"
    settle(view, "mentee:P1", "P5", **TOLD)
    view.talk.make.click()
    (wish,) = view.wishes.table.rows
    assert wish["standing"]["text"] == "erfüllt"


def test_locks_that_contradict_the_rules_meanwhile_lead_nobody_to_the_decisions(run):
    board, _ = discreet_board(run)
    service.decide(run.bench.store, KARLA, run.id, "P2", "P4", "lock", "")
    with run.bench.store.write("karla", "test") as writer:
        writer.save(writer.get(Application, "A4").with_(status="ineligible"))
    board.model.look()
    assert board.model.state.solved is None
    assert board.model.show == "one-by-one"


def test_side_by_side_a_mentee_who_reads_along_sees_the_two_and_nothing_of_others(run):
    comment(run.bench.store, KARLA, run.id, "P1", "P5", "Unter uns")
    service.decide(run.bench.store, KARLA, run.id, "P1", "P5", "lock", "Weil es sein muss")
    with run.bench.store.write("anna", "test") as writer:
        writer.save(
            EarlierTandem(
                id="E1", programme_id=run.record.programme_id, year="2020", mentor="Eva Muster5",
                mentee="Ida Früher",
            )
        )  # fmt: skip
    board, panel = discreet_board(run)
    send(panel.candidates, "P5", "both")
    sheet = board.sheet.children[0]
    assert visible(sheet)
    assert "Bühne" in sheet.table.value
    assert "Passung" in sheet.verdict.value
    for secret in ("Unter uns", "Weil es", "Früher", "Karla"):
        assert secret not in sheet.verdict.value
    hidden = (sheet.form, sheet.lock, sheet.forbid, sheet.undo, sheet.asking)
    assert not any(visible(part) for part in hidden)
    assert "Muster2" not in str(sheet.form.fields)
    sheet.closer.click()
    assert visible(board.work)
    panel.closer.click()
    board.model.put_beside("P1", "P5")
    assert all(secret in sheet.verdict.value for secret in ("Unter uns", "Weil es", "Früher"))
    assert visible(sheet.form)
    assert visible(sheet.undo)


def test_side_by_side_a_mentee_is_not_told_why_her_wish_is_ruled_out(run):
    service.decide(run.bench.store, KARLA, run.id, "P1", "P5", "forbid", "Weil es nicht sein darf")
    board, panel = discreet_board(run)
    send(panel.wishes.table, "W1", "both")
    told = board.sheet.children[0].verdict.value
    assert "Eine Regel oder ein anderes Tandem steht dem entgegen" in told
    assert "Weil es" not in told


def test_what_was_told_of_others_is_gone_when_a_mentee_reads_along(run):
    board, panel = discreet_board(run, before=lambda board: board.model.say("Eva Muster2 ist frei."))
    assert board.model.message == ""
    settle(panel, "mentee:P1", "P5", **TOLD)
    panel.talk.make.click()
    assert "Eva Muster1" in board.model.message
    panel.next.click()
    assert panel.model.chosen == "mentee:P2"
    assert board.model.message == ""


def test_why_a_tandem_is_refused_is_told_once_nobody_reads_along(run):
    board, panel = discreet_board(run)
    settle(panel, "mentee:P1", "P5", **TOLD)
    one_by_one.make(run.bench.store, KARLA, karla_writes(run, "P2", "P5", **TOLD))
    panel.talk.make.click()
    assert board.model.refused
    assert board.model.message == (
        "Das Tandem lässt sich so nicht bilden: Eine Regel oder ein anderes Tandem steht im Weg."
        " Näheres steht im ganzen Matching."
    )
    panel.closer.click()
    assert board.model.refused
    assert "Eva Muster5 hat neben den gebildeten und fixierten Tandems keinen Platz" in board.model.message
    assert "Karla Kamen hat das Tandem aus Eva Muster2 und Eva Muster5 gebildet." in board.model.message


def test_a_refusal_is_not_told_any_more_when_the_tandem_is_made_after_all(run):
    board, panel = discreet_board(run)
    settle(panel, "mentee:P1", "P5", **TOLD)
    decision = service.decide(run.bench.store, KARLA, run.id, "P1", "P5", "forbid", "")
    panel.talk.make.click()
    assert board.model.refused
    service.undo(run.bench.store, KARLA, decision.id, decision.version)
    panel.talk.make.click()
    assert made(run) == [("P1", "P5")]
    panel.closer.click()
    assert not board.model.refused
    assert "Bitte nehmen Sie" not in board.model.message


def test_a_mentee_who_reads_along_is_told_nothing_of_a_mentors_wish(run):
    with run.bench.store.write("anna", "test") as writer:
        writer.save(
            writer.get(Application, "A5").with_(entries={"wish_1": "Eva Muster2", "wish_2": "Eva Muster1"})
        )
        programme = writer.get(Programme, run.record.programme_id)
        criteria = (Criterion(name="wish", weight=500), Criterion(name="mentor_wish", weight=500))
        writer.save(programme.with_(settings=programme.settings.model_copy(update={"criteria": criteria})))
    board, panel = discreet_board(run)
    told = next(row for row in panel.candidates.rows if row["id"] == "P5")["because"]
    assert told == ["Eva Muster5 steht auf der Wunschliste von Eva Muster1 an Stelle 1."]
    send(panel.candidates, "P5", "talk")
    assert [row["id"] for row in panel.talk.points.rows] == ["wish"]
    send(panel.candidates, "P5", "both")
    sheet = board.sheet.children[0]
    secrets = ("Muster2", "Wunsch von", "Wunschliste von Eva Muster5")
    assert not any(secret in sheet.table.value for secret in secrets)
    panel.model.talk("")
    board.model.discreet = False
    assert all(secret in sheet.table.value for secret in secrets)


def test_a_draft_is_saved_and_found_again(run, view):
    settle(view, "mentee:P1", "P5", time="Einmal im Monat")
    view.talk.save.click()
    assert view.model.board.message == "Als Entwurf gespeichert."
    assert stored(run) == {("P1", "P5"): {"expectations": "", "time": "Einmal im Monat", "content": ""}}
    other = OneByOne(SettlingModel(MatchingModel(run)))
    assert other.mentees.rows[0]["state"]["text"] == "in Absprache"
    other.mentees.select("mentee:P1")
    assert other.talk.form.values["time"] == "Einmal im Monat"
    assert "anna" in other.talk.written.value


def test_turning_to_somebody_else_loses_nothing(run, view):
    settle(view, "mentee:P1", "P5", time="Einmal im Monat")
    send(view.candidates, "P4", "talk")
    assert view.talk.form.values["time"] == ""
    write(view, content="Probespiele")
    view.next.click()
    assert view.model.chosen == "mentee:P2"
    assert stored(run) == {
        ("P1", "P5"): {"expectations": "", "time": "Einmal im Monat", "content": ""},
        ("P1", "P4"): {"expectations": "", "time": "", "content": "Probespiele"},
    }


def test_what_was_typed_and_not_saved_is_there_again_when_the_page_is_opened_anew(run, view):
    settle(view, "mentee:P1", "P5", time="Einmal im Mon")
    assert stored(run) == {}
    again = OneByOne(SettlingModel(MatchingModel(run)))
    assert again.heading.text == "Eva Muster1"
    assert again.talk.form.values["time"] == "Einmal im Mon"
    assert not visible(again.talk.choice)
    again.talk.save.click()
    assert stored(run)["P1", "P5"]["time"] == "Einmal im Mon"
    again.closer.click()
    assert OneByOne(SettlingModel(MatchingModel(run))).heading.text == ""


def test_what_a_colleague_saved_before_the_page_was_opened_anew_stands_beside_it(run, view):
    settle(view, "mentee:P1", "P5", time="Jeden Tag")
    karla_writes(run, "P1", "P5", time="Nie")
    again = OneByOne(SettlingModel(MatchingModel(run)))
    assert again.talk.form.values["time"] == "Jeden Tag"
    assert visible(again.talk.choice)
    again.talk.hers.click()
    assert again.talk.form.values["time"] == "Nie"
    again.closer.click()
    assert OneByOne(SettlingModel(MatchingModel(run))).heading.text == ""


def test_a_part_not_touched_stays_as_a_colleague_stored_it_before_the_page_was_opened_anew(run):
    first = karla_writes(run, "P1", "P5", **TOLD)
    settle(OneByOne(SettlingModel(MatchingModel(run))), "mentee:P1", "P5", expectations="Vertrauen")
    karla_writes(run, "P1", "P5", first, **{**TOLD, "time": "Jede Woche"})
    again = OneByOne(SettlingModel(MatchingModel(run)))
    assert visible(again.talk.choice)
    again.talk.mine.click()
    assert stored(run)["P1", "P5"] == {**TOLD, "expectations": "Vertrauen", "time": "Jede Woche"}


def test_a_text_emptied_and_written_anew_before_the_page_was_opened_anew_is_noticed(run):
    first = karla_writes(run, "P1", "P5", **TOLD)
    settle(OneByOne(SettlingModel(MatchingModel(run))), "mentee:P1", "P5", expectations="Vertrauen")
    karla_writes(run, "P1", "P5", first)
    anew = karla_writes(run, "P1", "P5", time="Nie")
    assert anew.version == first.version
    again = OneByOne(SettlingModel(MatchingModel(run)))
    assert visible(again.talk.choice)
    assert again.talk.form.values["expectations"] == "Vertrauen"


def test_nothing_typed_gives_way_to_what_a_colleague_stored_before_the_page_was_opened_anew(run):
    first = karla_writes(run, "P1", "P5", **TOLD)
    settle(OneByOne(SettlingModel(MatchingModel(run))), "mentee:P1", "P5")
    karla_writes(run, "P1", "P5", first, **{**TOLD, "time": "Nie"})
    again = OneByOne(SettlingModel(MatchingModel(run)))
    assert not visible(again.talk.choice)
    assert again.talk.form.values["time"] == "Nie"


def test_without_all_parts_nothing_is_made_and_the_gap_is_named(run, view):
    settle(view, "mentee:P1", "P5", time="Einmal im Monat")
    view.talk.make.click()
    assert set(view.talk.form.errors) == {"expectations", "content"}
    write(view, content="Probespiele")
    assert set(view.talk.form.errors) == {"expectations"}
    assert made(run) == []


def test_a_tandem_is_made_stands_on_the_board_and_is_taken_back(run, board, view):
    settle(view, "mentee:P1", "P5", **TOLD)
    view.talk.make.click()
    assert made(run) == [("P1", "P5")]
    assert board.message.startswith("Eva Muster1 und Eva Muster5 sind jetzt ein Tandem")
    assert "gebildet" in view.talk.story.value
    assert not visible(view.free)
    rows = MatchingView(board).tandems.rows
    assert {row["id"]: (row["state"]["text"], bool(row["actions"])) for row in rows} == {
        "mentee:P1": ("gebildet", False), "mentee:P2": ("Vorschlag", True),
    }  # fmt: skip
    assert view.next.description == "Weiter zur nächsten Person"
    view.next.click()
    assert "P5" not in [row["id"] for row in view.candidates.rows]
    view.closer.click()
    view.mentees.select("mentee:P1")
    view.talk.back.click()
    view.talk.question.yes.click()
    assert made(run) == []
    assert stored(run) == {("P1", "P5"): TOLD}


def test_a_colleagues_tandem_is_seen_at_the_next_look(run, board, view):
    found = karla_writes(run, "P2", "P5", **TOLD)
    one_by_one.make(run.bench.store, KARLA, found)
    view.mentees.select("mentee:P1")
    assert "P5" in [row["id"] for row in view.candidates.rows]
    board.look()
    assert "Karla Kamen hat das Tandem aus Eva Muster2 und Eva Muster5 gebildet." in board.message
    assert "P5" not in [row["id"] for row in view.candidates.rows]
    assert view.mentees.rows[1]["state"]["note"] == "Eva Muster5"


def test_of_two_who_make_a_tandem_with_the_same_mentor_the_second_is_told_and_keeps_her_text(
    run, board, view
):
    settle(view, "mentee:P1", "P5", **TOLD)
    one_by_one.make(run.bench.store, KARLA, karla_writes(run, "P2", "P5", **TOLD))
    view.talk.make.click()
    assert board.refused
    assert board.message == "Eva Muster5 hat neben den gebildeten und fixierten Tandems keinen Platz mehr."
    assert "Die beiden können jetzt kein Tandem werden" in view.talk.story.value
    assert stored(run)["P1", "P5"] == TOLD


def test_what_a_colleague_writes_is_taken_over_unless_one_writes_too(run, board, view):
    settle(view, "mentee:P1", "P5")
    first = karla_writes(run, "P1", "P5", time="Jede Woche")
    board.look()
    assert view.talk.form.values["time"] == "Jede Woche"
    assert not visible(view.talk.choice)
    write(view, time="Jeden Tag")
    karla_writes(run, "P1", "P5", first, time="Nie")
    board.look()
    assert visible(view.talk.choice)
    assert "Karla Kamen hat an dieser Absprache geschrieben" in view.talk.conflict.value
    assert "Nie" in view.talk.conflict.value
    assert view.talk.form.values["time"] == "Jeden Tag"
    view.closer.click()
    assert (view.model.chosen, board.refused) == ("mentee:P1", True)


@pytest.mark.parametrize(("button", "kept"), [("mine", "Jeden Tag"), ("hers", "Nie")])
def test_of_two_texts_one_is_chosen(run, view, button, kept):
    settle(view, "mentee:P1", "P5", time="Jeden Tag")
    karla_writes(run, "P1", "P5", time="Nie", content="Probespiele")
    view.talk.save.click()
    assert visible(view.talk.choice)
    assert view.model.board.refused
    getattr(view.talk, button).click()
    assert not visible(view.talk.choice)
    assert view.talk.form.values["time"] == kept
    assert stored(run)["P1", "P5"] == {"expectations": "", "time": kept, "content": "Probespiele"}
    assert view.talk.form.values == stored(run)["P1", "P5"]


def test_the_page_to_be_signed_is_offered(run, view):
    settle(view, "mentee:P1", "P5", **TOLD)
    view.talk.print.click()
    assert view.talk.download.name == "absprache-eva-muster1-eva-muster5.pdf"
    assert view.talk.download.content.startswith(b"%PDF")
    assert stored(run) == {("P1", "P5"): TOLD}
    view.candidates.act("P4", "talk")
    assert view.talk.download.name == ""


def test_the_question_before_the_approval_says_what_is_not_settled_and_lets_go_on(run, board):
    view = MatchingView(board)
    karla_writes(run, "P1", "P5", **TOLD)
    board.refresh()
    view.approve.click()
    count = len(board.state.solved.indices)
    assert count == 2
    assert (
        "Für 1 Tandem sind Erwartungen, Zeit und Inhalte noch nicht festgehalten." in view.question.text.value
    )
    view.question.yes.click()
    assert len(made(run)) == 2


def test_after_the_approval_it_is_written_on_and_nothing_made(run, board, view):
    service.approve(run.bench.store, run.bench.actor, run.id, run.match(), run.record.version)
    board.refresh()
    view.mentees.select("mentee:P1")
    assert view.mentees.rows[0]["state"]["text"] == "freigegeben"
    assert view.talk.form.values["time"] == ""
    assert not visible(view.talk.make)
    assert not visible(view.talk.back)
    write(view, time="Einmal im Monat")
    view.talk.save.click()
    assert next(iter(stored(run).values()))["time"] == "Einmal im Monat"


def test_withdrawing_the_approval_says_that_a_tandem_made_by_itself_stays(run, board):
    one_by_one.make(run.bench.store, KARLA, karla_writes(run, "P2", "P5", **TOLD))
    service.approve(run.bench.store, run.bench.actor, run.id, run.match(), run.record.version)
    board.refresh()
    view = MatchingView(board)
    view.withdraw.click()
    assert view.question.text.value.count("Einzeln gebildete Tandems bleiben bestehen.") == 1
    view.question.yes.click()
    assert made(run) == [("P2", "P5")]


def test_whoever_tries_other_weights_still_decides_by_those_that_stand(board, view):
    view.mentees.select("mentee:P1")
    before = view.candidates.rows
    board.try_out(Weighing(weights={"topics": 1000}))
    assert board.trying
    assert view.candidates.rows == before


def test_whoever_tries_other_weights_reads_the_same_points_everywhere(run):
    def told(panel, sheet):
        points = [(row["id"], row["points"]) for row in panel.talk.points.rows]
        return panel.talk.story.value, points, panel.wishes.table.rows, sheet.verdict.value

    seen = []
    for tried in (None, Weighing(weights={"field": 1000, "topics": 0, "wish": 0})):
        board, panel = discreet_board(run, before=lambda board, tried=tried: board.model.try_out(tried))
        assert board.model.trying == (tried is not None)
        send(panel.candidates, "P5", "talk")
        send(panel.candidates, "P5", "both")
        seen.append(told(panel, board.sheet.children[0]))
        panel.model.talk("")
    assert seen[0] == seen[1]


def test_whom_a_mentee_could_have_is_reckoned_once_for_what_stands(run, board, view, monkeypatch):
    reckoned, reckon = [], one_by_one.candidates

    def count(matching, mentee_id):
        reckoned.append(mentee_id)
        return reckon(matching, mentee_id)

    monkeypatch.setattr(one_by_one, "candidates", count)
    settle(view, "mentee:P1", "P5", **TOLD)
    view.talk.save.click()
    view.more.click()
    assert reckoned == ["P1", "P1"]  # saving reads everything anew
    view.talk.make.click()
    assert reckoned == ["P1", "P1"]


@pytest.mark.parametrize("gone", ["A1", "A5"])
def test_a_tandem_of_whom_one_ceases_to_take_part_is_found_and_taken_back(run, board, view, gone):
    one_by_one.make(run.bench.store, KARLA, karla_writes(run, "P1", "P5", **TOLD))
    with run.bench.store.write("karla", "test") as writer:
        writer.save(writer.get(Application, gone).with_(status="ineligible"))
    board.look()
    assert "Bitte lösen Sie es wieder auf" in board.blockers[0]
    row = next(row for row in view.mentees.rows if row["id"] == "mentee:P1")
    assert row["state"]["text"] == "jemand nimmt nicht mehr teil"
    view.mentees.select("mentee:P1")
    view.talk.back.click()
    view.talk.question.yes.click()
    assert made(run) == []
    assert board.blockers == []


def test_who_ceases_to_take_part_is_left(run, board, view):
    settle(view, "mentee:P1", "P5", time="Einmal im Monat")
    with run.bench.store.write("karla", "test") as writer:
        writer.save(writer.get(Application, "A1").with_(status="ineligible"))
    board.look()
    assert visible(view.list)
    assert [row["id"] for row in view.mentees.rows] == ["mentee:P2"]
    again = OneByOne(SettlingModel(MatchingModel(run)))
    assert visible(again.list)
    view.mentees.select("mentee:P2")
    assert visible(view.mentee)
    assert not board.refused
