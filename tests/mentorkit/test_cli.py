"""The commands of the contract, called as a script calls them."""

import csv
import json
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from mentorkit.cli import main
from mentorkit.cli.common import OnABench
from mentorkit.examples import sample_files
from mentorkit.intake import actions
from mentorkit.matching import service as matching_service
from mentorkit.privacy.accounts import Accounts
from mentorkit.store import Store
from mentorkit.workbench import Workbench, open_workbench

UNNA = [str(path) for path in sample_files("cross-administration")]


def call(*arguments, code=0, input=None, env=None):
    result = CliRunner().invoke(
        main, [str(a) for a in arguments], input=input, env={"MENTORKIT_USER": None, **(env or {})}
    )
    assert result.exit_code == code, (result.output, result.stderr, result.exception)
    return result


def answer(*arguments, code=0, **options):
    return json.loads(call(*arguments, "--json", code=code, **options).stdout)


@pytest.fixture
def bench(tmp_path):
    target = tmp_path / "unna.mentorkit"
    call("init", target, "--preset", "cross-administration")
    return target


@pytest.fixture(scope="module")
def _unna(tmp_path_factory):
    target = tmp_path_factory.mktemp("unna") / "unna.mentorkit"
    call("init", target, "--preset", "cross-administration")
    call("intake", target, *UNNA)
    return target


@pytest.fixture
def unna(_unna, tmp_path):
    return Path(shutil.copyfile(_unna, tmp_path / "copy.mentorkit"))


def test_init_makes_a_workbench_and_adds_programmes_and_runs_to_it(tmp_path):
    target = tmp_path / "b.mentorkit"
    assert answer("init", target, "--preset", "cross-administration")["run"] == "cross-administration/2014"
    assert answer("init", target, "--preset", "party-chapters")["run"] == "party-chapters/2008/09"
    assert (
        answer("init", target, "--preset", "cross-administration", "--run", "2015")["run"]
        == "cross-administration/2015"
    )
    call("init", target, "--preset", "cross-administration", code=1)
    assert (
        answer("init", target, "--preset", "arts-academy", "--name", "Mein Weg", "--run", "A")["run"]
        == "mein-weg/A"
    )


def test_a_run_goes_into_no_programme_of_another_preset_and_a_programme_has_a_name(tmp_path):
    target = tmp_path / "b.mentorkit"
    call("init", target, "--preset", "cross-company", "--name", "Netz!")
    assert "Netz!" in call("init", target, "--preset", "arts-academy", "--name", "netz", code=1).stderr
    for name in ("   ", "", "!?"):
        call("init", target, "--preset", "arts-academy", "--name", name, code=2)
    again = answer("init", target, "--preset", "cross-company", "--name", "netz", "--run", "B")
    assert again["run"] == "netz/B"


@pytest.mark.parametrize(
    ("run", "closing"),
    [("2014", "2014-02-28"), ("2016", "2016-02-28"), ("2015/16", "2015-02-28"), ("Herbst", None)],
)
def test_a_further_run_has_the_calendar_of_its_own_year_or_none(tmp_path, run, closing):
    with_calendar = Workbench.of(Store.create(), None).add("cross-administration", run=run).record
    assert (with_calendar.closing and with_calendar.closing.isoformat()) == closing
    assert bool(with_calendar.calendar) == bool(closing)


def test_an_unknown_preset_is_wrong_use_and_leaves_no_file(tmp_path):
    result = call("init", tmp_path / "b.mentorkit", "--preset", "nonsense", code=2)
    assert "nonsense" in result.stderr
    assert not (tmp_path / "b.mentorkit").exists()


def test_every_preset_can_be_shown(tmp_path):
    for row in json.loads(call("preset", "list", "--json").stdout)["presets"]:
        assert "[run]" in call("preset", "show", row["name"]).stdout
    call("preset", "show", "nonsense", code=2)


def test_intake_takes_the_seven_files_and_says_what_is_doubtful(bench):
    document = answer("intake", bench, *UNNA)
    assert document["committed"] is True
    assert len(document["rows"]) == 52
    assert {file["status"] for file in document["files"]} == {"read"}
    assert all(row["person_id"] for row in document["rows"])
    assert len(answer("applications", bench)["applications"]) == 52
    again = answer("intake", bench, *UNNA)
    assert [(r["person_id"], r["status"]) for r in again["rows"]] == [
        (r["person_id"], r["status"]) for r in document["rows"]
    ]
    assert len(answer("applications", bench)["applications"]) == 52


def test_a_dry_run_changes_nothing(bench):
    before = bench.read_bytes()
    document = answer("intake", bench, *UNNA, "--dry-run")
    assert document["committed"] is False
    assert len(document["rows"]) == 52
    assert bench.read_bytes() == before


def test_a_refused_file_is_named_and_the_good_ones_are_taken(bench, tmp_path):
    silly = {
        "leer.xlsx": b"",
        "bild.xlsx": b"\x89PNG\r\n\x1a\n" + bytes(200),
        "halb.xlsx": (sample_files("cross-administration")[0]).read_bytes()[:3000],
        "text.csv": b"Sehr geehrte Damen und Herren,\nich bitte um Aufnahme.\n",
    }
    for name, content in silly.items():
        (tmp_path / name).write_bytes(content)
    document = answer(
        "intake", bench, *(tmp_path / name for name in silly), tmp_path / "fehlt.xlsx", UNNA[0], code=1
    )
    refused = {file["file"]: file["message"] for file in document["files"] if file["status"] == "refused"}
    assert set(refused) == {*silly, "fehlt.xlsx"}
    assert all(refused.values())
    assert len(document["rows"]) == len(answer("applications", bench)["applications"]) == 6


def test_match_is_proved_the_same_twice_and_breaks_no_rule(unna, tmp_path):
    first = call("match", unna, "--json").stdout
    assert first == call("match", unna, "--json").stdout
    document = json.loads(first)
    assert document["status"] == "optimal"
    assert document["goal"] == "total"
    for tandem in document["tandems"]:
        assert tandem["mentee_organisation"] != tandem["mentor_organisation"]
        assert sum(tandem["contributions"].values()) == tandem["score"]
        assert tandem["reasons"]
    for side in ("mentee", "mentor"):
        people = {(t[f"{side}_id"], t[f"{side}_organisation"]) for t in document["tandems"]}
        organisations = [organisation for _, organisation in people]
        assert max(organisations.count(o) for o in set(organisations)) <= 3
    assert document["objective"]["total"] == sum(t["score"] for t in document["tandems"])


def test_pairs_name_every_price_and_leave_the_answer_as_it_was(unna, tmp_path):
    plain = call("match", unna, "--json").stdout
    assert call("match", unna, "--json", "--pairs", tmp_path / "pairs.csv").stdout == plain
    with (tmp_path / "pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == [
        "mentee_id", "mentor_id", "allowed", "blocked_by", "score", "matched", "price_tandems", "price_total",
    ]  # fmt: skip
    matched = {(r["mentee_id"], r["mentor_id"]) for r in rows if r["matched"] == "1"}
    assert matched == {(t["mentee_id"], t["mentor_id"]) for t in json.loads(plain)["tandems"]}
    for row in rows:
        if row["matched"] == "1":
            assert (row["price_tandems"], row["price_total"]) == ("0", "0")
        if row["allowed"] == "0":
            assert row["blocked_by"]
            assert row["price_total"] == ""


def test_pairs_of_no_matching_are_not_written(unna, tmp_path):
    run = open_workbench(unna).run()
    pair = run.match().tandems.iloc[0]
    hands = run.bench.store, run.bench.actor
    matching_service.decide(*hands, run.id, pair.mentee_id, pair.mentor_id, "lock")
    (mentor,) = [a for a in run.application_records if (a.role, a.person_id) == ("mentor", pair.mentor_id)]
    with run.bench.store.write("anna", "test") as writer:
        writer.save(mentor.with_(status="error"))
    assert answer("match", unna, "--pairs", tmp_path / "pairs.csv", code=1)["status"] == "infeasible"
    assert not (tmp_path / "pairs.csv").exists()


def test_a_fixed_selection_keeps_the_quota_and_the_optimum(unna):
    before = answer("match", unna)
    fixed = answer("select", unna, "--fix")
    assert {person["person_id"] for person in fixed["selected"]} >= {
        t[f"{side}_id"] for t in before["tandems"] for side in ("mentee", "mentor")
    }
    assert fixed["waiting"]
    assert all(person["code"] and person["reason"] for person in fixed["out"])
    after = answer("match", unna)
    assert after["objective"] == before["objective"]
    assert {p["code"] for p in after["unmatched"]} >= {"not_selected"}


def test_a_fixed_selection_can_be_released(unna):
    assert answer("select", unna, "--fix")["fixed"] is True
    assert answer("select", unna, "--release")["fixed"] is False
    call("select", unna, "--fix", "--release", code=2)


def test_a_password_can_be_set_anew(unna):
    call("user", "add", unna, "anna", "--role", "lead", "--password-stdin", input="ein langes Kennwort\n")
    call("user", "password", unna, "anna", "--password-stdin", "--as", "anna", input="kurz\n", code=2)
    call("user", "password", unna, "anna", "--password-stdin", "--as", "anna", input="ein anderes Kennwort\n")
    assert Accounts(Store.open(unna)).check_password("anna", "ein anderes Kennwort")


def test_approved_tandems_become_a_network_in_every_format(unna, tmp_path):
    formed = len(answer("match", unna, "--approve")["tandems"])
    for suffix in ("graphml", "gexf", "svg", "png", "csv"):
        target = tmp_path / f"tandems.{suffix}"
        assert answer("network", unna, "-o", target)["tandems"] == formed
        first = target.read_bytes()
        answer("network", unna, "-o", target)
        assert target.read_bytes() == first
    assert len((tmp_path / "tandems.csv").read_text("utf-8").splitlines()) == formed + 1
    call("network", unna, "-o", tmp_path / "tandems.docx", code=2)


def test_where_tandems_are_made_one_by_one_an_approval_says_what_is_not_settled_and_goes_on(tmp_path):
    target = tmp_path / "academy.mentorkit"
    call("init", target, "--preset", "arts-academy")
    call("intake", target, *(str(path) for path in sample_files("arts-academy")))
    run = open_workbench(target).run("arts-academy")
    (mentee_id, mentor_id), *others = run.match().tandems[["mentee_id", "mentor_id"]].to_numpy().tolist()
    found = run.write_down(
        mentee_id, mentor_id, expectations="Offenheit", time="monatlich", content="Akustik"
    )
    tandem = run.make_tandem(found)
    run.bench.close()
    told = call("match", target, "--approve")
    assert f"{len(others)} Tandems sind Erwartungen, Zeit und Inhalte noch nicht festgehalten" in told.stderr
    run = open_workbench(target).run("arts-academy")
    assert run.tandems["mentee_id"].tolist().count(tandem.mentee_id) == 1
    assert len(run.tandems) == len(others) + 1
    run.bench.close()


def test_before_the_approval_the_network_is_that_of_the_best_matching(unna, tmp_path):
    proposed = len(answer("match", unna)["tandems"])
    told = call("network", unna, "-o", tmp_path / "netz.csv")
    assert "Matching" in told.stderr
    assert len((tmp_path / "netz.csv").read_text("utf-8").splitlines()) == proposed + 1


def test_without_organisations_there_is_no_network_of_them_and_nothing_is_written(tmp_path):
    target, file = tmp_path / "academy.mentorkit", tmp_path / "network.svg"
    call("init", target, "--preset", "arts-academy")
    call("intake", target, *(str(path) for path in sample_files("arts-academy")))
    told = call("network", target, "--organisations", "-o", file, code=1)
    assert "keine Organisationen" in told.stderr
    assert not file.exists()
    call("network", target, "-o", file)
    run = open_workbench(target).run("arts-academy")
    assert f">{run.title}: Tandems</title>" in file.read_text("utf-8")
    run.bench.close()


def test_the_network_of_all_runs_is_that_of_this_one_and_of_its_history(tmp_path):
    target = tmp_path / "companies.mentorkit"
    call("init", target, "--preset", "cross-company")
    call("intake", target, *(str(path) for path in sample_files("cross-company")))
    this = answer("network", target, "-o", tmp_path / "this.csv")
    everything = answer("network", target, "--runs", "all", "-o", tmp_path / "all.csv")
    assert this["runs"] == everything["runs"][-1:]
    past = answer(
        "network", target, *(part for name in everything["runs"][:-1] for part in ("--runs", name)), "-o",
        tmp_path / "past.csv",
    )  # fmt: skip
    assert this["tandems"] + past["tandems"] == everything["tandems"]
    told = answer("network", target, "--runs", "all", "--organisations", "-o", tmp_path / "organisations.csv")
    assert told["tandems"] == everything["tandems"]
    assert set(told) == {"file", "organisations", "tandems", "runs"}
    rows = (tmp_path / "organisations.csv").read_text("utf-8").splitlines()
    assert rows[0].startswith("mentor_organisation,mentee_organisation,tandems")
    assert "1999" in call("network", target, "--runs", "1999", "-o", tmp_path / "no.csv", code=1).stderr


def test_the_network_has_no_names_under_pseudonyms_and_the_key_stands_in_a_file(unna, tmp_path):
    people = {row["mentee"] for row in answer("match", unna)["tandems"]}
    key, target = tmp_path / "key.txt", tmp_path / "net.graphml"
    options = ("--pseudonyms", key, "-o", target)
    assert "secrets" in call("network", unna, *options, code=1).stderr
    key.write_text("short\n", "utf-8")
    assert "5 von mindestens 16" in call("network", unna, *options, code=1).stderr
    assert not target.exists()
    key.write_text("0123456789abcdef\n", "utf-8")
    assert answer("network", unna, *options)["people"]
    text = target.read_text("utf-8")
    assert "Person " in text
    assert not [name for name in (*people, "Bergkamen") if name in text]


def test_nobody_to_match_is_refused_in_a_sentence(bench, tmp_path):
    assert call("match", bench, code=1).stderr.strip()
    assert call("network", bench, "-o", tmp_path / "netz.svg", code=1).stderr.strip()


def test_a_run_must_be_named_where_there_are_several(unna):
    call("init", unna, "--preset", "arts-academy")
    assert "arts-academy/" in call("match", unna, code=1).stderr
    assert answer("match", unna, "--run", "cross-administration/2014")["status"] == "optimal"
    call("match", unna, "--run", "cross-administration/1999", code=1)


def test_on_a_workbench_with_users_one_says_who_acts(unna):
    call("user", "add", unna, "anna", "--role", "lead", "--password-stdin", input="ein langes Kennwort\n")
    call("applications", unna, code=1)
    call("applications", unna, "--as", "niemand", code=1)
    assert len(answer("applications", unna, "--as", "anna")["applications"]) == 52


def test_an_organisation_sees_its_own_people_only(unna):
    call("user", "add", unna, "anna", "--role", "lead", "--password-stdin", input="ein langes Kennwort\n")
    invited = answer(
        "user",
        "add",
        unna,
        "lena",
        "--role",
        "organisation",
        "--organisation",
        "Lünen",
        "--link",
        "--as",
        "anna",
    )
    assert invited["token"]
    seen = answer("applications", unna, "--as", "lena")["applications"]
    assert {row["organisation"] for row in seen} == {"Lünen"}
    for refused in (
        ["match", unna],
        ["select", unna],
        ["network", unna, "-o", "x.svg"],
        ["user", "list", unna],
    ):
        call(*refused, "--as", "lena", code=1)
    assert [user["name"] for user in answer("user", "list", unna, "--as", "anna")["users"]] == [
        "anna",
        "lena",
    ]
    call("user", "remove", unna, "lena", "--as", "anna")
    call("applications", unna, "--as", "lena", code=1)


def test_who_gives_more_than_the_maker_of_a_log_in_may_is_told_that_it_has_ended(unna):
    call("user", "add", unna, "anna", "--role", "operator", "--password-stdin", input="ein langes Kennwort\n")
    lead = ("--role", "lead", "--programme", "cross-administration")
    call("user", "add", unna, "lea", *lead, "--link", "--as", "anna")
    accounts = Workbench.of(Store.open(unna), "lea").accounts
    accounts.let_in(accounts.actor_of("lea"), "xenia", "Xenia", "analyst", "cross-administration")
    told = call("user", "add", unna, "xenia", "--role", "operator", "--as", "anna").stderr
    assert "Zugang von „xenia“ ist beendet" in told
    assert "mentorkit user link" in told
    assert "kann sich anmelden" in call("user", "add", unna, "xenia", *lead, "--link", "--as", "anna").stderr


@pytest.mark.sqlite
def test_check_says_that_a_workbench_is_whole_and_names_damage(unna):
    assert answer("check", unna)["ok"] is True
    content = bytearray(unna.read_bytes())
    content[9000:60000] = bytes(51000)
    unna.write_bytes(content)
    assert call("check", unna, code=1).stderr.strip()
    damaged = answer("check", unna, code=1)
    assert (damaged["ok"], len(damaged["problems"])) == (False, 1)


def test_a_backup_is_made_checked_and_restored(unna, tmp_path):
    file, sealed, secret = tmp_path / "b.mentorkit", tmp_path / "sealed", "vier rote Lampen"
    made = answer("backup", unna, file)
    assert (made["file"], made["encrypted"], made["problems"]) == (str(file), False, [])
    assert made["counts"]["application"] == len(answer("applications", unna)["applications"])
    assert answer("check", file)["ok"]
    assert "b.mentorkit" in call("backup", unna, file, code=1).stderr
    call("backup", unna, sealed, "--encrypt", input=f"{secret}\n{secret}\n")
    (tmp_path / "secret").write_text(f"{secret}\n")
    with_file = ("--passphrase-file", tmp_path / "secret")
    restored = answer("restore", sealed, tmp_path / "c.mentorkit", *with_file)
    assert (restored["encrypted"], restored["counts"]) == (True, made["counts"])
    assert answer("applications", tmp_path / "c.mentorkit") == answer("applications", unna)
    wrong = {"MENTORKIT_PASSPHRASE": "vier grüne Lampen"}
    assert "Passwort" in call("restore", sealed, tmp_path / "d.mentorkit", code=1, env=wrong).stderr
    assert "--encrypt" in call("backup", unna, tmp_path / "e", *with_file, code=2).stderr
    assert "verschlüsselte Sicherung" in call("check", sealed, code=1).stderr


def test_backups_are_made_by_the_operation_alone(unna, tmp_path):
    call("user", "add", unna, "anna", "--role", "operator", "--link")
    call("user", "add", unna, "lea", "--role", "lead", "--link", "--as", "anna")
    assert "zu sichern" in call("backup", unna, tmp_path / "b", "--as", "lea", code=1).stderr
    assert not (tmp_path / "b").exists()
    call("backup", unna, tmp_path / "b", "--as", "anna")


def test_an_upgrade_tells_whether_there_was_something_to_do(unna):
    assert answer("upgrade", unna) == {"bench": str(unna), "upgraded": False, "backup": None}


@pytest.mark.sqlite
def test_whoever_wrote_down_the_head_of_the_trail_notices_that_entries_were_cut_off(unna):
    before = answer("check", unna)["audit"]
    assert {*before} == {"entries", "forgotten", "head"}
    assert before["head"] in call("check", unna).stderr
    call("user", "add", unna, "anna", "--role", "operator", "--link")
    later = answer("check", unna, "--head", before["head"], "--as", "anna")
    assert later["ok"] is True
    assert later["audit"]["entries"] > before["entries"]
    with closing(sqlite3.connect(unna)) as connection, connection:
        connection.execute("DROP TRIGGER audit_is_never_cut")
        connection.execute("DELETE FROM history WHERE id > ?", (before["entries"],))
        connection.execute("DELETE FROM audit WHERE id > ?", (before["entries"],))
    assert answer("check", unna, "--as", "anna")["ok"] is True  # what is left is whole
    found = call("check", unna, "--head", later["audit"]["head"], "--as", "anna", code=1).stderr
    assert "Prüfwert" in found


def test_an_extract_says_what_it_holds_and_names_no_one(unna, tmp_path):
    file = tmp_path / "analysts.mentorkit"
    made = answer("extract", unna, file)
    assert (made["bench"], made["file"]) == (str(unna), str(file))
    assert made["programmes"] == ["cross-administration"]
    assert made["people"] == len({row["person_id"] for row in answer("applications", unna)["applications"]})
    assert {"kind": "taken_file", "count": 7} in made["left_out"]
    names = {row["last_name"].encode() for row in answer("applications", unna)["applications"]}
    assert not [name for name in names if name in file.read_bytes()]
    # of several optima, names choose one, so the worst tandem may be that of another
    one, two = (answer("match", bench)["objective"] for bench in (unna, file))
    assert (one["tandems"], one["total"]) == (two["tandems"], two["total"])
    assert "analysts.mentorkit" in call("extract", unna, file, code=1).stderr


ON_A_BENCH = {
    ("init", "--preset", "arts-academy"): "arts-academy/2015",
    ("intake", UNNA[0]): "",
    ("intake", UNNA[0], UNNA[1], "--dry-run"): "",
    ("applications",): "",
    ("export", "-o", "{folder}/a.xlsx"): "a.xlsx",
    ("select",): "",
    ("match", "--goal", "fair"): "",
    ("network", "-o", "{folder}/n.csv"): "",
    ("report", "matching", "-o", "{folder}/m.html"): "m.html",
    ("check",): "",
    ("backup", "{folder}/b.mentorkit"): "b.mentorkit",
    ("upgrade",): "",
    ("extract", "{folder}/new.mentorkit"): "new.mentorkit",
    ("user", "list"): "",
    ("user", "add", "anna", "--role", "lead", "--link"): "anna",
    ("user", "remove", "niemand"): "niemand",
}


@pytest.mark.parametrize("command", ON_A_BENCH, ids=" ".join)
def test_the_workbench_may_be_named_by_the_environment(unna, tmp_path, command):
    """A refusal is a good answer too, if it is about the argument and not about the workbench."""
    arguments = [part.format(folder=tmp_path) for part in command]
    result = CliRunner().invoke(main, arguments, env={"MENTORKIT_USER": None, "MENTORKIT_BENCH": str(unna)})
    refused = command[-1] == "niemand"
    assert (result.exit_code != 0) == refused, (result.output, result.stderr, result.exception)
    assert ON_A_BENCH[command] in result.stdout + result.stderr


def test_every_command_on_a_workbench_takes_it_from_the_environment():
    commands = [*main.commands.values(), *main.commands["user"].commands.values()]
    on_a_bench = [c for c in commands if any(parameter.name == "bench" for parameter in c.params)]
    assert {"lab", "serve"} < {command.name for command in on_a_bench}
    assert all(isinstance(command, OnABench) for command in on_a_bench)


@pytest.mark.sqlite
def test_a_workbench_that_is_named_goes_before_that_of_the_environment(unna, tmp_path):
    other = tmp_path / "other.db"
    call("init", other, "--preset", "arts-academy")
    env = {"MENTORKIT_BENCH": str(unna)}
    assert answer("applications", other, env=env)["applications"] == []
    assert answer("init", tmp_path / "new.mentorkit", "--preset", "arts-academy", env=env)["run"]
    assert (tmp_path / "new.mentorkit").exists()
    call("user", "add", other, "anna", "--role", "lead", "--link", env=env)
    assert [user["name"] for user in answer("user", "list", other, "--as", "anna", env=env)["users"]] == [
        "anna"
    ]
    assert answer("user", "list", env=env)["users"] == []
    assert (
        answer("intake", other, UNNA[0], "--dry-run", "--as", "anna", env=env)["run"] == "arts-academy/2015"
    )
    missing = tmp_path / "fehlt.mentorkit"
    assert "fehlt.mentorkit" in call("intake", missing, UNNA[0], code=1, env=env).stderr


@pytest.mark.parametrize("command", ["applications", "match", "select", "check"])
def test_a_missing_workbench_is_named(tmp_path, command):
    assert "fehlt.mentorkit" in call(command, tmp_path / "fehlt.mentorkit", code=1).stderr


def test_a_file_that_is_no_workbench_is_refused(tmp_path):
    (tmp_path / "notiz.txt").write_text("kein Arbeitsbuch\n" * 100)
    assert "notiz.txt" in call("applications", tmp_path / "notiz.txt", code=1).stderr


@pytest.mark.parametrize(
    "command",
    ["demo", "init", "preset", "intake", "applications", "export", "select", "letters", "match", "network",
     "report", "serve", "lab", "check", "backup", "restore", "upgrade", "user"],
)  # fmt: skip
def test_every_command_explains_itself(command):
    assert "Usage" in call(command, "--help").stdout


def test_the_command_is_installed_as_a_program():
    done = subprocess.run(
        [sys.executable, "-m", "mentorkit", "--version"], capture_output=True, text=True, check=True
    )
    assert "mentorkit" in done.stdout


def test_the_applications_are_written_as_a_workbook_that_comes_back(unna, tmp_path):
    before = answer("applications", unna)["applications"]
    written = answer("export", unna, "-o", tmp_path / "alle.xlsx")
    assert written == {"file": str(tmp_path / "alle.xlsx"), "applications": len(before)}
    again = answer("intake", unna, tmp_path / "alle.xlsx")
    assert {row["change"] for row in again["rows"]} == {"unchanged"}
    assert answer("applications", unna)["applications"] == before
    assert "alle.csv" not in call("export", unna, "-o", tmp_path / "alle.csv", code=2).stdout
    assert "fehlt" in call("export", unna, "-o", tmp_path / "fehlt" / "alle.xlsx", code=1).stderr


def test_whom_a_person_refused_is_told_by_every_command(unna, tmp_path):
    bench = open_workbench(unna)
    one = next(a for a in bench.run().application_records if a.status == "ok" and a.role == "mentee")
    actions.refuse(bench.store, bench.actor, one.id, "Zieht im Mai weg", one.version)
    bench.close()
    (row,) = (r for r in answer("applications", unna)["applications"] if r["application_id"] == one.id)
    assert (row["status"], row["decision"], row["takes_part"]) == ("ok", "refused", False)
    (out,) = (p for p in answer("select", unna)["out"] if p["person_id"] == one.person_id)
    assert (out["code"], "Zieht im Mai weg" in out["reason"]) == ("refused", True)
    matching = answer("match", unna)
    people = [t["mentee_id"] for t in matching["tandems"]] + [p["person_id"] for p in matching["unmatched"]]
    assert one.person_id not in people
    answer("export", unna, "-o", tmp_path / "alle.xlsx")
    again = answer("intake", unna, tmp_path / "alle.xlsx")["rows"]
    assert {r["change"] for r in again} == {"unchanged"}
    (row,) = (r for r in again if r["application_id"] == one.id)
    assert (row["status"], row["result"], row["overruled"]["verdict"]) == ("ok", "ineligible", "refused")


def test_an_export_that_cannot_be_written_leaves_the_one_before_whole(unna, tmp_path, monkeypatch):
    target = tmp_path / "alle.xlsx"
    target.write_bytes(b"before")

    def half(path, content):
        with path.open("wb") as file:
            file.write(content[:100])
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", half)
    assert "alle.xlsx" in call("export", unna, "-o", target, code=1).stderr
    assert target.read_bytes() == b"before"


def test_what_a_corrected_file_changes_is_printed(tmp_path):
    bench, file = tmp_path / "chapters.mentorkit", tmp_path / "mentees.csv"
    call("init", bench, "--preset", "party-chapters")
    head, bo = "Name;Vorname;KV;E-Mail;Themen", "Ahl;Bo;Harz;bo@example.org;Recht"
    rows = f"{head}\nHof;Anna;Harz;anna@example.org;{{}}\n{bo}\n"
    file.write_text(rows.format("Soziales"))
    call("intake", bench, file)
    file.write_text("\n".join(rows.format("Haushalt").splitlines()[:2]))
    told = call("intake", bench, file).stdout
    assert "Themen: Soziales → Haushalt" in told
    assert "Nicht mehr in dieser Datei: Bo Ahl" in told
