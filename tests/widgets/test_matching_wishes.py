"""The wishes of a mentee, and who wishes for a mentor, in the details of the matching."""

import datetime as dt

import pytest
from app_people import HOSTILE, apply

from mentorkit.programme.records import Prospect, Wish
from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def run(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    run = bench.add("arts-academy")
    for number, role in enumerate(("mentee", "mentee", "mentor", "mentor"), 1):
        apply(run, number, role, organisation=None, answers={"field": "Viola", "topics": ["Recht"]})
    prospect = Prospect(id="X1", run_id=run.id, name=HOSTILE, state="asked", asked_at=(dt.date(2015, 2, 3),))
    wishes = [
        Wish(
            id="W1", run_id=run.id, application_id="A1", rank=1, text="Eva Muster3",
            mentor_application_id="A3", confidence=1.0,
        ),
        Wish(id="W2", run_id=run.id, application_id="A1", rank=2, text=HOSTILE, prospect_id="X1"),
    ]  # fmt: skip
    with run.bench.store.write("anna", "test") as writer:
        writer.save(prospect)
        for wish in wishes:
            writer.save(wish)
    yield run
    bench.close()


def wishes_of(view, key):
    view.model.choose(key)
    return view.detail.wishes


def visible(part):
    return part.layout.display != "none"


def test_a_mentees_proposals_tell_whom_each_means_and_how_it_stands(view):
    part = wishes_of(view, "mentee:P1")
    first, second = part.table.rows
    assert visible(part)
    assert (first["who"]["text"], first["standing"]["text"]) == ("Eva Muster3", "erfüllt")
    assert first["score"]["sort"] > 0
    assert (second["who"], second["standing"]["text"]) == ("–", "gefragt")
    assert "03.02.2015" in second["standing"]["note"]
    assert second["actions"] == []


def test_who_wishes_for_nobody_has_no_such_table(view):
    assert not visible(wishes_of(view, "mentee:P2"))


def test_a_mentor_is_told_who_wishes_for_her(view):
    part = wishes_of(view, "mentor:P3")
    assert part.table.caption == "Gewünscht von diesen Mentees"
    assert [row["who"]["text"] for row in part.table.rows] == ["Eva Muster1"]


def test_both_of_a_wish_are_put_side_by_side(view):
    part = wishes_of(view, "mentee:P1")
    part.table.act("W1", "both")
    assert view.model.beside == ("P1", "P3")
