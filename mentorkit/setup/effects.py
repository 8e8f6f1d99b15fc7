"""What a change of a programme does to the applications of its runs and to their matching."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mentorkit.errors import NothingToMatch, RuleBroken
from mentorkit.intake.assess import revised
from mentorkit.intake.context import Context
from mentorkit.intake.organisations import Organisations
from mentorkit.intake.people import Acquaintances
from mentorkit.language import say, say_n
from mentorkit.language.formats import number
from mentorkit.programme.records import Application, Organisation, Prospect, Run
from mentorkit.programme.settings import Judged as Criterion
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.setup.describe import Difference
from mentorkit.setup.words import judged_name, names_of

if TYPE_CHECKING:
    from mentorkit.matching.matching import Matching

Standing = Literal["admitted", "review", "ineligible", "error"]


@dataclass(frozen=True)
class Judged:
    """A run whose applications are judged anew: each as it is stored, and as it would be."""

    run: Run
    before: tuple[Application, ...]
    after: tuple[Application, ...]

    @property
    def changed(self) -> list[tuple[Application, Application]]:
        """Those that differ, as (stored, would be)."""
        return [(old, new) for old, new in zip(self.before, self.after, strict=True) if old != new]


@dataclass(frozen=True)
class Preview:
    """What a change alters (setting by setting) and what follows from it, in sentences."""

    differences: tuple[Difference, ...]
    consequences: tuple[str, ...]


def judged_anew(
    run: Run,
    settings: ProgrammeSettings,
    organisations: Sequence[Organisation],
    stored: Sequence[Application],
) -> Judged:
    """Judge the applications of a run by other settings; what a person decided lapses as in the intake.

    Parameters
    ----------
    run
        The run, with its calendar.
    settings, organisations
        As they are to be.
    stored
        Its applications in the order they were made.
    """
    context = Context(run, settings, tuple(stored), tuple(organisations))
    heard = [a.entries["organisation"] for a in stored if a.entries.get("organisation")]
    known = Organisations.of(settings.organisations, organisations, heard)
    seen, after = Acquaintances(), []
    for old in stored:
        fresh = revised(old, old.entries, context, known, seen)
        # a remark said in another language is no change
        after.append(old if fresh.with_(notes=old.notes) == old else fresh)
        seen.add(after[-1])
    return Judged(run, tuple(stored), tuple(after))


def status_sentences(judged: Judged) -> list[str]:
    """Say how many applications would stand differently, with the names of their people."""
    moved: dict[Standing, list[str]] = defaultdict(list)
    lost = 0
    for old, new in judged.changed:
        lost += old.admitted and not new.admitted and not new.takes_part
        if _standing(old) != _standing(new):
            moved[_standing(new)].append(new.name or say("(no name)"))
    sentences = [say_standing(len(names), names_of(names)) for say_standing, names in _in_order(moved)]
    if lost:
        sentences.append(
            say_n(
                "{n} admission against the rules would no longer hold, since there is something new.",
                "{n} admissions against the rules would no longer hold, since there is something new.",
                lost,
            )
        )
    return sentences


def _standing(application: Application) -> Standing:
    if application.takes_part:
        return "admitted"
    return "ineligible" if application.result == "ok" else application.result  # withdrawn


def _in_order(moved: dict[Standing, list[str]]) -> list[tuple[Callable[[int, str], str], list[str]]]:
    sayings: tuple[tuple[Standing, Callable[[int, str], str]], ...] = (
        ("ineligible", _refused), ("review", _doubtful), ("error", _faulty), ("admitted", _admitted),
    )  # fmt: skip
    return [(say_standing, moved[standing]) for standing, say_standing in sayings if moved.get(standing)]


def _refused(n: int, names: str) -> str:
    return say_n(
        "{n} application would no longer be admitted: {names}.",
        "{n} applications would no longer be admitted: {names}.",
        n,
        names=names,
    )


def _doubtful(n: int, names: str) -> str:
    return say_n(
        "{n} application would have to be looked at: {names}.",
        "{n} applications would have to be looked at: {names}.",
        n,
        names=names,
    )


def _faulty(n: int, names: str) -> str:
    return say_n(
        "{n} application would have to be mended: {names}.",
        "{n} applications would have to be mended: {names}.",
        n,
        names=names,
    )


def _admitted(n: int, names: str) -> str:
    return say_n(
        "{n} application would be admitted: {names}.",
        "{n} applications would be admitted: {names}.",
        n,
        names=names,
    )


def opinion_sentences(gone: Iterable[Criterion], prospects: Iterable[Prospect]) -> list[str]:
    """Say which opinions on those who are to be won would not be shown any more; they are kept."""
    judged = Counter(key for one in prospects for key in {opinion.criterion for opinion in one.opinions})
    return [
        say_n(
            "The opinion on “{name}” is not shown any more for {n} person; it comes back with the name.",
            "The opinions on “{name}” are not shown any more for {n} persons; they come back with the name.",
            judged[criterion.key],
            name=judged_name(criterion),
        )
        for criterion in gone
        if judged[criterion.key]
    ]


def matching_sentence(before: Callable[[], Matching], after: Callable[[], Matching]) -> str:
    """Say what the matching on the present data would become; empty where there is none before and after."""
    old, new = _objective(before), _objective(after)
    if isinstance(new, str):
        return say("Matching would not be possible any more: {why}", why=new) if old != new else ""
    tandems, total = new
    if isinstance(old, str):
        return say_n(
            "Matching would be possible, with {n} tandem and {total} points in all.",
            "Matching would be possible, with {n} tandems and {total} points in all.",
            tandems,
            total=number(total),
        )
    if old == new:
        return say_n(
            "The matching would stay as good: {n} tandem, {total} points in all.",
            "The matching would stay as good: {n} tandems, {total} points in all.",
            tandems,
            total=number(total),
        )
    return say(
        "The matching would change: tandems {before} → {after}, points in all {points} → {total}.",
        before=old[0],
        after=tandems,
        points=number(old[1]),
        total=number(total),
    )


def _objective(match: Callable[[], Matching]) -> tuple[int, int] | str:
    try:
        found = match()
    except (NothingToMatch, RuleBroken) as error:
        return str(error)
    if found.status != "optimal":
        return found.reason
    return found.objective["tandems"] or 0, found.objective["total"] or 0
