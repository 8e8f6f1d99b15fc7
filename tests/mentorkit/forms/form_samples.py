"""Invented people who fill in forms."""

from __future__ import annotations

from mentorkit.forms.schema import FormField
from mentorkit.programme.records import Run
from mentorkit.programme.settings import ProgrammeSettings

EVA = {
    "first_name": "Eva", "last_name": "Muster", "organisation": "Lünen", "email": "eva.muster@example.org",
    "gender": "weiblich", "pay_grade": "A 10", "qualification": "Studium", "permanent": "unbefristet",
    "topics": "Führung\nRecht und Verträge", "department": "Bauamt",
}  # fmt: skip
_BY_KIND = {
    "text": "Bauamt", "lines": "Mehr lernen\nund lehren", "email": "eva@example.org", "phone": "02303 123456",
    "number": "3", "date": "3.2.2008", "list": "Führung; Recht",
}  # fmt: skip
_BY_NAME = {**EVA, "pay_grade": "A 12", "hours": "3", "birth_year": "1981"}


def filled(fields: tuple[FormField, ...]) -> dict[str, str]:
    """Return a whole answer to a form."""
    known = {f.name: f.options[0][0] if f.options else _BY_KIND[f.kind] for f in fields}
    return {**known, **{n: t for n, t in _BY_NAME.items() if n in known and n not in ("organisation",)}}


def run_of(settings: ProgrammeSettings) -> Run:
    """Return the first run of a programme."""
    name, calendar = settings.run.name, settings.run.calendar
    return Run(id=f"programme/{name}", programme_id="programme", name=name, calendar=calendar)
