from __future__ import annotations

import re

import pytest
from matching_samples import administration, earlier, lock, mentee, mentor, settings, wish

from mentorkit.language import LANGUAGES, Voice, speaking
from mentorkit.matching.explain import because_of, pair_sentences, price_sentence, reason_for
from mentorkit.matching.matching import match
from mentorkit.programme.settings import PRESETS, load_preset
from mentorkit.reports import meeting

ENGLISH = Voice("en")


@pytest.fixture(autouse=True)
def english():
    with speaking(ENGLISH):
        yield


def codes(matching):
    return dict(zip(matching.unmatched.person, matching.unmatched.code, strict=True))


def reason(matching, name):
    return matching.unmatched.set_index("person").reason[name]


ANNA, BEN = mentee("Anna", "Kamen", topics=["Recht"]), mentor("Ben", "Werne", topics=["Recht"])


def test_somebody_with_whom_no_pair_is_allowed_has_no_allowed_partner():
    matching = match([ANNA, BEN, mentee("Bea", "Werne"), mentor("Cem", "Werne", places=0)], settings())
    assert codes(matching) == {"Bea": "no_allowed_partner", "Cem": "no_allowed_partner"}
    assert reason(matching, "Bea") == "The rules allow Bea no mentor who takes part."


def test_where_the_own_organisation_has_used_up_its_quota_it_is_the_quota():
    people = [ANNA, mentee("Bea", "Kamen"), BEN, mentor("Cem", "Werne")]
    matching = match(people, settings(quotas={"mentees": 1}))
    assert matching.tandems.mentee.tolist() == ["Anna"]
    assert codes(matching)["Bea"] == "quota"
    assert reason(matching, "Bea") == "The quota of Kamen for mentees is used up by others."


def test_where_all_partners_are_taken_it_is_the_capacity():
    matching = match([ANNA, mentee("Bea", "Kamen"), BEN], settings(quotas={}))
    assert codes(matching) == {"Bea": "capacity"}
    assert reason(matching, "Bea") == "All places of the mentors whom Bea could have are taken by others."
    matching = match([ANNA, BEN, mentor("Cem", "Werne")], settings(quotas={}))
    assert codes(matching) == {"Cem": "capacity"}


def test_where_only_people_of_a_used_up_quota_are_free_it_is_the_optimum():
    people = [ANNA, mentee("Bea", "Lünen"), BEN, mentor("Cem", "Werne")]
    matching = match(people, settings(quotas={"mentors": 1}))
    assert codes(matching) == {"Bea": "not_in_optimum", "Cem": "quota"}


def test_who_holds_no_place_in_a_fixed_selection_is_not_selected():
    people = [a.with_(place="selected") for a in (ANNA, BEN)] + [
        mentee("Bea", "Kamen").with_(place="waiting")
    ]
    assert codes(match(people, settings(), fixed=True)) == {"Bea": "not_selected"}


def test_a_tandem_is_explained_by_criterion_with_what_it_rests_on():
    people = [
        mentee("Anna", "Kamen", topics=["Recht", "Netzwerke", "Auftreten"], pay_grade=9),
        mentor("Ben", "Werne", topics=["netzwerke", "Recht"], pay_grade=12),
    ]
    matching = match(people, settings())
    topics, total = matching.tandems.topics[0], matching.tandems.score[0]
    assert matching.explain("Panna") == [
        f"Anna (Kamen) and Ben (Werne) are a tandem with a score of {total} out of 1,000.",
        f"Shared topics: {topics} of 600 points. Both name Recht and Netzwerke.",
        "Distance in experience: 400 of 400 points. Pay grade: Anna 9, Ben 12; a distance of 3 is best.",
        "No other mentor is possible for Anna under the rules and locks.",
    ]
    assert matching.explain("Pben") == matching.explain("Panna")[:-1]


def test_the_cheapest_alternative_is_named_with_its_price():
    people = [ANNA, BEN, mentor("Cem", "Werne"), mentor("Dora", "Werne", topics=["Netzwerke"])]
    matching = match(people, settings({"topics": 1000}))
    assert matching.explain("Panna")[-1] == (
        "The best alternative is Cem (Werne), with a score of 500. This would cost 500 points in all."
    )
    assert matching.explain("Pdora")[-1] == (
        "The best partner would be Anna (Kamen), with a score of 0. This would cost 1,000 points in all."
    )


def test_a_lock_is_said_with_its_reason():
    matching = match([ANNA, BEN], settings(), decisions=[lock(ANNA, BEN, "Both asked for it.")])
    assert matching.explain("Panna")[1] == "A coordinator locked this tandem: Both asked for it."
    matching = match([ANNA, BEN], settings(), decisions=[lock(ANNA, BEN)])
    assert matching.explain("Panna")[1] == "A coordinator locked this tandem."


def test_prices_are_said_in_tandems_or_points():
    assert price_sentence(0, 0) == "This would cost nothing: the result would be equally good."
    assert price_sentence(0, 1) == "This would cost 1 point in all."
    assert price_sentence(1, -30) == "This would cost 1 tandem."
    assert price_sentence(2, 5, goal="fair") == (
        "Measured against the matching with the highest total: This would cost 2 tandems."
    )


@pytest.mark.parametrize(
    ("asked", "offered", "told"),
    [
        (3, 2.5, "Anna wünscht sich 3 Stunden im Monat, Ben bietet 2,5."),
        (1, 2, "Anna wünscht sich 1 Stunde im Monat, Ben bietet 2."),
        (0.5, 1, "Anna wünscht sich 0,5 Stunden im Monat, Ben bietet 1."),
    ],
)
def test_hours_are_told_and_speak_for_a_pair_only_where_they_suffice(asked, offered, told):
    people = [mentee("Anna", "Lünen", hours=asked), mentor("Ben", "Kamen", hours=offered)]
    with speaking(Voice("de")):
        found = match(people, settings({"hours": 1000}))
        (used,) = found.scores.criteria
        assert because_of(found, used, 0, 0) == told
        assert any(sentence.endswith(told) for sentence in pair_sentences(found, 0, 0))
        reason = told if offered >= asked else ""
        assert reason_for(found, "hours", {}, 0, 0) == reason
        assert meeting.reasons(found, 0, 0) == [reason][: bool(reason)]


def everything_said(preset):
    """Return all sentences of a matching in which as much as can be is said."""
    anna = mentee("Anna", "Stendal", topics=["Recht"], field="Horn", hours=3, languages=["de"], pay_grade=9)
    ben = mentor("Ben", "Stendal", topics=["Recht"], field="Horn", hours=2, languages=["de"], pay_grade=12)
    cem = mentor("Cem", "Harz", topics=["Rhetorik"], field="Oboe", hours=4, languages=["en"], pay_grade=13)
    people = [anna, ben, cem, mentee("Bea", "Harz"), mentee("Dora", "Harz")]
    past = [earlier("X", "Y", "Stendal", "Harz")]
    sentences = []
    for decisions in ([], [lock(anna, cem)], [lock(anna, ben)], [lock(anna, ben), lock(anna, cem)]):
        for pairing in ("any", "same"):
            found = match(
                people,
                load_preset(preset).model_copy(update={"pairing": pairing}),
                decisions=decisions,
                wishes=[wish(anna, ben)],
                earlier=past,
            )
            sentences += [s for a in people for s in found.explain(a.person_id)]
            sentences += found.alternatives(anna.person_id).because.tolist()
    return sentences


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_whole_in_both_languages(preset, language):
    with speaking(load_preset(preset).voice(language)):
        sentences = [s for s in everything_said(preset) if s]
    assert len(sentences) > 20
    for sentence in sentences:
        assert not re.search(r"[{}]|None|nan", sentence), sentence
        assert (" the " in f" {sentence} ") <= (language == "en"), sentence


def test_explanations_are_there_for_everybody_of_a_district():
    people = administration(per_town=(4, 5))
    matching = match(people, settings())
    for application in people:
        assert matching.explain(application.person_id)
