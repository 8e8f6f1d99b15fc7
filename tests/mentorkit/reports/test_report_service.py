"""Reports of a run, from the command's and the app's point of view."""

import copy
import inspect
import io
import re
import zipfile

import pytest
from pypdf import PdfReader

import mentorkit as mk
from mentorkit import reports
from mentorkit.errors import NotAllowed, NotFound, StoreError, UsageError
from mentorkit.privacy.permissions import Actor
from mentorkit.programme.records import Grant
from mentorkit.reports import contents, network, service
from mentorkit.workbench import Workbench


@pytest.fixture(scope="module")
def bench():
    return mk.demo()


@pytest.fixture(scope="module")
def run(bench):
    return bench.run("cross-company")


def text_of(pdf):
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)


def plain(text):
    return "".join(text.split())


def test_the_matching_report_names_every_tandem_and_everybody_left_over(run):
    text = plain(text_of(service.make(run, "matching")))
    for tandem in run.tandems.itertuples():
        assert plain(tandem.mentee) in text
        assert plain(tandem.mentor) in text
    for person in run.match().to_json()["unmatched"]:
        assert plain(person["person"]) in text


def test_the_same_workbench_gives_the_same_bytes(run):
    assert service.make(run, "organisation", organisation="Drahtwerk Volme") == service.make(
        run, "organisation", organisation="Drahtwerk Volme"
    )


def test_all_organisations_come_in_one_file_that_is_the_same_every_time(run, monkeypatch):
    monkeypatch.setattr(service, "make", lambda run, name, *, organisation, form: organisation.encode())
    packed = service.make_all(run, "organisation")
    assert packed == service.make_all(run, "organisation")
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert {archive.read(name).decode() for name in archive.namelist()} == set(run.organisations)
        assert all(name.endswith(".pdf") for name in archive.namelist())


def test_the_chapters_named_before_are_those_of_the_report():
    source = inspect.getsource(contents) + inspect.getsource(network)
    written = re.findall(r'"## " \+ say\("([^"]+)"\)', source)
    named = [heading for kind in service.KINDS for heading in kind.headings]
    assert set(named) == set(written)
    assert all(kind.chapters for kind in service.KINDS)


def test_a_report_of_a_run_without_applications_says_so(tmp_path):
    bench = Workbench.of(mk.demo().store, None)
    empty = bench.add("cross-administration", name="Ein leeres Programm")
    assert "keine Tandems" in text_of(service.make(empty, "matching"))


def test_an_organisations_report_shows_its_own_applications_only(run):
    text = plain(text_of(service.make(run, "organisation", organisation="Drahtwerk Volme")))
    tandems = run.tandems
    partners = {*tandems["mentee"], *tandems["mentor"]}
    for application in run.application_records:
        if application.organisation == "Drahtwerk Volme":
            assert plain(application.name) in text
        elif application.name not in partners:
            assert plain(application.name) not in text


def test_reports_are_written_in_each_form(run, tmp_path, monkeypatch):
    done, run_notebook = [], reports.run_notebook

    def run_once(*notebook, **options):
        if not done:
            done.append(run_notebook(*notebook, **options))
        return copy.deepcopy(done[0])

    monkeypatch.setattr(reports, "run_notebook", run_once)  # what is written differs, not what is run
    for suffix, start in (("pdf", b"%PDF"), ("html", b"<!"), ("ipynb", b"{")):
        target = mk.report(run, "network", to=tmp_path / f"netz.{suffix}")
        assert target.read_bytes()[: len(start)].lower() == start.lower()
    assert [path.name for path in tmp_path.iterdir() if path.suffix not in {".pdf", ".html", ".ipynb"}] == []


def test_unknown_reports_suffixes_and_organisations_are_refused_in_a_sentence(run, tmp_path):
    with pytest.raises(UsageError, match="nonsense"):
        service.make(run, "nonsense")
    with pytest.raises(UsageError, match="docx"):
        mk.report(run, "matching", to=tmp_path / "bericht.docx")
    with pytest.raises(UsageError):
        service.make(run, "organisation")
    with pytest.raises(UsageError, match="matching"):
        service.make(run, "matching", organisation="Drahtwerk Volme")
    with pytest.raises(NotFound, match="Nirgendwo"):
        service.make(run, "organisation", organisation="Nirgendwo")


def test_an_organisations_coordinator_makes_her_own_report_only(bench):
    grant = Grant(id="G", user_id="lena", role="organisation", organisation="Drahtwerk Volme")
    hers = Workbench(bench.store, Actor("lena", (grant,))).run("cross-company")
    assert [kind.name for kind in service.available(hers)] == ["organisation"]
    assert service.require_organisation(hers, "Drahtwerk Volme")
    with pytest.raises(NotAllowed):
        service.require_organisation(hers, "Federn Altena")
    with pytest.raises(NotAllowed):
        service.make(hers, "matching")


def test_a_programme_without_organisations_offers_no_report_on_one(bench):
    assert "organisation" not in {kind.name for kind in service.available(bench.run("arts-academy"))}


def test_reports_on_all_organisations_are_those_the_actor_may_make(bench, run, tmp_path, monkeypatch):
    monkeypatch.setattr(service, "make", lambda *_args, **_options: b"%PDF")
    everything = service.report_all(run, "organisation", tmp_path / "all")
    assert len(everything) == len(run.organisations) > 1
    for role, organisation, expected in (
        ("organisation", "Drahtwerk Volme", ["drahtwerk-volme.pdf"]),
        ("analyst", None, None),
    ):
        grant = Grant(id="G1", user_id="u", role=role, organisation=organisation)
        hers = Workbench(bench.store, Actor("u", (grant,))).run("cross-company/2021")
        folder = tmp_path / role
        if expected is None:
            with pytest.raises(NotAllowed):
                service.report_all(hers, "organisation", folder)
            assert not folder.exists()
        else:
            assert [path.name for path in service.report_all(hers, "organisation", folder)] == expected


def test_a_folder_that_cannot_be_made_is_named(run, tmp_path):
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(StoreError, match="file"):
        service.report_all(run, "organisation", tmp_path / "file" / "below")
