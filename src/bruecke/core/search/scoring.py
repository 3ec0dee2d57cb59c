"""How well an entry fits a question: which of its words it covers, weighed by how rare they are, and how prominently."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

FITS = {1: 1.0, 2: 0.8, 3: 0.75, 4: 0.6, 5: 0.35, 6: 0.25}
"""How well a hit of each grade fits: title, words that classify, running text; in each the word itself, then a part of one."""
PREFIX_FITS = 0.6
PROMINENT, ASIDE_COVERS, PART_ASIDE_COVERS = 0.6, 0.7, 0.4
"""A word of the running text alone is not all of what was asked for; parts of a compound scattered over it still less."""
ALL_PARTS_COVER = 0.9  # all parts of a compound somewhere in the texts, against the compound itself
SOME_PARTS_COVER = 0.7  # one part of a compound alone is not the compound
MAIN_PARTS = 0.5  # the parts an entry needs at least, by what they tell: a garden for a Gartengruppe, not any group
LEAST_SHARE = 0.45  # of what the best hit covers


@dataclass(slots=True)
class Match:
    """Where one word of the question was found, and how well each entry fits it (0 to 1).

    `partial`: for entries that hold parts of a compound but not the compound, how much of it they cover, and how well.
    """

    fits: dict[int, float] = field(default_factory=dict)
    partial: dict[int, tuple[float, float]] = field(default_factory=dict)

    @property
    def is_found(self) -> bool:
        return bool(self.fits or self.partial)

    def add(self, graded: Mapping[int, Sequence[int]], *, counts: float = 1.0) -> None:
        """Entries that hold the word; where one is known already, the better fit holds."""
        known = self.fits
        self.fits = {}
        for grade in sorted(graded, reverse=True):
            self.fits.update(dict.fromkeys(graded[grade], FITS[grade] * counts))
        self.fits.update(known)

    def add_parts(self, parts: Sequence[Mapping[int, float]], entries: int) -> None:
        """Entries that hold parts of a compound, where together these parts tell most of it: the rarer a part, the more.

        A part that nothing holds is left out; then no entry has all of them.
        """
        known = [part for part in parts if part]
        rarities = [rarity(len(part), entries) for part in known]
        total = sum(rarities)
        is_complete = len(known) == len(parts)
        held: dict[int, float] = {}
        covered: dict[int, float] = {}
        fitting: dict[int, float] = {}
        left = 1.0
        for weight, part in sorted(zip(rarities, known, strict=True), key=lambda pair: -pair[0]):
            share = weight / total
            for key in part if left >= MAIN_PARTS - 1e-9 else held.keys() & part.keys():
                fit = part[key]
                held[key] = held.get(key, 0.0) + share
                covered[key] = covered.get(key, 0.0) + share * (1.0 if fit >= PROMINENT else PART_ASIDE_COVERS)
                fitting[key] = fitting.get(key, 0.0) + share * fit
            left -= share
        for key, share in held.items():
            if share >= MAIN_PARTS - 1e-9:
                counts = ALL_PARTS_COVER if is_complete and share > 1 - 1e-9 else SOME_PARTS_COVER
                self._hold_parts(key, counts, covered[key], fitting[key])

    def _hold_parts(self, key: int, counts: float, covered: float, fitting: float) -> None:
        """What holds the compound itself keeps that, or what its parts make of it where they stand more prominently."""
        if key in self.fits:
            self.fits[key] = max(self.fits[key], fitting * counts)
        else:
            self.partial[key] = (covered * counts, fitting * counts)


def rarity(holders: int, entries: int) -> float:
    """How much a word tells: much when few entries hold it (inverse document frequency)."""
    return math.log(1 + (entries + 1) / (holders + 0.5))


def best(matches: Sequence[Match], *, entries: int, limit: int) -> list[tuple[int, float]]:
    """Primary keys with scores from 0 to 1, best first. What covers more of the question stands above what fits better.

    Entries that cover less than half of what the best one covers are left out.
    """
    found = [match for match in matches if match.is_found]
    if len(found) == 1 and not found[0].partial:
        scores = {key: (1 + fit) / 2 for key, fit in found[0].fits.items()}
    else:
        scores = _combined(found, entries)
    order = sorted(sorted(scores), key=scores.__getitem__, reverse=True)  # of equals the older entry first
    return [(key, round(scores[key], 6)) for key in order[:limit]]


def _combined(found: Sequence[Match], entries: int) -> dict[int, float]:
    """The rarest word first: what lacks it may be out of reach, and then common words need no look at most entries."""
    rarities = {id(match): rarity(len(match.fits) or len(match.partial), entries) for match in found}
    total = sum(rarities.values())
    order = sorted(found, key=lambda each: -rarities[id(each)])
    shares = [rarities[id(match)] / total for match in order]
    least = _reachable(order, shares) * ASIDE_COVERS * LEAST_SHARE - 1e-9
    covered: dict[int, float] = {}
    fitting: dict[int, float] = {}
    left = 1.0  # what this word and those after it can add
    for match, share in zip(order, shares, strict=True):
        fits = match.fits
        for key in covered.keys() & fits.keys() if left < least else fits:
            fit = fits[key]
            covered[key] = covered.get(key, 0.0) + (share if fit >= PROMINENT else share * ASIDE_COVERS)
            fitting[key] = fitting.get(key, 0.0) + share * fit
        for key, (cover, fit) in match.partial.items():
            covered[key] = covered.get(key, 0.0) + share * cover
            fitting[key] = fitting.get(key, 0.0) + share * fit
        left -= share
    least = max(covered.values(), default=0.0) * LEAST_SHARE - 1e-9
    return {key: (cover + fitting[key]) / 2 for key, cover in covered.items() if cover >= least}


def _reachable(order: Sequence[Match], shares: Sequence[float]) -> float:
    """What some entry certainly holds: one that holds the rarest word, of those one that holds the next, and so on."""
    together: set[int] = set()
    cover = 0.0
    for match, share in zip(order, shares, strict=True):
        if both := (match.fits.keys() & together if together else set(match.fits)):
            together = both
            cover += share
    return cover
