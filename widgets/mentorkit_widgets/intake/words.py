"""What the intake says about what it did, in sentences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mentorkit.intake.mapping import questions
from mentorkit.language import say, say_n
from mentorkit.language.formats import listing
from mentorkit.programme.records import Application

if TYPE_CHECKING:
    from mentorkit.intake.intake import Intake
    from mentorkit.intake.past import Past


def wish_in_words(rank: int, text: str, mentor: Application | None) -> str:
    """Tell a wish and whom it means."""
    if mentor is None:
        return say("Wish {rank}: “{text}” – nobody of this name has applied", rank=rank, text=text)
    return say("Wish {rank}: “{text}” – {mentor}", rank=rank, text=text, mentor=mentor.name)


def past_in_words(was: Past) -> str:
    """Tell what somebody was in another run."""
    role = say("{mentee:sg.nom}") if was.role == "mentee" else say("{mentor:sg.nom}")
    told = say("{run}: {role}", run=was.run, role=role)
    if was.partner:
        told = say("{run}: {role}, with {partner}", run=was.run, role=role, partner=was.partner)
    return told if was.sure else say("{told} (the name alone agrees)", told=told)


def moved_up(people: Iterable[Application]) -> str:
    """Tell who moved up from the waiting list."""
    return say("Moved up: {names}.", names=listing(application.name for application in people))


def what_was_read(intake: Intake) -> str:
    """Tell how many applications were read."""
    open_ = {file for question in questions(intake) for file in question.files}
    refused = sum(file.status == "refused" and file.file not in open_ for file in intake.files)
    n = len(intake.applications)
    sentences = [
        say_n(
            "{n} application was read; it is not taken in yet.",
            "{n} applications were read; they are not taken in yet.",
            n,
        )
    ]
    if refused:
        sentences.append(say_n("{n} file was refused.", "{n} files were refused.", refused))
    if open_:
        sentences.append(say_n("{n} file raises questions.", "{n} files raise questions.", len(open_)))
    return " ".join(sentences)


def what_was_taken(done: Intake) -> str:
    """Tell how many applications were taken in, how many were there already, which decisions do not hold."""
    changes = [row.change for row in done.rows]
    n = sum(change in ("new", "changed") for change in changes)
    sentences = [say_n("{n} application was taken in.", "{n} applications were taken in.", n)]
    if there := len(changes) - n:
        sentences.append(say_n("{n} was there already.", "{n} were there already.", there))
    return " ".join((*sentences, *done.lapsed))
