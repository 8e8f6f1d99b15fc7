from __future__ import annotations

import pytest
from matching_samples import RUN, store_of

from mentorkit.errors import NotAllowed
from mentorkit.matching import choosing, scenarios, service
from mentorkit.matching.news import Change, news
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Application, Grant, Person, Programme, Prospect, Run, Weighing

PROGRAMME = "cross-administration"
LEA, KARLA = sole_actor("lea"), sole_actor("karla")


@pytest.fixture
def store():
    made = store_of(RUN, f"{PROGRAMME}/1999")
    yield made
    made.close()


@pytest.fixture
def before(store):
    return news(store, LEA, RUN).read


def kinds(store, before):
    return [change.kind for change in news(store, LEA, RUN, before).changes]


def test_a_decision_is_news_with_who_decided_and_why(store, before):
    pair = next(
        iter(service.propose(store, LEA, RUN).tandems[["mentee_id", "mentor_id"]].itertuples(index=False))
    )
    decision = service.decide(store, KARLA, RUN, *pair, "lock", "Beide wünschen es")
    found = news(store, LEA, RUN, before)
    assert found.changes == (Change("Karla Kamen", "lock", decision.id, tuple(pair), "Beide wünschen es"),)
    service.undo(store, KARLA, decision.id, decision.version)
    assert [c.kind for c in news(store, LEA, RUN, found.read).changes] == ["undo"]


def test_what_one_did_oneself_is_news_without_a_name(store, before):
    choosing.fix_selection(store, LEA, RUN, 1)
    assert {change.by for change in news(store, LEA, RUN, before).changes} == {""}


def test_fixing_and_approving_are_told_as_such(store, before):
    choosing.fix_selection(store, KARLA, RUN, 1)
    assert set(kinds(store, before)) == {"fix", "selection"}
    choosing.release_selection(store, KARLA, RUN, 2)
    before = news(store, LEA, RUN).read
    service.approve(store, KARLA, RUN, service.propose(store, LEA, RUN), 3)
    assert set(kinds(store, before)) == {"tandem", "approve"}
    before = news(store, LEA, RUN).read
    service.withdraw_approval(store, KARLA, RUN, 4)
    assert set(kinds(store, before)) == {"tandem", "withdraw"}


def test_other_runs_and_what_no_matching_rests_on_are_no_news(store, before):
    with store.write("karla", "test") as writer:
        (first, *_) = writer.all(Application)
        writer.save(writer.get(Run, f"{PROGRAMME}/1999").with_(selection_fixed=True))
        writer.save(User(id="rolf", display_name="Rolf"))
        writer.save(writer.get(Person, first.person_id).with_(email="eva@example.org"))
    found = news(store, LEA, RUN, before)
    assert (found.changes, found.read > before) == ((), True)


def test_the_settings_of_the_programme_and_applications_are_news(store, before):
    with store.write("karla", "test") as writer:
        writer.save(writer.get(Programme, PROGRAMME).with_(name="Anders"))
        writer.save(writer.all(Application)[0].with_(status="review"))
    assert kinds(store, before) == ["settings", "application"]


def test_who_may_not_see_the_matching_gets_no_news_of_it(store, before):
    choosing.fix_selection(store, KARLA, RUN, 1)
    own = Grant(id="G1", user_id="lore", role="organisation", organisation="Kamen")
    with pytest.raises(NotAllowed):
        news(store, Actor("lore", (own,)), RUN, before)


def test_as_long_as_nothing_is_new_one_statement_is_asked(store, before):
    import sqlalchemy as sa

    asked = []
    sa.event.listen(store.engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    assert news(store, LEA, RUN, before).changes == ()
    assert [text for text in asked if text.startswith("SELECT")] == [
        "SELECT max(audit.id) AS max_1 \nFROM audit"
    ]


def test_a_scenario_and_that_it_is_the_proposal_are_news(store, before):
    made = scenarios.save(store, KARLA, RUN, "Topics", Weighing(weights={"topics": 1000}))
    assert kinds(store, before) == ["scenario"]
    before = news(store, LEA, RUN).read
    scenarios.make_proposal(store, KARLA, RUN, made, 1)
    assert kinds(store, before) == ["propose"]


def test_whom_to_win_is_news_where_wishes_are_shown(store, before):
    with store.write("karla", "test") as writer:
        writer.save(Prospect(id="R1", run_id=RUN, name="Cleo Chor", state="asked"))
    assert news(store, LEA, RUN, before).changes == (Change("Karla Kamen", "prospect", "R1"),)
