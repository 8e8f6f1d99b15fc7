"""Demo workbenches: the four presets with invented people, a run of each in a different stage."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from mentorkit.errors import StoreError
from mentorkit.language import say
from mentorkit.store import Store
from mentorkit.workbench import Run, Workbench

if TYPE_CHECKING:
    from mentorkit.intake.reading import Intake

#: Who coordinates the demo programmes.
DEMO_USER = "demo"


@dataclass(frozen=True)
class Example:
    """The files of an example programme and how far its run has come."""

    preset: str
    folder: str
    #: What a coordinator has cleared up, by file and row: the mended entries.
    mended: dict[tuple[str, int], dict[str, str]]
    #: Whether she let those doubts pass that nothing had to be mended for.
    settled: bool
    approved: bool


EXAMPLES = (
    Example("cross-administration", "kreis_unna", {}, settled=False, approved=False),
    Example("arts-academy", "musikhochschule", {}, settled=False, approved=False),
    Example(
        "party-chapters",
        "landesverband",
        {
            ("anmeldungen_mentees.csv", 11): {"email": "erol.vollbrecht@example.org"},
            ("anmeldungen_mentees.csv", 16): {"email": "segebahn@example.org"},
            ("anmeldungen_mentees.csv", 22): {"received": "30.09.2008"},
            ("anmeldungen_mentees.csv", 32): {"organisation": "Harz"},
        },
        settled=True,
        approved=False,
    ),
    Example("cross-company", "next_step", {}, settled=True, approved=True),
)


def sample_files(preset: str) -> list[Path]:
    """Return the example files of a preset, as a coordinator would receive them."""
    folder = next(example.folder for example in EXAMPLES if example.preset == preset)
    return sorted(Path(str(files("mentorkit.examples").joinpath("programmes", folder))).iterdir())


def demo() -> Workbench:
    """Return a demo workbench in memory, with the applications of all four programmes taken in.

    Examples
    --------
    >>> import mentorkit as mk
    >>> run = mk.demo().run("cross-administration/2014")
    >>> len(run.applications)
    52
    """
    bench = Workbench.of(Store.create(), None)
    fill(bench)
    return bench


def fill(
    bench: Workbench, *, waiting: str | None = None, progress: Callable[[int, int], None] | None = None
) -> None:
    """Add the four example programmes to a workbench.

    Parameters
    ----------
    bench
        A workbench of which the actor may do everything.
    waiting
        The preset whose run stays without applications, for somebody to take them in.
    progress
        Called with the number of programmes done and their total.
    """
    for done, example in enumerate(EXAMPLES):
        if progress:
            progress(done, len(EXAMPLES))
        run = bench.add(example.preset)
        if example.preset != waiting:
            _take_in(run, example)
            if example.approved:
                run.approve(run.match())
    if progress:
        progress(len(EXAMPLES), len(EXAMPLES))


def _take_in(run: Run, example: Example) -> None:
    from mentorkit.intake import service

    hands = run.bench.store, run.bench.actor, run.id
    intake = service.intake(*hands, sample_files(example.preset), commit=False)
    service.commit(*hands, _cleared_up(intake, example))


def _cleared_up(intake: Intake, example: Example) -> Intake:
    for application in intake.applications:
        source = application.source
        entries = example.mended.get((source.file, source.row)) if source else None
        if entries:
            intake = intake.mend(application.id, entries)
    if example.settled:
        for application in intake.applications:
            if application.status == "review":
                intake = intake.overrule(application.id, "Telefonisch geklärt", DEMO_USER)
    return intake


def make_demo(folder: Path, progress: Callable[[int, int], None] | None = None) -> Path:
    """Make a demo workbench with its files in a folder, and return its path.

    Raises
    ------
    StoreError
        If there is a demo workbench already, or the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "demo.mentorkit"
    if target.exists():
        raise StoreError(say("There is already a file “{file}”; nothing was changed.", file=target))
    for example in EXAMPLES:
        place = folder / "Beispieldateien" / example.folder
        place.mkdir(parents=True, exist_ok=True)
        for file in sample_files(example.preset):
            shutil.copyfile(file, place / file.name)
    # made elsewhere and moved when it is whole: one that was interrupted is never served
    with tempfile.TemporaryDirectory(dir=folder) as unfinished:
        bench = Workbench.of(Store.create(Path(unfinished) / target.name), None)
        fill(bench, waiting="cross-administration", progress=progress)
        bench.accounts.add(bench.actor, DEMO_USER, "Demo-Koordination")
        bench.accounts.grant(bench.actor, DEMO_USER, "lead")
        bench.close()
        (Path(unfinished) / target.name).rename(target)
    return target


def serve_demo(folder: Path | None, *, port: int | None, open_browser: bool) -> None:
    """Make a demo workbench, or take the one in the folder, and serve it until stopped.

    Without a folder the demo lives in a temporary one and is gone afterwards.
    """
    import click

    from mentorkit.serve.server import serve

    with tempfile.TemporaryDirectory(prefix="mentorkit-demo-") as temporary:
        place = folder or Path(temporary)
        target = place / "demo.mentorkit"
        if not target.exists():
            click.echo(say("Making the demo workbench …"), err=True)
            try:
                make_demo(place)
            except OSError as error:
                raise StoreError(
                    say("The folder “{folder}” cannot be written: {why}.", folder=place, why=error)
                ) from error
        click.echo(say("Example files to upload: {folder}", folder=place / "Beispieldateien"), err=True)
        if folder is None:
            click.echo(say("The demo is gone when you stop it; --dir keeps it."), err=True)
        serve(str(target), port=port, open_browser=open_browser, login_as=DEMO_USER, demo=True)
