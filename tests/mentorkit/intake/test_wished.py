"""People decide wishes where the machine is not sure, and a name nobody knows is somebody to approach."""

import pytest
from academy import LEAD, MENTEES, MENTORS, RUN, csv, officer, wish_of

from mentorkit.errors import NotAllowed, RuleBroken, StaleRecord
from mentorkit.intake import actions, service
from mentorkit.intake.wished import bare_name, decide, leave_to_machine, wishes
from mentorkit.programme.records import Prospect, Source, Wish


def prospects(store):
    with store.read() as reader:
        return {p.name: p for p in reader.all(Prospect, run_id=RUN)}


def mentor_of(store, text):
    shown = next(s for s in wishes(store, LEAD, RUN) if s.wish.text == text)
    return shown.mentor.name if shown.mentor else None, shown.standing


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Prof. Hedy Süßebier", "Hedy Süßebier"), ("Süßebier, Prof. Hedy", "Hedy Süßebier"),
        ("Hedy Süßebier (Oper)", "Hedy Süßebier"), ("Hedy Süßebier, Halle", "Hedy Süßebier"),
        ("von der Au, Ida", "Ida von der Au"), ("noch offen", ""), ("jemand von der Oper", ""), ("Speer", ""),
    ],
)  # fmt: skip
def test_the_name_in_a_wish(text, name):
    assert bare_name(text) == name


def test_wishes_stand_as_sure_guessed_or_open(academy):
    assert mentor_of(academy, "Prof. Henni Speer") == ("Henni Speer", "sure")
    assert mentor_of(academy, "Hennni Speer") == ("Henni Speer", "guess")
    assert mentor_of(academy, "Katerina Atzler") == (None, "open")
    shown = {s.wish.text: s for s in wishes(academy, LEAD, RUN)}
    assert shown["Katerina Atzler"].guesses[0].name == "Katherina Atzler"


def test_a_guess_at_a_mentor_who_takes_no_part_any_more_is_open(academy):
    henni = next(a for a in service.applications(academy, LEAD, RUN) if a.last_name == "Speer")
    refused = service.refuse(academy, LEAD, henni.id, "krank", henni.version)
    assert mentor_of(academy, "Hennni Speer") == ("Henni Speer", "open")
    assert mentor_of(academy, "Prof. Henni Speer") == ("Henni Speer", "sure")
    shown = next(s for s in wishes(academy, LEAD, RUN) if s.wish.text == "Hennni Speer")
    assert not shown.guesses
    actions.undo(academy, LEAD, henni.id, refused.version)
    assert mentor_of(academy, "Hennni Speer") == ("Henni Speer", "guess")


def test_a_name_nobody_knows_is_one_prospect_however_often_it_is_wished(academy):
    assert set(prospects(academy)) == {"Hedy Süßebier"}
    tied = {s.wish.text for s in wishes(academy, LEAD, RUN) if s.wish.prospect_id}
    assert tied == {"Prof. Hedy Süßebier", "Süßebier, Hedy"}


def test_a_decision_overrules_the_machine_and_outlives_files_read_again(academy):
    wish = wish_of(academy, "Hennni Speer")
    decide(academy, LEAD, wish.id, None, wish.version)
    assert mentor_of(academy, "Hennni Speer") == (None, "nobody")
    service.intake(academy, LEAD, RUN, [("mentees.csv", csv(MENTEES)), ("mentors.csv", csv(MENTORS))])
    assert mentor_of(academy, "Hennni Speer") == (None, "nobody")
    assert "Hennni Speer" in prospects(academy)
    wish = wish_of(academy, "Hennni Speer")
    leave_to_machine(academy, LEAD, wish.id, wish.version)
    assert mentor_of(academy, "Hennni Speer") == ("Henni Speer", "guess")
    assert set(prospects(academy)) == {"Hedy Süßebier"}


def test_a_decision_lapses_when_the_mentee_wishes_for_somebody_else(academy):
    wish = wish_of(academy, "Katerina Atzler")
    shown = next(s for s in wishes(academy, LEAD, RUN) if s.wish.id == wish.id)
    decide(academy, LEAD, wish.id, shown.guesses[0].id, wish.version)
    assert mentor_of(academy, "Katerina Atzler") == ("Katherina Atzler", "decided")
    other = [[cell.replace("Katerina Atzler", "Jorge Zorbach") for cell in row] for row in MENTEES]
    service.intake(academy, LEAD, RUN, [("mentees.csv", csv(other))])
    assert mentor_of(academy, "Jorge Zorbach") == ("Jorge Zorbach", "sure")


def mend(store, name, **entries):
    application = next(a for a in service.applications(store, LEAD, RUN) if a.name == name)
    service.mend(store, LEAD, application.id, entries, application.version)


def test_a_wish_means_nobody_any_more_when_the_mentor_is_found_to_be_another(academy):
    mend(academy, "Henni Speer", first_name="Ruth", last_name="Ahl")
    assert mentor_of(academy, "Prof. Henni Speer") == (None, "open")
    assert mentor_of(academy, "Hennni Speer") == (None, "open")
    mend(academy, "Ruth Ahl", first_name="Henni", last_name="Speer")
    assert mentor_of(academy, "Hennni Speer") == ("Henni Speer", "guess")


def test_a_wish_opens_when_a_second_mentor_may_be_meant(academy):
    mend(academy, "Jorge Zorbach", first_name="Henni", last_name="Speeer")
    assert mentor_of(academy, "Prof. Henni Speer") == ("Henni Speer", "sure")
    mend(academy, "Henni Speeer", last_name="Speer", email="andere@example.org")
    assert mentor_of(academy, "Prof. Henni Speer") == (None, "open")


@pytest.mark.parametrize("again", [False, True])
def test_a_wish_is_doubtful_while_a_second_mentor_of_the_name_may_be_somebody_else(academy, again):
    email = "henni@example.org" if again else ""
    entries = {"first_name": "Henni", "last_name": "Speer", "email": email, "phone": "0301234567"}
    second = service.enter(academy, LEAD, RUN, "mentor", entries, source=Source(kind="form"))
    assert "duplicate" in [finding.code for finding in second.findings]
    expected = ("Henni Speer", "sure") if again else (None, "open")
    assert mentor_of(academy, "Prof. Henni Speer") == expected
    assert set(prospects(academy)) == {"Hedy Süßebier"}
    service.withdraw(academy, LEAD, second.id, "doppelt", second.version)
    assert mentor_of(academy, "Prof. Henni Speer") == ("Henni Speer", "sure")


def test_a_wish_means_the_mentor_whose_name_it_says_once_there_is_one(academy):
    rows = [*MENTORS, ["Hennni", "Speer", "Violine", "12", "ja", "ja", "hennni@example.org"]]
    service.intake(academy, LEAD, RUN, [("mentors.csv", csv(rows))])
    assert mentor_of(academy, "Hennni Speer") == ("Hennni Speer", "sure")


def test_what_somebody_decided_stands_whatever_the_mentor_is_called(academy):
    wish = wish_of(academy, "Hennni Speer")
    decide(academy, LEAD, wish.id, wish.mentor_application_id, wish.version)
    mend(academy, "Henni Speer", first_name="Ruth", last_name="Ahl")
    assert mentor_of(academy, "Hennni Speer") == ("Ruth Ahl", "decided")


def test_a_prospect_nobody_worked_on_goes_with_the_wish(academy):
    other = [
        [cell.replace("Prof. Hedy Süßebier", "").replace("Süßebier, Hedy", "") for cell in row]
        for row in MENTEES
    ]
    service.intake(academy, LEAD, RUN, [("mentees.csv", csv(other))])
    assert prospects(academy) == {}


def test_taking_in_again_changes_neither_wishes_nor_prospects(academy):
    def everything():
        with academy.read() as reader:
            return reader.all(Wish), reader.all(Prospect)

    before = everything()
    service.intake(academy, LEAD, RUN, [("mentees.csv", csv(MENTEES)), ("mentors.csv", csv(MENTORS))])
    assert everything() == before


def test_only_a_mentor_of_the_run_can_be_meant(academy):
    wish = wish_of(academy, "Katerina Atzler")
    with pytest.raises(RuleBroken):
        decide(academy, LEAD, wish.id, wish.application_id, wish.version)
    with pytest.raises(StaleRecord):
        decide(academy, LEAD, wish.id, None, wish.version - 1)


def test_an_officer_neither_sees_nor_decides_wishes(academy):
    wish = wish_of(academy, "Katerina Atzler")
    for attempt in (lambda: wishes(academy, officer(), RUN),
                    lambda: decide(academy, officer(), wish.id, None, wish.version),
                    lambda: leave_to_machine(academy, officer(), wish.id, wish.version)):  # fmt: skip
        with pytest.raises(NotAllowed):
            attempt()
