"""How far the server can be reached, and whom it believes: TLS, proxies, names."""

from __future__ import annotations

import datetime as dt
import http.client
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
import requests
import websocket
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from tornado.httputil import HTTPHeaders
from tornado.web import HTTPError
from wire import message, until_done

from mentorkit.cli import main
from mentorkit.errors import MentorkitError
from mentorkit.language import Voice, speaking
from mentorkit.serve.reach import Reach, keep_apart
from mentorkit.store import Store
from mentorkit.workbench import Workbench

NAME = "mentoring.example.org"
DOCS = Path(__file__).parents[3] / "docs"
PASSWORD = "Regen über Lünen 7"


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a certificate for the name, its key, a foreign key and files that are neither."""
    folder = tmp_path_factory.mktemp("keys")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = serialization.NoEncryption()
    pkcs8 = serialization.PrivateFormat.PKCS8
    (folder / "cert.pem").write_bytes(certificate.public_bytes(pem))
    (folder / "key.pem").write_bytes(key.private_bytes(pem, pkcs8, plain))
    foreign = ec.generate_private_key(ec.SECP256R1())
    (folder / "foreign.pem").write_bytes(foreign.private_bytes(pem, pkcs8, plain))
    locked = key.private_bytes(pem, pkcs8, serialization.BestAvailableEncryption(b"secret"))
    (folder / "locked.pem").write_bytes(locked)
    (folder / "notes.txt").write_text("none")
    cut = (folder / "cert.pem").read_text().splitlines()
    (folder / "cut.pem").write_text("\n".join(cut[:2] + cut[-1:]))
    return folder


# -- what is refused before anything is opened --------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        ({"address": "192.168.1.10"}, "--certfile"),
        ({"address": "0.0.0.0"}, "--behind-proxy"),
        ({"address": "::", "host_names": (NAME,)}, "--certfile"),
        ({"address": "mentoring"}, "no IP address"),
        ({"address": "0.0.0.0", "behind_proxy": True, "host_names": (NAME,)}, "--proxy-address"),
        ({"behind_proxy": True}, "--host-name"),
        ({"address": "0.0.0.0", "certfile": Path("c")}, "--host-name"),
        ({"behind_proxy": True, "certfile": Path("c"), "host_names": (NAME,)}, "Either"),
        ({"keyfile": Path("k")}, "--certfile"),
        ({"proxies": ("10.0.0.1",)}, "--behind-proxy"),
        ({"behind_proxy": True, "host_names": (NAME,), "proxies": ("proxy",)}, "no IP address"),
    ],
)
def test_what_is_not_safe_or_not_whole_is_refused_with_what_to_do(asked: dict, advice: str) -> None:
    with speaking(Voice("en")), pytest.raises(MentorkitError, match=advice):
        Reach(**asked)


def test_the_loopback_needs_nothing_more() -> None:
    for address in ("127.0.0.1", "::1", "127.0.0.2"):
        assert not Reach(address).is_secure
    assert Reach("::1").url(8866) == "http://[::1]:8866"


@pytest.mark.parametrize(
    ("certificate", "key", "sentence"),
    [
        ("none.pem", "key.pem", "no file .*none.pem"),
        ("cert.pem", "none.pem", "no file .*none.pem"),
        ("notes.txt", "key.pem", "notes.txt.* no certificate"),
        ("cert.pem", "notes.txt", "notes.txt.* no private key"),
        ("cert.pem", "cert.pem", "cert.pem.* no private key"),
        ("cert.pem", "foreign.pem", "foreign.pem.*does not belong to.*cert.pem"),
        ("cert.pem", "locked.pem", "locked.pem.*passphrase"),
        ("cut.pem", "key.pem", "cut.pem.*damaged"),
    ],
)
def test_a_certificate_that_cannot_be_used_is_named(
    keys: Path, certificate: str, key: str, sentence: str
) -> None:
    reach = Reach(certfile=keys / certificate, keyfile=keys / key)
    with speaking(Voice("en")), pytest.raises(MentorkitError, match=sentence):
        reach.context()


def test_a_key_that_may_not_be_read_is_named(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Path) -> bytes:
        raise PermissionError

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with speaking(Voice("en")), pytest.raises(MentorkitError, match=r"cannot read the file .*cert\.pem"):
        Reach(certfile=keys / "cert.pem", keyfile=keys / "key.pem").context()


def test_browsers_are_told_to_stay_with_tls_only_where_the_name_is_the_servers_alone(keys: Path) -> None:
    tls = Reach(certfile=keys / "cert.pem")
    assert "Strict-Transport-Security" in tls.headers(443)
    assert not tls.headers(8443)
    assert not Reach(behind_proxy=True, host_names=(NAME,)).headers(443)


def test_data_among_the_served_notebooks_is_refused(tmp_path: Path) -> None:
    notebooks = tmp_path / "notebooks"
    (notebooks / "data").mkdir(parents=True)
    (tmp_path / "link").symlink_to(notebooks / "data")
    keep_apart(notebooks, [tmp_path / "a.mentorkit", None, tmp_path / "notebooks-too" / "b"])
    for inside in (notebooks / "a.mentorkit", notebooks / "data" / "keys", tmp_path / "link" / "a.mentorkit"):
        with speaking(Voice("en")), pytest.raises(MentorkitError, match="folder of its own"):
            keep_apart(notebooks, [tmp_path / "a.mentorkit", inside])


# -- what a proxy says --------------------------------------------------------------------------------


def received(reach: Reach, peer: str, *headers: tuple[str, str]) -> tuple[str, str]:
    """Return who asks and how, after a request came."""
    sent = HTTPHeaders()
    for name, value in headers:
        sent.add(name, value)
    request = SimpleNamespace(remote_ip=peer, protocol="http", headers=sent)
    reach.receive(request)
    return request.remote_ip, request.protocol


BEHIND = Reach(behind_proxy=True, host_names=(NAME,))


@pytest.mark.parametrize(
    ("headers", "client"),
    [
        ([], "127.0.0.1"),
        ([("X-Forwarded-For", "10.1.1.1")], "10.1.1.1"),
        ([("X-Forwarded-For", "6.6.6.6, 10.1.1.1")], "10.1.1.1"),
        ([("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-For", "10.1.1.1")], "10.1.1.1"),
        ([("X-Forwarded-For", "10.1.1.1, 127.0.0.1")], "10.1.1.1"),
        ([("X-Forwarded-For", "10.1.1.1"), ("X-Real-Ip", "6.6.6.6")], "10.1.1.1"),
        ([("X-Forwarded-For", "<script>")], "127.0.0.1"),
        ([("Forwarded", "for=6.6.6.6;proto=http")], "127.0.0.1"),
    ],
)
def test_of_a_proxy_only_its_own_last_word_counts(headers: list, client: str) -> None:
    assert received(BEHIND, "127.0.0.1", *headers) == (client, "https")


def test_without_a_proxy_nothing_that_was_forwarded_is_believed() -> None:
    forged = [("X-Forwarded-For", "6.6.6.6"), ("X-Forwarded-Proto", "https"), ("X-Real-Ip", "6.6.6.6")]
    assert received(Reach(), "127.0.0.1", *forged) == ("127.0.0.1", "http")


def test_a_proxy_that_was_asked_in_the_clear_is_believed_that_much() -> None:
    assert received(BEHIND, "127.0.0.1", ("X-Forwarded-Proto", "http"))[1] == "http"
    assert received(BEHIND, "127.0.0.1", ("X-Forwarded-Proto", "https, http"))[1] == "http"
    assert received(BEHIND, "127.0.0.1", ("X-Scheme", "http"))[1] == "https"


def test_who_passes_by_the_proxy_is_refused() -> None:
    far = Reach("0.0.0.0", behind_proxy=True, proxies=("10.0.0.9",), host_names=(NAME,))
    assert received(far, "10.0.0.9", ("X-Forwarded-For", "10.1.1.1")) == ("10.1.1.1", "https")
    for reach, peer in ((far, "10.0.0.8"), (far, "127.0.0.1"), (BEHIND, "10.0.0.9")):
        with pytest.raises(HTTPError):
            received(reach, peer, ("X-Forwarded-For", "10.0.0.9"))


def test_only_its_own_names_are_answered() -> None:
    assert Reach().answers("localhost")
    assert Reach().answers("127.0.0.1")
    assert Reach().answers("[::1]")
    assert not Reach().answers("evil.example.org")
    assert not Reach().answers("192.168.1.10")
    assert BEHIND.answers(NAME.upper())
    for other in ("127.0.0.1", "localhost", "evil." + NAME, ""):
        assert not BEHIND.answers(other)


# -- the running server -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def serving(
    tmp_path_factory: pytest.TempPathFactory, address: Callable[[Path], str]
) -> Iterator[Callable[..., tuple[str, int]]]:
    """A function that starts the command with options; gives the address it prints and its port."""
    target = tmp_path_factory.mktemp("reach") / "test.mentorkit"
    bench = Workbench.of(Store.create(target), "me")
    bench.add("arts-academy")
    bench.accounts.add(bench.actor, "anna", "Anna", PASSWORD)
    bench.accounts.grant(bench.actor, "anna", "lead")
    bench.close()
    processes: list[subprocess.Popen[str]] = []

    def start(*options: str) -> tuple[str, int]:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [
            sys.executable,
            "-m",
            "mentorkit",
            "serve",
            address(target),
            "--no-browser",
            "--port",
            str(port),
        ]
        keyring = {"MENTORKIT_KEYRING": f"{target}.keyring"}
        process = subprocess.Popen(
            [*command, *options], stdout=subprocess.PIPE, text=True, env={**os.environ, **keyring}
        )
        processes.append(process)
        line = process.stdout.readline()
        assert "https://" in line
        return "https://" + line.split("https://")[1].strip(), port

    yield start
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(20)
        process.stdout.close()


@pytest.fixture(scope="module")
def tls(serving: Callable[..., tuple[str, int]], keys: Path) -> tuple[str, int]:
    named = ("--certfile", str(keys / "cert.pem"), "--keyfile", str(keys / "key.pem"))
    return serving(*named, "--host-name", NAME)


@pytest.fixture(scope="module")
def proxied(serving: Callable[..., tuple[str, int]]) -> tuple[str, int]:
    return serving("--behind-proxy", "--host-name", NAME)


class _ByName(requests.adapters.HTTPAdapter):
    """Looks for the certificate of the name though the loopback is asked."""

    def init_poolmanager(self, *args: object, **options: object) -> None:
        super().init_poolmanager(*args, assert_hostname=NAME, server_hostname=NAME, **options)


def entered(base: str, headers: dict[str, str], keys: Path) -> tuple[requests.Session, requests.Response]:
    """Log in as a browser that came by HTTPS; cookies are sent on by hand, since the name is not in DNS."""
    http = requests.Session()
    http.trust_env = False  # certificates of the machine
    http.mount("https://", _ByName())
    http.verify = str(keys / "cert.pem")
    http.headers.update(headers)
    page = http.get(base + "/login", allow_redirects=False)
    assert page.status_code == 200
    xsrf = cookies(page)["_xsrf"]
    http.headers["Cookie"] = f"_xsrf={xsrf}"
    data = {"_xsrf": xsrf, "name": "anna", "password": PASSWORD}
    return http, http.post(base + "/login", data=data, allow_redirects=False)


def cookies(answer: requests.Response) -> dict[str, str]:
    lines = answer.raw.headers.getlist("Set-Cookie")
    return {line.partition("=")[0]: line.partition("=")[2].partition(";")[0] for line in lines}


def test_over_tls_one_logs_in_and_every_cookie_is_for_tls_alone(tls: tuple[str, int], keys: Path) -> None:
    shown, port = tls
    assert shown == f"https://{NAME}:{port}/"
    http, answer = entered(f"https://127.0.0.1:{port}", {"Host": f"{NAME}:{port}"}, keys)
    assert answer.status_code == 303
    assert answer.headers["Location"] == "/"
    set_here = answer.raw.headers.getlist("Set-Cookie")
    assert any(line.startswith("mentorkit-session=") for line in set_here)
    assert all("secure" in line.lower() for line in set_here)
    http.close()


def test_old_versions_of_tls_get_no_answer(tls: tuple[str, int]) -> None:
    def handshake(version: ssl.TLSVersion) -> str | None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = version
        with (
            socket.create_connection(("127.0.0.1", tls[1]), 10) as plain,
            context.wrap_socket(plain) as secret,
        ):
            return secret.version()

    assert handshake(ssl.TLSVersion.TLSv1_2) == "TLSv1.2"
    with pytest.warns(DeprecationWarning, match="TLSv1_1"), pytest.raises((ssl.SSLError, ConnectionError)):
        handshake(ssl.TLSVersion.TLSv1_1)


def test_where_there_is_tls_nothing_is_answered_in_the_clear(tls: tuple[str, int]) -> None:
    with pytest.raises((requests.ConnectionError, http.client.HTTPException)):
        requests.get(f"http://127.0.0.1:{tls[1]}/login", timeout=10)


def test_behind_a_proxy_one_logs_in_with_cookies_for_tls_alone(proxied: tuple[str, int], keys: Path) -> None:
    shown, port = proxied
    assert shown == f"https://{NAME}/"
    base = f"http://127.0.0.1:{port}"
    forwarded = {"Host": NAME, "X-Forwarded-For": "10.1.1.1", "X-Forwarded-Proto": "https"}
    http, answer = entered(base, forwarded, keys)
    assert answer.status_code == 303
    assert all("secure" in line.lower() for line in answer.raw.headers.getlist("Set-Cookie"))
    session = cookies(answer)["mentorkit-session"]
    http.headers["Cookie"] = f"mentorkit-session={session}"
    assert http.get(base + "/state", headers={"X-Forwarded-Host": "evil.example.org"}).status_code == 200
    http.close()


def test_many_names_are_not_tried_from_one_place_and_the_other_places_log_in(proxied: tuple) -> None:
    def log_in(place: str, name: str) -> int:
        answer = requests.post(
            f"http://127.0.0.1:{proxied[1]}/login",
            {"_xsrf": "same", "name": name, "password": PASSWORD},
            headers={"Host": NAME, "X-Forwarded-For": place, "Cookie": "_xsrf=same"},
            allow_redirects=False,
            timeout=30,
        )
        return answer.status_code

    with ThreadPoolExecutor(4) as together:
        tried = together.map(lambda n: log_in("10.6.6.6", f"user-{n}"), range(51))
        assert sorted(tried) == [401] * 50 + [429]
    assert log_in("10.6.6.6", "anna") == 429
    assert log_in("6.6.6.6, 10.6.6.6", "anna") == 429  # what was forwarded to the proxy is no place
    assert log_in("10.1.1.1", "anna") == 303


def test_who_asked_the_proxy_in_the_clear_is_sent_to_tls_and_no_password_is_taken(proxied: tuple) -> None:
    base = f"http://127.0.0.1:{proxied[1]}"
    plain = {"Host": NAME, "X-Forwarded-Proto": "http"}
    answer = requests.get(base + "/login?next=/", headers=plain, allow_redirects=False, timeout=30)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"https://{NAME}/login?next=/"
    data = {"name": "anna", "password": PASSWORD}
    assert requests.post(base + "/login", data=data, headers=plain, timeout=30).status_code == 403
    elsewhere = requests.get(
        base + "/login", headers={**plain, "Host": "evil.example.org"}, allow_redirects=False, timeout=30
    )
    assert elsewhere.status_code == 403


@pytest.fixture
def nginx(proxied: tuple[str, int], keys: Path, tmp_path: Path, do_without: Callable) -> Iterator[int]:
    """The port of an nginx before the server, set up as the guide of the operation says."""
    program = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if program is None:
        do_without("no nginx here")
    with socket.socket() as one, socket.socket() as two:
        one.bind(("127.0.0.1", 0))
        two.bind(("127.0.0.1", 0))
        plain, secret = one.getsockname()[1], two.getsockname()[1]
    said = (DOCS / "server/nginx.conf").read_text("utf-8")
    for here, there in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{secret} ssl;"),
        ("http://127.0.0.1:8866", f"http://127.0.0.1:{proxied[1]}"),
        ("/etc/mentorkit", str(keys)),
    ):
        assert here in said
        said = said.replace(here, there)
    temporary = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {tmp_path}/pid; error_log stderr; events {{}}\n"
        f"http {{ {temporary}\n{said}\n}}"
    )
    command = [program, "-c", str(tmp_path / "nginx.conf"), "-p", str(tmp_path)]
    assert subprocess.run([*command, "-t"], capture_output=True, check=False).returncode == 0
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    for _attempt in range(500):
        with socket.socket() as there:
            if not there.connect_ex(("127.0.0.1", secret)):
                break
        time.sleep(0.01)
    yield secret
    process.terminate()
    process.wait(20)


def test_behind_nginx_as_in_the_guide_one_logs_in_and_has_a_socket(nginx: int, keys: Path) -> None:
    base = f"https://127.0.0.1:{nginx}"
    http, answer = entered(base, {"Host": NAME}, keys)
    assert answer.status_code == 303
    cookie = "mentorkit-session=" + cookies(answer)["mentorkit-session"]
    page = http.get(base + "/", headers={"Cookie": cookie})
    http.close()
    assert page.headers["Strict-Transport-Security"]
    kernel = re.search(r'"kernelId": "([^"]+)"', page.text)[1]
    connection = websocket.create_connection(
        f"wss://127.0.0.1:{nginx}/api/kernels/{kernel}/channels?session_id=s",
        cookie=cookie, host=NAME, origin=f"https://{NAME}", timeout=30,
        sslopt={"ca_certs": str(keys / "cert.pem"), "server_hostname": NAME},
    )  # fmt: skip
    file = {"comm_id": "none", "data": {"file": "x" * 12 * 2**20}}
    assert until_done(connection, [message("comm_msg", file)])
    connection.close()


@pytest.mark.parametrize("host", ["evil.example.org", "127.0.0.1", "localhost", NAME + ".evil.org"])
def test_under_another_name_nothing_is_answered(proxied: tuple[str, int], tls: tuple[str, int], keys: Path,
                                                host: str) -> None:  # fmt: skip
    answer = requests.get(f"http://127.0.0.1:{proxied[1]}/login", headers={"Host": host}, timeout=30)
    assert answer.status_code == 403
    with requests.Session() as http:
        http.trust_env, http.verify = False, str(keys / "cert.pem")
        http.mount("https://", _ByName())
        answer = http.get(f"https://127.0.0.1:{tls[1]}/login", headers={"Host": host}, timeout=30)
        assert answer.status_code == 403


def test_behind_a_proxy_a_socket_is_for_pages_of_this_name_alone(
    proxied: tuple[str, int], keys: Path
) -> None:
    base = f"http://127.0.0.1:{proxied[1]}"
    http, answer = entered(base, {"Host": NAME}, keys)
    cookie = "mentorkit-session=" + cookies(answer)["mentorkit-session"]
    page = http.get(base + "/", headers={"Cookie": cookie}).text
    http.close()
    kernel = re.search(r'"kernelId": "([^"]+)"', page)[1]

    def socket_for(origin: str) -> None:
        websocket.create_connection(
            f"ws://127.0.0.1:{proxied[1]}/api/kernels/{kernel}/channels?session_id=s",
            cookie=cookie, host=NAME, origin=origin, timeout=30,
        ).close()  # fmt: skip

    for other in (f"http://{NAME}", "https://evil.example.org", f"https://{NAME}.evil.org", "null"):
        with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
            socket_for(other)
    socket_for(f"https://{NAME}")


def test_the_command_refuses_an_open_address_in_german(tmp_path: Path) -> None:
    Store.create(tmp_path / "a.mentorkit").close()
    with speaking(Voice("de")):
        done = CliRunner().invoke(main, ["serve", str(tmp_path / "a.mentorkit"), "--address", "0.0.0.0"])
    assert done.exit_code == 1
    assert "--certfile" in done.output
    assert "mitlesen" in done.output
