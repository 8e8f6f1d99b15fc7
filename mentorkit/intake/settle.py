"""The wishes of a run, kept at what the applications say."""

from __future__ import annotations

from mentorkit.intake.intake import mentors_of, wishes_in
from mentorkit.programme.records import Application, Run, Wish
from mentorkit.store import Writer


def settle_wishes(writer: Writer, run: Run) -> None:
    """Bring the wishes of a run up to what the applications say, and look for the mentors of open ones."""
    stored = writer.all(Application, run_id=run.id)
    mentors, alive = mentors_of(stored), {a.id for a in stored}
    known = {(wish.application_id, wish.rank): wish for wish in writer.all(Wish, run_id=run.id)}
    for application in stored:
        for rank, text in wishes_in(application):
            wish = known.pop((application.id, rank), None)
            settled = wish is not None and wish.text == text and wish.mentor_application_id in alive
            if settled:
                continue
            found = mentors.resolve(text)
            fresh = (wish or _new_wish(writer, run, application, rank)).with_(
                text=text,
                mentor_application_id=found.mentor.id if found.mentor else None,
                confidence=found.confidence,
            )
            if fresh != wish:
                writer.save(fresh)
    for wish in known.values():
        writer.delete(wish)


def _new_wish(writer: Writer, run: Run, application: Application, rank: int) -> Wish:
    return Wish(id=writer.new_id(Wish), run_id=run.id, application_id=application.id, rank=rank, text="")
