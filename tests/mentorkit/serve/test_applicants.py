"""The page behind a personal link: once, for one, without log-in, and telling nothing else."""

from __future__ import annotations

import html
import re
import socket
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
import requests

from mentorkit.forms import links
from mentorkit.forms.schema import consent
from mentorkit.matching import choosing
from mentorkit.privacy.records import ConsentEntry
from mentorkit.programme.records import Application
from mentorkit.store import Store
from mentorkit.workbench import Workbench

RUN = "cross-administration/2014"
EVA = {
    "first_name": "Eva", "last_name": "Muster", "email": "eva.muster@example.org", "gender": "weiblich",
    "pay_grade": "A 10", "qualification": "Studium", "permanent": "unbefristet",
    "topics": "Führung\r\nRecht und Verträge", "department": "Bauamt", "language": "de",
}  # fmt: skip


@pytest.fixture
def bench(site):
    opened = Workbench.of(Store.open(site.bench), "anna")
    yield opened
    opened.close()


@pytest.fixture
def token(bench):
    return links.give(bench.store, bench.actor, RUN, "mentee", name="Eva Muster", organisation="Lünen")


@pytest.fixture
def agreed(bench):
    return consent(bench.run(RUN).programme.settings).version


def send(guest, token: str, headers: dict[str, str] | None = None, **changes: str):
    return guest.http.post(
        f"{guest.address}/apply/{token}", data={**EVA, **changes}, headers=headers or {},
        allow_redirects=False, timeout=60,
    )  # fmt: skip


def by_link(bench) -> list[Application]:
    with bench.store.read() as reader:
        return [a for a in reader.all(Application, run_id=RUN) if a.source and a.source.kind == "link"]


def test_an_application_is_sent_without_log_in_cookie_or_script(site, bench, token, agreed):
    before = len(by_link(bench))
    page = site.guest().get(f"/apply/{token}")
    assert page.status_code == 200
    assert "<script" not in page.text
    assert "Bewerbung als Mentee" in page.text
    assert "Organisation: Lünen" in page.text
    assert "Set-Cookie" not in page.headers
    guest = site.guest()
    answer = send(guest, token, consent=agreed)
    assert answer.status_code == 303
    assert "Ihre Bewerbung ist angekommen" in guest.get(f"/apply/{token}{answer.headers['Location']}").text
    application = by_link(bench)[-1]
    assert len(by_link(bench)) == before + 1
    assert (application.name, application.organisation) == ("Eva Muster", "Lünen")
    with bench.store.read() as reader:
        words = reader.all(ConsentEntry, person_id=application.person_id)
    assert [(word.purpose, word.wording) for word in words] == [("application", agreed)]


def test_handing_on_contact_data_is_a_voluntary_box_that_nobody_ticked_before(site, bench, token, agreed):
    guest = site.guest()
    page = guest.get(f"/apply/{token}").text
    (box,) = re.findall(r'<input type="checkbox" id="f-consent-sharing"[^>]*>', page)
    assert "checked" not in box
    assert "f-consent-publicity" not in page  # the programme has no text on it
    (version,) = re.findall('value="([^"]*)"', box)
    again = send(guest, token, consent=agreed, email="", **{"consent-sharing": version}).text
    assert re.search(
        r'<input type="checkbox" id="f-consent-sharing"[^>]* checked>', again
    )  # what was ticked stays
    assert send(guest, token, consent=agreed, **{"consent-sharing": version}).status_code == 303
    with bench.store.read() as reader:
        words = reader.all(ConsentEntry, person_id=by_link(bench)[-1].person_id)
    assert {word.purpose: word.wording for word in words} == {"application": agreed, "sharing": version}


def test_a_used_link_says_so_and_takes_nothing(site, bench, token, agreed):
    guest = site.guest()
    send(guest, token, consent=agreed)
    taken = len(by_link(bench))
    for answer in (guest.get(f"/apply/{token}"), send(guest, token, consent=agreed)):
        assert answer.status_code == 410
        assert "Dieser Link wurde schon benutzt" in answer.text
    assert len(by_link(bench)) == taken


def test_what_is_wrong_stands_above_and_at_its_field_and_what_was_typed_stays(site, token, agreed):
    answer = send(site.guest(), token, consent="", email="eva<b>", permanent="")
    assert answer.status_code == 422
    page = html.unescape(answer.text)
    assert "<title>Fehler: Bewerbung als Mentee" in page
    assert re.findall(r'<li><a href="#(f-[\w-]+)">', page) == ["f-email", "f-permanent-0", "f-consent"]
    assert 'id="f-email-error"' in page
    assert 'aria-describedby="f-email-error" aria-required="true" aria-invalid="true"' in page
    assert 'value="eva&lt;b&gt;"' in answer.text
    assert "Führung\r\nRecht und Verträge</textarea>" in answer.text or "Führung\nRecht" in page


def test_another_language_keeps_what_was_typed_and_sends_nothing(site, bench, token, agreed):
    taken = len(by_link(bench))
    page = send(site.guest(), token, lang="en", consent=agreed).text
    assert '<html lang="en"' in page
    assert "Application as mentee" in page
    assert 'value="Eva"' in page
    assert 'value="weiblich" checked' in page
    assert f'value="{agreed}"' in page
    assert 'role="alert"' not in page
    assert len(by_link(bench)) == taken


@pytest.mark.parametrize("wrong", ["", "x", "A" * 43, "%2e%2e%2flogin", "%00"])
def test_what_is_no_link_is_said_in_plain_words(site, wrong):
    answer = site.guest().get(f"/apply/{wrong}")
    assert answer.status_code == 404
    assert "Diesen Link gibt es nicht" in answer.text
    assert "Cross-Mentoring" not in answer.text


def test_a_link_taken_back_is_not_valid_any_more(site, bench, token, agreed):
    for link in links.links(bench.store, bench.actor, RUN):
        if links.state_of(link, bench.store.clock()) == "open":
            links.take_back(bench.store, bench.actor, link.id)
    answer = send(site.guest(), token, consent=agreed)
    assert answer.status_code == 410
    assert "Dieser Link gilt nicht mehr" in answer.text


def test_nobody_keeps_the_page_or_learns_its_address(site, token):
    headers = site.guest().get(f"/apply/{token}").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://example.org"}],
)
def test_another_site_cannot_send_the_form(site, bench, token, agreed, headers):
    taken = len(by_link(bench))
    assert send(site.guest(), token, headers, consent=agreed).status_code == 403
    assert len(by_link(bench)) == taken


def test_a_body_without_end_is_refused(site, token, agreed):
    assert send(site.guest(), token, consent=agreed, expectations="x" * 70_000).status_code == 413


@pytest.mark.parametrize("length", ["Content-Length: 2000000", "Transfer-Encoding: chunked"])
def test_a_large_body_is_refused_before_it_is_read(site, token, length):
    host, port = urlsplit(site.address).netloc.split(":")
    head = f"POST /apply/{token} HTTP/1.1\r\nHost: {host}:{port}\r\n{length}\r\n\r\n"
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head.encode())
        if "chunked" in length:
            connection.sendall(b"1E8480\r\n")  # the size of a chunk that never comes
        assert connection.recv(100).startswith(b"HTTP/1.1 400")


def test_a_fault_of_the_store_is_logged_without_the_link(serve_workbench, tmp_path, capfd):
    path = tmp_path / "b.mentorkit"
    bench = Workbench.of(Store.create(path), "me")
    bench.add("cross-administration")
    bench.accounts.add(bench.actor, "anna", "Anna", "Regen über Lünen 7")
    token = links.give(bench.store, bench.actor, RUN, "mentee", name="Eva")
    bench.close()
    served = serve_workbench(str(path), pages=False)
    store = Store.open(path)
    with store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE form_link RENAME TO gone")
    store.close()
    for ask in (requests.get, requests.post):
        answer = ask(f"{served.address}/apply/{token}", timeout=60)
        assert answer.status_code == 503
        assert "Es wurde nichts abgeschickt" in answer.text
    logged = capfd.readouterr().err
    assert logged.count("of a personal link failed: ") == 2
    assert token not in logged
    assert sha256(token.encode()).hexdigest() not in logged
    assert "/apply" not in logged


def test_the_form_shows_nothing_of_the_store_but_whom_the_link_is_for(site, bench, token, agreed):
    send(site.guest(), token, consent=agreed)
    other = links.give(
        bench.store, bench.actor, RUN, "mentor", name='Karl "Beispiel', email="karl@example.org"
    )
    page = site.guest().get(f"/apply/{other}").text
    for secret in ("Muster", "eva.muster", "Anna"):
        assert secret not in page
    for known in ("Karl", "&#34;Beispiel", "karl@example.org"):
        assert f'value="{known}"' in page
    assert "Was schon ausgefüllt ist, können Sie ändern." in page


def test_who_comes_after_the_places_are_given_is_told_so(site, bench, token):
    told = "Sie bekommen einen noch freien Platz oder einen auf der Nachrückliste"
    assert told not in site.guest().get(f"/apply/{token}").text
    choosing.fix_selection(bench.store, bench.actor, RUN, bench.run(RUN).record.version)
    assert told in site.guest().get(f"/apply/{token}").text
    choosing.release_selection(bench.store, bench.actor, RUN, bench.run(RUN).record.version)


def test_what_was_known_can_be_changed_and_emptied(site, bench, agreed):
    token = links.give(
        bench.store, bench.actor, RUN, "mentee", name="Ewa Muster", email="ewa@example.org",
        organisation="Lünen",
    )  # fmt: skip
    guest = site.guest()
    page = send(guest, token, consent=agreed, email="").text
    assert 'value="Eva"' in page
    assert "ewa@example.org" not in page
    assert send(guest, token, consent=agreed).status_code == 303
    assert by_link(bench)[-1].name == "Eva Muster"


def test_who_tries_many_links_has_to_wait(serve_workbench, tmp_path):
    bench = Workbench.of(Store.create(tmp_path / "b.mentorkit"), "me")
    bench.add("cross-administration")
    bench.accounts.add(bench.actor, "anna", "Anna", "Regen über Lünen 7")
    good = links.give(bench.store, bench.actor, RUN, "mentee", name="Eva")
    bench.close()
    served = serve_workbench(str(tmp_path / "b.mentorkit"), pages=False)
    told = [requests.get(f"{served.address}/apply/{n}", timeout=60).status_code for n in range(31)]
    assert told == [404] * 30 + [429]
    assert requests.get(f"{served.address}/apply/{good}", timeout=60).status_code == 200
