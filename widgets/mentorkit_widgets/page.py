"""The page an app stands on: which workbench, who acts, which run, which language."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import parse_qsl, urlencode

import ipywidgets as w

from mentorkit.errors import MentorkitError
from mentorkit.language import LANGUAGES, Voice, say, set_default_voice
from mentorkit.run import Run
from mentorkit.workbench import Workbench, open_workbench
from mentorkit_widgets.base import markup, paragraph
from mentorkit_widgets.components.laid_out import LaidOut

App = Literal["start", "programme", "intake", "matching", "network", "reports", "privacy"]


@dataclass(frozen=True)
class Page:
    """What the server told this kernel, ready to use."""

    bench: Workbench
    run: Run | None
    #: The rest of the address, such as which rows a link points at.
    query: dict[str, str] = field(default_factory=dict)
    #: The run that was asked for; empty where none was.
    asked: str = ""

    @classmethod
    def from_environment(cls) -> Page:
        """Open the workbench as the user whom the server verified, with the run that was chosen.

        In JupyterLab, where no server speaks for a user, ``MENTORKIT_USER`` says who acts.

        Raises
        ------
        mentorkit.errors.MentorkitError
            If the workbench cannot be opened, the user has no role, or there is no such run.
        """
        chosen = os.environ.get("MENTORKIT_LANGUAGE", "")
        language = next((known for known in LANGUAGES if known == chosen), None)
        set_default_voice(Voice(language or "de"))
        served = os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
        user = os.environ.get("HTTP_X_MENTORKIT_USER") if served else os.environ.get("MENTORKIT_USER")
        bench = open_workbench(user=user)
        query = dict(parse_qsl(os.environ.get("QUERY_STRING", "")))
        asked = query.get("run") or os.environ.get("MENTORKIT_RUN", "")
        run = _chosen(bench.runs, asked)
        if run is not None:
            set_default_voice(run.programme.settings.voice(language))
        return cls(bench, run, query, asked)


def _chosen(runs: list[Run], asked: str) -> Run | None:
    if not asked:
        return runs[0] if runs else None
    return next((run for run in runs if run.id == asked), None)


def address(app: App, run_id: str, **query: str) -> str:
    """Return the address of an app for a run, relative to the other apps."""
    return f"{app}?{urlencode({'run': run_id, **query})}"


def way_in(token: str) -> str:
    """Return where somebody chooses a password, relative to the apps; where others log in, theirs."""
    return os.environ.get("MENTORKIT_LOG_IN") or f"invitation?token={token}"


def form_link(token: str) -> str:
    """Return the address of a personal link, relative to the apps unless its forms are served elsewhere."""
    return f"{os.environ.get('MENTORKIT_FORMS', '')}apply/{token}"


def open_app(build: Callable[[Page], w.Widget]) -> w.Widget:
    """Return the app that ``build`` makes for this page, or a sentence on why there is none."""
    try:
        return build(Page.from_environment())
    except MentorkitError as error:
        return _instead(str(error))


def open_run_app(build: Callable[[Page, Run], w.Widget]) -> w.Widget:
    """Return an app that works on one run; where none is chosen, links to the runs there are."""

    def choose(page: Page) -> w.Widget:
        if page.run is not None:
            return build(page, page.run)
        if page.asked:  # whether there is one is not told
            return _instead(say("Your role does not reach this run, or there is none of this name."))
        return _instead(say("Please choose a run first."))

    return open_app(choose)


def _instead(sentence: str) -> w.Widget:
    link = markup('<p><a href="start">{word}</a></p>', word=say("To the start page"))
    shown = w.VBox(
        [
            LaidOut(
                markup("<h1>{title}</h1>", title=say("Nothing to show"))
                + paragraph(sentence, "mk-blocker")
                + link
            )
        ]
    )
    shown.add_class("mk-app")
    return shown
