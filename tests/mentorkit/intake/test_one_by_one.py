"""Applications that come one by one, and those that are withdrawn."""

from __future__ import annotations

import pytest

from mentorkit.errors import NotAllowed, RuleBroken
from mentorkit.intake import service
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import Grant, Source
from mentorkit.store import Store
from mentorkit.workbench import Workbench

LEAD = sole_actor("eva")
RUN = "cross-administration/2014"
GOOD = {
    "first_name": "Mona", "last_name": "Meise", "organisation": "Kamen", "email": "mona@example.org",
    "gender": "w", "pay_grade": "A 10", "qualification": "A II", "permanent": "ja",
}  # fmt: skip
FORM = Source(kind="form")


@pytest.fixture
def bench():
    store = Store.create()
    Workbench(store, LEAD).add("cross-administration")
    yield store
    store.close()


def officer(organisation: str) -> Actor:
    return Actor("ina", (Grant(id="G1", user_id="ina", role="organisation", organisation=organisation),))


def test_what_is_typed_in_is_judged_like_a_row_of_a_file(bench):
    good = service.enter(bench, LEAD, RUN, "mentee", GOOD, source=FORM)
    other = {**GOOD, "first_name": "Nora", "email": "nora@example.org", "pay_grade": "A 7"}
    poor = service.enter(bench, LEAD, RUN, "mentee", other, source=FORM)
    again = service.enter(bench, LEAD, RUN, "mentee", GOOD, source=FORM)
    assert (good.status, good.version) == ("ok", 1)
    assert [f.code for f in poor.findings] == ["grade_too_low"]
    assert [f.code for f in again.findings] == ["duplicate"]
    assert again.person_id == good.person_id


def test_an_organisation_enters_its_own_people_only(bench):
    assert service.enter(bench, officer("Kamen"), RUN, "mentee", GOOD, source=FORM).organisation == "Kamen"
    with pytest.raises(NotAllowed):
        service.enter(bench, officer("Werne"), RUN, "mentee", GOOD, source=FORM)


def test_who_withdraws_takes_no_part_any_more_but_is_kept(bench):
    entered = service.enter(bench, LEAD, RUN, "mentee", GOOD, source=FORM)
    left = service.withdraw(bench, officer("Kamen"), entered.id, "umgezogen", entered.version)
    assert (entered.takes_part, left.takes_part) == (True, False)
    assert (left.withdrawn.by, left.withdrawn.reason) == ("ina", "umgezogen")
    with pytest.raises(RuleBroken):
        service.withdraw(bench, LEAD, left.id, "", left.version)
