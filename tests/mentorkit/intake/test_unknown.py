"""One answer settles an unknown organisation for all who named it, now and later, and can be taken back."""

import pytest

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord
from mentorkit.intake import service
from mentorkit.intake.people import Acquaintances
from mentorkit.intake.unknown import answer, take_back, unknown, unknown_among
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.pair_rules import TandemLimit
from mentorkit.programme.records import Application, Grant, Organisation, Programme, Run
from mentorkit.store import Store
from mentorkit.workbench import Workbench

LEAD = sole_actor("eva")
HEAD = "Vorname;Nachname;KV;E-Mail\n"
ROWS = "Anna;Hof;KV Dessau;anna@example.org\nBert;Tal;Dessau;bert@example.org\nCla;Au;Harz;cla@example.org\n"
FILE = ("mentees.csv", (HEAD + ROWS).encode())
FIRMS = "Vorname;Nachname;Unternehmen;E-Mail\n" + "".join(
    f"A{i};Hof{i};{name};a{i}@example.org\n"
    for i, name in enumerate(["Drahtwerk Volme", "Drahtwerk Volme GmbH", "Drathwerk Volme"])
)


@pytest.fixture
def bench():
    store = Store.create()
    for preset in ("party-chapters", "cross-company"):
        Workbench(store, LEAD).add(preset)
    yield store
    store.close()


@pytest.fixture
def chapters(bench):
    return next(run.id for run in Workbench(bench, LEAD).runs if run.id.startswith("party"))


@pytest.fixture
def firms(bench):
    return next(run.id for run in Workbench(bench, LEAD).runs if run.id.startswith("cross"))


def stored(bench, run_id):
    with bench.read() as reader:
        return {a.last_name: (a.organisation, a.status) for a in reader.all(Application, run_id=run_id)}


def test_an_unknown_organisation_is_listed_once_with_guesses(bench, chapters):
    service.intake(bench, LEAD, chapters, [FILE])
    (one,) = unknown(bench, LEAD, chapters)
    assert (one.people, one.guesses[0]) == (("Anna Hof", "Bert Tal"), "Dessau-Roßlau")


def test_one_answer_settles_what_is_stored_and_files_to_come(bench, chapters):
    service.intake(bench, LEAD, chapters, [FILE])
    assert answer(bench, LEAD, chapters, "KV Dessau", "Dessau-Roßlau") == 2
    assert stored(bench, chapters)["Hof"] == ("Dessau-Roßlau", "ok")
    later = ("mehr_mentees.csv", (HEAD + "Dora;Au;KV Dessau;dora@example.org\n").encode())
    found = service.intake(bench, LEAD, chapters, [later], commit=False)
    assert found.applications[0].organisation == "Dessau-Roßlau"


def test_an_answer_reaches_what_was_read_and_not_taken_in(bench, chapters):
    read = service.intake(bench, LEAD, chapters, [FILE], commit=False)
    assert len(unknown_among(read.applications, read.organisations)) == 1
    answer(bench, LEAD, chapters, "KV Dessau", "Dessau-Roßlau")
    again = read.with_context(service.context_of(bench, LEAD, chapters))
    assert unknown_among(again.applications, again.organisations) == []


def test_a_new_organisation_takes_part_from_now_on(bench, chapters):
    service.intake(bench, LEAD, chapters, [FILE])
    answer(bench, LEAD, chapters, "Dessau", "Dessau Stadt", new=True)
    assert stored(bench, chapters)["Tal"] == ("Dessau Stadt", "ok")
    with bench.read() as reader:
        settings = reader.get(Programme, "party-chapters").settings
    assert "Dessau Stadt" in settings.organisations.names


@pytest.mark.parametrize(
    ("name", "new"), [("Dessau-Roßlau", False), ("Dessau Stadt", True), ("Dessau", True)]
)
def test_an_answer_can_be_taken_back(bench, chapters, name, new):
    service.intake(bench, LEAD, chapters, [FILE])
    before = stored(bench, chapters)
    with bench.read() as reader:
        settings = reader.get(Programme, "party-chapters").settings
    answer(bench, LEAD, chapters, "Dessau", name, new=new)
    assert take_back(bench, LEAD, chapters, "Dessau", name) >= 1
    assert stored(bench, chapters) == before
    with bench.read() as reader:
        assert reader.get(Programme, "party-chapters").settings == settings


def test_what_others_rely_on_stays(bench, chapters):
    service.intake(bench, LEAD, chapters, [FILE])
    answer(bench, LEAD, chapters, "Dessau", "Dessau Stadt", new=True)
    more = ("mehr_mentees.csv", (HEAD + "Emil;Au;Dessau Stadt;e@example.org\n").encode())
    service.intake(bench, LEAD, chapters, [more])
    before = stored(bench, chapters)
    with pytest.raises(RuleBroken):
        take_back(bench, LEAD, chapters, "Dessau", "Dessau Stadt")
    assert stored(bench, chapters) == before


def test_a_neighbour_and_whom_a_limit_counts_stay(bench, chapters):
    service.intake(bench, LEAD, chapters, [FILE])
    answer(bench, LEAD, chapters, "Dessau", "Dessau Stadt", new=True)
    limit = TandemLimit(role="mentee", field="organisation", values=("Dessau Stadt",), most=1)
    for change in ({"neighbours": {"Harz": ("Dessau Stadt",)}}, {"limits": (limit,)}):
        with bench.write("lead", "programme.change") as writer:
            programme = writer.get(Programme, "party-chapters")
            settings = programme.settings
            own = {"neighbours": change.get("neighbours", {})}
            update = {
                "organisations": settings.organisations.model_copy(update=own),
                "limits": change.get("limits", ()),
            }
            writer.save(programme.with_(settings=settings.model_copy(update=update)))
        with pytest.raises(RuleBroken, match="Dessau Stadt"):
            take_back(bench, LEAD, chapters, "Dessau", "Dessau Stadt")


def test_a_misspelt_company_waits_for_an_answer_and_is_not_stored_as_known(bench, firms):
    service.intake(bench, LEAD, firms, [("mentees.csv", FIRMS.encode())])
    assert stored(bench, firms)["Hof2"] == ("Drathwerk Volme", "error")
    with bench.read() as reader:
        names = [o.name for o in reader.all(Organisation, programme_id="cross-company")]
    assert names == ["Drahtwerk Volme"]
    assert [(u.text, u.guesses[0]) for u in unknown(bench, LEAD, firms)] == [
        ("Drathwerk Volme", "Drahtwerk Volme")
    ]
    answer(bench, LEAD, firms, "Drathwerk Volme", "Drahtwerk Volme")
    assert stored(bench, firms)["Hof2"] == ("Drahtwerk Volme", "ok")
    take_back(bench, LEAD, firms, "Drathwerk Volme", "Drahtwerk Volme")
    assert stored(bench, firms)["Hof2"] == ("Drathwerk Volme", "error")
    answer(bench, LEAD, firms, "Drathwerk Volme", "Drathwerk Volme", new=True)
    assert stored(bench, firms)["Hof2"] == ("Drathwerk Volme", "ok")
    assert unknown(bench, LEAD, firms) == []


def test_only_the_lead_answers_and_an_officer_sees_her_own(bench, chapters):
    service.intake(bench, LEAD, chapters, [FILE])
    officer = Actor("ina", (Grant(id="G1", user_id="ina", role="organisation", organisation="Harz"),))
    assert unknown(bench, officer, chapters) == []
    for change in (lambda: answer(bench, officer, chapters, "Dessau", "Harz"),
                   lambda: take_back(bench, officer, chapters, "Dessau", "Harz")):  # fmt: skip
        with pytest.raises(NotAllowed):
            change()


def test_an_answer_needs_an_organisation_that_there_is(bench, chapters):
    with pytest.raises(NotFound):
        answer(bench, LEAD, chapters, "KV Dessau", "Nirgendwo")
    with pytest.raises(RuleBroken):
        answer(bench, LEAD, chapters, "KV Dessau", " ", new=True)


# -- other runs, other programmes ---------------------------------------------------------------------


def another_run(bench, approved):
    run = Workbench(bench, LEAD).add("party-chapters", run="2031").id
    service.intake(bench, LEAD, run, [FILE])
    if approved:
        with bench.write("eva", "test") as writer:
            writer.save(writer.get(Run, run).with_(approved_at=writer.at))
    return run


def test_one_answer_settles_all_runs_of_the_programme(bench, chapters):
    service.intake(bench, LEAD, chapters, [FILE])
    later = another_run(bench, approved=False)
    before = stored(bench, later)
    assert answer(bench, LEAD, chapters, "KV Dessau", "Dessau-Roßlau") == 4
    assert stored(bench, later)["Hof"] == ("Dessau-Roßlau", "ok")
    assert take_back(bench, LEAD, chapters, "KV Dessau", "Dessau-Roßlau") == 4
    assert stored(bench, later) == before


def test_what_was_approved_is_not_judged_anew(bench, chapters):
    service.intake(bench, LEAD, chapters, [FILE])
    later = another_run(bench, approved=True)
    before = stored(bench, later)
    assert answer(bench, LEAD, chapters, "KV Dessau", "Dessau-Roßlau") == 2
    assert stored(bench, later) == before


def test_an_organisation_that_an_approved_run_relies_on_stays(bench, chapters):
    later = another_run(bench, approved=False)
    answer(bench, LEAD, later, "Dessau", "Dessau Stadt", new=True)
    with bench.write("eva", "test") as writer:
        writer.save(writer.get(Run, later).with_(approved_at=writer.at))
    with pytest.raises(RuleBroken):
        take_back(bench, LEAD, chapters, "Dessau", "Dessau Stadt")


def test_what_another_programme_does_with_a_name_does_not_matter(bench, chapters):
    with bench.write("eva", "test") as writer:
        twin = "twin/2015"
        writer.save(writer.get(Programme, "party-chapters").with_(id="twin", version=0))
        writer.save(writer.get(Run, chapters).with_(id=twin, programme_id="twin", version=0))
    for run in (chapters, twin):
        service.intake(bench, LEAD, run, [FILE])
        answer(bench, LEAD, run, "Dessau", "Dessau Stadt", new=True)
    more = ("mehr_mentees.csv", (HEAD + "Emil;Au;Dessau Stadt;e@example.org\n").encode())
    service.intake(bench, LEAD, twin, [more])
    take_back(bench, LEAD, chapters, "Dessau", "Dessau Stadt")
    assert stored(bench, chapters)["Tal"][1] == "error"
    assert stored(bench, twin)["Tal"] == ("Dessau Stadt", "ok")


def test_an_organisation_that_no_answer_made_is_not_removed(bench, firms):
    service.intake(bench, LEAD, firms, [("mentees.csv", FIRMS.encode())])
    take_back(bench, LEAD, firms, "Drahtwerk Volme", "Drahtwerk Volme")
    with bench.read() as reader:
        names = [o.name for o in reader.all(Organisation, programme_id="cross-company")]
    assert names == ["Drahtwerk Volme"]


def test_judging_anew_compares_nobody_with_everybody(bench, chapters, monkeypatch):
    rows = "".join(f"A{chr(97 + i)};Hof{chr(97 + i)};KV Dessau;a{i}@example.org\n" for i in range(20))
    service.intake(bench, LEAD, chapters, [("mentees.csv", (HEAD + rows).encode())])
    added = []
    monkeypatch.setattr(Acquaintances, "add", lambda _, application: added.append(application.id))
    assert answer(bench, LEAD, chapters, "KV Dessau", "Dessau-Roßlau") == 20
    assert len(added) == 20


# -- what somebody else answered meanwhile ------------------------------------------------------------


def test_an_answer_that_somebody_else_gave_otherwise_meanwhile_is_not_overwritten(bench, chapters):
    service.intake(bench, LEAD, chapters, [FILE])
    answer(bench, LEAD, chapters, "KV Dessau", "Dessau-Roßlau")
    before = stored(bench, chapters)
    with pytest.raises(StaleRecord, match="Dessau-Roßlau"):
        answer(bench, LEAD, chapters, "Dessau", "Harz")
    assert stored(bench, chapters) == before
    assert answer(bench, LEAD, chapters, "KV Dessau", "Dessau-Roßlau") == 0


def test_only_the_answer_that_was_seen_is_taken_back(bench, chapters):
    service.intake(bench, LEAD, chapters, [FILE])
    answer(bench, LEAD, chapters, "KV Dessau", "Dessau-Roßlau")
    take_back(bench, LEAD, chapters, "KV Dessau", "Dessau-Roßlau")
    answer(bench, LEAD, chapters, "KV Dessau", "Harz")
    before = stored(bench, chapters)
    with pytest.raises(StaleRecord):
        take_back(bench, LEAD, chapters, "KV Dessau", "Dessau-Roßlau")
    assert stored(bench, chapters) == before
