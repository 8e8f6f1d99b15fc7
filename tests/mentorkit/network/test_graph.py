import networkx as nx
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tandem_frames import TOWNS, frame, frames

from mentorkit.network.graph import no_organisation, organisation_graph, person_graph


def facts(graph):
    return list(graph.nodes(data=True)), list(graph.edges(keys=True, data=True))


def test_an_arrow_leads_from_the_mentor_to_the_mentee():
    graph = person_graph(frame(("Ada", "Kamen", "Bea", "Lünen")))
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.nodes["Ada"] == {"name": "Ada", "role": "mentor", "organisation": "Kamen", "run": "2014"}
    assert graph.nodes["Bea"]["role"] == "mentee"
    assert graph.edges["Ada", "Bea", 0] == {
        "run": "2014",
        "state": "proposed",
        "score": 700,
        "mentor_organisation": "Kamen",
        "mentee_organisation": "Lünen",
    }


def test_a_mentee_who_becomes_a_mentor_is_both_and_keeps_her_last_organisation():
    first = frame(("Ada", "Kamen", "Bea", "Lünen"))
    second = frame(("Bea", "Werne", "Cleo", "Kamen")).assign(run="2016")
    bea = person_graph(pd.concat([second, first])).nodes["Bea"]
    assert bea == {"name": "Bea", "role": "both", "organisation": "Werne", "run": "2014, 2016"}


def test_people_without_a_tandem_appear_when_they_are_given():
    people = pd.DataFrame(
        [("x", "Xenia", None, "mentee", "2014")], columns=["person_id", "name", "organisation", "role", "run"]
    )
    graph = person_graph(frame(("Ada", "Kamen", "Bea", "Lünen")), people=people)
    assert graph.nodes["x"] == {"name": "Xenia", "role": "mentee", "organisation": None, "run": "2014"}
    assert graph.degree("x") == 0


def test_two_tandems_of_the_same_two_people_are_two_edges():
    twice = pd.concat(
        [frame(("Ada", None, "Bea", None)), frame(("Ada", None, "Bea", None)).assign(run="2016")]
    )
    assert person_graph(twice).number_of_edges("Ada", "Bea") == 2


def test_an_organisation_without_a_tandem_appears_and_loops_count_tandems_within():
    graph = organisation_graph(
        frame(("Ada", "Kamen", "Bea", "Kamen"), ("Ada", "Kamen", "Cleo", None)), ["Werne"]
    )
    assert graph.nodes["Werne"]["tandems"] == 0
    assert graph.nodes["Kamen"] == {"name": "Kamen", "gives": 2, "receives": 1, "tandems": 2}
    assert graph.edges["Kamen", "Kamen"]["weight"] == 1
    assert graph.edges["Kamen", no_organisation()]["weight"] == 1


@given(frames(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_graphs_do_not_depend_on_the_order_of_the_rows(tandems, random):
    shuffled = tandems.iloc[random.sample(range(len(tandems)), len(tandems))]
    assert facts(person_graph(tandems)) == facts(person_graph(shuffled))
    assert list(organisation_graph(tandems, TOWNS).edges(data=True)) == list(
        organisation_graph(shuffled, reversed(TOWNS)).edges(data=True)
    )


@given(frames())
@settings(deadline=None)
def test_every_tandem_is_one_edge_and_counts_once_between_organisations(tandems):
    assert person_graph(tandems).number_of_edges() == len(tandems)
    assert organisation_graph(tandems).size(weight="weight") == len(tandems)
