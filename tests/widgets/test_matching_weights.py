"""Trying other weights in the app of the matching."""

import pytest
from matching_weights_run import run_that_hangs_on_weights, turned, weights_of
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel
from mentorkit_widgets.matching.weights import WeightsModel, WeightsPanel

from mentorkit.language.formats import number
from mentorkit.privacy import permissions
from mentorkit.programme.records import Programme
from mentorkit.programme.settings import Criterion


@pytest.fixture
def run(tmp_path):
    with run_that_hangs_on_weights(tmp_path) as run:
        yield run


@pytest.fixture
def view(run):
    view = MatchingView(MatchingModel(run))
    view.weights.opened = True
    return view


@pytest.fixture
def panel(view):
    return view.weights.body.children[0]


def enter(panel, weights):
    for name, weight in weights.items():
        panel.form.edit(name, str(weight))


def shown_pairs(view):
    return {(row["mentee"]["text"], row["mentor"]["text"]) for row in view.tandems.rows}


def visible(part):
    return part.layout.display != "none"


def test_each_criterion_has_a_number_with_a_slider_that_shows_what_counts(run, panel):
    assert {n: int(v) for n, v in panel.form.values.items()} == weights_of(run)
    assert {field.kind for field in panel.form.fields} == {"dial"}
    assert "Summe: 1.000." in panel.about.value
    assert panel.changes.value == ""


def test_a_change_is_solved_at_once_and_says_who_gets_whom_instead(run, view, panel):
    before, stored = shown_pairs(view), run.match().to_json()
    enter(panel, turned(run))
    assert shown_pairs(view) != before
    assert "Für 2 Mentees ändert sich etwas" in panel.changes.value
    assert "Eva Muster1: Eva Muster6 statt Eva Muster5" in panel.changes.value
    assert "Geändert hat sich etwas für" in view.model.message
    assert "Zählt nicht" in panel.about.value
    assert run.match().to_json() == stored
    assert MatchingModel(run).state.matching.to_json() == stored


def test_while_something_is_tried_nothing_is_approved_and_it_says_so(run, view, panel):
    assert view.resting.value == '<p class="">Der Vorschlag beruht auf den Gewichten des Programms.</p>'
    enter(panel, turned(run))
    assert "das niemand sonst sieht" in view.resting.value
    assert not visible(view.approve)
    view.model.ask("approve")
    view.model.agree()
    assert view.model.refused
    assert not run.approved


def test_while_weights_are_tried_the_totals_of_both_are_told_by_the_weights_in_force(run, view, panel):
    standing = view.model.state.solved
    assert "Vergleichbar" not in view.summary.value
    enter(panel, turned(run))
    tried = view.model.state.solved
    worth = sum(int(standing.scores.total[pair]) for pair in tried.indices)
    assert tried.objective["total"] > standing.objective["total"] > worth
    told = f"haben die hier gezeigten Tandems {number(worth)} Punkte, die sonst vorgeschlagenen"
    assert f"{told} {number(standing.objective['total'])}." in view.summary.value
    panel.programme.click()
    assert "Vergleichbar" not in view.summary.value


def test_back_to_the_programme_shows_what_stands_again(run, view, panel):
    before = shown_pairs(view)
    enter(panel, turned(run))
    assert visible(panel.programme)
    panel.programme.click()
    assert shown_pairs(view) == before
    assert {n: int(v) for n, v in panel.form.values.items()} == weights_of(run)
    assert view.model.tried is None
    assert visible(view.approve)
    assert not visible(panel.programme)


@pytest.mark.parametrize("bad", ["-3", "100000000000000000000", "viel", "", "1,5", "NaN", "²"])
def test_what_is_no_weight_gets_a_sentence_and_changes_nothing(run, view, panel, bad):
    before, name = view.model.state, next(iter(weights_of(run)))
    panel.form.edit(name, bad)
    assert list(panel.form.errors) == [name]
    assert panel.form.errors[name].endswith(".")
    assert view.model.state is before
    assert view.model.tried is None
    panel.form.edit(name, str(weights_of(run)[name]))
    assert panel.form.errors == {}


def test_one_criterion_has_to_count(run, view, panel):
    enter(panel, dict.fromkeys(weights_of(run), 0))
    (why,) = panel.form.errors.values()
    assert why.startswith("Mindestens ein Kriterium muss zählen")


def test_the_same_proportions_are_what_stands(run, view, panel):
    enter(panel, {name: weight // 2 for name, weight in weights_of(run).items()})
    assert view.model.tried is None
    assert "im selben Verhältnis" in panel.about.value


def test_the_lowest_score_stands_apart_from_the_weights_and_is_no_part_of_their_sum(panel):
    assert "lowest_score" not in panel.form.values
    (field,) = panel.lowest.fields
    assert (field.label, field.help) == (
        "Niedrigste Passung", "Paare darunter werden nicht vorgeschlagen, außer sie sind fixiert.",
    )  # fmt: skip
    place = panel.children.index
    assert place(panel.form) < place(panel.about) < place(panel.lowest)


def test_enter_in_the_name_saves_the_scenario(run, panel):
    press_enter = lambda: panel.name._handle_custom_msg({"submit": True}, [])  # noqa: E731
    panel.name.edit("name", "Themen")
    press_enter()
    assert run.scenarios == []  # nobody asked
    panel.keep.click()
    panel.name.edit("name", "Themen")
    press_enter()
    assert [one.name for one in run.scenarios] == ["Themen"]


def test_a_lowest_score_can_be_tried(view, panel):
    panel.lowest.edit("lowest_score", "1000")
    assert view.tandems.rows == []
    assert "niemand statt" in panel.changes.value


def test_a_decision_holds_for_what_is_tried_and_leaves_it(run, view, panel):
    enter(panel, turned(run))
    tried = view.model.tried
    row = view.tandems.rows[0]
    view.model.act(row["id"].partition(":")[2], partner(view, row), "forbid")
    view.model.agree("Sie kennen sich.")
    assert len(run.decisions) == 1
    assert view.model.tried == tried
    assert (row["mentee"]["text"], row["mentor"]["text"]) not in shown_pairs(view)


def partner(view, row):
    solved, i = view.model.state.solved, view.model.index(row["id"])
    return solved.pool.mentors[solved.solution.mate[i]].person_id


def test_what_is_tried_is_saved_as_a_scenario_with_its_goal(run, view, panel):
    view.goal.value = "fair"
    weights = turned(run)
    enter(panel, weights)
    panel.keep.click()
    panel.name.edit("name", "Themen zuerst")
    panel.name.edit("comment", "Im Mai so besprochen")
    panel.question.yes.click()
    (made,) = run.scenarios
    assert (made.name, made.goal, made.comment) == ("Themen zuerst", "fair", "Im Mai so besprochen")
    assert made.weights == weights
    assert not visible(panel.question)
    assert "„Themen zuerst“ ist gespeichert" in view.model.message
    panel.keep.click()
    panel.name.edit("name", "themen zuerst")
    panel.question.yes.click()
    assert view.model.refused
    assert visible(panel.question)
    assert panel.name.values["name"] == "themen zuerst"


def test_the_app_begins_with_the_scenario_that_is_the_proposal(run):
    weights = turned(run)
    run.make_proposal(run.save_scenario("Themen <zuerst>", "fair", weights=weights))
    view = MatchingView(MatchingModel(run))
    assert "auf dem Szenario „Themen &lt;zuerst&gt;“" in view.resting.value
    assert view.goal.value == "fair"
    assert not view.model.trying
    view.weights.opened = True
    panel = view.weights.body.children[0]
    assert {n: int(v) for n, v in panel.form.values.items()} == weights
    assert not visible(panel.proposal)
    panel.programme.click()
    assert view.model.trying
    assert visible(panel.proposal)
    panel.proposal.click()
    assert not view.model.trying
    view.goal.value = "total"
    assert view.model.trying
    assert visible(panel.proposal)
    panel.proposal.click()
    assert (view.goal.value, view.model.trying) == ("fair", False)
    view.model.ask("approve")
    assert "auf dem Szenario „Themen &lt;zuerst&gt;“" in view.question.text.value
    view.model.agree()
    assert run.record.approved_weights == weights
    assert "Freigegeben unter dem Szenario" in view.resting.value


def test_a_proposal_that_a_colleague_made_is_taken_over_when_the_run_is_read_again(run, view, panel):
    weights = turned(run)
    run.make_proposal(run.save_scenario("Neu", "fair", weights=weights))
    view.model.refresh()
    assert view.goal.value == "fair"
    assert not view.model.trying
    assert {n: int(v) for n, v in panel.form.values.items()} == weights


def test_who_may_neither_decide_nor_approve_tries_weights_for_herself(run, monkeypatch):
    for action in ("matching.decide", "matching.approve"):
        monkeypatch.setitem(permissions.PERMISSIONS, action, {})
    view = MatchingView(MatchingModel(run))
    panel = WeightsPanel(WeightsModel(view.model))
    enter(panel, turned(run))
    assert view.model.trying
    assert not visible(panel.keep)
    assert run.scenarios == []


def test_criteria_that_the_programme_gets_meanwhile_can_be_weighed_too(run, view, panel):
    enter(panel, turned(run))
    with run.bench.store.write("karla", "test") as writer:
        programme = writer.get(Programme, run.programme.id)
        topics, experience = programme.settings.criteria
        hours = Criterion(name="hours", weight=400)
        changed = programme.settings.model_copy(
            update={"criteria": (topics, hours, experience.model_copy(update={"weight": 0}))}
        )
        writer.save(programme.with_(settings=changed))
    view.model.refresh()
    assert list(panel.form.values) == ["topics", "hours", "experience"]
    panel.form.edit("hours", "500")
    assert panel.form.errors == {}
    panel.programme.click()
    assert not view.model.trying
    assert panel.form.values["hours"] == "400"
