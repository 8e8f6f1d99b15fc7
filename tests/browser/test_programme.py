"""A fifth programme, a volunteer agency, set up entirely in the app; then taken in and matched."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("programme")]

MENTEES = """First name,Last name,E-mail,Topics,Languages
Ada,Amsel,ada@example.org,Gardening; Bookkeeping,English
Ben,Buche,ben@example.org,Bookkeeping,English
Cem,Cello,cem@example.org,First aid,German
Dora,Distel,dora@example.org,First aid,German
"""
MENTORS = """First name,Last name,E-mail,Topics,Languages
Mona,Muster,mona@example.org,Bookkeeping; Gardening,English
Nils,Nordmann,nils@example.org,First aid,German
"""


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    target = tmp_path_factory.mktemp("programme") / "test.mentorkit"
    made = Workbench.of(Store.create(target), "me")
    made.add("cross-company")
    made.accounts.add(made.actor, "anna", "Anna Beispiel")
    made.accounts.grant(made.actor, "anna", "lead")
    made.close()
    return target


@pytest.fixture
def page(bench, serve_workbench, new_page):
    served = serve_workbench(str(bench), login_as="anna")
    opened = new_page(1280, 900)
    opened.goto(served.way_in)
    opened.get_by_role("heading", name="Start", level=1).wait_for()
    return opened


def look(page, name):
    """Hold every look of the app to no serious violation and no sideways scrolling."""
    from axe_playwright_python.sync_playwright import Axe

    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(50)
        if folder := os.environ.get("MENTORKIT_SCREENSHOTS"):
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"programme-{name}-{width}.png", full_page=True)
        found = Axe().run(page).response["violations"]
        bad = [(r["id"], [n["target"] for n in r["nodes"]]) for r in found]
        assert [b for b, r in zip(bad, found, strict=True) if r["impact"] in {"serious", "critical"}] == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    page.set_viewport_size({"width": 1280, "height": 900})


def part(page, name):
    page.locator("label").filter(has_text=re.compile(f"^{name}$")).first.click()
    page.get_by_role("heading", name=re.compile(f"^{name}"), level=2).first.wait_for()


def save(page):
    page.get_by_role("button", name="Änderungen speichern").click()
    page.get_by_text("gilt so, wie es gezeigt wird").wait_for()


def begin(page):
    page.get_by_role("link", name="Programm", exact=True).click()
    page.get_by_role("heading", name="Programm", level=1).wait_for()
    look(page, "general")
    page.locator("label").filter(has_text=re.compile("^Neu$")).click()
    page.get_by_role("heading", name="Neues Programm").wait_for()
    look(page, "new")
    page.get_by_label("Vorlage").select_option("Cross-Mentoring der Verwaltungen im Kreis Unna")
    page.get_by_label("Name des neuen Programms").fill("Volunteer Agency")
    page.get_by_label("Name des ersten Durchgangs").fill("2027")
    page.get_by_label("Seine Sprache").select_option("English")
    page.get_by_role("button", name="Programm anlegen").click()
    page.get_by_text("Das Programm „Volunteer Agency“ ist angelegt.").wait_for()
    page.get_by_role("link", name="Dorthin wechseln und einrichten").click()
    page.wait_for_url(re.compile("volunteer-agency"))
    page.get_by_role("heading", name="Programm", level=1).wait_for()
    assert page.get_by_label("Name des Programms").input_value() == "Volunteer Agency"


def set_up(page):
    part(page, "Voraussetzungen")
    look(page, "rules")
    buttons = page.get_by_role("button", name=re.compile("entfernen$"))
    for left in range(6, 0, -1):
        buttons.first.click()
        buttons.nth(left - 1).wait_for(state="detached")
    part(page, "Fragen")
    for _ in range(2):
        page.get_by_role("button", name=re.compile("nicht fragen: Besoldungs")).first.click()
        page.wait_for_timeout(200)
    for _ in range(2):
        page.get_by_role("button", name=re.compile("^[^:]*(?<!nicht) fragen: Sprachen")).first.click()
        page.wait_for_timeout(200)
    look(page, "questions")
    part(page, "Kriterien")
    page.get_by_role("button", name="Abstand in der Erfahrung entfernen").or_(
        page.get_by_role("button", name=re.compile("Erfahrung.* entfernen"))
    ).first.click()
    page.get_by_text("Die Gewichte ergeben zusammen 600; es müssen 1000 sein.").first.wait_for()
    page.get_by_label("Weiteres Kriterium").select_option("Gemeinsame Sprache")
    page.get_by_role("button", name="Hinzufügen", exact=True).click()
    page.get_by_role("button", name="Gleichmäßig verteilen").click()
    page.get_by_text("Summe: 1.000 von 1.000").wait_for()
    look(page, "criteria")
    part(page, "Organisationen")
    for label in ("Mentees je Organisation", "Mentorinnen und Mentoren je Organisation"):
        page.get_by_label(re.compile(label)).fill("")
        page.keyboard.press("Tab")
    look(page, "organisations")
    part(page, "Allgemeines")
    page.get_by_label("Die beiden eines Tandems kommen").select_option("beliebig")
    page.get_by_label("sind nur Frauen").uncheck()
    page.get_by_label(re.compile("^Plätze je")).fill("2")
    page.keyboard.press("Tab")
    part(page, "Organisationen")
    page.get_by_label("Welche Organisationen teilnehmen").select_option("keine Organisationen")
    page.get_by_text("Es gibt noch keine Bewerbungen").wait_for()
    look(page, "preview")
    save(page)


def test_a_fifth_programme_is_set_up_taken_in_and_matched_without_a_file(page, bench):
    begin(page)
    set_up(page)
    part(page, "Termine")
    page.get_by_role("button", name="Ende der Bewerbungsfrist ändern").click()
    page.get_by_role("heading", name="Eintrag ändern").wait_for()
    page.wait_for_function("[...document.querySelectorAll('input')].some(i => /^\\d\\d\\./.test(i.value))")
    page.get_by_label("Datum (TT.MM.JJJJ)").fill("31.2.2027")
    page.get_by_role("button", name="Übernehmen").click()
    page.get_by_role("alert").get_by_text("„31.2.2027“ ist kein Datum").wait_for()
    page.get_by_label("Datum (TT.MM.JJJJ)").fill("31.03.2027")
    page.get_by_role("button", name="Übernehmen").click()
    page.get_by_text("31.03.2027").first.wait_for()
    look(page, "calendar")
    save(page)
    part(page, "Zugänge")
    page.get_by_label("Benutzername").fill("eva.muster")
    page.get_by_label("Angezeigter Name").fill("Eva Muster")
    page.get_by_role("button", name="Rolle vergeben").click()
    assert "token=" in page.get_by_role("link", name="Einmal-Link").get_attribute("href")
    look(page, "log-ins")

    page.get_by_role("link", name="Aufnahme", exact=True).click()
    page.get_by_role("heading", name="Aufnahme", level=1).wait_for()
    files = [
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
        for name, text in (("mentees.csv", MENTEES), ("mentors.csv", MENTORS))
    ]
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="6 Bewerbungen übernehmen").click()
    page.get_by_text("6 Bewerbungen wurden übernommen.").wait_for()
    page.get_by_role("link", name="Weiter zum Matching").click()
    page.get_by_text("Bewiesen optimal").wait_for()

    anna = Workbench.of(Store.open(bench), "anna")
    run = anna.run("volunteer-agency/2027")
    assert run.programme.settings.language == "en"
    assert run.applications["status"].tolist() == ["ok"] * 6
    # each of the two mentors has two mentees, who share topic and language
    assert run.match().objective == {"tandems": 4, "worst": 1000, "total": 4000}
    anna.close()
