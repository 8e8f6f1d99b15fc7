"""The nbconvert exporter ``mentorkit-pdf``.

nbconvert imports every exporter whenever it lists them, so this module imports next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbconvert.exporters.exporter import Exporter
from traitlets import Bool, default

if TYPE_CHECKING:
    from nbformat import NotebookNode


class MentorkitPDFExporter(Exporter):
    """Turns a notebook into an accessible PDF, the same bytes as :func:`mentorkit.reports.to_pdf`."""

    export_from_notebook = "Accessible PDF (mentorkit)"
    output_mimetype = "application/pdf"

    show_input = Bool(False, help="Show the code of the cells.").tag(config=True)

    @default("file_extension")
    def _file_extension_default(self) -> str:
        return ".pdf"

    def from_notebook_node(  # type: ignore[override]  # as binary exporters do
        self,
        nb: NotebookNode,
        resources: Any = None,  # noqa: ANN401
        **kw: Any,  # noqa: ANN401
    ) -> tuple[bytes, Any]:
        """Convert a notebook; preprocessors that were asked for (``--execute``) run first."""
        from mentorkit.reports import to_pdf

        nb, resources = super().from_notebook_node(nb, resources, **kw)
        return to_pdf(nb, show_input=self.show_input), resources
