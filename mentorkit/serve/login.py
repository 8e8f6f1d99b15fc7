"""Logging in, by password or by a link; choosing a password by an invitation; logging out."""

# mypy: disable-error-code="misc"
# (Jupyter is not typed, so its classes cannot be checked as bases.)

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import authenticated

from mentorkit.errors import UsageError
from mentorkit.language import Voice, later, say, speaking
from mentorkit.serve import account_pages, pages
from mentorkit.serve.base import Page
from mentorkit.serve.identity import clear_session, session_of, set_session
from mentorkit.serve.kernels import kernels_of

T = TypeVar("T")


class Login(Page):
    """Log-in by password or by a link."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Show the form, or the button of a link."""
        if self.remember_language():
            self.redirect(self.address)
            return
        token = self.get_query_argument("token", "")
        if token:
            user = self.site.accounts.link_user(token)
            whom = user.display_name if user and self._is_somebody_else(user.id) else ""
            self.finish(
                pages.link_page(self.visit, action=self._action, xsrf=self.xsrf, token=token, whom=whom)
            )
        elif self.current_user:
            self.redirect(self.next_page)
        else:
            self._form()

    @allow_unauthenticated
    async def post(self) -> None:
        """Log in."""
        token, place = self.get_body_argument("token", ""), str(self.request.remote_ip)
        name = self.get_body_argument("name", "").strip().casefold()
        if self.demo_user and self.get_body_argument("demo", ""):
            await self._enter(self.demo_user)
            return
        if token:
            user = await in_thread(lambda: self.site.accounts.redeem(token))
            problem = later("This link was used already or is too old. Please ask for a new one.")
        elif not (self.site.places.allows(place) and self.site.lockout.allows(name)):
            user, problem = None, later("Too many attempts. Please wait five minutes and try again.")
            self.set_status(429)
        else:
            password = self.get_body_argument("password", "", strip=False)
            user = await in_thread(lambda: self.site.accounts.check_password(name, password))
            problem = later("User name or password is wrong.")
            if user is not None:
                self.site.places.give_back(place)
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
            await in_thread(lambda: accounts.end_session(old))
            await kernels_of(self).close_session(old)
        session = await in_thread(lambda: accounts.start_session(name))
        set_session(self, session)
        self.redirect(self.next_page, status=303)

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
        return self.site.at("login?") + urlencode({"next": self.next_page})

    @property
    def next_page(self) -> str:
        """Where to go after log-in: a page of this server, never elsewhere."""
        base = self.site.base
        asked = self.get_query_argument("next", base)
        elsewhere = not asked.startswith(base) or asked[1:2] in ("/", "\\") or not asked.isprintable()
        return base if elsewhere else asked


class Invitation(Login):
    """A one-time link by which a user chooses her password, the first or, where it was lost, a new one."""

    @allow_unauthenticated
    async def get(self) -> None:
        """Say who invites whom to what, and ask for a password."""
        if self.remember_language():
            self.redirect(self.address)
            return
        self._ask(self.get_query_argument("token", ""))

    @allow_unauthenticated
    async def post(self) -> None:
        """Set the password and log in; the link is used up."""
        token = self.get_body_argument("token", "")
        try:
            password = typed_twice(self)
            user = await in_thread(lambda: self.site.accounts.redeem(token, password))
        except UsageError as error:
            self.set_status(400)
            self._ask(token, str(error))
            return
        if user is None:
            self._ask(token)
            return
        await close_ended(self, user.id)
        await self._enter(user.id)

    def _ask(self, token: str, problem: str = "") -> None:
        found = self.site.accounts.invitation(token)
        if found is None:
            self.set_status(410)
            self.finish(pages.used_link_page(self.visit))
            return
        leaves = self._is_somebody_else(found.user.id)
        self.finish(
            account_pages.invitation_page(
                self.visit, found, leaves=leaves, xsrf=self.xsrf, token=token, problem=problem
            )
        )


def typed_twice(handler: Page) -> str:
    """Return the new password of a form that asks for it twice.

    Raises
    ------
    UsageError
        If the two are not the same.
    """
    new = handler.get_body_argument("new", "", strip=False)
    with speaking(Voice(handler.language)):
        if new != handler.get_body_argument("again", "", strip=False):
            raise UsageError(say("The two new passwords are not the same. Please type them again."))
    return new


async def close_ended(handler: JupyterHandler, user: str) -> None:
    """Close what a user has open in log-ins that have ended."""
    kernels, accounts = kernels_of(handler), handler.settings["site"].accounts
    for token in kernels.sessions_of(user):
        if await in_thread(lambda token=token: accounts.user_of(token, touch=False)) is None:
            await kernels.close_session(token)


async def in_thread(work: Callable[[], T]) -> T:
    """Do what takes time, such as hashing a password, without stopping the server."""
    return await asyncio.get_running_loop().run_in_executor(None, work)


class Logout(Page):
    """Log-out: the session and its kernels end, or all sessions of the user."""

    @property
    def afterwards(self) -> str:
        """Where to go when logged out."""
        return self.site.at("login")

    @authenticated
    async def post(self) -> None:
        """Log out."""
        session = session_of(self)
        if self.get_body_argument("everywhere", ""):
            user = self.current_user.username
            self.site.accounts.end_sessions(self.site.accounts.actor_of(user), user)
            await close_ended(self, user)
        self.site.accounts.end_session(session)
        await kernels_of(self).close_session(session)
        clear_session(self)
        self.redirect(self.afterwards, status=303)
