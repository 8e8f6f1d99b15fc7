"""Unknown organisations are asked about, with the likeliest names; none is taken silently."""

import pytest

from mentorkit.intake.organisations import Organisations
from mentorkit.programme.records import Organisation
from mentorkit.programme.settings import load_preset


def known(preset):
    return Organisations.of(load_preset(preset).organisations)


def companies(heard, *stored):
    records = [Organisation(id=f"O{i}", programme_id="p", name=name) for i, name in enumerate(stored)]
    return Organisations.of(load_preset("cross-company").organisations, records, heard)


@pytest.mark.parametrize(
    ("preset", "text", "name"),
    [
        ("party-chapters", "KV Dessau", "Dessau-Roßlau"),
        ("party-chapters", "Lutherstadt Wittenberg", "Wittenberg"),
        ("cross-administration", "Fröndenberg-Hohenheide", "Fröndenberg"),
        ("cross-administration", "Stadt Lünen – Fachbereich Jugend", "Lünen"),
        ("cross-administration", "Schwertte-Mitte", "Schwerte"),
    ],
)
def test_an_unknown_text_comes_with_the_likeliest_name_first(preset, text, name):
    organisations = known(preset)
    assert organisations.match(text).name is None
    assert organisations.guesses(text)[0] == name
    assert len(organisations.guesses(text)) <= 3


@pytest.mark.parametrize("text", ["Stadt Fröndenberg/Ruhr", "Froendenberg / Ruhr", "Fröndenberg (Ruhr)"])
def test_a_town_is_known_by_its_official_name(text):
    assert known("cross-administration").match(text).name == "Fröndenberg"


def test_what_shares_no_word_is_no_guess_unasked():
    assert known("cross-administration").match("Nirgendwo").guess is None


def test_a_company_but_for_a_typing_error_is_asked_about():
    found = companies(["Drahtwerk Volme"] * 3 + ["Drathwerk Volme", "Federn Altena"])
    assert found.match("Drahtwerk Volme GmbH").name == "Drahtwerk Volme"
    assert (found.match("Drathwerk Volme").name, found.match("Drathwerk Volme").guess) == (
        None,
        "Drahtwerk Volme",
    )
    assert found.match("Federn Altena").name == "Federn Altena"


def test_companies_that_are_stored_both_are_both():
    found = companies(["Drathwerk Volme"], "Drahtwerk Volme", "Drathwerk Volme")
    assert found.match("Drathwerk Volme").name == "Drathwerk Volme"


@pytest.mark.parametrize("other", ["Werkstatt 2", "IT-Haus Hamm", "Nordlicht Energie"])
def test_another_company_is_no_typing_error(other):
    found = companies(["Werkstatt 1", "IT-Haus Hagen", "Nordlicht AG", other])
    assert found.match(other).name == other
