"""What the network report shows of programmes that pair across, within and without organisations."""

import pytest

import mentorkit as mk
from mentorkit.language import Voice, speaking
from mentorkit.network import draw_svg, grouped_layout, person_graph
from mentorkit.reports import base, network
from mentorkit.reports.network import NetworkReport

PARTS = ("title", "organisations", "people", "over_runs", "measures", "gaps")


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


@pytest.fixture(scope="module")
def bench():
    return mk.demo()


@pytest.fixture
def shown(bench, monkeypatch):
    """Texts, tables by caption, and pictures by title of the report of a run."""

    def collect(reference):
        texts, tables, pictures = [], {}, {}
        for module in (base, network):
            monkeypatch.setattr(module, "write", texts.append)
        monkeypatch.setattr(
            network, "table", lambda frame, caption, **_: tables.setdefault(caption, []).append(frame)
        )
        monkeypatch.setattr(network, "figure", lambda svg, alt, title: pictures.update({title: (svg, alt)}))
        report = NetworkReport(bench.run(reference))
        for part in PARTS:
            getattr(report, part)()
        return "\n".join(texts).replace("\\", ""), tables, pictures

    return collect


def test_with_a_history_the_report_shows_the_run_alone_and_how_the_network_grew(bench, shown):
    text, tables, pictures = shown("cross-company/2021")
    everything = bench.run("cross-company/2021").network_tandems("all")
    (grown,) = tables["What each run added"]
    assert grown["Run"].tolist() == list(everything["run"].unique())
    assert grown["Tandems"].sum() == len(everything) > len(tables["The tandems"][0]) == 12
    assert {"Tandems between the organisations in all runs", "Who is in a tandem with whom"} <= set(pictures)
    assert "## Not linked yet" in text
    assert "not approved" not in text


def test_organisations_never_linked_stand_beside_each_other_once_each_way(shown):
    _, tables, _ = shown("cross-company/2021")
    (missing,) = tables["Organisations that no tandem has linked so far"]
    assert missing["How many"].sum() % 2 == 0
    assert missing["How many"].max() < len(missing)


def test_a_proposal_is_called_one(shown):
    text, tables, _ = shown("cross-administration/2014")
    assert "The tandems are not approved yet; they are those of the best matching." in text
    assert "## Over the runs" not in text
    ((grid,),) = [frames for caption, frames in tables.items() if caption.startswith("From the organisation")]
    assert list(grid.columns[1:]) == [*"1234567", "gives"]
    assert grid.iloc[0, 0] == "1 Bergkamen"


def test_where_tandems_stay_within_organisations_the_report_tells_which_have_none(shown):
    text, tables, pictures = shown("party-chapters/2008/09")
    (counts,) = tables["Tandems of the organisations"]
    assert dict(counts.to_numpy())["Wittenberg"] == 0
    assert "Without a tandem: Wittenberg." in pictures["Tandems of the organisations"][1]
    assert "## Not linked yet" not in text


def test_without_organisations_there_are_people_only(shown):
    text, tables, pictures = shown("arts-academy/2015")
    assert list(pictures) == ["Who is in a tandem with whom"]
    assert list(tables) == ["The tandems"]
    assert "organisation" not in text


def test_the_picture_of_the_people_has_the_places_of_the_app_and_says_what_it_shows(bench, shown):
    _, _, pictures = shown("cross-company/2021")
    svg, alt = pictures["Who is in a tandem with whom"]
    graph = person_graph(bench.run("cross-company/2021").network_tandems())
    title = "Who is in a tandem with whom"
    assert svg == draw_svg(graph, grouped_layout(graph), title=title, description=alt)
    assert alt.startswith("12 tandems.")
    assert alt.endswith("The table below tells the same.")


def test_without_tandems_the_report_says_so(bench, shown):
    empty = bench.add("cross-administration", name="Ein leeres Programm")
    text, tables, pictures = shown(f"{empty.programme.id}/{empty.record.name}")
    assert text == "# The network of the tandems\nNo tandems have been formed yet."
    assert not tables
    assert not pictures
