"""People: what is held on somebody as a file, and erasing her after a look at what goes and what stays."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.language import say
from mentorkit.language.formats import listing
from mentorkit.privacy import erasure, export, people
from mentorkit.privacy.erasure import Preview
from mentorkit.privacy.people import Held
from mentorkit_widgets.base import actions, button, markup, paragraph, section, shown
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table, action, cell, column
from mentorkit_widgets.privacy.model import Part, PrivacyModel


class People(Part):
    """The people of the programme, and what erasing one of them would do."""

    #: What is asked: erasing this person; None while nothing is.
    asked = t.Instance(Preview, allow_none=True)

    def load(self) -> None:
        """Read who is held."""
        model = self.model
        self.held: dict[str, Held] = {
            one.person.id: one for one in people.people(model.store, model.actor, model.programme_id)
        }

    def export(self, person_id: str) -> bytes | None:
        """Return everything that is held on a person, as a ZIP file."""
        model = self.model
        with model.attempting(say("What is held is being put together …")):
            found = export.export(model.store, model.actor, person_id)
            model.changed(
                say(
                    "The file about {name} is ready. Please look through it before you hand it over.",
                    name=self.held[person_id].person.name,
                )
            )
            return found.to_zip()
        return None

    def ask(self, person_id: str) -> None:
        """Ask whether a person is to be erased, with what goes and what stays."""
        model = self.model
        with model.attempting():
            self.asked = erasure.preview(model.store, model.actor, person_id)

    def leave(self) -> None:
        """Erase nobody."""
        self.asked = None

    def erase(self, reason: str) -> None:
        """Erase the person that was asked about."""
        model, asked = self.model, self.asked
        if asked is None:
            return
        name = asked.person.name
        with model.attempting(say("The person is being erased …")):
            erasure.erase(model.store, model.actor, asked.person.id, reason, preview=asked)
            self.asked = None
            model.changed(say("{name} was erased.", name=name))


class PeoplePart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The table of people with their two actions, and beside it the file or the question."""

    def __init__(self, model: PrivacyModel) -> None:
        self.model, self.people = model, People(model)
        #: Id of the only person shown; empty where all are.
        self.only = ""
        self.all = button(say("Show all people"), lambda: self.find(""))
        self.table = Table(
            say("People of whom something is held"),
            _columns(),
            filtered=True,
            empty=say("Nobody is held here."),
        )
        self.table.on_action(self._act)
        self.download = Download()
        self.question = EraseQuestion(self.people)
        self.people.observe(self._show, "read")
        self._show()
        super().__init__(
            [
                section(
                    say("People"),
                    self.question,
                    self.download,
                    self.all,
                    self.table,
                    hint=say("The file shows a person what is held on her; what others said stays theirs."),
                )
            ],
            layout=w.Layout(grid_gap="1rem"),
        )

    def find(self, person_id: str) -> None:
        """Show one person alone, such as whoever made a request; the empty text shows all."""
        self.only = person_id
        self._show()

    def _show(self, *_: object) -> None:
        held = self.people.held
        self.download.withdraw()
        chosen = [held[self.only]] if self.only in held else list(held.values())
        shown(self.all, self.only in held)
        self.table.rows = [_row(self.people, one) for one in chosen]

    def _act(self, person_id: str, name: str) -> None:
        if name == "erase":
            self.people.ask(person_id)
        elif content := self.people.export(person_id):
            self.download.offer(say("information-{person}.zip", person=person_id), content, "application/zip")


def _columns() -> list[dict[str, Any]]:
    return [
        column("name", say("Name")),
        column("runs", say("Runs")),
        column("organisations", say("Organisations")),
    ]


def _row(found: People, held: Held) -> dict[str, Any]:
    name, model = held.person.name, found.model
    buttons = [action("export", say("Information"), say("Information on what is held on {name}", name=name))]
    if model.may("person.erase"):
        buttons.append(action("erase", say("Erase …"), say("Erase {name}", name=name)))
    return {
        "id": held.person.id,
        "name": cell(name, note=held.person.id),
        "runs": listing(held.runs),
        "organisations": listing(held.organisations),
        "actions": buttons,
    }


class EraseQuestion(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """What erasing somebody does, the reason, and the two answers; hidden while nobody is asked about."""

    def __init__(self, people: People) -> None:
        self.people = people
        self.heading, self.told = Heading(on_close=people.leave), LaidOut()
        self.form = Form([], {})
        self.yes = button(say("Erase for good"), self._erase, primary=True)
        super().__init__(
            [self.heading, self.told, self.form, actions(self.yes, button(say("Cancel"), people.leave))]
        )
        self.add_class("mk-card")
        people.observe(self._show, "asked")
        self._show()

    def _show(self, *_: object) -> None:
        asked = self.people.asked
        shown(self, asked is not None)
        if asked is None:
            self.heading.text = ""
            return
        needed = bool(asked.running)
        self.form.fields = [Field("reason", say("Reason"), "lines", required=needed, longest=500)]
        self.form.fill({"reason": ""})
        self.told.value = _told(asked)
        self.heading.text = say("Erase {name}?", name=asked.person.name)

    def _erase(self) -> None:
        asked, reason = self.people.asked, str(self.form.values["reason"]).strip()
        if asked is not None and asked.running and not reason:
            self.form.refuse({"reason": say("Please give a reason, since a tandem goes on.")})
            return
        self.people.erase(reason)


def _told(asked: Preview) -> Markup:
    """Say what goes, what stays without the name, and what else one should know."""
    warnings = Markup().join(markup('<p class="mk-blocker">{text}</p>', text=text) for text in asked.told)
    goes = Markup().join(markup("<li>{what} ({n})</li>", what=item.what, n=item.n) for item in asked.goes)
    stays = Markup().join(
        markup("<li>{what} ({n}): {why}</li>", what=item.what, n=item.n, why=item.why) for item in asked.stays
    )
    parts = [warnings, markup("<h3>{title}</h3><ul>{items}</ul>", title=say("This goes"), items=goes)]
    if stays:
        title = say("This stays without the name")
        parts.append(markup("<h3>{title}</h3><ul>{items}</ul>", title=title, items=stays))
    parts.append(paragraph(say("It cannot be undone, and an older backup does not bring it back.")))
    return Markup().join(parts)
