"""The permission table: what each role may do. What is not in it is denied.

``all`` is everything of the programme the role was granted for; ``own`` is what belongs to the organisation
it was granted for.
"""

from __future__ import annotations

import getpass
from dataclasses import dataclass
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
    "application.read": {"lead": "all", "organisation": "own", "data-protection": "all"},
    "application.take_in": {"lead": "all", "organisation": "own"},
    "application.mend": {"lead": "all", "organisation": "own"},
    "application.overrule": {"lead": "all"},
    "selection.read": {"lead": "all"},
    "selection.fix": {"lead": "all"},
    "matching.read": {"lead": "all"},
    "matching.decide": {"lead": "all"},
    "matching.approve": {"lead": "all"},
    "tandem.read": {"lead": "all", "organisation": "own"},
    "network.read": {"lead": "all"},
    "report.make": {"lead": "all"},
    "report.organisation": {"lead": "all", "organisation": "own"},
    "audit.read": {"lead": "all", "data-protection": "all"},
    "user.read": {"lead": "all", "data-protection": "all", "operator": "all"},
    "user.change": {"operator": "all"},
    "workbench.check": {"lead": "all", "operator": "all", "data-protection": "all"},
}  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """Who acts, with the roles granted to that person."""

    name: str
    grants: tuple[Grant, ...]
    display_name: str = ""

    def scopes(self, action: str, programme_id: str | None) -> frozenset[str | None]:
        """Return the organisations the actor may do this for; None among them stands for all.

        Raises
        ------
        KeyError
            If the action is not in the table: a service without a rule is a fault of the product.
        """
        rule = PERMISSIONS[action]
        found: set[str | None] = set()
        for grant in self.grants:
            if grant.programme_id not in (None, programme_id):
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
            raise NotAllowed(say("Your role does not allow this ({action}).", action=action))


def sole_actor(name: str | None = None) -> Actor:
    """Return the actor on a workbench without users: whoever can read its file, with every right."""
    name = name or getpass.getuser()
    roles: tuple[RoleName, ...] = ("lead", "operator")
    grants = tuple(Grant(id=f"sole-{role}", user_id=name, role=role) for role in roles)
    return Actor(name, grants, display_name=name)
