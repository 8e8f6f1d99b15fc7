import re
from io import BytesIO
from pathlib import Path

from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import mentorkit.network

KEYWORDS = {"say": None, "later": None, "say_n": (1, 2)}


def test_every_sentence_of_the_network_is_translated_and_none_is_left_over():
    folder = Path(mentorkit.network.__file__).parent
    catalogue = read_po(BytesIO((folder.parent / "language/de/network.po").read_bytes()), locale="de")
    used = {
        message
        for _, _, message, _, _ in extract_from_dir(folder, [("**.py", "python")], keywords=KEYWORDS)
        if message
    }
    assert {message.id for message in catalogue if message.id} == used
    for message in catalogue:
        if message.id:
            ours = message.id if isinstance(message.id, tuple) else (message.id,)
            theirs = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(theirs)
            assert {name for text in ours for name in re.findall(r"{(\w+)", text)} == {
                name for text in theirs for name in re.findall(r"{(\w+)", text)
            }
