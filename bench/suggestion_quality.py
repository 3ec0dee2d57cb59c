"""Prints how well offers are suggested to questions, by group of questions, on SQLite and PostgreSQL (`suggestion_questions.md`).

`PYTHONPATH=. .venv/bin/python -m bench.suggestion_quality [--postgresql postgresql://user@host/postgres]`
"""

import json
from collections import defaultdict
from datetime import datetime
from pathlib import Path
from statistics import mean
from typing import Any

from bench.databases import as_table, on_each_database

SPLITS = ("dev", "held")
FIRST = 5


def labelled() -> list[dict[str, Any]]:
    return json.loads((Path(__file__).parent / "suggestion_questions.json").read_text(encoding="utf-8"))


def ranked(entry: dict[str, Any], *, district: Any, now: datetime) -> list[str]:
    """Keys of the demo file of what is suggested to a question, best first."""
    from bruecke.enquiries.queries.suggesting import closeness, suggest
    from bruecke.enquiries.queries.weighing import Asked
    from bruecke.enquiries.states import Need

    asked = Asked(
        text=entry["text"],
        categories=closeness(entry["topic"], district=district),
        languages=tuple(entry["languages"]),
        ags=entry["place"],
        target_group=entry["target_group"],
        needs=frozenset(Need(code) for code in entry["needs"]),
    )
    return [one.offer.external_key for one in suggest(asked, district=district, now=now)]


def judged(found: list[str], entry: dict[str, Any]) -> tuple[float, float, float, float]:
    """recall@5, precision@5 of at most as many as can be right, reciprocal rank of the first of the best, best@5."""
    best, right = set(entry["best"]), {*entry["best"], *entry["also"]}
    possible = min(FIRST, len(right))
    first = found[:FIRST]
    rank = next((number for number, key in enumerate(found, start=1) if key in best), 0)
    return (
        sum(key in right for key in first) / possible,
        sum(key in right for key in found[:possible]) / possible,
        1 / rank if rank else 0.0,
        sum(key in best for key in first) / min(FIRST, len(best)),
    )


def measure() -> dict[str, dict[str, list[float]]]:
    from bench.search import DISTRICT
    from bruecke.core import clock
    from bruecke.core.models import District
    from bruecke.core.scope import for_district

    district = District.objects.get(slug=DISTRICT)
    now = clock.now()
    found: dict[str, dict[str, list[tuple[float, ...]]]] = {split: defaultdict(list) for split in SPLITS}
    with for_district(district):
        for entry in labelled():
            figures = judged(ranked(entry, district=district, now=now), entry)
            for name in (entry["group"], "all"):
                found[entry["split"]][name].append(figures)
    return {
        split: {name: [*(mean(column) for column in zip(*rows, strict=True)), len(rows)] for name, rows in groups.items()}
        for split, groups in found.items()
    }


def main() -> None:
    results: dict[str, Any] = on_each_database("bench.suggestion_quality", measure, about=__doc__ or "")
    head = [f"{name}: {what}" for name in results for what in ("recall@5", "precision", "MRR", "best@5")]
    for split in SPLITS:
        first = next(iter(results.values()))[split]
        names = [*(name for name in first if name != "all"), "all"]
        rows = [
            [name, str(first[name][-1]), *(f"{figure:.3f}" for found in results.values() for figure in found[split][name][:-1])]
            for name in names
        ]
        print(f"\n### {split}\n\n{as_table(['group', 'questions', *head], rows)}")


if __name__ == "__main__":
    main()
