"""How many posts of a kind a district may have funded, as dated settings say; a plan beyond it is warned of, never forbidden."""

from collections.abc import Mapping
from dataclasses import dataclass

from bruecke.staffing.states import PostKind

MAX_COORDINATORS = "staffing.max_coordinators"
MAX_LEADING = "staffing.max_leading"
FUNDED_PERCENT = "staffing.funded_percent"
CAPS = {PostKind.COORDINATOR: MAX_COORDINATORS, PostKind.LEADING: MAX_LEADING}
"""Which setting caps which kind; kinds that are not here have no cap."""


@dataclass(frozen=True, slots=True)
class CapExceeded:
    """There are `count` posts of a kind on a day, `limit` may be funded."""

    kind: PostKind
    count: int
    limit: int


def exceeded(counts: Mapping[str, int], limits: Mapping[str, int]) -> list[CapExceeded]:
    """Kinds of which there are more posts than may be funded. Both by `PostKind`."""
    return [
        CapExceeded(kind, counts.get(kind, 0), limits[kind])
        for kind in CAPS
        if kind in limits and counts.get(kind, 0) > limits[kind]
    ]
