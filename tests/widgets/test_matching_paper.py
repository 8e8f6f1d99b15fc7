"""The proposal on paper, from the app of the matching."""

import pytest
from app_people import apply
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel

from mentorkit.matching.weighing import weighing_of
from mentorkit.reports import service
from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def run(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    run = bench.add("cross-administration")
    for number, (role, organisation) in enumerate((("mentee", "Kamen"), ("mentor", "Werne"))):
        apply(run, number, role, organisation=organisation, answers={"topics": ["Recht"]})
    yield run
    bench.close()


@pytest.fixture
def made(monkeypatch):
    """The reports that were made."""
    asked = []
    monkeypatch.setattr(service, "make", lambda run, name, goal: asked.append((name, goal)) or b"%PDF")
    return asked


def test_one_press_makes_the_report_and_offers_it(run, made):
    view = MatchingView(MatchingModel(run))
    view.paper.make.click()
    assert made == [("matching", "total")]
    assert view.paper.download.content == b"%PDF"
    assert view.paper.download.name.endswith(".pdf")


def test_a_file_that_tells_of_another_proposal_is_withdrawn(run, made):
    view = MatchingView(MatchingModel(run))
    view.paper.make.click()
    tandem = view.model.state.solved.tandems.iloc[0]
    view.model.act(tandem.mentee_id, tandem.mentor_id, "forbid")
    view.model.agree()
    assert not view.paper.download.content


def test_once_approved_the_reports_have_it(run, made):
    run.approve(run.match())
    assert MatchingView(MatchingModel(run)).paper.layout.display == "none"


def test_the_paper_tells_of_the_goal_that_is_shown_and_of_no_weights_that_are_tried(run, made):
    view = MatchingView(MatchingModel(run))
    view.model.goal = "fair"
    view.paper.make.click()
    assert made == [("matching", "fair")]
    settings = run.programme.settings
    weights = {criterion.name: 1 for criterion in settings.criteria}
    view.model.try_out(weighing_of(settings, "fair", weights, None))
    assert view.paper.layout.display == "none"
