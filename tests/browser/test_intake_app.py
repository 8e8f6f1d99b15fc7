"""The whole intake in a browser: paste, upload, mend, overrule, put together, select, undo."""

from __future__ import annotations

import re

import pytest
from looking import COLOURS, cut_off, put_on, tab_to, violations

from mentorkit.examples import DEMO_USER

pytestmark = pytest.mark.browser

MUSIC = "arts-academy/2015"
RUN = "cross-administration/2014"
HEADINGS = "Vorname\tName\tVerwaltung\tGeschlecht\tBesoldung\tAbschluss\tBefristung\tE-Mail"
#: One twice, one address wrong, one grade that a person decides on, four from a town with three places.
PEOPLE = (
    ("Paula", "Probe", "Kamen", "A 10", "paula.probe@example.org"),
    ("Paula", "Probe", "Kamen", "A 10", "p.probe@example.net"),
    ("Mia", "Falsch", "Kamen", "A 12", "mia(at)example"),
    ("Kim", "Klein", "Lünen", "S 12", "kim@example.org"),
    ("Lea", "Lang", "Lünen", "A 10", "lea@example.org"),
    ("Ida", "Jung", "Lünen", "A 11", "ida@example.org"),
    ("Eva", "Alt", "Lünen", "A 12", "eva@example.org"),
)
CELLS = "\n".join(
    [HEADINGS, *("\t".join((*p[:3], "w", p[3], "Bachelor", "unbefristet", p[4])) for p in PEOPLE)]
)
MENTORS = (
    b"Vorname;Name;Geschlecht;Besoldung;Personalverantwortung;E-Mail\n"
    b"Uta;Rat;w;A 13;ja;uta@example.org\nJan;Hilf;m;A 14;ja;jan@example.org\n"
)


@pytest.fixture(scope="module", params=[1280, 360])
def width(request) -> int:
    return request.param


@pytest.fixture(scope="module")
def served(width, made_demo, stage):
    return stage.show(made_demo, DEMO_USER)


@pytest.fixture
def intake(served, cookies, new_page, width):
    page = new_page(width, 800, accept_downloads=True)
    page.context.add_cookies(cookies)
    page.goto(f"{served.address}/intake?run={RUN}")
    page.get_by_role("tab", name=re.compile("Dateien einlesen")).wait_for()
    return page


def button(page, name):
    return page.get_by_role("button", name=name, exact=True)


def part(page, name):
    page.get_by_role("tab", name=re.compile(f"^{name}")).click()


def looked_at(page) -> list[str]:
    """What is wrong with the page in light and dark, and where it does not fit."""
    found = violations(page)
    put_on(page, "dark")
    found += violations(page, *COLOURS)
    put_on(page, "light")
    return found


def test_from_pasted_cells_to_a_selection_and_back(intake):
    paste(intake)
    upload(intake)
    mend_by_keyboard(intake)
    overrule(intake)
    refuse(intake)
    take_in(intake)
    put_together(intake)
    select(intake)
    withdraw(intake)
    undo(intake)
    look_at_the_overview(intake)


def paste(page):
    button(page, "Oder Zellen aus einer Tabelle einfügen").click()
    page.get_by_label("Eingefügte Zellen").fill(CELLS)
    button(page, "Diese Zellen lesen").click()
    page.get_by_text("7 Bewerbungen gelesen; sie sind noch nicht übernommen.").wait_for()
    page.get_by_label(re.compile("^Wer steht in der Tabelle")).select_option(label="Mentees")
    button(page, "Mit diesen Antworten neu lesen").click()
    page.get_by_text("In den Dateien stehen 7 Bewerbungen").first.wait_for()
    assert looked_at(page) == []


def upload(page):
    files = [{"name": "mentoren_werne.csv", "mimeType": "text/csv", "buffer": MENTORS}]
    page.locator("input[type=file]").set_input_files(files)
    button(page, "9 Bewerbungen übernehmen").wait_for()


def mend_by_keyboard(page):
    page.get_by_text("anzusehen (2)").click()
    button(page, "Mia Falsch").focus()
    page.keyboard.press("Enter")
    page.locator(".mkh:focus", has_text="Mia Falsch").wait_for()
    assert looked_at(page) == []
    assert cut_off(page) == []
    tab_to(page, "E-Mail", "INPUT", begins=True)
    page.keyboard.press("Control+A")
    page.keyboard.type("mia@example.org")
    tab_to(page, "Speichern und neu prüfen")
    page.keyboard.press("Enter")
    page.get_by_text("Gespeichert: Mia Falsch – in Ordnung.").wait_for()
    page.keyboard.press("Escape")
    page.locator(".mkh:visible", has_text="Mia Falsch").wait_for(state="detached")


def overrule(page):
    button(page, "Kim Klein").click()
    page.locator(".mkh:focus", has_text="Kim Klein").wait_for()
    page.get_by_label("Begründung").fill("S 12 entspricht hier A 10")
    button(page, "Mit dieser Begründung zulassen").click()
    page.get_by_text("Gespeichert: Kim Klein – zugelassen.").wait_for()
    button(page, "Schließen").click()


def refuse(page):
    page.get_by_text(re.compile(r"^alle \(9\)")).first.click()
    button(page, "Lea Lang").click()
    page.locator(".mkh:focus", has_text="Lea Lang").wait_for()
    button(page, "Anders entscheiden").click()
    page.get_by_label("Begründung").fill("Wird versetzt")
    button(page, "Mit dieser Begründung ablehnen").click()
    page.get_by_text("Gespeichert: Lea Lang – abgelehnt.").wait_for()
    button(page, "Anders entscheiden").click()
    button(page, "Ablehnung zurücknehmen").wait_for()
    assert looked_at(page) == []
    assert cut_off(page) == []
    button(page, "Ablehnung zurücknehmen").click()
    page.get_by_text("Gespeichert: Lea Lang – in Ordnung.").wait_for()
    button(page, "Schließen").click()


def take_in(page):
    button(page, "9 Bewerbungen übernehmen").click()
    page.get_by_text("9 Bewerbungen wurden übernommen.").wait_for()
    page.get_by_role("tab", name="Bewerbungen (9)", selected=True).wait_for()
    assert looked_at(page) == []


def put_together(page):
    page.get_by_role("button", name="Personen, die dieselbe sein könnten").click()
    page.get_by_role("button", name=re.compile("^Paula Probe .* vergleichen$")).click()
    page.locator(".mkh:focus", has_text="Paula Probe").wait_for()
    assert looked_at(page) == []
    button(page, "Zusammenführen").click()
    page.get_by_text("sind jetzt eine Person").first.wait_for()
    page.get_by_text("zurückgezogen (1)").wait_for()


def select(page):
    part(page, "Auswahl")
    button(page, "Auswahl festlegen …").click()
    button(page, "Ja, Auswahl festlegen").click()
    page.get_by_text("Die Auswahl ist festgelegt").first.wait_for()
    assert looked_at(page) == []


def withdraw(page):
    part(page, "Bewerbungen")
    page.get_by_role("textbox", name="Suche").fill("Lang")
    page.get_by_text("1 von 9 Bewerbungen").wait_for()
    assert page.url.endswith("#q=Lang")
    page.reload()  # what is shown stands in the address
    page.get_by_text("1 von 9 Bewerbungen").wait_for()
    button(page, "Lea Lang").click()
    page.locator(".mkh:focus", has_text="Lea Lang").wait_for()
    button(page, "Zurückziehen").click()
    button(page, "Bewerbung zurückziehen").click()
    page.locator(".mkh:focus", has_text="Platz aufgeben?").wait_for()
    page.get_by_text("Lea Lang hat einen Platz und gibt ihn auf.").wait_for()
    assert looked_at(page) == []
    button(page, "Ja, Platz aufgeben").click()
    page.get_by_text("Gespeichert: Lea Lang – zurückgezogen.").wait_for()
    page.locator(".mkh:focus", has_text="Lea Lang").wait_for()
    page.keyboard.press("Escape")
    button(page, "Alle zeigen").click()


def undo(page):
    button(page, "Ida Jung").click()
    page.locator(".mkh:focus", has_text="Ida Jung").wait_for()
    page.get_by_label("Fachbereich").fill("Bauamt")
    button(page, "Speichern und neu prüfen").click()
    page.get_by_text("Gespeichert: Ida Jung – in Ordnung.").wait_for()
    button(page, "Was bisher geschah").click()
    page.get_by_text("Fachbereich: – → Bauamt").wait_for()
    button(page, "Zurücknehmen: Berichtigt").click()
    page.get_by_text("Fachbereich: Bauamt → –").wait_for()
    assert page.get_by_label("Fachbereich").input_value() == ""
    assert looked_at(page) == []
    page.locator(".mkh:visible").focus()
    page.keyboard.press("Escape")
    page.locator(".mkt-select:focus", has_text="Ida Jung").wait_for()


def look_at_the_overview(page):
    part(page, "Überblick")
    page.locator("picture img").wait_for()
    assert (
        page.locator("picture img").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    )
    assert looked_at(page) == []
    page.get_by_role("row", name=re.compile("^Lünen Mentees")).get_by_role("link").first.click()
    page.get_by_text("4 von 9 Bewerbungen").wait_for()
    page.wait_for_url("**organisation=L%C3%BCnen*")  # the address follows the list
    page.go_back()
    page.get_by_role("tab", name="Überblick", selected=True).wait_for()


def test_all_applications_leave_as_a_workbook(intake, served):
    intake.goto(f"{served.address}/intake?run={MUSIC}")  # here nothing is to be taken in first
    part(intake, "Bewerbungen")
    button(intake, "Tabelle aller Bewerbungen erstellen (XLSX)").click()
    link = intake.get_by_role("link", name=re.compile("xlsx"))
    with intake.expect_download() as download:
        link.click()
    assert download.value.suggested_filename.endswith(".xlsx")
