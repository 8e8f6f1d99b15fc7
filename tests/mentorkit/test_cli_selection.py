from __future__ import annotations

import json
import zipfile

import pytest
from click.testing import CliRunner

from mentorkit.cli import main
from mentorkit.examples import sample_files


def call(*arguments, code=0):
    found = CliRunner().invoke(main, [str(each) for each in arguments], env={"MENTORKIT_USER": None})
    assert found.exit_code == code, (found.output, found.stderr, found.exception)
    return found


def answer(*arguments):
    return json.loads(call(*arguments, "--json").stdout)


@pytest.fixture
def unna(tmp_path):
    bench = tmp_path / "unna.mentorkit"
    call("init", bench, "--preset", "cross-administration")
    call("intake", bench, *sample_files("cross-administration"))
    return bench


def test_places_can_be_given_by_another_order_and_fixed_so(unna):
    chosen, tried = answer("select", unna), answer("select", unna, "--by", "arrival")
    assert (chosen["orders"]["general"], tried["orders"]["general"]) == ("matching", "arrival")
    assert answer("select", unna) == chosen
    fixed = answer("select", unna, "--by", "arrival", "--fix")
    assert fixed["fixed"]
    assert fixed["waiting"] == tried["waiting"]
    assert answer("select", unna)["orders"]["general"] == "arrival"


def test_a_fixed_selection_is_not_fixed_by_another_order(unna):
    fixed = answer("select", unna, "--by", "arrival", "--fix")
    refused = call("select", unna, "--by", "received", "--fix", code=1)
    assert "Die Auswahl steht fest" in refused.stderr
    assert answer("select", unna) == answer("select", unna, "--by", "arrival", "--fix") == fixed


def test_both_ways_are_compared(unna):
    found = answer("select", unna, "--compare")
    matching, ranked = found["matching"], found["ranked"]
    assert (matching["tandems"], matching["total"]) >= (ranked["tandems"], ranked["total"])
    assert "Wählt das Matching aus" in call("select", unna, "--compare").stdout
    call("select", unna, "--compare", "--fix", code=2)


def test_letters_are_written_for_a_fixed_selection_only(unna, tmp_path):
    target = tmp_path / "schreiben.zip"
    assert "legen Sie zuerst die Auswahl fest" in call("letters", unna, "-o", target, code=1).stderr
    assert not target.exists()
    fixed = answer("select", unna, "--fix")
    told = answer("letters", unna, "-o", target)
    assert told["letters"]["accepted"] == len(fixed["selected"])
    assert told["letters"]["waiting"] == len(fixed["waiting"])
    with zipfile.ZipFile(target) as archive:
        assert len(archive.namelist()) == 2 * sum(told["letters"].values())
