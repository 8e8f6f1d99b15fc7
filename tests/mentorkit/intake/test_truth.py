"""What a careful reader finds in every row of the four programmes' files."""

import json
from pathlib import Path

import pytest
from making import context_of

from mentorkit.examples import sample_files
from mentorkit.intake.reading import read
from mentorkit.programme.settings import load_preset

TRUTH = Path(__file__).parents[2] / "data/truth"
FOLDERS = {
    "kreis_unna": "cross-administration",
    "landesverband": "party-chapters",
    "next_step": "cross-company",
    "musikhochschule": "arts-academy",
}


@pytest.fixture(params=FOLDERS, scope="module")
def programme(request):
    """The truth about a folder, and what was read of it."""
    preset = FOLDERS[request.param]
    intake = read(sample_files(preset), context_of(load_preset(preset)))
    return json.loads((TRUTH / f"{request.param}.json").read_text("utf-8")), intake.to_json()


def by_place(rows):
    return {(row["file"], row["role"], row["row"]): row for row in rows}


def test_every_person_is_found_and_nobody_else(programme):
    truth, found = programme
    wanted, rows = by_place(truth["rows"]), by_place(found["rows"])
    assert len(found["rows"]) == len(truth["rows"])
    assert rows.keys() == wanted.keys()
    for place, row in rows.items():
        assert [row[k] for k in ("first_name", "last_name")] == [
            wanted[place][k] for k in ("first_name", "last_name")
        ]
        assert row["organisation"] == wanted[place].get("organisation"), place
        assert row["person_id"] is None


def test_status_and_codes_are_right(programme):
    truth, found = programme
    wanted = by_place(truth["rows"])
    for place, row in by_place(found["rows"]).items():
        assert row["status"] == wanted[place]["status"], place
        assert {finding["code"] for finding in row["findings"]} == set(wanted[place]["codes"]), place


def test_pay_grades_and_places_are_right(programme):
    truth, found = programme
    rows = by_place(found["rows"])
    for place, wanted in by_place(truth["rows"]).items():
        answers = rows[place]["answers"]
        if "places" in wanted:
            assert answers.get("places", 1) == wanted["places"], place
        if "level" in wanted and not {"grade_unclear", "missing_grade"} & set(wanted["codes"]):
            assert answers["pay_grade"] == wanted["level"], place


def test_wishes_mean_the_right_mentor_or_stay_open(programme):
    truth, found = programme
    wanted = {(w["file"], w["row"], w["rank"]): (w["text"], w["mentor"]) for w in truth.get("wishes", [])}
    assert {(w["file"], w["row"], w["rank"]): (w["text"], w["mentor"]) for w in found["wishes"]} == wanted


def test_earlier_runs_are_counted(programme):
    truth, found = programme
    assert found["history"] == truth.get("history", 0)


def test_every_file_is_read(programme):
    _, found = programme
    assert {file["status"] for file in found["files"]} == {"read"}
    assert all(
        column["sure"] for file in found["files"] for sheet in file["sheets"] for column in sheet["columns"]
    )


def test_every_finding_says_what_to_do_in_a_whole_sentence(programme):
    _, found = programme
    for row in found["rows"]:
        for finding in row["findings"]:
            assert finding["message"].endswith(".")
            assert "{" not in finding["message"]
