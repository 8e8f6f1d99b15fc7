"""One application opened: what was found, its entries as fields, and the decisions on it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import ipywidgets as w
from markupsafe import Markup

from mentorkit.intake import findings
from mentorkit.intake.values import items
from mentorkit.language import later, say
from mentorkit.language.formats import date
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.fields import Kind as Meaning
from mentorkit.programme.records import Application
from mentorkit_widgets.base import actions, button, chip, markup, paragraph, shown
from mentorkit_widgets.components.form import Field, FieldKind, Form, Value
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.intake.applications import Difference, can_be_overruled, role_word, status_word

if TYPE_CHECKING:
    from mentorkit_widgets.intake.app import IntakeModel

#: How a field is entered, where it is not a line of text.
_ENTERED: dict[Meaning, FieldKind] = {
    "email": "email",
    "phone": "phone",
    "list": "tags",
    "date": "date",
    "number": "number",
    "year": "number",
}
_HELP: dict[Meaning, str] = {
    "date": later("Day, month, year, as in 30.09.2008"),
    "yes_no": later("Yes or no"),
    "list": later("One at a time"),
    "grade": later("Such as A 10 or EG 9b"),
    "person": later("First and last name"),
}
_LONG = ("expectations",)


class ApplicationForm(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The chosen application of an intake, see :class:`.app.IntakeModel`; empty while none is."""

    def __init__(self, model: IntakeModel) -> None:
        self.model = model
        self.heading = Heading(on_close=self._close)
        self._facts = w.HTML()
        self._versions = w.HTML()
        self.entries = Form([], on_edit=self._enter)
        self.keep_theirs = button(say("Keep what is stored"), self._forget)
        self.save = button(say("Save and judge again"), self._save, primary=True)
        self.drop = button(say("Leave out"), model.drop)
        self.close_it = button(say("Close"), self._close)
        self.reason = Form([Field("reason", say("Your reason"), "lines", required=True, longest=1000)])
        self.overrule = button(say("Admit with this reason"), lambda: self._decide(model.overrule))
        self.withdraw = button(say("No longer admit"), lambda: self._decide(model.withdraw))
        doing = actions(self.save, self.drop, self.close_it)
        question = w.HTML(markup("<h3>{title}</h3>", title=say("Decide otherwise")))
        self._decision = w.VBox([question, self.reason, actions(self.overrule, self.withdraw)])
        parts = (self._facts, self._versions, self.keep_theirs, self.entries, doing, self._decision)
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
        self._facts.value = _facts(application, self._unplaced(application), model.wishes_of(application))
        self._versions.value = _versions(model.differences)
        shown(self._versions, bool(model.differences))
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
        """Put in the application's fields; what was typed and not saved comes from the model."""
        said = self.model.entries_of(application)
        fields = [self._field(name) for name in said]
        values = {field.name: _entered(field, said[field.name]) for field in fields}
        key = _key(application)
        if (self.entries.key, self.entries.fields, self.entries.values) != (key, tuple(fields), values):
            with self.entries.hold_sync():
                if self.entries.key != key:
                    self.reason.fill({"reason": ""}, key=f"{key}-reason")
                self.entries.fields = fields
                self.entries.fill(values, key=key)
        self.entries.errors = self._wrong(application)

    def _field(self, name: str) -> Field:
        meaning = FIELDS[name].kind
        settings = self.model.settings
        known = name == "organisation" and settings.organisations.kind == "known"
        required = name in settings.questions.required or name in ("first_name", "last_name", "organisation")
        return Field(
            name,
            FIELDS[name].label,
            "suggest" if known else "lines" if name in _LONG else _ENTERED.get(meaning, "text"),
            help=say(_HELP[meaning]) if meaning in _HELP else "",
            required=required,
            options=settings.organisations.names if known else (),
            longest=2000 if name in _LONG else 300,
            locked=not self.model.may_mend,
            width="full" if name in _LONG or meaning == "list" else "half",
        )

    def _wrong(self, application: Application) -> dict[str, str]:
        """Return what is wrong with each field, in sentences; nothing where a coordinator has decided."""
        wrong: dict[str, list[str]] = {}
        for finding in application.findings:
            if finding.field in self.entries.values and not application.overruled:
                wrong.setdefault(finding.field, []).append(findings.message(finding))
        return {name: " ".join(sentences) for name, sentences in wrong.items()}

    def _unplaced(self, application: Application) -> list[str]:
        """Return what was found and stands at no field."""
        fields = set() if application.overruled else set(self.model.entries_of(application))
        return [findings.message(finding) for finding in application.findings if finding.field not in fields]

    def _enter(self, name: str, value: Value) -> None:
        if self.model.enter(name, "; ".join(value) if isinstance(value, list) else str(value)):
            self.entries.safe()

    def _save(self) -> None:
        self.model.mend()
        if not self.model.refused:
            self.entries.safe()
            self.entries.refuse(self.entries.errors)  # what is still wrong

    def _forget(self) -> None:
        self.model.forget()
        self.entries.safe()

    def _decide(self, decide: Callable[[str], None]) -> None:
        reason = str(self.reason.values["reason"])
        if not reason.strip():
            self.reason.refuse({"reason": say("Please give a reason.")})
            return
        decide(reason)
        if not self.model.refused:
            self.reason.fill({"reason": ""})

    def _close(self) -> None:
        self.model.selected = ""


def _key(application: Application) -> str:
    """Return what tells an application from every other, also from one that is read later."""
    if application.version or application.source is None:
        return application.id
    source = application.source
    return f"{source.file}/{source.sheet}/{source.row}/{application.role}"


def _entered(field: Field, text: str) -> Value:
    """Return a text as the field holds it."""
    if field.kind != "tags":
        return text
    listed = items(text).value
    return [str(item) for item in listed] if isinstance(listed, list) else [text]


def _facts(application: Application, found: list[str], wishes: list[str]) -> Markup:
    """Return status, role, origin, what was found, and the wishes."""
    kind = "ok" if application.overruled else application.status
    where = findings.where(application.source) if application.source else ""
    items = Markup().join(markup("<li>{text}</li>", text=text) for text in found)
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
