"""Who has a log-in for the programme, with which role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ipywidgets as w
import traitlets as t

from mentorkit.language import say
from mentorkit.language.formats import date
from mentorkit.privacy.accounts import LINK_VALID, UserRow, UserRows
from mentorkit.privacy.permissions import ROLES
from mentorkit.privacy.reach import may_give
from mentorkit_widgets.base import actions, button, paragraph, section, shown
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.link import LinkToCopy
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.components.table import Table, action, cell, column
from mentorkit_widgets.page import way_in
from mentorkit_widgets.programme.model import ProgrammeModel


class People(t.HasTraits):
    """The log-ins of a programme, in the hands of whoever may change them; changes hold at once."""

    #: Where on this server the one-time link just made leads; shown once.
    link = t.Unicode()
    #: Counts the changes, so that views follow.
    edits = t.Int(0)

    def __init__(self, model: ProgrammeModel) -> None:
        super().__init__()
        self.model = model
        self.accounts, self.actor = model.bench.accounts, model.bench.actor

    @property
    def roles(self) -> dict[str, str]:
        """The roles that the user may give, in words."""
        return {role: say(text) for role, text in ROLES.items() if self.may_change(role)}

    def may_change(self, role: str, *, everywhere: bool = False) -> bool:
        """Tell whether the user may give and take a role here."""
        return may_give(self.actor, role, None if everywhere else self.model.programme_id)

    def may_link(self, user: UserRow) -> bool:
        """Tell whether the user may hand somebody a new link, as far as the roles shown here tell."""
        return all(self.may_change(r["role"], everywhere=r["programme_id"] is None) for r in user["roles"])

    def users(self) -> UserRows | None:
        """Return who has a role in this programme; None where the user's role does not show it."""
        if not self.actor.may("user.read", self.model.programme_id):
            return None
        found = self.accounts.list(self.actor, self.model.programme_id)
        return [user for user in found if not user["disabled"]]

    def shown_name(self, name: str) -> str:
        """Return the name that people see of somebody who has a role here."""
        return next((user["display_name"] for user in self.users() or [] if user["name"] == name), name)

    def let_in(self, name: str, display_name: str, role: str, organisation: str) -> None:
        """Give a person a role, with a log-in and its one-time link if she has none, or not any more."""
        model, name = self.model, name.strip().lower()
        with model.attempting():
            token, ended = self.accounts.let_in(
                self.actor, name, display_name, role, model.programme_id, organisation or None
            )
            self.link = way_in(token) if token else ""
            words = say(ROLES[role])  # type: ignore[index] # checked by let_in
            told = [say("{name} has the role “{role}” now.", name=display_name.strip() or name, role=words)]
            if ended:
                told.append(
                    say(
                        "The log-in that {name} had has ended, as it was handed out by somebody "
                        "who may not give this role.",
                        name=name,
                    )
                )
                told.append(
                    say("Please hand over the new link.")
                    if token
                    else say("Please ask the operation for a new link.")
                )
            model.say(" ".join(told))
            self.edits += 1

    def new_link(self, name: str) -> None:
        """Make a one-time link for a user."""
        with self.model.attempting():
            self.link = way_in(self.accounts.new_link(self.actor, name))
            self.model.say(say("A new link for {name} is ready.", name=self.shown_name(name)))

    def revoke(self, name: str, role: str, programme_id: str | None, organisation: str | None) -> None:
        """Take a role from a user; with the last one her log-in goes."""
        with self.model.attempting():
            shown_name = self.shown_name(name)
            gone = self.accounts.revoke(self.actor, name, role, programme_id, organisation)
            self.link = ""
            self.model.say(
                say("{name} cannot log in any more.", name=shown_name)
                if gone
                else say("{name} has not got this role any more.", name=shown_name)
            )
            self.edits += 1


def people_section(model: ProgrammeModel) -> w.Widget:
    """Return the list of log-ins and, for whoever may, the form for a new one."""
    people = People(model)
    if people.users() is None:
        return section(say("Log-ins"), hint=say("Your role does not show who has a log-in."))
    table = Table(
        say("Log-ins and roles of this programme"),
        [column("name", say("Name")), column("role", say("Role")), column("scope", say("Holds for"))],
        empty=say("Nobody has a log-in yet."),
    )

    def show(*_: object) -> None:
        table.rows = _rows(people)
        table.filtered = len(table.rows) > 8

    question = RoleQuestion(people)

    def act(row_id: str, name: str) -> None:
        user, role, programme_id, organisation = row_id.split("\n")
        if name == "link":
            people.new_link(user)
        else:
            question.about(user, role, programme_id or None, organisation or None)

    table.on_action(act)
    people.observe(show, "edits")
    model.observe(show, "log_ins")
    show()
    if not people.roles:
        hint = say("Log-ins are given by whoever has the role “Operation”. Please ask there.")
        return section(say("Log-ins"), table, hint=hint)
    hint = say("Changes of log-ins hold at once.")
    entry = section(say("New log-in or role"), LogInForm(people), level=3)
    return section(say("Log-ins"), table, question, _link(people), entry, hint=hint)


def _rows(people: People) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for user in people.users() or []:
        for role in user["roles"]:
            name, word = user["display_name"], say(ROLES[role["role"]])  # type: ignore[index] # granted roles
            everywhere = role["programme_id"] is None
            buttons = []
            if people.may_link(user):
                buttons.append(action("link", say("New link"), say("New link for {name}", name=name)))
            if people.may_change(role["role"], everywhere=everywhere):
                title = say("Remove the role {role} of {name}", role=word, name=name)
                buttons.append(action("revoke", say("Remove"), title))
            parts = (user["name"], role["role"], role["programme_id"] or "", role["organisation"] or "")
            scope = say("all programmes") if everywhere else say("this programme")
            rows.append(
                {
                    "id": "\n".join(parts),
                    "name": cell(name, note=user["name"]),
                    "role": word,
                    "scope": role["organisation"] or scope,
                    "actions": buttons,
                }
            )
    return rows


def _link(people: People) -> w.Widget:
    address, hint = LinkToCopy(say("One-time link")), LaidOut()
    box = w.VBox([address, hint])

    def show(*_: object) -> None:
        address.path = people.link
        end = date((people.model.bench.store.clock() + LINK_VALID).astimezone())
        told = say(
            "By it a password is chosen, once, until {day}; it is shown only now. Copy it and hand it over;"
            " whoever sets a password by it uses it up.",
            day=end,
        )
        hint.value = paragraph(told, "mk-muted") if people.link else ""
        shown(box, bool(people.link))

    people.observe(show, "link")
    show()
    return box


class RoleQuestion(Question):
    """Asks before a role is taken."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._asked: tuple[str, str, str | None, str | None] | None = None
        super().__init__(yes=self._take, no=self._leave)
        self.add_class("mk-card")

    def about(self, user: str, role: str, programme_id: str | None, organisation: str | None) -> None:
        """Ask whether a user is to lose a role."""
        self._asked = user, role, programme_id, organisation
        name = self.people.shown_name(user)
        told = say("The role ends at once, and {name} is logged out. With the last role the log-in goes too.",
                   name=name)  # fmt: skip
        if user == self.people.actor.name:
            told = say("This is your own role.") + " " + told
        word = say(ROLES[role])  # type: ignore[index] # granted roles
        self.ask(say("Remove the role {role} of {name}?", role=word, name=name), told, say("Yes, remove"))

    def _take(self) -> None:
        asked = self._asked
        self._leave()
        if asked is not None:
            self.people.revoke(*asked)

    def _leave(self) -> None:
        self._asked = None
        self.answered()


class LogInForm(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The form in which somebody is let in."""

    def __init__(self, people: People) -> None:
        self.people = people
        self._empty = dict.fromkeys(("name", "display", "role", "organisation"), "")
        fields = self._fields(self._empty)
        key = f"{people.model.programme_id}-log-in"
        self.form = Form(fields, self._known(self._empty, fields), key=key, on_edit=self._follow)
        self.make = button(say("Give the role"), self._give)
        super().__init__([self.form, actions(self.make)], layout=w.Layout(grid_gap="0.4rem"))

    def _fields(self, values: Mapping[str, Any]) -> list[Field]:
        names = {edit.name: edit.name for edit in self.people.model.organisations}
        letters = say("Small letters and digits, such as eva.muster.")
        fields = [
            Field("name", say("User name"), required=True, longest=64, help=letters, width="half"),
            Field("display", say("Name that people see"), help=say("Needed for a new log-in."), width="half"),
            Field("role", say("Role"), "choice", required=True, options=self.people.roles, width="half"),
        ]
        organisation = Field(
            "organisation", say("Organisation"), "choice", required=True, options=names, width="half"
        )
        return [*fields, organisation] if values["role"] == "organisation" else fields

    @staticmethod
    def _known(values: Mapping[str, Any], fields: list[Field]) -> dict[str, Any]:
        return {field.name: values[field.name] for field in fields}

    def _follow(self, name: str, _value: object) -> None:
        if name == "role":
            self.form.fields = self._fields(self.form.values)

    def _give(self) -> None:
        given = self.form.values
        organisation = given.get("organisation", "")
        if not given["role"]:
            self.form.refuse({"role": say("Please choose the role.")})
            return
        if given["role"] == "organisation" and not organisation:
            self.form.refuse({"organisation": say("Please choose the organisation.")})
            return
        self.people.let_in(given["name"], given["display"], given["role"], organisation)
        if self.people.model.refused:
            self.form.refuse({"name": self.people.model.message})
            return
        self.form.fields = self._fields(self._empty)
        self.form.fill(self._known(self._empty, list(self.form.fields)))
