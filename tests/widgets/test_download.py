from __future__ import annotations

import pytest
from mentorkit_widgets.components.download import Download, size_in_words

from mentorkit.language import Voice, speaking


def test_a_file_is_offered_with_name_and_size_and_can_be_withdrawn():
    link = Download()
    link.offer("a.pdf", b"x" * 84_000, "application/pdf")
    assert (link.name, link.media_type, len(link.content)) == ("a.pdf", "application/pdf", 84_000)
    assert link.label == "a.pdf herunterladen (84 kB)"
    link.withdraw()
    assert (link.name, link.content, link.label) == ("", b"", "")


def test_what_the_browser_claims_about_a_file_is_ignored():
    link = Download()
    link.offer("a.pdf", b"true", "application/pdf")
    link.set_state({"content": b"false", "name": "b.exe"})
    assert (link.name, link.content) == ("a.pdf", b"true")


@pytest.mark.parametrize(
    ("size", "words"), [(1, "1 kB"), (999, "1 kB"), (84_400, "84 kB"), (1_250_000, "1,2 MB")]
)
def test_sizes_are_written_as_people_read_them(size, words):
    assert size_in_words(size) == words


def test_sizes_follow_the_language():
    with speaking(Voice("en")):
        assert size_in_words(1_300_000) == "1.3 MB"
