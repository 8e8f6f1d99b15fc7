"""The commands on consents, contact data and the record of processing activities."""

from __future__ import annotations

import json
from io import BytesIO

import openpyxl
import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from mentorkit.cli import main
from mentorkit.examples import sample_files
from mentorkit.privacy.consents import note
from mentorkit.programme.records import Application, Tandem
from mentorkit.workbench import open_workbench


@pytest.fixture
def unna(tmp_path, monkeypatch):
    monkeypatch.setenv("MENTORKIT_LANGUAGE", "de")
    path = tmp_path / "unna.mentorkit"
    assert run("init", str(path), "--preset", "cross-administration").exit_code == 0
    assert run("intake", str(path), *map(str, sample_files("cross-administration"))).exit_code == 0
    return str(path)


def run(*arguments):
    return CliRunner().invoke(main, list(arguments))


def test_consents_contacts_and_processing_are_told(unna, tmp_path) -> None:
    bench = open_workbench(unna)
    with bench.store.write("test", "test") as writer:
        people = [a for a in writer.all(Application) if a.takes_part]
        mentee, mentor = (next(a for a in people if a.role == role) for role in ("mentee", "mentor"))
        writer.save(Tandem(id=writer.new_id(Tandem), run_id=mentee.run_id, mentee_id=mentee.person_id,
                           mentor_id=mentor.person_id, score=1, contributions={}))  # fmt: skip
    for one in (mentee, mentor):
        note(bench.store, bench.actor, one.person_id, "sharing", True, channel="paper")
    assert bench.run().release_contacts()["mentee_person_id"].to_list() == [mentee.person_id]
    bench.close()
    told = run("consents", unna)
    assert told.exit_code == 0
    assert "willigt ein" in told.output
    rows = json.loads(run("consents", unna, "--json").stdout)["consents"]
    given = {row["person_id"] for row in rows if row["state"] == "given"}
    assert given == {mentee.person_id, mentor.person_id}
    assert {row["since"] for row in rows if row["state"] == "never"} == {None}
    file = tmp_path / "contacts.xlsx"
    assert json.loads(run("contacts", unna, "-o", str(file), "--json").stdout)["tandems"] == 1
    names = [cell.value for cell in openpyxl.load_workbook(file).active[2]]
    assert (names[0], names[4]) == (mentee.name, mentor.name)
    record = tmp_path / "processing.pdf"
    assert json.loads(run("processing", unna, "-o", str(record), "--json").stdout)["missing"]
    assert "Verzeichnis" in PdfReader(BytesIO(record.read_bytes())).pages[0].extract_text()


def test_where_nobody_agrees_no_contact_file_is_written_and_it_is_said(unna, tmp_path) -> None:
    file = tmp_path / "contacts.xlsx"
    told = run("contacts", unna, "-o", str(file))
    assert told.exit_code == 1
    assert "In keinem Tandem haben beide eingewilligt" in told.output
    assert not file.exists()


@pytest.mark.parametrize(("command", "ending"), [("contacts", ".xlsx"), ("processing", ".pdf")])
def test_a_file_of_another_kind_is_refused_before_anything_is_done(unna, tmp_path, command, ending) -> None:
    for name in ("x.docx", "nix"):
        told = run(command, unna, "-o", str(tmp_path / name))
        assert told.exit_code == 2
        assert f"auf {ending} endet" in told.output
        assert not (tmp_path / name).exists()


def test_what_hinders_a_file_is_said_in_german(unna, tmp_path) -> None:
    told = run("processing", unna, "-o", str(tmp_path / "fehlt" / "v.pdf"))
    assert told.exit_code == 1
    assert "den Ordner gibt es nicht" in told.output


def test_a_head_that_is_none_is_told_apart_from_a_trail_that_was_cut(unna) -> None:
    told = run("check", unna, "--head", "zzz")
    assert told.exit_code == 2
    assert "„zzz“ ist keiner" in told.output
    cut = run("check", unna, "--head", "0" * 63 + "1")  # the control: a head, but not of this trail
    assert cut.exit_code == 1
    assert "Einträge am Ende entfernt" in cut.output


def test_a_question_that_is_left_is_told_in_german(unna) -> None:
    told = CliRunner().invoke(main, ["keys", "drill", unna], input="")
    assert told.exit_code == 1
    assert "Abgebrochen. Es wurde nichts getan." in told.output
    assert "Aborted" not in told.output
