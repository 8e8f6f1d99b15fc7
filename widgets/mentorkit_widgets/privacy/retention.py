"""How long data are kept, what is to be erased now, and doing so after a look."""

from __future__ import annotations

from typing import Any

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit.language.formats import date, listing, number
from mentorkit.privacy import retention
from mentorkit.privacy.retention import Due, Preview
from mentorkit.programme.records import Run
from mentorkit.programme.retention import KINDS_KEPT
from mentorkit_widgets.base import actions, button, markup, paragraph, section, shown
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.components.table import Table, cell, chip, column
from mentorkit_widgets.privacy.model import Part, PrivacyModel

#: So many names are told before the rest is a number.
_NAMED = 8


class Retention(Part):
    """What is kept until when in the user's programmes."""

    def load(self) -> None:
        """Read what is kept until when."""
        model = self.model
        self.preview: Preview = retention.preview(model.store, model.actor, model.today)
        with model.store.read() as reader:
            self.runs = {run.id: run.name for run in reader.all(Run, programme_id=model.programme_id)}

    @property
    def kept(self) -> list[Due]:
        """What is kept of this programme, and of log-ins, what is due first at first."""
        here = self.model.programme_id
        return sorted(
            (item for item in self.preview.kept if item.programme_id in (here, "")),
            key=lambda item: (not item.due, item.until is None, str(item.until)),
        )

    @property
    def due(self) -> list[Due]:
        """What of it is to be erased now."""
        return [item for item in self.kept if item.due]

    def apply(self) -> None:
        """Erase what is due, as it was shown."""
        model = self.model

        def tell(done: int, total: int) -> None:
            model.progress = done / max(total, 1)

        with model.attempting(say("What is due is being erased …")):
            seen = Preview(self.preview.today, tuple(self.kept))
            done = retention.apply(model.store, model.actor, seen, tell)
            n = sum(item.n for item in done.erased)
            told = [say_n("{n} record was erased.", "{n} records were erased.", n)]
            told += [say("Not erased: {why}", why=why) for _, why in done.failed]
            model.changed(" ".join(told))


class RetentionPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The table of what is kept, and the question before what is due is erased."""

    def __init__(self, model: PrivacyModel) -> None:
        self.model, self.kept = model, Retention(model)
        self.told = LaidOut()
        self.table = Table(say("What is kept until when"), _columns(), empty=say("Nothing is kept."))
        self.question = Question(yes=self._apply, no=self._leave)
        self.erase = button(say("Erase what is due …"), self._ask, primary=True)
        self.kept.observe(self._show, "read")
        self._show()
        hint = say("The times are counted from the end of a run. You change them under “Record”.")
        super().__init__(
            [section(say("Retention"), self.told, actions(self.erase), self.question, self.table, hint=hint)],
            layout=w.Layout(grid_gap="1rem"),
        )

    def _show(self, *_: object) -> None:
        due = self.kept.due
        self.told.value = paragraph(
            say("Nothing has to be erased now.")
            if not due
            else say_n(
                "{n} record has to be erased.", "{n} records have to be erased.", sum(i.n for i in due)
            ),
            "mk-blocker" if due else "",
        )
        shown(self.erase, bool(due) and self.model.may(retention.APPLY))
        self.table.rows = [_row(self.kept, item) for item in self.kept.kept]

    def _ask(self) -> None:
        due = self.kept.due
        self.question.ask(
            say("Erase what is due?"),
            say("What is erased does not come back, not with an older backup either. Numbers stay."),
            say("Erase for good"),
        )
        self.question.text.value = self.question.text.value + Markup("<ul>{}</ul>").format(
            Markup().join(markup("<li>{text}</li>", text=_in_words(self.kept, item)) for item in due)
        )

    def _apply(self) -> None:
        self._leave()
        self.kept.apply()

    def _leave(self) -> None:
        self.question.answered()


def _columns() -> list[dict[str, Any]]:
    return [
        column("kind", say("What")),
        column("run", say("Run")),
        column("n", say("How many"), "number"),
        column("until", say("Kept until"), "chip"),
    ]


def _in_words(found: Retention, item: Due) -> str:
    names = listing([*item.names[:_NAMED], *(["…"] if len(item.names) > _NAMED else [])])
    told = say("{kind}, {run}: {n}", kind=say(KINDS_KEPT[item.kind]), run=_run(found, item), n=number(item.n))
    return say("{told} ({names})", told=told, names=names) if names else told


def _run(found: Retention, item: Due) -> str:
    return found.runs.get(item.run_id, say("all runs"))


def _row(found: Retention, item: Due) -> dict[str, Any]:
    if item.due:
        until = chip(say("to be erased"), "warning", "careful", note=date(item.until) if item.until else "")
    elif item.until is None:
        until = chip(say("open"), "clock", "neutral", note=say("the run has no end yet"))
    else:
        until = chip(date(item.until), "check", "good")
    return {
        "id": f"{item.kind} {item.programme_id} {item.run_id}",
        "kind": cell(say(KINDS_KEPT[item.kind])),
        "run": _run(found, item),
        "n": item.n,
        "until": until,
    }
