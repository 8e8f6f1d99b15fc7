"""Letters about a fixed selection: who has a place, who moved up, who waits, who gets none.

A letter is prepared, never sent: as PDF, and as plain text for an e-mail. Who applied has no log-in.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from mentorkit.errors import RuleBroken
from mentorkit.intake.asking import mailto
from mentorkit.intake.findings import requirement, standing
from mentorkit.intake.names import without_titles
from mentorkit.intake.text import plain
from mentorkit.language import Voice, say, speaking
from mentorkit.language.formats import date
from mentorkit.overview.year import beginning
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Contact, Organisation, Programme, Run
from mentorkit.reports import nodes as n
from mentorkit.reports import wording
from mentorkit.reports.layout import soften
from mentorkit.reports.wording import Kind, Occasion, Part
from mentorkit.setup.logo import alt_text, logo_of
from mentorkit.store import Store

if TYPE_CHECKING:
    from mentorkit.matching.basis import Basis
    from mentorkit.matching.selection import Place

MAKE = "letter.make"
#: Characters that fit on a line: of the letter, in the window of the envelope, beside it.
_BODY, _WINDOW, _BESIDE = 70, 38, 36
#: Characters of the sender above the address, and of the name of a file.
_BACK, _LONGEST = 140, 80


@dataclass(frozen=True)
class Letter:
    """A letter to one applicant."""

    kind: Kind
    application_id: str
    name: str
    email: str
    organisation: str
    subject: str
    day: dt.date
    #: From the salutation to the last paragraph.
    parts: tuple[Part, ...]
    #: Persons of the organisation who can be asked, the lines of each.
    contacts: tuple[tuple[str, ...], ...]
    #: Whom to ask, as an e-mail says it, and the regards, which come last.
    ending: tuple[Part, ...]
    #: Who signs, line by line.
    signed: tuple[str, ...]
    #: Its folder and the name of its file, without a suffix; no other letter has both.
    file: str = ""

    @property
    def mail(self) -> tuple[Part, ...]:
        """The paragraphs and lists of an e-mail; on paper, whom to ask stands beside the address."""
        return (*self.parts, *self.ending, "\n".join(self.signed))

    @property
    def text(self) -> str:
        """The letter as the plain text of an e-mail."""
        return "\n\n".join(
            part if isinstance(part, str) else "\n".join(f"- {point}" for point in part) for part in self.mail
        )

    @property
    def mailto(self) -> str:
        """The address that opens the letter as a draft in an e-mail program."""
        return mailto(self.email, self.subject, self.text)


@dataclass(frozen=True)
class Letters:
    """The letters of a run that an actor may write, and who gets none yet."""

    letters: tuple[Letter, ...]
    #: Names of those on whom nobody has decided yet.
    undecided: tuple[str, ...]
    #: Programme and run, and whom to ask in general: the letterhead, with the logo.
    title: str
    contact: str
    voice: Voice
    logo: n.Picture | None = None

    def pdf(self, letter: Letter) -> bytes:
        """Return a letter as PDF, laid out for a window envelope; the same letter gives the same bytes."""
        from mentorkit.reports.pdf import typeset

        noon = dt.datetime.combine(letter.day, dt.time(12), dt.UTC)
        pictures = {"logo.png": self.logo.data} if self.logo else {}
        template = files("mentorkit.reports").joinpath("letter.typ")
        with speaking(self.voice):
            return typeset(template, self._paper(letter), pictures, int(noon.timestamp()))

    def _paper(self, letter: Letter) -> dict[str, Any]:
        """Return what the template of letters lays out."""
        from mentorkit.reports.pdf import page_of_pages

        both = " · ".join(filter(None, (self.title, self.contact)))
        return {
            "lang": self.voice.language,
            "logo": self.logo.alt if self.logo else None,
            "sender": _broken(self.title),
            "back": _broken(both if len(both) <= _BACK else self.title),
            "contact": _broken(self.contact),
            "window": [_broken(line, _WINDOW) for line in (letter.name, letter.organisation) if line],
            "contacts": [[_broken(line, _BESIDE) for line in lines] for lines in letter.contacts],
            "day": date(letter.day, "long"),
            "subject": n.clean(letter.subject),
            "parts": [
                _broken(part) if isinstance(part, str) else [_broken(point) for point in part]
                for part in letter.parts
            ],
            "regards": letter.ending[-1],
            "signed": [_broken(line) for line in letter.signed],
            "words": {
                "page": page_of_pages(),
                "personal": say("Personal"),
                "questions": say("For questions"),
                "date": say("Date"),
            },
        }

    def archive(self, progress: Callable[[int, int], None] | None = None) -> bytes:
        """Return all letters as a ZIP file, each as PDF and as text; the same letters give the same bytes.

        Parameters
        ----------
        progress
            Called with the number of letters made and their total.
        """
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for done, letter in enumerate(self.letters):
                if progress:
                    progress(done, len(self.letters))
                content = {".pdf": self.pdf(letter), ".txt": self._draft(letter).encode("utf-8")}
                for suffix, data in content.items():
                    # a ZipInfo by itself bears no time of today
                    archive.writestr(zipfile.ZipInfo(letter.file + suffix), data, zipfile.ZIP_DEFLATED)
        if progress:
            progress(len(self.letters), len(self.letters))
        return packed.getvalue()

    def _draft(self, letter: Letter) -> str:
        with speaking(self.voice):
            head = [
                say("To: {address}", address=letter.email or "–"),
                say("Subject: {subject}", subject=letter.subject),
            ]
        return "\n".join([*head, "", letter.text, ""])

    def kept(self, before: Letters) -> Letters:
        """Return those of the letters that are the same as before, the sheet of paper included."""
        same = set(before.letters) if self._head == before._head else set()
        return replace(self, letters=tuple(letter for letter in self.letters if letter in same))

    @property
    def _head(self) -> tuple[object, ...]:
        return self.title, self.contact, self.voice, self.logo

    def changed(self, before: Letters) -> list[str]:
        """Say who gets another letter than before, a sentence each, in the language in force.

        Empty if every letter is the same, sheet of paper included.
        """
        old = {letter.application_id: letter for letter in before.letters}
        new = {letter.application_id: letter for letter in self.letters}
        ids = [*new, *(key for key in old if key not in new)]
        found = [_change(old.get(key), new.get(key)) for key in ids if old.get(key) != new.get(key)]
        if self._head != before._head:
            found.append(say("The letterhead has changed."))
        return found


def _change(old: Letter | None, new: Letter | None) -> str:
    """Say what is different about one letter."""
    if new is None:
        return say("{name}: no letter any more", name=old.name if old else "")
    kind = say(wording.KINDS[new.kind])
    if old is None:
        return say("{name}: {kind}, not there before", name=new.name, kind=kind)
    if old.kind == new.kind:
        return say("{name}: {kind}, with another wording", name=new.name, kind=kind)
    was = say(wording.KINDS[old.kind])
    return say("{name}: {kind} instead of {before}", name=new.name, kind=kind, before=was)


def letters(store: Store, actor: Actor, run_id: str) -> Letters:
    """Prepare the letters about the fixed selection of a run, in the programme's language and style.

    The coordination of an organisation writes to its own people only.

    Raises
    ------
    NotAllowed
        If the actor may write to nobody.
    RuleBroken
        If the selection is not fixed.
    """
    from mentorkit.matching.basis import gather
    from mentorkit.matching.choosing import since_fixed

    with store.read() as reader:
        run = reader.get(Run, run_id)
        scopes = actor.scopes(MAKE, run.programme_id)
        if not scopes:
            raise actor.refusal(MAKE, run.programme_id)
        if not run.selection_fixed:
            raise RuleBroken(say("Please fix the selection first; then the letters can be prepared."))
        data = gather(reader, run)
        programme = reader.get(Programme, run.programme_id)
        contacts = {o.name: o.contacts for o in reader.all(Organisation, programme_id=programme.id)}
        fixed, moved, joined = since_fixed(reader, run)
    content, settings = logo_of(store, actor, programme.id), data.settings
    with speaking(settings.voice()):
        writing = _Writing(data, contacts, fixed, moved, joined)
        mine = [a for a in data.applications if None in scopes or a.organisation in scopes]
        found, undecided = writing.all(mine)
        logo = n.Picture("png", content, alt_text(programme.name)) if content else None
        named = tuple(_named(found))
    contact = settings.text(settings.language).contact
    return Letters(
        named, tuple(undecided), f"{programme.name} {run.name}", _line(contact), settings.voice(), logo
    )


@dataclass(frozen=True)
class _Writing:
    """What the letters of a run are written from."""

    data: Basis
    contacts: dict[str, tuple[Contact, ...]]
    fixed: dt.date
    moved: dict[str, dt.date]
    joined: dict[str, dt.date]

    def all(self, applications: Iterable[Application]) -> tuple[list[Letter], list[str]]:
        """Return the letters to these applicants, by kind as listed, and the names of the undecided."""
        selection = self.data.select()
        by_id = {a.id: a for a in applications}
        placed = {(p.role, p.person_id) for p in (*selection.selected, *selection.waiting)}
        found, undecided = [], []
        for place in (*selection.selected, *selection.waiting, *selection.out):
            application = by_id.get(place.application_id)
            if application is None or application.withdrawn:
                continue
            if place in selection.out and (place.role, place.person_id) in placed:
                continue  # another application of the person for the same role counts
            occasion = self._occasion(place, application)
            if occasion is None:
                undecided.append(application.name)
            else:
                found.append(self._letter(application, occasion))
        order = list(wording.KINDS)
        return sorted(found, key=lambda letter: order.index(letter.kind)), undecided

    def _occasion(self, place: Place, application: Application) -> Occasion | None:
        """Return what the letter is about; None where nobody has decided yet."""
        settings, run = self.data.settings, self.data.run
        about = Occasion(
            "accepted", _line(application.name), application.role, settings.name,
            organisation=application.organisation or "",
            begins=beginning(run.calendar),
            limited=settings.quotas.of(application.role, application.organisation) is not None,
            note=settings.text(settings.language).note,
        )  # fmt: skip
        if not place.code:
            return replace(about, kind="moved_up") if application.id in self.moved else about
        if place.code == "quota":
            kind: Kind = "refused" if run.approved_at else "waiting"
            return replace(about, kind=kind, number=place.number)
        if application.refused:
            reasons = tuple(_reasons(application))
            by_decision = application.turned_down and not reasons  # her own reason stays with the coordinator
            return replace(about, kind="refused", reasons=reasons, by_decision=by_decision)
        return None

    def _day(self, application: Application) -> dt.date:
        """Return the day on which it was decided what the letter says."""
        days = [
            self.fixed,
            *(found[key] for found in (self.moved, self.joined) if (key := application.id) in found),
        ]
        if application.overruled:
            days.append(application.overruled.at.astimezone().date())
        return max(days)

    def _letter(self, application: Application, about: Occasion) -> Letter:
        settings = self.data.settings
        contacts = self.contacts.get(application.organisation or "", ())
        general = settings.text(settings.language).contact
        asked = [", ".join(_reached(one)) for one in contacts]
        return Letter(
            about.kind,
            application.id,
            about.name,
            _line(str(application.answers.get("email") or "")),
            about.organisation,
            wording.subject(about),
            self._day(application),
            (wording.salutation(about.name), *wording.body(about)),
            tuple(_reached(one) for one in contacts),
            tuple(wording.closing([*asked, *([general] if general else [])])),
            (*_signs(contacts), settings.name),
            _file_name(application),
        )


def _named(found: Iterable[Letter]) -> Iterator[Letter]:
    """Give letters their files: by kind and person, with a number where two would be the same."""
    taken = set()
    for letter in found:
        path = bare = f"{say(wording.FOLDERS[letter.kind])}/{letter.file}"
        number = 1
        while path in taken:
            number += 1
            path = f"{bare}-{number}"
        taken.add(path)
        yield replace(letter, file=path)


def _file_name(application: Application) -> str:
    """Return a readable name: last name first, small letters, no signs that some system does not know."""
    first, _ = without_titles(application.first_name)
    said = re.sub(r"[\W_]+", "-", plain(f"{application.last_name} {first}")).strip("-")
    if len(said) > _LONGEST:
        said = said[:_LONGEST].rpartition("-")[0] or said[:_LONGEST]
    return said or say("letter")


def _reasons(application: Application) -> Iterator[str]:
    """Give what the programme asks for and is not met; never what the applicant said."""
    for finding in application.findings:
        if standing(finding) == "ineligible":
            yield _line(requirement(finding))


def _reached(contact: Contact) -> tuple[str, ...]:
    return tuple(_line(x) for x in (contact.name, contact.function, contact.phone, contact.email) if x)


def _signs(contacts: Sequence[Contact]) -> tuple[str, ...]:
    """Return the lines of who signs: the first contact person, if there is one."""
    return tuple(_line(x) for one in contacts[:1] for x in (one.name, one.function) if x)


def _line(text: str) -> str:
    """Return a text as one line: what people typed cannot begin a new one."""
    return " ".join(text.split())


def _broken(text: str, limit: int = _BODY) -> str:
    """Return a text that can be set in a column: no word is wider."""
    return soften(n.clean(text), limit)
