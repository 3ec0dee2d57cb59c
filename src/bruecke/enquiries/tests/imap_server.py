"""A small IMAP server on loopback for tests (what of RFC 3501 a reader of mails speaks), with faults on demand.

It is no stand-in for a real server: `test_mailbox_dovecot` runs the same road against Dovecot. Here are the faults that Dovecot
does not have: silence, a cut line, no MOVE, lies about sizes.
"""

import base64
import re
import socket
import socketserver
import ssl
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass
class Stored:
    """A mail in a folder."""

    uid: int
    raw: bytes
    on: date
    flags: set[str] = field(default_factory=set)


@dataclass
class Box:
    """One mailbox and how its server misbehaves."""

    username: str = "fragen@example.org"
    password: str = "geheim Wört"
    uid_validity: int = 7
    folders: dict[str, list[Stored]] = field(default_factory=lambda: {"INBOX": []})
    capabilities: str = "IMAP4rev1 AUTH=PLAIN MOVE"
    greeting: bytes = b"* OK bereit"
    faults: set[str] = field(default_factory=set)
    """silent-fetch, cut-fetch, cut-store, no-store, huge-literal, mute."""
    seen: list[str] = field(default_factory=list)
    """Commands that came, without passwords."""
    _next: int = 1

    def put(self, raw: bytes, *, on: date = date(2026, 11, 24), folder: str = "INBOX") -> int:
        self.folders.setdefault(folder, []).append(Stored(self._next, raw, on))
        self._next += 1
        return self._next - 1

    def uids(self, folder: str = "INBOX") -> list[int]:
        return [mail.uid for mail in self.folders.get(folder, [])]

    def flags(self, uid: int) -> set[str]:
        return next(mail.flags for mails in self.folders.values() for mail in mails if mail.uid == uid)


class _Session(socketserver.StreamRequestHandler):
    """One connection."""

    timeout = 10

    def handle(self) -> None:
        self.box: Box = self.server.box  # type: ignore[attr-defined]
        self.folder = ""
        if "mute" in self.box.faults:
            self.server.hold.wait(5)  # type: ignore[attr-defined]
            return
        self.say(self.box.greeting)
        try:
            while line := self.rfile.readline(65536):
                if not self.answer(line.decode("utf-8", "replace").rstrip("\r\n")):
                    return
        except OSError:
            return

    def finish(self) -> None:
        try:
            super().finish()
        except OSError:
            return
        finally:
            self.request.close()

    def say(self, *lines: bytes) -> None:
        for line in lines:
            self.wfile.write(line + b"\r\n")
        self.wfile.flush()

    def answer(self, line: str) -> bool:
        tag, _blank, rest = line.partition(" ")
        command, _blank, words = rest.partition(" ")
        if command.upper() == "UID":
            command, _blank, words = words.partition(" ")
        command = command.upper()
        self.box.seen.append(command)
        handler = getattr(self, f"do_{command.lower()}", None)
        if handler is None:
            self.say(f"{tag} BAD unbekannt".encode())
            return True
        return handler(tag, words) is not False

    def ok(self, tag: str) -> None:
        self.say(f"{tag} OK fertig".encode())

    def do_capability(self, tag: str, words: str) -> None:
        self.say(f"* CAPABILITY {self.box.capabilities}".encode())
        self.ok(tag)

    def do_logout(self, tag: str, words: str) -> bool:
        self.say(b"* BYE bis bald")
        self.ok(tag)
        return False

    def do_starttls(self, tag: str, words: str) -> None:
        self.ok(tag)
        context = self.server.context  # type: ignore[attr-defined]
        self.request = context.wrap_socket(self.request, server_side=True)
        self.setup()

    def do_authenticate(self, tag: str, words: str) -> None:
        self.say(b"+ ")
        given = base64.b64decode(self.rfile.readline()).decode().split("\0")[1:]
        self._enter(tag, given == [self.box.username, self.box.password])

    def do_login(self, tag: str, words: str) -> None:
        given = re.findall(r'"((?:[^"\\]|\\.)*)"', words)
        self._enter(tag, given == [self.box.username, self.box.password])

    def _enter(self, tag: str, is_right: bool) -> None:
        self.say(f"{tag} OK willkommen".encode() if is_right else f"{tag} NO falsch".encode())

    def do_select(self, tag: str, words: str) -> None:
        name = words.strip('"')
        if name not in self.box.folders:
            self.say(f"{tag} NO fehlt".encode())
            return
        self.folder = name
        count = len(self.box.folders[name])
        self.say(f"* {count} EXISTS".encode(), f"* OK [UIDVALIDITY {self.box.uid_validity}] gilt".encode())
        self.ok(tag)

    def do_search(self, tag: str, words: str) -> None:
        day, month, year = words.rsplit(" ", 1)[1].split("-")
        since = date(int(year), MONTHS.index(month) + 1, int(day))
        found = [str(mail.uid) for mail in self.mails if "\\Seen" not in mail.flags and mail.on >= since]
        self.say(f"* SEARCH {' '.join(found)}".encode())
        self.ok(tag)

    @property
    def mails(self) -> list[Stored]:
        return self.box.folders[self.folder]

    def do_fetch(self, tag: str, words: str) -> bool:
        uid, _blank, items = words.partition(" ")
        mail = next((one for one in self.mails if one.uid == int(uid)), None)
        if mail is None:
            self.ok(tag)
            return True
        if "RFC822.SIZE" in items:
            self.say(f"* 1 FETCH (UID {uid} RFC822.SIZE {len(mail.raw)})".encode())
            self.ok(tag)
            return True
        return self._body(tag, uid, mail, items)

    def _body(self, tag: str, uid: str, mail: Stored, items: str) -> bool:
        if "cut-fetch" in self.box.faults:
            return False
        if "silent-fetch" in self.box.faults:
            self.server.hold.wait(5)  # type: ignore[attr-defined]
            return False
        limit = int(re.findall(r"<0\.(\d+)>", items)[0])
        part = mail.raw[:limit]
        size = 10**12 if "huge-literal" in self.box.faults else len(part)
        self.wfile.write(f"* 1 FETCH (UID {uid} BODY[]<0> {{{size}}}\r\n".encode() + part + b")\r\n")
        self.ok(tag)
        return True

    def do_store(self, tag: str, words: str) -> bool:
        if "cut-store" in self.box.faults:
            return False
        uid = int(words.split(" ", maxsplit=1)[0])
        if "no-store" in self.box.faults:
            self.say(f"{tag} NO nur lesen".encode())
            return True
        for mail in self.mails:
            if mail.uid == uid:
                mail.flags.add("\\Seen")
        self.ok(tag)
        return True

    def do_create(self, tag: str, words: str) -> None:
        self.box.folders.setdefault(words.strip('"'), [])
        self.ok(tag)

    def do_subscribe(self, tag: str, words: str) -> None:
        self.ok(tag)

    def do_move(self, tag: str, words: str) -> None:
        uid, _blank, name = words.partition(" ")
        moving = [mail for mail in self.mails if mail.uid == int(uid)]
        self.box.folders[name.strip('"')] += moving
        self.box.folders[self.folder] = [mail for mail in self.mails if mail not in moving]
        self.ok(tag)


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    context: ssl.SSLContext | None = None
    is_tls = False

    def get_request(self):
        line, address = super().get_request()
        if self.is_tls and self.context is not None:
            line = self.context.wrap_socket(line, server_side=True)
        return line, address

    def handle_error(self, request, client_address) -> None:
        """A client that goes away in the middle is what these tests are about."""


@contextmanager
def serving(box: Box, certificate: Path | None = None, *, is_tls: bool = False):
    """The port on which the box can be reached while the test runs."""
    server = _Server(("127.0.0.1", 0), _Session)
    server.box = box
    server.hold = threading.Event()
    if certificate is not None:
        server.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.context.load_cert_chain(certificate)
        server.is_tls = is_tls
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.hold.set()
        server.shutdown()
        thread.join()
        server.server_close()


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return line.getsockname()[1]


def make_certificate(folder: Path, *names: str) -> Path:
    """A certificate of its own for these names, with its key, in one file."""
    from datetime import UTC, datetime
    from ipaddress import ip_address

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import NameOID

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    known = [x509.IPAddress(ip_address(name)) if name[0].isdigit() else x509.DNSName(name) for name in names]
    today = datetime.now(UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(known), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "mail.pem"
    secret = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(built.public_bytes(serialization.Encoding.PEM) + secret)
    return path
