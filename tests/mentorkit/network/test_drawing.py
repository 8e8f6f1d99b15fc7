import itertools
import math
import random
import re
import time
import xml.etree.ElementTree as ET

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tandem_frames import TOWNS, frame, frames, within

from mentorkit.language import Voice, speaking
from mentorkit.network.bends import TRIES, free_bends
from mentorkit.network.description import describe
from mentorkit.network.drawing import draw_bare, draw_svg
from mentorkit.network.graph import organisation_graph, person_graph
from mentorkit.network.layout import Disc, grouped_layout
from mentorkit.network.lettering import clean, width
from mentorkit.network.organisations_drawing import _free_spots
from mentorkit.network.shapes import COLOURS, Curve

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


def boxes_of_names(svg):
    """Return left, right and base line of every name of a person, and the words."""
    found = []
    for node in ET.fromstring(svg).iter(f"{SVG}text"):
        if node.get("data-n"):
            size, x = float(node.get("font-size")), float(node.get("x"))
            wide = width(node.text, size)
            left = x - {"start": 0, "middle": wide / 2, "end": wide}[node.get("text-anchor", "start")]
            found.append((left, left + wide, float(node.get("y")), node.text))
    return found


@pytest.mark.parametrize("organisations", [TOWNS[:5], [None]])
@pytest.mark.parametrize(
    "name",
    [
        "Alexandra Leutheusser-Schnarrenberger {}",
        "Maurice Benthin-Hande",
        "Donaudampfschifffahrtsgesellschaft {}",
        "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
        "Person 3f2a91c0d4e5f6a7",
    ],
)
def test_names_do_not_cover_each_other(name, organisations):
    tandems = within(40, organisations)
    tandems["mentor"] = [name.format(i) for i in range(40)]
    tandems["mentee"] = [name.format(i + 40) for i in range(40)]
    lines = boxes_of_names(draw(person_graph(tandems)))
    assert len(lines) >= 80
    for (a, b, y, _), (c, d, v, _) in itertools.combinations(lines, 2):
        assert abs(y - v) >= 12 or max(a, c) - min(b, d) >= 3


def test_a_pseudonym_is_short_in_the_picture():
    tandems = frame(("Ada", "Kamen", "Bea", "Lünen")).assign(
        mentor="Person 3f2a91c0d4e5f6a7", mentor_organisation="Organisation 00112233aabbccdd"
    )
    shown = " ".join(node.text for node in ET.fromstring(draw(person_graph(tandems))).iter(f"{SVG}text"))
    assert "Person 3f2a91c0 " in shown
    assert "Organisation 00112233 " in shown


def met(svg, radius):
    """Return the arrows that come nearer than so to the middle of a sign that is not at their ends."""
    root = ET.fromstring(svg)
    signs = {
        node.get("data-n"): tuple(map(float, re.findall(r"[-\d.]+", node.get("transform"))[:2]))
        for node in root.iter()
        if node.get("transform") and node.get("data-n")
    }
    found = []
    for arrow in root.iter(f"{SVG}g"):
        if arrow.get("data-a"):
            x0, y0, x1, y1, x2, y2 = map(float, re.findall(r"[-\d.]+", arrow.find(f"{SVG}path").get("d")))
            curve = Curve((x0, y0), (x1, y1), (x2, y2))
            others = {n: at for n, at in signs.items() if n not in (arrow.get("data-a"), arrow.get("data-b"))}
            points = [curve.at(t / 200) for t in range(201)]
            if any(math.dist(point, at) < radius for at in others.values() for point in points):
                found.append((arrow.get("data-a"), arrow.get("data-b")))
    return found


@pytest.mark.parametrize("organisations", [3, 7, 12])
@pytest.mark.parametrize("seed", range(4))
def test_no_arrow_runs_through_the_sign_of_somebody_else(organisations, seed):
    chance = random.Random(seed)
    pairs = [chance.sample(range(organisations), 2) for _ in range(3 * organisations)]
    tandems = frame(*((f"M{i}", f"O{a}", f"E{i}", f"O{b}") for i, (a, b) in enumerate(pairs)))
    assert met(draw(person_graph(tandems)), 11) == []


@given(frames())
@settings(deadline=None, max_examples=40)
def test_an_arrow_meets_a_sign_only_if_it_would_in_every_bend(tandems):
    graph = person_graph(tandems)
    positions = grouped_layout(graph)
    numbers = {node: i for i, node in enumerate(graph)}
    places = np.array([positions[node] for node in graph]).reshape(-1, 2)
    ends = np.array([(numbers[a], numbers[b]) for a, b in graph.edges()], dtype=int).reshape(-1, 2)
    chosen = free_bends(places, ends, [0.1] * len(ends), np.empty((0, 2)), 11)

    def hits(a, b, bend):
        curve = Curve.between(Disc(*places[a], 11), Disc(*places[b], 11), bend, 0)
        points = np.array([curve.at(t / 100) for t in range(101)])
        others = [place for i, place in enumerate(places) if i not in (a, b)]
        return min((np.hypot(*(points - other).T).min() for other in others), default=math.inf)

    for (a, b), bend in zip(ends, chosen, strict=True):
        if hits(a, b, bend) < 11:
            assert max(hits(a, b, 0.1 + more) for more in TRIES) < 18


def test_the_number_of_tandems_stands_on_the_arrow_and_within_the_circle():
    tandems = frame(
        *((f"M{i}", "Kamen", f"E{i}", "Lünen") for i in range(3)),
        *((f"N{i}", "Werne", f"F{i}", "Werne") for i in range(5)),
    )
    assert {"3", "5"} <= set(words(draw(organisation_graph(tandems))))


def test_a_link_that_only_was_looks_and_is_called_unlike_one_that_holds():
    tandems = frame(
        ("Ada", "Kamen", "Bea", "Lünen"), ("Cleo", "Kamen", "Dora", "Lünen"), ("Eva", "Kamen", "Fee", "Werne")
    ).assign(state=["past", "active", "past"])
    graph = organisation_graph(tandems)
    svg = draw(graph)
    (links,) = classed(svg, "mkn-edges")
    assert {(link.get("class"), bool(link.find(f"{SVG}path").get("stroke-dasharray"))) for link in links} == {
        ("mkn-active", False),
        ("mkn-past", True),
    }
    legend = {e.key: e.words for e in draw_bare(graph, grouped_layout(graph)).legend}
    assert legend["mkn-active"] == "link: holds now"
    assert legend["mkn-past"] == "link: only by past tandems"
    assert "stroke-dasharray" not in draw(organisation_graph(tandems[:2]))


def test_one_tandem_is_not_counted_on_its_arrow():
    tandems = frame(("Ada", "Kamen", "Bea", "Lünen"), ("Cleo", "Kamen", "Dora", "Werne"))
    assert "1" not in words(draw(organisation_graph(tandems)))
    assert "one tandem, from mentors to mentees" in words(draw(organisation_graph(tandems)))


_points = st.tuples(st.integers(0, 200), st.integers(0, 200))


@given(
    st.lists(st.builds(Curve, _points, _points, _points), max_size=8),
    st.lists(
        st.builds(Disc, st.integers(0, 200), st.integers(0, 200), st.integers(1, 40)), min_size=1, max_size=4
    ),
)
@settings(deadline=None, max_examples=50)
def test_a_number_stands_where_its_arrow_is_freest(curves, discs):
    taken = list(discs)
    for curve, spot in zip(curves, _free_spots(curves, discs), strict=True):
        others = [Disc(*other.at(t / 20), 0) for other in curves if other is not curve for t in range(2, 19)]
        places = [curve.at(t) for t in (0.66, 0.6, 0.72, 0.54, 0.78, 0.48, 0.42, 0.36, 0.3)]
        free = {
            place: min([20.0, *(math.dist(place, disc[:2]) - disc.r for disc in taken + others)])
            for place in places
        }
        assert free[spot] == pytest.approx(max(free.values()))
        taken.append(Disc(*spot, 12))


@pytest.mark.parametrize("sight", ["alone", "as a part"])
def test_thousands_of_tandems_between_organisations_are_drawn_within_two_seconds(sight):
    chance = random.Random(0)
    pairs = [chance.choices(range(50), k=2) for _ in range(2500)]
    graph = organisation_graph(
        frame(*((f"M{i}", f"O{a}", f"E{i}", f"O{b}") for i, (a, b) in enumerate(pairs)))
    )
    positions = grouped_layout(graph)
    whole = graph.copy() if sight == "as a part" else None
    started = time.process_time()
    drawing = draw_bare(graph, positions, whole=whole)
    assert time.process_time() - started < 2
    assert drawing.svg.count("mkn-tip") == sum(a != b for a, b in graph.edges()) > 1500


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
    assert describe(person_graph(tandems)) == sentence
    assert describe(organisation_graph(tandems, ["Werne"])) == (
        "2 tandems. 3 organisations are shown. 1 tandem crosses organisations. "
        "Most tandems (2): Kamen. Without a tandem: Werne."
    )
    assert describe(person_graph(frame(("Ada", None, "Bea", None)))) == "1 tandem."


def test_the_description_says_which_links_are_strong_and_who_stands_out():
    tandems = frame(
        *(("Ute", "Kamen", f"E{i}", "Lünen") for i in range(3)), ("Ida", "Werne", "E3", "Kamen")
    ).assign(state=["past", "past", "dissolved", "active"])
    assert describe(person_graph(tandems)) == (
        "4 tandems. Among them: 1 active, 2 past and 1 dissolved. 3 organisations are shown. "
        "4 tandems cross organisations. Most tandems (3) lead from Kamen to Lünen. "
        "Most tandems are given by: Kamen (3). Several tandems are given by: Ute (3)."
    )
    with speaking(Voice("de", "star")):
        assert "Darunter: 1 laufendes, 2 frühere und 1 aufgelöstes." in describe(person_graph(tandems))
        assert "Keines verbindet zwei Organisationen." in describe(person_graph(within(4, TOWNS)))


def test_who_was_both_in_one_run_is_not_said_to_have_been_so_at_different_times():
    graph = person_graph(frame(("Ada", "Kamen", "Bea", "Lünen"), ("Bea", "Lünen", "Eva", "Kamen")))
    with speaking(Voice("de", "star")):
        legend = draw_bare(graph, grouped_layout(graph)).legend
    assert [entry.words for entry in legend if entry.key == "mkn-both"] == ["war beides"]


def test_long_arrows_end_at_the_rim_of_the_mentee():
    graph = person_graph(frame(("Ada", "Kamen", "Bea", "Lünen")))
    x, y = grouped_layout(graph)["Bea"]
    tips = re.findall(r'd="M([-\d.]+) ([-\d.]+)L', draw(graph))
    assert min(abs(math.dist((x, y), (float(a), float(b))) - 11) for a, b in tips) < 0.2


def classed(svg, name):
    """Return the parts that bear a class."""
    return [part for part in ET.fromstring(svg).iter() if name in part.get("class", "").split()]


@given(frames())
@settings(deadline=None)
def test_a_page_gets_the_same_parts_without_heading_and_hints(tandems):
    graph = person_graph(tandems)
    positions = grouped_layout(graph)
    bare = draw_bare(graph, positions)
    assert {node.tag for node in ET.fromstring(bare.svg).iter()} <= ALLOWED - {SVG + "title"}
    signs = classed(bare.svg, "mkn-node")
    assert [sign.get("transform") for sign in signs] == [
        sign.get("transform") for sign in classed(draw(graph), "mkn-node")
    ]
    assert [bare.nodes[int(sign.get("data-n"))] for sign in signs] == bare.nodes
    assert sorted(bare.nodes) == sorted(graph)
    arrows = [part for part in ET.fromstring(bare.svg).iter() if part.get("data-a")]
    ends = [(bare.nodes[int(arrow.get("data-a"))], bare.nodes[int(arrow.get("data-b"))]) for arrow in arrows]
    assert sorted(ends) == sorted(graph.edges())


def test_no_id_of_a_person_stands_in_the_picture():
    tandems = frame(("Ada", "Kamen", "Bea", "Lünen")).assign(mentor_id="p-4711", mentee_id="p-4712")
    assert "p-471" not in draw(person_graph(tandems))


def test_every_state_of_a_tandem_has_a_look_and_a_word_of_its_own():
    states = ["proposed", "active", "concluded", "past", "dissolved"]
    tandems = frame(*((f"M{i}", "Kamen", f"E{i}", "Lünen") for i in range(5))).assign(state=states)
    svg = draw(person_graph(tandems))
    (arrows,) = classed(svg, "mkn-edges")
    looks = {
        arrow.get("class"): (arrow.find(f"{SVG}path").get("stroke-dasharray"), len(arrow)) for arrow in arrows
    }
    assert set(looks) == {f"mkn-{state}" for state in states}
    assert len(set(looks.values())) == 5
    assert {f"{state} tandem" for state in states} <= set(words(svg))


def test_a_part_keeps_the_room_of_the_whole_with_empty_discs_and_the_same_legend():
    tandems = frame(("Ada", "Kamen", "Bea", "Lünen"), ("Cleo", "Werne", "Dora", "Werne"))
    for make in (person_graph, organisation_graph):
        whole, part = make(tandems), make(tandems[:1])
        positions = grouped_layout(whole)
        more, less = (draw_bare(graph, positions, whole=whole) for graph in (whole, part))
        assert (less.box, less.legend) == (more.box, more.legend)
        for layer in ("mkn-discs", "mkn-heads"):
            assert [ET.tostring(g) for g in classed(less.svg, layer)] == [
                ET.tostring(g) for g in classed(more.svg, layer)
            ]
        assert len(less.nodes) < len(more.nodes)


def test_the_picture_of_nobody_yet_keeps_the_room_of_the_whole():
    whole = person_graph(frame(("Ada", "Kamen", "Bea", "Lünen")))
    positions = grouped_layout(whole)
    before = draw_bare(person_graph(frame()), positions, whole=whole)
    assert before.box == draw_bare(whole, positions, whole=whole).box
    assert len(classed(before.svg, "mkn-disc")) == 2
    assert before.nodes == []


def test_a_meeting_stands_below_the_people_and_lines_without_a_head_lead_to_it():
    tandems = frame(("Ada", "Kamen", "Bea", "Lünen"), ("Cleo", "Kamen", "Dora", "Lünen"))
    there = pd.DataFrame({"event": ["Treffen <1>", "Treffen <1>"], "person_id": ["Ada", "Dora"]})
    with_event, without = person_graph(tandems, attendance=there), person_graph(tandems)
    positions = grouped_layout(with_event)
    (event,) = set(with_event) - set(without)
    assert positions == {**grouped_layout(without), event: positions[event]}
    assert positions[event][1] > max(y for _, y in grouped_layout(without).values())
    svg = draw(with_event)
    (sign,) = classed(svg, "mkn-event")[:1]
    assert sign.find(f"{SVG}title").text == "Treffen <1>, event"
    assert [len(line.findall(f"{SVG}path")) for line in classed(svg, "mkn-attends")] == [1, 1]
    assert {"events", "was at the event"} <= set(words(svg))
