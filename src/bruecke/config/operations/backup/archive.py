"""The file itself: a stream of tar in gzip, sealed with a key where one is given. First what it is, last what must be in it.

header.json     format, release, moment, kind of database, districts, applied migrations
database.*      the copy of the database: an SQLite file, or SQL of pg_dump in gzip
secret_key · audit-anchors.txt · media/…
manifest.json   SHA-256 of each of those, rows and fingerprint of each table; without it the file is cut off
"""

import gzip
import json
import os
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import IO, Any

from bruecke.config.operations.backup.sealed import Opening, Sealing, is_sealed, read_key_file
from bruecke.config.operations.backup.tables import Columns, Content
from bruecke.config.operations.errors import BackupError

FORMAT = 2
HEADER, MANIFEST = "header.json", "manifest.json"
DATABASES = {"sqlite": "database.sqlite3", "postgresql": "database.sql.gz"}
_SINGLE = {HEADER, MANIFEST, "secret_key", "audit-anchors.txt", *DATABASES.values()}
_MEDIA = "media"
_DAMAGED = (tarfile.TarError, EOFError, zlib.error, gzip.BadGzipFile, UnicodeDecodeError)


@dataclass
class Archive:
    """What was read: `folder` holds the members, unless they were only looked at."""

    header: dict[str, Any]
    folder: Path
    sums: dict[str, str] = field(default_factory=dict)
    tables: dict[str, Columns] = field(default_factory=dict)
    contents: dict[str, Content] = field(default_factory=dict)
    missing_files: list[str] = field(default_factory=list)

    @property
    def vendor(self) -> str:
        return str(self.header["database"])

    @property
    def database(self) -> Path:
        return self.folder / DATABASES[self.vendor]

    @property
    def media(self) -> list[str]:
        return [name.removeprefix(f"{_MEDIA}/") for name in self.sums if name.startswith(f"{_MEDIA}/")]


class Writer:
    """Adds members one after the other and remembers their sums."""

    def __init__(self, tar: tarfile.TarFile) -> None:
        self.tar = tar
        self.sums: dict[str, str] = {}

    def text(self, name: str, value: object) -> None:
        content = json.dumps(value, ensure_ascii=False, indent=1).encode()
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = len(content), 0o600
        self.tar.addfile(entry, BytesIO(content))

    def file(self, name: str, path: Path) -> None:
        with path.open("rb") as source:
            entry = tarfile.TarInfo(name)
            stat = os.fstat(source.fileno())
            entry.size, entry.mtime, entry.mode = stat.st_size, int(stat.st_mtime), 0o600
            summed = _Summed(source)
            self.tar.addfile(entry, summed)
        self.sums[name] = summed.sum.hexdigest()

    def media(self, name: str, path: Path) -> None:
        self.file(f"{_MEDIA}/{name}", path)


class _Summed:
    """A file whose bytes are summed as they are read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.sum = file, sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.sum.update(data)
        return data


@contextmanager
def written(path: Path, key_file: Path | None) -> Iterator[Writer]:
    """A new archive; on the disk for good when the block has ended."""
    with ExitStack() as open_things:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        plain = open_things.enter_context(os.fdopen(handle, "wb"))
        out: Any = open_things.enter_context(closing(Sealing(plain, read_key_file(key_file)))) if key_file else plain
        zipped = open_things.enter_context(gzip.GzipFile(fileobj=out, mode="wb", compresslevel=6))
        tar = open_things.enter_context(tarfile.open(fileobj=zipped, mode="w|"))
        yield Writer(tar)
        tar.close()
        zipped.close()
        if key_file:
            out.close()
        plain.flush()
        os.fsync(plain.fileno())


def read(source: Path, folder: Path, *, key_file: Path | None = None, only_look: bool = False) -> Archive:
    """Read from end to end and hold every member against its sum; puts them into `folder`.

    `only_look`: uploads are summed, not kept. Raises: BackupError, for anything that is not a whole backup of ours.
    """
    try:
        with ExitStack() as open_things:
            tar = _opened(source, key_file, open_things)
            return _members(tar, source, folder, only_look=only_look)
    except _DAMAGED as error:
        raise BackupError(f"{source} ist keine lesbare Sicherung, oder sie ist abgeschnitten ({type(error).__name__}).") from error
    except FileNotFoundError as error:
        raise BackupError(f"{source} ist keine lesbare Sicherung: Die Datei gibt es nicht.") from error
    except PermissionError as error:
        raise BackupError(f"{source} ist keine lesbare Sicherung: Die Rechte erlauben es nicht.") from error


def _opened(source: Path, key_file: Path | None, open_things: ExitStack) -> tarfile.TarFile:
    stream: Any = open_things.enter_context(source.open("rb"))
    if is_sealed(source):
        if key_file is None:
            raise BackupError("Die Sicherung ist verschlüsselt. Bitte nennen Sie die Schlüsseldatei: --key-file DATEI")
        stream = open_things.enter_context(closing(Opening(stream, read_key_file(key_file))))
    elif key_file is not None:
        raise BackupError("Die Sicherung ist nicht verschlüsselt. Bitte lassen Sie --key-file weg.")
    return open_things.enter_context(tarfile.open(fileobj=stream, mode="r|gz"))


def _members(tar: tarfile.TarFile, source: Path, folder: Path, *, only_look: bool) -> Archive:
    archive: Archive | None = None
    manifest: dict[str, Any] | None = None
    sums: dict[str, str] = {}
    for member in tar:
        if member.isdir():
            continue
        name = _safe_name(member)
        content = tar.extractfile(member)
        if content is None:
            raise BackupError(f"{source} ist keine lesbare Sicherung: {name} ist keine Datei.")
        if name in {HEADER, MANIFEST}:
            told = _json(content.read(), source)
            archive = archive or Archive(_known(told), folder)
            manifest = told if name == MANIFEST else None
            continue
        sums[name] = _keep(content, None if only_look and name.startswith(f"{_MEDIA}/") else folder / name)
    if archive is None or manifest is None:
        raise BackupError(f"{source} ist keine lesbare Sicherung: Sie ist nicht zu Ende geschrieben oder abgeschnitten.")
    archive.sums = sums
    _compare(archive, manifest)
    return archive


def _safe_name(member: tarfile.TarInfo) -> str:
    path = PurePosixPath(member.name)
    is_media = path.parts[:1] == (_MEDIA,) and len(path.parts) > 1 and ".." not in path.parts
    if not member.isreg() or not (is_media or member.name in _SINGLE):
        raise BackupError(f"Die Sicherung enthält etwas Fremdes: {member.name[:80]!r}.")
    return path.as_posix()


def _json(content: bytes, source: Path) -> dict[str, Any]:
    try:
        told = json.loads(content)
    except ValueError as error:
        raise BackupError(f"{source} ist keine lesbare Sicherung ({type(error).__name__}).") from error
    if not isinstance(told, dict):
        raise BackupError(f"{source} ist keine lesbare Sicherung.")
    return told


def _known(header: dict[str, Any]) -> dict[str, Any]:
    """The header of a format we know. Format 1 (release 0.1) told everything in its manifest, which came first."""
    if header.get("format") not in {1, FORMAT} or header.get("database") not in DATABASES:
        raise BackupError("Die Sicherung hat ein Format, das diese Version nicht kennt. Sie stammt wohl aus einer neueren Version.")
    return header


def _keep(content: IO[bytes], target: Path | None) -> str:
    digest = sha256()
    if target is None:
        while chunk := content.read(1 << 20):
            digest.update(chunk)
        return digest.hexdigest()
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with target.open("wb") as file:
        target.chmod(0o600)
        while chunk := content.read(1 << 20):
            digest.update(chunk)
            file.write(chunk)
    return digest.hexdigest()


def _compare(archive: Archive, manifest: dict[str, Any]) -> None:
    wanted: dict[str, str] = manifest["sha256"]
    for name in sorted(wanted.keys() | (archive.sums.keys() if archive.header["format"] == FORMAT else set())):
        if wanted.get(name) != archive.sums.get(name):
            raise BackupError(f"Die Sicherung ist beschädigt: {name} stimmt nicht mit ihrer Prüfsumme überein.")
    for table, told in manifest.get("tables", {}).items():
        archive.tables[table] = told["columns"]
        archive.contents[table] = Content(told["rows"], told["hash"])
    archive.missing_files = manifest.get("missing_files", [])
