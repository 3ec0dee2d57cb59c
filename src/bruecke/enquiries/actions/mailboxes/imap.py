"""Speaking to a mail server: connect, read what is unread, mark and move. Bounded in time and size; knows no question.

Nothing a server says is logged or shown: it could quote a mail. What went wrong becomes one of `states.MailboxTrouble`.
"""

import imaplib
import re
import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import date
from threading import Timer
from typing import Any, Protocol

from bruecke.enquiries import rules
from bruecke.enquiries.states import MailboxSecurity, MailboxTrouble

TIMEOUT = 15
"""Seconds for one answer of the server."""
DEADLINE = 110
"""Seconds for a whole visit; then the line is cut, however slowly the server drips."""
MAX_LITERAL = 12 * 1024 * 1024
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,12})")


class Trouble(Exception):
    """A mailbox could not be read; `code` says why."""

    def __init__(self, code: MailboxTrouble) -> None:
        super().__init__(code.value)
        self.code = code


class Unfit(Exception):
    """The server did not give this one mail; the others may be fine."""


class Where(Protocol):
    """How a mailbox is reached."""

    host: str
    port: int
    security: str
    username: str
    folder: str


class _Bounded:
    """Mixin: a server cannot make us hold more than we asked for."""

    def read(self, size: int) -> bytes:
        if size > MAX_LITERAL:
            raise imaplib.IMAP4.abort("literal too long")
        return super().read(size)  # type: ignore[misc]


class _Plain(_Bounded, imaplib.IMAP4):
    pass


class _Tls(_Bounded, imaplib.IMAP4_SSL):
    pass


@dataclass(slots=True)
class Folder:
    """An open folder of a mailbox."""

    client: imaplib.IMAP4
    uid_validity: int
    capabilities: frozenset[str] = field(default=frozenset())

    def unread_since(self, day: date) -> list[int]:
        """Numbers of unread mails that came on that day or later, the oldest first. Raises: Trouble."""
        answer = _ok(self.client.uid("SEARCH", "UNSEEN", "UNDELETED", "SINCE", f"{day.day}-{_MONTHS[day.month - 1]}-{day.year}"))
        words = b" ".join(part for part in answer if isinstance(part, bytes)).split()
        return sorted({int(word) for word in words if word.isdigit()})

    def size(self, uid: int) -> int:
        """Bytes of a mail. Raises: Unfit."""
        for part in _told(self.client.uid("FETCH", str(uid), "(RFC822.SIZE)")):
            if isinstance(part, bytes) and (found := _SIZE.search(part)):
                return int(found[1])
        raise Unfit

    def fetch(self, uid: int, limit: int) -> bytes:
        """The first `limit` bytes of a mail, without marking it as read. Raises: Unfit."""
        for part in _told(self.client.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{limit}>)")):
            if isinstance(part, tuple) and len(part) > 1 and b"BODY[" in part[0].upper():
                return part[1]
        raise Unfit

    def file(self, uid: int, folder: str) -> bool:
        """Mark a mail as read and move it where the server can; False when it could not even be marked.

        Without MOVE (RFC 6851) it stays where it is: copying and expunging could take other people's deleted mails along.
        """
        status, _answer = self.client.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")
        if status != "OK":
            return False
        if "MOVE" in self.capabilities:
            self.client.uid("MOVE", str(uid), quoted(folder))
        return True

    def make_folder(self, folder: str) -> None:
        """Make a folder; that it is there already is fine."""
        if "MOVE" in self.capabilities:
            self.client.create(quoted(folder))
            self.client.subscribe(quoted(folder))


@contextmanager
def open_folder(where: Where, password: str, *, deadline: float = DEADLINE) -> Iterator[Folder]:
    """The folder of a mailbox over a checked connection. Raises: Trouble."""
    with _told_in_words():
        try:
            client = _connect(where)
        except UnicodeError:  # a name that no server can have
            raise Trouble(MailboxTrouble.NOT_FOUND) from None
    watch = Timer(deadline, _cut, [client.sock])
    watch.daemon = True
    watch.start()
    try:
        with _told_in_words():
            _log_in(client, where.username, password)
            yield _select(client, where.folder)
    finally:
        watch.cancel()
        with suppress(OSError, imaplib.IMAP4.error):
            client.logout()
        with suppress(OSError):
            client.shutdown()


@contextmanager
def _told_in_words() -> Iterator[None]:
    """What goes wrong on the line, as one of our codes."""
    try:
        yield
    except Trouble:
        raise
    except socket.gaierror:
        raise Trouble(MailboxTrouble.NOT_FOUND) from None
    except ssl.SSLError:
        raise Trouble(MailboxTrouble.CERTIFICATE) from None
    except TimeoutError:
        raise Trouble(MailboxTrouble.SILENT) from None
    except ConnectionRefusedError:
        raise Trouble(MailboxTrouble.REFUSED) from None
    except (OSError, imaplib.IMAP4.error):
        raise Trouble(MailboxTrouble.PROTOCOL) from None


def _connect(where: Where) -> imaplib.IMAP4:
    """Raises: Trouble for a way that is not allowed, and whatever the line raises."""
    security = MailboxSecurity(where.security)
    if not rules.is_safe_way(where.host, security):
        raise Trouble(MailboxTrouble.CERTIFICATE)
    if security is MailboxSecurity.TLS:
        return _Tls(where.host, where.port, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    client = _Plain(where.host, where.port, timeout=TIMEOUT)
    if security is MailboxSecurity.STARTTLS:
        try:
            _start_tls(client)
        except BaseException:
            with suppress(OSError):
                client.shutdown()
            raise
    return client


def _start_tls(client: imaplib.IMAP4) -> None:
    if "STARTTLS" not in client.capabilities:
        raise Trouble(MailboxTrouble.CERTIFICATE)
    client.starttls(ssl.create_default_context())


def _log_in(client: imaplib.IMAP4, username: str, password: str) -> None:
    """By AUTHENTICATE PLAIN, which takes any letters, else by LOGIN. Raises: Trouble."""
    try:
        if "AUTH=PLAIN" in client.capabilities:
            client.authenticate("PLAIN", lambda _challenge: f"\0{username}\0{password}".encode())
        else:
            client.login(_quote(username), password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeEncodeError):
        raise Trouble(MailboxTrouble.LOGIN) from None


def _select(client: imaplib.IMAP4, folder: str) -> Folder:
    """Raises: Trouble."""
    status, answer = client.capability()
    spoken = b" ".join(part for part in answer if isinstance(part, bytes)) if status == "OK" else b""
    status, _count = client.select(quoted(folder))
    if status != "OK":
        raise Trouble(MailboxTrouble.FOLDER)
    _code, validity = client.response("UIDVALIDITY")
    number = validity[0] if validity and isinstance(validity[0], bytes) else b""
    if not number.isdigit():
        raise Trouble(MailboxTrouble.PROTOCOL)
    return Folder(client, int(number), frozenset(spoken.decode("ascii", "replace").upper().split()))


def _ok(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise Trouble(MailboxTrouble.PROTOCOL)
    return data


def _told(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise Unfit
    return data


def _cut(line: socket.socket) -> None:
    """End a visit that takes too long, from the thread of the clock."""
    with suppress(OSError):
        socket.socket.shutdown(line, socket.SHUT_RDWR)


def quoted(folder: str) -> str:
    """A folder's name as IMAP wants it: modified UTF-7 (RFC 3501, 5.1.3) in quotes."""
    return _quote("".join(_utf7(run) for run in re.findall(r"[\x20-\x7e]+|[^\x20-\x7e]+", folder)))


def _utf7(run: str) -> str:
    if " " <= run[0] <= "~":
        return run.replace("&", "&-")
    coded = b64encode(run.encode("utf-16-be")).rstrip(b"=").decode().replace("/", ",")
    return f"&{coded}-"


def _quote(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
