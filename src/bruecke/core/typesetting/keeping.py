"""Finished documents as files under a fingerprint of their content: the same list is set once, whichever process asks."""

import os
from datetime import datetime
from hashlib import blake2b
from importlib.metadata import version
from pathlib import Path

from django.conf import settings

from bruecke import RELEASE
from bruecke.core.typesetting.pdf import STANDARD, Document, set_pdf

KEPT_DAYS = 40
_HOUSE = "core/data/house.typ"


def kept_pdf(document: Document) -> bytes:
    """The file, set now or found from before. Raises: NotSet, FontsMissing."""
    path = _folder() / f"{_fingerprint(document)}.pdf"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        pass
    content = set_pdf(document)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    temporary = path.with_suffix(f".{os.getpid()}.part")
    temporary.write_bytes(content)
    temporary.replace(path)
    return content


def forget_old(now: datetime) -> int:
    """Drop files that were made `KEPT_DAYS` ago; who asks again gets them again. Returns how many."""
    gone = 0
    for path in _folder().glob("*"):
        if path.stat().st_mtime < now.timestamp() - KEPT_DAYS * 86_400:
            path.unlink(missing_ok=True)
            gone += 1
    return gone


def _folder() -> Path:
    return Path(settings.DATA_DIR) / "documents"


def _fingerprint(document: Document) -> str:
    """Of everything that decides how the file looks, the templates themselves among it."""
    digest = blake2b(digest_size=20)
    for part in (RELEASE, version("typst"), STANDARD, document.template, document.input):
        digest.update(part.encode() + b"\0")
    for path in (document.path, Path(settings.BASE_DIR) / _HOUSE):
        digest.update(path.read_bytes())
    return digest.hexdigest()
