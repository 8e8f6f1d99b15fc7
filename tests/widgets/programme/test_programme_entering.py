"""What is being entered in the app of the programme stays, whatever else is changed."""

from __future__ import annotations

from app_people import RUN
from mentorkit_widgets.programme.criteria import Weights
from mentorkit_widgets.programme.parts import EntryList
from programme_hands import (
    add_contact,
    enter,
    entries,
    inside,
    open_part,
)


def test_what_is_being_entered_stays_when_a_button_changes_something_or_all_is_saved(view, model):
    new = entries(open_part(view, "goals"))
    enter(new.form, title="Halbes Ziel")
    changed = entries(open_part(view, "calendar"))
    changed.table.act("1", "edit")
    enter(changed.form, title="Halber Termin")
    (weights,) = inside(open_part(view, "criteria"), Weights)
    weights.form.edit("criteria.topics", "700")
    weights.scale.click()
    view.changes.save.click()
    assert not model.changed
    view.changes.undo.click()
    assert new.form.values["title"] == "Halbes Ziel"
    assert changed.form.values["title"] == "Halber Termin"
    changed.add.click()
    assert [entry.title for entry in model.calendar].count("Halber Termin") == 1
    assert len(model.calendar) == len(model.base.calendars[RUN])
    view.changes.discard.click()
    assert new.form.values["title"] == ""


def test_what_could_not_be_understood_stays_when_the_weights_are_shared_out(view, model):
    (weights,) = inside(open_part(view, "criteria"), Weights)
    weights.form.edit("criteria.experience.tolerance", "einige")
    weights.form.edit("criteria.topics", "700")
    weights.scale.click()
    assert weights.form.values["criteria.experience.tolerance"] == "einige"
    assert "keine Zahl" in weights.form.errors["criteria.experience.tolerance"]


def test_a_new_entry_stays_when_a_row_is_removed(view, model):
    entry = entries(open_part(view, "goals"))
    enter(entry.form, title="Halbes Ziel")
    entry.table.act("0", "remove")
    assert entry.form.values["title"] == "Halbes Ziel"


def test_an_entry_that_is_changed_goes_with_its_own_row_only(view, model):
    entry = entries(open_part(view, "goals"))
    titles = [goal["title"] for goal in model.settings["goals"]]
    entry.table.act("1", "edit")
    enter(entry.form, question="Anders?")
    entry.table.act("0", "remove")
    assert entry.form.values["question"] == "Anders?"
    entry.add.click()
    assert [g["title"] for g in model.settings["goals"]] == titles[1:]
    assert model.settings["goals"][0]["question"] == "Anders?"
    entry.table.act("0", "edit")
    entry.table.act("0", "remove")
    assert (entry.editing, entry.form.values["title"]) == (None, "")


def test_an_entry_stays_when_what_it_belongs_to_gets_another_name(view, model):
    names, people = inside(open_part(view, "organisations"), EntryList)
    enter(names.form, name="Werne")
    names.add.click()
    add_contact(people, "Werne", "Eva Muster")
    people.table.act("0", "edit")
    enter(people.form, function="Gleichstellung")
    view.changes.save.click()
    assert people.form.values["function"] == "Gleichstellung"
    assert people.editing == 0


def test_what_the_browser_keeps_of_a_new_entry_stays_when_another_is_moved(view, model):
    people = entries(open_part(view, "organisations"), 1)
    first, second = (edit.id for edit in model.organisations[:2])
    for name in ("Ada", "Ben"):
        add_contact(people, first, name)
    given_up, keys = [], [people.form.key]

    def note(_):  # filled again under the same key, the browser lets go of what it keeps
        if people.form.key == keys[-1]:
            given_up.append(people.form.key)
        keys.append(people.form.key)

    people.form.observe(note, "_filled")
    people.table.act("0", "edit")
    enter(people.form, organisation=second)
    edited = people.form.key
    people.add.click()
    assert given_up == [edited]
