"""Language: translated sentences, gendered nouns, German formats and sorting.

Messages are written in English and translated by gettext. Each part of the product has its own
catalogue (``de/<part>.po``), read on first use; there is no compiled file that could be stale.
"""

from __future__ import annotations

import gettext
import io
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Literal

from mentorkit.language.nouns import NOUNS, Style, inflector

Language = Literal["de", "en"]
LANGUAGES: tuple[Language, ...] = ("de", "en")


@dataclass(frozen=True)
class Voice:
    """How the product speaks: language, gender style, and whether all mentees are women."""

    language: Language = "de"
    style: Style = "pair"
    women_only: bool = False


#: From here on numbers have a separator.
_THOUSAND = 1000
_default = Voice()
_voice: ContextVar[Voice | None] = ContextVar("voice", default=None)


def voice() -> Voice:
    """Return the voice in force."""
    return _voice.get() or _default


def set_default_voice(new: Voice) -> None:
    """Set the voice of this process (a kernel serves one page, a command one call)."""
    global _default  # noqa: PLW0603 - callbacks of widgets run outside the context of the cell
    _default = new


@contextmanager
def speaking(new: Voice) -> Iterator[None]:
    """Speak with another voice inside a ``with`` block."""
    token = _voice.set(new)
    try:
        yield
    finally:
        _voice.reset(token)


@lru_cache
def catalogue(language: Language) -> gettext.NullTranslations:
    """Return the translations of a language, all parts merged."""
    if language == "en":
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    merged: gettext.NullTranslations = gettext.NullTranslations()
    for part in sorted(files(__name__).joinpath(language).iterdir(), key=lambda p: p.name):
        if not part.name.endswith(".po"):
            continue
        compiled = io.BytesIO()
        write_mo(compiled, read_po(io.BytesIO(part.read_bytes()), locale=language))
        compiled.seek(0)
        translations = gettext.GNUTranslations(compiled)
        translations.add_fallback(merged)
        merged = translations
    return merged


def say(message: str, /, **values: object) -> str:
    """Translate a sentence and fill its placeholders.

    Nouns stand in every sentence by name and inflect by format: ``{mentor:pl.dat}``,
    ``{mentee:sg.nom.def}`` (see :mod:`mentorkit.language.nouns`).
    """
    return _fill(catalogue(voice().language).gettext(message), values)


def say_n(one: str, many: str, n: int, /, **values: object) -> str:
    """Translate a sentence that depends on the number ``n`` (placeholder ``{n}``), written as people do."""
    from mentorkit.language.formats import number  # it needs the voice

    counted = n if -_THOUSAND < n < _THOUSAND else number(n)
    return _fill(catalogue(voice().language).ngettext(one, many, n), {"n": counted, **values})


def later(message: str) -> str:
    """Mark a message for translation where it is defined; :func:`say` translates it where it is shown."""
    return message


def fill_nouns(text: str) -> str:
    """Inflect the nouns of a text that stands in no catalogue, such as a page of the handbook."""
    return _fill(text, {})


def _fill(sentence: str, values: dict[str, object]) -> str:
    if "{" not in sentence:
        return sentence
    speaker = voice()
    inflect = inflector(speaker.language, speaker.style, speaker.women_only)
    return sentence.format_map({**{name: inflect(noun) for name, noun in NOUNS.items()}, **values})
