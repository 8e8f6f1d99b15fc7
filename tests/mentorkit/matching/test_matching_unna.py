"""The seven administrations' own files, from intake to approved tandems."""

from __future__ import annotations

import json

import pandas as pd
import pytest
from matching_samples import optimum_by_another_solver

from mentorkit.examples import sample_files
from mentorkit.privacy.permissions import sole_actor
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture(scope="module")
def run():
    bench = Workbench(Store.create(), sole_actor("lea"))
    run = bench.add("cross-administration")
    run.intake(sample_files("cross-administration"))
    yield run
    bench.close()


def test_the_seven_files_are_matched_to_a_proven_optimum(run):
    matching = run.match()
    people = [*matching.pool.mentees, *matching.pool.mentors]
    expected = optimum_by_another_solver(matching.pairs, people, run.programme.settings.quotas)
    assert (matching.objective["tandems"], matching.objective["total"]) == expected
    assert matching.objective["tandems"] > 10
    assert (matching.tandems.mentee_organisation != matching.tandems.mentor_organisation).all()
    assert json.dumps(matching.to_json()) == json.dumps(run.match().to_json())


def test_everybody_of_the_seven_files_stands_somewhere_with_a_reason(run):
    selection, matching = run.select(), run.match()
    placed = {*matching.tandems.mentee_id, *matching.tandems.mentor_id, *matching.unmatched.person_id}
    eligible = {p.person_id for p in (*selection.selected, *selection.waiting)}
    assert placed == eligible
    assert len(selection.selected) + len(selection.waiting) + len(selection.out) == len(run.applications)
    assert all(p.code and p.reason for p in (*selection.waiting, *selection.out))
    assert all(matching.explain(person_id) for person_id in eligible)


def test_approval_forms_what_was_shown(run):
    matching = run.match("fair")
    formed = run.approve(matching)
    assert len(formed) == len(matching.tandems)
    shared = ["mentee", "mentor", "score"]
    pd.testing.assert_frame_equal(run.tandems[shared], matching.tandems[shared])


@pytest.mark.parametrize("preset", ["party-chapters", "cross-company", "arts-academy"])
def test_the_files_of_the_other_programmes_are_matched_too(preset):
    bench = Workbench(Store.create(), sole_actor("lea"))
    run = bench.add(preset)
    run.intake(sample_files(preset))
    matching = run.match()
    assert matching.status == "optimal"
    assert matching.objective["tandems"] > 5
    assert set(matching.scores.points) == {used.name for used in load_preset(preset).criteria}
    bench.close()
