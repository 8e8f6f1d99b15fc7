import networkx as nx
import pytest
from mentorkit_widgets.components.picture import NetworkPicture

from mentorkit.network import grouped_layout

HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
def graph():
    made = nx.MultiDiGraph(kind="people")
    for person, name, role in (
        ("P1", "Bea Muster", "mentor"),
        ("P2", HOSTILE, "mentee"),
        ("P3", "Cem Cello", "mentee"),
    ):
        made.add_node(person, name=name, role=role, organisation="Kamen", run="2014")
    made.add_edge("P1", "P2", run="2014", state="approved", score=700)
    return made


@pytest.fixture
def picture(graph):
    made = NetworkPicture()
    made.show(graph, grouped_layout(graph), title="Unna 2014")
    return made


def test_every_node_lies_inside_the_drawing_with_its_words_and_neighbours(picture):
    left, top, width, height = picture._box
    for node in picture._nodes:
        assert left < node["x"] < left + width
        assert top < node["y"] < top + height
    told = {node["id"]: (node["told"], node["near"]) for node in picture._nodes}
    assert told["P1"] == (f"Bea Muster, Mentorin oder Mentor, Kamen. Tandems mit: {HOSTILE}.", ["P2"])
    assert told["P3"] == ("Cem Cello, Mentee, Kamen.", [])


def test_the_drawing_holds_no_markup_of_a_name(picture):
    assert HOSTILE not in picture._svg
    assert "&lt;script&gt;" in picture._svg


def test_a_node_is_selected_by_the_browser_and_let_go(picture):
    picture._handle_custom_msg({"select": "P2"}, [])
    assert picture.selected == "P2"
    picture._handle_custom_msg({"select": ""}, [])
    assert picture.selected == ""


@pytest.mark.parametrize("content", [None, "P1", {}, {"select": "P9"}, {"select": None}, {"select": ["P1"]}])
def test_a_hand_made_message_selects_nothing(picture, content):
    picture._handle_custom_msg(content, [])
    picture.set_state({"selected": "P1"})
    assert picture.selected == ""


def test_what_is_not_there_is_not_selected(picture):
    with pytest.raises(ValueError, match="P9"):
        picture.select("P9")


def test_a_selection_stays_until_its_node_is_gone(picture, graph):
    picture.select("P2")
    picture.show(graph, grouped_layout(graph), title="Unna 2014")
    assert picture.selected == "P2"
    graph.remove_node("P2")
    picture.show(graph, grouped_layout(graph), title="Unna 2014")
    assert picture.selected == ""
