"""Who asks: sessions kept in the store, and kernels that belong to who opened them."""

from __future__ import annotations

import asyncio

from jupyter_server.auth.authorizer import Authorizer
from jupyter_server.auth.identity import IdentityProvider, User
from jupyter_server.base.handlers import JupyterHandler
from tornado.web import RequestHandler
from traitlets import Unicode

from mentorkit.privacy.records import User as Account
from mentorkit.serve.kernels import kernels_of
from mentorkit.serve.site import Site

SESSION_COOKIE = "mentorkit-session"
USER_HEADER = "X-Mentorkit-User"


def session_of(handler: RequestHandler) -> str:
    """Return the session token that the browser sent, or an empty text."""
    return handler.get_cookie(SESSION_COOKIE) or ""


def set_session(handler: RequestHandler, token: str) -> None:
    """Hand a session to the browser, for as long as it is open."""
    path = handler.settings["site"].base
    handler.set_cookie(SESSION_COOKIE, token, path=path, httponly=True, samesite="Lax")


def clear_session(handler: RequestHandler) -> None:
    """Take the session from the browser."""
    handler.clear_cookie(SESSION_COOKIE, path=handler.settings["site"].base)


async def account_of(handler: RequestHandler, *, touch: bool) -> Account | None:
    """Return whose session the request belongs to; the store is asked anew each time."""
    token = session_of(handler)
    if not token:
        return None
    site: Site = handler.settings["site"]
    # in a thread: a store that is busy must not stop the server
    return await asyncio.get_running_loop().run_in_executor(
        None, lambda: site.accounts.user_of(token, touch=touch)
    )


class Sessions(IdentityProvider):
    """Log-in by sessions of the store; tokens in addresses and headers of Jupyter do not count."""

    token = Unicode("")
    need_token = False

    async def get_user(self, handler: RequestHandler) -> User | None:
        """Return who asks, and put the name into a header that only this server sets."""
        headers = handler.request.headers
        while USER_HEADER in headers:
            del headers[USER_HEADER]
        account = await self.account(handler, touch=getattr(handler, "counts_as_use", False))
        handler.account = account  # type: ignore[attr-defined] # kept for the page
        if account is None:
            return None
        headers[USER_HEADER] = account.id
        return User(account.id, name=account.display_name, display_name=account.display_name)

    async def account(self, handler: RequestHandler, *, touch: bool) -> Account | None:
        """Return whose log-in the request belongs to."""
        return await account_of(handler, touch=touch)

    def get_handlers(self) -> list[tuple[str, object]]:
        """Return none: this server has pages of its own for log-in and log-out."""
        return []


class Owners(Authorizer):
    """Kernels belong to who opened them; nothing else of Jupyter is open to anybody."""

    def is_authorized(self, handler: JupyterHandler, user: User, action: str, resource: str) -> bool:
        """Tell whether the kernel named in the address is the user's."""
        kernel_id = (handler.path_kwargs or {}).get("kernel_id")
        return resource == "kernels" and kernels_of(handler).is_owned_by(kernel_id, user.username)
