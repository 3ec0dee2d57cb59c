"""Dividing a post's VzÄ among its municipalities: pure arithmetic."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")


def split_by_size(amount: Decimal, sizes: Sequence[int]) -> list[Decimal]:
    """`amount` in parts to two digits, by size; evenly where nobody lives anywhere. The parts sum to `amount` exactly.

    The largest takes what rounding leaves.
    """
    if not sizes:
        return []
    whole = sum(sizes)
    weights = list(sizes) if whole else [1] * len(sizes)
    parts = [(amount * weight / sum(weights)).quantize(CENT, rounding=ROUND_HALF_UP) for weight in weights]
    largest = max(range(len(weights)), key=lambda number: weights[number])
    parts[largest] += amount - sum(parts)
    return parts


def per_fte(count: int | None, fte: Decimal) -> int | None:
    """`count` for one VzÄ, rounded; None where there is no VzÄ or nothing was counted."""
    return None if count is None or not fte else int((Decimal(count) / fte).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def spread(rates: Sequence[int | None]) -> Decimal | None:
    """The highest rate over the lowest one, to two digits: 1 is even. None with fewer than two rates above nought."""
    known = [rate for rate in rates if rate]
    return (Decimal(max(known)) / min(known)).quantize(CENT, rounding=ROUND_HALF_UP) if len(known) > 1 else None
