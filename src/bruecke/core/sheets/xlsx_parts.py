"""The large parts of an Excel file, read by a parser that builds no tree: shared texts, and the cells of one sheet."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import IO, Any
from xml.parsers import expat

from bruecke.core.errors import Invalid
from bruecke.core.sheets.formats import GENERAL, Format, number_as_text
from bruecke.core.sheets.shapes import (
    MAX_CELL,
    MAX_COLUMNS,
    MAX_FILLED,
    MAX_ROWS,
    Merge,
    cell_name,
    too_long_cell,
    too_many_cells,
    too_many_columns,
    too_many_rows,
)

_CHUNK = 64 * 1024
_LAST_ROW = 1_048_576
_ROWS_OF_TITLES = 100
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MAX_MERGES = 5_000
_TOLD = 30


class PartError(Exception):
    """A part is missing, too large or no XML of the kind we read."""


def _parse(stream: IO[bytes], start: Callable[..., None], end: Callable[..., None], data: Callable[[str], None]) -> None:
    """Feed a part through expat chunk by chunk; a chunk is unpacked only when the one before it was read."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.buffer_size = _CHUNK
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = data
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        while chunk := stream.read(_CHUNK):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise PartError(str(error.code)) from error


def _refuse(*args: Any) -> None:
    raise PartError("document type")


def _local(tag: str) -> str:
    return tag.rpartition(":")[2]


def clean_text(text: str) -> str:
    """A cell's text: Excel's escapes undone, plain line breaks, no control characters, no blanks around it."""
    if "_x" in text:
        text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def read_shared_texts(stream: IO[bytes]) -> list[str]:
    """The texts that cells name by number, from `xl/sharedStrings.xml`."""
    texts: list[str] = []
    pieces: list[str] = []
    state = {"text": False, "phonetic": 0}

    def start(tag: str, _attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "si":
            pieces.clear()
        elif name == "rPh":
            state["phonetic"] += 1
        elif name == "t":
            state["text"] = not state["phonetic"]

    def end(tag: str) -> None:
        name = _local(tag)
        if name == "t":
            state["text"] = False
        elif name == "rPh":
            state["phonetic"] -= 1
        elif name == "si":
            texts.append(clean_text("".join(pieces)))
            if len(texts) > MAX_FILLED:
                raise Invalid(too_many_cells())

    def data(piece: str) -> None:
        if state["text"]:
            pieces.append(piece)

    _parse(stream, start, end, data)
    return texts


@dataclass(slots=True)
class SheetPart:
    """The filled rows of one sheet, and what was noticed on the way."""

    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    hidden_rows: int = 0
    without_value: list[str] = field(default_factory=list)
    with_error: list[tuple[str, str]] = field(default_factory=list)


class SheetReader:
    """Reads one `xl/worksheets/sheet….xml`; cells become texts, formulas count by the value that was stored with them."""

    def __init__(self, texts: list[str], formats: list[Format], *, is_1904: bool) -> None:
        self.texts, self.formats, self.is_1904 = texts, formats, is_1904
        self.part = SheetPart()
        self.filled = 0
        self.row, self.row_is_hidden, self.cells = 0, False, []  # type: ignore[var-annotated]
        self.column, self.kind, self.style = -1, "n", ""
        self.has_formula = False
        self.capture, self.phonetic = False, 0
        self.pieces: list[str] = []

    def read(self, stream: IO[bytes]) -> SheetPart:
        _parse(stream, self._start, self._end, self._data)
        return self.part

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _local(tag)
        if name == "c":
            self._start_cell(attributes)
        elif name in {"v", "t"}:
            self.capture = not self.phonetic
        elif name == "f":
            self.has_formula = True
        elif name == "rPh":
            self.phonetic += 1
        elif name == "row":
            self._start_row(attributes)
        elif name == "mergeCell":
            self._merge(attributes.get("ref", ""))

    def _start_row(self, attributes: dict[str, str]) -> None:
        given = attributes.get("r", "")
        self.row = int(given) if given.isascii() and given.isdecimal() and len(given) < 9 else self.row + 1
        if self.row > _LAST_ROW:
            raise PartError("row")
        self.row_is_hidden = attributes.get("hidden") in {"1", "true"}
        self.cells = []
        self.column = -1

    def _start_cell(self, attributes: dict[str, str]) -> None:
        match = _REFERENCE.fullmatch(attributes.get("r", ""))
        self.column = _index(match[1]) if match else self.column + 1
        self.kind = attributes.get("t", "n")
        self.style = attributes.get("s", "")
        self.has_formula = False
        self.pieces = []

    def _data(self, piece: str) -> None:
        if self.capture:
            self.pieces.append(piece)

    def _end(self, tag: str) -> None:
        name = _local(tag)
        if name in {"v", "t"}:
            self.capture = False
        elif name == "rPh":
            self.phonetic -= 1
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()

    def _end_cell(self) -> None:
        raw = "".join(self.pieces)
        text = self._text(raw)
        if not text:
            if self.has_formula and not raw and self.kind != "str" and len(self.part.without_value) < _TOLD:
                self.part.without_value.append(cell_name(self.row, self.column))
            return
        if self.column >= MAX_COLUMNS:
            raise Invalid(too_many_columns(cell_name(self.row, self.column)))
        if len(text) > MAX_CELL:
            raise Invalid(too_long_cell(cell_name(self.row, self.column)))
        self.filled += 1
        if self.filled > MAX_FILLED:
            raise Invalid(too_many_cells())
        self.cells.extend([""] * (self.column + 1 - len(self.cells)))
        self.cells[self.column] = text

    def _text(self, raw: str) -> str:
        kind = self.kind
        if kind == "s":
            place = int(raw) if raw.isascii() and raw.isdecimal() and len(raw) < 9 else -1
            return self.texts[place] if 0 <= place < len(self.texts) else ""
        if kind == "b":
            return {"1": "ja", "true": "ja", "0": "nein", "false": "nein"}.get(raw.strip(), "")
        if kind == "e":
            if len(self.part.with_error) < _TOLD:
                self.part.with_error.append((cell_name(self.row, self.column), clean_text(raw)[:12]))
            return ""
        if kind == "d":
            return _iso_day(raw)
        if kind == "n" and raw:
            place = int(self.style) if self.style.isascii() and self.style.isdecimal() and len(self.style) < 9 else -1
            form = self.formats[place] if 0 <= place < len(self.formats) else GENERAL
            return clean_text(number_as_text(raw.strip()[:400], form, is_1904=self.is_1904))
        return clean_text(raw)

    def _end_row(self) -> None:
        if not self.cells:
            return
        if len(self.part.rows) > MAX_ROWS + _ROWS_OF_TITLES:  # titles and header are not counted
            raise Invalid(too_many_rows())
        self.part.hidden_rows += self.row_is_hidden
        self.part.rows.append((self.row, self.cells))
        self.cells = []

    def _merge(self, reference: str) -> None:
        first, _colon, last = reference.partition(":")
        a, b = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last)
        if a and b and len(self.part.merges) < _MAX_MERGES:
            self.part.merges.append(Merge(int(a[2]), int(b[2]), _index(a[1]), _index(b[1])))


def _index(letters: str) -> int:
    """A → 0, Z → 25, AA → 26."""
    index = 0
    for letter in letters:
        index = index * 26 + ord(letter) - 64
    return index - 1


def _iso_day(raw: str) -> str:
    """`2026-09-01T00:00:00` → `2026-09-01`, `2026-09-01T09:30:00` → `2026-09-01 09:30`."""
    day, _t, clock = clean_text(raw).partition("T")
    minutes = clock[:5]
    return day if minutes in {"", "00:00"} else f"{day} {minutes}".strip()
