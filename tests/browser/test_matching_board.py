"""The board of the matching in a real browser: two who decide at once see each other."""

from __future__ import annotations

import re

import pytest

from mentorkit.examples import DEMO_USER
from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.browser

RUN = "arts-academy/2015"


@pytest.fixture
def board(made_demo, stage, new_page):
    """A function that opens the matching of a fresh workbench for a user."""
    stage.show(made_demo, DEMO_USER)
    store = Store.open(stage.target)
    bench = Workbench.of(store, DEMO_USER)
    bench.accounts.add(bench.actor, "karla", "Karla Kamen")
    bench.accounts.grant(bench.actor, "karla", "lead")
    store.close()

    def open_for(user: str, **size: int):
        page = new_page(**size)
        page.goto(stage.link(user))
        page.goto(f"{stage.served.address}/matching?run={RUN}")
        page.get_by_text("Bewiesen optimal").wait_for()
        return page

    return open_for


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
