"""When and how people can meet is understood, or left to a person."""

from __future__ import annotations

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.intake.availability import DAYS, FLEXIBLE, PARTS, TIMES, WAYS, availability, times_in_words
from mentorkit.intake.values import UNCLEAR
from mentorkit.language import Voice, speaking
from mentorkit.programme.records import Application

WORKING = ["mon", "tue", "wed", "thu", "fri"]


def times(days, parts=tuple(PARTS)):
    return [f"{day}-{part}" for day, part in product(days, parts)]


@pytest.mark.parametrize(
    ("text", "slots"),
    [
        ("Mo, Mi vormittags", times(["mon", "wed"], ["morning"])),
        ("montags und mittwochs", times(["mon", "wed"])),
        ("Mo-Do abends", times(WORKING[:4], ["evening"])),
        ("Mo bis Fr ab 17 Uhr", times(WORKING, ["evening"])),
        ("Fr – So", times(["fri", "sat", "sun"])),
        ("Di nachmittags, Do vormittags", ["tue-afternoon", "thu-morning"]),
        ("vormittags: Mo, Mi; abends: Do", ["mon-morning", "wed-morning", "thu-evening"]),
        ("Mo vormittags und nachmittags", times(["mon"], ["morning", "afternoon"])),
        ("werktags 9-12 Uhr", times(WORKING, ["morning"])), ("vormittags", times(WORKING, ["morning"])),
        ("Freitags bis 12 Uhr", ["fri-morning"]),
        ("Di, 14:00–18:00 Uhr", times(["tue"], ["afternoon", "evening"])),
        ("Dienstagabend", ["tue-evening"]), ("Mo/Mi/Fr", times(["mon", "wed", "fri"])),
        ("am Wochenende", times(["sat", "sun"])), ("täglich", [*TIMES]),
        ("so gegen 17 Uhr", times(WORKING, ["evening"])),
        ("tuesday mornings, remote", ["tue-morning", "online"]),
        ("nur vor Ort, freitags", [*times(["fri"]), "on_site"]),
        ("online", ["online"]), ("in Präsenz oder online", ["online", "on_site"]), ("flexibel", ["flexible"]),
        ("nach Absprache", ["flexible"]), ("flexibel, gern per Video", ["online", "flexible"]),
    ],
)  # fmt: skip
def test_times_are_understood(text, slots):
    understood = availability(text)
    assert (understood.value, understood.doubt) == (slots, None)


@pytest.mark.parametrize(
    "text", ["nicht freitags", "im Sommer", "Mo außer vormittags", "keine Zeit am Montag", "?"]
)
def test_what_is_taken_back_or_says_nothing_of_times_is_left_to_a_person(text):
    assert availability(text).doubt == UNCLEAR


@given(
    st.sets(st.sampled_from(sorted(DAYS)), min_size=1), st.sets(st.sampled_from(sorted(PARTS)), min_size=1)
)
def test_what_is_understood_reads_back_as_itself(days, parts):
    slots = [slot for slot in TIMES if slot in set(times(days, parts))]
    with speaking(Voice("de")):
        assert availability(times_in_words(slots)).value == slots


def test_everything_has_a_word():
    with speaking(Voice("de")):
        assert times_in_words([*times(["mon"]), "wed-evening", "online", FLEXIBLE]) == (
            "Montag, Mittwoch abends, online, flexibel"
        )
    assert times_in_words(WAYS)


@pytest.mark.parametrize(
    "text", ["1 " * 15_000, "mo " * 10_000, "bis " * 8_000, "9-" * 15_000, "tag" * 10_000]
)
def test_long_texts_are_read_at_once(text):
    start = time.perf_counter()
    availability(text)
    assert time.perf_counter() - start < 1


def test_an_answer_is_told_in_words():
    from mentorkit.intake.told import in_words

    application = Application(id="A", run_id="R", person_id="P", role="mentee", first_name="A", last_name="B")
    with speaking(Voice("de")):
        assert in_words("availability", ["mon-morning", "on_site"], application, "de-2014") == (
            "Montag vormittags, vor Ort"
        )
