"""Offers in the search over everything: through the index where it knows the words, else by what titles contain."""

from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext as _

from bruecke.core.clock import local_day
from bruecke.core.global_search import SearchHit, SearchHits, SearchQuestion, first_and_total
from bruecke.offers.models import STATE_LABELS, Offer
from bruecke.offers.queries.text import find
from bruecke.offers.states import OfferState

LIST = "offers:list"


def find_offers(question: SearchQuestion) -> SearchHits:
    """Best first, as the list of offers finds them; archived ones last. While a word is still being typed the index does not
    know it: then titles and providers that contain it, without a list behind them. One query besides those of the index.
    """
    seen = Offer.objects.visible_to(question.viewer, local_day(question.now)).select_related("provider")
    scores = {hit.uid: hit.score for hit in find(question.text, district=question.district, only_public=False).hits}
    containing = Q()
    for word in question.words:
        containing &= Q(find_key__contains=word)
    in_list = Q(uid__in=list(scores)) & ~Q(state=OfferState.ARCHIVED)
    best = sorted(scores, key=lambda uid: (-scores[uid], uid))[: question.limit * 4]
    rank = Case(*(When(uid=uid, then=Value(place)) for place, uid in enumerate(best)), default=Value(len(best)))
    wanted = in_list | (containing & Q(state=OfferState.ARCHIVED)) if scores else containing
    archived = Case(When(state=OfferState.ARCHIVED, then=Value(1)), default=Value(0))
    rows = seen.filter(wanted).order_by(archived, *([rank] if best else []), F("sort_key"), "pk")
    found, total = first_and_total(rows, question.limit, counted=~Q(state=OfferState.ARCHIVED))
    return SearchHits(tuple(_hit(offer) for offer in found), total, LIST if scores else "")


def _hit(offer: Offer) -> SearchHit:
    state = "" if offer.state == OfferState.ACTIVE else str(STATE_LABELS[OfferState(offer.state)])
    facts = (offer.provider.name, _("archiviert") if offer.state == OfferState.ARCHIVED else state)
    return SearchHit(
        title=offer.title, route="offers:detail", kwargs={"uid": offer.uid}, detail=" · ".join(fact for fact in facts if fact)
    )
