"""What is looked at in the network: which runs, organisations or people, and who of them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import traitlets as t

from mentorkit.errors import NotAllowed, NothingToMatch
from mentorkit.language import say
from mentorkit.network.words import run_title
from mentorkit.overview.news import News
from mentorkit.run import Run
from mentorkit_widgets.base import Model
from mentorkit_widgets.news import what_others_changed

if TYPE_CHECKING:
    from mentorkit.network.network import Network, Sight

FileType = Literal["png", "svg", "csv", "gexf", "graphml"]
#: Kinds of records that the network is made of.
_DRAWN = (
    "tandem", "run", "application", "pair_decision", "earlier_tandem", "wish", "named_conflict", "programme",
    "scenario", "organisation", "person",
)  # fmt: skip
#: With more tandems the picture of the people is a tangle, so the organisations are shown first.
TANGLE = 150


class NetworkModel(Model):
    """The network of a run and of those before it; its tandems if they are formed, else the best matching."""

    #: All runs together; None where there is nothing to look at.
    network = t.Instance("mentorkit.network.network.Network", allow_none=True)
    #: What is looked at: the part of it that the run and the span say.
    part = t.Instance("mentorkit.network.network.Network", allow_none=True)
    #: The run that is looked at, by name.
    shown_run = t.Unicode()
    span: Any = t.Enum(["only", "until"], "only")
    sight: Any = t.Enum(["people", "organisations"], "organisations")
    #: The node that is looked at, of a person or an organisation; empty where none is.
    selected = t.Unicode()

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self._settings = run.programme.settings
        self._read()

    def _read(self) -> None:
        with self.attempting(say("The network is being drawn …")):
            from mentorkit.network.network import Network

            self.blockers = []
            try:
                tandems = self.run.network_tandems("all")
            except (NotAllowed, NothingToMatch) as error:
                self.network = self.part = None
                self.blockers = [str(error)]
                return
            self.approved = self.run.approved
            self.network = Network(tandems, tuple(self.run.organisations), self._settings.pairing)
            own = self.run.record.name
            with self.hold_trait_notifications():
                self.shown_run = own if own in self.network.runs else self.network.runs[-1]
                self._choose_part()
                self.sight = self._first_sight()

    def hear(self, found: News) -> None:
        """Draw the tandems as they are now; the runs and who is looked at stay."""
        if not found.about(*_DRAWN):
            return
        looked_at = self.shown_run, self.sight, self.selected
        there = self.network is not None
        self._read()
        if not there or self.network is None:  # the parts are made for what is there
            self.say(say("The tandems have changed. Please load the page again."))
            return
        if looked_at[0] in self.network.runs:
            self.shown_run = looked_at[0]
        self.sight = looked_at[1]
        if self.part is not None and looked_at[2] in self.part.graph(self.sight):
            self.selected = looked_at[2]
        if told := what_others_changed(found):
            self.say(told)

    def _first_sight(self) -> Sight:
        few = self.part is not None and len(self.part.tandems) <= TANGLE
        return "people" if few or not self.by_organisation else "organisations"

    @property
    def by_organisation(self) -> bool:
        """Whether the programme knows organisations."""
        return self._settings.organisations.kind != "none"

    @property
    def crosses(self) -> bool:
        """Whether tandems have to cross organisations."""
        return self._settings.pairing == "different"

    @t.observe("shown_run", "span")
    def _choose_part(self, _change: object = None) -> None:
        if self.network is not None:
            self.part = self.network.part(self.shown_run, self.span)

    @t.observe("part", "sight")
    def _forget_who_is_gone(self, _change: object) -> None:
        if self.selected and (self.part is None or self.selected not in self.part.graph(self.sight)):
            self.selected = ""

    @property
    def stays(self) -> bool:
        """Whether tandems have to stay within their organisation."""
        return self._settings.pairing == "same"

    @property
    def origin(self) -> str:
        """Whether these are tandems or only a proposal, and of which run, in a sentence."""
        own = self.run.record.name
        if own not in self.whole.runs and self.shown_run == self.whole.runs[-1]:
            return say(
                "In {run} there are no tandems yet; what you see is {shown}.",
                run=own, shown=run_title(self.shown_run),
            )  # fmt: skip
        if self.proposed:
            return say("Nothing is approved yet: this is the network of the best matching as it is now.")
        if self.shown_run == own and self.span == "only":
            return say("This is the network of the approved tandems.")
        return ""

    @property
    def proposed(self) -> bool:
        """Whether what is looked at holds a proposal that is not approved."""
        return bool((self.present.tandems["state"] == "proposed").any())

    @property
    def present(self) -> Network:
        """What is looked at.

        Raises
        ------
        NothingToMatch
            If there is nothing to look at.
        """
        part: Network | None = self.part
        if part is None:
            raise NothingToMatch(say("There are no tandems to show yet."))
        return part

    @property
    def whole(self) -> Network:
        """All runs together.

        Raises
        ------
        NothingToMatch
            If there is nothing to look at.
        """
        network: Network | None = self.network
        if network is None:
            raise NothingToMatch(say("There are no tandems to show yet."))
        return network

    @property
    def so_far(self) -> Network:
        """All runs until the one that is looked at."""
        return self.whole.part(self.shown_run, "until")

    @property
    def links_matter(self) -> bool:
        """Whether links between organisations say something about the programme."""
        return self.by_organisation and not self.stays

    def show(self, sight: Sight, node: str) -> None:
        """Look at a person or an organisation."""
        self.sight = sight
        self.selected = node

    @property
    def title(self) -> str:
        """What the picture is called: the programme and the runs."""
        from mentorkit.network.words import network_title

        runs = (self.shown_run,) if self.span == "only" else self.present.runs
        return network_title(self.run.programme.name, runs)

    def file(self, kind: FileType) -> tuple[str, bytes]:
        """Return name and content of a file of what is looked at."""
        from mentorkit.network.export import write

        about = say("people") if self.sight == "people" else say("organisations")
        runs = run_title(self.shown_run)
        if self.span == "until" and len(self.present.runs) > 1:
            runs = say("{first} to {last}", first=run_title(self.present.runs[0]), last=runs)
        name = say("network {run} {about}", run=runs, about=about)
        target = f"{'-'.join(''.join(c if c.isalnum() else ' ' for c in name).split())}.{kind}"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"network.{kind}")
            present, sight = self.present, self.sight
            write(present.graph(sight), path, title=self.title, whole=present.room(sight))
            return target, path.read_bytes()
