"""Prints how well the search finds, by class of query, in a loaded demo.

Run after `make demo` has loaded it: `BRUECKE_DATA_DIR=var/demo PYTHONPATH=. .venv/bin/python -m bench.quality`.
"""

import os

import django


def main() -> None:
    """One line a class for each half of the queries: recall@5, precision@5, number of queries."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.base")
    os.environ.setdefault("BRUECKE_MODE", "demo")
    django.setup()
    from bench import search
    from bruecke.core import clock

    for split in ("dev", "held"):
        for name, (recall, precision, count) in search.measure(clock.now(), split).items():
            print(f"{split:5} {name:12} recall@5 {recall:.3f}  precision@5 {precision:.3f}  {count} queries")


if __name__ == "__main__":
    main()
