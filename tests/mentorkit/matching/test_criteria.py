from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from matching_samples import earlier, mentee, mentor, programmes, settings, wish

from mentorkit.errors import UsageError
from mentorkit.language import Voice, speaking
from mentorkit.matching.criteria import MEASURES, criterion, evaluate, measure, same
from mentorkit.matching.criteria.levels import levels_of
from mentorkit.matching.matching import match
from mentorkit.matching.pool import pool_of
from mentorkit.programme.settings import PRESETS, Criterion, load_preset

PROBE = (Criterion(name="probe", weight=1000),)


def values(name, people, *, wishes=(), past=(), **options):
    """Return a criterion's values by the names of mentee and mentor."""
    pool = pool_of(people, wishes=wishes, earlier=past)
    found = levels_of(measure(name).values(pool, **options)).full()
    return {
        (a.name, b.name): found[i, j] for i, a in enumerate(pool.mentees) for j, b in enumerate(pool.mentors)
    }


def test_topics_are_the_share_of_the_mentees_topics_and_rare_ones_count_more():
    people = [
        mentee("Anna", topics=["Recht", "Netzwerke"]),
        mentor("Ben", topics=["Recht"]),
        mentor("Cem", topics=["netzwerke ", "Auftreten"]),
        mentor("Dora", topics=["Netzwerke", "Recht"]),
        mentor("Emil", topics=["Netzwerke"]),
    ]
    found = values("topics", people)
    rare, common = np.log(5 / 3), np.log(5 / 4)
    weights = np.rint(1000 * (1 + np.array([rare, common])))
    assert found["Anna", "Ben"] == weights[0] / weights.sum()
    assert found["Anna", "Cem"] == found["Anna", "Emil"] == weights[1] / weights.sum()
    assert found["Anna", "Dora"] == 1
    assert found["Anna", "Ben"] > found["Anna", "Cem"]


def test_experience_is_best_at_the_distance_asked_for_and_falls_to_both_sides():
    people = [
        mentee("Anna", pay_grade=9),
        *(mentor(f"M{grade}", pay_grade=grade) for grade in (8, 11, 12, 13, 16, 19)),
        mentor("Ohne"),
    ]
    found = values("experience", people, field="pay_grade", best=3, tolerance=4)
    by_grade = [found["Anna", f"M{grade}"] for grade in (8, 11, 12, 13, 16, 19)]
    assert by_grade == [0, 0.75, 1, 0.75, 0, 0]
    assert np.isnan(found["Anna", "Ohne"])


def test_a_mentors_wishes_count_by_rank_where_it_is_sure_whom_they_mean():
    wishes = {"wish_1": "Arndt, Anna", "wish_2": "Bea Bender"}
    people = [
        mentee("Anna Arndt"), mentee("Bea Bender"), mentee("Cora Celik"),
        mentor("Dora Dorn").with_(entries=wishes),
        mentor("Emil Erb").with_(entries={"wish_1": "Cora Clik"}),
        mentor("Fritz Falk"),
    ]  # fmt: skip
    found = values("mentor_wish", people, fall=0.3)
    assert [found[name, "Dora Dorn"] for name in ("Anna Arndt", "Bea Bender", "Cora Celik")] == [1, 0.7, 0]
    assert all(np.isnan(found[a.name, b]) for a in people[:3] for b in ("Emil Erb", "Fritz Falk"))
    pool = pool_of(people)
    because = measure("mentor_wish").because
    i, j = pool.index["mentee", people[0].person_id], pool.index["mentor", people[3].person_id]
    with speaking(Voice("de")):
        assert because(pool, i, j) == "Anna Arndt steht auf der Wunschliste von Dora Dorn an Stelle 1."
    assert not pool.ranks.any()  # the goal of wishes is the mentees'


def test_times_to_meet_overlap_by_the_smaller_set_and_who_is_flexible_can_do_all():
    people = [
        mentee("Anna", availability=["mon-morning", "wed-morning", "online"]),
        mentee("Bea", availability=["on_site"]),
        mentor("Cem", availability=["mon-morning"]),
        mentor("Dora", availability=["mon-morning", "wed-morning", "fri-morning", "online", "on_site"]),
        mentor("Emil", availability=["flexible"]),
        mentor("Fritz", availability=["fri-morning", "on_site"]),
        mentor("Gül"),
    ]
    found = values("availability", people)
    assert [found["Anna", name] for name in ("Cem", "Dora", "Emil", "Fritz")] == [1, 1, 1, 0]
    assert [found["Bea", name] for name in ("Dora", "Emil", "Fritz")] == [1, 1, 1]
    assert all(np.isnan(found[pair]) for pair in (("Bea", "Cem"), ("Anna", "Gül"), ("Bea", "Gül")))
    pool, because = pool_of(people), measure("availability").because
    anna, bea = (pool.index["mentee", a.person_id] for a in people[:2])
    dora, emil, fritz = (pool.index["mentor", a.person_id] for a in people[3:6])
    with speaking(Voice("de")):
        assert because(pool, anna, dora) == "Beide können: Montag vormittags, Mittwoch vormittags, online."
        assert because(pool, bea, emil) == "Beide können: vor Ort."
        assert because(pool, anna, fritz).startswith("Sie nennen weder")


def test_field_and_languages_say_whether_something_is_common():
    people = [
        mentee("Anna", field="Violine", languages=["de", "en"]),
        mentor("Ben", field="violine", languages=["EN"]),
        mentor("Cem", field="Horn", languages=["fr"]),
        mentor("Dora"),
    ]
    for name in ("field", "languages"):
        found = values(name, people)
        assert (found["Anna", "Ben"], found["Anna", "Cem"]) == (1, 0)
        assert np.isnan(found["Anna", "Dora"])


def test_a_link_is_new_unless_the_organisations_had_a_tandem_either_way_round():
    people = [mentee("Anna", "Kamen"), *(mentor(town, town) for town in ("Werne", "Lünen", "Kamen", "Unna"))]
    people.append(mentor("Ohne"))
    past = [earlier("X", "Y", "Kamen", "werne"), earlier("X", "Y", "Lünen", "Kamen")]
    found = values("new_link", people, past=past)
    assert [found["Anna", town] for town in ("Werne", "Lünen", "Kamen", "Unna")] == [0, 0, 0, 1]
    assert np.isnan(found["Anna", "Ohne"])


def test_wishes_count_by_rank_and_a_mentee_without_any_leaves_it_open():
    anna, bea = mentee("Anna"), mentee("Bea")
    mentors = [mentor(name) for name in ("Cem", "Dora", "Emil", "Fritz")]
    wishes = [wish(anna, mentors[0], 1), wish(anna, mentors[1], 2), wish(anna, mentors[2], 3)]
    found = values("wish", [anna, bea, *mentors], wishes=wishes)
    assert [found["Anna", m.name] for m in mentors] == pytest.approx([1, 0.8, 0.6, 0])
    assert all(np.isnan(found["Bea", m.name]) for m in mentors)


def test_hours_are_the_share_of_what_the_mentee_asks_for():
    people = [mentee("Anna", hours=4), mentor("Ben", hours=2), mentor("Cem", hours=5), mentor("Dora")]
    found = values("hours", people)
    assert (found["Anna", "Ben"], found["Anna", "Cem"]) == (0.5, 1)
    assert np.isnan(found["Anna", "Dora"])


def test_the_distance_in_age_comes_from_years_of_birth_or_from_ages():
    people = [
        mentee("Anna", birth_year=1990),
        mentee("Bea", age=30),
        mentor("Cem", birth_year=1970),
        mentor("Dora", age=45, birth_year=1975),
        mentor("Emil", age=20),
        mentor("Ohne"),
    ]
    found = values("age", people, best=15, tolerance=10)
    assert [found["Anna", name] for name in ("Cem", "Dora")] == [0.5, 1]
    assert [found["Bea", name] for name in ("Dora", "Emil")] == [1, 0]
    unknown = (("Anna", "Emil"), ("Bea", "Cem"), ("Anna", "Ohne"), ("Bea", "Ohne"))
    assert all(np.isnan(found[pair]) for pair in unknown)
    pool = pool_of(people)
    place = pool.index["mentee", people[0].person_id], pool.index["mentor", people[2].person_id]
    with speaking(Voice("en")):
        assert (
            measure("age").because(pool, *place) == "Years by which Cem is older than Anna: 20; 15 is best."
        )


def test_a_tandem_in_one_town_counts():
    people = [mentee("Anna", region="Halle"), mentor("Ben", region="halle "), mentor("Cem", region="Köthen")]
    found = values("region", people)
    assert (found["Anna", "Ben"], found["Anna", "Cem"]) == (1, 0)


def test_first_timers_go_beside_those_who_took_part_before():
    people = [
        mentee("Anna Neu"),
        mentee("Bea Alt"),
        mentor("Cem Alt"),
        mentor("Dora Oft", earlier_runs=["2019"]),
        mentor("Emil Neu"),
    ]
    past = [earlier("Bea Alt", "Fritz Weg"), earlier("Gina Weg", "Alt, Cem")]
    found = values("first_timers", people, past=past)
    names = ("Cem Alt", "Dora Oft", "Emil Neu")
    assert [found["Anna Neu", name] for name in names] == [1, 1, 0]
    assert [found["Bea Alt", name] for name in names] == [0, 0, 1]
    others = [past[0].with_(mentee_id="P77"), past[1]]  # another Bea Alt, as is known
    found = values("first_timers", people, past=others)
    assert [found["Bea Alt", name] for name in names] == [1, 1, 0]
    alone = values("first_timers", [mentee("Anna Neu"), mentor("Emil Neu")])
    assert np.isnan(alone["Anna Neu", "Emil Neu"])


@given(programmes())
def test_contributions_are_whole_points_up_to_the_weight_and_sum_to_the_score(programme):
    people, chosen, _, past = programme
    scores = evaluate(pool_of(people, earlier=past), chosen.criteria)
    points = {name: part.full() for name, part in scores.points.items()}
    assert (sum(points.values()) == scores.total).all()
    assert scores.total.min() >= 0
    assert scores.total.max() <= 1000
    for used in chosen.criteria:
        assert points[used.name].dtype.kind == "i"
        assert 0 <= points[used.name].min() <= points[used.name].max() <= used.weight


def test_what_is_not_known_counts_half_and_the_reasons_say_so():
    people = [mentee("Anna", "Kamen", pay_grade=9), mentor("Ben", "Werne", pay_grade=12, topics=["Recht"])]
    with speaking(Voice("en")):
        (tandem,) = match(people, load_preset("cross-administration")).to_json()["tandems"]
    assert tandem["contributions"] == {"topics": 300, "experience": 400}
    assert tandem["reasons"][0] == ("Shared topics: 300 of 600 points, the middle: an answer is missing.")


def test_languages_are_named_in_words_and_a_missing_wish_is_said():
    people = [mentee("Anna", languages=["en", "de"]), mentor("Ben", languages=["de", "en", "xx"])]
    for language, sentence in (
        ("de", "Beide sprechen Englisch und Deutsch."),
        ("en", "Both speak English and German."),
    ):
        with speaking(Voice(language)):
            (tandem,) = match(people, load_preset("arts-academy")).to_json()["tandems"]
        assert tandem["reasons"][-1].endswith(sentence)
    assert tandem["reasons"][0] == (
        "Wish: 225 of 450 points, the middle: there is no wish for anybody who takes part."
    )


@pytest.mark.parametrize("preset", PRESETS)
def test_the_criteria_of_every_preset_can_be_evaluated(preset):
    chosen = load_preset(preset)
    scores = evaluate(pool_of([mentee("Anna", "Kamen"), mentor("Ben", "Werne")]), chosen.criteria)
    assert set(scores.points) == {used.name for used in chosen.criteria}


def test_an_unknown_criterion_is_refused_with_the_known_ones():
    with pytest.raises(UsageError, match=r"horoscope.*experience.*topics"):
        evaluate(pool_of([mentee("Anna"), mentor("Ben")]), [Criterion(name="horoscope", weight=1000)])


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("topics", {"colour": "red"}),
        ("experience", {"field": "shoe_size"}),
        ("experience", {"tolerance": 0}),
    ],
)
def test_options_that_do_not_fit_are_refused(name, options):
    with pytest.raises(UsageError, match=r"colour|shoe_size|größer als 0"):
        evaluate(
            pool_of([mentee("Anna"), mentor("Ben")]), [Criterion(name=name, weight=1000, options=options)]
        )


def test_a_criterion_named_twice_is_refused():
    twice = [Criterion(name="topics", weight=500)] * 2
    with pytest.raises(UsageError, match="topics"):
        evaluate(pool_of([mentee("Anna"), mentor("Ben")]), twice)


@pytest.fixture
def probe(monkeypatch):
    """Let a test register a criterion under the name "probe", for itself only."""
    monkeypatch.setitem(MEASURES, "probe", measure("field"))


@pytest.mark.usefixtures("probe")
def test_a_programme_adds_a_criterion_of_its_own_in_a_few_lines():
    @criterion("probe", "Same quarter")
    def region(pool):
        return same(*pool.columns("region"))

    people = [
        mentee("Anna", "A", region="Halle"),
        mentor("Ben", "B", region="Weimar"),
        mentor("Cem", "B", region="halle"),
    ]
    matching = match(people, settings({"probe": 1000}))
    assert matching.tandems["mentor"].tolist() == ["Cem"]
    assert "Same quarter: 1.000 " in matching.to_json()["tandems"][0]["reasons"][0]


@pytest.mark.usefixtures("probe")
@pytest.mark.parametrize("wrong", [np.array([[1.5]]), np.array([[-0.1]]), np.array([0.5])])
def test_a_criterion_that_gives_anything_but_numbers_from_0_to_1_is_refused(wrong):
    criterion("probe")(lambda pool: wrong)
    with pytest.raises(UsageError, match="probe"):
        evaluate(pool_of([mentee("Anna"), mentor("Ben")]), PROBE)
