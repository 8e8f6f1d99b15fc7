"""*My log-in*: who I am, my roles, my password, my language, where I am logged in."""

# mypy: disable-error-code="misc"
# (Jupyter is not typed, so its classes cannot be checked as bases.)

from __future__ import annotations

from tornado.web import HTTPError, authenticated

from mentorkit.errors import UsageError
from mentorkit.language import LANGUAGES, Voice, say, speaking
from mentorkit.privacy.log_in import digest
from mentorkit.privacy.permissions import Actor
from mentorkit.serve import account_pages
from mentorkit.serve.base import LANGUAGE_COOKIE, Page
from mentorkit.serve.identity import session_of
from mentorkit.serve.login import close_ended, in_thread, typed_twice


class MyLogin(Page):
    """The page of whoever is logged in about herself."""

    counts_as_use = True

    @authenticated
    async def get(self) -> None:
        """Show it."""
        if self.remember_language():
            self.redirect(self.address)
            return
        self._show()

    @authenticated
    async def post(self) -> None:
        """Do what one of its forms asks for."""
        deeds = {"password": self._change_password, "language": self._keep_language, "end": self._end}
        asked = self.get_body_argument("do", "")
        if asked not in deeds:
            raise HTTPError(404)
        try:
            with speaking(Voice(self.language)):
                done = await deeds[asked]()
        except UsageError as error:
            if self.get_status() == 200:
                self.set_status(400)
            self._show(str(error))
            return
        self.redirect(self.site.at(f"account?done={done}"), status=303)

    async def _change_password(self) -> str:
        new, name = typed_twice(self), self._actor.name
        old = self.get_body_argument("old", "", strip=False)
        if not self.site.lockout.allows(name):
            self.set_status(429)
            raise UsageError(say("Too many attempts. Please wait five minutes and try again."))
        if await in_thread(lambda: self.site.accounts.check_password(name, old)) is None:
            self.set_status(401)
            raise UsageError(say("The present password is wrong."))
        self.site.lockout.forget(name)
        keep = session_of(self)
        await in_thread(lambda: self.site.accounts.set_password(self._actor, name, new, keep))
        await close_ended(self, name)
        return "password"

    async def _keep_language(self) -> str:
        chosen = next((code for code in LANGUAGES if code == self.get_body_argument("language", "")), None)
        if chosen is None:
            raise HTTPError(404)
        self.site.accounts.set_language(self._actor, chosen)
        self.set_cookie(LANGUAGE_COOKIE, chosen, path=self.site.base, samesite="Lax", expires_days=365)
        return "language"

    async def _end(self) -> str:
        actor = self._actor
        self.site.accounts.end_sessions(actor, actor.name, self.get_body_argument("session", ""))
        await close_ended(self, actor.name)
        return "ended"

    @property
    def _actor(self) -> Actor:
        return self.site.accounts.actor_of(self.current_user.username)

    def _show(self, problem: str = "") -> None:
        assert self.account is not None  # noqa: S101 - only who is logged in comes here
        sessions = self.site.accounts.sessions(self._actor, self.account.id)
        self.finish(
            account_pages.account_page(
                self.visit, self.account, sessions, digest(session_of(self)), xsrf=self.xsrf,
                done=self.get_query_argument("done", ""), problem=problem,
            )
        )  # fmt: skip
