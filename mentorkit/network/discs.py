"""How arrows bend between discs, and how the names of organisations stand beside theirs."""

from __future__ import annotations

import math
from collections.abc import Mapping

from mentorkit.language import say
from mentorkit.network.layout import Disc
from mentorkit.network.lettering import label, wrap
from mentorkit.network.shapes import Pen, Sheet


def middle(discs: Mapping[str | None, Disc]) -> tuple[float, float]:
    """Return the middle of all discs."""
    xs, ys = [disc.x for disc in discs.values()], [disc.y for disc in discs.values()]
    return (sum(xs) / len(xs), sum(ys) / len(ys)) if xs else (0.0, 0.0)


def bend_inwards(a: Disc, b: Disc, towards: tuple[float, float]) -> float:
    """Return how far an arrow bends towards a point, as a share of its length."""
    dx, dy = b.x - a.x, b.y - a.y
    inwards = -dy * (towards[0] - (a.x + b.x) / 2) + dx * (towards[1] - (a.y + b.y) / 2)
    return max(-0.25, min(0.25, 0.6 * inwards / (dx * dx + dy * dy or 1.0)))


def name_discs(
    sheet: Sheet, discs: Mapping[str | None, Disc], classes: Mapping[str | None, str], *, outwards: bool
) -> None:
    """Write the organisations' names outside their discs: away from the middle, or above where in rows.

    ``classes`` are attributes to write at the names.
    """
    centre = middle(discs)
    size = min(40.0, max([16.0, *(disc.r / 14 for disc in discs.values())]))
    for organisation, disc in discs.items():
        name = organisation or say("no organisation")
        lines = wrap(label(name), 13 * size, size, most=3, bold=True)
        dx, dy = (disc.x - centre[0], disc.y - centre[1]) if outwards else (0.0, -1.0)
        length = math.hypot(dx, dy) or 1.0
        x, y = disc.x + dx / length * (disc.r + 10), disc.y + dy / length * (disc.r + 10)
        anchor = "middle" if abs(dx) < 0.35 * length else "start" if dx > 0 else "end"
        height = 1.25 * size
        if anchor != "middle":
            # beside a disc several lines stand in the middle, above it they end there, below they begin
            y += 0.3 * size - height * (len(lines) - 1) * (1 - dy / length) / 2
        else:
            y += -height * (len(lines) - 1) if dy < 0 else 0.75 * size
        for i, line in enumerate(lines):
            pen = Pen(size, anchor, bold=True, more=classes.get(organisation, ""))
            sheet.write("heads", line, x, y + height * i, pen)
