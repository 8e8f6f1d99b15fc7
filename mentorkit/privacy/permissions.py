"""The permission table: what each role may do. What is not in it is denied.

``all`` is everything of the programme the role was granted for; ``own`` is what belongs to the organisation
it was granted for.
"""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from mentorkit.errors import NotAllowed
from mentorkit.language import later, say
from mentorkit.programme.records import Grant

RoleName = Literal["lead", "organisation", "evaluator", "analyst", "data-protection", "operator"]
Scope = Literal["all", "own"]

ROLES: dict[RoleName, str] = {
    "lead": later("Programme lead"),
    "organisation": later("Coordination of an organisation"),
    "evaluator": later("Evaluation"),
    "analyst": later("Analysis"),
    "data-protection": later("Data protection"),
    "operator": later("Operation"),
}

PERMISSIONS: dict[str, dict[RoleName, Scope]] = {
    "programme.read": {"lead": "all", "organisation": "all", "evaluator": "all", "analyst": "all",
                       "data-protection": "all", "operator": "all"},
    "programme.add": {"operator": "all"},
    "programme.change": {"lead": "all"},
    "contact.read": {"lead": "all", "organisation": "own", "data-protection": "all"},
    "application.read": {"lead": "all", "organisation": "own", "data-protection": "all"},
    "application.take_in": {"lead": "all", "organisation": "own"},
    "application.mend": {"lead": "all", "organisation": "own"},
    "application.overrule": {"lead": "all"},
    "application.withdraw": {"lead": "all", "organisation": "own"},
    "person.merge": {"lead": "all"},
    "prospect.read": {"lead": "all"},
    "prospect.change": {"lead": "all"},
    "form.give": {"lead": "all", "organisation": "own"},
    "selection.read": {"lead": "all"},
    "selection.rank": {"lead": "all", "organisation": "own"},
    "selection.fix": {"lead": "all"},
    "letter.make": {"lead": "all", "organisation": "own"},
    "conflict.read": {"lead": "all"},
    "conflict.change": {"lead": "all"},
    "matching.read": {"lead": "all"},
    "matching.decide": {"lead": "all"},
    "matching.approve": {"lead": "all"},
    "settlement.read": {"lead": "all"},
    "settlement.write": {"lead": "all"},
    "tandem.read": {"lead": "all", "organisation": "own"},
    "network.read": {"lead": "all"},
    "report.make": {"lead": "all"},
    "report.organisation": {"lead": "all", "organisation": "own"},
    "extract.make": {"lead": "all"},
    "consent.read": {"lead": "all", "organisation": "own", "data-protection": "all"},
    "consent.write": {"lead": "all", "organisation": "own", "data-protection": "all"},
    "contact.release": {"lead": "all"},
    "confidence.give": {"lead": "all", "evaluator": "all"},
    "confidence.take_in": {"evaluator": "all"},
    "confidence.read": {"evaluator": "all"},
    "keys.read": {"lead": "all", "evaluator": "all", "data-protection": "all", "operator": "all"},
    "keys.change": {"evaluator": "all", "data-protection": "all"},
    "person.export": {"lead": "all", "data-protection": "all"},
    "person.erase": {"lead": "all", "data-protection": "all"},
    "retention.read": {"lead": "all", "data-protection": "all"},
    "retention.apply": {"lead": "all", "data-protection": "all"},
    "request.read": {"lead": "all", "data-protection": "all"},
    "request.change": {"lead": "all", "data-protection": "all"},
    "processing.read": {"lead": "all", "data-protection": "all"},
    "processing.change": {"lead": "all", "data-protection": "all"},
    "audit.read": {"lead": "all", "organisation": "own", "data-protection": "all"},
    "user.read": {"lead": "all", "data-protection": "all", "operator": "all"},
    "user.change": {"operator": "all"},
    "user.entrust": {"lead": "all"},
    "workbench.check": {"lead": "all", "operator": "all", "data-protection": "all"},
    "workbench.backup": {"operator": "all"},
}  # fmt: skip

#: What is said to somebody whose role does not allow an action.
REFUSALS: dict[str, str] = {
    "programme.read": later("Your role does not allow you to look at this programme."),
    "programme.add": later("Your role does not allow you to set up programmes."),
    "programme.change": later("Your role does not allow you to change this programme."),
    "contact.read": later("Your role does not allow you to look at contact persons."),
    "application.read": later("Your role does not allow you to look at these applications."),
    "application.take_in": later("Your role does not allow you to take in these applications."),
    "application.mend": later("Your role does not allow you to correct this application."),
    "application.overrule": later("Your role does not allow you to decide on the admission of applications."),
    "application.withdraw": later("Your role does not allow you to withdraw this application."),
    "person.merge": later("Your role does not allow you to put two persons together."),
    "prospect.read": later("Your role does not allow you to look at whom to win as {mentor:pl.nom}."),
    "prospect.change": later("Your role does not allow you to change whom to win as {mentor:pl.nom}."),
    "form.give": later("Your role does not allow you to send forms to these applicants."),
    "selection.rank": later("Your role does not allow you to rank these applications."),
    "selection.read": later("Your role does not allow you to look at the selection."),
    "selection.fix": later("Your role does not allow you to fix the selection or to reopen it."),
    "letter.make": later("Your role does not allow you to write to these applicants."),
    "conflict.read": later("Your role does not allow you to look at what was said in confidence."),
    "conflict.change": later("Your role does not allow you to change what was said in confidence."),
    "matching.read": later("Your role does not allow you to look at the matching."),
    "matching.decide": later("Your role does not allow you to lock pairs or to rule them out."),
    "matching.approve": later(
        "Your role does not allow you to approve tandems or to take the approval back."
    ),
    "settlement.read": later("Your role does not allow you to read what these two settled."),
    "settlement.write": later("Your role does not allow you to write down what two people settle."),
    "tandem.read": later("Your role does not allow you to look at these tandems."),
    "network.read": later("Your role does not allow you to look at the network."),
    "report.make": later("Your role does not allow you to make this report."),
    "report.organisation": later("Your role does not allow you to make reports on this organisation."),
    "extract.make": later("Your role does not allow you to make an extract for analysts."),
    "consent.read": later("Your role does not allow you to look at what these people agreed to."),
    "consent.write": later("Your role does not allow you to note what these people agree to."),
    "contact.release": later("Your role does not allow you to hand on contact data."),
    "confidence.give": later("Your role does not allow you to send confidential forms."),
    "confidence.take_in": later("Your role does not allow you to take in confidential sheets."),
    "confidence.read": later("Your role does not allow you to read confidential texts."),
    "keys.read": later("Your role does not allow you to look at the keys of the confidential texts."),
    "keys.change": later("Your role does not allow you to change the keys of the confidential texts."),
    "person.export": later("Your role does not allow you to export what is held on a person."),
    "person.erase": later("Your role does not allow you to erase a person."),
    "retention.read": later("Your role does not allow you to look at how long data are kept."),
    "retention.apply": later("Your role does not allow you to erase data whose time is over."),
    "request.read": later("Your role does not allow you to look at requests about personal data."),
    "request.change": later("Your role does not allow you to change requests about personal data."),
    "processing.read": later("Your role does not allow you to look at the record of processing activities."),
    "processing.change": later("Your role does not allow you to change the record of processing activities."),
    "audit.read": later("Your role does not allow you to look at what was changed."),
    "user.read": later("Your role does not allow you to look at the log-ins."),
    "user.change": later("Your role does not allow you to change log-ins or roles."),
    "user.entrust": later("Your role does not allow you to give or take roles in this programme."),
    "workbench.check": later("Your role does not allow you to check the workbench."),
    "workbench.backup": later("Your role does not allow you to make backups of the workbench."),
}

#: The apps that need a role, and the actions of which one must be allowed there for somebody or something.
APPS: dict[str, tuple[str, ...]] = {
    "programme": ("programme.change", "programme.add", "user.read"),
    "intake": ("application.read", "application.take_in"),
    "matching": ("matching.read",),
    "network": ("network.read",),
    "reports": ("report.make", "report.organisation"),
    "privacy": ("request.read", "confidence.read"),
}


#: The roles that ``user.entrust`` gives and takes, within one's own programme.
ENTRUSTED: tuple[RoleName, ...] = ("organisation", "evaluator", "analyst")


#: Who has one of these roles does not count as an evaluator in the same programme, whoever gave her both.
COORDINATING: tuple[RoleName, ...] = ("lead", "organisation", "operator")


@dataclass(frozen=True)
class Actor:
    """Who acts, with the roles granted to that person.

    Attributes
    ----------
    witness
        Told whenever the actor is denied something: her name, the action and the programme, or nothing.
    """

    name: str
    grants: tuple[Grant, ...]
    display_name: str = ""
    witness: Callable[[str, str, str], None] | None = field(default=None, compare=False, repr=False)

    def scopes(self, action: str, programme_id: str | None) -> frozenset[str | None]:
        """Return the organisations the actor may do this for; None among them stands for all.

        Raises
        ------
        KeyError
            If the action is not in the table: a service without a rule is a fault of the product.
        """
        rule = PERMISSIONS[action]
        found: set[str | None] = set()
        here = [grant for grant in self.grants if grant.programme_id in (None, programme_id)]
        coordinates = any(grant.role in COORDINATING for grant in here)
        for grant in here:
            if grant.role == "evaluator" and coordinates:
                continue
            scope = rule.get(grant.role)  # type: ignore[call-overload] # an unknown role has no entry
            if scope == "all":
                found.add(None)
            elif scope == "own" and grant.organisation:
                found.add(grant.organisation)
        return frozenset(found)

    def may(self, action: str, programme_id: str | None = None, organisation: str | None = None) -> bool:
        """Tell whether the actor may do something, for an organisation or (None) for all of them."""
        scopes = self.scopes(action, programme_id)
        return None in scopes or (organisation is not None and organisation in scopes)

    def require(self, action: str, programme_id: str | None = None, organisation: str | None = None) -> None:
        """Do nothing if the actor may do this.

        Raises
        ------
        NotAllowed
            If not.
        """
        if not self.may(action, programme_id, organisation):
            raise self.refusal(action, programme_id)

    def refusal(self, action: str, programme_id: str | None = None, sentence: str = "") -> NotAllowed:
        """Return the refusal of an action, to be raised; the actor's witness is told of it."""
        if self.witness is not None:
            self.witness(self.name, action, programme_id or "")
        return NotAllowed(sentence or say(REFUSALS.get(action, later("Your role does not allow this."))))

    def opens(self, app: str, programme_id: str | None) -> bool:
        """Tell whether an app has something for the actor in a programme; those without a rule are open."""
        needed = APPS.get(app)
        return needed is None or any(self.scopes(action, programme_id) for action in needed)


def sole_actor(name: str | None = None) -> Actor:
    """Return the actor on a workbench without users: whoever can read its file, with every right."""
    name = name or getpass.getuser()
    roles: tuple[RoleName, ...] = ("lead", "operator")
    grants = tuple(Grant(id=f"sole-{role}", user_id=name, role=role) for role in roles)
    return Actor(name, grants, display_name=name)
