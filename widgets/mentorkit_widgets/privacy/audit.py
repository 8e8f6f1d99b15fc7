"""The audit trail: who did what to which identifier, whether it holds, and its head to be kept elsewhere."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
import traitlets as t

from mentorkit.language import say, say_n
from mentorkit.language.formats import date, number
from mentorkit.privacy import audit
from mentorkit.privacy.audit import Entry
from mentorkit_widgets.base import actions, button, markup, paragraph, section, shown
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table, cell, chip, column
from mentorkit_widgets.privacy.model import PrivacyModel

_PAGE = 200
#: Longer identifiers are hashes.
_LONGEST = 48


class Trail(t.HasTraits):
    """The entries that were read so far, newest first."""

    entries = t.List(t.Instance(Entry))
    #: Whether there are older ones.
    more = t.Bool(True)
    only_denied = t.Bool(False)

    def __init__(self, model: PrivacyModel) -> None:
        super().__init__()
        self.model = model
        self.older()

    def older(self) -> None:
        """Read the next page of older entries."""
        with self.model.attempting():
            before = self.entries[-1].number if self.entries else 0
            page = audit.entries(
                self.model.store, self.model.actor, self.model.programme_id, before=before, most=_PAGE
            )
            self.more = len(page) == _PAGE
            self.entries = [*self.entries, *page]

    @property
    def wanted(self) -> list[Entry]:
        """The entries that are shown."""
        return [entry for entry in self.entries if entry.denied or not self.only_denied]


class AuditPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The table of entries, and below it the head of the chain."""

    def __init__(self, model: PrivacyModel) -> None:
        self.model, self.trail = model, Trail(model)
        self.which = Choice(say("Show"), {"all": say("Everything"), "denied": say("Only what was denied")})
        self.table = Table(
            say("Entries of the audit trail, newest first"),
            _columns(),
            filtered=True,
            empty=say("There is no such entry."),
        )
        self.more = button(say("Show older entries"), self.trail.older)
        self.standing = LaidOut()
        self.download = Download()
        self.which.observe(self._choose, "value")
        self.trail.observe(self._show, ["entries", "only_denied"])
        self._show()
        prove = actions(button(say("Check the trail"), self._prove), self.download)
        super().__init__(
            [
                section(
                    say("Audit trail"),
                    self.which,
                    self.table,
                    actions(self.more),
                    hint=say("It tells who did what to which identifier, never what was written there."),
                ),
                section(
                    say("Proof"),
                    self.standing,
                    prove,
                    hint=say(
                        "Keep the head of the trail elsewhere, such as on paper: against it one sees "
                        "later whether something was cut off."
                    ),
                ),
            ],
            layout=w.Layout(grid_gap="1rem"),
        )

    def _choose(self, change: dict[str, Any]) -> None:
        self.trail.only_denied = change["new"] == "denied"

    def _show(self, *_: object) -> None:
        self.table.rows = [_row(entry) for entry in self.trail.wanted]
        shown(self.more, self.trail.more)

    def _prove(self) -> None:
        model = self.model
        with model.attempting(say("The trail is being checked …")):
            found = audit.head(model.store, model.actor, model.programme_id)
            holds = say_n(
                "The trail with its {n} entry holds.", "The trail with its {n} entries holds.", found.entries
            )
            problems = [markup('<p class="mk-blocker">{why}</p>', why=why) for why in found.problems]
            told = problems or [paragraph(holds)]
            self.standing.value = markup("").join(told) + markup(
                "<p>{label}<br><code>{head}</code></p>", label=say("Head of the trail:"), head=found.head
            )
            day = model.today.isoformat()
            lines = (
                say("Head of the audit trail, {day}", day=date(model.today)),
                number(found.entries),
                found.head,
            )
            self.download.offer(f"head-{day}.txt", "\n".join((*lines, "")).encode(), "text/plain")
            model.say(say("The trail was checked."))


def _columns() -> list[dict[str, Any]]:
    return [
        column("at", say("When")),
        column("by", say("Who")),
        column("deed", say("What")),
        column("to", say("To what")),
    ]


def _row(entry: Entry) -> dict[str, Any]:
    at = entry.at.astimezone()
    when = cell(f"{date(at.date())} {at:%H:%M}", at.isoformat())
    deed = chip(entry.deed, "forbid", "careful") if entry.denied else entry.deed
    return {
        "id": str(entry.number),
        "at": when,
        "by": entry.by,
        "deed": deed,
        "to": cell(entry.kind_word, note=_short(entry.subject)),
    }


def _short(subject: str) -> str:
    """Return an identifier as it can be compared by eye; of a hash its beginning."""
    return subject if len(subject) <= _LONGEST else f"{subject[:12]}…"
