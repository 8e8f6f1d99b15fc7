import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from networkx.algorithms.isomorphism import DiGraphMatcher
from tandem_frames import TOWNS, frame, frames

from mentorkit.errors import MentorkitError
from mentorkit.network import organisation_graph, person_graph, pseudonymised, write

KEY = b"no key for real people"
once = settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
NAMES = ["Ada Köhl", "Bea Groß", "Öznur Yıldız", "<Zoë>", "Ida-Marie"]


@st.composite
def told(draw):
    """Tandems of people, organisations, fields and events that can be told from any other text."""
    tandems = draw(frames(most=6))
    for role in ("mentor", "mentee"):
        tandems[role] = [draw(st.sampled_from(NAMES)) for _ in range(len(tandems))]
        tandems[f"{role}_organisation"] = [draw(st.sampled_from([None, *TOWNS])) for _ in range(len(tandems))]
        tandems[f"{role}_id"] = "wb/" + tandems[f"{role}_id"].astype(str)
    people = st.sampled_from([*tandems["mentor_id"], *tandems["mentee_id"], "wb/p77"])
    rows = draw(
        st.lists(st.tuples(st.sampled_from(["Gala", "Treff"]), people, st.sampled_from(["Ball", "event"])))
    )
    return tandems, pd.DataFrame(rows, columns=["event", "person_id", "kind"])


@given(told())
@once
def test_no_file_of_the_pseudonymised_network_holds_a_name_an_id_or_a_rare_value(tmp_path, given_data):
    tandems, attendance = given_data
    graph = person_graph(tandems, attendance=attendance)
    for original in (graph, organisation_graph(tandems, TOWNS)):
        for node in original:
            original.nodes[node]["remark"] = "Ada Köhl kennt Kamen"
        veiled = pseudonymised(original, KEY, organisations=True)
        secret = {*NAMES, *TOWNS, *graph, "Gala", "Treff", "Ball", "remark"}
        fields = [field for _, field in graph.nodes(data="field") if field]
        secret |= {field for field in fields if fields.count(field) < 3}
        for suffix in ("graphml", "gexf", "csv", "svg"):
            write(veiled, tmp_path / f"net.{suffix}")
            text = (tmp_path / f"net.{suffix}").read_text("utf-8").replace("&lt;", "<").replace("&gt;", ">")
            assert not [word for word in secret if word in text]


@given(told(), st.booleans())
@once
def test_the_structure_is_isomorphic_with_states_years_and_scores(given_data, organisations):
    tandems, attendance = given_data
    for graph in (person_graph(tandems, attendance=attendance), organisation_graph(tandems, TOWNS)):
        veiled = pseudonymised(graph, KEY, organisations=organisations)
        assert type(veiled) is type(graph)
        assert DiGraphMatcher(graph, veiled).is_isomorphic()
        for key in ("year", "state", "score", "run", "kind", "weight", "dissolved", "runs", "since"):
            before = sorted(str(value) for *_, value in graph.edges(data=key))
            assert before == sorted(str(value) for *_, value in veiled.edges(data=key))


def test_somebody_has_the_same_pseudonym_in_every_export_and_another_under_another_key():
    tandems = frame(("Ada", "Kamen", "Bea", "Lünen"))
    first = person_graph(tandems)
    later = person_graph(frame(("Bea", "Werne", "Cleo", "Kamen")))
    one, two = set(pseudonymised(first, KEY)), set(pseudonymised(later, KEY))
    assert len(one & two) == 1
    assert not one & set(pseudonymised(first, KEY[::-1]))
    assert "Kamen" in {name for _, name in pseudonymised(first, KEY).nodes(data="organisation")}
    places = {name for _, name in pseudonymised(first, KEY, organisations=True).nodes(data="organisation")}
    assert places <= set(pseudonymised(organisation_graph(tandems), KEY, organisations=True))


def test_the_order_tells_nothing_about_the_ids():
    graph = person_graph(frame(*((f"M{i:02}", None, f"E{i:02}", None) for i in range(20))))
    veiled = pseudonymised(graph, KEY)
    assert list(veiled) == sorted(veiled)
    assert list(veiled.edges()) == sorted(veiled.edges())


def test_a_field_stays_where_three_share_it_in_the_organisation_that_has_its_name():
    tandems = frame(*((f"M{i}", "Kamen", f"E{i}", "Lünen" if i else "Werne") for i in range(3)))
    tandems = tandems.assign(mentor_field="Recht", mentee_field=["Technik", "Technik", "Kunst"])
    fields = [field for _, field in pseudonymised(person_graph(tandems), KEY).nodes(data="field")]
    assert sorted(map(str, fields)) == ["None"] * 3 + ["Recht"] * 3
    tandems["mentee_field"] = ["Technik"] * 3
    told = pseudonymised(person_graph(tandems), KEY).nodes(data="field")
    assert sorted(str(field) for _, field in told) == ["None"] * 3 + ["Recht"] * 3
    told = pseudonymised(person_graph(tandems), KEY, organisations=True).nodes(data="field")
    assert sorted(str(field) for _, field in told) == ["Recht"] * 3 + ["Technik"] * 3


def test_a_short_key_is_refused():
    with pytest.raises(MentorkitError, match="too short: 5 of at least 16"):
        pseudonymised(person_graph(frame()), b"short")
