"""Decisions on applications: one by one, many after a preview, told afterwards, undone."""

from __future__ import annotations

import pytest

from mentorkit.errors import NotAllowed, RuleBroken, StaleRecord
from mentorkit.intake import actions, service
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant
from mentorkit.store import Store

pytestmark = pytest.mark.usefixtures("in_english")

LEAD = sole_actor("eva")
RUN = "party-chapters/2008/09"
ROWS = """Nachname;Vorname;Geb.-Jahr;Kreisverband;E-Mail;Themen;Eingang
Hof;Anna;1980;Harz;anna@example.org;Soziales;4.8.08
Ahl;Bo;1970;Börde;bo@example.org;Medien;5.10.08
Seip;Per;1971;Harz;;Medien;5.8.08
Hof;Anna;1980;Harz;anna@example.org;Soziales;5.8.08"""


@pytest.fixture
def store(party):
    service.intake(party, LEAD, RUN, [("mentees.csv", ROWS.encode())])
    return party


def officer(organisation: str) -> Actor:
    return Actor("ina", (Grant(id="G1", user_id="ina", role="organisation", organisation=organisation),))


def everybody(store: Store) -> list[Application]:
    return service.applications(store, LEAD, RUN)


def one(store: Store, place: int) -> Application:
    return everybody(store)[place]


# -- one by one -----------------------------------------------------------------------------------


def test_who_is_another_person_is_accepted_with_a_reason_and_it_can_be_taken_back(store):
    double = one(store, 3)
    assert [f.code for f in double.findings] == ["duplicate"]
    with pytest.raises(RuleBroken):
        actions.accept(store, LEAD, double.id, " ", double.version)
    accepted = actions.accept(store, LEAD, double.id, "Mutter und Tochter", double.version)
    assert accepted.takes_part
    with pytest.raises(RuleBroken):
        actions.accept(store, LEAD, double.id, "noch einmal", accepted.version)
    back = actions.take_back(store, LEAD, double.id, "Irrtum", accepted.version)
    assert not back.takes_part


def test_a_withdrawal_can_be_taken_back(store):
    anna = one(store, 0)
    left = actions.withdraw(store, officer("Harz"), anna.id, "umgezogen", anna.version)
    with pytest.raises(NotAllowed):
        actions.readmit(store, officer("Börde"), anna.id, "", left.version)
    again = actions.readmit(store, officer("Harz"), anna.id, "", left.version)
    assert again.takes_part
    with pytest.raises(RuleBroken):
        actions.readmit(store, LEAD, anna.id, "", again.version)


def test_somebody_who_withdrew_is_not_accepted(store):
    late = one(store, 1)
    left = actions.withdraw(store, LEAD, late.id, "", late.version)
    with pytest.raises(RuleBroken, match="withdrawn"):
        actions.accept(store, LEAD, late.id, "doch", left.version)


# -- many at once ---------------------------------------------------------------------------------


def test_a_preview_tells_who_changes_how_and_who_cannot_and_changes_nothing(store):
    before = everybody(store)
    plan = actions.preview(store, LEAD, "accept", [a.id for a in before])
    assert everybody(store) == before
    assert [(e.application.name, e.before_word, e.after_word) for e in plan.possible] == [
        ("Bo Ahl", "to be looked at", "admitted"),
        ("Anna Hof", "to be looked at", "admitted"),
    ]
    assert [e.refusal for e in plan.refused] == [
        "Anna Hof: the application is in order; there is nothing to decide.",
        "Per Seip: this cannot be accepted as it is. Please correct it first.",
    ]
    assert plan.summary == "2 applications change. 2 stay as they are, see below."


def test_what_was_previewed_is_done_in_one_go_with_one_reason(store):
    plan = actions.preview(store, LEAD, "accept", [a.id for a in everybody(store)])
    with pytest.raises(RuleBroken):
        actions.apply(store, LEAD, plan)
    done = actions.apply(store, LEAD, plan, "von der Leitung zugelassen")
    assert [a.name for a in done] == ["Bo Ahl", "Anna Hof"]
    assert {a.overruled.reason for a in everybody(store) if a.overruled} == {"von der Leitung zugelassen"}


def test_nothing_is_done_where_one_was_changed_since_the_preview(store):
    plan = actions.preview(store, LEAD, "withdraw", [a.id for a in everybody(store)])
    bo = one(store, 1)
    service.mend(store, LEAD, bo.id, {"topics": "Recht"}, bo.version)
    before = everybody(store)
    with pytest.raises(StaleRecord):
        actions.apply(store, LEAD, plan)
    assert everybody(store) == before


def test_an_officer_sees_and_changes_no_other_towns_people(store):
    anna, bo = one(store, 0), one(store, 1)
    hanna = officer("Harz")
    with pytest.raises(NotAllowed):
        actions.preview(store, hanna, "withdraw", [anna.id, bo.id])
    lead_plan = actions.preview(store, LEAD, "withdraw", [anna.id, bo.id])
    with pytest.raises(NotAllowed):
        actions.apply(store, hanna, lead_plan)
    assert not any(a.withdrawn for a in everybody(store))
    (effect,) = actions.preview(store, hanna, "accept", [one(store, 3).id]).refused
    assert "role" in effect.refusal


# -- history --------------------------------------------------------------------------------------


def test_the_history_tells_who_changed_what_when_and_why(store):
    per = one(store, 2)
    mended = service.mend(store, officer("Harz"), per.id, {"email": "per@example.org"}, per.version)
    actions.withdraw(store, LEAD, per.id, "krank", mended.version)
    left, corrected, came = actions.history_of(store, LEAD, per.id)
    assert came.what == "Taken in from “mentees.csv”"
    assert (corrected.what, corrected.by) == ("Corrected", "ina")
    assert [(d.label, d.before, d.after) for d in corrected.changes] == [
        ("E-mail", "", "per@example.org"),
        ("Status", "to be mended", "in order"),
    ]
    assert (left.what, left.reason) == ("Withdrawn", "krank")
    assert [(d.before, d.after) for d in left.changes] == [("in order", "withdrawn")]


def test_the_history_is_told_to_ones_own_organisation_only(store):
    anna = one(store, 0)
    with pytest.raises(NotAllowed):
        actions.history_of(store, officer("Börde"), anna.id)
    service.mend(store, LEAD, anna.id, {"organisation": "Börde", "topics": "Recht"}, anna.version)
    with pytest.raises(NotAllowed):
        actions.history_of(store, officer("Harz"), anna.id)
    (moved,) = actions.history_of(store, officer("Börde"), anna.id)
    assert moved.changes == ()
    assert len(actions.history_of(store, LEAD, anna.id)) == 2


# -- undoing --------------------------------------------------------------------------------------


def test_changes_are_undone_one_after_the_other_and_restored_in_turn(store):
    first = one(store, 2)
    second = service.mend(store, LEAD, first.id, {"email": "per@example.org"}, first.version)
    third = actions.withdraw(store, LEAD, first.id, "krank", second.version)
    states = [(a.entries, a.withdrawn) for a in (first, second, third)]

    def step(go):
        now = go(store, LEAD, first.id, one(store, 2).version)
        return states.index((now.entries, now.withdrawn))

    assert [step(actions.undo), step(actions.undo)] == [1, 0]
    with pytest.raises(RuleBroken):
        step(actions.undo)
    assert actions.redoable(store, LEAD, first.id).what == "Corrected"
    assert [step(actions.redo), step(actions.undo), step(actions.redo), step(actions.redo)] == [1, 0, 1, 2]
    assert actions.redoable(store, LEAD, first.id) is None
    assert step(actions.undo) == 1
    service.mend(store, LEAD, first.id, {"topics": "Recht"}, one(store, 2).version)
    with pytest.raises(RuleBroken):  # it was changed since
        step(actions.redo)
    assert step(actions.undo) == 1


def test_the_last_change_is_undone_and_can_be_restored(store):
    per = one(store, 2)
    mended = service.mend(store, LEAD, per.id, {"email": "per@example.org", "topics": ""}, per.version)
    assert actions.undoable(store, LEAD, per.id).what == "Corrected"
    undone = actions.undo(store, LEAD, per.id, mended.version)
    assert (undone.entries, undone.status) == (per.entries, "error")
    again = actions.redo(store, LEAD, per.id, undone.version)
    assert (again.entries, again.status) == (mended.entries, "ok")
    told = [deed.action for deed in actions.history_of(store, LEAD, per.id)[:2]]
    assert told == ["application.redo", "application.undo"]


def test_what_the_file_says_is_believed_again_after_a_mend_was_undone(store):
    per = one(store, 2)
    mended = service.mend(store, LEAD, per.id, {"topics": "Recht"}, per.version)
    actions.undo(store, LEAD, per.id, mended.version)
    corrected = ROWS.replace("Per;1971;Harz;;", "Per;1971;Harz;per@example.org;")
    service.intake(store, LEAD, RUN, [("mentees.csv", corrected.encode())])
    assert one(store, 2).entries["email"] == "per@example.org"


def test_undoing_takes_the_right_that_the_change_took(store):
    late = one(store, 1)
    accepted = actions.accept(store, LEAD, late.id, "Post war langsam", late.version)
    assert actions.undoable(store, officer("Börde"), late.id) is None
    with pytest.raises(NotAllowed):
        actions.undo(store, officer("Börde"), late.id, accepted.version)
    assert actions.undo(store, LEAD, late.id, accepted.version).overruled is None


def test_a_correction_that_let_a_decision_lapse_is_undone_with_it(store):
    late = one(store, 1)
    accepted = actions.accept(store, LEAD, late.id, "Post war langsam", late.version)
    mended = service.mend(store, officer("Börde"), late.id, {"email": ""}, accepted.version)
    assert mended.overruled is None
    undone = actions.undo(store, officer("Börde"), late.id, mended.version)
    assert undone.overruled == accepted.overruled


def test_nothing_is_undone_that_somebody_else_changed_since_or_that_never_changed(store):
    anna = one(store, 0)
    with pytest.raises(RuleBroken):
        actions.undo(store, LEAD, anna.id, anna.version)
    mended = service.mend(store, LEAD, anna.id, {"topics": "Recht"}, anna.version)
    service.mend(store, LEAD, anna.id, {"topics": "Haushalt"}, mended.version)
    with pytest.raises(StaleRecord):
        actions.undo(store, LEAD, anna.id, mended.version)


def test_what_was_restored_meanwhile_is_not_restored_once_more(store):
    anna = one(store, 0)
    mended = service.mend(store, LEAD, anna.id, {"topics": "Recht"}, anna.version)
    undone = actions.undo(store, LEAD, anna.id, mended.version)
    again = actions.redo(store, LEAD, anna.id, undone.version)
    with pytest.raises(StaleRecord):
        actions.redo(store, LEAD, anna.id, undone.version)
    with pytest.raises(RuleBroken, match="no change to restore"):
        actions.redo(store, LEAD, anna.id, again.version)


def test_undoing_and_restoring_leave_a_row_where_it_stands_by_now(store):
    anna = one(store, 0)
    head, *rows = ROWS.splitlines()
    mended = service.mend(store, LEAD, anna.id, {"topics": "Recht"}, anna.version)
    service.intake(store, LEAD, RUN, [("mentees.csv", "\n".join([head, *rows[1:3], rows[0]]).encode())])
    for go, cited in ((actions.undo, False), (actions.redo, False)):
        now = go(store, LEAD, anna.id, one(store, 0).version)
        assert (now.source.row, now.source.cells["email"], "topics" in now.source.cells) == (4, "E4", cited)
    assert now.entries == mended.entries


def test_a_file_says_nothing_new_after_what_was_mended_or_taken_over_is_undone_and_restored(store):
    anna = one(store, 0)
    service.mend(store, LEAD, anna.id, {"topics": "Recht"}, anna.version)
    now = actions.undo(store, LEAD, anna.id, one(store, 0).version)
    assert now.source == anna.source
    corrected = [("mentees.csv", ROWS.replace("Soziales;4.8.08", "Bau;4.8.08").encode())]
    taken = service.intake(store, LEAD, RUN, corrected).rows[0].application
    for go, cells in (
        (actions.undo, anna.source.cells.keys() - {"topics"}),
        (actions.redo, taken.source.cells),
    ):
        now = go(store, LEAD, anna.id, one(store, 0).version)
        assert now.source.cells.keys() == set(cells)
        again = service.intake(store, LEAD, RUN, corrected, commit=False)
        assert {row.change for row in again.rows} == {"unchanged"}


def test_what_was_changed_elsewhere_is_undone_there(store):
    anna = one(store, 0)
    with store.write("eva", "selection.fix") as writer:
        fixed = writer.save(anna.with_(place="selected"))
    assert actions.undoable(store, LEAD, anna.id) is None
    with pytest.raises(RuleBroken, match="elsewhere"):
        actions.undo(store, LEAD, anna.id, fixed.version)
