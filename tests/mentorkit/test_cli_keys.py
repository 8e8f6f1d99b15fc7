"""The commands on keys, as somebody at a console uses them."""

import json

import pytest
from click.testing import CliRunner
from pypdf import PdfReader

from mentorkit.cli import main
from mentorkit.privacy import keys
from mentorkit.store import Store

PROGRAMME = "cross-administration"
ROLES = {
    "otto": "operator",
    "anna": "lead",
    "eva": "evaluator",
    "edda": "evaluator",
    "dora": "data-protection",
}


def call(*arguments, code=0, user="eva", **options):
    result = CliRunner().invoke(main, [*map(str, arguments), "--as", user], **options)
    assert result.exit_code == code, (result.output, result.stderr, result.exception)
    return result


def answer(*arguments, **options):
    return json.loads(call(*arguments, "--json", **options).stdout)


@pytest.fixture
def bench(tmp_path, monkeypatch):
    for name in ("MENTORKIT_KEYRING", "MENTORKIT_BENCH", "MENTORKIT_PASSPHRASE"):
        monkeypatch.delenv(name, raising=False)
    target = tmp_path / "a.mentorkit"
    runner = CliRunner()
    assert runner.invoke(main, ["init", str(target), "--preset", PROGRAMME]).exit_code == 0
    for name, role in ROLES.items():
        programme = [] if role == "operator" else ["--programme", PROGRAMME]
        call("user", "add", target, name, "--role", role, *programme, "--link", user="otto")
    (tmp_path / "pass").write_text("zwölf Enten am Kanal\n")
    return target


def passphrase(bench):
    return "--passphrase-file", bench.with_name("pass")


def test_keys_are_set_up_tried_and_handed_on_at_the_console(bench):
    assert answer("keys", "state", bench)["ready"] is False
    assert answer("keys", "make", bench, *passphrase(bench))["reads"] == [PROGRAMME]
    code = answer("keys", "set-up", bench, user="dora")["code"]
    assert answer("keys", "drill", bench, "--code-file", "-", input=code, user="dora")["people"] == 0
    assert answer("keys", "make", bench, *passphrase(bench), user="edda")["reads"] == []
    assert "wartet" in call("keys", "state", bench, user="anna").stdout
    call("keys", "admit", bench, "edda", *passphrase(bench))
    call("keys", "remove", bench, "eva", user="edda")
    assert "hat einen Schlüssel" in call("keys", "state", bench, user="anna").stderr
    call("keys", "recover", bench, "eva", "--code-file", "-", input=code.lower(), user="dora")
    state = answer("keys", "state", bench)
    assert [(e["user"], e["holding"]) for e in state["evaluators"]] == [("eva", "reads"), ("edda", "reads")]
    assert (state["ready"], state["drill"]["by"]) == (True, "dora")
    assert ["Wiederherstellungsblatt zugelassen durch dora" in told for told in state["missing"]] == [True]


def test_the_sheet_goes_into_a_file_of_ones_own_and_its_code_opens_the_keys(bench, tmp_path):
    sheet = tmp_path / "sheet.pdf"
    told = call("keys", "set-up", bench, "--sheet", sheet)
    assert "sind auch die Texte verloren" in told.stderr
    assert sheet.stat().st_mode & 0o777 == 0o600
    text = PdfReader(sheet).pages[0].extract_text()
    assert "Wiederherstellungsblatt" in text
    groups = [word for word in text.split() if len(word) == 4 and word.isalnum() and word == word.upper()]
    store = Store.open(bench)
    code = next("".join(groups[i : i + 9]) for i in range(len(groups)) if _fits(store, groups[i : i + 9]))
    store.close()
    again = tmp_path / "again.pdf"
    call("keys", "sheet", bench, again, "--code-file", "-", input=code)
    assert again.read_bytes() == sheet.read_bytes()
    call("keys", "set-up", bench, "--sheet", sheet, code=1)  # nothing is overwritten
    assert again.read_bytes() == sheet.read_bytes()


def _fits(store, groups):
    try:
        keys.check_code(store, PROGRAMME, "-".join(groups))
    except Exception:
        return False
    return True


def test_the_operation_copies_the_keyring(bench, tmp_path):
    call("keys", "make", bench, *passphrase(bench))
    call("keys", "copy", bench, tmp_path / "copy.keyring", user="otto")
    assert (tmp_path / "copy.keyring").stat().st_mode & 0o777 == 0o600
    call("keys", "copy", bench, tmp_path / "other.keyring", user="eva", code=1)


def test_who_may_not_change_keys_is_told_so(bench):
    for command in (["set-up", bench], ["remove", bench, "eva"]):
        assert "Ihre Rolle erlaubt es nicht" in call("keys", *command, user="anna", code=1).stderr
    assert "nicht der Code" in call("keys", "drill", bench, "--code-file", "-", input="abc", code=2).stderr
