"""The hands of somebody who uses the app of the programme."""

from __future__ import annotations

import ipywidgets as w
from mentorkit_widgets.components.form import Form
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.programme.parts import EntryList

from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant
from mentorkit.workbench import Workbench

PROGRAMME = "cross-administration"


def inside(part, kind=w.Widget):
    found = [part] if isinstance(part, kind) else []
    for child in getattr(part, "children", ()):
        found += inside(child, kind)
    return found


def the(part, label):
    return next(p for p in inside(part, w.Button) if p.description == label)


def words(part):
    return " ".join(p.value for p in inside(part, w.HTML))


def open_part(view, key):
    view.go(key)
    return view.tabs.panel(key).children[0]


def form_with(part, name):
    return next(form for form in inside(part, Form) if name in form.values)


def entries(part, place=0):
    return inside(part, EntryList)[place]


def table_in(part, place=0):
    return inside(part, Table)[place]


def enter(form, **values):
    for name, value in values.items():
        form.edit(name, value)


def acting(bench, role, **more):
    return Workbench(bench.store, Actor("bea", (Grant(id="G1", user_id="bea", role=role, **more),)))


def add_contact(entry, organisation, name):
    enter(entry.form, organisation=organisation, name=name)
    entry.add.click()
