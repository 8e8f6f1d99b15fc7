import asyncio

import pytest
from app_people import apply
from matching_board import KARLA, colleague_decides, decide, fill, pair_of, send, visible
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel
from mentorkit_widgets.news import Lookout

from mentorkit.matching import choosing, scenarios, service
from mentorkit.privacy.records import User
from mentorkit.programme.records import Application
from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def run(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    run = fill(bench.add("cross-administration"))
    with bench.store.write("anna", "test") as writer:
        writer.save(User(id="karla", display_name="Karla Kamen"))
    yield run
    bench.close()


def test_a_colleagues_lock_is_seen_at_the_next_look_with_her_name(run, view):
    key = view.tandems.rows[0]["id"]
    colleague_decides(run, pair_of(view, key), "lock", "Beide wünschen es")
    assert view.tandems.rows[0]["state"]["text"] == "Vorschlag"
    view.model.look()
    row = next(row for row in view.tandems.rows if row["id"] == key)
    assert row["state"]["text"] == "fixiert"
    assert view.model.message == (
        "Karla Kamen hat Eva Muster1 mit Eva Muster5 fixiert. Begründung: „Beide wünschen es“."
        " Alle Tandems bleiben, wie sie waren."
    )
    assert not view.model.refused


def test_a_look_that_finds_nothing_reads_and_says_nothing(run, view):
    decide(view, view.tandems.rows[0]["id"], "lock")
    told, state = view.model.told, view.model.state
    with run.bench.store.write("karla", "draft") as writer:
        writer.save(User(id="rolf", display_name="Rolf"))  # nothing that a matching rests on
    view.model.look()
    view.model.look()
    assert view.model.told == told
    assert view.model.state is state


def test_what_a_colleague_took_back_or_ruled_out_is_said(run, view):
    pair = pair_of(view, view.tandems.rows[0]["id"])
    decision = colleague_decides(run, pair, "forbid")
    view.model.look()
    assert view.model.message.startswith("Karla Kamen hat Eva Muster1 mit Eva Muster5 ausgeschlossen.")
    assert "Geändert hat sich etwas für" in view.model.message
    service.undo(run.bench.store, KARLA, decision.id, decision.version)
    view.model.look()
    assert view.model.message.startswith(
        "Karla Kamen hat die Entscheidung zu Eva Muster1 und Eva Muster5 zurückgenommen."
    )


def test_many_decisions_are_counted(run, view):
    for key in ("P1", "P3"):
        for mentor in ("P6", "P7"):
            colleague_decides(run, (key, mentor), "forbid")
    view.model.look()
    assert view.model.message.startswith("Karla Kamen hat zu 4 Paaren entschieden.")


def test_who_is_looked_at_and_what_is_asked_stay(run, view):
    first, second = (row["id"] for row in view.tandems.rows[:2])
    view.tandems.select(second)
    send(view.detail.others, view.detail.others.rows[-1]["id"], "lock")
    view.model.act(*pair_of(view, second), "forbid")
    view.pair_question.form.edit("reason", "Zu weit weg")
    colleague_decides(run, pair_of(view, first), "lock")
    view.model.look()
    assert view.model.chosen == view.tandems.selected == second
    assert view.detail.others.rows
    assert visible(view.pair_question)
    assert view.pair_question.form.values["reason"] == "Zu weit weg"
    assert not visible(view.pair_question.conflict)
    view.pair_question.yes.click()
    assert {d.kind for d in run.decisions} == {"lock", "forbid"}


def test_who_is_looked_at_stays_so_when_she_loses_her_tandem(run, view):
    view.tandems.select("mentee:P1")
    for mentor in ("P5", "P6"):
        colleague_decides(run, ("P1", mentor), "forbid")
    view.model.look()
    assert view.model.chosen == "mentee:P1"
    assert view.tandems.selected == ""
    assert visible(view.detail)
    assert view.left.selected == "mentee:P1"


def test_a_question_about_a_pair_tells_that_a_colleague_decided_on_it(run, view):
    key = view.tandems.rows[0]["id"]
    send(view.tandems, key, "forbid")
    colleague_decides(run, pair_of(view, key), "lock", "Beide wünschen es")
    view.model.look()
    assert "Jetzt gilt: fixiert („Beide wünschen es“)" in view.pair_question.conflict.value
    view.pair_question.yes.click()
    assert [d.kind for d in run.decisions] == ["forbid"]


def test_a_yes_is_only_to_the_tandems_that_were_shown_with_the_question(run, view):
    view.approve.click()
    colleague_decides(run, pair_of(view, view.tandems.rows[0]["id"]), "forbid")
    view.model.look()
    assert visible(view.question)
    view.question.yes.click()
    assert view.model.refused
    assert run.record.approved_at is None
    view.approve.click()
    view.question.yes.click()
    assert run.record.approved_at is not None


def test_an_approval_by_a_colleague_is_shown_and_ends_questions(run, view):
    send(view.tandems, view.tandems.rows[0]["id"], "forbid")
    service.approve(run.bench.store, KARLA, run.id, run.match(), run.record.version)
    view.model.look()
    assert view.model.asked is None
    assert view.model.message == "Karla Kamen hat die Tandems freigegeben; Sie sehen sie hier."
    assert "3 Tandems sind freigegeben" in view.summary.value
    view.withdraw.click()
    service.withdraw_approval(run.bench.store, KARLA, run.id, run.record.version)
    view.model.look()
    assert view.model.asked is None
    assert view.model.message.startswith("Karla Kamen hat die Freigabe zurückgenommen.")


def test_a_scenario_that_a_colleague_makes_the_proposal_is_named_and_no_points_compared(run, view):
    made = run.save_scenario("Nur Themen", "total", weights={"topics": 1000, "experience": 0})
    view.model.look()
    scenarios.make_proposal(run.bench.store, KARLA, run.id, made, run.record.version)
    view.model.look()
    assert view.model.message.startswith("Karla Kamen hat das Szenario „Nur Themen“ zum Vorschlag gemacht.")
    assert "Punkt" not in view.model.message.replace("mit den Punkten vorher", "")


def test_a_fixed_selection_and_new_applications_are_said(run, view):
    choosing.fix_selection(run.bench.store, KARLA, run.id, run.record.version)
    view.model.look()
    assert view.model.message.startswith("Karla Kamen hat die Auswahl festgelegt.")
    choosing.release_selection(run.bench.store, KARLA, run.id, run.record.version)
    apply(run, 8, "mentor", organisation="Lünen", answers={"pay_grade": 13})
    view.model.look()
    assert "Karla Kamen hat die Auswahl wieder geöffnet." in view.model.message
    assert "Was Sie auf einer anderen Seite geändert haben, ist hier zu sehen." in view.model.message
    assert len(view.tandems.rows) == 4


def test_what_a_colleague_did_just_before_a_deed_of_ones_own_is_said_with_it(run, view):
    first, second = (row["id"] for row in view.tandems.rows[:2])
    colleague_decides(run, pair_of(view, first), "lock")
    decide(view, second, "lock")
    assert view.model.message.startswith(
        "Das Tandem ist fixiert. Karla Kamen hat Eva Muster1 mit Eva Muster5 fixiert."
    )
    told = view.model.told
    view.model.look()
    assert view.model.told == told


def test_nothing_is_looked_for_while_something_is_being_done(run, view):
    colleague_decides(run, pair_of(view, view.tandems.rows[0]["id"]), "lock")
    state = view.model.state
    with view.model.attempting("…"):
        view.model.look()
    assert view.model.state is state
    view.model.look()
    assert view.model.state.decisions


def test_a_store_that_cannot_be_read_for_a_moment_is_no_news(run, view, monkeypatch):
    from mentorkit.errors import StoreError

    def busy():
        raise StoreError("busy")

    with monkeypatch.context() as patched:
        patched.setattr(run.bench.store, "read", busy)
        view.model.look()
    assert not view.model.refused
    assert view.tandems.rows


def test_who_is_chosen_and_gone_is_left(run, view):
    key = view.tandems.rows[0]["id"]
    view.tandems.select(key)
    send(view.tandems, key, "lock")
    view.model.act(*pair_of(view, key), "lock")
    with run.bench.store.write("karla", "application.withdraw") as writer:
        people = {a.person_id: a for a in writer.all(Application)}
        writer.delete(people[key.partition(":")[2]])
    view.model.look()
    assert (view.model.chosen, view.model.asked) == ("", None)


def test_the_lookout_looks_again_until_it_is_closed():
    looks = []

    async def page():
        lookout = Lookout(lambda: looks.append(1), pace=0)
        for _ in range(20):
            await asyncio.sleep(0)
        assert len(looks) > 1
        lookout.close()
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1
        seen = len(looks)
        await asyncio.sleep(0)
        assert len(looks) == seen

    asyncio.run(page())


def test_a_closed_app_leaves_nothing_running(run):
    async def page():
        view = MatchingView(MatchingModel(run))
        assert len(asyncio.all_tasks()) == 2
        view.close()
        await asyncio.sleep(0)
        assert len(asyncio.all_tasks()) == 1

    asyncio.run(page())
