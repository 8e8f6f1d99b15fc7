"""The network of several runs, its parts, and what is told of one of its nodes."""

import pandas as pd
import pytest
from hypothesis import given
from tandem_frames import frame, frames

from mentorkit.network.description import describe
from mentorkit.network.network import Network
from mentorkit.network.portrait import portrait


def over_runs():
    first = frame(("Ute", "Kamen", "Ina", "Lünen")).assign(run="2010", state="past")
    second = frame(("Ina", "Lünen", "Ada", "Werne"), ("Ute", "Kamen", "Eva", "Lünen")).assign(run="2012")
    return Network(pd.concat([first, second], ignore_index=True), ("Kamen", "Lünen", "Werne", "Selm"))


def test_a_part_is_one_run_or_all_until_it():
    network = over_runs()
    assert network.runs == ("2010", "2012")
    assert list(network.part("2012", "only").people.nodes) == ["Ada", "Eva", "Ina", "Ute"]
    assert list(network.part("2010", "until").people.nodes) == ["Ina", "Ute"]
    assert network.part("2012", "until") is network
    assert set(network.part("2010", "only").links) == {"Kamen", "Lünen", "Werne", "Selm"}


def test_a_run_that_is_not_there_has_no_part():
    with pytest.raises(ValueError, match="not in"):
        over_runs().part("1999", "only")


@given(frames())
def test_the_parts_hold_every_tandem_once(tandems):
    network = Network(tandems, ())
    parts = [network.part(run, "only") for run in network.runs]
    assert sum(len(part.tandems) for part in parts) == len(tandems)
    if network.runs:
        assert len(network.part(network.runs[-1], "until").tandems) == len(tandems)


def test_findings_begin_with_how_many_organisations_are_linked_and_end_with_who_is_not():
    heading, *told = over_runs().findings
    assert heading == "3 tandems link 3 of 4 organisations"
    assert told == ["Without a tandem: Selm."]


def test_of_enough_organisations_findings_tell_the_density():
    five = Network(over_runs().tandems, ("Kamen", "Lünen", "Werne", "Selm", "Unna"))
    assert "2 of 10 pairs" in five.findings[1]


def test_a_person_is_told_with_role_place_and_runs():
    told = portrait(over_runs(), "people", "Ina")
    assert told.name == "Ina"
    assert "Lünen" in told.kind
    assert told.sentences == ("1 tandem as mentee: 2010.", "1 tandem as mentor: 2012.")


def test_an_organisation_is_told_with_what_it_gives_whom_it_reaches_and_whom_it_holds():
    sentences = portrait(over_runs(), "organisations", "Lünen").sentences
    assert len(sentences) == 3
    assert "directly with Kamen and Werne" in sentences[1]
    assert sentences[2].startswith("Without Lünen")


def test_people_without_an_organisation_are_told_by_number_only():
    network = Network(frame(("Ute", None, "Ina", "Lünen")), ())
    node = next(node for node in network.links if node != "Lünen")
    assert portrait(network, "organisations", node).sentences == (
        "1 tandem with somebody of no known organisation.",
    )


@given(frames())
def test_every_node_can_be_told(tandems):
    network = Network(tandems, ())
    for sight in ("people", "organisations"):
        for node in network.graph(sight):
            assert portrait(network, sight, node).name == network.graph(sight).nodes[node]["name"]


def unknown_places():
    """Two of three tandems have a person of no known organisation."""
    tandems = frame(
        ("Ute", "Kamen", "Ina", "Lünen"), ("Eva", "Kamen", "Ada", None), ("Bea", None, "Cem", "Werne")
    )
    return Network(tandems, ())


def test_people_without_an_organisation_make_up_none_in_any_sentence():
    network = unknown_places()
    assert network.findings[0] == "1 of 3 tandems links 2 of 3 organisations"
    for sight in ("organisations", "people"):
        told = describe(network.graph(sight))
        assert "3 organisations are shown. 1 tandem crosses organisations." in told
    assert "no organisation" not in describe(network.links)
    assert (
        "both give" not in network.measures["balance"].sentence
        or "Werne" not in network.measures["balance"].sentence
    )
    assert network.taking_part == ["Kamen", "Lünen", "Werne"]


def test_gaps_are_among_those_that_take_part_and_nothing_proposed_closes_one():
    network = unknown_places()
    assert network.gaps.to_numpy().tolist() == [["Kamen", "Lünen"], ["Kamen", "Werne"], ["Lünen", "Werne"]]
    formed = Network(network.tandems.assign(state="active"), ())
    assert formed.gaps.to_numpy().tolist() == [["Kamen", "Werne"], ["Lünen", "Werne"]]


def test_dissolved_tandems_are_told_among_the_findings():
    network = over_runs()
    network.tandems.loc[0, "state"] = "dissolved"
    assert "1 of them was dissolved." in network.findings
