"""Who has a log-in for the programme, with which role."""

from __future__ import annotations

from typing import Any

import ipywidgets as w

from mentorkit.language import say
from mentorkit.privacy.permissions import ROLES
from mentorkit_widgets.base import actions, button, markup, paragraph, shown
from mentorkit_widgets.programme import ProgrammeModel
from mentorkit_widgets.programme_parts import choice, field, section
from mentorkit_widgets.table import Table, action, cell, column


def people_section(model: ProgrammeModel) -> w.Widget:
    """Return the list of log-ins and, for whoever may, the form for a new one."""
    if model.users() is None:
        return section(say("Log-ins"), hint=say("Your role does not show who has a log-in."))
    table = Table(
        say("Log-ins and roles of this programme"),
        [column("name", say("Name")), column("role", say("Role")), column("scope", say("Holds for"))],
        empty=say("Nobody has a log-in yet."),
    )

    def show(*_: object) -> None:
        table.rows = _rows(model)

    def act(row_id: str, name: str) -> None:
        user, role, programme_id, organisation = row_id.split("\n")
        if name == "link":
            model.new_link(user)
        else:
            model.revoke(user, role, programme_id or None, organisation or None)

    table.on_action(act)
    model.observe(show, "edits")
    show()
    if model.may_change_users:
        return section(say("Log-ins"), _link(model), table, _form(model))
    hint = say("Log-ins are given by whoever has the role “Operation”. Please ask there.")
    return section(say("Log-ins"), table, hint=hint)


def _rows(model: ProgrammeModel) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for user in model.users() or []:
        for role in user["roles"]:
            name, word = user["display_name"], say(ROLES[role["role"]])  # type: ignore[index] # granted roles
            everywhere = say("all programmes") if role["programme_id"] is None else say("this programme")
            buttons = [
                action("link", say("New link"), say("New link for {name}", name=name)),
                action(
                    "revoke", say("Remove"), say("Remove the role {role} of {name}", role=word, name=name)
                ),
            ]
            parts = (user["name"], role["role"], role["programme_id"] or "", role["organisation"] or "")
            rows.append(
                {
                    "id": "\n".join(parts),
                    "name": cell(name, note=user["name"]),
                    "role": word,
                    "scope": role["organisation"] or everywhere,
                    "actions": buttons if model.may_change_users else [],
                }
            )
    return rows


def _link(model: ProgrammeModel) -> w.Widget:
    shows = w.HTML()

    def show(*_: object) -> None:
        hint = say(
            "This link logs in once, within seven days, and is shown only now."
            " Copy its address (right click) and hand it over."
        )
        link = markup('<p><a href="{href}">{text}</a></p>', href=model.link, text=say("One-time link"))
        shows.value = link + paragraph(hint, "mk-muted") if model.link else ""
        shown(shows, bool(model.link))

    model.observe(show, "link")
    show()
    return shows


def _form(model: ProgrammeModel) -> w.Widget:
    name = field(w.Text, say("User name"), placeholder=say("small letters, such as eva.muster"))
    display = field(w.Text, say("Name that people see"))
    role = choice(say("Role"), {key: say(text) for key, text in ROLES.items()})
    names = {edit.name: edit.name for edit in model.organisations}
    organisation = choice(say("Organisation"), {"": say("none"), **names})

    def add() -> None:
        model.add_user(name.value, display.value, role.value, organisation.value)
        if not model.refused:
            name.value = display.value = ""

    def follow(*_: object) -> None:
        wanted = role.value == "organisation"
        shown(organisation, wanted)
        if not wanted:
            organisation.value = ""

    role.observe(follow, "value")
    follow()
    make = button(say("Give the role"), add)
    heading = w.HTML(markup("<h3>{title}</h3>", title=say("New log-in or role")))
    return w.VBox([heading, name, display, role, organisation, actions(make)])
