"""What all handlers share: the workbench, its log-ins, the notebooks, and who is locked out for now."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from mentorkit.language import later
from mentorkit.language.formats import din5007
from mentorkit.overview import by_urgency, overviews
from mentorkit.privacy.accounts import Accounts
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Programme, Run
from mentorkit.store import Store

#: The apps as the steps of a year, by the names of their notebooks.
STEPS: dict[str, str] = {
    "start": later("Start"),
    "programme": later("Programme"),
    "intake": later("Intake"),
    "matching": later("Matching"),
    "network": later("Network"),
    "reports": later("Reports"),
    "privacy": later("Data protection"),
}
_APP_NAME = re.compile(r"[a-z][a-z0-9_-]*")


@dataclass(frozen=True)
class RunLink:
    """A run one can switch to."""

    id: str
    programme_id: str
    programme: str
    name: str

    @property
    def title(self) -> str:
        """Programme and run, as people read them."""
        return f"{self.programme} {self.name}"


@dataclass
class Lockout:
    """Counts attempts to log in, so that nobody can guess for long.

    Attempts count before they are tried, so that many at once are no way around.
    """

    attempts: int = 5
    seconds: float = 300.0
    clock: Callable[[], float] = time.monotonic
    _counted: dict[str, tuple[int, float]] = field(default_factory=dict)

    def allows(self, name: str) -> bool:
        """Count an attempt; tell whether it may be made."""
        moment = self.clock()
        self._counted = {
            known: (n, last) for known, (n, last) in self._counted.items() if moment - last < self.seconds
        }
        n, _ = self._counted.get(name, (0, moment))
        if n >= self.attempts:
            return False
        self._counted[name] = (n + 1, moment)
        return True

    def forget(self, name: str) -> None:
        """Start again after a right password."""
        self._counted.pop(name, None)

    def give_back(self, name: str) -> None:
        """Take one attempt back, whose password was right; those that were wrong stay counted."""
        if name in self._counted:
            n, last = self._counted[name]
            self._counted[name] = (n - 1, last)


@dataclass(frozen=True)
class Site:
    """One served workbench."""

    store: Store
    target: str
    notebooks: Path
    #: Below which address everything is served; begins and ends with a slash.
    base: str = "/"
    #: Whether the people in it are invented, which is then said on each page.
    demo: bool = False
    #: Attempts by user name, and by where they come from: an office may have one address for all.
    lockout: Lockout = field(default_factory=Lockout)
    places: Lockout = field(default_factory=lambda: Lockout(attempts=50))

    @property
    def accounts(self) -> Accounts:
        """The users of the workbench."""
        return Accounts(self.store)

    def at(self, address: str) -> str:
        """Return where on this server something is, such as ``login``."""
        return self.base + address

    def has(self, app: str) -> bool:
        """Tell whether there is an app notebook of this name, at the top of the notebooks' folder."""
        return bool(_APP_NAME.fullmatch(app)) and (self.notebooks / f"{app}.ipynb").is_file()

    @property
    def steps(self) -> dict[str, str]:
        """The apps that are there, in the order of the year."""
        return {name: title for name, title in STEPS.items() if self.has(name)}

    def runs(self, actor: Actor) -> list[RunLink]:
        """Return the runs of the programmes the actor has a role in, by programme, the newest first."""
        with self.store.read() as reader:
            programmes = {p.id: p.name for p in reader.all(Programme) if actor.may("programme.read", p.id)}
            runs = [run for run in reader.all(Run) if run.programme_id in programmes]
        links = [RunLink(r.id, r.programme_id, programmes[r.programme_id], r.name) for r in runs]
        links.sort(key=lambda link: link.name, reverse=True)
        return sorted(links, key=lambda link: (din5007(link.programme), link.programme_id))

    def first_run(self, actor: Actor) -> str:
        """Return the run that needs something first, for whoever has chosen none; empty if there is none."""
        runs = by_urgency(overviews(self.store, actor, self.store.clock().astimezone().date()))
        return runs[0][0].run.id if runs else ""
