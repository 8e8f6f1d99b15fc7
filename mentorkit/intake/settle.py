"""What follows from the applications of a run, brought up to what they say: wishes and who is known."""

from __future__ import annotations

from mentorkit.intake.intake import wishes_in
from mentorkit.intake.past import tie_earlier
from mentorkit.intake.wished import settle_prospects
from mentorkit.intake.wishes import mentors_of
from mentorkit.programme.records import Application, Run, Wish
from mentorkit.store import Writer


def settle(writer: Writer, run: Run, stored: list[Application] | None = None) -> None:
    """Bring everything that follows from the applications of a run up to what they say.

    ``stored`` are all applications of the run, where the caller knows them.
    """
    stored = writer.all(Application, run_id=run.id) if stored is None else stored
    before = writer.all(Wish, run_id=run.id)
    wishes = _settle_wishes(writer, run, stored, before)
    settle_prospects(writer, run, stored, wishes, [wish.prospect_id for wish in before])
    tie_earlier(writer, run.programme_id)


def _settle_wishes(writer: Writer, run: Run, stored: list[Application], before: list[Wish]) -> list[Wish]:
    """Keep the wishes as the applications say them, and look for the mentors they mean.

    What somebody decided on a wish stands as long as the wish reads the same and the mentor is there.
    Returned are the wishes as they are now, in the order they were made.
    """
    mentors, alive = mentors_of(stored), {a.id for a in stored}
    known = {(wish.application_id, wish.rank): wish for wish in before}
    now = []
    for application in stored:
        for rank, text in wishes_in(application):
            wish = known.pop((application.id, rank), None)
            if wish is None or wish.text != text or not _stands(wish, alive):
                found = mentors.resolve(text)
                fresh = (wish or _new_wish(writer, run, application, rank)).with_(
                    text=text,
                    mentor_application_id=found.mentor.id if found.mentor else None,
                    confidence=found.confidence,
                    decided_by="",
                )
                wish = writer.save(fresh) if fresh != wish else wish
            now.append(wish)
    for wish in known.values():
        writer.delete(wish)
    return sorted(now, key=lambda wish: (len(wish.id), wish.id))


def _stands(wish: Wish, alive: set[str]) -> bool:
    """Tell whether somebody decided whom a wish means, and whoever it is is there."""
    return bool(wish.decided_by) and (
        wish.mentor_application_id is None or wish.mentor_application_id in alive
    )


def _new_wish(writer: Writer, run: Run, application: Application, rank: int) -> Wish:
    return Wish(id=writer.new_id(Wish), run_id=run.id, application_id=application.id, rank=rank, text="")
