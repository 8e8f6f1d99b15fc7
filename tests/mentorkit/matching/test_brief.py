"""Whom to look for is what matching with one more mentor says."""

from __future__ import annotations

import pytest
from matching_samples import mentee, mentor, settings

from mentorkit.matching.matching import match
from mentorkit.programme.settings import Quotas

CRITERIA = {"field": 600, "topics": 400}


@pytest.fixture
def people():
    """Two of Kamen and one of Lünen for two mentors, of whom one is from Kamen."""
    return [
        mentee("Anna Eins", "Kamen", field="Recht", topics=["Haushalt"]),
        mentee("Bea Zwei", "Kamen", field="Recht", topics=["Haushalt", "Auftreten"]),
        mentee("Cleo Drei", "Lünen", field="Technik", topics=["Auftreten"]),
        mentor("Dora Vier", "Kamen", field="Technik", topics=["Auftreten"], places=1),
        mentor("Emil Fünf", "Werne", field="Recht", topics=["Haushalt"], places=1),
    ]


def test_the_profile_that_helps_most_comes_first_with_where_she_may_be_from(people):
    matching = match(people, settings(CRITERIA))
    done = []
    found = matching.what_if.missing_profiles(lambda *step: done.append(step))
    assert done[-1] == (4, 4)
    best = found.iloc[0]
    assert (best.answer, best.value, best.gain_tandems) == ("field", "Recht", 1)
    # both who are left over, or would be, are from Kamen
    assert best.organisations == ()
    assert found.gain_tandems.is_monotonic_decreasing


@pytest.mark.parametrize("organisation", ["Werne", "Kamen", "Anderswo"])
def test_a_profile_gains_what_matching_with_her_says(people, organisation):
    own = settings({"field": 1000}, quotas=Quotas())
    matching = match(people, own)
    found = matching.what_if.missing_profiles().set_index("value")
    her = mentor("Gina Neu", organisation, field="Recht", places=1)
    again = match([*people, her], own)
    gained = tuple(again.objective[name] - matching.objective[name] for name in ("tandems", "total"))
    row = found.loc["Recht"]
    assert gained <= (row.gain_tandems, row.gain_total)
    if not row.organisations and organisation == "Anderswo":
        assert gained == (row.gain_tandems, row.gain_total)


def test_inside_an_organisation_the_newcomer_must_be_from_there(people):
    matching = match(people, settings(CRITERIA, pairing="same", quotas=Quotas()))
    found = matching.what_if.missing_profiles()
    assert all(origins for origins in found.organisations)
    assert set(found[found.gain_tandems == 1].organisations.explode()) <= {"Kamen", "Lünen"}


def test_where_everybody_has_the_best_tandem_nobody_is_missing():
    two = [mentee("Anna", "Kamen", field="Recht"), mentor("Ben", "Werne", field="Recht")]
    assert match(two, settings({"field": 1000})).what_if.missing_profiles().empty
