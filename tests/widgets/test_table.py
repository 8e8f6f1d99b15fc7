import pytest
import traitlets as t
from mentorkit_widgets.components.table import Table, action, bar, cell, chip, column

from mentorkit.language import Voice, speaking

COLUMNS = [column("name", "Name"), column("score", "Score", "bar"), column("status", "Status", "chip")]


def make_row(row_id, *actions):
    return {
        "id": row_id,
        "name": f"Person {row_id}",
        "score": bar("500", 500, 1000),
        "status": chip("ok", "check", "good"),
        "actions": list(actions),
    }


@pytest.fixture
def table():
    lock = action("lock", "Lock", "Lock the tandem of Anna Beispiel", icon="lock")
    stuck = action("lock", "Lock", "Lock the tandem of Bea Muster", disabled="It is locked by Lünen.")
    made = Table("Tandems", COLUMNS, [make_row("a", lock), make_row("b", stuck)], selectable=True)
    yield made
    made.close()


@pytest.fixture
def pressed(table):
    calls = []
    table.on_action(lambda *call: calls.append(call))
    return calls


def send(table, **message):
    table._handle_custom_msg(message, [])


def test_a_head_begins_with_a_capital_and_keeps_the_rest():
    assert [column("a", head)["label"] for head in ("mentee", "E-Mail", "")] == ["Mentee", "E-Mail", ""]


def test_a_press_reaches_the_callback_with_row_and_action(table, pressed):
    table.act("a", "lock")
    send(table, event="action", row="a", action="lock")
    assert pressed == [("a", "lock"), ("a", "lock")]


@pytest.mark.parametrize(
    ("row", "name"), [("b", "lock"), ("a", "forbid"), ("c", "lock"), ("", "lock"), (None, None), ([], {})]
)
def test_a_hand_made_message_for_what_is_not_offered_does_nothing(table, pressed, row, name):
    send(table, event="action", row=row, action=name)
    assert pressed == []


@pytest.mark.parametrize(("row", "name"), [("b", "lock"), ("a", "forbid"), ("c", "lock")])
def test_pressing_what_is_not_offered_is_an_error_in_python(table, pressed, row, name):
    with pytest.raises(ValueError, match="does not offer"):
        table.act(row, name)
    assert pressed == []


def test_a_message_that_is_no_message_does_nothing(table, pressed):
    for content in (None, "lock", 3, {"event": "action"}, {"event": "close", "row": "a", "action": "lock"}):
        table._handle_custom_msg(content, [])
    assert pressed == []
    assert table.selected == ""


def test_state_that_the_browser_claims_is_ignored(table):
    before = list(table.rows)
    table.set_state({"rows": [], "caption": "mine", "selected": "b", "selectable": False})
    assert (table.rows, table.caption, table.selected, table.selectable) == (before, "Tandems", "", True)


def test_rows_are_selected_by_message_and_by_call(table):
    send(table, event="select", row="a")
    assert table.selected == "a"
    table.select("b")
    assert table.selected == "b"
    send(table, event="select", row="nobody")
    assert table.selected == "b"
    send(table, event="select", row="")
    assert table.selected == ""


def test_a_table_that_is_not_selectable_selects_nothing():
    table = Table("Tandems", COLUMNS, [make_row("a")])
    send(table, event="select", row="a")
    assert table.selected == ""
    with pytest.raises(ValueError, match="no row 'a'"):
        table.select("a")
    table.close()


def test_the_selection_goes_with_its_row(table):
    table.select("a")
    table.rows = [make_row("b"), make_row("a")]
    assert table.selected == "a"
    table.rows = [make_row("b")]
    assert table.selected == ""


@pytest.mark.parametrize("rows", [[{"name": "x"}], [{"id": ""}], [{"id": 3}], [{"id": "a"}, {"id": "a"}]])
def test_rows_need_an_id_of_their_own(table, rows):
    with pytest.raises(t.TraitError, match="id of its own"):
        table.rows = rows


def test_an_unknown_option_is_refused():
    with pytest.raises(TypeError):
        Table("Tandems", COLUMNS, sorted_by="name")


@pytest.mark.parametrize(
    ("value", "most", "share"), [(0, 1000, 0), (500, 1000, 0.5), (2000, 1000, 1), (1, 0, 0)]
)
def test_a_bar_stays_between_nothing_and_full(value, most, share):
    assert bar("text", value, most)["share"] == share


def test_a_cell_sorts_apart_from_what_it_reads():
    assert cell("28.02.2014", "2014-02-28")["sort"] == "2014-02-28"


def test_the_words_of_the_table_follow_the_language():
    with speaking(Voice("de")):
        german = Table("Tandems", COLUMNS)
    with speaking(Voice("en")):
        english = Table("Tandems", COLUMNS)
    assert (german._words["language"], german._words["filter"]) == ("de", "Filtern")
    assert (english._words["language"], english._words["filter"]) == ("en", "Filter")
    assert set(german._words["shown"].split()) >= {"{shown}", "{all}"}
    german.close()
    english.close()


def test_a_note_stands_below_and_does_not_sort():
    assert cell("Anna Beispiel", note="Lünen") == {
        "text": "Anna Beispiel",
        "sort": "Anna Beispiel",
        "note": "Lünen",
    }


def test_a_caption_begins_with_a_capital():
    table = Table("mentees", [column("name", "Name")])
    assert table.caption == "Mentees"
    table.caption = "free mentors"
    assert table.caption == "Free mentors"
