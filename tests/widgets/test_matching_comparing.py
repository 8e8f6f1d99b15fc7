import pytest
from app_people import apply
from matching_board import visible
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel

from mentorkit.language import Voice, set_default_voice


@pytest.fixture
def comparing(view):
    view.tandems.select("mentee:P1")  # with P5
    return view.detail.comparing


def test_nothing_is_compared_before_a_name_is_typed(comparing):
    assert visible(comparing)
    assert not visible(comparing.story)
    assert not visible(comparing.lock)
    (field,) = comparing.form.fields
    assert "Eva Muster6 (Werne)" in field.options
    assert len(field.options) == 3


@pytest.mark.parametrize("typed", ["Eva Muster6 (Werne)", "eva muster6", "6"])
def test_another_partner_stands_beside_the_present_one_with_price_and_who_moves(view, comparing, typed):
    comparing.form.edit("partner", typed)
    scores = view.model.state.solved.scores.total
    i, now, then = view.model.index("mentee:P1"), view.model.index("mentor:P5"), view.model.index("mentor:P6")
    assert (
        f"hat die Passung {scores[i, then]}; mit Eva Muster5, wie vorgeschlagen, ist sie"
        in comparing.story.value
    )
    tandems, total = view.model.state.solved.price("P1", "P6")
    assert tandems == 0
    assert f"Gemessen am Vorschlag: kostet {total} Punkt" in comparing.story.value
    assert [column["label"] for column in comparing.points.columns] == [
        "Kriterium",
        "Eva Muster5",
        "Eva Muster6",
    ]
    assert sum(row["now"]["sort"] for row in comparing.points.rows) == scores[i, now]
    assert sum(row["then"]["sort"] for row in comparing.points.rows) == scores[i, then]
    assert "<li>Eva Muster1: Eva Muster6 statt Eva Muster5</li>" in comparing.moves.value
    assert view.model.run.decisions == []


def test_what_was_told_is_what_happens(run, view, comparing):
    comparing.form.edit("partner", "Eva Muster6")
    told = view.model.compared
    comparing.lock.click()
    assert visible(view.pair_question)
    view.pair_question.yes.click()
    after = view.model.state.solved
    assert after.indices == told.after.indices
    assert "sind bereits als Tandem vorgeschlagen" in comparing.story.value
    assert not visible(comparing.lock)
    assert [(d.mentee_id, d.mentor_id, d.kind) for d in run.decisions] == [("P1", "P6", "lock")]


def test_a_rule_that_forbids_is_named_and_nothing_can_be_locked(comparing):
    comparing.form.edit("partner", "Eva Muster7")  # of the same town
    assert "mk-blocker" in comparing.story.value
    assert "Organisation" in comparing.story.value
    assert not visible(comparing.lock)
    assert comparing.points.rows


def test_a_name_that_nobody_has_is_said_and_one_that_several_have_waits(comparing):
    comparing.form.edit("partner", "Niemand")
    assert comparing.form.errors == {"partner": "So heißt niemand, der teilnimmt."}
    comparing.form.edit("partner", "Eva")
    assert comparing.form.errors == {}
    assert not visible(comparing.story)


@pytest.mark.parametrize("typed", ["Eva Muster1 (Kamen)", "Eva Muster2"])
def test_who_has_the_same_role_is_told_from_nobody(comparing, typed):
    comparing.form.edit("partner", typed)
    (told,) = comparing.form.errors.values()
    assert told.startswith("Eva Muster")
    assert "ist Mentee; hier ist eine" in told
    assert not visible(comparing.story)


def test_nobody_is_told_in_plain_english_too(run):
    set_default_voice(Voice("en"))
    view = MatchingView(MatchingModel(run))
    view.tandems.select("mentee:P1")
    view.detail.comparing.form.edit("partner", "Nobody")
    assert view.detail.comparing.form.errors == {"partner": "No one taking part has this name."}


def test_enter_asks_who_is_meant_and_names_at_most_four(run, view, comparing):
    comparing.form.edit("partner", "Muster")
    assert comparing.form.errors == {}
    comparing.form._received(None, {"submit": True}, [])
    assert comparing.form.errors == {
        "partner": "Mehrere heißen so: Eva Muster7 (Kamen), Eva Muster5 (Lünen) und Eva Muster6 (Werne)."
        " Bitte wählen Sie."
    }
    for number in (8, 9):
        apply(run, number, "mentor", organisation="Schwerte", answers={"pay_grade": 13})
    view.model.look()
    comparing.form._received(None, {"submit": True}, [])
    assert comparing.form.errors["partner"].count("Muster") == 4
    assert " und weitere. Bitte" in comparing.form.errors["partner"]
    comparing.form.edit("partner", "Eva Muster6")
    comparing.form._received(None, {"submit": True}, [])
    assert comparing.form.errors == {}
    assert visible(comparing.story)


def test_a_mentor_without_a_tandem_is_compared_with_mentees(run, view):
    for number in (8, 9):
        apply(run, number, "mentor", organisation="Schwerte", answers={"pay_grade": 13})
    view.model.look()
    key = next(row["id"] for row in view.left.rows if row["id"].startswith("mentor"))
    view.left.select(key)
    comparing = view.detail.comparing
    assert "Eva Muster1 (Kamen)" in comparing.form.fields[0].options
    comparing.form.edit("partner", "Eva Muster1")
    assert "hat die Passung" in comparing.story.value
    assert "<li>Eva Muster1: " in comparing.moves.value
    assert "hat kein Tandem mehr" in comparing.moves.value
    comparing.lock.click()
    view.pair_question.yes.click()
    assert [(d.mentee_id, f"mentor:{d.mentor_id}") for d in run.decisions] == [("P1", key)]


def test_another_person_begins_without_a_comparison(view, comparing):
    comparing.form.edit("partner", "Eva Muster6")
    other = next(row["id"] for row in view.tandems.rows if row["id"] != "mentee:P1")
    view.tandems.select(other)
    assert view.model.compared is None
    assert comparing.form.values == {"partner": ""}


def test_approved_tandems_are_not_compared(view, comparing):
    view.approve.click()
    view.question.yes.click()
    assert not visible(comparing)


def test_who_is_locked_with_somebody_else_cannot_be_locked_and_the_button_says_with_whom(view):
    view.model.act("P2", "P6", "lock")
    view.model.agree()
    view.model.choose("mentee:P1")
    row = next(row for row in view.model.alternatives if row["id"] == "P6")
    lock = next(action for action in row["actions"] if action["name"] == "lock")
    assert lock["disabled"] == "Bitte lösen Sie zuerst das fixierte Tandem mit Eva Muster2."
    view.model.put_beside("P1", "P6")
    (sheet,) = view.sheet.children
    assert not visible(sheet.lock)
