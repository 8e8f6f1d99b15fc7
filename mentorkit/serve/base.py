"""What all pages have in common: their language, their look, and how they refuse."""

# mypy: disable-error-code="misc"
# (Jupyter is not typed, so its classes cannot be checked as bases.)

from __future__ import annotations

from types import TracebackType
from typing import Any
from urllib.parse import urlencode

from jupyter_server.base.handlers import JupyterHandler
from tornado.web import HTTPError

from mentorkit.errors import MentorkitError
from mentorkit.language import LANGUAGES, Language
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.serve import pages
from mentorkit.serve.reach import Reach
from mentorkit.serve.site import Site

LANGUAGE_COOKIE = "mentorkit-language"
RUN_COOKIE = "mentorkit-run"
THEME_COOKIE = "mentorkit-theme"  # set by mentorkit.js


class Quiet(JupyterHandler):
    """Base of all addresses: who may ask from where; it logs faults only, and a refusal is none."""

    @property
    def reach(self) -> Reach:
        """How far the server can be reached."""
        return self.settings["reach"]  # type: ignore[no-any-return]

    async def prepare(self, **options: object) -> None:
        """Learn who asks and how, before anything is answered; without TLS nobody is, where there is any."""
        self.reach.receive(self.request)
        if self.reach.is_secure and self.request.protocol == "http" and self.check_host():
            if self.request.method not in {"GET", "HEAD"}:
                raise HTTPError(403)
            self.redirect(f"https://{self.request.host}{self.request.uri}")
            return
        await super().prepare(**options)

    def check_host(self) -> bool:
        """Tell whether the browser asked for a name of this server, not for one that was led here."""
        return self.reach.answers(self.request.host_name)

    def check_origin(self, origin: str | None = None) -> bool:
        """Tell whether the page that asks is of this server; who names none is no page of another site."""
        origin = origin or self.request.headers.get("Origin")
        return origin is None or origin.lower() == f"{self.request.protocol}://{self.request.host}".lower()

    def set_cookie(self, name: str, value: str | bytes, *args: Any, **options: Any) -> None:  # noqa: ANN401
        """Set a cookie, which a browser that came by HTTPS sends by HTTPS alone."""
        options.setdefault("secure", self.request.protocol == "https")
        super().set_cookie(name, value, *args, **options)

    def log_exception(
        self, typ: type[BaseException] | None, value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Log faults, without the query: a log-in link must not stand in a log."""
        if not isinstance(value, HTTPError):
            self.log.error("%s %s failed", self.request.method, self.request.path, exc_info=value)

    def write_error(self, status_code: int, **_: object) -> None:
        """Answer with the number alone: a program asked."""
        self.finish({"status": status_code})


class Page(Quiet):
    """A page for people: in their language, in one look, with refusals that tell nothing of the inside."""

    account: User | None = None

    def decode_argument(self, value: bytes, name: str | None = None) -> str:
        """Read an argument of an address, be it broken."""
        try:
            return super().decode_argument(value, name)
        except HTTPError:
            return value.decode("utf-8", "replace")

    @property
    def site(self) -> Site:
        """The served workbench."""
        return self.settings["site"]  # type: ignore[no-any-return]

    @property
    def language(self) -> Language:
        """The language chosen on a page, or else the user's, or else German."""
        known = {str(code): code for code in LANGUAGES}
        asked = self.get_query_argument("lang", "")
        kept = self.get_cookie(LANGUAGE_COOKIE) or ""
        own = self.account.language if self.account else None
        return known.get(asked) or known.get(kept) or own or "de"

    @property
    def theme(self) -> pages.Theme:
        """Light or dark, as chosen on a page, or else as the reader's system is set."""
        kept = self.get_cookie(THEME_COOKIE)
        return next((theme for theme in pages.THEMES if theme == kept), "system")

    @property
    def visit(self) -> pages.Visit:
        """Who sees this page, in which language, about which run."""
        actor: Actor | None = None
        runs: tuple[Any, ...] = ()
        if self.account is not None:
            actor = self.site.accounts.actor_of(self.account.id)
            runs = tuple(self.site.runs(actor))
        run = pages.chosen_run(
            runs, self.get_query_argument("run", ""), self.get_cookie(RUN_COOKIE) or ""
        )  # fmt: skip
        if actor and not run:
            run = self.site.first_run(actor)
        return pages.Visit(self.site, self.language, self.address, actor, runs, run, self.theme)

    @property
    def xsrf(self) -> str:
        """The token that forms of this page carry; sets its cookie."""
        return self.xsrf_token.decode()

    @property
    def address(self) -> str:
        """Address of the page without ``lang``."""
        return without(self.request.path, self.request.query_arguments, "lang")

    def remember_language(self) -> bool:
        """Keep a language chosen by ``?lang=``; tell whether there was one."""
        if self.get_query_argument("lang", "") not in LANGUAGES:
            return False
        self.set_cookie(LANGUAGE_COOKIE, self.language, path=self.site.base, samesite="Lax", expires_days=365)
        return True

    def write_error(self, status_code: int, **_: object) -> None:
        """Say what happened in plain words."""
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        try:
            visit = self.visit
        except MentorkitError:  # the store is what fails, or the user was removed just now
            visit = pages.Visit(self.site, self.language, self.address, theme=self.theme)
        self.finish(pages.refusal_page(visit, status_code))


def without(path: str, arguments: dict[str, list[bytes]], *dropped: str) -> str:
    """Return an address with the arguments but some."""
    kept = [(name, value) for name, values in arguments.items() if name not in dropped for value in values]
    return f"{path}?{urlencode(kept)}" if kept else path
