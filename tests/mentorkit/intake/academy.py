"""An academy whose mentees wish for mentors it has, misspells and does not know."""

from __future__ import annotations

import csv as _csv
import io

from mentorkit.intake import service
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Grant, Wish
from mentorkit.store import Store
from mentorkit.workbench import Workbench

LEAD = sole_actor("eva")
RUN = "arts-academy/2015"
MENTEES = [
    ["Vorname", "Nachname", "Fach", "Wunsch 1", "Wunsch 2", "Wunsch 3", "E-Mail"],
    ["Mia", "Meise", "Violine", "Prof. Henni Speer", "Prof. Hedy Süßebier", "", "mia@example.org"],
    ["Nora", "Nimm", "Violine", "Hennni Speer", "Süßebier, Hedy", "", "nora@example.org"],
    ["Olga", "Ohm", "Violine", "Katerina Atzler", "noch offen", "", "olga@example.org"],
]
MENTORS = [
    ["Vorname", "Nachname", "Fach", "Berufserfahrung (Jahre)", "Haupterwerb Kunst", "Ehrenamt", "E-Mail"],
    ["Henni", "Speer", "Violine", "12", "ja", "ja", "henni@example.org"],
    ["Katherina", "Atzler", "Violine", "12", "ja", "ja", "kathi@example.org"],
    ["Jorge", "Zorbach", "Violine", "12", "ja", "ja", "jorge@example.org"],
]


def csv(rows: list[list[str]]) -> bytes:
    """Write rows as a file."""
    text = io.StringIO()
    _csv.writer(text, delimiter=";").writerows(rows)
    return text.getvalue().encode()


def new_academy() -> Store:
    """Return an academy with its people taken in."""
    store = Store.create()
    Workbench(store, LEAD).add("arts-academy")
    service.intake(store, LEAD, RUN, [("mentees.csv", csv(MENTEES)), ("mentors.csv", csv(MENTORS))])
    return store


def officer() -> Actor:
    """Return somebody who answers for one organisation only."""
    return Actor("ina", (Grant(id="G1", user_id="ina", role="organisation", organisation="Kamen"),))


def wish_of(store: Store, text: str) -> Wish:
    """Return the wish that reads so."""
    with store.read() as reader:
        return next(wish for wish in reader.all(Wish, run_id=RUN) if wish.text == text)
