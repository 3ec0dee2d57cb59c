"""What backups are made of: fingerprints of tables that are the same on both databases, pieces under a key, the farm of links."""

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bruecke.config.operations.backup.files import farm, uploads_in
from bruecke.config.operations.backup.sealed import _PIECE, MAGIC, Opening, Sealing
from bruecke.config.operations.backup.tables import Content, content_of, differing, our_tables
from bruecke.config.operations.backup.urls import url_of
from bruecke.config.operations.errors import BackupError
from bruecke.config.settings.base import database_from

KEY = bytes(range(32))


@pytest.mark.parametrize(
    ("kind", "sqlite", "postgresql"),
    [
        ("bool", 1, True),
        ("datetime", "2026-11-23 08:00:00", datetime(2026, 11, 23, 8, tzinfo=UTC)),
        ("datetime", "2026-11-23 08:00:00.000120", datetime(2026, 11, 23, 8, 0, 0, 120, tzinfo=UTC)),
        ("date", "2026-11-23", date(2026, 11, 23)),
        ("time", "09:30:00", time(9, 30)),
        ("decimal:2", 0.75, Decimal("0.75")),
        ("decimal:2", 5, Decimal("5.00")),
        ("json", '{"b": 1.0, "a": ["ü"]}', '{"a": ["ü"], "b": 1}'),
        ("binary", b"\x00\xff", memoryview(b"\x00\xff")),
        ("uuid", "12345678123456781234567812345678", UUID("12345678-1234-5678-1234-567812345678")),
        ("duration", 90_000_000, timedelta(seconds=90)),
        ("text", "Jürgen", "Jürgen"),
        ("int", 2**60, 2**60),
    ],
)
def test_a_value_is_the_same_on_both_databases(kind, sqlite, postgresql):
    assert content_of([(sqlite,)], {"x": kind}) == content_of([(postgresql,)], {"x": kind})
    assert content_of([(None,)], {"x": kind}) != content_of([(sqlite,)], {"x": kind})


@given(st.lists(st.tuples(st.integers(), st.text()), max_size=20), st.randoms(use_true_random=False))
def test_order_of_rows_does_not_matter(rows, random):
    columns = {"id": "int", "name": "text"}
    shuffled = list(rows)
    random.shuffle(shuffled)
    assert content_of(rows, columns) == content_of(shuffled, columns)
    assert content_of([*rows, (1, "x")], columns) != content_of(rows, columns)
    assert content_of([*rows, (1, "x"), (1, "x")], columns).hash != content_of(rows, columns).hash, "two equal rows do not cancel"


def test_values_do_not_run_together():
    columns = {"a": "text", "b": "text"}
    assert content_of([("ab", "c")], columns) != content_of([("a", "bc")], columns)


def test_tables_that_differ_are_named():
    wanted = {"a": Content(1, "x"), "b": Content(2, "x"), "c": Content(3, "x"), "d": Content(1, "x")}
    found = {"a": Content(1, "x"), "b": Content(1, "x"), "c": Content(3, "y")}
    assert [sentence.split(":")[0] for sentence in differing(wanted, found)] == ["b", "c", "d"]


def test_every_kind_of_column_is_known():
    tables = our_tables()
    kinds = {kind.partition(":")[0] for columns in tables.values() for kind in columns.values()}
    assert kinds <= {"bool", "int", "float", "text", "datetime", "date", "time", "duration", "json", "binary", "uuid", "decimal"}
    assert {"core_auditentry", "django_migrations", "directory_historicalorganisation"} <= tables.keys()


def sealed(text: bytes) -> bytes:
    target = io.BytesIO()
    with Sealing(target, KEY) as out:
        for start in range(0, len(text), 300_000):
            out.write(text[start : start + 300_000])
    return target.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    with Opening(io.BytesIO(content), key) as source:
        return source.read()


@pytest.mark.parametrize("length", [0, 1, _PIECE - 1, _PIECE, _PIECE + 1, 2 * _PIECE, 2 * _PIECE + 5])
def test_pieces_go_there_and_back(length):
    text = bytes(number % 251 for number in range(length))
    assert opened(sealed(text)) == text


def test_sealed_text_that_was_changed_swapped_cut_or_lengthened_is_refused():
    content = sealed(bytes(3 * _PIECE))
    head, piece = len(MAGIC) + 23, _PIECE + 16
    swapped = content[:head] + content[head + piece : head + 2 * piece] + content[head : head + piece] + content[head + 2 * piece :]
    changed = bytearray(content)
    changed[head + piece + 7] ^= 1
    for wrong in (swapped, bytes(changed), content[: head + 2 * piece], content[:-1], content + b"x" * 20, content[:20]):
        with pytest.raises(BackupError):
            opened(wrong)
    with pytest.raises(BackupError, match="Schlüssel passt nicht"):
        opened(content, bytes(32))


def test_same_text_is_sealed_differently_each_time():
    assert sealed(b"x") != sealed(b"x")


def test_farm_holds_what_was_there_at_any_moment(tmp_path):
    media = tmp_path / "media"
    (media / "kreis").mkdir(parents=True)
    (media / "kreis" / "erased.pdf").write_bytes(b"1")
    with farm(media) as uploads:
        uploads.add()
        (media / "kreis" / "erased.pdf").unlink()
        (media / "kreis" / "late.pdf").write_bytes(b"2")
        uploads.add()
        assert uploads.present == {"kreis/late.pdf"}, "what nobody names and is gone is not kept"
        assert uploads.path("kreis/erased.pdf").read_bytes() == b"1"
        assert uploads.path("kreis/late.pdf").read_bytes() == b"2"
        assert set(uploads_in(media)) == {"kreis/late.pdf"}, "the farm is no upload"
    assert [path.name for path in media.iterdir()] == ["kreis"]
    with farm(tmp_path / "nowhere") as uploads:
        uploads.add()
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://bruecke:p%40ss%2Fword@db.example.org:5433/bruecke?sslmode=require",
        "postgresql://postgres@127.0.0.1:5432/postgres",
    ],
)
def test_address_of_a_database_there_and_back(url):
    options = database_from(url)
    assert database_from(url_of(options)) == options
