"""One by one in a real browser: what is typed outlasts a reload, and a colleague sees a tandem at once."""

from __future__ import annotations

import re

import pytest
from looking import look

from mentorkit.examples import DEMO_USER

pytestmark = pytest.mark.browser

#: Notes when the page first says that a tandem is made.
WATCH = """() => {
  const words = () => [...document.querySelectorAll("td span")].map((element) => element.textContent.trim());
  const told = () => words().includes("gebildet");
  window.mkMade = null;
  new MutationObserver(() => { window.mkMade ??= told() ? Date.now() : null }).observe(
    document.body, {subtree: true, childList: true, characterData: true});
}"""


def talk_with_the_first(page):
    """Turn to the first mentee, and to the first mentor she could have."""
    page.get_by_role("tab", name="Einzeln").click()
    page.get_by_role("button", name=re.compile("^Als Nächstes: ")).click()
    page.get_by_role("button", name=re.compile("^.* für .* wählen$")).first.click()
    page.get_by_role("heading", name=re.compile(": Absprache$")).wait_for()


def test_what_is_typed_outlasts_a_reload_and_the_tandem_is_seen_by_a_colleague(board):
    from playwright.sync_api import expect

    mine, hers = board(DEMO_USER, width=360, height=740), board("karla")
    hers.evaluate(WATCH)
    talk_with_the_first(mine)
    mine.get_by_label("Erwartungen").fill("Offene Rückmeldung")
    mine.reload()
    mine.get_by_role("heading", name=re.compile(": Absprache$")).wait_for()
    expect(mine.get_by_role("tab")).to_have_count(0)  # nothing of others while she reads along
    expect(mine.get_by_label("Erwartungen")).to_have_value("Offene Rückmeldung")
    mine.get_by_label("Zeit").fill("Einmal im Monat")
    mine.get_by_label("Inhalte").fill("Probespiele")
    assert look(mine, "light", "dark") == []

    mine.evaluate("() => addEventListener('click', () => { window.mkPressed = Date.now() }, {capture: true})")
    mine.get_by_role("button", name="Tandem bilden", exact=True).click()
    mine.get_by_text("Ihr Tandem ist gebildet").wait_for()
    hers.get_by_text(re.compile("hat das Tandem aus .* gebildet")).first.wait_for()
    hers.wait_for_function("window.mkMade")
    assert "Absprache" in mine.evaluate("document.activeElement.textContent")
    assert hers.evaluate("mkMade") - mine.evaluate("mkPressed") < 2_000
    assert look(mine, "light") == []
