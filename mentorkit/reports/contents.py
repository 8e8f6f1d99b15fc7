"""What the reports say: each method of a report displays one part of it in a notebook.

A report notebook opens its report and calls the parts in their order; what they display is Markdown, tables
and pictures of the run as the actor may see it, in the programme's language.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Self

from mentorkit.errors import NothingToMatch
from mentorkit.language import formats, later, say, say_n
from mentorkit.matching import fairness
from mentorkit.matching.link_words import taken_off_sentence
from mentorkit.matching.proof_words import proof_details
from mentorkit.network.network import Network
from mentorkit.programme.records import Application, GoalName
from mentorkit.reports import meeting
from mentorkit.reports.base import Report, bullets, write
from mentorkit.reports.figures import table
from mentorkit.reports.markdown import literal
from mentorkit.reports.method import goal_sentence, origin_sentence, proof_sentence, rule_sentences
from mentorkit.reports.network import organisation_picture
from mentorkit.reports.service import require_organisation

if TYPE_CHECKING:
    import pandas as pd

    from mentorkit.matching.matching import Matching
    from mentorkit.programme.settings import ProgrammeSettings

_STATUS = {
    "ok": later("in order"),
    "review": later("doubtful"),
    "ineligible": later("not eligible"),
    "error": later("to be mended"),
}
_ROLE = {"mentee": "{mentee:sg.nom}", "mentor": "{mentor:sg.nom}"}


class MatchingReport(Report):
    """How the tandems of a run came about."""

    #: The goal of the proposal, where it is another than the run's; without effect on approved tandems.
    goal: GoalName | None = None

    @cached_property
    def matching(self) -> Matching | None:
        """The best matching of the present data, as it was approved or else proposed; None without people."""
        try:
            return self.run.match(None if self.approved else self.goal)
        except NothingToMatch:
            return None

    @cached_property
    def approved(self) -> bool:
        """Whether the tandems are formed; otherwise the report shows the proposal."""
        return self.run.record.approved_at is not None

    @cached_property
    def _goal(self) -> GoalName:
        return self.matching.goal if self.matching is not None else self.run.record.approved_goal or "total"

    @cached_property
    def _as_approved(self) -> bool:
        """Whether the present data still lead to the approved tandems, so that their reasons still hold."""
        return self.matching is not None and _pairs(self.matching.tandems) == _pairs(self.tandems)

    @cached_property
    def shown(self) -> pd.DataFrame:
        """The tandems the report is about: the approved ones, else the proposed ones."""
        if self.approved or self.matching is None:
            return self.tandems
        return self.matching.tandems

    @property
    def _in_order(self) -> pd.DataFrame:
        """The tandems as their table lists them: numbered as proposed, else by organisation and name."""
        if not self.approved:
            return self.shown
        return self.shown.sort_values(["mentee_organisation", "mentee"], key=_german, kind="stable")

    def title(self) -> None:
        """Display the title, and whether this is the decision or a proposal."""
        write("# " + say("Matching report"))
        at, who = self.run.record.approved_at, self.run.approved_by
        if at is not None and who:
            write(say("{who} approved the tandems on {date}.", who=who, date=formats.date(at.date())))
        elif at is not None:
            write(say("The tandems have been approved."))
        elif made := len(self.tandems):
            write(
                say_n(
                    "This is a proposal; {n} of its tandems is made already.",
                    "This is a proposal; {n} of its tandems are made already.",
                    made,
                )
            )
        else:
            write(say("This is a proposal; no tandems have been formed yet."))

    def summary(self) -> None:
        """Display the numbers of the run."""
        parts = [
            say_n("{n} application was received.", "{n} applications were received.", len(self.applications)),
            say_n("{n} takes part.", "{n} take part.", sum(a.takes_part for a in self.applications)),
            say_n("There is {n} tandem.", "There are {n} tandems.", len(self.shown)),
        ]
        if len(self.shown):
            scores = self.shown["score"]
            parts.append(
                say(
                    "Their scores lie between {low} and {high} of 1,000 points, {mean} on average.",
                    low=formats.number(int(scores.min())),
                    high=formats.number(int(scores.max())),
                    mean=formats.number(round(float(scores.mean()))),
                )
            )
            if self.matching is not None and (not self.approved or self._as_approved):
                parts += [taken_off_sentence(self.matching), meeting.wish_sentence(self.matching)]
        write("\n".join(f"- {part}" for part in parts if part))

    def picture(self) -> None:
        """Display the tandems between the organisations as a picture and as a matrix."""
        if self.programme.settings.organisations.kind != "none" and len(self.shown):
            write("## " + say("Between the organisations"))
            organisation_picture(Network(self.shown, tuple(self.run.organisations)))

    def table(self) -> None:
        """Display the tandems."""
        import pandas as pd

        write("## " + say("The tandems"))
        if not len(self.shown):
            self._whether_all(self.shown)
            return
        if not self.approved and self.matching is not None:
            table(meeting.proposal(self.matching), say("The proposed tandems, for the meeting that decides"))
            return
        rows = self._in_order
        columns = {**_both(rows), say("Score"): rows["score"]}
        table(pd.DataFrame(columns), say("The tandems and their scores"))

    def reasons(self) -> None:
        """Display for each tandem why these two fit."""
        if self.matching is None:
            return
        write("## " + say("Why these two"))
        proposed = _pairs(self.matching.tandems)
        rows = self._in_order[["mentee_id", "mentee", "mentor_id", "mentor"]].astype(str).to_dict("records")
        for place, two in enumerate(rows, 1):
            counted = "" if self.approved else f"{say('No.')} {place}: "
            write(f"### {counted}{literal(two['mentee'])} – {literal(two['mentor'])}")
            if (two["mentee_id"], two["mentor_id"]) in proposed:
                bullets(self.matching.explain(two["mentee_id"]))
            else:
                write(say("This tandem was approved; by today's data another one would be proposed."))

    def left_over(self) -> None:
        """Display who has no partner, and why."""
        write("## " + say("Without a partner"))
        if self.approved:
            rows = self._left_after_approval()
        elif self.matching is None:
            write(say("Nobody could be matched: there must be at least one person in each role."))
            return
        elif self.matching.status != "optimal":
            write(literal(self.matching.reason))
            return
        else:
            unmatched = self.matching.unmatched.to_dict("records")
            rows = [(p["person"], _role(p["role"]), p["reason"]) for p in unmatched]
        _people(
            rows, say("Reason"), say("Who has no partner"), say("Everybody who takes part has a partner.")
        )

    def _left_after_approval(self) -> list[tuple[str, str, str]]:
        """Return who takes part and is in no approved tandem; the reason as far as the data still give it."""
        placed = {*(("mentee", i) for i in self.tandems["mentee_id"])}
        placed |= {("mentor", i) for i in self.tandems["mentor_id"]}
        reasons = {}
        if self._as_approved and self.matching is not None:
            unmatched = self.matching.unmatched.to_dict("records")
            reasons = {(p["role"], p["person_id"]): p["reason"] for p in unmatched}
        left = {(a.role, a.person_id): a for a in self.applications if a.takes_part}
        unknown = say("The data have changed since the approval; the reason cannot be told any more.")
        return [
            (a.name, _role(a.role), reasons.get(key, unknown)) for key, a in left.items() if key not in placed
        ]

    def not_taking_part(self) -> None:
        """Display who takes no part and why, and whom a coordinator admitted."""
        write("## " + say("Not taking part, and admitted by decision"))
        out = [
            (a.name, _role(a.role), _decided_against(a) or _found(a, tuple(self.applications), decides=True))
            for a in self.applications
            if not a.takes_part
        ]
        _people(out, say("Reason"), say("Who does not take part"), say("Every application is in order."))
        admitted = [
            (a.name, _role(a.role), a.overruled.reason)
            for a in self.applications
            if a.admitted and a.overruled
        ]
        if admitted:
            _people(admitted, say("Reason of the coordinator"), say("Admitted by a person's decision"), "")

    def groups(self) -> None:
        """Display how groups fare, and which stands clearly lower; nothing that tells of few people."""
        if self.matching is None or self.matching.status != "optimal":
            return
        formed = {
            (str(two["mentee_id"]), str(two["mentor_id"])): int(two["score"])
            for two in self.tandems.to_dict("records")
        }
        found = fairness.fairness(self.matching, formed=formed if self.approved else None)
        if not (told := fairness.summary(found)):
            return
        write("## " + say("How the groups fare"))
        bullets(told)
        if found.groups:
            wishes = any(group.wishes for group in found.groups)
            caption = (
                say("Tandems, scores and wishes by group") if wishes else say("Tandems and scores by group")
            )
            table(meeting.groups(found), caption, digits=0)

    def decisions(self) -> None:
        """Display which pairs coordinators locked or forbade.

        Of none nothing is said: that no pair is ruled out need not be true, and what else rules out pairs is
        confidential.
        """
        import pandas as pd

        if not (decisions := self.run.decisions):
            return
        write("## " + say("Decisions of the coordinators"))
        names = {application.person_id: application.name for application in self.applications}
        kinds = {"lock": say("locked"), "forbid": say("forbidden")}
        rows = [
            {
                say("{mentee:sg.nom}"): names.get(d.mentee_id, d.mentee_id),
                say("{mentor:sg.nom}"): names.get(d.mentor_id, d.mentor_id),
                say("Decision"): kinds[d.kind],
                say("Reason"): d.reason or "–",
            }
            for d in decisions
        ]
        table(pd.DataFrame(rows), say("Decisions of the coordinators"))

    def comments(self) -> None:
        """Display what coordinators wrote about pairs, where they wrote something."""
        import pandas as pd

        names = {application.person_id: application.name for application in self.applications}
        rows = [
            {
                say("{mentee:sg.nom}"): names.get(one.record.mentee_id, one.record.mentee_id),
                say("{mentor:sg.nom}"): names.get(one.record.mentor_id, one.record.mentor_id),
                say("Comment"): one.record.text,
                say("By"): one.who,
                say("On"): formats.date(one.record.at.astimezone().date()),
            }
            for one in self.run.comments
        ]
        if rows:
            table(pd.DataFrame(rows), say("Comments of the coordinators"))

    def method(self) -> None:
        """Display the criteria with their weights, the rules, the goal, and how certain the answer is."""
        import pandas as pd

        from mentorkit.matching.criteria import measure

        write("## " + say("How the matching was made"))
        rows = [
            {say("Criterion"): measure(criterion.name).label, say("Points at most"): criterion.weight}
            for criterion in self._settings.criteria
        ]
        table(pd.DataFrame(rows), say("What makes a good tandem"))
        proposal = self.run.proposal
        write(literal(origin_sentence(*((proposal.name, proposal.comment) if proposal else ("", "")))))
        bullets(rule_sentences(self._settings))
        solved = self.matching is not None and self.matching.status == "optimal"
        if self.approved or solved:
            write(f"{goal_sentence(self._goal)} {proof_sentence(approved=self.approved)}")
        if self.matching is not None and solved and (not self.approved or self._as_approved):
            bullets(proof_details(self.matching))

    @cached_property
    def _settings(self) -> ProgrammeSettings:
        """The settings under which the matching was made, whatever the programme says by now."""
        return self.programme.settings if self.matching is None else self.matching.rules.settings


def _pairs(tandems: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(tandems["mentee_id"], tandems["mentor_id"], strict=True))


class OrganisationReport(Report):
    """What one organisation has to do with a run: her people and their tandems."""

    organisation: str

    def about(self, organisation: str | None) -> Self:
        """Say which organisation the report is about.

        Raises
        ------
        mentorkit.errors.MentorkitError
            As :func:`mentorkit.reports.service.require_organisation`.
        """
        self.organisation = require_organisation(self.run, organisation)
        return self

    def title(self) -> None:
        """Display the title and the numbers."""
        write("# " + say("Report for {organisation}", organisation=literal(self.organisation)))
        own = [a for a in self.applications if a.organisation == self.organisation]
        write(
            say_n("{n} application was received.", "{n} applications were received.", len(own))
            + " "
            + say_n("There is {n} tandem.", "There are {n} tandems.", len(self._own_tandems))
        )

    @cached_property
    def _own_tandems(self) -> pd.DataFrame:
        frame = self.tandems
        mine = (frame["mentee_organisation"] == self.organisation) | (
            frame["mentor_organisation"] == self.organisation
        )
        return frame[mine]

    def people(self) -> None:
        """Display the organisation's applications and what became of them."""
        import pandas as pd

        write("## " + say("Applications"))
        own = [a for a in self.applications if a.organisation == self.organisation]
        if not own:
            write(say("No application was received."))
            return
        rows = [
            {
                say("Name"): a.name,
                say("Role"): _role(a.role),
                say("Status"): _stands(a),
                say("Remark"): _remark(a),
            }
            for a in own
        ]
        table(pd.DataFrame(rows), say("Applications"))

    def tandem_table(self) -> None:
        """Display the tandems with one of the organisation's people."""
        import pandas as pd

        write("## " + say("Tandems"))
        rows = self._own_tandems.sort_values("mentee", key=_german, kind="stable")
        self._whether_all(rows)
        if len(rows):
            table(pd.DataFrame(_both(rows)), say("Tandems"))


def _found(application: Application, known: tuple[Application, ...] = (), *, decides: bool) -> str:
    """Return what was found, for readers who may decide on it or not, and who know some applications."""
    from mentorkit.intake.findings import Audience, sentences

    return " ".join(sentences(application, Audience(decides, known)))


def _remark(application: Application) -> str:
    """Return what an organisation reads; why a person refused somebody is not for all who read the report."""
    if application.admitted and application.overruled:
        return application.overruled.reason
    return _found(application, decides=False) or "–"


def _decided_against(application: Application) -> str:
    if not (application.turned_down and application.overruled):
        return ""
    return say("Refused by a person's decision: {reason}", reason=application.overruled.reason)


def _stands(application: Application) -> str:
    if application.admitted:
        return say("admitted by a person's decision")
    if application.turned_down:
        return say("refused by a person's decision")
    return say(_STATUS[application.status])


def _people(rows: list[tuple[str, str, str]], reason: str, caption: str, none: str) -> None:
    import pandas as pd

    if not rows:
        write(none)
        return
    table(pd.DataFrame(rows, columns=[say("Name"), say("Role"), reason]), caption)


def _both(rows: pd.DataFrame) -> dict[str, list[str]]:
    """Return the two of each tandem with their organisations, by the names of their roles."""
    return {
        say(word): [f"{name} ({place})" if place else name for name, place in zip(names, places, strict=True)]
        for word, names, places in (
            (_ROLE["mentee"], rows["mentee"], rows["mentee_organisation"]),
            (_ROLE["mentor"], rows["mentor"], rows["mentor_organisation"]),
        )
    }


def _role(role: str) -> str:
    return say(_ROLE[role])


def _german(values: pd.Series) -> pd.Series:
    return values.map(lambda value: formats.din5007("" if value is None else str(value)))
