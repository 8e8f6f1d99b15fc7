"""Taking in, the same file again, mending, overruling: nothing lost, nothing doubled, every change signed."""

import json
import random
from importlib import resources
from pathlib import Path

import pytest

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord, StoreError
from mentorkit.examples import sample_files
from mentorkit.intake import service
from mentorkit.intake.intake import Intake
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import (
    Application,
    EarlierTandem,
    Grant,
    Organisation,
    Person,
    Programme,
    Run,
    Wish,
)
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store
from mentorkit.workbench import Workbench

PROGRAMMES = Path(str(resources.files("mentorkit.examples"))) / "programmes"
LEAD = sole_actor("lea")
HEAD = "Nachname;Vorname;Geb.-Jahr;Kreis-/Stadtverband;E-Mail;Themen;Eingang"
ANNA = "Hof;Anna;1980;KV Harz;anna@example.org;Soziales;4.8.08"
BO = "Ahl;Bo;1970;Börde;bo@example.org;Medien;5.8.08"
NO_MAIL = "Seip;Per;1971;Börde;;Medien;5.8.08"
LATE = "Groß;Ute;1972;Stendal;ute@example.org;Medien;1.10.2008"
FILE = "anmeldungen_mentees.csv"


def actor(name, role, organisation=None):
    return Actor(name, (Grant(id="G1", user_id=name, role=role, organisation=organisation),))


HARZ = actor("hanna", "organisation", "Harz")


def new_store(preset, target=None):
    made = Store.create() if target is None else Store.open(target)
    settings = load_preset(preset)
    with made.write("test", "programme.add") as writer:
        writer.save(Programme(id=preset, name=settings.name, preset=preset, settings=settings))
        run = settings.run
        writer.save(Run(id=f"{preset}/{run.name}", programme_id=preset, name=run.name, calendar=run.calendar))
    return made


@pytest.fixture
def chapters(target):
    opened = new_store("party-chapters", target)
    yield opened
    opened.close()


RUN = "party-chapters/2008/09"


def file(*rows, name=FILE):
    return name, "\n".join([HEAD, *rows]).encode()


def take(store, *files, by=LEAD, run=RUN, **options):
    return service.intake(store, by, run, list(files), **options)


def stored(store, kind=Application):
    with store.read() as reader:
        return reader.all(kind)


def statuses(store):
    return {a.name: (a.status, [f.code for f in a.findings]) for a in stored(store)}


def trail(store, **equal):
    with store.read() as reader:
        return reader.trail(kind="application", **equal)


# -- taking in ------------------------------------------------------------------------------------


def test_a_dry_run_stores_nothing(chapters):
    before = chapters_state(chapters)
    taken = take(chapters, file(ANNA), commit=False)
    assert chapters_state(chapters) == before
    assert taken.to_json()["committed"] is False
    assert taken.to_json()["rows"][0]["person_id"] is None


def chapters_state(store):
    return [stored(store, kind) for kind in (Application, Person, Organisation, Wish)]


def test_what_is_taken_in_is_stored_with_its_person_and_its_place(chapters):
    document = take(chapters, file(ANNA, NO_MAIL, LATE)).to_json()
    anna = stored(chapters)[0]
    assert (anna.name, anna.organisation, anna.answers["received"]) == ("Anna Hof", "Harz", "2008-08-04")
    assert (anna.source.file, anna.source.sheet, anna.source.row) == (FILE, None, 2)
    assert document["rows"][0]["person_id"] == anna.person_id
    assert document["committed"] is True
    assert statuses(chapters) == {
        "Anna Hof": ("ok", []), "Per Seip": ("error", ["missing_email"]), "Ute Groß": ("review", ["late"]),
    }  # fmt: skip


def test_the_closing_day_itself_is_in_time(chapters):
    take(chapters, file(ANNA.replace("4.8.08", "30.09.2008")))
    assert stored(chapters)[0].status == "ok"


def test_a_refused_file_keeps_no_other_from_being_taken(chapters):
    document = take(
        chapters, ("bild.xlsx", b"\x89PNG"), file(ANNA), ("text.csv", b"Hallo Welt\nnoch etwas")
    ).to_json()
    assert [f["status"] for f in document["files"]] == ["refused", "read", "refused"]
    assert all(
        f["message"] and f["file"] in f["message"] for f in document["files"] if f["status"] == "refused"
    )
    assert len(stored(chapters)) == 1


def test_the_trail_tells_who_took_in_which_file(chapters):
    take(chapters, file(ANNA))
    (entry,) = trail(chapters)
    assert (entry["actor"], entry["action"], entry["reason"]) == ("lea", "application.take_in", FILE)


def test_companies_are_stored_as_they_come_and_once():
    store = new_store("cross-company")
    rows = ["Name;Unternehmen;Bereich;Themen;E-Mail", "Anna Hof;Drahtwerk Volme;IT;A;a@example.org"]
    rows.append("Bo Ahl;Drahtwerk Volme GmbH;IT;A;b@example.org")
    take(store, ("mentees.csv", "\n".join(rows).encode()), run="cross-company/2021")
    assert [o.name for o in stored(store, Organisation)] == ["Drahtwerk Volme"]
    assert {a.organisation for a in stored(store)} == {"Drahtwerk Volme"}


def test_progress_counts_the_files(chapters):
    told = []
    take(chapters, file(ANNA), ("leer.csv", b""), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


# -- the same file again --------------------------------------------------------------------------


def test_the_same_file_again_changes_nothing_and_says_so(chapters):
    take(chapters, file(ANNA, NO_MAIL, LATE, ANNA))
    before, entries = chapters_state(chapters), len(trail(chapters))
    document = take(chapters, file(ANNA, NO_MAIL, LATE, ANNA)).to_json()
    assert chapters_state(chapters) == before
    assert len(trail(chapters)) == entries
    assert {row["change"] for row in document["rows"]} == {"unchanged"}
    assert document["files"][0]["message"]


def test_all_example_files_can_be_read_twice():
    store = new_store("cross-company")
    files = [PROGRAMMES / "next_step/durchgang_5.xlsx"]
    first = take(store, *files, run="cross-company/2021").to_json()
    history = stored(store, EarlierTandem)
    second = take(store, *files, run="cross-company/2021").to_json()
    assert len(history) == len(stored(store, EarlierTandem)) == first["history"] == second["history"] == 41
    assert [row["person_id"] for row in first["rows"]] == [row["person_id"] for row in second["rows"]]


def test_a_corrected_file_updates_what_changed_and_nothing_else(chapters):
    take(chapters, file(ANNA, NO_MAIL))
    corrected = NO_MAIL.replace(";;", ";per@example.org;")
    document = take(chapters, file(ANNA, corrected)).to_json()
    assert [row["change"] for row in document["rows"]] == ["unchanged", "changed"]
    assert statuses(chapters) == {"Anna Hof": ("ok", []), "Per Seip": ("ok", [])}
    assert [p.email for p in stored(chapters, Person)] == ["anna@example.org", "per@example.org"]


def test_rows_that_have_moved_are_the_same_applications(chapters):
    take(chapters, file(ANNA, BO))
    ids = {a.name: a.id for a in stored(chapters)}
    take(chapters, file(LATE, BO, ANNA))
    assert {a.name: a.id for a in stored(chapters)}.items() >= ids.items()
    assert {a.name: a.source.row for a in stored(chapters)} == {"Ute Groß": 2, "Bo Ahl": 3, "Anna Hof": 4}


def test_another_person_at_the_same_place_is_another_application(chapters):
    take(chapters, file(ANNA))
    take(chapters, file(BO))
    assert {a.name for a in stored(chapters)} == {"Anna Hof", "Bo Ahl"}


def test_what_somebody_mended_is_kept_and_the_file_not_believed_again(chapters):
    take(chapters, file(NO_MAIL))
    (per,) = stored(chapters)
    service.mend(chapters, LEAD, per.id, {"email": "per@example.org"}, per.version)
    assert take(chapters, file(NO_MAIL)).to_json()["rows"][0]["change"] == "unchanged"
    document = take(chapters, file(NO_MAIL.replace("Medien", "Haushalt"))).to_json()
    assert document["rows"][0]["change"] == "kept"
    assert document["rows"][0]["notes"]
    assert stored(chapters)[0].answers == {
        **stored(chapters)[0].answers,
        "email": "per@example.org",
        "topics": ["Medien"],
    }


def test_a_missing_name_that_was_mended_is_not_taken_in_anew(chapters):
    nameless = ";;1980;Harz;x@example.org;A;4.8.08"
    take(chapters, file(nameless))
    (somebody,) = stored(chapters)
    assert [f.code for f in somebody.findings] == ["missing_name"]
    service.mend(chapters, LEAD, somebody.id, {"first_name": "Zoë", "last_name": "Ahl"}, somebody.version)
    take(chapters, file(nameless))
    assert statuses(chapters) == {"Zoë Ahl": ("ok", [])}


def test_what_somebody_overruled_is_kept(chapters):
    take(chapters, file(LATE))
    (late,) = stored(chapters)
    service.accept(chapters, LEAD, late.id, "Post war langsam", late.version)
    take(chapters, file(LATE.replace("1.10.2008", "2.10.2008")))
    assert stored(chapters)[0].overruled.reason == "Post war langsam"


# -- the same person twice ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("other", "is_duplicate"),
    [
        (ANNA.replace("1980", "1981"), True),  # same name and e-mail
        (ANNA.replace("anna@", "hof@"), True),  # same name and year of birth
        ("Hoff;Anna;;Harz;anna@example.org;A;4.8.08", True),  # same e-mail, nearly the same name
        ("Anna;Hof;;Harz;ANNA@example.org;A;4.8.08", True),  # names in the wrong columns
        ("Hof;Anna;;Harz;;A;4.8.08", True),  # nothing to compare
        ("Hof;Anna;1999;Börde;anders@example.org;A;4.8.08", False),  # a namesake
        ("Ahl;Bo;1980;Harz;anna@example.org;A;4.8.08", False),  # a shared mailbox
    ],
)
def test_the_later_row_of_a_person_is_a_duplicate(other, is_duplicate):
    store = new_store("party-chapters")
    first, second = take(store, file(ANNA, other)).applications
    assert not first.findings
    assert ("duplicate" in [f.code for f in second.findings]) is is_duplicate


def test_a_duplicate_is_found_across_files_and_calls_and_keeps_its_other_findings(chapters):
    take(chapters, file(ANNA))
    again = take(chapters, file(ANNA.replace("4.8.08", "1.10.08"), name="nachzug_mentees.csv"))
    assert {f.code for f in again.applications[0].findings} == {"duplicate", "late"}
    assert FILE in again.to_json()["rows"][0]["findings"][-1]["message"]


def test_mentee_and_mentor_are_one_person_and_no_duplicate(chapters):
    take(chapters, file(ANNA), file(ANNA, name="mentoren.csv"))
    mentee, mentor = stored(chapters)
    assert mentee.person_id == mentor.person_id
    assert (mentee.role, mentor.role) == ("mentee", "mentor")
    assert not mentor.findings


def test_a_person_is_the_same_in_the_next_run(chapters):
    take(chapters, file(ANNA))
    with chapters.write("test", "run") as writer:
        writer.save(Run(id="party-chapters/2010", programme_id="party-chapters", name="2010"))
    take(chapters, file(ANNA), run="party-chapters/2010")
    one, other = stored(chapters)
    assert one.person_id == other.person_id
    assert len(stored(chapters, Person)) == 1


def test_the_order_of_rows_and_files_decides_nothing_but_which_duplicate_is_the_later():
    lines = (PROGRAMMES / "landesverband/anmeldungen_mentees.csv").read_bytes().decode("cp1252").splitlines()
    mentors = PROGRAMMES / "landesverband/anmeldungen_mentoren.csv"
    outcomes = set()
    for seed in range(5):
        rows = lines[1:]
        random.Random(seed).shuffle(rows)
        shuffled = ("mentees.csv", "\n".join([lines[0], *rows]).encode())
        files = [shuffled, mentors] if seed % 2 else [mentors, shuffled]
        store = new_store("party-chapters")
        found = take(store, *files, commit=False).applications
        outcomes.add(tuple(sorted((a.name, a.status, *sorted(f.code for f in a.findings)) for a in found)))
    assert len(outcomes) == 1


# -- mending and overruling -----------------------------------------------------------------------


def test_mending_judges_anew_and_signs(chapters):
    take(chapters, file(NO_MAIL))
    (per,) = stored(chapters)
    mended = service.mend(chapters, LEAD, per.id, {"email": "per@example.org"}, per.version)
    assert (mended.status, mended.version) == ("ok", per.version + 1)
    assert stored(chapters, Person)[0].email == "per@example.org"
    assert trail(chapters)[-1]["action"] == "application.mend"
    worse = service.mend(chapters, LEAD, per.id, {"email": ""}, mended.version)
    assert [f.code for f in worse.findings] == ["missing_email"]


def test_mending_one_of_two_applications_leaves_the_other_its_person(chapters):
    take(chapters, file(ANNA, ANNA.replace("Soziales", "Medien")))
    first, second = stored(chapters)
    assert first.person_id == second.person_id
    mended = service.mend(
        chapters, LEAD, second.id, {"first_name": "Inge", "email": "inge@example.org"}, second.version
    )
    assert mended.status == "ok"
    assert mended.person_id != first.person_id
    assert {p.name for p in stored(chapters, Person)} == {"Anna Hof", "Inge Hof"}


def test_a_stale_change_is_refused_with_both_versions(chapters):
    take(chapters, file(LATE))
    (late,) = stored(chapters)
    service.mend(chapters, LEAD, late.id, {"topics": "Haushalt"}, late.version)
    for change in (
        lambda: service.mend(chapters, LEAD, late.id, {"topics": "Soziales"}, late.version),
        lambda: service.accept(chapters, LEAD, late.id, "egal", late.version),
    ):
        with pytest.raises(StaleRecord) as refused:
            change()
        assert (refused.value.mine.version, refused.value.theirs.version) == (1, 2)
    assert stored(chapters)[0].answers["topics"] == ["Haushalt"]


def test_overruling_needs_a_reason_and_keeps_it(chapters):
    take(chapters, file(LATE))
    (late,) = stored(chapters)
    with pytest.raises(RuleBroken):
        service.accept(chapters, LEAD, late.id, "  ", late.version)
    assert not stored(chapters)[0].overruled
    done = service.accept(chapters, LEAD, late.id, "Post war langsam", late.version)
    assert (done.overruled.by, done.overruled.reason, done.takes_part) == ("lea", "Post war langsam", True)
    assert trail(chapters)[-1]["reason"] == "Post war langsam"
    back = service.take_back(chapters, LEAD, late.id, "Doch zu spät", done.version)
    assert not back.takes_part
    with pytest.raises(RuleBroken):
        service.take_back(chapters, LEAD, late.id, "noch einmal", back.version)


def test_what_must_be_mended_or_is_in_order_is_not_overruled(chapters):
    take(chapters, file(NO_MAIL, ANNA))
    for application in stored(chapters):
        with pytest.raises(RuleBroken):
            service.accept(chapters, LEAD, application.id, "egal", application.version)


def test_an_overruling_lapses_when_mending_brings_something_new(chapters):
    take(chapters, file(LATE))
    (late,) = stored(chapters)
    done = service.accept(chapters, LEAD, late.id, "Post war langsam", late.version)
    same = service.mend(chapters, LEAD, late.id, {"topics": "Soziales"}, done.version)
    assert same.takes_part
    worse = service.mend(chapters, LEAD, late.id, {"email": "keine"}, same.version)
    assert worse.overruled is None
    assert not worse.takes_part


def test_an_unknown_field_or_application_is_refused(chapters):
    take(chapters, file(ANNA))
    with pytest.raises(NotFound):
        service.mend(chapters, LEAD, "A1", {"schuhgroesse": "39"}, 1)
    with pytest.raises(NotFound):
        service.accept(chapters, LEAD, "A99", "egal", 1)
    with pytest.raises(NotFound):
        take(chapters, file(ANNA), run="party-chapters/1999")


# -- before it is confirmed -----------------------------------------------------------------------


def test_decisions_before_confirming_are_stored_as_what_they_are(chapters):
    read = take(chapters, file(ANNA, NO_MAIL, LATE, BO), commit=False)
    _, per, late, bo = (a.id for a in read.applications)
    decided = (
        read.mend(per, {"email": "per@example.org"})
        .overrule(late, "Post war langsam", "somebody else")
        .drop(bo)
    )
    assert [a.status for a in read.applications] == ["ok", "error", "review", "ok"]  # nothing was mutated
    assert [a.takes_part for a in decided.applications] == [True, True, True]
    done = service.commit(chapters, LEAD, RUN, decided)
    assert statuses(chapters) == {
        "Anna Hof": ("ok", []),
        "Per Seip": ("ok", []),
        "Ute Groß": ("review", ["late"]),
    }
    assert [(a.overruled.by, a.overruled.reason) for a in stored(chapters) if a.overruled] == [
        ("lea", "Post war langsam")
    ]
    assert [e["action"].split(".")[1] for e in trail(chapters)] == [
        "take_in",
        "take_in",
        "take_in",
        "mend",
        "overrule",
    ]
    assert [row["change"] for row in done.to_json()["rows"]] == ["new", "new", "new"]
    again = take(chapters, file(ANNA, NO_MAIL, LATE)).to_json()
    assert {row["change"] for row in again["rows"]} == {"unchanged"}


def test_mending_before_confirming_lifts_the_duplicate_of_a_later_row(chapters):
    read = take(chapters, file(ANNA, ANNA), commit=False)
    first, second = read.applications
    assert second.status == "review"
    assert [a.status for a in read.drop(first.id).applications] == ["ok"]


def test_a_draft_comes_back_equal(chapters):
    read = take(chapters, file(ANNA, NO_MAIL, LATE), ("leer.csv", b""), commit=False)
    ids = [a.id for a in read.applications]
    draft = read.mend(ids[1], {"email": "x@example.org"}).overrule(ids[2], "Post", "lea").drop(ids[0])
    back = Intake.from_draft(
        json.loads(json.dumps(draft.to_draft())), service.context_of(chapters, LEAD, RUN)
    )
    assert back.to_json() == draft.to_json()


def test_a_draft_that_somebody_else_took_in_meanwhile_doubles_nobody(chapters):
    read = take(chapters, file(ANNA, BO), commit=False)
    take(chapters, file(ANNA, BO))
    service.commit(chapters, LEAD, RUN, read)
    assert len(stored(chapters)) == 2


def test_overruling_before_confirming_follows_the_same_rules(chapters):
    read = take(chapters, file(ANNA, NO_MAIL, LATE), commit=False)
    for application, reason in zip(read.applications, ("egal", "egal", " "), strict=True):
        with pytest.raises(RuleBroken):
            read.overrule(application.id, reason, "lea")
    with pytest.raises(NotFound):
        read.drop("nobody")


# -- who may ---------------------------------------------------------------------------------------


def test_a_coordinator_of_an_organisation_takes_in_and_sees_her_own_people_only(chapters):
    document = take(
        chapters, file(ANNA, BO, "Plath;Udo;;Nirgendwo;udo@example.org;A;4.8.08"), by=HARZ
    ).to_json()
    assert [row["last_name"] for row in document["rows"]] == ["Hof"]
    message = document["files"][0]["message"]
    assert "1 Zeile einer anderen Organisation" in message
    assert "Zeile 4: „Nirgendwo“" in message
    assert [a.name for a in stored(chapters)] == ["Anna Hof"]
    take(chapters, file(BO, name="mentees_boerde.csv"))
    assert [a.name for a in service.applications(chapters, HARZ, RUN)] == ["Anna Hof"]
    assert len(service.applications(chapters, LEAD, RUN)) == 2


def test_her_file_without_an_organisation_is_of_hers(chapters):
    rows = "Name;Vorname;E-Mail\nHof;Anna;anna@example.org"
    take(chapters, ("mentees.csv", rows.encode()), by=HARZ)
    assert stored(chapters)[0].organisation == "Harz"


def test_she_mends_her_own_people_and_nobody_elses_and_overrules_nobody(chapters):
    take(chapters, file(LATE.replace("Stendal", "Harz"), BO))
    late, bo = stored(chapters)
    mended = service.mend(chapters, HARZ, late.id, {"topics": "Haushalt"}, late.version)
    for refused in (
        lambda: service.mend(chapters, HARZ, bo.id, {"topics": "Haushalt"}, bo.version),
        lambda: service.mend(chapters, HARZ, late.id, {"organisation": "Börde"}, mended.version),
        lambda: service.accept(chapters, HARZ, late.id, "Post", mended.version),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert stored(chapters)[0] == mended
    assert stored(chapters)[1] == bo


def test_moving_somebody_to_another_organisation_is_refused_for_that_reason(chapters):
    take(chapters, file(ANNA))
    (anna,) = stored(chapters)
    with pytest.raises(NotAllowed, match="einer anderen Organisation"):
        service.mend(chapters, HARZ, anna.id, {"organisation": "Börde"}, anna.version)


def test_an_overruling_she_put_into_a_draft_stores_nothing_at_all(chapters):
    read = take(chapters, file(LATE.replace("Stendal", "Harz")), by=HARZ, commit=False)
    with pytest.raises(NotAllowed):
        service.commit(chapters, HARZ, RUN, read.overrule(read.applications[0].id, "Post", "lea"))
    assert stored(chapters) == []


def test_she_does_not_learn_where_else_somebody_applied(chapters):
    take(chapters, file(ANNA.replace("Harz", "Börde"), name="boerde_mentees.csv"))
    document = take(chapters, file(ANNA), by=HARZ).to_json()
    assert document["rows"][0]["findings"][0]["code"] == "duplicate"
    assert "boerde" not in json.dumps(document)


@pytest.mark.parametrize("role", ["analyst", "evaluator", "operator"])
def test_who_has_no_part_in_the_intake_is_refused(chapters, role):
    other = actor("otto", role)
    for refused in (
        lambda: take(chapters, file(ANNA), by=other),
        lambda: take(chapters, file(ANNA), by=other, commit=False),
        lambda: service.applications(chapters, other, RUN),
    ):
        with pytest.raises(NotAllowed):
            refused()
    assert stored(chapters) == []


# -- wishes ----------------------------------------------------------------------------------------


@pytest.fixture
def academy():
    return new_store("arts-academy")


ACADEMY = "arts-academy/2015"
MENTEES = ("mentees.csv", b"Name;Vorname;E-Mail;Wunschmentor_in 1\nHof;Anna;a@example.org;Speer, Henni\n")
MENTORS = (
    "mentoren.csv",
    b"Name;Berufsjahre;lebt vom Beruf;ehrenamtlich;E-Mail\n"
    b"Henni Speer;1;ja;ja;h@example.org\nRuth Ahl;9;x;x;r@example.org\n",
)


@pytest.mark.parametrize(
    "order", [[[MENTEES, MENTORS]], [[MENTORS, MENTEES]], [[MENTEES], [MENTORS]], [[MENTORS], [MENTEES]]]
)
def test_a_wish_finds_its_mentor_whichever_file_comes_first(academy, order):
    for call in order:
        take(academy, *call, run=ACADEMY)
    (wish,) = stored(academy, Wish)
    henni = next(a for a in stored(academy) if a.name == "Henni Speer")
    assert henni.status == "ineligible"  # meant all the same
    assert (wish.rank, wish.text, wish.mentor_application_id, wish.confidence) == (
        1,
        "Speer, Henni",
        henni.id,
        1.0,
    )


def test_a_changed_wish_is_resolved_anew_and_one_taken_back_is_gone(academy):
    take(academy, MENTEES, MENTORS, run=ACADEMY)
    anna = stored(academy)[0]
    anna = service.mend(academy, LEAD, anna.id, {"wish_1": "Ruth Ahl", "wish_2": "jemand"}, anna.version)
    names = {a.id: a.name for a in stored(academy)}
    assert [(w.rank, names.get(w.mentor_application_id)) for w in stored(academy, Wish)] == [
        (1, "Ruth Ahl"),
        (2, None),
    ]
    service.mend(academy, LEAD, anna.id, {"wish_1": "", "wish_2": ""}, anna.version)
    assert stored(academy, Wish) == []


def test_wishes_in_json_name_the_mentor_before_and_after_confirming(academy):
    dry = take(academy, MENTEES, MENTORS, run=ACADEMY, commit=False).to_json()["wishes"]
    done = take(academy, MENTEES, MENTORS, run=ACADEMY).to_json()["wishes"]
    assert (dry[0]["mentor"], dry[0]["mentor_id"]) == ("Henni Speer", None)
    henni = next(a for a in stored(academy) if a.name == "Henni Speer")
    assert done == [{**dry[0], "mentor_id": henni.person_id}]


# -- other files -----------------------------------------------------------------------------------


def test_english_files_with_another_scale_of_grades_are_read():
    store = new_store("cross-company")
    folder = Path(__file__).parents[2] / "data/mentor-match"
    mentees, mentors = folder / "small-mentees.csv", folder / "small-mentors.csv"
    found = take(store, mentees, mentors, run="cross-company/2021").applications
    assert {a.role for a in found} == {"mentee", "mentor"}
    assert {a.status for a in found} == {"ok"}
    store = new_store("cross-administration")
    found = take(store, mentors, run="cross-administration/2014", commit=False).applications
    assert all({"grade_unclear", "unknown_organisation"} <= {f.code for f in a.findings} for a in found)


def test_a_role_may_stand_in_a_column(chapters):
    rows = (
        "Rolle;Name;Vorname;E-Mail;KV\nMentorin;Hof;Anna;a@example.org;Harz\nMentee;Ahl;Bo;b@example.org;Harz"
    )
    assert [a.role for a in take(chapters, ("liste.csv", rows.encode())).applications] == ["mentor", "mentee"]


def test_both_roles_are_two_applications_and_no_role_is_decided_by_a_person(chapters):
    rows = ["Rolle;Name;Vorname;E-Mail;KV;Plätze", "Mentee und Mentor;Hof;Anna;a@example.org;Harz;1"]
    rows += [";Ahl;Bo;b@example.org;Harz;1", "Gast;Seip;Per;p@example.org;Harz;1"]
    taken = take(chapters, ("liste.csv", "\n".join(rows).encode()))
    found = [(a.last_name, a.role, a.status, [f.code for f in a.findings]) for a in taken.applications]
    assert found[:2] == [("Hof", "mentee", "ok", []), ("Hof", "mentor", "ok", [])]
    assert [(name, *rest) for name, _, *rest in found[2:]] == [
        ("Ahl", "review", ["role_unclear"]), ("Seip", "review", ["role_unclear"])
    ]  # fmt: skip
    assert len({a.person_id for a in stored(chapters) if a.last_name == "Hof"}) == 1


def test_a_file_that_does_not_tell_the_role_is_refused_with_what_to_do(chapters):
    (report,) = take(chapters, ("liste.csv", b"Name;Vorname;E-Mail\nHof;Anna;a@example.org")).files
    assert report.status == "refused"
    assert "Rolle" in report.message


def test_seven_files_take_less_than_two_seconds():
    import time

    store = new_store("cross-administration")
    files = sorted(path for path in (PROGRAMMES / "kreis_unna").iterdir() if path.suffix == ".xlsx")
    started = time.process_time(), time.perf_counter()
    assert len(take(store, *files, run="cross-administration/2014").applications) == 52
    assert time.perf_counter() - started[1] < 2


# -- what is not one's own -------------------------------------------------------------------------


def test_a_foreign_file_name_and_row_take_nobody_over_and_tell_nothing(chapters):
    take(chapters, file(BO.replace("Börde;bo@", "Börde;bo.ahl@")))
    (bo,) = stored(chapters)
    document = take(chapters, file(BO.replace("Börde", "Harz")), by=HARZ).to_json()
    assert document["rows"][0]["application_id"] != bo.id
    assert stored(chapters)[0] == bo
    assert {a.organisation for a in stored(chapters)} == {"Börde", "Harz"}


def test_a_foreign_application_that_was_mended_is_not_shown_for_its_place_and_address(chapters):
    take(chapters, file(BO))
    (bo,) = stored(chapters)
    service.mend(chapters, LEAD, bo.id, {"phone": "0391 4711"}, bo.version)
    stranger = "Q;Q;1980;Harz;bo@example.org;;"
    document = json.dumps(take(chapters, file(stranger), by=HARZ, commit=False).to_json())
    assert "4711" not in document
    assert bo.id not in document


def test_she_cannot_move_her_own_application_away_by_a_file(chapters):
    take(chapters, file(ANNA))
    before = stored(chapters)
    document = take(chapters, file(ANNA.replace("KV Harz", "Börde")), by=HARZ).to_json()
    assert document["rows"] == []
    assert stored(chapters) == before


def test_saving_asks_for_the_right_on_the_organisation_before_and_after(chapters):
    take(chapters, file(BO))
    (bo,) = stored(chapters)
    context = service.context_of(chapters, LEAD, RUN)
    known = service.Organisations.of(context.settings.organisations)
    with chapters.write("hanna", service.TAKE_IN) as writer:
        taking = service.Taking.begin(writer, HARZ, context, known)
        with pytest.raises(NotAllowed):
            taking.save(service.TAKE_IN, bo.with_(organisation="Harz"))
    assert stored(chapters) == [bo]


def test_files_of_one_name_from_two_senders_overwrite_nobody(chapters):
    karin = "Schulz;Karin;1980;Harz;karin@example.org;A;4.8.08"
    katrin = "Schulz;Katrin;1985;Börde;katrin@example.org;A;4.8.08"
    take(chapters, file(karin))
    take(chapters, file(katrin))
    assert {a.name: a.organisation for a in stored(chapters)} == {
        "Karin Schulz": "Harz", "Katrin Schulz": "Börde"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("now", "people"),
    [
        ("Schulz;Katrin;1980;Harz;katrin@example.org;A;4.8.08", 2),  # another address
        ("Schulz;Katrin;1980;Harz;karin@example.org;A;4.8.08", 1),  # a typing error in the name
        ("Schulz;Katrin;1980;Harz;;A;4.8.08", 1),
        ("Schulz;Karin;1980;Harz;neu@example.org;A;4.8.08", 1),  # a new address
        ("Schulz;Karin;1980;Börde;karin@example.org;A;4.8.08", 2),  # sent by another organisation
        ("Schulz;Karin;1980;Nirgendwo;karin@example.org;A;4.8.08", 1),
    ],
)
def test_nearly_equal_names_are_one_person_only_where_nothing_speaks_against_it(chapters, now, people):
    take(chapters, file("Schulz;Karin;1980;Harz;karin@example.org;A;4.8.08"))
    take(chapters, file(now))
    assert len(stored(chapters)) == people


def test_an_organisation_that_was_corrected_makes_no_second_application(chapters):
    take(chapters, file(ANNA.replace("KV Harz", "Nirgendwo")))
    take(chapters, file(ANNA))
    assert statuses(chapters) == {"Anna Hof": ("ok", [])}


def test_a_duplicate_that_the_lead_found_does_not_tell_a_coordinator_where_else_it_is(chapters):
    take(chapters, file(ANNA.replace("KV Harz", "Börde"), name="boerde_mentees.csv"))
    take(chapters, file(ANNA))
    (own,) = service.applications(chapters, HARZ, RUN)
    assert [finding.code for finding in own.findings] == ["duplicate"]
    assert "boerde" not in own.model_dump_json()


def test_a_duplicate_of_the_same_organisation_tells_its_place(chapters):
    take(chapters, file(ANNA, ANNA))
    assert FILE in stored(chapters)[1].model_dump_json()


def test_her_mentees_wishes_do_not_tell_her_who_the_mentors_of_others_are(chapters):
    mentors = "Name;Vorname;Kreisverband;E-Mail\nKuhl;Bea;Börde;bea@example.org"
    take(chapters, ("mentoren.csv", mentors.encode()))
    rows = "Name;Vorname;Kreisverband;E-Mail;1. Wunsch\nHof;Anna;Harz;anna@example.org;Bea Kuhl"
    files = [("mentees.csv", rows.encode())]
    (hers,) = service.intake(chapters, HARZ, RUN, files, commit=False).wishes
    (leads,) = service.intake(chapters, LEAD, RUN, files, commit=False).wishes
    assert (hers.mentor, leads.mentor and leads.mentor.name) == (None, "Bea Kuhl")


def test_no_answer_is_no_company():
    store = new_store("cross-company")
    rows = ["Name;Unternehmen;Bereich;Themen;E-Mail", "Anna Hof;k.A.;IT;A;a@example.org"]
    take(store, ("mentees.csv", "\n".join(rows).encode()), run="cross-company/2021")
    assert stored(store, Organisation) == []
    assert statuses(store) == {"Anna Hof": ("error", ["missing_organisation"])}


def test_a_store_that_fills_up_says_which_files_are_in_it(store, monkeypatch):
    run = Workbench(store, sole_actor("me")).add("cross-administration")
    files = sample_files("cross-administration")
    take_file, count = service.take_file, []

    def full_at_the_third(*arguments):
        count.append(1)
        if len(count) == 3:
            raise StoreError("Kein Platz mehr.")
        return take_file(*arguments)

    monkeypatch.setattr(service, "take_file", full_at_the_third)
    with pytest.raises(StoreError, match=r"bergkamen.*froendenberg"):
        run.intake(files)
    monkeypatch.undo()
    run.intake(files)
    assert len(run.applications) == 52
