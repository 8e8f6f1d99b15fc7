import pytest
from matching_board import colleague_decides, decide, fill, pair_of, visible
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel

from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def run(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    yield fill(bench.add("cross-administration"))
    bench.close()


@pytest.fixture
def view(run):
    return MatchingView(MatchingModel(run))


def test_the_buttons_name_what_they_undo_and_restore(run, view):
    assert not visible(view.steps)
    decide(view, view.tandems.rows[0]["id"], "forbid", "Zu weit weg")
    assert visible(view.steps)
    assert view.back.description == "Zurücknehmen: Eva Muster1 mit Eva Muster5 ausgeschlossen"
    assert not visible(view.forth)
    view.back.click()
    assert run.decisions == []
    assert view.model.message.startswith("Zurückgenommen: Eva Muster1 mit Eva Muster5 ausgeschlossen.")
    assert not visible(view.back)
    assert view.forth.description == "Wiederherstellen: Eva Muster1 mit Eva Muster5 ausgeschlossen"
    view.forth.click()
    assert [(d.kind, d.reason) for d in run.decisions] == [("forbid", "Zu weit weg")]
    assert view.model.message.startswith("Wiederhergestellt: Eva Muster1 mit Eva Muster5 ausgeschlossen.")


def test_a_step_over_somebody_elses_decision_is_refused_in_a_sentence(run, view):
    key = view.tandems.rows[0]["id"]
    pair = pair_of(view, key)
    decide(view, key, "lock")
    colleague_decides(run, pair, "forbid", seen=run.decisions[0])
    view.back.click()
    assert view.model.refused
    assert view.model.message.startswith(
        "karla hat inzwischen geändert, was zu Eva Muster1 und Eva Muster5 gilt"
    )
    assert [d.kind for d in run.decisions] == ["forbid"]


def test_approved_tandems_have_no_steps(run, view):
    decide(view, view.tandems.rows[0]["id"], "lock")
    view.approve.click()
    view.question.yes.click()
    assert not visible(view.steps)
