import re
import xml.etree.ElementTree as ET
from pathlib import Path

import mentorkit_widgets.components
import networkx as nx
import pytest
from mentorkit_widgets.components.picture import NetworkPicture

from mentorkit.network import grouped_layout
from mentorkit.network.shapes import COLOURS

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
    made.add_edge("P1", "P2", state="active", mentor_organisation="Kamen", mentee_organisation="Kamen")
    return made


@pytest.fixture
def picture(graph):
    made = NetworkPicture()
    made.show(graph, grouped_layout(graph), title="Unna 2014")
    return made


def test_every_node_lies_inside_the_drawing_with_its_words(picture):
    left, top, width, height = picture._box
    nodes = picture._nodes
    assert all(left < x < left + width for x in nodes["x"])
    assert all(top < y < top + height for y in nodes["y"])
    told = dict(zip(nodes["id"], nodes["told"], strict=True))
    assert told["P1"] == f"Bea Muster, Mentorin oder Mentor, Kamen. Tandems mit: {HOSTILE}."
    assert told["P3"] == "Cem Cello, Mentee, Kamen."


def test_the_numbers_in_the_drawing_are_those_of_the_nodes_and_no_id_stands_in_it(picture):
    root = ET.fromstring(picture._svg)
    signs = {int(part.get("data-n")) for part in root.iter() if part.get("class", "").startswith("mkn-node ")}
    assert signs == set(range(len(picture._nodes["id"])))
    (edge,) = (part for part in root.iter() if part.get("data-a"))
    ends = [picture._nodes["id"][int(edge.get(end))] for end in ("data-a", "data-b")]
    assert ends == ["P1", "P2"]
    assert not any(person in picture._svg for person in ("P1", "P2", "P3"))


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


def test_the_legend_names_what_can_be_hidden_by_the_classes_of_the_drawing(picture, graph):
    graph.add_node("P4", name="Dora Distel", role="mentor", organisation="Werne", run="2014")
    graph.add_edge("P4", "P3", state="dissolved", mentor_organisation="Werne", mentee_organisation="Kamen")
    picture.show(graph, grouped_layout(graph), title="Unna 2014")
    classes = {name for part in ET.fromstring(picture._svg).iter() for name in part.get("class", "").split()}
    keys = {entry["key"]: (entry["kind"], entry["words"]) for entry in picture._legend if entry["key"]}
    assert keys.keys() <= classes
    assert keys["mkn-mentee"] == ("role", "Mentees")
    assert keys["mkn-dissolved"] == ("state", "aufgelöstes Tandem")
    assert [words for kind, words in keys.values() if kind == "organisation"] == ["Kamen", "Werne"]


def test_parts_of_the_same_whole_follow_each_other_without_a_jump(picture, graph):
    positions = grouped_layout(graph)
    picture.show(graph, positions, title="Unna", whole=graph)
    box, legend = picture._box, picture._legend
    picture.show(graph.subgraph(["P3"]), positions, title="Unna", whole=graph)
    assert (picture._box, picture._legend) == (box, legend)
    assert picture._nodes["id"] == ["P3"]
    assert (picture._nodes["x"][0], picture._nodes["y"][0]) == positions["P3"]


def test_the_organisations_around_people_are_told_by_the_classes_of_their_discs(picture, graph):
    graph.add_node("P4", name="Dora Distel", role="both", organisation=None, run="2014")
    graph.add_edge("P4", "P3", state="active", mentor_organisation=None, mentee_organisation="Kamen")
    picture.show(graph, grouped_layout(graph), title="Unna 2014")
    assert [group["told"] for group in picture._groups] == [
        "Kamen: 1 Mentorin oder Mentor, 2 Mentees, 2 Tandems.",
        "ohne Organisation: 1 Mentorin oder Mentor, 1 Mentee, 1 Tandem.",
    ]
    parts = [part.get("class", "") for part in ET.fromstring(picture._svg).iter()]
    named = {entry["key"]: entry["words"] for entry in picture._legend if entry["kind"] == "organisation"}
    for group in picture._groups:
        assert f"mkn-disc {group['key']}" in parts
        assert named[group["key"]] == group["name"]


def _brightness(colour):
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _over(colour, paper, share):
    """Return the colour that is seen where one lets so much of the paper through."""
    pairs = [[int(known[k : k + 2], 16) for known in (colour, paper)] for k in (1, 3, 5)]
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def test_the_signs_can_be_told_from_the_page_in_light_and_dark():
    css = Path(mentorkit_widgets.components.__file__).with_name("static").joinpath("picture.css").read_text()
    pairs = re.findall(r"--mkn-(\w+): light-dark\((#\w{6}), (#\w{6})\)", css)
    assert {name for name, *_ in pairs} == {*COLOURS, "line"}
    for name, light, dark in pairs:
        # the paper of the page, and a disc upon it: a twentieth of ink
        assert 1.05 / (_brightness(light) + 0.05) > 3, name
        assert (_brightness(dark) + 0.05) / (_brightness("#262f2f") + 0.05) > 3, name
        if name == "line":  # arrows of many people let what is below them through
            assert 1.05 / (_brightness(_over(light, "#ffffff", 0.75)) + 0.05) > 3
            assert (_brightness(_over(dark, "#262f2f", 0.75)) + 0.05) / (_brightness("#262f2f") + 0.05) > 3
        assert light.upper() == COLOURS.get(name, light).upper()
