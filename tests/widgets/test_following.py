"""What open pages do when others change something: they follow, and what is typed stays."""

from __future__ import annotations

import asyncio

import pytest
from app_people import RUN, apply, form_tandem, workbench
from mentorkit_widgets.base import Model
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.view import IntakeView
from mentorkit_widgets.network.app import NetworkView
from mentorkit_widgets.network.model import NetworkModel
from mentorkit_widgets.news import Newsreader, what_others_changed
from mentorkit_widgets.privacy.app import PrivacyView
from mentorkit_widgets.privacy.model import PrivacyModel
from mentorkit_widgets.programme.model import ProgrammeModel
from mentorkit_widgets.programme.view import ProgrammeView
from mentorkit_widgets.start.app import StartModel, StartView

from mentorkit.errors import StoreError
from mentorkit.intake import service
from mentorkit.overview import news as overview_news
from mentorkit.overview.news import News
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Application, Grant
from mentorkit.programme.records import Run as RunRecord
from mentorkit.workbench import Workbench

KARLA = sole_actor("karla")


@pytest.fixture
def bench():
    made = workbench()
    run = made.run(RUN)
    given = {"first_name": "Eva", "organisation": "Kamen", "email": "eva@example.org"}
    for number in (1, 2, 3, 4, 5):
        role = "mentor" if number == 5 else "mentee"
        apply(run, number, role, entries={**given, "last_name": f"Muster{number}"})
    with made.store.write("anna", "test") as writer:
        writer.save(User(id="karla", display_name="Karla Kamen"))
    yield made
    made.close()


def mend(bench, application_id, **entries):
    with bench.store.read() as reader:
        version = reader.get(Application, application_id).version
    service.mend(bench.store, KARLA, application_id, entries, version)


def hers(bench) -> Workbench:
    grant = Grant(id="G1", user_id="karla", role="lead")
    return Workbench(bench.store, Actor("karla", (grant,), "Karla Kamen"))


# -- intake -----------------------------------------------------------------------------------------


@pytest.fixture
def intake(bench):
    return IntakeView(IntakeModel(bench.run(RUN)))


def test_the_list_shows_at_the_next_look_what_a_colleague_saved_and_who(bench, intake):
    mend(bench, "A1", last_name="Neu")
    intake.news.look()
    assert "Neu" in {a.last_name for a in intake.model.stored}
    assert intake.model.message == "Karla Kamen hat gerade geändert: Eva Neu."
    told = intake.model.told
    intake.news.look()
    assert intake.model.told == told  # told once


def test_many_changes_are_told_in_one_sentence(bench, intake):
    for number in (1, 2, 3, 4):
        mend(bench, f"A{number}", last_name=f"Neu{number}")
    intake.news.look()
    assert intake.model.message == "Karla Kamen hat gerade etwas geändert; Sie sehen es hier."


def test_what_one_types_stays_beside_what_a_colleague_saved_and_both_are_kept(bench, intake):
    intake.stored.list.table.select("A1")
    intake.model.enter("email", "neu@example.org")
    mend(bench, "A1", email="hers@example.org", last_name="Neu")
    intake.news.look()
    assert intake.model.message == "Karla Kamen hat gerade die Bewerbung von Eva Neu geändert."
    both = [(d.mine, d.theirs) for d in intake.model.differences]
    assert ("neu@example.org", "hers@example.org") in both
    assert intake.model.entered["A1"] == {"email": "neu@example.org"}
    intake.model.mend()
    assert intake.model.refused  # she may have pressed before she saw it
    assert ("neu@example.org", "hers@example.org") in [(d.mine, d.theirs) for d in intake.model.differences]
    intake.model.mend()
    assert not intake.model.refused
    with bench.store.read() as reader:
        entries = reader.get(Application, "A1").entries
    assert (entries["email"], entries["last_name"]) == ("neu@example.org", "Neu")


def test_what_is_typed_just_as_a_colleagues_change_arrives_does_not_go_over_it_unseen(bench, intake):
    intake.stored.list.table.select("A1")
    mend(bench, "A1", email="hers@example.org")
    intake.news.look()
    intake.model.enter("email", "neu@example.org")  # what was on its way while the page was told
    intake.model.mend()
    assert intake.model.refused
    assert [(d.mine, d.theirs) for d in intake.model.differences] == [("neu@example.org", "hers@example.org")]
    intake.model.forget()
    intake.model.enter("email", "neuer@example.org")
    intake.model.mend()
    assert not intake.model.refused


def test_a_coordination_is_told_nothing_of_people_of_others(bench):
    grant = Grant(id="G2", user_id="bea", role="organisation", organisation="Werne")
    view = IntakeView(IntakeModel(Workbench(bench.store, Actor("bea", (grant,))).run(RUN)))
    mend(bench, "A1", last_name="Neu")
    view.news.look()
    assert view.model.message == ""
    assert view.model.news == 0


# -- programme --------------------------------------------------------------------------------------


@pytest.fixture
def programme(bench):
    return ProgrammeView(ProgrammeModel(bench, bench.run(RUN)))


def save_name(bench, name):
    model = ProgrammeModel(hers(bench), hers(bench).run(RUN))
    model.change("name", name)
    model.save()
    assert not model.refused


def test_settings_follow_where_nothing_is_changed(bench, programme):
    save_name(bench, "Ihres")
    programme.news.look()
    assert programme.model.settings["name"] == "Ihres"
    assert not programme.model.changed
    assert programme.model.message == "Karla Kamen hat gerade das Programm geändert."


def test_what_is_changed_and_not_saved_stays_beside_what_a_colleague_saved(bench, programme):
    programme.model.change("name", "Meins")
    save_name(bench, "Ihres")
    programme.news.look()
    assert [(d.before, d.after) for d in programme.model.stale] == [("Meins", "Ihres")]
    assert "noch hier" in programme.model.message
    programme.changes.mine.click()
    programme.changes.save.click()
    assert bench.run(RUN).programme.name == "Meins"


def test_a_new_log_in_stands_in_the_list_without_reloading(bench, programme):
    before = programme.model.log_ins
    with bench.store.write("karla", "user.add") as writer:
        writer.save(User(id="rolf", display_name="Rolf"))
    programme.news.look()
    assert programme.model.log_ins == before + 1


# -- the other apps ---------------------------------------------------------------------------------


def test_the_start_page_counts_anew(bench):
    view = StartView(StartModel(bench))
    before = view.cards.value
    apply(bench.run(RUN), 9, "mentee")
    view.news.look()
    assert view.cards.value != before


def test_the_network_draws_new_tandems_and_keeps_who_is_looked_at(bench):
    form_tandem(bench.run(RUN), "P1", "P5")
    view = NetworkView(NetworkModel(bench.run(RUN)))
    model = view.model
    model.sight = "people"
    before = len(model.part.tandems)
    model.selected = next(iter(model.part.graph("people")))
    chosen = model.selected
    apply(bench.run(RUN), 6, "mentor", organisation="Lünen")
    form_tandem(bench.run(RUN), "P2", "P6")
    view.news.look()
    assert len(model.part.tandems) == before + 1
    assert (model.sight, model.selected) == ("people", chosen)


def test_all_parts_of_data_protection_look_again(bench):
    view = PrivacyView(PrivacyModel(bench.run(RUN)))
    before = view.model.edits
    mend(bench, "A1", last_name="Neu")
    view.news.look()
    assert view.model.edits == before + 1
    assert view.model.message == "Karla Kamen hat gerade etwas geändert; Sie sehen es hier."


# -- looking ----------------------------------------------------------------------------------------


def test_a_page_that_is_busy_hears_it_afterwards(bench):
    model, heard = Model(), []
    reader = Newsreader(model, bench.store, bench.actor, None, heard.append)
    model.busy = "…"
    mend(bench, "A1", last_name="Neu")
    reader.look()
    assert heard == []
    model.busy = ""
    reader.look()
    assert [found.others for found in heard] == [("Karla Kamen",)]


def test_a_store_that_is_busy_is_asked_again_at_the_next_look(bench, monkeypatch):
    heard: list[News] = []
    reader = Newsreader(Model(), bench.store, bench.actor, None, heard.append)
    mend(bench, "A1", last_name="Neu")

    def busy(*_):
        raise StoreError("busy")

    with monkeypatch.context() as patch:
        patch.setattr(overview_news, "news", busy)
        reader.look()
    reader.look()
    assert len(heard) == 1


def test_an_app_looks_by_itself_until_it_is_closed(bench, monkeypatch):
    monkeypatch.setattr("mentorkit_widgets.news.PACE", 0.0)

    async def use() -> tuple[bool, bool]:
        view = StartView(StartModel(bench))
        looked = asyncio.Event()
        monkeypatch.setattr(view.news, "look", looked.set)
        view.keep_looking(looked.set)
        await asyncio.wait_for(looked.wait(), 10)
        task = view._lookout._task
        view.close()
        await asyncio.gather(task, return_exceptions=True)
        return looked.is_set(), task.cancelled()

    assert asyncio.run(use()) == (True, True)


def test_several_who_changed_something_are_named():
    found = News(3, {("run", "1"): "Ada", ("run", "2"): "Bea", ("run", "3"): ""})
    assert what_others_changed(found) == "Ada und Bea haben gerade etwas geändert; Sie sehen es hier."
    assert what_others_changed(News(3, {("run", "1"): ""})) == ""


def test_a_renamed_run_is_followed_by_the_start_page(bench):
    view = StartView(StartModel(bench))
    with bench.store.write("karla", "programme.change") as writer:
        writer.save(writer.get(RunRecord, RUN).with_(name="Jahrgang Zwei"))
    view.news.look()
    assert "Jahrgang Zwei" in view.cards.value
