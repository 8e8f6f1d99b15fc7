"""The commands on users: log-ins and roles."""

from __future__ import annotations

import sys

import click

from mentorkit.cli.common import AS, BENCH, JSON, OnABench, opened, print_json
from mentorkit.language import later, say

_CAN_LOG_IN = later("“{name}” can log in.")
_NEEDS_LINK = later(
    "The log-in that “{name}” had has ended, as it was handed out by somebody who may not give this role. "
    "Please make a new link with “mentorkit user link”."
)
_CANNOT_LOG_IN = later("“{name}” cannot log in any more.")
_ROLE = click.option(
    "--role", required=True, metavar="ROLE", help="lead, organisation, evaluator, analyst, …"
)
_PROGRAMME = click.option("--programme", metavar="NAME", help="For this programme only.")
_ORGANISATION = click.option("--organisation", metavar="TEXT", help="For the role “organisation”.")


@click.group()
def user() -> None:
    """Log-ins and roles."""


@user.command("add", cls=OnABench)
@BENCH
@click.argument("name")
@click.option("--display-name", metavar="TEXT", help="Name that people see.")
@_ROLE
@_PROGRAMME
@_ORGANISATION
@click.option(
    "--link", is_flag=True, help="Print a link for the first log-in instead of asking for a password."
)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@AS
@JSON
def user_add(
    bench: str,
    name: str,
    display_name: str | None,
    role: str,
    programme: str | None,
    organisation: str | None,
    link: bool,
    password_stdin: bool,
    user: str | None,
    as_json: bool,
) -> None:
    """Add a user, or a further role to one."""
    workbench = opened(bench, user)
    accounts, actor = workbench.accounts, workbench.actor
    accounts.check_role(role, programme, organisation)  # nobody is added with a role that cannot be
    if not accounts.knows(name):
        password = None if link and not password_stdin else _asked_password(password_stdin)
        accounts.add(actor, name, display_name or name, password)
    ended = accounts.grant(actor, name, role, programme, organisation)
    token = accounts.new_link(actor, name) if link else None
    workbench.close()
    if as_json:
        print_json({"user": name, "role": role, "token": token})
        return
    click.echo(say(_NEEDS_LINK if ended and not link else _CAN_LOG_IN, name=name), err=True)
    if token:
        click.echo(f"/invitation?token={token}")


@user.command("grant", cls=OnABench)
@BENCH
@click.argument("name")
@_ROLE
@_PROGRAMME
@_ORGANISATION
@AS
@JSON
def user_grant(
    bench: str,
    name: str,
    role: str,
    programme: str | None,
    organisation: str | None,
    user: str | None,
    as_json: bool,
) -> None:
    """Give a user a further role."""
    workbench = opened(bench, user)
    ended = workbench.accounts.grant(workbench.actor, name, role, programme, organisation)
    workbench.close()
    if as_json:
        print_json({"user": name, "role": role, "ended": ended})
    else:
        told = _NEEDS_LINK if ended else later("“{name}” has the role “{role}” now.")
        click.echo(say(told, name=name, role=role), err=True)


@user.command("revoke", cls=OnABench)
@BENCH
@click.argument("name")
@_ROLE
@_PROGRAMME
@_ORGANISATION
@AS
@JSON
def user_revoke(
    bench: str,
    name: str,
    role: str,
    programme: str | None,
    organisation: str | None,
    user: str | None,
    as_json: bool,
) -> None:
    """Take a role from a user; with the last one the log-in goes too."""
    workbench = opened(bench, user)
    gone = workbench.accounts.revoke(workbench.actor, name, role, programme, organisation)
    workbench.close()
    if as_json:
        print_json({"user": name, "role": role, "removed": gone})
    else:
        told = _CANNOT_LOG_IN if gone else later("“{name}” has not got the role “{role}” any more.")
        click.echo(say(told, name=name, role=role), err=True)


@user.command("link", cls=OnABench)
@BENCH
@click.argument("name")
@AS
@JSON
def user_link(bench: str, name: str, user: str | None, as_json: bool) -> None:
    """Print a one-time link by which a user chooses a password, the first or a new one."""
    workbench = opened(bench, user)
    token = workbench.accounts.new_link(workbench.actor, name)
    workbench.close()
    if as_json:
        print_json({"user": name, "token": token})
    else:
        click.echo(f"/invitation?token={token}")


@user.command("sessions", cls=OnABench)
@BENCH
@click.argument("name")
@AS
@JSON
def user_sessions(bench: str, name: str, user: str | None, as_json: bool) -> None:
    """List where a user is logged in: since when, and when it was used last."""
    workbench = opened(bench, user)
    found = workbench.accounts.sessions(workbench.actor, name)
    workbench.close()
    if as_json:
        rows = [{"started_at": s.started_at.isoformat(), "seen_at": s.seen_at.isoformat()} for s in found]
        print_json({"user": name, "sessions": rows})
        return
    for session in found:
        since, used = (f"{at.astimezone():%Y-%m-%d %H:%M}" for at in (session.started_at, session.seen_at))
        click.echo(say("since {since}, used last {used}", since=since, used=used))
    if not found:
        click.echo(say("“{name}” is not logged in.", name=name), err=True)


@user.command("logout", cls=OnABench)
@BENCH
@click.argument("name")
@AS
@JSON
def user_logout(bench: str, name: str, user: str | None, as_json: bool) -> None:
    """End all log-ins of a user; open pages close within seconds."""
    workbench = opened(bench, user)
    ended = workbench.accounts.end_sessions(workbench.actor, name)
    workbench.close()
    if as_json:
        print_json({"user": name, "ended": ended})
    else:
        click.echo(say("“{name}” is logged out. Log-ins that ended: {n}.", name=name, n=ended), err=True)


@user.command("password", cls=OnABench)
@BENCH
@click.argument("name")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@AS
@JSON
def user_password(bench: str, name: str, password_stdin: bool, user: str | None, as_json: bool) -> None:
    """Set a user's password, one's own or anybody's; it ends the user's sessions."""
    workbench = opened(bench, user)
    workbench.accounts.set_password(workbench.actor, name, _asked_password(password_stdin))
    workbench.close()
    if as_json:
        print_json({"user": name})
    else:
        click.echo(say("“{name}” has a new password.", name=name), err=True)


def _asked_password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    return str(click.prompt(say("Password"), hide_input=True, confirmation_prompt=True, err=True))


@user.command("list", cls=OnABench)
@BENCH
@AS
@JSON
def user_list(bench: str, user: str | None, as_json: bool) -> None:
    """List users and their roles."""
    workbench = opened(bench, user)
    rows = workbench.accounts.list(workbench.actor)
    workbench.close()
    if as_json:
        print_json({"users": rows})
        return
    for row in rows:
        roles = "; ".join(
            " ".join(
                str(part) for part in (grant["role"], grant["programme_id"], grant["organisation"]) if part
            )
            for grant in row["roles"]
        )
        click.echo(f"{row['name']:20}{row['display_name']:28}{roles}")


@user.command("remove", cls=OnABench)
@BENCH
@click.argument("name")
@AS
@JSON
def user_remove(bench: str, name: str, user: str | None, as_json: bool) -> None:
    """Take a user's log-in away."""
    workbench = opened(bench, user)
    workbench.accounts.remove(workbench.actor, name)
    workbench.close()
    if as_json:
        print_json({"user": name, "removed": True})
    else:
        click.echo(say(_CANNOT_LOG_IN, name=name), err=True)
