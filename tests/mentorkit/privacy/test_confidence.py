"""What is confided is read by evaluators alone and stands nowhere else, whatever is copied or written out."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from confiding import PASSPHRASE, PROGRAMME, RUN, Confiding
from openpyxl import load_workbook

from mentorkit.cli import main
from mentorkit.errors import MentorkitError, NotAllowed, NotFound, RuleBroken, UsageError
from mentorkit.forms import confidential_links as links
from mentorkit.forms import links as forms_of_application
from mentorkit.forms.confidential import xlsx_sheet
from mentorkit.forms.links import LinkRefused
from mentorkit.intake import merge, unmerge
from mentorkit.intake.export import to_xlsx
from mentorkit.intake.sheets import read_files
from mentorkit.privacy import confidence, keys
from mentorkit.privacy.envelopes import DoesNotOpenError
from mentorkit.privacy.extract import extract
from mentorkit.privacy.records import Erasure, SealedText
from mentorkit.programme.records import FormLink, Programme, Run
from mentorkit.store import Store
from mentorkit.store.backup import back_up, restore
from mentorkit.store.check import problems

pytestmark = pytest.mark.usefixtures("quick_passphrases")
CANARY = "Kanarienvogel-4711-ßÄ"
DIARY = {"occasion": "2. März", "experienced": f"Ich sah einen {CANARY}\nim Käfig."}
CONCERN = {"difficult": CANARY, "may_talk": "no"}


@pytest.fixture
def bench(store, tmp_path, monkeypatch):
    monkeypatch.setenv("MENTORKIT_KEYRING", str(tmp_path / "apart.keyring"))
    return Confiding.begin(store).set_up()


@pytest.fixture
def mia(bench):
    return bench.apply("Mia")


def take_in(bench, person, kind="diary", fields=DIARY, by="eva"):
    return confidence.take_in(bench.store, bench.actor(by), RUN, person, kind, fields)


def read(bench, text_id, by="eva"):
    with bench.key(by) as key:
        return confidence.read(bench.store, bench.actor(by), key, text_id)


def stored(bench, kind=SealedText, **equal):
    with bench.store.read() as reader:
        return reader.all(kind, **equal)


def give(bench, person, kind="diary", by="anna", **more):
    return links.give(bench.store, bench.actor(by), RUN, person, kind, **more)


def send(bench, token, fields=DIARY):
    return links.redeem(bench.store, token, fields, "de")


# -- reading ------------------------------------------------------------------------------------------


def test_what_is_typed_in_or_sent_is_read_again_by_an_evaluator(bench, mia):
    typed = take_in(bench, mia)
    assert send(bench, give(bench, mia, "concern"), CONCERN) == {}
    rows = confidence.texts(bench.store, bench.actor("eva"), RUN)
    assert [(r.kind, r.channel, r.name, r.lost) for r in rows] == [
        ("concern", "link", "Mia Muster", False),
        ("diary", "typed", "Mia Muster", False),
    ]
    assert read(bench, typed) == DIARY
    assert read(bench, rows[0].id) == CONCERN
    assert confidence.counts(bench.store, bench.actor("anna"), RUN) == {"diary": 1, "concern": 1}
    with bench.store.read() as reader:
        entries = reader.trail(action="confidence.read")
        sent = reader.trail(action="confidence.send", kind="sealed_text")
    assert [(e["actor"], e["subject"]) for e in entries] == [("eva", typed), ("eva", rows[0].id)]
    assert [(e["actor"], e["subject"], "ciphertext" in e["after"]) for e in sent] == [
        ("Link", rows[0].id, False)
    ]


@pytest.mark.parametrize("name", ["anna", "dora", "otto", "olga", "ali"])
def test_nobody_else_reads_lists_or_takes_in(bench, mia, name):
    text, actor = take_in(bench, mia), bench.actor(name)
    with bench.key() as key, pytest.raises(NotAllowed):
        confidence.read(bench.store, actor, key, text)
    with pytest.raises(NotAllowed):
        confidence.texts(bench.store, actor, RUN)
    with pytest.raises(NotAllowed):
        take_in(bench, mia, by=name)
    with bench.store.read() as reader:
        assert [e["actor"] for e in reader.trail(action="confidence.read.denied")] == [name]


def test_an_evaluator_who_was_not_admitted_reads_nothing_until_she_is(bench, mia):
    text = take_in(bench, mia)
    keys.make_key(bench.store, bench.actor("edda"), PASSPHRASE)
    with pytest.raises(RuleBroken, match="zulassen"):
        read(bench, text, "edda")
    with bench.key() as key:
        keys.admit(bench.store, bench.actor("eva"), PROGRAMME, key, "edda")
    assert read(bench, text, "edda") == DIARY


def test_texts_that_change_places_are_noticed(bench, mia):
    one, two = take_in(bench, mia), take_in(bench, mia, "concern", CONCERN)
    first, second = stored(bench)
    with bench.store.write("mallory", "swap") as writer:
        writer.save(first.with_(ciphertext=second.ciphertext))
        writer.save(second.with_(ciphertext=first.ciphertext))
    for text in (one, two):
        with pytest.raises(DoesNotOpenError):
            read(bench, text)


def test_a_text_given_to_another_entry_run_kind_or_person_is_noticed(bench, mia):
    other = bench.apply("Nia")
    take_in(bench, mia)
    take_in(bench, other)
    text = stored(bench)[0]
    for change in ({"kind": "concern"}, {"subject": other}):
        with bench.store.write("mallory", "swap") as writer:
            text = writer.save(text.with_(**change))
        with pytest.raises(DoesNotOpenError):
            read(bench, text.id)
        with bench.store.write("mallory", "swap") as writer:
            text = writer.save(text.with_(kind="diary", subject=mia))
    assert read(bench, text.id) == DIARY


def test_without_what_it_is_bound_to_a_swap_would_pass(bench, mia, monkeypatch):
    monkeypatch.setattr(confidence, "_about", lambda text: {})  # the control
    one, _ = take_in(bench, mia), take_in(bench, mia, "concern", CONCERN)
    first, second = stored(bench)
    with bench.store.write("mallory", "swap") as writer:
        writer.save(first.with_(ciphertext=second.ciphertext))
    assert read(bench, one) == CONCERN


def test_the_length_of_what_is_sealed_tells_little(bench, mia):
    take_in(bench, mia, "diary", {"occasion": "a", "experienced": "b"})
    take_in(bench, mia)
    assert len({len(text.ciphertext) for text in stored(bench)}) == 1


# -- coming in ----------------------------------------------------------------------------------------


def test_a_link_works_once_and_two_who_send_at_once_make_one_entry(bench, mia):
    token = give(bench, mia)
    with ThreadPoolExecutor(4) as pool:
        done = [pool.submit(send, bench, token) for _ in range(4)]
    raised = [job.exception() for job in done]
    assert sum(error is None for error in raised) == 1
    assert all(isinstance(error, LinkRefused) for error in raised if error)
    assert len(stored(bench)) == 1
    assert stored(bench, FormLink)[0].used_at is not None


def test_what_is_wrong_is_said_without_quoting_and_the_link_stays_open(bench, mia):
    token = give(bench, mia, "concern")
    long = {"difficult": CANARY * 400, "may_talk": CANARY}
    wrong = send(bench, token, long)
    assert list(wrong) == ["difficult", "may_talk"]
    assert CANARY not in str(wrong)
    assert list(send(bench, token, {"difficult": "x", "may_talk": "yes"})) == ["talk_to"]
    with pytest.raises(UsageError) as refusal:
        take_in(bench, mia, "concern", long)
    assert CANARY not in str(refusal.value)
    assert stored(bench) == []
    assert send(bench, token, CONCERN) == {}


def test_a_link_ends_and_is_taken_back(bench, mia):
    token, other = give(bench, mia), give(bench, mia)
    for link in links.links(bench.store, bench.actor("eva"), RUN):
        links.take_back(bench.store, bench.actor("anna"), link.id)
    for each in (token, other):
        with pytest.raises(LinkRefused) as refusal:
            send(bench, each)
        assert refusal.value.state == "expired"


def test_links_of_one_sort_open_no_form_of_the_other(bench, mia):
    sheet, anna = give(bench, mia), bench.actor("anna")
    application = forms_of_application.give(bench.store, anna, RUN, "mentee", name="Eva Muster")
    with pytest.raises(LinkRefused):
        send(bench, application)
    with pytest.raises(LinkRefused):
        forms_of_application.look(bench.store, sheet)
    with pytest.raises(LinkRefused):
        forms_of_application.redeem(bench.store, sheet, {}, agreed="x", language="de")
    assert forms_of_application.sent(bench.store, sheet) is None
    listed = forms_of_application.links(bench.store, anna, RUN)
    assert [link.purpose for link in listed] == ["application"]


def test_links_are_given_to_who_takes_part_alone_by_who_may(bench, mia):
    out = bench.apply("Olaf", status="ineligible")
    for nobody in (out, "P999"):
        with pytest.raises(NotFound):
            give(bench, nobody)
    for name in ("olga", "dora", "ali", "otto"):
        with pytest.raises(NotAllowed):
            give(bench, mia, by=name)
    shown = links.look(bench.store, give(bench, mia, by="eva"))
    assert (shown.kind, shown.run.id) == ("diary", RUN)
    found = confidence.participants(bench.store, bench.actor("anna"), RUN)
    assert [(p.person_id, p.name) for p in found] == [(mia, "Mia Muster")]
    first = links.links(bench.store, bench.actor("anna"), RUN)[0]
    letter = links.letter(shown.settings, first, shown.run)
    assert "Mia Muster" in letter
    assert "Nur die Evaluation" in letter


def test_nothing_comes_in_before_somebody_can_read_it(store, tmp_path, monkeypatch):
    monkeypatch.setenv("MENTORKIT_KEYRING", str(tmp_path / "apart.keyring"))
    bare = Confiding.begin(store)
    mia = bare.apply("Mia")
    for step in (lambda: give(bare, mia), lambda: take_in(bare, mia)):
        with pytest.raises(RuleBroken, match="noch nicht eingehen"):
            step()
    assert stored(bare) == []


def test_a_sheet_that_cannot_be_sealed_any_more_uses_no_link_up(bench, mia):
    token = give(bench, mia)
    with bench.store.keyring.write() as ring:
        ring.dismiss(PROGRAMME, "eva")
    with pytest.raises(RuleBroken):
        send(bench, token)
    assert stored(bench, FormLink)[0].used_at is None


def test_a_sheet_that_came_as_a_file_is_read_and_then_taken_in(bench, mia):
    with bench.store.read() as reader:
        settings, run = reader.get(Programme, PROGRAMME).settings, reader.get(Run, RUN)
    book = load_workbook(BytesIO(xlsx_sheet(settings, run, "diary")))
    top = next(i for i, row in enumerate(book.active.iter_rows(values_only=True), 1) if all(row))
    for n, name in enumerate(("mia  Muster", "Somebody Else"), 1):
        for column, text in enumerate((name, *DIARY.values()), 1):
            book.active.cell(top + n, column, text)
    written = BytesIO()
    book.save(written)
    file, eva = ("Blatt.xlsx", written.getvalue()), bench.actor("eva")
    one, two = confidence.read_sheet(bench.store, eva, RUN, file)
    assert (one.person_id, two.person_id, one.wrong) == (mia, None, {})
    assert CANARY not in repr(one)
    assert stored(bench) == []
    text = confidence.take_in(bench.store, eva, RUN, mia, one.kind, one.fields, "sheet")
    assert read(bench, text) == DIARY
    assert confidence.texts(bench.store, eva, RUN)[0].channel == "sheet"
    assert [row.again for row in (one, two)] == [False, False]
    assert [row.again for row in confidence.read_sheet(bench.store, eva, RUN, file)] == [True, False]
    elsewhere = Store.open(bench.store.target)  # what tells it stands in no store
    assert not confidence.read_sheet(elsewhere, eva, RUN, file)[0].again
    elsewhere.close()
    with pytest.raises(NotAllowed):
        confidence.read_sheet(bench.store, bench.actor("anna"), RUN, file)


# -- people put together ------------------------------------------------------------------------------


def test_texts_and_links_follow_who_is_put_together_and_go_back(bench, mia):
    other = bench.apply("Mya")
    text = take_in(bench, other)
    token, anna = give(bench, other), bench.actor("anna")
    merge.merge(bench.store, anna, merge.preview(bench.store, anna, mia, other))
    assert [(t.person_id, t.subject) for t in stored(bench)] == [(mia, other)]
    assert read(bench, text) == DIARY
    assert send(bench, token) == {}
    unmerge.unmerge(bench.store, anna, mia, other)
    back, later = stored(bench)
    assert (back.person_id, back.subject) == (other, other)
    assert (later.person_id, later.subject) == (mia, mia)  # came while they were one
    assert read(bench, text) == read(bench, later.id) == DIARY


# -- canaries -----------------------------------------------------------------------------------------


def copies(bench, folder: Path, caplog) -> dict[str, bytes]:
    """Return all that is written anywhere, by where."""
    store, target = bench.store, Path(bench.store.target)
    back_up(store, folder / "plain.backup")
    back_up(store, folder / "sealed.backup", PASSPHRASE)
    restore(folder / "sealed.backup", str(folder / "again.mentorkit"), PASSPHRASE)
    extract(store, bench.actor("anna"), folder / "extract.mentorkit")
    (folder / "applications.xlsx").write_bytes(to_xlsx(store, bench.actor("anna"), RUN))
    sheets = read_files([folder / "applications.xlsx"])
    with store.read() as reader:
        trail = repr(reader.trail())
    found = {path.name: path.read_bytes() for path in (*target.parent.glob("*"), *folder.glob("*"))
             if path.is_file()}  # fmt: skip
    return found | {"trail": trail.encode(), "log": caplog.text.encode(), "cells": repr(sheets).encode()}


def leaks(found: dict[str, bytes]) -> list[str]:
    shapes = [CANARY.encode(), CANARY.encode("utf-16-le"), CANARY.encode("latin-1"),
              CANARY.encode("ascii", "backslashreplace")]  # fmt: skip
    return sorted(name for name, content in found.items() if any(shape in content for shape in shapes))


@pytest.fixture
def filed(tmp_path, monkeypatch):
    monkeypatch.delenv("MENTORKIT_KEYRING", raising=False)
    (tmp_path / "bench").mkdir()
    (tmp_path / "out").mkdir()
    return Confiding.begin(Store.create(tmp_path / "bench" / "a.mentorkit")).set_up()


def confide(bench):
    mia = bench.apply("Mia")
    text = take_in(bench, mia)
    send(bench, give(bench, mia, "concern"), CONCERN)
    send(bench, give(bench, mia), {"experienced": CANARY})  # refused: something is missing
    read(bench, text)
    with pytest.raises(MentorkitError):
        take_in(bench, mia, "diary", {"occasion": CANARY})


def test_a_word_of_a_sealed_text_is_found_nowhere(filed, tmp_path, caplog):
    caplog.set_level(logging.DEBUG)
    confide(filed)
    found = copies(filed, tmp_path / "out", caplog)
    assert {"a.mentorkit", "a.mentorkit.keyring", "plain.backup", "sealed.backup", "extract.mentorkit",
            "again.mentorkit"} <= found.keys()  # fmt: skip
    assert leaks(found) == []


@pytest.mark.sqlite
def test_without_sealing_the_word_would_be_found(filed, tmp_path, caplog, monkeypatch):
    monkeypatch.setattr(confidence, "seal_to", lambda public, plain, **about: plain)  # the control
    monkeypatch.setattr(confidence, "open_with", lambda private, sealed, **about: sealed)
    confide(filed)
    found = leaks(copies(filed, tmp_path / "out", caplog))
    assert {"plain.backup", "again.mentorkit"} <= set(found)
    assert set(found) & {"a.mentorkit", "a.mentorkit-wal"}
    assert "extract.mentorkit" not in found


def test_whoever_has_a_backup_and_the_sheet_reads_but_not_without_the_keyring(filed, tmp_path, monkeypatch):
    confide(filed)
    back_up(filed.store, tmp_path / "out" / "plain.backup")
    restore(tmp_path / "out" / "plain.backup", str(tmp_path / "out" / "b.mentorkit"))
    again = Confiding(Store.open(tmp_path / "out" / "b.mentorkit"))
    assert [row.lost for row in confidence.texts(again.store, again.actor("eva"), RUN)] == [True, True]
    monkeypatch.setenv("MENTORKIT_KEYRING", f"{filed.store.target}.keyring")
    again = Confiding(Store.open(tmp_path / "out" / "b.mentorkit"))
    assert read(again, "L1") == DIARY


def test_lost_texts_are_told_unless_somebody_was_erased(filed):
    confide(filed)
    assert confidence.lost(filed.store) == {}
    assert problems(filed.store) == []
    text = stored(filed)[0]
    filed.store.keyring.destroy(text.subject)
    assert list(confidence.lost(filed.store).values()) == [2]
    told = CliRunner().invoke(main, ["check", filed.store.target, "--as", "otto"])
    assert (told.exit_code, "Niemand kann sie lesen" in told.stderr) == (1, True), told.output
    with pytest.raises(RuleBroken, match="niemand kann ihn"):
        read(filed, text.id)
    erasure = Erasure(id="", person_id=text.subject, born="", at=filed.store.clock())
    filed.store.keyring.note_erased(erasure)
    assert confidence.lost(filed.store) == {}
