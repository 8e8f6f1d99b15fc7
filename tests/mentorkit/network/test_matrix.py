from hypothesis import given, settings
from tandem_frames import TOWNS, frame, frames

from mentorkit.language import Voice, speaking
from mentorkit.network.matrix import matrix


@given(frames())
@settings(deadline=None)
def test_the_sums_are_the_number_of_tandems(tandems):
    table = matrix(tandems, TOWNS)
    inner = table.iloc[:-1, :-1]
    assert inner.to_numpy().sum() == table.iloc[-1, -1] == len(tandems)
    assert (inner.sum(axis=1) == table.iloc[:-1, -1]).all()
    assert (inner.sum(axis=0) == table.iloc[-1, :-1]).all()
    assert list(inner.index) == list(inner.columns)


def test_rows_are_mentors_and_columns_are_mentees():
    table = matrix(frame(("Ada", "Kamen", "Bea", "Lünen")))
    assert table.loc["Kamen", "Lünen"] == 1
    assert table.loc["Lünen", "Kamen"] == 0


def test_organisations_stand_in_german_order_and_people_without_one_come_last():
    with speaking(Voice("de", "star")):
        table = matrix(frame(("Ada", None, "Bea", "Zeitz")), ["Oebisfelde", "Öbles", "Aken", "Zeitz"])
    assert list(table.index) == ["Aken", "Öbles", "Oebisfelde", "Zeitz", "ohne Organisation", "erhält"]
    assert table.columns[-1] == "gibt"
    assert table.index.name == "Organisation der Mentor*innen"


def test_no_name_of_an_organisation_takes_the_place_of_the_sums():
    names = ["gibt", "erhält", "Σ gibt", "Kamen"]
    tandems = frame(("Ada", "gibt", "Bea", "erhält"), ("Eva", "erhält", "Ida", "erhält"))
    with speaking(Voice("de", "star")):
        table = matrix(tandems, names)
    assert table.shape == (5, 5)
    assert table.loc["gibt", "erhält"] == table.loc["erhält", "erhält"] == 1
    assert table.loc["Kamen"].sum() == table["Kamen"].sum() == 0
    assert table.iloc[-1].tolist() == [2, 0, 0, 0, 2]
    assert table.iloc[:, -1].tolist() == [1, 1, 0, 0, 2]
    assert (table.index[-1], table.columns[-1]) == ("Σ erhält", "Σ Σ gibt")


def test_the_matrix_of_no_tandems_is_all_zero():
    assert matrix(frame(), TOWNS).to_numpy().sum() == 0
    assert matrix(frame()).shape == (1, 1)
