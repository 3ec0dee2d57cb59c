"""Figures of questions, offers of help, strokes of the tally and missing offers: counted where they lie, split by who may open
the records."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from bruecke.core import clock
from bruecke.core.clock import BERLIN
from bruecke.core.figures import FigureQuestion, FigureTable, Scope, count_table
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.enquiries.models import (
    CHANNEL_LABELS,
    OUTCOME_LABELS,
    Enquiry,
    ErasedCount,
    TallyEntry,
    UnmetDemand,
)
from bruecke.enquiries.querysets import inside
from bruecke.enquiries.rules import WORKING_ROLES
from bruecke.enquiries.states import EnquiryKind
from bruecke.places.models import Area
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.states import Taxonomy

Counts = Counter[tuple[str, str]]
PLACE, TOPIC, LANGUAGE, CHANNEL, OUTCOME, MONTH = "ort", "thema", "sprache", "weg", "ergebnis", "monat"
CATEGORY, GROUP = "kategorie", "zielgruppe"
_COLUMNS = {PLACE: "place_id", TOPIC: "topic_id", CHANNEL: "channel", OUTCOME: "outcome", LANGUAGE: "contact_language"}
_ERASED = {**_COLUMNS, LANGUAGE: "language"}
_UNMET = {PLACE: "place_id", TOPIC: "topic_id", CATEGORY: "category", GROUP: "target_group", LANGUAGE: "language"}
_TALLY = {PLACE: "place_id", TOPIC: "topic_id", CHANNEL: "channel", OUTCOME: "outcome", LANGUAGE: "language"}
_TAXONOMIES = {CATEGORY: Taxonomy.CATEGORY, GROUP: Taxonomy.GROUP}


def scopes(viewer: Viewer) -> tuple[Scope, ...]:
    """Who works with questions counts her own exactly; every member sees the rest of the district, small counts hidden."""
    if viewer.has(*WORKING_ROLES):
        return (Scope.OWN, Scope.REST)
    return (Scope.REST,) if viewer.is_person and viewer.roles else ()


# --- questions, offers of help -------------------------------------------------------------------------------------------


def question_counts(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """Questions that came in the period, without offers of help. At most five queries."""
    return _came_in(EnquiryKind.QUESTION, viewer, question)


def help_counts(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """Offers of help that came in the period. At most five queries."""
    return _came_in(EnquiryKind.HELP, viewer, question)


def _came_in(kind: EnquiryKind, viewer: Viewer, question: FigureQuestion) -> FigureTable:
    """Those that are there, and the counts of those erased; the first ones can be opened."""
    question = _with_month(question)
    since, until = clock.start_of(question.since), clock.start_of(question.until)
    live = _live(viewer, question).filter(kind=kind, received_at__gte=since, received_at__lt=until)
    erased = _gone(viewer, question).filter(kind=kind, month__gte=question.since, month__lt=question.until)
    there = _counted(live.annotate(month_of=TruncMonth("received_at", tzinfo=BERLIN)), question, _COLUMNS, "month_of", Count("pk"))
    gone = _counted(erased.annotate(month_of=F("month")), question, _ERASED, "month_of", Sum("count"))
    return _table(viewer, there + gone, question, there)


def _live(viewer: Viewer, question: FigureQuestion) -> Any:
    readable = Enquiry.objects.visible_to(viewer)
    if question.scope is Scope.OWN:
        return readable
    return Enquiry.objects.exclude(pk__in=readable.values("pk"))


def _gone(viewer: Viewer, question: FigureQuestion) -> QuerySet:
    """Counts of erased ones: own is what the viewer could read before, by controller and place."""
    own = Q(pk__in=[])
    if viewer.controller_id is None:
        pass
    elif viewer.leads_district:
        own = inside(viewer)
    elif viewer.is_coordinator:
        own = inside(viewer) & Q(place_id__in=sorted(viewer.municipalities))
    mine = ErasedCount.objects.filter(own)
    return mine if question.scope is Scope.OWN else ErasedCount.objects.exclude(pk__in=mine.values("pk"))


def _counted(rows: Any, question: FigureQuestion, columns: Mapping[str, str], month: str, measure: Any) -> Counts:
    """Counts by the two dimensions asked for; rows that lack a dimension count under ""."""
    names = {**columns, MONTH: month}
    for dimension, key in question.filters.items():
        rows = rows.filter(**_is(names.get(dimension, ""), key))
    wanted = [names[one] for one in (question.rows, question.columns) if one]
    found: Counts = Counter()
    for *keys, number in rows.order_by().values_list(*wanted).annotate(number=measure).values_list(*wanted, "number"):
        row, column = ([_key(key) for key in keys] + [""])[:2]
        found[row, column] += number
    return found


def _with_month(question: FigureQuestion) -> FigureQuestion:
    """A month among the filters narrows the period; one outside of it, or none at all, leaves nothing."""
    if MONTH not in question.filters:
        return question
    filters = {name: key for name, key in question.filters.items() if name != MONTH}
    first, after = clock.first_of(question.filters[MONTH]), clock.month_after(question.filters[MONTH])
    if first is None or after is None or first < question.since or after > question.until:
        first = after = question.since
    return replace(question, since=first, until=after, filters=filters)


def _is(name: str, key: str) -> dict[str, Any]:
    if not name:
        return {"pk__in": []}
    if not key and name.endswith("_id"):
        return {f"{name}__isnull": True}
    return {name: key}


def _key(value: Any) -> str:
    if isinstance(value, datetime):
        value = value.astimezone(BERLIN).date()
    return f"{value:%Y-%m}" if isinstance(value, date) else str(value or "")


def _table(
    viewer: Viewer, found: Counts, question: FigureQuestion, there: Counts | None = None, *, note: object = ""
) -> FigureTable:
    """Small counts are hidden wherever the viewer may not open the records."""
    key: Any = viewer.district_id
    district = District.objects.get(pk=key) if {question.rows, question.columns} & _TAXONOMIES.keys() else None
    return count_table(
        found,
        rows=_namer(question.rows, district),
        columns=_namer(question.columns, district) if question.columns else None,
        guard=question.scope is Scope.REST,
        openable=there,
        note=note,
    )


def _namer(dimension: str, district: District | None) -> Callable[[str], object]:
    """Words for the keys of a dimension; two queries at most."""
    known = _words(dimension, district)
    nothing = {
        PLACE: _("ohne Ort"),
        TOPIC: _("ohne Thema"),
        OUTCOME: _("noch offen"),
        LANGUAGE: _("nicht bekannt"),
        CATEGORY: _("nicht festgelegt"),
        GROUP: _("nicht festgelegt"),
    }.get(dimension, _("ohne Angabe"))
    if dimension == MONTH:
        return lambda key: f"{key[5:]}/{key[:4]}"
    return lambda key: known.get(key, key) if key else nothing


def word(dimension: str, key: str, district: District) -> object:
    """The words for one key of a dimension."""
    return _namer(dimension, district)(key)


def _words(dimension: str, district: District | None) -> dict[str, Any]:
    if dimension == PLACE:
        return dict(Area.objects.order_by("pk").values_list("pk", "name"))
    entries: dict[str, Callable[[], Iterable[Any]]] = {TOPIC: vocabulary.topics, LANGUAGE: vocabulary.languages}
    if dimension in entries:
        return {entry.pk: str(entry) for entry in entries[dimension]()}
    if dimension in _TAXONOMIES and district is not None:
        return {term.key: str(term) for term in vocabulary.terms(_TAXONOMIES[dimension], district=district)}
    labels: dict[str, Mapping[Any, Any]] = {CHANNEL: CHANNEL_LABELS, OUTCOME: OUTCOME_LABELS}
    codes = labels.get(dimension, {})
    return {key.value: label for key, label in codes.items()}


# --- missing offers, strokes ---------------------------------------------------------------------------------------------


def unmet_scopes(viewer: Viewer) -> tuple[Scope, ...]:
    """The leading office opens every row of what is missing, a coordinator those of her places; the rest is guarded."""
    if viewer.leads_district:
        return (Scope.ALL,)
    if viewer.is_coordinator:
        return (Scope.OWN, Scope.REST)
    return (Scope.REST,) if viewer.is_person and viewer.roles else ()


def unmet_counts(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """Missing offers that were noted in the period. At most five queries."""
    question = _with_month(question)
    own = UnmetDemand.objects.visible_to(viewer)
    rows = UnmetDemand.objects.exclude(pk__in=own.values("pk")) if question.scope is Scope.REST else own
    rows = rows.filter(month__gte=question.since, month__lt=question.until)
    found = _counted(rows.annotate(month_of=F("month")), question, _UNMET, "month", Count("pk"))
    return _table(viewer, found, question, None if question.scope is Scope.REST else found)


def tally_counts(viewer: Viewer, question: FigureQuestion, now: datetime) -> FigureTable:
    """Strokes of open hours: own are those of one's municipalities and those one made. At most three queries."""
    question = _with_month(question)
    own = Q(recorded_by_id=viewer.account_id) | Q(place_id__in=sorted(viewer.municipalities))
    if viewer.leads_district:
        own = Q()
    elif not viewer.is_coordinator:
        own = Q(pk__in=[])
    mine = TallyEntry.objects.filter(own)
    rows = mine if question.scope is Scope.OWN else TallyEntry.objects.exclude(pk__in=mine.values("pk"))
    rows = rows.filter(happened_on__gte=question.since, happened_on__lt=question.until)
    found = _counted(rows.annotate(month_day=TruncMonth("happened_on")), question, _TALLY, "month_day", Count("pk"))
    return _table(viewer, found, question, note=_("Von Hand gezählt: Striche haben keinen Einzelnachweis."))


# --- ways to the records -------------------------------------------------------------------------------------------------

NONE = "-"
"""In the address of a list: without this fact."""


def question_records(question: FigureQuestion, district: District) -> tuple[str, dict[str, str]] | None:
    """The list of questions, narrowed to those the figures count."""
    return _inbox(question, EnquiryKind.QUESTION)


def help_records(question: FigureQuestion, district: District) -> tuple[str, dict[str, str]] | None:
    return _inbox(question, EnquiryKind.HELP)


def _inbox(question: FigureQuestion, kind: EnquiryKind) -> tuple[str, dict[str, str]] | None:
    """Nothing where the figures are not the viewer's own."""
    if question.scope is not Scope.OWN:
        return None
    return "enquiries:inbox", {"tab": "alle", "stand": "", "art": kind.value, **_narrowed(question)}


def unmet_records(question: FigureQuestion, district: District) -> tuple[str, dict[str, str]] | None:
    """The list of missing offers, narrowed to those the figures count."""
    return None if question.scope is Scope.REST else ("enquiries:unmet-list", _narrowed(question))


def _narrowed(question: FigureQuestion) -> dict[str, str]:
    """The filters of both lists have the names of our dimensions; a month narrows the period."""
    kept = {name: key or NONE for name, key in question.filters.items() if name != MONTH}
    last = date(question.until.year - (question.until.month == 1), (question.until.month - 2) % 12 + 1, 1)
    since, until = f"{question.since:%Y-%m}", f"{last:%Y-%m}"
    month = question.filters.get(MONTH)
    return {**kept, "von": month or since, "bis": month or until}
