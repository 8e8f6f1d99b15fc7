"""Records as tidy pandas frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mentorkit.programme.records import Application
from mentorkit.programme.settings import ProgrammeSettings

if TYPE_CHECKING:
    import pandas as pd

#: Columns every frame of applications begins with.
LEADING = (
    "application_id",
    "person_id",
    "role",
    "first_name",
    "last_name",
    "organisation",
    "status",
    "result",
    "takes_part",
    "place",
)


def applications_frame(applications: Sequence[Application], settings: ProgrammeSettings) -> pd.DataFrame:
    """Return one row per application and one column per question of the programme.

    Lists (topics, languages) stay lists; a question that was not asked or not understood is missing.
    ``status`` is what the machine found, ``decision`` what a person decided (``admitted``, ``refused``), and
    ``result`` the status that both come to.
    """
    import pandas as pd

    asked = list(dict.fromkeys((*settings.questions.mentee, *settings.questions.mentor)))
    rows = [
        {
            "application_id": a.id,
            **{name: getattr(a, name) for name in LEADING[1:]},
            **{name: a.answers.get(name) for name in asked},
            "findings": [finding.code for finding in a.findings],
            "withdrawn": a.withdrawn is not None,
            "decision": a.overruled.verdict if a.overruled else None,
        }
        for a in applications
    ]
    return pd.DataFrame(rows, columns=[*LEADING, *asked, "findings", "withdrawn", "decision"])
