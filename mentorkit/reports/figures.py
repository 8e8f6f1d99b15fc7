"""What the cells of a report notebook call: one setting, tables, figures.

Every picture is a vector drawing that comes out the same on every machine and every day, every table is
whole and written as a reader of the programme's language expects.
"""

from __future__ import annotations

import datetime as dt
import html
import io
import numbers
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from mentorkit.language import formats, say

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

ACCENT = "#1a4b8c"
PALETTE = (ACCENT, "#c2571a", "#5b8c5a", "#8a6fb0", "#b08900", "#6b7280")


def configure() -> None:
    """Set matplotlib and pandas for reports; call it once, in the first cell.

    Drawings become SVG without a date and with names that do not change; no text is read as mathematics;
    frames are displayed whole and a Styler escapes its cells.
    """
    import matplotlib as mpl
    import pandas as pd
    from cycler import cycler
    from IPython.core.getipython import get_ipython
    from matplotlib_inline.backend_inline import set_matplotlib_formats

    if get_ipython() is not None:
        set_matplotlib_formats("svg", metadata={"Date": None})  # type: ignore[no-untyped-call]
    mpl.rcParams.update(
        {
            "svg.hashsalt": "mentorkit",
            "svg.fonttype": "none",
            "text.parse_math": False,
            "font.family": "DejaVu Sans",
            "font.size": 9,
            "figure.figsize": (6.5, 3.0),
            "figure.constrained_layout.use": True,
            "axes.prop_cycle": cycler(color=PALETTE),
            "axes.spines.top": False,
            "axes.spines.right": False,
            "axes.edgecolor": "#8a8a8a",
            "axes.titlelocation": "left",
            "axes.titleweight": "bold",
            "axes.titlesize": 10,
            "axes.axisbelow": True,
            "grid.color": "#e3e6ea",
            "legend.frameon": False,
        }
    )
    for name in ("display.max_rows", "display.max_columns", "display.max_colwidth"):
        pd.set_option(name, None)
    pd.set_option("styler.format.escape", "html")


def table(
    frame: pd.DataFrame, caption: str = "", *, index: bool = False, digits: int | Mapping[str, int] = 1
) -> None:
    """Display a frame, every row of it.

    Parameters
    ----------
    frame
        Numbers, dates, truth values and missing values are written as the language has them; all else as
        text, escaped.
    caption
        A sentence above the table.
    index
        Whether the index is a column of the table.
    digits
        Decimals of numbers that are not whole: for all columns, or by column (1 where not named).
    """
    import pandas as pd
    from IPython.display import display

    if index:
        names = [name or "" for name in frame.index.names]
        frame = frame.reset_index(names=names, allow_duplicates=True)
    places = digits if isinstance(digits, Mapping) else dict.fromkeys(frame.columns, digits)
    written = pd.DataFrame(
        {i: _column(frame.iloc[:, i], places.get(name, 1)) for i, name in enumerate(frame.columns)},
        dtype=object,
    )
    written.columns = frame.columns
    with pd.option_context("display.max_colwidth", None):
        # pandas would write a line break as a backslash and an n
        lines = written.replace(r"\r?\n", _BREAK, regex=True)
        markup = lines.to_html(index=False, border=0).replace(_BREAK, "<br>")
        text = written.to_string(index=False)
    titled = markup.replace(">", f"><caption>{html.escape(caption)}</caption>", 1) if caption else markup
    bundle = {"text/html": titled, "text/plain": f"{caption}\n{text}".lstrip()}
    display(bundle, raw=True)  # type: ignore[no-untyped-call]


def figure(picture: Figure | str, alt: str, caption: str = "") -> None:
    """Display a drawing with its alternative text.

    Parameters
    ----------
    picture
        A figure of matplotlib, which is closed afterwards, or an SVG.
    alt
        One or two sentences that say what the picture shows, for those who cannot see it.
    caption
        A sentence below the picture.
    """
    from IPython.display import display

    if not isinstance(picture, str):
        import matplotlib.pyplot as plt

        target = io.StringIO()
        picture.savefig(target, format="svg", metadata={"Date": None})
        plt.close(picture)
        picture = target.getvalue()
    bundle = {"image/svg+xml": picture, "text/plain": alt}
    display(bundle, raw=True, metadata={"alt": alt, "caption": caption})  # type: ignore[no-untyped-call]


def _column(values: Iterable[object], digits: int) -> list[str]:
    """Write a column; years carry no separator of thousands."""
    values = list(values)
    whole = [int(v) for v in values if isinstance(v, numbers.Integral)]
    grouped = not all(v in _YEARS for v in whole if abs(v) >= _THOUSAND)
    return [_written(v, digits, grouped) for v in values]


#: Stands for a line break on the way into HTML.
_BREAK = "\u2028"
#: Whole numbers that are years, where there are no larger ones beside them.
_YEARS = range(1900, 2100)
_THOUSAND = 1000


def _written(value: object, digits: int, grouped: bool) -> str:
    import pandas as pd

    if pd.api.types.is_scalar(value) and pd.isna(cast(float, value)):
        return "–"
    if pd.api.types.is_bool(value):
        return say("yes") if value else say("no")
    if isinstance(value, numbers.Integral):
        return formats.number(int(value), 0) if grouped else str(value)
    if isinstance(value, numbers.Real):
        return formats.number(float(value), digits)
    return formats.date(value) if isinstance(value, dt.date) else str(value)
