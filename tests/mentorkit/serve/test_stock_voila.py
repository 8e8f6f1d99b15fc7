"""The same attacks on this server and on stock Voila: here none gets through, there those do that say so.

An attack is one function for both, so that what is tried here cannot drift from what is known to work there.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urljoin, urlsplit

import pytest
import requests
import websocket
from wire import BINARY, PASSWORDS, Guest, binary, channels, message, raw, to_everything, until_done

TOKEN = "of the house"


@dataclass
class House:
    """A server under attack, its rightful user, another one, and who has no log-in at all."""

    address: str
    enter: Callable[[str], Guest]
    shows: str  # where an app is shown
    folder: Path  # of the notebooks
    _kernel: str = ""

    @cached_property
    def owner(self) -> Guest:
        return self.enter("anna")

    @cached_property
    def other(self) -> Guest:
        return self.enter("bert")

    @property
    def outsider(self) -> Guest:
        return Guest(self.address, requests.Session())

    def app(self, name: str) -> str:
        return self.shows.format(name)

    @property
    def kernel(self) -> str:
        """A kernel of the owner's; another one where the server has closed it for the sake of later ones."""
        if not (self._kernel and self.lives(self._kernel)):
            self._kernel = self.owner.open_app(self.app("matching"))
        return self._kernel

    def opens(self, guest: Guest, kernel: str, **options: object) -> bool:
        """Tell whether somebody gets a socket to a kernel that answers."""
        try:
            connection = channels(self.address, kernel, guest.cookie, **options)
        except websocket.WebSocketBadStatusException:
            return False
        connection.close()
        return True

    def lives(self, kernel: str) -> bool:
        return self.opens(self.owner, kernel)


#: Stock Voila as it starts; with a token; as an extension of a Jupyter Server that is careless of everything.
Kind = Literal["plain", "token", "careless"]
#: Every attack, and the most careful kind that it succeeds on.
ATTACKS: list[tuple[Callable[[House], bool], Kind]] = []


def attack(open_on: Kind) -> Callable[..., Callable[[House], bool]]:
    """Note an attack, which tells whether it got through."""

    def note(tried: Callable[[House], bool]) -> Callable[[House], bool]:
        ATTACKS.append((tried, open_on))
        return tried

    return note


# -- without log-in -----------------------------------------------------------------------------------


@attack("plain")
def an_app_without_log_in(house: House) -> bool:
    return "kernelId" in house.outsider.get(house.app("matching")).text


@attack("plain")
def a_list_of_the_files(house: House) -> bool:
    pages = [house.outsider.get(path) for path in ("/voila/tree", "/voila/api/contents")]
    return any(page.ok and "start.ipynb" in page.text for page in pages)


@attack("token")
def a_picture_from_the_folder_without_log_in(house: House) -> bool:
    return house.outsider.get("/voila/files/picture.png").content == b"a picture"


@attack("token")
def a_picture_from_the_folder(house: House) -> bool:
    return house.other.get("/voila/files/picture.png").content == b"a picture"


# -- kernels of others --------------------------------------------------------------------------------


@attack("token")
def a_look_at_anothers_kernel(house: House) -> bool:
    return house.other.get(f"/api/kernels/{house.kernel}").ok


@attack("token")
def a_socket_to_anothers_kernel(house: House) -> bool:
    return house.opens(house.other, house.kernel)


@attack("token")
def a_socket_to_anothers_kernel_by_the_binary_protocol(house: House) -> bool:
    return house.opens(house.other, house.kernel, subprotocols=[BINARY])


@attack("plain")
def a_socket_to_a_kernel_without_log_in(house: House) -> bool:
    return house.opens(house.outsider, house.kernel)


@attack("token")
def the_end_of_anothers_kernel_by_voila(house: House) -> bool:
    kernel = house.owner.open_app(house.app("matching"))
    house.other.post(f"/voila/api/shutdown/{kernel}")
    return not house.lives(kernel)


@attack("token")
def the_end_of_anothers_kernel_by_jupyter(house: House) -> bool:
    kernel = house.owner.open_app(house.app("matching"))
    token = {"X-XSRFToken": house.other.xsrf}
    house.other.http.delete(f"{house.address}/api/kernels/{kernel}", headers=token, timeout=30)
    return not house.lives(kernel)


@attack("token")
def the_end_of_anothers_kernel_by_a_message(house: House) -> bool:
    kernel = house.owner.open_app(house.app("matching"))
    try:
        connection = channels(house.address, kernel, house.other.cookie)
    except websocket.WebSocketBadStatusException:
        return False
    connection.send(message("shutdown_request", {"restart": False}).replace('"shell"', '"control"'))
    return _ends(connection)


def _ends(connection: websocket.WebSocket) -> bool:
    """Tell whether a kernel says that it ends."""
    while True:
        if "shutdown_reply" in str(connection.recv()):
            return True


# -- pages of other sites -----------------------------------------------------------------------------


@attack("careless")
def a_socket_for_a_page_of_another_site(house: House) -> bool:
    return house.opens(house.owner, house.kernel, origin="http://evil.example.org")


@attack("plain")
def a_name_of_elsewhere_that_leads_here(house: House) -> bool:
    asked = {"Host": "evil.example.org", "Cookie": house.owner.cookie}
    return raw(house.address, "GET", house.app("matching"), asked)[0] == 200


@attack("careless")
def a_page_in_the_frame_of_another_site(house: House) -> bool:
    policy = house.owner.get(house.app("matching")).headers.get("Content-Security-Policy", "")
    return not re.search("frame-ancestors '(self|none)'", policy)


@attack("plain")
def a_page_that_loads_what_another_site_has(house: House) -> bool:
    policy = house.owner.get(house.app("matching")).headers.get("Content-Security-Policy", "")
    return not ("default-src 'self'" in policy and "http" not in policy)


@attack("careless")
def a_form_of_another_site(house: House) -> bool:
    kernel = house.owner.open_app(house.app("matching"))
    house.owner.http.post(f"{house.address}/voila/api/shutdown/{kernel}", timeout=30)
    return not house.lives(kernel)


# -- what a page says ---------------------------------------------------------------------------------


def _shown(house: House, headers: dict[str, str | list[str]]) -> str:
    asked = {"Cookie": house.owner.cookie, **headers}
    return raw(house.address, "GET", house.app("start"), asked)[1].decode()


@attack("plain")
def the_name_of_somebody_else_in_a_header(house: House) -> bool:
    return "HTTP_X_MENTORKIT_USER=bert;" in _shown(house, {"X-Mentorkit-User": "bert"})


@attack("plain")
def the_name_of_somebody_else_in_two_headers(house: House) -> bool:
    return "HTTP_X_MENTORKIT_USER=bert" in _shown(house, {"x-mentorkit-USER": ["bert", "cem"]})


@attack("plain")
def what_the_environment_of_the_server_holds(house: House) -> bool:
    return "BACKUP_PASSWORD" in _shown(house, {})


@attack("careless")
def why_a_step_failed(house: House) -> bool:
    return "inside knowledge" in house.owner.get(house.app("intake")).text


@attack("plain")
def another_template(house: House) -> bool:
    page = house.owner.get(house.app("matching") + "?template=reveal").text
    return 'class="reveal"' in page


# -- messages made by hand ----------------------------------------------------------------------------


def _code(house: House) -> tuple[dict[str, object], Path]:
    mark = house.folder / f"code ran {time.monotonic_ns()}"
    return {"code": f"open({str(mark)!r}, 'w')", "silent": False, "store_history": False}, mark


@attack("careless")
def code_for_ones_own_kernel(house: House) -> bool:
    connection = channels(house.address, house.kernel, house.owner.cookie)
    code, mark = _code(house)
    until_done(connection, [message("execute_request", code)])
    connection.close()
    return mark.exists()


@attack("careless")
def code_for_ones_own_kernel_by_the_binary_protocol(house: House) -> bool:
    connection = channels(house.address, house.kernel, house.owner.cookie, subprotocols=[BINARY])
    code, mark = _code(house)
    for channel in (b"shell", b"control"):
        connection.send_binary(binary("execute_request", code, channel))
        connection.send_binary(binary("kernel_info_request", {}, channel))
        while b"kernel_info_reply" not in connection.recv():
            continue
    connection.close()
    return mark.exists()


@attack("plain")
def why_a_button_failed(house: House) -> bool:
    connection = channels(house.address, house.kernel, house.owner.cookie)
    came = to_everything(connection, {"event": "click"})
    connection.close()
    return "inside knowledge" in str(came)


@attack("plain")
def a_large_file_that_ends_the_connection(house: House) -> bool:
    connection = channels(house.address, house.kernel, house.owner.cookie)
    content = {"comm_id": "none", "data": {"file": "x" * 12 * 2**20}}
    try:
        until_done(connection, [message("comm_msg", content)])
    except (websocket.WebSocketException, OSError):
        return True
    finally:
        connection.close()
    return False


@attack("plain")
def more_kernels_than_one_user_may_have(house: House) -> bool:
    with ThreadPoolExecutor(9) as together:
        kernels = list(together.map(lambda _: house.owner.open_app(house.app("matching")), range(9)))
    lives = [house.owner.get(f"/api/kernels/{kernel}").ok for kernel in kernels]
    return all(lives)


# -- log-in -------------------------------------------------------------------------------------------


@attack("token")
def a_cookie_from_before_the_log_out(house: House) -> bool:
    guest = house.enter("bert")
    cookie = {"Cookie": guest.cookie}
    guest.post("/logout")
    guest.get("/logout")
    return raw(house.address, "GET", house.app("matching"), cookie)[0] == 200


ELSEWHERE = (
    "//evil.example.org",
    "///evil.example.org",
    "/\\evil.example.org",
    "\\\\evil.example.org",
    "/\t/evil.example.org",
    "/\r\n/evil.example.org",
    " //evil.example.org",
    "https:evil.example.org",
    "http://evil.example.org",
    "javascript:alert(1)",
)


@pytest.mark.parametrize("there", ELSEWHERE)
def test_no_log_in_leads_elsewhere(there: str, here: House) -> None:
    guest = here.outsider
    guest.get("/login")
    words = {"name": "anna", "password": PASSWORDS["anna"]}
    answer = guest.post("/login", words, params={"next": there})
    assert answer.status_code == 303
    assert not _is_elsewhere(here.address, answer.headers["Location"])


def _is_elsewhere(address: str, location: str) -> bool:
    """Tell where a browser goes: it takes out tabs and ends of lines, and turns backslashes."""
    read = re.sub(r"[\t\r\n]", "", location).strip().replace("\\", "/")
    read = re.sub("^/{3,}", "//", read)
    return urlsplit(urljoin(address, read)).netloc != urlsplit(address).netloc


@pytest.mark.parametrize("there", ELSEWHERE)
def test_whoever_followed_it_would_be_led_elsewhere(there: str) -> None:
    assert _is_elsewhere("http://127.0.0.1:8866", there)
    assert not _is_elsewhere("http://127.0.0.1:8866", "/matching?run=a/b")


@attack("token")
def guessing_for_as_long_as_one_likes(house: House) -> bool:
    return [_guess(house, f"guess {n}") for n in range(8)][-1] not in (403, 429)


def _guess(house: House, word: str) -> int:
    guest = house.outsider
    guest.get("/login")
    return guest.post("/login", {"name": "frieda", "password": word}).status_code


# -- the houses ---------------------------------------------------------------------------------------


STOCK: dict[Kind, list[str]] = {
    "plain": ["voila", "."],
    "token": ["voila", ".", f"--token={TOKEN}"],
    "careless": [
        "jupyter_server",
        "--allow-root",
        "--ServerApp.jpserver_extensions=voila.server_extension=True",
        f"--IdentityProvider.token={TOKEN}",
        "--ServerApp.disable_check_xsrf=True",
        "--ServerApp.allow_origin=*",
        "--ServerApp.tornado_settings={'headers': {'Content-Security-Policy': ''}}",
        "--VoilaConfiguration.show_tracebacks=True",
    ],
}


@pytest.fixture(scope="module")
def here(site) -> House:
    return House(site.address, site.log_in, "/{}", site.notebooks)


@pytest.fixture(scope="module")
def stock(site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[Kind, House]]:
    """Stock Voila on the same notebooks. It is told to pass our header on, as this server is."""
    processes, houses = [], {}
    for kind, command in STOCK.items():
        folder = tmp_path_factory.mktemp("stock") / "notebooks"
        shutil.copytree(site.notebooks, folder)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        common = (f"--port={port}", "--no-browser", "--VoilaConfiguration.http_header_envs=X-Mentorkit-User")
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", *command, *common],
                cwd=folder,
                env={**os.environ, "BACKUP_PASSWORD": "of the server", "JUPYTER_CONFIG_DIR": str(folder)},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
        houses[kind] = House(f"http://127.0.0.1:{port}", _way_in(port), "/voila/render/{}.ipynb", folder)
    for house in houses.values():
        house.owner.get("/")  # once it has started
    yield houses
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(20)


def _way_in(port: int) -> Callable[[str], Guest]:
    """Return how one comes in there: everybody by the same token, whatever she is called."""

    def enter(_: str) -> Guest:
        guest = Guest(f"http://127.0.0.1:{port}", requests.Session())
        for _attempt in range(600):
            try:
                guest.get(f"/?token={TOKEN}")
            except requests.ConnectionError:
                time.sleep(0.05)  # it starts
                continue
            return guest
        raise TimeoutError

    return enter


@pytest.mark.parametrize("tried", [one for one, _ in ATTACKS], ids=lambda one: one.__name__)
def test_nobody_gets(tried: Callable[[House], bool], here: House) -> None:
    assert not tried(here)


@pytest.mark.parametrize(
    ("tried", "open_on"), ATTACKS, ids=[f"{one.__name__}-{kind}" for one, kind in ATTACKS]
)
def test_on_stock_voila_somebody_gets(
    tried: Callable[[House], bool], open_on: Kind, stock: dict[Kind, House]
) -> None:
    assert tried(stock[open_on])
