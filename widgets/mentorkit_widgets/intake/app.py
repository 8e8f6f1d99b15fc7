"""The intake: read files, look at the doubtful and the refused, mend, overrule, take in, select."""

from __future__ import annotations

import os
from pathlib import Path

import ipywidgets as w

from mentorkit.run import Run
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.page import Page, open_run_app


def _samples(preset: str) -> list[Path]:
    """Return the files with invented people that a demo offers."""
    if os.environ.get("MENTORKIT_DEMO") != "1":
        return []
    from mentorkit.examples import sample_files

    return sample_files(preset)


def intake_app() -> w.Widget:
    """Return the app of the intake."""
    from mentorkit_widgets.intake.view import IntakeView

    def build(page: Page, run: Run) -> w.Widget:
        model = IntakeModel(run, _samples(run.programme.preset))
        model.point_at(page.query)
        return IntakeView(model)

    return open_run_app(build)
