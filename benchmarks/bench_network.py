"""The picture of a network in Chromium, beside ipysigma.

    python benchmarks/bench_network.py --ipysigma PYTHON

Both show the same invented tandems at the same places, each in stock Voila. A button lets the kernel make the
widget, so the clock runs from the arrival of its data in the browser to the picture, and from a click on a
sign to what it does. Printed are also the bytes of script that the widget loads, what axe-core finds in it,
how many of its signs and controls the keyboard reaches, and the time of layout and drawing in Python, also of
organisations (``--people`` without a number: of these alone).

PYTHON is the interpreter of an environment of its own, made by ``pip install "voila<0.6" networkx ipysigma``.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import networkx as nx
import pandas as pd
from mentorkit_widgets.components.assets import script
from playwright.sync_api import Page, sync_playwright

from mentorkit.network import draw_svg, grouped_layout, organisation_graph, person_graph
from mentorkit.network.drawing import draw_bare

SHOW = """
import json
import networkx as nx
import ipywidgets as w
data = json.load(open("graph.json"))
graph = nx.node_link_graph(data["graph"], edges="links")
places = data["places"]
box = w.VBox()
button = w.Button(description="Show")
def show(_):
    box.children = [make()]
button.on_click(show)
"""
OURS = """
from mentorkit_widgets.components.picture import NetworkPicture
def make():
    picture = NetworkPicture()
    picture.show(graph, {node: tuple(place) for node, place in places.items()}, title="Tandems")
    return picture
"""
THEIRS = """
from ipysigma import Sigma
def make():
    layout = {node: {"x": x, "y": -y} for node, (x, y) in places.items()}
    return Sigma(graph, node_color="role", node_label="name", layout=layout, height=800)
"""
# When the last large message came, and when something had been drawn: three frames later it is seen.
WATCH = """
window.benchArrived = 0;
window.WebSocket = class extends WebSocket {
  constructor(...all) {
    super(...all);
    this.addEventListener("message", ({ data }) => {
      if ((data.length ?? data.byteLength ?? data.size) > 20000) window.benchArrived = performance.now();
    });
  }
};
window.benchSeen = (wanted) => new Promise((done, fail) => {
  let frames = 0;
  setTimeout(fail, 15000, "nothing was seen");
  const look = () => {
    if (wanted() && ++frames > 3) return setTimeout(() => done(performance.now()));
    requestAnimationFrame(look);
  };
  look();
});
addEventListener("click", () => { window.benchClicked = performance.now() }, true);
"""
DRAWN = {
    "mentorkit": "() => document.querySelector('.mkn-sheet .mkn-node')",
    "ipysigma": "() => document.querySelector('canvas.sigma-nodes')?.width > 100",
}
#: What the click on a sign does: the rest is dimmed; the name stands in a panel.
ANSWERED = {
    "mentorkit": "() => document.querySelector('.mkn-dim')",
    "ipysigma": "(name) => document.querySelector('.ipysigma-widget').innerText.includes(name)",
}
ROOT = {"mentorkit": ".mkn", "ipysigma": ".ipysigma-widget"}
# Where sigma draws a node: all as large as they fit with a margin of 30 pixels, in the middle.
SIGMA_PLACE = """([x, y, box]) => {
  const canvas = document.querySelector("canvas.sigma-mouse").getBoundingClientRect();
  const [wide, high] = [box[2] - box[0], box[3] - box[1]];
  const both = [canvas.height / canvas.width, high / wide];
  const steeper = both.map((ratio) => Math.max(ratio, 1 / ratio));
  const fits = (both[0] < 1) === (both[1] < 1) ? Math.min(...steeper) : 1;
  const unit = (fits * (Math.min(canvas.width, canvas.height) - 60)) / Math.max(wide, high);
  return [canvas.x + canvas.width / 2 + (x - (box[0] + box[2]) / 2) * unit,
    canvas.y + canvas.height / 2 + (y - (box[1] + box[3]) / 2) * unit];
}"""
OUR_PLACE = """(told) => {
  const signs = [...document.querySelectorAll(".mkn-node")];
  const sign = signs.find((part) => part.ariaLabel.startsWith(told + ","));
  sign.scrollIntoView({ block: "nearest" });
  const box = sign.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""
# Of the widget: what the Tab key stops at, and the signs in the list that is one of these stops.
REACHED = """(root) => {
  const parts = "a[href], button, input, select, summary, [tabindex]";
  const all = [...document.querySelectorAll(`${root} :is(${parts})`)];
  const seen = all.filter((part) => !part.disabled && part.checkVisibility({ checkVisibilityCSS: true }));
  return [seen.filter((part) => part.tabIndex >= 0 && part.role !== "option").length,
    document.querySelectorAll(`${root} .mkn-node[role=option]`).length];
}"""
ARROWS = ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown")
#: Thousands of keys take minutes.
WALKED_UP_TO = 1000
ROWS = {
    "script": "script of the widget, bytes",
    "loader": "script that loads it, bytes",
    "drawn": "from the data to the picture, ms",
    "clicked": "a click answered, ms",
    "rules": "rules of axe-core violated",
    "violations": "parts that violate them",
    "stops": "controls that the Tab key reaches",
    "signs": "people in a list for screen readers and keys",
    "walked": "of these, reached by pressing arrow keys",
    "strays": "requests of the widget to other hosts",
}


def tandems(count: int, organisations: int) -> pd.DataFrame:
    """Return so many tandems between and within so many organisations."""
    chance = random.Random(0)
    names = [f"Firma {n:02}" for n in range(organisations)]
    columns = ["mentor_id", "mentor", "mentor_organisation", "mentee_id", "mentee", "mentee_organisation"]
    rows = [
        (f"M{n}", f"Eva Muster{n}", one, f"E{n}", f"Ida Beispiel{n}", other)
        for n in range(count)
        for one, other in [chance.choices(names, k=2)]
    ]
    frame = pd.DataFrame(rows, columns=columns)
    frame["state"] = [("active", "concluded", "past")[n % 3] for n in range(len(frame))]
    return frame.assign(run="2014", score=None)


def network(people: int) -> nx.MultiDiGraph:
    """Return the graph of so many people in organisations of thirty to a hundred, half of them mentors."""
    graph = person_graph(tandems(people // 2, 12 if people < 1000 else 50))
    for *_, facts in [*graph.nodes(data=True), *graph.edges(data=True)]:
        facts.update({key: "" for key, value in facts.items() if value is None})  # ipysigma fails on None
    return graph


def timed(act: object, *arguments: object, **options: object) -> float:
    """Return the seconds of processor time of a call, the best of three."""
    times = []
    for _ in range(3):
        started = time.process_time()
        act(*arguments, **options)
        times.append(time.process_time() - started)
    return min(times)


def serve(python: str, folder: Path, name: str, port: int) -> subprocess.Popen[bytes]:
    """Serve a notebook with one of the widgets by stock Voila; return when it answers."""
    code = SHOW + (OURS if name == "mentorkit" else THEIRS) + "w.VBox([button, box])"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbformat.write(notebook, folder / f"{name}.ipynb")
    command = [python, "-m", "voila", f"{name}.ipynb", f"--port={port}", "--no-browser"]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/voila/static/nothing", timeout=5)
        except urllib.error.HTTPError:
            return server
        except OSError:
            time.sleep(0.2)


def visit(page: Page, name: str, port: int, graph: nx.MultiDiGraph, places: dict) -> dict[str, float]:
    """Open the page, show the widget and click on a sign; return what was measured."""
    scripts, strays = [], []
    mine = {"mentorkit": "/anywidget/", "ipysigma": "/ipysigma/"}[name]
    page.on("response", lambda found: scripts.append(found) if mine in found.url else None)
    page.on("request", lambda found: strays.append(found.url) if "//127.0.0.1" not in found.url else None)
    page.add_init_script(WATCH)
    page.goto(f"http://127.0.0.1:{port}/")
    page.get_by_role("button", name="Show").wait_for(timeout=60_000)
    page.wait_for_timeout(1000)
    strays_before = len(strays)
    page.get_by_role("button", name="Show").click()
    drawn = page.evaluate(f"benchSeen({DRAWN[name]}).then((at) => at - benchArrived)")
    loaded = sum(len(found.body()) for found in scripts if found.url.partition("?")[0].endswith(".js"))
    page.wait_for_timeout(1500)
    ours = len(script("picture").encode()) if name == "mentorkit" else 0
    sizes = {"script": ours or loaded, "loader": loaded if ours else 0}
    found = {"drawn": drawn, **sizes, "strays": len(strays) - strays_before}
    return found | {"clicked": click(page, name, graph, places)}


def click(page: Page, name: str, graph: nx.MultiDiGraph, places: dict) -> float:
    """Click on somebody's sign; return the milliseconds to what that does."""
    person = min(places, key=lambda node: places[node][0])  # on the right ipysigma has a panel over them
    called = graph.nodes[person]["name"]
    if name == "mentorkit":
        spot = page.evaluate(OUR_PLACE, called)
    else:
        xs, ys = zip(*places.values(), strict=True)
        spot = page.evaluate(SIGMA_PLACE, [*places[person], [min(xs), min(ys), max(xs), max(ys)]])
    page.mouse.move(*spot, steps=4)
    page.wait_for_timeout(400)
    wanted = f"() => ({ANSWERED[name]})({json.dumps(called)})"
    page.evaluate(f"() => {{ window.benchAnswer = benchSeen({wanted}) }}")
    page.mouse.click(*spot)
    return page.evaluate("benchAnswer.then((at) => at - benchClicked)")


def looked(page: Page, name: str) -> dict[str, float]:
    """Return the violations that axe-core finds in the widget, and what the keyboard reaches in it."""
    from axe_playwright_python.base import AXE_SCRIPT

    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("root => axe.run(root).then((found) => found.violations)", ROOT[name])
    stops, signs = page.evaluate(REACHED, ROOT[name])
    nodes = sum(len(rule["nodes"]) for rule in found)
    walked = walk(page) if 0 < signs <= WALKED_UP_TO else -1 if signs else 0
    return {"rules": len(found), "violations": nodes, "stops": stops, "signs": signs, "walked": walked}


def walk(page: Page) -> int:
    """Press each arrow key at each sign that they lead to from the first one; return how many they reach."""
    page.locator(".mkn-node[tabindex='0']").focus()
    here = press(page, "Home")
    ways = nx.DiGraph()
    untried = {here: list(ARROWS)}
    while True:
        ways.add_node(here)
        paths = nx.single_source_shortest_path(ways, here)
        path = next((path for sign, path in paths.items() if untried[sign]), None)
        if path is None and here == (first := press(page, "Home")):
            return sum(sign.isdigit() for sign in untried)  # the others are organisations
        if path is None:
            here = first
            continue
        for sign, after in itertools.pairwise(path):
            here = press(page, ways.edges[sign, after]["key"])
        key = untried[here].pop()
        there = press(page, key)
        untried.setdefault(there, list(ARROWS))
        ways.add_edge(here, there, key=key)
        here = there


def press(page: Page, key: str) -> str:
    """Press a key; return the number of the sign, or the class of the organisation, that has the focus."""
    page.keyboard.press(key)
    return str(page.evaluate("Object.values({...document.activeElement.dataset})[0]"))


def compare(people: int, rounds: int, pythons: dict[str, str]) -> None:
    """Show a graph of so many people in turn in each of the widgets, and print the table."""
    graph = network(people)
    places = grouped_layout(graph)
    found: dict[str, list[dict[str, float]]] = {name: [] for name in pythons}
    facts: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        data = {"graph": nx.node_link_data(graph, edges="links"), "places": places}
        (folder / "graph.json").write_text(json.dumps(data))
        ports = {known: free_port() for known in pythons}
        servers = [serve(python, folder, known, ports[known]) for known, python in pythons.items()]
        chromium = os.environ.get("MENTORKIT_CHROMIUM") or shutil.which("chromium") or None
        options = ["--no-sandbox", "--disable-gpu", "--enable-unsafe-swiftshader"]
        browser = playwright.chromium.launch(executable_path=chromium, args=options)
        try:
            for turn in range(rounds):
                for known in pythons:
                    page = browser.new_page(viewport={"width": 1280, "height": 1000})
                    found[known].append(visit(page, known, ports[known], graph, places))
                    if turn == rounds - 1:  # takes minutes with thousands, and is the same each time
                        facts[known] = looked(page, known)
                    page.close()
        finally:
            for server in servers:
                server.terminate()
    drawn = timed(draw_svg, graph, places, title="Tandems", description="")
    print(
        f"\n{people} people: layout {timed(grouped_layout, graph):.2f} s, drawing {drawn:.2f} s in Python\n"
    )
    print("| | " + " | ".join(pythons) + " |\n|---|" + "--:|" * len(pythons))
    for key, words in ROWS.items():
        cells = [
            facts[known].get(key) or statistics.median(visit.get(key, 0) for visit in found[known])
            for known in pythons
        ]
        shown = ("not tried" if cell < 0 else f"{cell:,.0f}" for cell in cells)
        print(f"| {words} | " + " | ".join(shown) + " |", flush=True)


def time_organisations(count: int, organisations: int) -> None:
    """Print how long it takes in Python to draw organisations, and a part of them in the room of all."""
    graph = organisation_graph(tandems(count, organisations))
    part = organisation_graph(tandems(count, organisations)[: count // 2], graph)
    places = grouped_layout(graph)
    print(
        f"\n{count} tandems between {organisations} organisations, {graph.number_of_edges()} links:"
        f" layout {timed(grouped_layout, graph):.2f} s, drawing {timed(draw_bare, graph, places):.2f} s,"
        f" half of them in the room of all {timed(draw_bare, part, places, whole=graph):.2f} s"
    )


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--people", type=int, nargs="*", default=[300, 5000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--ipysigma", metavar="PYTHON")
    given = parser.parse_args()
    pythons = {"mentorkit": sys.executable} | ({"ipysigma": given.ipysigma} if given.ipysigma else {})
    time_organisations(400, 40)
    time_organisations(2500, 50)
    for people in given.people:
        compare(people, given.rounds, pythons)


if __name__ == "__main__":
    main()
