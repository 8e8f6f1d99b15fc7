"""A served workbench with two users and small apps that stand for the real ones."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
import requests

from mentorkit.store import Store
from mentorkit.workbench import Workbench

PASSWORDS = {
    "anna": "Regen über Lünen 7",
    "bert": "Sonne hinter Kamen 8",
    "cem": "Nebel vor Werne 9",
    "dora": "Schnee auf Bergkamen 10",
}
APPS = {
    "start": """
import os, ipywidgets
shown = ("HTTP_X_MENTORKIT_USER", "MENTORKIT_RUN", "MENTORKIT_LANGUAGE", "MENTORKIT_BENCH", "QUERY_STRING")
lines = [f"{name}={os.environ.get(name, '')};" for name in shown] + [f"names={sorted(os.environ)};"]
print("\\n".join(lines))
""",
    "intake": "raise RuntimeError('inside knowledge')",
    "matching": "import ipywidgets\nipywidgets.HTML('<h1>Matching</h1>')",
}


@dataclass(frozen=True)
class Guest:
    """A browser without a screen."""

    address: str
    http: requests.Session

    def get(self, path: str, **options: object) -> requests.Response:
        return self.http.get(self.address + path, allow_redirects=False, timeout=60, **options)

    def post(self, path: str, data: dict[str, str] | None = None, **options: object) -> requests.Response:
        fields = {"_xsrf": self.xsrf, **(data or {})}
        return self.http.post(
            self.address + path, data=fields, allow_redirects=False, timeout=60, **options
        )  # fmt: skip

    @property
    def xsrf(self) -> str:
        return self.http.cookies.get("_xsrf", "")

    @property
    def cookie(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)

    def open_app(self, path: str = "/") -> str:
        """Open an app and return the id of its kernel."""
        page = self.get(path)
        assert page.status_code == 200
        return re.search(r'"kernelId": "([^"]+)"', page.text).group(1)


@dataclass(frozen=True)
class Site:
    """The served workbench and what lies around it."""

    address: str
    bench: Path
    notebooks: Path

    def guest(self) -> Guest:
        return Guest(self.address, requests.Session())

    def log_in(self, name: str) -> Guest:
        guest = self.guest()
        guest.get("/login")
        answer = guest.post("/login", {"name": name, "password": PASSWORDS[name]})
        assert answer.status_code == 303
        return guest


@pytest.fixture(scope="session")
def site(tmp_path_factory, serve_workbench) -> Site:
    folder = tmp_path_factory.mktemp("served")
    notebooks = folder / "notebooks"
    notebooks.mkdir()
    for name, source in APPS.items():
        cell = nbformat.v4.new_code_cell(source)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), notebooks / f"{name}.ipynb")
    (notebooks / "picture.png").write_bytes(b"a picture")
    (notebooks / "analysis").mkdir()
    nbformat.write(nbformat.v4.new_notebook(), notebooks / "analysis" / "first.ipynb")
    (folder / "outside.ipynb").write_text("{}")

    bench = Workbench.of(Store.create(folder / "test.mentorkit"), "me")
    bench.add("cross-administration")
    bench.add("arts-academy")
    for name, password in PASSWORDS.items():
        bench.accounts.add(bench.actor, name, f"{name.title()} Beispiel", password)
    bench.accounts.grant(bench.actor, "anna", "lead")
    bench.accounts.grant(bench.actor, "bert", "lead", "arts-academy")
    bench.accounts.grant(bench.actor, "dora", "organisation", "cross-administration", "Lünen")
    bench.accounts.grant(bench.actor, "dora", "evaluator", "arts-academy")
    bench.close()
    served = serve_workbench(
        str(folder / "test.mentorkit"), notebooks=notebooks, environment={"BACKUP_PASSWORD": "of the server"}
    )
    return Site(served.address, folder / "test.mentorkit", notebooks)


@pytest.fixture
def anna(site: Site) -> Guest:
    return site.log_in("anna")


@pytest.fixture
def bert(site: Site) -> Guest:
    return site.log_in("bert")


@pytest.fixture
def dora(site: Site) -> Guest:
    return site.log_in("dora")
