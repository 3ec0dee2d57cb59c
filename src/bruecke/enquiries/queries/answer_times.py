"""Figures of the time to the first answer: a median for the whole district, and for a post to whoever holds it."""

from collections.abc import Container
from datetime import date, datetime
from statistics import median

from django.utils.translation import gettext as _

from bruecke.core import clock
from bruecke.core.clock import BERLIN
from bruecke.core.figures import FigureQuestion, FigureTable, Head, Scope
from bruecke.core.viewer import Viewer
from bruecke.enquiries.models import AnswerTime, Enquiry
from bruecke.enquiries.states import EnquiryKind
from bruecke.staffing.models import Post, PostHolder

LEAST = 5
"""A median of fewer answers is hidden."""
Wait = tuple[str, int | None, float, bool]
"""Month, post, hours, and whether the viewer may open the question."""


def scopes(viewer: Viewer) -> tuple[Scope, ...]:
    """Every member."""
    return (Scope.ALL,) if viewer.is_person and viewer.roles else ()


def answer_times(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """Median hours from a question to its first answer by month: of the whole district, and of the posts the viewer holds.

    The district's median stands for months that are over, with at least five answers, and only where those that the viewer
    may not open are none or five at least: who knows four of five values would read the fifth off the median. How many
    answers there were is not told, for the same reason. The median of a post begins with the first whole month of whoever
    holds it today. Five queries.
    """
    today = clock.local_day(now)
    held = _held(viewer, today)
    posts = list(Post.objects.filter(pk__in=held).order_by("number", "pk"))
    waits = _waits(viewer, question, held)
    months = sorted({month for month, _post, _hours, _is_own in waits}, reverse=True)
    cells = tuple(
        (
            _of_district([wait for wait in waits if wait[0] == month], is_over=month < f"{today:%Y-%m}"),
            *(
                _median([hours for at, of, hours, _is_own in waits if (at, of) == (month, post.pk)], month >= held[post.pk])
                for post in posts
            ),
        )
        for month in months
    )
    heads = [Head("", _("Landkreis")), *(Head("", post.short_label) for post in posts)]
    return FigureTable(
        rows=tuple(Head("", f"{month[5:]}/{month[:4]}") for month in months),
        columns=tuple(heads),
        cells=cells,
        is_guarded=any(cell is None for line in cells for cell in line),
        note=_(
            "Median in Stunden von der Frage bis zur ersten Antwort, ohne Fragen vom Telefon und aus der Sprechstunde. "
            "Bei weniger als fünf Antworten wird kein Wert gezeigt, im laufenden Monat keiner für den Landkreis."
        ),
    )


def _held(viewer: Viewer, today: date) -> dict[int, str]:
    """Posts the viewer holds today, with the first whole month she has held each."""
    rows = PostHolder.objects.valid_on(today).filter(account_id=viewer.account_id).order_by("pk")
    return {post: _first_whole_month(since) for post, since in rows.values_list("post_id", "valid_from")}


def _first_whole_month(since: date) -> str:
    if since.day == 1:
        return f"{since:%Y-%m}"
    return f"{since.year + since.month // 12}-{since.month % 12 + 1:02}"


def _of_district(waits: list[Wait], *, is_over: bool) -> float | None:
    foreign = sum(not is_own for _month, _post, _hours, is_own in waits)
    return _median([hours for _month, _post, hours, _is_own in waits], is_over and (foreign == 0 or foreign >= LEAST))


def _median(hours: list[float], is_told: bool) -> float | None:
    return round(median(hours), 1) if is_told and len(hours) >= LEAST else None


def _waits(viewer: Viewer, question: FigureQuestion, held: Container[int]) -> list[Wait]:
    """Every first answer to a question of the period, also to erased ones. What was captured had no wait.

    Of erased ones those count as the viewer's that were answered by a post she holds, or by her controller if she leads.
    """
    since, until = clock.start_of(question.since), clock.start_of(question.until)
    rows = Enquiry.objects.filter(
        kind=EnquiryKind.QUESTION,
        captured_by=None,
        received_at__gte=since,
        received_at__lt=until,
        answered_at__isnull=False,
    ).order_by("pk")
    own = set(Enquiry.objects.visible_to(viewer).filter(pk__in=rows.order_by().values("pk")).values_list("pk", flat=True))
    found = [
        (f"{received.astimezone(BERLIN):%Y-%m}", post, (answered - received).total_seconds() / 3600, pk in own)
        for pk, received, answered, post in rows.values_list("pk", "received_at", "answered_at", "assigned_post_id")
    ]
    erased = AnswerTime.objects.filter(month__gte=question.since, month__lt=question.until).order_by("pk")
    kept = erased.values_list("month", "post_id", "hours", "post__controller_id")
    return [
        *found,
        *(
            (
                f"{month:%Y-%m}",
                post,
                float(hours),
                post in held or (viewer.leads_district and post is not None and controller == viewer.controller_id),
            )
            for month, post, hours, controller in kept
        ),
    ]
