"""Photos and PDFs from people we do not know: taken apart in a process of its own (`cleaning_child`) and written anew.

Slower than `files.check_file` and for strangers' doors; call it before any transaction begins, and after the rate limit counted.
"""

import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore
from typing import IO, Any

from django.core.files.uploadhandler import FileUploadHandler
from django.utils.translation import gettext_lazy as _

from bruecke.core.errors import Invalid
from bruecke.core.files import MAX_BYTES, CheckedFile

ACCEPTED = frozenset({"image/jpeg", "image/png", "image/webp", "application/pdf"})
ALL_FORMS = ",".join(sorted(ACCEPTED))
_CHILD = Path(__file__).with_name("cleaning_child.py")
_SECONDS, _WAIT = 20, 20
_SLOTS = BoundedSemaphore(2)  # so many at once in one process of the house
_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
_REFUSALS = {
    "pixels": _("Das Bild hat zu viele Bildpunkte. Bitte verkleinern Sie es."),
    "broken": _("Die Datei ist beschädigt oder unvollständig. Bitte speichern Sie sie neu, oder fotografieren Sie die Seite."),
    "pages": _("Das PDF hat zu viele Seiten. Erlaubt sind höchstens 30. Bitte schicken Sie nur die nötigen Seiten."),
    "locked": _("Das PDF ist mit einem Passwort geschützt. Bitte schicken Sie es ohne Passwort, oder fotografieren Sie die Seite."),
    "heavy": _("Die Datei ist zu aufwendig. Bitte schicken Sie ein Foto oder eine kleinere Datei."),
}


def clean_upload(file: IO[bytes]) -> CheckedFile:
    """Decide by content what a file is, whatever its name says, and make a clean one from it. Raises: Invalid with a cure."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Invalid(_("Die Datei ist zu groß. Erlaubt sind höchstens 10 MB."))
    if not content:
        raise Invalid(_("Die Datei ist leer. Bitte wählen Sie eine andere."))
    kind = _kind(content)
    if not _SLOTS.acquire(timeout=_WAIT):
        raise Invalid(_("Gerade werden viele Dateien geprüft. Bitte versuchen Sie es in einer Minute noch einmal."))
    try:
        content_type, clean = _in_child(kind, content)
    finally:
        _SLOTS.release()
    if len(clean) > MAX_BYTES:
        raise Invalid(_REFUSALS["heavy"])
    return CheckedFile(clean, content_type)


def _kind(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        return "image"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise Invalid(_("Fotos im Format HEIC können wir nicht öffnen. Bitte schicken Sie das Foto als JPG."))
    raise Invalid(_("Dieser Dateityp wird nicht angenommen. Erlaubt sind Fotos (JPG, PNG, WebP) und PDF."))


def _in_child(kind: str, content: bytes) -> tuple[str, bytes]:
    """The child has limits of its own; whoever dies of them had too much to do."""
    command = [sys.executable, "-IB", str(_CHILD), kind]
    try:
        done = subprocess.run(  # noqa: S603 - a program of ours; what the stranger sent is its input
            command, input=content, capture_output=True, timeout=_SECONDS, env={}, cwd="/", check=False
        )
    except subprocess.TimeoutExpired as error:
        raise Invalid(_REFUSALS["heavy"]) from error
    if done.returncode == 0:
        head, _line, clean = done.stdout.partition(b"\n")
        return head.decode(), clean
    word = done.stdout.decode("ascii", "replace") if done.returncode == 3 else "heavy"
    if done.returncode > 3 or done.returncode in {1, 2}:
        raise RuntimeError(f"cleaning of a {kind} ended with {done.returncode}")  # our own mistake: it must be seen
    raise Invalid(_REFUSALS.get(word, _REFUSALS["broken"]))


class ShortUploads(FileUploadHandler):
    """First of the upload handlers: of a file that is too large, and of more files than are taken, nothing more is kept.

    The form still comes back with what was typed in it, and the disk of the house is never filled. `most` files.
    """

    def __init__(self, request: Any = None, *, most: int) -> None:
        super().__init__(request)
        self._most = most
        self._files = self._bytes = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._files += 1
        self._bytes = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self._files > self._most or self._bytes > MAX_BYTES:
            return None
        self._bytes += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
