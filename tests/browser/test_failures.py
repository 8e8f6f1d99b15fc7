"""What ends or fails behind an open page is said in words of its own, and nothing that was typed is lost."""

from __future__ import annotations

import os
import select
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest

from mentorkit.privacy.permissions import sole_actor
from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.browser

APP = """
import os
import ipywidgets as w
from mentorkit_widgets.components.form import Field, Form

count = w.HTML("<p>0-mal</p>")
count.add_class("counter")

def hit(_):
    count.value = f"<p>{int(count.value[3:].split('-')[0]) + 1}-mal</p>"

def button(label, action):
    made = w.Button(description=label)
    made.on_click(action)
    return made

form = Form([Field("name", "Vorname", help="wie im Ausweis")], key="probe")
w.VBox([
    w.HTML(f"<h1>Probe</h1><p id='pid'>{os.getpid()}</p>"), form, count,
    button("Zählen", hit), button("Scheitern", lambda _: 1 / 0),
])
"""
BROKEN = "raise RuntimeError('inside knowledge')"
#: Tells its number through a pipe, which is read, and waits until it is told to go on through another.
WAITING = """
import os, pathlib, ipywidgets as w
folder = pathlib.Path({!r})
(folder / "pid").write_text(str(os.getpid()))
(folder / "go").read_text()
w.HTML("<h1>Probe</h1>")
"""
SOON = 6_000  # milliseconds; on a quiet machine it takes less than three seconds

DIED = "Das Programm hinter dieser Seite ist stehen geblieben"
RESTARTED = "Der Server wurde neu gestartet"
OFFLINE = "Die Verbindung ist unterbrochen"
OUT = "Ihre Anmeldung ist beendet"
FAILED = "Der letzte Schritt ist gescheitert"


@dataclass
class Site:
    """A served workbench that can be stopped and started again at the same address."""

    start: Callable
    folder: Path
    served: object = None

    @property
    def address(self) -> str:
        return self.served.address

    def stop(self) -> None:
        self.served.process.kill()
        self.served.process.wait()

    def restart(self) -> None:
        port = int(self.address.rsplit(":", 1)[1])
        self.stop()
        self.served = self.start(
            str(self.folder / "test.mentorkit"), notebooks=self.folder / "notebooks", port=port
        )

    def end_session(self, token: str) -> None:
        store = Store.open(self.folder / "test.mentorkit")
        Workbench.of(store, "anna").accounts.end_session(token)
        store.close()

    def waiting(self) -> int:
        """Return the number of the kernel that waits, as soon as it has begun."""
        pipe = os.open(self.folder / "pid", os.O_RDWR)
        ready, _, _ = select.select([pipe], [], [], 20)
        assert ready, "the page's kernel never began"
        number = int(os.read(pipe, 20))
        os.close(pipe)
        return number

    def new_link(self, user: str) -> str:
        store = Store.open(self.folder / "test.mentorkit")
        token = Workbench.of(store, "anna").accounts.new_link(sole_actor(), user)
        store.close()
        return f"{self.address}/login?token={token}"


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve_workbench) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("failures")
    (folder / "notebooks").mkdir()
    for pipe in ("pid", "go"):
        os.mkfifo(folder / pipe)
    waiting = WAITING.format(str(folder))
    for name, source in {"start": APP, "intake": BROKEN, "matching": waiting}.items():
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source)])
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
    bench = Workbench.of(Store.create(folder / "test.mentorkit"), "me")
    bench.add("cross-administration")
    bench.accounts.add(bench.actor, "anna", "Anna Beispiel")
    bench.accounts.add(bench.actor, "bert", "Bert Beispiel")
    for name in ("anna", "bert"):
        bench.accounts.grant(bench.actor, name, "lead")
    bench.close()
    site = Site(serve_workbench, folder)
    site.served = serve_workbench(str(folder / "test.mentorkit"), notebooks=folder / "notebooks")
    yield site
    site.served.end()


@pytest.fixture
def enter(site: Site) -> Callable:
    """A function that brings a page to an app, logged in by a link."""

    def go(page, path: str = "/", user: str = "anna") -> None:
        page.goto(f"{site.new_link(user)}&next={path}", wait_until="commit")
        page.wait_for_url(site.address + path, wait_until="commit")

    return go


def banner(page, words: str):
    found = page.locator("#mk-banner").filter(has_text=words)
    found.wait_for(timeout=SOON)
    return found


def pid(page) -> int:
    return int(page.locator("#pid").inner_text())


def kill_the_kernel(page, site) -> str:
    os.kill(pid(page), signal.SIGKILL)
    return DIED


def restart_the_server(page, site) -> str:
    site.stop()
    banner(page, OFFLINE)
    site.restart()
    return RESTARTED


def end_the_log_in(page, site) -> str:
    token = next(c["value"] for c in page.context.cookies() if c["name"] == "mentorkit-session")
    site.end_session(token)
    return OUT


@pytest.mark.parametrize(
    ("step", "end"),
    [
        ("typing", kill_the_kernel),
        ("after an answer", kill_the_kernel),
        ("after an answer", restart_the_server),
        ("typing", end_the_log_in),
    ],
)
def test_each_end_has_its_words_and_what_was_typed_comes_back(page, site, enter, end, step) -> None:
    enter(page)
    page.get_by_role("button", name="Zählen").wait_for()
    if step == "after an answer":
        page.get_by_role("button", name="Zählen").click()
        page.get_by_text("1-mal").wait_for()
    page.get_by_label("Vorname").press_sequentially("Ada")
    shown = banner(page, end(page, site))
    assert "Was gespeichert war, ist sicher" in shown.inner_text()
    assert shown.get_attribute("role") == "alert"
    assert page.evaluate("document.activeElement.closest('#mk-banner')") is None
    shown.get_by_role("button").click()
    if end is end_the_log_in:
        page.get_by_role("heading", name="Anmelden").wait_for()
        enter(page)
    page.get_by_role("button", name="Zählen").click()
    page.get_by_text("1-mal").wait_for()
    assert page.get_by_label("Vorname").input_value() == "Ada"


def test_a_lost_connection_is_said_and_the_page_recovers_by_itself(page, site, enter) -> None:
    enter(page)
    page.get_by_role("button", name="Zählen").click()
    page.get_by_text("1-mal").wait_for()
    page.context.set_offline(True)
    banner(page, OFFLINE)
    page.get_by_label("Vorname").press_sequentially("Ada")
    page.context.set_offline(False)
    banner(page, "Die Verbindung ist wieder da")
    page.get_by_role("button", name="Zählen").click()
    page.get_by_text("2-mal").wait_for()
    assert page.get_by_label("Vorname").input_value() == "Ada"


def test_a_step_that_fails_is_said_without_its_inside(page, site, enter) -> None:
    frames: list[bytes | str] = []

    def keep(frame: bytes | str) -> None:
        frames.append(frame)

    page.on("websocket", lambda socket: socket.on("framereceived", keep))
    enter(page)
    page.get_by_role("button", name="Scheitern").click()
    shown = banner(page, FAILED)
    assert not any("ZeroDivision" in str(frame) for frame in frames)
    shown.get_by_role("button", name="Schließen").click()
    shown.wait_for(state="hidden")
    page.get_by_role("button", name="Zählen").click()
    page.get_by_text("1-mal").wait_for()


def test_an_app_that_cannot_be_built_says_so(page, site, enter) -> None:
    enter(page, "/intake")
    page.get_by_role("alert").filter(has_text="Diese Seite konnte nicht aufgebaut werden").wait_for()
    assert page.locator("#loading").count() == 0
    assert "inside knowledge" not in page.content()


def test_a_kernel_killed_while_the_page_loads_is_said(page, site, enter) -> None:
    enter(page, "/matching")
    page.get_by_text("„Matching“ wird geöffnet").wait_for()
    os.kill(site.waiting(), signal.SIGKILL)
    banner(page, DIED)


def test_a_page_that_takes_long_says_so(page, site, enter) -> None:
    page.clock.install()
    enter(page, "/matching")
    page.get_by_text("„Matching“ wird geöffnet").wait_for()
    site.waiting()
    page.clock.fast_forward(7_000)
    page.get_by_text("Das dauert länger als sonst").wait_for()
    (site.folder / "go").write_text("go")
    page.get_by_role("heading", name="Probe").wait_for()
    assert page.locator("#loading").count() == 0


#: How much of what was typed a tab keeps.
KEPT = "Object.keys(sessionStorage).filter((key) => key.startsWith('mentorkit:')).length"


def test_nothing_typed_stays_after_log_out_in_any_tab(page, site, enter) -> None:
    enter(page)
    page.get_by_label("Vorname").press_sequentially("Ada")
    other = page.context.new_page()
    other.goto(site.address)
    other.get_by_label("Vorname").press_sequentially("Bea")
    assert page.evaluate(KEPT) == other.evaluate(KEPT) == 1
    page.locator(".mk-user summary").click()
    page.get_by_role("button", name="Abmelden").click()
    page.get_by_role("heading", name="Anmelden").wait_for()
    assert page.evaluate(KEPT) == 0
    shown = banner(other, OUT)
    assert other.evaluate(KEPT) == 0
    other.get_by_label("Vorname").press_sequentially("Cem")  # the tab is still open
    shown.get_by_role("button").click()
    other.get_by_role("heading", name="Anmelden").wait_for()
    assert other.evaluate(KEPT) == 0


def test_what_was_typed_as_a_log_in_ended_is_not_there_for_the_next_user(page, site, enter) -> None:
    enter(page)
    page.get_by_label("Vorname").press_sequentially("Ada")
    banner(page, end_the_log_in(page, site)).get_by_role("button").click()
    page.get_by_role("heading", name="Anmelden").wait_for()
    assert page.evaluate(KEPT) == 1  # she may be back
    enter(page, user="bert")
    page.get_by_text("Bert Beispiel").first.wait_for()
    assert page.get_by_label("Vorname").input_value() == ""
    assert page.evaluate(KEPT) == 0


def test_a_page_that_comes_back_has_a_kernel_again(page, site, enter) -> None:
    enter(page)
    page.get_by_role("button", name="Zählen").click()
    page.get_by_text("1-mal").wait_for()
    first = pid(page)
    page.goto(site.address + "/help")
    page.go_back()
    page.get_by_role("button", name="Zählen").click()
    page.get_by_text("1-mal").wait_for()
    assert pid(page) != first
