import csv
import io
import re
import struct
import zlib

import networkx as nx
import pytest
from hypothesis import HealthCheck, given, settings
from tandem_frames import TOWNS, frame, frames

from mentorkit.errors import MentorkitError, UsageError
from mentorkit.network.export import plain, write
from mentorkit.network.graph import organisation_graph, person_graph
from mentorkit.network.layout import grouped_layout

once = settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
SAMPLE = frame(("Ada", "Kamen", "Bea", "Lünen"), ("Ada", "Kamen", "=Cleo", None))


def same(a, b):
    return dict(a.nodes(data=True)) == dict(b.nodes(data=True)) and sorted(
        map(repr, a.edges(data=True)), key=str
    ) == sorted(map(repr, b.edges(data=True)), key=str)


@given(frames())
@once
def test_graphml_is_read_back_as_the_same_graph(tmp_path, tandems):
    for graph in (person_graph(tandems), organisation_graph(tandems, TOWNS)):
        write(graph, tmp_path / "net.graphml")
        back = nx.read_graphml(tmp_path / "net.graphml", force_multigraph=graph.is_multigraph())
        assert same(back, plain(graph)) or not graph.number_of_edges()
        assert set(back) == set(plain(graph))


@given(frames())
@once
def test_gexf_is_read_back_with_places_and_colours(tmp_path, tandems):
    graph = person_graph(tandems)
    write(graph, tmp_path / "net.gexf")
    back = nx.read_gexf(tmp_path / "net.gexf")
    assert set(back) == set(graph)
    assert back.number_of_edges() == graph.number_of_edges()
    for person, (x, y) in grouped_layout(graph).items():
        viz = back.nodes[person]["viz"]
        assert (viz["position"]["x"], viz["position"]["y"]) == (x, -y)
        assert {"r", "g", "b"} <= set(viz["color"])


@given(frames())
@once
def test_no_cell_of_the_csv_file_is_a_formula(tmp_path, tandems):
    write(person_graph(tandems), tmp_path / "net.csv")
    rows = list(csv.reader(io.StringIO((tmp_path / "net.csv").read_text("utf-8"), newline="")))
    assert len(rows) == len(tandems) + 1
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_csv_file_is_a_list_of_tandems(tmp_path):
    write(person_graph(SAMPLE), tmp_path / "net.csv")
    assert (tmp_path / "net.csv").read_text("utf-8").splitlines() == [
        "mentor_id,mentor,mentee_id,mentee,mentor_organisation,mentee_organisation,run,state,score",
        "Ada,Ada,'=Cleo,'=Cleo,Kamen,,2014,proposed,700",
        "Ada,Ada,Bea,Bea,Kamen,Lünen,2014,proposed,700",
    ]
    write(organisation_graph(SAMPLE), tmp_path / "net.csv")
    assert "Kamen,Lünen,1" in (tmp_path / "net.csv").read_text("utf-8").splitlines()


@pytest.mark.parametrize("suffix", ["graphml", "gexf", "csv", "svg", "png"])
def test_the_same_tandems_give_the_same_bytes(tmp_path, suffix):
    for make in (person_graph, organisation_graph):
        write(make(SAMPLE), tmp_path / f"one.{suffix}")
        write(make(SAMPLE.iloc[::-1]), tmp_path / f"two.{suffix.upper()}")
        assert (tmp_path / f"one.{suffix}").read_bytes() == (tmp_path / f"two.{suffix.upper()}").read_bytes()
    assert len(list(tmp_path.iterdir())) == 2


def test_files_hold_no_date(tmp_path):
    for suffix in ("graphml", "gexf", "svg"):
        write(person_graph(SAMPLE), tmp_path / f"net.{suffix}")
        assert not re.search(r"20[2-9]\d-\d\d", (tmp_path / f"net.{suffix}").read_text("utf-8"))


def chunks(png):
    at = 8
    while at < len(png):
        (size,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + size]
        at += size + 12


def test_the_png_file_is_a_picture_and_nothing_else(tmp_path):
    write(person_graph(SAMPLE), tmp_path / "net.png")
    parts = list(chunks((tmp_path / "net.png").read_bytes()))
    assert {name for name, _ in parts} == {b"IHDR", b"IDAT", b"IEND"}
    assert struct.unpack(">I", parts[0][1][:4])[0] >= 1000
    assert len(set(zlib.decompress(b"".join(data for name, data in parts if name == b"IDAT")))) > 50


def test_a_graph_of_nobody_can_be_written(tmp_path):
    for suffix in ("graphml", "gexf", "csv", "svg", "png"):
        for graph in (person_graph(frame()), organisation_graph(frame())):
            write(graph, tmp_path / f"net.{suffix}")
            assert (tmp_path / f"net.{suffix}").stat().st_size


@pytest.mark.parametrize("name", ["net.pdf", "net", "net.svg.gz"])
def test_an_unknown_suffix_is_a_wrong_use_and_the_known_ones_are_named(tmp_path, name):
    with pytest.raises(UsageError, match=r"\.graphml.*\.png"):
        write(person_graph(SAMPLE), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(MentorkitError, match=r"net\.csv cannot be written"):
        write(person_graph(SAMPLE), tmp_path / "missing" / "net.csv")
    (tmp_path / "taken.csv").mkdir()
    with pytest.raises(MentorkitError):
        write(person_graph(SAMPLE), tmp_path / "taken.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["taken.csv"]
