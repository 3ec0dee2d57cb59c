"""Which offers may answer a question, best first, each with its reasons in words: found by `offers`, weighed by `weighing`."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from bruecke.core import clock
from bruecke.core.models import District
from bruecke.enquiries.models import Enquiry, Message, OfferChoice, Referral
from bruecke.enquiries.queries.desk.inbox import language_names
from bruecke.enquiries.queries.weighing import NATIVE, Asked, Fact, total, weigh
from bruecke.enquiries.states import Direction, Need, Verdict
from bruecke.offers import queries as offers
from bruecke.offers.models import Offer
from bruecke.offers.queries import Candidate
from bruecke.offers.states import FacetKind
from bruecke.vocabulary import queries as vocabulary

ASKED_FOR = 50
_TEXT_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One offer with what speaks for it and against it. Words are put together when they are read: most are never shown."""

    offer: Offer
    score: float
    rank: int
    weighed: tuple[Fact, ...]
    distance_km: float | None = None
    reaches: bool = False

    @property
    def reasons(self) -> tuple[str, ...]:
        return tuple(fact.words for fact in self.weighed if fact.text and not fact.is_but)

    @property
    def but(self) -> tuple[str, ...]:
        return tuple(fact.words for fact in self.weighed if fact.text and fact.is_but)

    @property
    def facts(self) -> tuple[str, ...]:
        """The codes behind the words, kept with a choice."""
        return tuple(fact.code for fact in self.weighed)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What the page of all suggestions is narrowed by; the rank of an offer stays the one it has among all."""

    category: str = ""
    language: str = ""
    radius_km: int = 0

    def keeps(self, one: Suggestion, categories: Collection[str]) -> bool:
        """`categories`: the chosen one with everything below it. Online and what comes to the place is in every radius."""
        if self.category and not set(one.offer.keys(FacetKind.CATEGORY)) & set(categories):
            return False
        if self.language and self.language not in one.offer.keys(FacetKind.LANGUAGE):
            return False
        return not self.radius_km or one.reaches or (one.distance_km is not None and one.distance_km <= self.radius_km)


def asked_by(enquiry: Enquiry) -> Asked:
    """What the question needs. One query, two more while the vocabulary is cold.

    The office's own German title counts with the person's words: it is the shortest summary there is.
    """
    rows = Message.objects.filter(enquiry=enquiry, direction=Direction.FROM_RESIDENT).order_by("sent_at", "pk")
    texts = list(rows.values_list("text", flat=True)[:2])
    if enquiry.headline and not any(enquiry.headline.rstrip(" …") in text for text in texts):
        texts.insert(0, enquiry.headline)
    return Asked(
        text=" ".join(texts)[:_TEXT_LENGTH],
        categories=closeness(enquiry.topic_id or "", district=enquiry.district),
        languages=tuple(enquiry.languages) or (enquiry.contact_language or NATIVE,),
        ags=enquiry.place_id or "",
        target_group=enquiry.target_group,
        needs=frozenset(Need(code) for code in enquiry.needs),
    )


def closeness(topic_key: str, *, district: District) -> dict[str, int]:
    """Categories of a topic and everything below them → position, 0 the closest."""
    found: dict[str, int] = {}
    for position, key in enumerate(vocabulary.categories_for(topic_key) if topic_key else ()):
        for narrower in offers.with_narrower(FacetKind.CATEGORY, (key,), district=district):
            found.setdefault(narrower, position)
    return found


def suggestions(enquiry: Enquiry, now: datetime, *, limit: int | None = None) -> list[Suggestion]:
    """Offers for a question, best first, without those that were found not to fit or asked before.

    A bounded number of queries, whatever is found.
    """
    gone = set(OfferChoice.objects.filter(enquiry=enquiry, verdict=Verdict.REJECTED).values_list("offer_id", flat=True))
    gone |= set(Referral.objects.filter(enquiry=enquiry).values_list("offer_id", flat=True))
    found = suggest(asked_by(enquiry), district=enquiry.district, now=now, without=frozenset(gone))
    return found[:limit] if limit else found


def suggest(asked: Asked, *, district: District, now: datetime, without: frozenset[int] = frozenset()) -> list[Suggestion]:
    """The same for needs that no record holds. Equal scores stand by title, so that the order is the same each time."""
    names, today = language_names(), clock.local_day(now)
    weighed = [
        (one, weigh(one, asked, language_names=names, today=today))
        for one in _candidates(asked, district, now)
        if one.offer.pk not in without
    ]
    ranked = sorted(weighed, key=lambda pair: (-total(pair[1]), pair[0].offer.sort_key, pair[0].offer.pk))
    return [_suggestion(one, facts, rank) for rank, (one, facts) in enumerate(ranked, start=1)]


def _candidates(asked: Asked, district: District, now: datetime) -> list[Candidate]:
    return offers.candidates(
        district=district,
        text=asked.text,
        categories=tuple(asked.categories),
        languages=asked.foreign,
        ags=asked.ags,
        limit=ASKED_FOR,
        now=now,
    )


def _suggestion(one: Candidate, facts: list[Fact], rank: int) -> Suggestion:
    return Suggestion(one.offer, total(facts), rank, tuple(facts), one.distance_km, one.reaches)


def offer_lines(offer: Offer, *, url: str, now: datetime) -> str:
    """An offer as a person would write it down in an answer: title, provider, house, times, address of its page. No query."""
    houses = [row.location for row in offer.places.all() if row.location is not None][:1]
    where = [", ".join(part for part in (house.name, house.address) if part) for house in houses]
    times = [line.words for line in offers.schedule_lines(offer, lang=NATIVE, now=now)][:3]
    return "\n".join([offer.title, offer.provider.name, *where, *times, url])


def rejected_offers(enquiry: Enquiry) -> list[OfferChoice]:
    """Offers that were found not to fit, for taking that back. One query."""
    rows = OfferChoice.objects.filter(enquiry=enquiry, verdict=Verdict.REJECTED).select_related("offer", "offer__provider")
    return list(rows.order_by("decided_on", "pk"))
