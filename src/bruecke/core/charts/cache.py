"""Drawn charts by their content: asked for by a page, drawn by the worker, forgotten when nobody looks any more.

A row holds what its page showed and nothing more: hidden numbers never reach a specification. Nobody reads a chart by its
name: a page asks its figures anew, with the viewer's rights, and finds the picture of exactly these figures.
"""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction

from bruecke.core.charts.drawing import draw
from bruecke.core.charts.looks import Size
from bruecke.core.clock import local_day
from bruecke.core.jobs import JobRun, enqueue, handler
from bruecke.core.models import Chart, District
from bruecke.core.scope import for_district

Spec = Mapping[Size, dict[str, Any]]
STYLE = 1
"""Counted up when pictures of the same specification would look different."""
KEEP = timedelta(days=7)
GIVE_UP = timedelta(minutes=10)
MOST_WAITING = 40
_AT_ONCE = 8
_KIND = "core.draw_charts"


def chart_for(*, district: District, spec: Spec, now: datetime) -> Chart | None:
    """The chart of a specification, drawn or waiting for the worker; None where too many wait already. One query when drawn.

    Effects: a row and a job where nobody asked before, or where the worker gave up; at most once a day, the day of the last use.
    """
    text = json.dumps({size.value: one for size, one in spec.items()}, sort_keys=True, ensure_ascii=False, default=str)
    key = sha256(f"{STYLE}:{text}".encode()).hexdigest()
    chart = Chart.objects.filter(district=district, key=key).first()
    today = local_day(now)
    if chart is not None and (chart.is_drawn or now - chart.asked_at < GIVE_UP):
        if chart.used_on != today:
            Chart.objects.filter(pk=chart.pk).update(used_on=today)
        return chart
    if Chart.objects.filter(district=district, drawn_at=None, asked_at__gt=now - GIVE_UP).count() >= MOST_WAITING:
        return None
    with transaction.atomic():
        if chart is not None:
            chart.delete()
        new = Chart(district=district, key=key, spec=json.loads(text), asked_at=now, used_on=today)
        Chart.objects.bulk_create([new], ignore_conflicts=True)  # somebody else may ask for it in the same moment
        enqueue(kind=_KIND, args={"chart": new.uid}, now=now, key=f"{_KIND}:{new.uid}", district=district)
    return new


@handler(_KIND, atomic=False)
def draw_waiting(run: JobRun) -> None:
    """Draw this chart and whatever else of its district waits: one start of the renderer for up to eight."""
    district = run.job.district
    if district is None:
        return
    with for_district(district):
        waiting = list(Chart.objects.filter(drawn_at=None, uid=run.args["chart"]))
        if not waiting:
            return
        others = Chart.objects.filter(drawn_at=None).exclude(pk=waiting[0].pk).order_by("asked_at", "pk")
        waiting += others[: _AT_ONCE - 1]
        specs = [{Size(size): spec for size, spec in chart.spec.items()} for chart in waiting]
        for chart, drawn in zip(waiting, draw(specs, [f"c{chart.pk}" for chart in waiting]), strict=True):
            Chart.objects.filter(pk=chart.pk, drawn_at=None).update(
                wide=drawn.svg[Size.WIDE],
                narrow=drawn.svg[Size.NARROW],
                sheet=drawn.svg[Size.SHEET],
                png=drawn.png,
                drawn_at=run.now,
            )


def forget_charts(district: District, now: datetime) -> int:
    """Delete what nobody has looked at for a week; it is drawn again when somebody does. Returns how many."""
    return Chart.objects.filter(district=district, used_on__lt=local_day(now - KEEP)).delete()[0]
