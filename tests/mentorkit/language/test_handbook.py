"""The handbook stays true: each app has its page, its pictures are there, its buttons are called so."""

from __future__ import annotations

import re
from functools import cache

import pytest
from catalogues import ROOT, entries, said

from mentorkit.language import LANGUAGES, Voice, fill_nouns, speaking
from mentorkit.language.nouns import STYLES

FOLDERS = {"de": ROOT / "docs/handbuch", "en": ROOT / "docs/handbook"}
QUOTED = {"de": r"„(.+?)“", "en": r"“(.+?)”"}
APPS = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
PAGES = [(language, name) for language in LANGUAGES for name in ("index", *APPS)]


def text(language: str, name: str) -> str:
    return (FOLDERS[language] / f"{name}.md").read_text("utf-8")


def one_line(words: str) -> str:
    return " ".join(words.split())


@cache
def labels(language: str) -> list[tuple[re.Pattern[str], int]]:
    """Everything the product says in a language, what it fills in left open, and how much is certain."""
    messages = [string for _, _, string in entries()] if language == "de" else list(said())
    sentences = {s for message in messages for s in ([message] if isinstance(message, str) else message) if s}
    return [
        (re.compile(re.sub(r"\\\{.*?\\\}", ".+", re.escape(s))), len(re.sub(r"\{.*?\}", "", s)))
        for s in sentences
    ]


def stands_on_the_screen(words: str, language: str) -> bool:
    plain = len(re.sub(r"\{.*?\}", "", words))
    return any(sure > 0.7 * plain and label.fullmatch(words) for label, sure in labels(language))


def test_every_app_has_a_page_in_every_language_and_every_page_an_app():
    for language in LANGUAGES:
        assert sorted(path.stem for path in FOLDERS[language].iterdir()) == sorted(["index", *APPS])


@pytest.mark.parametrize(("language", "name"), PAGES)
def test_what_a_page_quotes_stands_on_the_screen(language, name):
    quoted = [one_line(words) for words in re.findall(QUOTED[language], text(language, name), re.DOTALL)]
    assert quoted
    assert [words for words in quoted if not stands_on_the_screen(words, language)] == []


@pytest.mark.parametrize(("language", "name"), PAGES)
def test_the_pictures_of_a_page_are_there_and_described(language, name):
    pictures = re.findall(r"!\[(.*?)\]\((.*?)\)", text(language, name), re.DOTALL)
    assert len(pictures) == 1
    for words, path in pictures:
        assert len(words) > 20
        assert (FOLDERS[language] / path).is_file(), path


@pytest.mark.parametrize(("language", "name"), PAGES)
def test_the_links_of_a_page_lead_to_pages(language, name):
    for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)]*)\)", text(language, name)):
        assert (FOLDERS[language] / target).is_file(), target


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(("language", "name"), PAGES)
def test_a_page_names_people_in_the_programmes_style(language, name, style):
    with speaking(Voice(language, style)):
        filled = fill_nouns(text(language, name))
    assert "{" not in filled


@pytest.mark.parametrize("name", ["index", *APPS])
def test_both_languages_have_the_same_steps(name):
    shape = {
        language: re.findall(r"^(#+|\d+\.|-)", text(language, name), re.MULTILINE) for language in LANGUAGES
    }
    assert shape["de"] == shape["en"]
