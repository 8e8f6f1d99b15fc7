"""A fifth programme, a volunteer agency, set up in the app, in English; then taken in and matched."""

from __future__ import annotations

import os
import re
from io import BytesIO
from pathlib import Path

import pytest
from looking import cut_off, tab_to, violations
from PIL import Image
from playwright.sync_api import expect

from mentorkit.setup.logo import logo_of
from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.browser

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
DRAWN = BytesIO()
Image.new("RGB", (60, 30), "#1a4b8c").save(DRAWN, "PNG")
PROGRAMME = "volunteer-agency"


@pytest.fixture(scope="module")
def served(tmp_path_factory, stage):
    target = tmp_path_factory.mktemp("programme") / "test.mentorkit"
    made = Workbench.of(Store.create(target), "me")
    made.add("cross-company")
    made.accounts.add(made.actor, "anna", "Anna Beispiel")
    made.accounts.grant(made.actor, "anna", "lead")
    made.close()
    return stage.show(target, "anna")


@pytest.fixture
def page(cookies, new_page):
    opened = new_page(1280, 900)
    opened.context.add_cookies(cookies)
    return opened


def look(page, name):
    """Hold a part to no violation of any gravity and to nothing that is cut off."""
    if folder := os.environ.get("MENTORKIT_SCREENSHOTS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=Path(folder) / f"programme-{name}-{width}.png", full_page=True)
    # the header shortens the name of the run where it is narrow
    shortened = page.locator(".mk-run-title").inner_text()[:60]
    cut = [found for found in cut_off(page) if not found.endswith(shortened)]
    assert violations(page) + cut == []


def part(page, name):
    page.get_by_role("tab", name=re.compile(f"^{name}")).click()
    page.get_by_role("tabpanel", name=re.compile(f"^{name}")).get_by_role("heading").first.wait_for()


def sees(page, text):
    """Wait for a text that is shown; what stands in other parts does not count."""
    page.get_by_text(text).locator("visible=true").first.wait_for()


def save(page):
    page.get_by_role("button", name="Save the changes").click()
    sees(page, "holds as shown")
    sees(page, re.compile(r"^Saved at \d\d:\d\d$"))


def leave(page, field, text):
    """Fill in a field and go on, so that the text is sent."""
    field.fill(text)
    field.press("Tab")


def end_kernel(page):
    page.evaluate(
        """async () => {
            const kernel = JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId;
            const token = document.cookie.match(/_xsrf=([^;]*)/)[1];
            await fetch("/voila/api/shutdown/" + kernel, {method: "POST", headers: {"X-XSRFToken": token}});
        }"""
    )


def begin(page, served):
    page.goto(f"{served.address}/programme?run=cross-company/2021")
    page.get_by_role("heading", name="Programm", level=1).wait_for()
    look(page, "overview")
    page.get_by_role("tab", name="Neu", exact=True).click()
    page.get_by_label("Vorlage").select_option("Vorlage: Cross-Mentoring der Verwaltungen im Kreis Unna")
    page.get_by_label("Name des neuen Programms").fill("Volunteer Agency")
    page.get_by_label("Name des ersten Durchgangs").fill("2027")
    page.get_by_label("Seine Sprache").select_option("English")
    look(page, "new")
    page.get_by_role("button", name="Programm anlegen").click()
    sees(page, "Das Programm „Volunteer Agency“ ist angelegt.")
    page.get_by_role("link", name="Dorthin wechseln und einrichten").click()
    page.wait_for_url(re.compile(PROGRAMME))
    page.get_by_role("heading", name="Programm", level=1).wait_for()
    page.get_by_role("link", name="English").click()
    page.get_by_role("heading", name="Programme", level=1).wait_for()


def say_who_we_are(page):
    """General settings, logo and texts."""
    page.get_by_role("button", name="Open Logo and texts").click()
    page.get_by_role("heading", name="Logo", exact=True).wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "tab"
    sees(page, "Choose a picture")
    page.locator("input[type=file]").set_input_files(
        {"name": "logo.png", "mimeType": "image/png", "buffer": DRAWN.getvalue()}
    )
    page.get_by_role("img", name="Logo: Volunteer Agency").wait_for()
    leave(page, page.get_by_label("What the programme is"), "People who give time meet people who know how.")
    leave(page, page.get_by_label("Contact line: whom to ask"), "Eva Muster, eva@example.org")
    leave(page, page.get_by_label("Note"), "Taking part promises no post.")
    leave(page, page.get_by_label("Wording of the consent"), "I agree that my data are used for matching.")
    part(page, "General")
    page.get_by_role("checkbox", name="Deutsch").check()
    page.get_by_role("checkbox", name=re.compile("^Only women")).uncheck()
    page.get_by_role("radio", name="any").check()
    leave(page, page.get_by_label(re.compile("^Places of")), "many")
    sees(page, "“many” is no whole number from 1 to 10.")
    look(page, "general")
    leave(page, page.get_by_label(re.compile("^Places of")), "2")
    leave(page, page.get_by_label("Personal data are kept after the end of a run"), "6")
    sees(page, "The personal data of 2027 are kept until")
    part(page, "Logo and texts")
    page.get_by_role("heading", name="Texts: Deutsch").wait_for()
    look(page, "texts")
    save(page)


def choose_organisations(page):
    """A quota of its own and a contact person, undone again; the agency has no organisations."""
    part(page, "Organisations")
    page.get_by_role("button", name="Change Kamen").click()
    expect(page.get_by_label("Name of the organisation")).to_have_value("Kamen")
    expect(page.get_by_label("Name of the organisation")).to_be_focused()
    leave(page, page.get_by_label("Own quota of mentees"), "1")
    page.get_by_role("button", name="Take over").click()
    page.get_by_label("Organisation", exact=False).locator("visible=true").first.wait_for()
    page.locator("select").locator("visible=true").first.select_option("Kamen")
    page.get_by_label(re.compile(r"^Name \(required\)")).fill("Eva Muster")
    page.get_by_label("Function").fill("Equal opportunities")
    page.get_by_label("E-mail").fill("eva@")
    page.get_by_role("button", name="Add the contact person").click()
    sees(page, "“eva@” is not an e-mail address.")
    look(page, "organisations")
    page.get_by_label("E-mail").fill("eva@example.org")
    page.get_by_role("button", name="Add the contact person").click()
    page.get_by_role("button", name="Remove Eva Muster").wait_for()
    sees(page, "Kamen: mentees 1")
    save(page)
    page.get_by_role("button", name="Undo the last change").click()
    sees(page, "The last change is undone")
    page.get_by_role("button", name="Remove Eva Muster").wait_for(state="detached")
    for field in ("Most mentees of an organisation", "Most mentors of an organisation"):
        leave(page, page.get_by_label(field), "")
    page.get_by_role("radio", name="no organisations").check()
    sees(page, "There are no applications yet")
    save(page)


def ask_and_weigh(page):
    """No rules, other questions, two criteria."""
    part(page, "Rules")
    page.get_by_role("combobox", name=re.compile("^Field")).select_option("Pay grade")
    page.get_by_label("Lowest grade: Civil servants, order A").select_option("A 10")
    page.get_by_label("Lowest grade: Employees (TVöD, TV-L)").select_option("E 9b")
    sees(page, "Empty, it is: Pay grade must be at least A 10 or E 9b")
    look(page, "rules")
    page.get_by_role("combobox", name=re.compile("^Field")).select_option("Gender")
    buttons = page.get_by_role("button", name=re.compile("^Remove .*must be"))
    for left in range(6, 0, -1):
        buttons.first.click()
        buttons.nth(left - 1).wait_for(state="detached")
    part(page, "Questions")
    for action in ("Do not ask mentees: Pay grade", "Do not ask mentors: Pay grade", "Ask mentees: Languages",
                   "Ask mentors: Languages"):  # fmt: skip
        page.get_by_role("button", name=action, exact=True).click()
        page.get_by_role("button", name=action, exact=True).wait_for(state="detached")
    look(page, "questions")
    part(page, "Criteria")
    sees(page, re.compile("Ada Amsel fits Mona Meise better"))
    page.get_by_role("checkbox", name="Distance in experience").uncheck()
    sees(page, "Sum: 600 of 1,000; 400 points are still to be given.")
    page.get_by_role("checkbox", name="Common language").check()
    slider = page.get_by_role("slider", name="Common language")
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    sees(page, "Sum: 630 of 1,000; 370 points are still to be given.")
    look(page, "criteria")
    page.get_by_role("button", name="Adjust the others in proportion").click()
    sees(page, "Sum: 1,000 of 1,000")
    expect(page.get_by_role("slider", name="Shared topics")).to_have_value("970")
    page.get_by_role("button", name="Why so many points").click()
    sees(page, "Both speak German.")
    save(page)


def set_dates_and_goals(page):
    part(page, "Calendar")
    page.get_by_role("button", name="Change Closing date for applications").click()
    expect(page.get_by_label("Date (DD.MM.YYYY)")).to_have_value(re.compile(r"^\d\d\."))
    leave(page, page.get_by_label("Date (DD.MM.YYYY)"), "31.2.2027")
    page.get_by_role("button", name="Take over").click()
    sees(page, "“31.2.2027” is not a date")
    leave(page, page.get_by_label("Date (DD.MM.YYYY)"), "31.03.2027")
    page.get_by_role("button", name="Take over").click()
    sees(page, "31 Mar 2027")
    page.get_by_role("button", name="Add the date").wait_for()  # by now the form is empty again
    page.locator("select").locator("visible=true").select_option("Evaluation of the run")
    leave(page, page.get_by_label("Date (DD.MM.YYYY)"), "01.05.2028")
    page.get_by_role("button", name="Add the date").click()
    page.get_by_role("button", name="Remove Evaluation of the run").wait_for()
    look(page, "calendar")
    part(page, "Goals")
    page.get_by_label("What is to be reached").fill("People stay")
    page.get_by_label("What is asked or counted").fill("Will you still volunteer next year?")
    page.get_by_label("How it is answered").select_option("yes or no")
    leave(page, page.get_by_label("Target"), "75")
    page.get_by_role("checkbox", name="mentors", exact=True).check()
    page.get_by_role("button", name="Add the goal").click()
    sees(page, "at least 75 % say yes")
    look(page, "goals")


def lose_the_kernel(page):
    """What was not saved outlives its kernel, and what was typed while there was none."""
    page.get_by_label("What is to be reached").fill("Half a goal")
    end_kernel(page)
    page.reload()
    sees(page, "What you changed last time is here again")
    page.get_by_role("tab", name="Goals (changed)").wait_for()
    page.get_by_role("tab", name="Calendar (changed)").wait_for()
    part(page, "Goals")
    sees(page, "at least 75 % say yes")
    expect(page.get_by_label("What is to be reached")).to_have_value("Half a goal")
    save(page)


def let_people_in(page):
    part(page, "Log-ins")
    page.get_by_label("User name").fill("eva.muster")
    page.get_by_label("Name that people see").fill("Eva Muster")
    page.get_by_role("button", name="Give the role").click()
    sees(page, "Please choose the role.")
    page.get_by_label("Role (required)").select_option("Evaluation")
    page.get_by_role("button", name="Give the role").click()
    address = page.evaluate("location.origin") + "/invitation?token="
    expect(page.get_by_label("One-time link")).to_have_value(re.compile("^" + re.escape(address)))
    page.get_by_role("button", name="Copy", exact=True).press("Enter")
    page.get_by_text(re.compile("The address is (copied|selected)")).wait_for()
    look(page, "log-ins")


def take_in_and_match(page):
    page.get_by_role("link", name="Intake", exact=True).click()
    page.get_by_role("heading", name="Intake", level=1).wait_for()
    files = [
        {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
        for name, text in (("mentees.csv", MENTEES), ("mentors.csv", MENTORS))
    ]
    page.locator("input[type=file]").set_input_files(files)
    page.get_by_role("button", name="Take in 6 applications").click()
    sees(page, "6 applications were taken in.")
    page.get_by_role("link", name="On to the matching").click()
    sees(page, "Proved to be the best")


def test_a_fifth_programme_is_set_up_taken_in_and_matched_without_a_file(page, stage, served):
    begin(page, served)
    say_who_we_are(page)
    choose_organisations(page)
    ask_and_weigh(page)
    set_dates_and_goals(page)
    lose_the_kernel(page)
    let_people_in(page)
    take_in_and_match(page)

    anna = Workbench.of(Store.open(stage.target), "anna")
    run = anna.run(f"{PROGRAMME}/2027")
    settings = run.programme.settings
    assert (settings.language, settings.form_languages) == ("en", ("en", "de"))
    assert settings.text("en").contact == "Eva Muster, eva@example.org"
    assert settings.goals[-1].target == 75
    assert settings.retention_months == 6
    assert logo_of(anna.store, anna.actor, PROGRAMME)
    assert {user["name"] for user in anna.accounts.list(anna.actor, PROGRAMME)} == {"anna", "eva.muster"}
    assert run.applications["status"].tolist() == ["ok"] * 6
    # each of the two mentors has two mentees, who share topic and language
    assert run.match().objective == {"tandems": 4, "worst": 1000, "total": 4000}
    anna.close()


def test_weights_are_set_and_saved_by_keyboard_alone(page, served):
    page.goto(f"{served.address}/programme?run=cross-company/2021")
    page.get_by_role("heading", name="Programm", level=1).wait_for()
    page.get_by_role("tab", name="Überblick").wait_for()
    tab_to(page, "Überblick", "BUTTON")
    for _ in range(6):
        page.keyboard.press("ArrowRight")
    page.get_by_role("slider").first.wait_for()
    tab_to(page, "Gemeinsame Themen", "INPUT", begins=True)
    while page.evaluate("document.activeElement.type") != "range":
        tab_to(page, "Gemeinsame Themen", "INPUT", begins=True)
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    sees(page, "30 Punkte sind noch zu vergeben")
    tab_to(page, "Den Unterschied gleichmäßig verteilen", "BUTTON")
    page.keyboard.press("Enter")
    sees(page, "Summe: 1.000 von 1.000")
    tab_to(page, "Änderungen speichern", "BUTTON")
    page.keyboard.press("Enter")
    sees(page, "gilt so, wie es gezeigt wird")
