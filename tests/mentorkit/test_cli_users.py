"""``mentorkit user``: roles, links and log-ins from the command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from mentorkit.cli import main
from mentorkit.privacy.permissions import sole_actor
from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def target(tmp_path):
    """A workbench with an operator, and Eva without a role."""
    bench = Workbench.of(Store.create(tmp_path / "unna.mentorkit"), "me")
    bench.add("cross-administration")
    bench.accounts.add(sole_actor(), "olga", "Olga Beispiel")
    bench.accounts.add(sole_actor(), "eva", "Eva Beispiel")
    bench.close()
    return tmp_path / "unna.mentorkit"


def call(*arguments: object, code: int = 0, as_user: str = "olga"):
    given = [str(one) for one in arguments] + ["--as", as_user]
    result = CliRunner().invoke(main, ["user", *given], env={"MENTORKIT_USER": None})
    assert result.exit_code == code, (result.output, result.stderr, result.exception)
    return result


def answer(*arguments: object):
    return json.loads(call(*arguments, "--json").stdout)


def roles(target) -> list[tuple[str, str | None]]:
    (eva,) = (user for user in answer("list", target)["users"] if user["name"] == "eva")
    return [(role["role"], role["organisation"]) for role in eva["roles"]]


def test_roles_are_given_and_taken_and_the_last_one_takes_the_log_in(target):
    place = ("--role", "organisation", "--programme", "cross-administration", "--organisation", "Lünen")
    assert "hat jetzt die Rolle „organisation“" in call("grant", target, "eva", *place).stderr
    assert answer("grant", target, "eva", "--role", "analyst")["ended"] is False
    assert roles(target) == [("organisation", "Lünen"), ("analyst", None)]
    assert answer("revoke", target, "eva", "--role", "analyst")["removed"] is False
    assert "kann sich nicht mehr anmelden" in call("revoke", target, "eva", *place).stderr
    assert roles(target) == []


def test_a_link_leads_to_the_choice_of_a_password(target):
    path, token = call("link", target, "eva").stdout.strip().split("=")
    assert path == "/invitation?token"
    bench = Workbench.of(Store.open(target), "olga")
    assert bench.accounts.redeem(token, "Sonne über Bergkamen").id == "eva"
    assert bench.accounts.check_password("eva", "Sonne über Bergkamen").id == "eva"
    bench.close()


def test_where_somebody_is_logged_in_is_listed_and_ended(target):
    bench = Workbench.of(Store.open(target), "olga")
    tokens = [bench.accounts.start_session("eva") for _ in range(2)]
    assert len(answer("sessions", target, "eva")["sessions"]) == 2
    assert call("sessions", target, "eva").stdout.count("zuletzt benutzt") == 2
    assert answer("logout", target, "eva") == {"user": "eva", "ended": 2}
    assert [bench.accounts.user_of(token) for token in tokens] == [None, None]
    assert "nicht angemeldet" in call("sessions", target, "eva").stderr
    bench.close()


@pytest.mark.parametrize("command", ["sessions", "logout", "link"])
def test_nobody_reaches_the_log_in_of_somebody_else_without_the_right(target, command: str):
    call("grant", target, "eva", "--role", "analyst")
    call(command, target, "olga", code=1, as_user="eva")
