"""Visiting cards as programs really write them, and as somebody writes them who means harm."""

import base64
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.core.errors import Invalid
from bruecke.core.sheets import MAX_BYTES, MAX_ROWS
from bruecke.directory.importers.vcards import HEADER, read_contacts

OUTLOOK = (
    b"BEGIN:VCARD\r\nVERSION:2.1\r\nX-MS-OL-DEFAULT-POSTAL-ADDRESS:2\r\n"
    b"N;LANGUAGE=de;CHARSET=Windows-1252:M\xfcller;\xc4nne;;Dr.\r\n"
    b"FN;CHARSET=Windows-1252:Dr. \xc4nne M\xfcller\r\n"
    b"ORG;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:B=C3=BCrgertreff =\r\nM=C3=BCglitz;Beratung\r\n"
    b"TITLE:Leitung\r\nTEL;HOME;VOICE:030 1\r\nTEL;WORK;VOICE:+49 (30) 23125-1\r\nTEL;WORK;FAX:+49 30 23125 99\r\n"
    b"TEL;CELL;VOICE:0170 23125\r\nADR;WORK:;;Beispielweg 1;Freital;;01705;Deutschland\r\nBDAY:19700101\r\n"
    b"PHOTO;TYPE=JPEG;ENCODING=BASE64:\r\n /9j/4AAQSkZJRgABAQEAYABg\r\n AAD/2wBDAAgGBgcGBQ==\r\n\r\n"
    b"EMAIL;PREF;INTERNET:mueller@example.org\r\nEND:VCARD\r\n"
)
APPLE = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//Apple Inc.//iOS 17//EN\r\nN:Nowak;Jan;Maria;;\r\nFN:Jan Maria Nowak\r\n"
    "ORG:Sportverein Heidenau\\, e. V.;\r\nitem1.EMAIL;type=INTERNET;type=pref:jan@example.org\r\n"
    "item1.X-ABLabel:_$!<Other>!$_\r\nTEL;type=IPHONE;type=CELL:+49 170 23125\r\n"
    "NOTE:Erste Zeile\\nzweite\\; Zeile mit einem sehr langen Satz\\, der gefaltet\r\n  wird\r\nEND:VCARD\r\n"
)
FOUR = (
    "BEGIN:VCARD\nVERSION:4.0\nFN:Olena Приклад\nN:Приклад;Olena;;;\nORG:Begegnung\nROLE:Sprachmittlung\n"
    'TEL;VALUE=uri;PREF=1;TYPE="voice,work":tel:+49-30-23125;ext=12\nEMAIL:mailto:olena@example.org\n'
    "LANG;PREF=1:uk\nLANG:de-DE\nEND:VCARD\n"
)


def cards(content: bytes | str) -> list[dict[str, str]]:
    sheet = read_contacts(content.encode() if isinstance(content, str) else content, "kontakte.vcf")
    assert [title for title in HEADER if title in sheet.header] == list(sheet.header)
    return [dict.fromkeys(HEADER, "") | dict(zip(sheet.header, row.cells, strict=True)) for row in sheet.rows]


def filled(card: dict[str, str]) -> dict[str, str]:
    return {key: value for key, value in card.items() if value}


def warnings(content: bytes | str) -> list[str]:
    sheet = read_contacts(content.encode() if isinstance(content, str) else content, "kontakte.vcf")
    return list(sheet.warnings[1:])  # the first one says how rows are numbered


def card(*lines: str, version: str = "3.0") -> str:
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}", *lines, "END:VCARD", ""])


def test_outlook_with_its_own_encodings_and_a_photo():
    (found,) = cards(OUTLOOK)
    assert filled(found) == {
        "Titel": "Dr.",
        "Vorname": "Änne",
        "Nachname": "Müller",
        "Organisation": "Bürgertreff Müglitz",
        "Abteilung": "Beratung",
        "Funktion": "Leitung",
        "E-Mail": "mueller@example.org",
        "Telefon": "+49 (30) 23125-1",
        "Mobiltelefon": "0170 23125",
    }
    assert warnings(OUTLOOK) == []


def test_a_telephone_with_groups_escapes_and_folds():
    (found,) = cards(APPLE)
    assert filled(found) == {
        "Vorname": "Jan Maria",
        "Nachname": "Nowak",
        "Organisation": "Sportverein Heidenau, e. V.",
        "E-Mail": "jan@example.org",
        "Mobiltelefon": "+49 170 23125",
        "Anmerkung": "Erste Zeile\nzweite; Zeile mit einem sehr langen Satz, der gefaltet wird",
    }


def test_version_four_with_uris_and_languages():
    (found,) = cards(FOUR)
    assert filled(found) == {
        "Vorname": "Olena",
        "Nachname": "Приклад",
        "Organisation": "Begegnung",
        "Funktion": "Sprachmittlung",
        "E-Mail": "olena@example.org",
        "Telefon": "+49-30-23125 App. 12",
        "Sprachen": "uk, de",
    }


@pytest.mark.parametrize(
    "content",
    [
        OUTLOOK + APPLE.encode() + FOUR.encode(),
        b"\xef\xbb\xbf" + OUTLOOK + APPLE.encode() + FOUR.encode(),
        OUTLOOK.replace(b"\r\n", b"\r") + APPLE.replace("\r\n", "\r").encode() + FOUR.encode(),
        b"\r\n \r\n" + OUTLOOK.replace(b"BEGIN:VCARD", b"begin : vcard") + APPLE.encode() + FOUR.encode(),
    ],
)
def test_several_cards_whatever_the_line_ends(content):
    assert [found["Nachname"] for found in cards(content)] == ["Müller", "Nowak", "Приклад"]
    assert [row.number for row in read_contacts(content, "x").rows] == [1, 2, 3]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1"])
def test_each_encoding_is_told_by_its_bytes(encoding):
    (found,) = cards(card("FN:Änne Größe", "ORG:Träger").encode(encoding))
    assert (found["Name"], found["Organisation"]) == ("Änne Größe", "Träger")


def test_a_fold_may_cut_a_letter():
    raw = card("FN:Änne Müller").encode()
    place = raw.index("ü".encode()) + 1
    (found,) = cards(raw[:place] + b"\r\n " + raw[place:])
    assert found["Name"] == "Änne Müller"


def test_base64_texts_are_read_too():
    coded = base64.b64encode("Änne Müller".encode()).decode()
    assert cards(card(f"FN;ENCODING=b:{coded}"))[0]["Name"] == "Änne Müller"
    assert cards(card("FN;ENCODING=b:!"))[0]["Name"] == ""


def test_what_is_wrong_is_told_with_its_line_and_the_rest_is_read():
    content = (
        card("FN:Änne", "kein Doppelpunkt", "::::", "TEL:1") + "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ohne Ende\r\n" + card("FN:Jan")
    )
    assert [found["Name"] for found in cards(content)] == ["Änne", "Ohne Ende", "Jan"]
    assert warnings(content) == [
        "Zeile 4 der Datei wurde nicht verstanden und ausgelassen.",
        "Zeile 5 der Datei wurde nicht verstanden und ausgelassen.",
        "Die Visitenkarte 2 hat kein Ende. Bitte prüfen Sie, ob etwas fehlt.",
    ]


def test_columns_that_nobody_filled_are_left_out():
    assert read_contacts(card("FN:Änne", "TEL:1").encode(), "x").header == ("Name", "Organisation", "Telefon")


def test_lists_of_people_and_cards_inside_cards_are_left_out():
    group = card("KIND:group", "FN:Alle", version="4.0")
    agent = card("FN:Chefin", "AGENT:", "BEGIN:VCARD", "VERSION:2.1", "FN:Vertretung", "END:VCARD", "TITLE:Leitung", version="2.1")
    found = cards(group + agent)
    assert [(one["Name"], one["Funktion"]) for one in found] == [("Chefin", "Leitung")]
    assert "Verteilerliste" in warnings(group + agent)[0]


def test_encodings_that_a_file_names_are_not_looked_up():
    """Names like `zip` or `idna` are codecs of the language, too."""
    for charset in ("zip", "idna", "unicode_escape", "../../etc", "utf-7"):
        assert cards(card(f"FN;CHARSET={charset}:\\x41+ADw-"))[0]["Name"] == "\\x41+ADw-"


def test_private_data_stays_in_the_file():
    content = card(
        "FN:Änne", "ORG:Verein", "BDAY:1970-01-01", "ADR:;;Privatweg 1;Freital;;01705;", "X-GEHEIM:ja", "PHOTO:data:,geheim"
    )
    assert "Privatweg" not in str(cards(content))
    assert "geheim" not in str(cards(content)).lower()


def test_too_much_is_refused():
    with pytest.raises(Invalid, match="10 MB"):
        read_contacts(b"BEGIN:VCARD\r\n" + b"x" * MAX_BYTES, "x.vcf")
    with pytest.raises(Invalid, match=r"mehr als 20\.000"):
        read_contacts(card("FN:A").encode() * (MAX_ROWS + 1), "x.vcf")


@pytest.mark.parametrize(
    "content",
    [
        b"BEGIN:VCARD\r\n" * 500_000,
        b"BEGIN:VCARD\r\nFN;" + b'A="b";' * 1_000_000,
        b"BEGIN:VCARD\r\nFN;" + b";" * 5_000_000 + b":x\r\n",
        b"BEGIN:VCARD\r\nFN;ENCODING=QUOTED-PRINTABLE:" + b"=\r\n" * 2_000_000,
        b"BEGIN:VCARD\r\nFN:" + b"x" * 3_000_000 + b"\r\n =" * 1_500_000,
        b"BEGIN:VCARD\r\nAGENT:\r\n" * 300_000,
        b"BEGIN:VCARD\r\nNOTE:" + b"\\" * 5_000_000,
        b"BEGIN:VCARD\r\n" + b"TEL:1\r\n" * 800_000,
    ],
    ids=["begins", "parameters", "semicolons", "soft breaks", "folds", "agents", "escapes", "numbers"],
)
def test_hostile_files_are_read_or_refused_in_a_few_seconds(content):
    began = time.perf_counter()
    try:
        sheet = read_contacts(content[:MAX_BYTES], "x.vcf")
        assert all(len(cell) <= 10_000 for row in sheet.rows for cell in row.cells)
        assert len(sheet.warnings) <= 21
    except Invalid:
        pass
    assert time.perf_counter() - began < 15


_LINES = st.sampled_from(
    [
        *(b"BEGIN:VCARD", b"END:VCARD", b"VERSION:2.1", b"VERSION:3.0", b"VERSION:4.0", b"KIND:group", b"AGENT:", b" ", b"", b"="),
        *(b"FN:Jan", b"N:;;", b"N:A;B;C;D;E;F;G", b"ORG:;x", b"ORG:", b"TEL;CELL:1", b"EMAIL;TYPE=:x", b"LANG:", b"NOTE:\\"),
        *(
            b"FN;ENCODING=QUOTED-PRINTABLE:=F=ZZ=",
            b"FN;ENCODING=B:####",
            b"FN;CHARSET=UTF-8:\xff",
            b"PHOTO;BASE64:",
            b'FN;X="a:b',
            b":",
        ),
    ]
)


@given(st.lists(st.one_of(_LINES, st.binary(max_size=30)), max_size=30))
def test_any_damaged_card_is_a_table_or_a_sentence(lines):
    content = b"BEGIN:VCARD\r\n" + b"\r\n".join(lines)
    sheet = read_contacts(content, "x.vcf")
    assert all(len(row.cells) == len(sheet.header) for row in sheet.rows)
    assert not any("\0" in cell or "\r" in cell for row in sheet.rows for cell in row.cells)
    assert all(warning.endswith(".") for warning in sheet.warnings)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_sentence(content):
    try:
        sheet = read_contacts(content, "x.vcf")
    except Invalid as error:
        assert str(error).endswith(".")  # noqa: PT017 - both ends are right
    else:
        assert all(len(row.cells) == len(sheet.header) for row in sheet.rows)
