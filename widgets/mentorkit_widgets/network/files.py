"""The files of what is looked at in the network."""

from __future__ import annotations

import ipywidgets as w

from mentorkit.language import say
from mentorkit_widgets.base import actions, button, paragraph
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.network.model import FileType, NetworkModel

MEDIA_TYPES: dict[FileType, str] = {
    "png": "image/png",
    "svg": "image/svg+xml",
    "csv": "text/csv",
    "gexf": "application/gexf+xml",
    "graphml": "application/graphml+xml",
}


class Files(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A button for each kind of file, and the link to the one that was made."""

    def __init__(self, model: NetworkModel) -> None:
        self.model = model
        self.buttons = {
            kind: button(label, lambda kind=kind: self._offer(kind))  # type: ignore[misc]
            for kind, label in _labels().items()
        }
        self.download = Download()
        told = paragraph(
            say("For a document, a spreadsheet or a program for networks: what the picture shows.")
        )
        super().__init__([LaidOut(told), *self._sights(), actions(*self.buttons.values()), self.download])
        model.observe(lambda _: self.download.withdraw(), ["part", "sight"])

    def _sights(self) -> list[w.Widget]:
        if not self.model.by_organisation:
            return []
        return [sight_choice(self.model)]

    def _offer(self, kind: FileType) -> None:
        with self.model.attempting(say("The file is being made …")):
            name, content = self.model.file(kind)
            self.download.offer(name, content, MEDIA_TYPES[kind])
            self.model.say(say("The file is ready; its link stands below the buttons."))


def _labels() -> dict[FileType, str]:
    return {
        "png": say("Picture (PNG)"),
        "svg": say("Picture of any size (SVG)"),
        "csv": say("Table (CSV)"),
        "gexf": say("For Gephi (GEXF)"),
        "graphml": say("For other programs (GraphML)"),
    }


def sight_choice(model: NetworkModel) -> Choice:
    """Return the switch between people and organisations."""
    import traitlets as t

    names = {"people": say("People"), "organisations": say("Organisations")}
    switch = Choice(say("Show"), names, model.sight)
    t.link((model, "sight"), (switch, "value"))
    return switch
