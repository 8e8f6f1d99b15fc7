"""All pairs as a map."""

import numpy as np
from matching_samples import administration, forbid, lock, mentee, mentor, settings

from mentorkit.matching.matching import match
from mentorkit.matching.score_map import score_map

ADA, EVA = mentee("Ada Amsel", "Werne", pay_grade=9), mentee("Eva Esche", "Kamen", pay_grade=9)
BEA, CIA = mentor("Bea Buche", "Lünen", pay_grade=12), mentor("Cia Clever", "Kamen", pay_grade=15)
PEOPLE = [ADA, EVA, BEA, CIA]


def test_rows_and_columns_are_grouped_by_organisation_and_carry_the_scores_of_the_matching():
    matching = match(administration(), settings())
    shown = score_map(matching)
    homes = [a.organisation for a in shown.mentees]
    assert homes == sorted(homes, key=lambda home: home.replace("ö", "o").replace("ü", "u"))
    for i, a in enumerate(shown.mentees):
        for j, b in enumerate(shown.mentors):
            pair = matching.row("mentee", a.person_id), matching.row("mentor", b.person_id)
            assert shown.scores[i, j] == matching.scores.total[pair]
            assert shown.allowed[i, j] == matching.rules.allowed[pair]
    assert shown.chosen.sum() == matching.objective["tandems"]
    assert shown.left_out == {"mentee": 0, "mentor": 0}


def test_decisions_are_seen():
    shown = score_map(match(PEOPLE, settings(), decisions=[lock(ADA, CIA), forbid(ADA, BEA)]))
    ada = [a.name for a in shown.mentees].index("Ada Amsel")
    names = [b.name for b in shown.mentors]
    assert shown.locked[ada, names.index("Cia Clever")]
    assert not shown.allowed[ada, names.index("Bea Buche")]


def test_approved_tandems_are_marked_instead_of_proposed_ones():
    shown = score_map(match(PEOPLE, settings()), formed=[(ADA.person_id, CIA.person_id), ("gone", "too")])
    assert shown.chosen.sum() == 1


def test_of_too_many_those_with_the_best_scores_stay():
    matching = match(administration(), settings())
    shown = score_map(matching, most=5)
    assert shown.scores.shape == (5, 5)
    assert shown.left_out["mentee"] == len(matching.pool.mentees) - 5
    best = np.where(matching.rules.allowed, matching.scores.total, -1).max(axis=1)
    kept = {matching.row("mentee", a.person_id) for a in shown.mentees}
    assert min(best[list(kept)]) >= max(np.delete(best, list(kept)))
