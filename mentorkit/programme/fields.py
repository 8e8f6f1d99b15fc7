"""The fields an application can have: one definition feeds file reader, form, table and frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from mentorkit.language import later, say

Kind = Literal[
    "text", "email", "phone", "gender", "grade", "yes_no", "qualification", "employment", "list", "places",
    "hours", "availability", "date", "number", "year", "person", "organisation",
]  # fmt: skip


@dataclass(frozen=True)
class Field:
    """A field: its kind decides how a text is understood, its label is what people read."""

    name: str
    kind: Kind
    message: str

    @property
    def label(self) -> str:
        """The label in the language in force."""
        return say(self.message)

    @property
    def help(self) -> str:
        """How the field is filled in, in a few words; empty where the label says it all."""
        message = _HELP.get(self.kind)
        return say(message) if message else ""


_HELP: dict[Kind, str] = {
    "date": later("Day, month, year, as in 30.09.2008"),
    "yes_no": later("Yes or no"),
    "grade": later("Such as A 10 or EG 9b"),
    "person": later("First and last name"),
    "qualification": later("The second administrative course or a degree"),
    "places": later("How many {mentee:pl.nom} you can accompany at the same time"),
    "hours": later("A number, such as 3"),
    "availability": later("Days and times of day, online or in person; or flexible"),
    "year": later("Four figures, such as 1981"),
}

FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("first_name", "text", later("First name")),
        Field("last_name", "text", later("Last name")),
        Field("organisation", "organisation", later("Organisation")),
        Field("email", "email", later("E-mail")),
        Field("phone", "phone", later("Telephone")),
        Field("gender", "gender", later("Gender")),
        Field("birth_year", "year", later("Year of birth")),
        Field("age", "number", later("Age")),
        Field("pay_grade", "grade", later("Pay grade")),
        Field("qualification", "qualification", later("Qualification")),
        Field("permanent", "employment", later("Permanent contract")),
        Field("supervision", "yes_no", later("Supervisory duties")),
        Field("department", "text", later("Department")),
        Field("position", "text", later("Position")),
        Field("field", "text", later("Field of work")),
        Field("workplace", "text", later("Place of work")),
        Field("region", "text", later("Town")),
        Field("semester", "number", later("Semester")),
        Field("experience_years", "number", later("Years of experience")),
        Field("main_income", "yes_no", later("Lives by the profession")),
        Field("voluntary", "yes_no", later("Honorary")),
        Field("topics", "list", later("Topics")),
        Field("expectations", "text", later("Expectations")),
        Field("languages", "list", later("Languages")),
        Field("hours", "hours", later("Hours per month")),
        Field("availability", "availability", later("Times to meet")),
        Field("places", "places", later("Places")),
        Field("wish_1", "person", later("First wish")),
        Field("wish_2", "person", later("Second wish")),
        Field("wish_3", "person", later("Third wish")),
        Field("earlier_runs", "list", later("Earlier runs")),
        Field("may_call", "yes_no", later("Calls between meetings")),
        Field("share_contact", "yes_no", later("Contact may be passed on")),
        Field("received", "date", later("Received on")),
    )
}
#: Fields every application has, whatever the programme asks.
ALWAYS = ("first_name", "last_name", "organisation")
