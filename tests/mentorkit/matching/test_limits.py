"""Limits over all tandems, distances between the two of one, and neighbours, as a programme sets them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from matching_samples import earlier, lock, mentee, mentor, programmes, settings
from small_problems import every_matching, worth

from mentorkit.language import Voice, speaking
from mentorkit.matching.matching import match
from mentorkit.programme.pair_rules import Distance, TandemLimit

ENGLISH = Voice("en")
BY_TOPIC = {"topics": 1000}


def limit(role="mentor", field="gender", values=("f",), **bound):
    return TandemLimit(role=role, field=field, values=values, **bound)


def paired(matching):
    tandems = matching.tandems
    return {(a.split()[0], b.split()[0]) for a, b in zip(tandems.mentee, tandems.mentor, strict=True)}


ANNA, DORA = mentee("Anna Arndt", "Kamen"), mentee("Dora Dorn", "Kamen")
BEN = mentor("Ben Bach", "Werne", gender="m")
CEM = mentor("Cem Celik", "Werne", gender="m")
EVA = mentor("Eva Ernst", "Werne", gender="f")


# -- limits over all tandems -------------------------------------------------------------------------


@st.composite
def limited(draw):
    """Draw a programme whose people have a gender, know something of earlier runs, and that sets limits."""
    people, chosen, decisions, past = draw(programmes())
    people = [
        a.with_(
            answers={
                **a.answers,
                "gender": draw(st.sampled_from(("f", "m", None))),
                "earlier_runs": draw(st.sampled_from(((), ("2012",)))),
            }
        )
        for a in people
    ]
    bound = st.one_of(
        st.fixed_dictionaries({"most": st.integers(0, 3)}),
        st.fixed_dictionaries({"least_percent": st.sampled_from((1, 34, 50, 100))}),
        st.fixed_dictionaries({"most_percent": st.sampled_from((0, 33, 50, 75))}),
    )
    kind = st.sampled_from((("gender", ("f",)), ("gender", ("m", "d")), ("veteran", ("no",))))
    limits = []
    for _ in range(draw(st.integers(1, 2))):
        field, values = draw(kind)
        role = draw(st.sampled_from(("mentee", "mentor")))
        limits.append(TandemLimit(role=role, field=field, values=values, **draw(bound)))
    return people, chosen.model_copy(update={"limits": tuple(limits)}), decisions, past


def keeps(limit, people, past):
    """Whether the people of one role in the tandems keep a limit, counted by hand."""
    names = {name for tandem in past for name in (tandem.mentee, tandem.mentor)}

    def counts(a):
        if limit.field == "veteran":
            return "no" in limit.values and not a.answers["earlier_runs"] and a.name not in names
        return a.answers["gender"] in limit.values

    n = sum(map(counts, people))
    if limit.most is not None:
        return n <= limit.most
    if limit.least_percent is not None:
        return 100 * n >= limit.least_percent * len(people)
    return 100 * n <= limit.most_percent * len(people)


@effort(deadline=None)
@given(limited())
def test_the_best_matching_keeps_the_limits_as_by_trying_everything(programme):
    people, chosen, decisions, past = programme
    matching = match(people, chosen, decisions=decisions, earlier=past)
    if matching.problem.conflict:
        return  # the locks contradict other rules
    sides = {"mentee": matching.pool.mentees, "mentor": matching.pool.mentors}

    def kept(mate):
        pairs = [(i, j) for i, j in enumerate(mate) if j >= 0]
        return all(
            keeps(bound, [sides[bound.role][pair[bound.role == "mentor"]] for pair in pairs], past)
            for bound in chosen.limits
        )

    free = replace(matching.problem, limits=())
    answers = [worth(free, mate)[::2] for mate in every_matching(free) if kept(mate)]
    assert (matching.status == "optimal") == bool(answers)
    if answers:
        assert max(answers) == (matching.objective["tandems"], matching.objective["total"])
    with speaking(ENGLISH):
        assert answers or "limit" in matching.reason
        assert all(matching.unmatched.reason)


def test_a_share_can_cost_a_tandem():
    people = [ANNA, DORA, BEN, CEM]
    assert len(match([*people, EVA], settings(limits=(limit(least_percent=50),))).indices) == 2
    assert not match(people, settings(limits=(limit(least_percent=50),))).indices


def test_an_unknown_answer_is_none_of_the_values():
    people = [ANNA, mentor("Ida Ilse", "Werne")]
    assert not match(people, settings(limits=(limit(least_percent=1),))).indices
    assert match(people, settings(limits=(limit(most=0),))).indices


def test_a_limit_counts_newcomers_by_the_history_and_by_what_they_say():
    said = mentor("Fritz Falk", "Werne", earlier_runs=["2012"])
    newcomers = limit(field="veteran", values=("no",), most=0)
    assert paired(match([ANNA, BEN, said], settings(limits=(newcomers,)))) == {("Anna", "Fritz")}
    past = [earlier("Old Friend", "Ben Bach")]
    assert paired(match([ANNA, BEN, EVA], settings(limits=(newcomers,)), earlier=past)) == {("Anna", "Ben")}


def test_a_limit_counts_yes_and_no_organisations_and_lists():
    boss = mentor("Gerd Gross", "Lünen", supervision=True, languages=["de", "fr"])
    people = [ANNA, boss]
    for bound, counts in (
        (limit(field="supervision", values=("yes",), most=0), True),
        (limit(field="supervision", values=("no",), most=0), False),
        (limit(field="organisation", values=("lünen",), most=0), True),
        (limit(field="languages", values=("FR", "en"), most=0), True),
        (limit(field="languages", values=("en",), most=0), False),
    ):
        assert bool(match(people, settings(limits=(bound,))).indices) != counts, bound


def test_locked_tandems_that_leave_no_matching_name_the_limit():
    chosen = settings(limits=(limit(most=5), limit(values=("m",), most=1)))
    matching = match([ANNA, DORA, BEN, CEM], chosen, decisions=[lock(ANNA, BEN), lock(DORA, CEM)])
    assert matching.status == "infeasible"
    with speaking(ENGLISH):
        assert matching.reason == (
            "The locked tandems leave no matching that keeps this limit of the programme: "
            "At most 1 tandem with mentors with the answer “Gender: male”."
        )
    with speaking(Voice("de", "pair")):
        assert matching.reason == (
            "Die fixierten Tandems lassen kein Matching zu, das diese Grenze des Programms einhält: "
            "Höchstens 1 Tandem mit Mentorinnen und Mentoren mit der Angabe „Geschlecht: männlich“."
        )


def test_limits_that_only_together_leave_nothing_are_all_named():
    chosen = settings(limits=(limit(least_percent=50), limit(most=0)))
    matching = match([ANNA, DORA, BEN, EVA], chosen, decisions=[lock(ANNA, BEN)])
    with speaking(ENGLISH):
        assert "all limits of the programme: At least 50 %" in matching.reason
        assert "At most 0 tandems" in matching.reason


def test_who_is_left_out_because_of_a_limit_reads_which():
    chosen = settings(BY_TOPIC, limits=(limit(values=("m",), most=1),))
    matching = match([ANNA, DORA, BEN, CEM], chosen)
    left = matching.unmatched
    assert sorted(left.role) == ["mentee", "mentor"]
    assert set(left.code) == {"not_in_optimum"}
    with speaking(ENGLISH):
        told = list(matching.unmatched.reason)
    assert "a limit of the programme holds: At most 1 tandem with mentors with the answer" in told[0]
    assert "There are mentees still free" in told[1]


def test_a_quota_that_is_used_up_is_still_the_reason_where_no_limit_holds():
    chosen = settings(pairing="any", quotas={"mentors": 1}, limits=(limit(most=5),))
    matching = match([ANNA, DORA, BEN, CEM], chosen)
    with speaking(ENGLISH):
        told = dict(zip(matching.unmatched.role, matching.unmatched.reason, strict=True))
    assert "used-up quota" in told["mentee"]
    assert "limit" not in told["mentee"]


def test_the_price_of_a_pair_that_a_limit_forbids_is_missing():
    matching = match([ANNA, BEN, EVA], settings(limits=(limit(values=("m",), most=0),)))
    pairs = matching.pairs.set_index("mentor_id")
    assert pairs.price_tandems.isna()[BEN.person_id]
    assert pairs.price_tandems[EVA.person_id] == 0


@pytest.mark.parametrize(
    "given",
    [
        {"most": 1, "least_percent": 50},
        {},
        {"least_percent": 0},
        {"most_percent": 100},
        {"most": 1, "field": "email"},
        {"most": 1, "values": ()},
        {"most": 1, "field": "veteran", "values": ("f",)},
    ],
)
def test_a_limit_says_one_thing_that_can_be_counted(given):
    with pytest.raises(ValueError, match=r"limit|value|greater|less|at least"):
        limit(**given)


# -- distances ---------------------------------------------------------------------------------------


def codes(people, chosen):
    matching = match(people, chosen)
    pool, rules = matching.pool, matching.rules
    return {
        (a.first_name, b.first_name): rules.codes(i, j)
        for i, a in enumerate(pool.mentees)
        for j, b in enumerate(pool.mentors)
    }


GRADES = st.none() | st.integers(5, 16)
SERIES = st.sampled_from((None, "A", "E"))


@given(
    st.tuples(GRADES, SERIES),
    st.tuples(GRADES, SERIES),
    st.integers(-3, 3) | st.none(),
    st.integers(3, 6) | st.none(),
)
def test_a_distance_blocks_exactly_what_is_known_to_lie_outside(hers, theirs, least, most):
    if least is None and most is None:
        least = 2
    distance = Distance(field="pay_grade", least=least, most=most)
    people = [
        made("Anna Arndt" if made is mentee else "Ben Bach", "Kamen", pay_grade=grade)
        for made, (grade, _) in ((mentee, hers), (mentor, theirs))
    ]
    people = [
        a.with_(answers={**a.answers, "pay_scale": series}) if series else a
        for a, (_, series) in zip(people, (hers, theirs), strict=True)
    ]
    comparable = None not in (hers[0], theirs[0]) and (None in (hers[1], theirs[1]) or hers[1] == theirs[1])
    outside = comparable and not (
        (least is None or theirs[0] - hers[0] >= least) and (most is None or theirs[0] - hers[0] <= most)
    )
    chosen = settings(pairing="any", distances=(distance,))
    assert codes(people, chosen) == {("Anna", "Ben"): ["distance"] if outside else []}


def test_the_sentence_of_a_distance_names_both_values():
    anna = mentee("Anna Arndt", "Kamen", pay_grade=10).with_(entries={"pay_grade": "A 10"})
    ben = mentor("Ben Bach", "Werne", pay_grade=11, birth_year=1990)
    chosen = settings(distances=(Distance(field="pay_grade", least=2, most=4),))
    matching = match([anna, ben], chosen)
    with speaking(ENGLISH):
        told = matching.rules.because(0, 0)
    assert told == "Pay grade: Anna Arndt A 10, Ben Bach 11; the distance must be at least 2 and at most 4."
    with speaking(Voice("de", "pair")):
        assert matching.rules.because(0, 0) == (
            "Besoldungs-/Entgeltgruppe: Anna Arndt A 10, Ben Bach 11; der Abstand muss mindestens 2 und "
            "höchstens 4 sein."
        )
    born = settings(distances=(Distance(field="birth_year", most=-10),))
    anna = mentee("Anna Arndt", "Kamen", birth_year=1995)
    with speaking(ENGLISH):
        assert "Anna Arndt 1995, Ben Bach 1990" in match([anna, ben], born).rules.because(0, 0)


def test_a_lock_against_a_distance_is_a_conflict():
    anna, ben = mentee("Anna Arndt", "Kamen", pay_grade=11), mentor("Ben Bach", "Werne", pay_grade=11)
    chosen = settings(distances=(Distance(field="pay_grade", least=1),))
    matching = match([anna, ben], chosen, decisions=[lock(anna, ben)])
    assert matching.status == "infeasible"
    with speaking(ENGLISH):
        assert "the distance must be at least 1" in matching.reason


@pytest.mark.parametrize(
    "given", [{"field": "topics", "least": 1}, {"field": "age"}, {"field": "age", "least": 3, "most": 2}]
)
def test_a_distance_can_be_measured_and_kept(given):
    with pytest.raises(ValueError, match="distance"):
        Distance(**given)


# -- neighbours --------------------------------------------------------------------------------------

HALLE, SAALE, STENDAL = "Halle (Saale)", "Saalekreis", "Stendal"


def near(**changes):
    chosen = settings(preset="party-chapters", pairing="near", **changes)
    known = chosen.organisations.model_copy(update={"neighbours": {HALLE: (SAALE,)}})
    return chosen.model_copy(update={"organisations": known})


def test_near_is_the_same_organisation_or_a_neighbour_whichever_names_the_other():
    people = [mentee("Anna A", HALLE), mentee("Dora D", SAALE)]
    people += [
        mentor("Ben B", HALLE),
        mentor("Cem C", "saalekreis"),
        mentor("Eva E", STENDAL),
        mentor("Fee F"),
    ]
    found = codes(people, near())
    assert found["Anna", "Ben"] == found["Anna", "Cem"] == found["Dora", "Ben"] == found["Dora", "Cem"] == []
    assert found["Anna", "Eva"] == found["Dora", "Eva"] == ["not_near"]
    assert found["Anna", "Fee"] == ["no_organisation"]
    assert near().organisations.near(SAALE) == (HALLE,)


def test_the_own_chapter_goes_before_a_neighbour_by_its_weight():
    anna = mentee("Anna A", HALLE, topics=["x"])
    own, neighbour = mentor("Ben B", HALLE, topics=["y"]), mentor("Cem C", SAALE, topics=["x"])
    heavy, light = ({"topics": 1000 - w, "same_organisation": w} for w in (600, 400))
    assert paired(match([anna, own, neighbour], near(criteria=heavy))) == {("Anna", "Ben")}
    assert paired(match([anna, own, neighbour], near(criteria=light))) == {("Anna", "Cem")}
    with speaking(ENGLISH):
        told = match([anna, own], near(criteria=heavy)).to_json()["tandems"][0]["reasons"]
    assert "Same organisation: 600 of 600 points. Both come from Halle (Saale)." in told


def test_neighbours_have_to_be_organisations_of_the_programme():
    chosen = settings(preset="party-chapters")
    with pytest.raises(ValueError, match="neighbour"):
        type(chosen.organisations)(kind="known", names=(HALLE,), neighbours={HALLE: ("Paris",)})
