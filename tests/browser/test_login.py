"""Log-in, the frame of the apps and what it says when something ends, in Chromium."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from looking import violations

from mentorkit.privacy.permissions import sole_actor
from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.browser

PASSWORD = "Regen über Lünen 7"
APP = """
import os
import ipywidgets as w
count, field = w.HTML("<p>0-mal</p>"), w.Text(description="Vorname")
field.add_class("mk-field")

def hit(_):
    count.value = f"<p>{int(count.value[3:].split('-')[0]) + 1}-mal für {field.value}</p>"

def button(label, action, look):
    made = w.Button(description=label)
    made.add_class(look)
    made.on_click(action)
    return made

row = w.HBox([
    button("Zählen", hit, "mk-primary"),
    button("Scheitern", lambda _: 1 / 0, "mk-quiet"),
    button("Sterben", lambda _: os._exit(1), "mk-danger"),
])
row.add_class("mk-actions")
table = w.HTML(
    '<div class="mk-scroll" tabindex="0" role="region" aria-label="Bewerbungen"><table class="mk-table">'
    '<thead><tr><th scope="col">Name</th><th scope="col">Status</th></tr></thead>'
    '<tbody><tr><th scope="row">Ada Beispiel</th><td>'
    + " ".join(
        f'<span class="mk-chip mk-{look}">{word}</span>'
        for look, word in (
            ("ok", "in Ordnung"),
            ("review", "bitte ansehen"),
            ("ineligible", "nicht möglich"),
            ("error", "fehlerhaft"),
            ("locked", "fixiert"),
        )
    )
    + "</td></tr></tbody></table></div>"
)
words = w.HTML(
    '<h1>Probe</h1><p class="mk-lead">Hier wird gezählt.</p><p class="mk-message mk-done">gespeichert</p>'
    '<ul class="mk-blockers"><li>Es fehlt noch etwas.</li></ul>'
)
w.VBox([words, field, row, count, table])
"""


@dataclass(frozen=True)
class Site:
    """A served workbench with one user."""

    address: str
    bench: Path

    def new_link(self) -> str:
        store = Store.open(self.bench)
        token = Workbench.of(store, "anna").accounts.new_link(sole_actor(), "anna")
        store.close()
        return f"{self.address}/login?token={token}"


@pytest.fixture(scope="module")
def site(tmp_path_factory, serve_workbench) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("login")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for name in ("start", "intake", "matching", "network", "reports"):
        cell = nbformat.v4.new_code_cell(APP)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), notebooks / f"{name}.ipynb")
    bench = Workbench.of(Store.create(folder / "test.mentorkit"), "me")
    bench.add("cross-administration")
    bench.accounts.add(bench.actor, "anna", "Anna Beispiel", PASSWORD)
    bench.accounts.grant(bench.actor, "anna", "lead")
    bench.close()
    served = serve_workbench(str(folder / "test.mentorkit"), notebooks=notebooks)
    yield Site(served.address, folder / "test.mentorkit")
    served.end()


@pytest.fixture
def enter(site: Site) -> Callable:
    """A function that brings a page to an app, logged in by a link."""

    def go(page, path: str = "/") -> None:
        page.goto(f"{site.new_link()}&next={path}")
        page.get_by_role("button", name="Zählen").wait_for()

    return go


def test_log_in_by_keyboard_and_say_what_is_wrong(page, site: Site) -> None:
    from playwright.sync_api import expect

    page.goto(site.address + "/intake")
    expect(page.locator("#mk-name")).to_be_focused()
    page.keyboard.type("anna")
    page.keyboard.press("Tab")
    page.keyboard.type("falsch")
    page.keyboard.press("Enter")
    page.get_by_role("alert").get_by_text("Benutzername oder Passwort ist falsch.").wait_for()
    expect(page.locator("#mk-password")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Probe").wait_for()
    assert page.url == site.address + "/intake"
    assert page.title() == "Aufnahme – Cross-Mentoring der Verwaltungen im Kreis Unna 2014 – mentorkit"


def test_a_link_logs_in_and_the_app_answers(page, site: Site, enter) -> None:
    enter(page, "/matching")
    page.get_by_label("Vorname").fill("Ada")
    page.get_by_label("Vorname").press("Tab")
    page.get_by_role("button", name="Zählen").click()
    page.get_by_text("1-mal für Ada").wait_for()
    assert page.get_by_role("link", name="Matching").get_attribute("aria-current") == "page"


def test_log_out_ends_everything_in_all_pages(page, site: Site, enter) -> None:
    enter(page)
    other = page.context.new_page()
    other.goto(site.address + "/intake")
    other.get_by_role("button", name="Zählen").wait_for()
    page.get_by_text("Anna Beispiel").first.click()
    page.get_by_role("button", name="Abmelden").click()
    page.get_by_role("heading", name="Anmelden").wait_for()
    other.get_by_role("alert").get_by_text("Ihre Anmeldung ist beendet").wait_for(timeout=10_000)
    other.get_by_role("button", name="Neu anmelden").click()
    other.get_by_role("heading", name="Anmelden").wait_for()


def test_the_language_is_switched_in_the_page(page, site: Site, enter) -> None:
    enter(page, "/intake")
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Intake").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.url == site.address + "/intake"


def test_leaving_a_page_ends_its_kernel(page, site: Site, enter) -> None:
    enter(page)
    kernel = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")
    page.get_by_role("link", name="Berichte").click()
    page.get_by_role("button", name="Zählen").wait_for()
    page.wait_for_function(
        "async kernel => !(await (await fetch('/state?kernel=' + kernel)).json()).alive", arg=kernel
    )


@pytest.mark.parametrize("width", [1280, 360])
def test_log_in_page_and_frame_are_accessible(new_page, site: Site, enter, width: int) -> None:
    page = new_page(width)
    page.goto(site.address + "/login")
    assert violations(page) == []
    enter(page)
    page.locator(".mk-user summary").click()
    assert violations(page) == []
    page.goto(site.address + "/nothing")
    assert violations(page) == []


def test_nothing_is_cut_off_at_320_pixels(new_page, site: Site, enter) -> None:
    page = new_page(320)
    page.goto(site.address + "/login")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    enter(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_page_asks_for_few_files_and_for_none_twice(page, site: Site, enter) -> None:
    asked: list[str] = []
    page.on("requestfinished", lambda request: asked.append(request.url.removeprefix(site.address)))
    enter(page)
    scripts = [url for url in asked if "/voila/" in url and url.endswith(".js")]
    assert len(scripts) == 4, scripts  # any other is a chunk that mentorkit/serve/scripts.py does not name
    asked.clear()
    page.goto(site.address + "/intake")
    page.get_by_role("button", name="Zählen").wait_for()
    kept = "performance.getEntriesByType('resource').filter((r) => r.transferSize > 0).map((r) => r.name)"
    sent = [url for url in page.evaluate(kept) if "/state" not in url and "/api/kernels" not in url]
    assert sent == []


def test_the_skip_link_leads_past_the_header(page, site: Site, enter) -> None:
    enter(page)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Zum Inhalt springen")
    assert skip.evaluate("element => element === document.activeElement")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.tagName") == "MAIN"


def test_a_page_is_fit_for_print(page, site: Site, enter) -> None:
    enter(page)
    page.emulate_media(media="print")
    assert page.locator(".mk-header").is_hidden()
    assert page.get_by_role("heading", name="Probe").is_visible()
