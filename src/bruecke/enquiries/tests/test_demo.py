"""The demo's questions: as many as promised, the same each time, none of them in the future."""

from random import Random

from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.enquiries.demo import load_enquiries
from bruecke.enquiries.models import Enquiry, Message, TimelineEvent
from bruecke.enquiries.states import Channel, EnquiryState, Outcome
from bruecke.enquiries.tests.factories import make_scene
from bruecke.vocabulary.importers import load_shipped_vocabulary


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
        assert max(Message.objects.values_list("sent_at", flat=True)) <= now
        assert max(TimelineEvent.objects.values_list("happened_at", flat=True)) <= now
        for enquiry in found:
            moments = TimelineEvent.objects.filter(enquiry=enquiry).order_by("pk").values_list("happened_at", flat=True)
            assert list(moments) == sorted(moments)
