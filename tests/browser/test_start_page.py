"""The start page in Chromium: its numbers lead to the rows they count, for lead and organisation."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from looking import look, tab_to

from mentorkit.examples import DEMO_USER, make_demo
from mentorkit.privacy.permissions import sole_actor
from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.browser

PARTY, ARTS = "party-chapters/2008/09", "arts-academy/2015"
OFFICER = "wiebke"


@pytest.fixture(scope="module")
def served(tmp_path_factory, stage):
    target = make_demo(tmp_path_factory.mktemp("start"), today=dt.date(2026, 11, 22))
    bench = Workbench.of(Store.open(target), DEMO_USER)
    operator = sole_actor("setup")
    bench.accounts.add(operator, OFFICER, "Wiebke Beispiel")
    bench.accounts.grant(operator, OFFICER, "organisation", "party-chapters", "Wittenberg")
    bench.close()
    return stage.show(target, DEMO_USER)


@pytest.fixture
def enter(served, stage, new_page):
    """A function that brings somebody to the start page."""

    def go(user, width=1280, language="de"):
        page = new_page(width, 900)
        page.goto(f"{stage.link(user)}&next=/?lang={language}")
        page.get_by_role("heading", name="Start", level=1).wait_for()
        page.locator(".mk-run-card").first.wait_for()
        return page

    return go


def card(page, run):
    anchor = "".join(c if c.isalnum() else "-" for c in run)
    return page.locator(f'section[aria-labelledby="run-{anchor}"]')


def follow(page, link):
    """Follow the link of a number; return the number."""
    n = int(link.locator("strong").inner_text())
    link.click()
    page.wait_for_url(re.compile("show="))
    page.get_by_role("heading", level=1).wait_for()
    return n


def rows(page):
    return page.locator("main table tbody tr >> visible=true")


@pytest.mark.parametrize(
    ("run", "figure", "app"),
    [
        (ARTS, "anzusehen", "Aufnahme"),
        (ARTS, "abgelehnt", "Aufnahme"),
        (PARTY, "ohne Tandem", "Matching"),
        (PARTY, "Tandems", "Matching"),
    ],
)
def test_a_number_leads_to_the_rows_it_counts(enter, run, figure, app):
    page = enter(DEMO_USER)
    n = follow(page, card(page, run).get_by_role("link", name=re.compile(rf"^\d+ {figure}$")))
    page.get_by_role("heading", name=app, level=1).wait_for()
    rows(page).nth(n - 1).wait_for()
    assert rows(page).count() == n


def test_who_has_no_partner_is_one_click_away(enter):
    page = enter(DEMO_USER)
    name = card(page, PARTY).locator(".mk-names a").first
    words = name.inner_text()
    name.click()
    page.get_by_role("heading", name="Aufnahme", level=1).wait_for()
    page.get_by_role("heading", name=re.compile(words)).first.wait_for()


def test_more_changes_are_told_by_keyboard(enter):
    page = enter(DEMO_USER)
    changes = page.locator(".mk-changes li")
    few = changes.count()
    tab_to(page, "Weitere Änderungen zeigen")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Nur die letzten Änderungen zeigen").wait_for()
    changes.nth(few).wait_for()


def test_an_organisation_sees_her_own_people_and_no_app_beyond_her_role(enter, served):
    page = enter(OFFICER)
    assert page.locator(".mk-run-card").count() == 1
    steps = page.get_by_role("navigation", name="Schritte des Jahres")
    assert [link.inner_text() for link in steps.get_by_role("link").all()] == [
        "Start",
        "Aufnahme",
        "Berichte",
    ]
    assert page.locator("summary", has_text="Koordination einer Organisation: Wittenberg").is_visible()
    alone = page.get_by_role("link", name=re.compile(r"^\d+ ohne Tandem$"))
    n = int(alone.locator("strong").inner_text())
    alone.click()
    names = page.locator('[id^="alone-"] li')
    assert names.count() == n == 2
    assert all("Wittenberg" in name for name in names.all_inner_texts())
    tandems = page.get_by_role("link", name=re.compile(r"^\d+ Tandems?$"))
    assert page.locator('[id^="tandems-"] li').count() == int(tandems.locator("strong").inner_text())
    n = follow(page, page.get_by_role("link", name=re.compile(r"^\d+ Bewerbungen$")))
    rows(page).nth(n - 1).wait_for()
    assert rows(page).count() == n
    page.goto(f"{served.address}/matching")
    page.get_by_role("heading", name="„Matching“ gehört nicht zu Ihrer Rolle").wait_for()
    assert look(page, "light") == []


@pytest.mark.parametrize(("user", "width"), [(OFFICER, 1280), (DEMO_USER, 360)])
def test_the_page_is_read_in_english_too(enter, user, width):
    page = enter(user, width, "en")
    page.get_by_role("heading", name="What is due").wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    page.locator("summary", has_text=re.compile(r"^All \d+ dates$")).first.click()
    page.locator(".mk-dates li").first.get_by_text("past").wait_for()
    assert look(page, "light", "dark") == []


def test_on_a_phone_the_steps_are_a_menu_for_the_keyboard(enter):
    page = enter(DEMO_USER, 360)
    assert page.locator(".mk-header").bounding_box()["height"] <= 110
    summary = page.get_by_role("navigation", name="Schritte des Jahres").locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="Aufnahme", level=1).wait_for()
