"""When and how somebody can meet: days and times of day, in person or online."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import product

from mentorkit.intake.text import plain
from mentorkit.intake.values import UNCLEAR, Understood, is_nothing
from mentorkit.language import later, say
from mentorkit.language.formats import listing

#: Who says so can meet whenever and however the other can.
FLEXIBLE = "flexible"
ONLINE, ON_SITE = "online", "on_site"
WAYS: dict[str, str] = {ONLINE: later("online"), ON_SITE: later("in person")}
DAYS: dict[str, str] = {
    "mon": later("Monday"), "tue": later("Tuesday"), "wed": later("Wednesday"), "thu": later("Thursday"),
    "fri": later("Friday"), "sat": later("Saturday"), "sun": later("Sunday"),
}  # fmt: skip
PARTS: dict[str, str] = {
    "morning": later("in the morning"),
    "afternoon": later("in the afternoon"),
    "evening": later("in the evening"),
}
TIMES = tuple(f"{day}-{part}" for day, part in product(DAYS, PARTS))
#: The hours at which the parts of a day begin and end.
_HOURS = {"morning": (0, 12), "afternoon": (12, 17), "evening": (17, 24)}
_WORKING = [*DAYS][:5]
_SEVERAL = {"working": _WORKING, "weekend": [*DAYS][5:], "daily": [*DAYS]}
_WORDS = {
    "mon": r"mo(?:n(?:day|tag)?)?", "tue": r"di(?:enstag)?|tue(?:s(?:day)?)?",
    "wed": r"mi(?:ttwoch)?|wed(?:nesday)?",
    "thu": r"do(?:nnerstag)?|thu(?:r(?:s(?:day)?)?)?", "fri": r"fr(?:eitag|i(?:day)?)?",
    "sat": r"sa(?:mstag|t(?:urday)?)?|sonnabend",
    "sun": r"so(?:nntag|(?=\W*(?:[,;/&+.-]|und\b|$)))|sun(?:day)?",
    "working": r"werktag|wochentag|arbeitstag|unter der woche|weekday",
    "weekend": r"(?:am )?wochenende|weekend",
    "daily": r"taeglich|jeden tag|every day|daily",
    "morning": r"vormittag|morgen|frueh|vorm|morning", "afternoon": r"nachmittag|mittag|nachm|afternoon",
    "evening": r"abend|feierabend|evening",
}  # fmt: skip
_WORD = "|".join(f"(?P<{name}>{said})" for name, said in _WORDS.items())
_TOKEN = re.compile(
    rf"(?<![a-z])(?:(?P<hours>"
    rf"(?:(?P<from>ab|nach|from|after)|(?P<until>bis|vor|until|before)|um|gegen)?\s*"
    r"(?P<hour>\d{1,2})(?:[:.]\d\d)?(?:\s*(?:uhr|h))?\s*(?:(?:-|–|bis|to)\s*(?P<end>\d{1,2})(?:[:.]\d\d)?\s*)?"
    rf"(?:uhr|h)\b)|(?P<to>bis|to)\b(?=\s*[a-z])|(?:{_WORD})(?:e|en|s)?(?![a-z]))|(?P<dash>[-–])(?=\s*[a-z])"
)
_SPLIT = re.compile(r"(tag|woch|mo|di|mi|do|fr|sa|so)s?[ -]?(vormittag|nachmittag|mittag|abend|morgen)")
_FLEXIBLE = re.compile(
    r"\b(?:flexib\w*|jederzeit|immer|egal|offen|anytime|alles|nach absprache|beides|both)\b"
)
_ONLINE = re.compile(r"\b(?:on-?line|video\w*|digital\w*|virtuell\w*|remote|zoom|teams|telefon\w*)\b")
_ON_SITE = re.compile(r"\b(?:vor ort|praesenz\w*|persoenlich\w*|in person|on[- ]?site)\b")
_BUT = re.compile(r"\b(?:nicht|ausser|kein\w*|not|except|never|nie)\b")


def availability(value: str) -> Understood:
    """Understand days and times of day, and whether somebody meets in person or online.

    A time of day belongs to the days beside it; alone, to all working days. A day alone is the whole day.
    What is taken back in part (*nicht freitags*) is left to a person.

    Examples
    --------
    >>> availability("Mo, Mi vormittags").value
    ['mon-morning', 'wed-morning']
    >>> availability("flexibel, gern online").value
    ['online', 'flexible']
    """
    if is_nothing(value):
        return Understood()
    said = _SPLIT.sub(r"\1 \2", plain(value))
    found = set(_times(said))
    found |= {name for name, word in ((ONLINE, _ONLINE), (ON_SITE, _ON_SITE)) if word.search(said)}
    if _FLEXIBLE.search(said):
        found.add(FLEXIBLE)
    if not found or _BUT.search(said):
        return Understood(doubt=UNCLEAR)
    return Understood([slot for slot in (*TIMES, *WAYS, FLEXIBLE) if slot in found])


@dataclass
class _Run:
    """Days with the times of day that belong to them."""

    days: list[str] = field(default_factory=list)
    parts: list[str] = field(default_factory=list)
    part_first: bool = False
    closed: bool = False

    def slots(self) -> Iterator[str]:
        """Yield its times; a run without days is of working days, one without times of whole days."""
        if self.days or self.parts:
            for day, part in product(self.days or _WORKING, self.parts or PARTS):
                yield f"{day}-{part}"


def _times(said: str) -> Iterator[str]:
    run, since = _Run(), ""
    for token in _TOKEN.finditer(said):
        name = str(token.lastgroup) if token["hours"] is None else "hours"
        if token["to"] or token["dash"]:
            since = run.days[-1] if run.days and not run.parts else ""
            continue
        parts = _parts(token) if name == "hours" else [name] if name in PARTS else []
        if parts:
            if run.part_first and run.days:
                yield from run.slots()
                run = _Run()
            run.part_first = run.part_first or not run.days
            run.parts += parts
        else:
            if run.days and run.parts and not run.part_first:
                yield from run.slots()
                run = _Run()
            run.days += _SEVERAL.get(name) or _days(since, name)
        since = ""
    yield from run.slots()


def _days(since: str, day: str) -> list[str]:
    """Return a day, or all from another one to it."""
    days = [*DAYS]
    first, last = days.index(since or day), days.index(day)
    return days[first : last + 1] if first <= last else [*days[first:], *days[: last + 1]]


def _parts(token: re.Match[str]) -> list[str]:
    """Return the times of day that hours lie in."""
    hour = int(token["hour"])
    begin, end = hour, hour + 1
    if token["end"]:
        end = int(token["end"])
    elif token["from"]:
        end = 24
    elif token["until"]:
        begin, end = 0, hour
    return [part for part, (first, last) in _HOURS.items() if begin < last and first < end]


def times_in_words(slots: Iterable[str]) -> str:
    """Return what was understood as people read it, in the language in force."""
    known, told = set(slots), []
    for day, name in DAYS.items():
        parts = [part for part in PARTS if f"{day}-{part}" in known]
        if len(parts) == len(PARTS):
            told.append(say(name))
        elif parts:
            told.append(f"{say(name)} {listing(say(PARTS[part]) for part in parts)}")
    told += [say(name) for way, name in WAYS.items() if way in known]
    return ", ".join([*told, *([say("flexible")] if FLEXIBLE in known else [])])
