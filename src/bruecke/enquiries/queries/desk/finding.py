"""Questions in the search over everything: by reference, receipt code, words of title and dialogue, place or topic."""

from bruecke.core.global_search import SearchHit, SearchHits, SearchQuestion, first_and_total
from bruecke.core.tokens import keyed_hash, normalise_receipt_code
from bruecke.enquiries import rules
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.queries.desk.inbox import ALL, matching


def find_enquiries(question: SearchQuestion) -> SearchHits:
    """What the viewer may read, most urgent first. One query.

    A receipt code finds its question for whoever may read it anyway: people bring their receipt along.
    """
    seen = Enquiry.objects.visible_to(question.viewer)
    if code := normalise_receipt_code(question.text):
        rows = seen.filter(receipt_hash=keyed_hash(code, rules.RECEIPT_PURPOSE))
    else:
        rows = seen.filter(matching(question.text))
    found, total = first_and_total(rows.by_urgency().select_related("place", "topic").defer("find_key"), question.limit)
    hits = tuple(_hit(enquiry) for enquiry in found)
    return SearchHits(hits, total) if code else SearchHits(hits, total, "enquiries:inbox", {"tab": ALL, "stand": ""})


def _hit(enquiry: Enquiry) -> SearchHit:
    facts = (enquiry.reference, enquiry.place.name if enquiry.place else "", enquiry.state_label)
    return SearchHit(
        title=enquiry.title,
        language=enquiry.title_language,
        route="enquiries:detail",
        kwargs={"uid": enquiry.uid},
        detail=" · ".join(str(fact) for fact in facts if fact),
    )
