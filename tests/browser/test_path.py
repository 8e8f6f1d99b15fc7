"""The coordinator's way from seven files to approved tandems, a picture and a PDF, in Chromium."""

from __future__ import annotations

import re

import pytest
from looking import violations

from mentorkit.examples import DEMO_USER, sample_files

pytestmark = pytest.mark.browser

UNNA = "cross-administration/2014"
MUSIC = "arts-academy/2015"
APPS = ("", "programme", "intake", "matching", "network", "reports", "privacy")


@pytest.fixture(scope="module")
def served(made_demo, stage):
    return stage.show(made_demo, DEMO_USER)


@pytest.fixture
def at(served, cookies, new_page):
    """A function that opens an app of a run."""

    def go(app, run=UNNA, width=1280, height=900, **options):
        page = new_page(width, height, accept_downloads=True, **options)
        page.context.add_cookies(cookies)
        page.goto(f"{served.address}/{app}?run={run}")
        page.get_by_role("heading", level=1).wait_for()
        return page

    return go


def test_from_seven_files_to_approved_tandems_a_picture_and_a_pdf(at, served, tmp_path):
    page = at("")
    page.get_by_role("link", name="Bewerbungen aufnehmen").click()
    picture = tmp_path / "foto.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    take_in(page, picture)
    page.get_by_role("link", name="Weiter zum Matching").click()
    match_and_approve(page)
    look_at_the_network(page)
    download_the_report(page, tmp_path)


def take_in(page, picture):
    page.get_by_role("heading", name="Aufnahme", level=1).wait_for()
    page.locator("input[type=file]").set_input_files([*sample_files("cross-administration"), picture])
    page.get_by_text("52 Bewerbungen gelesen").wait_for()
    refused = page.locator("details, .mk-file, li, p").filter(has_text="foto.png").first
    refused.get_by_text("nicht lesbar").first.wait_for()
    page.get_by_text("anzusehen (2)").click()

    page.get_by_role("button", name="Adeline Schulz").click()
    page.get_by_label("Besoldungs-/Entgeltgruppe").fill("A 12")
    page.get_by_role("button", name="Speichern und neu prüfen").click()
    page.get_by_role("radio", name="anzusehen (1)").wait_for(state="attached")

    page.get_by_role("button", name="Hella Ó Hethur").click()
    page.get_by_role("heading", name="Hella Ó Hethur").wait_for()
    page.get_by_label("Begründung").fill("S 12 entspricht hier A 10")
    page.get_by_role("button", name="Mit dieser Begründung zulassen").click()
    page.get_by_role("radio", name="anzusehen (0)").wait_for(state="attached")

    page.get_by_role("button", name="52 Bewerbungen übernehmen").click()
    page.get_by_text("52 Bewerbungen wurden übernommen.").wait_for()


def match_and_approve(page):
    page.get_by_role("heading", name="Matching", level=1).wait_for()
    page.get_by_text("Bewiesen optimal").wait_for()
    page.get_by_role("button", name=re.compile("^Tandem von Ines Wulf und .* fixieren")).wait_for()
    page.get_by_role("button", name="Ines Wulf", exact=True).click()
    page.get_by_text(re.compile("kostet .* Punkte")).first.wait_for()
    assert violations(page) == []
    page.get_by_role("button", name="Schließen", exact=True).click()

    page.get_by_role("button", name=re.compile("^Tandem von Anne Barth-Hövel und .* fixieren")).click()
    page.get_by_role("heading", name=re.compile("^Anne Barth-Hövel und .* fixieren?")).wait_for()
    page.get_by_label("Begründung").fill("Beide wünschen es")
    page.get_by_role("button", name="Tandem fixieren", exact=True).click()
    page.get_by_role("button", name=re.compile("^Fixiertes Tandem von Anne Barth-Hövel .* lösen")).wait_for()
    page.get_by_role("row", name="Anne Barth-Hövel").get_by_text("Beide wünschen es").wait_for()
    forbidden = page.get_by_role("button", name=re.compile("^Tandem von Ines Wulf und .* ausschließen"))
    name = forbidden.get_attribute("aria-label")
    forbidden.click()
    page.get_by_role("button", name="Tandem ausschließen", exact=True).click()
    page.get_by_role("tab", name="Entscheidungen (2)").wait_for()
    page.get_by_role("button", name=name, exact=True).wait_for(state="detached")

    page.get_by_role("button", name="Tandems freigeben").first.click()
    page.get_by_role("heading", name=re.compile("Tandems freigeben?")).wait_for()
    page.get_by_role("button", name="Ja, Tandems bilden").click()
    page.get_by_text(re.compile("Freigegeben: \\d+ Tandems sind gebildet")).wait_for()
    page.get_by_role("button", name="Anne Barth-Hövel", exact=True).click()
    page.get_by_text("Entscheidung: fixiert („Beide wünschen es“).").wait_for()


def look_at_the_network(page):
    page.get_by_role("link", name="Als Netzwerk ansehen").click()
    page.get_by_role("heading", name="Netzwerk", level=1).wait_for()
    picture = page.get_by_role("group", name=re.compile(r"\d+ Tandems"))
    picture.wait_for()
    assert picture.evaluate("drawing => drawing.getBBox().width") > 100
    page.get_by_text("Organisationen", exact=True).click()
    page.get_by_role("option", name=re.compile("^Bergkamen")).click()
    page.get_by_role("table", name="Tandems von Bergkamen").wait_for()
    page.get_by_role("tab", name="Matrix").click()
    page.get_by_role("columnheader", name="Bergkamen").wait_for()
    page.get_by_role("tab", name="Personen").click()
    page.get_by_role("button", name=re.compile("im Bild zeigen$")).first.click()
    page.get_by_role("option", name=re.compile("Ment"), selected=True).wait_for()


def download_the_report(page, tmp_path):
    page.get_by_role("link", name="Bericht erstellen").click()
    page.get_by_role("heading", name="Berichte", level=1).wait_for()
    page.get_by_role("heading", name="Was darin steht").wait_for()
    page.get_by_role("button", name="Bericht erstellen").click()
    link = page.get_by_role("link", name=re.compile("pdf", re.I))
    link.wait_for()
    with page.expect_download() as download:
        link.click()
    download.value.save_as(tmp_path / "bericht.pdf")
    assert (tmp_path / "bericht.pdf").read_bytes()[:5] == b"%PDF-"


@pytest.mark.parametrize("app", APPS)
def test_an_app_has_no_violation_and_fits_a_phone(at, app):
    page = at(app, run="cross-company/2021", width=360, height=780)
    page.wait_for_load_state("networkidle")
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("width", [1280, 360])
def test_what_is_opened_takes_the_focus_and_escape_gives_it_back(at, width):
    from playwright.sync_api import expect

    page = at("matching", MUSIC, width=width)
    lock = page.get_by_role("button", name=re.compile("fixieren$")).first
    lock.focus()
    page.keyboard.press("Enter")
    question = page.get_by_role("heading", name=re.compile("fixieren\\?$"))
    expect(question).to_be_focused()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(question).to_be_hidden()
    expect(lock).to_be_focused()

    person = page.locator("th button[aria-pressed]").nth(1)
    name = person.inner_text()
    person.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=name)).to_be_focused()
    forbid = page.get_by_role("button", name=re.compile(f"^Tandem von {name} und .* ausschließen$")).last
    forbid.click()
    expect(page.get_by_role("heading", name=re.compile("ausschließen\\?$"))).to_be_focused()
    page.keyboard.press("Escape")
    expect(forbid).to_be_focused()
    page.keyboard.press("Escape")
    expect(person).to_be_focused()


def test_a_reason_that_was_typed_is_there_again_after_a_reload(at):
    page = at("matching", MUSIC)
    page.get_by_role("button", name=re.compile("fixieren$")).first.click()
    page.get_by_label("Begründung").fill("Sie kennen sich schon")
    page.reload()
    page.get_by_role("button", name=re.compile("fixieren$")).first.click()
    field = page.get_by_label("Begründung")
    field.wait_for()
    assert field.input_value() == "Sie kennen sich schon"
    page.get_by_role("button", name="Tandem fixieren", exact=True).click()
    page.get_by_role("tab", name="Entscheidungen (1)").click()
    page.get_by_role("cell", name="Sie kennen sich schon").wait_for()
    page.get_by_role("button", name=re.compile("^Zurücknehmen: Entscheidung")).click()
    page.get_by_role("tab", name="Tandems").click()
    page.get_by_role("button", name=re.compile("fixieren$")).first.click()
    page.get_by_label("Begründung").wait_for()
    assert page.get_by_label("Begründung").input_value() == ""


def test_a_number_leads_to_the_rows_it_counts(at):
    page = at("matching", MUSIC)
    link = page.get_by_role("link", name=re.compile("^\\d+ Personen sind ohne Tandem"))
    count = int(link.inner_text().split()[0])
    link.click()
    page.get_by_role("tab", name=f"Ohne Tandem ({count})", selected=True).wait_for()
    from playwright.sync_api import expect

    expect(page.get_by_role("table", name="Ohne Tandem").get_by_role("rowheader")).to_have_count(count)


def test_english_is_one_click_away(at):
    page = at("matching", run="cross-company/2021")
    page.get_by_role("link", name="EN English").click()
    page.get_by_text("Proved optimal").or_(page.get_by_text(re.compile("approved", re.I))).first.wait_for()
    assert page.locator("html").get_attribute("lang") == "en"
    page.get_by_role("link", name="DE Deutsch").click()
    page.get_by_role("link", name="Aufnahme").wait_for()
