"""Named filters over the register of areas."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from bruecke.places.states import AreaKind


class AreaQuerySet(models.QuerySet):
    """Areas; all of them unless a day is asked for, because an ended municipality stays resolvable."""

    def valid_on(self, day: date) -> Self:
        """Areas that exist on `day`; `valid_until` is exclusive, an open end is None."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day),
            Q(valid_until__isnull=True) | Q(valid_until__gt=day),
        )

    def municipalities(self) -> Self:
        return self.filter(kind=AreaKind.GEMEINDE)

    def kreise(self) -> Self:
        return self.filter(kind=AreaKind.KREIS)

    def of_kreis(self, kreis_ags: str) -> Self:
        """Municipalities of a Landkreis or kreisfreie Stadt (5-digit key)."""
        return self.municipalities().filter(kreis_id=kreis_ags)

    def by_name(self) -> Self:
        """Dictionary order (DIN 5007-1), the key as tie-break."""
        return self.order_by("sort_key", "ags")
