"""Kernels that are ready beforehand: forked, connected, handed over; and what happens when something ends."""

from __future__ import annotations

import asyncio
import datetime as dt
import gzip
import json
import os
import re
import signal
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TypeVar

import nbformat
import pytest
from jupyter_server import CallContext
from voila import notebook_renderer
from voila.exporter import VoilaExporter

from mentorkit.serve import renderer
from mentorkit.serve.kernels import Kernels, Owner, OwnPython
from mentorkit.serve.scripts import CHUNKS, Scripts
from mentorkit.serve.server import EXTENSIONS, AppServer
from mentorkit.serve.site import Site
from mentorkit.serve.warm import Client, Zygote
from mentorkit.serve.zygote import preload
from mentorkit.store import Store

T = TypeVar("T")
Run = Callable[[Awaitable[T]], T]

needs_fork = pytest.mark.skipif(not Zygote.possible(), reason="kernels are forked on Linux only")


@pytest.fixture(scope="module")
def notebooks(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("notebooks")
    cells = [nbformat.v4.new_code_cell("import colorsys\nfrom wsgiref import headers\n1 / 0")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "start.ipynb")
    (folder / "broken.ipynb").write_text("no notebook")
    return folder


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    loop = asyncio.new_event_loop()
    yield loop.run_until_complete
    loop.close()


def _kernels(notebooks: Path, folder: Path) -> Kernels:
    return Kernels(
        kernel_spec_manager=OwnPython(), root_dir=str(notebooks), connection_dir=str(folder), pause=3600
    )


@pytest.fixture(scope="module")
def kernels(notebooks, run, tmp_path_factory) -> Iterator[Kernels]:
    async def start() -> Kernels:
        made = _kernels(notebooks, tmp_path_factory.mktemp("connections"))
        await made._fill()
        return made

    made = run(start())
    yield made
    run(made.shutdown_all(now=True))


async def _ask(client: Client, expression: str) -> object:
    answer = await client.execute(
        "", user_expressions={"x": f"__import__('json').dumps({expression})"}, reply=True, timeout=20
    )
    found = answer["content"]["user_expressions"]["x"]
    return json.loads(found["data"]["text/plain"].strip("'"))


def _client(kernels: Kernels, kernel_id: str) -> Client:
    return kernels.get_kernel(kernel_id).prepared


async def _open(kernels: Kernels, user: str = "anna", **environment: str) -> str:
    """Open a page as the server does."""
    notebook = nbformat.v4.new_notebook(metadata={"mentorkit": {}})
    handler = SimpleNamespace(owner=Owner(user, "s"), kernel_environment=environment, notebook=notebook)
    CallContext.set(CallContext.JUPYTER_HANDLER, handler)
    kernel_id = await kernels.start_kernel(env={"PATH": os.environ["PATH"], "SECRET": "x"})
    assert notebook.metadata["mentorkit"]["kernel"] == kernel_id
    return kernel_id


async def _gone(pid: int) -> None:
    """Wait until a process has ended."""
    async with asyncio.timeout(10):
        while Path(f"/proc/{pid}").exists():
            await asyncio.sleep(0.02)


# -- kernels ----------------------------------------------------------------------------------------------


@needs_fork
def test_a_forked_kernel_inherits_no_connection_and_no_thread(kernels, run) -> None:
    for process in (kernels.zygote.pid, kernels.get_kernel(kernels._spares[0]).provisioner.pid):
        open_files = [os.readlink(f"/proc/{process}/fd/{fd}") for fd in os.listdir(f"/proc/{process}/fd")]
        assert not [name for name in open_files if "mentorkit" in name or name.endswith(".db")]
    assert len(os.listdir(f"/proc/{kernels.zygote.pid}/task")) == 1
    own = [
        os.readlink(f"/proc/{kernels.zygote.pid}/fd/{fd}")
        for fd in os.listdir(f"/proc/{kernels.zygote.pid}/fd")
    ]
    assert sum("socket:" in name for name in own) == 1  # the line to the server


@needs_fork
def test_forked_kernels_differ_by_chance(kernels, run) -> None:
    async def draw() -> list[object]:
        expression = "[__import__('random').random(), float(__import__('numpy').random.random())]"
        return [await _ask(_client(kernels, spare), expression) for spare in kernels._spares]

    first, second = run(draw())
    assert not set(first) & set(second)


@needs_fork
def test_a_forked_kernel_has_imported_what_the_apps_need(kernels, run) -> None:
    names = "[name in __import__('sys').modules for name in ('numpy', 'colorsys', 'wsgiref.headers')]"
    assert run(_ask(_client(kernels, kernels._spares[0]), names)) == [True] * 3


@needs_fork
def test_a_forked_kernel_gives_the_state_of_all_widgets_in_one_answer(kernels, run) -> None:
    targets = "sorted(get_ipython().kernel.comm_manager.targets)"
    assert "jupyter.widget.control" in run(_ask(_client(kernels, kernels._spares[0]), targets))


def test_a_page_gets_a_kernel_that_waited_and_that_knows_it_alone(kernels, run) -> None:
    async def go() -> tuple[str, object]:
        waiting = list(kernels._spares)
        assert all(not kernels.is_owned_by(spare, "anna") for spare in waiting)
        opened = await _open(kernels, MENTORKIT_RUN="a/1")
        assert opened == waiting[0]
        names = await _ask(_client(kernels, opened), "sorted(__import__('os').environ)")
        return opened, names

    opened, names = run(go())
    assert "MENTORKIT_RUN" in names
    assert "PATH" in names
    assert "SECRET" not in names
    assert kernels.is_owned_by(opened, "anna")
    assert not kernels.is_owned_by(opened, "bert")


def test_another_kernel_is_made_ready_and_dead_ones_are_passed_over(kernels, run) -> None:
    async def go() -> None:
        await kernels._fill()
        assert len(kernels._spares) == kernels.spare
        dead = kernels._spares[0]
        pid = kernels.get_kernel(dead).provisioner.pid
        os.kill(pid, signal.SIGKILL)
        await _gone(pid)
        assert await _open(kernels) != dead

    run(go())


def test_a_kernel_that_waited_for_long_is_not_taken_for_one_without_a_page(kernels, run) -> None:
    async def go() -> None:
        await kernels._fill()
        for spare in kernels._spares:
            kernels.get_kernel(spare).last_activity -= dt.timedelta(hours=1)
        kernel_id, ready = await kernels._next()
        assert ready
        await kernels.cull_kernel_if_idle(kernel_id)
        assert kernel_id in kernels
        await kernels.close(kernel_id)

    run(go())


def test_a_kernel_that_waits_is_not_closed_for_want_of_use(kernels, run) -> None:
    async def go() -> None:
        await kernels._fill()
        opened = await _open(kernels)
        kernels.notify_connect(opened)
        for kernel_id in kernels.list_kernel_ids():
            kernels.get_kernel(kernel_id).last_activity -= dt.timedelta(hours=1)
            await kernels.cull_kernel_if_idle(kernel_id)
        assert opened not in kernels
        assert kernels._spares
        assert all(spare in kernels for spare in kernels._spares)

    run(go())


@needs_fork
def test_the_end_of_a_forked_kernel_is_noticed_and_leaves_no_zombie(kernels, run) -> None:
    async def go() -> None:
        opened = await _open(kernels)
        manager = kernels.get_kernel(opened)
        assert await manager.is_alive()
        os.kill(manager.provisioner.pid, signal.SIGKILL)
        await _gone(manager.provisioner.pid)
        assert not await manager.is_alive()
        await manager.provisioner.send_signal(signal.SIGKILL)  # meets nobody

    run(go())


@needs_fork
def test_a_killed_zygote_kills_nothing_and_is_started_again(kernels, run) -> None:
    async def go() -> None:
        await kernels._fill()
        opened, old = await _open(kernels), kernels.zygote.pid
        os.kill(old, signal.SIGKILL)
        kernels.zygote._process.wait()
        assert await _ask(_client(kernels, opened), "1") == 1
        kernels._spares.clear()
        assert await kernels.get_kernel(await _open(kernels)).is_alive()  # a plain one
        await kernels._fill()
        assert kernels.zygote.ready
        assert kernels.zygote.pid != old
        assert len(kernels._spares) == kernels.spare

    run(go())


def test_where_a_kernel_that_waited_fails_another_takes_its_page(kernels, run, monkeypatch) -> None:
    async def go() -> None:
        await kernels._fill()
        failing = kernels._spares[0]
        hand_over = kernels._hand_over

        async def fail_once(kernel_id: str, environment: dict[str, str]) -> None:
            if kernel_id == failing:
                raise RuntimeError("the kernel refused")
            await hand_over(kernel_id, environment)

        monkeypatch.setattr(kernels, "_hand_over", fail_once)
        opened = await _open(kernels, MENTORKIT_RUN="a/1")
        assert opened != failing
        assert failing not in kernels
        assert failing not in kernels.owners
        assert kernels.is_owned_by(opened, "anna")

    run(go())


@needs_fork
def test_an_answer_that_nobody_waited_for_is_never_taken_for_the_next(kernels, run) -> None:
    async def go() -> None:
        await kernels._fill()
        asked = asyncio.ensure_future(kernels.zygote.fork(["-f", "none"], {}, "/"))
        await asyncio.sleep(0)  # it has written its request and waits
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        assert not kernels.zygote.ready
        await kernels._fill()
        assert kernels.zygote.ready

    run(go())


@needs_fork
def test_forked_kernels_end_with_the_server(notebooks, tmp_path, run) -> None:
    async def go() -> None:
        made = _kernels(notebooks, tmp_path)
        made.spare = 1
        await made._fill()
        pid = made.get_kernel(made._spares[0]).provisioner.pid
        made.zygote.close()
        await _gone(pid)
        await made.shutdown_all(now=True)

    run(go())


def test_where_nothing_can_be_forked_plain_kernels_wait(notebooks, tmp_path, run, monkeypatch) -> None:
    monkeypatch.setattr(Zygote, "possible", staticmethod(lambda: False))

    async def go() -> None:
        made = _kernels(notebooks, tmp_path)
        made.spare = 1
        await made._fill()
        assert made.zygote is None
        opened = await _open(made, MENTORKIT_RUN="a/1")
        loaded = "[__import__('os').environ['MENTORKIT_RUN'], 'colorsys' in __import__('sys').modules]"
        assert await _ask(_client(made, opened), loaded) == ["a/1", True]
        await made.shutdown_all(now=True)

    run(go())


def test_what_cannot_be_imported_is_left_to_its_app(tmp_path) -> None:
    for name, code in {"bad": "import not_there", "worse": "import ("}.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        nbformat.write(notebook, tmp_path / f"{name}.ipynb")
    preload(tmp_path)


# -- scripts and what Voila is asked for ------------------------------------------------------------------


def test_templates_are_compiled_once() -> None:
    assert isinstance(notebook_renderer.VoilaExporter, type)
    renderer.install()
    try:
        first, second = renderer.Exporter(), renderer.Exporter()
        assert notebook_renderer.VoilaExporter is renderer.Exporter
        assert first.environment is second.environment
    finally:
        notebook_renderer.VoilaExporter = VoilaExporter


@pytest.fixture(scope="module")
def scripts(notebooks) -> Iterator[Scripts]:
    store = Store.create()
    server = AppServer(site=Site(store, "", notebooks))
    server.initialize([])
    yield server.scripts
    notebook_renderer.VoilaExporter = VoilaExporter
    store.close()


def test_all_chunks_that_the_apps_load_are_there(scripts) -> None:
    for path, parts in scripts._parts.items():
        owner = next((name for name in CHUNKS if path.startswith(f"{name}/")), "voila")
        assert len(parts) == len(CHUNKS[owner].split()) + 1, path
    assert len(scripts._parts) == len(EXTENSIONS) + 1


def test_scripts_have_their_version_in_their_addresses(scripts) -> None:
    page = {"federated_extensions": [{"name": "anywidget", "load": "./static/remoteEntry.1.js"}]}
    first, second = scripts.configure(page, "/voila")
    assert re.fullmatch(r"/voila/[0-9a-f]{16}/static/voila\.js", first)
    assert second == f"/voila/{scripts.version}/labextensions/anywidget/static/remoteEntry.1.js"
    assert page["fullStaticUrl"] == f"/voila/{scripts.version}/static"


def test_a_browser_may_keep_scripts_of_this_version_only(anna, scripts) -> None:
    page = anna.get("/matching").text
    address = re.search(r'href="(/voila/[0-9a-f]{16}/static/voila\.js)"', page).group(1)
    answer = anna.get(address)
    assert "immutable" in answer.headers["Cache-Control"]
    assert answer.content == gzip.decompress(scripts.packed("voila.js"))
    old = anna.get(re.sub(r"[0-9a-f]{16}", "0" * 16, address))
    assert old.status_code == 200
    assert "immutable" not in old.headers.get("Cache-Control", "")


def test_all_scripts_of_a_page_weigh_less_than_the_bar(scripts) -> None:
    assert sum(len(scripts.packed(path)) for path in scripts._parts) < 1_250_000
