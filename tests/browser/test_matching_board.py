"""The board of the matching in a real browser: two who decide at once see each other."""

from __future__ import annotations

import re

import pytest
from looking import look, tab_to

from mentorkit.examples import DEMO_USER

pytestmark = pytest.mark.browser

RUN = "arts-academy/2015"


#: Notes when the page first counts a decision.
WATCH = """() => {
  const tabs = () => [...document.querySelectorAll("[role=tab]")];
  const told = () => tabs().some((tab) => tab.textContent === "Entscheidungen (1)");
  window.mkLocked = null;
  new MutationObserver(() => { window.mkLocked ??= told() ? Date.now() : null }).observe(
    document.body, {subtree: true, childList: true, characterData: true});
}"""


def test_a_lock_is_seen_by_a_colleague_within_two_seconds_who_is_not_disturbed(board):
    mine, hers = board(DEMO_USER), board("karla")
    mine.evaluate(WATCH)
    mine.get_by_role("searchbox", name="Filtern").fill("a")
    mine.get_by_role("button", name=re.compile("^Tandem von .* ausschließen")).last.click()
    reason = mine.get_by_label("Begründung")
    reason.fill("Noch nicht fert")
    mine.evaluate("scrollTo(0, 120)")
    top = mine.evaluate("scrollY")

    hers.get_by_role("button", name=re.compile("^Tandem von .* fixieren")).first.click()
    hers.evaluate(
        """() => addEventListener("click", () => { window.mkPressed = Date.now() }, {capture: true})"""
    )
    hers.get_by_role("button", name="Tandem fixieren", exact=True).click()

    mine.get_by_text(re.compile("Karla Kamen hat .* fixiert")).wait_for()
    late = mine.evaluate("mkLocked") - hers.evaluate("mkPressed")
    assert late < 2_000
    assert reason.input_value() == "Noch nicht fert"
    assert reason.evaluate("field => field === document.activeElement")
    assert mine.get_by_role("searchbox", name="Filtern").first.input_value() == "a"
    assert mine.evaluate("scrollY") == top
    mine.keyboard.type("ig")
    assert reason.input_value() == "Noch nicht fertig"


def test_by_the_keyboard_a_partner_is_compared_commented_on_locked_and_let_go_again(board):
    from playwright.sync_api import expect

    page = board(DEMO_USER, width=1280, height=900)
    page.get_by_role("searchbox", name="Filtern").fill("Beide nennen")
    person = page.locator("th button[aria-pressed]").nth(1)
    name = person.inner_text()
    person.focus()
    page.keyboard.press("Enter")
    tab_to(page, "Kommentar zu", "TEXTAREA", begins=True)
    page.keyboard.type("Haben am 3.5. telefoniert")
    tab_to(page, "Kommentar speichern", "BUTTON")
    page.keyboard.press("Enter")
    page.get_by_role("rowheader", name="Haben am 3.5. telefoniert").wait_for()

    offered = page.evaluate("[...document.querySelectorAll('datalist option')].map(option => option.value)")
    tab_to(page, "Warum nicht …?", "INPUT", begins=True)
    page.keyboard.type(offered[0])
    page.get_by_text("Gemessen am Vorschlag:").or_(page.get_by_text("bereits als Tandem")).first.wait_for()
    if not page.get_by_role("button", name="Tandem fixieren …", exact=True).is_visible():
        page.get_by_label("Warum nicht …?").fill(offered[1])
    lock = page.get_by_role("button", name="Tandem fixieren …", exact=True)
    lock.wait_for()
    assert look(page, "light", "dark") == []
    lock.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=re.compile("fixieren\\?$")).wait_for()
    page.get_by_role("button", name="Tandem fixieren", exact=True).press("Enter")
    expect(page.get_by_role("heading", name=name, exact=True)).to_be_focused()
    undo = page.get_by_role("button", name=re.compile(f"^Zurücknehmen: {re.escape(name)} mit .* fixiert$"))
    undo.press("Enter")
    page.get_by_role("button", name=re.compile("^Wiederherstellen: ")).wait_for()
    page.get_by_role("tab", name="Entscheidungen (0)").wait_for()
    page.get_by_role("button", name=f"Zurücknehmen: Kommentar zu {name} und", exact=False).press("Enter")
    again = page.get_by_role("button", name=f"Wiederherstellen: Kommentar zu {name} und", exact=False)
    expect(again).to_be_focused()
    again.press("Enter")
    expect(again).to_be_hidden()
    expect(page.get_by_role("button", name=re.compile("^Wiederherstellen: .* fixiert$"))).to_be_focused()

    # focused and pressed at once, or the page may take the focus back for what it has just drawn
    page.get_by_label("Kommentar zu", exact=False).first.press("Control+Shift+z")  # the keys are the field's
    page.get_by_role("tab", name="Entscheidungen (0)").focus()
    page.keyboard.press("Control+Shift+z")
    page.get_by_role("tab", name="Entscheidungen (1)").wait_for()
    page.keyboard.press("Control+z")
    page.get_by_role("tab", name="Entscheidungen (0)").wait_for()
