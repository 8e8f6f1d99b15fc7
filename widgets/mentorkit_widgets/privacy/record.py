"""What the programme says about the protection of data, and the record of processing activities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import ipywidgets as w
import traitlets as t
from markupsafe import Markup

from mentorkit.language import Language, say, voice
from mentorkit.privacy import processing, processing_paper
from mentorkit.programme.privacy_settings import ACTIVITIES, OrganisationPrivacy, PrivacySettings, Said
from mentorkit.programme.records import Programme
from mentorkit.programme.retention import KINDS_KEPT, Retention
from mentorkit_widgets.base import actions, button, markup, section, shown
from mentorkit_widgets.components.download import Download
from mentorkit_widgets.components.form import Field, Form, Value
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.privacy.model import Part, PrivacyModel
from mentorkit_widgets.privacy.sheet import Typed

_LONG = 1000


class Record(Part):
    """The settings as they are stored, in the programme's language, for all or for one organisation."""

    #: The organisation for which something differs; empty for the whole programme.
    scope = t.Unicode()

    def load(self) -> None:
        """Read the settings, and what they do not say yet."""
        model = self.model
        with model.store.read() as reader:
            self.programme = reader.get(Programme, model.programme_id)
        hands = model.store, model.actor, model.programme_id
        self.missing = processing.record_of_processing(*hands, voice().language).missing

    @property
    def said(self) -> PrivacySettings:
        """What the programme says."""
        return self.programme.settings.privacy

    @property
    def language(self) -> Language:
        """The language in which it is said."""
        return self.programme.settings.language

    @property
    def may_change(self) -> bool:
        """Whether the user may change it."""
        return self.model.may(processing.CHANGE)

    def values(self) -> dict[str, str]:
        """Return what is said in the scope, text by field."""
        said, own = self.said, self.said.own.get(self.scope, OrganisationPrivacy())
        shown: PrivacySettings | OrganisationPrivacy = own if self.scope else said
        found = {"controller": shown.controller, "contact": shown.contact}
        found |= {f"basis-{key}": shown.basis.get(key, {}).get(self.language, "") for key in ACTIVITIES}
        if not self.scope:
            found |= {
                f"recipients-{key}": said.recipients.get(key, {}).get(self.language, "") for key in ACTIVITIES
            }
            found["measures"] = said.measures.get(self.language, "")
            found["answer_months"] = str(said.answer_months)
            kept = self.programme.settings
            found["retention_months"] = str(kept.retention_months)
            found |= {f"keep-{kind}": str(getattr(kept.retention, kind) or "") for kind in KINDS_KEPT}
        return found

    def save(self, typed: Typed) -> dict[str, str]:
        """Save what was typed; return what is wrong, a sentence by field."""
        model, wrong = self.model, dict[str, str]()
        months = {name: _months(typed, name, wrong) for name in typed if name.startswith("keep-")}
        if not self.scope:
            for name in ("answer_months", "retention_months"):
                if _months(typed, name, wrong) is None:
                    wrong.setdefault(name, say("Please write a whole number of months."))
        if wrong:
            return wrong
        with model.attempting():
            privacy = self._own(typed) if self.scope else self._all(typed)
            retention = None
            if not self.scope:
                kept = Retention(**{name.removeprefix("keep-"): n for name, n in months.items()})
                retention = (int(typed["retention_months"]), kept)
            processing.save_settings(
                model.store, model.actor, model.programme_id, privacy, self.programme.version, retention
            )
            model.changed(say("It is saved."))
            return {}
        return {"controller": model.message}

    def _said(self, before: Said, text: str) -> Said:
        return {**before, self.language: text.strip()} if text.strip() or self.language in before else before

    def _all(self, typed: Typed) -> PrivacySettings:
        said = self.said
        return said.model_copy(
            update={
                "controller": typed["controller"].strip(),
                "contact": typed["contact"].strip(),
                "basis": {k: self._said(said.basis.get(k, {}), typed[f"basis-{k}"]) for k in ACTIVITIES},
                "recipients": {
                    k: self._said(said.recipients.get(k, {}), typed[f"recipients-{k}"]) for k in ACTIVITIES
                },
                "measures": self._said(said.measures, typed["measures"]),
                "answer_months": int(typed["answer_months"]),
            }
        )

    def _own(self, typed: Typed) -> PrivacySettings:
        before = self.said.own.get(self.scope, OrganisationPrivacy())
        basis = {k: self._said(before.basis.get(k, {}), typed[f"basis-{k}"]) for k in ACTIVITIES}
        own = OrganisationPrivacy(
            controller=typed["controller"].strip(),
            contact=typed["contact"].strip(),
            basis={key: said for key, said in basis.items() if any(said.values())},
        )
        # made anew, since an organisation of which nothing is said falls away
        return PrivacySettings(**{**dict(self.said), "own": {**self.said.own, self.scope: own}})

    def paper(self) -> bytes:
        """Return the record of processing activities as PDF."""
        model = self.model
        return processing_paper.to_pdf(
            processing.record_of_processing(model.store, model.actor, model.programme_id)
        )


def _months(typed: Typed, name: str, wrong: dict[str, str]) -> int | None:
    text = typed[name].strip()
    if not text:
        return None
    most = 12 if name == "answer_months" else 120
    if not text.isdecimal() or not 1 <= int(text) <= most:
        wrong[name] = say("Please write a whole number from 1 to {most}.", most=most)
        return None
    return int(text)


class RecordPart(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The form of what is said, for all or for one organisation, and the record as a PDF."""

    def __init__(self, model: PrivacyModel) -> None:
        self.model, self.record = model, Record(model)
        record = self.record
        self.missing, self.download = LaidOut(), Download()
        names = {name: name for name in model.run.organisations}
        scopes = {"": say("the whole programme"), **names}
        field = Field("scope", say("Holds for"), "choice", required=True, options=scopes, width="half")
        self.scope = Form([field], {"scope": ""}, on_edit=self._choose)
        self.form = Form([], {})
        self.save = button(say("Save"), self._save, primary=True)
        record.observe(self._show, ["read", "scope"])
        self._show()
        shown(self.scope, bool(names))
        shown(self.save, record.may_change)
        pdf = actions(button(say("Make the record (PDF)"), self._paper), self.download)
        hint = say(
            "Who is responsible, on what the processing rests, and how long data are kept. What stays "
            "empty is named as missing."
        )
        super().__init__(
            [
                section(say("Record of processing activities"), self.missing, pdf),
                section(say("What the record says"), self.scope, self.form, actions(self.save), hint=hint),
            ],
            layout=w.Layout(grid_gap="1rem"),
        )

    def _choose(self, _name: str, value: Value) -> None:
        self.record.scope = str(value)

    def _show(self, *_: object) -> None:
        record = self.record
        self.download.withdraw()
        items = [markup('<li class="mk-blocker">{text}</li>', text=text) for text in record.missing]
        self.missing.value = (
            markup('<ul class="mk-blockers">{items}</ul>', items=Markup().join(items)) if items else ""
        )
        values = record.values()
        self.form.fields = _fields(values, locked=not record.may_change)
        self.form.fill(values)

    def _save(self) -> None:
        self.form.refuse(self.record.save({name: str(text) for name, text in self.form.values.items()}))

    def _paper(self) -> None:
        model = self.model
        with model.attempting(say("The file is being made …")):
            self.download.offer(say("processing-activities.pdf"), self.record.paper(), "application/pdf")


def _fields(values: dict[str, str], *, locked: bool) -> list[Field]:
    """Return the fields that there are values for, under their headings."""
    everything = [*_responsible(), *_activities(), *_kept(), *_measures()]
    return [replace(field, locked=locked) for field in everything if field.name in values]


def _lines(name: str, label: str, group: str, **more: Any) -> Field:  # noqa: ANN401 - as Field takes them
    return Field(name, label, "lines", longest=_LONG, group=group, **more)


def _months_field(name: str, label: str, group: str, **more: Any) -> Field:  # noqa: ANN401 - as Field takes them
    return Field(name, label, "number", unit=say("months"), width="third", group=group, **more)


def _responsible() -> Iterator[Field]:
    group, half = say("Who is responsible"), {"width": "half"}
    needed = say("The record is not complete without it.")
    yield _lines("controller", say("Name and address"), group, help=needed, **half)
    yield _lines("contact", say("Whom to ask about data protection"), group, help=needed, **half)


def _activities() -> Iterator[Field]:
    for key, title in ACTIVITIES.items():
        group = say(title)
        yield _lines(f"basis-{key}", say("Legal basis (needed)"), group, width="half")
        yield _lines(f"recipients-{key}", say("Who else gets data (if anybody)"), group, width="half")


def _kept() -> Iterator[Field]:
    group = say("How long data are kept")
    yield _months_field("retention_months", say("Keep data after a run for"), group, required=True)
    for kind, word in KINDS_KEPT.items():
        yield _months_field(f"keep-{kind}", say(word), group, help=say("Empty: as all data."))


def _measures() -> Iterator[Field]:
    group = say("Requests and security")
    yield _months_field("answer_months", say("Answer requests within"), group, required=True)
    more = say("What you do besides what the program does by itself; may stay empty.")
    yield _lines("measures", say("Further measures of security"), group, help=more)
