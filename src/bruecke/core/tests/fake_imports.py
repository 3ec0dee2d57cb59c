"""A small kind of table for tests: districts' words are not needed, so it writes drafts, one a row, by an external key."""

from collections.abc import Iterator
from contextlib import contextmanager

from bruecke.core.errors import NotAllowed
from bruecke.core.models import Draft
from bruecke.core.registries import ImportField, ImportKind, ParsedRow, Problem, import_kinds
from bruecke.core.viewer import Role


def parse_row(cells, context):
    problems = []
    places = cells.get("places", "")
    if places and not places.isdecimal():
        problems.append(Problem("Bitte geben Sie eine ganze Zahl ein, zum Beispiel 12.", "places"))
    name = cells.get("name", "")
    known = context.memo.setdefault("known", set(Draft.objects.values_list("key", flat=True)))
    values = {"name": name, "places": places}
    decision = "update" if name in known else "create"
    return ParsedRow(values, tuple(problems), key=name.casefold(), decision=decision, about_uid=f"uid-{name}"[:22], title=name)


class Writer:
    """Counts its calls and breaks where a test wants it to."""

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.breaks_at: int | None = None
        self.error: Exception = RuntimeError("defect")

    def __call__(self, values, *, district, viewer, now) -> None:
        if not viewer.is_system and viewer.account_id == 99:
            raise NotAllowed
        for row in values:
            Draft.objects.update_or_create(
                account_id=viewer.account_id or 0, district=district, key=row["name"], defaults={"data": row, "saved_at": now}
            )
        if self.breaks_at is not None and len(self.calls) >= self.breaks_at:
            raise self.error
        self.calls.append([row["name"] for row in values])


FIELDS = (
    ImportField(
        "name", "Name des Angebots", is_required=True, names=("Titel", "Bezeichnung"), hint="Kurz.", example="Sprachcafé (Beispiel)"
    ),
    ImportField("places", "Plätze", names=("Anzahl",), example="12"),
    ImportField("phone", "Telefon", names=("Tel.", "Rufnummer")),
)


@contextmanager
def fake_kind(key: str = "fake.offers", **changes) -> Iterator[tuple[ImportKind, Writer]]:
    """The kind while the block lasts."""
    writer = Writer()
    kind = ImportKind(
        **{
            "key": key,
            "label": "Angebote",
            "fields": FIELDS,
            "parse_row": parse_row,
            "apply_rows": writer,
            "may_import": lambda viewer: viewer.is_system or viewer.has(Role.COORDINATOR),
            "batch_size": 3,
            **changes,
        }
    )
    import_kinds.register(kind)
    try:
        yield kind, writer
    finally:
        del import_kinds._entries[key]
