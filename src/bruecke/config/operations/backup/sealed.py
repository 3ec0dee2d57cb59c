"""A backup under a key: AES-256-GCM in pieces, so that it can be written and read as a stream of any length.

Form: magic, salt (16 bytes), prefix (7 bytes); then pieces of at most 1 MB of text, each with its tag of 16 bytes. The nonce of
a piece is prefix, number (4 bytes), 1 for the last piece else 0 (Hoang, Reyhanitabar, Rogaway, Vizár: STREAM, 2015): pieces
cannot be swapped, left out or cut off. The key of a file is drawn from the key file and the salt by HKDF-SHA-256.
"""

import base64
import io
import os
import secrets
from pathlib import Path
from typing import IO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bruecke.config.operations.errors import BackupError

MAGIC = b"BRUECKE-SICHERUNG-AESGCM-1\n"
_PIECE = 1 << 20
_TAG = 16


def make_key_file(path: Path) -> Path:
    """A new key of 256 bits, readable by its owner alone; returns where it is. Raises: BackupError when the file is there."""
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o400)
    except FileExistsError as error:
        raise BackupError(f"Die Datei {path} gibt es schon. Bitte nennen Sie eine andere.") from error
    with os.fdopen(handle, "w") as file:
        file.write(base64.b64encode(secrets.token_bytes(32)).decode() + "\n")
    return path


def read_key_file(path: Path) -> bytes:
    """Raises: BackupError."""
    try:
        key = base64.b64decode(path.read_text().strip(), validate=True)
    except (OSError, ValueError) as error:
        raise BackupError(f"Die Schlüsseldatei {path} lässt sich nicht lesen ({type(error).__name__}).") from error
    if len(key) != 32:
        raise BackupError(f"{path} ist keine Schlüsseldatei. Eine neue macht: bruecke backup-key DATEI")
    return key


def is_sealed(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(len(MAGIC)) == MAGIC


def _cipher(key: bytes, salt: bytes) -> AESGCM:
    return AESGCM(HKDF(SHA256(), 32, salt, b"bruecke backup").derive(key))


class Sealing(io.RawIOBase):
    """Writes what it is given, sealed, to `target`; whole only after `close`."""

    def __init__(self, target: IO[bytes], key: bytes) -> None:
        self._target, self._held, self._number = target, bytearray(), 0
        salt, self._prefix = secrets.token_bytes(16), secrets.token_bytes(7)
        self._aes = _cipher(key, salt)
        target.write(MAGIC + salt + self._prefix)

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        self._held += data  # type: ignore[arg-type]
        while len(self._held) > _PIECE:  # the last piece is known only at the end
            self._put(bytes(self._held[:_PIECE]), is_last=False)
            del self._held[:_PIECE]
        return len(data)  # type: ignore[arg-type]

    def _put(self, text: bytes, *, is_last: bool) -> None:
        self._target.write(self._aes.encrypt(_nonce(self._prefix, self._number, is_last=is_last), text, MAGIC))
        self._number += 1

    def close(self) -> None:
        if not self.closed:
            self._put(bytes(self._held), is_last=True)
        super().close()


class Opening(io.RawIOBase):
    """Reads what `Sealing` wrote. Raises BackupError for a wrong key and for whatever was changed or cut off."""

    def __init__(self, source: IO[bytes], key: bytes) -> None:
        head = source.read(len(MAGIC) + 23)
        if len(head) != len(MAGIC) + 23 or not head.startswith(MAGIC):
            raise BackupError("Das ist keine verschlüsselte Sicherung.")
        salt, self._prefix = head[len(MAGIC) : len(MAGIC) + 16], head[-7:]
        self._source, self._aes = source, _cipher(key, salt)
        self._next, self._held, self._number, self._over = source.read(_PIECE + _TAG), b"", 0, False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: object) -> int:
        while not self._held and not self._over:
            self._take()
        view = memoryview(buffer)  # type: ignore[arg-type]
        count = min(len(view), len(self._held))
        view[:count] = self._held[:count]
        self._held = self._held[count:]
        return count

    def _take(self) -> None:
        piece, self._next = self._next, self._source.read(_PIECE + _TAG)
        self._over = not self._next
        try:
            self._held = self._aes.decrypt(_nonce(self._prefix, self._number, is_last=self._over), piece, MAGIC)
        except InvalidTag as error:
            where = "Der Schlüssel passt nicht" if not self._number else "Die Datei wurde verändert oder ist abgeschnitten"
            raise BackupError(f"Die Sicherung lässt sich nicht entschlüsseln: {where}.") from error
        self._number += 1


def _nonce(prefix: bytes, number: int, *, is_last: bool) -> bytes:
    return prefix + number.to_bytes(4) + bytes([is_last])
