"""The colours of the product, as its style sheet defines them, in light and in dark."""

from __future__ import annotations

import re

import pytest

from mentorkit.serve.pages import STATIC

STYLE = (STATIC / "mentorkit.css").read_text(encoding="utf-8")
TOKENS = {
    name: (light, dark)
    for name, light, dark in re.findall(
        r"--mk-([a-z-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);", STYLE
    )
}
GROUNDS = ("paper", "ground", "head", "accent-soft")
TEXT = [
    *((text, ground) for text in ("ink", "muted", "accent", "accent-strong") for ground in GROUNDS),
    *((kind, f"{kind}-soft") for kind in ("ok", "review", "ineligible", "error")),
    *(("ink", f"{kind}-soft") for kind in ("ok", "review", "ineligible", "error")),
    *((kind, ground) for kind in ("ok", "review", "error") for ground in ("paper", "ground")),
    ("on-accent", "accent"), ("on-accent", "accent-strong"), ("on-error", "error"), ("off-ink", "off"),
]  # fmt: skip
CONTROLS = [(mark, ground) for mark in ("line-strong", "accent", "error") for ground in GROUNDS[:3]]


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_that_of_wcag():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("pairs", "least"), [(TEXT, 4.5), (CONTROLS, 3.0)], ids=["text", "controls"])
def test_what_stands_on_a_ground_is_legible(theme, pairs, least):
    measured = {(a, b): round(contrast(TOKENS[a][theme], TOKENS[b][theme]), 2) for a, b in pairs}
    assert not {pair: ratio for pair, ratio in measured.items() if ratio < least}


def test_every_token_of_a_colour_has_a_light_and_a_dark_value():
    used = set(re.findall(r"var\(--mk-([a-z-]+)\)", STYLE))
    assert used - TOKENS.keys() <= {"font", "radius", "gap", "wide", "icon", "shadow"}


def test_no_colour_stands_outside_the_tokens_but_on_paper():
    screen = STYLE[STYLE.index("/* -- ground") : STYLE.index("@media print")]
    screen = re.sub(r"url\('.*?'\)", "", screen)
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b|\brgba?\(", screen)
