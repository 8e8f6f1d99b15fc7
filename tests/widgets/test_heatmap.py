"""The map of all pairs as a component."""

import numpy as np
import pytest
from mentorkit_widgets.components.heatmap import ALLOWED, CHOSEN, NOT_ALLOWED, HeatMap, head


@pytest.fixture
def grid():
    made = HeatMap("Alle Paare", "Öffnen")
    numbers = np.array([[700, 0, 1000], [10, 20, 30]])
    states = np.array([[CHOSEN, NOT_ALLOWED, ALLOWED]] * 2)
    made.show([head("Ada", "Kamen"), head("Eva")], [head(n) for n in "XYZ"], numbers, states)
    return made


def test_the_browser_gets_numbers_and_states_row_by_row(grid):
    assert np.frombuffer(grid._numbers, "<i4").tolist() == [700, 0, 1000, 10, 20, 30]
    assert list(grid._states) == [2, 0, 1, 2, 0, 1]
    assert grid._rows[0] == {"name": "Ada", "group": "Kamen"}


def test_staying_on_a_cell_and_opening_it_are_heard(grid):
    heard = []
    grid.on_visit(lambda *place: heard.append(("visit", *place)))
    grid.on_open(lambda *place: heard.append(("open", *place)))
    grid._handle_custom_msg({"event": "visit", "row": 1, "column": 2}, [])
    grid._handle_custom_msg({"event": "open", "row": 0, "column": 0}, [])
    assert heard == [("visit", 1, 2), ("open", 0, 0)]


@pytest.mark.parametrize(
    "message",
    [None, "visit", {"event": "visit"}, {"event": "visit", "row": 2, "column": 0},
     {"event": "open", "row": -1, "column": 0}, {"event": "open", "row": True, "column": 0},
     {"event": "drop", "row": 0, "column": 0}],
)  # fmt: skip
def test_a_message_about_no_cell_does_nothing(grid, message):
    heard = []
    grid.on_visit(lambda *place: heard.append(place))
    grid.on_open(lambda *place: heard.append(place))
    grid._handle_custom_msg(message, [])
    assert heard == []
    with pytest.raises(ValueError, match="no cell"):
        grid.visit(5, 5)
