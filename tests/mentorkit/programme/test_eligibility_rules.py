"""Rules as data, the scales they read by, and what an older workbench holds of them."""

import csv
from pathlib import Path

import pytest
from pydantic import ValidationError

from mentorkit.errors import UsageError
from mentorkit.intake.grades import understand
from mentorkit.language import LANGUAGES, Voice, speaking
from mentorkit.programme.pay import SCALES, pay_scale
from mentorkit.programme.rules import Rule, quoted
from mentorkit.programme.settings import PRESETS, load_preset, preset_text, read_settings

OLD = {"role": "mentee", "field": "pay_grade", "test": "at_least", "value": 9, "code": "grade_too_low"}


@pytest.mark.parametrize(("value", "limits"), [(9, ("9", "9")), (9.5, ("10", "10")), (16, ("16", "15Ü"))])
def test_a_rule_of_an_older_workbench_reads_as_it_did(value, limits):
    rule = Rule.model_validate({**OLD, "value": value})
    assert (rule.limits["A"], rule.limits["E"]) == limits
    assert (rule.scale, rule.hard, rule.sentences) == ("de-2014", True, {})
    assert Rule.model_validate(rule.model_dump()) == rule


@pytest.mark.parametrize(
    "wrong",
    [
        {"test": "yes", "value": 3},
        {"test": "at_least"},
        {"test": "is_one_of", "value": "x"},
        {"field": "pay_grade", "scale": "de-2014"},
        {"field": "pay_grade", "limits": {"A": "9"}},
        {"field": "pay_grade", "scale": "de-2014", "limits": {"S": "12"}},
        {"field": "pay_grade", "scale": "tvoed-2017", "limits": {"E": "9"}},
        {"test": "at_least", "value": 3, "scale": "de-2014"},
    ],
)
def test_a_rule_that_cannot_be_applied_is_refused(wrong):
    with pytest.raises(ValidationError):
        Rule.model_validate({"role": "mentee", "field": "age", "test": "at_least", "code": "c", **wrong})


def test_a_rule_says_both_limits_and_its_scale():
    with speaking(Voice("en")):
        assert Rule.model_validate(OLD).sentence == (
            "Pay grade must be at least A 9 or E 9 (German pay scales A and TVöD of 2014)"
        )


@pytest.mark.parametrize("preset", PRESETS)
def test_every_rule_of_a_preset_has_a_sentence_in_both_languages(preset):
    for rule in load_preset(preset).rules:
        assert rule.sentences.keys() == set(LANGUAGES)
        assert quoted(rule) == {f"rule_{code}": rule.sentences[code] for code in LANGUAGES}


@pytest.mark.parametrize("name", SCALES)
def test_a_scale_names_its_source_and_its_grades_rise(name):
    scale = pay_scale(name)
    assert scale.source.strip()
    for series in scale.series:
        assert series.title.keys() == set(LANGUAGES)
        assert list(series.steps.values()) == sorted(series.steps.values())
        assert set(series.spellings) <= set(series.steps)


def test_the_grades_of_the_files_of_another_tool_stand_on_their_scale():
    found = {
        row["grade"]
        for path in sorted((Path(__file__).parents[2] / "data/mentor-match").glob("*.csv"))
        for row in csv.DictReader(path.read_text("utf-8").splitlines())
    }
    assert len(found) == 11
    assert all(understand(grade, "uk-civil-service").doubt is None for grade in found)


def test_a_scale_nobody_knows_is_refused():
    with pytest.raises(UsageError, match="de-2014"):
        pay_scale("de-1990")
    with pytest.raises(UsageError):
        read_settings(preset_text("party-chapters").replace('pairing = "same"', 'pay_scale = "x"', 1))
