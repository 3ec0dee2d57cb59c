"""Makes the Word template of the hand-over dossier: `python src/bruecke/staffing/exports/hand_over_template.py`.

Placeholders are those of docxtpl: `{{ … }}` for text, `{%p … %}` a paragraph and `{%tr … %}` a row that repeat.
"""

from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt

TARGET = Path(__file__).parents[1] / "data" / "hand_over.docx"
WIDTHS = (Cm(2.4), Cm(6.8), Cm(3.2), Cm(2.8), Cm(2.3))


def make() -> None:
    """Write the file anew; its look is that of `core.documents`."""
    document: Any = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Cm(21), Cm(29.7)
    page.left_margin = page.right_margin = Cm(2)
    page.top_margin = page.bottom_margin = Cm(2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Arial", Pt(10)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "de-DE")
    normal.element.get_or_add_rPr().append(language)
    document.add_heading("{{ title }}", level=0)
    document.add_paragraph("{{ publisher }} · {{ as_of }}")
    facts = document.add_table(rows=3, cols=2)
    facts.rows[0].cells[0].text = "{%tr for fact in facts %}"
    facts.rows[1].cells[0].text, facts.rows[1].cells[1].text = "{{ fact.label }}", "{{ fact.value }}"
    facts.rows[2].cells[0].text = "{%tr endfor %}"
    document.add_paragraph("{{ empty }}")
    document.add_paragraph("{%p for section in sections %}")
    document.add_heading("{{ section.title }}", level=1)
    document.add_paragraph("{%p if section.note %}")
    document.add_paragraph("{{ section.note }}")
    document.add_paragraph("{%p endif %}")
    _points(document)
    document.add_paragraph("{%p endfor %}")
    document.add_paragraph("{{ foot }}")
    document.save(str(TARGET))


def _points(document: Any) -> None:
    table = document.add_table(rows=4, cols=len(WIDTHS))
    table.style = "Table Grid"
    table.autofit = False
    head, begin, row, end = table.rows
    for number, cell in enumerate(head.cells):
        cell.text = f"{{{{ heads[{number}] }}}}"
        cell.paragraphs[0].runs[0].bold = True
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    head._tr.get_or_add_trPr().append(repeated)
    begin.cells[0].text = "{%tr for row in section.rows %}"
    for cell, name in zip(row.cells, ("done", "title", "place", "state", "due"), strict=True):
        cell.text = f"{{{{ row.{name} }}}}"
    end.cells[0].text = "{%tr endfor %}"
    for line in table.rows:
        for cell, width in zip(line.cells, WIDTHS, strict=True):
            cell.width = width


if __name__ == "__main__":
    make()
