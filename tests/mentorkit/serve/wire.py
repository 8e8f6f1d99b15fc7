"""What goes over the wire, by hand: a browser without a screen, paths as they are, sockets, messages."""

from __future__ import annotations

import http.client
import json
import re
import struct
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import requests
import websocket

BINARY = "v1.kernel.websocket.jupyter.org"
PASSWORDS = {
    "anna": "Regen über Lünen 7",
    "bert": "Sonne hinter Kamen 8",
    "cem": "Nebel vor Werne 9",
    "dora": "Schnee auf Bergkamen 10",
}


@dataclass(frozen=True)
class Guest:
    """A browser without a screen."""

    address: str
    http: requests.Session

    def get(self, path: str, **options: object) -> requests.Response:
        return self.http.get(self.address + path, allow_redirects=False, timeout=60, **options)

    def post(self, path: str, data: dict[str, str] | None = None, **options: object) -> requests.Response:
        fields = {"_xsrf": self.xsrf, **(data or {})}
        return self.http.post(
            self.address + path, data=fields, allow_redirects=False, timeout=60, **options
        )  # fmt: skip

    @property
    def xsrf(self) -> str:
        return self.http.cookies.get("_xsrf", "")

    @property
    def cookie(self) -> str:
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)

    def open_app(self, path: str = "/") -> str:
        """Open an app and return the id of its kernel."""
        page = self.get(path)
        assert page.status_code == 200
        return re.search(r'"kernelId": "([^"]+)"', page.text).group(1)


def raw(address: str, method: str, path: str, headers: Mapping[str, str | list[str]]) -> tuple[int, bytes]:
    """Send path and headers as they are: libraries would tidy them."""
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=30)
    connection.putrequest(method, path, skip_host="Host" in headers)
    for name, values in headers.items():
        for value in [values] if isinstance(values, str) else values:
            connection.putheader(name, value)
    connection.endheaders()
    answer = connection.getresponse()
    return answer.status, answer.read()


def channels(address: str, kernel: str, cookie: str, **options: object) -> websocket.WebSocket:
    """Open the socket of a kernel."""
    if "origin" not in options:
        options["suppress_origin"] = True
    return websocket.create_connection(
        f"{address.replace('http', 'ws')}/api/kernels/{kernel}/channels?session_id=s",
        cookie=cookie,
        timeout=30,
        **options,
    )


def header(kind: str) -> dict[str, str]:
    return {
        "msg_id": uuid.uuid4().hex,
        "msg_type": kind,
        "username": "x",
        "session": "s",
        "date": "2014-05-01T00:00:00Z",
        "version": "5.3",
    }


def message(kind: str, content: dict) -> str:
    parts = {"header": header(kind), "parent_header": {}, "metadata": {}, "content": content}
    return json.dumps({**parts, "channel": "shell", "buffers": []})


def binary(kind: str, content: dict, channel: bytes = b"shell") -> bytes:
    """Return a message by the binary protocol."""
    parts = [channel, json.dumps(header(kind)).encode(), b"{}", b"{}", json.dumps(content).encode()]
    offsets = [8 * (len(parts) + 2)]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return struct.pack(f"<{len(offsets) + 1}Q", len(offsets), *offsets) + b"".join(parts)


def wait_for(connection: websocket.WebSocket, kind: str) -> dict:
    """Return the next message of a kind."""
    while True:
        got = connection.recv()
        if isinstance(got, str) and (found := json.loads(got))["msg_type"] == kind:
            return found


def until_done(connection: websocket.WebSocket, sent: list[str]) -> list[dict]:
    """Send messages, then return all that comes until the kernel has dealt with them."""
    last = message("kernel_info_request", {})
    for one in (*sent, last):
        connection.send(one)
    asked, got = json.loads(last)["header"]["msg_id"], []
    while True:
        one = connection.recv()
        if isinstance(one, bytes):  # a file or a picture for the page
            continue
        got.append(json.loads(one))
        parent = got[-1]["parent_header"].get("msg_id")
        if parent == asked and got[-1]["content"].get("execution_state") == "idle":
            return got


def to_everything(connection: websocket.WebSocket, *contents: dict) -> list[dict]:
    """Send messages to everything in a page, shown or not, enabled or not; return what comes back."""
    asked = until_done(connection, [message("comm_info_request", {"target_name": "jupyter.widget"})])
    comms = next(one["content"]["comms"] for one in asked if one["msg_type"] == "comm_info_reply")
    sent = [{"method": "custom", "content": content} for content in contents]
    return [
        came
        for comm in comms
        for came in until_done(
            connection, [message("comm_msg", {"comm_id": comm, "data": data}) for data in sent]
        )
    ]
