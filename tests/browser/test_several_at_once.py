"""Officers of two towns and the lead at work at once, each in a browser of her own."""

from __future__ import annotations

import re

import pytest
from looking import violations
from playwright.sync_api import expect

from mentorkit.examples import DEMO_USER, sample_files
from mentorkit.programme.records import Application
from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.browser

RUN = "cross-administration/2014"
TOWNS = {"kim": ("Kim von Kamen", "Kamen"), "lou": ("Lou von Lünen", "Lünen")}


@pytest.fixture(scope="module")
def served(made_demo, stage):
    served = stage.show(made_demo, DEMO_USER)
    store = Store.open(stage.target)
    bench = Workbench.of(store, DEMO_USER)
    bench.run(RUN).intake(sample_files("cross-administration"))
    for name, (shown, town) in TOWNS.items():
        bench.accounts.add(bench.actor, name, shown)
        bench.accounts.grant(bench.actor, name, "organisation", "cross-administration", town)
    store.close()
    return served


@pytest.fixture
def open_for(served, stage, new_page):
    """A function that opens an app for a user."""

    def go(user: str, app: str):
        page = new_page()
        page.goto(stage.link(user))
        page.goto(f"{served.address}/{app}?run={RUN}")
        page.get_by_role("heading", level=1).wait_for()
        return page

    return go


def open_application(page, name: str = "") -> str:
    """Open an application, the first of the list unless one is named, and return whose it is."""
    rows = page.locator(".mkt-select")
    row = rows.get_by_text(name, exact=True) if name else rows
    row.first.click()
    page.locator(".mkh:focus").wait_for()
    return page.locator(".mkh:focus").inner_text()


def save(page) -> None:
    page.get_by_role("button", name="Speichern und neu prüfen").click()
    page.get_by_text("Gespeichert:").first.wait_for()


def stored(stage, email: str) -> list[Application]:
    store = Store.open(stage.target)
    with store.read() as reader:
        found = [a for a in reader.all(Application, run_id=RUN) if a.entries.get("email") == email]
    store.close()
    return found


def test_two_towns_save_while_the_lead_looks_on_and_nothing_is_lost(open_for, stage):
    lead = open_for(DEMO_USER, "intake")
    matching = open_for(DEMO_USER, "matching")
    kim, lou = open_for("kim", "intake"), open_for("lou", "intake")
    names = {}
    for page, mail in ((kim, "kim.neu@example.org"), (lou, "lou.neu@example.org")):
        names[mail] = open_application(page)
        page.get_by_label("E-Mail").fill(mail)
    for page, (who, _) in zip((kim, lou), TOWNS.values(), strict=True):
        save(page)
        expect(lead.get_by_text(f"{who} hat gerade geändert: ")).to_be_visible()
        expect(matching.get_by_text(f"{who} hat 1 Bewerbung geändert")).to_be_visible()
    for mail, name in names.items():
        assert [a.name for a in stored(stage, mail)] == [name]
    expect(kim.get_by_text("Lou von Lünen")).to_have_count(0)  # of other towns she hears nothing
    assert violations(lead) == []


def test_who_types_sees_both_versions_when_somebody_else_saves_and_neither_is_lost(open_for, stage):
    kim, lead = open_for("kim", "intake"), open_for(DEMO_USER, "intake")
    name = open_application(kim)
    kim.get_by_label("E-Mail").fill("kim.zwei@example.org")
    kim.get_by_text("Entwurf gespeichert").wait_for()
    open_application(lead, name)
    lead.get_by_label("E-Mail").fill("leitung@example.org")
    lead.get_by_label("Nachname").fill("Gemeinsam")
    save(lead)
    expect(kim.get_by_text(re.compile("hat gerade die Bewerbung von .* Gemeinsam geändert"))).to_be_visible()
    both = kim.get_by_role("table", name=re.compile("^Jemand anderes hat diese Bewerbung geändert"))
    expect(both).to_contain_text("kim.zwei@example.org")
    expect(both).to_contain_text("leitung@example.org")
    expect(kim.get_by_label("E-Mail")).to_have_value("kim.zwei@example.org")
    assert violations(kim) == []
    kim.get_by_role("button", name="Speichern und neu prüfen").click()
    kim.get_by_role("alert").filter(has_text=re.compile("inzwischen|geändert")).first.wait_for()
    save(kim)
    (kept,) = stored(stage, "kim.zwei@example.org")
    assert kept.last_name == "Gemeinsam"
