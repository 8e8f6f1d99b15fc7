from __future__ import annotations

import pytest
from mentorkit_widgets.components.files import FilePicker

from mentorkit.serve.server import UPLOAD_BYTES


@pytest.fixture
def picked():
    picker = FilePicker("Dateien auswählen", "oder hierher ziehen", ".csv")
    seen: list = []
    picker.on_choose(seen.extend)
    return picker, seen


def test_files_reach_the_callback_with_name_and_bytes(picked):
    picker, seen = picked
    picker._received(picker, {"files": ["a.csv", "leer.csv"]}, [memoryview(b"x;y"), b""])
    assert seen == [("a.csv", b"x;y"), ("leer.csv", b"")]


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\Users\\eva\\passwd", "/passwd"])
def test_a_name_loses_its_folders(picked, name):
    picker, seen = picked
    picker._received(picker, {"files": [name]}, [b""])
    assert seen == [("passwd", b"")]


def test_the_server_takes_what_the_field_lets_pass(picked):
    picker, _ = picked
    assert picker.most == 100 * 2**20
    assert picker.most + 2**19 < UPLOAD_BYTES  # what is said of the files comes with them


@pytest.mark.parametrize(
    ("content", "buffers"),
    [
        ({"files": ["a.csv"]}, []),
        ({"files": []}, []),
        ({"files": "a"}, [b"x"]),
        ({}, [b"x"]),
        ("files", [b"x"]),
    ],
)
def test_a_message_that_does_not_fit_is_ignored(picked, content, buffers):
    picker, seen = picked
    picker._received(picker, content, buffers)
    assert seen == []


def test_what_the_browser_claims_about_the_field_is_ignored(picked):
    picker, _ = picked
    picker.set_state({"label": "Passwort eingeben"})
    assert picker.label == "Dateien auswählen"
