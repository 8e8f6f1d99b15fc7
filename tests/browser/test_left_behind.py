"""Programs behind pages that are gone end within a minute, whatever became of the browser."""

from __future__ import annotations

import os
import signal

import pytest

from mentorkit.examples import DEMO_USER

pytestmark = [pytest.mark.browser, pytest.mark.storm]

KERNEL = "JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"
ALIVE = """async (kernels) => {
  const ask = async (id) => (await (await fetch("/state?kernel=" + id)).json()).alive;
  return Promise.all(kernels.map(ask));
}"""
SECONDS_UNTIL_NONE = (
    """async (kernels) => {
  const begin = performance.now(), seconds = () => (performance.now() - begin) / 1_000;
  while ((await alive(kernels)).some(Boolean) && seconds() < 90)
    await new Promise((then) => setTimeout(then, 1_000));
  return seconds();
}"""
).replace("alive(", f"({ALIVE})(")


@pytest.fixture(scope="module")
def served(made_demo, stage):
    return stage.show(made_demo, DEMO_USER)


def test_a_minute_after_pages_were_closed_or_the_browser_crashed_nothing_is_left(
    served, launch, cookies, new_page
):
    watcher, crashing = new_page(), launch()
    watcher.context.add_cookies(cookies)
    watcher.goto(f"{served.address}/help")
    context = crashing.new_context(locale="de-DE")
    context.add_cookies(cookies)
    kernels = []
    for app in ("start", "intake", "matching"):
        page = context.new_page()
        page.goto(f"{served.address}/{app}")
        page.get_by_role("heading", level=1).first.wait_for()
        page.wait_for_load_state("networkidle")
        kernels.append(page.evaluate(KERNEL))
    page.close()
    processes = crashing.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    assert watcher.evaluate(ALIVE, kernels)[:2] == [True, True]
    os.kill(next(process["id"] for process in processes if process["type"] == "browser"), signal.SIGKILL)
    assert watcher.evaluate(SECONDS_UNTIL_NONE, kernels) < 60
