"""What the intake holds: applications, which of them are looked at, and what was begun and not finished."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, Literal, get_args

import traitlets as t

from mentorkit import drafts
from mentorkit.errors import MentorkitError
from mentorkit.intake.findings import Audience
from mentorkit.language import say
from mentorkit.privacy.accounts import display_names
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Application, Wish
from mentorkit.run import Run
from mentorkit_widgets.base import Model
from mentorkit_widgets.intake.applications import Show, options_of, says
from mentorkit_widgets.intake.words import places_in_words, wish_in_words

if TYPE_CHECKING:
    from mentorkit.matching.selection import Place as SelectionPlace

APP = "intake"
#: The draft of what was typed: small, since it is kept while somebody types.
TYPED = "intake typed"
#: Which rows are looked at: what was just read, or what the run holds.
Place = Literal["read", "stored"]
#: The parts of the page.
Part = Literal["applications", "read", "enter", "wishes", "selection", "overview"]
#: The filters that the page's address names, and what each lets through when nothing is chosen.
FILTERS = {"show": "all", "role": "all", "organisation": "", "finding": ""}


class IntakeState(Model):
    """The applications of a run, those that were read and those that are stored, and what is shown of them.

    Parameters
    ----------
    run
        The run that the applications are for.
    """

    #: What was read and is not taken in yet.
    intake = t.Any(None, allow_none=True)
    stored = t.Tuple()
    part = t.Enum(get_args(Part), "applications")
    show = t.Enum(get_args(Show), "all")
    role = t.Enum(("all", "mentee", "mentor"), "all")
    #: Name of an organisation and code of a finding to which the list is limited; empty for all.
    organisation = t.Unicode()
    finding = t.Unicode()
    #: What is looked for.
    word = t.Unicode()
    #: Id of the application that is looked at; empty when none is.
    selected = t.Unicode()
    #: How often something was changed elsewhere, so that the part that is looked at reads it.
    news = t.Int(0)

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run
        self._stored_wishes: tuple[Wish, ...] = ()
        #: Users' names as people see them, by the names they log in with.
        self.names: dict[str, str] = {}
        #: What was typed and not saved yet: text by field, by application.
        self.entered: dict[str, dict[str, str]] = {}
        self._audience: Audience | None = None
        #: Where everybody stands in the selection, and the applications for which that was read.
        self._stands: dict[str, SelectionPlace] = {}
        self._stands_of: object = None
        #: Whether applications were read before, so that a difference is news.
        self._known = False
        programme = run.programme
        self.settings = programme.settings
        actor = run.bench.actor
        self.may_read = bool(actor.scopes("application.read", programme.id))
        self.may_read_wishes = actor.may("matching.read", programme.id)
        self.may_take_in = bool(actor.scopes("application.take_in", programme.id))
        self.may_mend = bool(actor.scopes("application.mend", programme.id))
        #: The organisations that the role answers for: nobody is moved elsewhere. None stands for all.
        self.own = _own(actor.scopes("application.mend", programme.id))
        self.may_overrule = bool(actor.scopes("application.overrule", programme.id))
        self.may_withdraw = bool(actor.scopes("application.withdraw", programme.id))
        self.may_give = bool(actor.scopes("form.give", programme.id))
        self.may_see_changes = bool(actor.scopes("audit.read", programme.id))
        self.observe(self._judge, ["intake", "stored"])
        self.observe(self._forget_choice, ["part", "intake", "stored"])

    @property
    def wins_mentors(self) -> bool:
        """Whether mentors are won one by one here: mentees may wish, or there are criteria of acquisition."""
        asked = any(name.startswith("wish_") for name in self.settings.questions.mentee)
        may = self.run.bench.actor.may("prospect.read", self.run.record.programme_id)
        return may and (asked or bool(self.settings.acquisition))

    @property
    def selects(self) -> bool:
        """Whether the role sees a selection here: places are limited."""
        actor, programme_id = self.run.bench.actor, self.run.record.programme_id
        rights = ("selection.read", "selection.rank")
        allowed = any(actor.scopes(right, programme_id) for right in rights)
        return allowed and self.settings.quotas.limit_anybody

    # -- what is there --------------------------------------------------------------------------

    @property
    def place(self) -> Place:
        """Whether rows that were just read are looked at, or stored ones."""
        return "read" if self.part == "read" else "stored"

    @property
    def applications(self) -> tuple[Application, ...]:
        """All applications of the place that is looked at."""
        if self.place == "read":
            return tuple(self.intake.applications) if self.intake is not None else ()
        return tuple(self.stored)

    @property
    def rows(self) -> list[Application]:
        """The applications that the filters let through."""
        return self.filter()[0]

    def filter(self) -> tuple[list[Application], dict[str, Counter[str]]]:
        """Return what all filters let through, and how many each option would, the others as they are."""
        chosen = {name: getattr(self, name) for name in FILTERS}
        rows, counts = [], {name: Counter[str]() for name in FILTERS}
        for application in self.applications:
            if not says(application, self.word):
                continue
            options = options_of(application)
            barring = {name for name, option in chosen.items() if option not in options[name]}
            if not barring:
                rows.append(application)
            for name in FILTERS:
                if not barring - {name}:
                    counts[name].update(options[name])
        return rows, counts

    @property
    def audience(self) -> Audience:
        """Who reads what was found, with the applications that she may see."""
        if self.place == "read" and self.intake is not None:
            known: Audience = self.intake.audience
            return known
        if self._audience is None or self._audience.applications is not self.stored:
            self._audience = Audience(self.may_overrule, self.stored)
        return self._audience

    @property
    def application(self) -> Application | None:
        """The application that is looked at."""
        return next((a for a in self.applications if a.id == self.selected), None)

    @property
    def changes(self) -> dict[str, str]:
        """What taking in does to each application that was read; empty where all of them are new."""
        if self.place != "read" or self.intake is None:
            return {}
        changes = {row.application.id: row.change for row in self.intake.rows}
        return changes if set(changes.values()) - {"new"} else {}

    @property
    def filtered(self) -> bool:
        """Whether a filter is set."""
        return bool(self.word) or any(getattr(self, name) != rest for name, rest in FILTERS.items())

    def show_all(self) -> None:
        """Take all filters away."""
        with self.hold_trait_notifications():
            for name, rest in FILTERS.items():
                setattr(self, name, rest)
            self.word = ""

    # -- the page's address ---------------------------------------------------------------------

    @property
    def query(self) -> dict[str, str]:
        """What the page's address says of the part, the filters and the row that are shown."""
        said = {name: getattr(self, name) for name, rest in FILTERS.items() if getattr(self, name) != rest}
        if self.part != "applications":
            said["part"] = self.part
        if self.selected and self.place == "stored":
            said["application"] = self.selected
        return said

    def point_at(self, query: Mapping[str, str]) -> None:
        """Show what a link counted or named: a part, the rows of some filters, one application."""
        chosen = {name: query[name] for name in FILTERS if name in query}
        application, part = query.get("application", ""), query.get("part", "")
        if part in get_args(Part):
            self.part = part
        elif self.stored and (chosen or application):
            self.part = "applications"
        if chosen:
            known = {"show": get_args(Show), "role": ("mentee", "mentor")}
            with self.hold_trait_notifications():
                for name, rest in FILTERS.items():
                    value = chosen.get(name, rest)
                    setattr(self, name, value if value in known.get(name, (value,)) else rest)
                self.word = ""
        if any(a.id == application for a in self.stored):
            self.selected = application

    # -- what an application says ---------------------------------------------------------------

    def wishes_of(self, application: Application) -> list[str]:
        """Return the wishes of a mentee and whom they mean, in sentences."""
        if self.place == "read":
            found = [
                (w.rank, w.text, w.mentor) for w in self.intake.wishes if w.application.id == application.id
            ]
        else:
            known = {a.id: a for a in self.stored}
            found = [
                (wish.rank, wish.text, known.get(wish.mentor_application_id or ""))
                for wish in self._stored_wishes
                if wish.application_id == application.id
            ]
        return [wish_in_words(*wish) for wish in found]

    def said_by(self, application: Application) -> dict[str, str]:
        """Return what an application says: text by field, in the order of the programme's questions."""
        named = ["first_name", "last_name"]
        if self.settings.organisations.kind != "none":
            named.append("organisation")
        own = {name: getattr(application, name) or "" for name in named}
        said = {
            **own,
            **dict.fromkeys((*self.settings.questions.of(application.role), "received"), ""),
            **application.entries,
        }
        return {name: text for name, text in said.items() if name in FIELDS}

    def entries_of(self, application: Application) -> dict[str, str]:
        """Return the fields as the form shows them: what was typed, else what the application says."""
        return {**self.said_by(application), **self.entered.get(application.id, {})}

    def reload(self) -> str:
        """Read the run's applications again, and return in a sentence whose places changed since."""
        before = self.stored
        if not self.may_read:
            return ""
        with self.attempting():
            if self.may_read_wishes:
                self._stored_wishes = tuple(self.run.wishes)
            self.names = display_names(*self.hands[:2], self.run.record.programme_id)
            self.stored = tuple(self.run.application_records)
        is_first, self._known = not self._known, True
        return "" if is_first else places_in_words(before, self.stored, self.stands)

    def stands(self) -> dict[str, SelectionPlace]:
        """Return where each application stands in the fixed selection; read once for all that is stored."""
        from mentorkit.matching import choosing

        if self._stands_of is not self.stored:
            self._stands_of, self._stands = self.stored, {}
            with self.attempting():
                self._stands = choosing.standings(*self.hands)
        return self._stands

    def follow(self) -> None:
        """Read the applications again after a change that was told, and add whose places changed."""
        if moved := self.reload():
            self.say(f"{self.message} {moved}")

    # -- drafts ---------------------------------------------------------------------------------

    @property
    def hands(self) -> tuple[Any, Any, str]:
        """Store, actor and run, as the services take them."""
        return self.run.bench.store, self.run.bench.actor, self.run.id

    def _keep(self) -> bool:
        """Keep what was read as a draft."""
        if self.intake is None:
            self.kept = ""
        content = None if self.intake is None else {"intake": self.intake.to_draft()}
        return self._keep_draft(APP, content)

    def _keep_typed(self) -> bool:
        """Keep what was typed as a draft."""
        return self._keep_draft(TYPED, {"entered": self.entered} if self.entered else None)

    def _keep_draft(self, app: str, content: dict[str, Any] | None) -> bool:
        """Keep a draft; where that fails it is told, and nothing on the page is lost."""
        try:
            if content is None:
                drafts.clear_draft(*self.hands, app)
            else:
                drafts.save_draft(*self.hands, app, content)
        except MentorkitError as error:
            self.kept = say("The draft is not kept: {why}", why=error)
            return False
        if content is not None:
            at = self.run.bench.store.clock().astimezone()
            self.kept = say("Draft kept at {time}", time=at.strftime("%H:%M"))
        return True

    def _forget_typed(self) -> None:
        """Forget what was typed for rows that are gone: new ones will have their ids."""
        stored = {application.id for application in self.stored}
        self.entered = {key: typed for key, typed in self.entered.items() if key in stored}
        self._keep_typed()

    def _forget_choice(self, *_: object) -> None:
        if self.selected and self.application is None:
            self.selected = ""

    def _judge(self, *_: object) -> None:
        if not self.may_read:
            self.blockers = [say("Your role shows no applications here.")]
        elif not self.may_take_in:
            self.blockers = [say("Your role does not allow to take in applications.")]
        elif self.intake is not None and not (
            self.intake.applications or self.intake.earlier or self.intake.left_out
        ):
            self.blockers = [say("No application was found in the files; the reasons stand beside them.")]
        else:
            self.blockers = []


def _own(scopes: Collection[str | None]) -> tuple[str, ...] | None:
    names = tuple(sorted(name for name in scopes if name is not None))
    return names if names and None not in scopes else None
