"""Markdown → tree, by markdown-it: CommonMark with tables, footnotes and strikethrough, no raw HTML.

A star between two letters is a star (``Mentor*innen``), never emphasis. Mathematics is kept as its source.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from mentorkit.language import say
from mentorkit.reports import nodes as n

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_SCHEMES = {"http", "https", "mailto"}
_DEPTH = 8  # deeper nesting is flattened: no reader follows it, and the typesetter has a limit
_STYLES: dict[str, Any] = {"em": "em", "strong": "strong", "s": "strike"}


def literal(text: str) -> str:
    """Escape a text so that Markdown shows exactly its characters, on one line."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$&:=^])", r"\\\1", " ".join(text.split()))


def parse(source: str, pictures: Mapping[str, n.Picture] | None = None) -> list[n.Block]:
    """Read a Markdown text.

    Parameters
    ----------
    source
        The text.
    pictures
        The pictures that the text may show, by the address it gives them (``attachment:plan.png``).

    Returns
    -------
    list of blocks
    """
    tokens = _parser().parse(source)
    notes = _notes(tokens)
    return _Reader(notes, pictures or {}).blocks(tokens)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin

    parser = MarkdownIt("commonmark", {"html": False, "maxNesting": 100}).enable(["table", "strikethrough"])
    parser.use(dollarmath_plugin, allow_space=False, allow_digits=False, double_inline=True)
    parser.use(footnote_plugin, inline=False)
    parser.inline.ruler.before("emphasis", "star_in_word", _star_in_word)
    return parser


def _root() -> Token:
    from markdown_it.token import Token

    return Token("root", "", 0)


def _star_in_word(state: StateInline, silent: bool) -> bool:
    at, text = state.pos, state.src
    if (
        text[at] != "*"
        or not 0 < at < state.posMax - 1
        or not (text[at - 1].isalpha() and text[at + 1].isalpha())
    ):
        return False
    if not silent:
        state.pending += "*"
    state.pos += 1
    return True


def _notes(tokens: list[Token]) -> dict[int, list[Token]]:
    """Collect the inline tokens of every footnote by its number."""
    notes: dict[int, list[Token]] = {}
    current: list[Token] | None = None
    for token in tokens:
        if token.type == "footnote_open":
            current = notes.setdefault(token.meta["id"], [])
        elif token.type == "footnote_close":
            current = None
        elif current is not None and token.type == "inline":
            current += token.children or []
    return notes


class _Reader:
    """Folds the flat stream of tokens into nodes with a stack, so that no input exhausts the recursion."""

    def __init__(self, notes: dict[int, list[Token]], pictures: Mapping[str, n.Picture]) -> None:
        self.notes = notes
        self.pictures = pictures
        self.in_note = False

    def blocks(self, tokens: list[Token]) -> list[n.Block]:
        stack: list[tuple[Token, list[Any]]] = [(_root(), [])]
        skip = 0
        for token in tokens:
            skip += token.nesting if token.type.startswith("footnote_block") else 0
            if skip or token.type == "footnote_block_close":
                continue
            if token.nesting == 1:
                stack.append((token, []))
            elif token.nesting == -1:
                opened, inside = stack.pop()
                stack[-1][1].extend(self._close(opened, inside, depth=len(stack)))
            else:
                stack[-1][1].extend(self._leaf(token))
        return stack[0][1]

    def _leaf(self, token: Token) -> list[Any]:
        match token.type:
            case "inline":
                return [token.children or []]
            case "fence" | "code_block":
                return [n.Verbatim(token.content.rstrip("\n"))]
            case "math_block" | "math_block_label":
                return [n.Paragraph([n.Code(f"$${token.content.strip()}$$")])]
            case "hr":
                return [n.Rule()]
        return [n.Paragraph([token.content])] if token.content else []

    def _close(self, opened: Token, inside: list[Any], depth: int) -> list[Any]:
        kind = opened.type.removesuffix("_open")
        if kind == "paragraph":
            return self._paragraph(inside[0] if inside else [])
        if kind == "heading":
            text = self.inlines(inside[0])
            return [
                n.Heading(int(opened.tag[1]), text) if depth == 1 else n.Paragraph([n.Span("strong", text)])
            ]
        if kind in ("table", "thead", "tbody", "tr", "th", "td"):
            return self._table_part(kind, opened, inside)
        return _container(kind, opened, inside, depth)

    def _table_part(self, kind: str, opened: Token, inside: list[Any]) -> list[Any]:
        if kind in ("th", "td"):
            right = "right" in str(opened.attrs.get("style", ""))
            return [(self.inlines(inside[0]) if inside else [], right)]
        if kind == "tr":
            return [inside]
        return [_table(dict(inside))] if kind == "table" else [(kind, inside)]

    def _paragraph(self, tokens: list[Token]) -> list[n.Block]:
        only = [t for t in tokens if t.type != "softbreak"]
        found = [self.pictures.get(str(t.attrs.get("src"))) for t in only if t.type == "image"]
        if found and len(found) == len(only) and all(found):
            return [
                n.Picture(p.format, p.data, t.content or p.alt)
                for p, t in zip(found, only, strict=True)
                if p is not None
            ]
        return [n.Paragraph(self.inlines(tokens))]

    def inlines(self, tokens: list[Token]) -> list[n.Inline]:
        stack: list[tuple[Token, list[n.Inline]]] = [(_root(), [])]
        for token in tokens:
            if token.nesting == 1:
                stack.append((token, []))
            elif token.nesting == -1:
                opened, inside = stack.pop()
                wrapped = _wrap(opened, inside) if len(stack) <= _DEPTH else inside
                stack[-1][1].extend(wrapped)
            else:
                stack[-1][1].extend(self._word(token))
        return stack[0][1]

    def _word(self, token: Token) -> list[n.Inline]:
        content = token.content
        match token.type:
            case "hardbreak":
                return [n.Break()]
            case "footnote_ref":
                return self._note(token)
            case "code_inline" | "math_inline" | "math_inline_double":
                return [n.Code(f"{token.markup}{content}{token.markup}" if "math" in token.type else content)]
            case "softbreak":
                content = " "
            case "image":
                content = say("[Picture: {text}]", text=content)
        return [content] if content else []

    def _note(self, token: Token) -> list[n.Inline]:
        if self.in_note:  # a footnote that refers to itself
            return []
        self.in_note = True
        inside = self.inlines(self.notes.get(token.meta["id"], []))
        self.in_note = False
        return [n.Note(inside)] if inside else []


def _container(kind: str, opened: Token, inside: list[Any], depth: int) -> list[Any]:
    """Close an item, a list or a quotation; too deep down the text stays and the form is given up."""
    if kind == "list_item":
        return [inside]
    if kind == "blockquote":
        return inside if depth > _DEPTH else [n.Quote(inside)]
    if depth > _DEPTH:
        return [block for item in inside for block in item]
    return [n.Listing(inside, int(opened.attrs.get("start", 1)) if kind == "ordered_list" else None)]


def _wrap(opened: Token, inside: list[n.Inline]) -> list[n.Inline]:
    kind = opened.type.removesuffix("_open")
    if kind != "link":
        return [n.Span(_STYLES[kind], inside)] if kind in _STYLES else inside
    target = str(opened.attrs.get("href", ""))
    if not _allowed(target):
        return inside
    return [n.Link(target, inside if n.words(inside).strip() else [target])]


def _allowed(target: str) -> bool:
    try:
        return urlsplit(target).scheme.lower() in _SCHEMES and target.isascii()
    except ValueError:
        return False


def _table(parts: dict[str, list[list[tuple[list[n.Inline], bool]]]]) -> n.Table:
    head = parts.get("thead", [])
    return n.Table(
        columns=len(head[0]),
        head=[[n.Cell(text, right=right) for text, right in row] for row in head],
        body=[[n.Cell(text, right=right) for text, right in row] for row in parts.get("tbody", [])],
    )
