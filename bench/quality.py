"""Prints how well the search finds, by class of query, over freshly loaded demo data on SQLite and PostgreSQL.

`PYTHONPATH=. .venv/bin/python -m bench.quality [--postgresql postgresql://user@host/postgres]`
"""

from typing import Any

from bench.databases import as_table, on_each_database

SPLITS = ("dev", "held", "second", "fresh", "last")


def measure() -> dict[str, dict[str, list[float]]]:
    from bench import search
    from bruecke.core import clock

    return {split: {name: list(found) for name, found in search.measure(clock.now(), split).items()} for split in SPLITS}


def main() -> None:
    """For each part of the queries a table: class, number, and for each database recall@5, precision@5, precision@R."""
    results: dict[str, Any] = on_each_database("bench.quality", measure, about=__doc__ or "")
    head = [f"{name}: {what}" for name in results for what in ("recall@5", "precision@5", "precision@R")]
    for split in SPLITS:
        first = next(iter(results.values()))[split]
        rows = [
            [name, str(first[name][-1]), *(f"{figure:.3f}" for found in results.values() for figure in found[split][name][:-1])]
            for name in first
        ]
        print(f"\n### {split}\n\n{as_table(['class', 'queries', *head], rows)}")


if __name__ == "__main__":
    main()
