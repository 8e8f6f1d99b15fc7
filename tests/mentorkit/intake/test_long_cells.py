"""Cells as long as a spreadsheet allows, full of what makes a search begin again and again."""

import time

import pytest
from making import context_of

from mentorkit.intake.judge import PARSERS
from mentorkit.intake.names import split_name, without_titles
from mentorkit.intake.reading import read
from mentorkit.intake.text import LONGEST
from mentorkit.intake.wishes import Mentors
from mentorkit.programme.records import Application
from mentorkit.programme.settings import load_preset

TEMPTING = ["(", "((", "( ", ",", ", ", "1", "1 ", "bis ", "(a", "1 1/2 ", "@.", " geb.", "a", "a ", "(MdL"]
RUTH = Application(id="A1", run_id="R", person_id="P1", role="mentor", first_name="Ruth", last_name="Ahl")


@pytest.mark.parametrize("unit", TEMPTING)
def test_a_cell_takes_no_longer_than_it_is_long(unit):
    cell = unit * (LONGEST // len(unit) - 6) + "@a.de"
    start = time.process_time()
    for understand in (*PARSERS.values(), split_name, without_titles, Mentors([RUTH]).resolve):
        understand(cell)
    assert time.process_time() - start < 1.5


@pytest.mark.parametrize("unit", TEMPTING)
def test_a_file_of_such_cells_is_read(unit):
    cell = unit * (LONGEST // len(unit) - 6) + "@a.de"
    heads = ["Name", "E-Mail", "Kreisverband", "Themen", "Eingang", ""]
    rows = [heads, ["", cell, "", "", "", ""], [cell, "a@example.org", *[cell] * 4]]
    text = "\n".join(";".join(row) for row in rows)
    start = time.process_time()
    intake = read([("mentees.csv", text.encode())], context_of(load_preset("party-chapters")))
    assert intake.rows
    assert time.process_time() - start < 2
