"""Word documents (.docx) of the house: a title, headings, sentences, lists and tables, in plain German office style."""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import docx
from django.http import HttpResponse
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Part:
    """A heading (level 1 to 3, or 0 for none) with what stands below it, in this order: sentences, points, facts, a table."""

    heading: object = ""
    level: int = 1
    sentences: Sequence[object] = ()
    points: Sequence[object] = ()
    facts: Sequence[tuple[object, object]] = ()
    table: tuple[Sequence[object], Sequence[Sequence[object]]] | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole document; `lead` are the lines below the title."""

    title: object
    parts: Sequence[Part]
    lead: Sequence[object] = field(default=())


def write_docx(paper: Paper, *, now: datetime) -> bytes:
    """The document as a file: A4, real headings and header rows (read by screen readers), language German."""
    document = docx.Document()
    _dress(document, str(paper.title), now)
    document.add_heading(_clean(paper.title), level=0)
    for line in paper.lead:
        document.add_paragraph(_clean(line))
    for part in paper.parts:
        _add(document, part)
    content = io.BytesIO()
    document.save(content)
    return content.getvalue()


def _dress(document: Any, title: str, now: datetime) -> None:
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2.5)
    page.top_margin = page.bottom_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10.5)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "de-DE")
    normal.element.get_or_add_rPr().append(language)
    about = document.core_properties
    about.title, about.author, about.language = _clean(title)[:255], "Brücke", "de-DE"
    about.created = about.modified = now.replace(tzinfo=None)


def _add(document: Any, part: Part) -> None:
    if part.heading:
        document.add_heading(_clean(part.heading), level=part.level)
    for sentence in part.sentences:
        for line in _clean(sentence).splitlines() or [""]:
            document.add_paragraph(line)
    for point in part.points:
        document.add_paragraph(_clean(point), style="List Bullet")
    if part.facts:
        _table(document, (), part.facts)
    if part.table is not None:
        _table(document, *part.table)


def _table(document: Any, head: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    lines = [list(row) for row in rows]
    width = len(head) or max((len(row) for row in lines), default=1)
    table = document.add_table(rows=0, cols=width, style="Table Grid")
    if head:
        cells = table.add_row()
        repeated = OxmlElement("w:tblHeader")
        cells._tr.get_or_add_trPr().append(repeated)
        for cell, text in zip(cells.cells, head, strict=True):
            cell.paragraphs[0].add_run(_clean(text)).bold = True
    for row in lines:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)
    document.add_paragraph()


def _clean(text: object) -> str:
    """Without signs that XML cannot hold."""
    return _UNWRITABLE.sub("", str(text))


def docx_response(paper: Paper, *, name: str, now: datetime) -> HttpResponse:
    """The document as a download; `name` without ending."""
    response = HttpResponse(write_docx(paper, now=now), content_type=DOCX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
