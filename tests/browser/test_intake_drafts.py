"""The intake by keyboard: what is typed outlives its kernel, and the focus is where one goes on."""

from __future__ import annotations

import pytest

from mentorkit.examples import DEMO_USER

pytestmark = pytest.mark.browser

RUN = "cross-company/2021"


@pytest.fixture(scope="module")
def served(made_demo, stage):
    return stage.show(made_demo, DEMO_USER)


@pytest.fixture
def intake(served, cookies, new_page):
    page = new_page()
    page.context.add_cookies(cookies)
    page.goto(f"{served.address}/intake?run={RUN}")
    page.locator(".mkt-select").first.wait_for()
    return page


def open_first(page):
    """Open the first application by keyboard, and return its name."""
    page.locator(".mkt-select").first.focus()
    page.keyboard.press("Enter")
    page.locator(".mkh:focus").wait_for()
    return page.locator(".mkh:focus").inner_text()


def end_kernel(page):
    page.evaluate(
        """async () => {
            const kernel = JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId;
            const token = document.cookie.match(/_xsrf=([^;]*)/)[1];
            await fetch("/voila/api/shutdown/" + kernel, {method: "POST", headers: {"X-XSRFToken": token}});
        }"""
    )


def test_what_is_typed_as_the_kernel_dies_is_there_again_and_then_stored(intake):
    open_first(intake)
    last = intake.get_by_label("Nachname")
    before = last.input_value()
    end_kernel(intake)
    last.fill("Beispiel-Neu")  # nobody hears it
    intake.reload()
    intake.locator(".mkh:focus").wait_for()  # the address names the application that is open
    intake.get_by_text("Was Sie zuvor eingetippt hatten, ist wieder eingetragen.").wait_for()
    assert last.input_value() == "Beispiel-Neu" != before
    intake.get_by_text("Entwurf gespeichert").wait_for()
    assert (
        intake.evaluate("Object.keys(sessionStorage).filter(key => key.startsWith('mentorkit:')).length") == 0
    )
    intake.reload()  # now the draft in the store has it
    intake.locator(".mkh:focus").wait_for()
    assert last.input_value() == "Beispiel-Neu"
    intake.get_by_role("button", name="Speichern und neu prüfen").press("Enter")
    intake.get_by_text("Gespeichert:").wait_for()


def test_what_is_required_is_said_at_its_field_and_in_a_summary_that_takes_the_focus(intake):
    open_first(intake)
    mail = intake.get_by_label("E-Mail")
    mail.fill("keine Adresse")
    intake.get_by_role("button", name="Speichern und neu prüfen").press("Enter")
    intake.locator(".mkf-summary:focus").wait_for()
    intake.keyboard.press("Tab")
    intake.keyboard.press("Enter")
    assert mail.evaluate("field => field === document.activeElement")
    assert mail.get_attribute("aria-invalid") == "true"


def test_escape_closes_an_application_and_leads_back_to_its_row(intake):
    name = open_first(intake)
    intake.keyboard.press("Tab")
    intake.keyboard.press("Escape")
    intake.locator(".mkh:visible").wait_for(state="detached")
    intake.locator(".mkt-select:focus", has_text=name).wait_for()
