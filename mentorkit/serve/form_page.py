"""What the pages behind personal links share: one form, made here whole, without log-in or script."""

# mypy: disable-error-code="misc"
# (Jupyter's handlers are not typed, so they cannot be checked as bases.)

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlsplit

from tornado.web import HTTPError

from mentorkit.errors import StoreError
from mentorkit.forms import links
from mentorkit.forms.confidential_links import SheetInvitation
from mentorkit.forms.links import Invitation, LinkRefused
from mentorkit.forms.schema import FormField
from mentorkit.language import LANGUAGES, Language, Voice, later, say, speaking
from mentorkit.programme.settings import ProgrammeSettings
from mentorkit.serve import pages
from mentorkit.serve.base import Page
from mentorkit.serve.site import Lockout

T = TypeVar("T")

#: No script, nothing from elsewhere, and no other page around it.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "style-src 'self'",
        "img-src 'self' data:",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "Content-Type": "text/html; charset=UTF-8",
}

#: More answers than these stand in a list that opens.
_RADIOS = 5
_AUTOCOMPLETE = {
    "first_name": "given-name", "last_name": "family-name", "email": "email", "phone": "tel",
    "organisation": "organization", "birth_year": "bday-year", "position": "organization-title",
}  # fmt: skip
_STATUS = {"used": 410, "expired": 410, "unknown": 404}
TOO_MANY = (
    later("Too many attempts"),
    later("Please wait five minutes and open the link again."),
)
_FAILED = (
    later("Something went wrong"),
    later("Nothing was sent. Please open the link again in a few minutes."),
)


_TOO_LARGE = (
    later("This is too long"),
    later("Nothing was sent. Please go back and shorten what you wrote."),
)
_SENT_IN_CONFIDENCE = later(
    "Something was sent with it; a link works only once. To send more, please ask for another link."
)


@dataclass
class Limits:
    """How often one may ask within five minutes: with links that are none, and to send one form."""

    unknown: Lockout = field(default_factory=lambda: Lockout(attempts=30))
    sending: Lockout = field(default_factory=lambda: Lockout(attempts=30))


class FormPage(Page):
    """A page that takes one form. The token of its link stands in the path; nothing of it is logged."""

    def initialize(self, limits: Limits) -> None:
        """Take what is counted for all links."""
        self.limits = limits

    # -- pages ----------------------------------------------------------------------------------

    def refuse(self, refused: LinkRefused) -> None:
        """Say why a link opens no form."""
        if refused.state == "unknown" and not self.limits.unknown.allows(str(self.request.remote_ip)):
            self.stop(429, *TOO_MANY)
            return
        heading, advice = links.REFUSALS[refused.state]
        if refused.state == "used" and refused.in_confidence:
            advice = _SENT_IN_CONFIDENCE
        self.stop(_STATUS[refused.state], heading, advice)

    def stop(self, status: int, heading: str, advice: str) -> None:
        """Say why there is no form; nothing of the store stands in it."""
        self.set_status(status)
        with speaking(Voice(self.language)):
            words = {"title": say(heading), "lead": say(advice)}
            self.show("apply_end", self.language, {"name": "", "logo": ""}, words, contact="", again="")

    def show(self, template: str, language: Language, head: Any, words: Any, **more: Any) -> None:  # noqa: ANN401 - what a template takes
        """Send a page made of a template."""
        frame = {
            "language": language,
            "languages": [(code, pages.LANGUAGE_NAMES[code]) for code in LANGUAGES if code != language],
            "skip": say("Skip to the content"),
            "switch": say("Language"),
            "styles": [pages.asset(self.site, "mentorkit.css"), pages.asset(self.site, "apply.css")],
            "icon": pages.asset(self.site, "favicon.svg"),
        }
        page = pages.templates().get_template(f"{template}.html")
        self.finish(page.render(frame=frame, head=head, words=words, **more))

    @staticmethod
    def chosen(settings: ProgrammeSettings, wanted: str) -> Language:
        """Return the language that was asked for, or the programme's."""
        return next((code for code in LANGUAGES if code == wanted), settings.language)

    # -- what a page without log-in must not do ---------------------------------------------------

    @property
    def content_security_policy(self) -> str:
        """What a browser may load for this page."""
        return POLICY

    def set_default_headers(self) -> None:
        """Let nobody keep the page or learn its address."""
        super().set_default_headers()
        for name, value in (*_HEADERS.items(), ("Content-Security-Policy", POLICY)):
            self.set_header(name, value)

    def check_xsrf_cookie(self) -> None:
        """Refuse a form that another site sends; no cookie is needed, since the token is in the path."""
        if self.request.method != "POST":
            return
        headers = self.request.headers
        site = headers.get("Sec-Fetch-Site", "")
        origin = headers.get("Origin", "null")
        # without a referrer browsers send the origin "null"; those that do so tell the site
        if site not in ("", "same-origin", "none") or (
            not site and origin != "null" and urlsplit(origin).netloc != self.request.host
        ):
            raise HTTPError(403)

    def write_error(self, status_code: int, **raised: Any) -> None:  # noqa: ANN401 - what tornado hands on
        """Say in plain words that it went wrong."""
        if isinstance(raised.get("exc_info", (None, None))[1], StoreError):
            status_code = 503
        said = {403: pages.REFUSALS[403], 413: _TOO_LARGE}
        self.stop(status_code, *said.get(status_code, _FAILED))

    def log_exception(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Log faults without the address, in which the token stands, and without what was to be stored."""
        if isinstance(value, StoreError):
            self.log.error("%s of a personal link failed: %s", self.request.method, value)
        elif not isinstance(value, HTTPError):
            self.log.error("%s of a personal link failed", self.request.method, exc_info=value)

    def _log(self) -> None:
        """Log nothing of the request: its address holds the token."""


def head_of(asked: Invitation | SheetInvitation) -> dict[str, str]:
    """Return what stands at the top of a page."""
    data = base64.b64encode(asked.logo).decode() if asked.logo else ""
    return {
        "name": f"{asked.settings.name} {asked.run.name}",
        "logo": f"data:image/png;base64,{data}" if data else "",
        "alt": say("Logo: {programme}", programme=asked.settings.name),
    }


def shown(field_: FormField, typed: str, error: str) -> dict[str, Any]:
    """Return a field as the template draws it; ``first`` is what a link from above leads to."""
    kind = field_.kind
    look = "area" if kind in ("lines", "list") else "line"
    if field_.options:
        look = "radios" if len(field_.options) <= _RADIOS else "select"
    id_ = f"f-{field_.name}"
    help_text = say("One on each line") if kind == "list" else field_.help
    told = [f"{id_}-help"] * bool(help_text) + [f"{id_}-error"] * bool(error)
    marks: dict[str, str | None] = {"aria-describedby": " ".join(told) or None}
    if look != "radios":
        marks |= {
            "aria-required": "true" if field_.required else None,
            "aria-invalid": "true" if error else None,
        }
    return {
        "id": id_, "first": f"{id_}-0" if look == "radios" else id_, "name": field_.name, "look": look,
        "label": field_.label, "required": field_.required, "options": field_.options, "typed": typed,
        "error": error, "help": help_text, "marks": marks,
        "type": "email" if kind == "email" else "tel" if kind == "phone" else "text",
        "mode": "numeric" if kind == "number" else "", "autocomplete": _AUTOCOMPLETE.get(field_.name, ""),
        "rows": 6 if kind == "lines" else 4,
    }  # fmt: skip


async def in_thread(work: Callable[[], T]) -> T:
    """Ask the store without stopping the server."""
    return await asyncio.get_running_loop().run_in_executor(None, work)
