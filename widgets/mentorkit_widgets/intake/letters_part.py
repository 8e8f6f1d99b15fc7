"""What one sees of the letters about a fixed selection."""

from __future__ import annotations

import ipywidgets as w
from markupsafe import Markup

from mentorkit.language import say, say_n
from mentorkit_widgets.base import actions, button, card, markup, paragraph, shown
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.components.table import Table
from mentorkit_widgets.intake import selection_rows as rows
from mentorkit_widgets.intake.selection import SelectionModel

#: Changes that are named one by one.
_MOST = 8


class LettersPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The letters about a fixed selection: one after the other, or all in one file."""

    def __init__(self, model: SelectionModel) -> None:
        self.model = model
        self.hint, self.outdated = LaidOut(), LaidOut()
        self.prepare = button(say("Prepare the letters"), model.prepare, primary=True)
        self.pack = button(say("Make one ZIP file of all letters"), model.pack)
        self.pack_renewed = button("", lambda: model.pack(renewed=True))
        self.all = Download()
        self.table = Table(say("Letters"), rows.letter_columns(), filtered=True, selectable=True)
        self.table.observe(lambda change: setattr(model, "chosen", change["new"]), "selected")
        self.heading = Heading(on_close=lambda: self.table.select(""))
        self.text, self.one = LaidOut(), Download()
        self.letter = card(self.heading, self.text, self.one)
        super().__init__(
            [
                self.hint,
                self.outdated,
                actions(self.prepare, self.pack, self.pack_renewed, self.all),
                self.letter,
                self.table,
            ],
            layout=w.Layout(grid_gap="0.6rem"),
        )
        model.observe(self.show, ["state", "letters", "outdated"])
        model.observe(self._show_letter, "chosen")
        model.observe(self._show_file, "file")
        self.show()

    def show(self, *_: object) -> None:
        """Follow the model."""
        model, letters = self.model, self.model.letters
        self.hint.value = self._hint()
        self.outdated.value = _outdated(model) if model.outdated else ""
        shown(self.outdated, bool(model.outdated))
        stale = bool(model.outdated)
        self.prepare.description = (
            say("Prepare the changed letters") if letters is not None else say("Prepare the letters")
        )
        shown(self.prepare, model.state.fixed and (letters is None or stale))
        shown(self.pack, letters is not None and bool(letters.letters) and not stale)
        n = len(model.renewed)
        self.pack_renewed.description = say_n(
            "Make one ZIP file of the {n} letter prepared last",
            "Make one ZIP file of the {n} letters prepared last",
            n,
        )
        shown(self.pack_renewed, n > 0 and not stale)
        shown(self.table, letters is not None)
        self.table.rows = rows.letter_rows(letters) if letters is not None else []
        self._show_letter()
        self._show_file()

    def _hint(self) -> Markup:
        model = self.model
        if not model.state.fixed:
            told = [say("Letters rest on a fixed selection. Nothing is sent from here.")]
            if not model.may_fix:
                told.append(say("The lead of the programme fixes the selection."))
            return paragraph(" ".join(told))
        told = [say("Letters are prepared here and never sent: download them, or open them as an e-mail.")]
        if model.letters is not None and model.letters.undecided:
            names = ", ".join(model.letters.undecided)
            told.append(say("Still undecided, so without a letter: {names}.", names=names))
        if n := model.silent:
            told.append(
                say_n(
                    "{n} letter names nobody who answers questions. Contact persons and the contact line are"
                    " set in the programme.",
                    "{n} letters name nobody who answers questions. Contact persons and the contact line are"
                    " set in the programme.",
                    n,
                )
            )
        return paragraph(" ".join(told))

    def _show_letter(self, *_: object) -> None:
        letter, file = self.model.letter, self.model.pdf()
        self.heading.text = letter.subject if letter is not None else ""
        shown(self.letter, letter is not None)
        if letter is None or file is None:
            self.one.withdraw()
            self.text.value = ""
            return
        link = markup('<p><a href="{href}">{word}</a></p>', href=letter.mailto, word=say("Open as an e-mail"))
        body = Markup().join(
            paragraph(part)
            if isinstance(part, str)
            else markup("<ul>{items}</ul>", items=Markup().join(markup("<li>{x}</li>", x=x) for x in part))
            for part in letter.mail
        )
        self.text.value = body + (link if letter.email else "")
        self.one.offer(file.name, file.content, file.media_type)

    def _show_file(self, *_: object) -> None:
        file = self.model.file
        if file is None:
            self.all.withdraw()
        else:
            self.all.offer(file.name, file.content, file.media_type)


def _outdated(model: SelectionModel) -> Markup:
    """Say that letters were withdrawn, and what is different since they were prepared."""
    changed = model.outdated
    items = Markup().join(markup("<li>{text}</li>", text=text) for text in changed[:_MOST])
    if (more := len(changed) - _MOST) > 0:
        items += markup("<li>{text}</li>", text=say_n("and {n} more", "and {n} more", more))
    told = [say("The older letters are not offered any more.")]
    if model.state.fixed:
        told = [
            say("Those letters are not offered any more; please prepare them again. All others are the same.")
        ]
    return markup(
        '<div class="mk-blocker"><p>{lead}</p><ul>{items}</ul><p>{told}</p></div>',
        lead=say("Since the letters were prepared, this has changed:"),
        items=items,
        told=" ".join(told),
    )
