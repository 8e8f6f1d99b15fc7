"""Every app in light and dark, German and English, by keyboard alone, on a phone and enlarged.

Colours are looked at in German only: they are the same in each language.

With ``MENTORKIT_SCREENSHOTS=docs/images`` the pictures of the handbook are made on the way.
"""

from __future__ import annotations

import io
import os
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from looking import STOPS, look, put_on, tab_to, walk
from pypdf import PdfReader

from mentorkit.examples import DEMO_USER
from mentorkit.language import LANGUAGES, Voice, say, say_n, speaking

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

UNNA = "cross-administration/2014"
APPROVED = "cross-company/2021"
#: What looks like a button; a name in a table that can be chosen looks like text.
BUTTONS = """[...document.querySelectorAll('main button')].filter(
  button => button.checkVisibility() && getComputedStyle(button).borderStyle !== 'none'
).map(button => button.textContent)"""
THEMES = ("light", "dark")
APPS = ("", "programme", "intake", "matching", "network", "reports", "privacy")
#: What no translation can change is looked at in one language.
in_german = pytest.mark.parametrize("language", ["de"], indirect=True, scope="module")


@dataclass(frozen=True)
class Visitor:
    """Somebody who looks at the demo in one language; what she sees is named by its English message."""

    page: Page
    address: str
    language: str
    files: tuple[Path, ...]

    def say(self, message: str, many: str = "", n: int = 0, **values: object) -> str:
        with speaking(Voice(self.language)):
            return say_n(message, many, n, **values) if many else say(message, **values)

    def open(self, app: str, run: str = UNNA) -> None:
        self.page.goto(f"{self.address}/{app}?run={run}")
        self.page.locator("main h1").first.wait_for()
        self.page.wait_for_load_state("networkidle")

    def sees(self, *message: str, **values: Any) -> None:
        self.page.get_by_text(self.say(*message, **values)).first.wait_for()

    def press(self, *message: str, **values: Any) -> None:
        """Press a button as one does without a mouse."""
        tab_to(self.page, self.say(*message, **values))
        self.page.keyboard.press("Enter")

    def write(self, label: str, text: str) -> None:
        """Write into a field as one does without a mouse."""
        tab_to(self.page, self.say(label), "INPUT", "TEXTAREA", begins=True)
        self.page.keyboard.type(text)

    def look(self) -> list[str]:
        """Look at the page, and in German at its colours in light and dark, too: colours know no language."""
        return look(self.page, *(THEMES if self.language == "de" else ()))

    def photograph(self, name: str, top: Locator | None = None) -> None:
        if folder := os.environ.get("MENTORKIT_SCREENSHOTS"):
            target = Path(folder) / ("" if self.language == "de" else self.language)
            target.mkdir(parents=True, exist_ok=True)
            self.page.evaluate("document.activeElement.blur(); scrollTo(0, 0)")
            if top is not None:
                top.evaluate("part => part.scrollIntoView({ block: 'start' })")
            self.page.screenshot(path=target / f"{name}.png")


@pytest.fixture(scope="module", params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def visitor(language, made_demo, stage, chromium):
    served = stage.show(made_demo, DEMO_USER)
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{served.way_in}&next=/help?lang={language}")
    page.locator("h1").wait_for()
    files = tuple(sorted((made_demo.parent / "Beispieldateien" / "kreis_unna").iterdir()))
    yield Visitor(page, served.address, language, files)
    context.close()


def test_the_start_page(visitor):
    visitor.open("")
    visitor.photograph("start")
    assert visitor.look() == []


def test_the_programme_in_all_its_parts(visitor):
    page = visitor.page
    visitor.open("programme", APPROVED)
    visitor.photograph("programme")
    tab_to(page, visitor.say("Overview"))
    found = {}
    for tab in page.get_by_role("tab").all():
        part = tab.inner_text()
        assert tab.evaluate("tab => tab === document.activeElement"), part
        page.locator(f"#{tab.get_attribute('aria-controls')} >> visible=true").wait_for()
        page.wait_for_load_state("networkidle")
        found[part] = visitor.look()
        tab.focus()
        page.keyboard.press("ArrowRight")
    assert {part: faults for part, faults in found.items() if faults} == {}


def test_data_protection_tells_where_everybody_stands(visitor):
    visitor.open("privacy", APPROVED)
    visitor.page.get_by_role("tab", name=visitor.say("Consents")).click()
    visitor.sees("agreed to an older text")
    visitor.photograph("privacy")
    assert visitor.look() == []


def test_the_way_from_files_to_a_report_by_keyboard_alone(visitor):
    take_in(visitor)
    match(visitor)
    look_at_the_network(visitor)
    make_a_report(visitor)


def take_in(visitor):
    page = visitor.page
    visitor.open("intake")
    assert visitor.look() == []
    with page.expect_file_chooser() as chooser:
        visitor.press("Choose files")
    chooser.value.set_files(visitor.files)
    visitor.sees("Discard what was read")
    assert visitor.look() == []
    mend(visitor)
    visitor.press("Take in {n} application", "Take in {n} applications", n=52)
    visitor.sees("{n} application was taken in.", "{n} applications were taken in.", n=52)
    page.keyboard.press("Escape")  # the last application that was opened
    visitor.press("Close the message")
    visitor.photograph("intake")
    assert visitor.look() == []


def mend(visitor):
    page = visitor.page
    tab_to(page, "Adeline Schulz")
    page.keyboard.press("Enter")
    visitor.sees("Save and judge again")
    assert visitor.look() == []
    visitor.write("Pay grade", "A 12")
    visitor.press("Save and judge again")
    visitor.sees("Saved: {name} – {status}.", name="Adeline Schulz", status=visitor.say("in order"))
    tab_to(page, "Hella Ó Hethur")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Hella Ó Hethur").wait_for()
    visitor.sees("Decide otherwise")
    visitor.write("Your reason", "S 12 entspricht hier A 10")
    visitor.press("Admit with this reason")
    visitor.sees("Saved: {name} – {status}.", name="Hella Ó Hethur", status=visitor.say("admitted"))


def match(visitor):
    page = visitor.page
    visitor.open("matching")
    visitor.sees("Without a tandem")
    visitor.photograph("matching")
    assert visitor.look() == []
    tab_to(page, "Ines Wulf")
    page.keyboard.press("Enter")
    visitor.sees("Alternatives and their price")
    assert visitor.look() == []
    visitor.press("Close")
    lock = visitor.say("Lock the tandem of {name} and {partner}", name="Anne Barth-Hövel", partner="|")
    tab_to(page, lock.split("|")[0], begins=True)
    page.keyboard.press("Enter")
    visitor.press("Lock the tandem")
    visitor.sees("The tandem is locked.")
    assert visitor.look() == []
    visitor.press("Approve the tandems …")
    visitor.press("Yes, form the tandems")
    visitor.sees("Take the approval back …")
    assert visitor.look() == []


def look_at_the_network(visitor):
    page = visitor.page
    visitor.open("network")
    visitor.photograph("network", page.get_by_role("tab", name=visitor.say("Picture")))
    assert visitor.look() == []
    tab_to(page, visitor.say("People"))
    page.keyboard.press("ArrowRight")
    page.get_by_role("radio", name=visitor.say("Organisations"), checked=True).wait_for()
    assert visitor.look() == []
    page.get_by_role("tab", name=visitor.say("Picture")).focus()
    for part in ("Matrix", "People", "Gaps", "Measures", "As a file"):
        page.keyboard.press("ArrowRight")
        page.get_by_role("tab", name=visitor.say(part), selected=True).wait_for()
        page.wait_for_load_state("networkidle")
        assert visitor.look() == []


def make_a_report(visitor):
    page = visitor.page
    visitor.open("reports")
    visitor.press("Make the report")
    page.get_by_role("link", name=re.compile("pdf", re.IGNORECASE)).wait_for()
    visitor.photograph("reports")
    assert visitor.look() == []


@in_german
@pytest.mark.parametrize("app", [*APPS, "help/matching"])
def test_the_keyboard_reaches_everything_in_order_and_is_seen(visitor, app):
    page = visitor.page
    visitor.open(app, APPROVED)
    expected = page.evaluate(STOPS)
    stops = walk(page)
    assert len(stops) == expected
    assert [stop for stop in stops if not stop["names"]] == []
    assert [stop for stop in stops if not stop["ringed"]] == []
    assert [stop for stop in stops if not (stop["inside"] and stop["after"])] == []


def test_the_pages_around_the_apps(visitor, chromium):
    page = visitor.page
    for path in ("/help", "/help/programme", "/nothing"):
        page.goto(visitor.address + path)
        assert visitor.look() == []
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{visitor.address}/login?lang={visitor.language}")
    page.locator("#mk-name").fill("anna")
    page.locator("#mk-password").fill("falsch")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert replace(visitor, page=page).look() == []
    context.close()


@in_german
def test_the_theme_is_kept_and_there_from_the_start(visitor):
    page = visitor.page
    visitor.open("help")
    tab_to(page, visitor.say("Light or dark"))
    page.keyboard.press("Enter")
    tab_to(page, visitor.say("Dark"))
    page.keyboard.press("Enter")
    ground = "getComputedStyle(document.body).backgroundColor"
    dark = page.evaluate(ground)
    page.reload()
    assert page.locator("html").get_attribute("data-mk-theme") == "dark"
    assert page.evaluate(ground) == dark
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "dark"
    page.context.clear_cookies(name="mentorkit-theme")


@in_german
def test_a_page_is_fit_for_a_meeting_on_paper(visitor):
    page = visitor.page
    visitor.open("matching", APPROVED)
    put_on(page, "dark")
    page.emulate_media(media="print")
    try:
        assert page.locator("header.mk-header").is_hidden()
        assert page.evaluate(BUTTONS) == []
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert page.evaluate("getComputedStyle(document.querySelector('main td')).color") == "rgb(0, 0, 0)"
        head = page.evaluate("getComputedStyle(document.querySelector('thead')).display")
        assert head == "table-header-group"
        assert page.locator("main table thead button").first.is_hidden()  # no browser repeats buttons
        assert page.locator(".mk-print-head").inner_text().strip()
        assert page.locator(".mk-page main a.mk-plain-button:visible").count() == 0
        first_sheet = PdfReader(io.BytesIO(page.pdf(format="A4"))).pages[0].extract_text()
        assert page.locator("main table").first.get_by_role("rowheader").first.inner_text() in first_sheet
    finally:
        page.emulate_media(media="screen")
        put_on(page, "light")


@in_german
def test_forced_colours_lose_no_status_and_no_focus(visitor):
    page = visitor.page
    visitor.open("")
    page.emulate_media(forced_colors="active")
    try:
        borders = page.locator("main .mkw-chip, main .mk-chip").evaluate_all(
            "chips => chips.map(chip => getComputedStyle(chip).borderStyle)"
        )
        assert borders
        assert set(borders) == {"solid"}
        assert [stop for stop in walk(page) if not stop["ringed"]] == []
    finally:
        page.emulate_media(forced_colors="none")


@in_german
def test_nothing_moves_where_less_motion_is_wished(visitor):
    visitor.open("programme", APPROVED)  # the visitor's browser wishes so
    looks = """all => all.map(one => getComputedStyle(one))
      .flatMap(one => [one.transitionDuration, one.animationName])"""
    assert set(visitor.page.locator("main *").evaluate_all(looks)) <= {"0s", "none"}
