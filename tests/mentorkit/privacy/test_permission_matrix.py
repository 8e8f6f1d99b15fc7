"""Every service asks for its permission: every role with what is its own, foreign, elsewhere or erased.

A service that is not listed in ``matrix_services`` fails here, and so does one whose action is not in the
permission table.
"""

from __future__ import annotations

import datetime as dt
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from kept import OnPostgres, OnSqlite, kept, kept_keys
from matrix_bench import ELSEWHERE, HERE, KAMEN, NOW, ROLES, Thing, actor_of, prepared, things
from matrix_services import SERVICES, WITHOUT_ACTOR, Service, thing, whole

import mentorkit
from mentorkit import reports
from mentorkit.errors import MentorkitError, NotAllowed, RuleBroken, StaleRecord
from mentorkit.matching import scenarios
from mentorkit.privacy.accounts import Accounts
from mentorkit.privacy.permissions import PERMISSIONS, Actor
from mentorkit.programme.records import Application
from mentorkit.run import Run
from mentorkit.store import Store
from mentorkit.workbench import Workbench

CLASSES: dict[str, type] = {"Accounts": Accounts, "Workbench": Workbench, "Run": Run}


# -- what there is ---------------------------------------------------------------------------------


def modules() -> Iterator[object]:
    for found in pkgutil.walk_packages(mentorkit.__path__, "mentorkit."):
        if not {"cli", "migrations", "__main__", "serve"} & set(found.name.split(".")):
            yield importlib.import_module(found.name)


def discovered(module: object) -> Iterator[tuple[str, bool]]:
    """Yield the public functions of a module that take a store or run, and whether they take an actor."""
    name = module.__name__
    for key, found in vars(module).items():
        if key.startswith("_") or not inspect.isfunction(found) or found.__module__ != name:
            continue
        parameters = inspect.signature(found).parameters
        told = {parameter: str(p.annotation).strip("'\"") for parameter, p in parameters.items()}
        holds_run = told.get("run") == "Run" and vars(module).get("Run") is Run
        if told.get("store") == "Store" or holds_run or told.get("bench") == "Workbench":
            yield f"{name.removeprefix('mentorkit.')}.{key}", "actor" in told or holds_run


def methods() -> Iterator[str]:
    for name, kind in CLASSES.items():
        for base in kind.__mro__[:-1]:
            for key, found in vars(base).items():
                if not key.startswith("_") and isinstance(found, property | classmethod | type(modules)):
                    yield f"{name}.{key}"


def test_every_service_is_listed() -> None:
    found = {name for module in modules() for name, _ in discovered(module)} | set(methods())
    missing = sorted(found - SERVICES.keys() - WITHOUT_ACTOR.keys())
    assert not missing, (
        f"{', '.join(missing)}: no permission is known for this. Add it to SERVICES in matrix_services.py"
        " with the action it asks for, or to WITHOUT_ACTOR with the reason why it needs none."
    )
    stale = sorted((SERVICES.keys() | WITHOUT_ACTOR.keys()) - found)
    assert not stale, (
        f"{', '.join(stale)}: there is no such service any more. Take it out of matrix_services.py."
    )


def test_what_takes_an_actor_is_listed_with_its_action() -> None:
    takes = {name for module in modules() for name, by_actor in discovered(module) if by_actor}
    assert not takes & WITHOUT_ACTOR.keys() - {"reports.service.file_name"}
    assert {action for service in SERVICES.values() for action in service.actions} <= PERMISSIONS.keys()


def test_a_service_without_a_rule_is_found() -> None:
    def shown(store, actor, run_id):
        return store, actor, run_id

    shown.__module__, shown.__annotations__ = "mentorkit.made_up", {"store": "Store"}
    module = SimpleNamespace(__name__="mentorkit.made_up", shown=shown)
    assert list(discovered(module)) == [("made_up.shown", True)]
    assert "made_up.shown" not in SERVICES


# -- what each does --------------------------------------------------------------------------------


@dataclass
class Bench:
    """The prepared workbench, as it is put back after each call that may change it."""

    store: Store
    things: dict[str, Thing]
    kept: OnSqlite | OnPostgres
    kept_keys: OnSqlite
    #: The last entry of the trail as it was prepared.
    newest: int
    actors: dict[str, Actor]

    def put_back(self) -> None:
        self.kept.put_back()
        self.kept_keys.put_back()

    def content(self) -> list[str]:
        """All that is stored, keys and all, but for the trail."""
        lines = [*self.kept.lines(), *self.kept_keys.lines()]
        return [line for line in lines if not line.startswith('INSERT INTO "audit"')]

    def since(self, number: int) -> list[tuple[str, str, str]]:
        with self.store.read() as reader:
            return [(e["actor"], e["action"], e["subject"]) for e in reader.trail(after=number)]


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    store = prepared()
    moments = iter(range(1_000_000))
    # a denial is written down once a minute
    store.clock = lambda: NOW + dt.timedelta(minutes=2 * next(moments))
    with store.read() as reader:
        newest = reader.newest()
    tried = things(store, tmp_path_factory.mktemp("made"))
    actors = {role: actor_of(store, role) for role in ROLES}
    found = Bench(store, tried, kept(store), kept_keys(store.keyring), newest, actors)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reports, "run_notebook", _stop)  # permission is asked before the report is made
        yield found
    found.kept.close()
    found.kept_keys.close()
    store.close()


def _stop(*_args: object, **_named: object) -> None:
    raise RuleBroken("not made here")


def called(name: str, service: Service, store: Store, actor: Actor, it: Thing) -> object:
    """Call a service as somebody, and return what it tells."""
    args, named = service.call(it)
    owner, _, last = name.rpartition(".")
    if owner == "Accounts":
        return getattr(Accounts(store), last)(actor, *args, **named)
    workbench = Workbench(store, actor)
    if owner in CLASSES:
        hands = workbench if owner == "Workbench" else Run(workbench, it.run)
        if isinstance(getattr(CLASSES[owner], last), property):
            return getattr(hands, last)
        return getattr(hands, last)(*args, **named)
    function = getattr(importlib.import_module(f"mentorkit.{owner}"), last)
    if "actor" in inspect.signature(function).parameters:
        return function(store, actor, *args, **named)
    return function(Run(workbench, it.run), *args, **named)


def outcome(call: Callable[[], object]) -> tuple[str, object]:
    try:
        return "told", call()
    except NotAllowed as refusal:
        return "refused", refusal
    except MentorkitError as error:
        return "hindered", error


def nothing(told: object) -> bool:
    return not told or told == (None, None)


def wrong(name: str, service: Service, bench: Bench, role: str, it: Thing) -> str:
    """Say what is wrong with how a service treats a role; empty where nothing is."""
    with bench.store.read() as reader:
        before = reader.newest()
    how, told = outcome(lambda: called(name, service, bench.store, bench.actors[role], it))
    entries = bench.since(before)
    user = bench.actors[role].name
    if it.gone:
        told_something = how == "told" and not nothing(told) and not service.of_workbench
        if told_something and not name.endswith(
            ("Accounts.list", "display_names", "news.news")
        ):  # log-ins, the operator's own among them
            return f"tells {told!r} of what is erased"
        return "" if how != "told" or not entries or service.of_workbench else f"writes {entries}"
    if service.allows(ROLES[role], it):
        if service.anywhere:
            return f"refuses: {told}" if how == "refused" else _foreign(service, bench.actors[role], told)
        return f"refuses: {told}" if how == "refused" else ""
    if service.quiet:
        leaks = _quietly_wrong(service, bench.actors[role], told if how == "told" else None)
        return leaks or ("writes" if any(not action.endswith(".denied") for _, action, _ in entries) else "")
    if how != "refused":
        return f"is not refused: {told!r}"
    denials = {(actor, action.endswith(".denied")) for actor, action, _ in entries}
    return "" if denials == {(user, True)} else f"leaves {entries} in the trail"


def _quietly_wrong(service: Service, actor: Actor, told: object) -> str:
    """Say what is told quietly of a programme where the actor has no role that lets her know."""
    if service.of_workbench:
        return _foreign(service, actor, told)
    return "" if nothing(told) else f"tells {told!r}"


def _foreign(service: Service, actor: Actor, told: object) -> str:
    """Say of which programmes something is told where the actor has no role that lets her know."""
    named = {programme for programme in (HERE, ELSEWHERE) if programme in repr(told)}
    foreign = {p for p in named if not any(actor.scopes(action, p) for action in service.actions)}
    return f"tells of {foreign}" if foreign else ""


def failures(name: str, service: Service, bench: Bench) -> list[str]:
    """Try a service as everybody with everything; first those who are refused, who change nothing."""
    sides = bench.things if service.kind == "thing" else {
        key: it for key, it in bench.things.items()
        if it.organisation != "Werne" and not (service.anywhere and it.programme != HERE)
    }  # fmt: skip
    tries = [(role, side) for role in ROLES for side in sides]
    refused = [t for t in tries if not service.allows(ROLES[t[0]], sides[t[1]]) and not sides[t[1]].gone]
    bench.put_back()
    content, found = bench.content(), []
    for role, side in refused:
        if said := wrong(name, service, bench, role, sides[side]):
            found.append(f"{name} as {role} of {side}: {said}")
    if bench.content() != content:
        found.append(f"{name} changes something although it is refused")
    for role, side in tries:
        if (role, side) not in refused:
            if said := wrong(name, service, bench, role, sides[side]):
                found.append(f"{name} as {role} of {side}: {said}")
            if bench.since(bench.newest):
                bench.put_back()
    return found


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_a_service_does_for_each_role_what_the_table_says_of_its_deed(name: str, bench: Bench) -> None:
    assert failures(name, SERVICES[name], bench) == []


def test_a_service_that_asks_for_nothing_is_found_out(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def applications(store: Store, actor: Actor, application_id: str) -> Application:
        with store.write(actor.name, "test") as writer:
            found = writer.get(Application, application_id)
            return writer.save(found.with_(notes=("changed",)))

    from mentorkit.intake import service

    monkeypatch.setattr(service, "applications", applications)
    careless = thing("application.mend", call=lambda it: ((it.id("mended"),), {}))
    said = failures("intake.service.applications", careless, bench)
    assert any(f"as evaluator of {HERE} {KAMEN}: is not refused" in one for one in said)
    assert any("changes something" in one for one in said)
    bench.put_back()


def test_a_service_that_asks_for_the_organisation_alone_is_found_out(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def applications(store: Store, actor: Actor, application_id: str) -> Application:
        with store.read() as reader:
            found = reader.get(Application, application_id)
        actor.require("application.mend", HERE, found.organisation)
        return found

    from mentorkit.intake import service

    monkeypatch.setattr(service, "applications", applications)
    careless = thing("application.mend", call=lambda it: ((it.id("mended"),), {}))
    said = failures("intake.service.applications", careless, bench)
    assert any(f"as coordination of {ELSEWHERE} {KAMEN}: is not refused" in one for one in said)


def test_a_link_to_a_confidential_sheet_is_taken_back_by_whoever_may_send_such(bench: Bench) -> None:
    taken_back = whole("confidence.give", call=lambda it: ((it.id("sheet"),), {}))
    assert failures("forms.links.take_back", taken_back, bench) == []


def test_a_record_that_claims_to_be_of_another_run_gives_no_right(bench: Bench) -> None:
    bench.put_back()
    it = bench.things[f"{HERE} {KAMEN}"]
    forged = it.scenario.with_(run_id=f"{ELSEWHERE}/2014")
    for deed in (
        lambda *hands: scenarios.rename(*hands, forged, "Mine"),
        lambda *hands: scenarios.delete(*hands, forged),
    ):
        with pytest.raises(StaleRecord):
            deed(bench.store, bench.actors["lead elsewhere"])
    assert it.scenario.run_id == it.run
