"""An app below ``/user/anna/`` in Chromium: its scripts, its kernel, what leaving and logging out do."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import requests

from mentorkit.examples import DEMO_USER
from mentorkit.privacy.permissions import sole_actor
from mentorkit.store import Store
from mentorkit.workbench import Workbench

pytestmark = pytest.mark.browser
BELOW = "/user/anna/"


def test_an_app_works_below_an_address_and_asks_nothing_above(page, new_demo, serve_workbench) -> None:
    target = new_demo()
    store = Store.open(target)
    token = Workbench.of(store, DEMO_USER).accounts.new_link(sole_actor(), DEMO_USER)
    store.close()
    address = serve_workbench(str(target), base=BELOW).address + BELOW
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))

    page.goto(f"{address}login?token={token}")
    page.get_by_role("heading", level=1).first.wait_for()
    assert page.url == address
    page.wait_for_function("window.jupyterapp?.widgetManager?.kernel?.connectionStatus === 'connected'")
    with page.expect_request("**/state?kernel=*"):
        pass
    page.get_by_role("group").get_by_title("Hell oder dunkel").click()
    page.get_by_role("button", name="Dunkel", exact=True).click()
    cookies = {cookie["name"]: cookie for cookie in page.context.cookies()}
    assert cookies["mentorkit-theme"]["path"] == BELOW
    kernel = page.evaluate("JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId")

    page.locator(".mk-second a", has_text="Matching").click()
    page.locator(".mk-second a[aria-current=page]", has_text="Matching").wait_for()
    assert page.url.startswith(f"{address}matching?")
    page.locator("#rendered_cells h1").first.wait_for()
    own = {name: cookie["value"] for name, cookie in cookies.items()}
    assert not requests.get(f"{address}state?kernel={kernel}", cookies=own, timeout=30).json()["alive"]
    page.locator(".mk-user summary").click()
    page.get_by_role("button", name="Abmelden").click()
    page.wait_for_url(f"{address}login")
    assert {
        path for path in asked if not path.startswith((BELOW, "http"))
    } == set()  # a blob has an address in its path
