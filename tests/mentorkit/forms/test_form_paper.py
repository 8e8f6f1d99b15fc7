"""The form on paper says what it is for, asks everything and tells where it goes."""

from __future__ import annotations

from io import BytesIO

import pytest
from form_samples import run_of
from PIL import Image
from pypdf import PdfReader

from mentorkit.forms.paper import paper_form
from mentorkit.forms.schema import consent, form_fields
from mentorkit.programme.settings import PRESETS, Texts, load_preset

UNNA = load_preset("cross-administration")
RUN = run_of(UNNA)


def words(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return (
        " ".join(" ".join(page.extract_text() for page in pages).split())
        .replace("\xad", "-")
        .replace("- ", "")
    )


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("role", ["mentee", "mentor"])
def test_a_form_asks_everything_and_says_what_is_agreed_to(preset, role):
    settings = load_preset(preset)
    written = words(paper_form(settings, run_of(settings), role))
    said = written.replace(" ", "")
    for field in form_fields(settings, role, received=False):
        assert field.label.replace(" ", "").replace("-", "") in said.replace("-", "")
    assert consent(settings).version in written
    assert settings.name.split()[0] in written


def test_it_tells_the_organisation_and_where_it_goes():
    written = words(
        paper_form(UNNA, RUN, "mentee", organisation="Lünen", send_to=["Rathaus Lünen, Erika Beispiel"])
    )
    assert "Organisation: Lünen" in written
    assert "Rathaus Lünen, Erika Beispiel" in written
    assert "Bergkamen" not in written


def test_it_says_by_when_and_to_whom_before_anything_is_asked():
    settings = UNNA.model_copy(update={"texts": {"de": Texts(contact="Kreis Unna, Zimmer 7")}})
    written = words(paper_form(settings, RUN, "mentee"))
    assert "Bitte senden Sie das Formular bis zum 28. Februar 2014 an: Kreis Unna, Zimmer 7" in written
    assert written.index("28. Februar 2014") < written.index("Ihre Angaben")
    english = words(paper_form(UNNA, RUN, "mentee", language="en"))
    assert "Please send the form by 28 February 2014 to:" in english


def test_without_a_closing_date_it_names_none():
    written = words(paper_form(UNNA, RUN.with_(calendar=()), "mentee", send_to=["Erika Beispiel\nRathaus"]))
    assert "Bitte senden Sie das Formular an: Erika Beispiel Rathaus" in written


def test_without_anybody_named_it_goes_to_the_programmes_contact():
    settings = UNNA.model_copy(update={"texts": {"de": Texts(contact="Kreis Unna, Zimmer 7")}})
    assert "Kreis Unna, Zimmer 7" in words(paper_form(settings, RUN, "mentor"))


def test_it_is_accessible_and_archivable():
    reader = PdfReader(BytesIO(paper_form(UNNA, RUN, "mentee", language="en")))
    assert reader.metadata.title == "Application as mentee"
    assert reader.trailer["/Root"]["/Lang"] == "en"
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]
    metadata = reader.trailer["/Root"]["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in metadata
    assert "pdfaid:part" in metadata
    assert [round(float(edge)) for edge in reader.pages[0].mediabox[2:]] == [595, 842]


def test_the_same_programme_gives_the_same_bytes():
    logo = BytesIO()
    Image.new("RGBA", (40, 20), "teal").save(logo, "PNG")
    one, other = (paper_form(UNNA, RUN, "mentee", logo=logo.getvalue()) for _ in range(2))
    assert one == other
    assert PdfReader(BytesIO(one)).pages[0].images


def test_what_people_wrote_is_never_evaluated():
    hostile = '#panic("x") $x$ *bold* <b> \\ @ref'
    settings = UNNA.model_copy(update={"texts": {"de": Texts(contact=hostile)}})
    assert '#panic("x")' in words(paper_form(settings, RUN, "mentee"))
