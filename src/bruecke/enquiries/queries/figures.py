"""Figures of questions, strokes of the tally and missing offers: counted where they lie, split by who may open the records."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date, datetime
from statistics import median
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from bruecke.core import clock
from bruecke.core.clock import BERLIN
from bruecke.core.figures import FigureQuestion, FigureTable, Head, Scope, count_table
from bruecke.core.viewer import Viewer
from bruecke.enquiries.models import (
    CHANNEL_LABELS,
    OUTCOME_LABELS,
    AnswerTime,
    Enquiry,
    ErasedCount,
    TallyEntry,
    UnmetDemand,
)
from bruecke.enquiries.rules import WORKING_ROLES
from bruecke.enquiries.states import Channel, Outcome
from bruecke.places.models import Area
from bruecke.staffing.models import Post, PostHolder
from bruecke.vocabulary import queries as vocabulary

Counts = Counter[tuple[str, str]]
PLACE, TOPIC, LANGUAGE, CHANNEL, OUTCOME, MONTH = "ort", "thema", "sprache", "weg", "ergebnis", "monat"
CATEGORY, GROUP = "kategorie", "zielgruppe"
_COLUMNS = {PLACE: "place_id", TOPIC: "topic_id", CHANNEL: "channel", OUTCOME: "outcome", LANGUAGE: "contact_language"}
_ERASED = {**_COLUMNS, LANGUAGE: "language"}
_UNMET = {PLACE: "place_id", TOPIC: "topic_id", CATEGORY: "category", GROUP: "target_group", LANGUAGE: "language"}
_TALLY = {PLACE: "place_id", TOPIC: "topic_id", CHANNEL: "channel", OUTCOME: "outcome", LANGUAGE: "language"}


def scopes(viewer: Viewer) -> tuple[Scope, ...]:
    """Who works with questions counts her own exactly; every member sees the rest of the district, small counts hidden."""
    if viewer.has(*WORKING_ROLES):
        return (Scope.OWN, Scope.REST)
    return (Scope.REST,) if viewer.is_person and viewer.roles else ()


# --- questions ---------------------------------------------------------------------------------------------------------


def question_counts(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """Questions that came in the period: those that are there, and the counts of those erased. Four queries."""
    live = _live(viewer, question).filter(
        received_at__gte=clock.start_of(question.since), received_at__lt=clock.start_of(question.until)
    )
    erased = _of_scope(ErasedCount.objects.all(), viewer, question.scope).filter(
        month__gte=question.since, month__lt=question.until
    )
    found = _counted(live.annotate(month_of=TruncMonth("received_at", tzinfo=BERLIN)), question, _COLUMNS, "month_of", Count("pk"))
    found += _counted(erased.annotate(month_of=F("month")), question, _ERASED, "month_of", Sum("count"))
    return _table(found, question)


def _live(viewer: Viewer, question: FigureQuestion) -> Any:
    readable = Enquiry.objects.visible_to(viewer)
    if question.scope is Scope.OWN:
        return readable
    return Enquiry.objects.exclude(pk__in=readable.values("pk"))


def _of_scope(rows: QuerySet, viewer: Viewer, scope: Scope) -> QuerySet:
    """Anonymous rows by place: the leading office has all, a coordinator those of her municipalities."""
    if viewer.leads_district:
        return rows if scope is Scope.OWN else rows.none()
    own = Q(place_id__in=sorted(viewer.municipalities)) if viewer.is_coordinator else Q(pk__in=[])
    return rows.filter(own) if scope is Scope.OWN else rows.exclude(own)


def _counted(rows: Any, question: FigureQuestion, columns: Mapping[str, str], month: str, measure: Any) -> Counts:
    """Counts by the two dimensions asked for; rows that lack a dimension count under ""."""
    names = {**columns, MONTH: month}
    for dimension, key in question.filters.items():
        rows = rows.filter(**_is(names.get(dimension, ""), key, dimension))
    wanted = [names[one] for one in (question.rows, question.columns) if one]
    found: Counts = Counter()
    for *keys, number in rows.order_by().values_list(*wanted).annotate(number=measure).values_list(*wanted, "number"):
        row, column = ([_key(key) for key in keys] + [""])[:2]
        found[row, column] += number
    return found


def _is(name: str, key: str, dimension: str) -> dict[str, Any]:
    if not name:
        return {"pk__in": []}
    if dimension == MONTH:
        day = _day(key)
        return {name: clock.start_of(day) if name == "month_of" else day} if day else {"pk__in": []}
    if not key and name.endswith("_id"):
        return {f"{name}__isnull": True}
    return {name: key}


def _day(key: str) -> date | None:
    try:
        return date.fromisoformat(f"{key}-01")
    except ValueError:
        return None


def _key(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(BERLIN).date()
    return f"{value:%Y-%m}" if isinstance(value, date) else str(value or "")


def _table(found: Counts, question: FigureQuestion) -> FigureTable:
    """Small counts are hidden wherever the viewer may not open the records."""
    return count_table(
        found,
        rows=_namer(question.rows),
        columns=_namer(question.columns) if question.columns else None,
        guard=question.scope is Scope.REST,
    )


def _namer(dimension: str) -> Callable[[str], object]:
    """Words for the keys of a dimension; one query at most."""
    known = _words(dimension)
    nothing = {
        PLACE: _("ohne Ort"),
        TOPIC: _("ohne Thema"),
        OUTCOME: _("noch offen"),
        LANGUAGE: _("nicht bekannt"),
    }.get(dimension, _("ohne Angabe"))
    return lambda key: known.get(key, key) if key else nothing


def word(dimension: str, key: str) -> object:
    """The words for one key of a dimension."""
    return _namer(dimension)(key)


def _words(dimension: str) -> dict[str, Any]:
    if dimension == PLACE:
        return dict(Area.objects.order_by("pk").values_list("pk", "name"))
    if dimension == TOPIC:
        return {topic.pk: str(topic) for topic in vocabulary.topics()}
    if dimension == LANGUAGE:
        return {language.pk: str(language) for language in vocabulary.languages()}
    if dimension == CHANNEL:
        return {key.value: CHANNEL_LABELS[key] for key in Channel}
    if dimension == OUTCOME:
        return {key.value: OUTCOME_LABELS[key] for key in Outcome}
    return {}


# --- missing offers, strokes ---------------------------------------------------------------------------------------------


def unmet_counts(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """Missing offers that were noted in the period."""
    rows = _of_scope(UnmetDemand.objects.all(), viewer, question.scope).filter(month__gte=question.since, month__lt=question.until)
    found = _counted(rows.annotate(month_of=F("month")), question, _UNMET, "month", Count("pk"))
    return _table(found, question)


def tally_counts(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """Strokes of open hours."""
    rows = _of_scope(TallyEntry.objects.all(), viewer, question.scope)
    rows = rows.filter(happened_on__gte=question.since, happened_on__lt=question.until)
    found = _counted(rows.annotate(month_day=TruncMonth("happened_on")), question, _TALLY, "month_day", Count("pk"))
    return _table(found, question)


# --- time to the first answer ----------------------------------------------------------------------------------------------

LEAST_FOR_A_MEDIAN = 5


def answer_scopes(viewer: Viewer) -> tuple[Scope, ...]:
    """The district's median for who works with questions; the one of a post for its holder only."""
    return (Scope.ALL,) if viewer.has(*WORKING_ROLES) else ()


def answer_times(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """Median hours from a question to its first answer by month: of the whole district, and of the posts the viewer holds.

    A median of fewer than five answers is hidden. Three queries.
    """
    own = set(
        PostHolder.objects.valid_on(clock.local_day(now)).filter(account_id=viewer.account_id).values_list("post_id", flat=True)
    )
    times: dict[tuple[str, int | None], list[float]] = {}
    for month, post, hours in _waits(question):
        times.setdefault((month, None), []).append(hours)
        if post in own:
            times.setdefault((month, post), []).append(hours)
    posts = list(Post.objects.filter(pk__in=own).order_by("number", "pk"))
    months = sorted({month for month, _post in times}, reverse=True)
    cells = tuple(
        (len(times[month, None]), _median(times[month, None]), *(_median(times.get((month, post.pk), [])) for post in posts))
        for month in months
    )
    heads = [Head("", _("Antworten")), Head("", _("Landkreis")), *(Head("", post.short_label) for post in posts)]
    note = _("Median in Stunden. Bei weniger als fünf Antworten im Monat wird kein Wert gezeigt.")
    rows = tuple(Head("", f"{month[5:]}/{month[:4]}") for month in months)
    return FigureTable(rows=rows, columns=tuple(heads), cells=cells, note=note)


def _waits(question: FigureQuestion) -> list[tuple[str, int | None, float]]:
    """(month, post, hours) of every first answer to a question of the period, also of erased ones."""
    since, until = clock.start_of(question.since), clock.start_of(question.until)
    rows = Enquiry.objects.filter(received_at__gte=since, received_at__lt=until, answered_at__isnull=False).order_by("pk")
    found = [
        (_key(received), post, (answered - received).total_seconds() / 3600)
        for received, answered, post in rows.values_list("received_at", "answered_at", "assigned_post_id")
    ]
    erased = AnswerTime.objects.filter(month__gte=question.since, month__lt=question.until).order_by("pk")
    return [*found, *((_key(month), post, float(hours)) for month, post, hours in erased.values_list("month", "post_id", "hours"))]


def _median(hours: list[float]) -> float | None:
    return round(median(hours), 1) if len(hours) >= LEAST_FOR_A_MEDIAN else None
