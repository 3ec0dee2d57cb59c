"""How well an entry fits a question: which of its words it covers, weighed by how rare they are, and how prominently."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FITS = {1: 1.0, 2: 0.8, 3: 0.75, 4: 0.6, 5: 0.5, 6: 0.4}
"""How well a hit of each grade fits: title, words that classify, running text; in each the word itself, then a part of one."""
PARTS_FIT = 0.8  # all parts of a compound somewhere in the texts, against the compound itself
PREFIX_FITS = 0.6
LONE_PART_COVERS = 0.7  # one part of a compound alone is not the compound
LEAST_SHARE = 0.5  # of what the best hit covers


@dataclass(slots=True)
class Match:
    """Where one word of the question was found, and how well each entry fits it (0 to 1).

    `partial` only where no entry holds the whole word: which share of a compound an entry holds.
    """

    fits: dict[int, float] = field(default_factory=dict)
    partial: dict[int, float] = field(default_factory=dict)

    def add(self, graded: Mapping[int, Sequence[int]], *, counts: float = 1.0) -> None:
        """Entries that hold the word; where one is known already, the better fit holds."""
        known = self.fits
        self.fits = {}
        for grade in sorted(graded, reverse=True):
            self.fits.update(dict.fromkeys(graded[grade], FITS[grade] * counts))
        self.fits.update(known)

    def add_partial(self, parts: Sequence[Mapping[int, float]], entries: int) -> None:
        """Entries that hold some parts of a compound which no entry holds as a whole."""
        rarities = [rarity(len(part), entries) for part in parts]
        for part, weight in zip(parts, rarities, strict=True):
            share = weight / sum(rarities) * LONE_PART_COVERS
            for key in part:
                self.partial[key] = self.partial.get(key, 0.0) + share


def rarity(holders: int, entries: int) -> float:
    """How much a word tells: much when few entries hold it (inverse document frequency)."""
    return math.log(1 + (entries + 1) / (holders + 0.5))


def best(matches: Sequence[Match], *, entries: int, limit: int) -> list[tuple[int, float]]:
    """Primary keys with scores from 0 to 1, best first. What covers more of the question stands above what fits better.

    Entries that cover less than half of what the best one covers are left out.
    """
    found = [match for match in matches if match.fits or match.partial]
    if len(found) == 1 and found[0].fits:
        scores = {key: (1 + fit) / 2 for key, fit in found[0].fits.items()}
    else:
        scores = _combined(found, entries)
    order = sorted(sorted(scores), key=scores.__getitem__, reverse=True)  # of equals the older entry first
    return [(key, round(scores[key], 6)) for key in order[:limit]]


def _combined(found: Sequence[Match], entries: int) -> dict[int, float]:
    """The rarest word first: what lacks it may be out of reach, and then common words need no look at most entries."""
    rarities = {id(match): rarity(len(match.fits), entries) for match in found}
    total = sum(rarities.values())
    order = sorted(found, key=lambda each: -rarities[id(each)])
    shares = [rarities[id(match)] / total for match in order]
    least = _reachable(order, shares) * LEAST_SHARE - 1e-9
    covered: dict[int, float] = {}
    fitting: dict[int, float] = {}
    left = 1.0  # what this word and those after it can add
    for match, share in zip(order, shares, strict=True):
        fits = match.fits
        if not covered:
            covered = dict.fromkeys(fits, share)
            fitting = {key: share * fit for key, fit in fits.items()}
        else:
            for key in covered.keys() & fits.keys() if left < least else fits:
                covered[key] = covered.get(key, 0.0) + share
                fitting[key] = fitting.get(key, 0.0) + share * fits[key]
        for key, part in match.partial.items():
            covered[key] = covered.get(key, 0.0) + share * part
        left -= share
    least = max(covered.values(), default=0.0) * LEAST_SHARE - 1e-9
    return {key: (cover + fitting.get(key, 0.0)) / 2 for key, cover in covered.items() if cover >= least}


def _reachable(order: Sequence[Match], shares: Sequence[float]) -> float:
    """What some entry certainly covers: one that holds the rarest word, of those one that holds the next, and so on."""
    together: set[int] = set()
    cover = 0.0
    for match, share in zip(order, shares, strict=True):
        if both := (match.fits.keys() & together if together else set(match.fits)):
            together = both
            cover += share
    return cover
