import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tandem_frames import TOWNS, frame, frames

from mentorkit.language import Voice, speaking
from mentorkit.matching.matching import match
from mentorkit.matching.solve import solve
from mentorkit.network.gaps import closing, gaps, uncovered, weight_sentence
from mentorkit.programme.pair_rules import TandemLimit
from mentorkit.programme.records import Application, EarlierTandem, PairDecision
from mentorkit.programme.settings import Criterion, ProgrammeSettings, Quotas, load_preset

RUN = "cross-administration/2014"
TOPICS = ("Haushaltsrecht", "Netzwerke", "Auftreten")
FALLING = (
    Criterion(name="topics", weight=700),
    Criterion(name="new_link", weight=300, options={"fall": 0.4}),
)


def person(role, name, organisation, *topics, places=1):
    answers = {"topics": list(topics), "email": f"{name}@example.org"}
    return Application(
        id=f"A{name}",
        run_id=RUN,
        person_id=f"P{name}",
        role=role,
        first_name=name,
        last_name="Muster",
        organisation=organisation,
        answers={**answers, "places": places} if role == "mentor" else answers,
        status="ok",
    )


def chosen(**changes):
    changes = {"quotas": Quotas(), "criteria": (Criterion(name="topics", weight=1000),), **changes}
    return ProgrammeSettings.model_validate({**dict(load_preset("cross-administration")), **changes})


def decision(kind, mentee, mentor):
    return PairDecision(
        id=f"D{mentee.id}{mentor.id}",
        run_id=RUN,
        mentee_id=mentee.person_id,
        mentor_id=mentor.person_id,
        kind=kind,
    )


@pytest.fixture
def people():
    return [
        person("mentee", "Ada", "Kamen", "Netzwerke"),
        person("mentee", "Bea", "Lünen", "Auftreten"),
        person("mentor", "Cleo", "Lünen", "Netzwerke"),
        person("mentor", "Dora", "Werne", "Auftreten"),
    ]


# what was never linked -------------------------------------------------------------------------------


@given(frames(), st.lists(st.sampled_from(TOWNS), unique=True))
def test_gaps_and_links_are_all_pairs_of_those_who_take_part(tandems, towns):
    found = {frozenset(pair) for pair in gaps(tandems, towns).itertuples(index=False, name=None)}
    linked = {
        frozenset((a, b))
        for a, b in zip(tandems["mentor_organisation"], tandems["mentee_organisation"], strict=True)
        if a in towns and b in towns and a != b
    }
    assert not found & linked
    assert len(found) + len(linked) == len(towns) * (len(towns) - 1) // 2
    ends = {*tandems["mentor_organisation"], *tandems["mentee_organisation"]}
    assert set(uncovered(tandems, towns)) == set(towns) - ends


def test_names_are_compared_without_case_and_space_and_stand_in_german_order():
    tandems = frame(("Ada", "kreis  unna", "Bea", "LÜNEN"), ("Cleo", None, "Dora", "Aken"))
    towns = ["Zeitz", "Lünen", "Öbles", "Kreis Unna", "Aken"]
    assert uncovered(tandems, towns) == ["Öbles", "Zeitz"]
    pairs = list(gaps(tandems, towns).itertuples(index=False, name=None))
    assert ("Kreis Unna", "Lünen") not in pairs
    assert pairs[0] == ("Aken", "Kreis Unna")
    assert len(pairs) == 9


# what closing costs ----------------------------------------------------------------------------------


def cheapest_of_all_pairs(matching, gap):
    """The lowest price of a pair between two organisations, by the table of all pairs; None without."""
    pairs = matching.pairs.dropna(subset=["price_tandems"])
    of = {a.person_id: a.organisation for a in (*matching.pool.mentees, *matching.pool.mentors)}
    ends = [{of[a], of[b]} for a, b in zip(pairs.mentee_id, pairs.mentor_id, strict=True)]
    inside = pairs.loc[np.array([end == set(gap) for end in ends], dtype=bool)]
    if inside.matched.any():
        inside = inside[inside.matched == 1]
    return min(zip(inside.price_tandems, inside.price_total, strict=True), default=None)


@st.composite
def matchings(draw):
    """Draw small matchings of every form: flow, quotas of persons, limits, links that are shared."""
    towns = TOWNS[: draw(st.integers(2, 4))]
    topics = st.lists(st.sampled_from(TOPICS), unique=True, max_size=2)
    town = st.sampled_from(towns)
    mentees = [person("mentee", f"E{i}", draw(town), *draw(topics)) for i in range(draw(st.integers(1, 5)))]
    mentors = [
        person("mentor", f"M{i}", draw(town), *draw(topics), places=draw(st.integers(1, 2)))
        for i in range(draw(st.integers(1, 4)))
    ]
    decisions = [
        decision(draw(st.sampled_from(["lock", "forbid"])), draw(st.sampled_from(mentees)), mentor)
        for mentor in mentors[: draw(st.integers(0, 2))]
    ]
    limit = TandemLimit(role="mentee", field="topics", values=(TOPICS[0],), most=draw(st.integers(0, 2)))
    changes = draw(
        st.sampled_from(
            [
                {},
                {"quotas": Quotas(mentors=1)},
                {"limits": (limit,)},
                {"criteria": FALLING},
                {"pairing": "any"},
            ]
        )
    )
    goal = draw(st.sampled_from(["total", "fair"]))
    return match([*mentees, *mentors], chosen(**changes), decisions=decisions, goal=goal), towns


@given(matchings())
@settings(max_examples=60)
def test_no_pair_closes_a_gap_for_less_and_what_cannot_be_closed_has_a_reason(drawn):
    matching, towns = drawn
    table = closing(matching, gaps(frame(), towns))
    assert len(table) == len(towns) * (len(towns) - 1) // 2
    for row in table.itertuples():
        if row.why_not:
            assert (
                matching.status == "infeasible"
                or cheapest_of_all_pairs(matching, (row.organisation, row.other)) is None
            )
            continue
        assert {row.mentee_organisation, row.mentor_organisation} == {row.organisation, row.other}
        assert (row.price_tandems, row.price_total) == matching.price(row.mentee_id, row.mentor_id)
        best = cheapest_of_all_pairs(matching, (row.organisation, row.other))
        assert row.matched or (row.price_tandems, row.price_total) == best
        made = set(zip(matching.tandems.mentee_id, matching.tandems.mentor_id, strict=True))
        assert row.matched == ((row.mentee_id, row.mentor_id) in made)


def test_each_gap_says_whom_to_pair_at_what_price_or_why_nobody(people):
    people += [person("mentor", "Emmy", "Schwerte"), person("mentor", "Fay", "Werne")]
    found = closing(match(people, chosen()), gaps(frame(), [*TOWNS[2:5], "Werne"]))
    told = dict(zip(zip(found["organisation"], found["other"], strict=True), found["sentence"], strict=True))
    assert told["Kamen", "Lünen"] == (
        "Kamen – Lünen: never linked so far; this matching links them: Ada Muster with Cleo Muster."
    )
    assert told["Kamen", "Werne"] == (
        "Kamen – Werne: never linked; cheapest: Ada Muster with Fay Muster. "
        "This would cost 500 points in all."
    )
    assert told["Kamen", "Kreis Unna"] == (
        "Kamen – Kreis Unna: never linked. From Kreis Unna nobody takes part in the matching."
    )


def test_the_reasons_name_the_rules_and_the_sides(people):
    ada, bea, _, dora = people
    people.append(person("mentor", "Emmy", "Schwerte"))
    found = closing(
        match(people, chosen(), decisions=[decision("forbid", ada, dora), decision("lock", bea, dora)]),
        gaps(frame(), ["Kamen", "Lünen", "Schwerte", "Werne"]),
    )
    why = dict(zip(zip(found["organisation"], found["other"], strict=True), found["why_not"], strict=True))
    assert why["Kamen", "Werne"] == "Tandems are ruled out."
    assert why["Schwerte", "Werne"] == "From Schwerte and Werne only mentors take part."
    assert why["Lünen", "Schwerte"] == (
        "Locked tandems, quotas or limits leave no room for a tandem between the two."
    )
    assert (
        found.loc[found["why_not"] != "", ["mentee", "mentor", "score", "price_total"]].isna().all(axis=None)
    )


def test_many_gaps_are_priced_without_a_solution_each(people, monkeypatch):
    solved = []
    monkeypatch.setattr("mentorkit.network.gaps.solve", lambda problem: solved.append(1) or solve(problem))
    missing = gaps(frame(), ["Kamen", "Lünen", "Werne"])
    flow, shared = match(people, chosen()), match(people, chosen(criteria=FALLING))
    assert closing(flow, missing)["price_tandems"].tolist() == [0, 1, 0]
    assert not solved
    # where further tandems on a link are worth less: one for the gap that the matching leaves open
    assert closing(shared, missing)["price_tandems"].tolist() == [0, 1, 0]
    assert len(solved) == 1


def test_without_a_matching_the_reason_is_that_of_the_matching(people):
    ada, _, cleo, dora = people
    broken = match(people, chosen(), decisions=[decision("lock", ada, cleo), decision("lock", ada, dora)])
    found = closing(broken, gaps(frame(), ["Kamen", "Lünen"]))
    assert found["why_not"].tolist() == [broken.reason]


def test_where_there_is_no_gap_the_table_is_empty_and_has_its_columns(people):
    matching = match(people, chosen())
    some = closing(matching, gaps(frame(), ["Kamen", "Lünen"]))
    none = closing(matching, gaps(frame(("x", "Lünen", "y", "Kamen")), ["Kamen", "Lünen"]))
    assert none.empty
    assert list(none.columns) == list(some.columns)


def test_the_criterion_of_new_links_is_named_with_its_weight(people):
    earlier = [
        EarlierTandem(
            id="H1", programme_id="cross-administration", year="2012", mentee="X", mentor="Y",
            mentee_organisation="Kamen", mentor_organisation="Lünen",
        )
    ]  # fmt: skip
    weighed = match(people, chosen(criteria=FALLING), earlier=earlier)
    assert weight_sentence(weighed) == (
        "New links count in this matching: by the criterion “New link between organisations” a tandem that "
        "makes one gets up to 300 points more."
    )
    assert "give the criterion “New link between organisations” a weight" in weight_sentence(
        match(people, chosen())
    )


def test_gaps_are_told_in_german(people):
    with speaking(Voice("de", "star")):
        found = closing(match(people, chosen()), gaps(frame(), ["Kamen", "Lünen", "Werne"]))
        assert found["sentence"].tolist() == [
            "Kamen – Lünen: bisher nie verbunden; dieses Matching verbindet sie: Ada Muster mit Cleo Muster.",
            "Kamen – Werne: nie verbunden; am günstigsten: Ada Muster mit Dora Muster. "
            "Das würde 1 Tandem kosten.",
            "Lünen – Werne: bisher nie verbunden; dieses Matching verbindet sie: Bea Muster mit Dora Muster.",
        ]
