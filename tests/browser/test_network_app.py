"""The whole network app by keyboard alone, in Chromium."""

from __future__ import annotations

import re

import pytest
from looking import tab_to, violations
from playwright.sync_api import expect

from mentorkit.examples import DEMO_USER

pytestmark = pytest.mark.browser

RUN = "cross-company/2021"


@pytest.fixture(scope="module")
def served(made_demo, stage):
    return stage.show(made_demo, DEMO_USER)


@pytest.fixture
def page(served, cookies, new_page):
    page = new_page(1280, 900, accept_downloads=True)
    page.context.add_cookies(cookies)
    page.goto(f"{served.address}/network?run={RUN}")
    page.get_by_role("tab", name="Bild").wait_for()
    page.wait_for_load_state("networkidle")
    return page


def open_part(page, name, steps):
    page.get_by_role("tab", selected=True).focus()
    for _ in range(steps):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name=name, selected=True)).to_be_focused()


def test_by_keyboard_alone_through_runs_picture_tables_and_files(page):
    heading = page.get_by_role("heading", level=2).first
    expect(heading).to_contain_text("12 Tandems verbinden 11 von 12")
    tab_to(page, "Durchgang")
    page.keyboard.press("ArrowLeft")
    expect(heading).to_contain_text("9 Tandems verbinden")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(heading).to_contain_text("41 Tandems verbinden 12 von 12")
    expect(page.get_by_text(re.compile(" 2016 bis 2019: Tandems$"))).to_be_visible()

    tab_to(page, "Personen", "INPUT")
    page.keyboard.press("Tab")
    page.keyboard.type("Kostolzin")
    expect(page.get_by_text(re.compile("^1 von \\d+ gefunden"))).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Utz Kostolzin", level=3)).to_be_visible()
    expect(page.get_by_role("table", name="Tandems von Utz Kostolzin")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("table", name="Tandems von Utz Kostolzin")).to_be_hidden()

    open_part(page, "Matrix", 1)
    expect(page.get_by_role("columnheader", name="Federn Altena")).to_be_visible()
    open_part(page, "Personen", 1)
    tab_to(page, "Alexa Paffrath im Bild zeigen", begins=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Alexa Paffrath", level=3)).to_be_visible()
    open_part(page, "Entwicklung", 5)
    expect(page.get_by_role("table", name="Was jeder Durchgang hinzugebracht hat")).to_be_visible()
    open_part(page, "Als Datei", 1)
    tab_to(page, "Bild in jeder Größe (SVG)", begins=True)
    page.keyboard.press("Enter")
    link = page.get_by_role("link", name=re.compile("Netzwerk-2016-bis-2019-Personen.svg"))
    link.wait_for()
    assert violations(page) == []
