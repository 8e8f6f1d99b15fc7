"""The pages around the apps: log-in, languages, runs, refusals."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import quote

import pytest

from mentorkit.privacy.permissions import sole_actor
from mentorkit.store import Store
from mentorkit.workbench import Workbench


def test_log_in_leads_back_to_where_one_wanted_to_go(site) -> None:
    guest = site.guest()
    asked = guest.get("/matching?run=arts-academy/2013")
    form = guest.get(asked.headers["Location"]).text
    action = re.search(r'action="([^"]+)"', form).group(1).replace("&amp;", "&")
    answer = guest.post(action, {"name": "Anna ", "password": "Regen über Lünen 7"})
    assert answer.headers["Location"] == "/matching?run=arts-academy/2013"


def test_a_wrong_password_is_said_at_the_form(site) -> None:
    guest = site.guest()
    guest.get("/login")
    page = guest.post("/login", {"name": "bert", "password": "falsch"}).text
    assert 'role="alert"' in page
    assert "Benutzername oder Passwort ist falsch." in page
    assert "falsch" not in page.replace("ist falsch.", "")


def test_a_link_logs_in_once_and_only_by_its_button(site) -> None:
    bench = Workbench.of(Store.open(site.bench), "anna")
    token = bench.accounts.new_link(sole_actor(), "bert")
    bench.close()
    guest = site.guest()
    for _ in range(2):  # looking at it does not use it up
        assert "Anmelden und weiter" in guest.get(f"/login?token={quote(token)}").text
    assert guest.post("/login", {"token": token}).headers["Location"] == "/"
    assert guest.get("/state").status_code == 200
    other = site.guest()
    other.get("/login")
    refused = other.post("/login", {"token": token})
    assert refused.status_code == 401
    assert "schon benutzt" in refused.text


def test_a_link_for_somebody_else_asks_who_is_logged_in(site, anna) -> None:
    bench = Workbench.of(Store.open(site.bench), "anna")
    hers, his = (bench.accounts.new_link(sole_actor(), name) for name in ("anna", "bert"))
    bench.close()
    assert "data-submit-at-once" in site.guest().get(f"/login?token={quote(his)}").text
    assert "data-submit-at-once" in anna.get(f"/login?token={quote(hers)}").text
    page = anna.get(f"/login?token={quote(his)}").text
    assert "data-submit-at-once" not in page
    assert "Sie sind als Anna Beispiel angemeldet." in page
    assert "Als Anna Beispiel angemeldet bleiben" in page


def test_the_language_is_chosen_on_a_page_and_remembered(site) -> None:
    guest = site.guest()
    assert '<html lang="de"' in guest.get("/login").text
    chosen = guest.get("/login?next=%2Fmatching&lang=en")
    assert chosen.headers["Location"] == "/login?next=%2Fmatching"
    page = guest.get("/login").text
    assert '<html lang="en"' in page
    assert "Log in" in page
    assert '<html lang="en"' in guest.get("/login?lang=xx").text


def test_the_app_is_told_language_and_run(anna) -> None:
    page = anna.get("/?run=arts-academy/none").text
    assert "MENTORKIT_LANGUAGE=de;" in page
    assert "MENTORKIT_RUN=cross-administration/2014;" in page  # its dates have been past for longest
    anna.get("/?lang=en")
    other = re.search(r"\?run=(arts-academy[^\"]+)", page).group(1)
    page = anna.get(f"/?run={other}").text
    assert "MENTORKIT_LANGUAGE=en;" in page
    assert "MENTORKIT_RUN=arts-academy/" in page
    assert "MENTORKIT_RUN=arts-academy/" in anna.get("/").text


def test_only_runs_one_has_a_role_in_are_offered(bert) -> None:
    page = bert.get("/?run=cross-administration/2014").text
    assert "MENTORKIT_RUN=arts-academy/" in page
    assert "Kreis Unna" not in page


def test_the_header_shows_the_steps_the_run_and_who_is_logged_in(anna) -> None:
    page = anna.get("/matching").text
    assert re.search(r'<a href="/matching\?run=[^"]+" aria-current="page">Matching</a>', page)
    assert page.count('aria-current="page"') == 2  # in the row of a wide page, in the menu of a narrow one
    assert "Anna Beispiel" in page
    assert "Programmleitung" in page
    assert 'href="/network' not in page  # there is no such notebook here


def test_the_sign_of_loading_comes_before_the_kernel(anna) -> None:
    answer = anna.get("/matching", stream=True)
    seen = b""
    for piece in answer.iter_content(256):
        seen += piece
        if "„Matching“ wird geöffnet".encode() in seen:
            break
    assert b"kernelId" not in seen
    answer.close()


def test_voilas_own_addresses_lead_to_the_short_ones(anna) -> None:
    answer = anna.get("/voila/render/matching.ipynb?run=x")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/matching?run=x")
    assert anna.get("/voila/render/start.ipynb").headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/nothing", "/voila/files/picture.png", "/assets/none.css"])
def test_what_is_not_there_is_said_in_the_products_look(anna, path: str) -> None:
    answer = anna.get(path)
    assert answer.status_code == 404
    assert "Diese Seite gibt es nicht" in answer.text
    assert 'class="mk-header"' in answer.text


def test_log_in_and_out_are_on_record(site) -> None:
    guest = site.log_in("bert")
    guest.post("/logout")
    store = Store.open(site.bench)
    with store.read() as reader:
        trail = [entry["action"] for entry in reader.trail(actor="bert")]
    store.close()
    assert trail[-2:] == ["session.start", "session.end"]


def test_only_in_the_demo_one_comes_in_without_a_password(site, serve_workbench) -> None:
    guest = site.guest()
    assert "demo" not in re.findall(r'name="(\w+)"', guest.get("/login").text)
    assert guest.post("/login", {"demo": "1"}).status_code == 401
    served = serve_workbench(
        str(site.bench), login_as="anna", notebooks=site.notebooks, demo=True, pages=False
    )
    visitor = replace(site, address=served.address).guest()
    page = visitor.get("/login").text
    assert 'name="demo"' in page
    assert "Demo mit allen Rechten öffnen" in page
    assert "Programmleitung und Betrieb zugleich" in page
    assert visitor.post("/login", {"demo": "1"}).status_code == 303
    assert visitor.get("/state").status_code == 200
