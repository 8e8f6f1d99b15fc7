"""The operator's guide holds: its commands exist, its files are sound, its backup is made and restores."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest

from mentorkit.cli import main
from mentorkit.privacy.permissions import sole_actor
from mentorkit.store import Store
from mentorkit.workbench import Workbench

DOCS = Path(__file__).parents[3] / "docs"
GUIDES = {"de": DOCS / "betrieb.md", "en": DOCS / "operation.md"}
FILES = sorted((DOCS / "server").iterdir())
UNITS = [path for path in FILES if path.suffix in {".service", ".timer"}]


def text(path: Path) -> str:
    return path.read_text("utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(r"```sh\n(.*?)```", text(GUIDES[language]), re.DOTALL)


def commands(words: str) -> Iterator[list[str]]:
    """Return every call of ``mentorkit`` in a text, in its parts."""
    for line in words.replace("sudo -u mentorkit ", "").splitlines():
        for call in re.findall(r"(?:^|[ `/])mentorkit ([a-z][^;`#']*)", line):
            yield shlex.split(call)


def unknown(call: list[str]) -> list[str]:
    """Return what of a call does not exist."""
    command: click.Command = main
    parts = list(call)
    while isinstance(command, click.Group) and parts:
        found = command.get_command(click.Context(command), parts[0])
        if found is None:
            return parts[:1]
        command = found
        parts.pop(0)
    options = {name for option in command.params for name in option.opts}
    return [part for part in parts if part.startswith("-") and part not in options]


def test_what_does_not_exist_would_be_noticed() -> None:
    assert unknown(["user", "invite", "a.mentorkit"]) == ["invite"]
    assert unknown(["serve", "a.mentorkit", "--tls", "--port", "1"]) == ["--tls"]
    assert list(commands("sudo -u mentorkit mentorkit user add b --as otto # so")) == [
        ["user", "add", "b", "--as", "otto"]
    ]


@pytest.mark.parametrize("path", [*GUIDES.values(), *FILES], ids=lambda path: path.name)
def test_every_command_and_option_exists(path: Path) -> None:
    calls = list(commands(text(path)))
    assert calls or path.name in {"nginx.conf", "Caddyfile", "mentorkit-backup.timer"}
    assert [(call, missing) for call in calls if (missing := unknown(call))] == []


@pytest.mark.parametrize("path", GUIDES.values(), ids=lambda path: path.name)
def test_options_and_files_that_are_named_are_there(path: Path) -> None:
    words = text(path)
    serve = {name for option in main.get_command(click.Context(main), "serve").params for name in option.opts}
    check = {"--head"}
    assert set(re.findall(r"`(--[a-z-]+)`", words)) <= serve | check
    for target in re.findall(r"\]\(([^)]*)\)", words):
        assert (DOCS / target).exists(), target
    for target in re.findall(r"docs/server/[a-z.-]+", words):
        assert (DOCS.parent / target).is_file(), target


def test_both_guides_have_the_same_commands_and_steps() -> None:
    def plain(language: str) -> list[str]:
        return [re.sub(r"\s+#.*", "", block) for block in blocks(language)]

    def shape(language: str) -> list[str]:
        return re.findall(r"^(#+|-|```)", text(GUIDES[language]), re.MULTILINE)

    assert plain("de") == plain("en")
    assert shape("de") == shape("en")


def test_systemd_finds_nothing_wrong_with_the_units(tmp_path: Path, do_without: Callable) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        do_without("no systemd-analyze here")

    def verify(change: Callable[[str], str]) -> subprocess.CompletedProcess[str]:
        for unit in UNITS:
            (tmp_path / unit.name).write_text(
                change(text(unit)).replace("/opt/mentorkit/bin/mentorkit", "/bin/true")
            )
        units = [tmp_path / unit.name for unit in UNITS]
        return subprocess.run([program, "verify", *units], capture_output=True, text=True, check=False)

    sound = verify(lambda words: words)
    assert (sound.returncode, sound.stderr) == (0, "")
    assert "Protectsystem" in verify(lambda words: words.replace("ProtectSystem", "Protectsystem")).stderr


@pytest.mark.sqlite
def test_the_backup_of_the_guide_is_made_and_restores(tmp_path: Path) -> None:
    bench = tmp_path / "lib" / "bench.mentorkit"
    for folder in ("lib", "backups/data", "backups/keys"):
        (tmp_path / folder).mkdir(parents=True)
    workbench = Workbench.of(Store.create(bench), "me")
    workbench.add("arts-academy")
    workbench.accounts.add(sole_actor(), "otto", "Otto Beispiel")
    workbench.accounts.grant(sole_actor(), "otto", "operator")
    workbench.close()
    (tmp_path / "passphrase").write_text("Regen in Kamen und Unna\n")
    unit = text(DOCS / "server/mentorkit-backup.service")
    words = re.search(r"ExecStart=/bin/sh -euc '(.*?)'", unit, re.DOTALL)[1]
    for said, there in (
        ("\\\n", ""),
        ("$$", "$"),
        ("%%", "%"),
        ("/opt/mentorkit/bin/mentorkit", f"{sys.executable} -m mentorkit"),
        ("/var/lib/mentorkit", str(bench.parent)),
        ("/var/backups/mentorkit", str(tmp_path / "backups")),
    ):
        assert said in words
        words = words.replace(said, there)

    def run(*command: str) -> None:
        subprocess.run(command, check=True, capture_output=True, env=environment)

    environment = {**os.environ, "CREDENTIALS_DIRECTORY": str(tmp_path), "TMPDIR": str(tmp_path)}
    run("/bin/sh", "-euc", words)
    (made,) = (tmp_path / "backups/data").iterdir()
    probe, passphrase = str(tmp_path / "probe.mentorkit"), ("--passphrase-file", str(tmp_path / "passphrase"))
    run(sys.executable, "-m", "mentorkit", "restore", str(made), probe, *passphrase)
    run(sys.executable, "-m", "mentorkit", "check", probe, "--as", "otto")
