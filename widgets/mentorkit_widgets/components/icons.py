"""The signs of the product, drawn once: outlines on a sheet of 24 by 24."""

from __future__ import annotations

from typing import Any, Literal

from markupsafe import Markup

Icon = Literal[
    "",
    "check",
    "warning",
    "error",
    "info",
    "clock",
    "person",
    "lock",
    "unlock",
    "forbid",
    "undo",
    "edit",
    "open",
    "close",
    "add",
]

#: Outline by name, as the ``d`` of an SVG path.
ICONS: dict[Icon, str] = {
    "check": "M4 12.5l5 5L20 6.5",
    "warning": "M12 3.5L22 20.5H2zM12 10v5M12 17.2v.6",
    "error": "M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19M8.5 8.5l7 7M15.5 8.5l-7 7",
    "info": "M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19M12 11v6M12 7v.6",
    "clock": "M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19M12 7v5.5l3.5 2",
    "person": "M12 4a4 4 0 1 0 0 8a4 4 0 1 0 0-8M4 21c0-8 16-8 16 0",
    "lock": "M6 11h12v9.5H6zM8.5 11V7.5a3.5 3.5 0 0 1 7 0V11",
    "unlock": "M6 11h12v9.5H6zM8.5 11V7a3.5 3.5 0 0 1 6.8-1.2",
    "forbid": "M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19M5.5 5.5l13 13",
    "undo": "M9 5L4 10l5 5M4.5 10H14a5.5 5.5 0 0 1 0 11h-3",
    "edit": "M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19z",
    "open": "M9 5l7 7-7 7",
    "close": "M6 6l12 12M18 6L6 18",
    "add": "M12 5v14M5 12h14",
}

Tone = Literal["good", "careful", "bad", "accent", "neutral"]
ChipKind = Literal["ok", "review", "ineligible", "error", "locked"]
#: The sign and the tone of a status, the same in tables and beside headings.
LOOKS: dict[ChipKind, tuple[Icon, Tone]] = {
    "ok": ("check", "good"),
    "review": ("warning", "careful"),
    "ineligible": ("forbid", "neutral"),
    "error": ("error", "bad"),
    "locked": ("lock", "accent"),
}


def chip_cell(text: str, icon: Icon, tone: Tone = "neutral", *, note: str = "") -> dict[str, Any]:
    """Return a status as the cell of a table: a word beside its sign; the note stands below."""
    return {"text": text, "icon": icon, "tone": tone, "note": note}


def chip(kind: ChipKind, word: str) -> Markup:
    """Return a status as a piece of HTML: a word beside its sign, never colour alone."""
    icon, _ = LOOKS[kind]
    return Markup('<span class="mk-chip mk-{kind}">{icon}<span>{word}</span></span>').format(
        kind=kind, icon=icon_markup(icon), word=word
    )


def icon_markup(icon: Icon) -> Markup:
    """Return a sign as a piece of HTML; nothing is read aloud."""
    return Markup('<svg class="mk-icon" viewBox="0 0 24 24" aria-hidden="true"><path d="{d}"/></svg>').format(
        d=ICONS[icon]
    )
