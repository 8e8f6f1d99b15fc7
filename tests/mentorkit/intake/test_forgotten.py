"""What was said of somebody was forgotten: who asks for it is told so, and everything else goes on."""

from __future__ import annotations

import pytest

from mentorkit.errors import NotFound, RuleBroken
from mentorkit.intake import actions, service
from mentorkit.intake.lookalikes import ask_again, tell_apart
from mentorkit.intake.merge import merge, preview
from mentorkit.intake.unmerge import merged, unmerge
from mentorkit.privacy.permissions import sole_actor
from mentorkit.programme.records import Application, Person
from mentorkit.store import Store, check

pytestmark = pytest.mark.usefixtures("in_english")

LEAD = sole_actor("eva")
RUN, PROGRAMME = "party-chapters/2008/09", "party-chapters"
ROWS = """Nachname;Vorname;Geb.-Jahr;Kreisverband;E-Mail;Themen;Eingang
Hof;Anna;1980;Harz;anna@example.org;Soziales;4.8.08
Seip;Per;1971;Harz;per@example.org;Medien;5.8.08
Hoff;Anna;1980;Harz;anna@example.org;Soziales;5.8.08"""


@pytest.fixture
def store(party):
    service.intake(party, LEAD, RUN, [("mentees.csv", ROWS.encode())])
    return party


def all_of(store: Store) -> list[Application]:
    return service.applications(store, LEAD, RUN)


def forget(store: Store, *records: Application | Person) -> None:
    with store.write("dpo", "person.erase") as writer:
        for record in records:
            writer.forget(type(record), record.id)


def test_what_was_forgotten_cannot_be_undone_and_what_comes_later_can(store):
    per = all_of(store)[1]
    mended = service.mend(store, LEAD, per.id, {"topics": "Recht"}, per.version)
    forget(store, per)
    assert actions.undoable(store, LEAD, per.id) is None
    with pytest.raises(RuleBroken, match="has been forgotten"):
        actions.undo(store, LEAD, per.id, mended.version)
    again = service.mend(store, LEAD, per.id, {"topics": "Soziales"}, mended.version)
    assert actions.undo(store, LEAD, per.id, again.version).entries == mended.entries
    assert check.problems(store) == []


def test_who_did_something_and_when_stays_told(store):
    per = all_of(store)[1]
    service.mend(store, LEAD, per.id, {"topics": "Recht"}, per.version)
    before = actions.history_of(store, LEAD, per.id)
    forget(store, per)
    erased, *others = actions.history_of(store, LEAD, per.id)
    assert (erased.by, erased.what) == ("dpo", "Changed")
    assert [(d.at, d.by, d.action) for d in others] == [(d.at, d.by, d.action) for d in before]
    assert not any(deed.changes or deed.reason for deed in others)


def test_persons_stay_together_where_it_was_forgotten_who_they_were(store):
    anna, per, _ = all_of(store)
    merge(store, LEAD, preview(store, LEAD, anna.person_id, per.person_id))
    (found,) = merged(store, LEAD, PROGRAMME)
    forget(store, found.other)
    assert merged(store, LEAD, PROGRAMME) == []
    with pytest.raises(RuleBroken, match="has been forgotten"):
        unmerge(store, LEAD, found.keep_id, found.other.id)
    with pytest.raises(NotFound):
        unmerge(store, LEAD, found.keep_id, "P999")


def test_that_two_are_two_is_taken_back_where_it_was_forgotten_what_followed(store):
    anna, _, double = all_of(store)
    tell_apart(store, LEAD, anna.person_id, double.person_id)
    forget(store, double)
    ask_again(store, LEAD, anna.person_id, double.person_id)
    assert all_of(store)[2].takes_part  # who decided that is not known any more
