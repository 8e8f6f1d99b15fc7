"""Who gets or loses a place by what somebody does in the intake reads it at once, whatever was done."""

from __future__ import annotations

import pytest
from mentorkit_widgets.intake.bulk import BulkModel
from mentorkit_widgets.intake.model import IntakeModel
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
    assert model.message.endswith("Anna Muster is on the waiting list now.")
    look_at(model, "Bea")
    model.withdraw("krank")
    assert model.message.endswith("Anna Muster has moved up from the waiting list.")
    model.undo_change()
    assert model.message.endswith("Bea Muster is on the waiting list now.")
    look_at(model, "Cora")
    model.withdraw("krank")
    assert model.message == "Saved: Cora Muster – withdrawn."
    model.undo_change()
    assert model.message.endswith("Cora Muster has a place again.")


def test_mending_tells_it_too(model):
    look_at(model, "Anna")
    model.enter("organisation", "Stendal")
    model.mend()
    assert places(model) == {"Anna": "waiting", "Bea": "selected", "Cora": "selected"}
    assert model.message.endswith(f"{MOVED} Anna Muster is on the waiting list now.")
    model.undo_change()
    assert places(model)["Anna"] == "waiting"
    assert "place" not in model.message
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
    assert model.message.endswith("Anna Muster is on the waiting list now.")
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
    assert places(model) == {"Anna": "waiting", "Bea": "selected", "Cora": "selected", "Dora": None}
    assert model.message == ("“Hintertupfing” is Harz from now on. Anna Muster is on the waiting list now.")
