"""What all reports share: the run they are about, and how their parts are displayed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from mentorkit.language import LANGUAGES, formats, say, set_default_voice
from mentorkit.programme.records import Application
from mentorkit.reports.figures import configure
from mentorkit.reports.markdown import literal
from mentorkit.run import Run
from mentorkit.workbench import open_workbench

if TYPE_CHECKING:
    import pandas as pd


class Report:
    """Base of the reports: the run they are about."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.programme = run.programme

    @classmethod
    def open(cls, run: str | None = None, language: str | None = None) -> Self:
        """Open the workbench of ``MENTORKIT_BENCH`` as ``MENTORKIT_USER``, and set up the notebook.

        Parameters
        ----------
        run
            Reference of the run; with only one there is nothing to say.
        language
            Language of the report; the programme's by default.

        Raises
        ------
        mentorkit.errors.MentorkitError
            If the workbench cannot be opened or there is no such run.
        """
        configure()
        report = cls(open_workbench().run(run))
        known = next((code for code in LANGUAGES if code == language), None)
        set_default_voice(report.programme.settings.voice(known))
        return report

    @cached_property
    def applications(self) -> list[Application]:
        """The applications the actor may see, in German order of names."""
        return sorted(
            self.run.application_records, key=lambda a: (a.role, *formats.din5007(a.last_name), a.id)
        )

    @cached_property
    def tandems(self) -> pd.DataFrame:
        """The approved tandems; before the approval, those that were made one by one."""
        return self.run.tandems

    def _whether_all(self, rows: pd.DataFrame) -> None:
        """Say that there are no tandems, or that those there are were made before the approval."""
        if not len(rows):
            write(say("No tandems have been formed yet."))
        elif self.run.record.approved_at is None:
            write(say("The tandems are not approved yet; these were made one by one."))


def write(markdown: str) -> None:
    """Display a part of a report; words of people go through :func:`.markdown.literal` before."""
    from IPython.display import Markdown, display

    display(Markdown(markdown))  # type: ignore[no-untyped-call]


def bullets(sentences: list[str]) -> None:
    """Display sentences as a list."""
    write("\n".join(f"- {literal(sentence)}" for sentence in sentences))
