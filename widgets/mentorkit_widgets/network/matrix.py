"""The matrix of the organisations as a table: who gives mentors to whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from mentorkit.language import say
from mentorkit_widgets.base import markup

if TYPE_CHECKING:
    import pandas as pd

#: What is wide scrolls in its frame and never widens the page.
_SCROLLED = "position:relative;width:0;min-width:100%"
#: Of more columns the heads stand upright, so that they fit on a page.
_MOST_LYING = 9
#: The heads of the rows stay while it is scrolled.
_HELD = "position:sticky;left:0;background:var(--mk-paper,#fff)"


def matrix_markup(matrix: pd.DataFrame, never: str) -> Markup:
    """Draw the matrix as a table with heads at both sides; the more tandems, the fuller the colour.

    Parameters
    ----------
    matrix
        As :func:`mentorkit.network.matrix.matrix` gives it.
    never
        Why an organisation has no tandems with itself; empty where it may.
    """
    names = [str(name) for name in matrix.columns]
    counts = matrix.to_numpy(dtype=int)
    most = int(counts[:-1, :-1].max(initial=1))
    upright = "mk-upright" if len(names) > _MOST_LYING else ""
    heads = Markup().join(
        markup(
            '<th scope="col" class="mk-number {upright}"><span>{name}</span></th>', upright=upright, name=name
        )
        for name in names
    )
    rows = Markup().join(
        markup(
            '<tr><th scope="row" style="{style}">{name}</th>{cells}</tr>',
            style=_HELD,
            name=name,
            cells=Markup().join(
                _cell(int(counts[i, k]), most, never=never if i == k else "", sum_=len(names) - 1 in (i, k))
                for k in range(len(names))
            ),
        )
        for i, name in enumerate(map(str, matrix.index))
    )
    return markup(
        '<p id="mk-matrix">{caption}</p>'
        '<div class="mk-scroll" style="{style}" role="region" tabindex="0" aria-labelledby="mk-matrix">'
        '<table class="mk-table" aria-labelledby="mk-matrix">'
        '<thead><tr><th scope="col">{corner}</th>{heads}</tr></thead><tbody>{rows}</tbody></table></div>',
        style=_SCROLLED,
        caption=say("Tandems by organisation: {mentor:pl.nom} in the rows, {mentee:pl.nom} in the columns"),
        corner=say("{mentor:pl.nom} from …"),
        heads=heads,
        rows=rows,
    )


def _cell(n: int, most: int, *, never: str, sum_: bool) -> Markup:
    if sum_:
        return markup('<td class="mk-number"><strong>{n}</strong></td>', n=n)
    if n:
        tint = f"color-mix(in srgb, var(--mk-accent, #0d5c63) {12 + 28 * n // most}%, transparent)"
        return markup('<td class="mk-number" style="background:{tint}">{n}</td>', tint=tint, n=n)
    if not never:
        return markup('<td class="mk-number mk-zero mk-muted">0</td>')
    return markup(
        '<td class="mk-number mk-never mk-muted"><span aria-hidden="true">–</span>'
        '<span class="mk-hidden-label">{why}</span></td>',
        why=never,
    )
