"""Text that is laid out: headings, paragraphs, lists."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
import traitlets as t
from markupsafe import Markup, escape


class LaidOut(w.HTML):  # type: ignore[misc] # ipywidgets is untyped
    """Text that is laid out by pieces which :func:`mentorkit_widgets.base.markup` made.

    Anything else stands there as text, whatever it says: what people typed cannot become a part of the page,
    and neither can what a browser claims to be the value.
    """

    @t.validate("value")
    def _escape_all_else(self, proposal: dict[str, Any]) -> Markup:
        return escape(proposal["value"])
