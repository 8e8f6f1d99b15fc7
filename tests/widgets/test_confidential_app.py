"""The tab of what is said in confidence: the programme lead enters it, and says who is meant."""

import pytest
from app_people import HOSTILE, apply
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel

from mentorkit.matching import conflicts, service
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant
from mentorkit.store import Store
from mentorkit.workbench import Workbench

KAMEN = Actor("karin", (Grant(id="K", user_id="karin", role="organisation", organisation="Kamen"),))
LEAD = Actor("lead", (Grant(id="G", user_id="lead", role="lead"),))


@pytest.fixture
def run():
    bench = Workbench.of(Store.create(), "anna")
    made = bench.add("cross-administration")
    for number, (role, organisation) in enumerate(
        (("mentee", "Kamen"), ("mentee", "Lünen"), ("mentor", "Werne"), ("mentor", "Schwerte")), 1
    ):
        apply(made, number, role, organisation=organisation, answers={"pay_grade": 9 + number, "topics": []})
    yield made
    bench.close()


@pytest.fixture
def view(run):
    made = MatchingView(MatchingModel(run, "confidential"))
    assert made.tabs.value == "confidential"
    return made


def part_of(view):
    (part,) = view.tabs.panel("confidential").children
    return part


def people(run, role):
    return [a for a in run.application_records if a.role == role]


def enter(view, by, text, kind="not_with", whom=""):
    part = part_of(view)
    for name, value in (("by", by.id), ("kind", kind), ("whom", whom), ("text", text)):
        part.form.edit(name, value)
    part.enter.click()


def pairs(run):
    return set(zip(run.match().tandems.mentee_id, run.match().tandems.mentor_id, strict=True))


def test_what_is_entered_is_shown_and_keeps_the_two_apart_at_once(run, view):
    anna, partner = people(run, "mentee")[0], None
    partner = next(a for a in people(run, "mentor") if (anna.person_id, a.person_id) in pairs(run))
    enter(view, anna, partner.name)
    (row,) = part_of(view).table.rows
    assert (row["text"]["text"], row["apart"], row["standing"]["text"]) == (
        partner.name,
        partner.name,
        "klar",
    )
    assert (anna.person_id, partner.person_id) not in pairs(run)
    assert f"Geändert hat sich etwas für {anna.name}" in view.model.message
    assert (anna.person_id, partner.person_id) not in {
        (p.person_id, q.person_id)
        for m in [view.model.state.solved]
        for i, j in m.indices
        for p, q in [(m.pool.mentees[i], m.pool.mentors[j])]
    }
    assert part_of(view).form.values["text"] == ""
    assert "mk-no-print" in part_of(view)._dom_classes
    assert "Vertraulich (1)" in [title for _, title in view.tabs.list.tabs]


def test_an_unsure_name_is_to_be_looked_at_and_decided(run, view):
    anna, mentor = people(run, "mentee")[0], people(run, "mentor")[0]
    enter(view, anna, f"Frau {mentor.last_name}")
    assert "zu prüfen" in view.undecided.value
    (row,) = part_of(view).table.rows
    names = [action["name"] for action in row["actions"]]
    assert {mentor.id, "nobody", "remove"} <= set(names)
    part_of(view).table.act(row["id"], "nobody")
    (row,) = part_of(view).table.rows
    assert (row["standing"]["text"], row["apart"]) == ("entschieden", "niemand, der sich beworben hat")
    assert "zu prüfen" not in view.undecided.value
    part_of(view).table.act(row["id"], "leave")
    assert "zu prüfen" in view.undecided.value


def test_an_applicant_is_chosen_from_the_list(run, view):
    anna, mentor = people(run, "mentee")[0], people(run, "mentor")[0]
    enter(view, anna, "", whom=mentor.id)
    (row,) = part_of(view).table.rows
    assert (row["text"]["text"], row["apart"], row["standing"]["text"]) == (
        mentor.name,
        mentor.name,
        "entschieden",
    )
    assert part_of(view).form.values["whom"] == ""


def test_somebody_else_is_chosen_as_the_one_who_is_meant(run, view):
    anna, (one, other) = people(run, "mentee")[0], people(run, "mentor")
    enter(view, anna, f"Frau {one.last_name}")
    part = part_of(view)
    (row,) = part.table.rows
    part.table.act(row["id"], "other")
    part.choice.yes.click()
    assert set(part.other.errors) == {"whom"}
    part.other.edit("whom", other.id)
    part.choice.yes.click()
    (row,) = part.table.rows
    assert (row["standing"]["text"], row["apart"]) == ("entschieden", other.name)


def test_an_answer_on_one_of_two_names_leaves_the_other_kept_apart(run, view):
    anna, (one, other) = people(run, "mentee")[0], people(run, "mentor")
    enter(view, anna, f"{one.name} und Frau {other.last_name}")
    for answer, names in ((other.id, {one.name, other.name}), ("nobody", {one.name})):
        (row,) = part_of(view).table.rows
        assert row["standing"]["text"] == "zu prüfen"
        assert one.id not in {action["name"] for action in row["actions"]}
        part_of(view).table.act(row["id"], answer)
        assert {a.name for a in view.confided.shown[0].meant} == names
        part_of(view).table.act(row["id"], "leave")


def test_removing_is_asked_before(run, view):
    enter(view, people(run, "mentee")[0], people(run, "mentor")[0].name)
    part = part_of(view)
    (row,) = part.table.rows
    part.table.act(row["id"], "remove")
    assert part.table.rows
    part.question.yes.click()
    assert not part.table.rows


def test_what_is_missing_or_names_nobody_is_told(run, view):
    part_of(view).enter.click()
    assert set(part_of(view).form.errors) == {"by", "kind", "whom"}
    enter(view, people(run, "mentee")[0], "Dora Dorn", whom=people(run, "mentor")[0].id)
    assert set(part_of(view).form.errors) == {"whom"}
    enter(view, people(run, "mentee")[0], "keine")
    assert view.model.refused
    assert not part_of(view).table.rows


def test_hostile_text_is_shown_as_text(run, view):
    enter(view, people(run, "mentee")[0], HOSTILE)
    (row,) = part_of(view).table.rows
    assert row["text"]["text"] == " ".join(HOSTILE.split())


def test_an_approved_tandem_of_theirs_is_told(run, view):
    run.approve(run.match())
    tandem = run.tandems.iloc[0]
    by = next(a for a in people(run, "mentee") if a.person_id == tandem.mentee_id)
    conflicts.enter(run.bench.store, LEAD, by.id, "not_with", tandem.mentor)
    now = MatchingView(MatchingModel(run, "confidential"))
    assert part_of(now).table.rows[0]["standing"]["text"] == "schon im Tandem"


def test_whom_to_choose_is_ordered_by_last_name(run, view):
    offered = list(view.confided.people.values())
    assert offered == sorted(offered)
    assert len(offered) == 4


def test_a_lock_is_offered_nowhere_for_the_two_and_they_read_like_a_tandem_ruled_out(run, view):
    by, whom = people(run, "mentee")[0], people(run, "mentor")[0]
    enter(view, by, "", whom=whom.id)
    model = view.model
    model.choose(f"mentee:{by.person_id}")
    (confided,) = [row for row in model.alternatives if row["id"] == whom.person_id]
    assert confided["actions"] == []
    model.compare(whom.person_id)
    assert model.compared.hindrances == (f"Das Tandem von {by.name} und {whom.name} ist ausgeschlossen.",)
    model.put_beside(by.person_id, whom.person_id)
    (sheet,) = view.sheet.children
    assert sheet.lock.layout.display == "none"

    other = people(run, "mentee")[1]
    service.decide(run.bench.store, LEAD, run.id, other.person_id, whom.person_id, "forbid")
    model.look()
    model.choose(f"mentee:{other.person_id}")
    (decided,) = [row for row in model.alternatives if row["id"] == whom.person_id]
    assert decided["price"] == confided["price"]


def test_before_the_approval_the_lead_reads_what_is_still_to_be_looked_at(run, view):
    view.approve.click()
    assert "vertraulich" not in view.question.text.value
    view.question.no.click()
    enter(view, people(run, "mentee")[0], "Muster")  # fits several
    view.approve.click()
    assert "1 vertrauliche Angabe ist zu prüfen." in view.question.text.value
    view.question.no.click()
    run.bench.actor = KAMEN
    theirs = MatchingView(MatchingModel(run))
    theirs.model.ask("approve")
    assert "vertraulich" not in theirs.question.text.value


def test_enter_in_the_field_of_the_name_enters_as_the_button_does(run, view):
    part, anna = part_of(view), people(run, "mentee")[0]
    for name, value in (("by", anna.id), ("kind", "not_with"), ("text", "Otto Fern")):
        part.form.edit(name, value)
    part.form._received(None, {"submit": True}, [])
    (row,) = part.table.rows
    assert row["text"]["text"] == "Otto Fern"
    assert part.form.values["text"] == ""


def test_what_is_taken_back_and_what_is_removed_have_names_of_their_own(run, view):
    part, anna = part_of(view), people(run, "mentee")[0]
    enter(view, anna, "Eva")
    conflict = part.model.shown[0].conflict
    part.model.decide(conflict, [])
    labels = [action["label"] for action in part.table.rows[0]["actions"]]
    assert labels == ["Entscheidung zurücknehmen", "Eintrag entfernen"]
    assert [a["title"].startswith(a["label"]) for a in part.table.rows[0]["actions"]] == [True, True]
