"""The e-mail by which an applicant is asked."""

from __future__ import annotations

from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from mentorkit.intake.asking import question_mail
from mentorkit.language import Voice, speaking
from mentorkit.programme.records import Application, Finding
from mentorkit.programme.settings import load_preset

SETTINGS = load_preset("cross-administration")


def application(*codes: str, email: str = "mona@example.org", **values: str) -> Application:
    fields = {"missing_grade": "pay_grade", "hours_unclear": "hours", "missing_phone": "phone",
              "ambiguous_capacity": "places"}  # fmt: skip
    findings = tuple(Finding(code=c, field=fields.get(c), value=values.get(c)) for c in codes)
    return Application(
        id="A1", run_id="r", person_id="P1", role="mentor", first_name="Mona", last_name="Meise",
        answers={"email": email}, findings=findings,
    )  # fmt: skip


def test_it_asks_for_what_is_missing_in_the_programmes_language_and_style():
    with speaking(Voice("en")):  # whoever looks on
        mail = question_mail(
            application("missing_grade", "ambiguous_capacity", ambiguous_capacity="2-3"), SETTINGS
        )
    assert mail.to == "mona@example.org"
    assert mail.body.startswith("Guten Tag Mona Meise,\n\nvielen Dank für Ihre Bewerbung")
    assert "- In welcher Entgelt- oder Besoldungsgruppe sind Sie?" in mail.body
    assert "Sie haben „2-3“ geschrieben" in mail.body
    assert SETTINGS.name in mail.subject


def test_what_the_organisers_decide_is_not_asked():
    mail = question_mail(application("late", "grade_too_low", "missing_phone"), SETTINGS)
    assert [line for line in mail.body.splitlines() if line.startswith("- ")] == [
        "- Telefon: Das fehlt noch."
    ]


def test_where_there_is_nothing_to_ask_a_place_is_left_for_it():
    assert "\n- …\n" in question_mail(application(), SETTINGS).body


@pytest.mark.parametrize("code", ["invalid_email", "missing_email"])
def test_without_a_usable_address_it_is_left_open(code):
    assert question_mail(application(code, email="" if code == "missing_email" else "a@b"), SETTINGS).to == ""


def test_the_link_carries_whatever_was_typed_as_text():
    odd = application(
        "hours_unclear", email="a?bcc=x@example.org", hours_unclear="4 & mehr?\r\nBcc: x@example.org"
    )
    link = urlsplit(question_mail(odd, SETTINGS).mailto)
    assert unquote(link.path) == "a?bcc=x@example.org"
    assert set(parse_qs(link.query)) == {"subject", "body"}
    assert "4 & mehr?" in parse_qs(link.query)["body"][0]
