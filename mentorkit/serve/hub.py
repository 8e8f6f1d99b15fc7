"""The server as a program of JupyterHub, which says who people are; the store says what they may.

Each user has a server, which lets in nobody else. A service of JupyterHub shows personal links alone.
"""

# mypy: disable-error-code="misc"
# (Jupyter is not typed, so its classes cannot be checked as bases.)

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast
from urllib.parse import urlsplit

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from jupyterhub import __version__ as hub_version
from jupyterhub.services.auth import HubOAuth
from tornado.httpclient import AsyncHTTPClient, HTTPClientError
from tornado.httputil import HTTPServerRequest, url_concat
from tornado.ioloop import PeriodicCallback
from tornado.web import HTTPError, RequestHandler
from traitlets import default

from mentorkit.errors import MentorkitError
from mentorkit.language import Voice, say, speaking
from mentorkit.privacy.directory import take_roles
from mentorkit.privacy.log_in import digest
from mentorkit.privacy.records import User as Account
from mentorkit.serve import applicants, pages
from mentorkit.serve.base import Page
from mentorkit.serve.files import Assets
from mentorkit.serve.identity import Sessions, session_of, set_session
from mentorkit.serve.kernels import kernels_of
from mentorkit.serve.login import Login, Logout, in_thread
from mentorkit.serve.reach import LOOPBACK, Reach
from mentorkit.serve.server import AppServer, opened

#: Seconds for which what the Hub said of a log-in is believed.
BELIEVED = 60
#: Seconds between two words to the Hub on when the server was last used.
TELL = 300


def serve_for_hub(target: str, notebooks: Path | None = None) -> None:
    """Serve a workbench as JupyterHub asks by its environment variables, until stopped.

    Raises
    ------
    StoreError
        If the workbench cannot be opened.
    MentorkitError
        If it has no users, the port is in use, or JupyterHub did not start this, or with its own TLS.
    """
    asked = os.environ
    if "JUPYTERHUB_SERVICE_URL" not in asked or "JUPYTERHUB_API_TOKEN" not in asked:
        raise MentorkitError(say("“--hub” is for JupyterHub alone, which says where to serve and for whom."))
    if asked.get("JUPYTERHUB_SSL_CERTFILE"):
        raise MentorkitError(say("“internal_ssl” of JupyterHub is not supported; please switch it off."))
    where = urlsplit(asked["JUPYTERHUB_SERVICE_URL"])
    kind = HubServer if asked.get("JUPYTERHUB_USER") else FormsServer
    with opened(target, notebooks, asked["JUPYTERHUB_SERVICE_PREFIX"]) as site:
        server = kind(site=site, reach=BehindHub(address=where.hostname or LOOPBACK))
        server.initialize([])
        server.open_port(where.port)
        server.start()


class BehindHub(Reach):
    """Reached through the proxy of JupyterHub alone, wherever it stands: it knows the name and does TLS."""

    def _hindrances(self) -> Iterator[tuple[bool, str]]:
        return iter(())

    def answers(self, host: str) -> bool:
        """Tell that every name is right: the proxy's."""
        return True

    def receive(self, request: HTTPServerRequest) -> None:
        """Put down who asks and how, as the proxy says."""
        self.believe(request)

    def _is_proxy(self, address: str) -> bool:
        return False  # so that the last who is named is who asks


@dataclass
class Vouched:
    """What the Hub said of a log-in."""

    token: str
    groups: tuple[str, ...]


class HubSessions(Sessions):
    """Log-in by JupyterHub: a session holds in the server that began it, while the Hub vouches for it."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self.hub = HubOAuth(cache_max_age=BELIEVED)
        self.owner = os.environ["JUPYTERHUB_USER"]
        self._vouched: dict[str, Vouched] = {}

    def vouch(self, session: str, vouched: Vouched) -> None:
        """Let a session count here."""
        self._vouched[digest(session)] = vouched

    async def identified(self, token: str) -> dict[str, Any] | None:
        """Return the owner of this server as the Hub describes her; None if the token is not hers."""
        model = await self.hub.user_for_token(token, sync=False)
        # whoever else the Hub would let in, such as its admins, is not let in here
        return model if model and model.get("kind") == "user" and model["name"] == self.owner else None

    async def account(self, handler: RequestHandler, *, touch: bool) -> Account | None:
        """Return whose log-in the request belongs to, if the Hub still vouches for it."""
        session = session_of(handler)
        vouched = self._vouched.get(digest(session))
        if vouched is None:
            return None
        model = await self.identified(vouched.token)
        if model is not None and groups_of(model) != vouched.groups:
            model = await self._with_new_roles(handler, vouched, model)
        account = await super().account(handler, touch=touch) if model else None
        if account is None:
            await self.end(handler, session)
        return account

    async def end(self, handler: RequestHandler, session: str) -> None:
        """Let a session count no more, and end it and its kernels."""
        self._vouched.pop(digest(session), None)
        await in_thread(lambda: handler.settings["site"].accounts.end_session(session))
        await kernels_of(cast(JupyterHandler, handler)).close_session(session)

    async def _with_new_roles(
        self, handler: RequestHandler, vouched: Vouched, model: dict[str, Any]
    ) -> dict[str, Any] | None:
        store, groups = handler.settings["site"].store, groups_of(model)
        try:
            await in_thread(lambda: take_roles(store, self.owner, groups))
        except MentorkitError:  # she is told why when she comes again
            return None
        vouched.groups = groups
        return model


def _identity(handler: JupyterHandler) -> HubSessions:
    return cast(HubSessions, handler.identity_provider)


def groups_of(model: dict[str, Any]) -> tuple[str, ...]:
    """Return the groups of a user as the Hub describes her."""
    return tuple(sorted(model.get("groups", ())))


class ToHub(Login):
    """Sends people to the Hub to log in; passwords and links do not count here."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Send on."""
        if self.current_user:
            self.redirect(self.next_page)
            return
        hub = _identity(self).hub
        verifier, challenge, method = hub.generate_pkce_code_challenge()
        state = hub.set_state_cookie(self, next_url=self.next_page, code_verifier=verifier)
        asked = {"state": state, "code_challenge": challenge, "code_challenge_method": method}
        self.redirect(url_concat(hub.login_url, asked))

    @allow_unauthenticated
    async def post(self) -> None:
        """Refuse."""
        raise HTTPError(404)


class FromHub(Page):
    """Where the Hub sends people back to."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Let the owner of this server in, as what the store says she is."""
        identity = _identity(self)
        state = self.get_query_argument("state", "")
        sent = self.get_secure_cookie(identity.hub.get_state_cookie_name(state)) or b""
        going_to, verifier = identity.hub.get_next_url(state), identity.hub.get_code_verifier(state)
        identity.hub.clear_oauth_state(state)
        identity.hub.clear_oauth_state_cookies(self)
        code = self.get_query_argument("code", "")
        if not (state and code and verifier) or sent != state.encode():
            raise HTTPError(403)
        token = await identity.hub.token_for_code(code, code_verifier=verifier, sync=False)
        model = await identity.identified(token)
        if model is None:
            raise HTTPError(403)
        groups = groups_of(model)
        try:
            user = await in_thread(lambda: self._known(identity.owner, groups))
        except MentorkitError as refused:
            self.set_status(403)
            self.finish(pages.not_let_in_page(self.visit, str(refused)))
            return
        session = await in_thread(lambda: self.site.accounts.start_session(user.id))
        identity.vouch(session, Vouched(token, groups))
        set_session(self, session)
        self.redirect(going_to)

    def _known(self, name: str, groups: tuple[str, ...]) -> Account:
        with speaking(Voice(self.language)):
            return take_roles(self.site.store, name, groups)


class OutByHub(Logout):
    """Log-out here and at the Hub, which would let her in again without asking."""

    @property
    def afterwards(self) -> str:
        """Where to go when logged out."""
        hub = _identity(self).hub
        return f"{hub.hub_host}{hub.hub_prefix}logout"


class HubServer(AppServer):
    """The server of one user."""

    doors: ClassVar[tuple[tuple[str, type], ...]] = (
        (r"/login", ToHub),
        (r"/logout", OutByHub),
        (r"/oauth_callback", FromHub),
    )

    @default("identity_provider_class")
    def _hub(self) -> type:
        return HubSessions

    def init_settings(self) -> dict[str, Any]:
        """Return the settings of the web application."""
        settings = super().init_settings()
        settings["headers"]["X-JupyterHub-Version"] = hub_version
        return settings

    def listen(self) -> None:
        """Answer until stopped."""
        self.kernel_manager.spare = 1  # of one user
        telling = PeriodicCallback(self.tell_use, TELL * 1000)
        telling.start()
        super().listen()

    async def tell_use(self) -> None:
        """Tell the Hub when the server was last used, so that it may stop what nobody uses."""
        kernels = self.kernel_manager
        used = [kernels.get_kernel(k).last_activity for k in kernels.owners if k in kernels]
        if not used:
            return
        moment = max(used).astimezone(dt.UTC).isoformat()
        servers = {os.environ.get("JUPYTERHUB_SERVER_NAME", ""): {"last_activity": moment}}
        token = os.environ["JUPYTERHUB_API_TOKEN"]
        try:
            await AsyncHTTPClient().fetch(
                os.environ["JUPYTERHUB_ACTIVITY_URL"],
                method="POST",
                headers={"Authorization": f"token {token}", "Content-Type": "application/json"},
                body=json.dumps({"servers": servers, "last_activity": moment}),
            )
        except (HTTPClientError, OSError) as error:  # the next word tells it
            self.log.error("the Hub was not told of use: %s", error)


class NotHere(Page):
    """Every address of the service but personal links."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Say that there is nothing."""
        raise HTTPError(404)


class FormsServer(AppServer):
    """Personal links, for people without log-in: no apps, no kernels."""

    def init_settings(self) -> dict[str, Any]:
        """Return the settings of the web application."""
        return super().init_settings() | {"default_handler_class": NotHere}

    def init_handlers(self) -> list[tuple[Any, ...]]:
        """Return the addresses of personal links, and of their style."""
        return self.below([(r"/assets/(.*)", Assets, {"path": [str(pages.STATIC)]}), *applicants.routes()])

    def listen(self) -> None:
        """Answer until stopped."""
        self.kernel_manager.spare = 0
        super().listen()
