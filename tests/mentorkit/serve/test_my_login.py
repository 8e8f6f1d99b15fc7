"""*My log-in* and invitations: passwords, languages and log-ins are in the hands of whose they are."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest

from mentorkit.privacy.log_in import digest
from mentorkit.privacy.permissions import sole_actor
from mentorkit.privacy.records import Session
from mentorkit.serve.identity import SESSION_COOKIE
from mentorkit.store import Store
from mentorkit.workbench import Workbench

FIRST, SECOND = "Wolken ziehen über Selm", "Drachen steigen in Unna"


@pytest.fixture
def bench(site):
    bench = Workbench.of(Store.open(site.bench), "anna")
    yield bench
    bench.close()


@pytest.fixture
def newcomer(bench) -> str:
    """The name of a user of this test alone, who leads the academy's programme and has no password."""
    name = f"user-{uuid.uuid4().hex[:8]}"
    bench.accounts.add(sole_actor(), name, "Ida Neumann")
    bench.accounts.grant(sole_actor(), name, "lead", "arts-academy")
    return name


@pytest.fixture
def log_in(site, bench, newcomer):
    """A function that logs the newcomer in, with a password."""
    bench.accounts.set_password(sole_actor(), newcomer, FIRST)

    def go():
        guest = site.guest()
        guest.get("/login")
        assert guest.post("/login", {"name": newcomer, "password": FIRST}).status_code == 303
        return guest

    return go


def change(guest, old: str, new: str, again: str | None = None):
    return guest.post("/account", {"do": "password", "old": old, "new": new, "again": again or new})


def invited(site, bench, name: str):
    guest, token = site.guest(), bench.accounts.new_link(bench.actor, name)
    return guest, token, guest.get(f"/invitation?token={token}").text


def test_an_invitation_says_who_invites_to_what_and_what_a_password_is_like(site, bench, newcomer) -> None:
    _, _, page = invited(site, bench, newcomer)
    assert "Willkommen, Ida Neumann" in page
    assert "Anna Beispiel lädt Sie zu mentorkit ein." in page
    assert "Programmleitung: " in page
    assert "Mindestens 12 Zeichen" in page
    assert newcomer in page


def test_by_an_invitation_a_password_is_set_once_and_one_is_logged_in(site, bench, newcomer) -> None:
    guest, token, _ = invited(site, bench, newcomer)
    answer = guest.post("/invitation", {"token": token, "new": FIRST, "again": FIRST})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    assert guest.get("/state").status_code == 200
    other = site.guest()
    other.get("/login")
    assert other.get(f"/invitation?token={token}").status_code == 410
    again = other.post("/invitation", {"token": token, "new": SECOND, "again": SECOND})
    assert (again.status_code, other.get("/state").status_code) == (410, 403)
    assert bench.accounts.check_password(newcomer, FIRST)


@pytest.mark.parametrize(
    ("new", "again", "told"),
    [(FIRST, SECOND, "nicht gleich"), ("kurz", "kurz", "mindestens 12"), ("a" * 20, "a" * 20, "erraten")],
)
def test_an_unfit_password_does_not_use_up_the_invitation(
    site, bench, newcomer, new: str, again: str, told: str
) -> None:
    guest, token, _ = invited(site, bench, newcomer)
    refused = guest.post("/invitation", {"token": token, "new": new, "again": again})
    assert refused.status_code == 400
    assert told in refused.text
    assert guest.post("/invitation", {"token": token, "new": FIRST, "again": FIRST}).status_code == 303


def test_a_lost_password_ends_with_every_log_in_and_link_made_before(site, bench, newcomer, log_in) -> None:
    stranger, former = log_in(), bench.accounts.new_link(sole_actor(), newcomer)
    guest, token, page = invited(site, bench, newcomer)
    assert "Ein neues Passwort" in page
    guest.post("/invitation", {"token": token, "new": SECOND, "again": SECOND})
    assert stranger.get("/state").status_code == 403
    assert site.guest().get(f"/invitation?token={former}").status_code == 410
    assert bench.accounts.check_password(newcomer, SECOND)
    assert bench.accounts.check_password(newcomer, FIRST) is None


def test_whoever_opens_anothers_invitation_is_told_who_is_logged_out(site, bench, newcomer, anna) -> None:
    token = bench.accounts.new_link(sole_actor(), newcomer)
    assert "wird Anna Beispiel hier abgemeldet" in anna.get(f"/invitation?token={token}").text
    assert "abgemeldet" not in site.guest().get(f"/invitation?token={token}").text


def test_the_page_names_who_one_is_with_all_roles(dora) -> None:
    page = dora.get("/account").text
    assert "Dora Beispiel" in page
    assert re.search(r"Koordination einer Organisation: Lünen, Cross-Mentoring", page)
    assert "Evaluation: " in page


def test_a_changed_password_ends_all_other_log_ins_and_their_pages(bench, newcomer, log_in) -> None:
    here, there = log_in(), log_in()
    kernel, kept = there.open_app(), here.open_app()
    assert change(here, FIRST, SECOND).headers["Location"] == "/account?done=password"
    assert "Ihr neues Passwort gilt ab jetzt" in here.get("/account?done=password").text
    assert there.get("/state").status_code == 403
    assert here.get(f"/state?kernel={kept}").json()["alive"]
    assert here.get(f"/state?kernel={kernel}").json()["closed"]
    assert bench.accounts.check_password(newcomer, SECOND)


def test_a_wrong_old_password_changes_nothing_and_counts_as_an_attempt(bench, newcomer, log_in) -> None:
    guest = log_in()
    answers = [change(guest, "geraten", SECOND).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    assert change(guest, FIRST, SECOND).status_code == 429
    assert bench.accounts.check_password(newcomer, FIRST)


def test_an_unfit_new_password_is_told_at_the_form(log_in) -> None:
    refused = change(log_in(), FIRST, "kurz")
    assert refused.status_code == 400
    assert 'role="alert"' in refused.text
    assert "mindestens 12" in refused.text


def test_the_language_is_kept_with_the_user(site, bench, newcomer, log_in) -> None:
    assert log_in().post("/account", {"do": "language", "language": "en"}).status_code == 303
    assert '<html lang="en"' in log_in().get("/account").text  # another browser, without the cookie
    assert log_in().post("/account", {"do": "language", "language": "xx"}).status_code == 404


def test_one_log_in_is_ended_and_the_others_stay(log_in) -> None:
    here, there, third = log_in(), log_in(), log_in()
    assert here.get("/account").text.count("diese Anmeldung") == 1
    theirs = digest(there.http.cookies[SESSION_COOKIE])
    assert theirs in here.get("/account").text
    assert here.post("/account", {"do": "end", "session": theirs}).status_code == 303
    states = [guest.get("/state").status_code for guest in (here, there, third)]
    assert states == [200, 403, 200]


def test_nobody_ends_the_log_in_of_somebody_else(anna, log_in) -> None:
    theirs = digest(anna.http.cookies[SESSION_COOKIE])
    log_in().post("/account", {"do": "end", "session": theirs})
    assert anna.get("/state").status_code == 200


def test_log_out_everywhere_ends_all_log_ins_and_what_is_open_in_them(site, newcomer, log_in) -> None:
    here, there = log_in(), log_in()
    kernel = there.open_app()
    assert here.post("/logout", {"everywhere": "1"}).headers["Location"] == "/login"
    assert [guest.get("/state").status_code for guest in (here, there)] == [403, 403]
    assert log_in().get(f"/state?kernel={kernel}").json()["closed"]


def test_the_forms_are_refused_without_their_token(log_in) -> None:
    guest = log_in()
    for path, fields in (("/account", {"do": "language", "language": "en"}), ("/invitation", {"token": "x"})):
        assert guest.post(path, {**fields, "_xsrf": ""}).status_code == 403
    assert '<html lang="de"' in guest.get("/account").text


def test_without_a_log_in_there_is_no_page(site) -> None:
    assert site.guest().get("/account").headers["Location"].startswith("/login")


def seen(bench, guest) -> dt.datetime:
    with bench.store.read() as reader:
        return reader.get(Session, digest(guest.http.cookies[SESSION_COOKIE])).seen_at


def age(bench, guest, **fields: dt.timedelta) -> None:
    """Make a log-in older than it is."""
    with bench.store.write("me", "session.use") as writer:
        session = writer.get(Session, digest(guest.http.cookies[SESSION_COOKIE]))
        writer.save(session.with_(**{name: getattr(session, name) - by for name, by in fields.items()}))


def test_a_page_that_only_asks_how_it_stands_is_no_use_of_the_log_in(bench, log_in) -> None:
    guest = log_in()
    kernel = guest.open_app()
    age(bench, guest, seen_at=dt.timedelta(minutes=20))
    before = seen(bench, guest)
    assert guest.get(f"/state?kernel={kernel}").status_code == 200
    assert seen(bench, guest) == before
    guest.get("/account")  # what a person does is
    assert seen(bench, guest) > before


@pytest.mark.parametrize(
    "by", [{"seen_at": dt.timedelta(minutes=31)}, {"started_at": dt.timedelta(hours=12, minutes=1)}]
)
def test_a_log_in_that_ended_by_itself_closes_its_pages_while_they_ask(bench, log_in, by) -> None:
    guest, other = log_in(), log_in()
    kernel = guest.open_app()
    age(bench, guest, **by)
    assert guest.get(f"/state?kernel={kernel}").status_code == 403
    assert other.get(f"/state?kernel={kernel}").json()["closed"]
