"""Asking a server whose address an administrator typed: https, public addresses, no redirects, little time, few bytes.

An address in a form is a way to make our server knock at doors inside the house (server-side request forgery). So the name is
looked up once, every address it has must be public, and the connection goes to that very address: a second look-up could
answer differently. Addresses inside the house are open only for host names that the operator lists.
"""

import http.client
import json
import socket
import ssl
import time
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from bruecke.accounts.states import SignInTrouble

SECONDS = 5.0  # for each wait
DEADLINE = 12.0  # for one answer altogether
MAX_BYTES = 256 * 1024
_NAT64 = IPv6Network("64:ff9b::/96")


class Trouble(Exception):
    """What is wrong, as a word for the log and for the sentence that the person reads."""

    def __init__(self, kind: SignInTrouble) -> None:
        super().__init__(kind.value)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and the JSON object of the body; {} where it is none."""

    status: int
    data: dict[str, Any]


def fetch(url: str, *, form: dict[str, str] | None = None, headers: dict[str, str] | None = None) -> Answer:
    """GET `url`, or POST `form` to it. Raises: Trouble (NOT_HTTPS, FORBIDDEN_ADDRESS, UNREACHABLE, TOO_SLOW, TLS, REDIRECTS)."""
    parts = check_url(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    addresses = _addresses(host, port, is_plain=parts.scheme == "http")
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    connection = _connection(parts.scheme, host, port, addresses)
    body = urlencode(form) if form is not None else None
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
    try:
        connection.request(
            "POST" if form is not None else "GET", path, body, {"Accept": "application/json", **kind, **(headers or {})}
        )
        with connection.getresponse() as response:
            if 300 <= response.status < 400:
                raise Trouble(SignInTrouble.REDIRECTS)
            return Answer(response.status, _object(_read(response)))
    except ssl.SSLError as error:
        raise Trouble(SignInTrouble.TLS) from error
    except TimeoutError as error:
        raise Trouble(SignInTrouble.TOO_SLOW) from error
    except (OSError, http.client.HTTPException) as error:
        raise Trouble(SignInTrouble.UNREACHABLE) from error
    finally:
        connection.close()


def check_url(url: str) -> Any:
    """The parts of an address that may be asked at all. Raises: Trouble(NOT_HTTPS)."""
    try:
        parts = urlsplit(url)
        is_plain_loopback = parts.scheme == "http" and settings.OIDC_ALLOWS_LOOPBACK
        fits = (parts.scheme == "https" or is_plain_loopback) and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        fits = False
    if not fits or not url.isascii() or any(sign <= " " for sign in url):
        raise Trouble(SignInTrouble.NOT_HTTPS)
    return parts


def _addresses(host: str, port: int, *, is_plain: bool) -> list[str]:
    """Where to connect to. All that the name has must be allowed, or the next look-up picks another."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Trouble(SignInTrouble.UNREACHABLE) from error
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(_is_allowed(address, host, is_plain=is_plain) for address in addresses):
        raise Trouble(SignInTrouble.FORBIDDEN_ADDRESS)
    return addresses


def _is_allowed(text: str, host: str, *, is_plain: bool) -> bool:
    address = _plain(ip_address(text.partition("%")[0]))
    if address.is_loopback:
        return bool(settings.OIDC_ALLOWS_LOOPBACK)
    if is_plain:
        return False
    return (address.is_global and not address.is_multicast) or host.lower() in settings.OIDC_PRIVATE_HOSTS


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address inside an IPv6 one that only wraps it."""
    if isinstance(address, IPv6Address):
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
        return address.ipv4_mapped or address.sixtofour or address
    return address


def _connection(scheme: str, host: str, port: int, addresses: list[str]) -> http.client.HTTPConnection:
    """A connection to one of `addresses` that speaks, and checks the certificate, under the name `host`."""
    if scheme == "http":
        connection = http.client.HTTPConnection(host, port, timeout=SECONDS)
    else:
        connection = http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
    plain: Any = connection
    plain._create_connection = lambda _target, timeout, _source: _connect(addresses, port, timeout)
    return connection


def _connect(addresses: list[str], port: int, timeout: float) -> socket.socket:
    """The first that answers: many names have an IPv6 address that does not lead anywhere from here."""
    for number, address in enumerate(addresses, start=1):
        try:
            return socket.create_connection((address, port), timeout)
        except OSError:
            if number == len(addresses):
                raise
    raise OSError


def _read(response: http.client.HTTPResponse) -> bytes:
    """The body, unless it is long or drips. Raises: Trouble, TimeoutError."""
    until, body = time.monotonic() + DEADLINE, b""
    while chunk := response.read1(16 * 1024):
        body += chunk
        if len(body) > MAX_BYTES:
            raise Trouble(SignInTrouble.NO_DISCOVERY)
        if time.monotonic() > until:
            raise TimeoutError
    return body


def _object(body: bytes) -> dict[str, Any]:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}
