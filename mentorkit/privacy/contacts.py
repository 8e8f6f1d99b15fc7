"""Handing on contact data between the two of a tandem, where both agreed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any

from mentorkit.intake.workbook import xlsx
from mentorkit.language import say
from mentorkit.privacy.ledger import Ledger
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, Programme, Role, Run, Tandem
from mentorkit.store import Store

if TYPE_CHECKING:
    import pandas as pd

RELEASE = "contact.release"


@dataclass(frozen=True)
class Contact:
    """How somebody is reached."""

    person_id: str
    name: str
    email: str
    phone: str
    organisation: str


@dataclass(frozen=True)
class Released:
    """The contact data of the two of a tandem, both of whom agreed that they are handed on."""

    mentee: Contact
    mentor: Contact


def release(store: Store, actor: Actor, run_id: str) -> list[Released]:
    """Return the contact data of the tandems of a run, for the two of each.

    What both agreed to is read in the transaction that reads the data and writes down of whom they were
    handed on, and nobody else writes meanwhile: a withdrawal stands either before it or after it. A tandem of
    which one has not agreed to the present text, or takes no part any more, is not in the answer at all.

    Raises
    ------
    NotAllowed
        If the actor may not hand on contact data (``contact.release``).
    NotFound
        If there is no such run.
    """
    with store.write(actor.name, RELEASE) as writer:
        run = writer.get(Run, run_id)
        actor.require(RELEASE, run.programme_id)
        ledger = Ledger(writer, run.programme_id, writer.get(Programme, run.programme_id).settings)
        people = {(a.role, a.person_id): a for a in writer.all(Application, run_id=run_id) if a.takes_part}
        found = []
        for tandem in writer.all(Tandem, run_id=run_id):
            both: tuple[tuple[Role, str], ...] = (("mentee", tandem.mentee_id), ("mentor", tandem.mentor_id))
            lasts = tandem.state in ("proposed", "active") and all(one in people for one in both)
            if lasts and all(_agrees(ledger, person_id) for _, person_id in both):
                found.append(Released(*(_contact(people[one]) for one in both)))
        for person_id in dict.fromkeys(one.person_id for r in found for one in (r.mentee, r.mentor)):
            writer.note("person", person_id)
    return found


def _agrees(ledger: Ledger, person_id: str) -> bool:
    """Tell whether contact data may be handed on: a yes to the present text, and no no to taking part."""
    taking_part = ledger.state(person_id, "application") != "withdrawn"
    return taking_part and ledger.state(person_id, "sharing") == "given"


def _contact(application: Application) -> Contact:
    answers = application.answers
    return Contact(
        application.person_id, application.name, str(answers.get("email") or ""),
        str(answers.get("phone") or ""), application.organisation or "",
    )  # fmt: skip


def frame(released: Sequence[Released]) -> pd.DataFrame:
    """Return released contact data as a frame, a row for each tandem."""
    import pandas as pd

    sides, names = ("mentee", "mentor"), [f.name for f in fields(Contact)]
    rows = [[getattr(getattr(r, side), name) for side in sides for name in names] for r in released]
    return pd.DataFrame(rows, columns=[f"{side}_{name}" for side in sides for name in names])


def workbook(released: Sequence[Released]) -> bytes:
    """Return released contact data as a workbook (XLSX), in which everything is text."""
    sides = (say("{mentee:sg.nom}"), say("{mentor:sg.nom}"))
    facts = (say("Name"), say("E-mail"), say("Telephone"), say("Organisation"))
    head = [f"{side}: {fact}" for side in sides for fact in facts]
    rows = [
        [text for one in (r.mentee, r.mentor) for text in (one.name, one.email, one.phone, one.organisation)]
        for r in released
    ]
    title = say("Contact data")

    def fill(book: Any) -> None:  # noqa: ANN401 - a workbook of a library without types
        sheet = book.add_worksheet(title)
        sheet.write_row(0, 0, head, book.add_format({"bold": True}))
        for number, row in enumerate(rows, 1):
            for column, text in enumerate(row):
                sheet.write_string(number, column, text)
        sheet.set_column(0, len(head) - 1, 24)
        sheet.freeze_panes(1, 0)

    return xlsx(title, fill)
