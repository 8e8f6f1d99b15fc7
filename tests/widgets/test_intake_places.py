"""Who gets or loses a place by what somebody does in the intake reads it at once, whatever was done."""

from __future__ import annotations

import pytest
from mentorkit_widgets.intake.bulk import BulkModel
from mentorkit_widgets.intake.detail import ApplicationDetail
from mentorkit_widgets.intake.entry import EntryModel
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.selection_part import SelectionPart
from mentorkit_widgets.intake.view import StoredPart

from mentorkit.language import Voice, set_default_voice
from mentorkit.matching import choosing
from mentorkit.programme.records import Programme
from mentorkit.programme.settings import Quotas
from mentorkit.store import Store
from mentorkit.workbench import Workbench

HEAD = "Nachname;Vorname;Geb.-Jahr;Kreisverband;E-Mail;Themen;Eingang"
ROW = "Muster;{0};1980;{1};{0}@example.org;Soziales;4.8.08"
MOVED = "Bea Muster has moved up from the waiting list."


def rows(**chapters):
    return [ROW.format(name, chapter) for name, chapter in chapters.items()]


def take(run, *lines, name="mentees.csv"):
    run.intake([(name, "\n".join([HEAD, *lines]).encode())])


@pytest.fixture
def model():
    """Harz has a place for Anna and none for Bea, Stendal one for Cora."""
    set_default_voice(Voice("en"))
    run = Workbench.of(Store.create(), "eva").add("party-chapters")
    take(run, *rows(Anna="Harz", Bea="Harz", Cora="Stendal"))
    store, actor, programme_id = run.bench.store, run.bench.actor, run.record.programme_id
    with store.write("eva", "test") as writer:
        programme = writer.get(Programme, programme_id)
        writer.save(
            programme.with_(settings=programme.settings.model_copy(update={"quotas": Quotas(mentees=1)}))
        )
    choosing.fix_selection(store, actor, run.id, run.record.version, "arrival")
    yield IntakeModel(run)
    run.bench.close()


def look_at(model, name):
    model.selected = next(a.id for a in model.stored if a.first_name == name)


def places(model):
    return {a.first_name: a.place for a in model.stored}


def test_withdrawing_taking_that_back_and_undoing_it_tell_who_moved_up_and_who_waits(model):
    look_at(model, "Anna")
    model.withdraw("krank")
    assert model.message.endswith(MOVED)
    model.readmit("")
    assert model.message.endswith("Anna Muster (number 1) is on the waiting list now.")
    look_at(model, "Bea")
    model.withdraw("krank")
    assert model.message.endswith("Anna Muster has moved up from the waiting list.")
    model.undo_change()
    assert model.message.endswith(
        "Bea Muster has a place now. Anna Muster (number 1) is on the waiting list now."
    )
    look_at(model, "Cora")
    model.withdraw("krank")
    assert model.message == "Saved: Cora Muster – withdrawn."
    model.undo_change()
    assert model.message == "Saved: Cora Muster – in order. Cora Muster has a place now."


def test_a_place_that_is_not_given_back_is_told(model):
    look_at(model, "Anna")
    model.withdraw("krank")
    look_at(model, "Bea")
    model.enter("topics", "Lehre")
    model.mend()
    look_at(model, "Anna")
    model.undo_change()
    assert model.message.endswith(
        "Anna Muster (number 1) is on the waiting list now."
        " The place was passed on in the meantime and is not taken away again."
    )


def test_a_place_that_nobody_got_is_not_told_to_be_passed_on(model):
    look_at(model, "Anna")
    model.withdraw("krank")
    look_at(model, "Bea")
    model.withdraw("krank")  # nobody waits, and Nina takes the place
    enter(model, "Nina", "Harz")
    look_at(model, "Bea")
    model.undo_change()
    assert model.message.endswith(
        "Bea Muster (number 1) is on the waiting list now. No place is free any more."
    )


def enter(model, name, chapter, received="4.8.08"):
    entry = EntryModel(model.run, model)
    entry.observe(lambda _: model.follow(), "entered")
    entry.typed = {
        "first_name": name, "last_name": "Muster", "birth_year": "1980", "organisation": chapter,
        "email": f"{name}@example.org", "topics": "Soziales", "received": received, "consent": True,
    }  # fmt: skip
    entry.take_in(incomplete=True)


def test_who_comes_after_the_selection_was_fixed_is_told_to_have_a_place_or_a_number(model):
    enter(model, "Nina", "Harz")
    told = "The selection is fixed. Nina Muster (number 2) is on the waiting list now."
    assert model.message == f"Nina Muster is taken in: in order. {told}"
    enter(model, "Otti", "Börde")
    assert model.message.endswith("in order. The selection is fixed. Otti Muster has a place now.")
    enter(model, "Pia", "Stendal", received="5.10.08")
    assert model.message.endswith(
        "The selection is fixed. Who is admitted now gets a place that is free, or waits."
    )
    assert place_word(model, "Pia") == "Not decided yet"


def place_word(model, name):
    look_at(model, name)
    return model.place_of(model.application)


def test_an_application_that_was_not_decided_is_told_to_have_a_place_once_it_is(model):
    enter(model, "Pia", "Börde", received="5.10.08")
    look_at(model, "Pia")
    model.enter("received", "4.8.08")
    model.mend()
    assert model.message.endswith("The selection is fixed. Pia Muster has a place now.")


def test_every_part_of_the_app_says_the_same_of_who_came_late(model):
    enter(model, "Nina", "Harz")
    enter(model, "Pia", "Stendal", received="5.10.08")
    part = SelectionPart(model.run)
    words = {row["person"]["text"]: row["place"]["text"] for row in part.places.rows}
    for name in ("Anna", "Bea", "Cora", "Nina", "Pia"):
        assert words[f"{name} Muster"] == place_word(model, name)
    assert (words["Nina Muster"], words["Pia Muster"]) == ("Waits, number 2", "Not decided yet")
    part.ranking.form.edit("queue", "mentee:Harz")
    ranked = {row["person"]: row["place"]["text"] for row in part.ranking.table.rows}
    assert ranked == {name: words[name] for name in ("Anna Muster", "Bea Muster", "Nina Muster")}
    part.letters.prepare.click()
    assert part.model.letters.undecided == ("Pia Muster",)
    (letter,) = (x for x in part.model.letters.letters if x.name == "Nina Muster")
    assert "Platz 2 der Nachrückliste" in letter.text or "number 2" in letter.text


def test_giving_up_a_place_is_asked_about_first_and_names_who_moves_up(model):
    detail = ApplicationDetail(model, "stored")
    look_at(model, "Anna")
    question = detail.withdrawal.reasoned.question
    detail.withdrawal.withdraw.click()
    assert "Anna Muster has a place and gives it up. Bea Muster moves up." in question.text.value
    question.no.click()
    assert places(model)["Anna"] == "selected"
    detail.withdrawal.withdraw.click()
    look_at(model, "Bea")  # what was asked about Anna is no longer asked
    question.yes.click()
    assert places(model)["Anna"] == "selected"
    look_at(model, "Anna")
    detail.withdrawal.withdraw.click()
    question.yes.click()
    assert places(model) == {"Anna": "out", "Bea": "selected", "Cora": "selected"}
    look_at(model, "Cora")
    detail.decision.reason.edit("reason", "zieht weg")
    detail.decision.turn_down.click()
    assert "Nobody waits for it." in detail.decision.reasoned.question.text.value


def test_undoing_and_restoring_ask_first_where_somebody_loses_a_place(model):
    detail = ApplicationDetail(model, "stored")
    look_at(model, "Anna")
    model.withdraw("krank")
    assert detail.withdrawal.hint.layout.display != "none"
    history = detail.history
    history.more.opened = True
    assert history.hint.layout.display != "none"
    history.undo.click()
    told = "Anna Muster gets the place back. Bea Muster, who moved up, waits again."
    assert told in history.question.text.value
    history.question.no.click()
    assert places(model)["Bea"] == "selected"
    history.undo.click()
    history.question.yes.click()
    assert (places(model)["Anna"], places(model)["Bea"]) == ("selected", "waiting")
    history.redo.click()
    assert "Anna Muster has a place and gives it up. Bea Muster moves up." in history.question.text.value
    history.question.yes.click()
    assert (places(model)["Anna"], places(model)["Bea"]) == ("out", "selected")
    look_at(model, "Bea")
    model.enter("topics", "Lehre")
    model.mend()  # so she keeps the place, and nobody has to be asked
    look_at(model, "Anna")
    history.more.opened = True
    history.undo.click()
    assert (places(model)["Anna"], places(model)["Bea"]) == ("waiting", "selected")


def test_mending_tells_it_too(model):
    look_at(model, "Anna")
    model.enter("organisation", "Stendal")
    model.mend()
    assert places(model) == {"Anna": "waiting", "Bea": "selected", "Cora": "selected"}
    assert model.message.endswith(f"{MOVED} Anna Muster (number 1) is on the waiting list now.")
    model.undo_change()
    assert places(model) == {"Anna": "selected", "Bea": "waiting", "Cora": "selected"}
    assert model.message.endswith("Bea Muster (number 1) is on the waiting list now.")
    model.enter("topics", "Lehre")
    model.mend()
    assert "waiting list" not in model.message


def test_deciding_on_many_and_reading_a_corrected_file_tell_it_too(model):
    bulk = BulkModel(model)
    model.word = "Anna"
    bulk.prepare("refuse")
    bulk.do("Grund")
    assert model.message == f"1 application is changed. {MOVED}"
    bulk.prepare("take_back")
    bulk.do("Irrtum")
    assert model.message.endswith("Anna Muster (number 1) is on the waiting list now.")
    model.word = ""
    text = "\n".join([HEAD, *rows(Anna="Harz", Bea="Harz", Cora="Stendal")])
    text = text.replace("Bea@example.org;Soziales;4.8.08", "Bea@example.org;Soziales;4.11.08")
    model.read([("mentees.csv", text.encode())])
    model.confirm()
    assert model.message.endswith("Anna Muster has moved up from the waiting list.")


def test_what_is_answered_beside_the_list_tells_it_too(model):
    take(model.run, *rows(Dora="Hintertupfing"), name="mentees_dora.csv")
    model.reload()
    view = StoredPart(model, str)
    look_at(model, "Anna")
    model.enter("organisation", "Hintertupfing")
    model.mend()
    assert model.message.endswith(MOVED)
    view.unknown.answer("Hintertupfing", "Harz")
    assert places(model) == {"Anna": "waiting", "Bea": "selected", "Cora": "selected", "Dora": "waiting"}
    assert model.message == (
        "“Hintertupfing” is Harz from now on. The selection is fixed."
        " Anna Muster (number 1) and Dora Muster (number 2) are on the waiting list now."
    )
