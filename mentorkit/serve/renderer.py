"""Voila's exporter with its templates compiled once instead of for every page."""

# mypy: disable-error-code="misc,no-untyped-call"
# (Voila and nbconvert are not typed.)

from __future__ import annotations

from typing import Any, ClassVar

from voila import notebook_renderer
from voila.exporter import VoilaExporter


class Exporter(VoilaExporter):
    """Shares the environment of its templates with all others: this server has one template."""

    _shared: ClassVar[Any] = None

    def _create_environment(self) -> Any:  # noqa: ANN401
        if Exporter._shared is None:
            Exporter._shared = super()._create_environment()
        return Exporter._shared


def install() -> None:
    """Have Voila use it: Voila offers no other way."""
    notebook_renderer.VoilaExporter = Exporter
