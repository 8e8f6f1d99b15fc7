"""The picture of a network in Chromium: by keyboard alone, in light and dark, on a phone and on paper."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from looking import CUT_OFF, SETTLED, look, put_on, tab_to

pytestmark = pytest.mark.browser

NOTEBOOK = Path(__file__).with_name("network_picture.ipynb")
IDA = "Ida Müller, mentor, Kamen. Tandems with: Bea Buche, Cem Cello. Was at: Summer meeting."


@pytest.fixture(scope="module")
def served(made_demo, stage):
    shutil.copy(NOTEBOOK, stage.notebooks)
    return stage.show(made_demo, "demo")


@pytest.fixture
def network(served, cookies, new_page):
    """A function that opens the page with the picture of six people."""

    def go(**options):
        page = new_page(**options)
        page.context.add_cookies(cookies)
        page.goto(f"{served.address}/network_picture")
        page.get_by_role("listbox").wait_for()
        return page

    return go


def told(page):
    """Return what is told above the picture."""
    return page.locator(".mkn-told").inner_text()


def dimmed(page):
    """Tell whether signs are dimmed that are not lit."""
    return page.locator(".mkn-nodes").evaluate("signs => getComputedStyle(signs).opacity") != "1"


def test_somebody_is_found_lit_and_selected_by_keyboard_alone(network):
    page = network()
    tab_to(page, "Find by name")
    page.keyboard.type("muell")
    assert told(page) == "1 of 7 found; Enter goes to the first."
    assert page.locator(".mkn-lit .mkn-node").count() == 1
    page.keyboard.press("Enter")
    assert (
        told(page) == "Ida Müller, mentor, Kamen. Tandems with: Bea Buche, Cem Cello. Was at: Summer meeting."
    )
    assert page.locator(".mkn-lit .mkn-node").count() == 4
    assert dimmed(page)
    page.keyboard.press("Enter")
    page.get_by_text("Python knows: P1").wait_for()
    page.keyboard.press("Escape")
    page.get_by_text("Python knows: nobody").wait_for()
    assert not dimmed(page)
    sentences = {
        "MULLER": "1 of 7 found",
        "müll": "1 of 7 found",
        "bü": "Nobody is called that.",
        "": "Point at",
    }
    for text, sentence in sentences.items():
        page.get_by_label("Find by name").fill(text)
        assert told(page).startswith(sentence)


def test_what_is_told_stands_above_the_picture_and_moves_nothing(network):
    page = network()
    frame = page.locator(".mkn-frame")
    before = frame.bounding_box()
    box = page.locator(".mkn-told").bounding_box()
    assert box["y"] + box["height"] <= before["y"]
    page.get_by_role("option", name=re.compile("^Ida")).focus()
    assert frame.bounding_box() == before
    page.get_by_role("button", name="mentees").click()
    page.get_by_role("button", name="Show all").wait_for()
    assert frame.bounding_box() == before


def test_an_organisation_is_lit_with_its_people_and_python_knows_no_selection(network):
    page = network()
    page.get_by_label("Find by name").fill("lunen")
    assert told(page) == "2 of 7 found; Enter goes to the first."
    assert page.locator(".mkn-lit .mkn-node").count() == 2
    page.keyboard.press("Enter")
    assert told(page) == "Lünen: 1 mentor, 1 mentee, 2 tandems."
    assert page.locator(".mkn-lit .mkn-node").count() == 4
    page.keyboard.press("Enter")
    page.get_by_role("option", name="Lünen: 1 mentor, 1 mentee, 2 tandems.", selected=True).wait_for()
    page.get_by_label("Find by name").focus()
    assert dimmed(page)
    page.get_by_role("option", name=re.compile("^Ida")).focus()
    page.keyboard.press("Enter")
    page.get_by_text("Python knows: P1").wait_for()
    page.locator(".mkn-heads text", has_text="Werne").click()
    page.get_by_text("Python knows: nobody").wait_for()
    assert told(page).startswith("Werne: 1 mentor, 1 mentee, 1 tandem.")
    page.keyboard.press("Escape")
    assert not dimmed(page)


def test_arrow_keys_reach_organisations_from_people(network):
    page = network()
    page.get_by_role("option", name=re.compile("^Ida")).focus()
    page.keyboard.press("End")
    assert told(page).startswith("Werne: ")
    reached = set()
    for name in ("^Ida", "^Bea"):
        page.get_by_role("option", name=re.compile(name)).focus()
        for _ in range(3):
            page.keyboard.press("ArrowUp")
            reached.add(told(page).split(":")[0])
    assert {"Kamen", "Lünen"} <= reached


def test_a_selection_that_is_hidden_is_let_go_and_that_is_told(network):
    page = network()
    page.get_by_role("option", name=re.compile("^Bea")).focus()
    page.keyboard.press("Enter")
    page.get_by_text("Python knows: P2").wait_for()
    page.get_by_role("button", name="mentees").click()
    page.get_by_text("Python knows: nobody").wait_for()
    assert told(page) == (
        "Bea Buche is hidden now and no longer picked out. Hidden: mentees. 4 of 7 are shown."
    )
    assert not dimmed(page)


def test_who_is_selected_elsewhere_is_shown_in_the_middle_even_if_the_picture_was_hidden(network):
    page = network(width=400)
    for _ in range(2):
        page.get_by_role("button", name="Larger").click()
    page.get_by_role("button", name="Hide or show it").click()
    page.locator(".mkn-frame").wait_for(state="hidden")
    page.get_by_role("button", name="Select Bea").click()
    page.get_by_text("Python knows: P2").wait_for()
    page.get_by_role("button", name="Hide or show it").click()
    page.locator(".mkn-frame").wait_for()
    page.evaluate(SETTLED)
    frame = page.locator(".mkn-frame").bounding_box()
    name = page.locator(".mkn-lit > text", has_text="Bea Buche").bounding_box()
    sign = page.locator(".mkn-nodes > [aria-selected=true]").bounding_box()
    assert 8 < name["height"] < 40
    assert name["y"] > sign["y"] + sign["height"]
    assert frame["x"] < name["x"]
    assert name["x"] + name["width"] < frame["x"] + frame["width"]
    assert frame["y"] < sign["y"] < frame["y"] + frame["height"]


def test_a_mouse_moves_the_enlarged_picture_and_clicks_nobody_by_that(network):
    page = network()
    for _ in range(3):
        page.get_by_role("button", name="Larger").click()
    frame = page.locator(".mkn-frame")
    frame.scroll_into_view_if_needed()
    before = frame.evaluate("frame => [frame.scrollLeft, frame.scrollTop]")
    box = frame.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + 200
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y + 40, steps=4)
    page.mouse.up()
    assert frame.evaluate("frame => [frame.scrollLeft, frame.scrollTop]") == [before[0] - 60, before[1] - 40]
    assert not dimmed(page)
    assert frame.evaluate("frame => getComputedStyle(frame).cursor") in {"grab", "pointer"}


def test_the_name_of_who_has_the_focus_stands_below_the_ring(network):
    page = network()
    page.get_by_role("option", name=re.compile("^Bea")).focus()
    name = page.locator(".mkn-lit > text", has_text="Bea Buche").bounding_box()
    ring = page.locator(".mkn-ring rect").last.bounding_box()
    assert name["y"] >= ring["y"] + ring["height"] - 2


def test_the_field_of_the_search_ends_with_the_picture_on_a_phone(network):
    page = network(width=320)
    field, frame = (page.locator(part).bounding_box() for part in (".mkn-search", ".mkn-frame"))
    assert field["x"] + field["width"] <= frame["x"] + frame["width"]


def test_what_the_legend_hides_is_told_skipped_by_the_keys_and_comes_back(network):
    page = network()
    for name, left in (("mentees", 7), ("events", 6)):
        tab_to(page, name)
        page.keyboard.press("Enter")
        assert page.get_by_role("button", name=name).get_attribute("aria-pressed") == "false"
        assert page.get_by_role("option").filter(visible=True).count() == left
    assert page.get_by_text("Hidden: mentees, events. 3 of 7 are shown.").is_visible()
    assert page.locator("[data-a]").filter(visible=True).count() == 0
    tab_to(page, "Ida", begins=True)
    seen = [told(page)]
    for key in ("End", "ArrowLeft", "Home"):
        page.keyboard.press(key)
        seen.append(told(page))
    assert all("mentor" in words for words in seen)
    page.get_by_role("button", name="Show all").focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("option").filter(visible=True).count() == 10
    assert not page.get_by_role("button", name="Show all").is_visible()
    page.get_by_role("button", name="dissolved tandem").click()
    assert page.locator("[data-a]").filter(visible=True).count() == 4
    page.locator("summary", has_text="Organisations (3)").click()
    page.get_by_role("button", name="Werne").click()
    assert page.get_by_text("Hidden: dissolved tandem, Werne. 5 of 7 are shown.").is_visible()


def test_a_click_beside_a_small_sign_reaches_it_and_one_on_the_paper_lets_go(network):
    page = network(width=320)
    sign = page.get_by_role("option", name=re.compile("^Bea"))
    sign.scroll_into_view_if_needed()
    box = sign.bounding_box()
    page.mouse.click(box["x"] + box["width"] + 4, box["y"] + box["height"] / 2)
    page.get_by_text("Python knows: P2").wait_for()
    assert told(page).startswith("Bea Buche")
    names = page.locator(".mkn-lit > text")
    assert names.all_text_contents() == ["Bea Buche", "Ida Müller"]
    assert names.first.evaluate("name => name.getBoundingClientRect().height") > 11
    page.locator(".mkn-frame").scroll_into_view_if_needed()
    corner = page.locator(".mkn-frame").bounding_box()
    page.mouse.click(corner["x"] + 6, corner["y"] + 6)
    page.get_by_text("Python knows: nobody").wait_for()


def test_nothing_is_violated_or_cut_off_in_light_or_dark_whatever_is_lit(network):
    page = network(reduced_motion="reduce")
    assert look(page, "light", "dark") == []
    page.get_by_role("button", name="mentees").click()
    page.get_by_role("option", name=re.compile("^Ida")).focus()
    page.keyboard.press("Enter")
    page.get_by_text("Python knows: P1").wait_for()
    page.locator("summary", has_text="Organisations (3)").click()
    assert look(page, "light", "dark") == []


def test_the_picture_follows_the_theme(network):
    page = network()
    fills = set()
    for theme in ("light", "dark"):
        put_on(page, theme)
        fills.add(
            page.locator(".mkn-nodes .mkn-mentor").first.evaluate("sign => getComputedStyle(sign).fill")
        )
    assert fills == {"rgb(0, 114, 178)", "rgb(86, 180, 233)"}


def test_paper_gets_the_whole_picture_and_its_legend(network):
    page = network()
    page.get_by_role("option", name=re.compile("^Ida")).focus()
    page.keyboard.press("+")
    page.emulate_media(media="print")
    frame, sheet = (page.locator(part).bounding_box() for part in (".mkn-frame", ".mkn-sheet"))
    assert sheet["width"] <= frame["width"] + 1
    assert sheet["height"] <= frame["height"] + 1
    assert page.get_by_text("dissolved tandem").is_visible()
    assert not page.get_by_label("Find by name").is_visible()
    assert page.evaluate(CUT_OFF) == []
