"""The handbook: one page per app, written in Markdown, shown in the look of the product."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from markupsafe import Markup

from mentorkit import places
from mentorkit.language import Language, Voice, fill_nouns, later, say, speaking
from mentorkit.serve import pages
from mentorkit.serve.site import STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

INDEX = "index"
#: What each app is for, in a few words of the index.
TITLES: dict[str, str] = {INDEX: later("Handbook"), **STEPS}


def has(name: str) -> bool:
    """Tell whether the handbook has a page of this name."""
    return name in TITLES


def page(visit: pages.Visit, name: str, voice: Voice, xsrf: str) -> str:
    """Return a page of the handbook.

    Parameters
    ----------
    visit
        Who reads it, in which language.
    name
        Name of the app, or ``index``.
    voice
        How the programme writes the nouns for people.
    xsrf
        The token of the log-out form in the header.
    """
    with speaking(voice):
        chapters = [(code, say(title)) for code, title in TITLES.items()]
        words = {
            "title": say(TITLES[name]),
            "chapters": say("Pages of the handbook"),
            "back": say("Back to “{app}”", app=say(TITLES[name])) if name != INDEX else "",
        }
        article = Markup(fill_nouns(rendered(name, visit.language, visit.site.at("help"))))  # noqa: S704 - our own text, HTML off
    return pages.page(
        "help", visit, help=words, chapters=chapters, name=name, article=article, xsrf=xsrf
    )  # fmt: skip


@cache
def rendered(name: str, language: Language, place: str = "/help") -> str:
    """Return a page as HTML, its nouns not filled yet: a star inside a word is no emphasis.

    Its links lead below ``place``, where the handbook is served.
    """
    from markdown_it import MarkdownIt

    text = (places.handbook(language) / f"{name}.md").read_text(encoding="utf-8")
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = markdown.parse(text)
    _lead_home(tokens, place)
    return str(markdown.renderer.render(tokens, markdown.options, {}))


def _lead_home(tokens: Sequence[Token], place: str) -> None:
    """Turn the links between the files and to their pictures into addresses of the server."""
    for token in tokens:
        _lead_home(token.children or (), place)
        if token.type == "image":
            name = str(token.attrs["src"]).rpartition("images/")[2]
            token.attrs["src"] = f"{place}/images/{name}"
            token.attrs["loading"] = "lazy"
        elif token.type == "link_open":
            found = re.fullmatch(r"([a-z]+)\.md", str(token.attrs["href"]))
            if found:
                token.attrs["href"] = place if found[1] == INDEX else f"{place}/{found[1]}"
