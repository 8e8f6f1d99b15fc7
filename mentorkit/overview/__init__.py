"""What the start page tells: where the runs stand, what is due, what was changed lately."""

from mentorkit.overview.changes import Change, changes
from mentorkit.overview.due import Due, by_urgency, due, most_urgent
from mentorkit.overview.runs import STAGES, Overview, Stage, overview, overviews
from mentorkit.overview.year import PHASES, Year, year

__all__ = [
    "PHASES", "STAGES", "Change", "Due", "Overview", "Stage", "Year", "by_urgency", "changes", "due",
    "most_urgent", "overview", "overviews", "year",
]  # fmt: skip
