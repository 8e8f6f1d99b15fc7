"""People who work in the apps at the same time: what they save, and whether any of it is lost."""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from served_page import PATIENCE, Page, log_in

from mentorkit.examples import sample_files
from mentorkit.intake import service
from mentorkit.language import Voice, say, speaking
from mentorkit.programme.records import Application, PairComment
from mentorkit.store import Store
from mentorkit.workbench import Workbench

PRESET, RUN, PASSWORD = "cross-administration", "cross-administration/2014", "Regen über Lünen 7"
#: The field into which everybody writes, after her name, how often she has saved there.
FIELD = "department"
#: Where somebody saved what is no part of an application.
_COMMENT = "comment"
#: How many applications of a town its people work on, so that they meet.
SHARED = 2


def furnish(target: str, users: int) -> list[Person]:
    """Make a workbench with applications, and people: two in a town's intake, every third in the matching."""
    bench = Workbench.of(Store.create(target), "me")
    run = bench.add(PRESET)
    given = [(path.name, path.read_bytes()) for path in sample_files(PRESET)]
    service.intake(bench.store, bench.actor, run.id, given, commit=True)
    with bench.store.read() as reader:
        known = reader.all(Application, run_id=RUN)
    by_town: defaultdict[str, list[str]] = defaultdict(list)
    for application in known:
        by_town[application.organisation].append(application.id)
    towns, people = sorted(by_town), []
    for n in range(users):
        matching, town = n % 3 == 2, towns[n // 3 % len(towns)]
        people.append(Person(f"u{n}", "matching" if matching else "intake", by_town[town][:SHARED]))
        bench.accounts.add(bench.actor, f"u{n}", f"Person {n}", PASSWORD)
        role = ("lead", PRESET) if matching else ("organisation", PRESET, town)
        bench.accounts.grant(bench.actor, f"u{n}", *role)
    bench.close()
    return people


@dataclass
class Person:
    """Somebody with one app open, and what she saved there."""

    name: str
    app: str
    #: On what she works in the intake.
    applications: list[str]
    seconds: list[float] = field(default_factory=list)
    #: What the app said was saved: where, and the how-manieth of hers there.
    saved: list[tuple[str, int]] = field(default_factory=list)
    #: How often somebody else had been quicker, and both versions were shown.
    met: int = 0
    errors: list[str] = field(default_factory=list)

    async def come(self, address: str) -> None:
        """Log in and open the app."""
        http = await asyncio.to_thread(log_in, address, self.name, PASSWORD)
        self.page = Page(address, http)
        await self.page.open(f"/{self.app}?run={RUN}&part=applications")

    async def work(self, goes_on: Callable[[], bool], pause: Callable[[], float], together: Meeting) -> None:
        """Save one thing after the other."""
        chance = random.Random(self.name)
        while goes_on():
            try:
                await (self.mend if self.app == "intake" else self.comment)(chance, together)
            except (TimeoutError, StopIteration, KeyError, OSError) as error:
                self.errors.append(f"{self.name}: {error!r}")
            if seconds := pause():
                await asyncio.sleep(seconds)

    async def leave(self) -> None:
        """Close the page, and note what went wrong on it."""
        self.errors += [f"{self.name}: {error}" for error in self.page.errors]
        await self.page.close()

    async def mend(self, chance: random.Random, together: Meeting) -> None:
        """Write her number into an application; where somebody was quicker, once more into theirs."""
        page, subject = self.page, chance.choice(self.applications)
        await page.choose(subject)
        form = page.form(subject, FIELD)
        number = 1 + sum(where == subject for where, _ in self.saved)
        for attempt in range(50):
            await page.type(form, FIELD, with_number(page.widgets[form]["values"][FIELD], self.name, number))
            if not attempt:
                await together.everybody()
            self.seconds.append(await page.press(page.button(form, say("Save and judge again"))))
            if page.notice["kind"] == "done":
                self.saved.append((subject, number))
                return
            theirs = page.button(form, say("Keep what is stored"))
            if not page.shows(theirs):
                raise OSError(page.notice["text"])
            self.met += 1
            await page.press(theirs)
        raise OSError("somebody else was quicker fifty times")

    async def comment(self, chance: random.Random, together: Meeting) -> None:
        """Comment on a tandem."""
        page, number = self.page, 1 + len(self.saved)
        await page.choose(chance.choice(page.rows("mentee:")))
        form = page.form("comment ", "text")
        await page.type(form, "text", f"{self.name}:{number}")
        await together.everybody()
        self.seconds.append(await page.press(page.button(form, say("Save the comment"))))
        if page.notice["kind"] != "done":
            raise OSError(page.notice["text"])
        self.saved.append((_COMMENT, number))


class Meeting:
    """Where people wait for each other, so that they save at once; without a number nobody waits."""

    def __init__(self, people: int = 0) -> None:
        self._barrier = asyncio.Barrier(people) if people else None

    async def everybody(self) -> None:
        if self._barrier:
            await asyncio.wait_for(self._barrier.wait(), PATIENCE)


async def spend_a_day(
    address: str,
    people: list[Person],
    goes_on: Callable[[Person], bool],
    pause: Callable[[], float] = lambda: 0.0,
    *,
    together: bool = False,
    before_leaving: Callable[[], object] = lambda: None,
) -> None:
    """Let people come, work at the same time for as long as it goes on, and leave."""
    with speaking(Voice("de")):
        await asyncio.gather(*(person.come(address) for person in people))
        meeting = Meeting(len(people) if together else 0)
        await asyncio.gather(*(p.work(lambda p=p: goes_on(p), pause, meeting) for p in people))
        before_leaving()
        await asyncio.gather(*(person.leave() for person in people))


def with_number(text: str, name: str, number: int) -> str:
    """Put somebody's number into a text, in the place of the one before."""
    return " ".join([*(word for word in text.split() if not word.startswith(f"{name}:")), f"{name}:{number}"])


def lost(store: Store, people: list[Person]) -> list[str]:
    """Return what was told as saved and the store never held, or held no more after another's save."""
    with store.read() as reader:
        comments = Counter(comment.text for comment in reader.all(PairComment, run_id=RUN))
        subjects = {subject for person in people for subject, _ in person.saved if subject != _COMMENT}
        held = {
            subject: [_numbers(e["after"]["entries"]) for e in reader.trail(subject=subject) if e["after"]]
            for subject in subjects
        }
    found = []
    for person in people:
        for subject, number in person.saved:
            text = f"{person.name}:{number}"
            stood = [numbers.get(person.name) for numbers in held.get(subject, ())]
            if comments[text] != 1 if subject == _COMMENT else number not in stood:
                found.append(text)
    for states in held.values():
        for was, then in pairwise(states):
            found += [f"{name}:{number}" for name, number in was.items() if then.get(name, 0) < number]
    return found


def _numbers(entries: dict[str, str]) -> dict[str, int]:
    """Return how often each has saved, as an application tells."""
    parts = (word.partition(":") for word in entries.get(FIELD, "").split())
    return {name: int(number) for name, colon, number in parts if colon}
