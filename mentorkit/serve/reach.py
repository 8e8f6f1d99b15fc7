"""How far the server can be reached: address, TLS or a proxy, host names, and whom it believes."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from tornado.httputil import HTTPServerRequest
from tornado.web import HTTPError

from mentorkit.errors import MentorkitError
from mentorkit.language import say

LOOPBACK = "127.0.0.1"
_HTTPS_PORT = 443
#: A year, for this name alone: its neighbours may have no TLS.
_STAY_WITH_TLS = "max-age=31536000"


@dataclass(frozen=True)
class Reach:
    """How the server is reached.

    Parameters
    ----------
    address
        IP address it listens at; this machine's loopback unless said otherwise.
    certfile, keyfile
        Certificate (with its chain) and private key in PEM format; without a key file the key stands in the
        certificate's.
    behind_proxy
        Whether a reverse proxy does TLS. Then only proxies are answered.
    proxies
        IP addresses of the proxies; the loopback where none is named.
    host_names
        Names under which people open it; every other one is refused, so that no page elsewhere can lead its
        own name here.

    Raises
    ------
    MentorkitError
        If people's data would cross a network in the clear, or something is missing.
    """

    address: str = LOOPBACK
    certfile: Path | None = None
    keyfile: Path | None = None
    behind_proxy: bool = False
    proxies: tuple[str, ...] = ()
    host_names: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would not be safe, or would not work."""
        for text in (self.address, *self.proxies):
            _ip(text)
        hindrance = next((sentence for holds, sentence in self._hindrances() if holds), "")
        if hindrance:
            raise MentorkitError(hindrance)

    def _hindrances(self) -> Iterator[tuple[bool, str]]:
        """Return what stands against it: whether it does so, and what to do."""
        abroad, secure = not is_loopback(self.address), self.is_secure
        yield (
            bool(self.keyfile and not self.certfile),
            say("A key needs its certificate: please name it with --certfile."),
        )
        yield (
            bool(self.certfile and self.behind_proxy),
            say("Either this server does TLS (--certfile) or the proxy before it (--behind-proxy)."),
        )
        yield (
            bool(self.proxies and not self.behind_proxy),
            say("The address of a proxy (--proxy-address) is of use together with --behind-proxy only."),
        )
        yield (
            abroad and not secure,
            say(
                "At the address {address} everybody on the way could read people's data and passwords. "
                "Please give a certificate with --certfile and --keyfile, or put a reverse proxy with TLS "
                "before the server and say so with --behind-proxy; without --address only this machine "
                "reaches it.",
                address=self.address,
            ),
        )
        yield (
            abroad and self.behind_proxy and not self.proxies,
            say("Please say with --proxy-address from which address the proxy asks; no other is answered."),
        )
        yield (
            (abroad or self.behind_proxy) and not self.host_names,
            say(
                "Please say with --host-name under which name people open it, such as "
                "mentoring.example.org; no other is answered."
            ),
        )

    @property
    def is_secure(self) -> bool:
        """Whether browsers come by HTTPS."""
        return self.certfile is not None or self.behind_proxy

    def url(self, port: int) -> str:
        """Return the address that people open."""
        host = self.host_names[0] if self.host_names else self.address
        shown = f"[{host}]" if ":" in host else host
        if self.behind_proxy:
            return f"https://{shown}"
        return f"https://{shown}:{port}".removesuffix(":443") if self.certfile else f"http://{shown}:{port}"

    def headers(self, port: int) -> dict[str, str]:
        """Return what answers say of TLS: only where this server alone speaks for its name."""
        alone = self.certfile is not None and port == _HTTPS_PORT
        return {"Strict-Transport-Security": _STAY_WITH_TLS} if alone else {}

    def answers(self, host: str) -> bool:
        """Tell whether a name, as the browser asked for it, is one of this server's."""
        name = host.lower().removeprefix("[").removesuffix("]")
        if self.host_names:
            return name in {known.lower() for known in self.host_names}
        return name == "localhost" or is_loopback(name)

    def receive(self, request: HTTPServerRequest) -> None:
        """Put down who asks and how; without a proxy nothing that was forwarded is believed.

        Raises
        ------
        HTTPError
            If somebody else than the proxy asks.
        """
        if not self.behind_proxy:
            return
        if not self._is_proxy(str(request.remote_ip)):
            raise HTTPError(403)
        self.believe(request)

    def believe(self, request: HTTPServerRequest) -> None:
        """Put down what a proxy says; only its last word is its own, the rest came from the client."""
        on_the_way = _listed(request, "X-Forwarded-For")
        client = next((one for one in reversed(on_the_way) if not self._is_proxy(one)), "")
        if _is_ip(client):
            request.remote_ip = client
        # a proxy that says nothing does TLS, as the operation promised
        unsaid = "https" if self.behind_proxy else request.protocol
        said = _listed(request, "X-Forwarded-Proto")[-1:]
        request.protocol = said[0] if said and said[0] in {"http", "https"} else unsaid

    def _is_proxy(self, address: str) -> bool:
        if not _is_ip(address):
            return False
        return address in self.proxies if self.proxies else is_loopback(address)

    def context(self) -> ssl.SSLContext | None:
        """Return what TLS needs; None where there is none.

        Raises
        ------
        MentorkitError
            If certificate or key cannot be read, or do not belong together.
        """
        if self.certfile is None:
            return None
        key = self.keyfile or self.certfile
        if b"BEGIN CERTIFICATE" not in _read(self.certfile):
            raise MentorkitError(
                say("In the file “{file}” stands no certificate in PEM format.", file=self.certfile)
            )
        text = _read(key)
        if b"PRIVATE KEY-----" not in text:
            raise MentorkitError(say("In the file “{file}” stands no private key in PEM format.", file=key))
        if b"ENCRYPTED" in text:
            raise MentorkitError(
                say("The key in “{file}” has a passphrase, which nobody types when the server starts. Please "
                    "give one without, in a file that only this server's account reads.", file=key)
            )  # fmt: skip
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            context.load_cert_chain(self.certfile, key)
        except ssl.SSLError as error:
            if error.reason == "KEY_VALUES_MISMATCH":
                why = say("The key in “{key}” does not belong to the certificate in “{file}”.",
                          key=key, file=self.certfile)  # fmt: skip
            else:
                why = say("The certificate in “{file}” or the key in “{key}” is damaged.",
                          key=key, file=self.certfile)  # fmt: skip
            raise MentorkitError(why) from error
        return context


def keep_apart(notebooks: Path, files: Iterable[Path | None]) -> None:
    """Refuse to serve people's data from where the notebooks lie.

    Parameters
    ----------
    notebooks
        Folder of the app notebooks, in which kernels run.
    files
        The workbench, its keyring, the server's key, as far as there are any.

    Raises
    ------
    MentorkitError
        If one of the files lies there.
    """
    folder = notebooks.resolve()
    for file in files:
        if file is not None and folder in file.resolve().parents:
            raise MentorkitError(
                say(
                    "“{file}” lies in the folder of the app notebooks, which is served. Please move it, with "
                    "what belongs to it, to a folder of its own.",
                    file=file,
                )
            )


def is_loopback(host: str) -> bool:
    """Tell whether an IP address leads to this machine alone."""
    return _is_ip(host) and ipaddress.ip_address(host).is_loopback


def _ip(text: str) -> None:
    if not _is_ip(text):
        raise MentorkitError(say("“{text}” is no IP address, such as 192.168.1.10.", text=text))


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _listed(request: HTTPServerRequest, header: str) -> list[str]:
    """Return the values of a header, in order, however often it was sent."""
    return [one.strip() for one in ",".join(request.headers.get_list(header)).split(",") if one.strip()]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except FileNotFoundError as error:
        raise MentorkitError(say("There is no file “{file}”.", file=file)) from error
    except OSError as error:
        raise MentorkitError(
            say("The account that runs the server cannot read the file “{file}”.", file=file)
        ) from error
