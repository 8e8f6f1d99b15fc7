"""Organisations of a programme: which take part, how many persons of each, and who answers for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import ipywidgets as w

from mentorkit.language import say
from mentorkit.programme.records import Contact
from mentorkit.programme.settings import Limits
from mentorkit.setup import typed, words
from mentorkit.setup.change import OrganisationEdit
from mentorkit.setup.describe import own_limits
from mentorkit_widgets.base import section, shown
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
    columns = [
        column("name", say("Name")),
        column("limits", say("Quota")),
        column("aliases", say("Other spellings"), "list"),
    ]
    table = Table(say("Who takes part"), columns, empty=say("No organisation yet."))
    names = _Names(model)

    def follow(*_: object) -> None:
        near = [column("neighbours", say("Neighbours"), "list")] if names.with_neighbours else []
        table.columns = [*columns, *near]

    model.observe(follow, "edits")
    follow()
    return EntryList(
        model, "organisation", table, rows=names.rows, fields=names.fields, load=names.load,
        take=names.take, remove=names.remove, new=say("New organisation"), add=say("Add the organisation"),
    )  # fmt: skip


def _key(edit: OrganisationEdit) -> str:
    return edit.id or edit.name


class _Names:
    """The organisations as entries of a list."""

    def __init__(self, model: ProgrammeModel) -> None:
        self.model = model

    @property
    def with_neighbours(self) -> bool:
        """Whether the programme asks who is a neighbour of whom."""
        return bool(self.model.settings["pairing"] == "near")

    def rows(self) -> list[dict[str, Any]]:
        found = []
        for i, edit in enumerate(self.model.organisations):
            limits = own_limits(edit.limits) or say("as the others")
            cells = {"name": edit.name, "limits": limits, "aliases": list(edit.aliases)}
            if self.with_neighbours:
                cells["neighbours"] = list(edit.neighbours)
            found.append(row(i, edit.name, cells, editable=self.model.may_change, key=_key(edit)))
        return found

    def load(self, place: int | None) -> dict[str, Value]:
        edit = self.model.organisations[place] if place is not None else OrganisationEdit("")
        own = {"mentees": edit.limits.mentees, "mentors": edit.limits.mentors}
        limits: dict[str, Value] = {role: "" if n is None else str(n) for role, n in own.items()}
        held = {
            "name": edit.name,
            "aliases": list(edit.aliases),
            "neighbours": list(edit.neighbours),
            **limits,
        }
        return {field.name: held[field.name] for field in self.fields(held)}

    def take(self, place: int | None, values: Mapping[str, Any]) -> None:
        name, known = values["name"].strip(), self.model.organisations
        if not name:
            raise WrongEntry("name", say("Please give every organisation a name."))
        limits = Limits(
            **{role: at(role, typed.whole_or_none, values[role], 0, _MOST) for role in ("mentees", "mentors")}
        )
        old = known[place] if place is not None else OrganisationEdit(name)
        near = tuple(values.get("neighbours", old.neighbours))  # asked where there are others to name
        edit = replace(old, aliases=tuple(values["aliases"]), limits=limits, neighbours=near).renamed(name)
        if place is None:
            known.append(edit)
        else:
            known[place] = edit
        for i, other in enumerate(known):  # what is said of one holds for the other
            if other is not edit:
                told = {*other.neighbours} - {old.name, name} | ({name} if other.name in near else set())
                known[i] = replace(other, neighbours=tuple(sorted(told)))
        self.model.follow()

    def remove(self, place: int) -> None:
        gone = self.model.organisations.pop(place).name
        for i, other in enumerate(self.model.organisations):
            near = tuple(name for name in other.neighbours if name != gone)
            self.model.organisations[i] = replace(other, neighbours=near)
        self.model.follow()

    def fields(self, values: Mapping[str, Any]) -> list[Field]:
        as_others = say("Only where it differs from the others; empty means as the others.")
        fields = [
            Field("name", say("Name of the organisation"), required=True),
            Field("aliases", say("Other spellings"), "tags", help=say("As files may write it.")),
            Field("mentees", say("Own quota of {mentee:pl.nom}"), "number", least=0, most=_MOST, width="half",
                  help=as_others),
            Field("mentors", say("Own quota of {mentor:pl.nom}"), "number", least=0, most=_MOST, width="half",
                  help=as_others),
        ]  # fmt: skip
        others = {e.name: e.name for e in self.model.organisations if e.name != values["name"].strip()}
        if self.with_neighbours and others:
            told = say("Tandems may link the two; it holds both ways.")
            fields.append(Field("neighbours", say("Neighbours"), "ticks", help=told, options=others))
        return fields


# -- contact persons ---------------------------------------------------------------------------------


def _contacts(model: ProgrammeModel) -> EntryList:
    columns = [
        column("name", say("Name")),
        column("organisation", say("Organisation")),
        column("email", say("E-mail")),
        column("phone", say("Telephone")),
    ]
    table = Table(say("Who answers for an organisation"), columns, empty=say("No contact person yet."))
    people = _Contacts(model)
    return EntryList(
        model, "contact", table, rows=people.rows, fields=people.fields, load=people.load, take=people.take,
        remove=people.remove, new=say("New contact person"), add=say("Add the contact person"),
    )  # fmt: skip


class _Contacts:
    """The contact persons of all organisations as entries of one list."""

    def __init__(self, model: ProgrammeModel) -> None:
        self.model = model

    def fields(self, _values: Mapping[str, Any]) -> list[Field]:
        names = {_key(edit): edit.name for edit in self.model.organisations}
        return [
            Field("organisation", say("Organisation"), "choice", required=True, options=names),
            Field("name", say("Name"), required=True, width="half"),
            Field("function", say("Function"), width="half"),
            Field("email", say("E-mail"), "email", width="half"),
            Field("phone", say("Telephone"), "phone", width="half"),
        ]

    def rows(self) -> list[dict[str, Any]]:
        found = []
        for place, (i, k) in enumerate(self._places()):
            edit = self.model.organisations[i]
            person = edit.contacts[k]
            cells = {
                "name": cell(person.name, note=person.function),
                "organisation": edit.name,
                "email": person.email or None,
                "phone": person.phone or None,
            }
            key = "-".join((_key(edit), person.name, person.email))
            found.append(row(place, person.name, cells, editable=self.model.may_change, key=key))
        return found

    def load(self, place: int | None) -> dict[str, Value]:
        if place is None:
            return dict.fromkeys(("organisation", "name", "function", "email", "phone"), "")
        i, k = self._places()[place]
        edit = self.model.organisations[i]
        return {"organisation": _key(edit), **edit.contacts[k].model_dump()}

    def take(self, place: int | None, values: Mapping[str, Any]) -> None:
        person = _person(values)
        target = [_key(edit) for edit in self.model.organisations].index(values["organisation"])
        i, k = self._places()[place] if place is not None else (None, 0)
        known = self.model.organisations[target].contacts
        if i == target:
            self._set(target, (*known[:k], person, *known[k + 1 :]))
        else:
            if place is not None:
                self._drop(place)
            self._set(target, (*known, person))
        self.model.follow()

    def remove(self, place: int) -> None:
        self._drop(place)
        self.model.follow()

    def _places(self) -> list[tuple[int, int]]:
        """Return where each contact person is: the organisation's place and her own."""
        known = self.model.organisations
        return [(i, k) for i, edit in enumerate(known) for k in range(len(edit.contacts))]

    def _drop(self, place: int) -> None:
        i, k = self._places()[place]
        known = self.model.organisations[i].contacts
        self._set(i, known[:k] + known[k + 1 :])

    def _set(self, place: int, contacts: tuple[Contact, ...]) -> None:
        known = self.model.organisations
        known[place] = replace(known[place], contacts=contacts)


def _person(values: Mapping[str, Any]) -> Contact:
    """Return a contact person from what was typed; a refusal says at which field."""
    if not values["organisation"]:
        raise WrongEntry("organisation", say("Please choose the organisation."))
    at("email", typed.contact, "-", "", values["email"], "")
    at("phone", typed.contact, "-", "", "", values["phone"])
    person: Contact = at("name", typed.contact, *(values[x] for x in ("name", "function", "email", "phone")))
    return person
