"""``mentorkit serve``: the app notebooks, with log-in; for this machine alone unless more is asked for."""

# mypy: disable-error-code="misc"
# (Voila is not typed, so its classes cannot be checked as bases.)

from __future__ import annotations

import errno
import logging
import re
import ssl
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import tornado.web
from jupyterlab_server.config import get_federated_extensions
from tornado.httpserver import HTTPServer
from tornado.ioloop import IOLoop
from tornado.netutil import bind_sockets
from traitlets import Instance, Unicode, default
from traitlets.config import Config
from voila.app import Voila
from voila.paths import collect_static_paths, collect_template_paths

from mentorkit import places
from mentorkit.errors import MentorkitError
from mentorkit.language import say
from mentorkit.privacy.accounts import Accounts
from mentorkit.privacy.permissions import sole_actor
from mentorkit.privacy.replay import open_store, untold
from mentorkit.serve import applicants, handlers, renderer
from mentorkit.serve.identity import USER_HEADER, Owners, Sessions
from mentorkit.serve.kernels import Connection, Kernels, OwnPython
from mentorkit.serve.login import Invitation, Login, Logout
from mentorkit.serve.pages import TEMPLATES
from mentorkit.serve.reach import Reach, keep_apart
from mentorkit.serve.scripts import Scripts
from mentorkit.serve.site import Site

FIRST_PORT, PORTS = 8866, 50
#: Seconds a request waits for another writer before it is refused.
BUSY_SECONDS = 5.0
#: Files come through the socket of a page, 100 MB with what is said of them; what comes by HTTP is a form.
UPLOAD_BYTES, FORM_BYTES = 101 * 2**20, 2**20
#: The lab extensions that pages load; all others would be loaded too, and some ask the network.
EXTENSIONS = ("@voila-dashboards/widgets-manager8", "@jupyter-widgets/jupyterlab-manager", "anywidget")
_HERE = Reach()
POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' blob:",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "base-uri 'self'",
        "object-src 'none'",
    )
)


def serve(  # noqa: PLR0913 - one argument per option of the command
    target: str,
    *,
    port: int | None = None,
    reach: Reach = _HERE,
    open_browser: bool = False,
    login_as: str | None = None,
    notebooks: Path | None = None,
    base: str = "/",
    demo: bool = False,
) -> None:
    """Serve a workbench until stopped, and print the address.

    Parameters
    ----------
    target
        Path of a workbench file or a SQLAlchemy URL.
    port
        Port; None takes the first free one from 8866 on, 0 any.
    reach
        How far the server can be reached; this machine alone where it is left out.
    open_browser
        Whether to open the address in the browser.
    login_as
        A user whom the printed address logs in once.
    notebooks
        Folder of the app notebooks; the product's own where it is left out.
    base
        Below which address all is served; begins and ends with a slash.
    demo
        Whether the people are invented, which is then said on each page.

    Raises
    ------
    StoreError
        If the workbench cannot be opened.
    MentorkitError
        If it has no users, lies among the notebooks, the port is in use, or its certificate is not usable.
    """
    with opened(target, notebooks, base, demo=demo) as site:
        keep_apart(site.notebooks, (reach.certfile, reach.keyfile))
        server = AppServer(site=site, reach=reach, demo_user=login_as or "" if demo else "")
        server.initialize([])
        server.open_port(port)
        address = server.address + _way_in(site, login_as)
        for told in untold(site.store):
            print(told, flush=True)
        print(say("The apps are ready: {address}", address=address), flush=True)
        if open_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        server.start()


@contextmanager
def opened(target: str, notebooks: Path | None, base: str, *, demo: bool = False) -> Iterator[Site]:
    """Open a workbench that has users, to be served.

    Raises
    ------
    StoreError
        If the workbench cannot be opened.
    MentorkitError
        If it has no users, or lies among the notebooks.
    """
    where = target if "://" in target else str(Path(target).resolve())
    store = open_store(target, busy_seconds=BUSY_SECONDS)
    try:
        if not Accounts(store).any():
            raise MentorkitError(
                say(
                    "This workbench has no users, so nobody could log in. Please add one: "
                    "“mentorkit user add {target} NAME --role lead”.",
                    target=target,
                )
            )
        site = Site(store, where, (notebooks or places.notebooks()).resolve(), base, demo)
        keyring = store.keyring_there
        keep_apart(
            site.notebooks, (None if "://" in target else Path(where), keyring.path if keyring else None)
        )
        yield site
    finally:
        store.close()


def _way_in(site: Site, user: str | None) -> str:
    if user is None:
        return ""
    # whoever starts the server can read the whole store, so this gives away nothing new
    return "login?token=" + site.accounts.new_link(sole_actor(), user)


class AppServer(Voila):
    """Voila with users: its pages and kernels, without its files, tree, configuration files and defaults."""

    site = Instance(Site)
    reach = Instance(Reach, (), {})
    tls: ssl.SSLContext | None = None
    demo_user = Unicode(help="Whom a visitor of the demo may be without a password.")

    @default("config_file_paths")
    def _no_foreign_configuration(self) -> list[str]:
        return []

    @default("log_level")
    def _quiet(self) -> int:
        return logging.ERROR

    @default("root_dir")
    def _notebooks(self) -> str:
        return str(self.site.notebooks)

    @default("base_url")
    def _below(self) -> str:
        return self.site.base

    @default("identity_provider_class")
    def _identity(self) -> type:
        return Sessions

    @default("authorizer_class")
    def _authorizer(self) -> type:
        return Owners

    @default("kernel_websocket_connection_class")
    def _connection(self) -> type:
        return Connection

    #: How people come in and go.
    doors: ClassVar[tuple[tuple[str, type], ...]] = (
        (r"/login", Login),
        (r"/invitation", Invitation),
        (r"/logout", Logout),
    )

    @property
    def address(self) -> str:
        """Where people open the apps."""
        return self.reach.url(self.port) + self.site.base

    def initialize(self, argv: list[str] | None = None) -> None:
        """Configure Voila; nothing comes from files or the command line."""
        settings = {
            "template": "lab",
            "allow_template_override": "NO",
            "allow_theme_override": "NO",
            "show_tracebacks": False,
            "file_allowlist": [],
            "extension_allowlist": list(EXTENSIONS),
            "http_header_envs": [USER_HEADER],
            "multi_kernel_manager_class": Kernels,
            "kernel_spec_manager_class": OwnPython,
            "prelaunch_hook": handlers.put_frame,
            "page_config_hook": handlers.put_addresses,
        }
        self.update_config(
            Config(
                VoilaConfiguration=settings,
                # a kernel that died has lost its page's state: it is not started again
                KernelRestarter={"restart_limit": 0, "time_to_dead": 1.0},
                VoilaExecutor={"cell_error_instruction": "", "cell_timeout_instruction": ""},
            )
        )
        renderer.install()
        logging.getLogger("tornado").setLevel(logging.ERROR)  # a refusal is no fault
        super().initialize(argv or [])

    def setup_template_dirs(self) -> None:
        """Put this product's template before the one it extends."""
        super().setup_template_dirs()
        self.template_paths = [
            str(TEMPLATES),
            *collect_template_paths(["voila", "nbconvert"], "lab", prune=True),
        ]

    def init_settings(self) -> dict[str, Any]:
        """Return the settings of the web application."""
        settings: dict[str, Any] = super().init_settings()
        return settings | {
            "site": self.site,
            "reach": self.reach,
            "scripts": self.scripts,
            "demo_user": self.demo_user,
            "headers": {
                "Content-Security-Policy": POLICY,
                "X-Frame-Options": "DENY",
                "Referrer-Policy": "same-origin",
                **self.reach.headers(self.port),
            },
            "xsrf_cookies": True,
            "xsrf_cookie_kwargs": {"samesite": "Lax", "path": self.site.base},
            "allow_unauthenticated_access": False,
            "login_url": self.site.at("login"),
            "default_handler_class": handlers.Nothing,
            "compress_response": True,
            "websocket_max_message_size": UPLOAD_BYTES,
            # each widget brings the script of its kind: the second time it costs nothing
            "websocket_compression_options": {},
            # longer than the interval of the pings: at the same length a socket is dead at its first ping
            "ws_ping_timeout": 90_000,
            "log_function": _log_faults,
        }

    @cached_property
    def scripts(self) -> Scripts:
        """The scripts that pages load."""
        installed = get_federated_extensions(list(self.labextensions_path))
        loads = {name: installed[name]["jupyterlab"]["_build"]["load"] for name in EXTENSIONS}
        return Scripts(list(self.static_paths), list(self.labextensions_path), loads)

    def init_handlers(self) -> list[tuple[Any, ...]]:
        """Return this product's own addresses instead of Voila's."""
        apps = handlers.routes(
            self.site,
            scripts=list(self.static_paths),
            template_files=collect_static_paths(["voila", "nbconvert"], "lab"),
            extensions=list(self.labextensions_path),
            bundles=self.scripts,
            themes=self.themes_dir,
            app={
                "template_paths": self.template_paths,
                "config": self.config,
                "voila_configuration": self.voila_configuration,
            },
        )
        return self.below([*self.doors, *applicants.routes(), *apps])

    def below(self, routes: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """Return addresses as they are below the site's own."""
        base = re.escape(self.site.base.rstrip("/"))
        return [(base + path, *rest) for path, *rest in routes]

    def open_port(self, port: int | None) -> None:
        """Take a port, and the certificate where there is one.

        Raises
        ------
        MentorkitError
            If the port is in use, none is free, or the certificate is not usable.
        """
        self.tls = self.reach.context()
        asked = range(FIRST_PORT, FIRST_PORT + PORTS) if port is None else [port]
        for candidate in asked:
            try:
                self._sockets = bind_sockets(candidate, self.reach.address)
            except OSError as error:
                if error.errno == errno.EADDRNOTAVAIL:
                    raise MentorkitError(
                        say("This machine does not have the address {address}.", address=self.reach.address)
                    ) from error
                if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                    raise
                continue
            self.port = self._sockets[0].getsockname()[1]
            return
        raise MentorkitError(
            say("Port {port} is in use. Please name another one with --port.", port=asked[0])
        )  # fmt: skip

    def listen(self) -> None:
        """Answer until stopped."""
        server = HTTPServer(
            self.app, ssl_options=self.tls, max_buffer_size=UPLOAD_BYTES, max_body_size=FORM_BYTES
        )
        server.add_sockets(self._sockets)
        self.ioloop = IOLoop.current()
        self.ioloop.add_callback(self.kernel_manager.keep_ready)
        try:
            self.ioloop.start()
        except KeyboardInterrupt:
            self.log.info("stopped")
        finally:
            self.stop()


def _log_faults(handler: tornado.web.RequestHandler) -> None:
    """Log what went wrong, without the query: a log-in link must not stand in a log."""
    if handler.get_status() >= 500:
        logging.getLogger("mentorkit.serve").error(
            "%s %s %s", handler.get_status(), handler.request.method, handler.request.path
        )
