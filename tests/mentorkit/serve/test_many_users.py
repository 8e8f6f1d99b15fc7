"""People who save at the same time, each in an app of her own: nothing fails, and nobody's entry is lost."""

from __future__ import annotations

import asyncio
import shutil

import nbformat
import pytest
from office import Person, furnish, lost, spend_a_day

from mentorkit import places
from mentorkit.store import Store, check
from mentorkit.store.keyring import VARIABLE

SAVES = 5
#: The intake, if a save took no notice of what somebody else has saved meanwhile.
CARELESS = """
from mentorkit.intake import service
from mentorkit.programme.records import Application
from mentorkit_widgets import intake_app

def seen(writer, actor, application_id, version, action, before=service.seen):
    return before(writer, actor, application_id, writer.get(Application, application_id).version, action)

service.seen = seen
intake_app()
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def nowhere(request, tmp_path, monkeypatch) -> str:
    """Where there is no workbench yet."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "users.keyring"))
    if request.param == "postgres":
        return request.getfixturevalue("postgres").new_database(pattern="template1")
    return str(tmp_path / "users.mentorkit")


def work(served, people: list[Person]) -> None:
    """Let people save their share, each time all at once."""
    day = spend_a_day(served.address, people, lambda p: len(p.saved) + len(p.errors) < SAVES, together=True)
    asyncio.run(day)
    served.end()


def test_who_saves_at_the_same_time_is_told_of_the_others_and_loses_nothing(nowhere, serve_workbench) -> None:
    people = furnish(nowhere, 4)
    work(serve_workbench(nowhere, notebooks=places.notebooks()), people)
    assert [error for person in people for error in person.errors] == []
    assert [len(person.saved) for person in people] == [SAVES] * 4
    assert {person.app for person in people} == {"intake", "matching"}
    assert sum(person.met for person in people) > 0  # or they were never in each other's way
    store = Store.open(nowhere)
    assert lost(store, people) == []
    assert check.problems(store) == []
    store.close()


@pytest.mark.sqlite
def test_without_the_versions_somebodys_entry_is_lost(tmp_path, serve_workbench) -> None:
    """The control."""
    notebooks, target = tmp_path / "notebooks", str(tmp_path / "users.mentorkit")
    shutil.copytree(places.notebooks(), notebooks)
    cell = nbformat.v4.new_code_cell(CARELESS)
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), notebooks / "intake.ipynb")
    people = furnish(target, 2)
    work(serve_workbench(target, notebooks=notebooks), people)
    assert [len(person.saved) for person in people] == [SAVES] * 2
    assert sum(person.met for person in people) == 0
    store = Store.open(target)
    assert lost(store, people)
    store.close()
