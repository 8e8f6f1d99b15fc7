"""A step of a few in an order, such as a run: a native slider with a name and words for its steps.

How to use it::

    slider = Slider(say("Run"), {"2019": "2019", "2021": "2021"}, "2021")
    slider.observe(..., "value")

The stock slider has no name. The steps stand below it, so that one sees how many there are.
"""

from __future__ import annotations

from mentorkit_widgets.components.assets import script, style
from mentorkit_widgets.components.choice import Choice


class Slider(Choice):
    """A choice of one step; see :class:`~mentorkit_widgets.components.choice.Choice` for its parameters."""

    _esm = script("slider")
    _css = style("slider")
