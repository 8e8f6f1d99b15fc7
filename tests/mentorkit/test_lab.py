"""JupyterLab with the analysts' notebooks."""

import os
import subprocess
import sys

from mentorkit import lab


def test_notebooks_are_copied_once_and_ones_own_work_is_kept(tmp_path, monkeypatch):
    started = []

    def run(command, env, check):
        started.append((command, env))
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(lab.subprocess, "run", run)
    assert lab.open_lab("unna.mentorkit", "anna", tmp_path / "lab") == 0
    notebook = tmp_path / "lab" / "first-steps.ipynb"
    notebook.write_text("meine Arbeit")
    lab.open_lab("unna.mentorkit", None, tmp_path / "lab")
    assert notebook.read_text() == "meine Arbeit"
    _, environment = started[0]
    assert os.path.isabs(environment["MENTORKIT_BENCH"])
    assert environment["MENTORKIT_USER"] == "anna"


def test_jupyterlab_understands_every_option(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "jupyterlab",
            *lab.OPTIONS,
            "--ServerApp.allow_root=True",
            "--show-config-json",
        ],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,
    )
    assert '"news_url": null' in done.stdout or '"news_url": "None"' in done.stdout
    assert "Unrecognized" not in done.stderr
    assert "ignored" not in done.stderr
