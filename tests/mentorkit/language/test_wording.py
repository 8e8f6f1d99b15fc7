"""Everything a person reads is a whole sentence of a catalogue: none is built by gluing, none is left out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from catalogues import ROOT, entries

from mentorkit.language import NOUNS, Voice, say, speaking
from mentorkit.language.nouns import STYLES

WIDGETS = sorted((ROOT / "widgets/mentorkit_widgets").rglob("*.py"))
PYTHON = sorted([*(ROOT / "mentorkit").rglob("*.py"), *WIDGETS])
SHOWN = sorted([*(ROOT / "mentorkit/serve").glob("*.py"), *WIDGETS])
SCRIPTS = sorted([*(ROOT / "widgets").rglob("*.js"), *(ROOT / "mentorkit").rglob("*.js")])
TEMPLATES = sorted([*(ROOT / "mentorkit").rglob("*.html"), *(ROOT / "mentorkit").rglob("*.j2")])
SAYING = {"say", "say_n"}
#: Parameters whose value a person reads.
READ = {
    "label", "title", "lead", "caption", "description", "tooltip", "placeholder", "empty", "help",
    "help_text", "heading", "text", "message", "summary", "unit", "drop", "note", "word",
}  # fmt: skip
#: Functions of which the first argument is read.
READERS = {"button", "paragraph", "Choice", "Heading", "FilePicker", "Tabs", "Disclosure"}
#: Settings of the server, which no page shows.
SETTINGS = {"Int", "Integer", "Float", "Unicode", "Bool"}
#: Keys of the keyboard, as scripts name them.
KEYS = re.compile(r"Enter|Escape|Tab|Home|End|Delete|Backspace|Arrow\w+|Page\w+")
#: The name of the product, and units, are the same in every language.
SAME = re.compile(r"\b(mentorkit|kB|MB|PDF|SVG|CSV|GraphML)\b")
WORD = re.compile(r"[^\W\d_]{2,}")


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def called(node: ast.AST) -> str:
    if not isinstance(node, ast.Call):
        return ""
    return getattr(node.func, "id", None) or getattr(node.func, "attr", "")


def literal(node: ast.AST | None) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def words_of(markup: str) -> list[str]:
    """The words a reader sees of a piece of HTML: no tags, no placeholders, no names that are no words."""
    plain = re.sub(r"&\w+;", " ", re.sub(r"\{[^{}]*\}", " ", re.sub(r"<[^<>]*>?", " ", markup)))
    return WORD.findall(SAME.sub(" ", plain))


def said_names(function: ast.AST) -> set[str]:
    """Variables of a function that hold what was said."""
    return {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and called(node.value) in SAYING
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def glued(tree: ast.AST) -> Iterator[int]:
    """Lines where something said is glued to a literal word."""
    for function in (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Module))):
        names = said_names(function) if isinstance(function, ast.FunctionDef) else set()

        def says(node: ast.AST, names: set[str] = names) -> bool:
            return called(node) in SAYING or (isinstance(node, ast.Name) and node.id in names)

        for node in ast.walk(function):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
            elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
                parts = [node.left, node.right]
            else:
                continue
            if any(map(says, parts)) and any(words_of(literal(part)) for part in parts):
                yield node.lineno


def unsaid(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Literal words that are handed to something that shows them."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = called(node)
        if name in SETTINGS:
            continue
        shown = [keyword.value for keyword in node.keywords if keyword.arg in READ]
        if node.args and (name in READERS or name in {"HTML", "markup"}):
            shown.append(node.args[0])
        if name == "HTML":
            shown += [keyword.value for keyword in node.keywords if keyword.arg == "value"]
        for value in shown:
            if words_of(literal(value)):
                yield value.lineno, literal(value)


@pytest.mark.parametrize("path", PYTHON, ids=name_of)
def test_no_sentence_is_built_by_gluing_words(path):
    assert not list(glued(ast.parse(path.read_text("utf-8"))))


@pytest.mark.parametrize("path", SHOWN, ids=name_of)
def test_nothing_is_shown_that_was_not_said(path):
    assert not list(unsaid(ast.parse(path.read_text("utf-8"))))


def test_the_checks_find_what_they_look_for():
    assert list(glued(ast.parse('f"{say(message)} and more"')))
    assert list(glued(ast.parse('def f():\n    words = say("Row")\n    return words + " of the file"')))
    assert not list(glued(ast.parse('f"{say(message)}: {name}"')))
    assert list(unsaid(ast.parse('button("Save", action)')))
    assert list(unsaid(ast.parse('markup("<b>Row {n}</b>", n=3)')))
    assert not list(unsaid(ast.parse('markup("<b>{row}</b>", row=say("Row"))')))
    script = 'a.textContent = "Please wait"; b.title = `Close`; // No comment'
    assert prose(script + ' c.className = "mk-card mk-open"; d.key === "Enter"') == ["Please wait", "Close"]
    assert written("<p title='Close'>{{ words.close }}</p>") == ["Close"]


def prose(script: str) -> list[str]:
    """Literals of a script that read as words of a person: two words, or one that begins large."""
    tokens = r"//[^\n]*|/\*.*?\*/|(\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`)"
    literals = [found[1][1:-1] for found in re.finditer(tokens, script, re.DOTALL) if found[1]]
    bare = (re.sub(r"\$\{[^}]*\}", "", text).strip() for text in literals)
    word, sentence = (
        r"[A-ZÄÖÜ][a-zäöüß]{2,}",
        r"([A-ZÄÖÜ][a-zäöüß]*|[a-zäöüß]+) [a-zäöüß]+.*[.!?…]|[A-ZÄÖÜ][a-zäöüß]+( [\wäöüß]+)+",
    )
    return [text for text in bare if re.fullmatch(f"{word}|{sentence}", text) and not KEYS.fullmatch(text)]


@pytest.mark.parametrize("path", SCRIPTS, ids=name_of)
def test_a_script_has_no_words_of_its_own(path):
    assert prose(path.read_text("utf-8")) == []


def written(template: str) -> list[str]:
    """Words of a template outside of what is filled in: text, and the attributes that are read."""
    bare = re.sub(
        r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<(script|style)\b.*?</\1>|<!DOCTYPE[^>]*>",
        " ",
        template,
        flags=re.DOTALL,
    )
    read = re.findall(r"\b(?:title|alt|aria-label|placeholder)=(?:\"([^\"]*)\"|'([^']*)')", bare)
    return [*(word for pair in read for text in pair for word in words_of(text)), *words_of(bare)]


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_a_template_has_no_words_of_its_own(path):
    assert written(path.read_text("utf-8")) == []


class Filling:
    """Stands for whatever a sentence is filled with."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __format__(self, _form: str) -> str:
        return f"‹{self.name}›"


def sentences() -> list[str]:
    """Every German sentence, each form of its plural."""
    found = {s for _, _, string in entries() for s in ([string] if isinstance(string, str) else string)}
    return sorted(found)


GENDERED = [sentence for sentence in sentences() if re.search(rf"\{{({'|'.join(NOUNS)})\b", sentence)]
ARTICLES = r"der|die|das|den|dem|des|ein|eine|einen|einem|einer|eines"


@pytest.mark.parametrize("women_only", [False, True])
@pytest.mark.parametrize("style", STYLES)
def test_every_sentence_about_people_is_sound_in_every_style(style, women_only):
    assert len(GENDERED) > 50
    faults = []
    for sentence in GENDERED:
        names = set(re.findall(r"\{(\w+)", sentence)) - NOUNS.keys()
        with speaking(Voice("de", style, women_only)):
            filled = say(sentence, **{name: Filling(name) for name in names})
        doubled = re.search(rf"\b(\w+) \1\b|\b({ARTICLES}) ({ARTICLES})/", filled, re.IGNORECASE)
        if re.search(r"[{}]|  ", filled) or (doubled and not re.search(r"\b(die die|der der)\b", sentence)):
            faults.append(filled)
    assert faults == []


#: The clock is the same in both languages; dates are typed as TT.MM.JJJJ in both.
TIMES = {"%H:%M", "%d.%m.%Y"}


def formatted_by_hand(tree: ast.AST) -> Iterator[int]:
    """Lines that write a number or a date without regard to the language; a style sheet's have their unit."""
    for node in ast.walk(tree):
        if called(node) == "strftime" and literal(node.args[0]) not in TIMES:
            yield node.lineno
        if not isinstance(node, ast.JoinedStr):
            continue
        for part, behind in zip(node.values, [*node.values[1:], None], strict=True):
            form = ast.unparse(part.format_spec) if getattr(part, "format_spec", None) else ""
            if re.search(r"[,_]|\.\d+[f%]|%[dmYB]", form) and literal(behind)[:1] not in {"%", "p", "r"}:
                yield node.lineno


@pytest.mark.parametrize("path", WIDGETS, ids=name_of)
def test_numbers_and_dates_are_written_in_the_readers_language(path):
    assert not list(formatted_by_hand(ast.parse(path.read_text("utf-8"))))


def test_formatting_by_hand_is_found():
    assert list(formatted_by_hand(ast.parse('f"{points:,}"')))
    assert list(formatted_by_hand(ast.parse('f"{share:.1f} points"')))
    assert list(formatted_by_hand(ast.parse('day.strftime("%d %B")')))
    assert not list(formatted_by_hand(ast.parse('f"width: {share:.1f}%"')))
