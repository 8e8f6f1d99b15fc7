"""Weights and scenarios of the matching in a real browser: by keyboard, on a phone, for one and for all."""

from __future__ import annotations

import re

import pytest
from looking import cut_off, violations
from playwright.sync_api import expect

from mentorkit.examples import DEMO_USER

pytestmark = pytest.mark.browser

RUN = "arts-academy/2015"
TRYING = "Sie probieren gerade etwas aus"


def number(page, name):
    return page.get_by_role("textbox", name=name, exact=True)


def test_weights_are_tried_by_keyboard_for_oneself_and_become_the_proposal_of_all(board):
    mine, hers = board(DEMO_USER), board("karla")
    rests = hers.get_by_text("Der Vorschlag beruht auf den Gewichten des Programms.")
    before = mine.locator(".mkt tbody").first.inner_text()
    mine.get_by_role("button", name="Andere Gewichte ausprobieren").press("Enter")
    number(mine, "Wunsch").fill("0")
    number(mine, "Wunsch").press("Enter")
    mine.get_by_text("Zählt nicht: Wunsch.").wait_for()
    slider = mine.get_by_role("slider", name="Gleiches Fach, Regler")
    slider.press("End")
    expect(number(mine, "Gleiches Fach")).to_have_value("1000")
    expect(mine.get_by_text(TRYING)).to_be_visible()
    expect(mine.get_by_role("button", name="Tandems freigeben …")).to_be_hidden()
    mine.get_by_role("heading", name=re.compile(r"^Für \d+ Mentees ändert sich etwas")).wait_for()
    assert mine.locator(".mkt tbody").first.inner_text() != before
    number(mine, "Wunsch").fill("viel")
    expect(number(mine, "Wunsch")).to_have_attribute("aria-invalid", "true")
    assert violations(mine) == []
    number(mine, "Wunsch").fill("0")
    expect(number(mine, "Wunsch")).to_have_attribute("aria-invalid", "false")

    mine.get_by_role("button", name="Als Szenario speichern …").press("Enter")
    mine.get_by_role("textbox", name="Name des Szenarios").fill("Fach zuerst")
    mine.get_by_role("textbox", name="Name des Szenarios").press("Enter")
    mine.get_by_role("tab", name="Szenarien (1)").click()
    mine.get_by_role("button", name="Fach zuerst").press("Enter")
    assert violations(mine) == []
    expect(rests).to_be_visible()
    mine.get_by_role("button", name="Zum Vorschlag machen …").press("Enter")
    expect(mine.get_by_role("heading", name="„Fach zuerst“ zum Vorschlag machen?")).to_be_focused()
    mine.get_by_role("button", name="Ja, zum Vorschlag machen").press("Enter")
    expect(hers.get_by_text("Der Vorschlag beruht auf dem Szenario „Fach zuerst“.")).to_be_visible()
    expect(mine.get_by_text(TRYING)).to_be_hidden()
    expect(
        mine.get_by_role("button", name="Fach zuerst", exact=True)
    ).to_be_focused()  # not lost with what is gone


def test_on_a_phone_nothing_is_cut_off(board):
    page = board(DEMO_USER, width=360, height=800)
    page.get_by_role("button", name="Andere Gewichte ausprobieren").click()
    number(page, "Wunsch").fill("1")
    number(page, "Wunsch").press("Enter")
    page.get_by_text(TRYING).wait_for()
    page.get_by_role("tab", name=re.compile("^Szenarien")).click()
    page.get_by_text("So, wie es jetzt ist").click()
    page.get_by_text("so, wie sie jetzt sind").wait_for()
    assert cut_off(page) == []
    assert violations(page) == []
