"""Presets and settings: read as they stand, and refused in a sentence where they do not fit."""

import datetime as dt
import tomllib
from importlib.resources import files

import pytest
from pydantic import ValidationError

from mentorkit.errors import UsageError
from mentorkit.programme.fields import ALWAYS, FIELDS
from mentorkit.programme.records import GRAVITY, Application, Finding, Overruling, Programme, Withdrawal
from mentorkit.programme.settings import PRESETS, in_language, load_preset, preset_text, read_settings


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_complete(name):
    settings = load_preset(name)
    asked = {*settings.questions.mentee, *settings.questions.mentor}
    assert asked <= FIELDS.keys()
    assert {rule.field for rule in settings.rules} <= asked
    assert set(settings.questions.required) <= asked
    assert sum(criterion.weight for criterion in settings.criteria) == 1000
    assert [entry for entry in settings.run.calendar if entry.key == "closing"]


def test_known_organisations_are_those_of_the_contract():
    assert len(load_preset("party-chapters").organisations.names) == 14
    assert "Kreis Unna" in load_preset("cross-administration").organisations.names
    assert load_preset("arts-academy").organisations.kind == "none"
    assert load_preset("cross-company").organisations.kind == "open"


def test_the_academy_alone_makes_tandems_one_by_one_in_either_language():
    assert [name for name in PRESETS if load_preset(name).one_by_one] == ["arts-academy"]
    assert in_language(load_preset("arts-academy"), "en").one_by_one


def test_an_unknown_preset_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match="cross-company"):
        load_preset("cross-galaxy")


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ('pairing = "different"', 'pairing = "sideways"', "pairing"),
        ("weight = 600", "weight = 500", "1000"),
        ("women_only = true", "women_only = ", None),
        ('test = "yes"', 'test = "at_least"', "value"),
        ("[quotas]", "[quota]", "quota"),
        ("mentees = 3", "mentees = -1", "mentees"),
    ],
)
def test_a_setting_that_does_not_fit_is_refused_by_name(old, new, named):
    text = preset_text("cross-administration")
    assert old in text
    with pytest.raises(UsageError) as refusal:
        read_settings(text.replace(old, new, 1))
    assert named is None or named in str(refusal.value)


def test_a_preset_can_be_changed_into_another_programme():
    settings = read_settings(
        preset_text("cross-company").replace('gender_style = "star"', 'gender_style = "colon"')
    )
    assert settings.voice().style == "colon"
    assert settings.voice("en").language == "en"


def test_records_are_frozen_and_change_by_making_new_ones():
    programme = Programme(id="p", name="P", preset="x", settings=load_preset("cross-company"))
    with pytest.raises(ValidationError):
        programme.name = "Q"
    assert programme.with_(name="Q").name == "Q"
    assert programme.name == "P"
    with pytest.raises(ValidationError):
        programme.with_(colour="red")


def test_an_application_takes_part_when_it_is_in_order_or_overruled():
    application = Application(
        id="A1", run_id="r", person_id="P1", role="mentor", first_name="Anna", last_name="Hof"
    )
    assert application.takes_part
    assert application.places == 1
    doubtful = application.with_(status="review", findings=(Finding(code="late"),), answers={"places": 2})
    assert not doubtful.takes_part
    assert doubtful.places == 2
    assert doubtful.with_(role="mentee").places == 1
    assert GRAVITY.index(doubtful.status) < GRAVITY.index("error")


AT = dt.datetime(2014, 3, 1, tzinfo=dt.UTC)


@pytest.mark.parametrize("status", GRAVITY)
@pytest.mark.parametrize("verdict", [None, "admitted", "refused"])
@pytest.mark.parametrize("withdrawn", [None, Withdrawal(by="lea", at=AT)])
def test_every_application_is_one_of_taking_part_open_refused_or_withdrawn(status, verdict, withdrawn):
    decision = verdict and Overruling(by="lea", at=AT, reason="Ist bekannt", verdict=verdict)
    a = Application(
        id="A1", run_id="r", person_id="P1", role="mentor", first_name="Anna", last_name="Hof",
        status=status, overruled=decision, withdrawn=withdrawn,
    )  # fmt: skip
    assert (a.takes_part, a.open, a.refused, a.withdrawn is not None).count(True) == 1
    if verdict and not withdrawn:
        assert (a.takes_part, a.refused) == (verdict == "admitted", verdict == "refused")
    assert (a.admitted, a.turned_down) == (verdict == "admitted", verdict == "refused")


def test_a_decision_stored_before_one_could_refuse_is_an_admission():
    old = {"by": "lea", "at": "2014-03-01T12:00:00Z", "reason": "Ist bekannt"}
    assert Overruling.model_validate(old).verdict == "admitted"


def test_every_field_has_a_label_and_names_are_always_asked():
    assert all(field.label for field in FIELDS.values())
    assert set(ALWAYS) <= FIELDS.keys()


def german_of(settings):
    """Return all that a preset says in German."""
    goals = [text for goal in settings.goals for text in (goal.title, goal.question)]
    dates = [date.title for date in settings.run.calendar]
    texts = [text for own in settings.texts.values() for text in own.model_dump().values() if text]
    return {*goals, *dates, *texts}


def test_a_preset_says_everything_in_english_too():
    german = set().union(*(german_of(load_preset(preset)) for preset in PRESETS))
    for preset in PRESETS:
        english = in_language(load_preset(preset), "en")
        assert german_of(english).isdisjoint(german)
        assert list(english.texts) == ["en"]
        assert in_language(load_preset(preset), "de") == load_preset(preset)
    written = files("mentorkit.programme").joinpath("presets", "english.toml").read_text("utf-8")
    assert set(tomllib.loads(written)) == german
