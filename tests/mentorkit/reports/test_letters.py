from __future__ import annotations

import datetime as dt
import io
import zipfile
from urllib.parse import parse_qs, urlsplit

import pytest
from pypdf import PdfReader

from mentorkit.errors import NotAllowed, RuleBroken
from mentorkit.intake import actions
from mentorkit.language import Voice, speaking
from mentorkit.matching import choosing, service
from mentorkit.privacy.permissions import Actor, sole_actor
from mentorkit.programme.records import (
    Application,
    Contact,
    Finding,
    Grant,
    Organisation,
    Person,
    Programme,
    Run,
)
from mentorkit.programme.settings import Texts, load_preset
from mentorkit.reports.letters import letters
from mentorkit.store import Store

PROGRAMME, RUN = "cross-administration", "cross-administration/2014"
LEAD = sole_actor("lea")
KAMEN = Actor("karin", (Grant(id="G1", user_id="karin", role="organisation", organisation="Kamen"),))
ANALYST = Actor("ali", (Grant(id="G2", user_id="ali", role="analyst"),))
NOTE = "Die Teilnahme ist keine Zusage einer Beförderung oder einer bestimmten Stelle."
HOSTILE = '#read("/etc/passwd") <b>*x*</b>'
LOW = Finding(code="grade_too_low", field="pay_grade", value="A 8", detail={"limit": 9})
DOUBT = Finding(code="late", field="received", value="01.04.2014")


def apply(writer, name, organisation="Kamen", role="mentee", **more):
    person = Person(id=writer.new_id(Person), programme_id=PROGRAMME, first_name=name, last_name="Muster")
    writer.save(person)
    answers = {"email": f"{name[0].lower()}@example.org", "topics": ["Netzwerke"], "pay_grade": 12}
    application = Application(
        id=writer.new_id(Application), run_id=RUN, person_id=person.id, role=role, first_name=name,
        last_name="Muster", organisation=organisation, answers=answers, entries={"email": answers["email"]},
        **more,
    )  # fmt: skip
    return writer.save(application)


@pytest.fixture
def store():
    made = Store.create()
    made.clock = lambda: dt.datetime(2014, 3, 3, 12, tzinfo=dt.UTC)
    preset = load_preset(PROGRAMME)
    with made.write("lea", "test") as writer:
        writer.save(Programme(id=PROGRAMME, name=preset.name, preset=PROGRAMME, settings=preset))
        calendar = preset.run.calendar
        writer.save(Run(id=RUN, programme_id=PROGRAMME, name="2014", calendar=calendar))
        contact = Contact(name="Karin Kontakt", function="Gleichstellung", email="karin@example.org")
        writer.save(Organisation(id="O1", programme_id=PROGRAMME, name="Kamen", contacts=(contact,)))
        for name in ("Ada", "Bea", "Cleo", "Dora", "Else"):
            apply(writer, name)
        apply(writer, "Fina", status="ineligible", findings=(LOW,))
        apply(writer, "Gerda", status="review", findings=(DOUBT,))
        apply(writer, "Mia", "Werne", "mentor")
    yield made
    made.close()


def version(store):
    with store.read() as reader:
        return reader.get(Run, RUN).version


def fixed(store):
    choosing.fix_selection(store, LEAD, RUN, version(store), "arrival")
    return letters(store, LEAD, RUN)


def stored(store, name):
    with store.read() as reader:
        return reader.all(Application, run_id=RUN, first_name=name)[0]


def withdraw(store, name):
    application = stored(store, name)
    actions.withdraw(store, LEAD, application.id, "", application.version)


def of(found, name):
    return next(letter for letter in found.letters if letter.name.startswith(name))


def kinds(found):
    return {letter.name.split()[0]: letter.kind for letter in found.letters}


def test_letters_rest_on_a_fixed_selection_only(store):
    with pytest.raises(RuleBroken, match="legen Sie zuerst"):
        letters(store, LEAD, RUN)


def test_everybody_who_was_decided_on_gets_the_letter_that_fits(store):
    found = fixed(store)
    assert kinds(found) == {
        "Ada": "accepted", "Bea": "accepted", "Cleo": "accepted", "Mia": "accepted",
        "Dora": "waiting", "Else": "waiting", "Fina": "refused",
    }  # fmt: skip
    assert found.undecided == ("Gerda Muster",)


def test_an_acceptance_says_what_comes_next_and_promises_no_promotion(store):
    letter = of(fixed(store), "Ada")
    assert letter.subject == "Ihr Platz im Programm „Cross-Mentoring der Verwaltungen im Kreis Unna“"
    assert letter.text.startswith("Guten Tag Ada Muster,\n\nwir freuen uns")
    assert "Platz als Mentee im Programm" in letter.text
    assert NOTE in letter.parts
    assert "- Karin Kontakt, Gleichstellung, karin@example.org" in letter.text
    assert letter.day == dt.date(2014, 3, 3)
    assert "als Mentorin oder Mentor im Programm" in of(letters(store, LEAD, RUN), "Mia").text


def test_who_waits_is_told_the_number_and_no_more_is_promised(store):
    letter = of(fixed(store), "Else")
    assert "Sie stehen auf Platz 2 der Nachrückliste." in letter.text
    assert NOTE not in letter.parts


def test_a_refusal_quotes_the_rule(store):
    letter = of(fixed(store), "Fina")
    (reasons,) = (part for part in letter.parts if isinstance(part, tuple))
    assert len(reasons) == 1
    assert "A 8" not in reasons[0]  # what is asked for, never what was said


def test_a_refusal_names_every_requirement_and_no_answer(store):
    fina = stored(store, "Fina")
    rule = {"status": "ineligible", "rule_de": "Mentees müssen Frauen sein"}
    told = [
        Finding(code="not_female", field="gender", value="divers", detail=rule),
        Finding(code="late", field="received", value="2014-03-01", detail={**rule, "limit": "2014-02-28"}),
    ]
    with store.write("eva", "test") as writer:
        writer.save(fina.with_(findings=tuple(told)))
    letter = of(fixed(store), "Fina")
    (reasons,) = (part for part in letter.parts if isinstance(part, tuple))
    assert reasons == ("Mentees müssen Frauen sein.",) * 2
    assert "divers" not in letter.text


def refuse(store, name, reason):
    application = stored(store, name)
    actions.refuse(store, LEAD, application.id, reason, application.version)


def test_whom_a_person_refused_is_told_so_kindly_but_not_the_coordinators_reason(store):
    refuse(store, "Gerda", "Mit der Amtsleitung zerstritten")
    found = fixed(store)
    letter = of(found, "Gerda")
    assert (letter.kind, found.undecided) == ("refused", ())
    assert "Leider können wir Ihnen diesmal keinen Platz geben." in letter.parts
    for told in ("Amtsleitung", "01.04.2014", "mehr Menschen", "Bedingung"):
        assert told not in letter.text


def test_a_letter_of_refusal_bears_the_day_of_the_decision(store):
    fixed(store)
    store.clock = lambda: dt.datetime(2014, 3, 20, 12, tzinfo=dt.UTC)
    refuse(store, "Ada", "wird versetzt")
    found = letters(store, LEAD, RUN)
    assert (of(found, "Ada").kind, of(found, "Ada").day) == ("refused", dt.date(2014, 3, 20))
    assert (of(found, "Dora").kind, of(found, "Fina").day) == ("moved_up", dt.date(2014, 3, 3))


def test_who_moved_up_gets_a_letter_of_that_day_and_who_withdrew_none(store):
    fixed(store)
    store.clock = lambda: dt.datetime(2014, 3, 20, 12, tzinfo=dt.UTC)
    withdraw(store, "Bea")
    found = letters(store, LEAD, RUN)
    assert kinds(found) | {"Dora": "moved_up", "Else": "waiting"} == kinds(found)
    assert "Bea" not in kinds(found)
    assert "Platz 1 der Nachrückliste" in of(found, "Else").text
    assert of(found, "Dora").day == dt.date(2014, 3, 20)
    choosing.release_selection(store, LEAD, RUN, version(store))
    assert kinds(fixed(store))["Dora"] == "accepted"


def test_once_the_tandems_stand_who_waited_gets_a_refusal_that_judges_nobody(store):
    fixed(store)
    service.approve(store, LEAD, RUN, service.propose(store, LEAD, RUN), version(store))
    letter = of(letters(store, LEAD, RUN), "Else")
    assert letter.kind == "refused"
    assert "Das ist kein Urteil über Sie." in letter.text


def test_another_application_for_the_same_role_brings_no_refusal(store):
    with store.write("lea", "test") as writer:
        ada = writer.all(Application, first_name="Ada")[0]
        again = ada.with_(id=writer.new_id(Application), version=0, status="ineligible", findings=(LOW,))
        writer.save(again)
    found = fixed(store)
    assert [letter.kind for letter in found.letters if letter.name == "Ada Muster"] == ["accepted"]


def test_an_officer_writes_to_her_own_people_only(store):
    fixed(store)
    assert {letter.organisation for letter in letters(store, KAMEN, RUN).letters} == {"Kamen"}
    assert letters(store, KAMEN, RUN).undecided == ("Gerda Muster",)
    with pytest.raises(NotAllowed):
        letters(store, ANALYST, RUN)


def test_what_people_typed_stays_text_and_begins_no_line(store):
    with store.write("lea", "test") as writer:
        ada = writer.all(Application, first_name="Ada")[0]
        names = {"first_name": HOSTILE, "last_name": "Muster\nBcc: x@example.org"}
        writer.save(ada.with_(**names))
    found = fixed(store)
    letter = of(found, "#read")
    assert letter.name == f"{HOSTILE} Muster Bcc: x@example.org"
    page = PdfReader(io.BytesIO(found.pdf(letter))).pages[0].extract_text()
    assert HOSTILE.replace(" ", "") in "".join(page.split())


def page_of(content):
    return " ".join(PdfReader(io.BytesIO(content)).pages[0].extract_text().split())


def test_a_letter_on_paper_has_all_that_a_business_letter_has(store):
    with store.write("lea", "test") as writer:
        programme = writer.get(Programme, PROGRAMME)
        texts = {"de": Texts(contact="Kreis Unna, Zimmer 7, 59425 Unna", note=NOTE)}
        writer.save(programme.with_(settings=programme.settings.model_copy(update={"texts": texts})))
    found = fixed(store)
    letter = of(found, "Ada")
    content = found.pdf(letter)
    page = page_of(content)
    parts = [
        "Kreis Unna, Zimmer 7, 59425 Unna", "Persönlich Ada Muster Kamen", "Bei Fragen Karin Kontakt",
        "Datum 3. März 2014", letter.subject, "Guten Tag Ada Muster,", NOTE, "Mit freundlichen Grüßen",
        "Karin Kontakt Gleichstellung Cross-Mentoring",
    ]  # fmt: skip
    places = [page.rfind(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    reader = PdfReader(io.BytesIO(content))
    assert reader.metadata.title == letter.subject
    assert "pdfuaid:part" in reader.trailer["/Root"]["/Metadata"].get_data().decode()


def test_whoever_has_no_contact_person_gets_a_letter_that_the_programme_signs(store):
    found = fixed(store)
    letter = of(found, "Mia")
    assert letter.signed == ("Cross-Mentoring der Verwaltungen im Kreis Unna",)
    assert "Bei Fragen" not in page_of(found.pdf(letter))
    assert letter.text.endswith("Mit freundlichen Grüßen\n\nCross-Mentoring der Verwaltungen im Kreis Unna")


def test_a_long_letter_has_numbered_pages(store):
    with store.write("lea", "test") as writer:
        fina = writer.all(Application, first_name="Fina")[0]
        writer.save(fina.with_(findings=(LOW,) * 40))
    found = fixed(store)
    pages = PdfReader(io.BytesIO(found.pdf(of(found, "Fina")))).pages
    assert "Seite 2 von 2" in pages[1].extract_text()
    assert "Mit freundlichen Grüßen" in pages[1].extract_text()
    assert "40 Bedingungen" in pages[0].extract_text()


def test_files_have_names_that_people_read_and_a_number_only_where_two_would_be_the_same(store):
    with store.write("lea", "test") as writer:
        for old, first, last in (
            ("Ada", "Dr. Änne", "Groß-Ünal"), ("Bea", "Änne", "Gross Uenal"), ("Cleo", "../../x", "\\ß:*"),
            ("Dora", "Иван", "Петров"), ("Mia", "?", "!"),
        ):  # fmt: skip
            application = writer.all(Application, first_name=old)[0]
            writer.save(application.with_(first_name=first, last_name=last))
        fina = writer.all(Application, first_name="Fina")[0]
        writer.save(fina.with_(first_name="Fina " * 50))
    files = [letter.file for letter in fixed(store).letters]
    assert set(files[:6]) == {
        "zusagen/gross-uenal-aenne", "zusagen/gross-uenal-aenne-2", "zusagen/ss-x", "zusagen/schreiben",
        "warteliste/петров-иван", "warteliste/muster-else",
    }  # fmt: skip
    assert files[6].startswith("absagen/muster-fina-fina")
    assert len(files[6]) < 100


def test_an_english_programme_has_english_letters_and_names_of_files(store):
    with store.write("lea", "test") as writer:
        programme = writer.get(Programme, PROGRAMME)
        english = programme.settings.model_copy(update={"language": "en"})
        writer.save(programme.with_(settings=english))
    found = fixed(store)
    assert of(found, "Ada").text.startswith("Dear Ada Muster,")
    assert {letter.file.partition("/")[0] for letter in found.letters} == {
        "acceptances", "waiting-list", "refusals"
    }  # fmt: skip
    assert "For questions Karin Kontakt" in page_of(found.pdf(of(found, "Ada")))


def test_it_is_told_whose_letter_is_another_one_now(store):
    before = fixed(store)
    assert letters(store, LEAD, RUN).changed(before) == []
    withdraw(store, "Bea")
    assert letters(store, LEAD, RUN).changed(before) == [
        "Dora Muster: Zusage (nachgerückt) statt Nachrückliste",
        "Else Muster: Nachrückliste mit anderem Wortlaut",
        "Bea Muster: kein Schreiben mehr",
    ]
    assert "Bea Muster: Zusage, vorher ohne Schreiben" in before.changed(letters(store, LEAD, RUN))


def test_a_draft_opens_with_address_subject_and_text(store):
    letter = of(fixed(store), "Ada")
    parts = urlsplit(letter.mailto)
    said = parse_qs(parts.query)
    assert (parts.scheme, parts.path) == ("mailto", "a@example.org")
    assert said["subject"] == [letter.subject]
    assert said["body"][0].replace("\r\n", "\n") == letter.text


def test_the_archive_holds_a_pdf_and_a_draft_each_and_always_the_same_bytes(store):
    found = fixed(store)
    told = []
    content = found.archive(lambda done, total: told.append((done, total)))
    assert content == letters(store, LEAD, RUN).archive()
    assert told[-1] == (7, 7)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
        assert len(names) == 14
        ada = of(found, "Ada")
        draft = archive.read(f"{ada.file}.txt").decode()
        page = PdfReader(io.BytesIO(archive.read(f"{ada.file}.pdf"))).pages[0].extract_text()
    assert draft.startswith(f"An: a@example.org\nBetreff: {ada.subject}\n\nGuten Tag Ada Muster,")
    assert "3. März 2014" in page
    assert "Ada Muster" in page


def test_letters_speak_the_programme_s_language_whoever_makes_them(store):
    fixed(store)
    with speaking(Voice("en")):
        assert of(letters(store, LEAD, RUN), "Ada").text.startswith("Guten Tag")
