"""A page of an app without a browser, which speaks to its kernel as Jupyter's script does."""

from __future__ import annotations

import asyncio
import json
import re
import time
import uuid
from typing import Any

import requests
from jupyter_server.services.kernels.connection.base import (
    deserialize_msg_from_ws_v1,
    serialize_msg_to_ws_v1,
)
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, websocket_connect

#: How long a page waits for an answer, and how often it asks whether its kernel is well.
PATIENCE, LOOK_EVERY = 60.0, 2.0
_SUBPROTOCOL = "v1.kernel.websocket.jupyter.org"
_CONTROL = "jupyter.widget.control"
_MODEL = "IPY_MODEL_"


def log_in(address: str, name: str, password: str) -> requests.Session:
    """Log in by the form, and return what has the cookies then."""
    http = requests.Session()
    http.get(f"{address}/login", timeout=PATIENCE)
    fields = {"name": name, "password": password, "_xsrf": http.cookies["_xsrf"]}
    answer = http.post(f"{address}/login", data=fields, allow_redirects=False, timeout=PATIENCE)
    assert answer.status_code == 303, f"{name} could not log in: {answer.status_code}"
    return http


class Page:
    """An open page: what its widgets show, and what a person can do with them."""

    def __init__(self, address: str, http: requests.Session) -> None:
        self.address, self.http = address, http
        #: The state of all widgets, by id.
        self.widgets: dict[str, dict[str, Any]] = {}
        #: What went wrong in the kernel, on the line or on the server.
        self.errors: list[str] = []
        self._session, self._number = uuid.uuid4().hex, 0
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._states: asyncio.Future[None]
        self._tasks: list[asyncio.Task[None]] = []

    async def open(self, path: str) -> None:
        """Open an app, connect to its kernel and fetch its widgets."""
        answer = await asyncio.to_thread(self.http.get, self.address + path, timeout=PATIENCE)
        assert answer.status_code == 200, f"{path} answered {answer.status_code}"
        self.kernel = re.search(r'"kernelId": "([^"]+)"', answer.text)[1]
        cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
        line = f"{self.address.replace('http', 'ws')}/api/kernels/{self.kernel}/channels"
        self._line: WebSocketClientConnection = await websocket_connect(
            HTTPRequest(f"{line}?session_id={self._session}", headers={"Cookie": cookie}),
            compression_options={},
            subprotocols=[_SUBPROTOCOL],
            max_message_size=2**28,
        )
        self._states = asyncio.get_running_loop().create_future()
        self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._look())]
        await self._say("kernel_info_request", {})
        control = uuid.uuid4().hex
        opening = {"comm_id": control, "target_name": _CONTROL, "data": {}}
        await self._say("comm_open", opening, {"version": "1.0.0"})
        await self._say("comm_msg", {"comm_id": control, "data": {"method": "request_states"}})
        await asyncio.wait_for(self._states, PATIENCE)

    async def close(self) -> None:
        """Close the page, and with it the kernel."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._line.close()
        shutdown = f"{self.address}/voila/api/shutdown/{self.kernel}"
        headers = {"X-XSRFToken": self.http.cookies["_xsrf"]}
        await asyncio.to_thread(self.http.post, shutdown, headers=headers, timeout=PATIENCE)

    # -- what a person sees and does ------------------------------------------------------------------

    async def act(self, widget: str, **message: object) -> float:
        """Send what a control sends, and return the seconds until the app has done it."""
        return await self._say(
            "comm_msg", {"comm_id": widget, "data": {"method": "custom", "content": message}}
        )

    async def press(self, button: str) -> float:
        """Press a button."""
        return await self.act(button, event="click")

    async def type(self, form: str, name: str, value: str) -> None:
        """Type into a field of a form."""
        self._number += 1
        await self.act(form, edit=name, value=value, number=self._number, key=self.widgets[form]["key"])

    async def choose(self, row: str) -> None:
        """Choose a row of the table that has it, unless it is chosen."""
        table = self._find(lambda state: state.get("selectable") and row in [r["id"] for r in state["rows"]])
        if self.widgets[table]["selected"] != row:
            await self.act(table, event="select", row=row)

    def rows(self, beginning: str) -> list[str]:
        """Return the ids of the rows that can be chosen, of the table whose ids begin so."""
        table = self._find(
            lambda state: (
                state.get("selectable") and any(r["id"].startswith(beginning) for r in state["rows"])
            )
        )
        return [row["id"] for row in self.widgets[table]["rows"]]

    def form(self, key: str, field: str) -> str:
        """Return the form of what has a key that begins so, which has the field."""
        return self._find(lambda s: str(s.get("key", "")).startswith(key) and field in s.get("values", {}))

    def button(self, beside: str, label: str) -> str:
        """Return a button among the parts of what a widget is in."""
        around = self._find(lambda state: _MODEL + beside in state.get("children", ()))
        return next(w for w in self._within(around) if self.widgets[w].get("description") == label)

    def shows(self, widget: str) -> bool:
        """Tell whether a widget is on the page."""
        layout = self.widgets[widget]["layout"].removeprefix(_MODEL)
        return self.widgets[layout]["display"] != "none"

    @property
    def notice(self) -> dict[str, Any]:
        """What was told last."""
        return self.widgets[self._find(lambda state: "mk-notice" in state.get("_dom_classes", ()))]

    def _find(self, fits: Any) -> str:
        return next(widget for widget, state in self.widgets.items() if fits(state))

    def _within(self, widget: str) -> list[str]:
        children = [child.removeprefix(_MODEL) for child in self.widgets[widget].get("children", ())]
        return [widget, *(part for child in children for part in self._within(child))]

    # -- the line to the kernel -----------------------------------------------------------------------

    async def _say(self, kind: str, content: dict[str, Any], metadata: dict[str, Any] | None = None) -> float:
        """Send a message, and return the seconds until the kernel has handled it."""
        key = uuid.uuid4().hex
        header = {
            "msg_id": key, "msg_type": kind, "username": "", "session": self._session,
            "date": "2014-05-01T00:00:00Z", "version": "5.3",
        }  # fmt: skip
        message = {"header": header, "parent_header": {}, "metadata": metadata or {}, "content": content}
        handled = self._waiting[key] = asyncio.get_running_loop().create_future()
        begun = time.perf_counter()
        await self._line.write_message(
            serialize_msg_to_ws_v1(message, "shell", lambda part: json.dumps(part).encode()), binary=True
        )
        await asyncio.wait_for(handled, PATIENCE)
        return time.perf_counter() - begun

    async def _hear(self) -> None:
        while (heard := await self._line.read_message()) is not None:
            _, (header, parent, _, content, *_) = deserialize_msg_from_ws_v1(heard)
            self._take(json.loads(header)["msg_type"], json.loads(parent), json.loads(content))
        self.errors.append("the line was closed")

    def _take(self, kind: str, parent: dict[str, Any], content: dict[str, Any]) -> None:
        key, data = content.get("comm_id", ""), content.get("data", {})
        if kind == "status" and content["execution_state"] == "idle":
            if handled := self._waiting.pop(parent.get("msg_id", ""), None):
                handled.set_result(None)
        elif kind == "error":
            self.errors.append("something failed in the kernel")
        elif kind == "comm_open":
            self.widgets[key] = data["state"]
        elif kind == "comm_msg" and data.get("method") == "update":
            self.widgets[key].update(data["state"])
        elif kind == "comm_msg" and data.get("method") == "update_states":
            self.widgets = {key: made["state"] for key, made in data["states"].items()}
            self._states.set_result(None)

    async def _look(self) -> None:
        """Ask now and then, as pages do, whether the kernel is well."""
        while True:
            asked = f"{self.address}/state?kernel={self.kernel}"
            answer = await asyncio.to_thread(self.http.get, asked, timeout=PATIENCE)
            state = answer.json() if answer.ok else {}
            if not state.get("alive") or state["failures"]:
                self.errors.append(f"the state of the page is {answer.status_code} {state}")
            await asyncio.sleep(LOOK_EVERY)
