"""The demo's questions: as many as promised, the same each time, none of them in the future."""

from random import Random

import pytest

from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.enquiries.demo import load_enquiries
from bruecke.enquiries.demo.referrals import load_referrals
from bruecke.enquiries.demo.tally import load_tally
from bruecke.enquiries.models import Attachment, Enquiry, Message, OfferChoice, Referral, TallyEntry, TimelineEvent, UnmetDemand
from bruecke.enquiries.states import Channel, ConsentBasis, EnquiryState, Outcome, ReferralState
from bruecke.enquiries.tests.factories import make_offers, make_scene
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.importers import load_shipped_vocabulary

pytestmark = pytest.mark.any_database


def test_twenty_questions_a_district_once(district, now):
    load_shipped_vocabulary(now)
    with for_district(district):
        make_scene()
    context = DemoContext(now=now, random=Random(1), districts=[district])
    for _ in range(2):
        load_enquiries(context)
    with for_district(district):
        found = list(Enquiry.objects.order_by("pk"))
        assert len(found) == 20
        assert {enquiry.state for enquiry in found} >= {
            EnquiryState.NEW,
            EnquiryState.OPEN,
            EnquiryState.ANSWERED,
            EnquiryState.CLOSED,
        }
        assert {enquiry.channel for enquiry in found} == set(Channel)
        assert {enquiry.contact_language for enquiry in found} >= {"de", "uk", "ar", "en"}
        assert any(enquiry.is_overdue(now) for enquiry in found)
        assert any(enquiry.outcome == Outcome.NO_OFFER for enquiry in found)
        assert any(enquiry.place_id is None for enquiry in found)
        kinds = list(Attachment.objects.order_by("pk").values_list("file__content_type", flat=True))
        assert kinds == ["image/jpeg", "image/jpeg", "application/pdf", "application/pdf"]
        assert max(Message.objects.values_list("sent_at", flat=True)) <= now
        assert max(TimelineEvent.objects.values_list("happened_at", flat=True)) <= now
        for enquiry in found:
            moments = TimelineEvent.objects.filter(enquiry=enquiry).order_by("pk").values_list("happened_at", flat=True)
            assert list(moments) == sorted(moments)


def test_referrals_in_every_state_once(district, now):
    load_shipped_vocabulary(now)
    with for_district(district):
        scene = make_scene()
        categories = [key for topic in vocabulary.topics() for key in topic.categories]
        terms = {"category": list(dict.fromkeys(categories)), "language": ["de"], "target_group": []}
        make_offers(scene, *[f"Hilfe {number}" for number in range(9)], terms=terms)
    context = DemoContext(now=now, random=Random(1), districts=[district])
    load_enquiries(context)
    for _ in range(2):
        load_referrals(context)
    with for_district(district):
        found = list(Referral.objects.order_by("pk"))
        assert len(found) == 9
        assert {one.state for one in found} == set(ReferralState)
        assert {one.basis for one in found} == set(ConsentBasis)
        assert Referral.objects.silent(now.date()).exclude(reminded_at=None).count() == 1
        assert OfferChoice.objects.filter(verdict="rejected").count() >= 4
        assert UnmetDemand.objects.values("month").distinct().count() >= 5
        for enquiry in Enquiry.objects.order_by("pk"):
            moments = TimelineEvent.objects.filter(enquiry=enquiry).order_by("pk").values_list("happened_at", flat=True)
            assert list(moments) == sorted(moments), enquiry
            assert max(moments) <= now


def test_strokes_of_open_hours_once(district, now):
    load_shipped_vocabulary(now)
    with for_district(district):
        make_scene()
    context = DemoContext(now=now, random=Random(1), districts=[district])
    load_enquiries(context)
    for _ in range(2):
        load_tally(context)
    with for_district(district):
        found = list(TallyEntry.objects.order_by("pk"))
        assert len(found) >= 20
        assert max(entry.recorded_at for entry in found) < now
        assert all(entry.place_id and entry.topic_id and entry.recorded_by_id for entry in found)
