"""Asking an applicant by e-mail: a draft that is changed here and sent from one's own program."""

from __future__ import annotations

from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.intake.asking import question_mail
from mentorkit.language import say
from mentorkit.programme.records import Application
from mentorkit_widgets.base import markup, paragraph, shown
from mentorkit_widgets.components.disclosure import Disclosure
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.intake.model import IntakeModel

if TYPE_CHECKING:
    from mentorkit.intake.asking import QuestionMail


class Mail(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """A draft that asks for what is missing or unclear; hidden where nothing is."""

    def __init__(self, model: IntakeModel) -> None:
        self.model = model
        self._draft: QuestionMail | None = None
        fields = [
            Field("subject", say("Subject"), longest=300),
            Field("body", say("Text of the e-mail"), "lines", longest=5000),
        ]
        self.form = Form(fields, on_edit=lambda *_: self._show_link())
        self.link = LaidOut()
        hint = paragraph(say("A draft for your own e-mail program; nothing is sent from here."), "mk-muted")
        body = w.VBox([LaidOut(hint), self.form, self.link])
        self.more = Disclosure(say("Ask by e-mail"), lambda: body)
        super().__init__([self.more])

    def show(self, application: Application, *, empty: bool) -> None:
        """Prepare the draft for an application that has something to be asked."""
        asked = application.open
        shown(self, asked and self.model.may_mend)
        if empty or not asked:
            self.more.opened = False
        draft = question_mail(application, self.model.settings, self.model.audience) if asked else None
        if draft != self._draft:
            self._draft = draft
            if draft is not None:
                self.form.fill({"subject": draft.subject, "body": draft.body})
            self._show_link()

    def _show_link(self) -> None:
        if self._draft is None:
            self.link.value = Markup()
            return
        typed = {name: str(self.form.values[name]) for name in ("subject", "body")}
        draft = self._draft._replace(**typed)
        told = say("To: {address}", address=draft.to) if draft.to else say("No e-mail address is known.")
        self.link.value = paragraph(told) + markup(
            '<p><a class="mk-plain-button" href="{href}">{word}</a></p>',
            href=draft.mailto,
            word=say("Open in the e-mail program"),
        )
