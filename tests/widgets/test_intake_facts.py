"""What the app tells of one application."""

from mentorkit_widgets.intake.facts import understood

from mentorkit.language import Voice, speaking
from mentorkit.programme.records import Application


def test_a_gender_is_told_by_a_word():
    eva = Application(
        id="A1", run_id="unna/2014", person_id="P1", role="mentee", first_name="Eva", last_name="Hof",
        entries={"gender": "Frau"}, answers={"gender": "f"},
    )  # fmt: skip
    with speaking(Voice("de")):
        assert "<td>Frau</td><td>weiblich</td>" in understood(eva, eva.entries)
