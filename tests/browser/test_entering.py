"""Entering an application and giving a link in a real browser: by keyboard, without violations."""

from __future__ import annotations

import nbformat
import pytest
from looking import look, tab_to

from mentorkit.forms import links
from mentorkit.programme.records import Application
from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.browser

RUN = "cross-administration/2014"
#: The two parts by themselves, on a page of their own.
DESK = """
from mentorkit_widgets.base import Model, View
from mentorkit_widgets.intake.entry import Entry, EntryModel
from mentorkit_widgets.intake.links import Links, LinksModel
from mentorkit_widgets.page import open_run_app

class Desk(View):
    def build(self):
        return Entry(EntryModel(self.model.run, self.model)), Links(LinksModel(self.model.run, self.model))

def desk(page, run):
    model = Model()
    model.run = run
    return Desk(model, title="Aufnahme", lead="Zwei Teile der Aufnahme.")

open_run_app(desk)
"""


@pytest.fixture(scope="module")
def served(tmp_path_factory, stage):
    target = tmp_path_factory.mktemp("entering") / "test.mentorkit"
    bench = Workbench.of(Store.create(target), "me")
    bench.add("cross-administration")
    bench.accounts.add(bench.actor, "anna", "Anna Beispiel")
    bench.accounts.grant(bench.actor, "anna", "lead")
    bench.close()
    cell = nbformat.v4.new_code_cell(DESK)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), stage.notebooks / "desk.ipynb")
    return stage.show(target, "anna")


@pytest.fixture
def desk(served, cookies, new_page):
    page = new_page()
    page.context.add_cookies(cookies)
    page.goto(f"{served.address}/desk?run={RUN}")
    page.get_by_role("button", name="Bewerbung aufnehmen").wait_for()
    return page


def test_an_application_is_entered_by_the_keyboard_alone(desk, stage):
    page = desk

    def type_in(label: str, text: str) -> None:
        tab_to(page, label, "INPUT", "SELECT", begins=True)
        page.keyboard.type(text)

    type_in("Vorname", "Eva")
    type_in("Nachname", "Muster")
    tab_to(page, "Bewerbung aufnehmen", "BUTTON")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="E-Mail: Bitte füllen Sie dieses Feld aus.").wait_for()
    assert page.get_by_label("Vorname").first.input_value() == "Eva"
    assert look(page, "light", "dark") == []
    page.get_by_label("Organisation").first.select_option("Lünen")
    tab_to(page, "Unvollständig aufnehmen", "BUTTON")
    page.keyboard.press("Enter")
    page.get_by_text("Eva Muster ist aufgenommen").wait_for()
    store = Store.open(stage.target)
    with store.read() as reader:
        (application,) = reader.all(Application, run_id=RUN)
    store.close()
    assert (application.name, application.organisation) == ("Eva Muster", "Lünen")


def test_a_link_is_made_and_its_message_names_the_whole_address(desk, served, stage):
    page = desk
    page.get_by_label("Name", exact=False).last.fill("Karl Beispiel")
    page.get_by_role("button", name="Link erzeugen").click()
    address = page.get_by_role("textbox", name="Persönlicher Link")
    address.wait_for()
    link = address.input_value()
    assert link.startswith(f"{served.address}/apply/")
    assert link in page.get_by_role("textbox", name="Entwurf einer Nachricht").input_value()
    store = Store.open(stage.target)
    assert links.look(store, link.rpartition("/")[2]).role == "mentee"
    store.close()
    assert look(page, "light", "dark") == []
