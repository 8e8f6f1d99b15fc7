"""What people write into forms, and what it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mentorkit.intake.careers import employment, qualification
from mentorkit.intake.grades import Grade, parse, stands, understand
from mentorkit.intake.judge import PARSERS
from mentorkit.intake.values import date, email, gender, hours, items, number, phone, places, year, yes_no


def grade(text, scale="de-2014"):
    return understand(text, scale)


KNOWN = [
    (grade, {
        "A 9 g.D.": 9, "A9": 9, "Bes.Gr. A 10": 10, "Besoldungsgruppe A 11": 11, "EG9 TVöD": 9, "E 9a": 9,
        "Entgeltgruppe 9b TVöD": 9, "9 TVöD": 9, "9b": 9, "EG 9c": 9, "Beamtin A 10": 10,
        "Stadtamtfrau A 11": 11, "15 Ü TVöD": 15,
        "Bes.Gr. 10": 10, "10 g.D.": 10, "-": None, "keine": None, "A 13 h.D.": 13, "EG 9a, Stufe 4": 9,
        "A9gD": 9, "A 9z": 9, "A 13 Z": 13, "EG 9 + Z": 9, "A 9 m.D. + Z": 9, "EG 9 TVÖD-V": 9,
        "A 9 mD + Zulage": 9, "A 11 LBesO": 11,
        "A 11 BBesO": 11, "LBesO A 11": 11, "A 11 LBesO A NRW": 11, "E 10/4": 10, "EG 9b/3": 9, "": None,
    }),
    (qualification, {
        "A II: nein": False, "nein (Studium)": False, "nein, FH": False, "Studium nein": False,
        "FH: ja": True,
        "Master in Recht": True,
        "A II": True, "FH-Studium": True, "Bachelor": True, "Diplom-Verwaltungswirtin (FH)": True,
        "Master": True,
        "Angestelltenlehrgang II": True, "2. Verwaltungslehrgang": True, "zweiter Angestelltenlehrgang": True,
        "VL II": True, "VL 2": True, "VLII": True, "VL I": False, "VL II (bestanden)": True,
        "A I": False, "Angestelltenlehrgang I": False, "1. Verwaltungslehrgang": False, "keine": False,
        "-": False,
        "ja": True, "x": True, "nein": False, "kein Studium": False, "A I, A II": True,
    }),
    (employment, {
        "unbefristet": True, "befristet": False, "befristet bis 31.12.2014": False, "ja": True, "N": False,
        "unbef.": True, "bef.": False, "bef. bis 2015": False,
        "un befristet": True, "un-befristet": True,
        "befristet: ja": False, "befristet: nein": True, "Beamtin auf Lebenszeit": True,
        "befristet: unbefr.": True, "befristet: entfristet": True, "befristet: dauerhaft": True,
        "befristet: 31.12.2015": False, "befristet: Zeitvertrag": False,
        "befristet: ja (noch bis 2015)": False,
    }),
    (yes_no, {
        "j": True, "Ja": True, "ja ": True, "x": True, "✓": True, "WAHR": True, "1": True, "yes": True,
        "Ja, gern": True, "kein Problem": True, "keine Einwände": True, "Nichts dagegen": True,
        "keine Bedenken": True, "keine Zeit": False,
        "√": True, "✔️": True, "✅": True, "ne": False, "einverstanden": True, "stimme zu": True,
        "bin einverstanden": True, "natürlich": True, "ja, natürlich": True, "na klar": True,
        "selbstverständlich": True,
        "n": False, "Nein": False, "-": False, "–": False, "0": False, "no": False, "": None,
    }),
    (gender, {"w": "f", "Frau": "f", "weibl.": "f", "m": "m", "Herr": "m", "d": "d", "divers": "d",
    "Frau Dr.": "f", "Frau Prof. Dr.": "f", "Herr Dr.-Ing.": "m", "Ms": "f", "Mr.": "m", "♀": "f", "♂": "m"}),
    (hours, {"2-3": 2.5, "ca. 4": 4, "max. 5": 5, "1,5": 1.5, "3": 3, "2 bis 3 Std.": 2.5,
    "4 Stunden/Monat": 4, "1 1/2": 1.5, "1½": 1.5, "½": 0.5, "2 ½ Std.": 2.5, "anderthalb": 1.5,
    "1½-2": 1.75}),
    (places, {"2": 2, "2.0": 2, "max. 2": 2, "": 1, "zwei": 2, "-": 1, "1 Mentee": 1}),
    (date, {
        "2008-09-30": "2008-09-30", "1.6.08": "2008-06-01", "17.08.2008": "2008-08-17",
        "2020-11-20 14:03": "2020-11-20",
        "30. September 2008": "2008-09-30", "4. Mrz 08": "2008-03-04", "": None,
        "2008/10/01": "2008-10-01", "20081001": "2008-10-01", "1.10.2008 (Poststempel)": "2008-10-01",
        "1.6.2008, 14 Uhr": "2008-06-01", "1.6.2008 14.30 Uhr": "2008-06-01", "13-Sep-08": "2008-09-13",
        "39722": "2008-10-01", "eingegangen am 1.10.2008": "2008-10-01", "2008.10.01": "2008-10-01",
    }),
    (number, {"12": 12, "12 Jahre": 12, "ca. 10": 10, "1,5": 1.5, "10+": 10, "20 Jahre+": 20, "1.200": 1200}),
    (year, {"1964": 1964, "12.3.1964": 1964, "12.03.64": 1964, "1.2.08": 2008, "2001": 2001,
    "12. März 49": 1949}),
    (items, {
        "Recht und Verträge / Lehre": ["Recht und Verträge", "Lehre"], "A, B; C": ["A", "B", "C"],
        "Technik und Konstruktion": ["Technik und Konstruktion"], "Wahlkampf/Medien": ["Wahlkampf", "Medien"],
        "A\nB": ["A", "B"], "keine": [], "Team (Ost, West), Recht": ["Team (Ost, West)", "Recht"],
    }),
    (email, {" Anna.Hof@Example.Org ": "Anna.Hof@example.org", "mailto:a@example.org": "a@example.org",
    "-": None, "keine": None, "hat keine": None, "nicht vorhanden": None}),
    (phone, {"030 23125106": "+493023125106", "+49 40 66969485": "+494066969485",
    "069/90009-077": "+496990009077", "-": None, "keins": None}),
]  # fmt: skip
DOUBTFUL = [
    (grade, "grade_unclear", ["9", "9,0", "10.0", "A 9b", "A 9 TVöD", "EG 9 (Beamtin)", "EG 16", "A 1",
    "E 9d",
    "S 12", "P 8", "B 2", "A 9/10", "EG 9z", "E 9 Z", "9z", "A 9 / EG 10", "IVb BAT", "SEO", "Grade 7",
    "E 8/9", "E 5/6", "A 9/4",
    "A 17", "hoch"]),
    (qualification, "answer_unclear", ["A II ab Herbst", "in A II", "im Studium", "keine Angabe", "k. A.",
    "n/a", "A II?", "nein, aber FH", "A II: nein, FH: ja", "A II (läuft)",
    "Studium noch nicht beendet", "Abitur",
    "Fachhochschulreife"]),
    (employment, "answer_unclear", ["unbefristet?", "befristet?", "keine Angabe", "unbefristet ab 1.1.2015",
    "Vollzeit", "befristet: keine Angabe", "befristet: siehe Anlage"]),
    (yes_no, "answer_unclear", ["keine Angabe", "keine Angaben", "k. A.", "k.A.", "n/a", "ja?",
    "kein Problem, aber nur abends", "teilweise",
    "nicht einverstanden", "stimme nicht zu", "ja, aber erst später", "ja/nein", "12 Personen"]),
    (hours, "hours_unclear", ["nach Absprache", "flexibel", "1 pro Woche", "2024-03-02", "1/2"]),
    (year, "answer_unclear", ["2064", "64", "1899", "12.03.2064", "bald"]),
    (phone, "answer_unclear", ["23125106", "0391 1", "030 23125106 oder 0171 39200123", "Empfang"]),
    (places, "ambiguous_capacity", ["zwei (evtl. drei)", "2 (evtl. 3)", "1-2", "viele", "0"]),
    (date, "invalid_date", ["vor dem 1.10.2008", "nach 1.10.2008", "1234567", "20081301", "61000",
    "1.9.2108", "2108-09-01", "1.9.1008",
    "31.09.2008", "bald", "2008-13-01"]),
    (email, "invalid_email", ["Segebahn(at)example.org", "a@", "a@example.org; b@example.org"]),
    (number, "answer_unclear", ["seit 2005", "3-5", "viele", "< 3", "<3", "unter 3", "max. 3", "≤ 3"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("parser", "text", "meaning"),
    [(parser, text, meaning) for parser, known in KNOWN for text, meaning in known.items()],
)
def test_spellings_are_understood(parser, text, meaning):
    understood = parser(text)
    assert (understood.value, understood.doubt) == (meaning, None)
    assert type(understood.value) is type(meaning)


@pytest.mark.parametrize(
    ("parser", "code", "text"), [(parser, code, text) for parser, code, texts in DOUBTFUL for text in texts]
)
def test_what_is_doubtful_is_left_to_a_person(parser, code, text):
    assert parser(text).doubt == code


def test_of_a_doubtful_capacity_the_first_number_is_understood():
    assert [places(text).value for text in ("2 (evtl. 3)", "zwei (evtl. drei)", "viele")] == [2, 2, 1]


def test_a_telephone_number_that_is_none_is_kept():
    for text in ("Durchwahl beim Empfang", "23125106"):
        assert phone(text).value == text


def test_a_grade_is_a_series_a_step_and_a_suffix():
    assert parse("Entgeltgruppe 9b TVöD") == Grade("E", 9, "b")
    assert parse("A 12 + Z") == Grade("A", 12)
    assert parse("10") == Grade("", 10)
    assert parse("S 12") is None
    assert understand("10", "de-2014").value == 10


def test_a_scale_of_another_year_tells_apart_what_was_one_grade():
    numbers = [grade(text, "tvoed-2017").value for text in ("E 8", "E 9a", "E 9b", "E 9c", "E 10")]
    assert numbers == sorted(set(numbers))
    assert grade("E 9", "tvoed-2017").doubt == "grade_unclear"
    assert grade("A 9", "tvoed-2017").value == 9


def test_grades_that_are_words_are_understood_by_their_scale_only():
    order = ["AA", "AO", "EO", "HEO", "SEO", "Grade 7", "Grade 6", "SCS1", "SCS2", "SCS3", "SCS4"]
    assert [grade(text, "uk-civil-service").value for text in order] == list(range(1, 12))
    assert grade("G7", "uk-civil-service") == grade("grade 7", "uk-civil-service")
    assert stands("SCS PB2", "uk-civil-service").grade.series == "CS"
    assert grade("A 9", "uk-civil-service").doubt == grade("SEO").doubt == "grade_unclear"


@pytest.mark.parametrize("kind", sorted(PARSERS))
@given(text=st.one_of(st.text(), st.text("0123456789 .,/-–+()ABESTVöDjanei", max_size=12)))
def test_no_text_whatever_makes_a_parser_fail(kind, text):
    understood = PARSERS[kind](text)
    assert understood.doubt is None or isinstance(understood.doubt, str)


@pytest.mark.parametrize("kind", sorted(PARSERS))
def test_nothing_said_raises_no_doubt(kind):
    assert PARSERS[kind]("").doubt is None
