"""What all tests share: a store on SQLite and on PostgreSQL, and served workbenches."""

from __future__ import annotations

import gc
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from postgres_server import OnServer, PostgresServer, postgres_programs

import mentorkit.store.store
from mentorkit import places
from mentorkit.examples import make_demo
from mentorkit.privacy.permissions import sole_actor
from mentorkit.store import Store
from mentorkit.store.schema import upgrade
from mentorkit.workbench import Workbench

# The same examples each time, and no failure because a machine was busy.
for name, examples in (("mentorkit", 40), ("storm", 500)):
    settings.register_profile(
        name,
        max_examples=examples,
        derandomize=True,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
settings.load_profile("mentorkit")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="where the workbenches lie that tests make in files and in memory",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.option.markexpr == "storm":
        settings.load_profile("storm")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let what is tried on examples be tried in a storm, too, on more of them."""
    if config.option.store == "postgresql":
        for item in items:
            on = item.callspec.params.values() if hasattr(item, "callspec") else ()
            if "sqlite" in on or item.get_closest_marker("sqlite"):
                item.add_marker(pytest.mark.skip(reason="about the file of SQLite"))
    if config.option.markexpr == "storm":
        for item in items:
            if hasattr(getattr(item, "obj", None), "hypothesis"):
                item.add_marker("storm")


def pytest_collection_finish() -> None:
    """Look for rubbish less often, and not among what stays: that takes a tenth of the time of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def do_without() -> Callable[[str], NoReturn]:
    """A function that skips a test for want of something on this machine; in CI nothing may be wanting."""

    def give_up(reason: str) -> NoReturn:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)

    return give_up


@pytest.fixture(scope="session", autouse=True)
def _work_tree_stays_clean() -> Iterator[None]:
    """Let no workbench or copy of one be left where the tests were started, instead of in ``tmp_path``."""
    here, left = Path.cwd(), "*.mentorkit*"
    before = set(here.glob(left))
    yield
    assert set(here.glob(left)) <= before, "a test has left a workbench in the current folder"


# -- stores -------------------------------------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _tables_made_once() -> Iterator[None]:
    """Let a new store in a file or in memory begin as a copy of an empty one.

    Making the tables step by step takes longer than most tests; those of the schema do it.
    """
    with (
        closing(sqlite3.connect(":memory:", check_same_thread=False)) as empty,
        pytest.MonkeyPatch.context() as patch,
    ):
        engine = sa.create_engine("sqlite://", creator=lambda: empty, poolclass=sa.StaticPool)
        upgrade(engine)

        def copy(engine: sa.Engine) -> None:
            if engine.dialect.name != "sqlite" or sa.inspect(engine).get_table_names():
                upgrade(engine)
                return
            with engine.connect() as connection:
                empty.backup(connection.connection.driver_connection)

        patch.setattr(mentorkit.store.store, "upgrade", copy)
        yield


@pytest.fixture(scope="session")
def postgres(do_without: Callable[[str], NoReturn]) -> Iterator[PostgresServer]:
    """A running PostgreSQL server."""
    programs = postgres_programs()
    if programs is None:
        do_without("no PostgreSQL here: initdb is neither on the PATH nor in /usr/lib/postgresql")
    folder = Path(tempfile.mkdtemp(prefix="mentorkit-pg-", dir="/tmp"))
    server = PostgresServer(programs, folder)
    server.start()
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session", autouse=True)
def on_server(request: pytest.FixtureRequest, _tables_made_once: None) -> Iterator[OnServer | None]:
    """Where workbenches lie that are made in files and in memory, if that is a server."""
    if request.config.option.store == "sqlite":
        yield None
        return
    with OnServer(request.getfixturevalue("postgres")).in_force() as found:
        yield found


@pytest.fixture(autouse=True)
def _databases_dropped(request: pytest.FixtureRequest, on_server: OnServer | None) -> Iterator[None]:
    """Drop what a test has left on the server."""
    if on_server is None:
        yield
        return
    folder = request.getfixturevalue("tmp_path")
    yield
    on_server.drop(folder)


@pytest.fixture(scope="session")
def address(on_server: OnServer | None) -> Callable[[Path], str]:
    """A function that tells where a process of its own finds a workbench: its path, or its address."""
    return str if on_server is None else on_server.address


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty workbench is: a file, or a database on a server."""
    if request.param == "postgres":
        return request.getfixturevalue("postgres").new_database()
    Store.create(tmp_path / "test.mentorkit").close()
    return str(tmp_path / "test.mentorkit")


@pytest.fixture
def store(target: str) -> Iterator[Store]:
    """An empty store, on SQLite and on PostgreSQL."""
    opened = Store.open(target)
    yield opened
    opened.close()


# -- a served workbench -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Served:
    """A running server of the apps."""

    address: str
    way_in: str
    process: subprocess.Popen[str]

    def end(self) -> None:
        """End it, without waiting for its end."""
        self.process.terminate()


_SERVE = """
import sys
from pathlib import Path
from typing import NoReturn
from mentorkit.serve.kernels import Kernels
from mentorkit.serve.server import serve
target, user, notebooks, demo, port, pages, base = sys.argv[1:]
if not pages:
    Kernels.keep_ready = lambda self: None
serve(
    target, port=int(port), login_as=user or None,
    notebooks=Path(notebooks) if notebooks else None, demo=bool(demo), base=base,
)
"""


@pytest.fixture(scope="session")
def serve_workbench(on_server: OnServer | None) -> Iterator[Callable[..., Served]]:
    """A function that serves a workbench in a process of its own, until it is ended or the tests end."""
    processes: list[subprocess.Popen[str]] = []
    with ExitStack() as stack:
        stack.callback(_end, processes)

        def start(
            target: str,
            *,
            login_as: str = "",
            notebooks: Path | str = "",
            demo: bool = False,
            port: int = 0,
            base: str = "/",
            pages: bool = True,  # whether pages with kernels are to be opened
            environment: dict[str, str] | None = None,
        ) -> Served:
            environment = {**(environment or {})}
            if on_server is not None and "://" not in target:  # the product is given the address
                environment = {"MENTORKIT_KEYRING": f"{target}.keyring", **environment}
                target = on_server.address(target)
            process = subprocess.Popen(
                [
                    sys.executable,
                    "-c",
                    _SERVE,
                    target,
                    login_as,
                    str(notebooks),
                    "1" if demo else "",
                    str(port),
                    "1" if pages else "",
                    base,
                ],
                stdout=subprocess.PIPE,
                text=True,
                env={**os.environ, **environment},
            )
            processes.append(process)
            line = process.stdout.readline()
            assert "http://" in line, "the server did not start"
            way_in = "http://" + line.split("http://")[1].strip()
            return Served("/".join(way_in.split("/")[:3]), way_in, process)

        yield start


def _end(processes: list[subprocess.Popen[str]]) -> None:
    for process in processes:  # all at once: each takes a second or two
        process.terminate()
    for process in processes:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@pytest.fixture(scope="session")
def made_demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A demo workbench that nobody writes to."""
    return make_demo(tmp_path_factory.mktemp("made") / "demo")


@pytest.fixture(scope="session")
def new_demo(made_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """A function that gives a demo workbench of its own: made once, copied for each."""

    def give() -> Path:
        folder = tmp_path_factory.mktemp("demo") / "demo"
        shutil.copytree(made_demo.parent, folder)
        return folder / made_demo.name

    return give


@dataclass(frozen=True)
class Stage:
    """One server of the product's apps, on which modules of tests show their workbenches in turn."""

    served: Served
    #: The workbench that is served.
    target: Path
    #: The notebooks, to which a module may add its own under a name of its own.
    notebooks: Path
    on_server: OnServer | None

    def show(self, workbench: Path, user: str) -> Served:
        """Serve a copy of a workbench from now on, with a way in for a user."""
        if self.on_server is not None:
            self.on_server.put(workbench, self.target)
        else:
            with closing(sqlite3.connect(workbench)) as given, closing(sqlite3.connect(self.target)) as shown:
                given.backup(shown)
        kept = self.target.with_name(f"{self.target.name}.keyring")  # of what was shown before
        kept.unlink(missing_ok=True)
        if (own := workbench.with_name(f"{workbench.name}.keyring")).exists():
            shutil.copyfile(own, kept)
        return replace(self.served, way_in=self.link(user))

    def link(self, user: str) -> str:
        """Return a new way in for a user of the workbench that is shown."""
        store = Store.open(self.target)
        token = Workbench.of(store, user).accounts.new_link(sole_actor(), user)
        store.close()
        return f"{self.served.address}/login?token={token}"


@pytest.fixture(scope="session")
def stage(
    made_demo: Path,
    tmp_path_factory: pytest.TempPathFactory,
    serve_workbench: Callable[..., Served],
    on_server: OnServer | None,
) -> Stage:
    """The server that modules share whose tests need no server of their own; each shows what it needs."""
    folder = tmp_path_factory.mktemp("stage")
    target, notebooks = folder / made_demo.name, folder / "notebooks"
    shutil.copyfile(made_demo, target)
    shutil.copytree(places.notebooks(), notebooks)
    served = serve_workbench(str(target), notebooks=notebooks, demo=True)
    return Stage(served, target, notebooks, on_server)
