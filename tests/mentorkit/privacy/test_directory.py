"""Roles that groups of a directory give, on SQLite and PostgreSQL."""

from __future__ import annotations

import pytest

from mentorkit.errors import MentorkitError, NotAllowed, NotFound, RuleBroken, UsageError
from mentorkit.privacy.accounts import Accounts
from mentorkit.privacy.directory import GroupRole, role_of, take_roles
from mentorkit.privacy.permissions import sole_actor
from mentorkit.privacy.records import User
from mentorkit.programme.records import Grant
from mentorkit.workbench import Workbench

HERE = "mentorkit:cross-administration:"
LUENEN = f"{HERE}organisation:Lünen"


@pytest.fixture
def bench(store) -> Workbench:
    bench = Workbench.of(store, "me")
    bench.add("cross-administration")
    bench.accounts.add(sole_actor(), "otto", "Otto")
    return bench


def held(bench: Workbench, name: str) -> set[GroupRole]:
    with bench.store.read() as reader:
        return {GroupRole(g.role, g.programme_id, g.organisation) for g in reader.all(Grant, user_id=name)}


def test_a_group_names_a_role_its_programme_and_its_organisation() -> None:
    assert role_of(LUENEN) == GroupRole("organisation", "cross-administration", "Lünen")
    assert role_of(f"{HERE}organisation:A: B") == GroupRole("organisation", "cross-administration", "A: B")
    assert role_of("mentorkit:*:operator") == GroupRole("operator", None, None)


@pytest.mark.parametrize("group", ["mentorkit:", "mentorkit:lead", "mentorkit::lead", "mentorkit:a:"])
def test_a_group_that_names_none_is_told(group: str) -> None:
    with pytest.raises(UsageError, match=group):
        role_of(group)


def test_a_group_gives_a_log_in_and_a_role_and_takes_the_role_when_it_is_gone(bench: Workbench) -> None:
    user = take_roles(bench.store, "dora", [LUENEN, "everybody"])
    assert user.password_hash is None
    assert held(bench, "dora") == {role_of(LUENEN)}
    session = bench.accounts.start_session("dora")
    take_roles(bench.store, "dora", [LUENEN])
    assert bench.accounts.user_of(session)  # nothing changed
    take_roles(bench.store, "dora", [f"{HERE}analyst"])
    assert held(bench, "dora") == {role_of(f"{HERE}analyst")}
    assert bench.accounts.user_of(session) is None  # open pages keep the roles with which they were opened
    take_roles(bench.store, "dora", [])
    assert held(bench, "dora") == set()
    with bench.store.read() as reader:
        made = reader.trail(kind="grant")
    assert {entry["actor"] for entry in made[1:]} == {"JupyterHub"}  # the first is the operator's


def test_what_was_given_here_stays_whatever_the_groups_say(bench: Workbench) -> None:
    bench.accounts.add(sole_actor(), "anna", "Anna Beispiel")
    bench.accounts.grant(sole_actor(), "anna", "lead", "cross-administration")
    for groups in ([f"{HERE}lead", "mentorkit:*:data-protection"], [f"{HERE}lead"], []):
        assert take_roles(bench.store, "anna", groups).display_name == "Anna Beispiel"
        assert role_of(f"{HERE}lead") in held(bench, "anna")
    assert len(held(bench, "anna")) == 1


def test_nobody_evaluates_and_coordinates_by_groups_either(bench: Workbench) -> None:
    with pytest.raises(RuleBroken):
        take_roles(bench.store, "eva", [LUENEN, f"{HERE}evaluator"])
    take_roles(bench.store, "eva", [f"{HERE}evaluator"])
    with pytest.raises(RuleBroken):
        take_roles(bench.store, "eva", [f"{HERE}evaluator", "mentorkit:*:operator"])
    assert held(bench, "eva") == {role_of(f"{HERE}evaluator")}
    take_roles(bench.store, "eva", [LUENEN])  # one instead of the other
    assert held(bench, "eva") == {role_of(LUENEN)}


@pytest.mark.parametrize(
    ("groups", "refusal"),
    [
        ([], NotAllowed),
        (["everybody"], NotAllowed),
        ([f"{HERE}queen"], UsageError),
        ([f"{HERE}organisation"], UsageError),
        ([f"{HERE}organisation:Nowhere"], NotFound),
        (["mentorkit:none:lead"], NotFound),
    ],
)
def test_who_is_not_known_or_has_a_strange_group_is_refused_and_leaves_nothing(
    bench: Workbench, groups: list[str], refusal: type[MentorkitError]
) -> None:
    with pytest.raises(refusal):
        take_roles(bench.store, "zora", groups)
    with bench.store.read() as reader:
        assert reader.find(User, "zora") is None


def test_who_was_removed_here_stays_removed(bench: Workbench) -> None:
    take_roles(bench.store, "dora", [LUENEN])
    Accounts(bench.store).remove(sole_actor(), "dora")
    with pytest.raises(NotAllowed):
        take_roles(bench.store, "dora", [LUENEN])


def test_a_name_of_the_directory_that_is_no_user_name_is_refused(bench: Workbench) -> None:
    with pytest.raises(UsageError):
        take_roles(bench.store, "Dora Beispiel", [LUENEN])
