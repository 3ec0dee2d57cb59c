"""How well the catalogue's search finds: recall@5 and precision@5 by class of query over the demo offers (`search_queries.md`)."""

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import mean
from typing import Any

from bruecke.core.models import District
from bruecke.core.scope import for_district
from bruecke.offers import queries
from bruecke.offers.models import Offer
from bruecke.offers.queries import OfferFilters

HERE = Path(__file__).parent
DISTRICT = "saechsische-schweiz-osterzgebirge"
FIRST = 5


def labelled() -> list[dict[str, Any]]:
    return json.loads((HERE / "search_queries.json").read_text(encoding="utf-8"))


def uids_by_key(district: District) -> dict[str, str]:
    """Keys of the demo file to the ids of this database; a demo offer keeps its key as that of its source."""
    rows = Offer.objects.exclude(external_key="").order_by("pk").values_list("external_key", "uid")
    return dict(rows)


@dataclass(frozen=True, slots=True)
class Judged:
    """One ranking against its labels. `recall`: relevant ones among the first five, of at most five; `precision`: of what is
    shown first; `exact`: relevant ones among the first R, where R is the number of relevant ones, at most five."""

    recall: float
    precision: float
    exact: float


def judge(first: Sequence[str], relevant: Collection[str]) -> Judged:
    """`first`: the best five at most."""
    right = [uid in relevant for uid in first]
    possible = min(FIRST, len(relevant))
    return Judged(sum(right) / possible, sum(right) / (len(right) or 1), sum(right[:possible]) / possible)


def measure(now: datetime, split: str = "") -> dict[str, tuple[float, float, float, int]]:
    """(recall@5, precision@5, precision@R, number of queries) by class, "all" at the end."""
    district = District.objects.get(slug=DISTRICT)
    found: dict[str, list[Judged]] = defaultdict(list)
    with for_district(district):
        known = uids_by_key(district)
        for entry in labelled():
            if split and entry["split"] != split:
                continue
            relevant = {known[key] for key in entry["relevant"]}
            found[entry["class"]].append(judge(hits(entry["text"], district, now), relevant))
    found["all"] = [one for several in list(found.values()) for one in several]
    return {name: (*averages(several), len(several)) for name, several in found.items()}


def averages(several: Sequence[Judged]) -> tuple[float, float, float]:
    return mean(one.recall for one in several), mean(one.precision for one in several), mean(one.exact for one in several)


def hits(text: str, district: District, now: datetime) -> list[str]:
    """The first five of the public catalogue."""
    listed = queries.public_offers(OfferFilters(text=text), district=district, lang="de", per_page=FIRST, now=now)
    return [line.offer.uid for line in listed.lines]


def misses(now: datetime, split: str = "dev") -> list[tuple[str, str, list[str]]]:
    """Queries of a split that do not find everything, with what came instead; for tuning."""
    district = District.objects.get(slug=DISTRICT)
    found = []
    with for_district(district):
        known = uids_by_key(district)
        titles = dict(Offer.objects.order_by("pk").values_list("uid", "title"))
        for entry in labelled():
            relevant = {known[key] for key in entry["relevant"] if key in known}
            first = hits(entry["text"], district, now)
            if entry["split"] == split and sum(uid in relevant for uid in first) < min(FIRST, len(relevant)):
                found.append((entry["class"], entry["text"], [titles[uid] for uid in first]))
    return found
