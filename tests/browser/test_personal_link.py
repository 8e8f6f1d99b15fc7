"""The form behind a personal link in a real browser: without scripts, on a phone, in light and dark."""

from __future__ import annotations

import pytest
from looking import look, walk

from mentorkit.forms import links
from mentorkit.programme.records import Application
from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.browser

RUN = "cross-administration/2014"


@pytest.fixture(scope="module")
def served(tmp_path_factory, stage):
    target = tmp_path_factory.mktemp("link") / "test.mentorkit"
    bench = Workbench.of(Store.create(target), "me")
    bench.add("cross-administration")
    bench.accounts.add(bench.actor, "anna", "Anna Beispiel", "Regen über Lünen 7")
    bench.accounts.grant(bench.actor, "anna", "lead")
    bench.close()
    return stage.show(target, "anna")


@pytest.fixture
def bench(served, stage):
    opened = Workbench.of(Store.open(stage.target), "anna")
    yield opened
    opened.close()


@pytest.fixture
def address(bench, served):
    token = links.give(bench.store, bench.actor, RUN, "mentee", name="Eva Muster", organisation="Lünen")
    return f"{served.address}/apply/{token}"


def test_an_applicant_without_scripts_gets_from_the_link_to_the_end(new_page, bench, address):
    page = new_page(width=360, height=740, java_script_enabled=False)
    page.goto(address)
    page.get_by_label("Vorname").fill("Eva")
    page.get_by_label("Nachname").fill("Muster")
    page.get_by_label("E-Mail").fill("eva.muster")
    page.get_by_role("radio", name="Weiblich").check()
    page.get_by_label("Themen").fill("Führung\nRecht")
    page.get_by_role("button", name="English").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Application as mentee"
    assert page.get_by_label("First name").input_value() == "Eva"
    assert page.get_by_role("radio", name="Female").is_checked()
    assert page.get_by_label("Topics").input_value().splitlines() == ["Führung", "Recht"]
    page.get_by_role("button", name="Deutsch").click()

    page.get_by_label("E-Mail").press("Enter")  # sends the form, and does not change the language
    summary = page.get_by_role("alert")
    assert "„eva.muster“ ist keine E-Mail-Adresse" in summary.inner_text()
    assert page.title().startswith("Fehler: Bewerbung als Mentee")
    assert page.locator(".mk-apply-summary:focus").count() == 1
    summary.get_by_role("link", name="E-Mail").click()
    assert page.get_by_label("Vorname").input_value() == "Eva"

    page.get_by_label("E-Mail").fill("eva.muster@example.org")
    page.get_by_label("Besoldungs-/Entgeltgruppe").fill("A 10")
    page.get_by_role("radio", name="Studium").check()
    page.get_by_role("radio", name="Unbefristet").check()
    page.locator("#f-consent").check()
    page.locator("main").get_by_role("button", name="Bewerbung abschicken").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Ihre Bewerbung ist angekommen"

    page.goto(address)
    assert page.get_by_role("heading", level=1).inner_text() == "Dieser Link wurde schon benutzt"
    with bench.store.read() as reader:
        (application,) = reader.all(Application, run_id=RUN)
    assert application.name == "Eva Muster"
    assert application.answers["topics"] == ["Führung", "Recht"]


def test_the_form_has_no_violations_and_fits_a_narrow_screen(new_page, served, address):
    page = new_page()
    page.goto(address)
    assert look(page, "light", "dark") == []
    page.locator("main").get_by_role("button", name="Bewerbung abschicken").click()
    page.get_by_role("alert").wait_for()
    assert look(page, "light", "dark") == []
    page.get_by_role("button", name="English").click()
    assert look(page, "light") == []
    page.goto(f"{served.address}/apply/none")
    assert look(page, "light", "dark") == []


def test_the_keyboard_reaches_everything_and_is_seen(page, address):
    page.goto(address)
    stops = walk(page)
    assert all(stop["ringed"] and stop["inside"] for stop in stops)
    names = [name for stop in stops for name in stop["names"]]
    assert "Ich stimme zu" in names
    assert any(name.startswith("Vorname") for name in names)
    assert names[-1] == "Bewerbung abschicken"
