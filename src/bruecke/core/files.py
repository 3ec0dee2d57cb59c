"""Uploads: known by content and not by name, limited, stored under random names; images re-encoded, SVG refused."""

import io
import logging
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import IO

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction
from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy as _
from PIL import Image, UnidentifiedImageError

from bruecke.core.errors import Invalid
from bruecke.core.models import District, StoredFile
from bruecke.core.tokens import new_uid
from bruecke.core.viewer import Viewer

log = logging.getLogger("bruecke.files")
MAX_BYTES = 10 * 1024 * 1024
MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2400
_SMALL = 240
_ORPHAN_AFTER = timedelta(days=1)
_EXTENSIONS = {
    "application/pdf": "pdf",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/webp": "webp",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/csv": "csv",
    "application/zip": "zip",  # made by the house itself; `check_file` never takes one
}
_IMAGE_FORMATS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
_OFFICE_PARTS = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """Content that passed the checks; images are re-encoded, so metadata and hidden payloads are gone."""

    content: bytes
    content_type: str

    @property
    def is_image(self) -> bool:
        return self.content_type.startswith("image/")


def check_file(file: IO[bytes], name: str, *, accept: frozenset[str]) -> CheckedFile:
    """Decide by content what a file is. `accept` names content types. Raises: Invalid with what to do instead."""
    content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise Invalid(_("Die Datei ist zu groß. Erlaubt sind höchstens 10 MB."))
    if not content:
        raise Invalid(_("Die Datei ist leer. Bitte wählen Sie eine andere."))
    for detect in (_as_pdf, _as_office, _as_image, _as_csv):
        checked = detect(content)
        if checked is not None:
            break
    else:
        checked = None
    if checked is None or checked.content_type not in accept:
        kinds = ", ".join(sorted(_EXTENSIONS[kind].upper() for kind in accept))
        raise Invalid(_("Dieser Dateityp wird nicht angenommen. Erlaubt sind: %(kinds)s.") % {"kinds": kinds})
    extension = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if {"jpeg": "jpg"}.get(extension, extension) != _EXTENSIONS[checked.content_type]:
        raise Invalid(
            _("Der Inhalt passt nicht zur Endung: Es ist eine %(kind)s-Datei. Bitte prüfen Sie, ob es die richtige ist.")
            % {"kind": _EXTENSIONS[checked.content_type].upper()}
        )
    return checked


def _as_pdf(content: bytes) -> CheckedFile | None:
    if content.startswith(b"%PDF-") and b"%%EOF" in content[-2048:]:
        return CheckedFile(content, "application/pdf")
    return None


def _as_office(content: bytes) -> CheckedFile | None:
    if not content.startswith(b"PK\x03\x04"):
        return None
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except zipfile.BadZipFile:
        return None
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return None  # macros are never taken
    for part, content_type in _OFFICE_PARTS.items():
        if part in names:
            return CheckedFile(content, content_type)
    return None


def _as_image(content: bytes) -> CheckedFile | None:
    try:
        with Image.open(io.BytesIO(content), formats=list(_IMAGE_FORMATS)) as image:
            if image.width * image.height > MAX_PIXELS:
                raise Invalid(_("Das Bild hat zu viele Bildpunkte. Bitte verkleinern Sie es."))
            form = image.format or ""
            image.load()
            plain = image.convert("RGBA" if form != "JPEG" and "A" in image.getbands() else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    clean = io.BytesIO()
    plain.save(clean, format=form, **({"quality": 86} if form != "PNG" else {"optimize": True}))
    return CheckedFile(clean.getvalue(), _IMAGE_FORMATS[form])


def _as_csv(content: bytes) -> CheckedFile | None:
    if b"\0" in content or content.lstrip()[:1] in (b"<", b"{", b"%"):
        return None
    head = content.split(b"\n", 1)[0]
    return CheckedFile(content, "text/csv") if any(mark in head for mark in (b";", b",", b"\t")) else None


@transaction.atomic
def store_file(
    checked: CheckedFile,
    *,
    name: str,
    district: District,
    viewer: Viewer,
    now: datetime,
    about_uid: str = "",
    is_public: bool = False,
) -> StoredFile:
    """Store checked content under a random name. Only images may be public. Raises: Invalid."""
    if is_public and not checked.is_image:
        raise Invalid(_("Öffentlich gezeigt werden nur Bilder."))
    uid = new_uid()
    path = f"{district.uid}/{uid}.{_EXTENSIONS[checked.content_type]}"
    stored = StoredFile.objects.create(
        uid=uid,
        district=district,
        path=path,
        original_name=name.replace("\\", "/").rsplit("/", 1)[-1][-160:],
        content_type=checked.content_type,
        size_bytes=len(checked.content),
        sha256=sha256(checked.content).hexdigest(),
        is_public=is_public,
        about_uid=about_uid,
        uploaded_by_id=viewer.account_id,
        uploaded_at=now,
    )
    default_storage.save(path, ContentFile(checked.content))
    return stored


def delete_file(stored: StoredFile) -> None:
    """Drop the row now and the content when the transaction commits."""
    path, remove = stored.path, default_storage.delete
    stored.delete()
    transaction.on_commit(_later(remove, path))


def _later(remove: Callable[[str], None], path: str) -> Callable[[], None]:
    return lambda: remove(path)


class LostFile(Http404):
    """The row is there, its content on the disk is not: deleted by hand, or left out of a restore. Its page says so."""


def _open(stored: StoredFile) -> IO[bytes]:
    try:
        return default_storage.open(stored.path)
    except FileNotFoundError as error:
        log.error("stored file is missing", extra={"file": stored.uid})  # noqa: TRY400 - where it is asked for does not matter
        raise LostFile from error


def file_response(stored: StoredFile, *, shows_image: bool = False) -> FileResponse:
    """The file as an answer: public images inline, everything else as a download, never sniffed; a private one never kept.

    `shows_image`: a private image that we encoded ourselves may be looked at without being saved. Raises: LostFile.
    """
    is_shown = stored.is_public or (shows_image and stored.content_type.startswith("image/"))
    response = FileResponse(
        _open(stored),
        as_attachment=not is_shown,
        filename=stored.original_name,
        content_type=stored.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if not stored.is_public:
        response["Cache-Control"] = "no-store"
    return response


def small_picture(stored: StoredFile) -> bytes:
    """A JPEG of at most 240 pixels from an image that was encoded anew when it came."""
    with _open(stored) as file, Image.open(file) as image:
        image.draft("RGB", (_SMALL, _SMALL))
        small = image.convert("RGB")
    small.thumbnail((_SMALL, _SMALL))
    content = io.BytesIO()
    small.save(content, "JPEG", quality=80)
    return content.getvalue()


def forget_orphans(district: District, now: datetime) -> int:
    """Delete files that no row knows: their transaction was rolled back after they were written. Returns how many."""
    try:
        names = default_storage.listdir(district.uid)[1]
    except FileNotFoundError:
        return 0
    known = set(StoredFile.objects.filter(district=district).values_list("path", flat=True))
    gone = 0
    for path in (f"{district.uid}/{name}" for name in names):
        if path not in known and default_storage.get_modified_time(path) < now - _ORPHAN_AFTER:
            default_storage.delete(path)
            gone += 1
    return gone
