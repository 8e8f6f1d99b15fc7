"""A person decides against an application: with a reason, kept, counted, undone."""

from __future__ import annotations

import json

import pytest

from mentorkit.errors import NotAllowed, RuleBroken
from mentorkit.intake import actions, service
from mentorkit.intake.deciding import decisions
from mentorkit.intake.export import to_xlsx
from mentorkit.intake.findings import sentences
from mentorkit.intake.intake import Intake
from mentorkit.language import Voice, speaking
from mentorkit.matching import choosing
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Grant, Organisation, Programme, Run
from mentorkit.programme.settings import Quotas
from mentorkit.setup.effects import judged_anew, status_sentences
from mentorkit.workbench import Workbench

LEAD, BOB = sole_actor("eva"), sole_actor("bob")
OFFICER = Actor("ina", (Grant(id="G1", user_id="ina", role="organisation", organisation="Harz"),))
RUN, PROGRAMME = "party-chapters/2008/09", "party-chapters"
HEAD = "Nachname;Vorname;Geb.-Jahr;Kreisverband;E-Mail;Themen;Eingang"
ANNA = "Hof;Anna;1980;Harz;anna@example.org;Soziales;4.8.08"
BEA = "Ahl;Bea;1970;Harz;bea@example.org;Medien;5.8.08"
CORA = "Ziegert;Cora;1971;Börde;cora@example.org;Medien;5.10.08"
PER = "Seip;Per;1971;Harz;;Medien;5.8.08"
MENTORS = f"{HEAD};Erfahrung in Jahren\nStern;Mia;1960;Harz;mia@example.org;Medien;5.8.08;20"


@pytest.fixture(autouse=True)
def _in_english():
    with speaking(Voice("en")):
        yield


@pytest.fixture
def store(store):
    Workbench(store, LEAD).add(PROGRAMME)
    return store


def take(store, *rows, name="mentees.csv", **options):
    content = "\n".join([HEAD, *rows]).encode()
    return service.intake(store, LEAD, RUN, [(name, content)], **options)


def everybody(store):
    return {a.first_name: a for a in service.applications(store, LEAD, RUN)}


def refuse(store, name, reason="geht in Rente", actor=LEAD):
    application = everybody(store)[name]
    return actions.refuse(store, actor, application.id, reason, application.version)


def drafted(store, intake):
    """Return an intake as it comes back from its draft on another day."""
    draft = json.loads(json.dumps(intake.to_draft()))
    return Intake.from_draft(draft, service.context_of(store, LEAD, RUN))


# -- one by one -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Anna", "Cora", "Per"])
def test_who_is_in_order_doubtful_or_to_be_mended_is_refused_with_a_reason_and_it_is_kept(store, name):
    take(store, ANNA, CORA, PER)
    with pytest.raises(RuleBroken, match="reason"):
        refuse(store, name, " ")
    refuse(store, name, " geht in Rente ")
    found = everybody(store)[name]
    assert (found.refused, found.takes_part, found.open) == (True, False, False)
    assert (found.overruled.verdict, found.overruled.by, found.overruled.reason) == (
        "refused", "eva", "geht in Rente",
    )  # fmt: skip
    assert actions.history_of(store, LEAD, found.id)[0].what == "Refused by decision"


def test_a_refusal_is_taken_back_and_the_machines_judgement_holds_again(store):
    take(store, ANNA, CORA)
    for name in ("Anna", "Cora"):
        refused = refuse(store, name)
        back = actions.take_back(store, LEAD, refused.id, "Irrtum", refused.version)
        assert (back.overruled, back.takes_part, back.open) == (None, name == "Anna", name == "Cora")
        with pytest.raises(RuleBroken):
            actions.take_back(store, LEAD, back.id, "noch einmal", back.version)


def test_a_refusal_is_undone_and_restored(store):
    take(store, ANNA)
    refused = refuse(store, "Anna")
    assert actions.undoable(store, LEAD, refused.id).what == "Refused by decision"
    undone = actions.undo(store, LEAD, refused.id, refused.version)
    assert undone.takes_part
    assert actions.redo(store, LEAD, refused.id, undone.version).overruled == refused.overruled


def test_what_was_found_is_told_as_a_fact_once_somebody_decided(store):
    take(store, ANNA, CORA, PER)
    asked = {name: sentences(a) for name, a in everybody(store).items()}
    assert asked["Cora"] == [
        "Received on 5 Oct 2008, after the closing date 30 Sept 2008. Please decide whether it still counts."
    ]
    cora = everybody(store)["Cora"]
    cora = actions.accept(store, LEAD, cora.id, "Post war langsam", cora.version)
    refuse(store, "Per")
    per = everybody(store)["Per"]
    assert sentences(everybody(store)["Cora"]) == [
        "Received on 5 Oct 2008, after the closing date 30 Sept 2008."
    ]
    assert sentences(per) == ["The e-mail address is missing."]
    assert decisions(per, {"eva": "Eva Klein"})[0].startswith("Refused by Eva Klein on ")
    back = actions.take_back(store, LEAD, per.id, "Irrtum", per.version)
    assert sentences(back) == asked["Per"]
    gone = actions.withdraw(store, LEAD, back.id, "zieht weg", back.version)
    assert sentences(gone) == ["The e-mail address is missing."]
    assert decisions(gone, {})[1] == "zieht weg"


def test_what_is_decided_already_is_not_refused_and_a_refusal_is_no_admission(store):
    take(store, ANNA, CORA)
    refused = refuse(store, "Anna")
    with pytest.raises(RuleBroken, match="refused already"):
        refuse(store, "Anna")
    with pytest.raises(RuleBroken, match="refused already"):
        actions.accept(store, LEAD, refused.id, "doch", refused.version)
    cora = everybody(store)["Cora"]
    admitted = actions.accept(store, LEAD, cora.id, "Post war langsam", cora.version)
    with pytest.raises(RuleBroken, match="admitted already"):
        refuse(store, "Cora")
    gone = actions.withdraw(store, LEAD, admitted.id, "", admitted.version)
    with pytest.raises(RuleBroken, match="withdrawn"):
        actions.refuse(store, LEAD, gone.id, "doch", gone.version)


def test_whom_a_rule_refuses_nobody_refuses_again(store):
    take(store, ANNA)
    anna = everybody(store)["Anna"]
    with store.write("eva", "test") as writer:
        writer.save(anna.with_(status="ineligible"))
    with pytest.raises(RuleBroken, match="rule"):
        refuse(store, "Anna")


def test_who_may_not_admit_may_not_refuse(store):
    take(store, ANNA)
    with pytest.raises(NotAllowed):
        refuse(store, "Anna", actor=OFFICER)


# -- many at once ---------------------------------------------------------------------------------


def test_many_are_refused_after_a_preview_with_one_reason(store):
    take(store, ANNA, CORA, PER)
    refuse(store, "Per")
    plan = actions.preview(store, LEAD, "refuse", [a.id for a in everybody(store).values()])
    assert [(e.application.name, e.before_word, e.after_word) for e in plan.possible] == [
        ("Anna Hof", "in order", "refused"),
        ("Cora Ziegert", "to be looked at", "refused"),
    ]
    assert [e.refusal for e in plan.refused] == ["Per Seip: the application was refused already."]
    with pytest.raises(RuleBroken, match="reason"):
        actions.apply(store, LEAD, plan)
    actions.apply(store, LEAD, plan, "Stelle fällt weg")
    assert {a.overruled.reason for a in everybody(store).values()} == {"Stelle fällt weg", "geht in Rente"}
    back = actions.preview(store, LEAD, "take_back", [a.id for a in everybody(store).values()])
    actions.apply(store, LEAD, back, "doch nicht")
    assert [a.result for a in everybody(store).values()] == ["ok", "review", "error"]


# -- what comes after -----------------------------------------------------------------------------


def test_a_corrected_file_does_not_change_who_was_refused(store):
    take(store, ANNA, CORA)
    for name in ("Anna", "Cora"):
        refuse(store, name)
    before = everybody(store)
    done = take(store, ANNA.replace("Soziales", "Recht"), CORA.replace("5.10.08", "5.9.08"))
    assert [row.change for row in done.rows] == ["kept", "kept"]
    for name, now in everybody(store).items():
        assert (now.entries, now.overruled) == (before[name].entries, before[name].overruled)
        assert now.refused
    assert done.counts == {"ineligible": 2}


def test_a_refusal_holds_whatever_is_mended_until_it_is_taken_back(store):
    take(store, ANNA, CORA)
    for name in ("Anna", "Cora"):
        refuse(store, name)
    for name, entry in (("Anna", {"email": ""}), ("Cora", {"received": "5.9.2008"})):
        found = everybody(store)[name]
        mended = service.mend(store, LEAD, found.id, entry, found.version)
        assert (mended.refused, mended.overruled) == (True, found.overruled)
    assert [a.status for a in everybody(store).values()] == ["error", "ok"]


@pytest.mark.parametrize("late", ["none", "review", "ineligible"])
def test_a_refusal_holds_whatever_the_rules_say(store, late):
    take(store, ANNA, CORA)
    for name in ("Anna", "Cora"):
        refuse(store, name)
    with store.read() as reader:
        run, programme = reader.get(Run, RUN), reader.get(Programme, PROGRAMME)
        organisations = reader.all(Organisation, programme_id=PROGRAMME)
    settings = programme.settings.model_copy(update={"late": late})
    judged = judged_anew(run, settings, organisations, list(everybody(store).values()))
    assert all(a.refused and a.turned_down for a in judged.after)
    assert status_sentences(judged) == []


def test_an_export_brings_a_refusal_back_as_it_is(store):
    take(store, ANNA, CORA)
    for name in ("Anna", "Cora"):
        refuse(store, name)
    before = everybody(store)
    done = service.intake(store, LEAD, RUN, [("export.xlsx", to_xlsx(store, LEAD, RUN))])
    assert everybody(store) == before
    assert {row.change for row in done.rows} == {"unchanged"}


# -- before it is taken in ------------------------------------------------------------------------


def test_who_is_refused_before_taking_in_is_stored_so_and_signed_by_who_confirms(store):
    intake = take(store, ANNA, CORA, commit=False)
    for row in intake.rows:
        intake = intake.refuse(row.application.id, "geht in Rente", "somebody else")
    assert intake.counts == {"ineligible": 2}
    service.commit(store, LEAD, RUN, drafted(store, intake))
    for application in everybody(store).values():
        assert (application.refused, application.overruled.by) == (True, "eva")
    with store.read() as reader:
        deeds = [e["action"] for e in reader.trail(kind="application", subject=application.id)]
    assert deeds == ["application.take_in", "application.overrule"]


def test_refusing_before_taking_in_follows_the_same_rules_and_can_be_taken_back(store):
    intake = take(store, ANNA, commit=False)
    anna = intake.rows[0].application.id
    with pytest.raises(RuleBroken, match="reason"):
        intake.refuse(anna, " ", "eva")
    refused = intake.refuse(anna, "geht in Rente", "eva")
    with pytest.raises(RuleBroken, match="refused already"):
        refused.overrule(anna, "doch", "eva")
    assert refused.take_back(anna).rows[0].application.takes_part
    with pytest.raises(RuleBroken, match="decision"):
        intake.take_back(anna)


def test_what_is_mended_before_taking_in_stays_refused(store):
    intake = take(store, CORA, commit=False)
    cora = intake.rows[0].application.id
    mended = intake.refuse(cora, "geht in Rente", "eva").mend(cora, {"received": "5.9.2008"})
    assert (mended.rows[0].application.status, mended.rows[0].application.refused) == ("ok", True)
    service.commit(store, LEAD, RUN, drafted(store, mended))
    assert everybody(store)["Cora"].refused


def test_a_refusal_covers_only_what_was_seen(store):
    take(store, CORA)
    intake = take(store, CORA, commit=False)
    intake = intake.refuse(intake.rows[0].application.id, "kam zu spät", "eva")
    cora = everybody(store)["Cora"]
    service.mend(store, BOB, cora.id, {"received": "5.9.2008"}, cora.version)
    done = service.commit(store, LEAD, RUN, drafted(store, intake))
    assert everybody(store)["Cora"].takes_part
    (told,) = done.lapsed
    assert told.startswith("Cora Ziegert: your decision to refuse does not hold")


def test_where_somebody_else_decided_otherwise_meanwhile_that_stays_and_is_told(store):
    take(store, CORA)
    intake = take(store, CORA, commit=False)
    intake = intake.refuse(intake.rows[0].application.id, "kam zu spät", "eva")
    cora = everybody(store)["Cora"]
    actions.accept(store, BOB, cora.id, "Post war langsam", cora.version)
    done = service.commit(store, LEAD, RUN, drafted(store, intake))
    assert everybody(store)["Cora"].admitted
    (told,) = done.lapsed
    assert told.startswith("Cora Ziegert: somebody else decided otherwise in the meantime")


# -- places ---------------------------------------------------------------------------------------


@pytest.fixture
def chosen(store):
    """A fixed selection: one place for the mentees of the chapter, which Anna holds and Bea waits for."""
    take(store, ANNA, BEA)
    service.intake(store, LEAD, RUN, [("mentoren.csv", MENTORS.encode())])
    with store.write("eva", "test") as writer:
        programme = writer.get(Programme, PROGRAMME)
        quotas = Quotas(mentees=1)
        writer.save(programme.with_(settings=programme.settings.model_copy(update={"quotas": quotas})))
        version = writer.get(Run, RUN).version
    choosing.fix_selection(store, LEAD, RUN, version, "arrival")
    return store


def places(store):
    return {name: a.place for name, a in everybody(store).items() if a.role == "mentee"}


def test_who_is_refused_gives_up_the_place_to_who_waits_and_undoing_it_gives_it_back(chosen):
    assert places(chosen) == {"Anna": "selected", "Bea": "waiting"}
    anna = everybody(chosen)["Anna"]
    refused = actions.refuse(chosen, LEAD, anna.id, "geht in Rente", anna.version)
    assert places(chosen) == {"Anna": "out", "Bea": "selected"}
    undone = actions.undo(chosen, LEAD, anna.id, refused.version)
    assert (undone.place, undone.takes_part) == ("selected", True)
    assert places(chosen) == {"Anna": "selected", "Bea": "waiting"}
    again = actions.redo(chosen, LEAD, anna.id, undone.version)
    assert (again.place, again.refused) == ("out", True)


def test_who_was_refused_wrongly_gets_a_place_that_is_free(chosen):
    bea = refuse(chosen, "Bea")
    anna = refuse(chosen, "Anna")
    assert places(chosen) == {"Anna": "out", "Bea": "out"}
    back = actions.take_back(chosen, LEAD, bea.id, "Irrtum", bea.version)
    assert back.place == "selected"
    actions.take_back(chosen, LEAD, anna.id, "Irrtum", anna.version)
    assert places(chosen) == {"Anna": "waiting", "Bea": "selected"}


def test_many_who_are_refused_give_up_their_places(chosen):
    plan = actions.preview(chosen, LEAD, "refuse", [everybody(chosen)["Anna"].id])
    actions.apply(chosen, LEAD, plan, "geht in Rente")
    assert places(chosen) == {"Anna": "out", "Bea": "selected"}


def test_who_is_refused_by_a_file_that_is_read_again_gives_up_the_place(chosen):
    intake = take(chosen, ANNA, BEA, commit=False)
    intake = intake.refuse(intake.rows[0].application.id, "geht in Rente", "eva")
    service.commit(chosen, LEAD, RUN, intake)
    assert places(chosen) == {"Anna": "out", "Bea": "selected"}


def test_the_selection_tells_the_reason(chosen):
    refuse(chosen, "Anna")
    (out,) = choosing.select(chosen, LEAD, RUN).out
    assert (out.person, out.code, out.undecided) == ("Anna Hof", "refused", False)
    assert "geht in Rente" in out.reason
