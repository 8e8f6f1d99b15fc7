"""Fifty scripts typed into every field run in no app; a page that forgets to escape them runs nearly all."""

from __future__ import annotations

import itertools
import re
from contextlib import closing

import pytest
from hostile_texts import SCRIPTS
from playwright.sync_api import expect

from mentorkit.examples import DEMO_USER
from mentorkit.privacy.records import User
from mentorkit.programme import records as r
from mentorkit.store import Store

pytestmark = pytest.mark.browser

#: One with questions open and wishes, one with tandems of companies that come as they come.
ACADEMY, COMPANIES = "arts-academy/2015", "cross-company/2021"
#: How many of them an app shows at least, in all its parts together; reports offer organisations to choose.
SHOWN = {"start": 20, "intake": 100, "matching": 100, "network": 100, "reports": 0}
#: Opens the first row in sight, if there is one.
OPEN_A_ROW = """() => [...document.querySelectorAll("main table tbody tr")]
  .find((row) => row.offsetParent)?.querySelector("th, td")?.click()"""
FIRED = "() => window.__fired || 0"


@pytest.fixture(scope="module")
def served(new_demo, stage):
    """A demo in which everybody and everything is called by a script."""
    target = new_demo()
    with closing(Store.open(target)) as store, store.write("test", "test") as writer:
        texts = itertools.cycle(SCRIPTS)
        user = writer.get(User, DEMO_USER)
        writer.save(user.with_(display_name=SCRIPTS[2]))
        for run_id in (ACADEMY, COMPANIES):
            run = writer.get(r.Run, run_id)
            programme = writer.get(r.Programme, run.programme_id)
            named = programme.settings.model_copy(update={"name": f"{SCRIPTS[0]} {programme.id}"})
            writer.save(programme.with_(name=named.name, settings=named))
            renamed = {}
            for a in writer.all(r.Application, run_id=run_id):
                text = next(texts)
                place = renamed.setdefault(a.organisation, text) if a.organisation else None
                entries = dict.fromkeys(a.entries, text) | {"extra_heading": text}
                finding = r.Finding(code="invalid_email", field="email", value=text)
                writer.save(a.with_(
                    first_name=text, last_name=f"{text} Muster", organisation=place, entries=entries,
                    extra={text: text}, notes=(text,), findings=(*a.findings, finding),
                    source=a.source.model_copy(update={"file": f"{text}.csv", "family": text, "sheet": text}),
                ))  # fmt: skip
                writer.save(writer.get(r.Person, a.person_id).with_(first_name=text, last_name=f"{text} M"))
            for wish in writer.all(r.Wish, run_id=run_id):
                writer.save(wish.with_(text=next(texts)))
            for organisation in writer.all(r.Organisation, programme_id=programme.id):
                if organisation.name in renamed:
                    writer.save(organisation.with_(name=renamed[organisation.name]))
    return stage.show(target, DEMO_USER)


@pytest.mark.parametrize(
    ("app", "run"),
    [("start", ACADEMY), ("intake", ACADEMY), ("intake", COMPANIES), ("matching", ACADEMY),
     ("network", COMPANIES), ("reports", COMPANIES)],
)  # fmt: skip
def test_no_app_runs_what_participants_typed(served, cookies, new_page, app, run):
    page = new_page(1280, 900)
    page.context.add_cookies(cookies)
    page.goto(f"{served.address}/?run={run}" if app == "start" else f"{served.address}/{app}?run={run}")
    page.get_by_role("heading", level=1).wait_for()
    page.locator("#loading").wait_for(state="hidden")
    main = page.locator("main")
    expect(main).to_contain_text(re.compile("__fired"))
    shown = main.inner_text()
    for tab in page.get_by_role("tab").all():
        if tab.is_visible() and tab.is_enabled():
            tab.click()
            expect(tab).to_have_attribute("aria-selected", "true")
            page.evaluate(OPEN_A_ROW)
            shown += main.inner_text()
    assert page.evaluate(FIRED) == 0
    assert shown.count("__fired") >= SHOWN[app]  # as text they stand there


def test_the_same_texts_run_in_a_page_that_forgets_to_escape_them(new_page):
    page = new_page()
    ran = 0
    for text in SCRIPTS:
        page.goto("about:blank")
        page.set_content(f"<!DOCTYPE html><title>x</title><body><p>{text}</p></body>")
        ran += bool(page.evaluate(FIRED))
    assert ran >= len(SCRIPTS) - 10  # a link runs when it is followed only
