"""What others did between reading and confirming: nobody's decision covers what she did not see."""

from __future__ import annotations

import json

import pytest

from mentorkit.intake import service
from mentorkit.intake.intake import Intake
from mentorkit.privacy.permissions import sole_actor
from mentorkit.programme.records import Source

pytestmark = pytest.mark.usefixtures("in_english")

LEAD, BOB = sole_actor("eva"), sole_actor("bob")
RUN = "party-chapters/2008/09"
HEAD = "Nachname;Vorname;Geb.-Jahr;Kreisverband;Telefon;E-Mail;Themen;Eingang"
ANNA = "Hof;Anna;1980;Harz;030 23125106;anna@example.org;Soziales;4.8.08"
CORA = "Ziegert;Cora;1971;Harz;030 23125108;cora@example.org;Medien;5.10.08"


@pytest.fixture
def store(party):
    return party


def take(store, *rows, **options):
    content = "\n".join([HEAD, *rows]).encode()
    return service.intake(store, LEAD, RUN, [("mentees.csv", content)], **options)


def everybody(store):
    return {a.first_name: a for a in service.applications(store, LEAD, RUN)}


def bob_mends(store, name, **entries):
    application = everybody(store)[name]
    return service.mend(store, BOB, application.id, entries, application.version)


def drafted(store, intake):
    """Return an intake as it comes back from its draft on another day."""
    draft = json.loads(json.dumps(intake.to_draft()))
    return Intake.from_draft(draft, service.context_of(store, LEAD, RUN))


def test_a_decision_covers_only_what_was_found_when_it_was_taken(store):
    intake = take(store, CORA, commit=False)
    intake = intake.overrule(intake.rows[0].application.id, "Post war langsam", "eva")
    said = {"first_name": "Cora", "last_name": "Ziegert", "email": "cora@example.org", "organisation": "Harz"}
    service.enter(store, BOB, RUN, "mentee", said, source=Source(kind="form"))
    for held in (intake, drafted(store, intake)):
        done = service.commit(store, LEAD, RUN, held)
        (row,) = done.rows
        assert [f.code for f in row.application.findings] == ["late", "duplicate"]
        assert (row.application.overruled, row.application.takes_part) == (None, False)
    (told,) = service.commit(store, LEAD, RUN, intake).lapsed
    assert told.startswith("Cora Ziegert: your decision to admit does not hold, since more was found")
    assert told in done.to_json()["rows"][0]["notes"]


def test_a_decision_holds_where_nothing_more_was_found(store):
    intake = take(store, CORA, commit=False)
    intake = intake.overrule(intake.rows[0].application.id, "Post war langsam", "eva")
    take(store, ANNA)
    done = service.commit(store, LEAD, RUN, drafted(store, intake))
    assert (done.rows[0].application.takes_part, done.lapsed) == (True, ())


def test_who_was_withdrawn_or_admitted_meanwhile_stays_so(store):
    take(store, CORA, ANNA.replace("4.8.08", "6.10.08"))
    intake = take(store, CORA, ANNA.replace("4.8.08", "6.10.08"), commit=False)
    for row in intake.rows:
        intake = intake.overrule(row.application.id, "Post war langsam", "eva")
    cora, anna = (everybody(store)[name] for name in ("Cora", "Anna"))
    service.withdraw(store, BOB, cora.id, "krank", cora.version)
    service.accept(store, BOB, anna.id, "ist bekannt", anna.version)
    service.commit(store, LEAD, RUN, intake)
    assert everybody(store)["Cora"].overruled is None
    assert everybody(store)["Anna"].overruled.reason == "ist bekannt"


def test_what_somebody_else_corrected_meanwhile_is_not_overwritten_and_the_rest_is_taken(store):
    take(store, ANNA, CORA)
    intake = take(store, ANNA, CORA, commit=False)
    anna, cora = (row.application.id for row in intake.rows)
    intake = intake.mend(anna, {"topics": "Recht", "phone": "030 1"}).mend(cora, {"topics": "Lehre"})
    bob_mends(store, "Anna", topics="Technik")
    done = service.commit(store, LEAD, RUN, drafted(store, intake))
    entries = {name: a.entries for name, a in everybody(store).items()}
    assert (entries["Anna"]["topics"], entries["Anna"]["phone"]) == ("Technik", "030 1")
    assert entries["Cora"]["topics"] == "Lehre"
    assert done.lapsed == (
        "Anna Hof: somebody else changed “Topics” to “Technik” in the meantime; your entry “Recht” is not taken over.",  # noqa: E501
    )


def test_a_correction_that_is_refused_alone_changes_nothing(store):
    take(store, ANNA)
    intake = take(store, ANNA, commit=False)
    intake = intake.mend(intake.rows[0].application.id, {"topics": "Recht"})
    bobs = bob_mends(store, "Anna", topics="")
    assert len(service.commit(store, LEAD, RUN, intake).lapsed) == 1
    assert everybody(store)["Anna"] == bobs


def test_a_correction_of_a_row_that_somebody_else_took_in_and_corrected_is_refused(store):
    intake = take(store, ANNA, commit=False)
    intake = intake.mend(intake.rows[0].application.id, {"topics": "Recht"})
    take(store, ANNA)
    assert service.commit(store, LEAD, RUN, intake).lapsed == ()
    assert everybody(store)["Anna"].entries["topics"] == "Recht"
    bob_mends(store, "Anna", topics="Technik")
    assert len(service.commit(store, LEAD, RUN, intake).lapsed) == 1
    assert everybody(store)["Anna"].entries["topics"] == "Technik"


def test_who_corrects_again_after_having_seen_it_is_heard(store):
    take(store, ANNA)
    intake = take(store, ANNA, commit=False)
    key = intake.rows[0].application.id
    intake = intake.mend(key, {"topics": "Recht"})
    bob_mends(store, "Anna", topics="Technik")
    seen = intake.with_context(service.context_of(store, LEAD, RUN))
    assert seen.rows[0].application.entries["topics"] == "Technik"
    done = service.commit(store, LEAD, RUN, seen.mend(key, {"topics": "Recht"}))
    assert (done.lapsed, everybody(store)["Anna"].entries["topics"]) == ((), "Recht")
