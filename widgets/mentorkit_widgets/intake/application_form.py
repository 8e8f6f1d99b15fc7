"""The entries of one application as the fields of a form, each with what is wrong with it."""

from __future__ import annotations

from dataclasses import replace

from mentorkit.intake.findings import is_settled
from mentorkit.intake.values import items
from mentorkit.language import say
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.fields import Kind as Meaning
from mentorkit.programme.records import Application, Finding
from mentorkit_widgets.components.form import Field, FieldKind, Form, Value
from mentorkit_widgets.intake.facts import found_at
from mentorkit_widgets.intake.model import IntakeModel

#: How a field is entered, where it is not a line of text.
_ENTERED: dict[Meaning, FieldKind] = {
    "email": "email",
    "phone": "phone",
    "list": "tags",
    "date": "date",
    "number": "number",
    "year": "number",
}
_LONG = ("expectations",)


class ApplicationForm(Form):
    """The entries of the application that is looked at; what is typed goes to the model."""

    def __init__(self, model: IntakeModel) -> None:
        self.model = model
        super().__init__([], on_edit=self._enter)

    def show(self, application: Application) -> bool:
        """Put in the application's fields; what was typed and not saved comes from the model.

        Returns
        -------
        bool
            Whether it is another application than before.
        """
        said = self.model.entries_of(application)
        fields = [self._place(said[name]) if name == "organisation" else self._field(name) for name in said]
        values = {field.name: _entered(field, said[field.name]) for field in fields}
        before, key = self.key, _key(application)
        if (before, self.fields, self.values) != (key, tuple(fields), values):
            with self.hold_sync():
                self.fields = fields
                if before == key:
                    self.values = values  # what somebody is typing just now stays
                else:
                    self.fill(values, key=key)
        self.errors = self._wrong(application)
        return before != key

    def unplaced(self, application: Application) -> list[Finding]:
        """Return what was found and stands at no field; all of it where a coordinator has decided."""
        fields = set() if is_settled(application) else set(self.values)
        return [finding for finding in application.findings if finding.field not in fields]

    def _wrong(self, application: Application) -> dict[str, str]:
        """Return what is wrong with each field, in sentences; nothing where a coordinator has decided."""
        wrong: dict[str, list[str]] = {}
        audience = self.model.audience
        for finding in application.findings:
            if finding.field in self.values and not is_settled(application):
                wrong.setdefault(finding.field, []).append(found_at(finding, application, audience))
        return {name: " ".join(sentences) for name, sentences in wrong.items()}

    def _field(self, name: str) -> Field:
        meaning = FIELDS[name].kind
        required = name in self.model.settings.questions.required or name in ("first_name", "last_name")
        return Field(
            name,
            FIELDS[name].label,
            "lines" if name in _LONG else _ENTERED.get(meaning, "text"),
            help=FIELDS[name].help,
            required=required,
            longest=2000 if name in _LONG else 300,
            locked=not self.model.may_mend,
            width="full" if name in _LONG or meaning == "list" else "half",
        )

    def _place(self, said: str) -> Field:
        """Return the field for the organisation: who answers for some chooses among them."""
        model, own = self.model, self.model.own
        field = self._field("organisation")
        if own is None:
            known = model.settings.organisations.kind == "known"
            options = model.settings.organisations.names if known else ()
            return replace(field, kind="suggest" if known else "text", required=True, options=options)
        if len(own) == 1:
            return replace(field, required=True, locked=True)
        return replace(field, kind="choice", required=True, options={n: n for n in (*own, said) if n})

    def _enter(self, name: str, value: Value) -> None:
        if self.model.enter(name, "; ".join(value) if isinstance(value, list) else str(value)):
            self.safe()


def reason_field(label: str = "", *, required: bool = True) -> Field:
    """Return the field for a reason."""
    return Field("reason", label or say("Your reason"), "lines", required=required, longest=1000)


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
