"""Entering a new application, as a mentee or a mentor: what came on paper, by post or by telephone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args

import ipywidgets as w
import traitlets as t

from mentorkit import drafts
from mentorkit.errors import MentorkitError
from mentorkit.forms.schema import FormField, Wording, check, consent, entries_of, form_fields
from mentorkit.intake import service
from mentorkit.intake.changes import state_word
from mentorkit.intake.findings import Audience, sentences
from mentorkit.intake.stored import OVERRULE, TAKE_IN, scope
from mentorkit.language import say, voice
from mentorkit.language.formats import date
from mentorkit.programme.records import Application, Role, Source
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.run import Run
from mentorkit_widgets.base import Model, actions, button, markup, paragraph, shown
from mentorkit_widgets.components.choice import Choice
from mentorkit_widgets.components.form import Field, FieldKind, Form, Value
from mentorkit_widgets.components.laid_out import LaidOut
from mentorkit_widgets.page import address

#: The draft of an application that is not entered yet.
APP = "intake entry"
AGREED = "consent"
#: Short lists of answers are all shown; longer ones open.
_RADIOS = 4


class EntryModel(t.HasTraits):
    """An application that is being entered.

    Parameters
    ----------
    run
        The run that it is for.
    page
        The app it is entered in, which tells what happened.
    """

    role = t.Enum(("mentee", "mentor"), "mentee")
    #: What is wrong, a sentence by field.
    errors = t.Dict()
    #: Counts the applications entered, so that lists follow.
    entered = t.Int(0)
    #: The application entered last.
    last = t.Instance(Application, allow_none=True)

    def __init__(self, run: Run, page: Model) -> None:
        super().__init__()
        self.run, self.page = run, page
        self.store, self.actor = run.bench.store, run.bench.actor
        self.settings = run.programme.settings
        own = scope(self.actor, TAKE_IN, run.record)
        #: The organisations that the user answers for; None stands for all.
        self.own = None if own is None else tuple(sorted(own))
        #: What was typed: text by field, lists as lists, the tick of the consent as a bool.
        self.typed: dict[str, Value] = {}
        self._proposals = self._known_answers()
        self._resume()

    @property
    def organisation(self) -> str | None:
        """The one organisation that the user enters for; None where she can choose."""
        return self.own[0] if self.own is not None and len(self.own) == 1 else None

    @property
    def fields(self) -> tuple[FormField, ...]:
        """What is asked of applicants for the role, and when their applications were received."""
        return form_fields(
            self.settings, self._role, voice().language, organisation=self.organisation, received=True
        )

    @property
    def wording(self) -> str:
        """What applicants agree to."""
        return wording_of(self.settings)

    def proposals(self, name: str) -> tuple[str, ...]:
        """Return what others whom the user may see have written into a field."""
        return self._proposals.get(name, ())

    def options(self, field: FormField) -> dict[str, str]:
        """Return the answers to choose from: of the organisations only those that the user answers for."""
        if field.name == "organisation" and self.own is not None:
            return {name: name for name in self.own}
        return dict(field.options)

    def enter(self, name: str, value: Value) -> bool:
        """Note what was typed; tell whether the store keeps it."""
        self.typed[name] = value
        try:
            drafts.save_draft(self.store, self.actor, self.run.id, APP, self._draft())
        except MentorkitError:
            return False
        self.page.saved(self.store.clock())
        return True

    def take_in(self, *, incomplete: bool = False) -> None:
        """Take the application in, or say what is wrong with it.

        Parameters
        ----------
        incomplete
            Whether it is taken in with what is missing or not understood, to be asked later; a name is
            needed all the same.
        """
        entries = entries_of(self.fields, as_texts(self.typed))
        if self.organisation:
            entries["organisation"] = self.organisation
        wrong = check(self.fields, entries, self._role, self.settings, self.run.record)
        if not self.typed.get(AGREED):
            wrong[AGREED] = say("Please tick this once the applicant has agreed.")
        nameless = wrong.keys() & {"first_name", "last_name"}
        self.errors = wrong
        if wrong and (nameless or not incomplete):
            self.page.refuse(say("Not taken in yet: please look at what is marked."))
            return
        with self.page.attempting(say("Saving …")):
            self.last = self._save(entries)
            self.forget()
            told = say("{name} is taken in: {status}.", name=self.last.name, status=state_word(self.last))
            self.page.say(" ".join([told, *self._found(self.last)]))
            self.entered += 1

    def _found(self, application: Application) -> list[str]:
        """Return what was found about an application, in sentences as the list has them."""
        decides = bool(self.actor.scopes(OVERRULE, self.run.programme.id))
        return sentences(application, Audience(decides, self._others()))

    def _save(self, entries: Mapping[str, str]) -> Application:
        agreed = agreed_to(self.run) if self.typed.get(AGREED) else None
        return service.enter(
            self.store,
            self.actor,
            self.run.id,
            self._role,
            entries,
            source=Source(kind="form"),
            agreed=agreed,
        )

    def forget(self) -> None:
        """Empty the form, and with it the draft."""
        self.typed, self.errors = self._fresh(), {}
        with self.page.attempting():
            drafts.clear_draft(self.store, self.actor, self.run.id, APP)

    # -- inside ---------------------------------------------------------------------------------

    @property
    def _role(self) -> Role:
        return next(role for role in get_args(Role) if role == self.role)

    def _fresh(self) -> dict[str, Value]:
        """Return what stands in an empty form: what was received is received today."""
        return {"received": date(self.store.clock().astimezone().date())}

    def _draft(self) -> dict[str, Any]:
        return {"role": self.role, "typed": self.typed}

    def _resume(self) -> None:
        self.typed = self._fresh()
        with self.page.attempting():
            if draft := drafts.load_draft(self.store, self.actor, self.run.id, APP):
                self.role, self.typed = draft["role"], dict(draft["typed"])

    def _known_answers(self) -> dict[str, tuple[str, ...]]:
        """Return the lists that others wrote, and the organisations they come from."""
        found: dict[str, set[str]] = {}
        for application in self._others():
            if application.organisation:
                found.setdefault("organisation", set()).add(application.organisation)
            for name, answer in application.answers.items():
                if isinstance(answer, list):
                    found.setdefault(name, set()).update(map(str, answer))
        return {name: tuple(sorted(answers)) for name, answers in found.items()}

    def _others(self) -> tuple[Application, ...]:
        """Return the applications that the user may see."""
        if not self.actor.scopes("application.read", self.run.programme.id):
            return ()
        return tuple(service.applications(self.store, self.actor, self.run.id))


def as_texts(typed: Mapping[str, Value]) -> dict[str, str]:
    """Return what was typed as texts; ticks are none."""
    return {
        name: "; ".join(value) if isinstance(value, list) else value
        for name, value in typed.items()
        if not isinstance(value, bool)
    }


def as_entered(field: FormField, *, options: Mapping[str, str], proposals: Sequence[str] = ()) -> Field:
    """Return the field of an application as it is entered.

    Parameters
    ----------
    field
        What is asked.
    options
        The answers to choose from, what is read by what is kept; empty where any text is an answer.
    proposals
        What others wrote into the field.
    """
    kind: FieldKind = "tags" if field.kind == "list" else "text"
    if field.kind == "choice" or (field.name == "organisation" and options):
        kind = "radio" if len(options) <= _RADIOS else "choice"
    elif field.name == "organisation":
        kind = "suggest"
    elif field.kind != "list":
        kind = field.kind
    offered = tuple(proposals) if kind in ("tags", "suggest") else ()
    help_text = say("One at a time") if kind == "tags" else field.help
    return Field(
        field.name, field.label, kind, help=help_text, required=field.required,
        options=dict(options) or offered, longest=0 if kind == "tags" else field.longest,
        width="full" if kind in ("lines", "tags", "radio") else "half",
    )  # fmt: skip


class Entry(w.VBox):  # type: ignore[misc] # ipywidgets is untyped
    """The form for a new application, see :class:`EntryModel`."""

    def __init__(self, model: EntryModel) -> None:
        self.model = model
        roles = {"mentee": say("{mentee:sg.nom}"), "mentor": say("{mentor:sg.nom}")}
        self.role = Choice(say("Applies as"), roles, model.role)
        #: A link to the application taken in last, where it can be corrected.
        self.last = LaidOut()
        self.form = Form([], on_edit=self._enter)
        self.save = button(say("Take the application in"), self._take_in, primary=True)
        self.anyway = button(say("Take it in incomplete"), lambda: self._take_in(incomplete=True))
        self.clear = button(say("Empty the form"), self._clear)
        head = markup("<h2>{title}</h2>", title=say("New application"))
        told = say("For what came on paper or by telephone. It is judged like what comes in a file.")
        super().__init__(
            [
                LaidOut(head + paragraph(told, "mk-muted")),
                self.role,
                self.last,
                self.form,
                actions(self.save, self.anyway, self.clear),
            ],
            layout=w.Layout(grid_gap="0.6rem"),
        )
        self.add_class("mk-card")
        self._round = 0
        self.role.observe(lambda change: setattr(model, "role", change["new"]), "value")
        model.observe(self._change_role, "role")
        model.observe(self._show_errors, "errors")
        model.observe(self._show_last, "last")
        self._fill()
        self._show_errors()
        self._show_last()

    def _fill(self) -> None:
        """Put in what the model holds; each form that is begun anew has a key of its own."""
        model = self.model
        fields = [*self._fields(), consent_field(self.model.settings)]
        known = {field.name for field in fields}
        values = {name: value for name, value in model.typed.items() if name in known}
        if model.organisation:
            values["organisation"] = model.organisation
        with self.form.hold_sync():
            self.form.fields = fields
            empty = {field.name: field.empty() for field in fields}
            self.form.fill({**empty, **values}, key=f"{model.run.id}-{APP}-{self._round}")

    def _fields(self) -> list[Field]:
        model = self.model
        fields = [
            as_entered(field, options=model.options(field), proposals=model.proposals(field.name))
            for field in model.fields
        ]
        if self.model.organisation:
            label = say("Organisation")
            fields.insert(2, Field("organisation", label, locked=True, width="half"))
        return fields

    def _change_role(self, change: Mapping[str, Any]) -> None:
        if self.role.value != change["new"]:
            self.role.value = change["new"]
        self.model.errors = {}
        self._fill()

    def _show_errors(self, *_: object) -> None:
        self.form.errors = {name: why for name, why in self.model.errors.items() if name in self.form.values}
        shown(self.anyway, bool(self.model.errors))

    def _show_last(self, *_: object) -> None:
        shown(self.last, (last := self.model.last) is not None)
        if last is not None:
            href = address("intake", self.model.run.id, application=last.id)
            self.last.value = markup(
                '<p>{told} <a href="{href}">{name}</a></p>',
                told=say("Taken in last:"), href=href, name=last.name,
            )  # fmt: skip

    def _enter(self, name: str, value: Value) -> None:
        if self.model.enter(name, value):
            self.form.safe()

    def _take_in(self, *, incomplete: bool = False) -> None:
        before = self.model.entered
        self.model.take_in(incomplete=incomplete)
        if self.model.entered > before:
            self._begin_anew()
        elif self.model.errors:
            self.form.refuse(self.form.errors)

    def _clear(self) -> None:
        self.model.forget()
        self._begin_anew()

    def _begin_anew(self) -> None:
        self.form.safe()
        self._round += 1
        self._fill()
        self.form.focus()


def wording_of(settings: ProgrammeSettings) -> str:
    """Return what applicants agree to."""
    wording = consent(settings)
    return f"{wording.text} {wording.remark}".strip()


def consent_field(settings: ProgrammeSettings) -> Field:
    """Return the tick by which somebody notes that an applicant agreed."""
    label = say("The applicant has agreed to this wording")
    return Field(AGREED, label, "tick", help=wording_of(settings), required=True)


def agreed_to(run: Run) -> Wording:
    """Return the text on taking part of a run's programme, as an applicant agrees to it now."""
    return consent(run.programme.settings)
