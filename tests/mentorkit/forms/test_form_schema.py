"""A form asks what the file reader knows, and understands what is typed as the reader does."""

from __future__ import annotations

import pytest
from form_samples import EVA, filled, run_of

from mentorkit.forms.schema import check, consent, entries_of, form_fields
from mentorkit.intake.judge import PARSERS
from mentorkit.language import Voice, speaking
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.settings import PRESETS, Texts, load_preset

UNNA = load_preset("cross-administration")
RUN = run_of(UNNA)
MENTEE = form_fields(UNNA, "mentee")


def wrong(**changes: str) -> dict[str, str]:
    return check(MENTEE, entries_of(MENTEE, {**EVA, **changes}), "mentee", UNNA, RUN)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("role", ["mentee", "mentor"])
def test_a_form_asks_what_the_programme_asks_in_the_order_of_the_fields(preset, role):
    settings = load_preset(preset)
    names = [field.name for field in form_fields(settings, role)]
    always = ["first_name", "last_name"]
    always += ["organisation"] * (settings.organisations.kind != "none")
    assert set(names) == {*always, *settings.questions.of(role)}
    assert names == sorted(names, key=list(FIELDS).index)


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("role", ["mentee", "mentor"])
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_answer_that_is_offered_is_understood(preset, role, language):
    settings = load_preset(preset).model_copy(update={"language": language})
    for field in form_fields(settings, role, language):
        for entry, _ in field.options:
            understood = PARSERS[FIELDS[field.name].kind](entry)
            assert understood.doubt is None
            assert understood.value is not None


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("role", ["mentee", "mentor"])
def test_a_filled_form_is_in_order(preset, role):
    settings = load_preset(preset)
    fields = form_fields(settings, role)
    run = run_of(settings)
    with speaking(settings.voice()):
        assert check(fields, entries_of(fields, filled(fields)), role, settings, run) == {}


def test_what_a_rule_asks_must_be_filled_in():
    required = {field.name for field in MENTEE if field.required}
    assert required >= {"first_name", "last_name", "organisation", "email", "pay_grade", "permanent"}
    assert wrong(permanent="") == {"permanent": "Unbefristet: Bitte füllen Sie dieses Feld aus."}
    assert "department" not in required


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("email", "eva.muster"),
        ("organisation", "Dortmund"),
        ("gender", "blau"),
        ("department", "x" * 201),
        ("first_name", "k. A."),
        ("pay_grade", "k. A."),
    ],
)
def test_what_the_reader_could_not_take_is_said_at_its_field(field, text):
    assert list(wrong(**{field: text})) == [field]


def test_a_grade_of_another_scale_is_no_mistake():
    assert wrong(pay_grade="S 12") == {}


def test_that_a_rule_says_no_is_not_told():
    assert wrong(pay_grade="A 6", permanent="befristet") == {}


def test_entries_hold_what_was_typed_and_nothing_else():
    typed = {"topics": "Führung\r\nRecht\r\n", "email": " a@exam\ud800ple.org\x00 ", "phone": "not asked"}
    entries = entries_of(MENTEE, {**EVA, **typed})
    assert entries["topics"] == "Führung; Recht"
    assert entries["email"] == "a@example.org"
    assert "phone" not in entries


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("asked", [True, False])
def test_the_day_of_receipt_is_asked_of_who_enters_and_of_no_applicant(preset, asked):
    fields = form_fields(load_preset(preset), "mentee", received=asked)
    assert ("received" in {field.name for field in fields}) is asked


def test_the_organisation_is_not_asked_where_it_is_known():
    assert "organisation" not in {f.name for f in form_fields(UNNA, "mentee", organisation="Lünen")}


def test_each_wording_of_the_consent_has_a_version():
    said = consent(UNNA)
    assert said.text.startswith("Ich bin damit einverstanden")
    other = UNNA.model_copy(update={"texts": {"de": Texts(consent="Ich stimme zu.")}})
    assert consent(other).version != said.version
    assert consent(UNNA, "en") == said  # the programme has no English wording, so its own holds
    silent = UNNA.model_copy(update={"texts": {}})
    assert consent(silent, "en").text.startswith("I agree")
    assert consent(UNNA) == said


def test_a_wording_of_another_language_says_so_in_that_of_the_form():
    with speaking(Voice("en")):
        assert consent(UNNA, "en").remark == "This wording is available in German only."
        silent = UNNA.model_copy(update={"texts": {}})
        assert not consent(silent, "en").remark
    with speaking(Voice("de")):
        assert not consent(UNNA, "de").remark
