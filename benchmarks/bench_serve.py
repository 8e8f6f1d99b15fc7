"""Time from navigation to the answer of the first click, in Chromium, beside other ways to serve apps.

Every app has a button and a text that counts; the apps of the product have them below what they always show.
All servers run at the same time, and each round visits each of them once, so that whatever else the machine
does meets all alike. Printed are medians, their ratio to stock Voila, bytes over the wire, memory per page.

    python -m venv /tmp/others && /tmp/others/bin/pip install streamlit "solara[assets]" panel
    python benchmarks/bench_serve.py --others /tmp/others/bin

Warm: a browser that has been there before, a server that has been asked before. Cold: an empty browser cache.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import psutil
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

COUNTER = """
import ipywidgets as w
_count = w.Label("0 clicks")
_button = w.Button(description="Click")
_button.on_click(lambda _: setattr(_count, "value", f"{int(_count.value.split()[0]) + 1} clicks"))
"""
STREAMLIT = """
import streamlit as st
st.session_state.setdefault("n", 0)
def hit():
    st.session_state.n += 1
st.button("Click", on_click=hit)
st.write(f"{st.session_state.n} clicks")
"""
SOLARA = """
import solara
n = solara.reactive(0)
@solara.component
def Page():
    solara.Button("Click", on_click=lambda: n.set(n.value + 1))
    solara.Text(f"{n.value} clicks")
"""
PANEL = """
import panel as pn
button = pn.widgets.Button(name="Click")
pn.Column(button, pn.bind(lambda n: f"{n} clicks", button.param.clicks)).servable()
"""
OURS = """
import sys
from pathlib import Path
from mentorkit.serve.server import serve
serve(sys.argv[1], port=int(sys.argv[2]), login_as="demo", notebooks=Path(sys.argv[3]), demo=True)
"""
#: Presses the button as soon as it is there, and notes when the answer is; looks into shadow trees too.
PROBE = """
(() => {
  function* all(root, wanted) {
    for (const element of root.querySelectorAll("*")) {
      if (wanted(element) && element.getClientRects().length) yield element;
      if (element.shadowRoot) yield* all(element.shadowRoot, wanted);
    }
  }
  const says = (element, text) => element.textContent.trim().toLowerCase() === text;
  const isButton = (element) => element.localName === "button" && says(element, "click");
  const isAnswer = (element) => !element.childElementCount && says(element, "1 clicks");
  let pressed = false;
  function look() {
    const found = all(document, pressed ? isAnswer : isButton).next().value;
    if (found && pressed) {
      window.benchAnswered = performance.now();
      return;
    }
    if (found) {
      pressed = true;
      found.click();
    }
    setTimeout(look, 5);
  }
  look();
})();
"""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing leaves the machine
)


@dataclass
class App:
    """A served app and what was measured of it."""

    name: str
    process: subprocess.Popen[str]
    address: str
    cookies: list[dict] = field(default_factory=list)
    warm: list[float] = field(default_factory=list)
    cold: list[float] = field(default_factory=list)
    sent: int = 0
    memory: float = 0.0


class Relay:
    """A port that passes everything on to another one and counts what comes back."""

    def __init__(self, port: int) -> None:
        self._behind = port
        self._loop = asyncio.new_event_loop()
        self.sent = 0

    def __enter__(self) -> Relay:
        # in a thread of its own: playwright's loop runs in this one
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        opening = asyncio.start_server(self._join, "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(opening, self._loop).result()
        self.port = server.sockets[0].getsockname()[1]
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    async def _end(self) -> None:
        # the browser is gone: each end that sees it closes the other one
        if passing := asyncio.all_tasks() - {asyncio.current_task()}:
            await asyncio.wait(passing, timeout=10)

    async def _join(self, browser: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        server, request = await asyncio.open_connection("127.0.0.1", self._behind)
        await asyncio.gather(self._pass(browser, request), self._pass(server, answer, count=True))

    async def _pass(
        self, source: asyncio.StreamReader, target: asyncio.StreamWriter, *, count: bool = False
    ) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await source.read(65536):
                self.sent += len(data) if count else 0
                target.write(data)
                await target.drain()
        target.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(command: list[str], folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command,
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def wait_for(address: str) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError):
            urllib.request.urlopen(address).read()
            return
        time.sleep(0.1)
    raise SystemExit(f"{address} does not answer")


def write_notebook(path: Path, source: str) -> None:
    cell = nbformat.v4.new_code_cell(source)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel}), path)


def start_voila(folder: Path) -> App:
    write_notebook(folder / "hello.ipynb", COUNTER + "w.VBox([_button, _count])")
    port = free_port()
    command = [sys.executable, "-m", "voila", "hello.ipynb", f"--port={port}", "--no-browser"]
    return App("stock Voila, hello world", serve(command, folder), f"http://127.0.0.1:{port}/")


def start_ours(folder: Path) -> tuple[list[App], str]:
    from mentorkit.examples import make_demo

    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for name in ("start", "matching", "intake"):
        source = f"from mentorkit_widgets import {name}_app\n{COUNTER}w.VBox([{name}_app(), _button, _count])"
        write_notebook(notebooks / f"{name}.ipynb", source)
    port = free_port()
    process = serve([sys.executable, "-c", OURS, str(make_demo(folder)), str(port), str(notebooks)], folder)
    way_in = "http://" + process.stdout.readline().split("http://")[1].strip()
    run = "?run=cross-administration/2014"
    address = f"http://127.0.0.1:{port}/"
    return [
        App("mentorkit, start", process, address + run),
        App("mentorkit, matching of 52 people", process, address + "matching" + run),
        App("mentorkit, intake of 52 applications", process, address + "intake" + run),
    ], way_in


def start_others(folder: Path, programs: Path) -> Iterator[App]:
    for name, source in {"streamlit": STREAMLIT, "solara": SOLARA, "panel": PANEL}.items():
        (folder / f"{name}_app.py").write_text(source)
        port = free_port()
        options = {
            "streamlit": ["run", "streamlit_app.py", "--server.headless=true", f"--server.port={port}",
                          "--browser.gatherUsageStats=false", "--server.address=127.0.0.1"],
            "solara": ["run", "solara_app.py", f"--port={port}", "--no-open", "--production"],
            "panel": ["serve", "panel_app.py", f"--port={port}", "--address=127.0.0.1",
                      f"--allow-websocket-origin=127.0.0.1:{port}"],
        }  # fmt: skip
        path = "panel_app" if name == "panel" else ""
        process = serve([str(programs / name), *options[name]], folder)
        yield App(f"{name}, hello world", process, f"http://127.0.0.1:{port}/{path}")


def answered(page: Page, app: App, address: str, seconds: float = 60) -> float:
    """Open a page, press its button, and return the milliseconds until the answer."""
    page.add_init_script(PROBE)
    page.goto(address, wait_until="commit")
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        page.wait_for_timeout(100)
        if found := page.evaluate("window.benchAnswered || 0"):
            return found
    raise SystemExit(f"{app.name}: no answer; the page says: {page.inner_text('body')}")


def visit_warm(context: BrowserContext, app: App, stay: float = 1.5) -> float:
    page = context.new_page()
    found = answered(page, app, app.address)
    page.wait_for_timeout(stay * 1000)
    page.close()
    return found


def visit_cold(browser: Browser, app: App) -> None:
    context = browser.new_context(locale="de-DE")
    context.add_cookies(app.cookies)
    page = context.new_page()
    app.cold.append(answered(page, app, app.address))
    page.wait_for_timeout(1500)
    context.close()


def count_bytes(browser: Browser, app: App) -> None:
    """Count what the server sends for a cold visit: pages, scripts and what goes through the socket."""
    context = browser.new_context(locale="de-DE")
    context.add_cookies(app.cookies)
    page = context.new_page()
    with Relay(urlsplit(app.address).port) as relay:
        answered(page, app, urlsplit(app.address)._replace(netloc=f"127.0.0.1:{relay.port}").geturl())
        page.wait_for_timeout(1500)
        context.close()
        app.sent = relay.sent


def memory(process: subprocess.Popen[str]) -> float:
    """Return the proportional memory of a server and all its children, in MB."""
    total = 0
    own = psutil.Process(process.pid)
    for part in [own, *own.children(recursive=True)]:
        with contextlib.suppress(psutil.Error):
            total += part.memory_full_info().pss
    return total / 2**20


def weigh(context: BrowserContext, app: App, pages: int = 4) -> None:
    """Measure what an open page costs, from several of them."""
    time.sleep(3)
    before = memory(app.process)
    opened = [context.new_page() for _ in range(pages)]
    for page in opened:
        answered(page, app, app.address)
    time.sleep(4)  # whatever is made ready for the next page stands again
    app.memory = (memory(app.process) - before) / pages
    for page in opened:
        page.close()
    time.sleep(3)


def report(apps: list[App]) -> None:
    reference = apps[0]
    base_warm, base_cold = statistics.median(reference.warm), statistics.median(reference.cold)
    print("| | warm, ms | to Voila | cold, ms | to Voila | over the wire, cold, kB | memory per page, MB |")
    print("|---|--:|--:|--:|--:|--:|--:|")
    for app in apps:
        warm, cold = statistics.median(app.warm), statistics.median(app.cold)
        print(
            f"| {app.name} | {warm:.0f} | {warm / base_warm:.2f} | {cold:.0f} | {cold / base_cold:.2f} "
            f"| {app.sent / 1000:.0f} | {app.memory:.0f} |"
        )
    spread = {app.name: [round(value) for value in app.warm] for app in apps}
    print(json.dumps(spread, ensure_ascii=False), file=sys.stderr)


def measure(apps: list[App], way_in: str, rounds: int) -> None:
    chromium = os.environ.get("MENTORKIT_CHROMIUM") or shutil.which("chromium") or None
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as profile:
        launch = {"executable_path": chromium, "args": list(ARGUMENTS)}
        warm = playwright.chromium.launch_persistent_context(profile, locale="de-DE", **launch)
        page = warm.new_page()
        page.goto(way_in)
        page.get_by_role("heading", level=1).first.wait_for()
        page.close()
        cookies = [cookie for cookie in warm.cookies() if cookie["name"].startswith(("mentorkit", "_xsrf"))]
        cold = playwright.chromium.launch(**launch)
        for app in apps:
            app.cookies = cookies if app.name.startswith("mentorkit") else []
            for _ in range(3):
                visit_warm(warm, app)
        for _ in range(rounds):
            for app in apps:
                app.warm.append(visit_warm(warm, app))
            for app in apps:
                visit_cold(cold, app)
        for app in apps:
            count_bytes(cold, app)
            weigh(warm, app)
        warm.close()
        cold.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--others", type=Path, help="folder with the programs streamlit, solara and panel")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        apps = [start_voila(folder)]
        ours, way_in = start_ours(folder)
        apps += ours
        if options.others:
            apps += start_others(folder, options.others)
        try:
            for app in apps:
                wait_for(app.address)
            time.sleep(10)  # our kernels are made ready, and nobody else's suffers from it
            measure(apps, way_in, options.rounds)
            report(apps)
        finally:
            for process in {app.process.pid: app.process for app in apps}.values():
                process.terminate()
                process.wait(20)


if __name__ == "__main__":
    main()
