"""Whatever the product says, it says in German too."""

import pytest
from catalogues import CATALOGUES, catalogue, entries, placeholders, said

from mentorkit.language import NOUNS, Voice, say, speaking


def strings(message):
    return (message,) if isinstance(message, str) else message


def test_the_extractor_finds_sentences_of_every_kind():
    assert "First name" in said()  # later(…)
    assert any(isinstance(message, tuple) for message in said())  # say_n(…)


def test_every_sentence_has_a_german_translation():
    translated = {msgid for _, msgid, msgstr in entries() if all(strings(msgstr))}
    missing = {message: places for message, places in said().items() if message not in translated}
    listing = "\n".join(
        f"{', '.join(places)}: {message}" for message, places in sorted(missing.items(), key=str)
    )
    assert not missing, f"{len(missing)} sentences have no German translation:\n{listing}"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_entry_of_a_catalogue_is_stale(path):
    stale = [entry.id for entry in catalogue(path) if entry.id and entry.id not in said()]
    assert not stale, f"{path.name} translates what nobody says any more: {stale}"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_no_entry_of_a_catalogue_is_fuzzy(path):
    assert not [entry.id for entry in catalogue(path) if entry.id and entry.fuzzy]


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_translations_fill_the_placeholders_of_their_sentence(path):
    for file, msgid, msgstr in entries():
        if file != path:
            continue
        wanted = set.union(*(placeholders(text) for text in strings(msgid))) - NOUNS.keys()
        for text in strings(msgstr):
            # a German sentence may need a noun where the English one has none
            found = placeholders(text) - NOUNS.keys()
            assert found == wanted or (len(strings(msgstr)) == 2 and found | {"n"} == wanted | {"n"}), msgid


def test_one_sentence_is_not_translated_in_two_ways():
    found: dict[object, set[object]] = {}
    for _, msgid, msgstr in entries():
        found.setdefault(msgid, set()).add(msgstr)
    assert not {msgid: ways for msgid, ways in found.items() if len(ways) > 1}


def test_german_sentences_name_people_by_nouns_only():
    literal = ("Mentorinnen und", "Mentor*in", "Mentor/in", "Mentor_in", "MentorIn", "Bewerberinnen und")
    assert not [
        msgstr for _, _, msgstr in entries() for text in strings(msgstr) for word in literal if word in text
    ]


def test_a_sentence_is_said_in_the_voice_in_force():
    with speaking(Voice("de", "star")):
        assert say("Only women become {mentee:pl.nom}") == "Mentees sind nur Frauen"
        assert "Mentor*in" in say("Places of {mentor:pl.nom} who say nothing")
    with speaking(Voice("en")):
        assert say("First name") == "First name"
