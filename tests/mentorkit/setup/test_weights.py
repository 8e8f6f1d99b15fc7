"""Weights are shared out to 1000 points, and an example shows what they do."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mentorkit.matching.criteria import MEASURES
from mentorkit.programme.settings import PRESETS, Criterion, load_preset
from mentorkit.setup.sample import sample
from mentorkit.setup.weights import ALL, grain, missing, scaled, spread

weights = st.dictionaries(st.text(max_size=3), st.integers(0, ALL), min_size=1, max_size=8)


@given(weights)
def test_what_is_shared_out_sums_to_a_perfect_tandem(given_weights):
    for found in (spread(given_weights), scaled(given_weights)):
        assert list(found) == list(given_weights)
        assert missing(found) == 0
        assert min(found.values()) >= 0


@given(weights, st.data())
def test_one_weight_can_stay_while_the_others_keep_their_proportions(given_weights, data):
    keep = data.draw(st.sampled_from(sorted(given_weights)))
    found = scaled(given_weights, keep)
    assert missing(found) == 0
    if len(given_weights) == 1:
        return
    assert found[keep] == given_weights[keep]
    total = sum(weight for name, weight in given_weights.items() if name != keep)
    for name, weight in given_weights.items():
        if name != keep and total:
            assert abs(found[name] - (ALL - found[keep]) * weight / total) < grain(given_weights)


def test_the_example_is_scored_by_every_criterion_there_is():
    # others may have registered criteria of their own in this process
    for name in [name for name in MEASURES if MEASURES[name].values.__module__.startswith("mentorkit.")]:
        first, second = sample((Criterion(name=name, weight=1000),))
        assert {first.mentee} == {second.mentee} == {"Ada Amsel"}
        assert min(first.total, second.total) >= 0
        assert first.reasons[name]
        # an example in which nothing changes would show nothing
        assert first.total != second.total or name == "languages"


def test_the_weights_decide_which_of_the_two_is_the_better_one():
    def better(**given_weights):
        first, second = sample([Criterion(name=name, weight=w) for name, w in given_weights.items()])
        return first.mentor if first.total > second.total else second.mentor

    assert better(topics=900, wish=100) == "Mona Meise"
    assert better(topics=100, wish=900) == "Nils Nachtigall"


def test_the_example_holds_for_every_preset_and_for_weights_that_do_not_sum_up():
    for preset in PRESETS:
        criteria = load_preset(preset).criteria
        for tandem in sample(criteria):
            assert sum(tandem.points.values()) == tandem.total
            assert tandem.points.keys() == {criterion.name for criterion in criteria}
    assert sample([Criterion(name="topics", weight=40)])[0].total < 40
    assert [tandem.total for tandem in sample([])] == [0, 0]


def test_every_option_that_can_be_set_is_taken_by_its_criterion():
    for preset in PRESETS:
        for criterion in load_preset(preset).criteria:
            assert criterion.options.keys() <= {o.name for o in MEASURES[criterion.name].options}
    for name, measure in MEASURES.items():
        options = {option.name: option.default for option in measure.options}
        plain, set_ = (sample([Criterion(name=name, weight=1000, options=given)]) for given in ({}, options))
        assert plain == set_
