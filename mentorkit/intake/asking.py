"""A draft of the e-mail by which an applicant is asked for what is missing or unclear."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlencode

from mentorkit.intake.changes import label_of
from mentorkit.intake.findings import ANYBODY, Audience, is_elsewhere
from mentorkit.language import later, say, speaking
from mentorkit.programme.records import Application, Finding
from mentorkit.programme.settings import ProgrammeSettings

#: What an applicant can be asked, by the code of a finding; decisions of the organisers are not among it.
_QUESTIONS = {
    "missing_name": later("Please tell us your first and last name in full."),
    "invalid_name": later("Please tell us your first and last name in full."),
    "invalid_email": later("Your e-mail address “{value}” does not seem to be complete. What is it?"),
    "invalid_date": later("{label}: “{value}” is not a date. Which day is meant?"),
    "unknown_organisation": later("You named “{value}”. Which organisation do you belong to?"),
    "missing_organisation": later("Which organisation do you belong to?"),
    "missing_grade": later("Which pay grade are you in?"),
    "grade_unclear": later("Which pay grade are you in? We could not place “{value}”."),
    "hours_unclear": later("How many hours a month can you spare? You wrote “{value}”."),
    "ambiguous_capacity": later(
        "How many {mentee:pl.acc} would you accompany at the same time? You wrote “{value}”."
    ),
    "answer_missing": later("{label}: this is not answered yet."),
    "answer_unclear": later("{label}: you wrote “{value}”. How is that meant?"),
    "role_unclear": later("Do you apply as {mentee:sg.nom} or as {mentor:sg.nom}?"),
    "duplicate": later("There is more than one application in your name. Which of them holds?"),
}
_MISSING = later("{label}: this is missing.")


class QuestionMail(NamedTuple):
    """An e-mail that is prepared, not sent; ``to`` is empty where no usable address is known."""

    to: str
    subject: str
    body: str

    @property
    def mailto(self) -> str:
        """The address that opens the draft in an e-mail program."""
        return mailto(*self)


def mailto(to: str, subject: str, body: str) -> str:
    """Return the address that opens an e-mail as a draft in an e-mail program."""
    about = urlencode({"subject": subject, "body": body.replace("\n", "\r\n")}, quote_via=quote)
    return f"mailto:{quote(to, safe='@')}?{about}"


def question_mail(
    application: Application, settings: ProgrammeSettings, audience: Audience = ANYBODY
) -> QuestionMail:
    """Return the draft of an e-mail that asks an applicant for what is missing or unclear.

    It is written in the programme's language and style. Where there is nothing to ask, a place is left for
    the question. ``audience`` is who sends it: what the lead settles, nobody else asks about.
    """
    asked = [f for f in application.findings if audience.decides or not is_elsewhere(f)]
    with speaking(settings.voice()):
        said = (_question(finding) for finding in asked)
        questions = list(dict.fromkeys(filter(None, said))) or ["…"]
        name, contact = settings.name, settings.text(settings.language).contact
        paragraphs = [
            say("Dear {name},", name=application.name) if application.name else say("Dear applicant,"),
            say("thank you for your application for “{programme}”.", programme=name)
            + " "
            + say("To go on with it we need an answer to the following:"),
            "\n".join(f"- {question}" for question in questions),
            say("Please simply answer this e-mail. Thank you very much!"),
            say("Kind regards") + "\n" + "\n".join(filter(None, (name, contact))),
        ]
        subject = say("A question about your application for “{programme}”", programme=name)
    wrong = any(finding.code == "invalid_email" for finding in application.findings)
    to = "" if wrong else str(application.answers.get("email") or "")
    return QuestionMail(to, " ".join(subject.split()), "\n\n".join(paragraphs))


def _question(finding: Finding) -> str | None:
    message = _QUESTIONS.get(finding.code) or (_MISSING if finding.code.startswith("missing_") else None)
    if message is None:
        return None
    return say(message, label=label_of(finding.field or ""), value=finding.value or "")
