"""The header: runs by programme, the apps of one's role, who is logged in as what."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
import requests

from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant
from mentorkit.serve.pages import Visit, closed_page, header
from mentorkit.serve.site import RunLink, Site
from mentorkit.store import Store

UNNA, ARTS = "cross-administration/2014", "arts-academy/2015"


def text_of(answer: requests.Response) -> str:
    return answer.content.decode("utf-8")


def steps(page: str) -> set[str]:
    row = re.search(r'<nav class="mk-second mk-steps".*?</nav>', page, re.S).group(0)
    return set(re.findall(r'href="/([a-z]*)[?"]', row))


def test_the_coordination_of_an_organisation_is_offered_only_what_she_may_use(dora) -> None:
    page = text_of(dora.get(f"/?run={UNNA}"))
    assert steps(page) == {"", "intake"}  # there are no reports among the apps of this test
    assert "Koordination einer Organisation: Lünen" in page
    assert "Evaluation" not in page


def test_the_role_and_the_apps_are_those_of_the_programme_one_looks_at(dora) -> None:
    page = text_of(dora.get(f"/?run={ARTS}"))
    assert steps(page) == {""}
    assert "Evaluation" in page
    assert "Lünen" not in page


def test_an_address_beyond_ones_role_is_answered_kindly_and_opens_no_kernel(dora) -> None:
    answer = dora.get(f"/matching?run={UNNA}")
    assert answer.status_code == 403
    assert "„Matching“ gehört nicht zu Ihrer Rolle" in answer.text
    assert "Koordination einer Organisation: Lünen" in answer.text
    assert 'href="/"' in answer.text
    assert "kernelId" not in answer.text
    assert "(" not in re.search(r"<main.*?</main>", answer.text, re.S).group(0)


def test_the_steps_stay_with_the_run_of_their_page_whatever_another_tab_looks_at(anna) -> None:
    page = text_of(anna.get(f"/intake?run={UNNA}"))
    anna.get(f"/intake?run={ARTS}")
    row = re.search(r'<nav class="mk-second mk-steps".*?</nav>', page, re.S).group(0)
    assert {UNNA} == set(re.findall(r'href="[^"?]*[?]run=([^"]*)"', row))


def test_every_step_of_the_lead_is_open(anna) -> None:
    page = anna.get("/").text
    assert steps(page) == {"", "intake", "matching"}
    assert 'href="/help/start"' in page


def visit(tmp_path, runs: tuple[RunLink, ...], *grants: Grant) -> Visit:
    for name in ("start", "programme", "intake", "matching", "reports"):
        (tmp_path / f"{name}.ipynb").write_text("{}")
    site = Site(Store.create(), "", tmp_path)
    return Visit(site, "de", "/", Actor("eva", grants, "Eva"), runs, runs[0].id if runs else "")


def test_runs_are_grouped_by_programme_where_there_are_several(tmp_path) -> None:
    runs = (
        RunLink("a/2027", "a", "Alpha", "2027"),
        RunLink("a/2026", "a", "Alpha", "2026"),
        RunLink("b/1", "b", "Beta", "2026"),
    )
    page = header(visit(tmp_path, runs, Grant(id="G", user_id="eva", role="lead")), app="intake")
    assert page.count(">Alpha</span>") == 1
    menu = re.search(r'<details class="mk-menu mk-run">.*?</details>', page, re.S).group(0)
    links = re.findall(r'href="/intake\?run=([^"]+)"[^>]*>(?:<span[^>]*>([^<]*)</span>)?([^<]*)</a>', menu)
    assert links == [("a/2027", "Alpha ", "2027"), ("a/2026", "Alpha ", "2026"), ("b/1", "", "Beta 2026")]


def test_without_a_run_the_operator_still_finds_where_to_begin_one(tmp_path) -> None:
    operator = visit(tmp_path, (), Grant(id="G", user_id="eva", role="operator"))
    assert operator.opens("programme")
    assert not operator.opens("matching")
    nobody = visit(tmp_path, ())
    assert nobody.opens("start")
    assert not nobody.opens("intake")


@pytest.mark.parametrize(
    ("language", "roles", "words"),
    [
        ("de", [], "Sie haben einen Zugang, aber noch in keinem Programm eine Rolle."),
        ("en", [], "You have a log-in, but no role in any programme yet."),
        ("de", ["operator"], "Ihre Rolle ist: Betrieb. Es gibt noch keinen Durchgang"),
        ("en", ["operator"], "Your role is: Operation. There is no run"),
    ],
)
def test_without_a_role_or_a_run_a_closed_page_says_so(tmp_path, language, roles, words) -> None:
    grants = [Grant(id=role, user_id="eva", role=role) for role in roles]
    page = closed_page(replace(visit(tmp_path, (), *grants), language=language), "intake", "")
    assert words in page
    assert "„–“" not in page
    assert "“–”" not in page


def test_the_page_tells_its_script_whose_it_is(tmp_path) -> None:
    assert ' data-user="eva"' in header(visit(tmp_path, ()))
    assert "data-user" not in header(replace(visit(tmp_path, ()), actor=None))


def test_names_that_people_chose_reach_the_header_as_text(tmp_path) -> None:
    runs = (RunLink("a/1", "a", "<script>alert(1)</script>", "<b>1</b>"),)
    grant = Grant(id="G", user_id="eva", role="organisation", programme_id="a", organisation="<i>Kamen</i>")
    page = header(visit(tmp_path, runs, grant))
    assert "<script>" not in page
    assert "<b>1" not in page
    assert "<i>" not in page
