"""Rules of a programme, and what they make of an application."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.intake.findings import message, rule_of, standing
from mentorkit.intake.judge import judge
from mentorkit.intake.organisations import Organisations
from mentorkit.language import Voice, speaking
from mentorkit.programme.records import Finding, Run
from mentorkit.programme.settings import CalendarEntry, ProgrammeSettings, load_preset

PERSON = {"first_name": "Ada", "last_name": "Amsel", "email": "ada@example.org"}
GRADES = {
    "role": "mentee",
    "field": "pay_grade",
    "test": "at_least",
    "code": "grade_too_low",
    "scale": "de-2014",
}


def settings_with(*rules, **settings):
    given = load_preset("arts-academy").model_dump()
    return ProgrammeSettings.model_validate({**given, "rules": rules, **settings})


def judged(settings, role="mentee", closing=None, **entries):
    calendar = () if closing is None else (CalendarEntry(key="closing", title="Ende", day=closing),)
    run = Run(id="a/1", programme_id="a", name="1", calendar=calendar)
    return judge({**PERSON, **entries}, role, settings, run, Organisations(settings.organisations))


def findings(*given, **entries):
    found = judged(settings_with(*given), **entries)
    return found.status, [finding.code for finding in found.findings]


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("A 10", ("ok", [])), ("A 9", ("ineligible", ["grade_too_low"])), ("E 9b", ("ok", [])),
        ("EG 8", ("ineligible", ["grade_too_low"])), ("9", ("review", ["grade_unclear"])),
        ("S 12", ("review", ["grade_unclear"])), ("-", ("review", ["answer_missing"])),
    ],
)  # fmt: skip
def test_each_series_of_grades_has_its_own_limit(text, outcome):
    rule = {**GRADES, "limits": {"A": "10", "E": "9"}}
    questions = {"mentee": ("pay_grade", "email"), "mentor": ("email",), "required": ("email",)}
    found = judged(settings_with(rule, questions=questions), pay_grade=text)
    assert (found.status, [finding.code for finding in found.findings]) == outcome


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("S 12", "“S 12” is a pay grade of another scale, which is not compared with A, E. Please decide."),
        ("P 8", "“P 8” is a pay grade of another scale, which is not compared with A, E. Please decide."),
        ("A 99", "There is no pay grade “A 99” on these scales: A, E."
         " Please ask for the right one and correct it."),
        ("EG 9z", "There is no pay grade “EG 9z” on these scales: A, E."
         " Please ask for the right one and correct it."),
        ("Blaubeere", "“Blaubeere” is no pay grade that is known here."
         " Please ask for the right one and correct it."),
        ("9", "The pay grade “9” does not say clearly where it stands on one of these scales: A, E."
         " Please decide, or correct it."),
        ("A 9/10", "The pay grade “A 9/10” does not say clearly where it stands on one of these scales: A, E."
         " Please decide, or correct it."),
    ],
)  # fmt: skip
def test_what_is_unclear_about_a_grade_is_told_and_what_to_do(text, sentence):
    asked = {"mentee": ("pay_grade",), "mentor": ("email",), "required": ()}
    finding = judged(settings_with(questions=asked), pay_grade=text).findings[0]
    assert finding.code == "grade_unclear"
    with speaking(Voice("en")):
        assert message(finding) == sentence


def test_a_grade_of_a_series_that_a_rule_does_not_name_stands_on_another_scale():
    found = judged(settings_with({**GRADES, "limits": {"A": "9"}}), pay_grade="E 15").findings[0]
    with speaking(Voice("en")):
        told = message(found)
    assert told.startswith("“E 15” is a pay grade of another scale, which is not compared with A.")


def test_a_date_of_receipt_that_does_not_exist_is_an_error_whether_it_is_asked_for_or_not():
    unasked = settings_with(questions={"mentee": ("email",), "mentor": ("email",)})
    found = judged(unasked, "mentor", "2026-12-01", received="31.11.2026")
    assert (found.status, [finding.code for finding in found.findings]) == ("error", ["invalid_date"])
    assert "31.11.2026" in message(found.findings[0])
    assert judged(unasked, "mentor", "2026-12-01", received="30.11.2026").status == "ok"


def test_places_that_are_told_unasked_are_doubted_where_they_count():
    company = load_preset("cross-company")
    questions = company.questions.model_copy(update={"mentee": ("email",), "mentor": ("email",)})
    settings = company.model_copy(update={"questions": questions, "rules": ()})
    for role, codes in (("mentor", ["ambiguous_capacity"]), ("mentee", [])):
        found = judged(settings, role, organisation="Drahtwerk", places="2 (evtl. 3)")
        assert [finding.code for finding in found.findings] == codes


def test_grades_of_a_series_without_a_limit_are_left_to_a_person():
    assert findings({**GRADES, "limits": {"A": "9"}}, pay_grade="E 15") == ("review", ["grade_unclear"])


def test_a_rule_reads_by_the_scale_it_names():
    for scale, status in (("de-2014", "ok"), ("tvoed-2017", "ineligible")):
        rule = {**GRADES, "scale": scale, "limits": {"E": "9b"}}
        assert findings(rule, pay_grade="E 9a")[0] == status


def test_the_answer_holds_the_number_and_the_series():
    answers = judged(settings_with(), pay_grade="Entgeltgruppe 9b TVöD").answers
    assert (answers["pay_grade"], answers["pay_scale"]) == (9, "E")
    other = judged(settings_with(pay_scale="uk-civil-service"), pay_grade="SEO").answers
    assert (other["pay_grade"], other["pay_scale"]) == (5, "CS")


@pytest.mark.parametrize(
    ("test", "field", "text", "holds"),
    [
        ({"test": "is_one_of", "values": ("f", "d")}, "gender", "divers", True),
        ({"test": "is_one_of", "values": ("f", "d")}, "gender", "Herr", False),
        ({"test": "is_one_of", "values": ("Deutsch", "en")}, "languages", "fr, deutsch", True),
        ({"test": "is_one_of", "values": ("Deutsch", "en")}, "languages", "fr, it", False),
        ({"test": "is", "value": "Halle (Saale)"}, "region", "halle  (saale)", True),
        ({"test": "at_most", "value": 30}, "age", "30", True),
        ({"test": "at_most", "value": 30}, "age", "31", False),
        ({"test": "yes"}, "may_call", "√", True),
        ({"test": "yes"}, "may_call", "ne", False),
    ],
)  # fmt: skip
def test_every_comparison_does_what_it_says(test, field, text, holds):
    rule = {"role": "mentee", "field": field, "code": "own", **test}
    assert findings(rule, **{field: text}) == (("ok", []) if holds else ("ineligible", ["own"]))


def test_who_breaks_a_soft_rule_is_looked_at():
    rule = {"role": "mentee", "field": "age", "test": "at_most", "value": 30, "code": "old", "hard": False}
    found = judged(settings_with(rule), age="31")
    assert (found.status, standing(found.findings[0])) == ("review", "review")
    with speaking(Voice("en")):
        assert (
            message(found.findings[0])
            == "Age “31” does not keep the rule: Age must be at most 30. Please decide."
        )


def test_a_finding_quotes_its_rule_as_it_stood_in_both_languages():
    preset = load_preset("arts-academy")
    (finding,) = judged(preset, "mentor", experience_years="2", main_income="ja", voluntary="ja").findings
    for language in ("de", "en"):
        with speaking(Voice(language)):
            assert rule_of(finding) == preset.rules[0].sentences[language]
            assert rule_of(finding) in message(finding)


def test_what_is_missing_or_unclear_tells_which_rule_asks_for_it():
    rule = {"role": "mentee", "field": "supervision", "test": "yes", "code": "own"}
    for text in ("", "teilweise"):
        entries = {"supervision": text} if text else {}
        (finding,) = judged(settings_with(rule), **entries).findings
        assert message(finding).endswith(
            "Die Voraussetzung: Dienst- und Fachaufsicht muss mit Ja beantwortet sein."
        )


def test_findings_of_an_older_version_are_told_as_ever():
    old = Finding(code="own", field="age", value="31", detail={"test": "at_least", "limit": 40})
    assert "40" in message(old)
    assert rule_of(old) == ""


@pytest.mark.parametrize(
    ("late", "status"), [("review", "review"), ("ineligible", "ineligible"), ("none", "ok")]
)
def test_what_comes_late_is_what_the_programme_makes_of_it(late, status):
    found = judged(settings_with(late=late), closing="2015-04-30", received="1.5.2015")
    assert found.status == status
    assert [finding.code for finding in found.findings] == ([] if late == "none" else ["late"])
    assert all("30.04.2015" in message(finding) for finding in found.findings)
    assert judged(settings_with(late=late), closing="2015-04-30", received="30.4.2015").status == "ok"


@pytest.mark.parametrize("text", ["-", "keine", "hat keine", "k. A."])
def test_no_address_is_a_missing_one_and_not_a_wrong_one(text):
    assert [finding.code for finding in judged(settings_with(), email=text).findings] == ["missing_email"]


def test_a_call_number_without_its_area_code_is_kept_and_noted():
    found = judged(settings_with(), phone="23125106")
    assert found.answers["phone"] == "23125106"
    assert (found.status, len(found.notes)) == ("ok", 1)


def test_lists_that_were_understood_once_are_not_shared():
    one, other = (judged(settings_with(), topics="Recht, Haushalt").answers["topics"] for _ in range(2))
    assert one == other
    assert one is not other


@given(st.text("AE 0123456789.abgDTVöS/", max_size=10))
def test_no_grade_is_admitted_under_a_limit_of_another_series(text):
    only_civil = findings({**GRADES, "limits": {"A": "2"}}, pay_grade=text)
    only_employee = findings({**GRADES, "limits": {"E": "1"}}, pay_grade=text)
    assert not (only_civil[0] == only_employee[0] == "ok")


@pytest.mark.parametrize("text", ["My name is " + "very " * 20, "ada@example.org", "x" * 81])
def test_what_cannot_be_a_name_is_never_in_order(text):
    found = judged(settings_with(), last_name=text)
    assert (found.status, [finding.code for finding in found.findings]) == ("error", ["invalid_name"])


@pytest.mark.parametrize("text", ["von und zu der Tann-Rathsamhausen", "Weller-auch Schlauchin", "X"])
def test_a_long_name_is_one(text):
    assert judged(settings_with(), last_name=text).status == "ok"


def test_a_long_text_is_shortened_where_a_sentence_quotes_it():
    (finding,) = judged(settings_with(), last_name="word " * 400).findings
    assert len(message(finding)) < 600
    assert finding.value == "word " * 400
