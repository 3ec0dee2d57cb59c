"""Reads around offers of help: what one can help with, and what somebody offered, in words."""

from dataclasses import dataclass

from bruecke.core.models import District
from bruecke.enquiries.models import Enquiry, HelpOffer
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.states import Taxonomy

FOR_PROFESSIONALS = frozenset(
    {"asylum-counselling", "counselling", "emergency", "health", "law", "mental-health", "money", "volunteering"}
)
"""Categories that need a profession, or say nothing about what somebody would do."""


@dataclass(frozen=True, slots=True)
class OfferedHelp:
    """What the desk shows beside the message."""

    categories: tuple[str, ...]
    times: str
    is_organisation: bool


def help_categories(district: District, lang: str) -> list[tuple[str, str]]:
    """What people can help with, in the district's words and the reader's language. Two queries at most."""
    found = vocabulary.terms(Taxonomy.CATEGORY, district=district)
    return [(term.key, vocabulary.label(term, lang)) for term in found if term.key not in FOR_PROFESSIONALS]


def offered_help(enquiry: Enquiry) -> OfferedHelp | None:
    """What somebody offered with this message; None for a question. Three queries at most."""
    row = HelpOffer.objects.filter(enquiry=enquiry).first()
    if row is None:
        return None
    terms = ((key, vocabulary.term(Taxonomy.CATEGORY, key, district=enquiry.district)) for key in row.categories)
    return OfferedHelp(tuple(str(term) if term else key for key, term in terms), row.times, row.is_organisation)
