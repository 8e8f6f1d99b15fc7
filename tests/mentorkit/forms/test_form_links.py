"""A personal link: one applicant, one form, once, and nothing else of the store."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from form_samples import EVA

from mentorkit.errors import NotAllowed, NotFound, RuleBroken, UsageError
from mentorkit.forms import links
from mentorkit.forms.links import LinkRefused
from mentorkit.forms.schema import consent, further
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import ConsentEntry
from mentorkit.programme.records import Application, FormLink, Grant
from mentorkit.workbench import Workbench

RUN = "cross-administration/2014"


def officer(town: str) -> Actor:
    return Actor("dora", (Grant(id="G1", user_id="dora", role="organisation",
                                programme_id="cross-administration", organisation=town),))  # fmt: skip


@pytest.fixture
def bench(store):
    made = Workbench.of(store, "anna")
    made.add("cross-administration")
    made.add("arts-academy")
    return made


@pytest.fixture
def agreed(bench):
    return consent(bench.run(RUN).programme.settings).version


def give(bench, **changes) -> str:
    given = {"name": "Eva Muster", "email": "eva@example.org", "organisation": "Lünen", **changes}
    return links.give(bench.store, bench.actor, RUN, given.pop("role", "mentee"), **given)


def send(bench, token, agreed, **changes):
    return links.redeem(bench.store, token, {**EVA, **changes}, agreed=agreed, language="de")


def stored(bench, kind):
    with bench.store.read() as reader:
        return reader.all(kind)


def test_what_is_sent_becomes_an_application_like_any_other(bench, agreed):
    token = give(bench)
    assert send(bench, token, agreed) == {}
    (application,) = stored(bench, Application)
    assert application.source.kind == "link"
    assert (application.name, application.organisation) == ("Eva Muster", "Lünen")
    assert application.answers["topics"] == ["Führung", "Recht und Verträge"]
    (word,) = stored(bench, ConsentEntry)  # nothing else was ticked
    assert (word.person_id, word.purpose, word.given) == (application.person_id, "application", True)
    assert (word.wording, word.channel, word.by) == (agreed, "link", "Link")
    assert application.answers["received"] == bench.store.clock().astimezone().date().isoformat()
    assert [finding.code for finding in application.findings] == ["late"]  # the year is not 2014 any more
    (link,) = stored(bench, FormLink)
    assert link.application_id == application.id


def test_a_link_works_once(bench, agreed):
    token = give(bench)
    links.look(bench.store, token)
    links.look(bench.store, token)
    send(bench, token, agreed)
    with pytest.raises(LinkRefused) as refused:
        send(bench, token, agreed)
    assert refused.value.state == "used"
    with pytest.raises(LinkRefused):
        links.look(bench.store, token)
    assert len(stored(bench, Application)) == 1


def test_two_who_send_at_once_make_one_application(bench, agreed):
    token = give(bench)

    def attempt(_):
        try:
            return send(bench, token, agreed)
        except LinkRefused as refused:
            return refused.state

    with ThreadPoolExecutor(4) as pool:
        told = list(pool.map(attempt, range(4)))
    assert sorted(map(str, told)) == ["used", "used", "used", "{}"]
    assert len(stored(bench, Application)) == 1


def test_what_is_agreed_to_besides_is_kept_as_it_was_read_or_asked_again(bench, agreed):
    token = give(bench)
    sharing = further(bench.run(RUN).programme.settings)["sharing"]
    hands = {"agreed": agreed, "language": "de"}
    for besides in ({"sharing": "de-00000000"}, {"publicity": "de-00000000"}):  # no text on the second
        wrong = links.redeem(bench.store, token, EVA, **hands, besides=besides)
        assert list(wrong) == [f"consent-{next(iter(besides))}"]
    assert stored(bench, ConsentEntry) == []
    assert links.redeem(bench.store, token, EVA, **hands, besides={"sharing": sharing.version}) == {}
    kept = {word.purpose: (word.wording, word.text_hash) for word in stored(bench, ConsentEntry)}
    assert kept["sharing"] == (sharing.version, sharing.text_hash)
    assert set(kept) == {"application", "sharing"}


def test_what_is_wrong_uses_nothing_up(bench, agreed):
    token = give(bench)
    assert list(send(bench, token, agreed, email="eva", pay_grade="")) == ["email", "pay_grade"]
    assert list(send(bench, token, "")) == ["consent"]
    assert list(send(bench, token, "de-00000000")) == ["consent"]
    assert stored(bench, Application) == []
    assert links.look(bench.store, token).role == "mentee"


def test_the_applicant_cannot_leave_the_organisation_of_the_link(bench, agreed):
    send(bench, give(bench), agreed, organisation="Kamen")
    assert [a.organisation for a in stored(bench, Application)] == ["Lünen"]


def test_without_an_organisation_the_applicant_names_it(bench, agreed):
    token = give(bench, organisation=None)
    assert list(send(bench, token, agreed, organisation="")) == ["organisation"]
    assert send(bench, token, agreed, organisation="Kamen") == {}
    assert [a.organisation for a in stored(bench, Application)] == ["Kamen"]


def at(bench, year, month, day, hour=12, minute=0):
    moment = dt.datetime(year, month, day, hour, minute).astimezone()
    bench.store.clock = lambda: moment.astimezone(dt.UTC)


def end_of_the_link(bench):
    (link,) = links.links(bench.store, bench.actor, RUN)
    return link.expires_at.astimezone().date()


def test_a_link_holds_until_the_closing_date_unless_something_else_is_said(bench):
    at(bench, 2014, 2, 3)
    give(bench)
    assert bench.run(RUN).record.closing == dt.date(2014, 2, 28) == end_of_the_link(bench)


def test_after_the_closing_date_a_link_holds_for_two_weeks(bench):
    at(bench, 2014, 3, 1)
    give(bench)
    assert end_of_the_link(bench) == dt.date(2014, 3, 15)


def test_no_link_is_proposed_for_longer_than_one_may_hold(bench):
    at(bench, 2013, 1, 1)
    give(bench)
    assert end_of_the_link(bench) == dt.date(2013, 6, 30)


def test_a_link_works_until_the_end_of_its_last_day(bench, agreed):
    at(bench, 2014, 2, 3)
    token = give(bench, until=dt.date(2014, 2, 5))
    at(bench, 2014, 2, 5, 23, 59)
    assert links.look(bench.store, token).role == "mentee"


def test_the_form_begins_with_what_is_known_of_the_applicant(bench):
    asked = links.look(bench.store, give(bench))
    assert asked.known == {"first_name": "Eva", "last_name": "Muster", "email": "eva@example.org"}


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Eva", {}),
        ("Frau Dr. Eva von der Mühl", {"first_name": "Eva", "last_name": "von der Mühl"}),
        ("Muster, Eva", {"first_name": "Eva", "last_name": "Muster"}),
        ("Frau Muster", {"last_name": "Muster"}),
    ],
)
def test_a_name_is_split_as_far_as_it_is_sure(bench, name, known):
    assert links.look(bench.store, give(bench, name=name, email="")).known == known


def test_a_link_ends(bench, agreed):
    at(bench, 2014, 2, 3)
    token = give(bench, until=dt.date(2014, 2, 5))
    at(bench, 2014, 2, 6, 0, 0)
    with pytest.raises(LinkRefused) as refused:
        send(bench, token, agreed)
    assert refused.value.state == "expired"


def test_a_link_can_be_taken_back(bench, agreed):
    token = give(bench)
    (link,) = links.links(bench.store, bench.actor, RUN)
    links.take_back(bench.store, bench.actor, link.id)
    with pytest.raises(LinkRefused):
        send(bench, token, agreed)
    with pytest.raises(RuleBroken):
        links.take_back(bench.store, bench.actor, link.id)


def test_nobody_knows_the_token_but_who_has_the_link(bench):
    token = give(bench)
    with bench.store.read() as reader:
        assert token not in str(reader.all(FormLink)) + str(reader.trail())
    with pytest.raises(LinkRefused) as refused:
        links.look(bench.store, token[:-1] + ("A" if token[-1] != "A" else "B"))
    assert refused.value.state == "unknown"


def test_an_officer_gives_and_sees_links_of_her_town_only(bench):
    give(bench, organisation="Kamen")
    give(bench, organisation=None)
    dora = officer("Lünen")
    links.give(bench.store, dora, RUN, "mentor", name="Karl Beispiel", organisation="Lünen")
    for foreign in ("Kamen", None):
        with pytest.raises(NotAllowed):
            links.give(bench.store, dora, RUN, "mentor", name="Karl Beispiel", organisation=foreign)
    assert [link.organisation for link in links.links(bench.store, dora, RUN)] == ["Lünen"]
    foreign = next(x for x in links.links(bench.store, bench.actor, RUN) if x.organisation == "Kamen")
    with pytest.raises(NotAllowed):
        links.take_back(bench.store, dora, foreign.id)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"name": " "}, UsageError),
        ({"name": "(" * 201}, UsageError),
        ({"email": "eva"}, UsageError),
        ({"until": dt.date(2000, 1, 1)}, UsageError),
        ({"until": dt.date(2999, 1, 1)}, UsageError),
        ({"organisation": "Dortmund"}, NotFound),
    ],
)
def test_a_link_that_makes_no_sense_is_refused(bench, changes, why):
    with pytest.raises(why):
        give(bench, **changes)
    assert stored(bench, FormLink) == []


def test_the_letter_says_what_the_link_is(bench):
    give(bench)
    run = bench.run(RUN)
    (link,) = links.links(bench.store, bench.actor, RUN)
    told = links.letter(run.programme.settings, link, run.record)
    assert told.startswith("Guten Tag Eva Muster,")
    assert "{address}" in told
    assert "nur einmal" in told
