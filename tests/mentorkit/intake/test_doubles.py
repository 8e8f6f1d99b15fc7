"""What is told of somebody who has applied already: to who decides, and to a coordinator of another."""

from __future__ import annotations

import json

import pytest

from mentorkit.intake import service
from mentorkit.intake.asking import question_mail
from mentorkit.intake.export import to_xlsx
from mentorkit.intake.findings import Audience, message, sentences
from mentorkit.intake.spreadsheet import sheets_of
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Application, Finding, Grant, Programme, Source
from mentorkit.store import Store

pytestmark = pytest.mark.usefixtures("in_english")

LEAD = sole_actor("lea")
HANNA = Actor("hanna", (Grant(id="G1", user_id="hanna", role="organisation", organisation="Harz"),))
RUN = "party-chapters/2008/09"
ROWS = """Nachname;Vorname;Kreisverband;E-Mail;Themen;Eingang
Hof;Anna;Börde;anna@example.org;Soziales;4.8.08"""
FORM = Source(kind="form")
HERS = {
    "first_name": "Anna", "last_name": "Hoff", "organisation": "Harz", "email": "anna@example.org",
    "topics": "Soziales", "received": "5.8.08",
}  # fmt: skip


@pytest.fixture
def store(party):
    service.intake(party, LEAD, RUN, [("boerde_mentees.csv", ROWS.encode())])
    return party


@pytest.fixture
def double(store) -> Application:
    return service.enter(store, HANNA, RUN, "mentee", HERS, source=FORM)


def told(store: Store, actor: Actor) -> list[str]:
    """What one who reads the list is told of the last application."""
    may_decide = bool(actor.scopes("application.overrule", "party-chapters"))
    known = tuple(service.applications(store, actor, RUN))
    return sentences(known[-1], Audience(may_decide, known))


def test_a_coordinator_learns_neither_where_nor_who_and_is_not_asked_to_decide(store, double):
    assert told(store, HANNA) == [
        "These details are in the programme already. The lead of the programme settles this."
    ]
    stored = double.model_dump_json()
    assert not any(word in stored for word in ("boerde", "Börde", 'Anna Hof"'))


def test_the_lead_learns_file_row_and_organisation_of_the_other(store, double):
    assert told(store, LEAD) == [
        "Anna Hoff may be Anna Hof, who has applied already (boerde_mentees.csv, row 2; Börde)."
        " Please take one of the two out, or keep both with a reason."
    ]


def test_where_the_other_came_by_a_form_that_is_said(store, double):
    service.enter(store, HANNA, RUN, "mentee", HERS, source=FORM)
    (sentence,) = told(store, HANNA)
    assert sentence.startswith("Anna Hoff has applied already (entered in the app).")
    assert sentence.endswith("Please take one of the two out; otherwise the lead of the programme decides.")


@pytest.mark.parametrize(("actor", "is_told"), [(HANNA, False), (LEAD, True)])
def test_json_and_workbook_tell_the_same_as_the_page(store, double, actor, is_told):
    row = "Hof;Anna;Harz;anna@example.org;Soziales;5.8.08"
    file = ("harz_mentees.csv", f"{ROWS.splitlines()[0]}\n{row}".encode())
    document = json.dumps(service.intake(store, actor, RUN, [file], commit=False).to_json())
    assert ("boerde" in document) is is_told
    remarks = str(sheets_of(to_xlsx(store, actor, RUN)))
    assert ("Zeile 2; Börde" in remarks) is is_told


def test_only_the_lead_asks_an_applicant_which_of_two_organisations_holds(store, double):
    with store.read() as reader:
        settings = reader.get(Programme, "party-chapters").settings
    drafts = [question_mail(double, settings, Audience(decides)).body for decides in (True, False)]
    assert ["mehr als eine" in draft for draft in drafts] == [True, False]


def test_another_name_does_not_clear_up_that_the_address_is_the_same(store, double):
    named = service.mend(store, HANNA, double.id, {"last_name": "Sommer"}, double.version)
    assert [finding.code for finding in named.findings] == ["duplicate"]
    fresh = service.mend(store, HANNA, double.id, {"email": "anna.sommer@example.org"}, named.version)
    assert fresh.findings == ()


LATE = {"limit": "2008-09-30"}
RULE = {"status": "review", "rule_en": "at most 35 years old"}


@pytest.mark.parametrize(
    "finding",
    [
        Finding(code="late", value="2008-10-05", detail=LATE),
        Finding(code="ambiguous_capacity", value="1-2", detail={"understood": 1}),
        Finding(code="role_unclear", value="?"),
        Finding(code="grade_unclear", value="9"),
        Finding(code="age", field="age", value="40", detail=RULE),
    ],
)
def test_who_may_not_decide_is_never_asked_to(finding):
    asked, told = message(finding), message(finding, audience=Audience(decides=False))
    assert "decide" in asked
    assert told.endswith("otherwise the lead of the programme decides.")
