"""What must not work, tried against the running server."""

from __future__ import annotations

import re
import socket
from types import SimpleNamespace

import pytest
import websocket
from jupyter_server.services.kernels.connection.base import serialize_binary_message
from tornado.websocket import WebSocketClosedError
from wire import PASSWORDS, channels, message, raw, to_everything, until_done

from mentorkit.privacy.permissions import sole_actor
from mentorkit.serve.handlers import Channels
from mentorkit.serve.identity import SESSION_COOKIE
from mentorkit.store import Store
from mentorkit.workbench import Workbench

OPEN_TO_ALL = {"/login", "/assets/mentorkit.css", "/assets/mentorkit.js", "/assets/favicon.svg"}
ADDRESSES = (
    "/",
    "/start",
    "/matching",
    "/voila/render/start.ipynb",
    "/state",
    "/logout",
    "/voila/static/voila.js",
    "/voila/templates/lab/static/index.css",
    "/voila/labextensions/anywidget/package.json",
    "/voila/api/themes/@jupyterlab/theme-light-extension/index.css",
    "/voila/files/picture.png",
    "/voila/tree",
    "/voila/api/contents",
    "/api/contents",
    "/api/kernels",
    "/api/sessions",
    "/api/terminals",
    "/api/me",
    "/metrics",
    "/lab",
    "/tree",
    "/files/start.ipynb",
    "/view/start.ipynb",
    "/nbconvert/html/start.ipynb",
)


# -- without log-in -----------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ADDRESSES)
def test_without_log_in_there_is_nothing_but_the_log_in(site, path: str) -> None:
    answer = site.guest().get(path)
    assert answer.status_code == 403 or (
        answer.status_code == 302 and answer.headers["Location"].startswith("/login?next=")
    )


@pytest.mark.parametrize("path", sorted(OPEN_TO_ALL))
def test_what_the_log_in_page_needs_is_open(site, path: str) -> None:
    assert site.guest().get(path).status_code == 200


@pytest.mark.parametrize("path", ["/?token=x", "/start?token=", "/voila/static/voila.js?token=x"])
def test_tokens_of_jupyter_let_nobody_in(site, path: str) -> None:
    guest = site.guest()
    assert guest.get(path).status_code == 302
    assert guest.get(path, headers={"Authorization": "token x"}).status_code == 302


def test_an_invented_user_header_lets_nobody_in(site) -> None:
    assert site.guest().get("/", headers={"X-Mentorkit-User": "anna"}).status_code == 302


def test_the_server_listens_on_the_loopback_only(site) -> None:
    port = int(site.address.rsplit(":", 1)[1])
    with socket.socket() as other, pytest.raises(OSError, match="refused"):
        other.connect(("127.0.0.2", port))


def test_another_host_name_is_refused(site, anna) -> None:
    status, _ = raw(site.address, "GET", "/", {"Host": "evil.example.org", "Cookie": anna.cookie})
    assert status == 403


# -- files --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/voila/files/picture.png",
        "/voila/files/start.ipynb",
        "/voila/static/picture.png",
        "/voila/static/../../../../../../etc/passwd",
        "/voila/static/..%2f..%2f..%2f..%2f..%2f..%2fetc/passwd",
        "/voila/static/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
        "/voila/static//etc/passwd",
        "/voila/templates/lab/static/../../../../../../etc/passwd",
        "/voila/templates/lab/static/..%2f..%2findex.html.j2",
        "/voila/templates/../static/voila.js",
        "/voila/templates/lab/index.html.j2",
        "/voila/labextensions/../../../../etc/passwd",
        "/voila/api/themes/../../../../etc/passwd",
        "/assets/../pages/login.html",
        "/assets/..%2fpages%2flogin.html",
        "/assets//etc/passwd",
        "/voila/tree",
        "/voila/tree/analysis",
        "/api/contents",
        "/voila/api/contents",
        "/voila/api/contents/start.ipynb",
        "/api/kernels",
        "/voila/query/1-2-3-4-5",
        "/voila/execution/1-2-3-4-5",
        "/analysis",
        "/analysis/first",
        "/voila/render/analysis/first.ipynb",
        "/voila/render/../outside.ipynb",
        "/..%2foutside",
        "/voila/render/%2e%2e%2foutside.ipynb",
        "/picture.png",
        "/start.ipynb",
    ],
)
def test_there_are_no_files_but_the_softwares_own(site, anna, path: str) -> None:
    status, body = raw(site.address, "GET", path, {"Cookie": anna.cookie})
    assert status in (403, 404)
    assert b"root:" not in body
    assert b"Traceback" not in body


# -- kernels of others --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def annas_kernel(site) -> tuple:
    anna = site.log_in("anna")
    return anna, anna.open_app("/matching")


def test_a_kernel_is_its_owners_alone(site, annas_kernel, bert) -> None:
    anna, kernel = annas_kernel
    assert bert.get(f"/api/kernels/{kernel}").status_code == 403
    assert bert.http.delete(
        f"{site.address}/api/kernels/{kernel}", headers={"X-XSRFToken": bert.xsrf}
    ).status_code == 403  # fmt: skip
    assert bert.post(f"/voila/api/shutdown/{kernel}").status_code == 403
    assert bert.get(f"/state?kernel={kernel}").json()["alive"] is False
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        channels(site.address, kernel, bert.cookie)
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        channels(site.address, kernel, "")
    state = anna.get(f"/state?kernel={kernel}").json()
    assert state["alive"]
    assert state["failures"] == 0


def test_what_goes_through_the_socket_is_compressed(site, annas_kernel) -> None:
    anna, kernel = annas_kernel
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate"}
    connection = channels(site.address, kernel, anna.cookie, header=offer)
    assert connection.headers["sec-websocket-extensions"].startswith("permessage-deflate")
    connection.close()


@pytest.mark.parametrize(("size", "arrives"), [(100 * 2**20, True), (102 * 2**20, False)])
def test_what_is_too_large_ends_its_connection_and_not_the_kernel(
    site, annas_kernel, size: int, arrives: bool
) -> None:
    anna, kernel = annas_kernel
    connection = channels(site.address, kernel, anna.cookie)
    content = {"comm_id": "none", "data": {"file": "x" * size}}
    if arrives:
        assert until_done(connection, [message("comm_msg", content)])
    else:
        with pytest.raises((websocket.WebSocketException, OSError)):
            until_done(connection, [message("comm_msg", content)])
    connection.close()
    again = channels(site.address, kernel, anna.cookie)
    assert until_done(again, [])
    again.close()


def test_a_file_by_the_older_protocol_does_not_stop_the_server_for_everybody(site, anna) -> None:
    connection = channels(site.address, anna.open_app("/picture"), anna.cookie)
    connection.settimeout(10)
    assert to_everything(connection, {"event": "click"})
    connection.close()
    assert anna.get("/state").status_code == 200
    # what Voila would take for a number of parts, and count to
    assert int.from_bytes(serialize_binary_message({"buffers": [b"a picture"]})[:8], "little") > 10**9


@pytest.mark.parametrize("gone", [None, SimpleNamespace(is_closing=lambda: True)], ids=["gone", "going"])
def test_what_a_kernel_tells_a_page_that_has_just_gone_is_no_fault(gone) -> None:
    socket = Channels.__new__(Channels)
    socket.ws_connection = gone
    assert socket.write_message("news") is None
    with pytest.raises(WebSocketClosedError):  # without looking first
        super(Channels, socket).write_message("news")


# -- identity -----------------------------------------------------------------------------------------


def test_the_kernel_learns_the_user_from_the_server_alone(site, anna) -> None:
    anna.http.headers["X-Mentorkit-User"] = "bert"
    page = anna.get("/?run=cross-administration/2014&user=bert").text
    assert "HTTP_X_MENTORKIT_USER=anna;" in page
    assert "HTTP_X_MENTORKIT_USER=bert" not in page
    forged = {"Cookie": anna.cookie, "x-mentorkit-USER": "bert", "X_Mentorkit_User": "bert"}
    status, body = raw(site.address, "GET", "/", forged)
    assert status == 200
    assert b"HTTP_X_MENTORKIT_USER=anna;" in body


def test_after_log_out_the_cookie_and_the_kernels_are_dead(site) -> None:
    anna = site.log_in("anna")
    kernel, cookie = anna.open_app("/matching"), anna.cookie
    assert anna.post("/logout").headers["Location"] == "/login"
    for path in ("/", f"/api/kernels/{kernel}", "/state"):
        status, _ = raw(site.address, "GET", path, {"Cookie": cookie})
        assert status in (302, 403)
    again = site.log_in("anna")
    assert again.get(f"/state?kernel={kernel}").json()["alive"] is False


def test_log_out_elsewhere_leaves_this_page_alone(site, annas_kernel) -> None:
    anna, kernel = annas_kernel
    assert site.log_in("anna").post("/logout").status_code == 303
    assert anna.get(f"/state?kernel={kernel}").json()["alive"] is True


def test_a_session_given_by_somebody_else_is_not_taken_over(site) -> None:
    planted = site.log_in("bert")
    for value in ("planted", planted.http.cookies[SESSION_COOKIE]):
        guest = site.guest()
        guest.get("/login")
        guest.http.cookies.set(SESSION_COOKIE, value, domain="127.0.0.1", path="/")
        guest.post("/login", {"name": "anna", "password": PASSWORDS["anna"]})
        assert value not in guest.cookie
        assert guest.get("/state").status_code == 200
    assert planted.get("/state").status_code == 403  # not even who planted it is in by it


def test_a_removed_user_is_out_at_once(site) -> None:
    bench = Workbench.of(Store.open(site.bench), "anna")
    bench.accounts.add(sole_actor(), "emil", "Emil", "Wind über Werne 10")
    guest = site.guest()
    guest.get("/login")
    assert guest.post("/login", {"name": "emil", "password": "Wind über Werne 10"}).status_code == 303
    assert guest.get("/state").status_code == 200
    bench.accounts.remove(bench.actor, "emil")
    bench.close()
    assert guest.get("/state").status_code == 403


@pytest.mark.parametrize("path", ["/logout", "/login", "/voila/api/shutdown/1-2-3-4-5"])
def test_forms_of_other_sites_are_refused(anna, path: str) -> None:
    answer = anna.http.post(anna.address + path, data={"name": "anna"}, allow_redirects=False, timeout=30)
    assert answer.status_code == 403
    assert anna.get("/state").status_code == 200


def test_guessing_is_stopped_after_five_attempts_for_this_user_alone(site) -> None:
    guest = site.guest()
    guest.get("/login")
    answers = [guest.post("/login", {"name": "cem", "password": "guess"}).status_code for _ in range(6)]
    assert answers == [401] * 5 + [429]
    locked = guest.post("/login", {"name": "cem", "password": "Nebel vor Werne 9"})
    assert locked.status_code == 429
    assert "fünf Minuten" in locked.text
    assert site.log_in("bert").get("/state").status_code == 200


@pytest.mark.parametrize("path", ["/login?x=%ff", "/login?lang=%ff", "/login?next=%ff", "/nowhere?x=%ff"])
def test_a_broken_address_is_no_fault(site, path: str) -> None:
    status, _ = raw(site.address, "GET", path, {})
    assert status in {200, 302, 303, 404}


def test_names_that_do_not_exist_are_treated_alike(site) -> None:
    guest = site.guest()
    guest.get("/login")
    known = guest.post("/login", {"name": "bert", "password": "guess"})
    unknown = guest.post("/login", {"name": "nobody", "password": "guess"})
    assert known.status_code == unknown.status_code == 401
    pages = [re.sub(r'name="_xsrf" value="[^"]+"', "", answer.text) for answer in (known, unknown)]
    assert pages[0].replace("bert", "") == pages[1].replace("nobody", "")


# -- what answers give away ---------------------------------------------------------------------------


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(site) -> None:
    guest = site.guest()
    guest.get("/login")
    answer = guest.post("/login", {"name": "anna", "password": "Regen über Lünen 7"})
    cookie = next(part for part in answer.headers["Set-Cookie"].split(", ") if "mentorkit-session" in part)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


@pytest.mark.parametrize("path", ["/login", "/matching", "/nothing"])
def test_every_page_has_a_strict_policy(anna, path: str) -> None:
    headers = anna.get(path).headers
    policy = headers["Content-Security-Policy"]
    for rule in ("default-src 'self'", "frame-ancestors 'none'", "object-src 'none'", "form-action 'self'"):
        assert rule in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_failing_app_shows_nothing_of_the_inside(anna) -> None:
    page = anna.get("/intake").text
    for secret in ("inside knowledge", "RuntimeError", "Traceback", "--show_tracebacks"):
        assert secret not in page


def test_another_template_cannot_be_asked_for(anna) -> None:
    page = anna.get("/matching?template=reveal&theme=dark").text
    assert 'class="mk-header"' in page
    assert 'data-jp-theme-light="true"' in page
