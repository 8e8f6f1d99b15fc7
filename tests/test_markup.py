"""No text of participants can become a part of a page: a lint forbids whatever makes markup of a text."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from markupsafe import Markup
from mentorkit_widgets.base import markup
from mentorkit_widgets.components.laid_out import LaidOut

ROOT = Path(__file__).parents[1]
WIDGETS, NOTEBOOKS = ROOT / "widgets" / "mentorkit_widgets", ROOT / "notebooks"
#: Classes and functions that take a text for markup.
TAKING_MARKUP = {"HTML", "HTMLMath", "Markdown", "Javascript", "SVG", "Latex", "IFrame", "display_html",
                 "display_markdown", "display_javascript"}  # fmt: skip
ANALYSTS = ("first-steps.ipynb", "network.ipynb")
#: Where they are needed, and why they are harmless there.
HARMLESS = {
    (
        "components/laid_out.py",
        "HTML",
    ): "the one of its kind, which escapes all that markup() did not make",
    ("base.py", "Markup"): "markup() itself",
    **{(name, "SVG"): "the picture that the library draws, whose texts are escaped" for name in ANALYSTS},
}
IN_SCRIPTS = re.compile(
    r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\s*\(|new\s+Function|dangerouslySet|srcdoc"
    r"|createContextualFragment|DOMParser|\.html\s*\(|javascript:|setAttribute\(\s*[\"'`]on|setTimeout\(\s*[\"'`]"
)
#: The picture of a network is drawn by the library, which escapes; a page takes its parts, not its script.
DRAWN = {("picture.js", "DOMParser")}


def wrong_in(source: str, name: str = "") -> Iterator[str]:
    """Yield what in a piece of Python would make markup of a text."""
    tree = ast.parse(source)
    said = _constants(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in ("ipywidgets", "IPython.display"):
            taken = (a.name for a in node.names if a.name in TAKING_MARKUP)
            yield from (f"imports {one}" for one in taken if (name, one) not in HARMLESS)
        if (
            isinstance(node, ast.Attribute)
            and node.attr in TAKING_MARKUP
            and (name, node.attr) not in HARMLESS
        ):
            yield f"uses {node.attr}"
        if isinstance(node, ast.keyword) and node.arg == "description_allow_html":
            yield "allows markup in a description"
        if isinstance(node, ast.Call):
            yield from _wrong_call(node, name, said)


def _constants(tree: ast.AST) -> set[str]:
    """Return the names that stand for constant texts wherever they are assigned."""
    names = [n for n in ast.walk(tree) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)]
    found: set[str] = set()
    for _ in range(2):  # one may stand for another
        given = [
            node for node in ast.walk(tree) if isinstance(node, ast.Assign) and _is_text(node.value, found)
        ]
        constant = {id(target) for node in given for target in node.targets}
        found = {n.id for n in names} - {n.id for n in names if id(n) not in constant}
    return found


def _is_text(value: ast.expr, said: set[str]) -> bool:
    if isinstance(value, ast.IfExp):
        return _is_text(value.body, said) and _is_text(value.orelse, said)
    if isinstance(value, ast.Name):
        return value.id in said
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _wrong_call(node: ast.Call, name: str, said: set[str]) -> Iterator[str]:
    called = getattr(node.func, "id", getattr(node.func, "attr", ""))
    made = called in ("Markup", "markup") and node.args and (name, called) not in HARMLESS
    if made and not _is_text(node.args[0], said):
        yield f"{called} of what is no constant"
    if called == "Environment" and not any(
        k.arg == "autoescape" and getattr(k.value, "value", None) is True for k in node.keywords
    ):
        yield "templates without autoescape"


def python() -> Iterator[tuple[str, str]]:
    for path in sorted(WIDGETS.rglob("*.py")):
        yield str(path.relative_to(WIDGETS)), path.read_text("utf-8")
    yield "pages.py", (ROOT / "mentorkit" / "serve" / "pages.py").read_text("utf-8")
    for path in sorted(NOTEBOOKS.rglob("*.ipynb")):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
        yield (
            path.name,
            "\n".join(line for text in code for line in text.splitlines() if line[:1] not in "%!"),
        )


def scripts() -> Iterator[tuple[str, str]]:
    for folder in (WIDGETS, ROOT / "mentorkit" / "serve" / "template"):
        for path in sorted(folder.rglob("*.js")):
            yield path.name, path.read_text("utf-8")


def test_no_widget_and_no_notebook_makes_markup_of_a_text() -> None:
    assert {name: found for name, source in python() if (found := list(wrong_in(source, name)))} == {}


def test_no_script_makes_markup_of_a_text() -> None:
    found = {(name, hit) for name, source in scripts() for hit in IN_SCRIPTS.findall(source)}
    assert found - DRAWN == set()


def test_pages_take_only_their_own_header_as_markup() -> None:
    pages = (ROOT / "mentorkit" / "serve" / "template").rglob("*.html")
    marked = {(path.name, hit) for path in pages for hit in re.findall(r"(\w+)\s*\|\s*safe|autoescape false",
                                                                      path.read_text("utf-8"))}  # fmt: skip
    assert marked == {("frame.html", "header")}


@pytest.mark.parametrize(
    "source",
    [
        "import ipywidgets as w\nw.HTML(f'<b>{name}</b>')",
        "from ipywidgets import HTMLMath",
        "from IPython.display import Markdown",
        "import ipywidgets\nipywidgets.Button(description=name, description_allow_html=True)",
        "Markup(f'<b>{name}</b>')",
        "markup('<b>' + name + '</b>')",
        "jinja2.Environment(loader=loader)",
        "jinja2.Environment(loader=loader, autoescape=False)",
    ],
)
def test_the_lint_finds_what_makes_markup_of_a_text(source: str) -> None:
    assert list(wrong_in(source))


@pytest.mark.parametrize(
    "source",
    ["node.innerHTML = name", "node.insertAdjacentHTML('x', name)", "eval(name)", "new Function(name)",
     "document.write(name)", "node.setAttribute('onclick', name)"],
)  # fmt: skip
def test_the_lint_finds_scripts_that_make_markup_of_a_text(source: str) -> None:
    assert IN_SCRIPTS.search(source)


def test_what_is_laid_out_takes_nothing_for_markup_that_markup_did_not_make() -> None:
    hostile = "<img src=x onerror=alert(1)>"
    laid = LaidOut(f"<b>{hostile}</b>")
    assert "<" not in laid.value
    laid.value = markup("<b>{name}</b>", name=hostile)
    assert laid.value == Markup("<b>&lt;img src=x onerror=alert(1)&gt;</b>")
    laid.set_state({"value": hostile})  # as a browser may claim
    assert "<" not in laid.value
