"""The audit trail: it holds no content, is only added to, and whatever is changed in it is noticed."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.errors import StaleRecord
from mentorkit.programme.records import Organisation, Programme
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store, check
from mentorkit.store.chain import START, digest_of, end_of, hash_of
from mentorkit.store.tables import audit, history

N = 30


@pytest.fixture
def used(store: Store) -> Store:
    """A store in which different people did different things."""
    with store.write("anna", "programme.add") as writer:
        settings = load_preset("arts-academy")
        writer.save(Programme(id="p", name="P", preset="arts-academy", settings=settings))
    for n in range(1, N // 2):
        with store.write(("anna", "bert", "cora")[n % 3], "organisation.add", f"since {n}") as writer:
            town = writer.save(
                Organisation(id=writer.new_id(Organisation), programme_id="p", name=f"Town {n}")
            )
        with store.write("cora", "organisation.change") as writer:
            writer.save(town.with_(aliases=(f"Village {n}",)))
    with store.write("bert", "diary.read") as writer:
        writer.note("diary", "Y1")
    return store


def verdict(store: Store, head: str = "") -> tuple[str, ...]:
    return check.audit_trail(store, head).problems


# -- what an entry holds ------------------------------------------------------------------------------


def test_an_entry_holds_who_what_which_and_when_and_no_content(used: Store) -> None:
    with used.engine.connect() as connection:
        rows = connection.execute(sa.select(audit)).mappings().all()
    assert {*rows[0]} == {"id", "at", "actor", "action", "kind", "subject", "digest", "hash"}
    assert [row["id"] for row in rows] == [*range(1, N + 1)]
    assert not any(word in str(rows) for word in ("Town", "Village", "since", "arts-academy"))


def test_the_hashes_can_be_computed_by_anybody_who_has_sha256(used: Store) -> None:
    with used.engine.connect() as connection:
        rows = connection.execute(sa.select(audit)).mappings().all()
    head = "0" * 64
    for row in rows:
        at = row["at"].isoformat(timespec="microseconds")
        told = [head, row["id"], at, *(row[n] for n in ("actor", "action", "kind", "subject", "digest"))]
        text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
        head = hashlib.sha256(text.encode()).hexdigest()
        assert head == row["hash"]
    assert check.audit_trail(used).head == head


def test_an_empty_trail_is_whole(store: Store) -> None:
    trail = check.audit_trail(store, START)
    assert (trail.entries, trail.forgotten, trail.head, trail.problems) == (0, 0, START, ())


def test_a_failed_transaction_leaves_no_gap_in_the_trail(used: Store) -> None:
    town = Organisation(id="O90", programme_id="p", name="Never")
    with pytest.raises(StaleRecord), used.write("anna", "organisation.add") as writer:
        writer.save_all([writer.save(town), town.with_(version=7)])
    with used.write("anna", "organisation.add") as writer:
        writer.save(Organisation(id="O91", programme_id="p", name="Next"))
    with used.read() as reader:
        assert [entry["id"] for entry in reader.trail()] == [*range(1, N + 2)]
    assert verdict(used) == ()


def test_deeds_that_follow_from_each_other_stand_in_one_trail(used: Store) -> None:
    with used.write("anna", "one") as writer:
        writer.save(Organisation(id="O80", programme_id="p", name="a"))
        other = writer.besides("two")
        other.save(Organisation(id="O81", programme_id="p", name="b"))
        writer.save(Organisation(id="O82", programme_id="p", name="c"))
    with used.read() as reader:
        assert [entry["action"] for entry in reader.trail(after=N)] == ["one", "two", "one"]
    assert verdict(used) == ()


@given(st.lists(st.tuples(st.text(), st.none() | st.text(), st.none() | st.text()), unique=True, min_size=2))
def test_different_contents_and_entries_have_different_digests(contents) -> None:
    digests = {digest_of("salt", *content) for content in contents}
    assert len(digests) == len(contents)
    assert len({hash_of(START, 1, *map(str, content)) for content in contents}) == len({
        tuple(map(str, content)) for content in contents
    })  # fmt: skip


# -- forgetting ---------------------------------------------------------------------------------------


def test_what_was_said_of_a_record_can_be_forgotten_and_the_trail_holds(used: Store) -> None:
    before = check.audit_trail(used)
    with used.write("dpo", "organisation.erase") as writer:
        writer.forget(Organisation, "O3")
    with used.read() as reader:
        entries = reader.trail(kind="organisation", subject="O3")
        assert [e["action"] for e in entries] == [
            "organisation.add", "organisation.change", "organisation.erase"]  # fmt: skip
        assert all((e["reason"], e["before"], e["after"]) == ("", None, None) for e in entries)
        assert "Village 3" not in str(reader.trail())
        assert "Village 4" in str(reader.trail())
    trail = check.audit_trail(used, before.head)
    assert (trail.entries, trail.forgotten, trail.problems) == (N + 1, 2, ())


def test_the_same_content_twice_has_different_digests_so_that_nobody_can_try_out(used: Store) -> None:
    with used.write("anna", "organisation.change", "same") as writer:
        town = writer.save(Organisation(id="O70", programme_id="p", name="a"))
        writer.delete(town)
        writer.save(town.with_(version=0))
        writer.delete(town)
    with used.engine.connect() as connection:
        digests = connection.execute(sa.select(audit.c.digest).where(audit.c.id > N)).scalars().all()
    assert len({*digests}) == 4


def test_what_was_only_read_is_no_change(used: Store) -> None:
    with used.read() as reader:
        changed, entries = reader.last_change(), reader.trail()
    assert entries[-1]["action"] == "diary.read"
    assert changed == entries[-2]["at"]


# -- tampering ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET actor = 'nobody' WHERE id = 3",
        "DELETE FROM audit WHERE id = 30",
        "DELETE FROM audit",
        "UPDATE history SET reason = 'another'",
    ],
)
def test_the_database_refuses_to_change_the_trail(used: Store, statement: str) -> None:
    with (
        pytest.raises(sa.exc.DBAPIError, match="never changed"),
        used.engine.begin() as connection,
    ):
        connection.exec_driver_sql(statement)
    assert verdict(used) == ()


def test_the_database_refuses_to_put_another_entry_in_the_place_of_one(used: Store) -> None:
    another = "INTO audit SELECT id, at, 'x', action, kind, subject, digest, hash FROM audit WHERE id = 3"
    replace = {
        "sqlite": f"INSERT OR REPLACE {another}",
        "postgresql": f"INSERT {another} ON CONFLICT (id) DO UPDATE SET actor = 'x'",
    }
    with pytest.raises(sa.exc.DBAPIError, match="never changed"), used.engine.begin() as connection:
        connection.exec_driver_sql(replace[used.engine.dialect.name])
    assert verdict(used) == ()


@pytest.fixture
def intruder(used: Store) -> Iterator[sa.Engine]:
    """A way into the database for somebody who may do everything with it: no trigger and no key holds."""
    server = used.engine.dialect.name != "sqlite"
    options = {"connect_args": {"options": "-c session_replication_role=replica"}} if server else {}
    engine = sa.create_engine(used.engine.url, **options)
    if not server:
        with engine.begin() as connection:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for name in connection.exec_driver_sql(names).scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
    yield engine
    engine.dispose()


Tamper = Callable[[sa.Connection, random.Random], None]


def _some(rng: random.Random) -> int:
    return rng.randrange(2, N - 1)


def _set(column: str, value: str) -> Tamper:
    def tamper(connection: sa.Connection, rng: random.Random) -> None:
        connection.execute(sa.update(audit).where(audit.c.id == _some(rng)).values({column: value}))

    return tamper


def _another_moment(connection: sa.Connection, rng: random.Random) -> None:
    n = _some(rng)
    connection.exec_driver_sql(f"UPDATE audit SET at = '20' || '01' || substr(at, 5) WHERE id = {n}")


def _remove(connection: sa.Connection, first: int, last: int) -> None:
    connection.execute(sa.delete(history).where(history.c.id.between(first, last)))
    connection.execute(sa.delete(audit).where(audit.c.id.between(first, last)))


def _remove_one(connection: sa.Connection, rng: random.Random) -> None:
    _remove(connection, n := _some(rng), n)


def _remove_the_first(connection: sa.Connection, rng: random.Random) -> None:
    _remove(connection, 1, rng.randrange(1, 5))


def _cut_the_tail(connection: sa.Connection, rng: random.Random) -> None:
    _remove(connection, _some(rng), N)


def _swap(*columns: str) -> Tamper:
    def tamper(connection: sa.Connection, rng: random.Random) -> None:
        both = rng.sample(range(2, N), 2)
        rows = [
            dict(connection.execute(sa.select(audit).where(audit.c.id == n)).mappings().one()) for n in both
        ]
        for n, row in zip(both, rows[::-1], strict=True):
            given = {name: row[name] for name in columns}
            connection.execute(sa.update(audit).where(audit.c.id == n).values(given))

    return tamper


def _forge(connection: sa.Connection, rng: random.Random) -> None:
    """Put an entry with a hash that fits into the place of one."""
    _remove(connection, n := _some(rng), n)
    at = "2001-01-01T00:00:00.000000+00:00"
    head = connection.exec_driver_sql(f"SELECT hash FROM audit WHERE id = {n - 1}").scalar_one()
    new = hash_of(head, n, at, "x", "y", "z", "1", "")
    connection.exec_driver_sql(f"INSERT INTO audit VALUES ({n}, '{at}', 'x', 'y', 'z', '1', '', '{new}')")


def _compute_anew(connection: sa.Connection, rng: random.Random) -> None:
    """Change an entry, and compute all hashes from it on again."""
    first = _some(rng)
    _set("actor", "nobody")(connection, rng)
    connection.execute(sa.update(audit).where(audit.c.id == first).values(actor="somebody else"))
    head, at = START, sa.type_coerce(audit.c.at, sa.String).label("moment")
    for row in connection.execute(sa.select(audit, at).order_by(audit.c.id)).all():
        head = hash_of(head, row.id, row.moment, row.actor, row.action, row.kind, row.subject, row.digest)
        connection.execute(sa.update(audit).where(audit.c.id == row.id).values(hash=head))


def _another_past(connection: sa.Connection, rng: random.Random) -> None:
    connection.exec_driver_sql(f"UPDATE history SET after = '{{}}' WHERE id = {_some(rng)}")


def _past_of_another(connection: sa.Connection, rng: random.Random) -> None:
    n = _some(rng)
    other = f"(SELECT after FROM history WHERE id = {n + 1 if n < N - 1 else 2})"
    connection.exec_driver_sql(f"UPDATE history SET after = {other} WHERE id = {n}")


def _give_a_past(connection: sa.Connection, rng: random.Random) -> None:
    """Say that who only read something changed it."""
    connection.exec_driver_sql(f"INSERT INTO history VALUES ({N}, '{rng.random()}', '', NULL, '{{}}')")


TAMPERS: dict[str, Tamper] = {
    "actor": _set("actor", "nobody"),
    "action": _set("action", "nothing"),
    "subject": _set("subject", "O99"),
    "kind": _set("kind", "person"),
    "moment": _another_moment,
    "digest": _set("digest", "0" * 64),
    "hash": _set("hash", "0" * 64),
    "two hashes": _swap("hash"),
    "order": _swap("at", "actor", "action", "kind", "subject", "digest", "hash"),
    "one removed": _remove_one,
    "beginning removed": _remove_the_first,
    "tail cut": _cut_the_tail,
    "forged": _forge,
    "computed anew": _compute_anew,
    "another past": _another_past,
    "past of another": _past_of_another,
    "past of a reading": _give_a_past,
}
#: What is noticed only by whoever has written down the head.
ONLY_BY_THE_HEAD = {"tail cut", "computed anew"}


def test_fifty_tampers_with_the_trail_are_noticed_and_by_nothing_else(
    used: Store, intruder, monkeypatch
) -> None:
    with intruder.connect() as connection:
        head, stored = end_of(connection)[1], stored_in(connection)
    for n in range(51):
        name = [*TAMPERS][n % len(TAMPERS)]
        with intruder.begin() as connection:
            TAMPERS[name](connection, random.Random(n))
            assert stored_in(connection) != stored
        assert verdict(used, head), name
        assert bool(verdict(used)) == (name not in ONLY_BY_THE_HEAD), name
        with monkeypatch.context() as patch:  # the control: nothing else would notice
            patch.setattr(check, "audit_trail", lambda *_: check.Trail(0, 0, "", ()))
            assert check.problems(used, head) == [], name
        with intruder.begin() as connection:
            put_back(connection, stored)
        assert verdict(used, head) == ()


def stored_in(connection: sa.Connection) -> dict[str, list[dict[str, object]]]:
    past = "id, salt, reason, CAST(before AS TEXT) AS before, CAST(after AS TEXT) AS after"
    tables = {"audit": "SELECT * FROM audit ORDER BY id", "history": f"SELECT {past} FROM history ORDER BY 1"}
    return {t: [dict(row) for row in connection.execute(sa.text(q)).mappings()] for t, q in tables.items()}


def put_back(connection: sa.Connection, stored: dict[str, list[dict[str, object]]]) -> None:
    for table in ("history", "audit"):
        connection.exec_driver_sql(f"DELETE FROM {table}")
    for table, rows in stored.items():
        values = ", ".join(f":{name}" for name in rows[0])
        connection.execute(sa.text(f"INSERT INTO {table} VALUES ({values})"), rows)


# -- several writers ----------------------------------------------------------------------------------

_WRITER = """
import sys
from mentorkit.errors import StaleRecord
from mentorkit.programme.records import Organisation
from mentorkit.store import Store
store = Store.open(sys.argv[1])
for n in range(20):
    with store.write(sys.argv[2], "organisation.add") as writer:
        writer.save(Organisation(id=writer.new_id(Organisation), programme_id="p", name=f"{sys.argv[2]}{n}"))
"""


def test_writers_at_once_keep_one_chain(target: str, store: Store) -> None:
    with store.write("anna", "programme.add") as writer:
        settings = load_preset("arts-academy")
        writer.save(Programme(id="p", name="P", preset="arts-academy", settings=settings))
    before = check.audit_trail(store).head
    writers = [subprocess.Popen([sys.executable, "-c", _WRITER, target, name]) for name in "abcd"]
    assert [writer.wait(120) for writer in writers] == [0, 0, 0, 0]
    trail = check.audit_trail(store, before)
    assert (trail.entries, trail.problems) == (81, ())
    with store.read() as reader:
        assert end_of(reader._connection) == (81, trail.head)
