"""From data and a template to a PDF/UA-1 file. Data goes in as JSON and never becomes part of a template."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

import typst
from django.conf import settings

from bruecke.core.clock import start_of
from bruecke.core.typesetting.fonts import font_folder

STANDARD: Final = "ua-1"


class NotSet(Exception):
    """The template does not compile: broken, or its document would not be accessible."""


@dataclass(frozen=True, slots=True)
class Document:
    """What a document is made of. `template` is a path below the package (`staffing/data/contact_list.typ`).

    The template gets `data` (plain JSON: texts, numbers, lists, mappings) beside `title`, `lang` and `rtl`; `day` is its date.
    """

    template: str
    title: str
    lang: str
    is_rtl: bool
    day: date
    data: Mapping[str, Any]

    @property
    def input(self) -> str:
        """All that goes into the template, always in the same order."""
        fixed = {"title": self.title, "lang": self.lang, "rtl": self.is_rtl, "day": self.day.isoformat()}
        return json.dumps({**self.data, **fixed}, ensure_ascii=False, sort_keys=True)

    @property
    def path(self) -> Path:
        return Path(settings.BASE_DIR) / self.template


def set_pdf(document: Document) -> bytes:
    """The finished file; the same document gives the same bytes. Some 0.1 s a page. Raises: NotSet, FontsMissing."""
    try:
        return typst.compile(
            str(document.path),
            root=str(settings.BASE_DIR),
            font_paths=[str(font_folder())],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": document.input},
            pdf_standards=[STANDARD],
            timestamp=int(start_of(document.day).timestamp()),
        )
    except RuntimeError as error:
        raise NotSet(str(error)) from error
