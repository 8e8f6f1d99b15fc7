"""Logging in, by password or by a link, and logging out."""

# mypy: disable-error-code="misc"
# (Jupyter is not typed, so its classes cannot be checked as bases.)

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

from jupyter_server.auth.decorator import allow_unauthenticated
from tornado.web import authenticated

from mentorkit.language import later
from mentorkit.serve import pages
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
