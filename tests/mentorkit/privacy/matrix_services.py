"""Every service that takes an actor, with the action it must ask for and how it is called.

To add one, write its name below as it is imported from ``mentorkit`` with a :class:`Service`: the action
that its deed is in the permission table (several: one of them is enough), and a function from a
:class:`~matrix_bench.Thing` to :func:`given`, the arguments after store and actor. Say ``thing()`` of what
belongs to one organisation, ``part()`` of a list of which everybody sees her own, ``whole()`` of what is
about a run or programme as such; ``quiet`` of what tells nothing instead of refusing, ``anywhere`` of what
is for whoever may do it in any programme. What the coordination of an organisation may do is listed in
``test_own_people_only``, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from matrix_bench import CODE, LATE, OPEN, PASSPHRASE, Thing

from mentorkit.privacy.permissions import PERMISSIONS
from mentorkit.privacy.records import DataRequest
from mentorkit.programme import records as r
from mentorkit.programme.privacy_settings import PrivacySettings

Call = Callable[[Thing], tuple[tuple[Any, ...], dict[str, Any]]]


@dataclass(frozen=True)
class Service:
    """What a service is to ask for, and how it is called."""

    actions: tuple[str, ...]
    kind: Literal["thing", "part", "whole"]
    call: Call
    quiet: bool = False
    #: Whether it is about nothing that could be erased or belong elsewhere.
    of_workbench: bool = False
    #: Whether it is about all programmes of whoever calls it, and tells of no others.
    anywhere: bool = False

    def allows(self, grant: tuple[str, str | None, str | None] | None, it: Thing) -> bool:
        """Tell what the permission table says of a role, by the name of the deed alone."""
        if grant is None:
            return False
        role, programme, organisation = grant
        here = self.anywhere or (not self.of_workbench and programme == it.programme)
        if programme is not None and not here:
            return False
        scopes = {PERMISSIONS[action].get(role) for action in self.actions}  # type: ignore[call-overload]
        own = "own" in scopes and self.kind != "whole" and (
            self.kind == "part" or organisation == it.organisation
        )  # fmt: skip
        return "all" in scopes or own


def given(*args: Any, **named: Any) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return args, named


def _of(kind: Literal["thing", "part", "whole"]) -> Callable[..., Service]:
    def make(*actions: str, call: Call | None = None, **flags: bool) -> Service:
        return Service(actions, kind, call or (lambda it: given(it.run)), **flags)

    return make


thing, part, whole = _of("thing"), _of("part"), _of("whole")


def _application(it: Thing) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return given(it.id("mended"), "since I say so", it.application().version)


def _prospect(*more: object, **named: object) -> Call:
    return lambda it: given(it.id("prospect"), it.stored(r.Prospect, "prospect").version, *more, **named)


def _programme(it: Thing) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return given(it.programme)


def _persons(it: Thing) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return given(it.person("mentor"), it.person("double"))


def _person(*more: object, **named: object) -> Call:
    return lambda it: given(it.person(), *more, **named)


def _keys(*more: object) -> Call:
    return lambda it: given(it.programme, *more)


def _request(name: str, *more: object) -> Call:
    return lambda it: given(it.stored(DataRequest, name), *more)


def _nothing(_it: Thing) -> tuple[tuple[Any, ...], dict[str, Any]]:
    return given()


_APP = "application.read"
_DATE, _TODAY = r.dt.date(2014, 3, 1), r.dt.date(2014, 2, 18)
_NEW = {"first_name": "Ute", "last_name": "Ohm"}

SERVICES: dict[str, Service] = {
    # -- drafts, forms --------------------------------------------------------------------------------
    "drafts.clear_draft": whole("programme.read", call=lambda it: given(it.run, "intake")),
    "drafts.load_draft": whole("programme.read", call=lambda it: given(it.run, "intake")),
    "drafts.save_draft": whole("programme.read", call=lambda it: given(it.run, "intake", {})),
    "forms.confidential_links.give": whole(
        "confidence.give", call=lambda it: given(it.run, it.person(), "diary")
    ),
    "forms.confidential_links.links": whole("confidence.give"),
    "forms.links.give": thing(
        "form.give", call=lambda it: given(it.run, "mentee", name="Ute Ohm", organisation=it.organisation)
    ),
    "forms.links.links": part("form.give"),
    "forms.links.take_back": thing("form.give", call=lambda it: given(it.id("link"))),
    # -- applications ---------------------------------------------------------------------------------
    "intake.actions.accept": thing("application.overrule", call=_application),
    "intake.actions.apply": thing("application.withdraw", call=lambda it: given(it.plan)),
    "intake.actions.foreseen": thing(_APP, call=lambda it: given("withdraw", it.id("mended"))),
    "intake.actions.foreseen_step": thing(_APP, call=lambda it: given("undo", it.id("mended"))),
    "intake.actions.not_given_back": thing(_APP, call=lambda it: given(it.id("mended"), it.deed)),
    "intake.actions.preview": thing(_APP, call=lambda it: given("withdraw", [it.id("mended")])),
    "intake.actions.readmit": thing("application.withdraw", call=_application),
    "intake.actions.refuse": thing("application.overrule", call=_application),
    "intake.actions.take_back": thing("application.overrule", call=_application),
    "intake.actions.withdraw": thing("application.withdraw", call=_application),
    "intake.export.to_xlsx": part(_APP),
    "intake.lookalikes.ask_again": whole("person.merge", call=_persons),
    "intake.lookalikes.suggestions": whole("person.merge"),
    "intake.lookalikes.tell_apart": whole("person.merge", call=_persons),
    "intake.lookalikes.told_apart": whole("person.merge", call=_programme),
    "intake.memory.forget": thing(
        "application.take_in", call=lambda it: given(it.run, it.id("meaning"))
    ),
    "intake.memory.remember": thing(
        "application.take_in", call=lambda it: given(it.run, {"Wo": "department"}, it.organisation)
    ),
    "intake.memory.remember_tables": thing(
        "application.take_in", call=lambda it: given(it.run, {"a: b": "mentee"}, it.organisation)
    ),
    "intake.memory.remembered": part("application.take_in"),
    "intake.merge.merge": whole("person.merge", call=lambda it: given(it.merging)),
    "intake.merge.preview": whole("person.merge", call=_persons),
    "intake.overview.overview": part(_APP),
    "intake.past.history_of": thing(_APP, call=lambda it: given(it.id("mended"))),
    "intake.pool.members": whole("prospect.read", call=_programme),
    "intake.pool.pause": whole(
        "prospect.change", call=lambda it: given(it.programme, it.member, None)
    ),
    "intake.prospects.add": whole("prospect.change", call=lambda it: given(it.run, "Ida Iser")),
    "intake.prospects.agree": whole("prospect.change", call=_prospect(_NEW)),
    "intake.prospects.ask": whole("prospect.change", call=_prospect(_DATE)),
    "intake.prospects.decline": whole("prospect.change", call=_prospect()),
    "intake.prospects.describe": whole("prospect.change", call=_prospect(name="Rut Ahl")),
    "intake.prospects.judge": whole("prospect.change", call=_prospect("name", holds=True)),
    "intake.prospects.known_of": whole("prospect.read", call=lambda it: given(it.id("prospect"))),
    "intake.prospects.prospects": whole("prospect.read"),
    "intake.prospects.remove": whole("prospect.change", call=_prospect()),
    "intake.prospects.step_back": whole("prospect.change", call=_prospect()),
    "intake.service.applications": part(_APP),
    "intake.service.commit": part("application.take_in", call=lambda it: given(it.run, it.intake)),
    "intake.service.context_of": part("application.take_in"),
    "intake.service.enter": thing(
        "application.take_in",
        call=lambda it: given(
            it.run, "mentee", {**_NEW, "organisation": it.organisation}, source=r.Source(kind="form")
        ),
    ),
    "intake.service.intake": part("application.take_in", call=lambda it: given(it.run, [])),
    "intake.service.mend": thing(
        "application.mend",
        call=lambda it: given(it.id("mended"), {"department": "Bau"}, it.application().version),
    ),
    "intake.trail.history_of": thing("audit.read", call=lambda it: given(it.id("mended"))),
    "intake.trail.redo": thing(
        "application.mend", call=lambda it: given(it.id("undone"), it.application("undone").version)
    ),
    "intake.trail.redoable": thing(
        "application.mend", call=lambda it: given(it.id("undone")), quiet=True
    ),
    "intake.trail.undo": thing(
        "application.mend", call=lambda it: given(it.id("mended"), it.application().version)
    ),
    "intake.trail.undoable": thing(
        "application.mend", call=lambda it: given(it.id("mended")), quiet=True
    ),
    "intake.unknown.answer": whole("programme.change", call=lambda it: given(it.run, "Kmn", "Kamen")),
    "intake.unknown.take_back": whole("programme.change", call=lambda it: given(it.run, "Kmn", "Kamen")),
    "intake.unknown.unknown": part(_APP),
    "intake.unmerge.merged": whole("person.merge", call=_programme),
    "intake.unmerge.unmerge": whole("person.merge", call=_persons),
    "intake.wished.decide": whole("prospect.change", call=lambda it: given(
        it.id("wish"), None, it.stored(r.Wish, "wish").version
    )),
    "intake.wished.leave_to_machine": whole("prospect.change", call=lambda it: given(
        it.id("wish"), it.stored(r.Wish, "wish").version
    )),
    "intake.wished.wishes": whole("prospect.read"),
    # -- selection, matching --------------------------------------------------------------------------
    "matching.choosing.compare": whole("selection.read"),
    "matching.choosing.fix_selection": whole("selection.fix", call=lambda it: given(it.run, 1)),
    "matching.choosing.release_selection": whole("selection.fix", call=lambda it: given(it.run, 1)),
    "matching.choosing.select": whole("selection.read"),
    "matching.choosing.standings": part(_APP, quiet=True),
    "matching.comments.comment": whole(
        "matching.decide", call=lambda it: given(it.run, *it.pair, "Well")
    ),
    "matching.comments.comments": whole("matching.read"),
    "matching.comments.delete_comment": whole("matching.decide", call=lambda it: given(it.id("comment"), 1)),
    "matching.conflicts.decide": whole("conflict.change", call=lambda it: given(it.id("conflict"), None, 1)),
    "matching.conflicts.enter": whole(
        "conflict.change", call=lambda it: given(it.id("mended"), "not_with", "Ida Iser")
    ),
    "matching.conflicts.named": whole("conflict.read"),
    "matching.conflicts.remove": whole("conflict.change", call=lambda it: given(it.id("conflict"), 1)),
    "matching.deciders.deciders": whole("matching.read"),
    "matching.moving_up.fill_vacancies": whole("selection.fix", call=lambda it: given(it.run, 1)),
    "matching.moving_up.give_place": whole("selection.fix", call=_application),
    "matching.moving_up.vacancies": whole("selection.read"),
    # with nothing new it tells where the trail ends and asks nothing
    "matching.news.news": whole("matching.read", call=lambda it: given(it.run, 0)),
    "matching.one_by_one.make": whole(
        "matching.approve", call=lambda it: given(it.stored(r.Settlement, "settlement"))
    ),
    "matching.one_by_one.settlements": whole("settlement.read"),
    "matching.one_by_one.take_back": whole(
        "matching.approve", call=lambda it: given(it.stored(r.Tandem, "tandem"))
    ),
    "matching.one_by_one.write_down": whole(
        "settlement.write", call=lambda it: given(it.run, *it.pair, {"time": "Mondays"})
    ),
    "matching.ranking.choose_order": thing(
        "selection.rank", call=lambda it: given(it.run, "rank", 1, organisation=it.organisation)
    ),
    "matching.ranking.rank": thing("selection.rank", call=lambda it: given(it.run, [it.application()])),
    "matching.ranking.rankings": part("selection.rank"),
    "matching.scenarios.delete": whole("matching.decide", call=lambda it: given(it.scenario)),
    "matching.scenarios.make_proposal": whole(
        "matching.approve", call=lambda it: given(it.run, it.scenario, 1)
    ),
    "matching.scenarios.proposal": whole("matching.read"),
    "matching.scenarios.rename": whole("matching.decide", call=lambda it: given(it.scenario, "New")),
    "matching.scenarios.save": whole(
        "matching.decide", call=lambda it: given(it.run, "Third", r.Weighing())
    ),
    "matching.scenarios.scenarios": whole("matching.read"),
    "matching.service.approve": whole("matching.approve", call=lambda it: given(it.run, it.matching, 1)),
    "matching.service.approved_by": whole("matching.read"),
    "matching.service.decide": whole("matching.decide", call=lambda it: given(it.run, *it.pair, "lock")),
    "matching.service.formed_tandems": part("tandem.read"),
    "matching.service.propose": whole("matching.read"),
    "matching.service.tandems": part("tandem.read"),
    "matching.service.undo": whole("matching.decide", call=lambda it: given(it.id("decision"), 1)),
    "matching.service.withdraw_approval": whole("matching.approve", call=lambda it: given(it.run, 1)),
    "matching.service.would_be": whole("matching.read", call=lambda it: given(it.run, it.settings, [])),
    "matching.side_by_side.compare": whole("matching.read"),
    "matching.steps.go": whole("matching.decide", call=lambda it: given(it.run, it.step)),
    "matching.steps.steps": whole("matching.decide", quiet=True),
    "network.service.tandems": whole("network.read"),
    "overview.changes.changes": part(
        "audit.read", call=lambda _it: given(9), quiet=True, of_workbench=True
    ),
    "overview.news.news": part(
        "programme.read", call=lambda it: given(it.programme, 0), quiet=True
    ),
    "overview.runs.overview": whole("programme.read", call=lambda it: given(it.run, _DATE)),
    "overview.runs.overviews": part(
        "programme.read", call=lambda _it: given(_DATE), quiet=True, of_workbench=True
    ),
    # -- data protection ------------------------------------------------------------------------------
    "privacy.accounts.display_names": whole("programme.read", call=_programme),
    "privacy.extract.extract": whole(
        "extract.make", call=lambda it: given(it.folder / "no" / "folder", programme_id=it.programme)
    ),
    "privacy.audit.entries": whole("audit.read", call=_programme),
    "privacy.audit.head": whole("audit.read", call=_programme),
    "privacy.consents.history": thing("consent.read", call=_person()),
    "privacy.consents.note": thing(
        "consent.write", call=_person("application", given=True, channel="paper", wording="de-0a1b2c3d")
    ),
    "privacy.consents.of_person": thing("consent.read", call=_person()),
    "privacy.consents.states": part("consent.read"),
    "privacy.consents.withdraw": thing("consent.write", call=_person("application", channel="talk")),
    "privacy.contacts.release": whole("contact.release"),
    "privacy.erasure.erase": whole("person.erase", call=_person("She asked for it")),
    "privacy.erasure.preview": whole("person.erase", call=_person()),
    "privacy.export.export": whole("person.export", call=_person()),
    "privacy.people.people": whole("person.export", call=_programme),
    "privacy.processing.record_of_processing": whole("processing.read", call=_programme),
    "privacy.processing.save_settings": whole(
        "processing.change", call=lambda it: given(it.programme, PrivacySettings(controller="Unna"), 1)
    ),
    "privacy.requests.close": whole("request.change", call=_request("request", "done", _TODAY)),
    "privacy.requests.note_request": whole(
        "request.change", call=lambda it: given(it.programme, "erasure", _TODAY, person_id=it.person())
    ),
    "privacy.requests.reopen": whole("request.change", call=_request("closed")),
    "privacy.requests.requests": whole("request.read", call=_programme),
    "privacy.retention.apply": whole(
        "retention.apply", call=lambda it: given(it.due), anywhere=True
    ),
    "privacy.retention.preview": whole(
        "retention.read", call=lambda _it: given(LATE), anywhere=True
    ),
    # -- confidential texts: who opens a text or a key must have the role besides the key ---------------
    "privacy.confidence.counts": whole("keys.read"),
    "privacy.confidence.participants": whole("confidence.give", "confidence.take_in"),
    "privacy.confidence.read": whole("confidence.read", call=lambda it: given(OPEN, it.text)),
    "privacy.confidence.read_sheet": whole(
        "confidence.take_in", call=lambda it: given(it.run, ("sheet.xlsx", b"none"))
    ),
    "privacy.confidence.take_in": whole("confidence.take_in", call=lambda it: given(
        it.run, it.person(), "diary", {"occasion": "Once", "experienced": "Much"}
    )),
    "privacy.confidence.texts": whole("confidence.read"),
    "privacy.key_state.state": whole("keys.read", call=_programme),
    # only who reads can let others read
    "privacy.keys.admit": whole("confidence.read", call=lambda it: given(it.programme, OPEN, it.user)),
    "privacy.keys.drill": whole("keys.change", call=_keys(CODE)),
    "privacy.keys.opened": whole(
        "confidence.read", call=lambda it: given(it.programme, OPEN, it.person())
    ),
    "privacy.keys.recover": whole("keys.change", call=lambda it: given(it.programme, CODE, it.user)),
    "privacy.keys.remove": whole("keys.change", call=_keys(OPEN.user)),
    "privacy.recovery_sheet.coming_sheet": whole("keys.change", call=lambda it: given(it.programme, CODE)),
    "privacy.keys.set_up": whole("keys.change", call=_programme),
    "privacy.own_key.change_passphrase": whole(
        "confidence.read", call=lambda _it: given(PASSPHRASE, "elf Enten am Kanal"), anywhere=True
    ),
    "privacy.own_key.make_key": whole(
        "confidence.read", call=lambda _it: given(PASSPHRASE, anew=True), anywhere=True
    ),
    "privacy.own_key.open_key": whole(
        "confidence.read", call=lambda _it: given(PASSPHRASE), anywhere=True
    ),
    "privacy.recovery_sheet.recovery_sheet": whole("keys.change", call=_keys(CODE)),
    # -- reports --------------------------------------------------------------------------------------
    "reports.letters.letters": part("letter.make"),
    "reports.service.available": part(
        "report.make", "report.organisation", call=_nothing, quiet=True
    ),
    "reports.service.make": whole("report.make", call=lambda _it: given("matching")),
    "reports.service.make_all": part("report.organisation", call=lambda _it: given("organisation")),
    "reports.service.report": thing("report.organisation", call=lambda it: given(
        "organisation", organisation=it.organisation, to=it.folder / "report.html"
    )),
    "reports.service.report_all": part(
        "report.organisation", call=lambda it: given("organisation", it.folder / "reports")
    ),
    "reports.service.require_organisation": thing(
        "report.organisation", call=lambda it: given(it.organisation)
    ),
    "reports.settlement.paper": whole(
        "settlement.read", call=lambda it: given(it.run, it.id("settlement"))
    ),
    # -- programmes -----------------------------------------------------------------------------------
    "setup.begin.add": whole("programme.add", call=lambda _it: given("arts-academy"), of_workbench=True),
    "setup.begin.add_like": whole(
        "programme.add", call=lambda it: given(it.run, "Third", "2015", "de"), of_workbench=True
    ),
    "setup.begin.add_programme": whole(
        "programme.add", call=lambda _it: given("arts-academy", "Fourth", "2015", "de"), of_workbench=True
    ),
    "setup.begin.next_run": whole(
        "programme.change", "programme.add", call=lambda it: given(it.run, "2016")
    ),
    "setup.logo.logo_of": whole("programme.read", call=_programme),
    "setup.logo.picture": whole("programme.read", call=lambda it: given(it.programme, "none")),
    "setup.logo.put": whole("programme.change", call=lambda it: given(it.programme, b"none")),
    "setup.service.can_undo": whole(
        "programme.change", call=lambda it: given(it.programme, 1), quiet=True
    ),
    "setup.service.change_of": whole("programme.read", call=_programme),
    "setup.service.preview": whole("programme.change", call=lambda it: given(it.change)),
    "setup.service.save": whole("programme.change", call=lambda it: given(it.change)),
    "setup.service.undo": whole("programme.change", call=lambda it: given(it.programme, 1)),
    # -- users ----------------------------------------------------------------------------------------
    "Accounts.add": whole("user.change", call=lambda _it: given("new", "New"), of_workbench=True),
    "Accounts.grant": whole(
        "user.change", "user.entrust", call=lambda it: given(it.user, "analyst", it.programme)
    ),
    "Accounts.let_in": whole(
        "user.change", "user.entrust", call=lambda it: given("new", "New", "analyst", it.programme)
    ),
    "Accounts.list": whole("user.read", call=_programme),
    "Accounts.new_link": whole("user.change", "user.entrust", call=lambda it: given(it.user)),
    "Accounts.remove": whole("user.change", call=lambda it: given(it.user), of_workbench=True),
    "Accounts.revoke": whole(
        "user.change", "user.entrust", call=lambda it: given(it.user, "evaluator", it.programme)
    ),
    "Accounts.end_sessions": whole("user.change", call=lambda it: given(it.user), of_workbench=True),
    "Accounts.sessions": whole("user.change", call=lambda it: given(it.user), of_workbench=True, quiet=True),
    "Accounts.set_password": whole(
        "user.change", call=lambda it: given(it.user, "too short"), of_workbench=True
    ),
    # -- workbench and run ----------------------------------------------------------------------------
    "Workbench.add": whole("programme.add", call=lambda _it: given("arts-academy"), of_workbench=True),
    "Workbench.programmes": part("programme.read", call=_nothing, quiet=True, of_workbench=True),
    "Workbench.run": whole("programme.read", quiet=True, of_workbench=True),
    "Workbench.runs": part("programme.read", call=_nothing, quiet=True, of_workbench=True),
    "Run.application_records": part(_APP, call=_nothing),
    "Run.applications": part(_APP, call=_nothing),
    "Run.approve": whole("matching.approve", call=lambda it: given(it.matching)),
    "Run.approved": whole("programme.read", call=_nothing),
    "Run.approved_by": whole("matching.read", call=_nothing),
    "Run.candidates": whole("matching.read", call=lambda it: given(it.person())),
    "Run.comments": whole("matching.read", call=_nothing),
    "Run.compare_scenarios": whole("matching.read", call=_nothing),
    "Run.compare_selection": whole("selection.read", call=_nothing),
    "Run.consents": part("consent.read", call=_nothing),
    "Run.decisions": whole("matching.read", call=_nothing),
    "Run.delete_scenario": whole("matching.decide", call=lambda it: given(it.scenario)),
    "Run.earlier_tandems": whole("network.read", call=_nothing),
    "Run.export": part(_APP, call=_nothing),
    "Run.fix_selection": whole("selection.fix", call=_nothing),
    "Run.intake": part("application.take_in", call=lambda _it: given([])),
    "Run.is_called": whole("programme.read", call=lambda _it: given("2014")),
    "Run.letters": part("letter.make", call=_nothing),
    "Run.make_proposal": whole("matching.approve", call=lambda it: given(it.scenario)),
    "Run.make_tandem": whole(
        "matching.approve", call=lambda it: given(it.stored(r.Settlement, "settlement"))
    ),
    "Run.match": whole("matching.read", call=_nothing),
    "Run.network": whole("network.read", call=_nothing),
    "Run.network_tandems": whole("network.read", call=_nothing),
    "Run.open_until": whole("programme.read", call=_nothing),
    "Run.organisations": whole("programme.read", call=_nothing),
    "Run.organisations_network": whole("network.read", call=_nothing),
    "Run.programme": whole("programme.read", call=_nothing),
    "Run.proposal": whole("matching.read", call=_nothing),
    "Run.record": whole("programme.read", call=_nothing),
    "Run.release_contacts": whole("contact.release", call=_nothing),
    "Run.release_selection": whole("selection.fix", call=_nothing),
    "Run.rename_scenario": whole("matching.decide", call=lambda it: given(it.scenario, "New")),
    "Run.save_scenario": whole("matching.decide", call=lambda _it: given("Third")),
    "Run.scenario": whole("matching.read", call=lambda _it: given("Other")),
    "Run.scenarios": whole("matching.read", call=_nothing),
    "Run.select": whole("selection.read", call=_nothing),
    "Run.settlements": whole("settlement.read", call=_nothing),
    "Run.take_back": whole("matching.approve", call=lambda it: given(it.stored(r.Tandem, "tandem"))),
    "Run.tandems": part("tandem.read", call=_nothing),
    "Run.title": whole("programme.read", call=_nothing),
    "Run.wishes": whole("matching.read", call=_nothing),
    "Run.write_down": whole("settlement.write", call=lambda it: given(*it.pair, time="Mondays")),
}  # fmt: skip

#: What takes no actor although it takes a store or run, and by which right it works.
WITHOUT_ACTOR: dict[str, str] = {
    "examples.data_protection.add": "a step of making the demo, of which the caller may do everything",
    "examples.fill": "makes examples in a workbench of which the caller may do everything",
    "forms.confidential_links.look": "whoever has the link's token",
    "forms.confidential_links.redeem": "whoever has the link's token",
    "forms.confidential_links.sent": "whoever has the link's token",
    "forms.links.look": "whoever has the link's token",
    "forms.links.purpose_of": "whoever has the link's token",
    "forms.links.redeem": "whoever has the link's token",
    "forms.links.sent": "whoever has the link's token",
    "privacy.confidence.lost": "who holds the store's file; the command asks for workbench.check",
    "privacy.confidence.seal": "a step of what takes a text in, which asks or has the link's token",
    "privacy.erasure.clean": "the last step of erasing, which asks; removes what belongs to nobody any more",
    "privacy.erasure.prepared": "a step of erasing, which asks; the keyring tells no content",
    "privacy.key_state.ready": "whether texts can come in is what the page of a link tells, too",
    "privacy.keys.check_code": "whoever has the code of the recovery sheet",
    "privacy.keys.public_half": "a step of sealing; whoever has this half can write, and read nothing",
    "privacy.own_key.forget_former": "takes from those alone who have no right any more",
    "privacy.reader_keys.settle": "done whenever a workbench is opened; takes from who was removed by right",
    "privacy.replay.destroy_doomed": "the last step of erasing, which asks; destroys what opens nothing",
    "privacy.replay.untold": "who holds the store's address; tells what is not known",
    "privacy.replay.replay": "done whenever a workbench is opened; erases again who was erased by right",
    "reports.service.file_name": "a name made of what the caller knows",
    "store.check.audit_trail": "who holds the store's file; the command asks for workbench.check",
    "store.check.problems": "who holds the store's file; the command asks for workbench.check",
    "store.sums.broken_sums": "who holds the store's file; the command asks for workbench.check",
    "privacy.directory.take_roles": "called by the log-in once JupyterHub has proved name and groups",
    "Accounts.any": "whether anybody must log in is asked before anybody has",
    "Accounts.actor_of": "makes the actor of a name that the log-in has proved",
    "Accounts.check_password": "whoever has the password",
    "Accounts.check_role": "what roles there can be is no secret",
    "Accounts.end_session": "whoever has the session's token",
    "Accounts.invitation": "whoever has the link's token",
    "Accounts.knows": "asked by the command of who holds the store's file",
    "Accounts.link_user": "whoever has the link's token",
    "Accounts.redeem": "whoever has the link's token",
    "Accounts.set_language": "one's own language alone",
    "Accounts.start_session": "called by the log-in once it has proved the name",
    "Accounts.user_of": "whoever has the session's token",
    "Workbench.accounts": "nothing yet; each of its methods asks",
    "Workbench.close": "tells nothing",
    "Workbench.of": "makes the workbench in the hands of a name that the log-in has proved",
}
