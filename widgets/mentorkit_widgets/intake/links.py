"""Letting applicants fill in forms themselves: personal links, the table to send out, the form on paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args

import ipywidgets as w
import traitlets as t

from mentorkit.errors import UsageError
from mentorkit.forms import links
from mentorkit.forms.paper import MEDIA_TYPE as PDF
from mentorkit.forms.paper import paper_form
from mentorkit.forms.template import MEDIA_TYPE as XLSX
from mentorkit.forms.template import file_name, xlsx_template
from mentorkit.intake.stored import scope
from mentorkit.intake.values import email as understood_email
from mentorkit.language import later, say
from mentorkit.language.formats import date, din5007
from mentorkit.privacy.log_in import digest
from mentorkit.programme.records import FormLink, Organisation, Role
from mentorkit.programme.rules import Late
from mentorkit.run import Run
from mentorkit.setup import logo, typed
from mentorkit_widgets.base import Model, actions, button, markup, paragraph, shown
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.form import Field, FieldKind, Form, Value
from mentorkit_widgets.components.icons import Icon, Tone
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.link import LinkToCopy
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.components.table import Table, action, cell, chip, column
from mentorkit_widgets.page import form_link

_LOOKS: dict[links.State, tuple[Icon, Tone]] = {
    "open": ("clock", "accent"), "used": ("check", "good"), "expired": ("close", "neutral"),
}  # fmt: skip
_WORDS: dict[links.State, str] = {
    "open": later("open"), "used": later("application sent"), "expired": later("not valid any more"),
}  # fmt: skip
_NOBODY = {"name": "", "email": "", "role": "mentee", "organisation": "", "until": ""}
#: What becomes of a form that comes after the closing date.
_AFTER: dict[Late, str] = {
    "review": later("What is sent after it counts as late and has to be decided on."),
    "ineligible": later("What is sent after it counts as late and is refused."),
    "none": later("What is sent after it counts like any other application."),
}


class LinksModel(t.HasTraits):
    """The personal links of a run that the user may give, and the forms to send out.

    Parameters
    ----------
    run
        The run that applicants apply for.
    page
        The app it is part of, which tells what happened.
    """

    #: Where on this server the link just made leads, and the draft of a message for it; shown once.
    path = t.Unicode()
    letter = t.Unicode()
    #: Counts the changes, so that views follow.
    edits = t.Int(0)

    def __init__(self, run: Run, page: Model) -> None:
        super().__init__()
        self.run, self.page = run, page
        self.store, self.actor = run.bench.store, run.bench.actor
        self.settings = run.programme.settings
        own = scope(self.actor, links.GIVE, run.record)
        #: The organisations that the user answers for; None stands for all.
        self.own = None if own is None else tuple(sorted(own))
        programme_id = run.record.programme_id
        with self.store.read() as reader:
            self._stored = reader.all(Organisation, programme_id=programme_id)

    @property
    def organisations(self) -> tuple[str, ...]:
        """The organisations that links and forms can be for."""
        if self.settings.organisations.kind == "none":
            return ()
        if self.own is not None:
            return self.own
        if self.settings.organisations.kind == "known":
            return self.settings.organisations.names
        return tuple(sorted((o.name for o in self._stored), key=din5007))

    def given(self) -> list[FormLink]:
        """Return the links that the user may give, the newest first."""
        return links.links(self.store, self.actor, self.run.id)

    def state_of(self, link: FormLink) -> links.State:
        """Return whether a link is open, used or too old."""
        return links.state_of(link, self.store.clock())

    @property
    def today(self) -> dt.date:
        """The day on which a link made now begins to hold."""
        return self.store.clock().astimezone().date()

    @property
    def proposed_end(self) -> dt.date:
        """Until when a link made now is good."""
        return links.proposed_end(self.run.record, self.today)

    def give(self, name: str, email: str, role: str, organisation: str, until: str) -> None:
        """Make a link for an applicant; it is shown once, with the draft of a message."""
        self.path = self.letter = ""
        with self.page.attempting():
            token = links.give(
                self.store, self.actor, self.run.id, next(r for r in get_args(Role) if r == role), name=name,
                email=email, organisation=organisation or None, until=typed.day(until),
            )  # fmt: skip
            link = next(link for link in self.given() if link.id == digest(token))
            self.letter = links.letter(self.settings, link, self.run.record)
            self.path = form_link(token)
            self.page.say(say("The link for {name} is ready.", name=link.name))
            self.edits += 1

    def take_back(self, link_id: str) -> None:
        """End an open link."""
        with self.page.attempting():
            link = links.take_back(self.store, self.actor, link_id)
            self.path = self.letter = ""
            self.page.say(say("The link for {name} is not valid any more.", name=link.name))
            self.edits += 1

    def table(self, organisation: str) -> File:
        """Return the table to send out, for one organisation or (empty) for all the user answers for."""
        chosen = self._chosen(organisation)
        content = xlsx_template(self.settings, self.run.record, organisation=chosen)
        return File(file_name(self.settings, self.run.record, chosen, "xlsx"), content, XLSX)

    def paper(self, role: Role, organisation: str) -> File:
        """Return the form on paper, which names the contact persons of its organisation."""
        chosen = self._chosen(organisation)
        content = paper_form(
            self.settings, self.run.record, role, organisation=chosen, send_to=self._send_to(chosen),
            logo=logo.logo_of(self.store, self.actor, self.run.record.programme_id),
        )  # fmt: skip
        return File(file_name(self.settings, self.run.record, chosen, f"{role}.pdf"), content, PDF)

    def _chosen(self, organisation: str) -> str | None:
        """Return an organisation that the user answers for; None for all of them."""
        self.actor.require(links.GIVE, self.run.record.programme_id, organisation or None)
        return organisation or None

    def _send_to(self, organisation: str | None) -> list[str]:
        programme_id = self.run.record.programme_id
        found = next((o for o in self._stored if o.name == organisation), None)
        if found is None or not self.actor.may("contact.read", programme_id, organisation):
            return []
        return [
            "\n".join(
                line
                for line in (
                    ", ".join(filter(None, (person.name, person.function))),
                    found.name,
                    ", ".join(filter(None, (person.phone, person.email))),
                )
                if line
            )
            for person in found.contacts
        ]


@dataclass(frozen=True)
class File:
    """A form to be downloaded."""

    name: str
    content: bytes
    media_type: str


class Links(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """Giving links, the list of them, and forms to send out, see :class:`LinksModel`."""

    def __init__(self, model: LinksModel) -> None:
        parts = (GiveLink(model), GivenLinks(model), FormsToSend(model))
        super().__init__(parts, layout=w.Layout(grid_gap="1rem"))


class GiveLink(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The form in which a link is made, and the link."""

    def __init__(self, model: LinksModel) -> None:
        self.model = model
        self.form = Form(_link_fields(model), self._begin(), key=f"{model.run.id}-link")
        self.make = button(say("Make the link"), self._give, primary=True)
        self.address, self.hint = LinkToCopy(say("Personal link"), say("Draft of a message")), LaidOut()
        self.ready = w.VBox([self.address, self.hint])
        told = say("Applicants fill in the form themselves, without a log-in. Each link works once.")
        super().__init__(
            [_head(say("Personal link"), told), self.form, actions(self.make), self.ready],
            layout=w.Layout(grid_gap="0.6rem"),
        )
        self.add_class("mk-card")
        model.observe(self.show, ["path", "letter"])
        self.show()

    def show(self, *_: object) -> None:
        """Show the link that was made just now."""
        model = self.model
        with self.address.hold_sync():
            self.address.path, self.address.text = model.path, model.letter
        once = say("The link is shown only now. Copy it, or copy the message into an e-mail.")
        self.hint.value = paragraph(once, "mk-muted") if model.path else ""
        shown(self.ready, bool(model.path))

    def _begin(self) -> dict[str, Value]:
        only = self.model.own is not None and len(self.model.own) == 1
        known = {field.name for field in _link_fields(self.model)}
        end = self.model.proposed_end.strftime("%d.%m.%Y")
        values = {**_NOBODY, "until": end, "organisation": self.model.organisations[0] if only else ""}
        return {name: value for name, value in values.items() if name in known}

    def _give(self) -> None:
        given = {**_NOBODY, **{name: str(value) for name, value in self.form.values.items()}}
        if wrong := self._wrong(given):
            self.form.refuse(wrong)
            return
        self.model.give(**given)
        if self.model.page.refused:
            self.form.refuse({"": self.model.page.message})
            return
        self.form.fill(self._begin())
        self.form.safe()

    def _wrong(self, given: dict[str, str]) -> dict[str, str]:
        wrong = {}
        if not given["name"].strip():
            wrong["name"] = say("Please say whom the link is for.")
        if understood_email(given["email"]).doubt:
            wrong["email"] = say("“{value}” is not an e-mail address.", value=given["email"])
        if self.model.own is not None and not given["organisation"]:
            wrong["organisation"] = say("Please choose the organisation.")
        try:
            links.check_end(typed.day(given["until"]) or dt.date.min, self.model.today)
        except UsageError as error:
            wrong["until"] = str(error)
        return wrong


class GivenLinks(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The links that were given, and taking one back."""

    def __init__(self, model: LinksModel) -> None:
        self.model, self._asked = model, ""
        columns = [
            column("name", say("Name")), column("role", say("Role")), column("state", say("Status"), "chip"),
            column("end", say("Valid until")),
        ]  # fmt: skip
        if model.organisations:
            columns.insert(2, column("organisation", say("Organisation")))
        self.table = Table(say("Links given"), columns, empty=say("No link has been given yet."))
        self.table.on_action(lambda row, _: self._ask(row))
        self.question = Question(yes=self._take_back, no=self._leave)
        super().__init__([self.table, self.question], layout=_gap())
        self.add_class("mk-card")
        model.observe(self.show, "edits")
        self.show()

    def show(self, *_: object) -> None:
        """Show the links as they stand now."""
        self.table.rows = [self._row(link) for link in self.model.given()]
        self.table.filtered = len(self.table.rows) > 8

    def _row(self, link: FormLink) -> dict[str, Any]:
        state = self.model.state_of(link)
        role = say("{mentee:sg.nom}") if link.role == "mentee" else say("{mentor:sg.nom}")
        end = link.expires_at.astimezone().date()
        title = say("Take back the link for {name}", name=link.name)
        return {
            "id": link.id,
            "name": cell(link.name, note=link.email),
            "role": role[:1].upper() + role[1:],
            "organisation": link.organisation or "",
            "state": chip(say(_WORDS[state]), *_LOOKS[state]),
            "end": cell(date(end), end.isoformat()),
            "actions": [action("take_back", say("Take it back"), title)] if state == "open" else [],
        }

    def _ask(self, link_id: str) -> None:
        link = next(link for link in self.model.given() if link.id == link_id)
        self._asked = link_id
        self.question.ask(
            say("Take back the link for {name}?", name=link.name),
            say("Whoever has it cannot send the form any more."),
            say("Yes, take back"),
        )

    def _take_back(self) -> None:
        asked, self._asked = self._asked, ""
        self.question.answered()
        self.model.take_back(asked)

    def _leave(self) -> None:
        self._asked = ""
        self.question.answered()


class FormsToSend(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The table and the forms on paper, for one organisation or for all."""

    def __init__(self, model: LinksModel) -> None:
        self.model = model
        fields = [_organisation_field(model, "choice")] if model.organisations else []
        self.form = Form(fields, {"organisation": model.organisations[0]} if model.own else {})
        self.form.on_edit(lambda *_: self.download.withdraw())
        self.table = button(say("Table (XLSX)"), lambda: self._offer(lambda: model.table(self.organisation)))
        self.mentees = button(
            say("Paper form for {mentee:pl.acc} (PDF)"),
            lambda: self._offer(lambda: model.paper("mentee", self.organisation)),
        )
        self.mentors = button(
            say("Paper form for {mentor:pl.acc} (PDF)"),
            lambda: self._offer(lambda: model.paper("mentor", self.organisation)),
        )
        self.download = Download()
        told = say("A filled table comes back under “Read files”; what comes on paper is entered by hand.")
        making = actions(self.table, self.mentees, self.mentors)
        super().__init__(
            [_head(say("Forms to send out"), told), self.form, making, self.download],
            layout=w.Layout(grid_gap="0.6rem"),
        )
        self.add_class("mk-card")
        shown(self.form, bool(model.organisations))

    @property
    def organisation(self) -> str:
        """The organisation that the forms are for; empty for all."""
        return str(self.form.values.get("organisation", ""))

    def _offer(self, make: Callable[[], File]) -> None:
        self.download.withdraw()
        with self.model.page.attempting(say("Making the form …")):
            made = make()
            self.download.offer(made.name, made.content, made.media_type)
            self.model.page.say(say("“{name}” is ready.", name=made.name))


def _link_fields(model: LinksModel) -> list[Field]:
    roles = {"mentee": say("{mentee:sg.nom}"), "mentor": say("{mentor:sg.nom}")}
    fields = [
        Field("name", say("Name"), required=True, width="half"),
        Field("email", say("E-mail"), "email", width="half"),
        Field("role", say("Applies as"), "radio", options=roles, required=True),
    ]
    known = model.settings.organisations.kind
    if known != "none":
        kind: FieldKind = "suggest" if model.own is None and known == "open" else "choice"
        fields.append(_organisation_field(model, kind))
    until = Field("until", say("Valid until"), "date", help=_about_the_end(model), required=True)
    return [*fields, until]


def _about_the_end(model: LinksModel) -> str:
    """Say why a last day is proposed, and what comes of a form that is sent after the closing date."""
    closing, proposed = model.run.record.closing, model.proposed_end
    n = (proposed - model.today).days
    if closing is None:
        return say("No closing date is set; proposed are {n} days from today.", n=n)
    told = (
        say("Proposed is the closing date, {day}.", day=date(closing))
        if closing == proposed
        else say("The closing date is {day}; proposed are {n} days from today.", day=date(closing), n=n)
    )
    return f"{told} {say(_AFTER[model.settings.late])}"


def _organisation_field(model: LinksModel, kind: FieldKind) -> Field:
    """Return the field for an organisation, which whoever answers for all of them may leave empty."""
    names, every = model.organisations, model.own is None
    return Field(
        "organisation", say("Organisation"), kind, options=names, required=not every,
        help=say("Without one, applicants name it themselves.") if every else "", width="half",
    )  # fmt: skip


def _gap() -> w.Layout:
    return w.Layout(grid_gap="0.6rem")


def _head(title: str, told: str = "") -> LaidOut:
    return LaidOut(markup("<h2>{title}</h2>", title=title) + (paragraph(told, "mk-muted") if told else ""))
