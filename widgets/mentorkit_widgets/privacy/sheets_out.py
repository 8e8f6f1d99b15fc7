"""Asking for confidential sheets: personal links, and sheets to print or to send as a file."""

from __future__ import annotations

import datetime as dt
from typing import Any

import ipywidgets as w
import traitlets as t

from mentorkit.forms import confidential, confidential_links
from mentorkit.forms.confidential import SHEETS
from mentorkit.forms.links import DAYS, State, state_of
from mentorkit.language import later, say
from mentorkit.language.formats import date
from mentorkit.privacy import confidence, keys
from mentorkit.privacy.key_state import not_ready
from mentorkit.privacy.records import Confidence
from mentorkit.programme.records import FormLink
from mentorkit.setup.logo import logo_of
from mentorkit.setup.typed import day
from mentorkit_widgets.base import actions, button, paragraph, section, shown
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.icons import Icon, Tone
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.link import LinkToCopy
from mentorkit_widgets.components.table import Table, action, cell, chip, column
from mentorkit_widgets.page import form_link
from mentorkit_widgets.privacy.model import Part, PrivacyModel
from mentorkit_widgets.privacy.sheet import Typed, missing, understood

_LOOKS: dict[State, tuple[Icon, Tone]] = {
    "open": ("clock", "accent"),
    "used": ("check", "good"),
    "expired": ("close", "neutral"),
}
_WORDS: dict[State, str] = {
    "open": later("open"),
    "used": later("sheet sent"),
    "expired": later("not valid any more"),
}
_FILES: dict[tuple[Confidence, str], str] = {
    ("diary", "pdf"): later("diary-sheet.pdf"),
    ("diary", "xlsx"): later("diary-sheet.xlsx"),
    ("concern", "pdf"): later("difficulty-sheet.pdf"),
    ("concern", "xlsx"): later("difficulty-sheet.xlsx"),
}
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class SheetLinks(Part):
    """Links to confidential sheets of a run."""

    #: Where on this server the link just made leads to; shown once.
    path = t.Unicode()
    #: The draft of a message with it.
    letter = t.Unicode()

    @property
    def here(self) -> tuple[Any, Any, str]:
        """Store, actor and run, as the services take them."""
        return self.model.store, self.model.actor, self.model.run.id

    def load(self) -> None:
        """Read whom one can ask, and which links there are."""
        self.people = {one.person_id: one.name for one in confidence.participants(*self.here)}
        self.given = {link.id: link for link in confidential_links.links(*self.here)}
        self.ready = keys.ready(self.model.store, self.model.programme_id)

    def state_of(self, link: FormLink) -> State:
        """Return whether a link is open."""
        return state_of(link, self.model.store.clock())

    def give(self, typed: Typed) -> dict[str, str]:
        """Make a link; return what is wrong, a sentence by field."""
        wrong = missing(typed, "person", "kind")
        until = understood(day, typed, "until", wrong)
        if wrong:
            return wrong
        model, kind = self.model, typed["kind"]
        self.path = self.letter = ""
        with model.attempting():
            token = confidential_links.give(*self.here, typed["person"], kind, until)  # type: ignore[arg-type] # chosen from both
            before = set(self.given)
            model.changed(say("The link for {name} is ready.", name=self.people[typed["person"]]))
            link = next(link for link_id, link in self.given.items() if link_id not in before)
            run = model.run
            self.letter = confidential_links.letter(run.programme.settings, link, run.record)
            self.path = form_link(token)
            return {}
        return {"person": model.message}

    def take_back(self, link_id: str) -> None:
        """End an open link."""
        model = self.model
        with model.attempting():
            confidential_links.take_back(model.store, model.actor, link_id)
            model.changed(say("The link is not valid any more."))

    def paper(self, kind: Confidence) -> bytes:
        """Return a sheet to be filled in by hand."""
        run = self.model.run
        logo = logo_of(self.model.store, self.model.actor, self.model.programme_id)
        return confidential.paper_sheet(run.programme.settings, run.record, kind, logo=logo)

    def table(self, kind: Confidence) -> bytes:
        """Return a sheet to be filled in as a file."""
        run = self.model.run
        return confidential.xlsx_sheet(run.programme.settings, run.record, kind)


class SheetsOut(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The form for a link, the link, those given before, and the sheets themselves."""

    def __init__(self, model: PrivacyModel) -> None:
        self.model, self.links = model, SheetLinks(model)
        self.form = Form(self._fields(), self._empty())
        self.address = LinkToCopy(say("Personal link"), say("Draft of a message"))
        self.once = LaidOut(
            paragraph(
                say("The link is shown only now. Copy it, or copy the message into an e-mail."), "mk-muted"
            )
        )
        self.table = Table(
            say("Links to confidential sheets"),
            [
                column("name", say("Name")),
                column("kind", say("Sheet")),
                column("state", say("Status"), "chip"),
                column("end", say("Valid until")),
            ],
            empty=say("No link has been given yet."),
        )
        self.table.on_action(lambda link_id, _: self.links.take_back(link_id))
        self.download = Download()
        self.closed = LaidOut(paragraph(str(not_ready()), "mk-blocker"))
        self.make = button(say("Make the link"), self._give, primary=True)
        self.links.observe(self._show, ["read", "path"])
        self._show()
        hint = say("The person writes without a log-in; what she sends is sealed, and you do not see it.")
        if model.may("confidence.read"):
            hint = say(
                "The person writes without a log-in; what she sends is sealed until you open it by your key."
            )
        super().__init__(
            [
                section(
                    say("Ask for a confidential sheet"),
                    self.closed,
                    self.form,
                    actions(self.make),
                    self.address,
                    self.once,
                    hint=hint,
                ),
                section(say("Links given"), self.table),
                section(say("Sheets to hand out"), actions(*self._sheets()), self.download),
            ],
            layout=w.Layout(grid_gap="1rem"),
        )

    def _sheets(self) -> list[w.Button]:
        made = []
        for kind, sheet in SHEETS.items():
            title = say(sheet.title)
            made.append(button(say("{title} (PDF)", title=title), lambda kind=kind: self._paper(kind)))  # type: ignore[misc]
            made.append(button(say("{title} (XLSX)", title=title), lambda kind=kind: self._xlsx(kind)))  # type: ignore[misc]
        return made

    def _paper(self, kind: Confidence) -> None:
        with self.model.attempting(say("The file is being made …")):
            self.download.offer(say(_FILES[kind, "pdf"]), self.links.paper(kind), "application/pdf")

    def _xlsx(self, kind: Confidence) -> None:
        with self.model.attempting(say("The file is being made …")):
            self.download.offer(say(_FILES[kind, "xlsx"]), self.links.table(kind), _XLSX)

    def _fields(self) -> list[Field]:
        kinds: dict[str, str] = {kind: say(sheet.title) for kind, sheet in SHEETS.items()}
        last = date(self.model.today + dt.timedelta(days=DAYS))
        return [
            Field(
                "person", say("Who writes"), "choice", required=True, options=self.links.people, width="half"
            ),
            Field("kind", say("Sheet"), "choice", required=True, options=kinds, width="half"),
            Field(
                "until",
                say("Valid until"),
                "date",
                help=say("Until {day} if you leave it empty.", day=last),
                width="half",
            ),
        ]

    @staticmethod
    def _empty() -> dict[str, str]:
        return dict.fromkeys(("person", "kind", "until"), "")

    def _give(self) -> None:
        wrong = self.links.give({name: str(text) for name, text in self.form.values.items()})
        self.form.refuse(wrong)
        if not wrong:
            self.form.fill(self._empty())

    def _show(self, *_: object) -> None:
        found = self.links
        with self.address.hold_sync():
            self.address.path, self.address.text = found.path, found.letter
        shown(self.once, bool(found.path))
        shown(self.closed, not found.ready)
        self.make.disabled = not found.ready
        self.table.rows = [_row(found, link) for link in found.given.values()]


def _row(found: SheetLinks, link: FormLink) -> dict[str, Any]:
    state = found.state_of(link)
    end = link.expires_at.astimezone().date()
    title = say("Take back the link for {name}", name=link.name)
    return {
        "id": link.id,
        "name": link.name,
        "kind": say(SHEETS["diary" if link.purpose == "diary" else "concern"].title),
        "state": chip(say(_WORDS[state]), *_LOOKS[state]),
        "end": cell(date(end), end.isoformat()),
        "actions": [action("take_back", say("Take it back"), title)] if state == "open" else [],
    }
