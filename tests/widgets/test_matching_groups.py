"""The tab that tells how groups fare."""

import pytest
from app_people import apply
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel

from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def run(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    run = bench.add("cross-company")
    for number in range(16):
        answers = {"field": "Technik" if number % 4 < 2 else "Personal", "topics": ["Recht"]}
        apply(
            run, number, "mentor" if number % 2 else "mentee", organisation=f"Firma {number}", answers=answers
        )
    yield run
    bench.close()


def tab_of(run):
    view = MatchingView(MatchingModel(run))
    view.model.show = "overview"
    return view, view.tabs.panel("overview").children[0].children[1]


def test_groups_too_small_to_be_told_are_named_as_withheld(run):
    _, part = tab_of(run)
    assert part.table.rows == []
    assert "Nicht ausgewiesen" in part.told.value


def test_each_group_has_its_bars(run):
    for number in range(16, 24):
        answers = {"field": "Technik" if number % 4 < 2 else "Personal", "topics": ["Recht"]}
        role = "mentor" if number % 2 else "mentee"
        apply(run, number, role, organisation=f"Firma {number}", answers=answers)
    view, part = tab_of(run)
    assert {row["group"]["text"] for row in part.table.rows} == {"Personal", "Technik"}
    assert all(row["people"] == 6 and row["share"]["text"] == "100 %" for row in part.table.rows)
    assert part.table.caption == "Tandems und Passung je Gruppe"
    assert "wishes" not in {column["key"] for column in part.table.columns}
    before = part.table.rows
    tandem = view.model.state.solved.tandems.iloc[0]
    view.model.act(tandem.mentee_id, tandem.mentor_id, "lock")
    view.model.agree()
    assert len(part.table.rows) == len(before)


def test_approved_tandems_are_told_as_they_were_approved(run):
    run.approve(run.match())
    _, part = tab_of(run)
    assert part.layout.display != "none"
