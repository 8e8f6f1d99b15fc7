from __future__ import annotations

import pytest
from app_people import HOSTILE, RUN, apply, form_tandem, workbench
from mentorkit_widgets.base import View
from mentorkit_widgets.reports import ReportsModel, ReportsView

from mentorkit.errors import NothingToMatch
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant, Organisation
from mentorkit.reports import service
from mentorkit.workbench import Workbench


@pytest.fixture
def bench():
    made = workbench()
    yield made
    made.close()


@pytest.fixture
def asked(monkeypatch):
    """Stand in for the making of a report, which needs a process of its own; note what was asked."""
    calls = []

    def make(run, name, *, organisation=None, form="pdf"):
        calls.append((run.id, name, organisation, form))
        return b"%PDF-1.7 made up"

    monkeypatch.setattr(service, "make", make)
    return calls


def view_of(bench, **grant) -> ReportsView:
    if grant:
        actor = Actor("bea", (Grant(id="G1", user_id="bea", **grant),))
        bench = Workbench(bench.store, actor)
    return ReportsView(ReportsModel(bench.run(RUN)))


def choose(view, organisation):
    """Choose an organisation, as the browser does."""
    (key,) = (key for key, name in view.model.options.items() if name == organisation)
    view.form._handle_custom_msg({"edit": "organisation", "value": key}, [])


def test_the_matching_report_is_made_and_offered_as_a_file(bench, asked):
    view = view_of(bench)
    assert view.download.label == ""
    view.make.click()
    assert asked == [(RUN, "matching", None, "pdf")]
    assert view.download.content == b"%PDF-1.7 made up"
    assert view.download.name == "matching-cross-administration-2014.pdf"
    assert view.download.label == "matching-cross-administration-2014.pdf herunterladen (1 kB)"
    assert "fertig" in view.model.message


def test_a_report_on_an_organisation_is_made_for_the_one_chosen(bench, asked):
    view = view_of(bench)
    assert view.form.layout.display == "none"
    view.choice.value = "organisation"
    assert view.form.layout.display is None
    choose(view, "Lünen")
    view.make.click()
    assert asked == [(RUN, "organisation", "Lünen", "pdf")]
    assert "lünen" in view.download.name


def test_another_choice_takes_the_finished_file_away(bench, asked):
    view = view_of(bench)
    view.make.click()
    view.choice.value = "network"
    assert (view.download.content, view.download.label, view.model.message) == (b"", "", "")


def test_an_organisation_gets_a_report_on_its_own_people_only(bench, asked):
    view = view_of(bench, role="organisation", organisation="Lünen")
    assert [kind.name for kind in view.model.kinds] == ["organisation"]
    assert view.model.options == {"0": "Lünen"}
    view.make.click()
    assert asked == [(RUN, "organisation", "Lünen", "pdf")]


def test_a_role_without_reports_reads_why(bench, asked):
    view = view_of(bench, role="evaluator")
    assert view.make.disabled
    assert "Ihre Rolle" in view.hindrances.value
    view.model.make()
    assert asked == []


def test_a_report_that_is_refused_says_why_and_can_be_tried_again(bench, monkeypatch):
    view = view_of(bench)

    def refuse(*_, **__):
        raise NothingToMatch("Niemand nimmt teil.")

    monkeypatch.setattr(service, "make", refuse)
    view.make.click()
    assert (view.model.message, view.model.refused) == ("Niemand nimmt teil.", True)
    assert view.download.label == ""
    assert not view.make.disabled


def test_the_button_rests_while_a_report_is_made(bench, monkeypatch):
    view = view_of(bench)
    seen = []
    monkeypatch.setattr(service, "make", lambda *_, **__: seen.append(view.make.disabled) or b"%PDF")
    view.make.click()
    assert seen == [True]
    assert not view.make.disabled


def test_the_reports_on_all_organisations_come_in_one_file_with_progress(bench, monkeypatch):
    view = view_of(bench)
    seen = []

    def make_all(run, name, *, progress):
        progress(3, 6)
        seen.append((run.id, name, view.model.progress))
        return b"PK made up"

    monkeypatch.setattr(service, "make_all", make_all)
    view.choice.value = "organisation"
    choose(view, "Alle Organisationen, in einer ZIP-Datei")
    assert "Es werden 7 Berichte erstellt." in view.preview.value
    view.make.click()
    assert seen == [(RUN, "organisation", 0.5)]
    assert (view.download.content, view.download.media_type) == (b"PK made up", "application/zip")
    assert view.download.name == "organisation-cross-administration-2014.zip"


def test_what_is_in_a_report_is_said_before_it_is_made(bench):
    run = bench.run(RUN)
    view = view_of(bench)
    assert "<li>Wie das Matching zustande kam</li>" in view.preview.value
    assert "als Vorschlag" in view.preview.value
    assert 'href="matching?run=' in view.preview.value
    apply(run, 1, "mentee", organisation="Kamen")
    apply(run, 2, "mentor", organisation="Lünen")
    form_tandem(run, "P1", "P2")
    view = view_of(bench)
    assert "dem freigegebenen Tandem" in view.preview.value
    view.choice.value = "organisation"
    choose(view, "Kamen")
    assert "1 Bewerbung" in view.preview.value
    assert "Es gibt 1 Tandem." in view.preview.value
    choose(view, "Werne")
    assert "0 Bewerbungen" in view.preview.value


def test_an_organisation_with_a_hostile_name_stays_text(bench, asked):
    with bench.store.write("anna", "test") as writer:
        writer.save(
            Organisation(id=writer.new_id(Organisation), programme_id="cross-administration", name=HOSTILE)
        )
    view = view_of(bench)
    view.choice.value = "organisation"
    choose(view, HOSTILE)
    view.make.click()
    assert "<" not in view.download.name
    assert isinstance(view, View)
    assert HOSTILE not in view.preview.value
