"""Criteria: what makes a good tandem, as numbers from 0 to 1 over all pairs at once.

A programme's settings name criteria with weights in points of 1,000. Each criterion's points are rounded to
whole numbers before they are summed, so the contributions of a pair are exactly its score. What is not
known counts half: it neither helps nor harms.

A criterion of one's own takes a few lines:

>>> from mentorkit.matching.criteria import criterion, same
>>> @criterion("department", "Same department")
... def department(pool):
...     return same(*pool.columns("department"))
"""

from mentorkit.matching.criteria import answers, history  # they register the criteria
from mentorkit.matching.criteria.levels import Levels, by_answer, numbers, same
from mentorkit.matching.criteria.registry import (
    MEASURES,
    Measure,
    Option,
    Scores,
    criterion,
    evaluate,
    measure,
    values_of,
    weigh,
)

__all__ = (
    "MEASURES",
    "Levels",
    "Measure",
    "Option",
    "Scores",
    "answers",
    "by_answer",
    "criterion",
    "evaluate",
    "history",
    "measure",
    "numbers",
    "same",
    "values_of",
    "weigh",
)
