"""What a mentee and a mentor settle in their talk, and then their tandem."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say
from mentorkit.language.formats import date, number
from mentorkit.matching.one_by_one import LONGEST, PARTS
from mentorkit.privacy.records import User
from mentorkit_widgets.base import actions, button, card, markup, paragraph, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.form import Field, Form, Value
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.question import Question
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.matching import pair_rows, rows
from mentorkit_widgets.matching.sentences import price_words

if TYPE_CHECKING:
    from mentorkit.programme.records import Settlement
    from mentorkit_widgets.matching.settling import SettlingModel


class Talk(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """What two people settle: written down, printed to be signed, and then their tandem."""

    def __init__(self, model: SettlingModel) -> None:
        self.model = model
        self.heading = Heading(on_close=self._close)
        self.story = LaidOut()
        self.points = Table(say("What the score rests on"), pair_rows.point_columns())
        self.why = Disclosure(say("What the score rests on"), lambda: self.points)
        self.conflict = LaidOut()
        self.mine = button(say("My text counts"), lambda: self._settle_for(mine=True))
        self.hers = button(say("The other text counts"), lambda: self._settle_for(mine=False))
        self.choice = card(self.conflict, actions(self.mine, self.hers))
        self.form = Form(_fields(), on_edit=self._enter)
        self.written = LaidOut()
        self.save = button(say("Save"), model.save)
        self.make = button(say("Make the tandem"), self._make, primary=True)
        self.back = button(say("Take the tandem back …"), self._ask_back)
        self.question = Question(yes=self._take_back, no=self._keep)
        self.print = button(say("PDF to be signed"), self._print)
        self.download = Download()
        self.closer = button(say("Another {mentor:sg.nom}"), self._close)
        super().__init__(
            [
                self.heading, self.story, self.why, self.choice, self.form, self.written,
                actions(self.make, self.save, self.print, self.back, self.closer), self.question,
                self.download,
            ],
            layout=w.Layout(grid_gap="0.6rem"),
        )  # fmt: skip
        model.observe(self._fill, "loaded")
        model.observe(lambda _: self.form.safe(), "safe")
        model.observe(self._show, ["drawn", "overtaken"])
        self._fill()
        self._show()

    def _enter(self, name: str, value: Value) -> None:
        self.model.enter(name, str(value))
        self.form.errors = {k: why for k, why in self.form.errors.items() if k in self.model.missing}

    def _close(self) -> None:
        self.model.talk("")

    def _make(self) -> None:
        told = say("This has to be written down before the tandem is made.")
        self.form.refuse(dict.fromkeys(self.model.missing, told))
        if self.model.make():
            self.heading.focus()  # the button that had the focus is gone

    def _ask_back(self) -> None:
        told = say("The two are no tandem then; everything else is matched anew. What they settled is kept.")
        self.question.ask(say("Take the tandem back?"), told, say("Yes, take the tandem back"))

    def _keep(self) -> None:
        self.question.answered()

    def _take_back(self) -> None:
        self.question.answered()
        self.model.take_back()
        self.heading.focus()

    def _settle_for(self, *, mine: bool) -> None:
        self.model.settle_for(mine=mine)
        self.form.focus()

    def _print(self) -> None:
        from mentorkit.reports.settlement import file_name, paper

        model, board = self.model, self.model.board
        if not model.keep() or model.seen is None:
            return
        with board.attempting(say("The page is being made …")):
            store, actor, run_id = board.run.bench.store, board.run.bench.actor, board.run.id
            content = paper(store, actor, run_id, model.seen.id)
            names = model.names
            self.download.offer(file_name(names["name"], names["partner"]), content, "application/pdf")
            board.say(say("The page is ready; you can download it now, for both to read and sign."))

    def _fill(self, *_: object) -> None:
        self.form.fill(self.model.typed, key=" ".join(("settle", *self.model.pair)))
        self.download.withdraw()
        self.question.answered()

    def _show(self, *_: object) -> None:
        model, names = self.model, self.model.names
        talked = bool(model.mentor_id)
        shown(self, talked)
        if not talked:
            self.heading.text = ""
            return
        tandem = model.tandem
        stands = tandem is not None and tandem.mentor_id == model.mentor_id
        self.story.value = self._story(stands=stands)
        self._show_points()
        shown(self.choice, model.overtaken)
        self.conflict.value = _other_text(model.theirs, self._who(model.theirs)) if model.overtaken else ""
        shown(self.save, model.may_write)
        shown(self.make, model.may_make and tandem is None)
        shown(self.back, model.may_make and stands)
        shown(self.closer, not stands)
        self.written.value = self._last_written()
        self.heading.text = say("{name} and {partner}: what they settle", **names)

    def _story(self, *, stands: bool) -> Markup:
        """Say how the two stand: a tandem, or what choosing each other would cost."""
        model = self.model
        if stands and model.tandem is not None:
            told = say("Their tandem is made; everything else is matched around it.")
            return paragraph(told if model.may_make else say("Their tandem is approved."))
        one = next((c for c in model.candidates if c.mentor.person_id == model.mentor_id), None)
        if one is None:
            told = say("The two cannot become a tandem now: a rule or another tandem stands in the way.")
            return paragraph(told, "mk-blocker")
        price = price_words(*one.price) if one.price else say("impossible beside the locked tandems")
        return paragraph(
            say("Score {score} of {most}. Measured over all tandems: {price}.",
                score=number(one.score), most=number(rows.MOST), price=price)
        )  # fmt: skip

    def _show_points(self) -> None:
        matching, (mentee_id, mentor_id) = self.model.state.matching, self.model.pair
        there = self.model.state.has_pair(mentee_id, mentor_id)
        shown(self.why, there)
        if matching is not None and there:
            i, j = matching.row("mentee", mentee_id), matching.row("mentor", mentor_id)
            self.points.rows = pair_rows.point_rows(matching, i, j, discreet=True)

    def _last_written(self) -> Markup:
        found = self.model.theirs
        if found is None:
            return paragraph(say("Nothing is written down yet."), "mk-muted")
        at = found.at.astimezone()
        told = {"day": date(at.date()), "time": at.strftime("%H:%M"), "who": self._who(found)}
        if found.missing:
            return paragraph(say("Draft of {day}, {time}, {who}", **told), "mk-muted")
        return paragraph(say("Written down on {day}, {time}, {who}", **told), "mk-muted")

    def _who(self, settlement: Settlement | None) -> str:
        if settlement is None:
            return ""
        with self.model.run.bench.store.read() as reader:
            user = reader.find(User, settlement.by)
        return user.display_name if user else settlement.by


def _fields() -> list[Field]:
    helps = {
        "expectations": say("What both sides expect of each other."),
        "time": say("How often, for how long and from when; who proposes the dates."),
        "content": say("The topics, and what the two work on or practise."),
    }
    return [Field(name, say(PARTS[name]), "lines", help=helps[name], longest=LONGEST) for name in PARTS]


def _other_text(theirs: Settlement | None, who: str) -> Markup:
    """Quote what a colleague wrote meanwhile."""
    if theirs is None:
        told = say("Somebody else has emptied this while you were writing.")
        return paragraph(told, "mk-blocker")
    told = say(
        "{who} has written about the two while you did. This is stored now; below stands yours. Parts that"
        " you did not change stay as they are stored.",
        who=who,
    )
    items = Markup().join(
        markup("<dt>{part}</dt><dd>{text}</dd>", part=say(PARTS[name]), text=text or "–")
        for name, text in theirs.parts.items()
    )
    return paragraph(told, "mk-blocker") + markup("<dl>{items}</dl>", items=items)
