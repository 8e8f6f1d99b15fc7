import itertools
import math
import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given, settings
from tandem_frames import TOWNS, frame, frames, within

from mentorkit.language import Voice, speaking
from mentorkit.network.drawing import describe, draw_svg
from mentorkit.network.graph import organisation_graph, person_graph
from mentorkit.network.layout import grouped_layout
from mentorkit.network.shapes import COLOURS, clean

SVG = "{http://www.w3.org/2000/svg}"
ALLOWED = {SVG + tag for tag in ("svg", "title", "desc", "rect", "g", "path", "circle", "text")}


def draw(graph, title="Tandems", description="All of them"):
    return draw_svg(graph, grouped_layout(graph), title=title, description=description)


def words(svg):
    root = ET.fromstring(svg)
    return [node.text or "" for node in root.iter() if node.tag in (f"{SVG}text", f"{SVG}title")]


@given(frames())
@settings(deadline=None)
def test_every_name_is_text_however_hostile(tandems):
    graph = person_graph(tandems)
    svg = draw(graph, title="<i>&", description="</desc><script>")
    shown = "\n".join(words(svg))
    for _, name in graph.nodes(data="name"):
        assert clean(name).replace("\r", "\n") in shown
    assert {node.tag for node in ET.fromstring(svg).iter()} <= ALLOWED


@given(frames())
@settings(deadline=None)
def test_every_organisation_is_named(tandems):
    shown = " ".join(words(draw(organisation_graph(tandems, TOWNS))))
    assert all(clean(name) in shown for name in organisation_graph(tandems, TOWNS))


def test_the_picture_refers_to_nothing_outside_and_says_what_it_is():
    svg = draw(person_graph(frame(("Ada", "Kamen", "Bea", "Lünen"))))
    root = ET.fromstring(svg)
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == f"{title.get('id')} {desc.get('id')}"
    assert (title.text, desc.text) == ("Tandems", "All of them")
    assert not re.search(r"href|url\(|@import|style|<script|http(?!://www\.w3\.org/2000/svg)", svg)


def test_mentors_and_mentees_differ_in_shape_and_colour():
    svg = draw(person_graph(frame(("Ada", "Kamen", "Bea", "Lünen"))))
    looks = {}
    for path in ET.fromstring(svg).iter(f"{SVG}path"):
        if (title := path.find(f"{SVG}title")) is not None:
            looks[title.text] = (path.get("d"), path.get("fill"))
    mentor, mentee = looks["Ada, mentor, Kamen"], looks["Bea, mentee, Lünen"]
    assert mentor[0] != mentee[0]
    assert (mentor[1], mentee[1]) == (COLOURS["mentor"], COLOURS["mentee"])


def test_names_do_not_cover_each_other():
    tandems = within(40, TOWNS[:5])
    tandems["mentor"] = [f"Alexandra Leutheusser-Schnarrenberger {i}" for i in range(40)]
    for organisations in (True, False):
        if not organisations:
            tandems = tandems.assign(mentor_organisation=None, mentee_organisation=None)
        lines = [
            (float(node.get("x")), float(node.get("y")), (node.text, node.get("text-anchor", "start")))
            for node in ET.fromstring(draw(person_graph(tandems))).iter(f"{SVG}text")
            if float(node.get("font-size")) < 14
        ]
        for (x, y, (a, anchor)), (u, v, (b, other)) in itertools.combinations(lines, 2):
            if abs(y - v) < 11 and anchor == other:
                wide = max(len(a), len(b)) if anchor != "middle" else (len(a) + len(b)) / 2
                assert abs(x - u) >= 6 * wide, (a, b)


def test_the_number_of_tandems_stands_on_the_arrow_and_within_the_circle():
    tandems = frame(
        *((f"M{i}", "Kamen", f"E{i}", "Lünen") for i in range(3)),
        *((f"N{i}", "Werne", f"F{i}", "Werne") for i in range(5)),
    )
    assert {"3", "5"} <= set(words(draw(organisation_graph(tandems))))


def test_states_are_told_apart_only_where_they_differ():
    one = frame(("Ada", "Kamen", "Bea", "Lünen"))
    assert "stroke-dasharray" not in draw(person_graph(one))
    two = frame(("Ada", "Kamen", "Bea", "Lünen"), ("Cleo", "Kamen", "Dora", "Lünen"))
    two["state"] = ["active", "past"]
    assert "stroke-dasharray" in draw(person_graph(two))
    assert "past tandem" in words(draw(person_graph(two)))


@pytest.mark.parametrize(
    "graph", [person_graph(frame()), organisation_graph(frame()), organisation_graph(frame(), TOWNS)]
)
def test_a_programme_without_tandems_gets_a_friendly_sentence(graph):
    with speaking(Voice("de", "star")):
        assert any(word.startswith("Es gibt noch keine Tandems.") for word in words(draw(graph)))


def test_everything_drawn_lies_within_the_picture():
    for graph in (person_graph(within(150, TOWNS)), organisation_graph(within(20, TOWNS))):
        root = ET.fromstring(draw(graph))
        left, top, wide, high = map(float, root.get("viewBox").split())
        for node in root.findall(f".//{SVG}circle"):
            if node.get("cx") and node.get("fill") != COLOURS["mentor"]:
                x, y, r = (float(node.get(key)) for key in ("cx", "cy", "r"))
                assert left <= x - r
                assert x + r <= left + wide
                assert top <= y - r
                assert y + r <= top + high


def test_a_crowd_is_named_on_pointing_only():
    svg = draw(person_graph(within(250, TOWNS)))
    assert "M17, mentor, Kreis Unna" in words(svg)
    assert "M17" not in words(svg)


def test_the_description_counts_tandems_organisations_and_crossings():
    tandems = frame(("Ada", "Kamen", "Bea", "Lünen"), ("Cleo", "Kamen", "Dora", "Kamen"))
    sentence = "2 tandems. 2 organisations are shown. 1 tandem crosses organisations."
    assert describe(person_graph(tandems)) == describe(organisation_graph(tandems)) == sentence
    assert describe(person_graph(frame(("Ada", None, "Bea", None)))) == "1 tandem."


def test_long_arrows_end_at_the_rim_of_the_mentee():
    graph = person_graph(frame(("Ada", "Kamen", "Bea", "Lünen")))
    x, y = grouped_layout(graph)["Bea"]
    tips = re.findall(r'd="M([-\d.]+) ([-\d.]+)L', draw(graph))
    assert min(abs(math.dist((x, y), (float(a), float(b))) - 11) for a, b in tips) < 0.2
