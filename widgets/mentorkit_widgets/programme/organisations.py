"""Organisations of a programme: which take part, how many persons of each, and who answers for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as w

from mentorkit.language import say
from mentorkit.programme.settings import Limits
from mentorkit.setup import typed, words
from mentorkit.setup.change import OrganisationEdit
from mentorkit.setup.describe import own_limits
from mentorkit_widgets.base import shown
from mentorkit_widgets.components.form import Field, Value
from mentorkit_widgets.components.table import Table, cell, column
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.parts import (
    EntryList,
    Problem,
    Setting,
    SettingsForm,
    WrongEntry,
    at,
    row,
    section,
)

_MOST = 999


def organisations_section(model: ProgrammeModel) -> w.Widget:
    """Return which organisations take part, their names and quotas, and their contact persons."""
    names, people = _names(model), _contacts(model)
    hint = say(
        "A new name reaches all applications; the old one stays as a spelling."
        " What is in use cannot be removed."
    )
    lists = w.VBox([
        section(say("Names and quotas"), names, Problem(model, "organisations"), hint=hint),
        section(say("Contact persons"), people, hint=say("They answer for their organisation.")),
    ], layout=w.Layout(grid_gap="1rem"))  # fmt: skip

    def follow(*_: object) -> None:
        shown(lists, model.settings["organisations"]["kind"] != "none")

    model.observe(follow, "edits")
    follow()
    general = section(say("Organisations"), SettingsForm(model, "organisations", _ties))
    return w.VBox([general, lists], layout=w.Layout(grid_gap="1rem"))


def _ties() -> list[Setting]:
    kinds = {key: say(text) for key, text in words.KINDS.items()}
    labels = {
        "mentees": say("Most {mentee:pl.nom} of an organisation"),
        "mentors": say("Most {mentor:pl.nom} of an organisation"),
    }

    def limit(role: str, settings: Mapping[str, Any]) -> Value:
        found = settings["quotas"][role]
        return "" if found is None else str(found)

    return [
        Setting(
            Field("organisations.kind", say("Which organisations take part"), "radio", required=True,
                  options=kinds),
            lambda settings: settings["organisations"]["kind"],
        ),
        *(
            Setting(
                Field(f"quotas.{role}", label, "number", least=0, most=_MOST, width="half",
                      help=say("Persons; empty means no limit.")),
                partial(limit, role),
                partial(typed.whole_or_none, least=0, most=_MOST),
            )
            for role, label in labels.items()
        ),
    ]  # fmt: skip


# -- names, spellings, quotas of their own -----------------------------------------------------------


def _names(model: ProgrammeModel) -> EntryList:
    def rows() -> list[dict[str, Any]]:
        return [
            row(
                i,
                edit.name,
                {
                    "name": edit.name,
                    "limits": own_limits(edit.limits) or say("as the others"),
                    "aliases": list(edit.aliases),
                },
                editable=model.may_change,
                key=edit.id or edit.name,
            )
            for i, edit in enumerate(model.organisations)
        ]

    def load(place: int | None) -> dict[str, Value]:
        edit = model.organisations[place] if place is not None else OrganisationEdit("")
        own = {"mentees": edit.limits.mentees, "mentors": edit.limits.mentors}
        limits: dict[str, Value] = {role: "" if n is None else str(n) for role, n in own.items()}
        return {"name": edit.name, "aliases": list(edit.aliases), **limits}

    def take(place: int | None, values: Mapping[str, Any]) -> None:
        name = values["name"].strip()
        if not name:
            raise WrongEntry("name", say("Please give every organisation a name."))
        limits = Limits(
            **{role: at(role, typed.whole_or_none, values[role], 0, _MOST) for role in ("mentees", "mentors")}
        )
        old = model.organisations[place] if place is not None else OrganisationEdit(name)
        edit = replace(old, aliases=tuple(values["aliases"]), limits=limits).renamed(name)
        if place is None:
            model.organisations.append(edit)
        else:
            model.organisations[place] = edit
        model.follow()

    def remove(place: int) -> None:
        model.organisations.pop(place)
        model.follow()

    columns = [
        column("name", say("Name")),
        column("limits", say("Quota")),
        column("aliases", say("Other spellings"), "list"),
    ]
    table = Table(say("Who takes part"), columns, empty=say("No organisation yet."))
    return EntryList(
        model, "organisation", table, rows=rows, fields=_name_fields, load=load, take=take, remove=remove,
        new=say("New organisation"), add=say("Add the organisation"),
    )  # fmt: skip


def _name_fields(_values: Mapping[str, Any]) -> list[Field]:
    as_others = say("Only where it differs from the others; empty means as the others.")
    return [
        Field("name", say("Name of the organisation"), required=True),
        Field("aliases", say("Other spellings"), "tags", help=say("As files may write it.")),
        Field("mentees", say("Own quota of {mentee:pl.nom}"), "number", least=0, most=_MOST, width="half",
              help=as_others),
        Field("mentors", say("Own quota of {mentor:pl.nom}"), "number", least=0, most=_MOST, width="half",
              help=as_others),
    ]  # fmt: skip


# -- contact persons ---------------------------------------------------------------------------------


def _contacts(model: ProgrammeModel) -> EntryList:
    def places() -> list[tuple[int, int]]:
        """Return where each contact person is: the organisation's place and her own."""
        return [(i, k) for i, edit in enumerate(model.organisations) for k in range(len(edit.contacts))]

    def rows() -> list[dict[str, Any]]:
        found = []
        for n, (i, k) in enumerate(places()):
            edit = model.organisations[i]
            person = edit.contacts[k]
            cells = {
                "name": cell(person.name, note=person.function),
                "organisation": edit.name,
                "email": person.email or None,
                "phone": person.phone or None,
            }
            found.append(row(n, person.name, cells, editable=model.may_change))
        return found

    def load(place: int | None) -> dict[str, Value]:
        if place is None:
            return dict.fromkeys(("organisation", "name", "function", "email", "phone"), "")
        i, k = places()[place]
        person = model.organisations[i].contacts[k]
        return {"organisation": str(i), **person.model_dump()}

    def take(place: int | None, values: Mapping[str, Any]) -> None:
        if not values["organisation"]:
            raise WrongEntry("organisation", say("Please choose the organisation."))
        at("email", typed.contact, "-", "", values["email"], "")
        at("phone", typed.contact, "-", "", "", values["phone"])
        parts = (values[name] for name in ("name", "function", "email", "phone"))
        person = at("name", typed.contact, *parts)
        target = int(values["organisation"])
        if place is not None and places()[place][0] == target:
            k = places()[place][1]
            known = model.organisations[target].contacts
            _set(model, target, (*known[:k], person, *known[k + 1 :]))
        else:
            if place is not None:
                drop(place)
            _set(model, target, (*model.organisations[target].contacts, person))
        model.follow()

    def drop(place: int) -> None:
        i, k = places()[place]
        known = model.organisations[i].contacts
        _set(model, i, known[:k] + known[k + 1 :])

    def remove(place: int) -> None:
        drop(place)
        model.follow()

    def fields(_values: Mapping[str, Any]) -> list[Field]:
        names = {str(i): edit.name for i, edit in enumerate(model.organisations)}
        return [
            Field("organisation", say("Organisation"), "choice", required=True, options=names),
            Field("name", say("Name"), required=True, width="half"),
            Field("function", say("Function"), width="half"),
            Field("email", say("E-mail"), "email", width="half"),
            Field("phone", say("Telephone"), "phone", width="half"),
        ]

    columns = [
        column("name", say("Name")),
        column("organisation", say("Organisation")),
        column("email", say("E-mail")),
        column("phone", say("Telephone")),
    ]
    table = Table(say("Who answers for an organisation"), columns, empty=say("No contact person yet."))
    made = EntryList(
        model, "contact", table, rows=rows, fields=fields, load=load, take=take, remove=remove,
        new=say("New contact person"), add=say("Add the contact person"),
    )  # fmt: skip

    def offer(*_: object) -> None:
        made.form.fields = fields(made.form.values)

    model.observe(offer, "edits")
    return made


def _set(model: ProgrammeModel, place: int, contacts: tuple[Any, ...]) -> None:
    model.organisations[place] = replace(model.organisations[place], contacts=contacts)
