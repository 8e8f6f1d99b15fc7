"""A programme at one look."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mentorkit.privacy.permissions import sole_actor
from mentorkit.programme.records import Contact
from mentorkit.programme.settings import PRESETS, Texts, load_preset
from mentorkit.setup import service
from mentorkit.setup.change import OrganisationEdit, problems
from mentorkit.setup.summary import PARTS, changed_parts, part_of, summary
from mentorkit.store import Store
from mentorkit.workbench import Workbench

EVA = Contact(name="Eva Muster", email="eva@example.org")


def part(key, settings, organisations=(), calendar=()):
    return next(found for found in summary(settings, organisations, calendar) if found.key == key)


@pytest.mark.parametrize("preset", PRESETS)
def test_every_part_of_a_preset_is_told(preset):
    settings = load_preset(preset)
    organisations = [OrganisationEdit(name) for name in settings.organisations.names]
    found = summary(settings, organisations, settings.run.calendar)
    assert [each.key for each in found] == list(PARTS)
    assert all(each.facts for each in found)


def test_what_is_missing_is_named():
    settings = load_preset("cross-administration").model_copy(update={"goals": (), "languages": ("en",)})
    towns = [OrganisationEdit("Kamen", contacts=(EVA,)), OrganisationEdit("Lünen")]
    assert part("organisations", settings, towns).missing == ("Ohne Ansprechperson: Lünen.",)
    assert part("goals", settings).missing
    assert part("calendar", settings).missing
    texts = part("texts", settings)
    assert [sentence for sentence in texts.missing if "English" in sentence]
    full = Texts(description="D", contact="C", consent="Z")
    complete = settings.model_copy(update={"texts": {"de": full, "en": full}})
    assert part("texts", complete).missing == ()


def test_a_calendar_without_an_end_lacks_it():
    settings = load_preset("cross-administration")
    without = tuple(entry for entry in settings.run.calendar if entry.key != "end")
    (sentence,) = part("calendar", settings, calendar=without).missing
    assert "Ende der Tandems" in sentence
    assert part("calendar", settings, calendar=settings.run.calendar).missing == ()


def test_everything_that_can_be_wrong_or_changed_belongs_to_a_part():
    settings = load_preset("cross-administration").model_dump()
    assert {part_of(name) for name in settings} == set(PARTS) - {"calendar"}
    assert part_of("quotas.mentees") == "organisations"
    broken = settings | {"name": " ", "criteria": (), "goals": ({**settings["goals"][0], "asked_of": ()},)}
    assert {part_of(where) for where in problems(broken, ())} >= {"general", "criteria", "goals"}


def test_a_changed_part_is_known():
    store = Store.create()
    run = Workbench.of(store, "me").add("cross-administration")
    base = service.change_of(store, sole_actor("me"), "cross-administration")
    settings, towns = base.settings.model_dump(), list(base.organisations)
    calendar = list(base.calendars[run.id])
    assert changed_parts(settings, towns, calendar, base, run.id) == set()
    towns[0] = replace(towns[0], contacts=(EVA,))
    changed = changed_parts(settings | {"lowest_score": 1}, towns, calendar[1:], base, run.id)
    assert changed == {"criteria", "organisations", "calendar"}
