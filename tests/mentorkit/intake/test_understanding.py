"""Headings, names, organisations and tables: what a careful reader makes of them."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import as_xlsx, context_of

from mentorkit.intake.headings import columns, normal
from mentorkit.intake.history import history_columns
from mentorkit.intake.names import looks_like_a_name, split_name, without_titles
from mentorkit.intake.organisations import Organisations, company_key
from mentorkit.intake.reading import read
from mentorkit.intake.rows import cells_of, entries_of, extra_of
from mentorkit.intake.sheets import Sheet
from mentorkit.intake.tables import find_tables, role_in
from mentorkit.intake.vocabulary import VOCABULARY
from mentorkit.programme.fields import FIELDS
from mentorkit.programme.records import Organisation
from mentorkit.programme.settings import load_preset

UNNA = Organisations.of(load_preset("cross-administration").organisations)
CHAPTERS = Organisations.of(load_preset("party-chapters").organisations)


def fields(*headings, asked=frozenset(FIELDS)):
    return {column.heading: column.field for column in columns(headings, asked)}


# -- headings -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("E-Mail-Adresse (dienstlich)", "email"), ("eMail", "email"), ("Ihre E-Mail bitte", "email"),
        ("Besoldungs-/Entgeltgr.", "pay_grade"), ("Wunschmentor*in (2. Wahl)", "wish_2"),
        ("1. Wunsch", "wish_1"), ("Wunschmentee 2", "wish_2"), ("1. Wunsch-Mentee", "wish_1"),
        ("WunschmentorIn 3", "wish_3"), ("Wunsch-Mentor:in 1", "wish_1"), ("max. Mentees", "places"),
        ("Führungsverantwortung (ja/nein)", "supervision"), ("Fuehrungsverantwortung", "supervision"),
        ("TELEFON", "phone"), ("Themn", "topics"), ("Nachnahme", "name"),
        ("Emial", "email"), ("Zweitwunsch", "wish_2"),
        ("Geburtsajhr", "birth_year"),
        ("Kontaktdaten an andere Tandems", "share_contact"), ("Adresse an andere Tandems", "share_contact"),
        ("Mandatsträger/in", "name"), ("Künstler_in", "name"), ("Studierende_r", "name"),
        ("Name der Mentorin / des Mentors", "name"), ("Stipendiat*in", "name"),
        ("Arbeitgeber/in", "organisation"),
        ("Mailanschrift", "email"), ("E-Mail-Anschrift", "email"), ("Bes./Entg.", "pay_grade"),
        ("Themenangebot", "topics"), ("Schwerpunktthemen", "topics"), ("Interessenschwerpunkte", "topics"),
        ("Kompetenzen", "topics"), ("Kompetenzfelder", "topics"), ("Beratungsfelder", "topics"),
        ("Anzahl möglicher Mentees", "places"), ("Zahl der Tandems", "places"), ("Std./Mon.", "hours"),
        ("Posteingang", "received"), ("Führung", "supervision"), ("Führungszeugnis", None),
        ("Mentor_innenwunsch 2", "wish_2"), ("Mentor*innenwunsch 3", "wish_3"),
        ("E-Mail der Vorgesetzten", None),
        ("Hr./Fr.", "gender"), ("BG/EG", "pay_grade"), ("Quali", "qualification"), ("VL II", "qualification"),
        ("A2-Lehrgang", "qualification"), ("Bef./Unbef.", "permanent"), ("Vertragsverhältnis", "permanent"),
        ("Tel. dienstl.", "phone"), ("KV/OV", "organisation"), ("Kreisverb.", "organisation"),
        ("Anz. Mentees", "places"), ("Max. Anzahl", "places"), ("Zeit in Std.", "hours"), ("Instr.", "field"),
        ("Prio 1", "wish_1"), ("Prio 3", "wish_3"), ("Eing.", "received"), ("Jg.", "birth_year"),
        ("Aufsicht", "supervision"), ("DuF", "supervision"), ("Abt.", "department"),
        ("Darf weitergegeben werden?", "share_contact"), ("Semesterzahl", "semester"),
        ("honorarfrei", "voluntary"), ("Dürfen wir anrufen?", "may_call"),
        ("Welche Themen interessieren Sie?", "topics"), ("Telefon der Vorgesetzten", None), ("Quatsch", None),
    ],
)  # fmt: skip
def test_wordings_are_recognised(heading, field):
    assert fields(heading)[heading] == field


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Kontakt", "email"), ("Ortsverein", "organisation"), ("Leitungserfahrung", "supervision"),
        ("Line manager", "supervision"), ("Laufbahn", "qualification"),
    ],
)  # fmt: skip
def test_what_a_heading_only_may_mean_is_not_sure(heading, field):
    (column,) = columns([heading], FIELDS)
    assert (column.field, column.sure) == (field, False)


def test_what_somebody_said_of_a_heading_counts_before_the_vocabulary():
    said = {normal("Kontakt"): "phone", normal("Telefon"): "", normal("Quatsch"): "topics"}
    found = columns(["KONTAKT:", "Telefon", "Quatsch"], FIELDS, said)
    assert [(c.field, c.sure) for c in found] == [("phone", True), (None, True), ("topics", True)]


def test_name_means_the_last_name_only_beside_a_first_name():
    assert fields("Name", "Vorname") == {"Name": "last_name", "Vorname": "first_name"}
    assert fields("Name", "E-Mail")["Name"] == "name"
    assert fields("Name", "Vorname", "Nachname")["Name"] is None


@given(st.lists(st.sampled_from([p for phrases in VOCABULARY.values() for p in phrases]), max_size=12))
def test_no_field_is_claimed_by_two_columns(headings):
    claimed = [column.field for column in columns(headings, FIELDS) if column.field]
    assert len(claimed) == len(set(claimed))


def test_a_heading_that_can_mean_several_means_what_the_programme_asks_for():
    assert fields("Bereich", asked={"field"})["Bereich"] == "field"
    assert fields("Bereich", asked={"department"})["Bereich"] == "department"
    assert fields("Stadt", asked={"region"})["Stadt"] == "region"


@pytest.mark.parametrize(
    "style", ["Mentor*in", "Mentor_in", "MentorIn", "Mentor:in", "Mentor/in", "Mentor(in)", "Mentorin"]
)
def test_gender_styles_make_no_difference(style):
    assert normal(style) == "mentor"
    assert fields(f"Wunsch{style.lower()} 2")[f"Wunsch{style.lower()} 2"] == "wish_2"


def test_a_sheet_of_earlier_runs_is_told_by_mentee_and_mentor():
    found = history_columns(["Durchgang", "Mentorin/Mentor", "Firma", "Mentee", "Firma"])
    assert [c.field for c in found] == [
        "year",
        "mentor",
        "mentor_organisation",
        "mentee",
        "mentee_organisation",
    ]
    assert history_columns(["Name", "Wunschmentor", "E-Mail"]) is None


def history(*rows, title="Tandems 2016"):
    file = (f"{title}.csv", "\n".join(";".join(row) for row in rows).encode())
    return read([file], context_of(load_preset("cross-company")))


@pytest.mark.parametrize(
    "rows",
    [
        (["Mentee", "Mentor"], ["Dora Zorbach", "Ruth Ahl"]),
        (["Nr.", "Mentee", "Mentor"], ["1", "Zorbach, Dora", "Ahl, Ruth"]),
        (
            ["Mentee Vorname", "Mentee Nachname", "Mentor Vorname", "Mentor Nachname"],
            ["Dora", "Zorbach", "Ruth", "Ahl"],
        ),
        (
            ["Mentee", "", "Mentorin", ""], ["Vorname", "Name", "Vorname", "Name"],
            ["Dora", "Zorbach", "Ruth", "Ahl"],
        ),
    ],
)  # fmt: skip
def test_earlier_tandems_are_read_however_their_names_stand(rows):
    (tandem,) = history(*rows).earlier
    assert (tandem.year, tandem.mentee, tandem.mentor) == ("2016", "Dora Zorbach", "Ruth Ahl")


def test_the_number_of_a_run_stands_for_its_year():
    intake = history(["Lauf: 3. Durchgang"], ["Mentee", "Mentor", "Firma"], ["A B", "C D", "E"], title="Alt")
    assert [tandem.year for tandem in intake.earlier] == ["3. Durchgang"]


def test_the_name_of_a_workbook_is_no_year_of_its_earlier_tandems():
    data = as_xlsx([("Frühere", [["Mentee", "Mentor"], ["Dora Zorbach", "Ruth Ahl"]])])
    intake = read([("anmeldungen_2021.xlsx", data)], context_of(load_preset("cross-company")))
    assert [tandem.year for tandem in intake.earlier] == [""]


def test_english_headings_are_read():
    heads = [
        "first name",
        "last name",
        "email address",
        "job title",
        "grade",
        "organisation",
        "profession",
        "biography",
    ]
    assert list(fields(*heads).values()) == [
        "first_name", "last_name", "email", "position", "pay_grade", "organisation", "field", None,
    ]  # fmt: skip


# -- names ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("Inge von der Mude", "Inge", "von der Mude"), ("Malte Dussen van", "Malte", "Dussen van"),
        ("Weller-auch Schlauchin, Sylvie", "Sylvie", "Weller-auch Schlauchin"), ("Cher", "", "Cher"),
        ("zu Hauffer-Stoll, Christos", "Christos", "zu Hauffer-Stoll"), ("Anna Hof, Dr.", "Dr. Anna", "Hof"),
        ("Prof.in Dr.-Ing. Anna Hof", "Prof.in Dr.-Ing. Anna", "Hof"), ("Anna Hof, MdL", "Anna", "Hof"),
        ("Hof, Anna, MdEP", "Anna", "Hof"), ("Hof, Anna (MdB)", "Anna", "Hof"),
        ("Anna Hof, geb. Kurz", "Anna", "Hof"), ("Hof (geb. von Kurz), Anna", "Anna", "Hof"),
        ("Anna Hof geborene Kurz", "Anna", "Hof"), ("Hof, Anna, geb. Kurz, M.A.", "M.A. Anna", "Hof"),
        ("Prof. Dr. Anna Hof", "Prof. Dr. Anna", "Hof"), ("Dr. Hof, Anna", "Dr. Anna", "Hof"), ("", "", ""),
    ],
)  # fmt: skip
def test_a_name_in_one_cell_is_split(text, first, last):
    assert split_name(text) == (first, last)


def test_titles_are_taken_off_and_names_that_begin_like_one_are_not():
    assert without_titles("Univ.-Prof. Dr. med. Ruth Ahl")[0] == "Ruth Ahl"
    for title in ("Prof.in", "Prof:in", "Dr.in", "Dr.-Ing.", "Dr. Ing.", "Dr.-Ing. habil.", "Prof.in Dr.in"):
        assert without_titles(f"{title} Ruth Ahl")[0] == "Ruth Ahl"
    assert without_titles("Ahl geb. Kurz") == ("Ahl", "geb. Kurz")
    assert without_titles("Dr. Ahl, geb. Kurz (MdL)(MdB)") == ("Ahl", "Dr. geb. Kurz MdL MdB")
    for name in ("Drude Dramm", "Drin Ahl", "Profina Ahl", "Gebhard Ahl", "Geb Ahl", "Mdlalose Ahl"):
        assert without_titles(name) == (name, "")


@given(st.text())
def test_any_text_can_be_split_as_a_name(text):
    assert all(isinstance(part, str) for part in split_name(text))


def test_remarks_are_no_names():
    assert looks_like_a_name("Inge von der Mude")
    assert not any(
        map(looks_like_a_name, ("Stand: heute", "Bitte bis Freitag zurück.", "12 Personen", "Hof"))
    )


# -- organisations --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("known", "text", "name"),
    [
        (UNNA, "Stadt Lünen", "Lünen"), (UNNA, "LUENEN", "Lünen"), (UNNA, "Stadtverwaltung Kamen", "Kamen"),
        (UNNA, "Kreisverwaltung Unna", "Kreis Unna"), (UNNA, "Unna", None), (UNNA, "Kreis Kamen", None),
        (UNNA, "Landkreis Unna", "Kreis Unna"), (UNNA, "Kreis Unna", "Kreis Unna"),
        (UNNA, "Fröndenbreg", "Fröndenberg"),
        (UNNA, "Stadt Unna", None), (UNNA, "Herne", None), (UNNA, "Werl", None), (UNNA, "Holzwickede", None),
        (UNNA, "Gemeinde Kamen", "Kamen"), (CHAPTERS, "Landkreis Harz", "Harz"),
        (CHAPTERS, "KV Halle (Saale)", "Halle (Saale)"), (CHAPTERS, "Halle/Saale", "Halle (Saale)"),
        (CHAPTERS, "Kreisverband Börde", "Börde"), (CHAPTERS, "Anhalt-Bitterfeld ", "Anhalt-Bitterfeld"),
        (CHAPTERS, "Kreisverband Nirgendwo", None), (CHAPTERS, "Wittenberge", None),
        (CHAPTERS, "Wittenbergg", "Wittenberg"), (CHAPTERS, "Saalekreis", "Saalekreis"),
        (CHAPTERS, "dessau-rosslau", "Dessau-Roßlau"), (CHAPTERS, "Mansfeld-Sudharz", "Mansfeld-Südharz"),
    ],
)  # fmt: skip
def test_organisations_are_found_in_every_spelling_and_no_other_is(known, text, name):
    assert known.match(text).name == name


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("bewerbungen_kreis_unna", ["Kreis Unna"]), ("bewerbungen_bergkamen", ["Bergkamen"]),
        ("Kamen_final-2", ["Kamen"]),
        ("Cross-Mentoring im Kreis Unna – Stadt Kamen", ["Kamen"]), ("Stadt Unna", []), ("Liste", []),
    ],
)  # fmt: skip
def test_whole_words_of_a_title_name_the_sender(text, names):
    assert UNNA.named_in(text) == names


def test_a_company_is_one_in_two_spellings_and_takes_the_commoner():
    heard = ["Drahtwerk Volme", "Drahtwerk Volme GmbH & Co. KG", "Drahtwerk Volme", "Federn Altena"]
    open_ = Organisations.of(load_preset("cross-company").organisations, heard=heard)
    assert open_.match("DRAHTWERK-VOLME GmbH").name == "Drahtwerk Volme"
    assert open_.match("Fa. Drahtwerk Volme").name == open_.match("Firma Drahtwerk Volme").name
    assert open_.match("Fa. Drahtwerk Volme").name == "Drahtwerk Volme"
    assert company_key("Federn Altena") != company_key("Feder Altena")


def test_a_stored_spelling_of_a_company_stays():
    stored = [Organisation(id="O1", programme_id="p", name="Drahtwerk Volme GmbH")]
    open_ = Organisations.of(load_preset("cross-company").organisations, stored, ["Drahtwerk Volme"] * 3)
    assert open_.match("Drahtwerk Volme").name == "Drahtwerk Volme GmbH"


@given(st.text())
def test_any_text_can_be_looked_up(text):
    CHAPTERS.match(text)
    CHAPTERS.named_in(text)


# -- tables ---------------------------------------------------------------------------------------


def tables(*rows):
    return find_tables(Sheet("Mentees", tuple(tuple(row) for row in rows)), set(FIELDS))


def test_title_sums_examples_and_remarks_are_no_people():
    (table,) = tables(
        ["Anmeldungen"], [], ["Nr.", "Name", "Vorname", "E-Mail"], ["1", "Hof", "Anna", "a@example.org"],
        ["2"], [],
        ["", "Beispiel", "Max", ""], ["", "Summe:", "1"], ["Bitte zurück bis Freitag."], ["Stand:",
        "12.12.2020"],
    )  # fmt: skip
    assert [row for row, _ in table.rows] == [4]
    assert [row for row, _ in table.remarks] == [7, 8, 9, 10]


@pytest.mark.parametrize(
    "row",
    [
        ["davon weiblich", "2"], ["Gesamt", "", "2", "", "2", "2"], ["Unterschrift", "Datum"],
        ["", "Mentees gesamt", "1"], ["Erstellt von", "A. Berg", "am", "12.12.2020"],
        ["", "1", "Mentee", "", "", "27"], ["", "KV Harz"], ["Stand 12.1.2014", "Seite 1"],
        ["gez. Müller", "Lünen"], ["Insgesamt 2 Bewerbungen"],
    ],
)  # fmt: skip
def test_sums_signatures_and_headings_of_groups_are_no_people(row):
    heads = ["Name", "Vorname", "Telefon", "Themen", "Amt", "Alter"]
    person = ["Hof", "Anna", "0391 1", "A", "B", "27"]
    (table,) = tables(heads, row, person, row)
    assert [cells for _, cells in table.rows] == [tuple(person)]


@pytest.mark.parametrize(
    "rows",
    [
        [
            ["Person", "", "Geschlecht", "Themen", "Kontakt", ""],
            ["Name", "Vorname", "Geschlecht", "Themen", "E-Mail", "Telefon"],
        ],
        [
            ["Person", "", "Geschlecht", "Themen", "Kontakt", ""],
            ["Name", "Vorname", "", "", "E-Mail", "Telefon"],
        ],
        [
            ["Person", "", "Geschlecht", "Themen", "Kontakt", ""],
            ["Nachname", "Vorname", "", "", "Mail", "Tel."],
        ],
    ],
)  # fmt: skip
def test_headings_in_two_rows_are_read_as_one(rows):
    (table,) = tables(*rows, ["Hof", "Anna", "w", "Recht", "a@example.org", "0391 1"])
    assert [c.field for c in table.columns] == [
        "last_name", "first_name", "gender", "topics", "email", "phone",
    ]  # fmt: skip
    assert [row for row, _ in table.rows] == [3]


def test_wishes_under_a_common_heading_are_ranked():
    rows = (["Name", "E-Mail", "Wunschmentor", "", ""], ["", "", "1.", "2.", "3."])
    (table,) = tables(*rows, ["Anna Hof", "a@example.org", "A B", "C D", "E F"])
    assert entries_of(table, table.rows[0][1])["wish_3"] == "E F"


def test_tables_side_by_side_are_two_if_their_titles_say_so():
    heads = ["Nachname", "Vorname", "E-Mail"]
    left, right = tables(
        ["Mentees", "", "", "", "Mentorinnen und Mentoren"], [*heads, "", *heads],
        ["Hof", "Anna", "a@example.org", "", "Berg", "Bea", "b@example.org"],
        ["Tal", "Cla", "c@example.org"],
    )  # fmt: skip
    assert [len(left.rows), len(right.rows)] == [2, 1]
    assert cells_of(right, *right.rows[0], ["email"]) == {"email": "G3"}
    assert role_in(right.title[-1]) == "mentor"


def test_columns_about_somebody_else_behind_a_gap_are_no_second_table():
    (table,) = tables(
        ["Nachname", "Vorname", "E-Mail", "Themen", "", "Name", "E-Mail"],
        ["Hof", "Anna", "a@example.org", "A", "", "Chefin", "chefin@example.org"],
    )
    assert len(table.rows) == 1


def test_each_entry_knows_its_cell_and_remarks_are_kept_by_their_heading():
    (table,) = tables(
        ["Nr.", "Name, Vorname", "E-Mail", "Wunschmentor", "Bemerkung", "Bemerkung"],
        ["1", "Hof, Anna", "a@example.org", "A B; C D", "kommt später", "Diät", "x"],
    )
    row, cells = table.rows[0]
    assert cells_of(table, row, cells, entries_of(table, cells)) == {
        "first_name": "B2", "last_name": "B2", "email": "C2", "wish_1": "D2", "wish_2": "D2",
    }  # fmt: skip
    assert extra_of(table, cells) == {"Bemerkung": "kommt später", "Bemerkung (F)": "Diät", "G": "x"}


def test_a_person_named_like_a_sum_is_not_lost():
    heads = ["Name", "Vorname", "Telefon", "Themen", "Amt"]
    (table,) = tables(heads, ["Stand", "Anna", "0391 1", "A", "B"], ["Summe", "", "", "1"])
    assert [cells[0] for _, cells in table.rows] == ["Stand"]


def test_a_person_of_whom_only_the_name_is_known_is_not_lost():
    (table,) = tables(
        ["Name", "E-Mail", "Themen"], ["Hof, Anna"], ["Inge von der Mude"], [], ["Ende der Liste"]
    )
    assert [row for row, _ in table.rows] == [2, 3]


def test_headings_that_are_repeated_are_no_person():
    (table,) = tables(
        ["Name", "Vorname", "E-Mail"], ["Hof", "A", "a@example.org"], ["Name", "Vorname", "E-Mail"]
    )
    assert len(table.rows) == 1


def test_two_tables_in_one_sheet_are_two():
    first, second = tables(
        ["Mentees"], ["Name", "Vorname", "E-Mail"], ["Hof", "A", "a@example.org"], [],
        ["Mentorinnen"], ["Name", "Vorname", "E-Mail", "Plätze"], ["Ahl", "B", "b@example.org", "2"],
    )  # fmt: skip
    assert len(first.rows) == len(second.rows) == 1
    assert role_in(second.title[-1]) == "mentor"


def test_a_yes_under_the_heading_fixed_term_is_not_a_permanent_contract():
    from mentorkit.intake.careers import employment

    (table,) = tables(["Name", "Vorname", "befristet?"], ["Hof", "Anna", "ja"], ["Ahl", "Bo", "nein"])
    assert [employment(entries_of(table, cells)["permanent"]).value for _, cells in table.rows] == [
        False,
        True,
    ]


def test_several_wishes_in_one_cell_are_ranked():
    row = ["Anna Hof", "a@example.org", "Speer, Henni; Ruth Ahl"]
    (table,) = tables(["Name", "E-Mail", "Wunschmentor_innen"], row)
    entries = entries_of(table, table.rows[0][1])
    assert (entries["wish_1"], entries["wish_2"]) == ("Speer, Henni", "Ruth Ahl")


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("anmeldungen_mentees", "mentee"), ("mentor_innen", "mentor"), ("Mentorinnen und Mentoren", "mentor"),
        ("Mentorenliste", "mentor"), ("Mentoringprogramm 2021", None), ("Mentees und MentorInnen", None),
        ("Tabelle1", None),
        ("Mentoring: Mentees", "mentee"),
    ],
)  # fmt: skip
def test_a_title_tells_the_role(text, role):
    assert role_in(text) == role


@given(st.lists(st.lists(st.text(max_size=20), max_size=5), max_size=12))
def test_any_sheet_can_be_searched_for_tables(rows):
    for table in tables(["Name", "E-Mail"], *rows):
        for _, cells in table.rows:
            entries_of(table, cells)


# -- columns that say too little --------------------------------------------------------------------


def read_one(preset, name, *rows):
    text = "\n".join(rows).encode()
    return read([(name, text)], context_of(load_preset(preset)))


@pytest.mark.parametrize(
    ("values", "organisations"),
    [(("Jugendamt", "Bauamt"), ["Kamen", "Kamen"]), (("Kamen", "Bauamt"), ["Kamen", "Bauamt"])],
)
def test_an_office_is_a_department_unless_it_is_an_organisation(values, organisations):
    rows = ["Name;Vorname;E-Mail;Dienststelle"]
    rows += [f"Hof;Anna{i};a{i}@example.org;{value}" for i, value in enumerate(values)]
    found = read_one("cross-administration", "mentees_kamen.csv", *rows).applications
    assert [a.organisation for a in found] == organisations
    assert [a.answers.get("department") for a in found] == (
        [None, None] if "Kamen" in values else list(values)
    )


def test_a_column_that_is_missing_is_one_sentence_about_the_file():
    intake = read_one(
        "cross-administration", "mentees_kamen.csv", "Name;Vorname;E-Mail", "Hof;Anna;a@example.org"
    )
    told = intake.told(0)
    assert told
    assert told.count(FIELDS["pay_grade"].label) == 1
    assert FIELDS["email"].label not in told
    assert "missing_grade" in {finding.code for finding in intake.applications[0].findings}


# -- rows over others -----------------------------------------------------------------------------


def as_csv(name, *rows):
    return name, "\n".join(rows).encode()


def told_by(*rows, name="mentees.csv", preset="party-chapters"):
    intake = read([as_csv(name, *rows)], context_of(load_preset(preset)))
    return [(raw.entries.get("last_name"), raw.entries.get("organisation")) for raw in intake.raws], intake


@pytest.mark.parametrize("group", ["KV Harz;;", "KV Harz (2):;;", ";Harz;", "Kreisverband Harz;;2"])
def test_a_row_that_names_an_organisation_tells_it_of_the_rows_below(group):
    people, intake = told_by(
        "Name;Vorname;E-Mail", group, "Hof;Anna;a@example.org", "", "Ahl;Bo;b@example.org",
        "KV Altmarkkreis Salzwedel;;", "Zorn;Ute;u@example.org", "Summe KV Harz;;2",
        "Groß;Per;p@example.org",
    )  # fmt: skip
    salzwedel = "KV Altmarkkreis Salzwedel"
    named = people[0][1]
    assert people == [("Hof", named), ("Ahl", named), ("Zorn", salzwedel), ("Groß", salzwedel)]
    assert [a.organisation for a in intake.applications[:3:2]] == ["Harz", "Altmarkkreis Salzwedel"]
    assert intake.raws[0].source.cells["organisation"] in ("A2", "B2")
    assert [text for _, text in intake.files[0].sheets[0].remarks] == ["Summe KV Harz 2"]


def test_an_organisation_of_two_words_over_others_is_no_person():
    people, _ = told_by("Name;E-Mail", "Jerichower Land;", "Anna Hof;a@example.org")
    assert people == [("Hof", "Jerichower Land")]


def test_a_cell_of_its_own_counts_more_than_the_row_above_and_another_group_ends_it():
    people, _ = told_by(
        "Name;Vorname;E-Mail;KV", "KV Harz;;;", "Hof;Anna;a@example.org;Börde", "Ahl;Bo;b@example.org;",
        "Gäste;;;", "Zorn;Ute;u@example.org;",
    )  # fmt: skip
    assert people == [("Hof", "Börde"), ("Ahl", "KV Harz"), ("Zorn", None)]


def test_a_company_over_others_is_believed_if_it_is_known():
    files = [as_csv("mentees.csv", "Name;Vorname;E-Mail", "Drahtwerk Volme GmbH;;", "Hof;Anna;a@example.org")]
    context = context_of(load_preset("cross-company"))
    assert "organisation" not in read(files, context).raws[0].entries
    stored = Organisation(id="O1", programme_id="programme", name="Drahtwerk Volme")
    intake = read(files, replace(context, organisations=(stored,)))
    assert intake.applications[0].organisation == "Drahtwerk Volme"


# -- the run of earlier tandems ---------------------------------------------------------------------


def test_a_row_that_names_a_run_tells_it_of_the_tandems_below():
    _, intake = told_by(
        "Mentee;Mentorin", "Durchgang 2012;", "Anna Hof;Ruth Ahl", "2014;", "Ute Zorn;Ruth Ahl",
        name="tandems.csv",
    )  # fmt: skip
    assert [tandem.year for tandem in intake.earlier] == ["2012", "2014"]
    assert (intake.files[0].message, intake.files[0].sheets[0].undated) == (None, 0)


def test_tandems_without_a_run_are_told():
    _, intake = told_by("Mentee;Mentorin", "Anna Hof;Ruth Ahl", name="tandems.csv")
    assert intake.files[0].sheets[0].undated == 1
    assert "Jahr" in intake.files[0].message
