"""The list of applications: filters and their address, one opened with its history, many decided at once."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from app_people import RUN, apply, workbench
from mentorkit_widgets.intake.model import IntakeModel
from mentorkit_widgets.intake.view import IntakeView

from mentorkit.intake import actions, service
from mentorkit.matching import choosing
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant
from mentorkit.workbench import Workbench


@pytest.fixture
def bench():
    made = workbench()
    run = made.run()
    apply(run, 1, "mentee", last_name="Adler", entries={"email": "adler@example.org"})
    apply(run, 2, "mentee", "ineligible", last_name="Berg", codes=["not_female"], organisation="Werne")
    apply(run, 3, "mentor", "error", last_name="Claus", codes=["missing_email"])
    apply(run, 4, "mentor", "review", last_name="Dorn", codes=["late"])
    yield made
    made.close()


@pytest.fixture
def view(bench) -> IntakeView:
    return IntakeView(IntakeModel(bench.run()))


def names(view) -> list[str]:
    return [
        row["name"] if isinstance(row["name"], str) else row["name"]["text"]
        for row in view.stored.list.table.rows
    ]


def as_data_protection(bench):
    grant = Grant(id="G1", user_id="dora", role="data-protection")
    return Workbench(bench.store, Actor("dora", (grant,))).run(RUN)


def is_shown(part) -> bool:
    return part.layout.display != "none"


def choose(view, number) -> None:
    view.stored.list.table.select(f"A{number}")


# -- filters and the address ----------------------------------------------------------------------


def test_filters_work_together_and_can_be_taken_away(view):
    listed = view.stored.list
    listed.role.value = "mentor"
    listed.filters.edit("finding", "late")
    assert names(view) == ["Eva Dorn"]
    assert "1 von 4" in listed.count.value
    listed.show_all.click()
    assert len(names(view)) == 4
    assert listed.filters.values["finding"] == ""
    assert not is_shown(listed.show_all)


def test_the_panel_says_that_the_filters_hide_who_is_open(view):
    choose(view, 1)
    detail = view.stored.list.detail
    assert not is_shown(detail.listed)
    view.stored.list.filters.edit("word", "niemand")
    assert is_shown(detail.listed)
    view.stored.list.show_all.click()
    assert not is_shown(detail.listed)


def told(options) -> dict[str, int]:
    """Return how many each option of a filter says that it shows."""
    return {key: int(re.search(r"\((\d+)\)$", text)[1]) for key, text in dict(options).items()}


def test_each_option_counts_what_it_would_show_with_the_other_filters_as_they_are(view):
    listed = view.stored.list
    listed.role.value = "mentor"
    listed.filters.edit("organisation", "Kamen")
    fields = {field.name: field for field in listed.filters.fields}
    filters = {
        "show": told(listed.show_rows.options),
        "role": told(listed.role.options),
        "organisation": told(fields["organisation"].options),
        "finding": told(fields["finding"].options),
    }
    assert filters["role"] == {"all": 3, "mentee": 1, "mentor": 2}
    assert filters["organisation"] == {"": 2, "Kamen": 2, "Werne": 0}
    for name, options in filters.items():
        before = getattr(view.model, name)
        for option, n in options.items():
            setattr(view.model, name, option)
            assert len(names(view)) == n, (name, option)
        setattr(view.model, name, before)


def test_the_counts_follow_the_word_that_is_looked_for(view):
    listed = view.stored.list
    listed.filters.edit("word", "adler")
    assert told(listed.show_rows.options) == {"all": 1, "open": 0, "ineligible": 0, "ok": 1}
    assert told(listed.role.options) == {"all": 1, "mentee": 1, "mentor": 0}


def test_a_search_finds_words_in_every_entry_and_never_reaches_the_server(view):
    view.stored.list.filters.edit("word", "ADLER@example")
    assert names(view) == ["Eva Adler"]
    assert view.address.word == "ADLER@example"
    assert "ADLER" not in str(view.address.query)


def test_what_is_shown_stands_in_the_address_and_is_shown_again_from_it(view, bench):
    view.stored.list.show_rows.value = "open"
    view.stored.list.filters.edit("organisation", "Kamen")
    choose(view, 4)
    said = {"show": "open", "organisation": "Kamen", "application": "A4"}
    assert view.address.query == said
    again = IntakeModel(bench.run())
    again.point_at(said)
    assert [a.id for a in again.rows] == ["A3", "A4"]
    assert again.selected == "A4"


def test_a_link_of_the_page_to_itself_shows_its_rows(view):
    view.model.part = "overview"
    view.stored.list.filters.edit("word", "Adler")
    view.address._handle_custom_msg({"go": {"show": "ineligible", "organisation": "Werne"}}, [])
    assert view.tabs.value == "applications"
    assert names(view) == ["Eva Berg"]
    assert view.address.word == ""


ODD = ({"go": {"show": 3}}, {"go": "x"}, {"word": 5}, {"go": {"show": "x" * 999}}, None)
UNKNOWN = ({"show": "nonsense"}, {"role": "boss"}, {"part": "nowhere"}, {"application": "A99"})


@pytest.mark.parametrize("message", ODD)
def test_what_no_browser_sends_changes_nothing(view, message):
    view.address._handle_custom_msg(message, [])
    assert len(names(view)) == 4


@pytest.mark.parametrize("query", UNKNOWN)
def test_an_address_that_names_what_there_is_not_shows_all(view, query):
    view.model.point_at(query)
    assert len(names(view)) == 4
    assert view.model.selected == ""


def test_a_part_that_the_role_does_not_have_is_not_shown(bench):
    bench_of = Workbench(
        bench.store, Actor("dora", (Grant(id="G1", user_id="dora", role="data-protection"),))
    )
    model = IntakeModel(bench_of.run(RUN))
    view = IntakeView(model)
    model.point_at({"part": "read"})
    assert (view.tabs.value, model.part) == ("applications", "applications")


# -- one application ------------------------------------------------------------------------------


def test_withdrawing_is_shown_filtered_and_taken_back(view):
    listed = view.stored.list
    assert "withdrawn" not in dict(listed.show_rows.options)
    choose(view, 1)
    listed.detail.withdrawal.reason.edit("reason", "Umzug")
    listed.detail.withdrawal.withdraw.click()
    assert dict(listed.show_rows.options)["withdrawn"].endswith("(1)")
    assert "Umzug" in listed.detail.facts.value
    assert is_shown(listed.detail.withdrawal.readmit)
    assert not is_shown(listed.detail.withdrawal.withdraw)
    listed.show_rows.value = "withdrawn"
    assert names(view) == ["Eva Adler"]
    listed.detail.withdrawal.readmit.click()
    assert view.model.application.takes_part


def test_the_history_tells_each_change_and_undoes_the_last(view, bench):
    choose(view, 1)
    detail = view.stored.list.detail
    detail.entries.edit("email", "neu@example.org")
    detail.save.click()
    detail.history.more.opened = True
    assert "adler@example.org" in detail.history.list.value
    assert "neu@example.org" in detail.history.list.value
    assert detail.history.undo.description == "Zurücknehmen: Berichtigt"
    detail.history.undo.click()
    assert view.model.application.entries["email"] == "adler@example.org"
    assert detail.history.redo.description == "Wiederherstellen: Berichtigt"
    assert not is_shown(detail.history.undo)
    assert bench.run().application_records[0].entries["email"] == "adler@example.org"


def test_undoing_what_somebody_else_changed_since_is_refused(view, bench):
    choose(view, 1)
    detail = view.stored.list.detail
    detail.entries.edit("email", "neu@example.org")
    detail.save.click()
    now = view.model.application
    service.mend(bench.store, bench.actor, now.id, {"email": "dritte@example.org"}, now.version)
    view.model.undo_change()
    assert view.model.refused
    assert view.model.application.entries["email"] == "dritte@example.org"


def test_what_was_understood_stands_beside_what_was_said(view, bench):
    application = bench.run().application_records[0]
    service.mend(bench.store, bench.actor, application.id, {"pay_grade": "A 12 <b>"}, application.version)
    view.model.reload()
    choose(view, 1)
    told = view.stored.list.detail.understood.value
    assert "A 12 &lt;b&gt;" in told


def test_where_places_are_limited_the_selection_comes_before_the_matching(view, bench):
    for application in bench.run().application_records:
        if application.open:
            actions.refuse(bench.store, bench.actor, application.id, "So beraten", application.version)
    view.model.reload()
    said = view.stored.next_step.value
    assert said.index("Weiter zur Auswahl") < said.index("Weiter zum Matching")
    choosing.fix_selection(bench.store, bench.actor, bench.run().id, bench.run().record.version)
    view.model.reload()
    assert "Weiter zur Auswahl" not in view.stored.next_step.value


# -- many at once ---------------------------------------------------------------------------------


def prepare(view, action):
    bulk = view.stored.list.bulk.decision
    bulk.form.edit("action", action)
    bulk.look.click()
    return bulk


def test_what_is_to_be_done_with_many_is_chosen_by_a_person(view):
    bulk = view.stored.list.bulk.decision
    bulk.look.click()
    assert list(bulk.form.errors) == ["action"]
    assert bulk.bulk.plan is None


def test_a_decision_on_many_is_told_beforehand_and_changes_nothing_yet(view, bench):
    bulk = prepare(view, "accept")
    assert set(bulk.who.values["who"]) == {"A2", "A4"}
    assert bulk.staying.value.count("Claus") == 1
    assert all(a.overruled is None for a in bench.run().application_records)
    bulk.do.click()
    assert bulk.reason.errors
    bulk.reason.edit("reason", "So beraten")
    bulk.look.click()  # once more: what was typed stays
    assert bulk.reason.values["reason"] == "So beraten"
    bulk.who.edit("who", ["A2"])
    assert "1" in bulk.do.description
    bulk.do.click()
    taking_part = {a.id for a in bench.run().application_records if a.takes_part}
    assert taking_part == {"A1", "A2"}
    assert bulk.bulk.plan is None
    assert not bulk.reason.values["reason"]


def test_many_are_refused_with_one_reason_and_found_by_the_filter_for_the_refused(view, bench):
    assert told(view.stored.list.show_rows.options)["ineligible"] == 1
    bulk = prepare(view, "refuse")
    assert set(bulk.who.values["who"]) == {"A1", "A3", "A4"}
    assert "schon durch eine Voraussetzung abgelehnt" in bulk.staying.value
    bulk.who.edit("who", ["A1", "A4"])
    bulk.reason.edit("reason", "Stelle fällt weg")
    bulk.do.click()
    assert {a.id for a in bench.run().application_records if a.refused} == {"A1", "A2", "A4"}
    view.stored.list.show_rows.value = "ineligible"
    assert names(view) == ["Eva Adler", "Eva Berg", "Eva Dorn"]
    assert {row["status"]["text"] for row in view.stored.list.table.rows} == {"abgelehnt"}


def test_another_list_is_another_decision(view):
    bulk = prepare(view, "withdraw")
    view.stored.list.show_rows.value = "open"
    assert bulk.bulk.plan is None
    assert not is_shown(bulk.preview)


def test_who_may_change_nothing_is_offered_nothing(bench):
    bench_of = Workbench(
        bench.store, Actor("dora", (Grant(id="G1", user_id="dora", role="data-protection"),))
    )
    view = IntakeView(IntakeModel(bench_of.run(RUN)))
    assert not is_shown(view.stored.list.bulk)
    choose(view, 1)
    assert not is_shown(view.stored.list.detail.withdrawal)


# -- the overview ---------------------------------------------------------------------------------


def test_every_number_of_the_overview_leads_to_as_many_rows(view):
    view.tabs.value = "overview"
    links = re.findall(
        r'href="([^"]+)">(?:<strong>)?(\d+)<', view.overview.figures.value + view.overview.table.value
    )
    assert len(links) > 8
    for href, n in links:
        query = dict(parse_qsl(urlsplit(href.replace("&amp;", "&")).query))
        assert query.pop("run") == RUN
        view.address.go(query)
        assert len(names(view)) == int(n), href


def test_the_overview_sets_those_who_are_eligible_beside_the_places(view, bench):
    run = bench.run()
    for number in range(11, 16):
        apply(run, number, "mentee", organisation="Lünen")
    view.model.reload()
    view.tabs.value = "overview"
    told = view.overview.table.value
    places = run.programme.settings.quotas.of("mentee", "Lünen")
    assert f"geeignet 5, Plätze {places}" in told
    assert "nimmt teil" not in told
