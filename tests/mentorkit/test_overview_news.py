"""What an open page is told of others: at once, and only what its user may know of."""

from __future__ import annotations

import pytest

from mentorkit.overview.news import news
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Application, Grant, Person, Programme, Run
from mentorkit.programme.settings import load_preset

PROGRAMME, RUN = "cross-administration", "cross-administration/2014"
LEA = sole_actor("lea")


def actor(role: str, organisation: str | None = None, programme: str | None = PROGRAMME) -> Actor:
    return Actor(
        "bea",
        (Grant(id="G1", user_id="bea", role=role, programme_id=programme, organisation=organisation),),
    )


@pytest.fixture
def filled(store):
    settings = load_preset(PROGRAMME)
    with store.write("anna", "test") as writer:
        writer.save(User(id="karla", display_name="Karla Kamen"))
        for programme in (PROGRAMME, "another"):
            writer.save(Programme(id=programme, name=programme, preset=PROGRAMME, settings=settings))
            writer.save(Run(id=f"{programme}/2014", programme_id=programme, name="2014"))
        for number, (programme, organisation) in enumerate(
            ((PROGRAMME, "Kamen"), (PROGRAMME, "Werne"), ("another", "Kamen")), start=1
        ):
            writer.save(Person(id=f"P{number}", programme_id=programme, first_name="A", last_name="B"))
            writer.save(
                Application(
                    id=f"A{number}", run_id=f"{programme}/2014", person_id=f"P{number}", role="mentee",
                    first_name="A", last_name="B", organisation=organisation,
                )
            )  # fmt: skip
    return store


def change(store, application_id, name="Neu"):
    with store.write("karla", "application.mend") as writer:
        writer.save(writer.get(Application, application_id).with_(last_name=name))


def test_what_a_colleague_changed_is_news_with_her_name_and_only_once(filled):
    before = news(filled, LEA, PROGRAMME)
    assert before.by == {}  # nothing is new to who has just come
    change(filled, "A1")
    found = news(filled, LEA, PROGRAMME, before.read)
    assert found.who("application", "A1") == "Karla Kamen"
    assert found.others == ("Karla Kamen",)
    assert found.about("application")
    assert not found.about("tandem")
    assert news(filled, LEA, PROGRAMME, found.read).by == {}


def test_what_one_did_oneself_on_another_page_is_news_without_a_name(filled):
    before = news(filled, sole_actor("karla"), PROGRAMME).read
    change(filled, "A1")
    found = news(filled, sole_actor("karla"), PROGRAMME, before)
    assert found.by == {("application", "A1"): ""}
    assert found.others == ()


def test_another_programme_is_no_news_here_but_on_the_page_of_all(filled):
    before = news(filled, LEA, PROGRAMME).read
    change(filled, "A3")
    assert news(filled, LEA, PROGRAMME, before).by == {}
    assert news(filled, LEA, None, before).about("application")
    assert news(filled, actor("lead"), None, before).by == {}


@pytest.mark.parametrize(
    ("who", "heard"),
    [
        (actor("lead"), {"A1", "A2"}),
        (actor("data-protection"), {"A1", "A2"}),
        (actor("organisation", "Kamen"), {"A1"}),
        (actor("organisation", "Werne"), {"A2"}),
        (actor("evaluator"), set()),
        (actor("analyst"), set()),
        (actor("operator"), set()),
        (actor("lead", programme="another"), set()),
        (Actor("bea", ()), set()),
    ],
    ids=lambda who: who.grants[0].role if isinstance(who, Actor) and who.grants else "",
)
def test_one_hears_of_those_alone_whom_one_may_see(filled, who, heard):
    before = news(filled, LEA, PROGRAMME).read
    change(filled, "A1")
    change(filled, "A2")
    assert {subject for _, subject in news(filled, who, PROGRAMME, before).by} == heard


@pytest.mark.parametrize(("role", "hears"), [("organisation", True), ("evaluator", True), ("lead", True)])
def test_what_stands_for_all_is_heard_by_all_of_the_programme(filled, role, hears):
    before = news(filled, LEA, PROGRAMME).read
    with filled.write("karla", "programme.change") as writer:
        writer.save(writer.get(Run, RUN).with_(name="2014 neu"))
    assert news(filled, actor(role, "Kamen"), PROGRAMME, before).about("run") is hears
    assert not news(filled, actor(role, "Kamen", "another"), PROGRAMME, before).by


def test_log_ins_are_news_to_who_may_see_them(filled):
    before = news(filled, LEA, PROGRAMME).read
    with filled.write("karla", "user.add") as writer:
        writer.save(User(id="rolf", display_name="Rolf"))
    assert news(filled, actor("lead"), PROGRAMME, before).about("user")
    assert not news(filled, actor("organisation", "Kamen"), PROGRAMME, before).by
