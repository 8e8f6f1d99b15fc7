"""Tree → PDF: the tree as JSON, one fixed Typst template, and nothing else.

No Typst code is made from data: a template reads ``document.json`` and lays out strings. Letters and forms
on paper have templates of their own and go the same way (:func:`typeset`). The compiler sees a temporary
folder, the fonts of its own wheel and those of matplotlib, no fonts of the system and no network.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from functools import lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mentorkit.language import say, speaking, voice
from mentorkit.reports import layout
from mentorkit.reports import nodes as n

_CODE = 84  # characters of code on a line
_CONTENTS = 4  # headings from which a report has a table of contents


def render(document: n.Document) -> bytes:
    """Typeset a report.

    Parameters
    ----------
    document
        The tree, as :func:`mentorkit.reports.tree.read` makes it.

    Returns
    -------
    bytes
        A PDF that declares PDF/UA-1 and PDF/A-2a; the same tree gives the same bytes.
    """
    import typst

    with speaking(replace(voice(), language="de" if document.lang == "de" else "en")):
        try:
            return _compile(document)
        except typst.TypstError:
            # A picture that is no picture stops the typesetter: say so in its place.
            logo = document.logo if document.logo and _sound(document.logo) == document.logo else None
            return _compile(replace(document, logo=logo, blocks=[_sound(b) for b in document.blocks]))


def _compile(document: n.Document) -> bytes:
    pictures: dict[str, bytes] = {}
    if document.logo:
        pictures["logo.png"] = document.logo.data
    data = {
        **n.plain(replace(document, blocks=[], logo=None)),
        "logo": document.logo and n.plain(document.logo.alt),
        "blocks": _sections(_blocks(document.blocks, pictures)),
        "contents": sum(isinstance(b, n.Heading) for b in document.blocks) >= _CONTENTS,
        "words": _words(),
    }
    return typeset(files("mentorkit.reports").joinpath("template.typ"), data, pictures, document.stamp)


def typeset(template: Traversable, data: dict[str, Any], pictures: dict[str, bytes], stamp: int) -> bytes:
    """Lay out data by a template of the product.

    Parameters
    ----------
    template
        Typst code that reads ``document.json``.
    data
        What stands in ``document.json``.
    pictures
        Content by the name of the file that the template reads.
    stamp
        Seconds since 1970 that the file carries as its time.

    Returns
    -------
    bytes
        A PDF that declares PDF/UA-1 and PDF/A-2a; the same arguments give the same bytes.
    """
    import typst

    with tempfile.TemporaryDirectory(prefix="mentorkit-pdf-") as folder:
        root = Path(folder)
        (root / "document.json").write_text(json.dumps(data), encoding="utf-8")
        (root / "main.typ").write_bytes(template.read_bytes())
        for name, content in pictures.items():
            (root / name).write_bytes(content)
        compiler = typst.Compiler(
            str(root / "main.typ"), root=folder, font_paths=fonts(), ignore_system_fonts=True
        )
        written = compiler.compile(format="pdf", pdf_standards=["ua-1", "a-2a"], timestamp=stamp)
    assert isinstance(written, bytes)  # noqa: S101 - a list only for formats with a file per page
    return written


def page_of_pages() -> str:
    """Return what stands at the foot of a page; the template fills in ``{page}`` and ``{pages}``."""
    return say("Page {page} of {pages}", page="{page}", pages="{pages}")


def _words() -> dict[str, str]:
    return {
        "contents": say("Contents"),
        "page": page_of_pages(),
        "table": say("Table"),
        "figure": say("Figure"),
    }


@lru_cache(maxsize=1)
def fonts() -> Any:  # noqa: ANN401 - a class of the typst wheel, without types
    """Return the fonts that everything on paper is set in: of the wheels, never of the system."""
    import typst

    # Located, not imported: importing matplotlib takes longer than the typesetting.
    spec = find_spec("matplotlib")
    folder = Path(str(spec and spec.origin)).parent / "mpl-data" / "fonts" / "ttf"
    return typst.Fonts(include_system_fonts=False, font_paths=[str(folder)])


def _block(block: n.Block, pictures: dict[str, bytes]) -> list[dict[str, Any]]:
    """Turn a block into JSON; tables are fitted to the paper, pictures become files."""
    if isinstance(block, n.Table):
        return [n.plain(fitted) for fitted in layout.fit(block)]
    if isinstance(block, n.Quote):
        return [{"kind": "quote", "blocks": _blocks(block.blocks, pictures)}]
    if isinstance(block, n.Listing):
        items = [_blocks(item, pictures) for item in block.items]
        return [{"kind": "listing", "items": items, "start": block.start}]
    if isinstance(block, n.Picture):
        name = f"picture{len(pictures)}.{block.format}"
        pictures[name] = block.data
        return [{**n.plain(replace(block, data=b"")), "data": name}]
    if isinstance(block, n.Verbatim):
        block = replace(block, text=layout.soften(block.text, _CODE))
    elif isinstance(block, n.Failure):
        block = replace(block, trace=layout.soften(block.trace, _CODE))
    return [n.plain(block)]


def _blocks(blocks: list[n.Block], pictures: dict[str, bytes]) -> list[dict[str, Any]]:
    return [x for block in blocks for x in _block(block, pictures)]


def _sections(blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Gather landscape tables that follow each other, and the headings above them, on pages of their own."""
    done: list[dict[str, Any]] = []
    for block in blocks:
        if not block.get("landscape"):
            done.append(block)
            continue
        headings: list[dict[str, Any]] = []
        while done and done[-1]["kind"] == "heading":
            headings.insert(0, done.pop())
        if headings or not done or done[-1]["kind"] != "landscape":
            done.append({"kind": "landscape", "blocks": []})
        done[-1]["blocks"] += [*headings, block]
    return done


def _sound(block: n.Block) -> n.Block:
    """Return the block, or a note in place of a picture that cannot be drawn."""
    import typst

    if not isinstance(block, n.Picture):
        return block
    try:
        _compile(n.Document(title="-", lang="en", blocks=[block]))
    except typst.TypstError:
        return n.Failure(say("This picture cannot be drawn."), block.alt)
    return block
