import pytest
from matching_board import KARLA, colleague_decides, decide, pair_of, send, visible

from mentorkit.matching.comments import comment
from mentorkit.programme.records import Application


@pytest.fixture
def commenting(view):
    view.tandems.select("mentee:P1")  # with P5
    return view.detail.commenting


def write(commenting, text):
    commenting.form.edit("text", text)
    commenting.save.click()


def because(view, key):
    return next(row["because"] for row in view.tandems.rows if row["id"] == key)


def test_a_comment_stands_in_the_detail_and_in_the_row(run, view, commenting):
    assert not visible(commenting.list)
    assert commenting.form.fields[0].label == "Kommentar zu Eva Muster1 und Eva Muster5"
    write(commenting, "Haben am 3.5. telefoniert")
    (row,) = commenting.list.rows
    assert row["comment"]["text"] == "Haben am 3.5. telefoniert"
    assert row["comment"]["note"].endswith(", anna")
    assert row["pair"] == "Eva Muster1 mit Eva Muster5"
    assert because(view, "mentee:P1")["note"].startswith("„Haben am 3.5. telefoniert“ (anna, ")
    assert commenting.form.values == {"text": ""}
    assert view.model.message == "Der Kommentar ist gespeichert."
    assert [one.record.text for one in run.comments] == ["Haben am 3.5. telefoniert"]


def test_it_is_deleted_by_its_button_and_restored_by_a_step(view, commenting):
    write(commenting, "Haben telefoniert")
    send(commenting.list, commenting.list.rows[0]["id"], "delete")
    assert not visible(commenting.list)
    assert because(view, "mentee:P1").__class__ is str
    assert view.steps.back.description == "Zurücknehmen: Kommentar zu Eva Muster1 und Eva Muster5 gelöscht"
    view.steps.back.click()
    assert len(commenting.list.rows) == 1


def test_what_cannot_be_saved_stays_in_the_field(run, view, commenting):
    commenting.save.click()
    assert view.model.message == "Bitte schreiben Sie zuerst etwas."
    commenting.form.edit("text", "Haben telefoniert")
    with run.bench.store.write("karla", "test") as writer:
        writer.delete(next(a for a in writer.all(Application) if a.person_id == "P5"))
    commenting.save.click()
    assert view.model.refused
    assert commenting.form.values == {"text": "Haben telefoniert"}


def test_a_comment_outlives_the_tandem_it_was_written_to(view, commenting):
    write(commenting, "Kennen sich")
    decide(view, "mentee:P1", "forbid")
    view.model.choose("mentee:P1")
    (row,) = commenting.list.rows
    assert row["pair"] == "Eva Muster1 mit Eva Muster5"


def test_a_colleagues_comment_comes_by_itself_and_what_is_being_written_stays(run, view, commenting):
    commenting.form.edit("text", "Noch nicht fert")
    comment(run.bench.store, KARLA, run.id, "P1", "P5", "Passt gut")
    view.model.look()
    assert "karla hat Eva Muster1 und Eva Muster5 kommentiert. Kommentar: „Passt gut“" in view.model.message
    assert [row["comment"]["text"] for row in commenting.list.rows] == ["Passt gut"]
    colleague_decides(run, ("P1", "P5"), "forbid")
    view.model.look()
    assert commenting.form.values == {"text": "Noch nicht fert"}
    assert commenting.form.fields[0].label == "Kommentar zu Eva Muster1 und Eva Muster5"
    commenting.save.click()
    assert {(one.record.mentor_id, one.record.text) for one in run.comments} == {
        ("P5", "Passt gut"), ("P5", "Noch nicht fert"),
    }  # fmt: skip


def test_a_comment_stays_with_the_tandem_while_another_partner_is_asked_about(run, view, commenting):
    assert not visible(commenting.turn)
    view.detail.comparing.form.edit("partner", "Eva Muster6")
    assert commenting.form.fields[0].label == "Kommentar zu Eva Muster1 und Eva Muster5"
    write(commenting, "Haben telefoniert")
    assert [(one.record.mentee_id, one.record.mentor_id) for one in run.comments] == [("P1", "P5")]


def test_who_turned_to_those_asked_about_turns_back_with_what_is_written(view, commenting):
    view.detail.comparing.form.edit("partner", "Eva Muster6")
    commenting.form.edit("text", "Lieber nicht")
    assert commenting.turn.description == "Stattdessen zu Eva Muster1 und Eva Muster6"
    commenting.turn.click()
    assert commenting.form.fields[0].label == "Kommentar zu Eva Muster1 und Eva Muster6"
    assert commenting.turn.description == "Stattdessen zu Eva Muster1 und Eva Muster5"
    commenting.turn.click()
    assert commenting.form.fields[0].label == "Kommentar zu Eva Muster1 und Eva Muster5"
    assert commenting.form.values == {"text": "Lieber nicht"}
    assert commenting.form.key == "comment P1 P5"


def test_without_a_tandem_a_comment_is_about_those_asked_about(view):
    key = next(row["id"] for row in view.left.rows if row["id"].startswith("mentee"))
    view.left.select(key)
    view.detail.comparing.form.edit("partner", "Eva Muster6")
    assert visible(view.detail.commenting.doing)
    assert view.detail.commenting.form.fields[0].label.endswith(" und Eva Muster6")
    assert not visible(view.detail.commenting.turn)


def test_the_pair_that_is_compared_can_be_commented_on(run, view, commenting):
    view.detail.comparing.form.edit("partner", "Eva Muster6")
    commenting.turn.click()
    write(commenting, "Lieber nicht")
    assert [(one.record.mentee_id, one.record.mentor_id) for one in run.comments] == [("P1", "P6")]


def test_after_the_approval_comments_are_still_written(run, view, commenting):
    view.approve.click()
    view.question.yes.click()
    view.tandems.select("mentee:P1")
    write(commenting, "Erstes Treffen war gut")
    assert because(view, "mentee:P1")["note"].startswith("„Erstes Treffen war gut“")


def test_somebody_without_a_tandem_has_no_pair_to_comment_on(view):
    view.left.select(view.left.rows[0]["id"])
    assert not visible(view.detail.commenting.doing)


def test_another_person_begins_with_an_empty_field(view, commenting):
    commenting.form.edit("text", "Noch nicht fert")
    other = next(row["id"] for row in view.tandems.rows if row["id"] != "mentee:P1")
    view.tandems.select(other)
    assert commenting.form.values == {"text": ""}
    assert commenting.form.key == " ".join(["comment", *pair_of(view, other)])
