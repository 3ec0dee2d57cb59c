"""Who is in charge of every municipality on 366 days: `python -m bench.responsibility` prints JSON, seconds of CPU."""

import json
import os
import statistics
import sys
import time
from datetime import timedelta

ROUNDS = 5
DISTRICT = "saechsische-schweiz-osterzgebirge"


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bruecke.config.settings.base")
    import django

    django.setup()
    from bruecke.core import clock
    from bruecke.core.models import District
    from bruecke.core.scope import for_district
    from bruecke.staffing import queries

    start = clock.today() - timedelta(days=365)
    days = [start + timedelta(days=number) for number in range(366)]
    seconds = []
    with for_district(District.objects.get(slug=DISTRICT)):
        for _round in range(ROUNDS):
            began = time.process_time()
            found = queries.responsibility_calendar(start, start + timedelta(days=366))
            by_day = {ags: queries.answers_by_day(stretches) for ags, stretches in found.items()}
            seconds.append(time.process_time() - began)
        began = time.process_time()
        single = [queries.responsibility_map(day) for day in days[::37]]
        day_by_day = (time.process_time() - began) / len(single) * len(days)
    answers = sum(len(rows) for rows in by_day.values())
    agrees = all(by_day[ags][day] == answer for day, rows in zip(days[::37], single, strict=True) for ags, answer in rows.items())
    found_figures = {
        "seconds": round(statistics.median(seconds), 3),
        "day_by_day": round(day_by_day, 2),
        "answers": answers,
        "agrees": agrees,
    }
    json.dump(found_figures, sys.stdout)


if __name__ == "__main__":
    main()
