"""Invented people who are matched, and the hands of somebody who decides on them in the app."""

from __future__ import annotations

from app_people import apply

from mentorkit.matching import service
from mentorkit.privacy.permissions import sole_actor
from mentorkit.run import Run

MENTEES = {
    1: ("Kamen", ["Haushalt"]),
    2: ("Kamen", ["Führung"]),
    3: ("Lünen", ["Haushalt"]),
    4: ("Werne", []),
}
MENTORS = {5: ("Lünen", ["Haushalt"]), 6: ("Werne", ["Führung", "Haushalt"]), 7: ("Kamen", ["Recht"])}
KARLA = sole_actor("karla")


def fill(run: Run) -> Run:
    """Let four mentees and three mentors of other organisations apply."""
    for role, people in (("mentee", MENTEES), ("mentor", MENTORS)):
        for number, (organisation, topics) in people.items():
            grade = 9 if role == "mentee" else 12
            answers = {"pay_grade": grade + number % 2, "topics": topics}
            apply(run, number, role, organisation=organisation, answers=answers)
    return run


def send(table, row, action):
    table._handle_custom_msg({"event": "action", "row": row, "action": action}, [])


def visible(part):
    return part.layout.display != "none"


def decide(view, key, action, reason=""):
    """Press a button of a tandem, give a reason and say yes."""
    send(view.tandems, key, action)
    view.pair_question.form.edit("reason", reason)
    view.pair_question.yes.click()


def pair_of(view, key) -> tuple[str, str]:
    """Return the ids of the two of a proposed tandem."""
    solved, i = view.model.state.solved, view.model.index(key)
    return solved.pool.mentees[i].person_id, solved.pool.mentors[int(solved.solution.mate[i])].person_id


def colleague_decides(run: Run, pair: tuple[str, str], kind: str, reason: str = "", **seen):
    """Let Karla decide on a pair, elsewhere."""
    return service.decide(run.bench.store, KARLA, run.id, *pair, kind, reason, **seen)
