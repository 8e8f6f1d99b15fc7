"""The commands: a thin layer over the workbench.

Exit 0: done. Exit 1: something was refused and nothing of it was changed. Exit 2: wrong use. With ``--json``
one JSON document goes to standard output; sentences for people go to standard error.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

import click

from mentorkit import __version__
from mentorkit.errors import MentorkitError, NotAllowed, UsageError
from mentorkit.language import Voice, later, say, say_n, set_default_voice

if TYPE_CHECKING:
    import pandas as pd

    from mentorkit.workbench import Run, Workbench

F = TypeVar("F", bound=Callable[..., Any])


class _Commands(click.Group):
    """Turns a refusal into its sentence on standard error and its exit code."""

    def invoke(self, ctx: click.Context) -> Any:  # noqa: ANN401 - click's signature
        try:
            return super().invoke(ctx)
        except MentorkitError as error:
            click.echo(str(error), err=True)
            ctx.exit(error.exit_code)
        except BrokenPipeError:
            sys.stderr.close()
            ctx.exit(1)


BENCH = click.argument("bench", envvar="MENTORKIT_BENCH")
JSON = click.option("--json", "as_json", is_flag=True, help="Print one JSON document on standard output.")
RUN = click.option("--run", "reference", metavar="PROGRAMME/RUN", help="Which run, where there are several.")
AS = click.option("--as", "user", envvar="MENTORKIT_USER", metavar="USER", help="Who acts.")


def on_a_run(function: F) -> F:
    """Hand a command the run it works on, and speak as that run's programme does."""

    @BENCH
    @RUN
    @AS
    @JSON
    @wraps(function)
    def command(*args: Any, bench: str, reference: str | None, user: str | None, **options: Any) -> None:  # noqa: ANN401
        workbench = _open(bench, user)
        try:
            run = workbench.run(reference)
            set_default_voice(run.programme.settings.voice())
            function(*args, run=run, **options)
        finally:
            workbench.close()

    return cast(F, command)


def _open(bench: str, user: str | None) -> Workbench:
    from mentorkit.workbench import open_workbench

    return open_workbench(bench, user)


def _print_json(document: object) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, indent=1, default=str))


def _print_table(frame: pd.DataFrame) -> None:
    click.echo(frame.to_string(index=False, na_rep="–") if len(frame) else say("Nothing to show."))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mentorkit")
def main() -> None:
    """Mentoring programmes: intake, proven matching, networks and reports."""
    language = os.environ.get("MENTORKIT_LANGUAGE", "de")
    set_default_voice(Voice("en" if language == "en" else "de"))


@main.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port; a free one by default.")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening the browser.")
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), help="Keep the demo here.")
def demo(port: int | None, no_browser: bool, folder: Path | None) -> None:
    """Serve a demo workbench with the four presets and invented people."""
    from mentorkit.examples import serve_demo

    serve_demo(folder, port=port, open_browser=not no_browser)


@main.command()
@BENCH
@click.option("--preset", required=True, metavar="NAME", help="See “mentorkit preset list”.")
@click.option("--name", metavar="TEXT", help="Name of the programme.")
@click.option("--run", "run_name", metavar="TEXT", help="Name of the run.")
@click.option("--language", type=click.Choice(["de", "en"]), help="Language of the programme.")
@AS
@JSON
def init(
    bench: str,
    preset: str,
    name: str | None,
    run_name: str | None,
    language: str | None,
    user: str | None,
    as_json: bool,
) -> None:
    """Make a workbench, or add a programme or run to one."""
    from mentorkit.programme.settings import load_preset
    from mentorkit.store import Store
    from mentorkit.workbench import Workbench

    load_preset(preset)  # an unknown preset is refused before a file is made
    store = Store.open_or_create(bench)
    workbench = Workbench.of(store, user)
    run = workbench.add(preset, name=name, run=run_name, language=cast(Any, language))
    set_default_voice(run.programme.settings.voice())
    if as_json:
        _print_json({"bench": bench, "programme": run.programme.id, "run": run.id})
    else:
        click.echo(say("“{run}” is set up in {bench}.", run=run.id, bench=bench), err=True)
    workbench.close()


@main.group()
def preset() -> None:
    """Show the presets."""


@preset.command("list")
@JSON
def preset_list(as_json: bool) -> None:
    """List the presets."""
    from mentorkit.programme.settings import PRESETS, load_preset

    rows = [{"name": name, "title": load_preset(name).name} for name in PRESETS]
    if as_json:
        _print_json({"presets": rows})
    else:
        for row in rows:
            click.echo(f"{row['name']:22}{row['title']}")


@preset.command("show")
@click.argument("name")
@JSON
def preset_show(name: str, as_json: bool) -> None:
    """Print a preset, a commented TOML file."""
    from mentorkit.programme.settings import load_preset, preset_text

    if as_json:
        _print_json(load_preset(name).model_dump(mode="json"))
    else:
        click.echo(preset_text(name), nl=False)


@main.command()
@on_a_run
@click.argument("files", nargs=-1, required=True, type=click.Path())
@click.option("--dry-run", is_flag=True, help="Read and judge, but change nothing.")
def intake(run: Run, files: tuple[str, ...], dry_run: bool, as_json: bool) -> None:
    """Read applications from CSV, XLSX and ODS files."""
    with _progress(say("Reading the files")) as progress:
        result = run.intake(files, commit=not dry_run, progress=progress)
    document = result.to_json()
    refused = [file for file in document["files"] if file["status"] == "refused"]
    if as_json:
        _print_json(document)
    else:
        _tell_intake(document)
    for file in refused:
        click.echo(f"{file['file']}: {file['message']}", err=True)
    if refused:
        raise SystemExit(1)


_STATUS_WORDS = {
    "ok": later("in order"),
    "review": later("to be looked at"),
    "ineligible": later("not eligible"),
    "error": later("to be mended"),
}


def _tell_intake(document: dict[str, Any]) -> None:
    for row in document["rows"]:
        if row["status"] == "ok":
            continue
        place = ", ".join(str(part) for part in (row["file"], row["sheet"], row["row"]) if part is not None)
        click.echo(f"{row['first_name']} {row['last_name']} ({place}) – {say(_STATUS_WORDS[row['status']])}")
        for finding in row["findings"]:
            click.echo(f"    {finding['message']}")
    counts = {status: sum(row["status"] == status for row in document["rows"]) for status in _STATUS_WORDS}
    click.echo(", ".join(f"{count} {say(_STATUS_WORDS[status])}" for status, count in counts.items()))


@main.command()
@on_a_run
def applications(run: Run, as_json: bool) -> None:
    """List the applications of a run."""
    frame = run.applications
    if as_json:
        rows = json.loads(frame.to_json(orient="records", force_ascii=False))
        _print_json({"run": run.id, "applications": rows})
    else:
        _print_table(frame[["person_id", "role", "last_name", "first_name", "organisation", "status"]])


@main.command()
@on_a_run
@click.option("--fix", is_flag=True, help="Make it binding for the matching.")
def select(run: Run, fix: bool, as_json: bool) -> None:
    """Show who holds a place, who waits and who is out, and why."""
    selection = run.fix_selection() if fix else run.select()
    document = selection.to_json()
    if as_json:
        _print_json({"run": run.id, **document})
        return
    for title, key in (
        (say("Selected"), "selected"),
        (say("Waiting"), "waiting"),
        (say("Out"), "out"),
    ):
        click.echo(f"{title}: {len(document[key])}")
        for row in document[key]:
            place = row.get("organisation") or "–"
            click.echo(f"    {row['person']} ({place})" + (f": {row['reason']}" if row.get("reason") else ""))


@main.command()
@on_a_run
@click.option(
    "--pairs", type=click.Path(dir_okay=False, path_type=Path), help="Write every pair and its price."
)
@click.option("--goal", type=click.Choice(["total", "fair"]), default="total", show_default=True)
@click.option("--approve", is_flag=True, help="Form the tandems.")
def match(run: Run, pairs: Path | None, goal: str, approve: bool, as_json: bool) -> None:
    """Find the best matching under the rules, proved."""
    matching = run.match(cast(Any, goal))
    if pairs is not None:
        with _progress(say("Working out the prices")) as progress:
            matching.write_pairs(pairs, progress=progress)
    if as_json:
        _print_json({"run": run.id, **matching.to_json()})
    else:
        _tell_matching(matching)
    if matching.status != "optimal":
        click.echo(matching.reason, err=True)
        raise SystemExit(1)
    if approve:
        formed = run.approve(matching)
        click.echo(say_n("{n} tandem is formed.", "{n} tandems are formed.", len(formed)), err=True)


def _tell_matching(matching: Any) -> None:  # noqa: ANN401 - imported on use
    for row in matching.tandems.itertuples():
        places = f"({row.mentee_organisation or '–'} ← {row.mentor_organisation or '–'})"
        click.echo(f"{row.score:5}  {row.mentee} ← {row.mentor} {places}")
    for person in matching.to_json()["unmatched"]:
        click.echo(f"    –  {person['person']}: {person['reason']}")


@main.command()
@on_a_run
@click.option(
    "-o", "--output", required=True, type=click.Path(dir_okay=False, path_type=Path), help="File to write."
)
def network(run: Run, output: Path, as_json: bool) -> None:
    """Write the graph of tandems (.graphml, .gexf, .svg, .png, .csv)."""
    from mentorkit.network import write

    graph = run.network()
    write(graph, output)
    _wrote(output, as_json, {"people": graph.number_of_nodes(), "tandems": graph.number_of_edges()})


def _wrote(output: Path, as_json: bool, facts: dict[str, object]) -> None:
    if as_json:
        _print_json({"file": str(output), **facts})
    else:
        click.echo(say("Written: {file}", file=output), err=True)


@main.command()
@click.argument("bench", envvar="MENTORKIT_BENCH", required=False)
@click.argument("name", required=False)
@click.option("--list", "only_list", is_flag=True, help="List the reports.")
@click.option("--organisation", metavar="TEXT", help="For one organisation.")
@click.option(
    "--all-organisations",
    type=click.Path(file_okay=False, path_type=Path),
    help="One per organisation, here.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File (.pdf, .html, .ipynb)."
)
@RUN
@AS
@JSON
def report(
    bench: str | None,
    name: str | None,
    only_list: bool,
    organisation: str | None,
    all_organisations: Path | None,
    output: Path | None,
    reference: str | None,
    user: str | None,
    as_json: bool,
) -> None:
    """Make a report: PDF, one HTML file or the executed notebook."""
    from mentorkit.reports import service

    if only_list:
        rows = [{"name": known.name, "title": known.title} for known in service.catalogue()]
        if as_json:
            _print_json({"reports": rows})
        else:
            for row in rows:
                click.echo(f"{row['name']:16}{row['title']}")
        return
    if not bench or not name:
        raise UsageError(say("Please name the workbench and a report; “mentorkit report --list” shows them."))
    if (output is None) == (all_organisations is None):
        raise UsageError(say("Please give either -o FILE or --all-organisations FOLDER."))
    workbench = _open(bench, user)
    run = workbench.run(reference)
    set_default_voice(run.programme.settings.voice())
    if output is not None:
        written = [service.report(run, name, organisation=organisation, to=output)]
    else:
        with _progress(say("Making the reports")) as progress:
            written = service.report_all(run, name, cast(Path, all_organisations), progress=progress)
    workbench.close()
    if as_json:
        _print_json({"files": [str(path) for path in written]})
    else:
        for path in written:
            click.echo(say("Written: {file}", file=path), err=True)


@main.command()
@BENCH
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port; the first free one from 8866 on by default."
)
@click.option("--no-browser", is_flag=True, help="Don't open the browser.")
def serve(bench: str, port: int | None, no_browser: bool) -> None:
    """Serve the apps, with log-in."""
    from mentorkit.serve.server import serve as serve_apps

    serve_apps(bench, port=port, open_browser=not no_browser)


@main.command()
@BENCH
@AS
@click.option(
    "--dir", "folder", type=click.Path(file_okay=False, path_type=Path), help="Where the notebooks go."
)
def lab(bench: str, user: str | None, folder: Path | None) -> None:
    """Open JupyterLab with the analysts' notebooks on this workbench."""
    from mentorkit.lab import open_lab

    workbench = _open(bench, user)
    if not any(workbench.actor.may("application.read", programme.id) for programme in workbench.programmes):
        raise NotAllowed(say("JupyterLab shows whole applications; your role does not allow this."))
    workbench.close()
    raise SystemExit(open_lab(bench, user, folder))


@main.command()
@BENCH
@AS
@JSON
def check(bench: str, user: str | None, as_json: bool) -> None:
    """Check that a workbench is whole."""
    from mentorkit.store.check import problems

    workbench = _open(bench, user)
    workbench.actor.require("workbench.check")
    found = problems(workbench.store)
    workbench.close()
    if as_json:
        _print_json({"bench": bench, "ok": not found, "problems": found})
    for problem in found:
        click.echo(problem, err=True)
    if found:
        raise SystemExit(1)
    if not as_json:
        click.echo(say("The workbench is whole."), err=True)


@main.command()
@BENCH
def upgrade(bench: str) -> None:
    """Bring a workbench to this version."""
    from mentorkit.store import Store

    Store.upgrade(bench)
    click.echo(say("The workbench is up to date."), err=True)


@main.group()
def user() -> None:
    """Log-ins and roles."""


@user.command("add")
@BENCH
@click.argument("name")
@click.option("--display-name", metavar="TEXT", help="Name that people see.")
@click.option("--role", required=True, metavar="ROLE", help="lead, organisation, evaluator, analyst, …")
@click.option("--programme", metavar="NAME", help="For this programme only.")
@click.option("--organisation", metavar="TEXT", help="For the role “organisation”.")
@click.option(
    "--link", is_flag=True, help="Print a link for the first log-in instead of asking for a password."
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@AS
@JSON
def user_add(
    bench: str,
    name: str,
    display_name: str | None,
    role: str,
    programme: str | None,
    organisation: str | None,
    link: bool,
    password_stdin: bool,
    user: str | None,
    as_json: bool,
) -> None:
    """Add a user, or a further role to one."""
    workbench = _open(bench, user)
    accounts, actor = workbench.accounts, workbench.actor
    accounts.check_role(role, programme, organisation)  # nobody is added with a role that cannot be
    if not accounts.knows(name):
        password = None
        if password_stdin:
            password = sys.stdin.readline().rstrip("\n")
        elif not link:
            password = click.prompt(say("Password"), hide_input=True, confirmation_prompt=True, err=True)
        accounts.add(actor, name, display_name or name, password)
    accounts.grant(actor, name, role, programme, organisation)
    token = accounts.new_link(actor, name) if link else None
    workbench.close()
    if as_json:
        _print_json({"user": name, "role": role, "token": token})
        return
    click.echo(say("“{name}” can log in.", name=name), err=True)
    if token:
        click.echo(f"/login?token={token}")


@user.command("list")
@BENCH
@AS
@JSON
def user_list(bench: str, user: str | None, as_json: bool) -> None:
    """List users and their roles."""
    workbench = _open(bench, user)
    rows = workbench.accounts.list(workbench.actor)
    workbench.close()
    if as_json:
        _print_json({"users": rows})
        return
    for row in rows:
        roles = "; ".join(
            " ".join(
                str(part) for part in (grant["role"], grant["programme_id"], grant["organisation"]) if part
            )
            for grant in row["roles"]
        )
        click.echo(f"{row['name']:20}{row['display_name']:28}{roles}")


@user.command("remove")
@BENCH
@click.argument("name")
@AS
@JSON
def user_remove(bench: str, name: str, user: str | None, as_json: bool) -> None:
    """Take a user's log-in away."""
    workbench = _open(bench, user)
    workbench.accounts.remove(workbench.actor, name)
    workbench.close()
    if as_json:
        _print_json({"user": name, "removed": True})
    else:
        click.echo(say("“{name}” cannot log in any more.", name=name), err=True)


class _progress:  # noqa: N801 - used as a context manager
    """A progress bar on a terminal; nothing elsewhere."""

    def __init__(self, label: str) -> None:
        self._label = label
        self._bar: Any = None
        self._done = 0

    def __enter__(self) -> Callable[[int, int], None] | None:
        return self._show if sys.stderr.isatty() else None

    def _show(self, done: int, total: int) -> None:
        if self._bar is None:
            self._bar = click.progressbar(length=total, label=self._label, file=sys.stderr)
            self._bar.__enter__()
        self._bar.update(done - self._done)
        self._done = done

    def __exit__(self, *error: object) -> None:
        if self._bar is not None:
            self._bar.__exit__(*error)
