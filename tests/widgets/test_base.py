from __future__ import annotations

import datetime as dt

import ipywidgets as w
import mentorkit_widgets
import pytest
from mentorkit_widgets.base import Button, Model, View, button, chip, markup
from mentorkit_widgets.components.icons import ICONS
from mentorkit_widgets.page import Page, address, open_app, open_run_app

from mentorkit.errors import RuleBroken
from mentorkit.language import Voice, voice
from mentorkit.store import Store
from mentorkit.workbench import Workbench

HOSTILE = '<img src=x onerror="alert(1)">'


class EmptyView(View):
    def build(self):
        return (w.Label("work"),)


class PlacedView(View):
    def build(self):
        return (self.hindrances, w.Label("work"))


def text_of(view):
    return " ".join(getattr(child, "value", "") for child in view.children)


@pytest.mark.parametrize(("kind", "pressed"), [(Button, 0), (w.Button, 2)])
def test_a_disabled_button_is_pressed_and_enabled_by_no_message(kind, pressed):
    made, times = kind(disabled=True), []
    made.on_click(times.append)

    def receive(**data):
        made._handle_msg({"content": {"data": data}, "buffers": []})

    receive(method="custom", content={"event": "click"})
    receive(method="update", state={"disabled": False}, buffer_paths=[])
    receive(method="custom", content={"event": "click"})
    assert len(times) == pressed
    made.disabled = False
    receive(method="custom", content={"event": "click"})
    assert len(times) == pressed + 1
    made.close()


def test_title_and_blockers_are_shown_as_text():
    model = Model()
    model.blockers = [HOSTILE]
    view = EmptyView(model, title=HOSTILE, lead=HOSTILE)
    assert "<img" not in text_of(view)
    assert text_of(view).count("&lt;img") == 3


def test_a_view_follows_its_model():
    model = Model()
    view = EmptyView(model, title="Titel", lead="Satz")
    notice = view.notice
    assert (notice.text, notice.kind) == ("", "done")
    model.say("Gespeichert.")
    assert (notice.text, notice.kind) == ("Gespeichert.", "done")
    model.refuse("Nein.")
    assert (notice.text, notice.kind) == ("Nein.", "refused")
    model.busy, model.progress = "Lese …", 0.25
    assert (notice.text, notice.kind, notice.progress) == ("Lese …", "busy", 0.25)
    model.blockers = ["Noch nichts gelesen."]
    assert "Noch nichts gelesen." in text_of(view)
    model.blockers = []
    assert "mk-blocker" not in text_of(view)


def test_the_same_sentence_again_is_news():
    model = Model()
    view = EmptyView(model, title="Titel", lead="Satz")
    model.say("Gespeichert.")
    before = view.notice.told
    model.say("Gespeichert.")
    assert view.notice.told == before + 1


def test_when_something_was_saved_is_shown_in_local_time():
    model = Model()
    view = EmptyView(model, title="Titel", lead="Satz")
    at = dt.datetime(2026, 11, 22, 14, 3).astimezone()
    model.saved(at.astimezone(dt.UTC))
    assert view.notice.kept == "Gespeichert 14:03"


def test_progress_ends_with_the_work_even_if_it_is_refused():
    model = Model()
    with model.attempting("Lese …"):
        model.progress = 0.5
        raise RuleBroken("Nein.")
    assert (model.progress, model.busy, model.message) == (0.0, "", "Nein.")


def test_blockers_stand_once_where_the_view_puts_them():
    for kind, place in ((EmptyView, -2), (PlacedView, 1)):
        view = kind(Model(), title="Titel", lead="Satz")
        assert view.children.count(view.hindrances) == 1
        assert view.children[place] is view.hindrances


def test_what_was_told_before_is_not_told_again_after_something_else_was_done():
    model = Model()
    model.refuse("no")
    with model.attempting("working"):
        assert (model.message, model.refused, model.busy) == ("", False, "working")
    assert model.message == ""
    model.say("done")
    with model.attempting():  # what is over at once may be part of what is being told
        pass
    assert model.message == "done"


def test_a_refusal_becomes_the_message_and_a_fault_does_not():
    model = Model()
    with model.attempting("arbeitet"):
        assert model.busy == "arbeitet"
        raise RuleBroken("Das geht nicht.")
    assert (model.message, model.refused, model.busy) == ("Das geht nicht.", True, "")
    with pytest.raises(ZeroDivisionError), model.attempting("arbeitet"):
        1 / 0  # noqa: B018
    assert model.busy == ""


def test_a_button_does_its_action_and_the_primary_one_looks_so():
    pressed = []
    made = button("Los", lambda: pressed.append(1), primary=True)
    made.click()
    assert pressed == [1]
    assert "mk-primary" in made._dom_classes


def test_markup_escapes_values_and_keeps_markup():
    assert markup("<p>{a}{b}</p>", a="<", b=markup("<b>{c}</b>", c="<")) == "<p>&lt;<b>&lt;</b></p>"


def test_a_chip_has_its_word_as_text_and_a_sign_that_is_not_read_aloud():
    shown = chip("ok", "<")
    assert "<span>&lt;</span>" in shown
    assert f'aria-hidden="true"><path d="{ICONS["check"]}"/>' in shown


def test_an_address_survives_the_slash_and_spaces_of_a_run():
    assert address("intake", "a b/2014", show="open") == "intake?run=a+b%2F2014&show=open"


@pytest.fixture
def bench_file(tmp_path, monkeypatch):
    path = tmp_path / "unna.mentorkit"
    store = Store.create(path)
    Workbench.of(store, "anna").add("cross-administration")
    Workbench.of(store, "anna").add("party-chapters")
    store.close()
    monkeypatch.setenv("MENTORKIT_BENCH", str(path))
    monkeypatch.setenv("MENTORKIT_USER", "anna")
    for name in ("QUERY_STRING", "MENTORKIT_RUN", "MENTORKIT_LANGUAGE", "SERVER_SOFTWARE"):
        monkeypatch.delenv(name, raising=False)
    return path


def test_a_page_takes_the_run_and_the_rows_that_its_address_names(bench_file, monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "run=party-chapters%2F2008%2F09&show=open")
    page = Page.from_environment()
    assert page.run.id == "party-chapters/2008/09"
    assert page.query["show"] == "open"
    assert voice() == Voice("de", "capital_i")
    page.bench.close()


def test_a_page_speaks_the_language_that_was_chosen(bench_file, monkeypatch):
    monkeypatch.setenv("MENTORKIT_LANGUAGE", "en")
    page = Page.from_environment()
    assert voice().language == "en"
    assert page.bench.actor.name == "anna"
    page.bench.close()


def test_a_served_page_believes_only_the_server_about_who_acts(bench_file, monkeypatch):
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5.13")
    monkeypatch.setenv("HTTP_X_MENTORKIT_USER", "bea")
    page = Page.from_environment()
    assert page.bench.actor.name == "bea"
    page.bench.close()


def test_an_app_that_cannot_be_opened_says_why(tmp_path, monkeypatch):
    monkeypatch.setenv("MENTORKIT_BENCH", str(tmp_path / "nothing.mentorkit"))
    shown = open_app(lambda page: w.Label("app"))
    assert "nothing.mentorkit" in text_of(shown)
    assert 'href="start"' in text_of(shown)


def test_a_run_out_of_reach_is_told_apart_from_none_chosen_and_not_whether_it_exists(bench_file, monkeypatch):
    monkeypatch.setenv("QUERY_STRING", "run=nobody/1999")
    shown = open_run_app(lambda page, run: w.Label("app"))
    assert "Ihre Rolle reicht nicht bis zu diesem Durchgang, oder" in text_of(shown)


def test_every_app_is_exported_and_nothing_else():
    for name in ("start_app", "intake_app", "reports_app"):
        assert callable(getattr(mentorkit_widgets, name))
    with pytest.raises(AttributeError):
        mentorkit_widgets.unknown_app  # noqa: B018
