import itertools
import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tandem_frames import TOWNS, frame, frames, reordered, within

from mentorkit.network.boxes import CELL_WIDTH
from mentorkit.network.graph import organisation_graph, person_graph
from mentorkit.network.layout import group_frames, grouped_layout, organisation_radius


def ring(n, organisations):
    k = len(organisations)
    return frame(
        *((f"M{i}", organisations[i % k], f"E{i}", organisations[(i * 7 + 1 + i // k) % k]) for i in range(n))
    )


@given(frames(), st.randoms(use_true_random=False))
@settings(deadline=None)
def test_the_layout_does_not_depend_on_the_order_of_the_rows_of_a_run(tandems, random):
    shuffled = reordered(tandems, random)
    assert grouped_layout(person_graph(tandems)) == grouped_layout(person_graph(shuffled))
    assert grouped_layout(organisation_graph(tandems)) == grouped_layout(organisation_graph(shuffled))


@given(frames())
@settings(deadline=None)
def test_everybody_has_a_place_of_her_own(tandems):
    graph = person_graph(tandems)
    positions = grouped_layout(graph)
    assert set(positions) == set(graph)
    assert all(math.dist(a, b) >= 30 for a, b in itertools.combinations(positions.values(), 2))


@given(frames())
@settings(deadline=None)
def test_people_of_one_organisation_stand_in_one_box_and_boxes_do_not_touch(tandems):
    graph = person_graph(tandems)
    positions = grouped_layout(graph)
    frames_ = group_frames(graph, positions)
    if any(frames_):
        for a, b in itertools.combinations(frames_.values(), 2):
            assert max(a.left - b.right, b.left - a.right, a.top - b.bottom, b.top - a.bottom) > 20
        for person, (x, y) in positions.items():
            frame_ = frames_[graph.nodes[person]["organisation"]]
            assert frame_.left + 12 < x < frame_.right - 12
            assert frame_.top + 24 < y < frame_.bottom - 12


@pytest.mark.parametrize(
    ("people", "organisations", "linked"), [(80, 12, True), (60, 13, False), (30, 7, True)]
)
def test_the_people_of_a_programme_fill_a_page(people, organisations, linked):
    names = [f"Organisation {i}" for i in range(organisations)]
    make = ring if linked else within
    graph = person_graph(make(people // 2, names))
    frames_ = group_frames(graph, grouped_layout(graph)).values()
    wide = max(frame.right for frame in frames_) - min(frame.left for frame in frames_)
    high = max(frame.bottom for frame in frames_) - min(frame.top for frame in frames_)
    # a name of 12 pixels is at least 8.5 on a page of 1000
    assert wide < 1400
    assert 0.5 < high / wide < 1.2


@given(frames())
@settings(deadline=None)
def test_organisations_do_not_cover_each_other(tandems):
    graph = organisation_graph(tandems, TOWNS)
    positions = grouped_layout(graph)
    for a, b in itertools.combinations(graph, 2):
        apart = organisation_radius(graph, a) + organisation_radius(graph, b)
        assert math.dist(positions[a], positions[b]) > apart


def test_linked_organisations_are_neighbours_on_the_circle():
    # in the order of their names, the four of each chain would stand apart
    chain = frame(
        *((f"M{i}", a, f"E{i}", b) for i, (a, b) in enumerate(["AE", "EC", "CG", "BF", "FD", "DH"]))
    )
    positions = grouped_layout(organisation_graph(chain))
    angles = sorted(positions, key=lambda name: math.atan2(*positions[name]))
    for a, b in ("AE", "EC", "CG", "BF", "FD", "DH"):
        assert abs(angles.index(a) - angles.index(b)) in (1, 7)


def test_partners_within_an_organisation_stand_side_by_side():
    graph = person_graph(within(9, ["Harz", "Stendal"]))
    positions = grouped_layout(graph)
    for mentor, mentee in graph.edges():
        assert positions[mentee][1] == positions[mentor][1]
        assert abs(positions[mentee][0] - positions[mentor][0]) == pytest.approx(CELL_WIDTH)


def test_without_organisations_mentors_stand_left_of_their_mentees():
    graph = person_graph(within(20, [None]))
    positions = grouped_layout(graph)
    assert all(positions[mentor][0] < positions[mentee][0] for mentor, mentee in graph.edges())


def test_nobody_needs_no_place():
    assert grouped_layout(person_graph(frame())) == {}
    assert grouped_layout(organisation_graph(frame())) == {}


@pytest.mark.parametrize("organisations", [None, 2, 9, 12, 25, 50, 1000])
def test_five_thousand_people_are_laid_out_within_half_a_second(organisations):
    names = [f"O{i:03}" for i in range(organisations)] if organisations else [None]
    graph = person_graph(ring(2500, names))
    times = []
    for _ in range(2):
        started = time.process_time()
        positions = grouped_layout(graph)
        times.append(time.process_time() - started)
    assert min(times) < 0.5
    assert len(positions) == 5000


@pytest.mark.parametrize("people", [20, 200])
def test_who_has_a_partner_elsewhere_stands_on_their_side(people):
    graph = person_graph(frame(*((f"M{i}", "A", f"E{i}", "BC"[i % 2]) for i in range(people))))
    positions = grouped_layout(graph)
    frames_ = group_frames(graph, positions)
    nearer = [
        math.dist(positions[mentor], frames_[own].middle)
        < math.dist(positions[mentor], frames_[other].middle)
        for mentor, mentee in graph.edges()
        for own in [graph.nodes[mentee]["organisation"]]
        for other in {"B", "C"} - {own}
    ]
    assert sum(nearer) >= 0.7 * people
