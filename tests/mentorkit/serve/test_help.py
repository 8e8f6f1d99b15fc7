"""The handbook as it is served."""

from __future__ import annotations

import re

import pytest

from mentorkit.serve.handbook import TITLES


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("name", TITLES)
def test_every_page_is_served_with_its_picture_and_sound_links(anna, name, language) -> None:
    address = "/help" if name == "index" else f"/help/{name}"
    anna.get(f"{address}?lang={language}")
    page = anna.get(address).text
    assert f'<html lang="{language}"' in page
    assert page.count("<h1>") == 1
    assert "{" not in page.split("<article")[1].split("</article>")[0]
    (picture,) = re.findall(r'<img src="([^"]+)"', page)
    answer = anna.get(picture)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "image/png"
    for link in set(re.findall(r'href="(/help[^"]*)"', page)):
        assert anna.get(link).status_code in {200, 302}, link


def test_the_handbook_names_people_as_the_programme_does(anna) -> None:
    anna.get("/help?lang=de")
    page = anna.get("/help/network?run=cross-administration/2014").text
    assert "von Mentorinnen und Mentoren zu" in page


def test_the_handbook_is_for_who_is_logged_in(site) -> None:
    guest = site.guest()
    for path in ("/help", "/help/start", "/help/images/start.png"):
        answer = guest.get(path)
        assert answer.status_code in {302, 403}, path
        assert "Handbuch" not in answer.text


@pytest.mark.parametrize("path", ["/help/nothing", "/help/images/../index.md", "/help/images/nothing.png"])
def test_what_is_not_in_the_handbook_is_not_served(anna, path: str) -> None:
    assert anna.get(path).status_code == 404
