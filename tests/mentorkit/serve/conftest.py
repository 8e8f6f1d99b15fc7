"""A served workbench with two users and small apps that stand for the real ones."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
import requests
from wire import PASSWORDS, Guest

from mentorkit.store import Store
from mentorkit.workbench import Workbench

APPS = {
    "start": """
import os, ipywidgets
shown = ("HTTP_X_MENTORKIT_USER", "MENTORKIT_RUN", "MENTORKIT_LANGUAGE", "MENTORKIT_BENCH", "QUERY_STRING")
lines = [f"{name}={os.environ.get(name, '')};" for name in shown] + [f"names={sorted(os.environ)};"]
print("\\n".join(lines))
""",
    "intake": "raise RuntimeError('inside knowledge')",
    "matching": """
import ipywidgets
def fail(_):
    raise RuntimeError("inside knowledge")
failing = ipywidgets.Button(description="Fail", disabled=True)
failing.on_click(fail)
ipywidgets.VBox([ipywidgets.HTML("<h1>Matching</h1>"), failing])
""",
    "picture": """
import ipywidgets
sending = ipywidgets.Button(description="Picture")
sending.on_click(lambda _: sending.send({"picture": 1}, [b"a picture"]))
sending
""",
}


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
