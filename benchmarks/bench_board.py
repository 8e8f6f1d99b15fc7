"""Time from the change of a weight to the new board, in Chromium: ``python benchmarks/bench_board.py``.

A workbench of invented people is served on this machine; its matching is open and has been solved once.
A weight is changed as a slider does, and the clock stops when the table shows other scores and is drawn.
Printed are the median and the longest of several changes, in milliseconds.
"""

from __future__ import annotations

import argparse
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

SERVE = """
import sys
from mentorkit.serve.server import serve
serve(sys.argv[1], port=0, login_as="demo", demo=True)
"""
TOPICS = [f"Thema {n}" for n in range(40)]
FIELDS = [f"Bereich {n}" for n in range(12)]
CHANGE = """
(weight) => new Promise((done) => {
  const input = document.querySelector(".mkf-dial");
  const table = () => document.querySelector(".mkt tbody").innerText;
  const before = table(), start = performance.now();
  const look = () => {
    if (table() === before) return setTimeout(look, 2);
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  };
  input.value = weight;
  input.dispatchEvent(new Event("change"));
  look();
})
"""


def workbench(path: Path, people: int) -> str:
    """Make a workbench with a run of so many people, half of them mentors; return the id of the run."""
    from mentorkit.programme.records import Application, Person
    from mentorkit.store import Store
    from mentorkit.workbench import Workbench

    chance = random.Random(0)
    bench = Workbench.of(Store.create(path), "demo")
    run = bench.add("cross-company")
    programme_id = run.record.programme_id
    with bench.store.write("demo", "bench") as writer:
        for k in range(people):
            role = "mentee" if k % 2 else "mentor"
            name = {"first_name": f"Eva{k}", "last_name": f"Muster{k}"}
            writer.save(Person(id=f"P{k}", programme_id=programme_id, **name))
            answers = {
                "topics": chance.sample(TOPICS, chance.randint(1, 4)),
                "field": chance.choice(FIELDS),
                "places": 1,
            }
            writer.save(
                Application(
                    id=f"A{k}", run_id=run.id, person_id=f"P{k}", role=role, status="ok",
                    organisation=f"Firma {chance.randrange(people // 10)}", answers=answers, **name,
                )
            )  # fmt: skip
    bench.accounts.add(bench.actor, "demo", "Demo")
    bench.accounts.grant(bench.actor, "demo", "lead")
    run_id = run.id
    bench.close()
    return run_id


def measure(page: Page, changes: int) -> list[float]:
    """Open the weights and change one again and again; the first changes warm up."""
    page.locator(".mkt tbody tr").first.wait_for()
    page.get_by_role("button", name="Andere Gewichte ausprobieren").click()
    page.locator(".mkf-dial").first.wait_for()
    found = []
    for change in range(changes + 3):
        found.append(page.evaluate(CHANGE, str(300 + 37 * (change % 7))))
        page.wait_for_timeout(300)
    return found[3:]


def bench(people: int, changes: int) -> list[float]:
    """Serve a workbench of so many people, and return the milliseconds of each change."""
    chromium = os.environ.get("MENTORKIT_CHROMIUM") or shutil.which("chromium") or None
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        path = Path(folder) / "bench.mentorkit"
        run = workbench(path, people)
        command = [sys.executable, "-c", SERVE, str(path)]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        try:
            way_in = "http://" + server.stdout.readline().split("http://")[1].strip()
            browser = playwright.chromium.launch(
                executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
            )
            page = browser.new_context(locale="de-DE").new_page()
            page.goto(way_in)
            page.get_by_role("heading", level=1).first.wait_for()
            page.goto(f"{way_in.partition('/login')[0]}/matching?run={run}")
            return measure(page, changes)
        finally:
            server.terminate()
            server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, nargs="+", default=[60, 1000])
    parser.add_argument("--changes", type=int, default=20)
    chosen = parser.parse_args()
    for people in chosen.people:
        times = bench(people, chosen.changes)
        print(f"{people:5} people: median {statistics.median(times):5.0f} ms, longest {max(times):5.0f} ms")


if __name__ == "__main__":
    main()
