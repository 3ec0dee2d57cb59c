"""The list of missing offers as a page and as a file: codes in words; nothing in it leads to a person."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from bruecke.core.sheets import OutColumn
from bruecke.enquiries.models import UnmetDemand
from bruecke.enquiries.queries.referrals import UnmetChoices

UNMET_COLUMNS = (
    OutColumn("month", _("Monat")),
    OutColumn("topic", _("Thema")),
    OutColumn("category", _("Was fehlt")),
    OutColumn("place", _("Ort")),
    OutColumn("ags", _("Gemeindeschlüssel")),
    OutColumn("group", _("Zielgruppe")),
    OutColumn("language", _("Sprache")),
)


@dataclass(frozen=True, slots=True)
class UnmetLine:
    """One missing offer in words."""

    month: str
    topic: str
    category: str
    place: str
    ags: str
    group: str
    language: str


def unmet_lines(rows: Iterable[UnmetDemand], choices: UnmetChoices) -> Iterator[UnmetLine]:
    categories, groups, languages = dict(choices.categories), dict(choices.groups), dict(choices.languages)
    for row in rows:
        yield UnmetLine(
            month=f"{row.month:%m/%Y}",
            topic=str(row.topic or ""),
            category=categories.get(row.category, ""),
            place=row.place.name if row.place else "",
            ags=row.place_id or "",
            group=groups.get(row.target_group, ""),
            language=languages.get(row.language, ""),
        )


def unmet_rows(rows: Iterable[UnmetDemand], choices: UnmetChoices) -> Iterator[dict[str, Any]]:
    """One row a missing offer, by the keys of `UNMET_COLUMNS`."""
    for line in unmet_lines(rows, choices):
        yield {column.key: getattr(line, column.key) for column in UNMET_COLUMNS}
