"""The page an app stands on: which workbench, who acts, which run, which language."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import parse_qs

from mentorkit.language import LANGUAGES, set_default_voice
from mentorkit.workbench import Run, Workbench, open_workbench


@dataclass(frozen=True)
class Page:
    """What the server told this kernel, ready to use."""

    bench: Workbench
    run: Run | None

    @classmethod
    def from_environment(cls) -> Page:
        """Open the workbench as the user whom the server verified, with the run that was chosen.

        In JupyterLab, where no server speaks for a user, ``MENTORKIT_USER`` says who acts.

        Raises
        ------
        mentorkit.errors.MentorkitError
            If the workbench cannot be opened, the user has no role, or there is no such run.
        """
        served = os.environ.get("SERVER_SOFTWARE", "").startswith("voila")
        user = os.environ.get("HTTP_X_MENTORKIT_USER") if served else os.environ.get("MENTORKIT_USER")
        bench = open_workbench(user=user)
        asked = parse_qs(os.environ.get("QUERY_STRING", "")).get("run", [os.environ.get("MENTORKIT_RUN", "")])[0]
        runs = bench.runs
        run = next((run for run in runs if run.id == asked), runs[0] if len(runs) == 1 or not asked else None)
        chosen = os.environ.get("MENTORKIT_LANGUAGE", "")
        language = next((known for known in LANGUAGES if known == chosen), None)
        if run is not None:
            set_default_voice(run.programme.settings.voice(language))
        return cls(bench, run)
