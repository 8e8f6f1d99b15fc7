from __future__ import annotations

import ipywidgets as w
import pytest

from mentorkit.language import Voice, set_default_voice


@pytest.fixture(autouse=True)
def _clean_page():
    """Every test begins with the same voice, and leaves no widget behind."""
    set_default_voice(Voice())
    yield
    w.Widget.close_all()
    set_default_voice(Voice())
