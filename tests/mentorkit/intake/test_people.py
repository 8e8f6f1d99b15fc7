"""The same person twice is found and asked about; two people stay two."""

import pytest
from making import context_of

from mentorkit.intake.findings import message
from mentorkit.intake.people import Acquaintances, same_person
from mentorkit.intake.reading import read
from mentorkit.language import Voice, speaking
from mentorkit.programme.records import Application
from mentorkit.programme.settings import load_preset


def mentee(number, first, last, **more):
    role, withdrawn = more.pop("role", "mentee"), more.pop("withdrawn", None)
    return Application(
        id=f"A{number}", run_id="r", person_id=f"P{number}", role=role, first_name=first, last_name=last,
        answers=more, withdrawn=withdrawn,
    )  # fmt: skip


SAME = [
    (("Anna", "Hof", "a@example.org", 1980), ("Anna", "Hof", "a@example.org", 1980)),
    (("Lea", "Schmidt", "lea@example.org", 1981), ("Lea", "Schmitt", "ls@example.org", 1981)),
    (("Anna", "Hof", "a@example.org", 1980), ("Hof", "Anna", "b@example.org", 1980)),
    (("Anna", "Hof", None, None), ("Hof", "Anna", None, None)),
    (("Ute", "Meier", "u@example.org", 1970), ("Ute", "Mayer", "um@example.org", 1970)),
    (("Katharina", "Groß", None, 1975), ("Katarina", "Gross", "kg@example.org", 1975)),
    (("Anna", "Hof", "anna.hof@example.org", None), ("Anna", "Hof", "anna.hoff@example.org", None)),
    (("Dr. Anna", "Hof-Berg", None, 1980), ("Anna", "Hof Berg", None, 1980)),
    (("Ana", "Hof", "a@example.org", 1980), ("Anna", "Hof", "a@example.org", 1980)),
]
OTHERS = [
    (("Anna", "Hof", "a@example.org", 1980), ("Anna", "Hof", "b@example.org", 1950)),
    (("Anna", "Hof", "a@example.org", None), ("Anna", "Hof", "zuhause@example.org", None)),
    (("Lea", "Schmidt", "lea@example.org", 1981), ("Lea", "Schmitt", "ls@example.org", 1982)),
    (("Lea", "Schmidt", "lea@example.org", None), ("Lea", "Schmitt", "ls@example.org", None)),
    (("Daniel", "Hof", "a@example.org", 1980), ("Daniela", "Hof", "b@example.org", 1980)),
    (("Anna", "Hof", "buero@example.org", 1980), ("Bert", "Tal", "buero@example.org", 1980)),
    (("Anna", "Hof", "a@example.org", 1980), ("Anna", "Tal", "b@example.org", 1980)),
    (("Bo", "Ahl", None, 1980), ("Per", "Ahl", None, 1980)),
]


def pair(one, other, roles=("mentee", "mentee")):
    return [
        mentee(i, first, last, **{k: v for k, v in (("email", email), ("birth_year", year)) if v}, role=role)
        for i, ((first, last, email, year), role) in enumerate(zip((one, other), roles, strict=True))
    ]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_the_same_person_is_found_whatever_the_spelling(one, other):
    first, second = pair(one, other)
    assert same_person(first, second)
    assert same_person(second, first)
    assert Acquaintances([first]).same(second) == first


@pytest.mark.parametrize(("one", "other"), OTHERS)
def test_two_people_stay_two(one, other):
    first, second = pair(one, other)
    assert not same_person(first, second)
    assert Acquaintances([first]).same(second) is None


def test_applying_for_both_roles_is_no_duplicate():
    first, second = pair(*SAME[0], roles=("mentee", "mentor"))
    assert Acquaintances([first]).same(second) is None


def test_who_withdrew_may_apply_again():
    note = {"by": "eva", "at": "2014-01-01T00:00:00Z"}
    gone = mentee(1, "Anna", "Hof", email="a@example.org", withdrawn=note)
    assert Acquaintances([gone]).same(mentee(2, "Anna", "Hof", email="a@example.org")) is None


def test_a_guess_names_the_other_spelling():
    rows = "Nachname;Vorname;Geb.-Jahr;KV;E-Mail\nSchmidt;Lea;1981;Harz;lea@example.org\n"
    rows += "Schmitt;Lea;1981;Harz;ls@example.org\n"
    found = read([("mentees.csv", rows.encode())], context_of(load_preset("party-chapters")))
    first, second = found.applications
    assert (first.status, second.status) == ("ok", "review")
    with speaking(Voice("en")):
        said = message(second.findings[0])
    assert said.startswith("Lea Schmitt may be Lea Schmidt, who has applied already")
