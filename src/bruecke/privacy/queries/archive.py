"""A person's data as files: one page to read (HTML), one for programs (JSON), and the files she gave, in one archive."""

import io
import json
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi

from bruecke.core.clock import local_day
from bruecke.core.models import StoredFile
from bruecke.core.privacy import ExportSection
from bruecke.privacy.models import SubjectRequest


@dataclass(frozen=True, slots=True)
class Chapter:
    """What is held about one subject."""

    title: str
    sections: list[ExportSection]


def as_html(title: object, holder: object, chapters: list[Chapter], now: datetime) -> str:
    """One page without anything from outside, to be opened from a folder or printed."""
    context = {
        "title": title,
        "holder": holder,
        "chapters": chapters,
        "on": local_day(now),
        "lang": get_language() or "de",
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
    return render_to_string("privacy/archive.html", context)


def as_json(title: object, holder: object, chapters: list[Chapter], now: datetime) -> str:
    """The same for programs (Art. 20: structured, common, machine-readable): fields by their names in the program."""
    content: dict[str, Any] = {
        "title": str(title),
        "controller": str(holder),
        "created_on": local_day(now).isoformat(),
        "about": [{"title": chapter.title, "sections": [_section(one) for one in chapter.sections]} for chapter in chapters],
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def _section(section: ExportSection) -> dict[str, Any]:
    return {
        "key": section.key,
        "title": str(section.title),
        "note": str(section.note),
        "records": [{value.key: value.value for value in record} for record in section.records],
        "files": [_file_name(stored) for stored in section.files],
    }


def as_zip(request: SubjectRequest, chapters: list[Chapter], now: datetime) -> bytes:
    """The archive of a request. Files of one subject stand once, whichever section names them."""
    title = f"{request.get_kind_display()} {request.number}"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("auskunft.html", as_html(title, request.controller, chapters, now))
        archive.writestr("auskunft.json", as_json(title, request.controller, chapters, now))
        for stored in _files(chapters):
            if default_storage.exists(stored.path):
                with default_storage.open(stored.path) as content:
                    archive.writestr(f"dateien/{_file_name(stored)}", content.read())
    return packed.getvalue()


def _files(chapters: Iterable[Chapter]) -> list[StoredFile]:
    found = {stored.pk: stored for chapter in chapters for section in chapter.sections for stored in section.files}
    return list(found.values())


def _file_name(stored: StoredFile) -> str:
    """The person's own name for it, made unique and without anything that could lead out of the folder."""
    plain = "".join(letter if letter.isalnum() or letter in "._- " else "_" for letter in stored.original_name).strip(". ")
    return f"{stored.uid[:6]}-{plain or 'datei'}"
