"""Which organisations no tandem has ever linked, and what linking them would cost in the matching."""

from __future__ import annotations

import ipywidgets as w

from mentorkit_widgets.network.model import NetworkModel


class Gaps(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The gaps."""

    def __init__(self, model: NetworkModel) -> None:
        super().__init__([])
