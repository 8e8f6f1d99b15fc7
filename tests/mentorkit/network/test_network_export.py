import csv
import datetime as dt
import io
import math
import re
import struct
import xml.etree.ElementTree as ET
import zlib

import networkx as nx
import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tandem_frames import HOSTILE, TOWNS, frame, frames

from mentorkit.errors import MentorkitError, UsageError
from mentorkit.network.export import plain, write
from mentorkit.network.graph import organisation_graph, person_graph
from mentorkit.network.layout import grouped_layout
from mentorkit.network.lettering import clean

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
    for graph in (person_graph(tandems), organisation_graph(tandems, TOWNS)):
        write(graph, tmp_path / "net.gexf")
        back = nx.read_gexf(tmp_path / "net.gexf")
        assert set(back) == set(graph)
        assert back.number_of_edges() == graph.number_of_edges()
        for node, (x, y) in grouped_layout(graph).items():
            viz = back.nodes[node]["viz"]
            assert (viz["position"]["x"], viz["position"]["y"]) == (x, -y)
            assert {"r", "g", "b"} <= set(viz["color"])
        time = "since" if graph.graph["kind"] == "organisations" else "year"
        told = sorted((a, b, facts[time]) for a, b, facts in graph.edges(data=True) if facts[time])
        assert told == sorted(
            (a, b, facts["start"]) for a, b, facts in back.edges(data=True) if "start" in facts
        )


def test_an_event_is_in_every_file_but_the_list_of_tandems(tmp_path):
    there = pd.DataFrame({"event": ["=Gala <b>"], "person_id": ["Ada"], "kind": ["event"], "year": [2014]})
    graph = person_graph(SAMPLE, attendance=there)
    (event,) = (node for node, role in graph.nodes(data="role") if role == "event")
    for suffix, read in (("graphml", nx.read_graphml), ("gexf", nx.read_gexf)):
        write(graph, tmp_path / f"net.{suffix}")
        back = read(tmp_path / f"net.{suffix}")
        assert back.nodes[event]["name"] == "=Gala <b>"
        kinds = sorted(kind for *_, kind in back.edges(data="kind"))
        assert kinds == ["attends", "tandem", "tandem"]
    assert back.nodes[event]["viz"]["position"]["y"] == -grouped_layout(graph)[event][1]
    assert back.nodes[event]["viz"]["color"] != back.nodes["Ada"]["viz"]["color"]
    write(graph, tmp_path / "net.csv")
    assert "Gala" not in (tmp_path / "net.csv").read_text("utf-8")
    write(graph, tmp_path / "net.svg")
    assert "=Gala &lt;b&gt;" in (tmp_path / "net.svg").read_text("utf-8")


def test_a_gexf_file_with_years_is_dynamic_in_numbers_as_gephi_reads_them(tmp_path):
    write(person_graph(SAMPLE.assign(year=2014)), tmp_path / "net.gexf")
    text = (tmp_path / "net.gexf").read_text("utf-8")
    assert 'mode="dynamic"' in text
    assert 'timeformat="double"' in text
    assert text.count('start="2014.0"') == 2
    write(person_graph(SAMPLE), tmp_path / "net.gexf")
    assert 'mode="static"' in (tmp_path / "net.gexf").read_text("utf-8")


hostile = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from([*HOSTILE, np.int64(3), np.float32("nan"), np.bool_(True), np.datetime64("NaT"), pd.NaT]),
    st.sampled_from([pd.NA, np.str_("x"), np.array([1, None]), pd.Timestamp("2014-03-01"), dt.time(9)]),
    st.dates(),
    st.lists(st.one_of(st.none(), st.text(), st.integers())),
    st.sets(st.text(max_size=3)),
    st.tuples(st.floats(), st.dates()),
    st.dictionaries(st.text(max_size=3), st.integers()),
)
titles = st.one_of(
    st.text(max_size=5), st.sampled_from(["id", "label", "viz", "type", "weight", "start", "spells", "=1"])
)
facts_of = st.dictionaries(titles, hostile, max_size=3)


@given(frames(most=3), st.data())
@once
def test_whatever_an_analyst_attaches_the_files_are_read_back_with_as_many_nodes_and_edges(
    tmp_path, tandems, data
):
    for graph in (person_graph(tandems), organisation_graph(tandems, ["a\x00b", "ab"])):
        for facts in [
            *dict(graph.nodes(data=True)).values(),
            *(facts for *_, facts in graph.edges(data=True)),
        ]:
            facts.update({k: v for k, v in data.draw(facts_of).items() if k not in facts})
        for suffix, read in (("graphml", nx.read_graphml), ("gexf", nx.read_gexf)):
            write(graph, tmp_path / f"net.{suffix}")
            back = read(tmp_path / f"net.{suffix}")
            assert (len(back), back.size()) == (len(graph), graph.size())
        write(graph, tmp_path / "net.csv")


@given(facts_of)
@once
def test_plain_attributes_are_text_finite_numbers_or_truth_values_of_one_type(facts):
    graph = nx.MultiDiGraph()
    graph.add_node("a", **facts, one=1, other=None)
    graph.add_node("b", one="text", other=2.5)
    for _, told in plain(graph).nodes(data=True):
        assert {type(value) for value in told.values()} <= {str, int, float, bool}
        assert all(math.isfinite(value) for value in told.values() if isinstance(value, float))
        assert all(value == clean(value) for value in told.values() if isinstance(value, str))
    assert plain(graph).nodes["a"]["one"] == "1"
    assert "other" not in plain(graph).nodes["a"]


def test_lists_and_sets_become_text_and_dates_are_written_after_iso():
    graph = nx.DiGraph()
    graph.add_node("a", tags={"b", "a"}, years=[2014, None, 2016], day=dt.date(2014, 3, 1), n=np.int64(3))
    assert plain(graph).nodes["a"] == {"tags": "a, b", "years": "2014, 2016", "day": "2014-03-01", "n": 3}


def test_two_who_differ_by_a_control_character_stay_two():
    assert sorted(plain(person_graph(frame(("a\x00", None, "a", None))))) == ["a", "a'"]


@given(frames())
@once
def test_no_cell_of_the_csv_file_is_a_formula_and_each_row_stands_on_one_line(tmp_path, tandems):
    for graph in (person_graph(tandems), organisation_graph(tandems, ["=1+1", "+49", "\t=1", "\uff1d1"])):
        write(graph, tmp_path / "net.csv")
        text = (tmp_path / "net.csv").read_text("utf-8")
        rows = list(csv.reader(io.StringIO(text, newline="")))
        assert len(rows) == len(text.splitlines()) == graph.number_of_edges() + 1
        assert not [cell for row in rows for cell in row if cell.startswith(tuple("=+-@\t\r\uff1d"))]


@given(frames(most=3))
@once
def test_a_picture_holds_nothing_but_shapes_and_text_whatever_people_are_called(tmp_path, tandems):
    for graph in (person_graph(tandems), organisation_graph(tandems, ['"&<script>', "javascript:alert(1)"])):
        write(graph, tmp_path / "net.svg")
        root = ET.fromstring((tmp_path / "net.svg").read_text("utf-8"))
        tags = {node.tag.partition("}")[2] for node in root.iter()}
        assert tags <= {"svg", "title", "desc", "rect", "g", "path", "circle", "text"}
        attributes = {(name, value) for node in root.iter() for name, value in node.attrib.items()}
        assert not [
            name for name, _ in attributes if name.startswith("on") or "href" in name or name == "style"
        ]
        assert not [value for _, value in attributes if "url(" in value or "script" in value]


def test_the_csv_file_is_a_list_of_tandems(tmp_path):
    write(person_graph(SAMPLE), tmp_path / "net.csv")
    assert (tmp_path / "net.csv").read_text("utf-8").splitlines() == [
        "mentor_id,mentor,mentee_id,mentee,mentor_organisation,mentee_organisation,run,state,score,year",
        "Ada,Ada,'=Cleo,'=Cleo,Kamen,,2014,proposed,700,",
        "Ada,Ada,Bea,Bea,Kamen,Lünen,2014,proposed,700,",
    ]
    past = frame(("Ada", "Kamen", "Bea", "Lünen")).assign(year=2012, run="2012", state="dissolved")
    write(organisation_graph(pd.concat([past, SAMPLE])), tmp_path / "net.csv")
    assert (tmp_path / "net.csv").read_text("utf-8").splitlines() == [
        "mentor_organisation,mentee_organisation,tandems,dissolved,runs,since",
        'Kamen,Lünen,2,1,"2012, 2014",2012',
        "Kamen,no organisation,1,0,2014,",
    ]


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


@pytest.mark.parametrize(
    ("tandem", "title"),
    [
        (("Ada", "Kamen", "Bea", "Lünen"), "Tandems across organisations"),
        (("Ada", "Kamen", "Bea", "Kamen"), "Tandems within organisations"),
        (("Ada", None, "Bea", None), "Tandems"),
    ],
)
def test_a_picture_is_called_after_what_it_shows_unless_it_is_given_a_title(tmp_path, tandem, title):
    file = tmp_path / "picture.svg"
    write(person_graph(frame(tandem)), file)
    assert f">{title}</title>" in file.read_text("utf-8")
    write(person_graph(frame(tandem)), file, title="Next 2016 & 2017")
    assert ">Next 2016 &amp; 2017</title>" in file.read_text("utf-8")
