"""Starting the server, and its parts that need no running one."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
from pathlib import Path
from types import SimpleNamespace

import pytest
from tornado.web import HTTPError

from mentorkit.errors import MentorkitError, StoreError
from mentorkit.language import Voice, speaking
from mentorkit.places import notebooks
from mentorkit.privacy.accounts import Accounts
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.serve.kernels import Kernels, Owner, OwnPython, filtered
from mentorkit.serve.pages import chosen_run
from mentorkit.serve.server import serve
from mentorkit.serve.site import STEPS, Lockout, RunLink, Site
from mentorkit.store import Store
from mentorkit.workbench import Workbench


@pytest.fixture
def bench(tmp_path: Path) -> Path:
    path = tmp_path / "test.mentorkit"
    store = Store.create(path)
    Accounts(store).add(sole_actor(), "anna", "Anna")
    store.close()
    return path


# -- starting -----------------------------------------------------------------------------------------


def test_a_workbench_without_users_is_not_served(tmp_path: Path) -> None:
    Store.create(tmp_path / "new.mentorkit").close()
    with speaking(Voice("en")), pytest.raises(MentorkitError, match="mentorkit user add"):
        serve(str(tmp_path / "new.mentorkit"), port=0)


def test_a_workbench_that_is_not_there_is_not_served(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="none"):
        serve(str(tmp_path / "none"), port=0)


def test_a_port_in_use_is_refused_in_a_sentence(bench: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with speaking(Voice("en")), pytest.raises(MentorkitError, match=f"Port {port} is in use"):
            serve(str(bench), port=port)


def test_the_apps_of_the_product_are_found() -> None:
    assert (notebooks() / "start.ipynb").is_file()


# -- parts --------------------------------------------------------------------------------------------


def test_only_notebooks_at_the_top_are_apps(tmp_path: Path) -> None:
    (tmp_path / "analysis").mkdir()
    for name in ("start.ipynb", "analysis/first.ipynb", "notes.txt", "..ipynb"):
        (tmp_path / name).write_text("{}")
    site = Site(Store.create(), "", tmp_path)
    assert site.has("start")
    for name in ("", "analysis/first", "notes", "../outside", ".", "Start", "matching"):
        assert not site.has(name)
    assert list(site.steps) == ["start"]
    assert next(iter(STEPS)) == "start"


def test_a_run_is_taken_that_was_asked_for_and_is_there() -> None:
    runs = (RunLink("a/1", "a", "A", "1"), RunLink("b/1", "b", "B", "1"))
    assert chosen_run(runs) == ""
    assert chosen_run(runs, "", "b/1") == "b/1"
    assert chosen_run(runs, "foreign/1", "b/1") == "b/1"
    assert chosen_run((), "a/1") == ""
    assert runs[1].title == "B 1"


def test_where_no_run_is_chosen_the_one_is_that_needs_something_first(tmp_path: Path) -> None:
    bench = Workbench.of(Store.create(), "anna")
    bench.add("arts-academy")
    bench.add("cross-administration")
    site = Site(bench.store, "", tmp_path)
    assert [link.id for link in site.runs(bench.actor)] == ["cross-administration/2014", "arts-academy/2015"]
    bench.store.clock = lambda: dt.datetime(2015, 4, 20, 12, tzinfo=dt.UTC)
    assert site.first_run(bench.actor) == "cross-administration/2014"  # all its dates are past
    bench.store.clock = lambda: dt.datetime(2014, 2, 20, 12, tzinfo=dt.UTC)
    assert site.first_run(bench.actor) == "cross-administration/2014"  # applications are open
    unna = bench.run("cross-administration").record
    with bench.store.write("anna", "test") as writer:
        writer.delete(unna)
    assert site.first_run(bench.actor) == "arts-academy/2015"
    assert site.first_run(Actor("nobody", ())) == ""
    assert site.runs(Actor("nobody", ())) == []
    bench.close()


def test_attempts_count_before_they_are_tried_and_are_forgotten_in_time() -> None:
    moment = 0.0
    lockout = Lockout(attempts=3, seconds=60, clock=lambda: moment)
    assert [lockout.allows("anna") for _ in range(4)] == [True, True, True, False]
    assert lockout.allows("bert")
    moment = 59.0
    assert not lockout.allows("anna")
    moment = 61.0
    assert lockout.allows("anna")
    lockout.forget("anna")
    assert [lockout.allows("anna") for _ in range(4)] == [True, True, True, False]


def test_a_right_password_makes_up_for_no_wrong_one_before_it() -> None:
    lockout = Lockout(attempts=3, seconds=60)
    for _ in range(5):  # a colleague at the same place, who is right each time
        assert lockout.allows("10.1.1.1")
        lockout.give_back("10.1.1.1")
    assert [lockout.allows("10.1.1.1") for _ in range(3)] == [True, True, True]
    lockout.give_back("10.1.1.1")
    assert [lockout.allows("10.1.1.1") for _ in range(2)] == [True, False]
    lockout.give_back("10.9.9.9")
    assert lockout.allows("10.9.9.9")


def test_a_kernel_knows_only_what_it_needs() -> None:
    given = {"PATH": "/bin", "LC_ALL": "C", "QUERY_STRING": "run=a", "VOILA_KERNEL_ID": "k"}
    kept_back = {"AWS_SECRET": "x", "MENTORKIT_PASSWORD": "x", "HTTP_COOKIE": "x", "MYPATH": "x"}
    assert filtered({**given, **kept_back}) == given


def test_there_is_one_kernel_and_it_is_this_python() -> None:
    specs = OwnPython().get_all_specs()
    assert list(specs) == ["python3"]


class _Kernels(Kernels):
    """Counts what is ended instead of ending it."""

    async def close(self, kernel_id: str) -> None:
        self.ended = [*getattr(self, "ended", []), kernel_id]
        self.owners.pop(kernel_id)


def test_one_kernel_too_many_ends_the_oldest_that_nobody_looks_at() -> None:
    kernels = _Kernels(most_per_user=3)
    kernels.owners = {k: Owner("anna", "s") for k in ("k1", "k2", "k3")} | {"other": Owner("bert", "t")}
    kernels._kernel_connections = {"k1": 1, "k2": 0, "k3": 1}
    asyncio.run(kernels._make_room("anna"))
    assert kernels.ended == ["k2"]
    asyncio.run(kernels._make_room("bert"))
    assert kernels.ended == ["k2"]


def test_a_full_server_says_so_and_ends_nobodys_kernel() -> None:
    kernels = _Kernels(most=2)
    kernels.owners = {"k1": Owner("anna", "s"), "k2": Owner("bert", "t")}
    with pytest.raises(HTTPError) as refused:
        asyncio.run(kernels._make_room("cem"))
    assert refused.value.status_code == 503
    assert len(kernels.owners) == 2


def test_log_out_ends_the_kernels_of_that_log_in_alone() -> None:
    kernels = _Kernels()
    kernels.owners = {"k1": Owner("anna", "s"), "k2": Owner("anna", "t"), "k3": Owner("bert", "u")}
    asyncio.run(kernels.close_session("s"))
    assert sorted(kernels.owners) == ["k2", "k3"]


class _Clocked(_Kernels):
    """Has kernels that were all used just now; time passes as it is told."""

    def __init__(self, *names: str) -> None:
        super().__init__()
        now = dt.datetime.now(dt.UTC)
        self.owners = {name: Owner("anna", "s") for name in names}
        self._kernels = {name: SimpleNamespace(execution_state="idle", last_activity=now) for name in names}
        self._kernel_connections = dict.fromkeys(names, 0)

    def pass_by(self, seconds: float) -> None:
        for name in list(self.owners):
            self.get_kernel(name).last_activity -= dt.timedelta(seconds=seconds)
            if self._is_left(name):
                asyncio.run(self.cull_kernel_if_idle(name))


def test_a_kernel_whose_page_is_gone_is_closed_soon_unless_one_comes_back() -> None:
    kernels = _Clocked("never a page", "crashed", "back again", "at work")
    for name in ("crashed", "back again", "at work"):
        kernels.notify_connect(name)
    kernels.pass_by(kernels.left + 5)
    assert kernels.ended == ["never a page"]
    for name in ("crashed", "back again", "at work"):
        kernels.notify_disconnect(name)
    kernels.notify_connect("back again")
    kernels.get_kernel("at work").execution_state = "busy"
    kernels.pass_by(kernels.left - 5)
    assert len(kernels.ended) == 1
    kernels.pass_by(10)
    assert kernels.ended == ["never a page", "crashed"]
    assert kernels.left + kernels.cull_interval < 60
