"""A Chromium, and pages that may not leave the loopback."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import pytest

from mentorkit.examples import DEMO_USER
from mentorkit.store import Store
from mentorkit.workbench import Workbench

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # With every window Chromium makes the lists below its address bar, which takes as long as a page does.
    # What is disabled here replaces what Playwright disables, so that comes first.
    "--disable-features=AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,HttpsUpgrades,"
    "HttpsFirstBalancedModeAutoEnable,LensOverlay,MediaRouter,PaintHolding,ThirdPartyStoragePartitioning,"
    "AvoidCorsURLLoaderRestartOnRedirect,OptimizationHints,NetworkTimeServiceQuerying,AimEnabled,"
    "PreconnectToSearch,Translate,WebUIOmniboxPopup,WebUIOmniboxAimPopup,WebUIOmniboxFullPopup",
)
_LOCAL = re.compile(r"(https?|wss?)://(127\.0\.0\.1|localhost)(:\d+)?/|data:|blob:|about:|chrome-error:")


def _executable(playwright: Playwright) -> str | None:
    """Return a Chromium: the one named, Playwright's own, or the system's."""
    if named := os.environ.get("MENTORKIT_CHROMIUM"):
        return named
    if Path(playwright.chromium.executable_path).is_file():
        return playwright.chromium.executable_path
    names = ("chromium", "chromium-browser", "google-chrome")
    return next(
        (found for name in names if (found := shutil.which(name, path=os.defpath + ":/usr/bin"))), None
    )


# per module: while Playwright runs, no other event loop can in this thread
@pytest.fixture(scope="module")
def launch(do_without: Callable[[str], NoReturn]) -> Iterator[Callable[[], Browser]]:
    """A function that starts a Chromium with a fresh profile."""
    from playwright._impl._driver import compute_driver_executable
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # as long as everything else waits, and not five seconds
    driver = subprocess.run(
        [*compute_driver_executable(), "--version"], capture_output=True, text=True, check=False
    )
    if driver.returncode:
        do_without(f"no Chromium here: Playwright's driver does not start: {driver.stderr.strip()}")
    with sync_playwright() as playwright:
        executable = _executable(playwright)
        if executable is None:
            do_without("no Chromium here: set MENTORKIT_CHROMIUM, or run “playwright install chromium”")
        started: list[Browser] = []

        def start() -> Browser:
            started.append(playwright.chromium.launch(executable_path=executable, args=list(ARGUMENTS)))
            return started[-1]

        yield start
        for browser in started:
            browser.close()


@pytest.fixture(scope="module")
def chromium(launch: Callable[[], Browser]) -> Browser:
    """A running Chromium."""
    return launch()


@pytest.fixture(scope="module")
def cookies(served: Any, chromium: Browser) -> list[Any]:
    """The log-in of whoever comes first to what a module serves (its fixture ``served``)."""
    context = chromium.new_context(locale="de-DE")
    page = context.new_page()
    page.goto(served.way_in)
    page.get_by_role("heading", level=1).wait_for()
    kept = context.cookies()
    context.close()
    return kept


@pytest.fixture
def new_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """A function that opens a page with cookies of its own. No request of it may leave the loopback."""
    contexts, strays = [], []

    def note(url: str) -> None:
        if not _LOCAL.match(url):
            strays.append(url)

    def open_page(width: int = 1280, height: int = 800, **options: object) -> Page:
        context = chromium.new_context(viewport={"width": width, "height": height}, locale="de-DE", **options)
        contexts.append(context)
        context.on("request", lambda request: note(request.url))
        context.on("page", lambda page: page.on("websocket", lambda socket: note(socket.url)))
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert strays == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """A page of a desktop's width."""
    return new_page()


@pytest.fixture
def board(made_demo, stage, new_page):
    """A function that opens the academy's matching of a fresh workbench for a user, one of them Karla."""
    stage.show(made_demo, DEMO_USER)
    store = Store.open(stage.target)
    bench = Workbench.of(store, DEMO_USER)
    bench.accounts.add(bench.actor, "karla", "Karla Kamen")
    bench.accounts.grant(bench.actor, "karla", "lead")
    store.close()

    def open_for(user: str, **size: int):
        page = new_page(**size)
        page.goto(stage.link(user))
        page.goto(f"{stage.served.address}/matching?run=arts-academy/2015")
        page.get_by_text("Bewiesen optimal").wait_for()
        return page

    return open_for
