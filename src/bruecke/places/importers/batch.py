"""One run of an import in the making: what the register holds already, what the files change, and the report."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from bruecke.places.importers.report import ImportReport
from bruecke.places.models import Area, Boundary, PostalCode, RegisterState, Succession

AREA_FIELDS = (
    *(
        "kind",
        "name",
        "official_name",
        "designation",
        "is_kreisfrei",
        "other_names",
        "ars",
        "population",
        "population_on",
    ),
    *("area_km2", "lon", "lat", "seat_postal_code", "slug", "sort_key", "find_key", "valid_from", "valid_until"),
    *("parent_id", "kreis_id"),
)
CODE_FIELDS = ("is_seat", "lon", "lat", "source")

Values = dict[str, Any]
CodeKey = tuple[str, str, str]  # municipality, code, locality


@dataclass(slots=True)
class Batch:
    """The register as it stands (`known_…`) and the rows to stage (`new_…` by key; None: row is gone)."""

    report: ImportReport
    now: datetime
    as_of: date
    accept_endings: bool
    progress: Callable[[str], None]
    token: str = ""
    known_areas: dict[str, Values] = field(default_factory=dict)
    known_codes: dict[CodeKey, Values] = field(default_factory=dict)
    known_boundaries: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    known_successions: set[tuple[str, str]] = field(default_factory=set)
    areas: dict[str, Values] = field(default_factory=dict)
    codes: dict[CodeKey, Values | None] = field(default_factory=dict)
    boundaries: dict[str, tuple[str, int, str]] = field(default_factory=dict)
    successions: dict[tuple[str, str], date] = field(default_factory=dict)

    def area(self, ags: str) -> Values | None:
        """The area as it will be after this run."""
        return self.areas.get(ags) or self.known_areas.get(ags)

    def all_areas(self) -> dict[str, Values]:
        return {**self.known_areas, **self.areas}

    def boundary(self, ags: str) -> tuple[str, int, str] | None:
        return self.boundaries.get(ags) or self.known_boundaries.get(ags)


def open_batch(**settings: Any) -> Batch:
    """A batch with the present register read into it (five queries)."""
    batch = Batch(**settings)
    batch.token = RegisterState.objects.values_list("token", flat=True).first() or ""
    for row in Area.objects.order_by("ags").values("ags", *AREA_FIELDS):
        batch.known_areas[row.pop("ags")] = row
    for code in PostalCode.objects.order_by("pk").values("municipality_id", "code", "locality", *CODE_FIELDS):
        batch.known_codes[(code.pop("municipality_id"), code.pop("code"), code.pop("locality"))] = code
    boundaries = Boundary.objects.order_by("area_id").values_list("area_id", "geometry", "points", "credit")
    batch.known_boundaries = {ags: (geometry, points, credit) for ags, geometry, points, credit in boundaries}
    batch.known_successions = set(Succession.objects.values_list("predecessor_id", "successor_id").order_by("pk"))
    return batch
