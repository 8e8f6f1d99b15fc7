"""The house keeps its shape: imports point one way, notebooks are thin, the environment files agree."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LIBRARY = sorted((ROOT / "mentorkit").rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("*.ipynb"))
APPS = sorted((ROOT / "notebooks").glob("*.ipynb"))
TOP_LEVEL = {
    "notebooks", "mentorkit", "widgets", "tests", "benchmarks", "docs", ".ci", "environment.yml",
    "pyproject.toml",
    "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md", ".gitignore",
    ".pre-commit-config.yaml",
}  # fmt: skip


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
    return found


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [Path(line) for line in listed.stdout.splitlines()]


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: str(p.relative_to(ROOT)))
def test_the_library_imports_no_widget_and_only_serve_knows_voila(path):
    roots = {name.split(".")[0] for name in imports(path)}
    assert not roots & {"mentorkit_widgets", "widgets", "ipywidgets", "anywidget"}
    if "serve" not in path.relative_to(ROOT).parts:
        assert not roots & {"voila", "jupyter_server", "tornado"}


@pytest.mark.parametrize("path", LIBRARY, ids=lambda p: str(p.relative_to(ROOT)))
def test_only_the_store_and_its_services_talk_to_the_database(path):
    if "store" not in path.relative_to(ROOT).parts:
        assert not {name.split(".")[0] for name in imports(path)} & {
            "sqlalchemy",
            "sqlite3",
            "alembic",
            "psycopg",
        }


def test_importing_mentorkit_loads_no_heavy_library():
    code = "import sys, mentorkit; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    assert not loaded & {
        "pandas",
        "numpy",
        "scipy",
        "networkx",
        "matplotlib",
        "voila",
        "IPython",
        "typst",
        "sqlalchemy",
    }


def test_the_exporter_is_light_since_every_nbconvert_call_imports_it():
    code = (
        "import sys, mentorkit.reports.exporter; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    )
    loaded = set(
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        ).stdout.split()
    )
    assert not loaded & {"typst", "pandas", "matplotlib", "scipy", "sqlalchemy"}


@pytest.mark.parametrize("path", APPS, ids=lambda p: p.name)
def test_app_notebooks_are_thin(path):
    cells = json.loads(path.read_text("utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    assert len(cells) <= 4
    assert sum(len("".join(cell["source"]).splitlines()) for cell in code) <= 8


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: str(p.relative_to(ROOT)))
def test_notebooks_hold_no_output_and_define_nothing(path):
    for cell in json.loads(path.read_text("utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            assert not cell["outputs"]
            assert cell["execution_count"] is None
            tree = ast.parse("".join(cell["source"]))
            assert not any(
                isinstance(n, ast.FunctionDef | ast.ClassDef | ast.For | ast.While) for n in ast.walk(tree)
            )


def test_environment_yml_agrees_with_pyproject():
    wanted = {
        normal(line)
        for line in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    }
    lines = (line.strip().removeprefix("- ") for line in (ROOT / "environment.yml").read_text().splitlines())
    listed = {normal(line) for line in lines if "=" in line}
    assert listed - {"python>=3.11"} == wanted


def normal(requirement: str) -> str:
    text = (
        requirement.lower().replace(" ", "").replace("[binary]", "").replace("matplotlib-base", "matplotlib")
    )
    return text.split("#")[0]


def test_the_top_level_holds_only_what_was_agreed():
    assert {path.parts[0] for path in tracked_files()} <= TOP_LEVEL


def test_no_file_names_a_registry_host_or_a_machine():
    for path in tracked_files():
        if path.suffix in {".py", ".toml", ".yml", ".md", ".ipynb", ".cfg"} or path.name == "run":
            text = (ROOT / path).read_text("utf-8")
            assert "files.python" + "hosted" not in text
            assert "index-" + "url" not in text
            assert "/wor" + "k/" not in text


def test_no_two_test_modules_share_a_name():
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))


def test_what_security_promises_points_to_tests_that_are_there():
    text = (ROOT / "SECURITY.md").read_text("utf-8")
    named = re.findall(r"`((?:tests/[\w/]+/)?test_\w+\.py)`", text)
    assert len(named) > 10
    assert [name for name in named if not list((ROOT / "tests").rglob(Path(name).name))] == []
