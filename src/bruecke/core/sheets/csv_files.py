"""Text tables: which encoding, which separator, and the rows as a spreadsheet program would number them."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from bruecke.core.errors import Invalid
from bruecke.core.sheets.shapes import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_FILLED,
    MAX_ROWS,
    Grid,
    Warnings,
    cell_name,
    too_long_cell,
    too_many_cells,
    too_many_columns,
    too_many_rows,
)

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_SEPARATORS = {";": 1.5, "\t": 1.5, ",": 1.0, "|": 1.0}
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f]")
_SAMPLE = 100
_DEFUSED = tuple(f"'{mark}" for mark in "=+-@|%\t\n")
_END = "\ue000"  # from the private use area: stands in no office's file
csv.field_size_limit(1024 * 1024)


def read_text_table(content: bytes, name: str) -> Grid:
    """The rows of a CSV or tab-separated file. Raises: Invalid."""
    text, encoding = _decode(content)
    grid = Grid(name=name, encoding=encoding, warnings=Warnings())
    hint = _SEPARATOR_LINE.match(text)
    if hint:
        text = text[hint.end() :]
    separator = hint[1] if hint and hint[1] in _SEPARATORS else _separator_of(text)
    filled = 0
    for number, cells in _records(text, separator):
        if not cells:
            continue
        filled += _check_row(number, cells)
        if filled > MAX_FILLED:
            raise Invalid(too_many_cells())
        if len(grid.rows) > MAX_ROWS + _SAMPLE:  # the header and the titles above it are not counted
            raise Invalid(too_many_rows())
        grid.rows.append((number, cells))
    return grid


def _check_row(number: int, cells: list[str]) -> int:
    """How many cells of the row are filled. Raises: Invalid with the cell that is one too many or too long."""
    if len(cells) > MAX_COLUMNS:
        raise Invalid(too_many_columns(cell_name(number, len(cells) - 1)))
    for column, cell in enumerate(cells):
        if len(cell) > MAX_CELL:
            raise Invalid(too_long_cell(cell_name(number, column)))
    return sum(1 for cell in cells if cell)


def _decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding. Windows-1252 is what is left when nothing else fits, as in Excel's "CSV"."""
    for mark, encoding in _BOMS:
        if content.startswith(mark):
            return _checked(_decoded(content[len(mark) :], encoding)), encoding
    if b"\0" in content:
        encoding = _wide_encoding(content)
        return _checked(_decoded(content, encoding)), encoding
    for encoding in ("utf-8", "cp1252"):
        try:
            return _checked(content.decode(encoding)), encoding
        except UnicodeDecodeError:
            continue
    return _checked(content.decode("latin-1")), "latin-1"


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise Invalid(_not_text()) from error


def _wide_encoding(content: bytes) -> str:
    """UTF-16 without a mark: every other byte of a German text is NUL. Raises: Invalid when it is something else."""
    sample = content[:4096]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd * 5 > len(sample) // 2 and not even:
        return "utf-16-le"
    if even * 5 > len(sample) // 2 and not odd:
        return "utf-16-be"
    raise Invalid(_not_text())


def _checked(text: str) -> str:
    """The text without stray control characters. Raises: Invalid when there are so many that it is no text at all."""
    if "\0" in text:
        raise Invalid(_not_text())
    text = text.replace("\x0b", "\n").replace("\x0c", "\n")
    strange = len(_CONTROLS.findall(text))
    if strange * 50 > len(text):
        raise Invalid(_not_text())
    return (_CONTROLS.sub("", text) if strange else text).replace(_END, "").removeprefix("\ufeff")


def _not_text() -> str:
    return _(
        "Die Datei enthält Zeichen, die in keiner Tabelle stehen. Bitte öffnen Sie sie in Excel und speichern Sie sie als .xlsx."
    )


def _separator_of(text: str) -> str:
    """The separator that cuts the first rows most evenly into the most cells. Raises: Invalid when there is one column only.

    Semicolon and tab count for more than the comma, which stands in figures and texts; less counts what is not in the
    first row that has any separator at all, for that one is a title or the header.
    """
    first = next((line for line in text.splitlines()[:_SAMPLE] if any(mark in line for mark in _SEPARATORS)), "")
    scores = {mark: _evenness(text, mark) * weight * (1 if mark in first else 0.4) for mark, weight in _SEPARATORS.items()}
    best = max(scores, key=lambda mark: scores[mark])
    if not scores[best]:
        raise Invalid(
            _(
                "In der Datei steht nur eine Spalte. Eine Tabelle hat in der ersten Zeile mehrere Überschriften, "
                "getrennt durch Semikolon, Komma oder Tabulator. Bitte prüfen Sie, ob es die richtige Datei ist."
            )
        )
    return best


def _evenness(text: str, separator: str) -> float:
    """How many of the first rows have the commonest width, times the root of that width; 0 when none has two cells."""
    try:
        rows = islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), _SAMPLE)
        widths = [len(row) for row in rows if row]
    except csv.Error:
        return 0
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return 0
    width, times = wide.most_common(1)[0]
    return float(times / len(widths) * min(width, 20) ** 0.5)


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """(number, cells) of every row. Raises: Invalid for a quotation mark that never ends, with the row where it begins."""
    lines = io.StringIO(f"{text}\n{_END}", newline="")
    number, first, cells = 0, 0, [""]
    try:
        for number, cells in enumerate(csv.reader(lines, delimiter=separator), start=1):
            if cells == [_END]:
                return
            first = number
            yield number, _tidy(cells)
    except csv.Error as error:
        raise Invalid(_open_quote(number + 1)) from error
    raise Invalid(_open_quote(first))


def _open_quote(number: int) -> str:
    return _(
        'In Zeile %(row)s beginnt ein Anführungszeichen ("), das nicht endet. Bitte löschen oder ergänzen Sie es, '
        "oder speichern Sie die Tabelle als .xlsx."
    ) % {"row": number}


def _tidy(cells: list[str]) -> list[str]:
    """Without blanks around the texts and without empty cells at the end; line breaks are plain ones."""
    tidy = [cell.replace("\r\n", "\n").replace("\r", "\n").strip() if cell else cell for cell in cells]
    tidy = [cell[1:].strip() if cell.startswith(_DEFUSED) else cell for cell in tidy]  # see writing.harmless
    while tidy and not tidy[-1]:
        tidy.pop()
    return tidy
