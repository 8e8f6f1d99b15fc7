"""Files that come again: under another name, corrected, sorted anew; and each in one transaction."""

from __future__ import annotations

import pytest
from making import as_xlsx

from mentorkit.errors import StoreError
from mentorkit.intake import actions, mapping, service
from mentorkit.intake.intake import Intake
from mentorkit.intake.news import to_take
from mentorkit.privacy.permissions import sole_actor
from mentorkit.programme.records import Application, TakenFile
from mentorkit.store import Store

pytestmark = pytest.mark.usefixtures("in_english")

LEAD = sole_actor("eva")
RUN = "party-chapters/2008/09"
HEAD = "Nachname;Vorname;Geb.-Jahr;Kreisverband;Telefon;E-Mail;Themen;Eingang;Bemerkung"
ANNA = "Hof;Anna;1980;Harz;030 23125106;anna@example.org;Soziales;4.8.08;kommt später"
BO = "Ahl;Bo;1970;Börde;030 23125107;bo@example.org;Medien;5.8.08;"
CORA = "Ziegert;Cora;1971;Harz;030 23125108;cora@example.org;Medien;5.10.08;"


@pytest.fixture
def store(party):
    return party


def take(store: Store, *rows: str, name: str = "mentees.csv", **options):
    return service.intake(store, LEAD, RUN, [(name, "\n".join([HEAD, *rows]).encode())], **options)


def everybody(store: Store) -> list[Application]:
    return service.applications(store, LEAD, RUN)


def trail(store: Store) -> list[tuple[str, str, str]]:
    with store.read() as reader:
        return [(e["subject"], e["action"], e["reason"]) for e in reader.trail(kind="application")]


# -- the same content -----------------------------------------------------------------------------


def test_a_file_under_another_name_changes_nothing_and_tells_the_first_name(store):
    take(store, ANNA, BO)
    before, told = everybody(store), trail(store)
    document = take(store, ANNA, BO, name="mentees (Kopie).csv").to_json()
    assert everybody(store) == before
    assert trail(store) == told
    assert [row["change"] for row in document["rows"]] == ["unchanged", "unchanged"]
    assert "“mentees.csv”" in document["files"][0]["message"]
    assert document["rows"][0]["file"] == "mentees (Kopie).csv"


def test_a_file_is_known_by_its_cells_whatever_wrote_them(store):
    take(store, ANNA)
    text = "\n".join([HEAD, ANNA]).replace(";", ",").encode("utf-16")
    document = service.intake(store, LEAD, RUN, [("anders.csv", text)]).to_json()
    assert [row["change"] for row in document["rows"]] == ["unchanged"]


def test_each_file_that_was_taken_in_is_kept_in_mind_once(store):
    for name in ("a.csv", "a.csv", "b.csv"):
        take(store, ANNA, name=f"mentees_{name}")
    with store.read() as reader:
        assert [file.name for file in reader.all(TakenFile)] == ["mentees_a.csv", "mentees_b.csv"]


# -- a corrected file -----------------------------------------------------------------------------


def test_what_a_corrected_file_changes_is_told_before_and_after_it_is_taken_in(store):
    take(store, ANNA, BO)
    corrected = ANNA.replace("Soziales", "Recht").replace("kommt später", "war da")
    wanted = [
        {"field": "topics", "label": "Topics", "before": "Soziales", "after": "Recht"},
        {"field": "Bemerkung", "label": "Bemerkung", "before": "kommt später", "after": "war da"},
    ]
    for commit in (False, True):
        rows = take(store, corrected, BO, commit=commit).to_json()["rows"]
        assert [row["differences"] for row in rows] == [wanted, []]
    assert everybody(store)[0].extra == {"Bemerkung": "war da"}


def test_who_is_gone_from_a_corrected_file_is_named_and_stays(store):
    take(store, ANNA, BO)
    again = take(store, BO)
    assert [a.name for a in again.gone(0)] == ["Anna Hof"]
    assert "Anna Hof" in again.to_json()["files"][0]["message"]
    assert [a.name for a in everybody(store)] == ["Anna Hof", "Bo Ahl"]


def test_nobody_is_gone_from_another_file_of_the_same_name(store):
    take(store, ANNA)
    assert take(store, BO).gone(0) == ()


def test_a_corrected_address_in_a_row_that_moved_is_no_second_application(store):
    take(store, ANNA, BO)
    take(store, CORA, BO, ANNA.replace("anna@", "anna.hof@"))
    assert [(a.name, a.answers["email"]) for a in everybody(store)] == [
        ("Anna Hof", "anna.hof@example.org"),
        ("Bo Ahl", "bo@example.org"),
        ("Cora Ziegert", "cora@example.org"),
    ]


def test_people_of_one_name_in_rows_that_moved_stay_apart(store):
    mother = ANNA.replace("1980", "1950").replace("anna@", "mutter@")
    take(store, ANNA, BO)
    take(store, CORA, mother, BO)
    assert [a.answers["email"].split("@")[0] for a in everybody(store)] == ["anna", "bo", "cora", "mutter"]


def test_a_sheet_may_get_another_name(store):
    rows = [HEAD.split(";"), ANNA.split(";"), BO.split(";")]
    for sheet in ("Mentees", "Mentees 2008"):
        service.intake(store, LEAD, RUN, [("a.xlsx", as_xlsx([(sheet, rows)]))])
    assert len(everybody(store)) == 2


# -- a corrected file under another name ------------------------------------------------------------


def changes_of(intake) -> list[tuple[str, list[str]]]:
    return [(row.change, [finding.code for finding in row.application.findings]) for row in intake.rows]


def test_a_corrected_file_under_another_name_updates_and_says_so(store):
    take(store, ANNA, BO, CORA)
    again = take(store, ANNA.replace("Soziales", "Recht"), BO, CORA, name="mentees_neu.csv")
    assert changes_of(again) == [("changed", []), ("unchanged", []), ("unchanged", ["late"])]
    assert "newer state of “mentees.csv”" in again.told(0)
    assert [(a.name, a.entries["topics"], a.source.file) for a in everybody(store)] == [
        ("Anna Hof", "Recht", "mentees_neu.csv"),
        ("Bo Ahl", "Medien", "mentees.csv"),
        ("Cora Ziegert", "Medien", "mentees.csv"),
    ]


def test_later_states_belong_together_whatever_they_are_called(store):
    take(store, ANNA, BO, CORA)
    take(store, ANNA.replace("Soziales", "Recht"), BO, CORA, name="mentees_neu.csv")
    third = take(
        store, ANNA.replace("Soziales", "Haushalt"), BO.replace("bo@", "bo.ahl@"), name="mentees_neu.csv"
    )
    assert [change for change, _ in changes_of(third)] == ["changed", "changed"]
    assert [a.name for a in third.gone(0)] == ["Cora Ziegert"]
    fourth = take(store, ANNA, BO.replace("bo@", "bo.ahl@"), name="mentees.csv")
    assert [change for change, _ in changes_of(fourth)] == ["changed", "unchanged"]
    assert len(everybody(store)) == 3


def test_a_file_that_comes_back_under_its_first_name_leads_nowhere_else(store):
    corrected = ANNA.replace("Soziales", "Recht")
    take(store, ANNA, BO, CORA, name="liste.csv")
    for name in ("liste_neu.csv", "liste.csv"):
        take(store, corrected, BO, CORA, name=name)
    with store.read() as reader:
        taken = [(file.name, file.replaces) for file in reader.all(TakenFile)]
    assert taken == [("liste.csv", None), ("liste_neu.csv", "liste.csv"), ("liste.csv", None)]
    for name in ("liste.csv", "liste_neu.csv", "liste_neu2.csv"):
        again = take(store, ANNA.replace("Soziales", "Lehre"), BO, CORA, name=name, commit=False)
        assert changes_of(again) == [("changed", []), ("unchanged", []), ("unchanged", ["late"])]


def test_a_state_under_a_name_used_before_is_of_the_first_file_too(store):
    take(store, ANNA, BO, CORA, name="liste.csv")
    for topic, name in (("Recht", "zwei.csv"), ("Lehre", "zwei.csv"), ("Bau", "drei.csv")):
        take(store, ANNA.replace("Soziales", topic), BO, CORA, name=name)
    with store.read() as reader:
        assert [file.replaces for file in reader.all(TakenFile)] == [None, *["liste.csv"] * 3]


def test_files_of_two_senders_that_share_a_name_stay_apart(store):
    harz, boerde = (ANNA, CORA), (BO, BO.replace("Bo;", "Ida;").replace("bo@", "ida@"))
    take(store, *harz, name="bewerbungen.csv")
    take(store, harz[0].replace("Soziales", "Lehre"), harz[1], name="bewerbungen_neu.csv")
    take(store, *boerde, name="kv_boerde.csv")
    again = take(
        store, boerde[0].replace("Medien", "Recht"), boerde[1], name="bewerbungen_neu.csv", commit=False
    )
    assert again.newer[0].file == "kv_boerde.csv"
    again = service.commit(store, LEAD, RUN, mapping.answered(again, {"replaces:0": "yes"}))
    assert [change for change, _ in changes_of(again)] == ["changed", "unchanged"]
    for sender, first in ((harz, "bewerbungen.csv"), (boerde, "kv_boerde.csv")):
        changed = [row.replace("Soziales", "Bau").replace("Medien", "Bau") for row in sender]
        for name in (first, "bewerbungen_neu.csv"):
            later = take(store, *changed, name=name, commit=False)
            assert [row.change for row in later.rows] == ["changed", "changed"]
            assert later.gone(0) == ()
            (missing,) = take(store, changed[0], name=name, commit=False).gone(0)
            assert missing.name == later.rows[1].application.name
    assert len(everybody(store)) == 4


def test_what_is_told_of_a_renamed_file_holds_once_it_is_taken_in(store):
    take(store, ANNA, BO, CORA)
    again = take(store, ANNA.replace("Soziales", "Recht"), BO.replace("Medien", "Lehre"),
                 name="mentees_neu.csv", commit=False)  # fmt: skip
    told = again.told(0)
    assert "newer state of “mentees.csv”" in told
    assert "No longer in this file: Cora Ziegert." in told
    done = service.commit(store, LEAD, RUN, again)
    assert (done.told(0), done.to_json()["files"][0]["message"]) == (told, told)
    assert mapping.questions(done) == ()


def test_one_row_that_is_corrected_is_known_by_a_name_that_is_alike(store):
    take(store, ANNA, name="kv_harz.csv")
    corrected = ANNA.replace("Soziales", "Recht")
    assert changes_of(take(store, corrected, name="KV Harz (2).csv", commit=False)) == [("changed", [])]
    other = take(store, corrected, name="mentees_frauen.csv", commit=False)
    assert changes_of(other) == [("new", ["duplicate"])]
    (question,) = mapping.questions(other)
    assert (question.kind, question.heading, question.guess) == ("replaces", "kv_harz.csv", "no")
    assert question.samples == ("Anna Hof",)
    answered = mapping.answered(other, {question.key: "yes"})
    assert (changes_of(answered), mapping.questions(answered)) == ([("changed", [])], ())


def test_that_a_file_replaces_another_can_be_denied(store):
    take(store, ANNA, BO)
    again = take(store, ANNA, BO.replace("Medien", "Recht"), CORA, name="mentees_neu.csv", commit=False)
    (question,) = mapping.questions(again)
    denied = mapping.answered(again, {question.key: "no"})
    assert [codes for _, codes in changes_of(denied)] == [["duplicate"], ["duplicate"], ["late"]]
    assert denied.told(0) is None
    again = Intake.from_draft(denied.to_draft(), denied.context)
    assert changes_of(again) == changes_of(denied)
    service.commit(store, LEAD, RUN, again)
    assert len(everybody(store)) == 5


def test_who_stands_twice_in_a_newer_state_or_for_another_organisation_is_a_duplicate(store):
    take(store, ANNA, BO)
    again = take(store, ANNA, BO, BO, name="mentees_neu.csv", commit=False)
    assert changes_of(again) == [("unchanged", []), ("unchanged", []), ("new", ["duplicate"])]
    moved = take(store, ANNA.replace("Harz", "Stendal"), name="mentees (2).csv", commit=False)
    assert (changes_of(moved), moved.newer) == ([("new", ["duplicate"])], {})


def test_a_file_of_others_replaces_nothing(store):
    take(store, ANNA, BO)
    other = take(store, CORA, ANNA, CORA.replace("Cora", "Ina").replace("cora@", "ina@"), name="liste.csv")
    assert other.newer == {}
    assert [codes for _, codes in changes_of(other)][1] == ["duplicate"]


@pytest.mark.parametrize("name", ["mentees.csv", "mentees_neu.csv"])
def test_an_outdated_file_read_once_more_changes_nothing_and_says_so(store, name):
    take(store, ANNA, BO)
    take(store, ANNA.replace("Soziales", "Recht"), BO, CORA, name=name)
    before, told = everybody(store), trail(store)
    for old in ("mentees.csv", "mentees (Kopie).csv", "mentees.csv"):
        again = take(store, ANNA, BO, name=old)
        assert changes_of(again) == [("unchanged", []), ("unchanged", [])]
        assert "Nothing new" in again.told(0)
        assert f"A newer state of it, “{name}”, was taken in since" in again.told(0)
        assert "No longer" not in again.told(0)
    assert (everybody(store), trail(store)) == (before, told)
    latest = take(store, ANNA.replace("Soziales", "Recht"), BO, CORA, name=name, commit=False)
    assert "newer state" not in latest.told(0)


def test_who_is_not_stored_is_taken_from_an_outdated_file_too(store):
    first = take(store, ANNA, BO, commit=False)
    service.commit(store, LEAD, RUN, first.drop(first.rows[1].application.id))
    take(store, ANNA.replace("Soziales", "Recht"), BO.replace("Bo;", "Ida;").replace("bo@", "ida@"))
    assert [row.change for row in take(store, ANNA, BO, commit=False).rows] == ["unchanged", "new"]


# -- a file and its correction read together --------------------------------------------------------

CORRECTED = ANNA.replace("Soziales", "Recht")
NINA = "Plath;Nina;1971;Harz;030 23125109;nina@example.org;Medien;5.8.08;"


def read_both(store: Store, *files: tuple[str, tuple[str, ...]], commit: bool = False) -> Intake:
    given = [(name, "\n".join([HEAD, *rows]).encode()) for name, rows in files]
    return service.intake(store, LEAD, RUN, given, commit=commit)


@pytest.mark.parametrize("backwards", [False, True])
def test_a_file_and_its_correction_read_together_are_one(store, backwards):
    files = [("mentees.csv", (ANNA, BO, CORA)), ("mentees (2).csv", (CORRECTED, BO))]
    old, new = (1, 0) if backwards else (0, 1)
    both = read_both(store, *(reversed(files) if backwards else files))
    assert {row.application.name: (row.raw.file, row.application.entries["topics"]) for row in both.rows} == {
        "Anna Hof": (new, "Recht"), "Bo Ahl": (new, "Medien"), "Cora Ziegert": (old, "Medien")
    }  # fmt: skip
    (question,) = mapping.questions(both)
    assert (question.kind, question.heading, question.guess) == ("replaces", "mentees.csv", "yes")
    for told in (both, service.commit(store, LEAD, RUN, both)):
        assert "newer state of “mentees.csv”" in told.told(new)
        assert "No longer in this file: Cora Ziegert." in told.told(new)
        assert "2 rows of it stand in a newer state" in told.told(old)
    assert len(everybody(store)) == 3
    for name, rows in files:
        again = take(store, *rows, name=name, commit=False).rows
        assert len(again) == len(rows)
        assert {row.change for row in again} <= {"changed", "unchanged"}


def test_what_is_left_out_of_the_newer_state_is_not_taken_from_the_outdated_one(store):
    both = read_both(store, ("mentees.csv", (ANNA, BO)), ("mentees_neu.csv", (CORRECTED, BO)))
    left = both.drop(both.rows[0].application.id)
    assert [row.application.first_name for row in left.rows] == ["Bo"]
    service.commit(store, LEAD, RUN, left)
    assert [a.first_name for a in everybody(store)] == ["Bo"]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("Mentees 30.09.2008.csv", "Mentees 01.10.2008.csv"),
        ("Mentees 2008-09-30.csv", "Mentees 1.10.08.csv"),
        ("Mentees Stand 9.9..csv", "Mentees Stand 2.10..csv"),
        ("Mentees 30_09_2008.csv", "Mentees 20081001.csv"),
        ("Mentees 9.csv", "Mentees 10.csv"),
        ("Mentees 30.09.2008.csv", "Mentees 30.09.2008 (2).csv"),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_of_two_files_that_name_their_day_the_later_one_holds(store, older, newer, backwards):
    files = [(older, (ANNA, BO)), (newer, (CORRECTED, BO))]
    both = read_both(store, *(reversed(files) if backwards else files))
    (question,) = mapping.questions(both)
    assert (question.files, question.heading, question.guess) == ((newer,), older, "yes")
    service.commit(store, LEAD, RUN, both)
    assert [a.entries["topics"] for a in everybody(store)] == ["Recht", "Medien"]
    again = take(store, ANNA, BO, name=older)
    assert "A newer state of it" in again.told(0)
    assert everybody(store)[0].entries["topics"] == "Recht"


@pytest.mark.parametrize(
    "names",
    [
        ("Mentees Stand 9.12..csv", "Mentees Stand 2.1..csv"),
        ("Mentees 2.csv", "Mentees neu.csv"),
        ("Mentees korrigiert.csv", "Mentees final.csv"),
        ("Mentees 1.10.csv", "Mentees 2.1.csv"),
        ("Mentees 1.5.csv", "Mentees 2.1.csv"),
        ("Mentees.csv", "Mentees 30.09.2008.csv"),
        ("Mentees 2 30.09.2008.csv", "Mentees 1 01.10.2008.csv"),
        ("Mentees.csv", "Mentees.csv"),
    ],
)
@pytest.mark.parametrize("backwards", [False, True])
def test_which_of_two_files_is_newer_is_asked_where_nothing_tells_and_both_can_be(store, names, backwards):
    files = [(names[0], (ANNA, BO)), (names[1], (CORRECTED, BO))]
    both = read_both(store, *(reversed(files) if backwards else files))
    (question,) = mapping.questions(both)
    assert (question.kind, question.guess) == ("replaces", "")
    asked = int(question.key.partition(":")[2])
    for answer, newer in (("yes", asked), ("older", 1 - asked)):
        said = mapping.answered(both, {question.key: answer})
        said = Intake.from_draft(said.to_draft(), said.context)
        assert (changes_of(said), mapping.questions(said)) == ([("new", [])] * 2, ())
        assert {row.raw.file for row in said.rows} == {newer}
        assert f"This is a newer state of “{said.files[1 - newer].file}”" in said.told(newer)
    service.commit(store, LEAD, RUN, said)
    topic = everybody(store)[0].entries["topics"]
    assert topic == ("Recht" if newer != backwards else "Soziales")
    for place in (newer, 1 - newer):
        again = take(
            store, *reversed(files[place != backwards][1]), name=said.files[place].file, commit=False
        )
        assert len(again.rows) == 2
    assert len(everybody(store)) == 2


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1)])
def test_the_latest_of_several_states_is_known_as_such_whatever_was_chosen_first(store, order):
    states = [("Mentees.csv", (ANNA, BO)), ("Mentees 2.csv", (CORRECTED, BO))]
    states.append(("Mentees 10.csv", (ANNA.replace("Soziales", "Bau"), BO)))
    read_both(store, *(states[i] for i in order), commit=True)
    for name, rows in states:
        again = take(store, *rows, name=name)
        assert [row.change for row in again.rows] == ["unchanged"] * 2
        assert ("A newer state of it, “Mentees 10.csv”" in again.told(0)) == (name != "Mentees 10.csv")
    assert everybody(store)[0].entries["topics"] == "Bau"


def test_which_of_two_files_is_newer_is_not_asked_where_they_say_the_same(store):
    for name, guesses in (("Mentees.csv", []), ("Mentees Stand 2.1..csv", ["yes"])):
        both = read_both(store, ("Mentees.csv", (ANNA, BO)), (name, (ANNA, BO, CORA)))
        assert [question.guess for question in mapping.questions(both)] == guesses
        assert [row.change for row in both.rows] == ["new"] * 3


def test_a_file_said_to_be_older_than_what_is_stored_changes_nobody_and_adds_who_is_missing(store):
    take(store, CORRECTED, BO, name="Mentees 01.10.2008.csv")
    older = take(store, ANNA, BO, CORA, name="Mentees 30.09.2008.csv", commit=False)
    (question,) = mapping.questions(older)
    assert (question.heading, question.guess) == ("Mentees 01.10.2008.csv", "")
    said = mapping.answered(older, {question.key: "older"})
    assert changes_of(said) == [("unchanged", []), ("unchanged", []), ("new", ["late"])]
    assert "A newer state of it, “Mentees 01.10.2008.csv”" in said.told(0)
    service.commit(store, LEAD, RUN, said)
    assert [a.entries["topics"] for a in everybody(store)] == ["Recht", "Medien", "Medien"]
    again = take(store, CORRECTED, BO, name="Mentees 01.10.2008.csv", commit=False)
    assert "newer state" not in again.told(0)


def test_that_one_of_two_files_replaces_the_other_is_asked_and_can_be_denied(store):
    both = read_both(store, ("mentees_harz.csv", (ANNA,)), ("mentees_frauen.csv", (CORRECTED,)))
    assert [codes for _, codes in changes_of(both)] == [[], ["duplicate"]]
    (question,) = mapping.questions(both)
    assert (question.heading, question.guess) == ("mentees_harz.csv", "no")
    said = mapping.answered(both, {question.key: "yes"})
    assert (changes_of(said), mapping.questions(said)) == ([("new", [])], ())
    assert changes_of(Intake.from_draft(said.to_draft(), said.context)) == changes_of(said)
    denied = mapping.answered(both, {question.key: "no"})
    assert (changes_of(denied), mapping.questions(denied)) == (changes_of(both), ())


def test_states_read_together_are_later_states_of_what_is_stored(store):
    take(store, ANNA, BO, CORA)
    third = CORRECTED.replace("Recht", "Bau")
    both = read_both(
        store,
        ("mentees_neu.csv", (CORRECTED, BO, CORA)),
        ("mentees.csv", (ANNA, BO, CORA)),
        ("mentees_neu2.csv", (third, BO)),
        commit=True,
    )
    assert [row.change for row in both.rows] == ["unchanged", "changed", "unchanged"]
    assert [a.entries["topics"] for a in everybody(store)] == ["Bau", "Medien", "Medien"]
    with store.read() as reader:
        assert {file.family for file in reader.all(TakenFile)} == {"mentees.csv"}


def test_two_files_of_one_name_in_which_the_same_stand_are_states_of_one(store):
    both = read_both(store, ("mentees.csv", (ANNA, BO)), ("mentees.csv", (CORRECTED, BO)), commit=True)
    assert changes_of(both) == [("new", []), ("new", [])]
    assert everybody(store)[0].entries["topics"] == "Recht"


@pytest.mark.parametrize("stored", [False, True])
@pytest.mark.parametrize(
    "corrected",
    [
        (CORRECTED, BO, CORA),
        (ANNA.replace("anna@", "a@"), BO.replace("bo@", "b@"), CORA.replace("cora@", "c@")),
        tuple(row.replace("Hof;", "Hoff;").replace("Ahl;", "Ahle;") for row in (ANNA, BO)),
    ],
)
def test_a_corrected_file_of_one_name_beside_the_first_one_makes_no_second_applications(
    store, corrected, stored
):
    if stored:
        take(store, ANNA, BO, CORA)
    first = read_both(store, ("mentees.csv", (ANNA, BO, CORA)))
    both = first.joined(read_both(store, ("mentees.csv", (*corrected, NINA))))
    assert [name for _, codes in changes_of(both) for name in codes if name == "duplicate"] == []
    assert len(both.rows) == 4
    assert [q.kind for q in mapping.questions(both)] == ([] if stored else ["replaces"])
    service.commit(store, LEAD, RUN, both)
    assert len(everybody(store)) == 4


def test_what_was_decided_on_a_row_goes_over_to_the_newer_state_that_is_read_after_it(store):
    late = CORA.replace("Medien", "")
    before = read_both(store, ("mentees.csv", (ANNA, late)))
    anna, cora = (row.application.id for row in before.rows)
    before = before.mend(anna, {"topics": "Lehre"}).mend(cora, {"topics": "Bau"})
    before = before.overrule(cora, "Post war langsam", "eva")
    both = before.joined(read_both(store, ("mentees_neu.csv", (ANNA.replace("1980", "1981"), late, BO))))
    assert [(row.application.entries["topics"], row.application.result) for row in both.rows] == [
        ("Lehre", "ok"), ("Bau", "ok"), ("Medien", "ok")
    ]  # fmt: skip
    again = both.take_back(both.rows[1].application.id).mend(both.rows[0].application.id, {"phone": "030 1"})
    assert [a.result for a in again.applications] == ["ok", "review", "ok"]
    assert again.applications[0].entries["phone"] == "030 1"
    done = service.commit(store, LEAD, RUN, both)
    assert [(a.first_name, a.takes_part) for a in everybody(store)] == [
        ("Anna", True),
        ("Cora", True),
        ("Bo", True),
    ]
    assert done.lapsed == ()


def test_states_of_two_senders_under_one_name_are_told_apart_though_all_their_rows_changed(store):
    def topic(row, word):
        return row.replace("Soziales", word).replace("Medien", word)

    take(store, ANNA, CORA, name="bewerbungen.csv")
    take(store, topic(ANNA, "Bau"), CORA, name="bewerbungen_neu.csv")
    take(store, BO, name="kv_boerde.csv")
    for word, name in (("Recht", "bewerbungen_neu.csv"), ("Lehre", "drei.csv"), ("Bau", "kv_boerde.csv")):
        read_it = take(store, topic(BO, word), name=name, commit=False)
        asked = [q for q in mapping.questions(read_it) if q.kind == "replaces"]
        answers = {q.key: "yes" for q in asked}
        assert {q.heading for q in asked} <= {"kv_boerde.csv"}
        done = service.commit(store, LEAD, RUN, mapping.answered(read_it, answers))
        assert (done.rows[0].change, done.gone(0)) == ("changed", ())
    assert len(everybody(store)) == 3


def test_only_what_really_changes_is_counted(store):
    take(store, ANNA, BO)
    anna = everybody(store)[0]
    service.mend(store, LEAD, anna.id, {"received": "2008-09-03"}, anna.version)
    fixed = ANNA.replace("4.8.08", "2008-09-05")
    again = take(store, CORA, fixed, BO.replace("Medien", "Bau"), commit=False)
    assert [row.change for row in again.rows] == ["new", "kept", "changed"]
    assert to_take(again) == (1, 1)
    kept = next(text for text in again.sentences(0) if "Anna Hof" in text)
    assert "“3 Sept 2008” holds here, the file says “5 Sept 2008” now." in kept


# -- what somebody decided meanwhile ---------------------------------------------------------------


def typed_in(store: Store, **entries: str) -> Application:
    (anna,) = everybody(store)
    return service.mend(store, LEAD, anna.id, entries, anna.version)


def test_what_is_not_taken_over_since_somebody_typed_otherwise_is_named(store):
    take(store, ANNA.replace("Soziales", ""))
    typed_in(store, topics="irgendwas")
    again = take(store, ANNA)
    document = again.to_json()
    note = "Topics: “irgendwas” holds here, the file says “Soziales” now."
    assert (again.rows[0].change, again.rows[0].notes[1:]) == ("kept", (note,))
    assert note in document["files"][0]["message"]
    assert note in document["rows"][0]["notes"]


def test_a_file_that_says_by_now_what_was_typed_says_nothing_otherwise(store):
    take(store, ANNA.replace("Soziales", ""))
    typed_in(store, topics="Soziales")
    take(store, ANNA)
    row = take(store, ANNA).to_json()["rows"][0]
    assert (row["change"], row["notes"]) == ("unchanged", [])


def test_the_history_of_a_row_that_stayed_in_its_place_does_not_say_that_it_moved(store):
    take(store, ANNA.replace("Soziales", ""))
    typed_in(store, topics="irgendwas")
    take(store, ANNA)
    whats = [deed.what for deed in actions.history_of(store, LEAD, everybody(store)[0].id)]
    assert whats[0] != "Stands in another row of the file now"
    take(store, BO, ANNA)
    whats = [deed.what for deed in actions.history_of(store, LEAD, everybody(store)[0].id)]
    assert whats[0] == "Stands in another row of the file now"


def test_what_was_typed_in_stands_in_no_cell(store):
    take(store, ANNA.replace("Soziales", "Recht"))
    assert everybody(store)[0].source.cells["topics"] == "G2"
    assert "topics" not in typed_in(store, topics="irgendwas").source.cells
    take(store, ANNA)
    assert "topics" not in everybody(store)[0].source.cells
    intake = take(store, BO, commit=False)
    decided = intake.mend(intake.rows[0].application.id, {"topics": "Lehre"})
    cells = decided.rows[0].application.source.cells
    assert ("topics" in cells, cells["email"]) == (False, "F2")


# -- one transaction ------------------------------------------------------------------------------


def test_what_was_decided_is_stored_with_the_file_and_the_trail_tells_both_apart(store):
    intake = take(store, ANNA, CORA, BO, commit=False)
    anna, cora, _ = intake.rows
    decided = intake.mend(anna.application.id, {"topics": "Recht"})
    decided = decided.mend(cora.application.id, {"topics": "Lehre"})
    decided = decided.overrule(cora.application.id, "Post war langsam", "eva")
    done = service.commit(store, LEAD, RUN, decided)
    assert trail(store) == [
        ("A1", "application.take_in", "mentees.csv"),
        ("A2", "application.take_in", "mentees.csv"),
        ("A3", "application.take_in", "mentees.csv"),
        ("A1", "application.mend", ""),
        ("A2", "application.mend", ""),
        ("A2", "application.overrule", "Post war langsam"),
    ]
    assert list(done.applications) == everybody(store)
    assert [a.takes_part for a in everybody(store)] == [True, True, True]
    again = take(store, ANNA, CORA, BO)
    assert {row.change for row in again.rows} == {"unchanged"}
    assert everybody(store)[0].entries["topics"] == "Recht"


def test_a_file_that_fails_at_its_decisions_is_not_taken_in_at_all(store, monkeypatch):
    intake = take(store, ANNA, CORA, commit=False)
    decided = intake.overrule(intake.rows[1].application.id, "Post war langsam", "eva")

    def fails(*_):
        raise StoreError("full")

    monkeypatch.setattr("mentorkit.intake.taking._save_decided", fails)
    with pytest.raises(StoreError):
        service.commit(store, LEAD, RUN, decided)
    assert everybody(store) == []
    with store.read() as reader:
        assert reader.all(TakenFile) == []


def test_rows_are_judged_once_where_nobody_wrote_in_between(store, monkeypatch):
    from mentorkit.intake import assess

    judged = []
    plain = assess.judge
    monkeypatch.setattr(assess, "judge", lambda *given: judged.append(1) or plain(*given))
    done = take(store, ANNA, BO, CORA)
    assert (len(done.rows), len(judged)) == (3, 3)


def test_rows_are_judged_anew_where_somebody_wrote_in_between(store):
    intake = take(store, ANNA, name="a_mentees.csv", commit=False)
    assert intake.counts == {"ok": 1}
    take(store, ANNA, name="b_mentees.csv")
    done = service.commit(store, LEAD, RUN, intake)
    assert [row.change for row in done.rows] == ["unchanged"]
    other = take(store, ANNA, BO, name="c_mentees.csv", commit=False)
    assert [f.code for f in other.rows[0].application.findings] == ["duplicate"]


def test_what_was_taken_in_is_as_it_stands_in_the_store(store):
    done = take(store, ANNA, CORA)
    assert list(done.applications) == everybody(store)
    assert done.to_json()["rows"][0]["person_id"] == everybody(store)[0].person_id
    changed = take(store, ANNA.replace("Soziales", "Recht"), CORA)
    assert list(changed.applications) == everybody(store)
