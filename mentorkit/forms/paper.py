"""The application form on paper: a PDF to be printed and filled in by hand."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

from mentorkit.forms.schema import FormField, form_fields, wordings
from mentorkit.language import Language, say, speaking
from mentorkit.language.formats import date
from mentorkit.programme.records import Role, Run
from mentorkit.programme.settings import ProgrammeSettings

MEDIA_TYPE = "application/pdf"
#: A form made anew from the same programme has the same bytes.
STAMP = int(dt.datetime(2000, 1, 1, tzinfo=dt.UTC).timestamp())


def paper_form(  # noqa: PLR0913 - the last four are named
    settings: ProgrammeSettings,
    run: Run,
    role: Role,
    *,
    language: Language | None = None,
    organisation: str | None = None,
    send_to: Sequence[str] = (),
    logo: bytes | None = None,
) -> bytes:
    """Return the form of a role on A4, as PDF/UA-1 and PDF/A-2a.

    Parameters
    ----------
    settings, run, role
        What is asked, and which run it is for.
    language
        In which the form is; the programme's where it is left out.
    organisation
        The one it is for, which is not asked then.
    send_to
        Whom the form goes to, one or several, each in one or more lines; the programme's contact where
        there is nobody, and room to write somebody in where there is no contact either.
    logo
        The programme's logo, a PNG.
    """
    from mentorkit.reports.pdf import typeset

    language = language or settings.language
    contact = settings.text(language).contact
    with speaking(settings.voice(language)):
        data = _data(settings, run, role, language, organisation)
    data |= {"send_to": list(send_to) or [contact] * bool(contact), "logo": logo is not None}
    template = files("mentorkit.forms").joinpath("paper.typ")
    return typeset(template, data, {"logo.png": logo} if logo is not None else {}, STAMP)


def _data(
    settings: ProgrammeSettings, run: Run, role: Role, language: Language, organisation: str | None
) -> dict[str, Any]:
    mentee, mentor = say("Application as {mentee:sg.nom}"), say("Application as {mentor:sg.nom}")
    lead = [say("Organisation: {name}", name=organisation)] if organisation else []
    fields = form_fields(settings, role, language, organisation=organisation, received=False)
    closing = run.closing
    due = (
        say("Please send the form by {day} to:", day=date(closing, "long"))
        if closing
        else say("Please send the form to:")
    )
    return {
        "lang": language,
        "title": mentee if role == "mentee" else mentor,
        "programme": f"{settings.name} {run.name}",
        "due": due,
        "lead": [*lead, say("Please write clearly, or tick what holds.")],
        "fields": [field_on_paper(field) for field in fields],
        "consents": [
            {
                "text": text.text,
                "version": f"{say('Wording {version}', version=text.version)} {text.remark}".strip(),
                "voluntary": purpose != "application",
            }
            for purpose, text in wordings(settings, language).items()
        ],
        "words": {
            "page": say("Page {page} of {pages}", page="{page}", pages="{pages}"),
            "logo": say("Logo: {programme}", programme=settings.name),
            "answers": say("Your details"),
            "mark": "*",
            "required": say("must be filled in"),
            "consent": say("Consent"),
            "voluntary": say("voluntary"),
            "day": say("Place and date"),
            "signature": say("Signature"),
        },
    }


def field_on_paper(field: FormField) -> dict[str, Any]:
    """Return a field as the template draws it."""
    size = {"lines": "much", "list": "some"}.get(field.kind, "text")
    return {
        "label": field.label,
        "help": field.help,
        "required": field.required,
        "options": [text for _, text in field.options],
        "size": size,
    }
