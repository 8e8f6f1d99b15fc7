from xml.etree import ElementTree

import pytest
from app_people import HOSTILE, apply, form_tandem
from mentorkit_widgets.network.app import NetworkView
from mentorkit_widgets.network.model import TANGLE, NetworkModel

from mentorkit.errors import NothingToMatch
from mentorkit.language import Voice, set_default_voice
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import EarlierTandem, Grant
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


def earlier(run, year, mentor, mentee):
    """Store a tandem of a history sheet between two people, each a name and an organisation."""
    with run.bench.store.write("anna", "test") as writer:
        writer.save(
            EarlierTandem(
                id=writer.new_id(EarlierTandem), programme_id="cross-administration", year=year,
                mentor=mentor[0], mentor_organisation=mentor[1],
                mentee=mentee[0], mentee_organisation=mentee[1],
            )
        )  # fmt: skip


def history(run):
    """Two runs before: one link that is there today too, and one that is not; a mentee becomes a mentor."""
    earlier(run, "2010", ("Ute Vorn", "Kamen"), ("Ina Früh", "Lünen"))
    earlier(run, "2012", ("Ina Früh", "Lünen"), ("Ada Ganz", "Werne"))


def picture(view):
    return view.picture.picture


def shown_names(view):
    return set(picture(view)._nodes["name"])


def part(view, key):
    view.parts.value = key
    return view.parts.panel(key).children[0]


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
    assert model.proposed
    assert "noch nichts freigegeben" in model.origin
    assert model.present.findings == [
        "2 Tandems verbinden 2 von 7 Organisationen",
        "1 von 21 Paaren von Organisationen ist durch ein Tandem verbunden. Das sind 5 %.",
        "Ohne Tandem: Bergkamen, Fröndenberg, Kreis Unna, Schwerte und Werne.",
    ]


def test_approved_tandems_take_the_place_of_the_proposal(run):
    fill(run)
    form_tandem(run, "P1", "P3")
    model = NetworkModel(run)
    assert not model.proposed
    assert len(model.present.tandems) == 1
    assert "freigegebenen" in model.origin


def test_looking_changes_nothing(run):
    fill(run)
    with run.bench.store.read() as reader:
        before = reader.trail()
    NetworkView(NetworkModel(run))
    with run.bench.store.read() as reader:
        assert reader.trail() == before


def test_people_come_first_and_the_switch_leads_to_the_organisations(run):
    fill(run)
    view = NetworkView(NetworkModel(run))
    assert "Eva Muster1" in picture(view)._svg
    view.picture.switch._handle_custom_msg({"choose": "organisations"}, [])
    assert view.model.sight == "organisations"
    assert shown_names(view) == set(run.organisations)
    assert picture(view)._description.startswith("2 Tandems.")


def test_of_many_tandems_the_organisations_come_first(run, monkeypatch):
    monkeypatch.setattr("mentorkit_widgets.network.model.TANGLE", 1)
    fill(run)
    assert TANGLE == 150
    assert NetworkModel(run).sight == "organisations"


def test_a_sign_that_is_chosen_tells_who_it_is_and_shows_its_tandems(run):
    fill(run)
    view = NetworkView(NetworkModel(run))
    table = view.picture.tandems
    everybody = {(row["mentor"]["text"], row["mentee"]["text"]) for row in table.rows}
    assert everybody == {("Eva Muster3", "Eva Muster1"), ("Eva Muster4", "Eva Muster2")}
    picture(view)._handle_custom_msg({"select": "P1"}, [])
    assert [row["mentee"]["text"] for row in table.rows] == ["Eva Muster1"]
    assert "<h3>Eva Muster1</h3>" in view.picture.told.value
    assert "1 Tandem als Mentee" in view.picture.told.value
    view.picture.switch.value = "organisations"
    assert picture(view).selected == ""
    assert len(table.rows) == 2
    picture(view).select("Werne")
    assert table.rows == []
    assert table.caption == "Tandems von Werne"
    assert "Werne hat kein Tandem" in view.picture.told.value
    view.picture.all.click()
    assert picture(view).selected == ""
    assert len(table.rows) == 2


def test_another_notebook_can_follow_who_is_selected(run):
    fill(run)
    view = NetworkView(NetworkModel(run))
    followed = []
    view.model.observe(lambda change: followed.append(change["new"]), "selected")
    picture(view)._handle_custom_msg({"select": "P3"}, [])
    picture(view)._handle_custom_msg({"select": ""}, [])
    assert followed == ["P3", ""]


def test_the_slider_shows_the_runs_before_alone_or_together(run):
    fill(run)
    form_tandem(run, "P1", "P3")
    history(run)
    view = NetworkView(NetworkModel(run))
    assert [key for key, _ in view.slider.options] == ["2010", "2012", "2014"]
    assert shown_names(view) == {"Eva Muster1", "Eva Muster3"}
    view.slider._handle_custom_msg({"choose": "2012"}, [])
    assert shown_names(view) == {"Ina Früh", "Ada Ganz"}
    assert view.model.present.findings[0] == "1 Tandem verbindet 2 von 7 Organisationen"
    view.span._handle_custom_msg({"choose": "until"}, [])
    assert shown_names(view) == {"Ina Früh", "Ada Ganz", "Ute Vorn"}
    assert {row["run"] for row in view.picture.tandems.rows} == {"2010", "2012"}
    assert view.model.title.endswith("2010 bis 2012: Tandems")


def test_everybody_keeps_the_place_while_runs_are_added(run):
    fill(run)
    history(run)
    view = NetworkView(NetworkModel(run))
    view.span.value = "until"
    places = []
    for step in ("2010", "2012", "2014"):
        view.slider.value = step
        nodes = picture(view)._nodes
        places.append(dict(zip(nodes["id"], zip(nodes["x"], nodes["y"], strict=True), strict=True)))
        places[-1]["box"] = tuple(picture(view)._box)
    before, between, now = places
    assert before.items() <= between.items() <= now.items()
    assert len(before) < len(between) < len(now)


def test_who_is_selected_stays_so_while_she_is_there(run):
    fill(run)
    history(run)
    view = NetworkView(NetworkModel(run))
    view.slider.value = "2012"
    nodes = picture(view)._nodes
    ina = nodes["id"][nodes["name"].index("Ina Früh")]
    picture(view)._handle_custom_msg({"select": ina}, [])
    view.span.value = "until"
    assert view.model.selected == ina
    assert "1 Tandem als Mentee: 2010" in view.picture.told.value
    view.slider.value = "2014"
    view.span.value = "only"
    assert view.model.selected == ""


def test_one_run_alone_has_no_slider(run):
    fill(run)
    assert NetworkView(NetworkModel(run)).when.layout.display == "none"


def test_the_list_of_people_leads_to_the_picture(run):
    fill(run)
    view = NetworkView(NetworkModel(run))
    table = part(view, "people")
    row = next(row for row in table.rows if row["id"] == "P1")
    assert (row["partners"], row["mentees"], row["mentors"]) == (["Eva Muster3"], 1, 0)
    view.model.sight = "organisations"
    picture(view).select("Kamen")
    table.act("P1", "see")
    assert (view.parts.value, view.model.sight, picture(view).selected) == ("picture", "people", "P1")


def test_growth_tells_what_each_run_added_and_who_came_back(run):
    fill(run)
    form_tandem(run, "P1", "P3")
    history(run)
    view = NetworkView(NetworkModel(run))
    growth = part(view, "growth")
    assert [row["run"] for row in growth.runs.rows] == ["2010", "2012", "2014"]
    assert [row["links_so_far"]["text"] for row in growth.runs.rows] == ["1", "2", "2"]
    assert [row["person"] for row in growth.lineage.rows] == ["Ina Früh"]
    assert growth.lineage.rows[0]["mentor"]["note"] == "2012"
    view.slider.value = "2010"
    assert [row["run"] for row in growth.runs.rows] == ["2010"]
    assert growth.lineage.rows == []


def test_gaps_name_the_cheapest_tandem_and_lead_to_the_criterion(run):
    fill(run)
    earlier(run, "2010", ("Ute Vorn", "Werne"), ("Ina Früh", "Lünen"))
    gaps = part(NetworkView(NetworkModel(run)), "gaps")
    assert "20 von 21 Paaren von Organisationen waren noch in keinem" in gaps.told.value
    assert "part=criteria" in gaps.told.value  # the programme does not count new links yet
    assert ("Lünen", "Werne") not in {(row["organisation"], row["other"]) for row in gaps.table.rows}
    rows = {(row["organisation"], row["other"]): row for row in gaps.table.rows}
    assert rows["Kamen", "Lünen"]["price"]["text"] == "Der Vorschlag verbindet sie."
    assert rows["Bergkamen", "Kamen"]["price"]["text"] == "Aus Bergkamen nimmt niemand am Matching teil."


def test_where_each_price_takes_a_solution_gaps_are_priced_in_steps(run, monkeypatch):
    monkeypatch.setattr("mentorkit_widgets.network.gaps._AT_ONCE", 8)
    monkeypatch.setattr("mentorkit.network.gaps.takes_solutions", lambda _matching: True)
    fill(run)
    gaps = part(NetworkView(NetworkModel(run)), "gaps")

    def unpriced():
        return sum(row["price"]["text"] == "noch nicht berechnet" for row in gaps.table.rows)

    assert (len(gaps.table.rows), unpriced()) == (21, 13)
    assert gaps.more.description == "Preise für 8 weitere Lücken berechnen"
    gaps.more.click()
    assert gaps.more.description == "Preise für 5 weitere Lücken berechnen"
    gaps.more.click()
    assert (len(gaps.table.rows), unpriced()) == (21, 0)
    assert gaps.more.layout.display == "none"


def test_gaps_of_an_approved_run_have_no_price_any_more(run):
    fill(run)
    form_tandem(run, "P1", "P3")
    gaps = part(NetworkView(NetworkModel(run)), "gaps")
    assert [column["key"] for column in gaps.table.columns] == ["organisation", "other"]
    assert len(gaps.table.rows) == 20
    assert "href" not in gaps.told.value


def test_where_new_links_are_a_criterion_gaps_lead_to_its_weight(run):
    run = run.bench.add("cross-company")
    apply(run, 1, "mentee", organisation="Stahlwerk")
    apply(run, 2, "mentor", organisation="Brauerei")
    assert "show=weights" in part(NetworkView(NetworkModel(run)), "gaps").told.value


def test_measures_without_a_value_are_told_with_their_reason_once(run):
    fill(run)
    form_tandem(run, "P1", "P3")
    measures = part(NetworkView(NetworkModel(run)), "measures")
    rows = {row["id"]: row for row in measures.measures.rows}
    assert "crossing_share" not in rows
    assert measures.missing.value.count("Regel") == 1
    assert rows["coverage"]["value"] == "2"


def test_a_run_without_tandems_says_so_and_why_there_are_no_prices(run):
    history(run)
    view = NetworkView(NetworkModel(run))
    assert "Im Durchgang 2014 gibt es noch keine Tandems; zu sehen ist 2012" in view.findings.value
    assert "Zum Matching" in view.findings.value
    told = part(view, "gaps").told.value
    assert "freigegeben" not in told
    assert "weil noch kein Matching möglich ist" in told


def test_files_are_called_after_the_runs_they_show(run):
    fill(run)
    history(run)
    view = NetworkView(NetworkModel(run))
    assert view.model.file("csv")[0] == "Netzwerk-2014-Personen.csv"
    view.span.value = "until"
    assert view.model.file("csv")[0] == "Netzwerk-2010-bis-2014-Personen.csv"


def test_the_way_on_leads_to_the_approval_or_to_the_reports(run):
    fill(run)
    assert 'href="matching?run=' in NetworkView(NetworkModel(run)).findings.value
    form_tandem(run, "P1", "P3")
    assert 'href="reports?run=' in NetworkView(NetworkModel(run)).findings.value


def test_the_matrix_says_where_nothing_is_and_where_nothing_can_be(run):
    fill(run)
    view = NetworkView(NetworkModel(run))
    part(view, "matrix")
    table = read_table(view.matrix.value)
    assert len(table) == 8
    assert table["Lünen"]["Kamen"] == "1"
    assert table["Werne"]["Kamen"] == "0"
    assert table["Werne"]["Werne"] == "–nicht vorgesehen"
    assert table["Werne"]["gibt"] == "0"
    assert view.matrix.value.count("mk-never") == 7
    assert view.matrix.value.count("mk-zero") == 7 * 7 - 7 - 2


@pytest.mark.parametrize("sight", ["organisations", "people"])
def test_what_people_typed_is_never_markup(run, sight):
    fill(run, HOSTILE)
    apply(run, 9, "mentee", organisation=HOSTILE, answers={"pay_grade": 12, "field": HOSTILE})
    form_tandem(run, "P9", "P3")
    earlier(run, HOSTILE, (HOSTILE, HOSTILE), (HOSTILE, "Kamen"))
    view = NetworkView(NetworkModel(run))
    for key in view.parts.parts:
        part(view, key)
    view.model.sight = sight
    view.span.value = "until"
    for node in picture(view)._nodes["id"]:
        picture(view).select(node)
        written = (view.matrix, view.findings, view.picture.told)
        assert "<img" not in "".join(str(html.value) for html in written) + picture(view)._svg


def test_what_is_not_offered_cannot_be_chosen(run):
    fill(run)
    view = NetworkView(NetworkModel(run))
    switch = view.picture.switch
    for content in ({"choose": "heatmap"}, {"choose": None}, {"choose": ["people"]}, None, "organisations"):
        switch._handle_custom_msg(content, [])
    switch.set_state({"value": "organisations"})
    assert switch.value == "people"


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
    files = part(view, "files")
    view.model.sight = "organisations"
    files.buttons[kind].click()
    assert files.download.name == f"Netzwerk-2014-Organisationen.{kind}"
    assert begins in files.download.content[:200]
    view.model.sight = "people"
    assert files.download.content == b""


def test_nobody_to_match_is_said_with_the_way_on(run):
    view = NetworkView(NetworkModel(run))
    assert view.model.network is None
    with pytest.raises(NothingToMatch) as refusal:
        run.match()
    assert view.model.blockers == [str(refusal.value)]
    assert 'href="matching?run=cross-administration%2F2014"' in view.findings.value
    assert not hasattr(view, "parts")


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
    assert view.picture.switch.layout.display == "none"
    assert view.parts.parts == ["picture", "people", "files"]
    assert view.model.present.findings == ["1 Tandem"]
    assert shown_names(view) == {"Eva Muster1", "Eva Muster2"}


def test_where_tandems_stay_within_their_organisation_the_finding_is_who_has_some(run):
    run = run.bench.add("party-chapters")
    apply(run, 1, "mentee", organisation="Harz")
    apply(run, 2, "mentor", organisation="Harz")
    model = NetworkModel(run)
    heading, missing = model.present.findings
    assert heading == "1 von 14 Organisationen hat Tandems"
    assert missing.startswith("Ohne Tandem: Altmarkkreis Salzwedel")
    assert "gaps" not in NetworkView(model).parts.parts


def test_the_network_is_told_in_english_too(run):
    set_default_voice(Voice("en"))
    fill(run)
    assert NetworkModel(run).present.findings[0] == "2 tandems link 2 of 7 organisations"


def test_what_is_missing_in_a_history_sheet_stays_empty_and_its_node_has_its_tandems(run):
    fill(run)
    earlier(run, "2010", ("Ute Vorn", None), ("Ina Früh", "Lünen"))
    view = NetworkView(NetworkModel(run))
    view.slider.value = "2010"
    view.model.sight = "organisations"
    [row] = view.picture.tandems.rows
    assert (row["mentor"]["note"], row["mentee"]["note"]) == ("", "Lünen")
    picture(view).select("ohne Organisation")
    assert len(view.picture.tandems.rows) == 1


def test_an_organisation_called_like_the_id_of_a_person_is_not_taken_for_her(run):
    fill(run)
    apply(run, 9, "mentee", organisation="P1", answers={"pay_grade": 12})
    form_tandem(run, "P9", "P3")
    form_tandem(run, "P1", "P4")
    view = NetworkView(NetworkModel(run))
    picture(view).select("P1")
    assert [row["mentee"]["text"] for row in view.picture.tandems.rows] == ["Eva Muster1"]
    view.model.sight = "organisations"
    picture(view).select("P1")
    assert [row["mentee"]["text"] for row in view.picture.tandems.rows] == ["Eva Muster9"]


def test_where_no_tandem_is_possible_the_app_says_so(run):
    apply(run, 1, "mentee", organisation="Kamen", answers={"pay_grade": 9})
    apply(run, 3, "mentor", organisation="Kamen", answers={"pay_grade": 12})
    view = NetworkView(NetworkModel(run))
    assert "nach den Regeln ist keines möglich" in view.model.blockers[0]


def test_a_price_under_another_goal_says_against_what_it_is_measured(run):
    fill(run)
    run.make_proposal(run.save_scenario("Fair", "fair"))
    gaps = part(NetworkView(NetworkModel(run)), "gaps")
    assert gaps.model.goal == "fair"
