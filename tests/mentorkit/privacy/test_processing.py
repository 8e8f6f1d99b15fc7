"""The record of processing activities says what is configured, names what is missing, and fits on paper."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import pytest
from consent_samples import LEAD, SETTINGS, Clock, officer
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from mentorkit.errors import NotAllowed, StaleRecord
from mentorkit.privacy.permissions import PERMISSIONS, Actor
from mentorkit.privacy.processing import record_of_processing, save_settings
from mentorkit.privacy.processing_paper import to_pdf
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.privacy_settings import ACTIVITIES, OrganisationPrivacy, PrivacySettings
from mentorkit.programme.records import Grant, Programme
from mentorkit.programme.retention import Retention
from mentorkit.programme.settings import load_preset
from mentorkit.setup import service as setup
from mentorkit.store import Store
from mentorkit.workbench import Workbench

P = "party-chapters"
SAID = PrivacySettings(
    controller="Kreis Muster, Am Markt 1",
    contact="Datenschutz, Zimmer 3",
    basis={key: {"de": f"Grundlage {key}"} for key in ACTIVITIES},
    recipients={"tandems": {"de": "die andere Person des Tandems"}},
    measures={"de": "Der Server steht im Haus."},
    own={"Harz": OrganisationPrivacy(controller="Verband Harz", basis={"matching": {"de": "Satzung Harz"}})},
)


@pytest.fixture
def bench() -> Store:
    made = Store.create()
    made.clock = Clock()
    Workbench(made, LEAD).add(P)
    yield made
    made.close()


def words_of(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


def test_what_is_not_said_yet_is_named(bench: Store) -> None:
    record = record_of_processing(bench, LEAD, P)
    assert len(record.missing) == 3
    assert {activity.activity for activity in record.activities} == {*ACTIVITIES}
    assert "noch nicht angegeben" in words_of(to_pdf(record))


def test_what_is_said_stands_in_the_record_and_can_be_undone(bench: Store) -> None:
    saved = save_settings(bench, LEAD, P, SAID, 1)
    record = record_of_processing(bench, LEAD, P)
    assert record.missing == ()
    matching = next(a for a in record.activities if a.activity == "matching")
    assert (matching.basis, matching.own) == ("Grundlage matching", (("Harz", "Satzung Harz"),))
    text = words_of(to_pdf(record))
    for said in ("Kreis Muster, Am Markt 1", "Zimmer 3", "Satzung Harz", "Verband Harz", "im Haus",
                 "die andere Person des Tandems", "Grundlage backups"):  # fmt: skip
        assert said in text
    with pytest.raises(StaleRecord):
        save_settings(bench, LEAD, P, PrivacySettings(), 1)
    setup.undo(bench, LEAD, P, saved.version)
    assert len(record_of_processing(bench, LEAD, P).missing) == 3


def test_what_is_different_for_an_organisation_follows_its_new_name(bench: Store) -> None:
    stands = setup.change_of(bench, LEAD, P)
    first, *others = stands.organisations
    own = {first.name: SAID.own["Harz"], "elsewhere": SAID.own["Harz"]}
    settings_ = stands.settings.model_copy(update={"privacy": PrivacySettings(own=own)})
    renamed = replace(stands, settings=settings_, organisations=(first.renamed("Neustadt"), *others))
    assert {*setup.save(bench, LEAD, renamed).settings.privacy.own} == {"Neustadt", "elsewhere"}


def test_a_change_of_it_is_told_like_any_other(bench: Store) -> None:
    stands = setup.change_of(bench, LEAD, P)
    changed = replace(stands, settings=stands.settings.model_copy(update={"privacy": SAID}))
    told = {d.after for d in setup.preview(bench, LEAD, changed).differences}
    assert {"Kreis Muster, Am Markt 1", "Grundlage forms", "Der Server steht im Haus."} <= told


def test_data_and_roles_follow_the_questions_and_the_permissions(bench: Store, monkeypatch) -> None:
    def applications(preset: str):
        with bench.write("test", "test") as writer:
            writer.save(writer.get(Programme, P).with_(settings=load_preset(preset)))
        return record_of_processing(bench, LEAD, P).activities[0]

    unna, arts = applications("cross-administration"), applications("arts-academy")
    grade, semester = FIELDS["pay_grade"].label, FIELDS["semester"].label
    assert (grade in unna.data, semester in unna.data) == (True, False)
    assert (grade in arts.data, semester in arts.data) == (False, True)
    assert [role for role in arts.roles if "nur die eigenen" in role]
    assert "Evaluation" not in arts.roles  # the evaluator's
    monkeypatch.setitem(PERMISSIONS, "application.read", {"evaluator": "all"})
    assert "Evaluation" in applications("arts-academy").roles


def test_each_activity_tells_the_months_of_its_own_kinds(bench: Store) -> None:
    with bench.write(LEAD.name, "test") as writer:
        programme = writer.get(Programme, P)
        kept = Retention(not_chosen=3, confidential=6, log_ins=2, history=60)
        writer.save(programme.with_(settings=programme.settings.model_copy(update={"retention": kept})))
    record = record_of_processing(bench, LEAD, P)
    told = {one.activity: one.kept for one in record.activities}
    assert "3 Monate" in told["applications"]
    assert "24 Monate" in told["applications"]
    assert told["confidential"] == "6 Monate nach dem Ende eines Durchgangs"
    assert "2 Monate nach dem Ende einer Sitzung" in told["access"]
    assert "60 Monate" in told["network"]
    assert "60 Monate" in words_of(to_pdf(record))


def test_who_may_not_see_or_change_it_is_refused(bench: Store) -> None:
    with pytest.raises(NotAllowed):
        record_of_processing(bench, officer("Harz", P), P)
    with pytest.raises(NotAllowed):
        save_settings(bench, officer("Harz", P), P, SAID, 1)


def test_data_protection_changes_what_is_said_and_nothing_else(bench: Store) -> None:
    guard = Actor("dora", (Grant(id="G1", user_id="dora", role="data-protection", programme_id=P),))
    before = setup.change_of(bench, LEAD, P)
    saved = save_settings(bench, guard, P, SAID, before.version)
    assert saved.settings == before.settings.model_copy(update={"privacy": SAID})
    with pytest.raises(NotAllowed):
        setup.save(bench, guard, setup.change_of(bench, guard, P))
    with pytest.raises(StaleRecord):
        save_settings(bench, guard, P, SAID, before.version)
    assert setup.undo(bench, LEAD, P, saved.version).settings == before.settings


def test_the_same_record_has_the_same_bytes_and_both_languages_are_tagged(bench: Store) -> None:
    for language in ("de", "en"):
        record = record_of_processing(bench, LEAD, P, language)
        pdf = to_pdf(record)
        assert to_pdf(record) == pdf
        root = PdfReader(BytesIO(pdf)).trailer["/Root"]
        assert root["/MarkInfo"]["/Marked"]
        assert root["/Lang"].startswith(language)


@settings(max_examples=8)
@given(st.text(max_size=60))
def test_whatever_is_typed_is_laid_out_as_text(typed: str) -> None:
    store = Store.create()
    Workbench(store, LEAD).add(P)
    said = PrivacySettings(controller=typed, basis={"forms": {"de": f"#panic() $x$ *{typed}*"}})
    save_settings(store, LEAD, P, said, 1)
    assert "#panic()" in words_of(to_pdf(record_of_processing(store, LEAD, P)))
    store.close()


def test_nothing_is_said_for_anybody_by_the_presets() -> None:
    assert SETTINGS.privacy == load_preset("cross-administration").privacy == PrivacySettings()
