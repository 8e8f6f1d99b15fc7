"""The tab with all pairs as a map."""

import pytest
from app_people import apply
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel

from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def run(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    run = bench.add("cross-administration")
    people = (("mentee", "Kamen"), ("mentee", "Werne"), ("mentor", "Lünen"), ("mentor", "Kamen"))
    for number, (role, organisation) in enumerate(people):
        answers = {"pay_grade": 9 if role == "mentee" else 12, "topics": ["Recht"]}
        apply(run, number, role, organisation=organisation, answers=answers)
    yield run
    bench.close()


@pytest.fixture
def view(run):
    made = MatchingView(MatchingModel(run))
    made.model.show = "overview"
    return made


def tab_of(view):
    return view.tabs.panel("overview").children[0].children[0]


def test_the_chosen_pairs_are_marked_and_every_row_is_told_as_text(view):
    part = tab_of(view)
    assert list(part.map._states).count(2) == 2
    part.text.opened = True
    assert len(part.table.rows) == 2
    assert all("(" in row["chosen"] for row in part.table.rows)


def test_staying_on_a_pair_tells_who_score_rule_and_price(view):
    part = tab_of(view)
    for row in range(2):
        for column in range(2):
            part.map.visit(row, column)
            assert "Passung: " in part.map.told
    told = []
    for row in range(2):
        for column in range(2):
            part.map.visit(row, column)
            told.append(part.map.told)
    assert sum("Das Matching schlägt die beiden vor." in sentence for sentence in told) == 2
    assert any("Nicht zulässig:" in sentence for sentence in told)
    assert any("Gegenüber dem Vorschlag:" in sentence for sentence in told)


def test_opening_a_pair_shows_both_side_by_side(view):
    part = tab_of(view)
    part.map.open_cell(0, 1)
    assert view.model.beside == part._pair(0, 1)


def test_a_decision_is_seen_on_the_map(run, view):
    part = tab_of(view)
    matching = view.model.state.matching
    i, j = matching.indices[0]
    pair = matching.pool.mentees[i].person_id, matching.pool.mentors[j].person_id
    view.model.act(*pair, "lock")
    view.model.agree()
    assert list(part.map._states).count(3) == 1


def test_the_map_is_drawn_anew_only_while_it_is_looked_at(run, view):
    part = tab_of(view)
    view.model.show = "tandems"
    before = part.map._states
    tandem = view.model.state.solved.tandems.iloc[0]
    view.model.act(tandem.mentee_id, tandem.mentor_id, "lock")
    view.model.agree()
    assert part.map._states == before
    view.model.show = "overview"
    assert list(part.map._states).count(3) == 1
