"""The addresses of the server. What is not here is not served."""

# mypy: disable-error-code="misc"
# (Voila is not typed, so its classes cannot be checked as bases.)

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Any, cast

from jupyter_server.base.handlers import APIHandler
from jupyter_server.services.kernels.handlers import KernelHandler
from nbformat import NotebookNode
from tornado.web import HTTPError, authenticated
from voila.tornado.handler import TornadoVoilaHandler
from voila.tornado.kernel_websocket_handler import VoilaKernelWebsocketHandler

from mentorkit import places
from mentorkit.language import Voice
from mentorkit.serve import handbook, pages
from mentorkit.serve.account import MyLogin
from mentorkit.serve.base import RUN_COOKIE, Page, Quiet, without
from mentorkit.serve.files import Assets, ExtensionFiles, HelpPictures, ScriptFiles, TemplateFiles, ThemeFiles
from mentorkit.serve.identity import Sessions, session_of
from mentorkit.serve.kernels import Owner, kernels_of
from mentorkit.serve.scripts import Scripts
from mentorkit.serve.site import Site
from mentorkit.store.keyring import VARIABLE
from mentorkit.workbench import Workbench

#: The newer protocol of a socket, which the pages speak.
BINARY_PROTOCOL = "v1.kernel.websocket.jupyter.org"
#: Seconds after which a page in use is asked again whether its log-in still holds.
RECHECK = 60.0


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
            self.redirect(self.address)
            return
        visit = self.visit
        if visit.run:
            self.set_cookie(RUN_COOKIE, visit.run, path=self.site.base, samesite="Lax", httponly=True)
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
            **_passed_on(),
        }
        await super().get(path=f"{name}.ipynb")


def _passed_on() -> dict[str, str]:
    """Return where the keyring, the log-in and the personal links are, where that was said."""
    keyring = os.environ.get(VARIABLE)
    named = {name: os.environ[name] for name in ("MENTORKIT_LOG_IN", "MENTORKIT_FORMS") if name in os.environ}
    return named | ({VARIABLE: str(Path(keyring).absolute())} if keyring else {})


def put_addresses(page_config: dict[str, Any], *, settings: dict[str, Any], **_: object) -> dict[str, Any]:
    """Tell a page where its scripts are (a Voila hook)."""
    scripts: Scripts = settings["scripts"]
    site: Site = settings["site"]
    page_config["mentorkitScripts"] = scripts.configure(page_config, site.at("voila"))
    page_config["themesUrl"] = site.at(_THEMES)
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
        self.redirect(without(self.site.at("" if name == "start" else name), self.request.query_arguments))


class State(Quiet, APIHandler):
    """What an open page asks now and then: is the log-in good, is the kernel alive, did anything fail."""

    async def prepare(self, **options: object) -> None:
        """End what a log-in has open that has ended by itself, or elsewhere."""
        try:
            await super().prepare(**options)
        finally:
            session, log_ins = session_of(self), cast(Sessions, self.identity_provider)
            if session and not self.current_user and await log_ins.account(self, touch=False) is None:
                await kernels_of(self).close_session(session)

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

    async def prepare(self, **options: object) -> None:
        """Refuse a page of elsewhere; tornado would take one of the same name without TLS."""
        await super().prepare(**options)
        if not self._finished and not self.check_origin():
            raise HTTPError(403)

    async def open(self, kernel_id: str) -> None:
        """Open the socket; each message is sent at once, not held back for company (40 ms per answer)."""
        self.set_nodelay(True)
        await super().open(kernel_id)

    def write_message(self, message: bytes | str | dict[str, Any], binary: bool = False) -> Any:  # noqa: ANN401
        """Send a message to the page; one that has just gone hears nothing, and no log tells of it.

        Voila looks into binary messages as if all were of the newer protocol; in those of the older one it
        reads a count of billions, and the server stands still for everybody.
        """
        if self.ws_connection is None or self.ws_connection.is_closing():
            return None
        if isinstance(message, bytes) and self.selected_subprotocol != BINARY_PROTOCOL:
            return super(VoilaKernelWebsocketHandler, self).write_message(message, binary)
        return super().write_message(message, binary)

    async def on_message(self, ws_message: bytes | str) -> None:
        """Hand a message to the kernel, as long as the log-in holds."""
        moment = asyncio.get_running_loop().time()
        if moment - self._checked > RECHECK:
            if await cast(Sessions, self.identity_provider).account(self, touch=True) is None:
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


class Help(Page):
    """A page of the handbook."""

    @authenticated
    def get(self, name: str | None = None) -> None:
        """Show it."""
        name = name or handbook.INDEX
        if not handbook.has(name):
            raise HTTPError(404)
        if self.remember_language():
            self.redirect(self.address)
            return
        visit = self.visit
        self.finish(handbook.page(visit, name, self._voice(visit), self.xsrf))

    def _voice(self, visit: pages.Visit) -> Voice:
        """Return how the programme that is looked at names people."""
        if visit.actor is None or not visit.run:
            return Voice(visit.language)
        run = Workbench(self.site.store, visit.actor).run(visit.run)
        return run.programme.settings.voice(visit.language)


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


_THEMES = "voila/api/themes"
_VERSION = r"(?:([0-9a-f]{16})/)?"
_KERNEL = r"(?P<kernel_id>\w+-\w+-\w+-\w+-\w+)"


def routes(  # noqa: PLR0913 - one argument per kind of file
    site: Site,
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
        (r"/account", MyLogin),
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
            rf"/{_THEMES}/(.*)",
            ThemeFiles,
            {"path": themes, "themes_url": site.at(_THEMES), "labextensions_path": extensions},
        ),
        (r"/voila/render/([a-z][a-z0-9_-]*)\.ipynb", OldAddress),
        (r"/([a-z][a-z0-9_-]*)?", App, app),
    ]
