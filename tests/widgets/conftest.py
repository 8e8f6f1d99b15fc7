from __future__ import annotations

import ipywidgets as w
import pytest
from matching_board import fill
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel

from mentorkit.language import Voice, set_default_voice
from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def empty_run(tmp_path):
    """A run of the administrations' programme to which nobody has applied."""
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    yield bench.add("cross-administration")
    bench.close()


@pytest.fixture
def run(empty_run):
    """Four mentees for three mentors of other organisations."""
    return fill(empty_run)


@pytest.fixture
def view(run):
    """The board of the run."""
    return MatchingView(MatchingModel(run))


@pytest.fixture(autouse=True)
def _clean_page():
    """Every test begins with the same voice, and leaves no widget behind."""
    set_default_voice(Voice())
    yield
    w.Widget.close_all()
    set_default_voice(Voice())
