"""The permission table: everything is denied but what it says."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.errors import NotAllowed
from mentorkit.privacy.permissions import APPS, PERMISSIONS, REFUSALS, ROLES, Actor, RoleName, sole_actor
from mentorkit.programme.records import Grant

ROLE_NAMES = get_args(RoleName)
PROGRAMMES = ("p", "q", None)
ORGANISATIONS = ("Lünen", "Kamen", None)

grants = st.builds(
    Grant,
    id=st.just("G1"),
    user_id=st.just("anna"),
    role=st.sampled_from([*ROLE_NAMES, "unknown"]),
    programme_id=st.sampled_from(PROGRAMMES),
    organisation=st.sampled_from(ORGANISATIONS),
)
actors = st.builds(Actor, st.just("anna"), st.lists(grants, max_size=3).map(tuple))


def test_every_role_has_a_title_and_every_rule_names_roles() -> None:
    assert set(ROLES) == set(ROLE_NAMES)
    assert all(set(rule) <= set(ROLE_NAMES) for rule in PERMISSIONS.values())


def test_an_action_without_a_rule_is_a_fault() -> None:
    with pytest.raises(KeyError):
        sole_actor("me").may("world.rule")


@given(action=st.sampled_from(sorted(PERMISSIONS)), programme=st.sampled_from(PROGRAMMES))
def test_without_a_role_nothing_is_allowed(action: str, programme: str | None) -> None:
    assert not Actor("anna", ()).may(action, programme)


@given(
    actor=actors,
    action=st.sampled_from(sorted(PERMISSIONS)),
    programme=st.sampled_from(PROGRAMMES),
    organisation=st.sampled_from(ORGANISATIONS),
)
def test_what_is_allowed_stands_in_the_table_for_a_role_held_there(
    actor: Actor, action: str, programme: str | None, organisation: str | None
) -> None:
    def allows(grant: Grant) -> bool:
        scope = PERMISSIONS[action].get(grant.role)
        in_programme = grant.programme_id in (None, programme)
        own = scope == "own" and grant.organisation is not None and grant.organisation == organisation
        return in_programme and (scope == "all" or own)

    assert actor.may(action, programme, organisation) == any(map(allows, actor.grants))


@given(actor=actors, action=st.sampled_from(sorted(PERMISSIONS)), programme=st.sampled_from(PROGRAMMES))
def test_who_may_do_it_for_all_may_do_it_for_each(actor: Actor, action: str, programme: str | None) -> None:
    if actor.may(action, programme):
        assert actor.may(action, programme, "Werne")


def test_what_is_not_allowed_is_refused_in_a_sentence() -> None:
    officer = Actor("bert", (Grant(id="G1", user_id="bert", role="organisation", organisation="Lünen"),))
    officer.require("application.read", "p", "Lünen")
    with pytest.raises(NotAllowed, match="Bewerbungen anzusehen"):
        officer.require("application.read", "p", "Kamen")
    with pytest.raises(NotAllowed):
        officer.require("application.read", "p")


def test_an_analyst_sees_no_application() -> None:
    analyst = Actor("cem", (Grant(id="G1", user_id="cem", role="analyst"),))
    assert not analyst.may("application.read", "p")


@pytest.mark.parametrize("action", sorted(PERMISSIONS))
def test_a_refusal_names_the_deed_in_words(action: str) -> None:
    assert action in REFUSALS
    with pytest.raises(NotAllowed) as refused:
        Actor("anna", ()).require(action)
    assert action not in str(refused.value)
    assert "(" not in str(refused.value)


def test_every_app_is_opened_by_actions_of_the_table() -> None:
    assert {action for needed in APPS.values() for action in needed} <= set(PERMISSIONS)


@pytest.mark.parametrize(
    ("role", "organisation", "opened"),
    [
        ("lead", None, {"programme", "intake", "matching", "network", "reports", "privacy"}),
        ("organisation", "Kamen", {"intake", "reports"}),
        ("evaluator", None, {"privacy"}),
        ("operator", None, {"programme"}),
        ("data-protection", None, {"programme", "intake", "privacy"}),
    ],
)
def test_a_role_opens_the_apps_it_has_something_to_do_in(
    role: str, organisation: str | None, opened: set[str]
) -> None:
    grant = Grant(id="G1", user_id="anna", role=role, programme_id="p", organisation=organisation)
    actor = Actor("anna", (grant,))
    assert {app for app in APPS if actor.opens(app, "p")} == opened
    assert not any(actor.opens(app, "q") for app in APPS)
    assert actor.opens("start", "q")
