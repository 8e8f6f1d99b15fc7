"""Gendered nouns in every style, number, case and with every article."""

import pytest

from mentorkit.language import NOUNS, Voice, say, speaking
from mentorkit.language.nouns import STYLES

CASES = ("nom", "gen", "dat", "acc")


def inflected(form, style, *, women_only=False, language="de"):
    with speaking(Voice(language, style, women_only)):
        return say("{" + form + "}")


@pytest.mark.parametrize(
    ("style", "plural", "dative", "singular"),
    [
        (
            "pair",
            "Teilnehmerinnen und Teilnehmer",
            "Teilnehmerinnen und Teilnehmern",
            "Teilnehmerin oder Teilnehmer",
        ),
        ("star", "Teilnehmer*innen", "Teilnehmer*innen", "Teilnehmer*in"),
        ("underscore", "Teilnehmer_innen", "Teilnehmer_innen", "Teilnehmer_in"),
        ("colon", "Teilnehmer:innen", "Teilnehmer:innen", "Teilnehmer:in"),
        ("capital_i", "TeilnehmerInnen", "TeilnehmerInnen", "TeilnehmerIn"),
        ("slash", "Teilnehmer/-innen", "Teilnehmer/-innen", "Teilnehmer/-in"),
        ("neutral", "Teilnehmende", "Teilnehmenden", "Teilnehmerin oder Teilnehmer"),
    ],
)
def test_each_style_has_its_forms(style, plural, dative, singular):
    assert inflected("participant:pl.nom", style) == plural
    assert inflected("participant:pl.dat", style) == dative
    assert inflected("participant:sg.nom", style) == singular


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("mentor:pl.dat", "Mentorinnen und Mentoren"), ("mentor:pl.gen.def", "der Mentorinnen und Mentoren"),
        ("mentor:sg.gen.def", "der Mentorin oder des Mentors"),
        ("mentor:sg.acc.def", "die Mentorin oder den Mentor"),
        ("mentor:sg.dat.indef", "einer Mentorin oder einem Mentor"), ("mentor", "Mentorin oder Mentor"),
        ("mentee:pl.dat", "Mentees"), ("mentee:sg.nom.def", "die/der Mentee"), ("mentee:sg.nom", "Mentee"),
        ("mentee:sg.gen.def", "der Mentee oder des Mentees"), ("mentee:sg.acc.indef", "eine/einen Mentee"),
        ("coordinator:pl.dat.def", "den Koordinatorinnen und Koordinatoren"),
        ("applicant:pl.dat", "Bewerberinnen und Bewerbern"),
    ],
)  # fmt: skip
def test_a_pair_inflects_in_every_case(form, text):
    assert inflected(form, "pair") == text


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("mentor:sg.nom.def", "die/der Mentor*in"), ("mentor:sg.nom.indef", "ein*e Mentor*in"),
        ("mentor:sg.acc.indef", "eine*n Mentor*in"), ("mentor:sg.dat.indef", "einem*r Mentor*in"),
        ("mentor:sg.dat.def", "der/dem Mentor*in"), ("mentor:pl.dat.def", "den Mentor*innen"),
    ],
)  # fmt: skip
def test_a_star_inflects_with_articles(form, text):
    assert inflected(form, "star") == text


def test_where_all_mentees_are_women_only_theirs_is_the_form():
    assert inflected("mentee:sg.nom.def", "pair", women_only=True) == "die Mentee"
    assert inflected("mentee:sg.dat.indef", "star", women_only=True) == "einer Mentee"
    assert inflected("mentor:sg.nom", "star", women_only=True) == "Mentor*in"


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("noun", NOUNS)
def test_every_noun_has_every_form_in_every_style(noun, style):
    for case in CASES:
        for form in (f"sg.{case}", f"pl.{case}", f"sg.{case}.def", f"sg.{case}.indef", f"pl.{case}.def"):
            text = inflected(f"{noun}:{form}", style)
            assert text.strip() == text
            assert "  " not in text
            assert len(text) > 4


@pytest.mark.parametrize("style", STYLES)
def test_english_has_no_styles(style):
    assert inflected("mentor:pl.dat", style, language="en") == "mentors"
    assert inflected("applicant:sg.nom.indef", style, language="en") == "an applicant"
    assert inflected("mentee:sg.nom.def", style, language="en") == "the mentee"
