"""Kernels that start at once: forked from a process that has imported everything, connected beforehand."""

# mypy: disable-error-code="misc,no-untyped-call"
# (Jupyter's classes are typed in part only.)

from __future__ import annotations

import asyncio
import json
import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path
from queue import Empty
from typing import Any, cast

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.provisioning.local_provisioner import LocalProvisioner
from jupyter_server.services.kernels.kernelmanager import ServerKernelManager
from traitlets import Instance, Type

#: Seconds the zygote has to import everything, and to fork.
IMPORT_SECONDS, FORK_SECONDS = 60.0, 3.0


class Forked:
    """A kernel that is a child of the zygote, with what Jupyter needs of a ``subprocess.Popen``.

    It is held by a descriptor, so another process that gets the same number is never mistaken for it.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._descriptor = os.pidfd_open(pid)
        self._ended = select.poll()
        self._ended.register(self._descriptor, select.POLLIN)

    def poll(self) -> int | None:
        """Return None as long as it lives; how it ended is not known."""
        return 1 if self._ended.poll(0) else None

    def wait(self) -> int:
        """Wait until it has ended."""
        self._ended.poll()
        return 1

    def send_signal(self, number: int) -> None:
        """Send it a signal, if it lives."""
        if self.poll() is None:
            signal.pidfd_send_signal(self._descriptor, number)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)

    def __del__(self) -> None:
        os.close(self._descriptor)


class Zygote:
    """The process that kernels are forked from; started again where it ended.

    Parameters
    ----------
    notebooks
        Folder of the apps.
    environment
        All that it and its children know of the server's environment.
    """

    def __init__(self, notebooks: Path, environment: dict[str, str]) -> None:
        self._notebooks = notebooks
        # one thread each: a fork copies no other, and pages of a server share its processors
        threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        small = {"MALLOC_ARENA_MAX": "1"}  # threads wait more than they work: one heap is less memory
        quiet = {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}  # or the debugger, which nobody uses, warns
        self._environment = environment | threads | small | quiet
        #: Its children hold the one end, this process alone the other.
        self._pipe: tuple[int, ...] = os.pipe()
        self._turn = asyncio.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._line: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    @staticmethod
    def possible() -> bool:
        """Tell whether this system can do it."""
        return sys.platform == "linux" and hasattr(os, "pidfd_open")

    @property
    def pid(self) -> int | None:
        """Number of the process, once there is one."""
        return self._process.pid if self._process else None

    @property
    def ready(self) -> bool:
        """Whether it has imported everything and lives."""
        return self._line is not None and self._process is not None and self._process.poll() is None

    async def start(self) -> None:
        """Start it and wait until it has imported everything.

        Raises
        ------
        OSError
            If it cannot be started.
        TimeoutError
            If it takes too long.
        """
        async with self._turn:
            self._end()
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(  # noqa: S603 - this Python
                    [
                        sys.executable, "-P", "-m", "mentorkit.serve.zygote",
                        str(theirs.fileno()), str(self._pipe[0]), str(self._notebooks),
                    ],
                    env=self._environment,
                    pass_fds=(theirs.fileno(), self._pipe[0]),
                    stdin=subprocess.DEVNULL,
                    start_new_session=True,
                )  # fmt: skip
            line = await asyncio.open_unix_connection(sock=ours)
            if await asyncio.wait_for(line[0].readline(), IMPORT_SECONDS) != b"ready\n":
                line[1].close()
                raise ConnectionError("the zygote ended")
            self._line = line

    async def fork(self, arguments: list[str], environment: dict[str, str], folder: str) -> Forked:
        """Return a new kernel.

        Raises
        ------
        OSError
            If there is no zygote just now, or it failed.
        TimeoutError
            If it does not answer.
        """
        async with self._turn:
            request = {"arguments": arguments, "environment": environment, "folder": folder}
            try:
                if self._line is None:
                    raise ConnectionError("no zygote yet")
                reader, writer = self._line
                writer.write(json.dumps(request).encode() + b"\n")
                answer = await asyncio.wait_for(reader.readline(), FORK_SECONDS)
                if not answer:
                    raise ConnectionError("the zygote ended")
                return Forked(int(answer))
            except BaseException:
                # what was not waited for would be taken for the answer to the next request
                self._end()
                raise

    def _end(self) -> None:
        if self._line:
            self._line[1].close()
        self._line = None
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = None

    def close(self) -> None:
        """End it and all its children."""
        self._end()
        for descriptor in self._pipe:
            os.close(descriptor)
        self._pipe = ()


class Provisioner(LocalProvisioner):
    """Starts a kernel by a fork, or, where there is no zygote just now, as Jupyter does."""

    async def launch_kernel(self, cmd: list[str], **options: Any) -> Any:  # noqa: ANN401
        """Start the kernel."""
        zygote: Zygote | None = cast(Any, self.parent).parent.zygote
        if zygote is None or not zygote.ready:
            return await super().launch_kernel(cmd, **options)
        arguments = ["ipykernel_launcher", *cmd[cmd.index("-f") :]]
        folder = str(options.get("cwd") or Path.cwd())
        # where it fails the child may yet come to life, so nothing else is started on its connection
        forked = await zygote.fork(arguments, options["env"], folder)
        self.process = cast(Any, forked)
        self.pid = self.pgid = forked.pid
        self.cwd = folder
        return self.connection_info

    async def send_signal(self, number: int) -> None:
        """Send a signal to the kernel and what it has started, unless it has ended."""
        if self.process and self.process.poll() is None:
            await super().send_signal(number)


class Client(AsyncKernelClient):
    """A connection to a kernel that can be opened beforehand.

    The stock one always waits 0.2 seconds for silence, which nobody needs here: answers are told apart by
    what they answer.
    """

    _answers = False

    def start_channels(self, *channels: bool, **options: bool) -> None:
        """Open the channels, once."""
        if not self._answers:
            super().start_channels(*channels, **options)

    async def wait_for_ready(self, timeout: float | None = None) -> None:
        """Wait until the kernel answers, and says aloud what it does.

        Raises
        ------
        RuntimeError
            If the kernel ended.
        TimeoutError
            If it takes too long.
        """
        async with asyncio.timeout(timeout):
            while not self._answers:
                self.kernel_info()
                try:
                    await self.get_shell_msg(timeout=1)
                    await self.get_iopub_msg(timeout=0.2)
                    self._answers = True
                except Empty:
                    if not await self.is_alive():
                        raise RuntimeError("the kernel ended while it started") from None

    async def run(self, code: str, timeout: float) -> None:
        """Carry out code in the kernel, in silence.

        Raises
        ------
        RuntimeError
            If it failed.
        TimeoutError
            If it takes too long.
        """
        answer = await self.execute(code, silent=True, store_history=False, reply=True, timeout=timeout)
        if answer["content"]["status"] != "ok":
            raise RuntimeError("the kernel refused")


class Manager(ServerKernelManager):
    """Manager of one kernel, which may have been started and connected before a page asked for it."""

    client_factory = Type(Client)
    prepared = Instance(Client, allow_none=True)

    async def _async_pre_start_kernel(self, **options: Any) -> Any:  # noqa: ANN401
        """Choose how the kernel is started."""
        if self.provisioner is None:
            self.provisioner = Provisioner(
                kernel_id=options["kernel_id"], kernel_spec=self.kernel_spec, parent=self
            )
        return await super()._async_pre_start_kernel(**options)

    async def prepare(self, timeout: float) -> Client:
        """Connect to the kernel, for whoever asks for a client next."""
        client: Client = self.client()
        client.start_channels()
        await client.wait_for_ready(timeout)
        self.prepared = client
        return client

    def client(self, **options: Any) -> Any:  # noqa: ANN401
        """Return a connection to the kernel: the one that stands already, or a new one."""
        if (client := self.prepared) is not None:
            self.prepared = None
            return client
        return super().client(**options)
