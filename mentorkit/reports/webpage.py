"""Tree → one HTML page: everything inside it, nothing asked of any server, nothing that runs."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field, replace
from html import escape
from importlib.resources import files

from mentorkit.language import say, speaking, voice
from mentorkit.reports import nodes as n

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
_TYPES = {"svg": "image/svg+xml", "png": "image/png", "jpg": "image/jpeg"}
_TAGS = {"em": "em", "strong": "strong", "strike": "s"}


def render(document: n.Document) -> str:
    """Write a report as HTML.

    Parameters
    ----------
    document
        The tree, as :func:`mentorkit.reports.tree.read` makes it.

    Returns
    -------
    str
        The page; its policy forbids scripts and requests.
    """
    with speaking(replace(voice(), language="de" if document.lang == "de" else "en")):
        page = _Page()
        body = page.blocks(document.blocks)
        about = " · ".join(escape(x) for x in (document.organisation, document.date) if x)
        mark = f"<p><strong>{_text(document.mark)}</strong></p>\n" if document.mark else ""
        style = files("mentorkit.reports").joinpath("webpage.css").read_text(encoding="utf-8")
        return "\n".join(
            [
                f'<!DOCTYPE html>\n<html lang="{escape(document.lang)}">\n<head>\n<meta charset="utf-8">',
                f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
                '<meta name="viewport" content="width=device-width, initial-scale=1">',
                f"<title>{_text(document.title)}</title>\n<style>\n{style}</style>\n</head>\n<body>",
                f"<header>\n{_logo(document.logo)}<p>{_text(document.programme)}</p>\n<h1>{_text(document.title)}</h1>\n<p>{about}</p>\n{mark}</header>",
                f"<main>\n{body}\n{page.footnotes()}</main>\n{_about(document.about)}</body>\n</html>\n",
            ]
        )


def _text(text: str) -> str:
    return escape(n.clean(text))


@dataclass
class _Page:
    notes: list[str] = field(default_factory=list)

    def words(self, inlines: list[n.Inline]) -> str:
        return "".join(self._word(x) for x in inlines)

    def _word(self, x: n.Inline) -> str:
        match x:
            case str():
                return _text(x)
            case n.Span():
                tag = _TAGS[x.style]
                return f"<{tag}>{self.words(x.inside)}</{tag}>"
            case n.Code():
                return f"<code>{_text(x.text)}</code>"
            case n.Break():
                return "<br>"
            case n.Link():
                return f'<a href="{_text(x.to)}" rel="noreferrer">{self.words(x.inside)}</a>'
            case n.Note():
                self.notes.append(self.words(x.inside))
                number = len(self.notes)
                return f'<sup><a id="r{number}" href="#n{number}">{number}</a></sup>'

    def blocks(self, blocks: list[n.Block]) -> str:
        return "\n".join(self._block(b) for b in blocks)

    def _block(self, b: n.Block) -> str:  # noqa: PLR0911 - one line for each kind
        match b:
            case n.Paragraph():
                return f"<p>{self.words(b.inside)}</p>"
            case n.Heading():
                level = min(b.level + 1, 6)
                return f"<h{level}>{self.words(b.inside)}</h{level}>"
            case n.Listing():
                items = "".join(f"<li>{self.blocks(item)}</li>" for item in b.items)
                return f"<ul>{items}</ul>" if b.start is None else f'<ol start="{b.start}">{items}</ol>'
            case n.Quote():
                return f"<blockquote>{self.blocks(b.blocks)}</blockquote>"
            case n.Verbatim():
                return f"<pre>{_text(b.text)}</pre>"
            case n.Failure():
                trace = f"<pre>{_text(b.trace)}</pre>" if b.trace else ""
                words = f"<p><strong>{_text(b.title)}</strong></p><p>{_text(b.text)}</p>"
                return f'<div class="failure">{words}{trace}</div>'
            case n.Rule():
                return "<hr>"
            case n.Table():
                return self._table(b)
            case n.Picture():
                return _picture(b)

    def _table(self, table: n.Table) -> str:
        caption = f"<caption>{_text(table.caption)}</caption>" if table.caption else ""
        head = "".join(self._row(row, "th") for row in table.head)
        body = "".join(self._row(row, "td") for row in table.body)
        label = _text(table.caption or say("Table"))
        return (
            f'<div class="table" tabindex="0" role="group" aria-label="{label}"><table>{caption}'
            f"<thead>{head}</thead><tbody>{body}</tbody></table></div>"
        )

    def _row(self, row: list[n.Cell], tag: str) -> str:
        return f"<tr>{''.join(self._cell(cell, tag) for cell in row)}</tr>"

    def _cell(self, cell: n.Cell, tag: str) -> str:
        marks = ' scope="col"' if tag == "th" and cell.columns == 1 else ""
        marks += ' class="number"' if cell.right else ""
        marks += f' colspan="{cell.columns}"' if cell.columns > 1 else ""
        marks += f' rowspan="{cell.rows}"' if cell.rows > 1 else ""
        style = (f"background:{cell.fill};" if cell.fill else "") + (f"color:{cell.ink};" if cell.ink else "")
        marks += f' style="{style}"' if style and tag == "td" else ""
        words = self.words(cell.inside)
        return (
            f"<{tag}{marks}>{f'<strong>{words}</strong>' if cell.strong and tag == 'td' else words}</{tag}>"
        )

    def footnotes(self) -> str:
        if not self.notes:
            return ""
        items = "".join(
            f'<li id="n{i}">{note} <a href="#r{i}" aria-label="{escape(say("back to the text"))}">↩</a></li>'
            for i, note in enumerate(self.notes, 1)
        )
        return f'<ol class="notes">{items}</ol>\n'


def _about(texts: list[str]) -> str:
    paragraphs = "".join(f"<p>{_text(text)}</p>" for text in texts)
    return f"<footer>{paragraphs}</footer>\n" if texts else ""


def _logo(logo: n.Picture | None) -> str:
    return f'<img class="logo" src="{_source(logo)}" alt="{_text(logo.alt)}">\n' if logo else ""


def _source(picture: n.Picture) -> str:
    return f"data:{_TYPES[picture.format]};base64,{base64.b64encode(picture.data).decode()}"


def _picture(picture: n.Picture) -> str:
    caption = f"<figcaption>{_text(picture.caption)}</figcaption>" if picture.caption else ""
    return f'<figure><img src="{_source(picture)}" alt="{_text(picture.alt)}">{caption}</figure>'
