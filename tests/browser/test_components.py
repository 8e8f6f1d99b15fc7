"""Every component in Chromium, by keyboard alone, on the live style guide of the documentation."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from looking import COLOURS, violations

from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.browser

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def served(tmp_path_factory, stage):
    target = tmp_path_factory.mktemp("guide") / "test.mentorkit"
    bench = Workbench.of(Store.create(target), "me")
    bench.add("cross-company")
    bench.accounts.add(bench.actor, "anna", "Anna Beispiel")
    bench.accounts.grant(bench.actor, "anna", "lead")
    bench.close()
    shutil.copy(DOCS / "style-guide.ipynb", stage.notebooks)
    return stage.show(target, "anna")


@pytest.fixture
def guide(served, cookies, new_page):
    """A function that opens the style guide."""

    def go(**options):
        page = new_page(**options)
        page.context.add_cookies(cookies)
        page.goto(f"{served.address}/style-guide")
        page.get_by_role("listbox").wait_for()
        page.get_by_role("tabpanel").wait_for()
        return page

    return go


def focused(page):
    """Return the name by which the focused part is known."""
    return page.evaluate(
        "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent"
    )


@pytest.mark.parametrize("width", [1280, 320])
def test_no_component_violates_a_rule_in_light_or_dark_and_none_widens_the_page(guide, width):
    page = guide(width=width, color_scheme="light", reduced_motion="reduce")
    page.get_by_role("button", name="How the file was understood").click()
    page.get_by_text("Seven columns, one sheet.").wait_for()
    page.get_by_role("button", name="Aylin Aksoy", exact=True).click()
    page.get_by_role("option", name=re.compile("^Kamen")).click()
    page.locator("[role=option][aria-selected=true]").wait_for()
    page.mouse.move(0, 0)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.emulate_media(color_scheme="dark")
    assert violations(page, *COLOURS) == []


def test_what_is_typed_survives_a_reload_with_a_new_kernel(guide):
    page = guide()
    page.get_by_role("textbox", name=re.compile("^Name")).fill("Aylin Aksoy-Beispiel")
    page.get_by_label("What do you hope for?").press_sequentially("To grow")
    page.get_by_label("Telephone").fill("0151 000")
    page.get_by_label("Telephone").fill("")  # as it was: nothing to keep
    page.reload()
    page.get_by_text("What you had typed before is filled in again.").wait_for()
    assert page.get_by_role("textbox", name=re.compile("^Name")).input_value() == "Aylin Aksoy-Beispiel"
    assert page.get_by_label("What do you hope for?").input_value() == "To grow"
    assert page.evaluate("Object.values(sessionStorage).join()").count("hope") == 1
    assert "phone" not in page.evaluate("Object.values(sessionStorage).join()")


def test_an_error_is_tied_to_its_field_and_its_link_leads_there(guide):
    page = guide()
    page.get_by_role("link", name="E-mail: Please give an e-mail address.").focus()
    page.keyboard.press("Enter")
    field = page.get_by_label("E-mail")
    assert field.evaluate("field => field === document.activeElement")
    assert field.get_attribute("aria-invalid") == "true"
    described = field.evaluate(
        "field => document.getElementById(field.getAttribute('aria-describedby')).innerText"
    )
    assert described == "Please give an e-mail address."


def test_a_form_is_filled_in_by_keyboard(guide):
    page = guide()
    page.get_by_label("Role").focus()
    page.keyboard.type("Mentor")
    assert page.get_by_label("Role").input_value() == "mentor"
    page.get_by_label("in person").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    assert page.get_by_label("by video").is_checked()
    page.get_by_label("Weight of the topics").focus()
    page.keyboard.press("ArrowRight")
    assert page.get_by_label("Weight of the topics").get_attribute("aria-valuetext") == "50 points"


def test_files_that_are_too_large_are_refused_before_anything_is_sent(guide, tmp_path):
    page, sent, connections = guide(), [], []

    def watch(connection):
        connections.append(connection)
        connection.on("framesent", lambda frame: sent.append(len(frame)))

    page.on("websocket", watch)
    page.reload()
    page.get_by_role("tabpanel").wait_for()
    for name, size in (("half.csv", 50 * 2**20), ("more.csv", 50 * 2**20 + 1), ("small.csv", 3)):
        with (tmp_path / name).open("wb") as file:
            file.truncate(size)
    field, refusal = page.locator("input[type=file]"), page.locator(".mku-refusal")
    field.set_input_files([tmp_path / "half.csv", tmp_path / "more.csv"])
    refusal.get_by_text("That is too large: 100 MB can be chosen at once.").wait_for()
    assert max(sent) < 2**20
    field.set_input_files([tmp_path / "half.csv", tmp_path / "small.csv"])
    refusal.wait_for(state="hidden")
    page.locator(".mku-busy").wait_for(state="detached")
    page.get_by_role("button", name="How the file was understood").click()
    page.get_by_text("Seven columns, one sheet.").wait_for()  # the program has dealt with them and goes on
    assert max(sent) > 50 * 2**20
    assert not connections[-1].is_closed()


def test_tags_are_added_and_removed_by_keyboard_and_said(guide):
    page = guide()
    group = page.locator("[data-name=topics]")
    page.get_by_label("Topics", exact=True).focus()
    page.keyboard.type("Networks")
    page.keyboard.press("Enter")
    page.keyboard.type("Law,")
    assert group.locator("li").all_inner_texts() == ["Career", "Networks", "Law"]
    assert group.get_by_role("status").inner_text() == "Law added"
    group.get_by_role("button", name="Remove Networks").focus()
    page.keyboard.press("Enter")
    assert group.locator("li").all_inner_texts() == ["Career", "Law"]
    assert focused(page) == "Remove Law"


def test_tabs_are_one_stop_and_follow_the_arrow_keys(guide):
    page = guide()
    page.get_by_role("tab", name="General").focus()
    page.keyboard.press("ArrowLeft")
    page.get_by_text("The dates of the year.").wait_for()
    assert focused(page) == "Calendar"
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.get_by_text("Who may take part.").wait_for()
    assert page.get_by_role("tabpanel", name="Rules (6)").is_visible()
    assert [tab.get_attribute("tabindex") for tab in page.get_by_role("tab").all()] == ["-1", "0", "-1"]


def test_a_disclosure_opens_and_closes_by_keyboard(guide):
    page = guide()
    button = page.get_by_role("button", name="How the file was understood")
    button.focus()
    page.keyboard.press("Enter")
    page.get_by_text("Seven columns, one sheet.").wait_for()
    assert button.get_attribute("aria-expanded") == "true"
    page.keyboard.press("Space")
    page.get_by_text("Seven columns, one sheet.").wait_for(state="hidden")
    assert focused(page).startswith("How the file was understood")


def test_a_table_is_sorted_filtered_and_selected_by_keyboard(guide):
    page = guide()
    names = page.get_by_role("table", name="Tandems").locator("tbody th")
    page.get_by_role("button", name="Score").focus()
    page.keyboard.press("Enter")
    assert names.all_inner_texts() == ["Cem Cello", "Aylin Aksoy"]
    page.get_by_role("searchbox", name="Filter").focus()
    page.keyboard.type("aylin")
    assert names.all_inner_texts() == ["Aylin Aksoy"]
    page.get_by_role("button", name="Aylin Aksoy", exact=True).focus()
    page.keyboard.press("Enter")
    page.locator("button[aria-pressed=true]", has_text="Aylin Aksoy").wait_for()


@pytest.mark.parametrize(("width", "first", "then"), [(1280, 100, 120), (360, 25, 50)])
def test_a_long_table_shows_a_page_and_more_by_keyboard(guide, width, first, then):
    page = guide(width=width)
    table = page.get_by_role("table", name="Many people")
    names = table.locator("tbody th")
    page.get_by_text(f"{first} of 120 shown").wait_for()
    assert names.count() == first
    page.get_by_role("button", name=f"Show {then - first} more").focus()
    page.keyboard.press("Enter")
    assert focused(page) == f"Person {first + 1}"
    assert names.count() == then
    page.keyboard.press("Enter")  # the chosen one stays shown wherever it is sorted to
    table.locator(".mkt-selected").wait_for()
    table.get_by_role("button", name="Place").click(click_count=2)
    assert names.first.inner_text() == "Person 120"
    assert table.get_by_role("button", name=f"Person {first + 1}", exact=True).count() == 1
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert names.count() == 120
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert names.count() >= first


def test_the_picture_is_walked_through_by_arrow_keys_and_dims_who_is_not_near(guide):
    page = guide()
    page.get_by_role("option", name=re.compile("^Bergkamen")).focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("End")
    assert focused(page).startswith("Werne: ")
    page.keyboard.press("ArrowLeft")
    assert focused(page) == "Lünen: gives 1, receives 1. Tandems with: Kamen, Werne."
    assert page.locator(".mkn-told").inner_text() == focused(page)
    assert page.locator(".mkn-lit .mkn-node").count() == 3
    assert page.locator(".mkn-nodes").evaluate("signs => getComputedStyle(signs).opacity") < "0.5"
    page.keyboard.press("Enter")
    page.get_by_role("option", name=re.compile("^Lünen"), selected=True).wait_for()
    sheet = page.locator(".mkn-sheet")
    wide = sheet.evaluate("sheet => sheet.clientWidth")
    page.keyboard.press("+")
    assert sheet.evaluate("sheet => sheet.clientWidth") > wide
    page.keyboard.press("Escape")
    page.locator("[role=option][aria-selected=true]").wait_for(state="detached")
    assert page.locator(".mkn-nodes").evaluate("signs => getComputedStyle(signs).opacity") == "1"
    assert page.locator("[role=option][tabindex='0']").count() == 1


def test_a_message_is_closed_by_keyboard_and_what_is_being_done_tells_how_far(guide):
    page = guide()
    told = page.get_by_role("status").filter(has_text="36 applications were taken in.")
    assert told.is_visible()
    page.get_by_role("button", name="Close the message").focus()
    page.keyboard.press("Enter")
    told.wait_for(state="detached")
    assert page.get_by_text("Saved at 14:03").is_visible()
    bar = page.get_by_role("progressbar", name="Reading 7 files …")
    bar.wait_for()
    assert bar.evaluate("bar => bar.value") == pytest.approx(0.6)


def test_a_message_on_what_was_done_goes_with_the_next_action(guide):
    page = guide()
    told = page.get_by_role("status").filter(has_text="36 applications were taken in.")
    told.wait_for()
    page.get_by_role("tab").first.click()
    told.wait_for(state="detached")


def test_the_picture_is_whole_at_first_on_a_narrow_page(guide):
    page = guide(width=360)
    frame = page.locator(".mkn-frame")
    assert frame.evaluate("frame => frame.scrollWidth <= frame.clientWidth")


def test_a_map_is_one_stop_and_tells_of_the_cell_that_the_arrow_keys_reach(guide):
    page = guide()
    grid = page.get_by_role("application", name=re.compile("^All pairs"))
    grid.focus()
    told = page.locator(".mkg-told")
    assert told.inner_text() == "Aylin Aksoy and Dora Diel: 940, chosen"  # the first that is chosen
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    assert told.inner_text() == "Ines Wulf and Bea Muster: 480, allowed"
    page.keyboard.press("ArrowUp")
    assert told.inner_text() == "Aylin Aksoy and Bea Muster: 700, not allowed"
    page.keyboard.press("ArrowUp")  # the edge
    assert told.inner_text() == "Aylin Aksoy and Bea Muster: 700, not allowed"
    page.keyboard.press("Tab")
    assert focused(page) == "Open"


def test_a_map_says_beside_the_cell_who_the_two_are_by_mouse_and_by_keyboard(guide):
    page = guide(width=360)
    grid = page.get_by_role("application", name=re.compile("^All pairs"))
    tip = page.locator(".mkg-tip")
    assert tip.is_hidden()
    grid.focus()
    assert tip.inner_text().split("\n") == ["Aylin Aksoy (Kamen)", "Dora Diel (Werne)", "940, chosen"]
    page.keyboard.press("ArrowDown")
    assert "Ines Wulf" in tip.inner_text()
    page.keyboard.press("Escape")
    assert tip.is_hidden()
    page.keyboard.press("Tab")
    grid.scroll_into_view_if_needed()
    box = grid.bounding_box()
    page.mouse.move(box["x"] + 110 + 10, box["y"] + 90 + 10)
    assert tip.inner_text().split("\n")[0] == "Aylin Aksoy (Kamen)"
    beside = tip.bounding_box()
    assert 0 <= beside["x"] <= beside["x"] + beside["width"] <= 360
    assert abs(beside["y"] - (box["y"] + 100)) < 120
    page.mouse.move(0, 0)
    assert tip.is_hidden()
