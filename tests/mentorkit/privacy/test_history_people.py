"""People of whom history sheets alone tell are listed, handed out, erased and kept no longer than others."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
import sqlalchemy as sa
from consent_samples import LEAD, Clock, begin, officer

from mentorkit.errors import NotAllowed, NotFound
from mentorkit.privacy import erasure, restoring, retention
from mentorkit.privacy.export import export
from mentorkit.privacy.people import people
from mentorkit.privacy.replay import replay
from mentorkit.programme.records import EarlierTandem, Person, Programme
from mentorkit.programme.retention import Retention
from mentorkit.store import Store, backup, check
from mentorkit.store.keyring import VARIABLE
from mentorkit.store.tables import metadata

DAY = dt.date(2024, 5, 6)
NAME = "Xenobia Quittenbaum"


@pytest.fixture(autouse=True)
def ring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(VARIABLE, str(tmp_path / "ring.keyring"))
    return tmp_path / "ring.keyring"


@pytest.fixture
def told(store: Store) -> Store:
    """A workbench with a history: one in two runs and roles, another of her name elsewhere."""
    store.clock = Clock()
    begin(store)
    rows = [
        ("2009", "Quittenbaum, Xenobia", "Harz", "Ida Kurz", "Halle"),
        ("2011", "Udo Lang", "Halle", f"Dr. {NAME}", "Harz"),
        ("2010", NAME, "Halle", "Ida Kurz", "Halle"),
    ]
    with store.write("lead", "test") as writer:
        for year, mentee, of, mentor, at in rows:
            writer.save(
                EarlierTandem(id=writer.new_id(EarlierTandem), programme_id="p", year=year, mentee=mentee,
                              mentee_organisation=of, mentor=mentor, mentor_organisation=at)
            )  # fmt: skip
    return store


def everything(store: Store) -> str:
    with store.engine.connect() as connection, connection.begin():
        rows = [row for table in metadata.sorted_tables for row in connection.execute(sa.select(table))]
    return json.dumps([list(row) for row in rows], default=str, ensure_ascii=False)


def test_one_is_who_has_the_name_and_the_organisation(told: Store) -> None:
    found = {one.person.id: (one.person.name, one.organisations, one.runs) for one in people(told, LEAD, "p")}
    assert found == {
        "H1-mentee": (NAME, ("Harz",), ("2009", "2011")),
        "H1-mentor": ("Ida Kurz", ("Halle",), ("2009", "2010")),
        "H2-mentee": ("Udo Lang", ("Halle",), ("2011",)),
        "H3-mentee": (NAME, ("Halle",), ("2010",)),
    }


def test_she_is_told_what_is_held_on_her_and_nothing_of_others(told: Store) -> None:
    found = export(told, LEAD, "H1-mentee")
    assert [(r["year"], r["role"], r["organisation"]) for r in found.tables["earlier_tandems"]] == [
        ("2009", "mentee", "Harz"), ("2011", "mentor", "Harz"),
    ]  # fmt: skip
    assert not [name for name in ("Ida", "Kurz", "Lang") if name in found.to_json().decode()]
    with told.read() as reader:
        noted = reader.trail(action="person.export")
    assert [(e["kind"], e["subject"]) for e in noted] == [("earlier_tandem", "H1"), ("earlier_tandem", "H2")]


def test_who_is_erased_loses_her_name_everywhere_and_her_namesake_keeps_it(told: Store) -> None:
    before = everything(told)
    seen = erasure.preview(told, LEAD, "H1-mentee")
    assert everything(told) == before
    assert {item.kind: item.n for item in seen.stays if item.kind == "EarlierTandem"} == {"EarlierTandem": 2}
    erasure.erase(told, LEAD, "H2-mentor", preview=seen)  # the same one
    with told.read() as reader:
        rows = {t.id: (t.mentee, t.mentor) for t in reader.all(EarlierTandem)}
        one = reader.get(EarlierTandem, "H1").mentee_id
        assert one == reader.get(EarlierTandem, "H2").mentor_id  # for the network she is still one
    gone = "gelöschte Person"
    assert rows == {"H1": (gone, "Ida Kurz"), "H2": ("Udo Lang", gone), "H3": (NAME, "Ida Kurz")}
    assert everything(told).count("Quittenbaum") == 2  # the namesake's row, and what the trail told of it
    assert [one.person.id for one in people(told, LEAD, "p") if one.person.name == NAME] == ["H3-mentee"]
    assert check.problems(told) == []
    for again in ("H1-mentee", "H9-mentee", "H1-nobody"):
        with pytest.raises(NotFound):
            erasure.preview(told, LEAD, again)


def test_only_who_may_erase_people_erases_her(told: Store) -> None:
    for refused in (erasure.preview, erasure.erase, export):
        with pytest.raises(NotAllowed):
            refused(told, officer("Harz"), "H1-mentee")
    assert everything(told).count("Quittenbaum") > 2


@pytest.mark.parametrize("entered_meanwhile", [False, True])
def test_no_older_backup_brings_her_back(
    told: Store, ring: Path, tmp_path: Path, entered_meanwhile: bool
) -> None:
    backup.back_up(told, tmp_path / "older")
    person_id = "H1-mentee"
    if entered_meanwhile:  # a person by now, of whom the backup knows nothing
        with told.write("lead", "test") as writer:
            person = Person(id=writer.new_id(Person), programme_id="p", first_name="Xenobia",
                            last_name="Quittenbaum")  # fmt: skip
            person_id = writer.save(person).id
            for row, role in (("H1", "mentee"), ("H2", "mentor")):
                writer.save(writer.get(EarlierTandem, row).with_(**{f"{role}_id": person_id}))
            writer.delete(writer.get(EarlierTandem, "H3"))  # whose name alone would be taken for hers
    erasure.erase(told, LEAD, person_id)
    target = tmp_path / "again.mentorkit"
    restored = restoring.restore(tmp_path / "older", target, None, ring)
    assert restored.replayed == 1
    again = Store.open(target)
    assert everything(again).count("Quittenbaum") == 2
    assert replay(again) == 0
    again.close()
    shutil.copy(tmp_path / "older", tmp_path / "control.mentorkit")  # without the journal she is back
    control = Store.open(tmp_path / "control.mentorkit")
    assert everything(control).count("Quittenbaum") > 2
    control.close()


def test_who_was_kept_long_enough_is_erased(told: Store) -> None:
    with told.write("lead", "test") as writer:
        programme = writer.get(Programme, "p")
        kept = programme.settings.model_copy(update={"retention": Retention(history=2)})
        writer.save(programme.with_(settings=kept))
    early = retention.preview(told, LEAD, dt.date(2024, 7, 6))
    assert [item.kind for item in early.kept] == []
    seen = retention.preview(told, LEAD, dt.date(2024, 7, 7))
    assert [(item.kind, item.n, item.due) for item in seen.kept] == [("history", 4, True)]
    assert NAME in seen.kept[0].names
    done = retention.apply(told, LEAD, seen)
    assert [(item.kind, len(item.whole)) for item in done.erased] == [("history", 4)]
    assert not done.failed
    text = everything(told)
    assert not [name for name in ("Quittenbaum", "Kurz", "Lang") if name in text]
    with told.read() as reader:
        ids = {i for t in reader.all(EarlierTandem) for i in (t.mentee_id, t.mentor_id)}
    assert len(ids) == 4
    assert people(told, LEAD, "p") == []
