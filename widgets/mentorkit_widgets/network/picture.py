"""The picture of the network with what is told of the one who is looked at, and the tandems behind it."""

from __future__ import annotations

import ipywidgets as w
import traitlets as t

from mentorkit.language import say
from mentorkit_widgets.base import actions, button, markup, paragraph, shown
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.picture import NetworkPicture
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.network.files import sight_choice
from mentorkit_widgets.network.model import NetworkModel
from mentorkit_widgets.network.rows import tandem_columns, tandem_rows


class PicturePart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """People or organisations as a picture; beside it who is selected, below it the tandems."""

    def __init__(self, model: NetworkModel) -> None:
        self.model = model
        self.switch = sight_choice(model)
        shown(self.switch, model.by_organisation)
        self.picture = NetworkPicture()
        t.link((self.picture, "selected"), (model, "selected"))
        self.told = LaidOut()
        self.all = button(say("Select nobody"), lambda: self.picture.select(""))
        self.details = w.VBox([self.told, actions(self.all)])
        self.details.add_class("mk-card")
        beside = w.VBox([self.picture, self.details])
        beside.add_class("mk-pictured")
        self.tandems = Table(say("Tandems"), [], filtered=True, empty=say("No tandems yet."))
        super().__init__([self.switch, beside, self.tandems], layout=w.Layout(grid_gap="0.75rem"))
        model.observe(self._draw, ["part", "sight"])
        model.observe(self._tell, "selected")
        self._draw()

    def _draw(self, *_: object) -> None:
        model = self.model
        with model.attempting():
            present, sight = model.present, model.sight
            self.picture.show(
                present.graph(sight), present.positions(sight), title=model.title, whole=present.room(sight)
            )
        self._tell()

    def _tell(self, *_: object) -> None:
        from mentorkit.network.portrait import portrait

        model, node = self.model, self.model.selected
        shown(self.all, bool(node))
        (self.details.remove_class if node else self.details.add_class)("mk-no-print")
        if node:
            found = portrait(model.present, model.sight, node)
            self.told.value = (
                markup("<h3>{name}</h3>", name=found.name)
                + paragraph(found.kind, "mk-muted")
                + markup("").join(paragraph(sentence) for sentence in found.sentences)
            )
            caption = say("Tandems of {name}", name=found.name)
        else:
            self.told.value = paragraph(_hint(model), "mk-muted")
            caption = say("Tandems")
        with self.tandems.hold_sync():
            self.tandems.caption = caption
            self.tandems.columns = tandem_columns(model.present)
            self.tandems.rows = tandem_rows(model.present, model.sight, node)


def _hint(model: NetworkModel) -> str:
    if model.sight == "people":
        return say("Choose a person in the picture: here stands who that is, and below, with whom.")
    return say(
        "Choose an organisation in the picture: here stands with whom it is linked, and below, the tandems."
    )
