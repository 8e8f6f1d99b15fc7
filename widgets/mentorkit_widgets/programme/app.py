"""Programme: begin one or its next run, change everything in it, see beforehand what that does."""

from __future__ import annotations

import ipywidgets as w

from mentorkit_widgets.page import Page, open_app


def programme_app() -> w.Widget:
    """Return the app in which programmes and runs are set up."""
    from mentorkit_widgets.programme.model import ProgrammeModel
    from mentorkit_widgets.programme.view import ProgrammeView

    def build(page: Page) -> w.Widget:
        return ProgrammeView(ProgrammeModel(page.bench, page.run), page.query.get("part", ""))

    return open_app(build)
