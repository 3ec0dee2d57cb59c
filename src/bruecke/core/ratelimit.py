"""The rate limit that all processes share: counters in the database, keyed by hashes (no address is stored)."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address, IPv6Network, ip_address

from django.db import IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest

from bruecke.core.errors import RateLimited
from bruecke.core.models import RateCounter
from bruecke.core.tokens import keyed_hash


def hit(*, key: str, limit: int, per: timedelta, now: datetime) -> int:
    """Count one try under `key`; returns the count in this window. Raises: RateLimited above `limit`.

    Call it outside the action's transaction, so that a refused try is counted too.
    """
    seconds = per.total_seconds()
    window = datetime.fromtimestamp(now.timestamp() // seconds * seconds, tz=UTC)
    hashed = keyed_hash(key, "rate")
    with transaction.atomic():
        counter = RateCounter.objects.filter(key_hash=hashed, window_starts_at=window)
        if not counter.update(count=F("count") + 1):
            try:
                with transaction.atomic():
                    RateCounter.objects.create(key_hash=hashed, window_starts_at=window, count=1)
            except IntegrityError:
                counter.update(count=F("count") + 1)
        count = counter.values_list("count", flat=True).get()
    if count > limit:
        raise RateLimited(int((window + per - now).total_seconds()) + 1)
    return count


def client_address(request: HttpRequest) -> str:
    """The address to count by: the last hop our own proxy names, else the peer. IPv6 is cut to its /64."""
    from django.conf import settings

    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_PROXY:
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")[-1].strip()
        address = forwarded or address
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return str(parsed)
    return str(parsed.ipv4_mapped or IPv6Network((parsed, 64), strict=False))


def forget_old(now: datetime) -> int:
    return RateCounter.objects.filter(window_starts_at__lt=now - timedelta(days=2)).delete()[0]
