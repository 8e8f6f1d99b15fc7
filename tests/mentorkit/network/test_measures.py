from itertools import combinations

import networkx as nx
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tandem_frames import TOWNS, frame, within

from mentorkit.language import Voice, speaking
from mentorkit.network.graph import no_organisation, organisation_graph
from mentorkit.network.measures import (
    FEWEST_ORGANISATIONS,
    degree_centralisation,
    measures,
    measures_table,
    sentences,
)
from mentorkit.network.structure import FEWEST, balance, block_densities, cuts, link_graph, reach

LINK_MEASURES = ["balance", "density", "reach", "centralisation", "bridges", "articulation", "isolates"]


def tandems_of(graph):
    """One tandem for each edge, the two ends as organisations."""
    return frame(*((f"m{i}", str(a), f"e{i}", str(b)) for i, (a, b) in enumerate(graph.edges())))


def measured(graph, pairing="any"):
    return {measure.name: measure for measure in measures(graph, pairing)}


def values(graph, pairing="any"):
    return {name: measure.value for name, measure in measured(graph, pairing).items()}


@pytest.fixture(scope="module")
def kite():
    names = dict(enumerate(["Andre", "Beverly", "Carol", "Diane", "Ed", "Fernando", "Garth", "Heather",
                            "Ike", "Jane"]))  # fmt: skip
    return organisation_graph(tandems_of(nx.relabel_nodes(nx.krackhardt_kite_graph(), names)))


@pytest.fixture(scope="module")
def families():
    return organisation_graph(tandems_of(nx.florentine_families_graph()), ["Pucci"])


# published networks ----------------------------------------------------------------------------------


def test_krackhardts_kite_hangs_on_heather_and_ike(kite):
    table = cuts(kite).set_index(["kind", "organisation"])
    assert list(table.loc["organisation"].index) == ["Heather", "Ike"]
    assert table.loc[("organisation", "Heather"), "cut_off"] == ("Ike", "Jane")
    assert table.loc["link", "other"].to_dict() == {"Heather": "Ike", "Ike": "Jane"}
    assert values(kite)["articulation"] == values(kite)["bridges"] == 2
    # 18 ties of 45, Diane with six of them: (9·6 - 30) / 72
    assert values(kite)["density"] == pytest.approx(0.4)
    assert values(kite)["centralisation"] == pytest.approx(1 / 3)


def test_the_florentine_families_have_the_published_centralisation(families):
    """Wasserman and Faust 1994: marriages of 16 families, Pucci isolated, degree centralisation 0.267."""
    found = measured(families)
    assert found["centralisation"].value == pytest.approx(0.267, abs=5e-4)
    assert found["density"].value == pytest.approx(0.167, abs=5e-4)
    assert found["centralisation"].sentence.endswith("Medici has most links: 6.")
    assert found["isolates"].sentence == "Linked with no other organisation: Pucci."
    lost = cuts(families).set_index(["kind", "organisation"])["cut_off"]
    assert lost["organisation", "Medici"] == ("Acciaiuoli", "Pazzi", "Salviati")


def test_daviss_southern_women_have_the_published_density():
    """Davis, Gardner and Gardner 1941: 18 women at 14 events, 89 of 252 possible ties."""
    graph = nx.davis_southern_women_graph()
    women, events = graph.graph["top"], graph.graph["bottom"]
    tandems = frame(*((woman, "women", event, "events") for woman in women for event in graph[woman]))
    row = block_densities(tandems).iloc[0]
    assert (row["tandems"], row["possible"]) == (89, 252)
    assert row["density"] == pytest.approx(0.353, abs=5e-4)
    by_person = organisation_graph(
        tandems.assign(mentor_organisation=tandems["mentor"], mentee_organisation=tandems["mentee"])
    )
    table = balance(by_person).set_index("organisation")
    assert table.loc["Evelyn Jefferson", ["gives", "receives"]].tolist() == [8, 0]
    assert table.loc["E8", ["gives", "receives"]].tolist() == [0, 14]
    assert values(by_person)["articulation"] == len(list(nx.articulation_points(graph)))
    assert len(by_person) == len(women) + len(events)


# against networkx and by counting --------------------------------------------------------------------

_names = st.sampled_from(["A", "B", "C", "D", "E", "F", "G", "H", None])
_pairs = st.lists(st.tuples(_names, _names), max_size=30)


def steps_between(links, a, b):
    """The length of the shortest way, by widening a circle."""
    seen, steps = {a}, 0
    while b not in seen:
        wider = seen | {y for x in seen for y in links if links.has_edge(x, y)}
        if wider == seen:
            return None
        seen, steps = wider, steps + 1
    return steps


def parts(links):
    return nx.number_connected_components(links)


@given(_pairs, st.lists(_names.filter(bool), max_size=8))
@settings(max_examples=200)
@example([("A", "B"), ("B", "C"), ("D", "E"), ("A", None)], ["F"])
def test_measures_are_those_of_networkx_and_of_counting(pairs, invited):
    tandems = frame(*((f"m{i}", a, f"e{i}", b) for i, (a, b) in enumerate(pairs)))
    graph = organisation_graph(tandems, invited)
    found = values(graph)
    known = [(a, b) for a, b in pairs if a and b]
    links = nx.Graph((a, b) for a, b in known if a != b)
    links.add_nodes_from({*invited, *(name for pair in pairs for name in pair if name)})
    n = len(links)

    assert {frozenset(edge) for edge in link_graph(graph).edges} == {frozenset(edge) for edge in links.edges}
    crossing = sum(a != b for a, b in known)
    if n > 1 and len(known) >= FEWEST:
        assert found["crossing_share"] == pytest.approx(crossing / len(known))
        assert found["ei_index"] == pytest.approx((2 * crossing - len(known)) / len(known))
    else:
        assert found["crossing_share"] is found["ei_index"] is None
    if n:
        assert found["coverage"] == sum(any(name in pair for pair in pairs) for name in links)
    if n > 1 and pairs:
        assert found["isolates"] == sum(not links.degree(name) for name in links)
    if links.size() and n >= FEWEST_ORGANISATIONS:
        assert found["density"] == pytest.approx(nx.density(links))
        most = max(dict(links.degree).values())
        star = sum(
            max(dict(nx.star_graph(n - 1).degree).values()) - d for _, d in nx.star_graph(n - 1).degree
        )
        assert found["centralisation"] == pytest.approx(sum(most - d for _, d in links.degree) / star)
        near = sum((steps_between(links, a, b) or 3) <= 2 for a, b in combinations(links, 2))
        assert found["reach"] == pytest.approx(near / (n * (n - 1) / 2))
    if links.size() and n > 2:
        bridges = {
            frozenset(edge)
            for edge in links.edges
            if parts(nx.restricted_view(links, [], [edge])) > parts(links)
            and len(nx.node_connected_component(links, edge[0])) > 2
        }
        points = {a for a in links if links[a] and parts(links.subgraph(set(links) - {a})) > parts(links)}
        table = cuts(graph)
        of_links = table[table["kind"] == "link"]
        assert set(map(frozenset, zip(of_links["organisation"], of_links["other"], strict=True))) == bridges
        assert set(table.loc[table["kind"] == "organisation", "organisation"]) == points
        assert (found["bridges"], found["articulation"]) == (len(bridges), len(points))


@given(_pairs)
@settings(max_examples=200)
def test_reach_and_balance_are_those_of_counting(pairs):
    graph = organisation_graph(frame(*((f"m{i}", a, f"e{i}", b) for i, (a, b) in enumerate(pairs))))
    links = link_graph(graph)
    for row in reach(graph).itertuples():
        steps = {other: steps_between(links, row.organisation, other) for other in links}
        assert row.direct == tuple(o for o, n in steps.items() if n == 1)
        assert row.two_steps == tuple(o for o, n in steps.items() if n == 2)
        assert row.farther == tuple(o for o, n in steps.items() if n is not None and n > 2)
        assert row.unconnected == tuple(o for o, n in steps.items() if n is None)
    for row in balance(graph).itertuples():
        assert row.gives == sum(a == row.organisation for a, _ in pairs)
        assert row.receives == sum(b == row.organisation for _, b in pairs)
        assert row.within == sum(a == b == row.organisation for a, b in pairs)
        assert row.balance == row.gives - row.receives


@given(_pairs)
@settings(max_examples=200)
def test_who_is_cut_off_reaches_the_largest_part_no_more(pairs):
    links = nx.Graph()
    links.add_edges_from((a, b) for a, b in pairs if a and b and a != b)
    for row in cuts(links).itertuples():
        if row.kind == "organisation":
            left = nx.restricted_view(links, [row.organisation], [])
        else:
            left = nx.restricted_view(links, [], [(row.organisation, row.other)])
        pieces = [part for part in nx.connected_components(left)
                  if part & nx.node_connected_component(links, row.organisation)]  # fmt: skip
        largest = [part for part in pieces if len(part) == max(map(len, pieces))]
        kept = largest[0] if len(largest) == 1 else set()
        assert set(row.cut_off) == set().union(*pieces) - kept


def test_centralisation_is_one_for_a_star_and_nothing_for_a_ring_whatever_the_kind_of_graph():
    for kind in (nx.Graph, nx.DiGraph, nx.MultiDiGraph):
        assert degree_centralisation(kind(nx.star_graph(6))) == 1
        assert degree_centralisation(kind(nx.cycle_graph(6))) == 0
    assert degree_centralisation(nx.path_graph(2)) == 0


# what means nothing has no value ---------------------------------------------------------------------


def test_a_programme_without_organisations_has_no_measure_and_one_reason():
    graph = organisation_graph(frame(("Ada", None, "Bea", None), ("Cleo", None, "Dora", None)))
    assert set(values(graph).values()) == {None}
    assert sentences(measures(graph)) == [
        "No organisations are known here, so nothing can be said about them."
    ]


def test_a_programme_that_pairs_within_organisations_has_coverage_instead_of_links():
    graph = organisation_graph(within(30, TOWNS[:5]), TOWNS)
    found = measured(graph, "same")
    assert found["coverage"].value == 5
    assert found["coverage"].base == 7
    assert found["coverage"].sentence == (
        "5 of 7 organisations have tandems. Without a tandem: Schwerte and Werne."
    )
    assert {name for name, measure in found.items() if measure.value is None} == {*found} - {"coverage"}
    assert len(sentences(list(found.values()))) == 2


def test_where_tandems_should_stay_within_those_that_do_not_are_told():
    graph = organisation_graph(pd.concat([within(11, TOWNS), frame(("Ada", "Kamen", "Bea", "Werne"))]), TOWNS)
    found = measured(graph, "same")
    assert found["crossing_share"].sentence == "1 of 12 tandems joins two organisations. That is 8 %."
    assert found["density"].value is None


def test_that_all_tandems_cross_is_no_finding_where_it_is_the_rule(kite):
    assert measured(kite, "different")["crossing_share"].value is None
    assert "rule" in measured(kite, "different")["ei_index"].why_not
    assert measured(kite, "any")["crossing_share"].value == 1
    assert measured(kite, "different")["density"].value == pytest.approx(0.4)


def test_before_the_first_tandem_only_coverage_is_told():
    found = measured(organisation_graph(frame(), TOWNS))
    assert found["coverage"].value == 0
    assert {found[name].why_not for name in LINK_MEASURES} == {
        "There are no tandems yet, so there is nothing to measure."
    }


def test_a_few_have_counts_but_no_shares_and_no_centralisation():
    graph = organisation_graph(frame(("Ada", "Kamen", "Bea", "Lünen"), ("Cleo", "Lünen", "Dora", "Werne")))
    found = measured(graph)
    assert [found[name].value for name in ("crossing_share", "ei_index", "density", "centralisation")] == (
        [None] * 4
    )
    assert found["crossing_share"].why_not == (
        "2 of 2 tandems join two organisations. That is too few for a share."
    )
    assert found["articulation"].value == 1
    assert found["articulation"].sentence == (
        "Without Lünen, the network would fall into parts: Kamen; Werne."
    )


def test_of_one_organisation_only_coverage_is_told():
    found = measures(organisation_graph(frame(("Ada", "Kamen", "Bea", "Kamen"))))
    assert sentences(found) == [
        "1 of 1 organisations has tandems.",
        "There is only one organisation here, so there is nothing to say of links.",
    ]


def test_who_pairs_within_gives_to_nobody_else():
    graph = organisation_graph(frame(("Ada", "Kamen", "Bea", "Kamen"), ("Cleo", "Werne", "Dora", "Lünen")))
    assert measured(graph)["balance"].sentence == (
        "0 of 3 organisations both give to others and receive from them; only give: Werne; "
        "only receive: Lünen."
    )


def test_without_a_tandem_of_two_known_organisations_there_is_no_share():
    graph = organisation_graph(frame(("Ada", "Kamen", "Bea", None)), ["Werne"])
    assert measured(graph)["crossing_share"].why_not == "Of no tandem both organisations are known."


def test_tandems_with_somebody_of_no_organisation_are_neither_crossing_nor_within():
    pairs = [("Kamen", "Lünen")] * 10 + [("Kamen", None)]
    found = measured(organisation_graph(frame(*((f"m{i}", a, f"e{i}", b) for i, (a, b) in enumerate(pairs)))))
    assert found["crossing_share"].value == 1
    assert found["crossing_share"].base == 10
    assert found["crossing_share"].sentence.endswith(
        "1 tandem is left out, since an organisation is unknown."
    )
    assert found["coverage"].base == 2


def test_every_measure_has_a_value_or_a_reason_and_the_table_says_the_same(families):
    for graph in (families, organisation_graph(frame()), organisation_graph(frame(), TOWNS[:2])):
        found = measures(graph)
        assert all((measure.value is None) == bool(measure.why_not) for measure in found)
        table = measures_table(graph)
        assert list(table["name"]) == [measure.name for measure in found]
        assert [None if pd.isna(value) else value for value in table["value"]] == [m.value for m in found]


def test_measures_are_told_in_german(families):
    with speaking(Voice("de", "star")):
        told = sentences(measures(families))
        assert "Ohne Medici wären Acciaiuoli, Pazzi und Salviati abgeschnitten." in " ".join(told)
        assert "20 von 120 Paaren von Organisationen sind durch ein Tandem verbunden. Das sind 17 %." in told
        assert no_organisation() not in set(reach(families)["organisation"])


# densities by organisations --------------------------------------------------------------------------


def test_a_block_counts_the_pairs_that_each_run_made_possible():
    tandems = pd.concat(
        [
            frame(*((f"M{i}", "Kamen", f"E{i}", "Lünen") for i in range(4))),
            frame(("M0", "Kamen", "E9", "Lünen")).assign(run="2016"),
            frame(("M7", "Kamen", "E9", "Lünen")).assign(run=""),
            frame(("M0", "Kamen", "E9", "")).assign(run="2016"),
        ]
    )
    table = block_densities(tandems)
    assert table[["tandems", "possible"]].to_numpy().tolist() == [[5, 17]]
    assert table["density"].iloc[0] == pytest.approx(5 / 17)


_people = st.lists(
    st.tuples(st.sampled_from(["1", "2", ""]), st.integers(0, 6), st.sampled_from(["mentor", "mentee"])),
    max_size=8,
)


@given(
    st.lists(st.tuples(st.sampled_from(["1", "2", ""]), st.integers(0, 6), st.integers(0, 6)), max_size=12),
    _people,
)
@settings(max_examples=200)
def test_densities_are_those_of_counting_all_that_could_meet(rows, more):
    home = dict(enumerate(["A", "A", "B", "B", "C", "C", None]))
    pairs = [(run, m, e) for run, m, e in rows if m != e]
    tandems = pd.concat(
        [frame(), *(frame((f"p{m}", home[m], f"p{e}", home[e])).assign(run=run) for run, m, e in pairs)]
    )
    people = pd.DataFrame(
        [(f"p{who}", f"p{who}", home[who], role, run) for run, who, role in more],
        columns=["person_id", "name", "organisation", "role", "run"],
    )
    there = {
        role: {(run, who) for run, who, other in more if other == role}
        | {(run, pair[k]) for run, *pair in pairs}
        for k, role in enumerate(("mentor", "mentee"))
    }
    could = [
        (home[m], home[e])
        for run, m in there["mentor"]
        for other, e in there["mentee"]
        if run == other and run and m != e and home[m] and home[e]
    ]
    did = [(home[m], home[e]) for run, m, e in set(pairs) if run]
    table = block_densities(tandems, people)
    found = {tuple(row[:2]): tuple(row[2:4]) for row in table.itertuples(index=False)}
    assert found == {pair: (did.count(pair), could.count(pair)) for pair in set(could)}
    assert (table["density"].isna() == (table["possible"] < FEWEST)).all()


def test_who_has_no_tandem_counts_and_nobody_is_paired_with_herself():
    people = pd.DataFrame(
        [("M", "M", "Kamen", "mentor", "2014"), ("M", "M", "Kamen", "mentee", "2014"),
         ("X", "X", "Werne", "mentee", "2014")],
        columns=["person_id", "name", "organisation", "role", "run"],
    )  # fmt: skip
    table = block_densities(frame(("M", "Kamen", "E", "Lünen")), people)
    assert table[
        ["mentor_organisation", "mentee_organisation", "tandems", "possible"]
    ].to_numpy().tolist() == [
        ["Kamen", "Lünen", 1, 1],
        ["Kamen", "Werne", 0, 1],
    ]
    assert table["density"].isna().all()
