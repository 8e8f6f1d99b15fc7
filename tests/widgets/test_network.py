from xml.etree import ElementTree

import pytest
from app_people import HOSTILE, apply, form_tandem
from mentorkit_widgets.network.app import NetworkModel, NetworkView

from mentorkit.errors import NothingToMatch
from mentorkit.language import Voice, set_default_voice
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant
from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def run(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    yield bench.add("cross-administration")
    bench.close()


def fill(run, mentor_name="Muster3"):
    """Two mentees and two mentors of two organisations; every tandem crosses."""
    apply(run, 1, "mentee", organisation="Kamen", answers={"pay_grade": 9, "topics": ["Haushalt"]})
    apply(run, 2, "mentee", organisation="Lünen", answers={"pay_grade": 10})
    apply(run, 3, "mentor", organisation="Lünen", last_name=mentor_name, answers={"pay_grade": 12})
    apply(run, 4, "mentor", organisation="Kamen", answers={"pay_grade": 13})


def shown_names(view):
    return {node["told"].partition(",")[0].partition(":")[0] for node in view.picture._nodes}


def read_table(html):
    """Return the cells of a table as text by the heads of row and column."""
    root = ElementTree.fromstring(f"<div>{html}</div>")
    columns = ["".join(head.itertext()) for head in root.iter("th") if head.get("scope") == "col"][1:]
    rows = {}
    for row in root.find(".//tbody"):
        name, *cells = ("".join(cell.itertext()) for cell in row)
        rows[name] = dict(zip(columns, cells, strict=True))
    return rows


def test_a_proposal_is_shown_and_called_one(run):
    fill(run)
    model = NetworkModel(run)
    assert not model.network.approved
    assert "noch nichts freigegeben" in model.origin
    assert model.network.findings == [
        "2 Tandems verbinden 2 von 7 Organisationen",
        "1 von 21 Paaren von Organisationen hat ein gemeinsames Tandem.",
        "Ohne Tandem: Bergkamen, Fröndenberg, Kreis Unna, Schwerte und Werne.",
    ]


def test_approved_tandems_take_the_place_of_the_proposal(run):
    fill(run)
    form_tandem(run, "P1", "P3")
    model = NetworkModel(run)
    assert model.network.approved
    assert len(model.network.tandems) == 1
    assert "freigegebenen" in model.origin


def test_looking_changes_nothing(run):
    fill(run)
    with run.bench.store.read() as reader:
        before = reader.trail()
    NetworkView(NetworkModel(run))
    with run.bench.store.read() as reader:
        assert reader.trail() == before


def test_organisations_come_first_and_the_switch_leads_to_the_others(run):
    fill(run)
    view = NetworkView(NetworkModel(run))
    assert "Bergkamen" in view.picture._svg
    assert view.picture._description.startswith("2 Tandems.")
    view.switch._handle_custom_msg({"choose": "people"}, [])
    assert view.model.sight == "people"
    assert "Eva Muster1" in view.picture._svg
    view.switch.value = "matrix"
    assert read_table(view.matrix.value)["Kamen"]["Lünen"] == "1"
    assert view.drawn.layout.display == "none"


def test_a_sign_that_is_chosen_shows_its_tandems(run):
    fill(run)
    view = NetworkView(NetworkModel(run))
    everybody = {(row["mentor"]["text"], row["mentee"]["text"]) for row in view.tandems.rows}
    assert everybody == {("Eva Muster3", "Eva Muster1"), ("Eva Muster4", "Eva Muster2")}
    view.picture._handle_custom_msg({"select": "Werne"}, [])
    assert view.tandems.rows == []
    assert view.tandems.caption == "Tandems von Werne"
    view.switch.value = "people"
    assert view.picture.selected == ""
    assert len(view.tandems.rows) == 2
    view.picture.select("P1")
    assert [row["mentee"]["text"] for row in view.tandems.rows] == ["Eva Muster1"]
    assert "Eva Muster1: 1 Tandem" in view.told.value
    view.all.click()
    assert view.picture.selected == ""
    assert len(view.tandems.rows) == 2


def test_the_way_on_leads_to_the_approval_or_to_the_reports(run):
    fill(run)
    assert 'href="matching?run=' in NetworkView(NetworkModel(run)).findings.value
    form_tandem(run, "P1", "P3")
    assert 'href="reports?run=' in NetworkView(NetworkModel(run)).findings.value


def test_the_matrix_says_where_nothing_is_and_where_nothing_can_be(run):
    fill(run)
    view = NetworkView(NetworkModel(run))
    view.switch.value = "matrix"
    table = read_table(view.matrix.value)
    assert len(table) == 8
    assert table["Lünen"]["Kamen"] == "1"
    assert table["Werne"]["Kamen"] == "0"
    assert table["Werne"]["Werne"] == "–nicht vorgesehen"
    assert table["Werne"]["gibt"] == "0"
    assert view.matrix.value.count("mk-never") == 7
    assert view.matrix.value.count("mk-zero") == 7 * 7 - 7 - 2


@pytest.mark.parametrize("sight", ["organisations", "matrix", "people"])
def test_what_people_typed_is_never_markup(run, sight):
    fill(run, HOSTILE)
    apply(run, 9, "mentee", organisation=HOSTILE, answers={"pay_grade": 12})
    form_tandem(run, "P9", "P3")
    view = NetworkView(NetworkModel(run))
    view.switch.value = sight
    assert "<img" not in view.matrix.value + view.findings.value + view.told.value
    if sight != "matrix":
        assert "<img" not in view.picture._svg


def test_what_is_not_offered_cannot_be_chosen(run):
    fill(run)
    view = NetworkView(NetworkModel(run))
    for content in ({"choose": "heatmap"}, {"choose": None}, {"choose": ["people"]}, None, "people"):
        view.switch._handle_custom_msg(content, [])
    view.switch.set_state({"value": "people"})
    assert view.switch.value == "organisations"


@pytest.mark.parametrize(
    ("kind", "begins"),
    [
        ("svg", b"<svg"),
        ("graphml", b"<graphml"),
        ("csv", b"mentor_organisation"),
        ("gexf", b"<gexf"),
        ("png", b"\x89PNG"),
    ],
)
def test_what_is_looked_at_can_be_taken_along(run, kind, begins):
    fill(run)
    view = NetworkView(NetworkModel(run))
    view.files[kind].click()
    assert view.download.name == f"Netzwerk-2014-Organisationen.{kind}"
    assert begins in view.download.content[:200]
    view.switch.value = "people"
    assert view.download.content == b""


def test_nobody_to_match_is_said_with_the_way_on(run):
    view = NetworkView(NetworkModel(run))
    assert view.model.network is None
    with pytest.raises(NothingToMatch) as refusal:
        run.match()
    assert view.model.blockers == [str(refusal.value)]
    assert 'href="matching?run=cross-administration%2F2014"' in view.findings.value
    assert view.body.layout.display == "none"


def test_a_role_without_the_right_sees_no_network(run):
    fill(run)
    grant = Grant(
        id="G1",
        user_id="lore",
        role="organisation",
        programme_id="cross-administration",
        organisation="Lünen",
    )
    own = Workbench(run.bench.store, Actor("lore", (grant,))).run()
    model = NetworkModel(own)
    assert model.network is None
    assert model.blockers


def test_a_programme_without_organisations_shows_its_people(run):
    run = run.bench.add("arts-academy")
    apply(run, 1, "mentee", organisation=None)
    apply(run, 2, "mentor", organisation=None)
    view = NetworkView(NetworkModel(run))
    assert view.model.sight == "people"
    assert view.switch.layout.display == "none"
    assert view.model.network.findings == ["1 Tandem"]
    assert shown_names(view) == {"Eva Muster1", "Eva Muster2"}


def test_where_tandems_stay_within_their_organisation_the_finding_is_who_has_some(run):
    run = run.bench.add("party-chapters")
    apply(run, 1, "mentee", organisation="Harz")
    apply(run, 2, "mentor", organisation="Harz")
    heading, missing, within = NetworkModel(run).network.findings
    assert heading == "1 von 14 Organisationen hat Tandems"
    assert missing.startswith("Ohne Tandem: Altmarkkreis Salzwedel")
    assert within == "1 Tandem bleibt innerhalb seiner Organisation."


def test_the_network_is_told_in_english_too(run):
    set_default_voice(Voice("en"))
    fill(run)
    assert NetworkModel(run).network.findings[0] == "2 tandems link 2 of 7 organisations"
