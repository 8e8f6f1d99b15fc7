"""JupyterLab with the analysts' notebooks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import click

from mentorkit.language import say
from mentorkit.places import notebooks

#: On the loopback only, asking no address outside for news, versions or extensions, and without Voila.
OPTIONS = (
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.jpserver_extensions={'voila.server_extension': False}",
    "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    "--LabApp.news_url=None",
)


def open_lab(bench: str, user: str | None, folder: Path | None) -> int:
    """Copy the analysts' notebooks into a folder of one's own and open JupyterLab there.

    Notebooks that are in the folder already stay as they are.

    Parameters
    ----------
    bench
        The workbench: the notebooks find it in ``MENTORKIT_BENCH``.
    user
        Who acts, where the workbench has users.
    folder
        Where to work; ``mentorkit-analysis`` in the current folder by default.

    Returns
    -------
    int
        The exit code of JupyterLab.
    """
    place = folder or Path("mentorkit-analysis")
    place.mkdir(parents=True, exist_ok=True)
    for source in sorted((notebooks() / "analysis").glob("*.ipynb")):
        if not (place / source.name).exists():
            shutil.copyfile(source, place / source.name)
    click.echo(say("Your notebooks are in {folder}.", folder=place), err=True)
    target = bench if "://" in bench else str(Path(bench).resolve())
    environment = {**os.environ, "MENTORKIT_BENCH": target}
    if user:
        environment["MENTORKIT_USER"] = user
    command = [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={place.resolve()}", *OPTIONS]
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 - our own interpreter
