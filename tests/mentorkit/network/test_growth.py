import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tandem_frames import frame

from mentorkit.language import Voice, speaking
from mentorkit.network.growth import growth, lineage
from mentorkit.network.structure import FEWEST

NUMBERS = ["links", "new_links", "links_so_far", "links_before", "kept"]


def over_runs(*runs):
    """Tandems ``(mentor, organisation, mentee, organisation)`` of runs by name, in their order."""
    return pd.concat([frame(*tandems).assign(run=run) for run, *tandems in runs])


@pytest.fixture
def three_runs():
    return over_runs(
        ("2016", ("Ada", "Kamen", "Bea", "Lünen"), ("Cleo", "Lünen", "Dora", "Kamen")),
        ("2018", ("Bea", "Lünen", "Emmy", "Kamen"), ("Fay", "Werne", "Gesa", "Kamen")),
        ("2021", ("Emmy", "Kamen", "Hanna", "Werne"), ("Fay", "Werne", "Ida", "Werne")),
    )


def test_a_link_is_new_once_whichever_way_round(three_runs):
    table = growth(three_runs).set_index("run")
    assert table.loc["2016", ["links", "new_links", "links_so_far"]].tolist() == [1, 1, 1]
    assert table.loc["2018", [*NUMBERS]].tolist() == [2, 1, 2, 1, 1]
    assert table.loc["2021", [*NUMBERS]].tolist() == [1, 0, 2, 2, 1]


def test_who_took_part_before_in_either_role_is_not_new(three_runs):
    table = growth(three_runs).set_index("run")
    assert table.loc["2018", ["new_mentors", "mentees_before", "new_mentees"]].tolist() == [1, 1, 2]
    assert table.loc["2021", ["mentors", "new_mentors", "mentees_before"]].tolist() == [2, 0, 1]


def test_the_sentences_say_what_a_run_added(three_runs):
    first, second, third = growth(three_runs)["sentence"]
    assert first == (
        "2016: 2 tandems. 1 new link between organisations, 1 so far. "
        "Of earlier runs nothing is known, so nobody is called new."
    )
    assert second == (
        "2018: 2 tandems. 1 new link between organisations, 2 so far. 1 of 1 links of 2016 occurs again. "
        "For the first time: 1 of 2 mentors, 2 of 2 mentees. 1 of those who mentor was a mentee before."
    )
    assert "0 new links between organisations, 2 so far. 1 of 2 links of 2018 occurs again." in third


def test_the_runs_stand_in_the_order_of_the_frame_and_the_unknown_one_first():
    tandems = over_runs(*((run, ("Ada", None, "Bea", None)) for run in ("Zweiter", "Erster", "", "Letzter")))
    assert list(growth(tandems)["run"]) == ["", "Zweiter", "Erster", "Letzter"]


def test_what_may_be_old_is_not_called_new(three_runs):
    unknown = over_runs(("", ("Gesa", "Werne", "Xenia", "Kamen")))
    table = growth(pd.concat([unknown, three_runs])).set_index("run")
    assert table.loc["", ["new_links", "kept", "new_mentors"]].isna().all()
    assert table.loc["", "sentence"].startswith("1 tandem of an unknown run; it counts as earlier")
    # the run after it is the first known one: nothing is said of what lasted
    assert table.loc["2016", ["new_links", "new_mentors"]].tolist() == [1, 2]
    assert pd.isna(table.loc["2016", "kept"])
    assert table.loc["2018", ["new_links", "new_mentees", "links_so_far"]].tolist() == [0, 1, 2]


def test_links_have_no_numbers_without_organisations_or_where_tandems_stay_within(three_runs):
    without = growth(three_runs.assign(mentor_organisation=None, mentee_organisation=None))
    for table in (without, growth(three_runs, "same")):
        assert table[NUMBERS].isna().all(axis=None)
        assert "link" not in " ".join(table["sentence"])
        assert table["mentors"].tolist() == [2, 2, 2]


def test_few_links_have_counts_but_no_shares():
    def run(name, count, start=0):
        names = range(start, start + count)
        return (name, *((f"m{name}{i}", f"A{i}", f"e{name}{i}", f"B{i}") for i in names))

    few = growth(over_runs(run("1", FEWEST - 1), run("2", FEWEST - 1, 1))).iloc[1]
    assert few["kept"] == FEWEST - 2
    assert pd.isna(few["persistence"])
    assert few["jaccard"] == (FEWEST - 2) / FEWEST
    enough = growth(over_runs(run("1", FEWEST), run("2", FEWEST, 1))).iloc[1]
    assert enough["persistence"] == (FEWEST - 1) / FEWEST
    assert enough["jaccard"] == (FEWEST - 1) / (FEWEST + 1)


_organisations = st.sampled_from(["A", "B", "C", "D", "E", "F", "G", None])
_rows = st.lists(
    st.tuples(st.sampled_from(["", "1", "2", "3"]), st.integers(0, 8), _organisations, st.integers(0, 8),
              _organisations),
    max_size=40,
)  # fmt: skip


@given(_rows)
@settings(max_examples=200)
def test_the_numbers_are_those_of_counting(rows):
    rows = sorted(rows, key=lambda row: row[0])
    table = growth(
        over_runs(*((run, (f"p{m}", a, f"p{e}", b)) for run, m, a, e, b in rows)) if rows else frame()
    )
    links = [frozenset((a, b)) if a and b and a != b else None for _, _, a, _, b in rows]
    known = sorted({run for run, *_ in rows if run})
    for row in table.itertuples():
        own = {link for link, (run, *_) in zip(links, rows, strict=True) if run == row.run and link}
        before = {link for link, (run, *_) in zip(links, rows, strict=True) if run < row.run and link}
        people = {who for run, m, _, e, _ in rows if run < row.run for who in (m, e)}
        mentors = {m for run, m, *_ in rows if run == row.run}
        assert row.tandems == sum(run == row.run for run, *_ in rows)
        assert row.mentors == len(mentors)
        if row.run and people:
            assert row.new_mentors == len(mentors - people)
        if not any(a and b for _, _, a, _, b in rows):
            continue
        assert (row.links, row.links_so_far) == (len(own), len(own | before))
        if not row.run:
            continue
        assert row.new_links == len(own - before)
        if row.run == known[0]:
            assert pd.isna(row.kept)
            continue
        last = known[known.index(row.run) - 1]
        old = {link for link, (run, *_) in zip(links, rows, strict=True) if run == last and link}
        assert (row.links_before, row.kept) == (len(old), len(old & own))
        if len(old) >= FEWEST:
            assert row.persistence == len(old & own) / len(old)
        if len(old | own) >= FEWEST:
            assert row.jaccard == len(old & own) / len(old | own)


# lineage ---------------------------------------------------------------------------------------------


def test_a_mentee_who_becomes_a_mentor_is_told_with_her_mentor_and_her_mentees(three_runs):
    bea, emmy = lineage(three_runs).to_dict("records")
    assert (bea["mentee_in"], bea["mentors"]) == (("2016",), ("Ada",))
    assert (bea["mentor_in"], bea["mentees"]) == (("2018",), ("Emmy",))
    assert bea["sentence"] == "Bea was a mentee of Ada (2016) and later mentored Emmy (2018)."
    assert emmy["line"] == ("Ada", "Bea", "Emmy")
    assert emmy["sentence"] == (
        "Emmy was a mentee of Bea (2018) and now mentors Hanna (2021). The line so far: Ada → Bea → Emmy."
    )


def test_who_is_both_at_once_or_a_mentor_first_has_not_risen():
    both = over_runs(("2016", ("Ada", None, "Bea", None), ("Bea", None, "Cleo", None)))
    first = over_runs(("2016", ("Ada", None, "Bea", None)), ("2018", ("Cleo", None, "Ada", None)))
    assert lineage(both).empty
    assert lineage(first).empty
    assert list(lineage(frame()).columns) == list(lineage(both).columns)


def test_an_unknown_run_is_called_so():
    tandems = over_runs(("", ("Ada", None, "Bea", None)), ("2018", ("Bea", None, "Cleo", None)))
    assert lineage(tandems)["sentence"].tolist() == [
        "Bea was a mentee of Ada (unknown run) and now mentors Cleo (2018)."
    ]


def test_two_who_mentor_each_other_are_no_endless_line():
    tandems = over_runs(
        ("1", ("Ada", None, "Bea", None)),
        ("2", ("Bea", None, "Ada", None)),
        ("3", ("Ada", None, "Bea", None)),
    )
    assert lineage(tandems)["line"].tolist() == [("Bea", "Ada"), ("Ada", "Bea")]


@given(_rows)
@settings(max_examples=200)
def test_lineage_holds_who_was_a_mentee_in_a_run_before_one_as_a_mentor(rows):
    rows = sorted(rows, key=lambda row: row[0])
    tandems = over_runs(*((run, (f"p{m}", a, f"p{e}", b)) for run, m, a, e, b in rows)) if rows else frame()
    risen = {f"p{e}" for early, _, _, e, _ in rows for late, m, *_ in rows if m == e and early < late}
    table = lineage(tandems)
    assert set(table["person_id"]) == risen
    for row in table.itertuples():
        assert min(row.mentee_in) < max(row.mentor_in)
        assert row.line[-1] == row.person
        assert len(set(row.line)) == len(row.line)


def test_growth_is_told_in_german(three_runs):
    with speaking(Voice("de", "star")):
        assert (
            growth(three_runs)["sentence"]
            .iloc[1]
            .endswith(
                "Zum ersten Mal dabei: 1 von 2 Mentor*innen, 2 von 2 Mentees. "
                "1 von denen, die begleiten, war zuvor selbst Mentee."
            )
        )
        assert lineage(three_runs)["sentence"].iloc[0] == (
            "Bea war Mentee bei Ada (2016) und begleitete später selbst Emmy (2018)."
        )


def test_who_says_to_have_taken_part_before_is_not_new():
    now = frame(("Eva", "Kamen", "Ada", "Lünen"), ("Bea", "Kamen", "Cem", "Lünen"))
    before = frame(("Ute", "Kamen", "Ina", "Lünen")).assign(run="2010")
    tandems = pd.concat([before, now.assign(run="2012", mentor_veteran=[True, False])])
    assert growth(tandems)["new_mentors"].fillna(-1).tolist() == [-1, 1]
