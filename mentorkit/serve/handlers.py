"""The addresses of the server. What is not here is not served."""

# mypy: disable-error-code="misc"
# (Voila is not typed, so its classes cannot be checked as bases.)

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, TypeVar
from urllib.parse import urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import APIHandler, FileFindHandler, JupyterHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from jupyterlab_server.themes_handler import ThemesHandler
from nbformat import NotebookNode
from tornado.web import HTTPError, authenticated
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from mentorkit import places
from mentorkit.errors import MentorkitError
from mentorkit.language import LANGUAGES, Language, Voice, later
from mentorkit.privacy.permissions import Actor
from mentorkit.privacy.records import User
from mentorkit.serve import handbook, pages
from mentorkit.serve.identity import account_of, clear_session, session_of, set_session
from mentorkit.serve.kernels import Owner, kernels_of
from mentorkit.serve.scripts import Scripts
from mentorkit.serve.site import Site
from mentorkit.workbench import Workbench

T = TypeVar("T")

LANGUAGE_COOKIE = "mentorkit-language"
RUN_COOKIE = "mentorkit-run"
THEME_COOKIE = "mentorkit-theme"  # set by mentorkit.js
#: Seconds after which a page in use is asked again whether its log-in still holds.
RECHECK = 60.0


class Quiet(JupyterHandler):
    """Logs faults only: a refusal is none."""

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
        return pages.Visit(self.site, self.language, self._address, actor, runs, run, self.theme)

    @property
    def xsrf(self) -> str:
        """The token that forms of this page carry; sets its cookie."""
        return self.xsrf_token.decode()

    @property
    def _address(self) -> str:
        """Address of the page without ``lang``."""
        return _without(self.request.path, self.request.query_arguments, "lang")

    def remember_language(self) -> bool:
        """Keep a language chosen by ``?lang=``; tell whether there was one."""
        if self.get_query_argument("lang", "") not in LANGUAGES:
            return False
        self.set_cookie(LANGUAGE_COOKIE, self.language, path="/", samesite="Lax", expires_days=365)
        return True

    def write_error(self, status_code: int, **_: object) -> None:
        """Say what happened in plain words."""
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        try:
            visit = self.visit
        except MentorkitError:  # the store is what fails, or the user was removed just now
            visit = pages.Visit(self.site, self.language, self._address, theme=self.theme)
        self.finish(pages.refusal_page(visit, status_code))


class App(Page, TornadoVoilaHandler):
    """An app: one of the notebooks, with a kernel of its own."""

    counts_as_use = True
    kernel_environment: dict[str, str]
    owner: Owner
    notebook: NotebookNode

    @authenticated
    async def get(self, name: str | None = None) -> None:
        """Show an app."""
        name = name or "start"
        if not self.site.has(name):
            raise HTTPError(404)
        if self.remember_language():
            self.redirect(self._address)
            return
        visit = self.visit
        if visit.run:
            self.set_cookie(RUN_COOKIE, visit.run, path="/", samesite="Lax", httponly=True)
        if not visit.opens(name):
            self.set_status(403)
            self.finish(pages.closed_page(visit, name, self.xsrf))
            return
        self.app_frame = pages.app_frame(visit, name, self.xsrf)
        self.owner = Owner(self.current_user.username, session_of(self))
        self.kernel_environment = {
            "MENTORKIT_BENCH": self.site.target,
            "MENTORKIT_LANGUAGE": visit.language,
            "MENTORKIT_RUN": visit.run,
            "MENTORKIT_DEMO": "1" if self.site.demo else "",
        }
        await super().get(path=f"{name}.ipynb")


def put_addresses(page_config: dict[str, Any], *, settings: dict[str, Any], **_: object) -> dict[str, Any]:
    """Tell a page where its scripts are (a Voila hook)."""
    scripts: Scripts = settings["scripts"]
    page_config["mentorkitScripts"] = scripts.configure(page_config)
    return page_config


def put_frame(handler: App, *, notebook: NotebookNode, **_: object) -> NotebookNode:
    """Hand the header and the words of a page to its template, by way of the notebook (a Voila hook)."""
    notebook.metadata["mentorkit"] = handler.app_frame
    handler.notebook = notebook
    return notebook


class OldAddress(Page):
    """Voila's own address of an app, as links and bookmarks may have it."""

    @authenticated
    async def get(self, name: str) -> None:
        """Send on to the short one."""
        if not self.site.has(name):
            raise HTTPError(404)
        self.redirect(_without("/" if name == "start" else f"/{name}", self.request.query_arguments))


class Login(Page):
    """Log-in by password or by a link."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the form, or the button of a link."""
        if self.remember_language():
            self.redirect(self._address)
            return
        token = self.get_query_argument("token", "")
        if token:
            user = self.site.accounts.link_user(token)
            whom = user.display_name if user and self._is_somebody_else(user.id) else ""
            self.finish(
                pages.link_page(self.visit, action=self._action, xsrf=self.xsrf, token=token, whom=whom)
            )
        elif self.current_user:
            self.redirect(self._next)
        else:
            self._form()

    @allow_unauthenticated
    async def post(self) -> None:
        """Log in."""
        token = self.get_body_argument("token", "")
        name = self.get_body_argument("name", "").strip().casefold()
        if self.demo_user and self.get_body_argument("demo", ""):
            await self._enter(self.demo_user)
            return
        if token:
            user = await _in_thread(lambda: self.site.accounts.redeem(token))
            problem = later("This link was used already or is too old. Please ask for a new one.")
        elif not self.site.lockout.allows(name):
            user, problem = None, later("Too many attempts. Please wait five minutes and try again.")
            self.set_status(429)
        else:
            password = self.get_body_argument("password", "", strip=False)
            user = await _in_thread(lambda: self.site.accounts.check_password(name, password))
            problem = later("User name or password is wrong.")
        if user is None:
            if self.get_status() == 200:
                self.set_status(401)
            self._form(name, problem)
            return
        await self._enter(user.id)

    def _is_somebody_else(self, name: str) -> bool:
        """Tell whether a user other than this one is logged in."""
        return bool(self.current_user) and self.current_user.username != name

    async def _enter(self, name: str) -> None:
        self.site.lockout.forget(name)
        accounts = self.site.accounts
        if old := session_of(self):
            await _in_thread(lambda: accounts.end_session(old))
        session = await _in_thread(lambda: accounts.start_session(name))
        set_session(self, session)
        self.redirect(self._next, status=303)

    def _form(self, name: str = "", problem: str = "") -> None:
        self.finish(
            pages.login_page(
                self.visit, action=self._action, xsrf=self.xsrf, name=name, problem=problem,
                demo=bool(self.demo_user),
            )
        )  # fmt: skip

    @property
    def demo_user(self) -> str:
        """Whom anybody may be, since all people are invented; empty outside the demo."""
        return str(self.settings["demo_user"])

    @property
    def _action(self) -> str:
        return "/login?" + urlencode({"next": self._next})

    @property
    def _next(self) -> str:
        """Where to go after log-in: a page of this server, never elsewhere."""
        asked = self.get_query_argument("next", "/")
        elsewhere = not asked.startswith("/") or asked[1:2] in ("/", "\\") or not asked.isprintable()
        return "/" if elsewhere else asked


async def _in_thread(work: Callable[[], T]) -> T:
    """Do what takes time, such as hashing a password, without stopping the server."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


class Logout(Page):
    """Log-out: the session and its kernels end."""

    @authenticated
    async def post(self) -> None:
        """Log out."""
        session = session_of(self)
        self.site.accounts.end_session(session)
        await kernels_of(self).close_session(session)
        clear_session(self)
        self.redirect("/login", status=303)


class State(Quiet, APIHandler):
    """What an open page asks now and then: is the log-in good, is the kernel alive, did anything fail."""

    @authenticated
    async def get(self) -> None:
        """Answer; without log-in the answer is 403."""
        kernels = kernels_of(self)
        kernel_id = self.get_query_argument("kernel", "")
        alive = kernels.is_owned_by(kernel_id, self.current_user.username) and kernel_id in kernels
        self.finish(
            {
                "server": pages.SERVER,
                "alive": alive,
                "closed": kernel_id in kernels.closed,
                "failures": kernels.failures.get(kernel_id, 0) if alive else 0,
            }
        )


class Kernel(Quiet, KernelHandler):
    """One's own kernel, as Voila's script looks at it."""


class Channels(Quiet, VoilaKernelWebsocketHandler):
    """The socket between a page and its kernel. What a page sends counts as use of the log-in."""

    _checked = 0.0

    async def open(self, kernel_id: str) -> None:
        """Open the socket; each message is sent at once, not held back for company (40 ms per answer)."""
        self.set_nodelay(True)
        await super().open(kernel_id)

    async def on_message(self, ws_message: bytes | str) -> None:
        """Hand a message to the kernel, as long as the log-in holds."""
        moment = asyncio.get_running_loop().time()
        if moment - self._checked > RECHECK:
            if await account_of(self, touch=True) is None:
                self.close(4403)
                return
            self._checked = moment
        if self.connection is not None:
            self.connection.handle_incoming_message(ws_message)


class Shutdown(Quiet, APIHandler):
    """Ends the kernel of a page that is left."""

    @authenticated
    async def post(self, kernel_id: str) -> None:
        """End one's own kernel."""
        if not kernels_of(self).is_owned_by(kernel_id, self.current_user.username):
            raise HTTPError(403)
        await kernels_of(self).close(kernel_id)
        self.set_status(204)
        self.finish()


class Files(Page, FileFindHandler):
    """Files of the software (never of the workbench), for who is logged in."""

    async def get(self, path: str, include_body: bool = True) -> None:
        """Serve a file."""
        await super().get(path, include_body)

    async def head(self, path: str) -> None:
        """Serve a file's head."""
        await super().head(path)


class Bundled(Files):
    """Files of which some come with others; with their version in the address, browsers may keep them."""

    def initialize(self, path: list[str], scripts: Scripts) -> None:  # type: ignore[override]
        """Take the scripts that come with others."""
        super().initialize(path)
        self.scripts = scripts

    @authenticated
    async def get(self, version: str | None, path: str) -> None:  # type: ignore[override]
        """Serve a file."""
        current = version == self.scripts.version
        if not (current and path in self.scripts):
            await super().get(path)
            return
        self.set_header("Content-Type", "text/javascript; charset=UTF-8")
        self.set_header("Content-Encoding", "gzip")
        self.set_header("Cache-Control", "private, max-age=31536000, immutable")
        self.finish(self.scripts.packed(path))

    @authenticated
    async def head(self, version: str | None, path: str) -> None:  # type: ignore[override]
        """Serve a file's head."""
        await super().head(path)


class ScriptFiles(Bundled):
    """Voila's scripts."""

    _static_paths: ClassVar[dict[str, str]] = {}


class TemplateFiles(Files):
    """Files of the template Voila builds on."""

    _static_paths: ClassVar[dict[str, str]] = {}


class ExtensionFiles(Bundled):
    """The extensions that show widgets."""

    _static_paths: ClassVar[dict[str, str]] = {}


class HelpPictures(Files):
    """The pictures of the handbook."""

    _static_paths: ClassVar[dict[str, str]] = {}


class ThemeFiles(Page, ThemesHandler):
    """The colours of Jupyter's own components."""

    _static_paths: ClassVar[dict[str, str]] = {}

    async def get(self, path: str, include_body: bool = True) -> None:
        """Serve a file."""
        await super().get(path, include_body)


class Help(Page):
    """A page of the handbook."""

    @authenticated
    def get(self, name: str | None = None) -> None:
        """Show it."""
        name = name or handbook.INDEX
        if not handbook.has(name):
            raise HTTPError(404)
        if self.remember_language():
            self.redirect(self._address)
            return
        visit = self.visit
        self.finish(handbook.page(visit, name, self._voice(visit), self.xsrf))

    def _voice(self, visit: pages.Visit) -> Voice:
        """Return how the programme that is looked at names people."""
        if visit.actor is None or not visit.run:
            return Voice(visit.language)
        run = Workbench(self.site.store, visit.actor).run(visit.run)
        return run.programme.settings.voice(visit.language)


class Assets(Page, FileFindHandler):
    """The product's own style, script and icon, which the log-in page needs too."""

    _static_paths: ClassVar[dict[str, str]] = {}


class Nothing(Page):
    """Every other address."""

    @authenticated
    async def get(self) -> None:
        """Say that there is nothing."""
        raise HTTPError(404)

    @authenticated
    async def post(self) -> None:
        """Say that there is nothing."""
        raise HTTPError(404)


def _without(path: str, arguments: dict[str, list[bytes]], *dropped: str) -> str:
    """Return an address with the arguments but some."""
    kept = [(name, value) for name, values in arguments.items() if name not in dropped for value in values]
    return f"{path}?{urlencode(kept)}" if kept else path


_VERSION = r"(?:([0-9a-f]{16})/)?"
_KERNEL = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"


def routes(  # noqa: PLR0913 - one argument per kind of file
    *,
    scripts: list[str],
    template_files: list[str],
    extensions: list[str],
    bundles: Scripts,
    themes: str,
    app: dict[str, Any],
) -> list[tuple[Any, ...]]:
    """Return all addresses and who answers them."""
    return [
        (r"/login", Login),
        (r"/logout", Logout),
        (r"/state", State),
        (r"/assets/(.*)", Assets, {"path": [str(Path(pages.STATIC))]}),
        (r"/help(?:/([a-z]+))?", Help),
        (r"/help/images/((?:en/)?[a-z-]+\.png)", HelpPictures, {"path": [str(places.pictures())]}),
        (rf"/api/kernels/{_KERNEL}", Kernel),
        (rf"/api/kernels/{_KERNEL}/channels", Channels),
        (r"/voila/api/shutdown/([\w-]+)", Shutdown),
        (rf"/voila/{_VERSION}static/(.*)", ScriptFiles, {"path": scripts, "scripts": bundles}),
        (r"/voila/templates/lab/static/(.*)", TemplateFiles, {"path": template_files}),
        (rf"/voila/{_VERSION}labextensions/(.*)", ExtensionFiles, {"path": extensions, "scripts": bundles}),
        (
            r"/voila/api/themes/(.*)",
            ThemeFiles,
            {"path": themes, "themes_url": "/voila/api/themes", "labextensions_path": extensions},
        ),
        (r"/voila/render/([a-z][a-z0-9_-]*)\.ipynb", OldAddress),
        (r"/([a-z][a-z0-9_-]*)?", App, app),
    ]
