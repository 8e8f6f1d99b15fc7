"""What the app tells of one application."""

import pytest
from mentorkit_widgets.intake.applications import kinds_of_findings, options_of
from mentorkit_widgets.intake.facts import understood

from mentorkit.language import Voice, speaking
from mentorkit.programme.records import Application, Finding


def test_one_code_of_several_fields_is_told_apart_by_them():
    def lacking(number, field):
        found = (Finding(code="answer_missing", field=field),)
        return Application(
            id=f"A{number}", run_id="r", person_id="P", role="mentee", first_name="Eva", last_name="Hof",
            findings=found, status="review",
        )  # fmt: skip

    both = [lacking(1, "supervision"), lacking(2, "qualification")]
    with speaking(Voice("en")):
        assert list(kinds_of_findings(both).values()) == [
            "Missing: Supervisory duties",
            "Missing: Qualification",
        ]
    for one, other in (both, both[::-1]):
        (kind,) = options_of(one)["finding"] - {""}
        assert kind in kinds_of_findings(both)
        assert kind not in options_of(other)["finding"]


def test_a_gender_is_told_by_a_word():
    eva = Application(
        id="A1", run_id="unna/2014", person_id="P1", role="mentee", first_name="Eva", last_name="Hof",
        entries={"gender": "Frau"}, answers={"gender": "f"},
    )  # fmt: skip
    with speaking(Voice("de")):
        assert "<td>Frau</td><td>weiblich</td>" in understood(eva, eva.entries, "de-2014")


@pytest.mark.parametrize(
    ("said", "scale", "answers", "meant"),
    [
        ("EG 9", "de-2014", {"pay_grade": 9, "pay_scale": "E"}, "E 9 (TVöD 2014)"),
        ("9b", "de-2014", {"pay_grade": 9, "pay_scale": "E"}, "E 9b (TVöD 2014)"),
        ("9b", "tvoed-2017", {"pay_grade": 9.3, "pay_scale": "E"}, "E 9b (TVöD ab 2017)"),
        ("Beamtin A 9 g.D.", "de-2014", {"pay_grade": 9, "pay_scale": "A"}, "A 9"),
        ("SEO", "uk-civil-service", {"pay_grade": 5, "pay_scale": "CS"}, "SEO"),
        ("9", "de-2014", {"pay_grade": 9}, "9, Tabelle unklar"),
        ("EG 9z", "de-2014", {}, "–"),
    ],
)
def test_a_pay_grade_is_told_with_its_scale(said, scale, answers, meant):
    eva = Application(
        id="A1", run_id="unna/2014", person_id="P1", role="mentee", first_name="Eva", last_name="Hof",
        entries={"pay_grade": said}, answers=answers,
    )  # fmt: skip
    with speaking(Voice("de")):
        assert f"<td>{said}</td><td>{meant}</td>" in understood(eva, eva.entries, scale)
