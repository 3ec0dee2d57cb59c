"""The list of questions at the desk: tabs with counts, filters, the numbers that lie with other offices."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q

from bruecke.core import clock, memo
from bruecke.core.folding import find_key, sort_key
from bruecke.core.viewer import Viewer
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.querysets import EnquiryQuerySet, readable, withheld
from bruecke.enquiries.rules import WORKING_ROLES
from bruecke.enquiries.states import RUNNING, WAITING, EnquiryState
from bruecke.places import queries as register
from bruecke.vocabulary import queries as vocabulary

MINE, ALL, UNASSIGNED, OVERDUE = "meine", "alle", "offen", "ueberfaellig"
RUNNING_FILTER = "laufend"
OPEN_COUNT = "enquiries.open_count"
"""Key of the number beside *Fragen* in the navigation, for `core.memo`."""


@dataclass(frozen=True, slots=True)
class InboxCounts:
    """Running questions of each tab, and those that lie with another controller."""

    mine: int
    all: int
    unassigned: int
    overdue: int
    withheld: int
    waiting: int = 0
    """Given to this person, and the office owes an answer."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the url says; empty means everything. `place` an AGS, `topic` a key, `language` a code, "-" without it.

    The page *Zahlen* leads here with `kind`, `channel`, `outcome` and the months [`since`, `until`) in which questions came.
    """

    text: str = ""
    place: str = ""
    topic: str = ""
    language: str = ""
    state: str = ""
    kind: str = ""
    channel: str = ""
    outcome: str = ""
    since: date | None = None
    until: date | None = None


def inbox_counts(viewer: Viewer, now: datetime) -> InboxCounts:
    """One query a request; zeros for people who do not work on questions."""
    if not viewer.has(*WORKING_ROLES):
        return InboxCounts(0, 0, 0, 0, 0)
    counts = memo.once(("enquiries.inbox_counts", viewer, now), lambda: _inbox_counts(viewer, now))
    memo.tell((OPEN_COUNT, viewer), counts.waiting)
    return counts


def _inbox_counts(viewer: Viewer, now: datetime) -> InboxCounts:
    seen, running = readable(viewer), Q(state__in=RUNNING)
    figures = Enquiry.objects.filter(district_id=viewer.district_id).aggregate(
        mine=Count("pk", filter=seen & running & Q(assigned_account_id=viewer.account_id)),
        all=Count("pk", filter=seen & running),
        unassigned=Count("pk", filter=seen & running & Q(assigned_account=None)),
        overdue=Count("pk", filter=seen & Q(state__in=WAITING, due_at__lt=now)),
        withheld=Count("pk", filter=withheld(viewer) & running),
        waiting=Count("pk", filter=seen & Q(state__in=WAITING, assigned_account_id=viewer.account_id)),
    )
    return InboxCounts(**figures)


def inbox(viewer: Viewer, tab: str, filters: Filters, now: datetime) -> EnquiryQuerySet:
    """The rows of a tab, most urgent first, with what a row shows. One query when evaluated."""
    rows = Enquiry.objects.visible_to(viewer)
    if tab == MINE:
        rows = rows.mine(viewer)
    elif tab == UNASSIGNED:
        rows = rows.unassigned()
    elif tab == OVERDUE:
        rows = rows.overdue(now)
    if filters.state == RUNNING_FILTER:
        rows = rows.running()
    elif filters.state in set(EnquiryState):
        rows = rows.filter(state=filters.state)
    if filters.place:
        rows = rows.filter(place=None) if filters.place == "-" else rows.filter(place_id=filters.place)
    if filters.topic:
        rows = rows.filter(topic=None) if filters.topic == "-" else rows.filter(topic_id=filters.topic)
    if filters.language:
        rows = rows.filter(contact_language=filters.language)
    return rows.filter(_counted(filters) & matching(filters.text)).by_urgency().with_row_facts()


def matching(text: str) -> Q:
    """Each word of `text` occurs in short title, messages or reference, in the name of the place or in the topic; folded."""
    wanted = Q()
    for word in find_key(text).split():
        topics = [topic.pk for topic in vocabulary.topics() if word in find_key(str(topic))]
        found = Q(find_key__contains=word) | Q(place__find_key__contains=word)
        wanted &= found | Q(topic__in=topics) if topics else found
    return wanted


def _counted(filters: Filters) -> Q:
    """What the page of figures counts by and the list has no field for."""
    codes = {"kind": filters.kind, "channel": filters.channel, "outcome": "" if filters.outcome == "-" else filters.outcome}
    wanted = Q(**{name: code for name, code in codes.items() if code or getattr(filters, name) == "-"})
    if filters.since:
        wanted &= Q(received_at__gte=clock.start_of(filters.since))
    if filters.until:
        wanted &= Q(received_at__lt=clock.start_of(filters.until))
    return wanted


@dataclass(frozen=True, slots=True)
class FilterChoices:
    """What occurs in what the viewer may see: the selects offer nothing that leads to an empty list for sure."""

    places: list[tuple[str, str]]
    topics: list[tuple[str, str]]
    languages: list[tuple[str, str]]


def filter_choices(viewer: Viewer, *, place: str = "", topic: str = "", language: str = "") -> FilterChoices:
    """What occurs, and what is asked for already (a kept address may outlive its last row). Three queries."""
    found = (
        Enquiry.objects.visible_to(viewer)
        .order_by()
        .values_list("place_id", "place__name", "place__sort_key", "topic", "contact_language")
    )
    places: dict[str, tuple[str, str]] = {}
    topics: set[str | None] = {topic}
    languages: set[str] = {language} - {""}
    if place and (known := register.place(place)):
        places[place] = (sort_key(known.name), known.name)
    for ags, name, key, topic_key, code in found.distinct():
        if ags:
            places[ags] = (key, name)
        topics.add(topic_key)
        languages.add(code)
    words = language_names()
    return FilterChoices(
        places=[(ags, name) for ags, (_key, name) in sorted(places.items(), key=lambda item: item[1])],
        topics=_in_order({entry.pk: str(entry) for entry in vocabulary.topics()}, topics - {None, "", "-"}),
        languages=sorted(((code, words.get(code, code)) for code in languages), key=lambda pair: pair[1]),
    )


def _in_order(words: dict[str, str], held: set[Any]) -> list[tuple[str, str]]:
    """Known keys in the order of the vocabulary, retired ones at the end."""
    return [(key, word) for key, word in words.items() if key in held] + [(key, key) for key in sorted(held - words.keys())]


def language_names(lang: str = "de") -> dict[str, str]:
    """Names of the languages by code. One query."""
    return {language.pk: vocabulary.label(language, lang) for language in vocabulary.languages()}


def neighbours(viewer: Viewer, enquiry: Enquiry, now: datetime) -> tuple[int, int, str]:
    """Position of a question among the viewer's own running ones, how many there are, and the uid of the next. One query."""
    uids = list(inbox(viewer, MINE, Filters(state=RUNNING_FILTER), now).values_list("uid", flat=True))
    if enquiry.uid not in uids:
        return 0, len(uids), uids[0] if uids else ""
    place = uids.index(enquiry.uid)
    return place + 1, len(uids), uids[place + 1] if place + 1 < len(uids) else ""


def frequent(values: list[Any], limit: int) -> list[Any]:
    """The most frequent values, then in the order of their first mention."""
    return [value for value, _count in Counter(value for value in values if value).most_common(limit)]
