"""What the product says, as Babel's extractor finds it, and what the German catalogues hold."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from functools import cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[3]
CATALOGUES = sorted((ROOT / "mentorkit/language/de").glob("*.po"))
KEYWORDS = {"say": None, "later": None, "say_n": (1, 2)}
Message = str | tuple[str, ...]


def calls(fileobj, keywords, comment_tags, options):
    """Extract for Babel by the syntax tree: its own extractor sees nothing inside f-strings before 3.12."""
    for node in ast.walk(ast.parse(fileobj.read())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in keywords:
            texts = [
                a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else None
                for a in node.args
            ]
            yield node.lineno, node.func.id, tuple(texts) if len(texts) > 1 else texts[0], []


@cache
def said() -> dict[Message, tuple[str, ...]]:
    """Every message of the product with the places where it is said; messages are literals."""
    places: dict[Message, list[str]] = defaultdict(list)
    for folder in ("mentorkit", "widgets/mentorkit_widgets"):
        for file, line, message, _, _ in extract_from_dir(
            str(ROOT / folder), method_map=[("**.py", calls)], keywords=KEYWORDS
        ):
            places[message].append(f"{folder}/{file}:{line}")
    return {message: tuple(found) for message, found in places.items()}


@cache
def catalogue(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale="de")


def entries() -> list[tuple[Path, Message, Message]]:
    """Every entry of every catalogue as (file, msgid, msgstr)."""
    return [(path, entry.id, entry.string) for path in CATALOGUES for entry in catalogue(path) if entry.id]


def placeholders(text: str) -> set[str]:
    """Names of the placeholders of a sentence, without the forms of nouns."""
    return {re.split(r"[:!]", name)[0] for name in re.findall(r"\{([^{}]*)\}", text)}
