"""One application opened: what was found, its entries as fields, and the decisions on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.intake import findings
from mentorkit.language import say
from mentorkit.language.formats import date
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application
from mentorkit_widgets.applications import Difference, can_be_overruled, role_word, sentences, status_word
from mentorkit_widgets.base import actions, button, chip, markup, paragraph, shown
from mentorkit_widgets.heading import Heading

if TYPE_CHECKING:
    from mentorkit_widgets.intake import IntakeModel


class ApplicationForm(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The chosen application of an :class:`~mentorkit_widgets.intake.IntakeModel`; empty while none is."""

    def __init__(self, model: IntakeModel) -> None:
        self.model = model
        #: The fields, by name.
        self.fields: dict[str, w.Widget] = {}
        self.heading = Heading()
        self._facts = w.HTML()
        self._versions = w.HTML()
        self._entries = w.VBox(layout=w.Layout(grid_gap="0.4rem"))
        self.keep_theirs = button(say("Keep what is stored"), model.forget)
        self.save = button(say("Save and judge again"), model.mend, primary=True)
        self.drop = button(say("Leave out"), model.drop)
        self.close_it = button(say("Close"), self._close)
        self.reason = _field(w.Textarea, say("Your reason"), rows=2)
        self.overrule = button(say("Admit with this reason"), lambda: self._decide(model.overrule))
        self.withdraw = button(say("No longer admit"), lambda: self._decide(model.withdraw))
        doing = actions(self.save, self.drop, self.close_it)
        question = w.HTML(markup("<h3>{title}</h3>", title=say("Decide otherwise")))
        self._decision = w.VBox([question, self.reason, actions(self.overrule, self.withdraw)])
        parts = (self._facts, self._versions, self.keep_theirs, self._entries, doing, self._decision)
        super().__init__([self.heading, *parts])
        self.add_class("mk-card")
        model.observe(self.show, ["selected", "place", "intake", "stored", "differences"])
        self.show()

    def show(self, *_: object) -> None:
        """Show the application that is chosen now."""
        model, application = self.model, self.model.application
        shown(self, application is not None)
        if application is None:
            self.heading.text = ""
            return
        self._facts.value = _facts(application, model.wishes_of(application))
        self._versions.value = _versions(model.differences)
        self._show_entries(application)
        shown(self.keep_theirs, bool(model.differences))
        shown(self.save, model.may_mend)
        shown(self.drop, model.place == "read")
        admit = model.may_overrule and can_be_overruled(application)
        withdraw = model.may_overrule and application.overruled is not None and model.place == "stored"
        shown(self.overrule, admit)
        shown(self.withdraw, withdraw)
        shown(self._decision, admit or withdraw)
        self.heading.text = application.name or say("(no name)")

    def _show_entries(self, application: Application) -> None:
        """Make the fields anew; what was typed and not saved comes from the model."""
        old = self._entries.children
        self.fields = {
            name: self._entry(name, text) for name, text in self.model.entries_of(application).items()
        }
        wrong = {finding.field for finding in application.findings}
        self._entries.children = tuple(
            w.VBox([field, w.HTML(_wrong(application, name))]) if name in wrong else field
            for name, field in self.fields.items()
        )
        for part in old:
            _close_all(part)

    def _entry(self, name: str, text: str) -> w.Widget:
        label = FIELDS[name].label
        if name == "organisation" and self.model.settings.organisations.kind == "known":
            field = _field(w.Combobox, label, value=text, options=self.model.settings.organisations.names)
        else:
            field = _field(w.Text, label, value=text)
        field.observe(lambda change: self.model.enter(name, change["new"]), "value")
        field.disabled = not self.model.may_mend
        return field

    def _decide(self, decide: Callable[[str], None]) -> None:
        decide(self.reason.value)
        if not self.model.refused:
            self.reason.value = ""

    def _close(self) -> None:
        self.model.selected = ""


def _field(kind: type[w.Widget], label: str, **more: object) -> w.Widget:
    """Return a field with its label above it; the browser tells the text when one leaves the field."""
    above = w.Layout(flex_flow="column", align_items="stretch", width="100%", height="auto")
    return kind(
        description=label, layout=above, style={"description_width": "auto"}, continuous_update=False, **more
    )


def _close_all(part: w.Widget) -> None:
    for child in getattr(part, "children", ()):
        child.close()
    part.close()


def _facts(application: Application, wishes: list[str]) -> Markup:
    """Return status, role, origin, what was found, and the wishes."""
    kind = "ok" if application.overruled else application.status
    where = findings.where(application.source) if application.source else ""
    items = Markup().join(markup("<li>{text}</li>", text=text) for text in sentences(application))
    parts = [
        markup(
            "<p>{chip} {role}</p>", chip=chip(kind, status_word(application)), role=role_word(application)
        ),
        paragraph(where, "mk-muted"),
        markup("<ul>{items}</ul>", items=items) if items else Markup(),
        *(paragraph(note, "mk-muted") for note in (*application.notes, *wishes)),
    ]
    if (decision := application.overruled) is not None:
        day = date(decision.at.astimezone().date())
        sentence = say(
            "Admitted by {who} on {day}: {reason}", who=decision.by, day=day, reason=decision.reason
        )
        parts.append(paragraph(sentence))
    return Markup().join(parts)


def _wrong(application: Application, name: str) -> Markup:
    """Return what is wrong with a field, to stand below it."""
    found = (findings.message(finding) for finding in application.findings if finding.field == name)
    return Markup().join(paragraph(sentence, "mk-blocker") for sentence in found)


def _versions(differences: tuple[Difference, ...]) -> Markup:
    """Return both versions side by side, where somebody else was quicker."""
    if not differences:
        return Markup()
    rows = Markup().join(
        markup('<tr><th scope="row">{label}</th><td>{mine}</td><td>{theirs}</td></tr>', **vars(difference))
        for difference in differences
    )
    return markup(
        '<div class="mk-scroll"><table class="mk-table"><caption>{caption}</caption><thead><tr>'
        '<th scope="col">{field}</th><th scope="col">{mine}</th><th scope="col">{theirs}</th></tr></thead>'
        "<tbody>{rows}</tbody></table></div>",
        caption=say("Somebody else changed this application. Saving again puts your version over it."),
        field=say("Field"), mine=say("Your version"), theirs=say("Stored now"), rows=rows,
    )  # fmt: skip
