"""Scripts against a model that plays Python: nothing is taken from under one's hands."""

from __future__ import annotations

import pytest
from mentorkit_widgets.components.form import Field, Form
from mentorkit_widgets.components.heading import Heading
from mentorkit_widgets.components.table import Table, bar, chip, column

pytestmark = pytest.mark.browser

#: A model as anywidget gives it to a script: traits, changes, and what was sent.
MODEL = """
async ([module, traits]) => {
    const listeners = [];
    window.sent = [];
    window.model = {
        get: (name) => traits[name],
        on: (events, handler) => events.split(" ").forEach((event) => listeners.push([event, handler])),
        off: () => {},
        send: (message) => window.sent.push(message),
    };
    window.change = (changes) => {
        Object.assign(traits, changes);
        for (const name of Object.keys(changes))
            for (const [event, handler] of listeners) if (event === "change:" + name) handler();
    };
    window.tell = (message) => {
        for (const [event, handler] of listeners) if (event === "msg:custom") handler(message);
    };
    const address = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
    const { default: widget } = await import(address);
    const el = document.createElement("div");
    document.body.append(el);
    widget.render({ model: window.model, el });
}
"""
HOSTILE = "<img src=x onerror=alert(1)>"


def fields(*more):
    return [Field("name", "Name"), Field("town", "Town"), *more]


@pytest.fixture
def form(page):
    """The page with a form in it, and a function that tells it of a change."""
    made = Form(fields(), {"name": "Ada"})
    page.goto("about:blank")
    page.evaluate(MODEL, [made._esm, {name: getattr(made, name) for name in made.keys if name in SYNCED}])
    return page


SYNCED = (
    "title", "key", "values", "errors", "_fields", "_summary", "_words", "_filled", "_heard", "_owner",
)  # fmt: skip


def change(page, **changes):
    page.evaluate("changes => change(changes)", changes)


def described(*some):
    return [field.sent() for field in some]


def test_other_fields_come_without_the_focus_or_the_typed_text_going(form):
    form.get_by_label("Name").fill("Adalbert")
    form.get_by_label("Name").evaluate("field => field.setSelectionRange(3, 3)")
    change(
        form,
        _fields=described(Field("first", "First"), *fields()),
        values={"first": "", "name": "Ada", "town": ""},
    )
    assert form.locator("label").all_inner_texts() == ["First", "Name", "Town"]
    assert form.get_by_label("Name").input_value() == "Adalbert"
    assert form.evaluate("[document.activeElement.value, document.activeElement.selectionStart]") == [
        "Adalbert",
        3,
    ]


def test_fields_beside_each_other_stand_level_and_under_their_heading(form):
    form.add_style_tag(content=str(Form([])._css))
    half = {"width": "half", "group": "What was said"}
    change(
        form,
        _fields=described(
            Field("what", "What for", "choice", options=("A", "B"), **half),
            Field("said", "Answer", "radio", help="One of both.", options=("yes, " * 30, "no"), **half),
            Field("name", "Name", group="By whom"),
        ),
        values={"what": "", "said": "", "name": "Ada"},
    )
    assert form.get_by_role("heading", level=3).all_inner_texts() == ["What was said", "By whom"]
    radios = form.get_by_role("radiogroup", name="Answer")
    assert radios.get_by_role("radio").count() == 2
    tops = [
        found.bounding_box()["y"] for found in (form.locator("select"), radios.get_by_role("radio").first)
    ]
    assert abs(tops[0] - tops[1]) < 12
    heads = form.locator(".mkf-head").evaluate_all("all => all.map(e => e.getBoundingClientRect().bottom)")
    assert abs(heads[0] - heads[1]) < 1


def test_a_late_echo_does_not_overwrite_what_was_typed_since(form):
    name = form.get_by_label("Name")
    name.fill("Ad")
    name.dispatch_event("change")
    name.fill("Adalbert")
    name.dispatch_event("change")
    first, second = (message["number"] for message in form.evaluate("sent"))
    change(form, _heard=first)
    change(form, values={"name": "Ad", "town": ""})
    assert name.input_value() == "Adalbert"
    change(form, _heard=second)
    change(form, values={"name": "Adalbert the First", "town": ""})  # Python knew better
    assert name.input_value() == "Adalbert the First"


def test_typing_is_sent_after_a_rest_and_leaving_the_field_sends_at_once(form):
    town = form.get_by_label("Town")
    town.press_sequentially("Un")
    form.wait_for_function("sent.at(-1)?.value === 'Un'")
    town.press_sequentially("na")
    town.press("Tab")
    last = form.evaluate("sent.at(-1)")
    assert (last["edit"], last["value"]) == ("town", "Unna")


def test_what_is_pressed_stays_in_its_place_while_a_text_becomes_a_tag(form):
    change(form, _fields=described(Field("topics", "Topics", "tags"), Field("agreed", "Agreed", "tick")),
           values={"topics": [], "agreed": False})  # fmt: skip
    form.get_by_label("Topics").fill("Law")
    form.get_by_label("Agreed").click(position={"x": 4, "y": 2})
    assert form.get_by_label("Agreed").is_checked()
    assert form.locator(".mkf-tags li").all_inner_texts() == ["Law"]
    edits = {message["edit"]: message["value"] for message in form.evaluate("sent") if "edit" in message}
    assert edits == {"topics": ["Law"], "agreed": True}


def test_a_text_becomes_a_tag_when_the_field_is_left_by_the_keyboard(form):
    change(form, _fields=described(Field("topics", "Topics", "tags")), values={"topics": []})
    form.get_by_label("Topics").fill("Law")
    form.keyboard.press("Tab")
    assert form.locator(".mkf-tags li").all_inner_texts() == ["Law"]


def test_filling_gives_way_even_to_what_is_being_typed(form):
    form.get_by_label("Name").fill("Adalbert")
    change(form, values={"name": "Bea", "town": "Kamen"}, _filled=1)
    assert form.get_by_label("Name").input_value() == "Bea"
    assert form.evaluate("sent") == []


def test_a_refusal_leads_to_the_summary_and_texts_stay_texts(form):
    change(form, errors={"name": HOSTILE, "elsewhere": HOSTILE}, _summary=HOSTILE, title=HOSTILE)
    form.evaluate("tell({ event: 'refused' })")
    form.locator(".mkf-summary:focus").wait_for()
    assert form.locator("img").count() == 0
    assert form.locator(".mkf-summary li").all_inner_texts() == [f"Name: {HOSTILE}", HOSTILE]


def test_a_long_word_breaks_at_its_slash_and_not_before_its_last_letter(form):
    label = "Besoldungs-/Entgeltgruppe"
    change(form, _fields=described(Field("grade", label)), values={"grade": ""}, errors={"grade": "Missing."})
    link = form.locator(".mkf-summary a")
    assert link.inner_text() == f"{label}: Missing."
    for part in (link, form.locator("label > span").first):
        assert part.evaluate("part => [...part.childNodes].map(node => node.nodeName)") == [
            "#text",
            "WBR",
            "#text",
        ]


PASTE = """(field, text) => {
    const data = new DataTransfer();
    data.setData("text", text);
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data }));
}"""


def test_what_a_paste_cut_is_said_at_the_field_until_one_types_on(form):
    change(form, _fields=described(Field("name", "Name", longest=20)), values={"name": "Ada"})
    name = form.get_by_label("Name")
    left = form.locator(".mkf-left")
    name.evaluate(PASTE, "x" * 17)
    assert left.inner_text() == ""
    name.evaluate(PASTE, "x" * 18)
    assert "20" in left.inner_text()
    name.press("x")
    assert left.inner_text() == ""
    name.fill("x" * 16)
    assert "4" in left.inner_text()


#: Wait so many frames.
FRAMES = "(n) => new Promise((done) => (function next() { n-- ? requestAnimationFrame(next) : done() })())"


@pytest.fixture
def opened_out_of_sight(page):
    """A page with a heading that was opened before the part around it came into sight."""
    page.goto("about:blank")
    page.evaluate("document.body.innerHTML = '<button>Open</button><button>Next</button>'")
    page.evaluate(MODEL, [Heading()._esm, {"text": ""}])
    page.get_by_role("button", name="Open").focus()
    page.evaluate("document.querySelector('div').style.display = 'none'")
    change(page, text="Ada Amsel")
    page.evaluate(FRAMES, 5)
    return page


def test_a_heading_takes_the_focus_when_its_part_comes_into_sight_however_late(opened_out_of_sight):
    page = opened_out_of_sight
    page.evaluate("document.querySelector('div').style.display = ''")
    page.evaluate(FRAMES, 10)
    assert page.evaluate("document.activeElement.tagName") == "H2"


def test_a_heading_calls_nobody_back_who_has_gone_on_by_the_keyboard(opened_out_of_sight):
    page = opened_out_of_sight
    page.keyboard.press("Tab")
    page.evaluate("document.querySelector('div').style.display = ''")
    page.evaluate(FRAMES, 10)
    assert page.evaluate("document.activeElement.textContent") == "Next"


# -- tables ------------------------------------------------------------------------------------------

APPLICANT = {
    "id": "A1",
    "name": "Wilhelmina Weller-Schlauchinger",
    "role": "Mentorinnen und Mentoren",
    "organisation": "Kreisverwaltung Unna",
    "status": chip("in Ordnung oder zugelassen", "check", "good"),
    "change": "beibehalten, wie hier entschieden",
    "findings": ["Besoldungs-/Entgeltgruppe: wilhelmina.weller-schlauchinger@verwaltung.example.org"],
    "source": "bewerbungen_kreis_unna_nachtrag_korrigiert_2014.xlsx, Blatt „Mentorinnen“, Zeile 14",
}
LABELS = ("Name", "Rolle", "Organisation", "Ergebnis", "Aufgenommen als", "Befunde", "Herkunft")


@pytest.mark.parametrize(("width", "cards"), [(1366, False), (1280, False), (1024, False), (360, True)])
def test_a_table_of_applications_is_one_on_every_desktop_and_cards_on_a_phone(page, width, cards):
    kinds = {"status": "chip", "findings": "list"}
    columns = [column(k, n, kinds.get(k, "text")) for k, n in zip(list(APPLICANT)[1:], LABELS, strict=True)]
    table = Table("Bewerbungen", columns, selectable=True)
    table.rows = [APPLICANT]
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("about:blank")
    page.evaluate("document.body.style.cssText = 'margin: 0 49px; font: 16px sans-serif'")
    page.add_style_tag(content=table._css)
    page.evaluate(MODEL, [table._esm, {name: getattr(table, name) for name in table.keys if name in SHOWN}])
    page.evaluate(FRAMES, 5)
    assert page.locator(".mkt-cards").count() == cards
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("td").last.inner_text().endswith(APPLICANT["source"])


def test_points_of_a_card_stand_in_one_line_beside_a_note(page):
    columns = [column("name", "Kriterium"), column("then", "Franziska Muster-Beispiel", "bar")]
    table = Table("Beide im Vergleich", columns)
    table.rows = [{"id": "a", "name": "Themen", "then": {**bar("225 von 450", 225, 450), "note": "Warum"}}]
    page.goto("about:blank")
    page.add_style_tag(content=table._css)
    page.evaluate(MODEL, [table._esm, {name: getattr(table, name) for name in table.keys if name in SHOWN}])
    for width in range(120, 361, 20):
        page.set_viewport_size({"width": width, "height": 800})
        page.evaluate(FRAMES, 3)
        rects = (
            "[...document.querySelectorAll('td .mkt-bar + span')].map((one) => one.getClientRects().length)"
        )
        height = "document.querySelector('td .mkt-bar + span').getBoundingClientRect().height"
        assert page.evaluate(rects) == [1]
        assert page.evaluate(height) < 30


SHOWN = ("caption", "columns", "rows", "selectable", "selected", "empty", "filtered", "_words")
