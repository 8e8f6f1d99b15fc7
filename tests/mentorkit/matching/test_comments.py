from __future__ import annotations

import datetime as dt

import pytest
from matching_samples import RUN, store_of

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, StaleRecord
from mentorkit.language import Voice, speaking
from mentorkit.matching import service
from mentorkit.matching.comments import LONGEST, comment, comments, delete_comment
from mentorkit.matching.news import news
from mentorkit.matching.steps import go, steps
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Grant

PROGRAMME = "cross-administration"
LEA, KARLA = sole_actor("lea"), sole_actor("karla")
NOON = dt.datetime(2014, 5, 3, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def english():
    with speaking(Voice("en")):
        yield


@pytest.fixture
def store():
    made = store_of(RUN)
    made.clock = lambda: NOON
    yield made
    made.close()


@pytest.fixture
def pair(store):
    found = service.propose(store, LEA, RUN).tandems
    return found["mentee_id"][0], found["mentor_id"][0]


def texts(store):
    return [one.record.text for one in comments(store, LEA, RUN)]


def test_a_comment_has_who_and_when(store, pair):
    comment(store, KARLA, RUN, *pair, "  Telephoned on 3 May ")
    (one,) = comments(store, LEA, RUN)
    assert (one.record.text, one.who, one.record.at) == ("Telephoned on 3 May", "Karla Kamen", NOON)


def test_comments_stay_when_the_matching_changes_and_after_the_approval(store, pair):
    comment(store, LEA, RUN, *pair, "First")
    service.decide(store, LEA, RUN, *pair, "forbid")
    service.approve(store, LEA, RUN, service.propose(store, LEA, RUN), 1)
    comment(store, LEA, RUN, *pair, "Second")
    assert texts(store) == ["First", "Second"]


def test_no_matching_heeds_a_comment(store, pair):
    before = service.propose(store, LEA, RUN)
    comment(store, LEA, RUN, *pair, "They know each other")
    assert service.propose(store, LEA, RUN).tandems.equals(before.tandems)


@pytest.mark.parametrize("text", ["", "  \n", "x" * (LONGEST + 1)])
def test_nothing_and_too_much_is_refused(store, pair, text):
    with pytest.raises(RuleBroken):
        comment(store, LEA, RUN, *pair, text)
    assert texts(store) == []


def test_who_did_not_apply_is_not_commented_on(store, pair):
    with pytest.raises(NotFound):
        comment(store, LEA, RUN, pair[1], pair[0], "The wrong way round")


def test_who_may_not_decide_neither_reads_nor_writes_nor_deletes(store, pair):
    made = comment(store, LEA, RUN, *pair, "First")
    grant = Grant(id="G1", user_id="lore", role="organisation", organisation="Kamen")
    lore = Actor("lore", (grant,))
    for attempt in (
        lambda: comments(store, lore, RUN),
        lambda: comment(store, lore, RUN, *pair, "Second"),
        lambda: delete_comment(store, lore, made.id, made.version),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert texts(store) == ["First"]


def test_a_comment_is_deleted_once(store, pair):
    made = comment(store, LEA, RUN, *pair, "First")
    with pytest.raises(StaleRecord):
        delete_comment(store, LEA, made.id, made.version + 1)
    delete_comment(store, LEA, made.id, made.version)
    with pytest.raises(NotFound):
        delete_comment(store, LEA, made.id, made.version)


def test_comments_are_steps_too(store, pair):
    service.decide(store, LEA, RUN, *pair, "lock")
    made = comment(store, LEA, RUN, *pair, "First")
    comment(store, LEA, RUN, *pair, "Second")
    delete_comment(store, LEA, made.id, made.version)
    seen = []
    while step := steps(store, LEA, RUN)[0]:
        go(store, LEA, RUN, step)
        seen.append((step.what.partition(" ")[0], texts(store)))
    assert [told for _, told in seen] == [["First", "Second"], ["First"], [], []]
    while step := steps(store, LEA, RUN)[1]:
        go(store, LEA, RUN, step)
    assert texts(store) == ["Second"]


def test_a_comment_that_a_colleague_deleted_is_not_undone(store, pair):
    made = comment(store, LEA, RUN, *pair, "First")
    delete_comment(store, KARLA, made.id, made.version)
    assert steps(store, LEA, RUN) == (None, None)


def test_comments_are_news(store, pair):
    before = news(store, LEA, RUN).read
    made = comment(store, KARLA, RUN, *pair, "First")
    delete_comment(store, KARLA, made.id, made.version)
    found = news(store, LEA, RUN, before).changes
    assert [(change.kind, change.pair, change.reason) for change in found] == [
        ("comment", pair, "First"), ("uncomment", pair, ""),
    ]  # fmt: skip
