"""Whom to win: every step noted and undone, agreement makes an application, and the pool outlives the run."""

import datetime as dt

import pytest
from academy import LEAD, MENTORS, RUN, csv, officer, wish_of

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord
from mentorkit.intake import pool, service
from mentorkit.intake import prospects as work
from mentorkit.intake.wished import wishes, without_hope
from mentorkit.language.formats import date
from mentorkit.programme.records import Application, EarlierTandem, Person, Prospect
from mentorkit.store import Store
from mentorkit.workbench import Workbench

MAY = dt.date(2015, 5, 4)
FULL = {"first_name": "Hedy", "last_name": "Süßebier", "experience_years": "20", "main_income": "ja",
        "voluntary": "ja", "email": "hedy@example.org"}  # fmt: skip


def hedy(store):
    return next(s for s in work.prospects(store, LEAD, RUN) if s.prospect.name == "Hedy Süßebier").prospect


def stored(store, kind, **equal):
    with store.read() as reader:
        return reader.all(kind, **equal)


def member_of(store, name):
    return next(m for m in pool.members(store, LEAD, "arts-academy") if m.name == name)


def test_a_prospect_shows_who_wishes_for_it(academy):
    (shown,) = work.prospects(academy, LEAD, RUN)
    assert [(a.name, rank) for a, rank in shown.wished_by] == [("Mia Meise", 2), ("Nora Nimm", 2)]


def test_asking_is_noted_every_time_and_each_step_can_be_undone(academy):
    one = hedy(academy)
    two = work.ask(academy, LEAD, one.id, one.version, MAY)
    three = work.ask(academy, LEAD, two.id, two.version, MAY + dt.timedelta(7))
    four = work.decline(academy, LEAD, three.id, three.version)
    assert (four.state, len(four.asked_at)) == ("declined", 2)
    states = []
    while four.state != "to_approach":
        four = work.step_back(academy, LEAD, four.id, four.version)
        states.append((four.state, len(four.asked_at)))
    assert states == [("asked", 2), ("asked", 1), ("to_approach", 0)]
    with pytest.raises(RuleBroken):
        work.step_back(academy, LEAD, four.id, four.version)


def test_a_wish_knows_how_far_its_prospect_is_and_a_mentee_without_hope_needs_another(academy):
    shown = lambda: {s.wish.text: s for s in wishes(academy, LEAD, RUN)}  # noqa: E731
    assert shown()["Prof. Hedy Süßebier"].prospect == hedy(academy)
    one = hedy(academy)
    work.decline(academy, LEAD, one.id, one.version)
    assert shown()["Süßebier, Hedy"].lost
    assert without_hope(list(shown().values())) == []
    henni = next(a for a in service.applications(academy, LEAD, RUN) if a.last_name == "Speer")
    service.refuse(academy, LEAD, henni.id, "krank", henni.version)
    assert [m.name for m in without_hope(list(shown().values()))] == ["Mia Meise", "Nora Nimm"]
    mia = next(a for a in service.applications(academy, LEAD, RUN) if a.last_name == "Meise")
    service.withdraw(academy, LEAD, mia.id, "krank", mia.version)
    assert [m.name for m in without_hope(list(shown().values()))] == ["Nora Nimm"]


def test_who_agrees_becomes_an_application_that_the_wishes_mean(academy):
    one = hedy(academy)
    one = work.ask(academy, LEAD, one.id, one.version, MAY)
    agreed, application = work.agree(academy, LEAD, one.id, one.version, FULL)
    assert (application.role, application.status) == ("mentor", "ok")
    assert (agreed.state, agreed.application_id) == ("agreed", application.id)
    meant = {s.wish.text: s.mentor and s.mentor.name for s in wishes(academy, LEAD, RUN)}
    assert meant["Prof. Hedy Süßebier"] == meant["Süßebier, Hedy"] == "Hedy Süßebier"


def test_an_agreement_under_another_name_is_meant_too(academy):
    one = hedy(academy)
    _, application = work.agree(academy, LEAD, one.id, one.version, {**FULL, "last_name": "Süßebier-Tal"})
    assert wish_of(academy, "Prof. Hedy Süßebier").mentor_application_id == application.id


def test_an_agreement_can_be_taken_back_and_given_again(academy):
    one = hedy(academy)
    agreed, application = work.agree(academy, LEAD, one.id, one.version, FULL)
    back = work.step_back(academy, LEAD, agreed.id, agreed.version)
    assert (back.state, back.application_id) == ("to_approach", None)
    assert stored(academy, Application, id=application.id)[0].withdrawn
    assert wish_of(academy, "Prof. Hedy Süßebier").mentor_application_id is None
    service.intake(academy, LEAD, RUN, [("mentors.csv", csv(MENTORS))])
    assert hedy(academy).state == "to_approach"
    again, application = work.agree(academy, LEAD, back.id, hedy(academy).version, FULL)
    assert (again.state, application.status) == ("agreed", "ok")


def test_who_was_asked_and_applies_by_a_file_has_agreed(academy):
    one = hedy(academy)
    work.ask(academy, LEAD, one.id, one.version, MAY)
    rows = [*MENTORS, ["Hedy", "Süßebier", "Violine", "20", "ja", "ja", "hedy@example.org"]]
    service.intake(academy, LEAD, RUN, [("mentors.csv", csv(rows))])
    after = hedy(academy)
    assert (after.state, after.application_id is not None) == ("agreed", True)


def apply_by_file(store):
    rows = [*MENTORS, ["Hedy", "Süßebier", "Violine", "20", "ja", "ja", "hedy@example.org"]]
    service.intake(store, LEAD, RUN, [("mentors.csv", csv(rows))])


def test_an_application_the_person_sent_is_not_withdrawn_by_a_step_back(academy):
    one = hedy(academy)
    work.ask(academy, LEAD, one.id, one.version, MAY)
    apply_by_file(academy)
    after = hedy(academy)
    with pytest.raises(RuleBroken, match="Hedy Süßebier"):
        work.step_back(academy, LEAD, after.id, after.version)
    (application,) = stored(academy, Application, id=after.application_id)
    assert application.withdrawn is None
    assert hedy(academy) == after
    service.withdraw(academy, LEAD, application.id, "krank", application.version)
    now = hedy(academy)
    back = work.step_back(academy, LEAD, now.id, now.version)
    assert (back.state, back.asked_at, back.application_id) == ("asked", (MAY,), None)


def test_of_an_agreement_taken_back_only_what_it_made_is_withdrawn(academy):
    one = hedy(academy)
    agreed, application = work.agree(academy, LEAD, one.id, one.version, FULL)
    apply_by_file(academy)
    work.step_back(academy, LEAD, agreed.id, hedy(academy).version)
    found = {a.id: a.withdrawn for a in stored(academy, Application, last_name="Süßebier")}
    assert found.pop(application.id)
    assert list(found.values()) == [None]


def test_an_agreement_nobody_wished_for_can_be_taken_back(academy):
    made = work.add(academy, LEAD, RUN, "Ruth Ahl")
    full = {**FULL, "first_name": "Ruth", "last_name": "Ahl", "email": "ruth@example.org"}
    agreed, application = work.agree(academy, LEAD, made.id, made.version, full)
    back = work.step_back(academy, LEAD, agreed.id, agreed.version)
    (gone,) = stored(academy, Application, id=application.id)
    assert (back.state, gone.withdrawn.by) == ("to_approach", "eva")


def test_an_opinion_is_kept_with_who_judged_and_when(academy):
    one = hedy(academy)
    two = work.judge(academy, LEAD, one.id, one.version, "name", holds=False)
    three = work.judge(academy, LEAD, one.id, two.version, "name", holds=True, remark="spielt in Wien")
    assert [(o.holds, o.by) for o in three.opinions] == [(False, "eva"), (True, "eva")]
    (shown,) = work.prospects(academy, LEAD, RUN)
    assert (shown.opinion("name").holds, shown.opinion("name").remark) == (True, "spielt in Wien")
    assert shown.opinion("liking") is None
    with pytest.raises(RuleBroken):
        work.judge(academy, LEAD, one.id, three.version, "looks", holds=True)


def test_a_member_of_the_pool_is_asked_for_the_next_run_with_what_is_known(academy):
    later = Workbench(academy, LEAD).add("arts-academy", run="2016").id
    member = next(m for m in pool.members(academy, LEAD, "arts-academy") if m.name == "Henni Speer")
    assert (member.applied, member.mentored, member.asked) == (("2015",), (), ())
    prospect = work.add(academy, LEAD, later, member)
    with pytest.raises(RuleBroken):
        work.add(academy, LEAD, later, member)
    asked = work.ask(academy, LEAD, prospect.id, prospect.version, MAY)
    member = next(m for m in pool.members(academy, LEAD, "arts-academy") if m.name == "Henni Speer")
    assert member.asked == (MAY,)
    known = work.known_of(academy, LEAD, prospect.id)
    assert (known["first_name"], known["email"], known["experience_years"]) == (
        "Henni",
        "henni@example.org",
        "12",
    )
    _, application = work.agree(academy, LEAD, asked.id, asked.version, known)
    assert (application.status, application.person_id) == ("ok", member.person.id)


def test_who_applied_or_pauses_is_not_asked(academy):
    henni = member_of(academy, "Henni Speer")
    with pytest.raises(RuleBroken):
        work.add(academy, LEAD, RUN, henni)
    later = Workbench(academy, LEAD).add("arts-academy", run="2016").id
    day = academy.clock().date()
    pool.pause(academy, LEAD, "arts-academy", henni, day)
    with pytest.raises(RuleBroken):
        work.add(academy, LEAD, later, henni)
    with pytest.raises(StaleRecord):
        pool.pause(academy, LEAD, "arts-academy", henni, None)
    now = member_of(academy, "Henni Speer")
    assert (now.pauses(day), now.pauses(day + dt.timedelta(1))) == (True, False)
    pool.pause(academy, LEAD, "arts-academy", now, None)
    assert work.add(academy, LEAD, later, henni).person_id == henni.person.id


def test_a_name_that_is_typed_is_checked_like_somebody_of_the_pool(academy):
    for name in ("Prof. Henni Speer", "Speer, Henni"):
        with pytest.raises(RuleBroken, match="Henni Speer"):
            work.add(academy, LEAD, RUN, name)
    with pytest.raises(RuleBroken, match="Hedy Süßebier"):
        work.add(academy, LEAD, RUN, "Süßebier, Hedy")
    later = Workbench(academy, LEAD).add("arts-academy", run="2016").id
    day = academy.clock().date()
    pool.pause(academy, LEAD, "arts-academy", member_of(academy, "Henni Speer"), day)
    with pytest.raises(RuleBroken, match=date(day)):
        work.add(academy, LEAD, later, "Henni Speer")
    with academy.write("eva", "test") as writer:  # a namesake who does not pause may be meant
        writer.save(
            Person(
                id=writer.new_id(Person), programme_id="arts-academy", first_name="Henni", last_name="Speer"
            )
        )
    assert work.add(academy, LEAD, later, "Henni Speer").person_id is None


def test_the_pool_knows_mentors_of_history_sheets(academy):
    with academy.write("eva", "test") as writer:
        henni = next(p for p in writer.all(Person) if p.last_name == "Speer")
        for year, mentor, mentor_id in (("2012", "Henni Speer", henni.id), ("2013", "Ruth Ahl", None)):
            writer.save(EarlierTandem(id=writer.new_id(EarlierTandem), programme_id="arts-academy", year=year,
                                      mentee="Mo Tal", mentor=mentor, mentor_id=mentor_id))  # fmt: skip
    found = {m.name: m for m in pool.members(academy, LEAD, "arts-academy")}
    assert found["Henni Speer"].mentored == ("2012",)
    assert (found["Ruth Ahl"].person, found["Ruth Ahl"].mentored) == (None, ("2013",))


def told_of(store, *mentors):
    with store.write("eva", "test") as writer:
        for year, name in mentors:
            writer.save(EarlierTandem(id=writer.new_id(EarlierTandem), programme_id="arts-academy", year=year,
                                      mentee="Mo Tal", mentor=name))  # fmt: skip


def test_a_mentor_of_history_sheets_alone_pauses_is_asked_and_agrees_as_one_person(academy):
    told_of(academy, ("2012", "Prof. Ruth Ahl"), ("2013", "Ahl, Ruth"), ("2013", "Bo Ahl"))
    before = member_of(academy, "Prof. Ruth Ahl")
    day = academy.clock().date()
    ruth = pool.pause(academy, LEAD, "arts-academy", before, day)
    assert (ruth.first_name, ruth.last_name, ruth.email) == ("Prof. Ruth", "Ahl", None)
    with pytest.raises(StaleRecord):  # somebody else has said so by now
        pool.pause(academy, LEAD, "arts-academy", before, None)
    with pytest.raises(RuleBroken):
        work.add(academy, LEAD, RUN, before)
    pool.pause(academy, LEAD, "arts-academy", member_of(academy, "Prof. Ruth Ahl"), None)
    made = work.add(academy, LEAD, RUN, before)
    assert made.person_id == ruth.id
    asked = work.ask(academy, LEAD, made.id, made.version, MAY)
    full = {**work.known_of(academy, LEAD, made.id), **FULL, "first_name": "Ruth", "last_name": "Ahl",
            "email": "ruth@example.org"}  # fmt: skip
    _, application = work.agree(academy, LEAD, made.id, asked.version, full)
    assert application.person_id == ruth.id
    found = {m.name: m for m in pool.members(academy, LEAD, "arts-academy") if "Ahl" in m.name}
    assert (found["Prof. Ruth Ahl"].mentored, found["Prof. Ruth Ahl"].asked) == (("2012", "2013"), (MAY,))
    assert found["Bo Ahl"].person is None


def test_who_is_refused_is_not_entered_either(academy):
    told_of(academy, ("2012", "Ruth Ahl"))
    ruth = member_of(academy, "Ruth Ahl")
    work.add(academy, LEAD, RUN, "Ruth Ahl")
    before = stored(academy, Person), stored(academy, EarlierTandem)
    with pytest.raises(RuleBroken):
        work.add(academy, LEAD, RUN, ruth)
    assert (stored(academy, Person), stored(academy, EarlierTandem)) == before
    with pytest.raises(NotFound):
        work.add(academy, LEAD, RUN, pool.Member("Nele Nie", None))


def test_the_pool_stands_in_german_order_of_last_names(academy):
    with academy.write("eva", "test") as writer:
        for name in ("Inge von der Mude", "Zoe Ötker", "Ada Ohm", "Prof. Abel Zorn"):
            writer.save(EarlierTandem(id=writer.new_id(EarlierTandem), programme_id="arts-academy",
                                      year="2012", mentee="Mo Tal", mentor=name))  # fmt: skip
    names = [m.name for m in pool.members(academy, LEAD, "arts-academy")]
    assert names == ["Katherina Atzler", "Ada Ohm", "Zoe Ötker", "Henni Speer", "Inge von der Mude",
                     "Jorge Zorbach", "Prof. Abel Zorn"]  # fmt: skip


def test_somebody_is_noted_described_and_removed_by_hand(academy):
    made = work.add(academy, LEAD, RUN, "  Ruth Ahl ")
    named = work.describe(academy, LEAD, made.id, made.version, name="Ruth Ahl", email="ruth@example.org")
    assert work.known_of(academy, LEAD, made.id)["email"] == "ruth@example.org"
    with pytest.raises(RuleBroken, match="ruth@"):
        work.describe(academy, LEAD, made.id, named.version, name="Ruth Ahl", email="ruth@")
    work.remove(academy, LEAD, made.id, named.version)
    assert [p.name for p in stored(academy, Prospect)] == ["Hedy Süßebier"]
    one = hedy(academy)
    with pytest.raises(RuleBroken):
        work.remove(academy, LEAD, one.id, one.version)
    with pytest.raises(RuleBroken):
        work.add(academy, LEAD, RUN, "Süßebier, Hedy")


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("Prof. Dr. Jan Böhm", "Jan", "Böhm"), ("Böhm, Prof. Jan", "Jan", "Böhm"),
        ("Prof. Dr. Ünal Ğ", "Ünal", "Ğ"), ("Prof. Böhm", "", "Böhm"),
        ("Inge von der Mude", "Inge", "von der Mude"), ("Böhm", "", "Böhm"),
    ],
)  # fmt: skip
def test_a_name_noted_by_hand_is_split_into_first_and_last_name_without_titles(academy, name, first, last):
    made = work.add(academy, LEAD, RUN, name)
    assert made.name == f"{first} {last}".strip()
    named = work.describe(academy, LEAD, made.id, made.version, name=name)
    known = work.known_of(academy, LEAD, named.id)
    assert (known["first_name"], known["last_name"]) == (first, last)


def test_the_runs_of_somebody_in_the_pool_stand_in_the_order_of_time():
    store = Store.create()
    for run in ("9. Durchgang", "10. Durchgang", "11. Durchgang"):
        run_id = Workbench(store, LEAD).add("arts-academy", run=run).id
        service.intake(store, LEAD, run_id, [("mentors.csv", csv(MENTORS[:2]))])
    with store.write("eva", "test") as writer:
        (henni,) = writer.all(Person)
        for year in ("2. Durchgang", "1998"):
            writer.save(EarlierTandem(id=writer.new_id(EarlierTandem), programme_id="arts-academy", year=year,
                                      mentee="Mo Tal", mentor=henni.name, mentor_id=henni.id))  # fmt: skip
    (member,) = pool.members(store, LEAD, "arts-academy")
    assert member.applied == ("9. Durchgang", "10. Durchgang", "11. Durchgang")
    assert member.mentored == ("2. Durchgang", "1998")


def test_an_officer_neither_sees_nor_changes_whom_to_win(academy):
    one, who = hedy(academy), officer()
    person = stored(academy, Person)[0]
    here = (academy, who, one.id)
    attempts = [
        lambda: work.prospects(academy, who, RUN), lambda: work.add(academy, who, RUN, "Ruth Ahl"),
        lambda: work.describe(*here, one.version, name="X"), lambda: work.ask(*here, one.version, MAY),
        lambda: work.judge(*here, one.version, "name", holds=True), lambda: work.decline(*here, one.version),
        lambda: work.agree(*here, one.version, FULL), lambda: work.step_back(*here, one.version),
        lambda: work.remove(*here, one.version), lambda: work.known_of(*here),
        lambda: pool.members(academy, who, "arts-academy"),
        lambda: pool.pause(academy, who, "arts-academy", pool.Member(person.name, person), MAY),
        lambda: work.add(academy, who, RUN, pool.Member("Ruth Ahl", None)),
    ]  # fmt: skip
    for attempt in attempts:
        with pytest.raises(NotAllowed):
            attempt()
