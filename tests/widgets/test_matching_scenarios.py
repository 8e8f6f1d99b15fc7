"""Scenarios side by side in the app of the matching."""

import pytest
from matching_weights_run import run_that_hangs_on_weights, turned
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel

from mentorkit.matching import scenarios, side_by_side
from mentorkit.privacy import permissions


@pytest.fixture
def run(tmp_path):
    with run_that_hangs_on_weights(tmp_path) as run:
        yield run


@pytest.fixture
def made(run):
    """A scenario in which all tandems are others."""
    return run.save_scenario("Andersherum", weights=turned(run), comment="Aus dem Gespräch im Mai")


@pytest.fixture
def view(run, made):
    view = MatchingView(MatchingModel(run))
    view.tabs.value = "scenarios"
    return view


@pytest.fixture
def part(view):
    (part,) = view.tabs.panel("scenarios").children
    return part


def press(part, row, deed):
    part.table.select(row)
    part.buttons[deed].click()


def offered(part, row):
    part.table.select(row)
    return {deed for deed, button in part.buttons.items() if visible(button)}


def row_of(part, key):
    return next(row for row in part.table.rows if row["id"] == key)


def visible(widget):
    return widget.layout.display != "none"


def test_rows_tell_what_comes_of_each_way_without_saving_anything(run, made, view, part):
    assert [row["id"] for row in part.table.rows] == ["now", "free", made.id, "goal-fair"]
    expected = side_by_side.frame(side_by_side.compare(run.bench.store, run.bench.actor, run.id))
    assert [row["own"]["sort"] for row in part.table.rows] == expected.own_total.tolist()
    assert [row["changed"]["sort"] for row in part.table.rows] == expected.changed.tolist()
    assert row_of(part, made.id)["name"]["note"] == "Höchste Passung insgesamt · Aus dem Gespräch im Mai"
    assert ["scenarios", "Szenarien (1)"] in view.tabs.list.tabs
    assert len(run.scenarios) == 1


def test_nothing_is_compared_before_somebody_looks(run, made, monkeypatch):
    called = []
    monkeypatch.setattr(side_by_side, "compare", lambda *_, **__: called.append(1) or [])
    view = MatchingView(MatchingModel(run))
    assert called == []
    view.tabs.value = "scenarios"
    assert called == [1]


def test_a_row_tells_who_would_have_another_partner(part, made):
    part.table.select(made.id)
    assert "Eva Muster1: Eva Muster6 statt Eva Muster5" in part.differs.value
    assert "2 Tandems, die keine andere Zeile hat" in part.differs.value
    part.table.select("now")
    assert "so, wie sie jetzt sind" in part.differs.value


def test_a_scenario_becomes_the_proposal_after_a_question_and_gives_way_again(run, made, view, part):
    own = run.match().to_json()
    press(part, made.id, "propose")
    assert "für 2 Mentees ändert sich etwas" in part.question.text.value
    assert run.proposal is None
    part.question.yes.click()
    assert run.proposal == made
    assert "auf dem Szenario „Andersherum“" in view.resting.value
    assert not visible(part.question)
    assert "der Vorschlag" in row_of(part, made.id)["name"]["note"]
    assert offered(part, made.id) == {"rename"}
    assert offered(part, "now") == {"undo"}
    assert row_of(part, "now")["changed"]["sort"] == 0
    press(part, "now", "undo")
    part.question.yes.click()
    assert run.match().to_json() == own
    assert view.model.message == "Der Vorschlag beruht wieder auf den Gewichten des Programms."


def test_what_was_tried_gives_way_to_the_scenario_that_becomes_the_proposal(run, made, view, part):
    view.weights.opened = True
    (panel,) = view.weights.body.children
    for name, weight in turned(run).items():
        panel.form.edit(name, str(weight))
    assert view.model.trying
    press(part, made.id, "propose")
    part.question.yes.click()
    assert not view.model.trying
    assert panel.changes.value == ""


def test_the_tandems_of_a_row_are_looked_at_by_oneself_with_its_weights_and_goal(run, view, part):
    fair = run.save_scenario("Fair", "fair", weights=turned(run))
    view.weights.opened = True
    (panel,) = view.weights.body.children
    own = dict(panel.form.values)
    view.model.refresh()
    part.table.select(fair.id)
    part.try_on.click()
    assert (view.tabs.value, view.goal.value, view.model.trying) == ("tandems", "fair", True)
    assert {name: int(text) for name, text in panel.form.values.items() if name != "lowest_score"} == turned(
        run
    )
    assert {row["mentor"]["text"] for row in view.tandems.rows if row["id"] == "mentee:P1"} == {"Eva Muster6"}
    assert run.proposal is None
    view.tabs.value = "scenarios"
    part.table.select("now")
    part.try_on.click()
    assert (view.goal.value, view.model.trying, panel.form.values) == ("total", False, own)
    part.table.select("free")
    assert not visible(part.try_on)


def test_without_the_programmes_weights_in_force_they_stand_beside(run, made, view, part):
    run.make_proposal(made)
    view.model.refresh()
    assert [row["id"] for row in part.table.rows] == ["now", "free", "own", made.id, "goal-fair"]
    press(part, "own", "undo")
    part.question.yes.click()
    assert run.proposal is None


def test_a_yes_counts_for_the_proposal_that_was_shown_with_the_question(run, made, view, part):
    other = run.save_scenario("Ein anderes", weights=turned(run))
    run.make_proposal(other)
    view.model.refresh()
    press(part, made.id, "propose")
    run.make_proposal(None)
    view.model.refresh()
    part.question.yes.click()
    assert view.model.refused
    assert run.proposal is None


def test_the_proposal_cannot_be_deleted_and_another_scenario_only_after_a_question(run, made, view, part):
    run.make_proposal(made)
    view.model.refresh()
    press(part, made.id, "delete")
    assert part.model.asked is None
    run.make_proposal(None)
    view.model.refresh()
    press(part, made.id, "delete")
    part.question.no.click()
    assert run.scenarios == [made]
    press(part, made.id, "delete")
    part.question.yes.click()
    assert run.scenarios == []
    assert [row["id"] for row in part.table.rows] == ["now", "free", "goal-fair"]


def test_renaming_to_a_name_that_is_taken_keeps_what_was_typed(run, made, view, part):
    run.save_scenario("Zweites", "fair")
    view.model.refresh()
    press(part, made.id, "rename")
    part.form.edit("name", "zweites")
    part.renaming.yes.click()
    assert view.model.refused
    assert "Es gibt schon ein Szenario „Zweites“" in view.model.message
    assert visible(part.renaming)
    part.form.edit("name", "Drittes")
    part.renaming.yes.click()
    assert [s.name for s in run.scenarios] == ["Drittes", "Zweites"]
    assert not visible(part.renaming)


def test_who_comes_after_a_colleague_is_told_and_sees_what_is(run, made, view, part):
    press(part, made.id, "delete")
    scenarios.rename(run.bench.store, run.bench.actor, made, "Von Karla umbenannt")
    part.question.yes.click()
    assert view.model.refused
    assert [s.name for s in run.scenarios] == ["Von Karla umbenannt"]
    assert row_of(part, made.id)["name"]["text"] == "Von Karla umbenannt"


def test_a_scenario_saved_in_the_panel_stands_in_the_table(run, view, part):
    view.weights.opened = True
    (panel,) = view.weights.body.children
    panel.name.edit("name", "Zweites")
    panel.question.yes.click()
    assert "Zweites" in {row["name"]["text"] for row in part.table.rows}


def test_once_approved_or_without_the_right_nothing_is_offered(run, made, monkeypatch):
    def offered_at_all():
        view = MatchingView(MatchingModel(run))
        view.tabs.value = "scenarios"
        (part,) = view.tabs.panel("scenarios").children
        return set().union(*(offered(part, row["id"]) for row in part.table.rows))

    with monkeypatch.context() as patched:
        patched.setitem(permissions.PERMISSIONS, "matching.approve", {})
        assert offered_at_all() == {"rename", "delete"}
    with monkeypatch.context() as patched:
        patched.setitem(permissions.PERMISSIONS, "matching.decide", {})
        assert offered_at_all() == {"propose"}
    run.approve(run.match())
    assert offered_at_all() == set()


def test_there_is_nothing_to_compare_without_applications(tmp_path):
    with run_that_hangs_on_weights(tmp_path, people=False) as run:
        view = MatchingView(MatchingModel(run, show="scenarios"))
        assert view.model.blockers
        assert view.tabs.panel("scenarios").children[0].table.rows == []
