"""A server below ``/user/anna/``, as behind JupyterHub or a proxy that serves other things too."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import pytest
import requests
import websocket
from mentorkit_widgets.components.link import LinkToCopy
from mentorkit_widgets.page import form_link, way_in

BELOW = "/user/anna/"
_ADDRESS = re.compile(r'(?:href|src|action|data-base|data-base-url)="([^"#]*)"')


@dataclass(frozen=True)
class Browser:
    """A browser without a screen, logged in below the address."""

    address: str
    http: requests.Session

    def ask(self, path: str, method: str = "GET", **options: object) -> requests.Response:
        address = urljoin(self.address, path)
        return self.http.request(method, address, allow_redirects=False, timeout=60, **options)

    def send(self, path: str, **data: str) -> requests.Response:
        return self.ask(path, "POST", data={"_xsrf": self.http.cookies.get("_xsrf", ""), **data})


@pytest.fixture(scope="module")
def address(site, serve_workbench) -> str:
    return serve_workbench(str(site.bench), notebooks=site.notebooks, base=BELOW).address + BELOW


@pytest.fixture
def guest(address) -> Browser:
    browser = Browser(address, requests.Session())
    browser.ask("login")
    entered = browser.send("login", name="anna", password="Regen über Lünen 7")
    assert entered.headers["Location"] == BELOW
    return browser


def test_every_address_on_a_page_lies_below_and_is_there(guest) -> None:
    found: set[str] = set()
    for page in ("matching", "help/intake", "nothing"):
        shown = guest.ask(page)
        here = {urlsplit(urljoin(shown.url, told)).path for told in _ADDRESS.findall(shown.text)}
        assert len(here) > 5
        assert {path for path in here if not path.startswith(BELOW)} == set()
        found |= here
    asked = {p: guest.ask(p).status_code for p in found if not p.endswith(("/logout", "/voila/", "/nothing"))}
    assert {path: status for path, status in asked.items() if status != 200} == {}
    told = json.loads(
        re.search(r'id="jupyter-config-data"[^>]*>(.*?)</script>', guest.ask("matching").text).group(1)
    )
    assert told["baseUrl"] == BELOW
    for name in ("fullStaticUrl", "fullLabextensionsUrl", "themesUrl"):
        assert told[name].startswith(BELOW)
    for script in told["mentorkitScripts"]:
        assert guest.ask(script).status_code == 200


def test_nothing_is_served_above(guest) -> None:
    for path in (
        "/",
        "/matching",
        "/state?kernel=x",
        "/voila/static/voila.js",
        "/assets/mentorkit.js",
        "/user/bert/",
    ):
        answer = guest.ask(path)
        assert answer.headers.get("Location", "").startswith(f"{BELOW}login") or answer.status_code == 404


def test_cookies_go_nowhere_else(guest) -> None:
    guest.ask("?lang=de")
    guest.ask("matching")
    assert {cookie.path for cookie in guest.http.cookies} == {BELOW}
    assert {cookie.name for cookie in guest.http.cookies} >= {
        "_xsrf", "mentorkit-session", "mentorkit-language", "mentorkit-run"
    }  # fmt: skip


def test_a_kernel_is_reached_and_ended_below(guest) -> None:
    page = guest.ask("matching").text
    kernel = re.search(r'"kernelId": "([^"]+)"', page).group(1)
    assert guest.ask(f"state?kernel={kernel}").json()["alive"]
    cookie = "; ".join(f"{known.name}={known.value}" for known in guest.http.cookies)
    line = guest.address.replace("http", "ws") + f"api/kernels/{kernel}/channels?session_id=s"
    websocket.create_connection(line, cookie=cookie, timeout=30).close()
    headers = {"X-XSRFToken": guest.http.cookies["_xsrf"]}
    assert guest.ask(f"voila/api/shutdown/{kernel}", "POST", headers=headers).status_code == 204
    assert not guest.ask(f"state?kernel={kernel}").json()["alive"]


def test_one_is_sent_on_below_alone(guest) -> None:
    def next_of(asked: str) -> str:
        return guest.ask("login", params={"next": asked}).headers["Location"]

    assert next_of(f"{BELOW}matching?run=a") == f"{BELOW}matching?run=a"
    for elsewhere in ("/", "/user/bert/", "//evil.example/", "https://evil.example", "/hub/logout"):
        assert next_of(elsewhere) == BELOW
    assert guest.ask("voila/render/matching.ipynb?run=a").headers["Location"] == f"{BELOW}matching?run=a"
    assert guest.ask("matching?lang=en").headers["Location"] == f"{BELOW}matching"
    assert guest.send("logout").headers["Location"] == f"{BELOW}login"
    assert guest.ask("matching").headers["Location"].startswith(f"{BELOW}login?next=")


def test_links_to_be_handed_over_are_found_from_the_page_or_where_it_was_said(monkeypatch) -> None:
    assert (way_in("t"), form_link("t")) == ("invitation?token=t", "apply/t")
    assert "new URL(path, location.href)" in LinkToCopy._esm
    monkeypatch.setenv("MENTORKIT_LOG_IN", "/hub/")
    monkeypatch.setenv("MENTORKIT_FORMS", "/services/forms/")
    assert (way_in("t"), form_link("t")) == ("/hub/", "/services/forms/apply/t")
