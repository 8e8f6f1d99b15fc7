"""Two persons side by side in the app of the matching."""

import pytest
from app_people import HOSTILE, apply
from mentorkit_widgets.matching.app import MatchingView
from mentorkit_widgets.matching.model import MatchingModel

from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def run(tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "bench.mentorkit"), "anna")
    run = bench.add("cross-administration")
    people = {
        1: ("mentee", "Kamen", ["Haushalt", "Führung"]),
        2: ("mentee", "Werne", ["Recht"]),
        3: ("mentor", "Lünen", ["Führung"]),
        4: ("mentor", "Kamen", ["Recht"]),
        5: ("mentor", "Bergkamen", ["Sport"]),
    }
    for number, (role, organisation, topics) in people.items():
        answers = {"pay_grade": 9 if role == "mentee" else 12, "topics": topics, "department": HOSTILE}
        apply(run, number, role, organisation=organisation, answers=answers)
    yield run
    bench.close()


def visible(part):
    return part.layout.display != "none"


def open_sheet(view, row=0):
    view.tandems.select(view.tandems.rows[row]["id"])
    view.detail.both.click()
    return view.sheet.children[0]


def test_the_detail_opens_both_side_by_side_and_the_tables_come_back(view):
    sheet = open_sheet(view)
    assert sheet.heading.text == "Nebeneinander"
    assert visible(sheet)
    assert not visible(view.work)
    sheet.closer.click()
    assert not visible(sheet)
    assert visible(view.work)
    assert view.model.chosen  # the detail that led here


def test_what_both_name_is_marked_and_what_they_wrote_is_text(view):
    sheet = open_sheet(view)
    assert '<mark title="von beiden genannt">Führung</mark>' in sheet.table.value
    assert "Haushalt</mark>" not in sheet.table.value
    assert HOSTILE not in sheet.table.value
    assert "@" not in sheet.table.value


def test_each_of_the_two_can_be_exchanged(view):
    sheet = open_sheet(view)
    mentee, mentor = view.model.beside
    other = next(a.person_id for a in view.model.state.matching.pool.mentors if a.person_id != mentor)
    sheet.form.edit("mentor", other)
    assert view.model.beside == (mentee, other)
    assert sheet.heading.text == "Nebeneinander"


def test_a_pair_is_locked_and_released_where_it_is_looked_at(run, view):
    sheet = open_sheet(view)
    sheet.lock.click()
    assert visible(sheet.question)
    sheet.question.form.edit("reason", "passt")
    sheet.question.yes.click()
    assert [d.kind for d in run.decisions] == ["lock"]
    assert "passt" in sheet.verdict.value
    assert not visible(sheet.lock)
    sheet.undo.click()
    assert run.decisions == []


def test_a_pair_that_the_rules_forbid_tells_why_and_cannot_be_locked(view):
    sheet = open_sheet(view)
    pool = view.model.state.matching.pool
    ids = {(a.role, a.organisation): a.person_id for a in (*pool.mentees, *pool.mentors)}
    view.model.put_beside(ids["mentee", "Kamen"], ids["mentor", "Kamen"])
    assert "Nicht zulässig:" in sheet.verdict.value
    assert not visible(sheet.lock)
    view.model.put_beside(ids["mentee", "Kamen"], ids["mentor", "Bergkamen"])
    assert "Gegenüber dem Vorschlag:" in sheet.verdict.value


def test_the_sheet_closes_when_one_of_the_two_takes_no_part_any_more(run, view):
    open_sheet(view)
    view.model.put_beside("nobody", "else")
    assert view.model.beside == ("", "")
    assert visible(view.work)


def test_an_approved_tandem_is_called_so(run):
    run.approve(run.match())
    view = MatchingView(MatchingModel(run))
    sheet = open_sheet(view)
    assert "Die beiden sind ein freigegebenes Tandem." in sheet.verdict.value
    assert not any(visible(each) for each in (sheet.lock, sheet.forbid, sheet.undo))


def test_the_question_about_a_pair_names_no_price_of_somebody_else(view):
    sheet = open_sheet(view)
    chosen, pool = view.model.chosen, view.model.state.matching.pool
    other = next(a.person_id for a in pool.mentees if not chosen.endswith(f":{a.person_id}"))
    priced = {row["id"]: row["price"] for row in view.model.alternatives if "icon" not in row["price"]}
    view.model.put_beside(other, next(iter(priced)))
    view.model.act(*view.model.beside, "lock")
    assert "Gegenüber dem Vorschlag" not in sheet.question.text.value


def test_comments_on_the_two_stand_there_whole_and_as_text(run, view):
    sheet = open_sheet(view)
    pair = view.model.beside
    view.model.comment(pair, f"Haben telefoniert {HOSTILE}")
    assert "Kommentar: „Haben telefoniert " in sheet.verdict.value
    assert HOSTILE not in sheet.verdict.value
    other = next(a.person_id for a in view.model.state.solved.pool.mentors if a.person_id != pair[1])
    view.model.put_beside(pair[0], other)
    assert "telefoniert" not in sheet.verdict.value


def test_the_focus_is_led_to_the_heading_when_the_button_pressed_is_gone(view, monkeypatch):
    sheet = open_sheet(view)
    led = []
    monkeypatch.setattr(sheet.heading, "send", led.append)
    sheet.lock.click()
    assert led == []  # the question has it
    sheet.question.yes.click()
    assert led == [{"event": "focus"}]
    sheet.undo.click()
    assert led == [{"event": "focus"}] * 2
