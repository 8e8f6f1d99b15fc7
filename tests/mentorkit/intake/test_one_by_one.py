"""Applications that come one by one, and those that are withdrawn."""

from __future__ import annotations

import pytest

from mentorkit.errors import NotAllowed, RuleBroken
from mentorkit.intake import service
from mentorkit.intake.export import to_xlsx
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


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  vorn", "vorn"),
        ("a\x0bb\x07c", "a bc"),
        ("eins\r\nzwei \n drei", "eins\nzwei\ndrei"),
        ("\u200b ", None),
    ],
)
def test_what_is_typed_is_kept_as_if_it_came_by_a_file(bench, typed, kept):
    entered = service.enter(bench, LEAD, RUN, "mentee", {**GOOD, "expectations": typed}, source=FORM)
    assert entered.entries.get("expectations") == kept
    mended = service.mend(bench, LEAD, entered.id, {"expectations": "vorher"}, entered.version)
    mended = service.mend(bench, LEAD, entered.id, {"expectations": typed}, mended.version)
    assert mended.entries.get("expectations") == kept
    (row,) = service.intake(bench, LEAD, RUN, [("export.xlsx", to_xlsx(bench, LEAD, RUN))]).rows
    assert row.change == "unchanged"


def test_a_text_that_no_cell_can_hold_is_refused_by_its_name(bench):
    longest = "x" * 32_767
    entered = service.enter(bench, LEAD, RUN, "mentee", {**GOOD, "expectations": longest}, source=FORM)
    (row,) = service.intake(bench, LEAD, RUN, [("export.xlsx", to_xlsx(bench, LEAD, RUN))]).rows
    assert row.change == "unchanged"
    for refused in (
        lambda: service.mend(bench, LEAD, entered.id, {"expectations": longest + "x"}, entered.version),
        lambda: service.enter(bench, LEAD, RUN, "mentee", {"expectations": longest + "x"}, source=FORM),
    ):
        with pytest.raises(RuleBroken, match="Erwartungen"):
            refused()
