"""A workbench in which one person left traces of every kind, with words that stand nowhere else."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from mentorkit.privacy.records import ConsentEntry, DataRequest, SealedText
from mentorkit.programme import records
from mentorkit.programme.records import Application, Person, Run, Wish
from mentorkit.store import Store

DAY = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
RUN = "arts-academy/2015"
#: How she is called here: by nobody else.
FIRST, LAST, EMAIL, PHONE = "Xenobia", "Quittenbaum", "xq@canary.example", "0371 5550147"
#: What she said, and what others said of her.
SAID = ("canaryentry", "canaryextra", "canarynote", "canaryconflict", "canarycomment", "canarysettled",
        "canaryremark", "canaryreason", "canarydraft")  # fmt: skip
TRACES = (FIRST, LAST, EMAIL, PHONE, *SAID)


@dataclass(frozen=True)
class Told:
    """Who it is about, her application, and a mentee who wished for her."""

    person_id: str
    application_id: str
    wisher: str


def tell(store: Store, *, approved: bool = False) -> Told:
    """Give a mentor of the demo another name everywhere, and let her leave traces of every kind."""
    with store.read() as reader:
        wish = next(w for w in reader.all(Wish, run_id=RUN) if w.mentor_application_id)
        mine = reader.get(Application, str(wish.mentor_application_id))
        person, run = reader.get(Person, mine.person_id), reader.get(Run, RUN)
        of = reader.get(Application, wish.application_id)
        other = next(a for a in reader.all(Application, run_id=RUN)
                     if a.role == "mentor" and a.id != mine.id)  # fmt: skip
    name = f"{FIRST} {LAST}"
    with store.write("lead", "test", "canaryreason Xenobia Quittenbaum") as writer:
        writer.save(person.with_(first_name=FIRST, last_name=LAST, email=EMAIL, birth_year=1971))
        entries = {**mine.entries, "first_name": FIRST, "last_name": LAST, "email": EMAIL, "phone": PHONE,
                   "position": "canaryentry"}  # fmt: skip
        writer.save(
            mine.with_(first_name=FIRST, last_name=LAST, entries=entries, answers={"email": EMAIL},
                       extra={"x": "canaryextra"}, notes=("canarynote",))
        )  # fmt: skip
        field = f"wish_{wish.rank}"
        writer.save(wish.with_(text=name))
        said = {
            **of.entries,
            field: name,
            "expectations": f"Am liebsten Frau {LAST} oder {LAST}, {FIRST[0]}.",
        }
        writer.save(of.with_(entries=said))
        pair = {"run_id": RUN, "mentee_id": of.person_id, "mentor_id": person.id}
        others = {**pair, "mentor_id": other.person_id}
        writer.save(records.PairDecision(id="D9001", kind="forbid", reason="canaryreason", **pair))
        writer.save(records.PairComment(id="B9001", text="canarycomment", by="lead", at=DAY, **pair))
        writer.save(records.PairComment(id="B9002", text=f"lieber {name}", by="lead", at=DAY, **others))
        writer.save(records.Settlement(id="V9001", content="canarysettled", by="lead", at=DAY, **pair))
        writer.save(
            records.NamedConflict(id="K9001", run_id=RUN, application_id=mine.id, kind="not_with",
                                  text="canaryconflict")
        )  # fmt: skip
        writer.save(
            records.NamedConflict(id="K9002", run_id=RUN, application_id=of.id, kind="not_with",
                                  text=f"nicht mit {name}, bitte", meant=(mine.id,), decided_by="lead")
        )  # fmt: skip
        writer.save(records.Prospect(id="R9001", run_id=RUN, name=name, email=EMAIL, remark="canaryremark"))
        writer.save(
            records.FormLink(id="link9001", run_id=RUN, role="mentor", name=name, email=EMAIL, expires_at=DAY)
        )
        writer.save(
            records.Draft(id="E9001", user="lead", run_id=RUN, app="intake",
                          content={"a": [f"canarydraft {name}"]})
        )  # fmt: skip
        writer.save(
            records.EarlierTandem(id="H9001", programme_id=run.programme_id, year="2009", mentee="Ida Kurz",
                                  mentor=name, source=records.Source(file=f"{FIRST}_{LAST}.ods"))
        )  # fmt: skip
        writer.save(
            SealedText(id="L9001", run_id=RUN, person_id=person.id, subject=person.id, kind="diary",
                       channel="link", at=DAY, ciphertext=b"sealed")
        )  # fmt: skip
        writer.save(
            ConsentEntry(id="N9001", programme_id=run.programme_id, person_id=person.id, purpose="sharing",
                         given=True, channel="paper", at=DAY, by="lead")
        )  # fmt: skip
        writer.save(
            DataRequest(id="Q9001", programme_id=run.programme_id, person_id=person.id, kind="erasure",
                        received=DAY.date(), due=DAY.date(), remark=f"{name} canaryremark", by="lead")
        )  # fmt: skip
        if approved:
            writer.save(
                records.Tandem(id="T9001", score=500, contributions={"topics": 500}, state="active", **pair)
            )
            writer.save(writer.get(Run, RUN).with_(approved_at=DAY))
    return Told(person.id, mine.id, of.id)
