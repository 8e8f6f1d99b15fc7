"""New workbench files made of records alone."""

from __future__ import annotations

from pathlib import Path

from mentorkit.programme.records import Programme
from mentorkit.programme.settings import load_preset
from mentorkit.store import Store, check
from mentorkit.store.fresh import write_fresh


def test_the_same_records_give_the_same_bytes_though_the_tables_are_made_anew(tmp_path: Path) -> None:
    record = Programme(id="p", version=1, name="P", preset="x", settings=load_preset("arts-academy"))
    made = [tmp_path / f"{name}.mentorkit" for name in "abc"]
    for path in made:
        write_fresh(path, [record])
    assert len({path.read_bytes() for path in made}) == 1
    store = Store.open(made[0])
    assert check.problems(store) == []
    with store.read() as reader:
        assert reader.all(Programme) == [record]
    store.close()
