"""The coordination of an organisation sees her people and the partners of their tandems, and nobody else.

Whatever tells her something is called as her, and all that it tells is searched for everybody else.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import nbformat
import pandas as pd
import pytest
from matrix_services import SERVICES
from openpyxl import load_workbook
from pydantic import BaseModel
from pypdf import PdfReader

from mentorkit import overview, reports
from mentorkit.errors import MentorkitError, NotAllowed
from mentorkit.examples import sample_files
from mentorkit.forms import links
from mentorkit.intake import actions, memory, past, service, trail, unknown
from mentorkit.intake import overview as intake_overview
from mentorkit.intake.context import Context
from mentorkit.intake.export import to_xlsx
from mentorkit.matching import choosing, ranking
from mentorkit.matching import service as matching
from mentorkit.overview.news import news
from mentorkit.privacy import consents
from mentorkit.privacy.accounts import display_names
from mentorkit.privacy.permissions import PERMISSIONS, Actor, sole_actor
from mentorkit.programme.records import Application, Person, Tandem
from mentorkit.reports import letters
from mentorkit.reports import service as made
from mentorkit.run import Run
from mentorkit.setup import logo
from mentorkit.setup import service as setup
from mentorkit.store import Store
from mentorkit.workbench import Workbench

PROGRAMME, RUN, PLACE = "cross-administration", "cross-administration/2014", "Lünen"
TODAY = dt.date(2014, 2, 18)


@dataclasses.dataclass
class Filled:
    """A workbench with tandems, whom Karla of one organisation may know, and everybody else."""

    run: Run
    lead: Run
    own: list[Application]
    partners: list[Application]
    others: list[Application]

    @property
    def hands(self) -> tuple[Store, Actor]:
        return self.run.bench.store, self.run.bench.actor


@pytest.fixture(scope="module")
def filled() -> Iterator[Filled]:
    bench = Workbench.of(Store.create(), "lea")
    moment = dt.datetime(2014, 2, 18, 9, tzinfo=dt.UTC)
    bench.store.clock = lambda: moment
    run = bench.add(PROGRAMME)
    with bench.store.write("lea", "test") as writer:  # ids that are no cell and no pay grade
        for kind in (Application, Person):
            for _ in range(7000):
                writer.new_id(kind)
    run.intake(sample_files(PROGRAMME))
    for application in run.application_records:
        if application.status == "review":
            actions.accept(bench.store, bench.actor, application.id, "Asked", application.version)
    run.fix_selection()
    run.approve(run.match())
    for name, role, place in (("lea", "lead", None), ("karla", "organisation", PLACE)):
        bench.accounts.add(sole_actor(), name, name.title())
        bench.accounts.grant(sole_actor(), name, role, PROGRAMME, place)
    karla, lead = (Workbench.of(bench.store, name).run(RUN) for name in ("karla", "lea"))
    yield Filled(karla, lead, *_who(bench.store, run.application_records))
    bench.store.close()


def _who(store: Store, everybody: list[Application]) -> tuple[list[Application], ...]:
    with store.read() as reader:
        pairs = [(t.mentee_id, t.mentor_id) for t in reader.all(Tandem, run_id=RUN)]
    mine = {a.person_id for a in everybody if a.organisation == PLACE}
    met = {one for pair in pairs if mine & set(pair) for one in pair} - mine
    own = [a for a in everybody if a.person_id in mine]
    partners = [a for a in everybody if a.person_id in met]
    return own, partners, [a for a in everybody if a.person_id not in mine | met]


# -- what is told, as text -------------------------------------------------------------------------


def told(value: object) -> str:
    """Return all that a value says, as text: of records, tables, workbooks, archives and PDF alike."""
    if isinstance(value, bytes):
        return _file(value)
    if isinstance(value, pd.DataFrame):
        return value.to_csv()
    if isinstance(value, BaseModel):
        return value.model_dump_json()
    if isinstance(value, Context | Actor):  # what the machine judges by, and who acts
        return ""
    if dataclasses.is_dataclass(value):
        return " ".join(told(getattr(value, field.name)) for field in dataclasses.fields(value))
    if isinstance(value, Mapping):
        return " ".join(f"{told(key)} {told(one)}" for key, one in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return " ".join(map(told, value))
    return str(value)


def _file(content: bytes) -> str:
    if content.startswith(b"%PDF"):
        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
            if "[Content_Types].xml" not in names:
                return " ".join([*names, *(_file(archive.read(name)) for name in names)])
        book = load_workbook(io.BytesIO(content))
        cells = (cell for sheet in book for row in sheet.iter_rows() for cell in row)
        return " ".join(f"{cell.value} {cell.comment.text if cell.comment else ''}" for cell in cells)
    return content.decode("utf-8", "replace")


def named_in(text: str, people: list[Application], allowed: list[Application]) -> set[str]:
    """Return what of people stands in a text: names, addresses, ids; nothing that others may be called."""
    text = " ".join(text.split())
    return {
        one for one in _marks(people) - _marks(allowed) if re.search(rf"(?<!\w){re.escape(one)}(?!\w)", text)
    }


def _marks(people: list[Application]) -> set[str]:
    found = set()
    for a in people:
        found |= {a.id, a.person_id, a.name, f"{a.last_name}, {a.first_name}", a.entries.get("email", "")}
    return {one for one in found if len(one) > 1}


# -- all that tells something ----------------------------------------------------------------------

Reading = Callable[[Run, Application], object]


def _hands(run: Run) -> tuple[Store, Actor, str]:
    return run.bench.store, run.bench.actor, run.id


def _of_each(function: Callable[..., object], *before: object) -> Reading:
    return lambda run, a: function(*_hands(run)[:2], *before, a.id)


def _of_person(function: Callable[..., object]) -> Reading:
    return lambda run, a: function(*_hands(run)[:2], a.person_id)


def _of_run(function: Callable[..., object], *more: object) -> Reading:
    return lambda run, _a: function(*_hands(run), *more)


def _letters(run: Run, _a: Application) -> object:
    found = letters.letters(*_hands(run))
    return [found, [letter.text for letter in found.letters], *(found.pdf(x) for x in found.letters[:1])]


def _report(run: Run, _a: Application) -> object:
    done = made.make(run, "organisation", organisation=PLACE, form="ipynb")
    notebook = nbformat.reads(done.decode(), as_version=4)
    return [done, reports.to_html(notebook), reports.to_pdf(notebook)]


READINGS: dict[str, Reading] = {
    "forms.links.links": _of_run(links.links),
    "intake.actions.foreseen": _of_each(actions.foreseen, "withdraw"),
    "intake.actions.preview": lambda run, a: actions.preview(*_hands(run)[:2], "withdraw", [a.id]),
    "intake.export.to_xlsx": _of_run(to_xlsx),
    "intake.memory.remembered": _of_run(memory.remembered),
    "intake.overview.overview": _of_run(intake_overview.overview),
    "intake.past.history_of": _of_each(past.history_of),
    "intake.service.applications": _of_run(service.applications),
    "intake.service.intake": lambda run, _a: run.intake(sample_files(PROGRAMME), commit=False).rows,
    "intake.trail.history_of": _of_each(trail.history_of),
    "intake.trail.redoable": _of_each(trail.redoable),
    "intake.trail.undoable": _of_each(trail.undoable),
    "intake.unknown.unknown": _of_run(unknown.unknown),
    "matching.choosing.standings": _of_run(choosing.standings),
    "matching.ranking.rankings": _of_run(ranking.rankings),
    "matching.service.formed_tandems": _of_run(matching.formed_tandems),
    "matching.service.tandems": _of_run(matching.tandems),
    "overview.changes.changes": lambda run, _a: overview.changes(*_hands(run)[:2], 500),
    "overview.news.news": lambda run, _a: news(*_hands(run)[:2], PROGRAMME, 0),
    "overview.runs.overview": lambda run, _a: _overview(overview.overview(*_hands(run), TODAY)),
    "overview.runs.overviews": lambda run, _a: [
        _overview(seen) for seen in overview.overviews(*_hands(run)[:2], TODAY)
    ],
    "privacy.accounts.display_names": lambda run, _a: display_names(*_hands(run)[:2], PROGRAMME),
    "privacy.consents.history": _of_person(consents.history),
    "privacy.consents.of_person": _of_person(consents.of_person),
    "privacy.consents.states": _of_run(consents.states),
    "reports.letters.letters": _letters,
    "reports.service.available": lambda run, _a: made.available(run),
    "reports.service.report": _report,
    "setup.logo.logo_of": lambda run, _a: logo.logo_of(*_hands(run)[:2], PROGRAMME),
    "setup.service.change_of": lambda run, _a: setup.change_of(*_hands(run)[:2], PROGRAMME),
    "Run.applications": lambda run, _a: run.applications,
    "Run.consents": lambda run, _a: run.consents(),
    "Run.export": lambda run, _a: run.export(),
    "Run.organisations": lambda run, _a: run.organisations,
    "Run.programme": lambda run, _a: run.programme,
    "Run.record": lambda run, _a: run.record,
    "Run.tandems": lambda run, _a: run.tandems,
    "Run.title": lambda run, _a: run.title,
    "Workbench.programmes": lambda run, _a: run.bench.programmes,
    "Workbench.runs": lambda run, _a: run.bench.runs,
}
#: What is told of one application, and so asked of each of hers.
EACH = {
    "intake.actions.foreseen", "intake.actions.preview", "intake.past.history_of", "intake.trail.history_of",
    "intake.trail.redoable", "intake.trail.undoable", "privacy.consents.history",
    "privacy.consents.of_person",
}  # fmt: skip
#: What she may do that tells nothing more than what she does, or what stands above under another name.
DEEDS = {
    "drafts.clear_draft", "drafts.load_draft", "drafts.save_draft", "forms.links.give",
    "forms.links.take_back",
    "intake.actions.apply", "intake.actions.foreseen_step", "intake.actions.not_given_back",
    "intake.actions.readmit", "intake.actions.withdraw", "intake.memory.forget", "intake.memory.remember",
    "intake.memory.remember_tables", "intake.service.commit", "intake.service.context_of",
    "intake.service.enter", "intake.service.mend", "intake.trail.redo", "intake.trail.undo",
    "matching.ranking.choose_order", "matching.ranking.rank", "privacy.consents.note",
    "privacy.consents.withdraw", "reports.service.make_all",
    "reports.service.report_all", "reports.service.require_organisation", "setup.logo.picture",
    "Run.application_records", "Run.approved", "Run.intake", "Run.is_called", "Run.letters", "Run.open_until",
    "Workbench.run",
}  # fmt: skip


def _overview(seen: overview.Overview) -> list[Any]:
    return [seen, overview.due(seen), seen.doubtful, seen.refused, seen.tandems, seen.without_partner]


def test_everything_that_a_coordination_may_do_is_searched_or_a_deed() -> None:
    hers = {
        name
        for name, found in SERVICES.items()
        if "all" in (scopes := {PERMISSIONS[a].get("organisation") for a in found.actions})
        or ("own" in scopes and found.kind != "whole")
    }
    missing = sorted(hers - READINGS.keys() - DEEDS)
    assert not missing, (
        f"{missing}: add it to READINGS, so that it is searched for other people, or to DEEDS."
    )
    assert READINGS.keys() | DEEDS <= hers


@pytest.mark.parametrize("name", sorted(READINGS))
def test_what_a_coordination_is_told_names_nobody_else(filled: Filled, name: str) -> None:
    for application in filled.own if name in EACH else filled.own[:1]:
        text = told(READINGS[name](filled.run, application))
        assert named_in(text, filled.others, filled.own + filled.partners) == set()


def test_of_partners_she_is_told_who_they_are_and_no_more(filled: Filled) -> None:
    answers = [a.entries.get("email", "") for a in filled.partners]
    for name in ("matching.service.tandems", "Run.applications", "intake.export.to_xlsx"):
        text = told(READINGS[name](filled.run, filled.own[0]))
        assert not any(one and one in text for one in answers)


@pytest.mark.parametrize(
    "name",
    [
        "Run.applications",
        "Run.consents",
        "Run.export",
        "Run.tandems",
        "overview.runs.overview",
        "overview.changes.changes",
    ],
)
def test_the_search_finds_everybody_in_what_the_lead_is_told(filled: Filled, name: str) -> None:
    text = told(READINGS[name](filled.lead, filled.others[0]))
    assert len(named_in(text, filled.others, [])) > len(filled.others) / 3


def test_what_she_is_refused_tells_no_name(filled: Filled) -> None:
    store, actor = filled.hands
    foreign = [*filled.others[:5], *filled.partners[:2]]
    for a in foreign:
        for deed in (
            lambda a=a: trail.history_of(store, actor, a.id),
            lambda a=a: past.history_of(store, actor, a.id),
            lambda a=a: consents.history(store, actor, a.person_id),
            lambda a=a: actions.preview(store, actor, "withdraw", [a.id]),
            lambda a=a: service.mend(store, actor, a.id, {"department": "X"}, a.version),
            lambda a=a: ranking.rank(store, actor, RUN, [a]),
            lambda: made.make(filled.run, "matching"),
        ):
            with pytest.raises(NotAllowed) as refused:
                deed()
            assert named_in(str(refused.value).replace(a.id, ""), foreign, []) == set()
    with store.read() as reader:
        denials = [entry for entry in reader.trail() if entry["action"].endswith(".denied")]
    assert denials
    assert named_in(str(denials), foreign, []) == set()


def test_who_has_gone_to_another_organisation_is_hers_no_more(filled: Filled) -> None:
    store, actor = filled.lead.bench.store, filled.lead.bench.actor
    a = next(a for a in filled.own if not named_in(told(filled.run.tandems), [a], []))
    gone = service.mend(store, actor, a.id, {"organisation": "Werne"}, a.version)
    try:
        shown = told(overview.changes(*filled.hands, 500))
        assert a.entries.get("email", a.name) not in shown
        assert a.name not in told(filled.run.applications)
        with pytest.raises(MentorkitError):
            trail.history_of(*filled.hands, a.id)
    finally:
        service.mend(store, actor, a.id, {"organisation": PLACE}, gone.version)
