"""The page behind a personal link: one form, made here whole, without log-in, kernel or script."""

# mypy: disable-error-code="misc"
# (Jupyter's handlers are not typed, so they cannot be checked as bases.)

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.web import HTTPError

from mentorkit.errors import StoreError
from mentorkit.forms import links
from mentorkit.forms.links import Invitation, LinkRefused
from mentorkit.forms.schema import FormField, Wording
from mentorkit.language import LANGUAGES, Language, Voice, later, say, say_n, speaking
from mentorkit.programme.records import Run
from mentorkit.programme.settings import Texts
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
_LARGEST = 64 * 1024
#: More answers than these stand in a list that opens.
_RADIOS = 5
_AUTOCOMPLETE = {
    "first_name": "given-name", "last_name": "family-name", "email": "email", "phone": "tel",
    "organisation": "organization", "birth_year": "bday-year", "position": "organization-title",
}  # fmt: skip
_STATUS = {"used": 410, "expired": 410, "unknown": 404}
_TOO_MANY = (
    later("Too many attempts"),
    later("Please wait five minutes and open the link again."),
)
_FAILED = (
    later("Something went wrong"),
    later("Nothing was sent. Please open the link again in a few minutes."),
)


@dataclass
class Limits:
    """How often one may ask within five minutes: with links that are none, and to send one form."""

    unknown: Lockout = field(default_factory=lambda: Lockout(attempts=30))
    sending: Lockout = field(default_factory=lambda: Lockout(attempts=30))


class Apply(Page):
    """A personal link. Its token stands in the path, so no other page can send this form."""

    def initialize(self, limits: Limits) -> None:
        """Take what is counted for all links."""
        self.limits = limits

    @allow_unauthenticated
    async def get(self, token: str) -> None:
        """Show the form; that does not use the link up."""
        try:
            asked = await _in_thread(lambda: links.look(self.site.store, token))
        except LinkRefused as refused:
            if refused.state == "used" and self.get_query_argument("sent", ""):
                await self._confirm(token)
            else:
                self._refuse(refused)
            return
        self._form(asked, self._chosen(asked, self.get_query_argument("lang", "")), asked.known)

    @allow_unauthenticated
    async def post(self, token: str) -> None:
        """Take in what was typed, or say what is wrong with it; what was typed stays."""
        if len(self.request.body) > _LARGEST:
            raise HTTPError(413)
        typed = {name: self.get_body_argument(name, "", strip=False) for name in self.request.body_arguments}
        try:
            asked = await _in_thread(lambda: links.look(self.site.store, token))
            language = self._chosen(asked, typed.get("language", ""))
            if typed.get("lang"):  # another language, nothing is sent
                self._form(asked, self._chosen(asked, typed["lang"]), typed)
                return
            if not self.limits.sending.allows(token):
                self._stop(429, *_TOO_MANY)
                return
            wrong = await _in_thread(
                lambda: links.redeem(
                    self.site.store,
                    token,
                    typed,
                    agreed=typed.get("consent", ""),
                    language=language,
                    besides={p: typed.get(f"consent-{p}", "") for p in asked.further(language)},
                )
            )
        except LinkRefused as refused:
            self._refuse(refused)
            return
        if wrong:
            self.set_status(422)
            self._form(asked, language, typed, wrong)
        else:
            self.redirect("?" + urlencode({"sent": 1, "lang": language}), status=303)

    # -- pages ----------------------------------------------------------------------------------

    def _form(
        self,
        asked: Invitation,
        language: Language,
        typed: Mapping[str, str],
        wrong: Mapping[str, str] | None = None,
    ) -> None:
        with speaking(asked.settings.voice(language)):
            wording = asked.wording(language)
            shown = [_shown(f, typed.get(f.name, ""), (wrong or {}).get(f.name, ""))
                     for f in asked.fields(language)]  # fmt: skip
            asked_for = {"consent": wording}
            asked_for |= {f"consent-{p}": more for p, more in asked.further(language).items()}
            agreed = [_agreement(n, w, typed, wrong or {}) for n, w in asked_for.items()]
            errors = [(f["first"], f["error"]) for f in shown if f["error"]]
            errors += [(one["id"], one["error"]) for one in agreed if one["error"]]
            self._show("apply", language, _head(asked), _words(asked, language, len(errors)), fields=shown,
                       consents=agreed, errors=errors)  # fmt: skip

    async def _confirm(self, token: str) -> None:
        asked = await _in_thread(lambda: links.sent(self.site.store, token))
        if asked is None:
            self._refuse(LinkRefused("used"))
            return
        language = self._chosen(asked, self.get_query_argument("lang", ""))
        with speaking(asked.settings.voice(language)):
            words = {
                "title": say("Your application has arrived"),
                "lead": say(
                    "Thank you. The coordination of the programme will write to you. You can close this page."
                ),
            }
            contact = _texts(asked, language).contact
            self._show("apply_end", language, _head(asked), words, contact=contact, again="sent=1&")

    def _refuse(self, refused: LinkRefused) -> None:
        if refused.state == "unknown" and not self.limits.unknown.allows(str(self.request.remote_ip)):
            self._stop(429, *_TOO_MANY)
            return
        self._stop(_STATUS[refused.state], *links.REFUSALS[refused.state])

    def _stop(self, status: int, heading: str, advice: str) -> None:
        """Say why there is no form; nothing of the store stands in it."""
        self.set_status(status)
        with speaking(Voice(self.language)):
            words = {"title": say(heading), "lead": say(advice)}
            self._show("apply_end", self.language, {"name": "", "logo": ""}, words, contact="", again="")

    def _show(self, template: str, language: Language, head: Any, words: Any, **more: Any) -> None:  # noqa: ANN401 - what a template takes
        frame = {
            "language": language,
            "languages": [(code, pages.LANGUAGE_NAMES[code]) for code in LANGUAGES if code != language],
            "skip": say("Skip to the content"),
            "switch": say("Language"),
            "styles": [pages.asset("mentorkit.css"), pages.asset("apply.css")],
            "icon": pages.asset("favicon.svg"),
        }
        page = pages.templates().get_template(f"{template}.html")
        self.finish(page.render(frame=frame, head=head, words=words, **more))

    @staticmethod
    def _chosen(asked: Invitation, wanted: str) -> Language:
        return next((code for code in LANGUAGES if code == wanted), asked.settings.language)

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
        self._stop(status_code, *(pages.REFUSALS[403] if status_code == 403 else _FAILED))

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


def _head(asked: Invitation) -> dict[str, str]:
    data = base64.b64encode(asked.logo).decode() if asked.logo else ""
    return {
        "name": f"{asked.settings.name} {asked.run.name}",
        "logo": f"data:image/png;base64,{data}" if data else "",
        "alt": say("Logo: {programme}", programme=asked.settings.name),
    }


def _texts(asked: Invitation, language: Language) -> Texts:
    """Return what the programme says of itself, in its own language where it says nothing in this one."""
    return asked.settings.texts.get(language) or asked.settings.text(asked.settings.language)


def _words(asked: Invitation, language: Language, n: int) -> dict[str, str]:
    text = _texts(asked, language)
    lead = [say("This form works once. Nothing is kept before you send it.")]
    if asked.known:
        lead.append(say("What is filled in already you can change."))
    mentee, mentor = say("Application as {mentee:sg.nom}"), say("Application as {mentor:sg.nom}")
    return {
        "title": mentee if asked.role == "mentee" else mentor,
        "error": say("Error"),
        "summary": say_n("Please look at {n} field again:", "Please look at {n} fields again:", n),
        "description": text.description,
        "note": text.note,
        "contact": text.contact,
        "organisation": say("Organisation: {name}", name=asked.organisation) if asked.organisation else "",
        "lead": " ".join(lead),
        "given": _places_are_given(asked.run),
        "required": say("required"),
        "voluntary": say("voluntary"),
        "choose": say("– please choose –"),
        "agree": say("I agree"),
        "send": say("Send the application"),
    }


def _agreement(
    name: str, wording: Wording, typed: Mapping[str, str], wrong: Mapping[str, str]
) -> dict[str, Any]:
    """Return what may be agreed to as the template draws it; nothing is ticked beforehand."""
    return {
        "id": f"f-{name}", "name": name, "legend": say(_AGREEMENTS[name]), "required": name == "consent",
        "text": wording.text, "language": wording.language, "version": wording.version,
        "remark": wording.remark, "given": typed.get(name) == wording.version, "error": wrong.get(name, ""),
    }  # fmt: skip


_AGREEMENTS = {
    "consent": later("Consent"),
    "consent-sharing": later("Handing on my contact data"),
    "consent-publicity": later("Naming me in public"),
}


def _places_are_given(run: Run) -> str:
    """Say to whom applies late what that means; nothing as long as places are open."""
    if run.approved_at:
        return say(
            "The places of this run are given already. You can apply all the same; you hear from the"
            " programme if a place becomes free."
        )
    if run.selection_fixed:
        return say(
            "It is decided already who gets the places of this run. You can apply all the same: you get a"
            " place that is still free, or one on the waiting list."
        )
    return ""


def _shown(field_: FormField, typed: str, error: str) -> dict[str, Any]:
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


async def _in_thread(work: Callable[[], T]) -> T:
    """Ask the store without stopping the server."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


def routes() -> list[tuple[Any, ...]]:
    """Return the address of personal links; whatever comes after ``/apply/`` is one, known or not."""
    return [(r"/apply/([^/]*)", Apply, {"limits": Limits()})]
