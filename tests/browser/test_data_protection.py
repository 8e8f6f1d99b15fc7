"""Data protection in Chromium: what a mentee confides, who reads it, and each part by its looks."""

from __future__ import annotations

import re
from contextlib import closing

import pytest
from looking import look, violations
from playwright.sync_api import expect

from mentorkit.examples import DEMO_USER
from mentorkit.examples.data_protection import EVALUATOR, PASSPHRASE
from mentorkit.forms import confidential_links
from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.browser

RUN = "cross-company/2021"
CANARY = "Kanarienvogel im Bergwerk"
PARTS = ("Anfragen", "Einwilligungen", "Personen", "Aufbewahrung", "Vertrauliche Bögen", "Schlüssel",
         "Verzeichnis", "Protokoll")  # fmt: skip


@pytest.fixture(scope="module")
def served(made_demo, stage):
    return stage.show(made_demo, DEMO_USER)


@pytest.fixture
def lead(served, cookies, new_page):
    """A function that opens a part of the app as the lead."""

    def open_part(name="", width=1280, **options):
        page = new_page(width, 900, **options)
        page.context.add_cookies(cookies)
        page.goto(f"{served.address}/privacy?run={RUN}")
        page.get_by_role("tab", name="Anfragen").wait_for()
        if name:
            page.get_by_role("tab", name=name, exact=True).click()
        page.wait_for_load_state("networkidle")
        return page

    return open_part


def test_what_a_mentee_confides_is_read_by_the_evaluation_alone(served, stage, new_page, lead):
    with closing(Store.open(stage.target)) as store:
        bench = Workbench.of(store, DEMO_USER)
        mentee = next(a for a in bench.run(RUN).application_records if a.role == "mentee" and a.takes_part)
        token = confidential_links.give(store, bench.actor, RUN, mentee.person_id, "concern")
    page = new_page(360, 740, java_script_enabled=False)
    page.goto(f"{served.address}/apply/{token}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Etwas ist schwierig")
    assert mentee.last_name not in page.inner_text("body")
    page.get_by_label("Was schwierig ist").fill(CANARY)
    page.get_by_role("button", name="Absenden").click()
    page.get_by_role("alert").wait_for()  # one answer is missing, and what was written stays
    expect(page.get_by_label("Was schwierig ist")).to_have_value(CANARY)
    page.get_by_role("radio", name="Nein, mit niemandem").check()
    page.get_by_role("button", name="Absenden").click()
    page.get_by_role("heading", name=re.compile("angekommen|versiegelt", re.I)).wait_for()

    hers = new_page(1280, 900)
    hers.goto(stage.link(EVALUATOR))
    hers.get_by_role("heading", level=1).wait_for()
    hers.goto(f"{served.address}/privacy?run={RUN}&part=keys")
    hers.get_by_role("button", name="Meinen Schlüssel öffnen …").click()
    hers.locator("input[type=password]").fill("eine ganz andere")
    hers.keyboard.press("Enter")
    refusal = hers.get_by_role("alert").filter(has_text="passt nicht zu Ihrem Schlüssel")
    refusal.wait_for()
    hers.get_by_role("tab", name="Vertrauliche Texte").click()
    expect(refusal).to_have_count(0)  # it was about something else
    hers.get_by_role("tab", name="Schlüssel").click()
    hers.locator("input[type=password]").fill(PASSPHRASE)
    hers.keyboard.press("Enter")
    hers.get_by_role("button", name="Meinen Schlüssel schließen").wait_for()
    hers.get_by_role("tab", name="Vertrauliche Texte").click()
    hers.get_by_role("button", name=f"Lesen: Etwas ist schwierig, {mentee.name}").click()
    hers.get_by_text(CANARY).wait_for()
    assert violations(hers) == []
    assert PASSPHRASE not in str(hers.evaluate("JSON.stringify({...sessionStorage, ...localStorage})"))
    hers.get_by_role("tab", name="Schlüssel").click()
    hers.get_by_role("button", name="Meinen Schlüssel schließen").click()
    hers.get_by_role("tab", name="Vertrauliche Texte").click()
    expect(hers.get_by_text(CANARY)).to_have_count(0)

    page = lead()
    expect(page.get_by_role("tab", name="Vertrauliche Texte")).to_have_count(0)
    for name in PARTS:
        page.get_by_role("tab", name=name, exact=True).click()
        page.wait_for_load_state("networkidle")
        assert CANARY not in page.content()


@pytest.mark.parametrize("part", PARTS)
def test_each_part_looks_right_on_a_desk_and_a_phone(lead, part):
    page = lead(part)
    assert look(page) == []
    page.set_viewport_size({"width": 360, "height": 740})
    assert look(page) == []


def test_somebody_is_erased_by_keyboard_alone_after_a_look(lead):
    page = lead("Personen")
    name = (
        page.get_by_role("table", name="Personen, über die")
        .locator("tbody th, tbody td")
        .first.inner_text()
        .splitlines()[0]
    )
    page.get_by_role("button", name=f"{name} löschen").focus()
    page.keyboard.press("Enter")
    heading = page.get_by_role("heading", name=f"{name} löschen?")
    expect(heading).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("auf eigenen Wunsch")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.get_by_text(f"{name} wurde gelöscht.").first.wait_for()
    expect(page.get_by_role("button", name=f"{name} löschen")).to_have_count(0)
