"""Demo workbenches: the four presets with invented people, a run of each in a different stage."""

from __future__ import annotations

import datetime as dt
import io
import os
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from mentorkit.errors import StoreError
from mentorkit.language import say
from mentorkit.run import Run
from mentorkit.store import Store
from mentorkit.workbench import Workbench

if TYPE_CHECKING:
    from mentorkit.intake.reading import Intake
    from mentorkit.store import Writer

#: Who leads the demo programmes and is the demo's operation too, so that everything in it can be tried.
DEMO_USER = "demo"
#: The file with the code that stands on the demo's recovery sheet.
RECOVERY = "Wiederherstellungscode.txt"
_DATE = re.compile(
    r"(?<![\d.])(\d{1,2})\.(\d{1,2})\.((?:20)?\d\d)(?![\d.])|(?<!\d)(20\d\d)-(\d\d)-(\d\d)(?!\d)"
)
#: A date cell of a workbook: days since 1900, of the years from 2009 to 2036.
_SERIAL = re.compile(r"(?<=<v>)4\d{4}(?=</v>)")


@dataclass(frozen=True)
class Example:
    """The files of an example programme and how far its run has come; all days are historic ones."""

    preset: str
    folder: str
    #: The day of its year on which the run is met.
    met: dt.date
    #: When it was set up, its files taken in, its doubts cleared up and its tandems approved.
    set_up: dt.date
    taken_in: dt.date
    cleared_up: dt.date | None = None
    approved: dt.date | None = None
    #: What was mended for that, by file and row.
    mended: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)


EXAMPLES = (
    # the call is out, its end is near
    Example(
        "cross-administration",
        "kreis_unna",
        met=dt.date(2014, 2, 18),
        set_up=dt.date(2014, 1, 7),
        taken_in=dt.date(2014, 2, 17),
    ),
    # the call is closed, doubts are left, and soon the talks begin
    Example(
        "arts-academy",
        "musikhochschule",
        met=dt.date(2015, 5, 6),
        set_up=dt.date(2015, 2, 23),
        taken_in=dt.date(2015, 5, 2),
    ),
    # the tandems have begun, and some people have none
    Example(
        "party-chapters",
        "landesverband",
        met=dt.date(2008, 11, 20),
        set_up=dt.date(2008, 5, 5),
        taken_in=dt.date(2008, 10, 10),
        cleared_up=dt.date(2008, 10, 13),
        approved=dt.date(2008, 10, 17),
        mended={
            ("anmeldungen_mentees.csv", 11): {"email": "erol.vollbrecht@example.org"},
            ("anmeldungen_mentees.csv", 16): {"email": "segebahn@example.org"},
            ("anmeldungen_mentees.csv", 22): {"received": "30.09.2008"},
            ("anmeldungen_mentees.csv", 32): {"organisation": "Harz"},
        },
    ),
    # the year is over
    Example(
        "cross-company",
        "next_step",
        met=dt.date(2022, 1, 6),
        set_up=dt.date(2020, 9, 28),
        taken_in=dt.date(2020, 12, 21),
        approved=dt.date(2021, 1, 11),
    ),
)


def sample_files(preset: str) -> list[Path]:
    """Return the example files of a preset, as a coordinator would receive them."""
    folder = next(example.folder for example in EXAMPLES if example.preset == preset)
    return sorted(Path(str(files("mentorkit.examples").joinpath("programmes", folder))).iterdir())


def demo() -> Workbench:
    """Return a demo workbench in memory, with the applications of all four programmes taken in.

    The runs are historic: each day is the one that its preset tells.

    Examples
    --------
    >>> import mentorkit as mk
    >>> run = mk.demo().run("cross-administration/2014")
    >>> len(run.applications)
    52
    """
    bench = Workbench.of(Store.create(), DEMO_USER)
    fill(bench)
    return bench


def fill(
    bench: Workbench,
    *,
    today: dt.date | None = None,
    waiting: str | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> None:
    """Add the four example programmes to a workbench.

    Parameters
    ----------
    bench
        A workbench of which the actor may do everything.
    today
        The day on which each run is met in its stage: the historic days move there by whole weeks, and the
        names of the runs by as many years. Their ids stay, as those who know the examples know them.
    waiting
        The preset whose run stays without applications, for somebody to take them in.
    progress
        Called with the number of steps done and their total.
    """
    steps = [
        step
        for example in EXAMPLES
        for step in _Filling(bench, example, _days_to(today, example)).steps(
            waiting=example.preset == waiting
        )
    ]
    clock = bench.store.clock
    try:
        for done, step in enumerate(sorted(steps, key=lambda step: step[0])):
            if progress:
                progress(done, len(steps))
            _do(bench.store, *step)
    finally:
        bench.store.clock = clock
    if progress:
        progress(len(steps), len(steps))


def _do(store: Store, day: dt.date, step: Callable[[], object]) -> None:
    """Do something in the morning of a day."""
    moment = dt.datetime.combine(day, dt.time(8, 15), dt.UTC)
    store.clock = lambda: moment
    step()


def _days_to(today: dt.date | None, example: Example) -> int:
    return 0 if today is None else 7 * round((today - example.met).days / 7)


@dataclass
class _Filling:
    """An example on its way into a workbench, moved by some days."""

    bench: Workbench
    example: Example
    days: int

    def steps(self, *, waiting: bool) -> Iterator[tuple[dt.date, Callable[[], object]]]:
        """Yield what is done and on which day."""
        example = self.example
        dated = [(example.set_up, self._set_up)]
        if not waiting:
            dated.append((example.taken_in, self._take_in))
            if example.cleared_up:
                dated.append((example.cleared_up, self._clear_up))
            if example.approved:
                dated.append((example.approved, self._approve))
        for day, step in dated:
            yield day + dt.timedelta(days=self.days), step

    def _set_up(self) -> None:
        self.run = self.bench.add(self.example.preset)
        if self.days:
            with self.bench.store.write(self.bench.actor.name, "programme.add") as writer:
                self._move(writer, self.run)

    def _read(self) -> Intake:
        from mentorkit.intake import service

        given = [(path.name, moved(path, self.days)) for path in sample_files(self.example.preset)]
        return service.intake(self.bench.store, self.bench.actor, self.run.id, given, commit=False)

    def _commit(self, intake: Intake) -> None:
        from mentorkit.intake import service

        service.commit(self.bench.store, self.bench.actor, self.run.id, intake)

    def _take_in(self) -> None:
        self._commit(self._read())

    def _clear_up(self) -> None:
        self._commit(self._cleared_up(self._read()))

    def _approve(self) -> None:
        self.run.approve(self.run.match())

    def _move(self, writer: Writer, run: Run) -> None:
        from mentorkit.setup.begin import next_name

        name = run.record.name
        for _ in range(round(self.days / 365.25)):
            name = next_name(name)
        by = dt.timedelta(days=self.days)
        calendar = tuple(
            entry.model_copy(update={"day": entry.day + by, "until": entry.until and entry.until + by})
            for entry in run.record.calendar
        )
        writer.save(run.record.with_(name=name, calendar=calendar))

    def _cleared_up(self, intake: Intake) -> Intake:
        for application in intake.applications:
            source = application.source
            entries = self.example.mended.get((source.file, source.row)) if source else None
            if entries:
                entries = {name: _dates_moved(text, self.days) for name, text in entries.items()}
                intake = intake.mend(application.id, entries)
        for application in intake.applications:
            if application.status == "review":
                intake = intake.overrule(application.id, "Telefonisch geklärt", DEMO_USER)
        return intake


def moved(path: Path, days: int) -> bytes:
    """Return an example file with the dates in it moved; those in ODS format have none."""
    content = path.read_bytes()
    if days and path.suffix == ".csv":
        return _dates_moved(content.decode("latin-1"), days).encode("latin-1")  # bytes beyond ASCII stay
    return _workbook_moved(content, days) if days and path.suffix == ".xlsx" else content


def _workbook_moved(content: bytes, days: int) -> bytes:
    """Move the dates of a workbook, texts and date cells; no other number in it looks like a day."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(target, "w") as after:
        for part in before.infolist():
            text = before.read(part).decode("utf-8")
            if part.filename.startswith("xl/worksheets/"):
                text = _dates_moved(text, days)
                text = _SERIAL.sub(lambda found: str(int(found[0]) + days), text)
            after.writestr(part, text)
    return target.getvalue()


def _dates_moved(text: str, days: int) -> str:
    def move(found: re.Match[str]) -> str:
        day, month, year, *iso = found.groups()
        try:
            date = (
                dt.date(*map(int, iso))
                if year is None
                else dt.date(2000 + int(year) % 100, int(month), int(day))
            )
        except ValueError:  # no day of the calendar, and a doubt that the example is to have
            return found[0]
        form = "%Y-%m-%d" if year is None else "%d.%m.%Y" if len(year) == 4 else "%d.%m.%y"
        return (date + dt.timedelta(days=days)).strftime(form)

    return _DATE.sub(move, text) if days else text


def make_demo(
    folder: Path, progress: Callable[[int, int], None] | None = None, *, today: dt.date | None = None
) -> Path:
    """Make a demo workbench with its files in a folder, and return its path.

    Parameters
    ----------
    today
        The day that the runs are moved to, see :func:`fill`; by default the day it is.

    Raises
    ------
    StoreError
        If there is a demo workbench already, or the folder cannot be written.
    """
    from mentorkit.examples import data_protection

    today = today or dt.datetime.now().astimezone().date()
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / "demo.mentorkit"
    if target.exists():
        raise StoreError(say("There is already a file “{file}”; nothing was changed.", file=target))
    for example in EXAMPLES:
        place = folder / "Beispieldateien" / example.folder
        place.mkdir(parents=True, exist_ok=True)
        for file in sample_files(example.preset):
            (place / file.name).write_bytes(moved(file, _days_to(today, example)))
    # made elsewhere and moved when it is whole: one that was interrupted is never served
    with tempfile.TemporaryDirectory(dir=folder) as unfinished:
        bench = Workbench.of(Store.create(Path(unfinished) / target.name), DEMO_USER)
        fill(bench, today=today, waiting="cross-administration", progress=progress)
        bench.accounts.add(bench.actor, DEMO_USER, "Demo-Koordination")
        bench.accounts.grant(bench.actor, DEMO_USER, "lead")
        code = data_protection.add(bench, today)
        bench.close()
        keys = f"{target.name}.keyring"  # first: a workbench without its keys is never served
        (Path(unfinished) / keys).rename(folder / keys)
        (Path(unfinished) / target.name).rename(target)
    (folder / RECOVERY).write_text(code + "\n", encoding="utf-8")
    return target


def serve_demo(folder: Path | None, *, port: int | None, open_browser: bool) -> None:
    """Make a demo workbench, or take the one in the folder, and serve it until stopped.

    Without a folder the demo lives in a temporary one and is gone afterwards.
    """
    import click

    from mentorkit.examples.data_protection import EVALUATOR, PASSPHRASE
    from mentorkit.serve.server import serve
    from mentorkit.store.keyring import VARIABLE

    os.environ.pop(VARIABLE, None)  # the demo has keys of its own, beside it
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
        else:
            Store.upgrade(target)  # it may be of an earlier version
        click.echo(say("Example files to upload: {folder}", folder=place / "Beispieldateien"), err=True)
        evaluation = say(
            "To evaluate, log in as “{name}” with the password “{password}”; it opens her key, too. "
            "The recovery code is in {file}.",
            name=EVALUATOR,
            password=PASSPHRASE,
            file=place / RECOVERY,
        )
        click.echo(evaluation, err=True)
        if folder is None:
            click.echo(say("The demo is gone when you stop it; --dir keeps it."), err=True)
        serve(str(target), port=port, open_browser=open_browser, login_as=DEMO_USER, demo=True)
