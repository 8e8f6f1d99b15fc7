"""The pieces a picture is made of: text, symbols and arrows as SVG, and the sheet they are drawn on."""

from __future__ import annotations

import hashlib
import html
import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, get_args

from mentorkit.language import voice
from mentorkit.network.boxes import Frame
from mentorkit.network.layout import Disc
from mentorkit.network.lettering import clean, width

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif"
NAMESPACE = "http://www.w3.org/2000/svg"
COLOURS = {"mentor": "#0072B2", "mentee": "#D55E00", "both": "#009E73", "event": "#A8497F"}
INK, SOFT, LINE, PAPER, GROUP, EDGE = "#1f2933", "#52606d", "#5f6f7f", "#ffffff", "#f1f5f8", "#b8c4cf"

#: How the states of tandems are told apart, where there are several; what is dissolved is crossed out, too.
_DASHES = {"proposed": "7 5", "active": "", "concluded": "18 5", "past": "2 4", "dissolved": "11 4 2 4"}
_SHAPES = {
    "mentor": "M-8-8H8V8H-8Z",
    "mentee": "M-9 0A9 9 0 1 0 9 0A9 9 0 1 0-9 0Z",
    "both": "M0-11L11 0L0 11L-11 0Z",
    "event": "M0-11L11 8H-11Z",
}


class Pen(NamedTuple):
    """How words are written; ``anchor`` is the place of (x, y) on the base line."""

    size: float
    anchor: str = "middle"
    bold: bool = False
    fill: str = INK
    #: Attributes of the line besides its look, with a blank before each.
    more: str = ""


def escape(text: str) -> str:
    """Make plain text safe inside an element or an attribute."""
    return html.escape(clean(text))


def text(words: str, x: float, y: float, pen: Pen) -> str:
    """Write one line; dark words get a white rim, so that they stay readable over arrows."""
    look = f' text-anchor="{pen.anchor}"' if pen.anchor != "start" else ""
    look += ' font-weight="700"' if pen.bold else ""
    look += f' fill="{pen.fill}"'
    if pen.fill == INK:
        look += f' stroke="{PAPER}" stroke-width="3" stroke-linejoin="round" paint-order="stroke"'
    return f'<text{pen.more} x="{x:.1f}" y="{y:.1f}" font-size="{pen.size:g}"{look}>{escape(words)}</text>'


def sign(role: str) -> str:
    """Draw the sign of a role around the origin, as the legend shows it."""
    return _path(role, f' class="mkn-{role}"')


def node(role: str, place: tuple[float, float], scale: float, attributes: str, hint: str) -> str:
    """Draw somebody's sign: a square for mentors, a circle for mentees, a diamond for both; or an event's."""
    move = f"translate({place[0]:.1f} {place[1]:.1f})" + f" scale({scale:g})" * (scale != 1)
    return _path(role, f'{attributes} transform="{move}"', hint)


def _path(role: str, attributes: str, inside: str = "") -> str:
    look = f'd="{_SHAPES[role]}" fill="{COLOURS[role]}" stroke="{PAPER}" stroke-width="1.5"'
    return f"<path{attributes} {look}>{inside}</path>" if inside else f"<path{attributes} {look}/>"


def circle(disc: Disc, fill: str, more: str = "", *, stroke: str = "", dash: str = "") -> str:
    """Draw a disc."""
    look = f' stroke="{stroke}"' * bool(stroke) + f' stroke-dasharray="{dash}"' * bool(dash)
    return f'<circle{more} cx="{disc.x:.1f}" cy="{disc.y:.1f}" r="{disc.r:.1f}" fill="{fill}"{look}/>'


def box(frame: Frame, fill: str, more: str = "", *, stroke: str = "", dash: str = "") -> str:
    """Draw a box with round corners."""
    look = f' stroke="{stroke}"' * bool(stroke) + f' stroke-dasharray="{dash}"' * bool(dash)
    size = f'width="{frame.size[0]:.1f}" height="{frame.size[1]:.1f}" rx="14"'
    return f'<rect{more} x="{frame.left:.1f}" y="{frame.top:.1f}" {size} fill="{fill}"{look}/>'


# arrows ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Curve:
    """A quadratic curve."""

    start: tuple[float, float]
    bend: tuple[float, float]
    end: tuple[float, float]

    @classmethod
    def between(cls, a: Disc, b: Disc, bend: float, head: float) -> Curve:
        """Lead from rim to rim, bent by a share of the length; end where the arrow's head begins."""
        dx, dy = b.x - a.x, b.y - a.y
        control = ((a.x + b.x) / 2 - bend * dy, (a.y + b.y) / 2 + bend * dx)
        return cls(_towards(a, control, a.r), control, _towards(b, control, b.r + head))

    def at(self, t: float) -> tuple[float, float]:
        """Return the point at ``t`` from 0 to 1."""
        a, b, c = self.parts(t)
        x, y = (a * p + b * q + c * r for p, q, r in zip(self.start, self.bend, self.end, strict=True))
        return x, y

    @staticmethod
    def parts(t: float) -> tuple[float, float, float]:
        """Return how much start, bend and end count at ``t``."""
        return (1 - t) ** 2, 2 * t * (1 - t), t * t


#: A sample for the legend.
STRAIGHT = Curve((-16.0, 0.0), (0.0, 0.0), (8.0, 0.0))


def line(curve: Curve, thickness: float, dash: str = "") -> str:
    """Draw a curve."""
    (x0, y0), (x1, y1), (x2, y2) = curve.start, curve.bend, curve.end
    look = f' stroke="{LINE}" stroke-width="{thickness:g}"' + f' stroke-dasharray="{dash}"' * bool(dash)
    return f'<path d="M{x0:.1f} {y0:.1f}Q{x1:.1f} {y1:.1f} {x2:.1f} {y2:.1f}" fill="none"{look}/>'


def arrow(curve: Curve, thickness: float, head: float, dash: str = "") -> str:
    """Draw a curve with a head of the given length beyond its end."""
    _, (x1, y1), (x2, y2) = curve.start, curve.bend, curve.end
    length = math.hypot(x2 - x1, y2 - y1) or 1.0
    ux, uy = (x2 - x1) / length * head, (y2 - y1) / length * head
    tip = f"M{x2 + ux:.1f} {y2 + uy:.1f}L{x2 - uy * 0.45:.1f} {y2 + ux * 0.45:.1f}"
    tip += f"L{x2 + uy * 0.45:.1f} {y2 - ux * 0.45:.1f}Z"
    return f'{line(curve, thickness, dash)}<path class="mkn-tip" d="{tip}" fill="{LINE}"/>'


def tandem(curve: Curve, state: str, thickness: float = 1.8, head: float = 9.0) -> str:
    """Draw the arrow of a tandem or a link; without a state, as all are where all are alike."""
    scale = thickness / 1.8
    dash = " ".join(f"{float(part) * scale:.3g}" for part in _DASHES.get(state, "").split())
    drawn = arrow(curve, thickness, head, dash)
    return drawn + _cross(curve, 5 * scale) if state == "dissolved" else drawn


def _cross(curve: Curve, size: float) -> str:
    """Strike a curve through in its middle."""
    x, y = curve.at(0.5)
    way = (
        f"M{x - size:.1f} {y - size:.1f}l{2 * size:g} {2 * size:g}m0-{2 * size:g}l-{2 * size:g} {2 * size:g}"
    )
    return f'<path d="{way}" fill="none" stroke="{LINE}" stroke-width="{size / 2.5:.1f}"/>'


def _towards(disc: Disc, point: tuple[float, float], far: float) -> tuple[float, float]:
    dx, dy = point[0] - disc.x, point[1] - disc.y
    length = math.hypot(dx, dy) or 1.0
    return disc.x + dx / length * far, disc.y + dy / length * far


# the sheet -------------------------------------------------------------------------------------------


class Entry(NamedTuple):
    """An entry of the legend."""

    #: "role", "state" or "organisation" if what it explains can be hidden by itself, else "explains".
    kind: str
    #: The class of what it explains.
    key: str
    sign: str
    words: str


Box = tuple[float, float, float, float]
Layer = Literal["discs", "edges", "nodes", "names", "heads"]


@dataclass
class Sheet:
    """What is drawn so far, one layer over the other, and the box around it."""

    #: Whether what is pointed at says what it is.
    hints: bool = True
    layers: dict[Layer, list[str]] = field(default_factory=lambda: {layer: [] for layer in get_args(Layer)})
    #: How much of the edges is seen, where they are many.
    edges: float = 1.0
    left: float = math.inf
    top: float = math.inf
    right: float = -math.inf
    bottom: float = -math.inf

    def add(self, layer: Layer, part: str) -> None:
        """Draw something over what is already in its layer."""
        self.layers[layer].append(part)

    def hint(self, words: str) -> str:
        """Return what is said on pointing."""
        return f"<title>{escape(words)}</title>" if self.hints else ""

    def reach(self, disc: Disc, height: float | None = None) -> None:
        """Let the box hold a disc, or the box of that half width and half height."""
        half = disc.r if height is None else height
        self.left, self.right = min(self.left, disc.x - disc.r), max(self.right, disc.x + disc.r)
        self.top, self.bottom = min(self.top, disc.y - half), max(self.bottom, disc.y + half)

    def keep(self, room: Sheet) -> None:
        """Let the box be at least that of another sheet."""
        if room.left <= room.right:
            self.left, self.top, self.right, self.bottom = room.left, room.top, room.right, room.bottom

    def write(self, layer: Layer, words: str, x: float, y: float, pen: Pen) -> None:
        """Write one line."""
        self.add(layer, text(words, x, y, pen))
        half = width(words, pen.size, bold=pen.bold) / 2
        shift = {"start": half, "end": -half}.get(pen.anchor, 0.0)
        self.reach(Disc(x + shift, y - pen.size * 0.3, half), pen.size * 0.7)

    def body(self) -> str:
        """Return the layers."""
        faint = f' stroke-opacity="{self.edges:g}"' if self.edges < 1 else ""
        return "\n".join(
            f'<g class="mkn-{layer}"{faint if layer == "edges" else ""}>{"".join(parts)}</g>'
            for layer, parts in self.layers.items()
            if parts
        )

    def bare(self) -> tuple[str, Box]:
        """Return the drawing alone, and the box around it, for a page that says the rest itself."""
        wide, high = max(self.right - self.left, 200.0), max(self.bottom - self.top, 100.0)
        middle, centre = (self.left + self.right) / 2, (self.top + self.bottom) / 2
        box = tuple(
            round(value) for value in (middle - wide / 2 - 20, centre - high / 2 - 20, wide + 40, high + 40)
        )
        drawn = f'<svg xmlns="{NAMESPACE}" viewBox="{" ".join(map(str, box))}">{self.body()}</svg>'
        return drawn, (box[0], box[1], box[2], box[3])

    def finish(self, legend: Sequence[Entry], title: str, description: str) -> str:
        """Put heading, picture and legend on white paper; return the whole document."""
        wide = max(self.right - self.left, 600.0)
        left = (self.left + self.right - wide) / 2
        zoom = max(1.0, wide / 1300)
        heading = textwrap.wrap(clean(title), max(20, int(wide / 12.8 / zoom))) or [""]
        top = self.top - (44 + 30 * len(heading)) * zoom
        pen = Pen(22 * zoom, "start", True)
        lines = [text(line, left, top + (24 + 30 * i) * zoom, pen) for i, line in enumerate(heading)]
        rows, bottom = _legend(legend, wide / zoom)
        if rows:
            lines.append(
                f'<g transform="translate({left:.1f} {self.bottom + 50 * zoom:.1f}) scale({zoom:.3f})">'
            )
            lines += [*rows, "</g>"]
        body = "\n".join([self.body(), *lines])
        box = (left - 40, top - 24, wide + 80, self.bottom - top + (bottom + 24) * zoom + 40)
        mark = hashlib.sha256(f"{title}\0{description}\0{body}".encode("utf-8", "replace")).hexdigest()[:10]
        return (
            f'<svg xmlns="{NAMESPACE}" viewBox="{" ".join(f"{value:.0f}" for value in box)}"'
            f' width="{box[2]:.0f}" height="{box[3]:.0f}" role="img" aria-labelledby="t{mark} d{mark}"'
            f' lang="{voice().language}" font-family="{FONT}">\n'
            f'<title id="t{mark}">{escape(title)}</title>\n<desc id="d{mark}">{escape(description)}</desc>\n'
            f'<rect x="{box[0]:.0f}" y="{box[1]:.0f}" width="100%" height="100%" fill="{PAPER}"/>\n'
            f"{body}\n</svg>\n"
        )


def small(drawn: str) -> str:
    """Return the sign of an entry as a picture of its own."""
    return f'<svg xmlns="{NAMESPACE}" viewBox="-20 -14 40 28">{drawn}</svg>'


def _legend(entries: Sequence[Entry], wide: float) -> tuple[list[str], float]:
    """Lay the entries in rows from the origin; return them and how far they reach down."""
    if not entries:
        return [], 0.0
    x, y, rows = 0.0, 0.0, []
    for entry in entries:
        room = 46 + width(entry.words, 14) + 18
        if x and x + room > wide:
            x, y = 0.0, y + 30
        rows.append(f'<g transform="translate({x + 18:.1f} {y - 5:.1f})">{entry.sign}</g>')
        rows.append(text(entry.words, x + 46, y, Pen(14, "start")))
        x += room
    return rows, y + 50
