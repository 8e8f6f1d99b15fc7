"""Behind a real JupyterHub with its proxy, as `docs/jupyterhub` configures it, on PostgreSQL."""

from __future__ import annotations

import asyncio
import datetime as dt
import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import MagicMock
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
import requests

from mentorkit.forms import links
from mentorkit.privacy.permissions import sole_actor
from mentorkit.privacy.records import Session
from mentorkit.programme.records import Grant
from mentorkit.workbench import Workbench, open_workbench

pytestmark = [pytest.mark.hub, pytest.mark.postgres]

CONFIG = Path(__file__).parents[3] / "docs" / "jupyterhub" / "jupyterhub_config.py"
#: The configuration as it is, with an admin, and a group that makes an evaluator of who leads.
TRIED = """
load_subconfig({config!r})
c.Authenticator.admin_users = {{"chief"}}
c.SharedPasswordAuthenticator.admin_password = {admins!r}
c.JupyterHub.load_groups["mentorkit:cross-administration:evaluator"] = {{"users": ["anna"]}}
"""
PASSWORD, ADMINS = "Nebel hinter Werne 11", "Regen vor dem Rathaus von Selm 12"


@dataclass(frozen=True)
class Hub:
    """A running Hub."""

    address: str
    bench: str
    pid: int

    def open(self) -> Workbench:
        return Workbench(open_workbench(self.bench, "otto").store, sole_actor("otto"))

    def log_in(self, name: str) -> Person:
        http = requests.Session()
        page = http.get(f"{self.address}/hub/login", timeout=60)
        assert page.status_code == 200
        fields = {
            "username": name,
            "password": ADMINS if name == "chief" else PASSWORD,
            "_xsrf": http.cookies.get("_xsrf", path="/hub/"),
        }
        entered = http.post(f"{self.address}/hub/login", data=fields, allow_redirects=False, timeout=60)
        assert entered.status_code == 302
        return Person(self, name, http)


@dataclass(frozen=True)
class Person:
    """Somebody in a browser without a screen, logged in at the Hub."""

    hub: Hub
    name: str
    http: requests.Session = field(repr=False)

    def get(self, path: str, **options: object) -> requests.Response:
        return self.http.get(self.hub.address + path, timeout=120, **options)

    def start(self) -> requests.Response:
        """Have the own server started, and go there."""
        self.get(f"/hub/spawn/{self.name}")
        token = self.http.cookies.get("_xsrf", path="/hub/")
        told = self.get(f"/hub/api/users/{self.name}/server/progress", params={"_xsrf": token})
        assert '"ready": true' in told.text  # it is told until the server answers
        return self.get(self.home)

    @property
    def home(self) -> str:
        return f"/user/{self.name}/"

    def xsrf(self) -> str:
        return str(self.http.cookies.get("_xsrf", path=self.home))


def _free_ports(n: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(n)]
        for taken in sockets:
            taken.bind(("127.0.0.1", 0))
        return [taken.getsockname()[1] for taken in sockets]


@pytest.fixture(scope="module")
def hub(tmp_path_factory, postgres, do_without) -> Iterator[Hub]:
    if importlib.util.find_spec("jupyterhub") is None:
        do_without("no JupyterHub here: pip install -e '.[hub]'")
    proxy = os.environ.get("HUB_PROXY") or shutil.which("configurable-http-proxy")
    if proxy is None:
        do_without("no JupyterHub proxy here: npm install -g configurable-http-proxy")
    folder = tmp_path_factory.mktemp("hub")
    target = postgres.new_database()
    environment = {**os.environ, "MENTORKIT_KEYRING": str(folder / "bench.keyring")}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MENTORKIT_KEYRING", environment["MENTORKIT_KEYRING"])
        bench = Workbench.of(open_workbench(target, "me").store, "me")
        bench.add("cross-administration")
        bench.accounts.add(bench.actor, "otto", "Otto Beispiel")
        bench.accounts.add(bench.actor, "anna", "Anna Beispiel")
        bench.accounts.grant(bench.actor, "anna", "lead", "cross-administration")
        bench.accounts.add(bench.actor, "bert", "Bert Beispiel")
        bench.accounts.grant(bench.actor, "bert", "lead", "cross-administration")
        bench.store.close()
        ports = dict(
            zip(("HUB_PORT", "HUB_API_PORT", "HUB_PROXY_PORT", "HUB_FORMS_PORT"), _free_ports(4), strict=True)
        )
        environment |= {name: str(port) for name, port in ports.items()}
        environment |= {
            "MENTORKIT_BENCH": target, "HUB_PASSWORD": PASSWORD, "HUB_PROXY": proxy,
            "HUB_HOMES": str(folder / "homes-{username}"),
        }  # fmt: skip
        config = folder / "config.py"
        config.write_text(TRIED.format(config=str(CONFIG), admins=ADMINS))
        log = (folder / "log").open("w+")
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(config)],
            cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        for line in process.stderr:
            log.write(line)
            if "JupyterHub is now running" in line:
                break
        else:
            log.seek(0)
            pytest.fail(log.read()[-3000:])
        reader = subprocess.Popen(["cat"], stdin=process.stderr, stdout=log)  # so that the pipe never fills
        yield Hub(f"http://127.0.0.1:{ports['HUB_PORT']}", target, process.pid)
        process.terminate()
        process.wait(60)
        reader.wait(60)


def kernel_of(page: requests.Response) -> str:
    assert page.status_code == 200, page.text
    return re.search(r'"kernelId": "([^"]+)"', page.text).group(1)


def test_two_people_work_in_servers_of_their_own_as_the_store_and_their_groups_say(hub: Hub) -> None:
    bert, dora = hub.log_in("bert"), hub.log_in("dora")
    his, hers = bert.start(), dora.start()
    assert (his.url, hers.url) == (f"{hub.address}/user/bert/", f"{hub.address}/user/dora/")
    assert "Programmleitung" in his.text  # given in the store
    assert "Koordination einer Organisation: Lünen" in re.findall(
        r'mk-roles?">(.*?)</', hers.content.decode()
    )  # given by a group
    bench = hub.open()
    with bench.store.read() as reader:
        [grant] = reader.all(Grant, user_id="dora")
        assert reader.trail(kind="grant", subject=grant.id)[0]["actor"] == "JupyterHub"
    bench.store.close()

    kernels = {bert: kernel_of(his), dora: kernel_of(hers)}
    for person, kernel in kernels.items():
        assert person.get(f"{person.home}state?kernel={kernel}").json()["alive"]
    assert dora.get("/user/dora/network").status_code == 403  # a coordinator of one town has no network
    assert bert.get("/user/bert/network").status_code == 200

    # nobody reaches another's server: neither by the Hub nor with the other's addresses and own cookies
    cookies = {cookie.name: cookie.value for cookie in dora.http.cookies if cookie.path == dora.home}
    assert "mentorkit-session" in cookies
    assert dora.get("/user/bert/").status_code == 403
    for path in ("", "matching", f"state?kernel={kernels[bert]}", f"api/kernels/{kernels[bert]}"):
        answer = requests.get(
            f"{hub.address}/user/bert/{path}", cookies=cookies, allow_redirects=False, timeout=60
        )
        assert answer.status_code in {302, 403}
    assert (
        requests.get(f"{hub.address}/user/dora/", cookies=cookies, timeout=60).status_code == 200
    )  # control


def test_an_admin_of_the_hub_is_not_let_into_the_server_of_another(hub: Hub) -> None:
    hub.log_in("bert").start()
    chief = hub.log_in("chief")
    assert chief.get("/hub/admin").status_code == 200
    asked = chief.get("/user/bert/")
    assert "/hub/api/oauth2/authorize" in asked.url  # the Hub lets admins in, but asks first
    scopes = re.findall(r'name="scopes" value="([^"]+)"', asked.text)
    fields = {"_xsrf": chief.http.cookies.get("_xsrf", path="/hub/"), "scopes": scopes}
    refused = chief.http.post(asked.url, data=fields, timeout=60)
    assert refused.status_code == 403
    assert "/user/bert/oauth_callback?code=" in refused.url  # so it was this server that refused


def test_who_is_not_known_here_or_would_evaluate_what_she_leads_is_told_so(hub: Hub) -> None:
    stranger = hub.log_in("zora").start()
    assert stranger.status_code == 403
    assert "„zora“ hat keine Anmeldung" in stranger.text
    both = hub.log_in("anna").start()
    assert both.status_code == 403
    assert "Wer evaluiert" in both.text or "„anna“" in both.text


def _processes(hub: Hub, name: str) -> list[psutil.Process]:
    """Return the server of a user with its kernels, as far as they run."""
    servers = [
        p for p in psutil.Process(hub.pid).children() if _environment(p).get("JUPYTERHUB_USER") == name
    ]
    return [process for server in servers for process in (server, *server.children(recursive=True))]


def _environment(process: psutil.Process) -> dict[str, str]:
    try:
        return process.environ()
    except psutil.Error:
        return {}


def test_log_out_ends_the_kernels_the_server_and_the_log_in_at_the_hub(hub: Hub) -> None:
    bert = hub.log_in("bert")
    kernel_of(bert.start())
    running = _processes(hub, "bert")
    assert len(running) >= 3  # the server, what kernels are forked from, a kernel
    assert all("JUPYTERHUB_API_TOKEN" not in _environment(process) for process in running[1:])
    assert "JUPYTERHUB_API_TOKEN" in _environment(running[0])  # control
    left = bert.http.post(f"{hub.address}/user/bert/logout", data={"_xsrf": bert.xsrf()}, timeout=60)
    assert left.url.startswith(f"{hub.address}/hub/login")
    assert psutil.wait_procs(running, timeout=30)[1] == []
    assert bert.get("/user/bert/").url.startswith(f"{hub.address}/hub/login")
    bench = hub.open()
    with bench.store.read() as reader:
        newest = max(reader.all(Session, user_id="bert"), key=lambda session: session.started_at)
    assert newest.ended_at
    bench.store.close()


def test_personal_links_are_served_without_log_in(hub: Hub) -> None:
    bench = hub.open()
    run = bench.run("cross-administration")
    token = links.give(
        bench.store,
        bench.accounts.actor_of("bert"),
        run.id,
        "mentee",
        name="Eva",
        email="",
        organisation="Lünen",
    )
    bench.store.close()
    page = requests.get(f"{hub.address}/services/forms/apply/{token}", timeout=60)
    assert page.status_code == 200
    assert "Bewerbung" in page.text
    style = re.search(r'href="([^"]+mentorkit.css[^"]*)"', page.text).group(1)
    assert style.startswith("/services/forms/assets/")
    assert requests.get(hub.address + style, timeout=60).status_code == 200
    for path in ("", "matching", "login", "state"):
        assert requests.get(f"{hub.address}/services/forms/{path}", timeout=60).status_code == 404


def test_nobody_is_let_in_by_an_address_that_another_made(hub: Hub) -> None:
    bert = hub.log_in("bert")
    bert.start()
    asked = bert.get("/user/bert/oauth_callback", params={"code": "c", "state": "s"}, allow_redirects=False)
    assert asked.status_code == 403
    assert requests.post(f"{hub.address}/user/bert/login", timeout=60).status_code in {403, 404}
    stranger = requests.Session()
    sent = stranger.get(f"{hub.address}/user/bert/login", allow_redirects=False, timeout=60)
    begun = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert begun["code_challenge_method"] == ["S256"]
    foreign = {"code": "c", "state": begun["state"][0]}  # begun in another browser
    asked = bert.get("/user/bert/oauth_callback", params=foreign, allow_redirects=False)
    assert asked.status_code == 403


def test_the_hub_is_told_when_a_server_was_last_used(hub: Hub, monkeypatch) -> None:
    from mentorkit.serve.hub import HubServer

    hub.log_in("bert").start()
    environment = _environment(_processes(hub, "bert")[0])
    for name in ("JUPYTERHUB_API_TOKEN", "JUPYTERHUB_ACTIVITY_URL"):
        monkeypatch.setenv(name, environment[name])
    moment = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=30)
    kernels = MagicMock(owners={"k": None})
    kernels.__contains__.return_value = True
    kernels.get_kernel.return_value.last_activity = moment
    asyncio.run(HubServer.tell_use(SimpleNamespace(kernel_manager=kernels, log=None)))
    told = requests.get(
        f"{environment['JUPYTERHUB_API_URL']}/users/bert",
        headers={"Authorization": f"token {environment['JUPYTERHUB_API_TOKEN']}"},
        timeout=60,
    ).json()
    assert dt.datetime.fromisoformat(told["last_activity"]) == moment
