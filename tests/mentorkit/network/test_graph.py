import networkx as nx
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tandem_frames import TOWNS, frame, frames, reordered

from mentorkit.network.description import describe, describe_node
from mentorkit.network.graph import no_organisation, organisation_graph, person_graph, tandems_only
from mentorkit.network.layout import crosses
from mentorkit.network.network import Network


def facts(graph):
    return list(graph.nodes(data=True)), list(graph.edges(keys=True, data=True))


def test_an_arrow_leads_from_the_mentor_to_the_mentee():
    graph = person_graph(frame(("Ada", "Kamen", "Bea", "Lünen")))
    assert isinstance(graph, nx.MultiDiGraph)
    assert graph.nodes["Ada"] == {
        "name": "Ada",
        "role": "mentor",
        "organisation": "Kamen",
        "field": None,
        "run": "2014",
    }
    assert graph.nodes["Bea"]["role"] == "mentee"
    assert graph.edges["Ada", "Bea", 0] == {
        "kind": "tandem",
        "run": "2014",
        "year": None,
        "state": "proposed",
        "score": 700,
        "mentor_organisation": "Kamen",
        "mentee_organisation": "Lünen",
    }


def test_a_mentee_who_becomes_a_mentor_is_both_and_keeps_what_was_last_known_of_her():
    first = frame(("Ada", "Kamen", "Bea", "Lünen")).assign(run="9th run", mentee_field="Recht")
    second = frame(("Bea", "Werne", "Cleo", "Kamen")).assign(run="10th run")
    third = frame(("Bea", None, "Dora", "Kamen")).assign(run="11th run", mentor_field=None)
    bea = person_graph(pd.concat([first, second, third])).nodes["Bea"]
    assert bea == {
        "name": "Bea",
        "role": "both",
        "organisation": "Werne",
        "field": "Recht",
        "run": "9th run, 10th run, 11th run",
    }


def test_people_without_a_tandem_appear_when_they_are_given():
    people = pd.DataFrame(
        [("x", "Xenia", None, "mentee", "2014")], columns=["person_id", "name", "organisation", "role", "run"]
    )
    graph = person_graph(frame(("Ada", "Kamen", "Bea", "Lünen")), people=people)
    assert graph.nodes["x"] == {
        "name": "Xenia",
        "role": "mentee",
        "organisation": None,
        "field": None,
        "run": "2014",
    }
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


def test_a_link_tells_its_runs_since_when_it_is_and_how_many_of_its_tandems_were_dissolved():
    past = frame(("Ada", "Kamen", "Bea", "Lünen")).assign(run="9th run", year=2014, state="dissolved")
    now = frame(("Ada", "Kamen", "Cleo", "Lünen"), ("Ada", "Kamen", "Dora", None)).assign(run="10th run")
    graph = organisation_graph(pd.concat([past, now]))
    assert graph.edges["Kamen", "Lünen"] == {
        "weight": 2,
        "dissolved": 1,
        "state": "proposed",
        "runs": "9th run, 10th run",
        "since": 2014,
    }
    assert graph.edges["Kamen", no_organisation()]["since"] is None


def attendance(*rows):
    return pd.DataFrame(rows, columns=["event", "person_id", "kind", "year"])


def test_events_are_nodes_of_their_own_and_each_year_has_its_own():
    there = attendance(
        ("Kick-off", "Ada", "event", 2014),
        ("Kick-off", "Ada", "event", 2014),
        ("Kick-off", "Bea", "event", 2014),
        ("Kick-off", "Ada", None, None),
        ("Kick-off", "nobody known", "event", 2014),
    )
    graph = person_graph(frame(("Ada", "Kamen", "Bea", "Lünen")), attendance=there)
    events = {node: facts for node, facts in graph.nodes(data=True) if facts["role"] == "event"}
    assert sorted(events.values(), key=str) == [
        {"name": "Kick-off", "role": "event", "event": "event", "year": 2014},
        {"name": "Kick-off", "role": "event", "event": None, "year": None},
    ]
    kinds = sorted((a, facts["kind"]) for a, _, facts in graph.edges(data=True))
    assert kinds == [("Ada", "attends"), ("Ada", "attends"), ("Ada", "tandem"), ("Bea", "attends")]


def test_the_southern_women_and_their_events_are_the_published_two_mode_network():
    """A. Davis, B. Gardner and M. Gardner, Deep South, 1941, as networkx ships it: 18 women at 14 events."""
    davis = nx.davis_southern_women_graph()
    women = davis.graph["top"]
    people = pd.DataFrame({"person_id": women, "name": women, "organisation": None, "role": "mentor"})
    there = pd.DataFrame(
        [(event, woman) for woman, event in davis.edges(women)], columns=["event", "person_id"]
    )
    graph = person_graph(frame(), people=people, attendance=there)
    assert (len(women), len(graph), graph.size()) == (18, 32, 89)
    two_mode = nx.Graph((a, graph.nodes[b]["name"]) for a, b in graph.edges())
    met = nx.bipartite.weighted_projected_graph(two_mode, women)
    assert met.edges["Evelyn Jefferson", "Theresa Anderson"]["weight"] == 7
    assert nx.utils.graphs_equal(met, nx.bipartite.weighted_projected_graph(nx.Graph(davis.edges), women))
    assert not tandems_only(graph).size()


def test_a_person_is_described_with_her_tandems_and_apart_from_them_the_events():
    there = attendance(("Kick-off", "Ada", "event", 2014))
    graph = person_graph(frame(("Ada", "Kamen", "Bea", "Lünen")), attendance=there)
    assert describe_node(graph, "Ada").endswith("Tandems with: Bea. Was at: Kick-off.")
    (event,) = (node for node, role in graph.nodes(data="role") if role == "event")
    assert describe_node(graph, event) == "Kick-off, event. Who was there: Ada."
    assert describe(graph).endswith("1 event is shown.")


@given(frames(), st.data())
@settings(deadline=None)
def test_who_was_at_an_event_changes_nothing_about_the_tandems(tandems, data):
    someone = st.sampled_from([*tandems["mentor_id"], *tandems["mentee_id"], "nobody known"])
    rows = st.tuples(st.sampled_from(["Kick-off", "p1", "<b>"]), someone, st.none(), st.none())
    there = attendance(*data.draw(st.lists(rows, max_size=5)))
    graph = person_graph(tandems, attendance=there)
    assert facts(tandems_only(graph)) == facts(person_graph(tandems))
    assert crosses(graph) == crosses(person_graph(tandems))
    assert describe(graph).startswith(describe(person_graph(tandems)))


@given(frames(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_graphs_do_not_depend_on_the_order_of_the_rows_of_a_run(tandems, random):
    shuffled = reordered(tandems, random)
    assert facts(person_graph(tandems)) == facts(person_graph(shuffled))
    assert list(organisation_graph(tandems, TOWNS).edges(data=True)) == list(
        organisation_graph(shuffled, reversed(TOWNS)).edges(data=True)
    )


@given(frames())
@settings(deadline=None)
def test_every_tandem_is_one_edge_and_counts_once_between_organisations(tandems):
    assert person_graph(tandems).number_of_edges() == len(tandems)
    assert organisation_graph(tandems).size(weight="weight") == len(tandems)


def test_the_tandems_of_a_matching_are_drawn_without_run_and_state():
    tandems = frame(("Ute", "Kamen", "Ina", "Lünen"), ("Eva", "Kamen", "Ada", "Lünen"))
    bare = tandems.drop(columns=["run", "state", "score"])
    assert organisation_graph(bare).edges["Kamen", "Lünen"]["weight"] == 2
    assert person_graph(bare).number_of_edges() == 2
    assert Network(bare, ()).findings[0] == "2 tandems link 2 of 2 organisations"
