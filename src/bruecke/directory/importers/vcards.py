"""Visiting cards (vCard 2.1, 3.0, 4.0) as rows of a table; what is no use for the directory (photos, birthdays) is left behind.

Why no library: docs/decisions/0012. Works on bytes, because each value may have its own encoding and a fold may cut a letter.
"""

import binascii
import quopri
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice

from django.utils.translation import gettext as _

from bruecke.core.errors import Invalid
from bruecke.core.sheets import MAX_BYTES, MAX_CELL, MAX_ROWS, Sheet, SheetRow, read_sheet
from bruecke.core.sheets.shapes import Warnings, too_many_rows

HEADER = (
    "Titel",
    "Vorname",
    "Nachname",
    "Name",
    "Organisation",
    "Abteilung",
    "Funktion",
    "E-Mail",
    "Telefon",
    "Mobiltelefon",
    "Sprachen",
    "Anmerkung",
)
_ALWAYS = frozenset({"Name", "Organisation"})
MAX_PROPERTIES = 200  # of a card; nobody has so many numbers
_WANTED = frozenset({"VERSION", "KIND", "N", "FN", "ORG", "TITLE", "ROLE", "EMAIL", "TEL", "LANG", "NOTE"})
_BEGIN, _END = re.compile(rb"\s*BEGIN\s*:\s*VCARD\s*", re.IGNORECASE), re.compile(rb"\s*END\s*:\s*VCARD\s*", re.IGNORECASE)
_NAME = re.compile(r"(?:[A-Za-z0-9-]{1,60}\.)?([A-Za-z0-9-]{1,60})")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
_ESCAPES = {"n": "\n", "N": "\n", ",": ",", ";": ";", "\\": "\\", ":": ":"}
_NO_PHONE = frozenset({"fax", "pager", "modem", "isdn", "bbs", "video", "textphone", "tlx"})
_MOBILE = frozenset({"cell", "mobile", "iphone"})
_ENCODINGS = {"QUOTED-PRINTABLE": "Q", "Q": "Q", "BASE64": "B", "B": "B", "8BIT": "", "7BIT": ""}
_CHARSETS = {
    **dict.fromkeys(("ISO-8859-1", "LATIN1", "LATIN-1", "WINDOWS-1252", "CP1252", "US-ASCII", "ASCII"), "cp1252"),
    "ISO-8859-15": "iso-8859-15",
    "WINDOWS-1250": "cp1250",
    "ISO-8859-2": "iso-8859-2",
}


@dataclass(slots=True)
class Property:
    """One property of a card: `types` in lower case, `parts` its text, cut at semicolons that stand for themselves."""

    name: str
    types: frozenset[str]
    parts: list[str]

    @property
    def text(self) -> str:
        return ";".join(self.parts).strip()


@dataclass(slots=True)
class Card:
    """The raw lines between BEGIN and END, and the line of the file where they begin."""

    first: int
    lines: list[bytes] = field(default_factory=list)
    is_closed: bool = False


def read_contacts(content: bytes, name: str) -> Sheet:
    """A table as `core.sheets.read_sheet` reads it, or visiting cards as a table. Raises: Invalid."""
    if len(content) > MAX_BYTES:
        raise Invalid(_("Die Datei ist zu groß. Erlaubt sind höchstens 10 MB."))
    plain = _as_bytes(content)
    first = plain.lstrip().splitlines()[:1]
    return _cards_as_sheet(plain, name) if first and _BEGIN.fullmatch(first[0]) else read_sheet(content, name)


def _as_bytes(content: bytes) -> bytes:
    """Without a byte order mark; UTF-16 becomes UTF-8. What cannot be decoded stays as it is and is no card then."""
    for mark, encoding in ((b"\xef\xbb\xbf", ""), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        if content.startswith(mark):
            rest = content[len(mark) :]
            return rest.decode(encoding, "replace").encode() if encoding else rest
    return content


def _cards_as_sheet(content: bytes, name: str) -> Sheet:
    """Rows are numbered by their cards: the third visiting card is row 3. Columns that are empty in all of them are left out."""
    warnings = Warnings()
    warnings.add(_("Die Datei enthält Visitenkarten (vCard). „Zeile 3“ meint hier die dritte Visitenkarte."))
    rows = []
    for number, card in enumerate(_cards(content), start=1):
        if number > MAX_ROWS:
            raise Invalid(too_many_rows())
        if not card.is_closed:
            warnings.add(_("Die Visitenkarte %(number)s hat kein Ende. Bitte prüfen Sie, ob etwas fehlt.") % {"number": number})
        found = list(islice(_properties(card, warnings), MAX_PROPERTIES))
        if _first(found, "KIND").casefold() == "group":
            warnings.add(_("Die Visitenkarte %(number)s ist eine Verteilerliste und wurde ausgelassen.") % {"number": number})
            continue
        cells = tuple(_clean(cell) for cell in _cells(found))
        rows.append(SheetRow(number, cells))
    used = [place for place, title in enumerate(HEADER) if title in _ALWAYS or any(row.cells[place] for row in rows)]
    header = tuple(HEADER[place] for place in used)
    kept = tuple(SheetRow(row.number, tuple(row.cells[place] for place in used)) for row in rows)
    return Sheet(name[:100], header, 0, kept, "vcard", warnings.told())


def _clean(text: str) -> str:
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()[:MAX_CELL]


# --- lines ---------------------------------------------------------------------------------------------------------------


def _cards(content: bytes) -> Iterator[Card]:
    """The cards one after the other. A card inside another (AGENT) is left out; one that never ends, ends with the next."""
    card: Card | None = None
    inner = 0
    for number, line in enumerate(content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), start=1):
        if _BEGIN.fullmatch(line):
            if card is not None and (inner or _awaits_card(card)):
                inner += 1
                continue
            if card is not None:
                yield card
            card = Card(number)
        elif _END.fullmatch(line):
            if inner:
                inner -= 1
            elif card is not None:
                card.is_closed = True
                yield card
                card = None
        elif card is not None and not inner:
            card.lines.append(line)
    if card is not None:
        yield card


def _awaits_card(card: Card) -> bool:
    last = next((line for line in reversed(card.lines[-3:]) if line.strip()), b"")
    return last.strip().upper().startswith(b"AGENT") and last.strip().endswith(b":")


def _properties(card: Card, warnings: Warnings) -> Iterator[Property]:
    is_old = any(line.strip().upper().replace(b" ", b"") == b"VERSION:2.1" for line in card.lines[:20])
    in_binary = False
    for number, line in _unfolded(card, is_old=is_old):
        if not line.strip():
            in_binary = False
            continue
        head, colon, value = _cut(line)
        name = _NAME.fullmatch(head.partition(";")[0].strip())
        if not colon or name is None:
            if not in_binary:
                warnings.add(_("Zeile %(row)s der Datei wurde nicht verstanden und ausgelassen.") % {"row": number})
            continue
        encoding, charset, types = _parameters(head)
        wanted = name[1].upper()
        in_binary = encoding == "B"
        if wanted in _WANTED:
            yield Property(wanted, types, _parts(_decoded(value, encoding, charset)))


def _unfolded(card: Card, *, is_old: bool) -> Iterator[tuple[int, bytes]]:
    """(line of the file, whole line). Old cards keep the blank of a fold; quoted-printable goes on after an `=` at the end."""
    pieces: list[bytes] = []
    begin, is_quoted, goes_on = card.first, False, False
    for number, line in enumerate(card.lines, start=card.first + 1):
        if pieces and goes_on:
            pieces[-1] = pieces[-1][:-1]
            pieces.append(line)
        elif pieces and line[:1] in {b" ", b"\t"}:
            pieces.append(line if is_old else line[1:])
        else:
            if pieces:
                yield begin, b"".join(pieces)
            pieces, begin = [line], number
            is_quoted = b"QUOTED-PRINTABLE" in line.partition(b":")[0].upper()
        goes_on = is_quoted and line.endswith(b"=")
    if pieces:
        yield begin, b"".join(pieces)


def _cut(line: bytes) -> tuple[str, bool, bytes]:
    """What stands before and after the first colon outside quotation marks."""
    is_quoted = False
    for place, sign in enumerate(line):
        if sign == 0x22:
            is_quoted = not is_quoted
        elif sign == 0x3A and not is_quoted:
            return line[:place].decode("latin-1"), True, line[place + 1 :]
    return line.decode("latin-1"), False, b""


def _parameters(head: str) -> tuple[str, str, frozenset[str]]:
    """(encoding, charset, types); in old cards types and encodings stand without a name."""
    encoding, charset, types = "", "", set()
    for part in head.split(";")[1:]:
        name, sign, value = part.partition("=")
        key, plain = name.strip().upper(), (value if sign else name).strip().strip('"')
        if key == "CHARSET" and sign:
            charset = plain.upper()
        elif plain.upper() in _ENCODINGS and (key == "ENCODING" or not sign):
            encoding = _ENCODINGS[plain.upper()]
        elif key == "PREF":
            types.add("pref")
        elif key == "TYPE" or not sign:
            types |= {one.strip().strip('"').lower() for one in plain.split(",")}
    return encoding, charset, frozenset(types)


def _decoded(value: bytes, encoding: str, charset: str) -> str:
    """The text in the encoding that is named, else in the one that fits."""
    if encoding == "Q":
        value = quopri.decodestring(value)
    elif encoding == "B":
        try:
            value = binascii.a2b_base64(value)
        except binascii.Error:
            return ""
    for name in (_CHARSETS.get(charset, "utf-8"), "utf-8", "cp1252"):
        try:
            return value.decode(name)
        except UnicodeDecodeError:
            continue
    return value.decode("latin-1")


def _parts(text: str) -> list[str]:
    """The text cut at its own semicolons, escapes resolved."""
    parts, current, is_escaped = [], [], False
    for sign in text:
        if is_escaped:
            current.append(_ESCAPES.get(sign, f"\\{sign}"))
            is_escaped = False
        elif sign == "\\":
            is_escaped = True
        elif sign == ";":
            parts.append("".join(current))
            current = []
        else:
            current.append(sign)
    return [*parts, "".join(current) + ("\\" if is_escaped else "")]


# --- what the directory wants ---------------------------------------------------------------------------------------------


def _first(found: list[Property], name: str) -> str:
    return next((one.text for one in found if one.name == name and one.text), "")


def _cells(found: list[Property]) -> tuple[str, ...]:
    """In the order of HEADER."""
    family, given, more, prefix = _listed(found, "N", 4)[:4]
    organisation, *departments = _listed(found, "ORG", 1)
    phones = [one for one in found if one.name == "TEL" and one.text and not one.types & _NO_PHONE]
    mobiles = [one for one in phones if one.types & _MOBILE]
    fixed = [one for one in phones if not one.types & _MOBILE]
    languages = [one.text.partition("-")[0] for one in found if one.name == "LANG" and one.text]
    return (
        prefix,
        f"{given} {more}".strip(),
        family,
        "" if family or given else _first(found, "FN"),
        organisation,
        ", ".join(part for part in departments if part),
        _first(found, "TITLE") or _first(found, "ROLE"),
        _address(_best([one for one in found if one.name == "EMAIL" and one.text]), "mailto:"),
        _address(_best(fixed), "tel:"),
        _address(_best(mobiles), "tel:"),
        ", ".join(languages),
        "\n".join(one.text for one in found if one.name == "NOTE" and one.text),
    )


def _listed(found: list[Property], name: str, count: int) -> list[str]:
    """The parts of the first property of that name, at least `count` of them."""
    parts = next((one.parts for one in found if one.name == name), [])
    return [" ".join(part.split()) for part in parts] + [""] * (count - len(parts))


def _best(found: list[Property]) -> str:
    """The preferred one, else the one at work, else the first."""
    ranked = sorted(found, key=lambda one: ("pref" not in one.types, "work" not in one.types, "home" in one.types))
    return ranked[0].text if ranked else ""


def _address(text: str, scheme: str) -> str:
    plain = text[len(scheme) :] if text.lower().startswith(scheme) else text
    return plain.replace(";ext=", " App. ") if scheme == "tel:" else plain
