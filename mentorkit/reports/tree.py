"""Executed notebook → tree.

What a cell shows is decided here: code is hidden unless asked for, tags are heeded, and of the forms that an
output comes in the best one for paper is taken. Nothing is executed and no file is read.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import logging
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from mentorkit.language import formats, say, speaking, voice
from mentorkit.reports import markdown, tables
from mentorkit.reports import nodes as n

if TYPE_CHECKING:
    from nbformat import NotebookNode

log = logging.getLogger(__name__)

_REMOVED = {"remove-cell", "remove_cell"}
_NO_INPUT = {"hide-input", "hide_input", "remove-input", "remove_input", "parameters", "injected-parameters"}
_ANSI = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_WIDGET = "application/vnd.jupyter.widget-view+json"
_REPR = re.compile(r"<[\w.]+ object( at 0x[0-9a-f]+)?>")
_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_EPOCH = 1_199_145_600  # 2008-01-01: the time of a file whose report has no date


def read(nb: NotebookNode, *, show_input: bool = False) -> n.Document:
    """Read an executed notebook.

    Parameters
    ----------
    nb
        The notebook, any version 4; it is not changed.
    show_input
        Show the code of cells and the traceback of errors.

    Returns
    -------
    Document
        With its title taken out of the blocks and headings that skip no level.
    """
    about = {**nb.metadata.get("mentorkit", {})}
    lang = str(about.get("lang") or nb.metadata.get("lang") or voice().language)
    lang = lang if re.fullmatch("[a-z]{2,3}", lang) else "de"
    with speaking(replace(voice(), language="de" if lang == "de" else "en")):
        blocks = [b for i, cell in enumerate(nb.cells, 1) for b in _cell(cell, i, show_input)]
        wanted = str(about.get("title") or nb.metadata.get("title") or "").strip()
        title, blocks = _title(blocks, wanted)
        shown, stamp = _date(str(about.get("date") or ""))
        return n.Document(
            title=title or say("Report"),
            lang=lang,
            blocks=_levels(blocks),
            programme=str(about.get("programme") or ""),
            organisation=str(about.get("organisation") or ""),
            date=shown,
            logo=_logo(about),
            about=[str(text) for text in about.get("about") or () if str(text).strip()],
            mark=str(about.get("mark") or "").strip(),
            stamp=stamp,
        )


def _logo(about: dict[str, Any]) -> n.Picture | None:
    """Return the PNG that the frame carries as base64, if it is one."""
    try:
        content = base64.b64decode(str(about.get("logo") or ""), validate=True)
    except binascii.Error:
        return None
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    return n.Picture("png", content, str(about.get("logo_alt") or say("Logo")))


def _title(blocks: list[n.Block], wanted: str) -> tuple[str, list[n.Block]]:
    """Find the title; a first heading that says the same is taken out."""
    first = next((b for b in blocks if isinstance(b, n.Heading)), None)
    text = n.words(first.inside).strip() if first else ""
    if first is None or (wanted and wanted != text) or (not wanted and first.level > 1):
        return wanted, blocks
    return text, [b for b in blocks if b is not first]


def _levels(blocks: list[n.Block]) -> list[n.Block]:
    """Let headings begin at level 1 and skip none; footnotes in them become text in brackets."""
    top = min((b.level for b in blocks if isinstance(b, n.Heading)), default=1)
    last, done = 0, []
    for block in blocks:
        if isinstance(block, n.Heading):
            if not n.words(block.inside).strip():
                continue
            last = min(block.level - top + 1, last + 1)
            block = n.Heading(last, _without_notes(block.inside))  # noqa: PLW2901
        done.append(block)
    return done


def _without_notes(inlines: list[n.Inline]) -> list[n.Inline]:
    done: list[n.Inline] = []
    for x in inlines:
        if isinstance(x, n.Note):
            done += [" (", *_without_notes(x.inside), ")"]
        elif isinstance(x, n.Span | n.Link):
            done.append(replace(x, inside=_without_notes(x.inside)))
        else:
            done.append(x)
    return done


def _date(text: str) -> tuple[str, int]:
    """Return the date as shown and as seconds; no clock is asked."""
    try:
        day = dt.date.fromisoformat(text[:10])
    except ValueError:
        return text, int(os.environ.get("SOURCE_DATE_EPOCH") or _EPOCH)
    noon = dt.datetime(day.year, day.month, day.day, 12, tzinfo=dt.UTC)
    return formats.date(day, "long"), int(noon.timestamp())


def _cell(cell: NotebookNode, number: int, show_input: bool) -> Iterator[n.Block]:
    tags = set(cell.metadata.get("tags", []))
    if tags & _REMOVED:
        return
    if cell.cell_type == "markdown":
        yield from markdown.parse(cell.source, _attachments(cell))
    elif cell.cell_type == "code":
        if show_input and cell.source.strip() and not tags & _NO_INPUT:
            yield n.Verbatim(cell.source.rstrip())
        for output in _joined(cell.outputs):
            about = {**cell.metadata, **output.get("metadata", {})}
            yield from _output(output, about, number, show_input)


def _attachments(cell: NotebookNode) -> dict[str, n.Picture]:
    found = {}
    for name, data in cell.get("attachments", {}).items():
        picture = _picture(data, say("Picture without description"), "")
        if picture:
            found[f"attachment:{name}"] = picture
    return found


def _joined(outputs: Iterable[NotebookNode]) -> Iterator[NotebookNode]:
    """Join what a cell printed in pieces."""
    held: Any = None
    for output in outputs:
        streams = held is not None and held.output_type == output.output_type == "stream"
        if streams and output.name == held.name:
            held = type(held)({**held, "text": _text(held.text) + _text(output.text)})
            continue
        if held is not None:
            yield held
        held = output
    if held is not None:
        yield held


def _output(output: NotebookNode, about: dict[str, Any], number: int, trace: bool) -> Iterator[n.Block]:
    if output.output_type == "stream":
        if output.name != "stdout":
            log.warning("cell %d: messages on stderr are left out", number)
        elif _text(output.text).strip():
            yield n.Verbatim(_screen(_text(output.text)))
    elif output.output_type == "error":
        lines = "\n".join(output.get("traceback", [])) if trace else ""
        title = say("Cell {cell} ended with an error: {name}", cell=number, name=output.ename)
        yield n.Failure(title, _screen(output.evalue), _screen(lines))
    else:
        yield from _data(output.data, about, number)


def _data(data: dict[str, Any], about: dict[str, Any], number: int) -> Iterator[n.Block]:
    """Take the best form of an output: picture, Markdown, table, text."""
    caption = str(about.get("caption") or "")
    alt = str(about.get("alt") or caption)
    picture = _picture(data, alt or say("Picture without description"), caption)
    html = _text(data.get("text/html", ""))
    text = _screen(_text(data.get("text/plain", "")))
    if picture:
        if not alt:
            log.warning("cell %d: picture without alternative text (metadata alt)", number)
        yield picture
    elif "text/markdown" in data:
        yield from markdown.parse(_text(data["text/markdown"]))
    elif found := tables.parse(html):
        yield from (t if t.caption else replace(t, caption=caption) for t in found)
    elif "text/latex" in data:
        yield n.Paragraph([n.Code(_text(data["text/latex"]).strip())])
    elif html and (not text or _REPR.fullmatch(text)):
        yield from (n.Paragraph([line]) for line in tables.text_of(html).split("\n") if line)
    elif text:
        if _WIDGET in data:
            log.warning("cell %d: a widget cannot be printed; its text stands in for it", number)
        yield n.Verbatim(text)


def _picture(data: dict[str, Any], alt: str, caption: str) -> n.Picture | None:
    if "image/svg+xml" in data:
        svg = _safe_svg(_text(data["image/svg+xml"]))
        if svg:
            return n.Picture("svg", svg, alt, caption)
    for mime, form in (("image/png", "png"), ("image/jpeg", "jpg")):
        if mime in data:
            try:
                raw = base64.b64decode(_text(data[mime]))
            except binascii.Error:
                continue
            return n.Picture("png" if form == "png" else "jpg", raw, alt, caption)
    return None


def _safe_svg(text: str) -> bytes:
    """Keep the drawing of an SVG: no scripts, no foreign content, no reference that leaves the file."""
    try:
        root = ElementTree.fromstring(n.clean(text).strip())  # noqa: S314 - expat limits entity expansion
    except ElementTree.ParseError:
        return b""
    if root.tag != f"{_SVG}svg":
        return b""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}script", f"{_SVG}foreignObject"):
                parent.remove(child)
        for name in list(parent.attrib):
            foreign = name in _HREFS and not parent.attrib[name].strip().startswith(("#", "data:image/"))
            if foreign or name.lower().startswith("on"):
                del parent.attrib[name]
    ElementTree.register_namespace("", _SVG[1:-1])
    ElementTree.register_namespace("xlink", _HREFS[1][1:].split("}")[0])
    return bytes(ElementTree.tostring(root, encoding="utf-8"))


def _text(value: str | list[str]) -> str:
    return value if isinstance(value, str) else "".join(value)


def _screen(text: str) -> str:
    """Return printed text as a terminal would leave it: without colours and overwritten progress."""
    lines = _ANSI.sub("", text).replace("\r\n", "\n").rstrip().split("\n")
    return "\n".join(line.rstrip("\r").rsplit("\r", 1)[-1].expandtabs(4) for line in lines)
