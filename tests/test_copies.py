"""The example files in this repository are the ones the project was given, where these lie beside it."""

import lzma
import os
from gzip import decompress
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
GIVEN = ROOT.parent / "shared"

pytestmark = pytest.mark.skipif(
    not (os.environ.get("CI") and GIVEN.is_dir()),
    reason="compared in CI, where the given files lie beside the clone",
)


def test_the_demo_holds_the_given_programmes():
    examples = ROOT / "mentorkit" / "examples" / "programmes"
    truths = ROOT / "tests" / "data" / "truth"
    for given in sorted((GIVEN / "programmes").rglob("*.*")):
        copy = (
            truths / f"{given.parent.name}.json"
            if given.name == "truth.json"
            else examples / given.parent.name / given.name
        )
        assert copy.read_bytes() == given.read_bytes(), given.name


def test_the_instances_of_the_solver_are_the_published_ones():
    for given in sorted((GIVEN / "peers" / "or-library").glob("*.txt.gz")):
        copy = ROOT / "tests" / "data" / "or-library" / given.name.replace(".gz", ".xz")
        assert lzma.decompress(copy.read_bytes()) == decompress(given.read_bytes()), given.name


def test_the_files_of_another_tool_are_as_it_ships_them():
    for copy in sorted((ROOT / "tests" / "data" / "mentor-match").glob("*.csv")):
        assert copy.read_bytes() == (GIVEN / "peers" / "mentor-match" / copy.name).read_bytes(), copy.name
