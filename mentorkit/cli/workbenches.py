"""The commands on a whole workbench: making and serving one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import click

from mentorkit.cli.common import AS, BENCH, JSON, OnABench, opened, print_json
from mentorkit.errors import UsageError
from mentorkit.language import say, set_default_voice

PEM = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Port; a free one by default.")
@click.option("--no-browser", is_flag=True, help="Print the address instead of opening the browser.")
@click.option("--dir", "folder", type=click.Path(file_okay=False, path_type=Path), help="Keep the demo here.")
def demo(port: int | None, no_browser: bool, folder: Path | None) -> None:
    """Serve a demo workbench with the four presets and invented people."""
    from mentorkit.examples import serve_demo

    serve_demo(folder, port=port, open_browser=not no_browser)


@click.command(cls=OnABench)
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
    from mentorkit.privacy.replay import replay
    from mentorkit.programme.settings import load_preset
    from mentorkit.store import Store
    from mentorkit.workbench import Workbench

    load_preset(preset)  # an unknown preset is refused before a file is made
    store = Store.open_or_create(bench)
    replay(store)
    workbench = Workbench.of(store, user)
    run = workbench.add(preset, name=name, run=run_name, language=cast(Any, language))
    set_default_voice(run.programme.settings.voice())
    if as_json:
        print_json({"bench": bench, "programme": run.programme.id, "run": run.id})
    else:
        click.echo(say("“{run}” is set up in {bench}.", run=run.id, bench=bench), err=True)
    workbench.close()


@click.group()
def preset() -> None:
    """Show the presets."""


@preset.command("list")
@JSON
def preset_list(as_json: bool) -> None:
    """List the presets."""
    from mentorkit.programme.settings import PRESETS, load_preset

    rows = [{"name": name, "title": load_preset(name).name} for name in PRESETS]
    if as_json:
        print_json({"presets": rows})
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
        print_json(load_preset(name).model_dump(mode="json"))
    else:
        click.echo(preset_text(name), nl=False)


@click.command(cls=OnABench)
@BENCH
@click.option(
    "--port", type=click.IntRange(1, 65535), help="Port; the first free one from 8866 on by default."
)
@click.option("--no-browser", is_flag=True, help="Don't open the browser.")
@click.option("--address", default="127.0.0.1", metavar="IP", help="Where to listen; here alone by default.")
@click.option("--certfile", type=PEM, help="Certificate for TLS, with its chain (PEM).")
@click.option("--keyfile", type=PEM, help="Its private key (PEM).")
@click.option("--behind-proxy", is_flag=True, help="A reverse proxy does TLS; only proxies are answered.")
@click.option("--proxy-address", "proxies", multiple=True, metavar="IP", help="The proxy; here by default.")
@click.option("--host-name", "host_names", multiple=True, metavar="NAME", help="Name that people open.")
@click.option("--hub", is_flag=True, help="As a program that JupyterHub starts, which then logs people in.")
def serve(bench: str, port: int | None, no_browser: bool, hub: bool, **reach: Any) -> None:  # noqa: ANN401
    """Serve the apps, with log-in: to this machine, or with TLS to others."""
    if hub:
        try:
            from mentorkit.serve.hub import serve_for_hub
        except ModuleNotFoundError as missing:
            raise UsageError(say("“--hub” needs JupyterHub: pip install 'mentorkit[hub]'.")) from missing
        serve_for_hub(bench)
        return
    from mentorkit.serve.reach import Reach
    from mentorkit.serve.server import serve as serve_apps

    serve_apps(bench, port=port, reach=Reach(**reach), open_browser=not no_browser)


@click.command(cls=OnABench)
@BENCH
@AS
@click.option(
    "--dir", "folder", type=click.Path(file_okay=False, path_type=Path), help="Where the notebooks go."
)
def lab(bench: str, user: str | None, folder: Path | None) -> None:
    """Open JupyterLab with the analysts' notebooks on this workbench."""
    from mentorkit.lab import open_lab

    workbench = opened(bench, user)
    if not any(workbench.actor.may("application.read", programme.id) for programme in workbench.programmes):
        why = say("JupyterLab shows whole applications; your role does not allow this.")
        raise workbench.actor.refusal("application.read", sentence=why)
    workbench.close()
    raise SystemExit(open_lab(bench, user, folder))
