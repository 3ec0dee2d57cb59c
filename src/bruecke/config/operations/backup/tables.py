"""What a table holds, told the same for SQLite and PostgreSQL: number of rows, and a fingerprint that no order changes.

The fingerprint of a table is the sum (modulo 2^256) of the SHA-256 of its rows. A row is a JSON list of its values by name of
column; values are made equal first: moments in UTC with microseconds, decimals with all their places, JSON with sorted keys.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from hashlib import sha256
from typing import Any

from django.apps import apps
from django.db import models
from django.db.migrations.recorder import MigrationRecorder

Columns = Mapping[str, str]
"""Kind of value by column: bool, int, float, text, datetime, date, time, duration, json, binary, uuid, or decimal:<places>."""

_KINDS = {
    "BooleanField": "bool",
    "FloatField": "float",
    "DateTimeField": "datetime",
    "DateField": "date",
    "TimeField": "time",
    "DurationField": "duration",
    "JSONField": "json",
    "BinaryField": "binary",
    "UUIDField": "uuid",
}
_SUM = 1 << 256


@dataclass(frozen=True, slots=True)
class Content:
    """Rows and fingerprint of one table."""

    rows: int
    hash: str


def our_tables() -> dict[str, dict[str, str]]:
    """Columns by table, of every model of this release and the list of applied migrations; both in order of their names."""
    tables = {}
    all_models: list[type[models.Model]] = [*apps.get_models(include_auto_created=True), MigrationRecorder.Migration]
    for model in all_models:
        options = model._meta
        if options.proxy or not options.managed:
            continue
        fields = [field for field in options.local_concrete_fields if not getattr(field, "generated", False)]
        tables[options.db_table] = dict(sorted((str(field.column), kind_of(field)) for field in fields))
    return dict(sorted(tables.items()))


def kind_of(field: Any) -> str:
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    if isinstance(field, models.DecimalField):
        return f"decimal:{field.decimal_places}"
    internal = field.get_internal_type()
    if "Integer" in internal or internal.endswith("AutoField"):
        return "int"
    return _KINDS.get(internal, "text")


def content_of(rows: Iterable[tuple], columns: Columns) -> Content:
    """Count and fingerprint of raw rows, whose values come in the order of `columns`, as either driver gives them."""
    makers = [_equal(kind) for kind in columns.values()]
    count = total = 0
    for row in rows:
        values = [value if value is None or make is None else make(value) for make, value in zip(makers, row, strict=True)]
        text = json.dumps(values, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        total += int.from_bytes(sha256(text.encode("utf-8", "surrogatepass")).digest())
        count += 1
    return Content(count, f"{total % _SUM:064x}")


def _equal(kind: str) -> Callable[[Any], Any] | None:
    name, _colon, places = kind.partition(":")
    if name == "decimal":
        step = Decimal(1).scaleb(-int(places))
        return lambda value: str(Decimal(str(value)).quantize(step))
    return _MAKERS[name]


def moment(value: Any) -> datetime:
    """An aware moment in UTC, from PostgreSQL's or SQLite's."""
    found = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)


def _plain(value: Any) -> Any:
    """JSON in which 1 and 1.0 are one number, as PostgreSQL may make of one the other."""
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def microseconds(value: Any) -> int:
    return value // timedelta(microseconds=1) if isinstance(value, timedelta) else int(value)


_MAKERS: dict[str, Callable[[Any], Any] | None] = {
    "int": None,
    "text": lambda value: value if isinstance(value, str) else str(value),
    "bool": bool,
    "float": float,
    "datetime": lambda value: moment(value).isoformat(timespec="microseconds"),
    "date": lambda value: value.isoformat() if isinstance(value, date) else value,
    "time": lambda value: (value if isinstance(value, time) else time.fromisoformat(value)).isoformat(timespec="microseconds"),
    "duration": microseconds,
    "json": lambda value: _plain(json.loads(value) if isinstance(value, str | bytes) else value),
    "binary": lambda value: bytes(value).hex(),
    "uuid": lambda value: str(value).replace("-", ""),
}


def differing(wanted: Mapping[str, Content], found: Mapping[str, Content]) -> Iterator[str]:
    """German sentences, one a table that is not as it was."""
    for table in sorted(wanted.keys() | found.keys()):
        one, other = wanted.get(table), found.get(table)
        if one is None or other is None:
            yield f"{table}: die Tabelle fehlt {'in der Sicherung' if one is None else 'hier'}"
        elif one.rows != other.rows:
            yield f"{table}: {one.rows} Zeilen erwartet, {other.rows} gefunden"
        elif one.hash != other.hash:
            yield f"{table}: {one.rows} Zeilen, aber mit anderem Inhalt"
