"""The file itself: read outside of any transaction, then kept packed until its rows are staged."""

import json
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import IO

from bruecke.core import sheets
from bruecke.core.sheets import Sheet, SheetRow


@dataclass(frozen=True, slots=True)
class ReadFile:
    """A table that was understood, with the name and the fingerprint of its file."""

    sheet: Sheet
    name: str
    sha256: str


def read_file(file: IO[bytes], name: str, read: Callable[[bytes, str], Sheet] | None = None) -> ReadFile:
    """Read an uploaded table (or what `read` makes one of). Takes seconds: call it before a transaction begins. Raises: Invalid."""
    content = file.read(sheets.MAX_BYTES + 1)
    plain = name.replace("\0", "").replace("\\", "/").rsplit("/", 1)[-1][-160:]
    return ReadFile((read or sheets.read_sheet)(content, plain), plain, sha256(content).hexdigest())


def packed(rows: tuple[SheetRow, ...]) -> bytes:
    return zlib.compress(json.dumps([[row.number, row.cells] for row in rows], ensure_ascii=False).encode())


def unpacked(source: bytes | memoryview) -> list[tuple[int, list[str]]]:
    """(number, cells) of every row; none when the source has been wiped."""
    content = bytes(source)
    return [(number, cells) for number, cells in json.loads(zlib.decompress(content))] if content else []
