"""Letters about a fixed selection: who has a place, who moved up, who waits, who gets none.

A letter is prepared, never sent: as PDF, and as plain text for an e-mail. Who applied has no log-in.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from mentorkit.errors import RuleBroken
from mentorkit.intake.asking import mailto
from mentorkit.intake.findings import message, standing
from mentorkit.language import Voice, say, speaking
from mentorkit.language.formats import date
from mentorkit.overview.year import beginning
from mentorkit.privacy.permissions import Actor, refused
from mentorkit.programme.records import Application, Contact, Organisation, Programme, Run
from mentorkit.reports import nodes as n
from mentorkit.reports import wording
from mentorkit.reports.wording import Kind, Occasion, Part
from mentorkit.setup.logo import alt_text, logo_of
from mentorkit.store import Reader, Store

if TYPE_CHECKING:
    from mentorkit.matching.basis import Basis
    from mentorkit.matching.selection import Place

MAKE = "letter.make"


@dataclass(frozen=True)
class Letter:
    """A letter to one applicant; ``parts`` are its paragraphs and lists from salutation to regards."""

    kind: Kind
    application_id: str
    name: str
    email: str
    organisation: str
    subject: str
    day: dt.date
    parts: tuple[Part, ...]

    @property
    def text(self) -> str:
        """The letter as the plain text of an e-mail."""
        return "\n\n".join(
            part if isinstance(part, str) else "\n".join(f"- {point}" for point in part)
            for part in self.parts
        )

    @property
    def mailto(self) -> str:
        """The address that opens the letter as a draft in an e-mail program."""
        return mailto(self.email, self.subject, self.text)

    @property
    def file(self) -> str:
        """The name of its file, without a suffix."""
        bare = "".join(letter if letter.isalnum() else "-" for letter in self.name).strip("-").lower()
        return f"{self.kind.replace('_', '-')}/{bare}-{self.application_id}"


@dataclass(frozen=True)
class Letters:
    """The letters of a run that an actor may write, and who gets none yet."""

    letters: tuple[Letter, ...]
    #: Names of those on whom nobody has decided yet.
    undecided: tuple[str, ...]
    title: str
    voice: Voice
    logo: n.Picture | None = None

    def pdf(self, letter: Letter) -> bytes:
        """Return a letter as PDF; the same letter gives the same bytes."""
        from mentorkit.reports.pdf import render

        blocks: list[n.Block] = [n.Paragraph(_lines([letter.name, letter.organisation]))]
        for part in letter.parts:
            if isinstance(part, str):
                blocks.append(n.Paragraph(_lines(part.splitlines())))
            else:
                blocks.append(n.Listing([[n.Paragraph([point])] for point in part]))
        noon = dt.datetime.combine(letter.day, dt.time(12), dt.UTC)
        with speaking(self.voice):
            document = n.Document(
                title=letter.subject,
                lang=self.voice.language,
                blocks=blocks,
                programme=self.title,
                date=date(letter.day, "long"),
                logo=self.logo,
                stamp=int(noon.timestamp()),
            )
        return render(document)

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
                files = {".pdf": self.pdf(letter), ".txt": self._draft(letter).encode("utf-8")}
                for suffix, content in files.items():
                    # a ZipInfo by itself bears no time of today
                    archive.writestr(zipfile.ZipInfo(letter.file + suffix), content, zipfile.ZIP_DEFLATED)
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

    with store.read() as reader:
        run = reader.get(Run, run_id)
        scopes = actor.scopes(MAKE, run.programme_id)
        if not scopes:
            raise refused(MAKE)
        if not run.selection_fixed:
            raise RuleBroken(say("Please fix the selection first; then the letters can be prepared."))
        data = gather(reader, run)
        programme = reader.get(Programme, run.programme_id)
        contacts = {o.name: o.contacts for o in reader.all(Organisation, programme_id=programme.id)}
        fixed, moved = _days(reader, run)
    with speaking(data.settings.voice()):
        writing = _Writing(data, contacts, fixed, moved)
        mine = [a for a in data.applications if None in scopes or a.organisation in scopes]
        found, undecided = writing.all(mine)
    content = logo_of(store, actor, programme.id)
    with speaking(data.settings.voice()):
        logo = n.Picture("png", content, alt_text(programme.name)) if content else None
    title = f"{programme.name} {run.name}"
    return Letters(tuple(found), tuple(undecided), title, data.settings.voice(), logo)


def _days(reader: Reader, run: Run) -> tuple[dt.date, dict[str, dt.date]]:
    """Return the day on which the selection was fixed, and on which each application moved up since."""
    fixed = reader.trail(kind="run", subject=run.id, action="selection.fix")[-1]
    moved = reader.trail(kind="application", action="selection.move_up")
    days = {e["subject"]: e["at"].astimezone().date() for e in moved if e["id"] > fixed["id"]}
    return fixed["at"].astimezone().date(), days


@dataclass(frozen=True)
class _Writing:
    """What the letters of a run are written from."""

    data: Basis
    contacts: dict[str, tuple[Contact, ...]]
    fixed: dt.date
    moved: dict[str, dt.date]

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
        if application.status == "ineligible" and not application.takes_part:
            return replace(about, kind="refused", reasons=tuple(_reasons(application)))
        return None

    def _letter(self, application: Application, about: Occasion) -> Letter:
        contacts = [_contact(one) for one in self.contacts.get(application.organisation or "", ())]
        general = self.data.settings.text(self.data.settings.language).contact
        ending = wording.closing([*contacts, *([general] if general else [])])
        parts = [wording.salutation(about.name), *wording.body(about), *ending, self.data.settings.name]
        return Letter(
            about.kind,
            application.id,
            about.name,
            _line(str(application.answers.get("email") or "")),
            about.organisation,
            wording.subject(about),
            self.moved.get(application.id, self.fixed),
            tuple(parts),
        )


def _reasons(application: Application) -> Iterator[str]:
    for finding in application.findings:
        if standing(finding) == "ineligible":
            yield _line(message(finding))


def _contact(contact: Contact) -> str:
    return ", ".join(part for part in (contact.name, contact.function, contact.email, contact.phone) if part)


def _line(text: str) -> str:
    """Return a text as one line: what people typed cannot begin a new one."""
    return " ".join(text.split())


def _lines(texts: Iterable[str]) -> list[n.Inline]:
    found: list[n.Inline] = []
    for text in texts:
        if text:
            found += [n.Break(), text] if found else [text]
    return found
