"""What a programme says about the protection of data: who is responsible, on what basis, who gets what.

Nothing of it is known to the product, since it depends on the state, the employer and the programme; what is
empty is named as missing in the record of processing activities.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator

from mentorkit.language import Language, later

#: What is done with personal data.
Activity = Literal[
    "applications", "matching", "tandems", "network", "confidential", "forms", "access", "reports", "backups"
]
ACTIVITIES: dict[Activity, str] = {
    "applications": later("Applications and selection"),
    "matching": later("Putting tandems together"),
    "tandems": later("Tandems and contact data"),
    "network": later("Network and earlier runs"),
    "confidential": later("Confidential texts"),
    "forms": later("Forms and personal links"),
    "access": later("Log-ins and audit trail"),
    "reports": later("Reports and extracts"),
    "backups": later("Backups"),
}
#: A text by language.
Said = dict[Language, str]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class OrganisationPrivacy(_Part):
    """What is different for one organisation; empty where nothing is."""

    #: Who is responsible for the data of its people.
    controller: str = ""
    #: Whom to ask there about the protection of data.
    contact: str = ""
    basis: dict[Activity, Said] = Field(default_factory=dict)


class PrivacySettings(_Part):
    """Who is responsible, on what basis data are processed, who gets them, and what protects them."""

    controller: str = ""
    contact: str = ""
    basis: dict[Activity, Said] = Field(default_factory=dict)
    #: To whom data go besides those who have a role in the product.
    recipients: dict[Activity, Said] = Field(default_factory=dict)
    #: What is done for security besides what the product does by itself.
    measures: Said = Field(default_factory=dict)
    #: By name, organisations for which something is different.
    own: dict[str, OrganisationPrivacy] = Field(default_factory=dict)
    #: Within how many months a request is answered.
    answer_months: int = Field(default=1, ge=1, le=12)

    @field_validator("own")
    @classmethod
    def _only_what_differs(cls, own: dict[str, OrganisationPrivacy]) -> dict[str, OrganisationPrivacy]:
        """Keep no organisation of which nothing is said."""
        return {name: said for name, said in own.items() if said != OrganisationPrivacy()}


def in_words(said: Said, language: Language) -> str:
    """Return a text in a language, or else in another in which it is written; empty where in none."""
    return said.get(language, "").strip() or next((text for text in said.values() if text.strip()), "")
