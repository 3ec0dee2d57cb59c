"""Posts beyond what may be funded, shares beyond the funded rate, and posts whose contract ends soon."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count

from bruecke.core import settings
from bruecke.core.models import District
from bruecke.staffing.models import Post, PostPayer
from bruecke.staffing.rules import caps
from bruecke.staffing.states import PayerKind

SOON, LATER = timedelta(days=30), timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Cap:
    """The cap of the district on a day: limits by kind, the rate up to which the Land funds, and what goes beyond."""

    limits: dict[str, int]
    funded_percent: int
    exceeded: tuple[caps.CapExceeded, ...]


def cap_on(district: District, on: date) -> Cap:
    """Two queries. Posts count on the day, planned or filled."""
    limits = {kind.value: int(settings.get(district, key, on)) for kind, key in caps.CAPS.items()}
    counted = Post.objects.valid_on(on).values("kind").annotate(count=Count("pk")).order_by("kind")
    counts = {row["kind"]: row["count"] for row in counted}
    rate = int(settings.get(district, caps.FUNDED_PERCENT, on))
    return Cap(limits, rate, tuple(caps.exceeded(counts, limits)))


def land_share(payers: list[PostPayer], on: date) -> Decimal:
    """What the Land bears of a post on a day, in per cent."""
    there = [payer for payer in payers if payer.valid_from <= on and (payer.valid_until is None or on < payer.valid_until)]
    return sum((payer.percent for payer in there if payer.kind == PayerKind.LAND), Decimal(0))


def ending_posts(on: date) -> list[Post]:
    """Posts that exist today and end within 90 days, the next one first. One query."""
    there = Post.objects.valid_on(on).filter(valid_until__lte=on + LATER)
    return list(there.order_by("valid_until", "number", "pk"))
