"""The places of a fixed selection follow whoever begins or ceases to take part, in whatever way."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mentorkit.errors import MentorkitError, RuleBroken
from mentorkit.intake import actions, service
from mentorkit.intake import receipt as receiving
from mentorkit.intake.merge import merge, preview
from mentorkit.intake.unmerge import unmerge
from mentorkit.matching import basis, choosing, moving_up
from mentorkit.matching.places import key_of
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Grant, PairDecision, Programme, Run, Source
from mentorkit.programme.settings import Quotas
from mentorkit.setup import service as setup
from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.usefixtures("in_english")

LEAD = sole_actor("eva")
HANNA = Actor("hanna", (Grant(id="G1", user_id="hanna", role="organisation", organisation="Harz"),))
RUN, PROGRAMME = "party-chapters/2008/09", "party-chapters"
HEAD = "Nachname;Vorname;Geb.-Jahr;Kreisverband;E-Mail;Themen;Eingang"
LATE, IN_TIME = "5.10.08", "4.8.08"
MENTORS = f"{HEAD};Erfahrung in Jahren\nStern;Mia;1960;Harz;mia@example.org;Medien;5.8.08;20"


@pytest.fixture
def store(party):
    return party


def row(name, organisation="Harz", received=IN_TIME):
    return f"Muster{name};{name};1980;{organisation};{name.lower()}@example.org;Soziales;{received}"


def take(store, *rows):
    return service.intake(store, LEAD, RUN, [("mentees.csv", "\n".join([HEAD, *rows]).encode())])


def people(store):
    found = service.applications(store, LEAD, RUN)
    return {a.first_name: a for a in found if a.role == "mentee"}


def places(store):
    return {name: a.place for name, a in people(store).items()}


def run_of(store):
    with store.read() as reader:
        return reader.get(Run, RUN)


def limit(store, mentees):
    with store.write("eva", "test") as writer:
        programme = writer.get(Programme, PROGRAMME)
        quotas = Quotas(mentees=mentees)
        writer.save(programme.with_(settings=programme.settings.model_copy(update={"quotas": quotas})))


def fix(store, mentees, order="arrival"):
    """Fix a selection with so many places for the mentees of each chapter."""
    service.intake(store, LEAD, RUN, [("mentoren.csv", MENTORS.encode())])
    limit(store, mentees)
    choosing.fix_selection(store, LEAD, RUN, run_of(store).version, order)


def act(store, deed, name):
    application = people(store)[name]
    return getattr(actions, deed)(store, LEAD, application.id, "Grund", application.version)


def mend(store, name, **entries):
    application = people(store)[name]
    return service.mend(store, LEAD, application.id, entries, application.version)


def undo(store, name):
    application = people(store)[name]
    return actions.undo(store, LEAD, application.id, application.version)


def test_who_was_admitted_by_mistake_gives_up_the_place_and_does_not_get_it_back_from_who_has_it(store):
    take(store, row("Anna", received=LATE), row("Bea"))
    act(store, "accept", "Anna")
    fix(store, 1)
    assert places(store) == {"Anna": "selected", "Bea": "waiting"}
    anna = people(store)["Anna"]
    back = actions.take_back(store, LEAD, anna.id, "Irrtum", anna.version)
    assert (back.takes_part, places(store)) == (False, {"Anna": "out", "Bea": "selected"})
    act(store, "accept", "Anna")
    assert places(store) == {"Anna": "waiting", "Bea": "selected"}


def test_who_moved_up_by_what_happened_to_another_has_no_change_of_that_to_undo(store):
    take(store, row("Anna"), row("Bea"))
    fix(store, 1)
    act(store, "withdraw", "Anna")
    assert places(store) == {"Anna": "out", "Bea": "selected"}
    assert actions.undoable(store, LEAD, people(store)["Bea"].id) is None


def test_who_was_refused_while_in_doubt_gets_a_free_place_once_admitted(store):
    take(store, row("Anna", received=LATE), row("Bea"))
    act(store, "refuse", "Anna")
    fix(store, 2)
    assert act(store, "take_back", "Anna").place == "out"
    assert act(store, "accept", "Anna").place == "selected"
    undone = undo(store, "Anna")
    assert undone.place == "out"
    assert actions.redo(store, LEAD, undone.id, undone.version).place == "selected"


def test_who_is_admitted_where_no_place_is_free_waits(store):
    take(store, row("Anna", received=LATE), row("Bea"))
    fix(store, 1)
    assert act(store, "accept", "Anna").place == "waiting"
    assert moving_up.vacancies(store, LEAD, RUN) == []


@pytest.mark.parametrize(("deed", "back"), [("refuse", "take_back"), ("withdraw", "readmit")])
@pytest.mark.parametrize("undone", [False, True])
def test_who_came_after_the_selection_was_fixed_has_a_free_place_and_again_once_a_mistake_is_put_right(
    store, deed, back, undone
):
    take(store, row("Anna"), row("Bea"))
    fix(store, 3)
    take(store, row("Anna"), row("Bea"), row("Nina"))
    assert people(store)["Nina"].place == "selected"
    assert act(store, deed, "Nina").place == "out"
    put_right = undo(store, "Nina") if undone else act(store, back, "Nina")
    assert (put_right.takes_part, put_right.place) == (True, "selected")


def enter(store, name, received=IN_TIME):
    entries = {
        "last_name": f"Muster{name}", "first_name": name, "birth_year": "1980", "organisation": "Harz",
        "email": f"{name.lower()}@example.org", "topics": "Soziales", "received": received,
    }  # fmt: skip
    return service.enter(store, LEAD, RUN, "mentee", entries, source=Source(kind="form"))


@pytest.mark.parametrize("order", ["arrival", "received", "rank", "matching"])
def test_who_comes_after_the_selection_was_fixed_waits_behind_all_others_and_moves_up_in_turn(store, order):
    take(store, row("Anna"), row("Bea"))
    fix(store, 1, order)
    held, waiting = sorted(places(store), key=lambda name: places(store)[name])
    nina = enter(store, "Nina", "1.8.08")  # received before all others
    take(store, row("Anna"), row("Bea"), row("Otti", received="2.8.08"))
    found = choosing.standings(store, LEAD, RUN)
    numbers = {name: found[a.id].word for name, a in people(store).items()}
    assert numbers == {
        held: "Has a place", waiting: "Waits, number 1", "Nina": "Waits, number 2", "Otti": "Waits, number 3"
    }  # fmt: skip
    assert nina.place == "waiting"
    for name in (held, waiting):
        act(store, "withdraw", name)
    assert places(store) == {held: "out", waiting: "out", "Nina": "selected", "Otti": "waiting"}


def test_where_somebody_stands_tells_a_coordinator_nothing_of_another_organisation(store):
    take(store, row("Anna", "Börde"), row("Bea"))
    enter(store, "Anna")  # in Harz, too
    fix(store, 2)
    found = choosing.standings(store, HANNA, RUN)
    assert {(p.person, p.word) for p in found.values() if p.role == "mentee"} == {
        ("Bea MusterBea", "Has a place"),
        ("Anna MusterAnna", "Not decided yet"),
    }
    assert not [p for p in found.values() if "Börde" in str(p)]


def test_who_comes_late_and_takes_no_part_is_out_until_that_is_mended(store):
    take(store, row("Anna"))
    fix(store, 2)
    assert enter(store, "Nina", LATE).place == "out"
    assert mend(store, "Nina", received=IN_TIME).place == "selected"


def test_an_application_of_before_that_stood_outside_the_selection_waits_and_can_be_given_a_free_place(store):
    take(store, row("Anna"), row("Bea"))
    fix(store, 2)
    bea = people(store)["Bea"]
    with store.write("eva", "test") as writer:
        writer.save(bea.with_(place=None))
    (vacancy,) = moving_up.vacancies(store, LEAD, RUN)
    assert [place.word for place in vacancy.waiting] == ["Waits, number 1"]
    assert "is free" in vacancy.waiting[0].reason
    bea = people(store)["Bea"]
    assert moving_up.give_place(store, LEAD, bea.id, "ist dran", bea.version).place == "selected"


def test_one_who_waits_is_given_a_place_that_is_free_for_a_reason_that_is_kept(store):
    take(store, row("Anna"), row("Bea"), row("Cora"))
    fix(store, 1)
    cora = people(store)["Cora"]
    with pytest.raises(RuleBroken, match="No place is free"):
        moving_up.give_place(store, LEAD, cora.id, "dringend", cora.version)
    limit(store, 2)
    with pytest.raises(RuleBroken, match="reason"):
        moving_up.give_place(store, LEAD, cora.id, " ", cora.version)
    moving_up.give_place(store, LEAD, cora.id, "dringend", cora.version)
    assert places(store) == {"Anna": "selected", "Bea": "waiting", "Cora": "selected"}
    assert actions.history_of(store, LEAD, cora.id)[0].reason == "dringend"


def test_undoing_a_withdrawal_gives_the_place_back_and_who_moved_up_last_waits_again(store):
    take(store, row("Anna"), row("Bea"), row("Cora"), row("Dora"))
    fix(store, 2)
    before = places(store)
    act(store, "withdraw", "Anna")
    act(store, "withdraw", "Bea")
    assert places(store) == {"Anna": "out", "Bea": "out", "Cora": "selected", "Dora": "selected"}
    assert undo(store, "Bea").place == "selected"
    assert places(store) == {"Anna": "out", "Bea": "selected", "Cora": "selected", "Dora": "waiting"}
    assert undo(store, "Anna").place == "selected"
    assert places(store) == before
    told = actions.history_of(store, LEAD, people(store)["Dora"].id)[0]
    assert "waiting list" in told.what
    assert told.reason == "Bea MusterBea has the place again."


def test_a_place_that_was_passed_on_is_not_given_back_once_more_was_changed_about_who_has_it(store):
    take(store, row("Anna"), row("Bea"))
    fix(store, 1)
    act(store, "withdraw", "Anna")
    mend(store, "Bea", topics="Medien")
    assert undo(store, "Anna").place == "waiting"
    assert places(store) == {"Anna": "waiting", "Bea": "selected"}


def lock(store, name):
    """Lock a tandem of somebody with Mia."""
    mia = next(a for a in service.applications(store, LEAD, RUN) if a.role == "mentor")
    pair = {"mentee_id": people(store)[name].person_id, "mentor_id": mia.person_id}
    with store.write("eva", "test") as writer:
        writer.save(PairDecision(id=writer.new_id(PairDecision), run_id=RUN, kind="lock", reason="x", **pair))


def approve(store):
    run = run_of(store)
    with store.write("eva", "test") as writer:
        writer.save(run.with_(approved_at=writer.at))


def test_a_place_is_not_taken_from_who_is_in_a_locked_tandem(store):
    take(store, row("Anna"), row("Bea"))
    fix(store, 1)
    act(store, "withdraw", "Anna")
    lock(store, "Bea")
    assert undo(store, "Anna").place == "waiting"
    assert places(store) == {"Anna": "waiting", "Bea": "selected"}
    with store.read() as reader:
        assert basis.gather(reader, reader.get(Run, RUN)).match().status == "optimal"


def undone(store, name, actor=LEAD):
    """Undo the last change of somebody, and return what is told of the place."""
    application = people(store)[name]
    deed = actions.undoable(store, actor, application.id)
    actions.undo(store, actor, application.id, application.version)
    return actions.not_given_back(store, actor, application.id, deed)


def corrected(store):
    mend(store, "Bea", topics="Medien")


def locked(store):
    lock(store, "Bea")


@pytest.mark.parametrize(
    ("meanwhile", "actor", "why"),
    [
        (places, LEAD, ""),
        (corrected, LEAD, "{} and is not taken away again."),
        (locked, LEAD, "{} to somebody in a locked tandem and is not taken away again."),
        (locked, HANNA, "{} and is not taken away again."),  # she does not see the matching
        (approve, LEAD, "{} and is not taken away again, since the tandems are approved."),
    ],
)
def test_it_is_told_why_a_place_is_not_given_back(store, meanwhile, actor, why):
    take(store, row("Anna"), row("Bea"))
    fix(store, 1)
    act(store, "withdraw", "Anna")
    meanwhile(store)
    assert undone(store, "Anna", actor) == why.format("The place was passed on in the meantime")
    assert places(store)["Bea"] == ("selected" if why else "waiting")


def test_a_place_that_nobody_got_is_not_told_to_be_passed_on(store):
    take(store, row("Anna"), row("Bea"), row("Cora"))
    fix(store, 2)
    limit(store, 1)
    act(store, "withdraw", "Anna")
    assert undone(store, "Anna") == "No place is free any more."
    assert places(store) == {"Anna": "waiting", "Bea": "selected", "Cora": "waiting"}


@pytest.mark.parametrize("since", [None, corrected, locked])
def test_it_is_told_before_undoing_whether_somebody_loses_a_place_by_it(store, since):
    take(store, row("Anna"), row("Bea"))
    fix(store, 1)
    anna = people(store)["Anna"].id
    act(store, "withdraw", "Anna")
    if since:
        since(store)
    before = places(store)
    told = actions.foreseen_step(store, LEAD, "undo", anna)
    assert places(store) == before
    undo(store, "Anna")
    assert ("Bea MusterBea, who moved up, waits again." in told) == (places(store)["Bea"] == "waiting")
    assert bool(told) == (since is None)


def test_undoing_something_else_takes_nobody_s_place(store):
    take(store, row("Anna"), row("Bea"), row("Cora"))
    fix(store, 2)
    act(store, "withdraw", "Anna")
    before = mend(store, "Bea", topics="Medien")
    assert (before.place, undo(store, "Bea").place) == ("selected", "selected")
    assert places(store)["Cora"] == "selected"


@pytest.fixture
def anna_twice(store):
    """Anna, who has a place, applied twice; Bea and Cora wait. The ids of Anna's, first which counts."""
    take(store, row("Anna"), row("Bea"), row("Cora"))
    two = enter(store, "Anna")
    two = actions.accept(store, LEAD, two.id, "zählt auch", two.version)
    fix(store, 1)
    one = next(a for a in service.applications(store, LEAD, RUN) if a.person_id == two.person_id)
    assert (one.place, one.id != two.id) == ("selected", True)
    return one.id, two.id


def by_id(store):
    return {a.id: a for a in service.applications(store, LEAD, RUN) if a.role == "mentee"}


def test_a_place_passes_to_the_other_application_of_the_same_person(store, anna_twice):
    one, two = anna_twice
    told = actions.foreseen(store, LEAD, "withdraw", one)
    actions.withdraw(store, LEAD, one, "doppelt", by_id(store)[one].version)
    now = by_id(store)
    assert (told, now[one].place, now[two].place) == ("", "out", "selected")
    assert (places(store)["Bea"], places(store)["Cora"]) == ("waiting", "waiting")
    act(store, "withdraw", "Bea")
    actions.undo(store, LEAD, one, now[one].version)
    assert (by_id(store)[one].place, by_id(store)[two].place) == ("out", "selected")
    actions.withdraw(store, LEAD, two, "", by_id(store)[two].version)
    assert (by_id(store)[one].place, by_id(store)[two].place) == ("selected", "out")
    assert places(store)["Cora"] == "waiting"


def test_a_place_on_the_waiting_list_passes_to_the_other_application_of_the_same_person(store):
    take(store, row("Bea"), row("Anna"))
    two = enter(store, "Anna")
    two = actions.accept(store, LEAD, two.id, "zählt auch", two.version)
    fix(store, 1)
    (one,) = (a for a in by_id(store).values() if a.person_id == two.person_id and a.place == "waiting")
    (other,) = (a for a in by_id(store).values() if a.person_id == two.person_id and a.id != one.id)
    actions.withdraw(store, LEAD, one.id, "", one.version)
    assert by_id(store)[other.id].place == "waiting"
    act(store, "withdraw", "Bea")
    assert by_id(store)[other.id].place == "selected"


@pytest.mark.parametrize("doubted", [False, True])
@pytest.mark.parametrize("moved_on", [False, True])
def test_applications_of_one_person_put_together_keep_the_place_and_give_it_back(
    store, anna_twice, doubted, moved_on
):
    one, two = anna_twice
    if doubted:
        actions.take_back(store, LEAD, two, "Irrtum", by_id(store)[two].version)
    person, before = by_id(store)[one].person_id, {key: a.place for key, a in by_id(store).items()}
    merge(store, LEAD, preview(store, LEAD, person, person, stays=two))
    assert {key: a.place for key, a in by_id(store).items()} == before | {one: "out", two: "selected"}
    if moved_on:
        act(store, "withdraw", "Bea")
        before |= {people(store)["Bea"].id: "out"}
    unmerge(store, LEAD, person, person)
    assert {key: a.place for key, a in by_id(store).items()} == before


def test_it_is_told_beforehand_who_loses_a_place_and_who_moves_up(store):
    take(store, row("Anna"), row("Bea"), row("Cora"))
    fix(store, 1)

    def told(name, action="withdraw"):
        return actions.foreseen(store, LEAD, action, people(store)[name].id)

    before = places(store)
    assert told("Anna") == "Anna MusterAnna has a place and gives it up. Bea MusterBea moves up."
    assert told("Anna", "refuse") == told("Anna")
    assert (told("Bea"), told("Anna", "accept"), places(store)) == ("", "", before)
    approve(store)
    assert told("Anna").endswith("Nobody moves up, since the tandems are approved.")
    act(store, "withdraw", "Bea")
    act(store, "withdraw", "Cora")
    assert told("Anna").endswith("Nobody waits for it.")


def test_where_more_have_a_place_than_there_are_nobody_moves_up_and_that_is_told(store):
    take(store, row("Anna"), row("Bea"), row("Cora"))
    fix(store, 2)
    limit(store, 1)
    told = actions.foreseen(store, LEAD, "withdraw", people(store)["Anna"].id)
    assert told.endswith("Nobody moves up: all places are taken even without it.")
    act(store, "withdraw", "Anna")
    assert places(store) == {"Anna": "out", "Bea": "selected", "Cora": "waiting"}


def test_an_entry_that_ends_or_begins_taking_part_gives_up_a_place_or_gets_one(store):
    take(store, row("Anna"), row("Bea"), row("Cora"))
    fix(store, 1)
    assert mend(store, "Anna", received=LATE).place == "out"
    assert places(store) == {"Anna": "out", "Bea": "selected", "Cora": "waiting"}
    assert mend(store, "Anna", received=IN_TIME).place == "waiting"
    assert undo(store, "Anna").place == "out"


def test_an_entry_that_matters_not_leaves_the_place(store):
    take(store, row("Anna"), row("Bea"))
    fix(store, 1)
    assert mend(store, "Anna", topics="Medien").place == "selected"
    assert mend(store, "Bea", topics="Medien").place == "waiting"


def test_who_moves_to_another_organisation_leaves_the_place_and_takes_one_there(store):
    take(store, row("Anna"), row("Bea"), row("Cora", "Börde"), row("Dora"))
    fix(store, 1)
    assert mend(store, "Anna", organisation="Börde").place == "waiting"
    assert places(store) == {"Anna": "waiting", "Bea": "selected", "Cora": "selected", "Dora": "waiting"}
    act(store, "withdraw", "Cora")
    assert places(store)["Anna"] == "selected"


def test_a_file_read_again_gives_places_by_what_it_says_and_what_is_decided_on_it(store):
    rows = [row("Anna"), row("Bea"), row("Cora"), row("Dora")]
    take(store, *rows)
    fix(store, 2)
    take(store, row("Anna", received=LATE), *rows[1:])
    assert places(store) == {"Anna": "out", "Bea": "selected", "Cora": "selected", "Dora": "waiting"}
    take(store, *rows[::-1])  # put right again, in a file of its own
    assert places(store) == {"Anna": "waiting", "Bea": "selected", "Cora": "selected", "Dora": "waiting"}


def test_a_place_is_not_passed_on_where_a_decision_in_the_same_intake_keeps_it(store):
    take(store, row("Anna"), row("Bea"))
    fix(store, 1)
    late = "\n".join([HEAD, row("Anna", received=LATE), row("Bea")]).encode()
    read = service.intake(store, LEAD, RUN, [("mentees.csv", late)], commit=False)
    anna = next(r.application.id for r in read.rows if r.application.first_name == "Anna")
    service.commit(store, LEAD, RUN, read.overrule(anna, "Post war langsam", "eva"))
    assert people(store)["Anna"].admitted
    assert places(store) == {"Anna": "selected", "Bea": "waiting"}


def closing(store, day):
    change = setup.change_of(store, LEAD, PROGRAMME)
    calendar = tuple(
        entry.model_copy(update={"day": day, "until": None}) if entry.key == "closing" else entry
        for entry in change.calendars[RUN]
    )
    return replace(change, calendars={**change.calendars, RUN: calendar})


def test_a_rule_that_changes_takes_places_and_gives_them_to_who_waits(store):
    take(store, row("Anna", received="6.8.08"), row("Bea"), row("Cora", received="6.8.08"), row("Dora"))
    fix(store, 1)
    change = closing(store, dt.date(2008, 8, 5))
    assert "who takes part no more gives a place" in " ".join(setup.preview(store, LEAD, change).consequences)
    setup.save(store, LEAD, change)
    assert places(store) == {"Anna": "out", "Bea": "selected", "Cora": "out", "Dora": "waiting"}
    setup.save(store, LEAD, closing(store, dt.date(2008, 8, 7)))
    assert places(store) == {"Anna": "waiting", "Bea": "selected", "Cora": "waiting", "Dora": "waiting"}


def test_another_name_of_an_organisation_leaves_its_places(store):
    take(store, row("Anna"), row("Bea"), row("Cora"))
    fix(store, 1)
    act(store, "withdraw", "Anna")
    act(store, "readmit", "Anna")
    before = places(store)
    assert before == {"Anna": "waiting", "Bea": "selected", "Cora": "waiting"}
    change = setup.change_of(store, LEAD, PROGRAMME)
    named = tuple(
        replace(o, name="Oberharz", aliases=("Harz",)) if o.name == "Harz" else o
        for o in change.organisations
    )
    setup.save(store, LEAD, replace(change, organisations=named))
    assert {a.organisation for a in people(store).values()} == {"Oberharz"}
    assert places(store) == before


def test_many_who_are_gone_are_reckoned_with_once(store, monkeypatch):
    names = [chr(65 + n) + "nna" for n in range(12)]
    take(store, *map(row, names))
    fix(store, 6)
    counts = {"gather": 0, "receipts": 0}

    def counted(name, real):
        def call(*args, **options):
            counts[name] += 1
            return real(*args, **options)

        return call

    monkeypatch.setattr(basis, "gather", counted("gather", basis.gather))
    monkeypatch.setattr(basis, "receipts", counted("receipts", receiving.receipts))
    ids = [people(store)[name].id for name in names[:4]]
    actions.apply(store, LEAD, actions.preview(store, LEAD, "refuse", ids), "Grund")
    assert [name for name, place in places(store).items() if place == "selected"] == names[4:10]
    actions.apply(store, LEAD, actions.preview(store, LEAD, "take_back", ids), "Irrtum")
    assert counts == {"gather": 2, "receipts": 0}
    assert list(places(store).values()) == ["waiting"] * 4 + ["selected"] * 6 + ["waiting"] * 2


# -- in general -----------------------------------------------------------------------------------

NAMES = ("Anna", "Bea", "Cora", "Dora", "Eva", "Fee")
DEEDS = ("accept", "refuse", "take_back", "withdraw", "readmit", "undo", "late", "in_time", "move", "many")
STEPS = st.lists(st.tuples(st.sampled_from(DEEDS), st.sampled_from(NAMES)), min_size=4, max_size=10)


def step(store, deed, name):
    if deed == "undo":
        undo(store, name)
    elif deed in ("late", "in_time"):
        mend(store, name, received=LATE if deed == "late" else IN_TIME)
    elif deed == "move":
        mend(store, name, organisation="Börde" if people(store)[name].organisation == "Harz" else "Harz")
    elif deed == "many":
        ids = [people(store)[other].id for other in NAMES[NAMES.index(name) :]]
        actions.apply(store, LEAD, actions.preview(store, LEAD, "refuse", ids), "Grund")
    else:
        act(store, deed, name)


@given(steps=STEPS, order=st.sampled_from(["arrival", "received", "matching"]))
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_places_are_never_too_many_never_idle_and_only_with_people_who_take_part(steps, order):
    quota, store = 2, Store.create()
    Workbench(store, LEAD).add(PROGRAMME)
    late = {"Cora", "Eva"}
    take(store, *(row(n, "Harz" if n < "E" else "Börde", LATE if n in late else IN_TIME) for n in NAMES))
    fix(store, quota, order)
    for deed, name in steps:
        try:
            step(store, deed, name)
        except MentorkitError:
            continue  # not possible as things are
        found: list[Application] = list(people(store).values())
        for a in found:
            assert (a.place in ("selected", "waiting")) == a.takes_part, (deed, name, a.place)
        for key in {key_of(a.role, a.organisation) for a in found}:
            own = [a.place for a in found if key_of(a.role, a.organisation) == key]
            assert own.count("selected") <= quota
            assert own.count("selected") == quota or "waiting" not in own
    store.close()
