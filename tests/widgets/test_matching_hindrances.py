"""Whoever is left over is told what stands in her way, and what would help."""

from __future__ import annotations

from app_people import apply
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.hindrances import Hindrances
from mentorkit_widgets.matching.model import MatchingModel


def left_mentee(model):
    return next(one for one in model.state.left if one.application.role == "mentee")


def test_a_mentee_without_a_tandem_reads_the_rules_and_every_change_that_would_help(run):
    model = MatchingModel(run)
    told = Hindrances(model)
    assert told.layout.display == "none"
    left = left_mentee(model)
    model.choose(left.key)
    assert told.layout.display is None
    assert told.told.value == ""
    told.ask.click()
    why = model.state.solved.why_not(left.application.person_id)
    assert told.ask.layout.display == "none"
    for sentence in (*why.rules, *(repair.sentence for repair in why.repairs)):
        assert sentence in told.told.value


def test_a_mentor_without_a_tandem_reads_it_too(run):
    for number in (8, 9):
        apply(run, number, "mentor", organisation="Schwerte", answers={"pay_grade": 13, "topics": ["Recht"]})
    model = MatchingModel(run)
    told = Hindrances(model)
    left = next(one for one in model.state.left if one.application.role == "mentor")
    model.choose(left.key)
    told.ask.click()
    why = model.state.solved.why_no_mentee(left.application.person_id)
    assert why.rules
    assert why.repairs
    for sentence in (*why.rules, *(one.sentence for one in why.repairs)):
        assert sentence in told.told.value


def test_somebody_with_a_tandem_is_told_nothing_of_it(run):
    model = MatchingModel(run)
    view = MatchingView(model)
    model.choose(left_mentee(model).key)
    i, j = model.state.solved.indices[0]
    for role, person in (
        ("mentee", model.state.solved.pool.mentees[i]),
        ("mentor", model.state.solved.pool.mentors[j]),
    ):
        model.choose(f"{role}:{person.person_id}")
        assert view.detail.hindrances.layout.display == "none"


def test_what_was_reckoned_is_gone_once_the_matching_is_another(run):
    model = MatchingModel(run)
    told = Hindrances(model)
    model.choose(left_mentee(model).key)
    told.ask.click()
    assert told.told.value
    model.refresh()
    assert told.told.value == ""
    assert told.ask.layout.display is None


def test_names_stay_text(run):
    model = MatchingModel(run)
    told = Hindrances(model)
    model.why_not = type("Told", (), {"rules": ("<b>",), "repairs": []})()
    assert "&lt;b&gt;" in told.told.value
    assert "nicht genügen" in told.told.value
