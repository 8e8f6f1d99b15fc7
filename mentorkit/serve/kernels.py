"""Kernels: one per open page, owned by who opened it, with only what an app needs in its environment."""

# mypy: disable-error-code="no-untyped-call"
# (Jupyter Server is typed in part only.)

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import re
import uuid
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import KernelManager
from jupyter_core.utils import ensure_async
from jupyter_server import CallContext
from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.services.kernels.connection.base import serialize_msg_to_ws_v1
from jupyter_server.services.kernels.connection.channels import ZMQChannelsWebsocketConnection
from jupyter_server.services.kernels.kernelmanager import AsyncMappingKernelManager
from jupyter_server.utils import ApiPath
from tornado.web import HTTPError
from traitlets import Float, Int, default

from mentorkit.serve.warm import Client, Manager, Zygote

#: What a kernel needs to start on any system, and what Voila says about the page.
_PASSED = re.compile(
    r"PATH|HOME|USER|LOGNAME|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TEMP|TMP|XDG_\w+"
    r"|VIRTUAL_ENV|LD_LIBRARY_PATH|PYTHONPATH|PG\w+"
    r"|SYSTEMROOT|WINDIR|COMSPEC|PATHEXT|APPDATA|LOCALAPPDATA|PROGRAMDATA|USERPROFILE"
    r"|SCRIPT_NAME|QUERY_STRING|SERVER_SOFTWARE|HTTP_X_MENTORKIT_USER|VOILA_\w+"
)


def filtered(environment: dict[str, str]) -> dict[str, str]:
    """Return what a kernel may know of the server's environment."""
    return {name: value for name, value in environment.items() if _PASSED.fullmatch(name)}


#: Seconds until a kernel must have started, and until one that waited must know whom it serves.
START_SECONDS, HAND_OVER_SECONDS = 60.0, 5.0
_PRELOAD = "import pathlib\nfrom mentorkit.serve.zygote import preload\npreload(pathlib.Path({!r}))"


@dataclass(frozen=True)
class Owner:
    """Who opened a kernel, in which log-in."""

    user: str
    session: str


class OwnPython(KernelSpecManager):
    """Knows one kernel: the Python this server runs in, whatever else is registered on the machine."""

    @default("kernel_dirs")
    def _no_others(self) -> list[str]:
        return []


class Kernels(AsyncMappingKernelManager):
    """Starts kernels up to a limit, keeps some ready for the next pages, and knows whose they are.

    A kernel that waits for its page has no owner, so nobody can reach it.
    """

    most = Int(40, help="Kernels in all.")
    most_per_user = Int(8, help="Kernels of one user; the oldest is closed when another is asked for.")
    spare = Int(2, help="Kernels that are ready before a page asks for them.")
    left = Float(40.0, help="Seconds after which a kernel without a page is closed.")
    pause = Float(1.5, help="Seconds after which another is made ready: first, the page is to be opened.")

    def __init__(self, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**options)
        self.owners: dict[str, Owner] = {}
        #: How often something in a kernel failed, so that its page can say so.
        self.failures: dict[str, int] = {}
        #: Those last closed on purpose; any other that is gone has failed.
        self.closed: deque[str] = deque(maxlen=500)
        self.zygote: Zygote | None = None
        self._spares: list[str] = []
        self._making_room = asyncio.Lock()
        self._filling = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    @default("kernel_manager_class")
    def _ready_beforehand(self) -> str:
        return "mentorkit.serve.warm.Manager"

    @default("cull_idle_timeout")
    def _close_after(self) -> int:
        return 1800

    @default("cull_interval")
    def _look_every(self) -> int:
        return 10

    @default("cull_connected")
    def _close_connected(self) -> bool:
        return True

    def is_owned_by(self, kernel_id: str | None, user: str) -> bool:
        """Tell whether a kernel lives and belongs to the user."""
        owner = self.owners.get(kernel_id or "")
        return owner is not None and owner.user == user

    async def start_kernel(  # type: ignore[override] # the server's own class does so too
        self,
        *,
        env: dict[str, str] | None = None,
        **options: Any,  # noqa: ANN401
    ) -> str:
        """Give a kernel to whoever asks for the page: one that waits for it, or a new one."""
        handler = CallContext.get(CallContext.JUPYTER_HANDLER)
        owner: Owner = handler.owner
        environment = filtered(env or dict(os.environ)) | handler.kernel_environment
        try:
            kernel_id = await self._begin(owner, environment)
        except (OSError, TimeoutError, RuntimeError) as error:
            # a kernel that waited may have ended just now, or somebody took the ports of a new one
            self.log.error("a kernel could not be started; trying once more", exc_info=error)
            kernel_id = await self._begin(owner, environment)
        asyncio.get_running_loop().call_later(self.pause, self.keep_ready)
        # so that the page's scripts can start before its cells are done
        handler.notebook.metadata["mentorkit"]["kernel"] = kernel_id
        return kernel_id

    async def _begin(self, owner: Owner, environment: dict[str, str]) -> str:
        """Return a kernel that answers and knows whom it serves."""
        async with self._making_room:
            await self._make_room(owner.user)
            kernel_id, spare = await self._next()
            self.owners[kernel_id] = owner
        try:
            if spare:
                await self._hand_over(kernel_id, environment)
            else:
                await self._start(kernel_id, environment)
        except BaseException:
            await self.close(kernel_id)
            raise
        return kernel_id

    async def _start(self, kernel_id: str, environment: dict[str, str]) -> None:
        await super()._async_start_kernel(
            kernel_id=kernel_id,
            env=environment,
            path=ApiPath(""),
            extra_arguments=["--IPKernelApp.log_level=ERROR"],
        )
        await cast(Manager, self.get_kernel(kernel_id)).prepare(START_SECONDS)

    async def _next(self) -> tuple[str, bool]:
        """Return the kernel for the next page, and whether it is ready."""
        while self._spares:
            kernel_id = self._spares.pop(0)
            if kernel_id in self and await ensure_async(self.get_kernel(kernel_id).is_alive()):
                self._touch(kernel_id)  # it has waited for long, and its page comes only now
                return kernel_id, True
        return str(uuid.uuid4()), False

    async def _hand_over(self, kernel_id: str, environment: dict[str, str]) -> None:
        """Tell a kernel that waited whom it serves; a page cannot send such a message."""
        names = json.dumps(environment)
        code = f"import json, os\nos.environ.clear()\nos.environ.update(json.loads({names!r}))"
        await self._prepared(kernel_id).run(code, HAND_OVER_SECONDS)

    def _prepared(self, kernel_id: str) -> Client:
        client = cast(Manager, self.get_kernel(kernel_id)).prepared
        assert client is not None  # noqa: S101 - that is how it was started
        return client

    def keep_ready(self) -> None:
        """Have kernels ready for the next pages, soon."""
        task = asyncio.ensure_future(self._fill())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _fill(self) -> None:
        async with self._filling:
            try:
                if self.spare and Zygote.possible():
                    self.zygote = self.zygote or Zygote(Path(self.root_dir), filtered(dict(os.environ)))
                    if not self.zygote.ready:
                        await self.zygote.start()
                while len(self._spares) < self.spare:
                    await self._make_ready()
            except (OSError, TimeoutError, RuntimeError) as error:
                if self.spare:
                    self.log.error("no kernel could be made ready", exc_info=error)  # pages start their own

    async def _make_ready(self) -> None:
        kernel_id = str(uuid.uuid4())
        try:
            await self._start(kernel_id, filtered(dict(os.environ)))
            if self.zygote is None:
                await self._prepared(kernel_id).run(_PRELOAD.format(self.root_dir), START_SECONDS)
        except BaseException:
            await self.close(kernel_id)
            raise
        self._spares.append(kernel_id)

    async def shutdown_all(self, now: bool = False) -> None:  # type: ignore[override] # as above
        """End all kernels, and the process that they are forked from."""
        self.spare = 0
        if self.zygote:
            self.zygote.close()
        here = asyncio.get_running_loop()  # where the server was interrupted, theirs runs no more
        await asyncio.gather(*(task for task in self._tasks if task.get_loop() is here))
        await super()._async_shutdown_all(now=now)

    async def cull_kernel_if_idle(self, kernel_id: str) -> None:
        """Close a kernel whose page is gone or unused for long; one that waits for its page may wait."""
        if kernel_id in self._spares:
            return
        if self._is_left(kernel_id):
            await self.close(kernel_id)
        else:
            await super().cull_kernel_if_idle(kernel_id)

    def _is_left(self, kernel_id: str) -> bool:
        """Tell whether no page has been there for a while, such as after a crash of the browser."""
        kernel = cast(Manager, self.get_kernel(kernel_id))
        if self._kernel_connections.get(kernel_id) or kernel.execution_state == "busy":
            return False
        return bool(dt.datetime.now(dt.UTC) - kernel.last_activity > dt.timedelta(seconds=self.left))

    def notify_disconnect(self, kernel_id: str) -> None:
        """Notice that a page has gone: it may come back for a while from now on."""
        super().notify_disconnect(kernel_id)
        self._touch(kernel_id)

    def _touch(self, kernel_id: str) -> None:
        if kernel_id in self:
            cast(Manager, self.get_kernel(kernel_id)).last_activity = dt.datetime.now(dt.UTC)

    async def _make_room(self, user: str) -> None:
        own = [kernel_id for kernel_id, owner in self.owners.items() if owner.user == user]
        left = [kernel_id for kernel_id in own if not self._kernel_connections.get(kernel_id)]
        if len(own) >= self.most_per_user:
            await self.close((left or own)[0])
        elif len(self.owners) >= self.most:
            raise HTTPError(503)

    def sessions_of(self, user: str) -> set[str]:
        """Return the log-ins of a user that have pages open."""
        return {owner.session for owner in self.owners.values() if owner.user == user}

    async def close_session(self, session: str) -> None:
        """End all kernels of a log-in."""
        for kernel_id in [known for known, owner in self.owners.items() if owner.session == session]:
            await self.close(kernel_id)

    async def close(self, kernel_id: str) -> None:
        """End a kernel; one that has ended already stays as it is."""
        if kernel_id in self:
            await self.shutdown_kernel(kernel_id, now=True)
        self.owners.pop(kernel_id, None)

    async def shutdown_kernel(  # type: ignore[override] # Jupyter decides by the class
        self, kernel_id: str, now: bool = False, restart: bool = False
    ) -> None:
        """End a kernel on purpose."""
        self.closed.append(kernel_id)
        await super()._async_shutdown_kernel(kernel_id, now=now, restart=restart)

    def remove_kernel(self, kernel_id: str) -> KernelManager:
        """Forget a kernel that has ended."""
        self.owners.pop(kernel_id, None)
        self.failures.pop(kernel_id, None)
        return super().remove_kernel(kernel_id)


def kernels_of(handler: JupyterHandler) -> Kernels:
    """Return the kernels of the server that a handler belongs to."""
    return cast(Kernels, handler.kernel_manager)


class Connection(ZMQChannelsWebsocketConnection):
    """What a kernel tells its page: everything but tracebacks and standard error, where they end up too.

    The server's own switch for this (``allow_tracebacks``) fails in Jupyter Server 2.21.
    """

    def _limit_rate(self, channel: str, msg: dict[str, Any], msg_list: list[bytes]) -> bool:
        """Tell whether a message is held back."""
        if channel != "iopub":
            return False
        kind = self.get_part("header", msg["header"], msg_list)["msg_type"]
        if kind == "error":
            failures = self.multi_kernel_manager.failures
            failures[self.kernel_id] = failures.get(self.kernel_id, 0) + 1
            self._tell_failure()
            return True
        content = self.get_part("content", msg["content"], msg_list) if kind == "stream" else {}
        return bool(content.get("name") == "stderr")

    def _tell_failure(self) -> None:
        """Send an error that says no more than that there was one; the page asks what to show."""
        empty = self.session.msg("error", {"ename": "", "evalue": "", "traceback": []})
        if self.subprotocol == "v1.kernel.websocket.jupyter.org":
            self.websocket_handler.write_message(
                serialize_msg_to_ws_v1(empty, "iopub", self.session.pack), binary=True
            )
        else:
            self.websocket_handler.write_message(json.dumps(empty | {"channel": "iopub"}, default=str))
