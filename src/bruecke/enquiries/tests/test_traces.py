"""The timeline takes a post from its question unasked, and from nowhere else."""

import pytest

from bruecke.core.scope import ScopeViolation, for_district
from bruecke.core.tests.factories import make_district
from bruecke.core.viewer import Viewer
from bruecke.enquiries.actions.traces import Before, note_step
from bruecke.enquiries.models import Enquiry, TimelineEvent
from bruecke.enquiries.states import Step
from bruecke.enquiries.tests.factories import ask
from bruecke.staffing.tests.factories import make_post


def test_post_of_the_question_is_not_asked_again(scene, now, django_assert_num_queries):
    enquiry = Enquiry.objects.get(pk=ask(scene, now).pk)
    viewer = Viewer.system("test", scene.district.pk)
    assert enquiry.assigned_post_id
    with django_assert_num_queries(1):
        note_step(enquiry, Step.CLOSED, viewer=viewer, now=now, before=Before.of(enquiry))
    assert TimelineEvent.objects.get(step=Step.CLOSED).before_post_id == enquiry.assigned_post_id


def test_post_of_another_district_stays_out(scene, now):
    other = make_district("other")
    with for_district(other):
        foreign = make_post(other)
    enquiry = ask(scene, now)
    enquiry.assigned_post_id = foreign.pk  # changed in memory alone: nobody has looked at it
    with pytest.raises(ScopeViolation):
        note_step(enquiry, Step.ROUTED, viewer=Viewer.system("test", scene.district.pk), now=now, post_id=foreign.pk)
