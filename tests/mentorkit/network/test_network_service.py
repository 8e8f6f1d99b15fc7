"""The tandems a network shows: over runs, with the history, for those who may see them."""

import pytest

from mentorkit.errors import NotAllowed, NotFound, NothingToMatch
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Application, EarlierTandem, Grant, Person, Source, Tandem
from mentorkit.programme.records import Run as RunRecord
from mentorkit.run import Run
from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def run():
    bench = Workbench.of(Store.create(":memory:"), "anna")
    yield bench.add("cross-company")
    bench.close()


def apply(run, number, role, name, organisation, field="Technik"):
    first, last = name.split()
    with run.bench.store.write("anna", "test") as writer:
        if writer.find(Person, f"P{number}") is None:
            writer.save(
                Person(id=f"P{number}", programme_id="cross-company", first_name=first, last_name=last)
            )
        writer.save(
            Application(
                id=writer.new_id(Application),
                run_id=run.id,
                person_id=f"P{number}",
                role=role,
                first_name=first,
                last_name=last,
                organisation=organisation,
                status="ok",
                answers={"field": field},
                source=Source(file="liste.xlsx", row=number),
            )
        )


def form(run, mentor_id, mentee_id, state="proposed"):
    with run.bench.store.write("anna", "test") as writer:
        writer.save(
            Tandem(
                id=writer.new_id(Tandem),
                run_id=run.id,
                mentee_id=mentee_id,
                mentor_id=mentor_id,
                score=700,
                contributions={"topics": 700},
                state=state,
            )
        )
        writer.save(writer.get(RunRecord, run.id).with_(approved_at=writer.at))


def earlier(run, year, mentor, mentee, *, mentor_id=None):
    with run.bench.store.write("anna", "test") as writer:
        writer.save(
            EarlierTandem(
                id=writer.new_id(EarlierTandem),
                programme_id="cross-company",
                year=year,
                mentor=mentor[0],
                mentor_organisation=mentor[1],
                mentor_id=mentor_id,
                mentee=mentee[0],
                mentee_organisation=mentee[1],
            )
        )


def fill(run):
    apply(run, 1, "mentor", "Mo Alt", "Stahlwerk")
    apply(run, 2, "mentee", "Tea Neu", "Sparkasse")


def told(frame):
    return list(zip(frame["run"], frame["state"], frame["mentor"], frame["mentee"], strict=True))


def test_a_run_alone_shows_its_own_tandems_with_their_fields(run):
    fill(run)
    form(run, "P1", "P2")
    earlier(run, "2019", ("Eva Früh", "Stahlwerk"), ("Ada Ganz", "Sparkasse"))
    frame = run.network_tandems()
    assert told(frame) == [("2021", "active", "Mo Alt", "Tea Neu")]
    assert frame.loc[0, ["mentor_field", "mentee_field", "year"]].tolist() == ["Technik", "Technik", 2021]


def test_the_history_comes_first_and_its_outcome_is_unknown(run):
    fill(run)
    form(run, "P1", "P2", state="dissolved")
    earlier(run, "2019", ("Eva Früh", "Stahlwerk"), ("Ada Ganz", "Sparkasse"))
    earlier(run, "", ("Ina Wann", "Stahlwerk"), ("Ada Ganz", "Sparkasse"))
    earlier(run, "2. Durchgang", ("Ole Wer", "Stahlwerk"), ("Pia Gut", "Sparkasse"))
    earlier(run, "2008/09", ("Ole Wer", "Stahlwerk"), ("Pia Gut", "Sparkasse"))
    frame = run.network_tandems("all")
    assert [row[:2] for row in told(frame)] == [
        ("", "past"),
        ("2. Durchgang", "past"),
        ("2008/09", "past"),
        ("2019", "past"),
        ("2021", "dissolved"),
    ]
    assert frame["year"].fillna(0).tolist() == [0, 0, 2008, 2019, 2021]


def test_a_person_of_the_history_is_the_applicant_or_one_person_by_name_and_organisation(run):
    fill(run)
    form(run, "P1", "P2")
    earlier(run, "2018", ("Alt, Mo", "Stahlwerk"), ("Eva Früh", "Sparkasse"), mentor_id="P1")
    earlier(run, "2019", ("Dr. Eva Früh", "Sparkasse"), ("Ada Ganz", "Stahlwerk"))
    earlier(run, "2020", ("Eva Früh", "Brauerei"), ("Ada Ganz", "Stahlwerk"))
    frame = run.network_tandems("all").set_index("run")
    assert frame.loc["2018", "mentor_id"] == frame.loc["2021", "mentor_id"] == "P1"
    assert frame.loc["2018", "mentee_id"] == frame.loc["2019", "mentor_id"] != frame.loc["2020", "mentor_id"]
    graph = run.network("all")
    assert sorted(run for *_, run in graph.out_edges("P1", data="run")) == ["2018", "2021"]


def test_a_tandem_that_a_history_sheet_tells_again_is_shown_once(run):
    fill(run)
    form(run, "P1", "P2")
    earlier(run, "2021", ("Alt, Mo", "Stahlwerk"), ("Tea Neu", "Sparkasse"))
    assert told(run.network_tandems("all")) == [("2021", "active", "Mo Alt", "Tea Neu")]


def test_runs_are_chosen_by_name_and_an_unknown_one_is_named(run):
    fill(run)
    form(run, "P1", "P2")
    earlier(run, "2018", ("Eva Früh", "Stahlwerk"), ("Ada Ganz", "Sparkasse"))
    earlier(run, "2019", ("Eva Früh", "Stahlwerk"), ("Ina Wann", "Brauerei"))
    assert run.network_tandems(["2019", "2018"])["run"].tolist() == ["2018", "2019"]
    assert set(run.organisations_network("2019").edges) == {("Stahlwerk", "Brauerei")}
    with pytest.raises(NotFound, match=r"1999.*2018, 2019"):
        run.network_tandems(["2018", "1999"])


def test_what_is_not_approved_is_the_best_matching_and_may_be_missing_beside_a_history(run):
    with pytest.raises(NothingToMatch):
        run.network_tandems("all")
    earlier(run, "2018", ("Eva Früh", "Stahlwerk"), ("Ada Ganz", "Sparkasse"))
    assert len(run.network_tandems("all")) == 1
    with pytest.raises(NothingToMatch):
        run.network_tandems()
    fill(run)
    assert [row[:2] for row in told(run.network_tandems("all"))] == [("2018", "past"), ("2021", "proposed")]


def test_tandems_of_another_run_of_the_programme_belong_to_the_history(run):
    fill(run)
    form(run, "P1", "P2")
    with run.bench.store.write("anna", "test") as writer:
        next_run = writer.save(
            writer.get(RunRecord, run.id).with_(
                id="cross-company/2023", name="2023", approved_at=None, version=0
            )
        )
    later = Run(run.bench, next_run.id)
    apply(later, 2, "mentor", "Tea Neu", "Sparkasse")
    apply(later, 3, "mentee", "Zoe Jung", "Brauerei")
    assert told(later.network_tandems("all")) == [
        ("2021", "active", "Mo Alt", "Tea Neu"),
        ("2023", "proposed", "Tea Neu", "Zoe Jung"),
    ]
    assert later.network("all").nodes["P2"]["role"] == "both"


def test_only_the_lead_sees_the_network(run):
    fill(run)
    form(run, "P1", "P2")
    otto = Actor("otto", (Grant(id="G1", user_id="otto", role="organisation", organisation="Stahlwerk"),))
    for runs in ("this", "all"):
        with pytest.raises(NotAllowed):
            Run(Workbench(run.bench.store, otto), run.id).network_tandems(runs)


def test_where_no_tandem_is_possible_there_is_nothing_to_show(run):
    apply(run, 1, "mentor", "Mo Alt", "Stahlwerk")
    apply(run, 2, "mentee", "Tea Neu", "Stahlwerk")
    for runs in ("this", "all"):
        with pytest.raises(NothingToMatch, match="no tandem"):
            run.network_tandems(runs)
    earlier(run, "2018", ("Eva Früh", "Stahlwerk"), ("Ada Ganz", "Sparkasse"))
    assert run.network_tandems("all")["run"].tolist() == ["2018"]
    with pytest.raises(NothingToMatch):
        run.network_tandems([])


def undated(run, name):
    with run.bench.store.write("anna", "test") as writer:
        writer.save(writer.get(RunRecord, run.id).with_(name=name, calendar=()))


def test_a_run_without_any_date_is_later_than_all_history(run):
    fill(run)
    form(run, "P1", "P2")
    undated(run, "Durchgang 5")
    earlier(run, "2010", ("Eva Früh", "Stahlwerk"), ("Ada Ganz", "Sparkasse"))
    earlier(run, "4. Durchgang", ("Eva Früh", "Stahlwerk"), ("Ada Ganz", "Sparkasse"))
    assert run.network_tandems("all")["run"].tolist() == ["4. Durchgang", "2010", "Durchgang 5"]


def test_two_runs_of_one_year_come_in_the_order_of_their_days(run):
    fill(run)
    form(run, "P1", "P2")
    with run.bench.store.write("anna", "test") as writer:
        first = writer.get(RunRecord, run.id)
        day = first.calendar[0].last_day
        later_days = tuple(
            e.model_copy(update={"day": e.last_day.replace(year=day.year + 1)}) for e in first.calendar
        )
        writer.save(first.with_(name="B-Durchgang"))
        writer.save(first.with_(id="cross-company/a", name="A-Durchgang", version=0, calendar=later_days))
    other = Run(run.bench, "cross-company/a")
    apply(other, 1, "mentor", "Mo Alt", "Stahlwerk")
    apply(other, 2, "mentee", "Tea Neu", "Sparkasse")
    form(other, "P1", "P2")
    assert run.network_tandems("all")["run"].tolist() == ["B-Durchgang", "A-Durchgang"]
