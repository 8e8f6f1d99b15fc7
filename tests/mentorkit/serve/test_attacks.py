"""What must not work, tried against the running server."""

from __future__ import annotations

import http.client
import json
import re
import socket
import struct
import uuid

import pytest
import websocket

from mentorkit.privacy.permissions import sole_actor
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


def _raw(address: str, method: str, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
    """Send a path as it is: libraries would tidy it."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read()


def _socket(site, kernel: str, cookie: str, **options):
    address = site.address.replace("http", "ws")
    return websocket.create_connection(
        f"{address}/api/kernels/{kernel}/channels?session_id=s", cookie=cookie, timeout=30, **options
    )


def _header(kind: str) -> dict[str, str]:
    return {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "username": "x",
        "session": "s",
        "date": "2014-05-01T00:00:00Z",
        "version": "5.3",
    }


def _message(kind: str, content: dict) -> str:
    parts = {"header": _header(kind), "parent_header": {}, "metadata": {}, "content": content}
    return json.dumps({**parts, "channel": "shell", "buffers": []})


def _wait_for(connection, kind: str) -> dict:
    while True:
        message = connection.recv()
        if isinstance(message, str) and (found := json.loads(message))["msg_type"] == kind:
            return found


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
    status, _ = _raw(site.address, "GET", "/", {"Host": "evil.example.org", "Cookie": anna.cookie})
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
    status, body = _raw(site.address, "GET", path, {"Cookie": anna.cookie})
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
        _socket(site, kernel, bert.cookie, suppress_origin=True)
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        _socket(site, kernel, "", suppress_origin=True)
    state = anna.get(f"/state?kernel={kernel}").json()
    assert state["alive"]
    assert state["failures"] == 0


def test_a_page_of_another_site_gets_no_socket(site, annas_kernel) -> None:
    anna, kernel = annas_kernel
    with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
        _socket(site, kernel, anna.cookie, origin="http://evil.example.org")


def test_what_goes_through_the_socket_is_compressed(site, annas_kernel) -> None:
    anna, kernel = annas_kernel
    offer = {"Sec-WebSocket-Extensions": "permessage-deflate"}
    connection = _socket(site, kernel, anna.cookie, suppress_origin=True, header=offer)
    assert connection.headers["sec-websocket-extensions"].startswith("permessage-deflate")
    connection.close()


def test_code_sent_to_ones_own_kernel_is_not_run(site, annas_kernel, tmp_path) -> None:
    anna, kernel = annas_kernel
    mark = tmp_path / "code ran"
    code = {"code": f"open({str(mark)!r}, 'w')", "silent": False, "store_history": False}
    connection = _socket(site, kernel, anna.cookie, suppress_origin=True)
    connection.send(_message("execute_request", code))
    connection.send(_message("kernel_info_request", {}))
    _wait_for(connection, "kernel_info_reply")
    connection.close()
    assert not mark.exists()


@pytest.mark.parametrize("channel", [b"shell", b"control"])
def test_code_sent_by_the_binary_protocol_is_not_run(site, annas_kernel, tmp_path, channel: bytes) -> None:
    anna, kernel = annas_kernel
    mark = tmp_path / "code ran"
    connection = _socket(
        site,
        kernel,
        anna.cookie,
        suppress_origin=True,
        subprotocols=["v1.kernel.websocket.jupyter.org"],
    )
    for kind, content in (
        ("execute_request", {"code": f"open({str(mark)!r}, 'w')", "silent": False}),
        ("kernel_info_request", {}),
    ):
        parts = [channel, json.dumps(_header(kind)).encode(), b"{}", b"{}", json.dumps(content).encode()]
        offsets = [8 * (len(parts) + 2)]
        for part in parts:
            offsets.append(offsets[-1] + len(part))
        numbers = struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets)
        connection.send_binary(numbers + b"".join(parts))
    while b"kernel_info_reply" not in connection.recv():
        continue
    connection.close()
    assert not mark.exists()


def test_large_uploads_pass(site, annas_kernel) -> None:
    anna, kernel = annas_kernel
    connection = _socket(site, kernel, anna.cookie, suppress_origin=True)
    content = {"comm_id": "none", "data": {"file": "x" * 12 * 2**20}}
    connection.send(_message("comm_msg", content))
    connection.send(_message("kernel_info_request", {}))
    assert _wait_for(connection, "kernel_info_reply")
    connection.close()


# -- identity -----------------------------------------------------------------------------------------


def test_the_kernel_learns_the_user_from_the_server_alone(site, anna) -> None:
    anna.http.headers["X-Mentorkit-User"] = "bert"
    page = anna.get("/?run=cross-administration/2014&user=bert").text
    assert "HTTP_X_MENTORKIT_USER=anna;" in page
    assert "HTTP_X_MENTORKIT_USER=bert" not in page
    forged = {"Cookie": anna.cookie, "x-mentorkit-USER": "bert", "X_Mentorkit_User": "bert"}
    status, body = _raw(site.address, "GET", "/", forged)
    assert status == 200
    assert b"HTTP_X_MENTORKIT_USER=anna;" in body


def test_the_kernel_learns_nothing_else_of_the_server(anna) -> None:
    page = anna.get("/").text
    assert "BACKUP_PASSWORD" not in page
    assert "MENTORKIT_BENCH" in page


def test_after_log_out_the_cookie_and_the_kernels_are_dead(site) -> None:
    anna = site.log_in("anna")
    kernel, cookie = anna.open_app("/matching"), anna.cookie
    assert anna.post("/logout").headers["Location"] == "/login"
    for path in ("/", f"/api/kernels/{kernel}", "/state"):
        status, _ = _raw(site.address, "GET", path, {"Cookie": cookie})
        assert status in (302, 403)
    again = site.log_in("anna")
    assert again.get(f"/state?kernel={kernel}").json()["alive"] is False


def test_log_out_elsewhere_leaves_this_page_alone(site, annas_kernel) -> None:
    anna, kernel = annas_kernel
    assert site.log_in("anna").post("/logout").status_code == 303
    assert anna.get(f"/state?kernel={kernel}").json()["alive"] is True


def test_a_session_given_by_somebody_else_is_not_taken_over(site) -> None:
    guest = site.guest()
    guest.http.cookies.set("mentorkit-session", "planted", domain="127.0.0.1", path="/")
    guest.get("/login")
    guest.post("/login", {"name": "anna", "password": "Regen über Lünen 7"})
    assert "planted" not in guest.cookie


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


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//evil.example.org",
        "/\\evil.example.org",
        "http://evil.example.org",
        "javascript:alert(1)",
        "/a\r\nb",
    ],
)
def test_log_in_leads_nowhere_else(site, elsewhere: str) -> None:
    guest = site.guest()
    guest.get("/login")
    answer = guest.http.post(
        guest.address + "/login",
        params={"next": elsewhere},
        data={"_xsrf": guest.xsrf, "name": "bert", "password": "Sonne hinter Kamen 8"},
        allow_redirects=False,
        timeout=30,
    )
    assert answer.headers["Location"] == "/"


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
    status, _ = _raw(site.address, "GET", path, {})
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
