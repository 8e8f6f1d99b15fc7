"""What the intake says about what it did, in sentences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from mentorkit.intake import wished
from mentorkit.intake.news import changes_nothing, new_history, to_take
from mentorkit.intake.questions import questions
from mentorkit.language import later, say, say_n
from mentorkit.language.formats import listing
from mentorkit.programme.records import Application
from mentorkit_widgets.components.icons import Icon, Tone

if TYPE_CHECKING:
    from mentorkit.intake.intake import Intake
    from mentorkit.intake.past import Past
    from mentorkit.matching.selection import Place


_WISHES = (later("1st wish"), later("2nd wish"), later("3rd wish"))


def wish_word(rank: int) -> str:
    """Return which of somebody's wishes it is."""
    return say(_WISHES[rank - 1])


_STANDINGS: dict[wished.Standing, tuple[str, Icon, Tone]] = {
    "sure": (later("understood"), "check", "good"),
    "guess": (later("guess, please confirm"), "warning", "careful"),
    "decided": (later("decided"), "check", "accent"),
    "nobody": (later("nobody who applied"), "person", "neutral"),
    "open": (later("open"), "warning", "careful"),
}
#: Where a wish stands whose person is to be won.
_ON_THE_WAY: dict[str, tuple[str, Icon, Tone]] = {
    "to_approach": (later("to be approached"), "person", "careful"),
    "asked": (later("asked"), "clock", "accent"),
    "agreed": (later("has agreed"), "check", "good"),
    "declined": (later("has declined"), "forbid", "careful"),
}


def standing_words(one: wished.WishShown) -> tuple[str, Icon, Tone]:
    """Return how a wish stands, in words: what became of who is meant, else how sure that is."""
    if one.mentor and one.standing == "open":
        return say("open: {mentor:sg.nom} takes no part"), "warning", "careful"
    if one.mentor and one.lost:
        if one.mentor.withdrawn:
            return say("{mentor:sg.nom} has withdrawn"), "forbid", "careful"
        return say("{mentor:sg.nom} refused"), "forbid", "careful"
    if one.prospect and one.standing != "guess":
        text, icon, tone = _ON_THE_WAY[one.prospect.state]
    else:
        text, icon, tone = _STANDINGS[one.standing]
    return say(text), icon, tone


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


def places_in_words(
    before: Iterable[Application], after: Iterable[Application], stands: Callable[[], Mapping[str, Place]]
) -> str:
    """Tell who moved up, got a place of the fixed selection or waits now; ``stands`` tells the numbers."""
    known = {application.id: application for application in before}
    up, has, waits, fresh, undecided = list[str](), list[str](), list[Application](), False, False
    for application in after:
        was, place = known.get(application.id), application.place
        undecided |= was is None and place == "out" and application.open
        if place not in ("selected", "waiting") or (was and was.place in (None, place)):
            continue
        fresh |= was is None or was.open
        if place == "waiting":
            waits.append(application)
        else:
            (up if was and was.place == "waiting" else has).append(application.name)
    told = [say("The selection is fixed.")] if fresh or undecided else []
    if undecided:
        told.append(say("Who is admitted now gets a place that is free, or waits."))
    if up:
        told.append(
            say_n(
                "{names} has moved up from the waiting list.",
                "{names} have moved up from the waiting list.",
                len(up),
                names=listing(up),
            )
        )
    if has:
        told.append(
            say_n("{names} has a place now.", "{names} have a place now.", len(has), names=listing(has))
        )
    return " ".join([*told, *(_waiting_now(waits, stands()) if waits else ())])


def _waiting_now(waits: Sequence[Application], stands: Mapping[str, Place]) -> Iterator[str]:
    names = [
        say("{name} (number {number})", name=a.name, number=stands[a.id].number) if a.id in stands else a.name
        for a in waits
    ]
    yield say_n(
        "{names} is on the waiting list now.",
        "{names} are on the waiting list now.",
        len(waits),
        names=listing(names),
    )


def what_was_read(intake: Intake) -> str:
    """Tell how many applications were read."""
    open_ = {file for question in questions(intake) for file in question.files}
    refused = sum(file.status == "refused" and file.file not in open_ for file in intake.files)
    sentences = [_read(intake)]
    if refused:
        sentences.append(say_n("{n} file was refused.", "{n} files were refused.", refused))
    if open_:
        sentences.append(say_n("{n} file raises questions.", "{n} files raise questions.", len(open_)))
    return " ".join(sentences)


def _read(intake: Intake) -> str:
    if changes_nothing(intake):
        return say("The files were read; they change nothing.")
    n, history = len(intake.applications), len(new_history(intake))
    if history and not any(to_take(intake)):
        return say_n(
            "{n} tandem of an earlier run was read; it is not taken in yet.",
            "{n} tandems of earlier runs were read; they are not taken in yet.",
            history,
        )
    if not n:
        return say("No application was read.")
    return say_n(
        "{n} application was read; it is not taken in yet.",
        "{n} applications were read; they are not taken in yet.",
        n,
    )


def what_was_taken(done: Intake) -> str:
    """Tell how many applications were taken in or changed, how many were there, which decisions lapsed."""
    counts = Counter(row.change for row in done.rows)
    new, changed = counts["new"], counts["changed"]
    history = len(new_history(done.judged or done))
    sentences = []
    if new:
        sentences.append(say_n("{n} application was taken in.", "{n} applications were taken in.", new))
    if changed:
        sentences.append(say_n("{n} application was changed.", "{n} applications were changed.", changed))
    if history:
        sentences.append(
            say_n(
                "{n} tandem of an earlier run was taken in.",
                "{n} tandems of earlier runs were taken in.",
                history,
            )
        )
    if not sentences:
        sentences.append(say("Nothing was taken in."))
    if there := len(done.rows) - new - changed:
        sentences.append(say_n("{n} was there already.", "{n} were there already.", there))
    return " ".join((*sentences, *done.lapsed))
