from matching_board import colleague_decides, decide, pair_of, visible

from mentorkit.programme.records import Application


def test_the_buttons_name_what_they_undo_and_restore(run, view):
    assert not visible(view.steps)
    decide(view, view.tandems.rows[0]["id"], "forbid", "Zu weit weg")
    assert visible(view.steps)
    assert view.steps.back.description == "Zurücknehmen: Eva Muster1 mit Eva Muster5 ausgeschlossen"
    assert not visible(view.steps.forth)
    view.steps.back.click()
    assert run.decisions == []
    assert view.model.message.startswith("Zurückgenommen: Eva Muster1 mit Eva Muster5 ausgeschlossen.")
    assert not visible(view.steps.back)
    assert view.steps.forth.description == "Wiederherstellen: Eva Muster1 mit Eva Muster5 ausgeschlossen"
    view.steps.forth.click()
    assert [(d.kind, d.reason) for d in run.decisions] == [("forbid", "Zu weit weg")]
    assert view.model.message.startswith("Wiederhergestellt: Eva Muster1 mit Eva Muster5 ausgeschlossen.")


def press(view, step):
    view.steps.by_keys._handle_custom_msg({"step": step}, [])


def test_the_keyboard_undoes_and_restores_too(run, view):
    press(view, "back")  # nothing to undo: nothing happens
    decide(view, view.tandems.rows[0]["id"], "lock")
    press(view, "back")
    assert run.decisions == []
    assert view.model.message.startswith("Zurückgenommen: ")
    press(view, "forth")
    assert [d.kind for d in run.decisions] == ["lock"]
    press(view, "nonsense")
    assert view.steps.back.tooltip.endswith(" (Strg+Z)")


def test_a_step_that_is_refused_is_told_and_passed_over(run, view):
    keys = [row["id"] for row in view.tandems.rows]
    decide(view, keys[0], "lock")
    pair = pair_of(view, keys[0])
    decide(view, keys[1], "lock")
    view.decisions._handle_custom_msg({"event": "action", "row": run.decisions[0].id, "action": "undo"}, [])
    with run.bench.store.write("karla", "test") as writer:
        people = {a.person_id: a for a in writer.all(Application)}
        writer.save(people[pair[0]].with_(organisation=people[pair[1]].organisation))
    view.steps.back.click()
    assert view.model.refused
    assert view.model.message.endswith("Dieser Schritt wird ab jetzt übergangen.")
    assert "zurückgenommen" not in view.steps.back.description
    view.steps.back.click()
    assert run.decisions == []


def test_a_step_on_somebody_who_takes_part_no_more_is_passed_over_too(run, view):
    keys = [row["id"] for row in view.tandems.rows]
    decide(view, keys[0], "lock")
    decide(view, keys[1], "lock")
    lock = run.decisions[1]
    view.decisions._handle_custom_msg({"event": "action", "row": lock.id, "action": "undo"}, [])
    with run.bench.store.write("karla", "test") as writer:
        gone = writer.all(Application, person_id=lock.mentee_id)[0]
        writer.save(gone.with_(status="ineligible"))
    view.steps.back.click()
    assert view.model.message.endswith("Dieser Schritt wird ab jetzt übergangen.")
    view.steps.back.click()
    assert run.decisions == []


def test_making_a_scenario_the_proposal_can_be_undone(run, view):
    made = run.save_scenario("Themen", "total", weights={"topics": 1000})
    run.make_proposal(made)
    view.model.refresh()
    assert view.steps.back.description == "Zurücknehmen: Szenario „Themen“ zum Vorschlag gemacht"
    view.steps.back.click()
    assert view.model.state.proposal is None
    view.steps.forth.click()
    assert view.model.state.proposal.id == made.id


def test_a_step_over_somebody_elses_decision_is_refused_in_a_sentence(run, view):
    key = view.tandems.rows[0]["id"]
    pair = pair_of(view, key)
    decide(view, key, "lock")
    colleague_decides(run, pair, "forbid", seen=run.decisions[0])
    view.steps.back.click()
    assert view.model.refused
    assert view.model.message.startswith(
        "karla hat inzwischen geändert, was zu Eva Muster1 und Eva Muster5 gilt"
    )
    assert [d.kind for d in run.decisions] == ["forbid"]
    assert not visible(view.steps)  # nothing else of hers is left to undo


def test_approved_tandems_have_no_steps(run, view):
    decide(view, view.tandems.rows[0]["id"], "lock")
    view.approve.click()
    view.question.yes.click()
    assert not visible(view.steps)
