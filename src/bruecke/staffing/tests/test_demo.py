"""The demo districts: as the mock-ups show them, every municipality seen to but the gaps left on purpose, loaded once."""

from random import Random

import pytest

from bruecke.accounts.demo import load_accounts
from bruecke.core.models import District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.viewer import Viewer
from bruecke.directory.demo import load_directory
from bruecke.places.importers import import_shipped_places
from bruecke.staffing import queries
from bruecke.staffing.demo import POSTS, load_staffing
from bruecke.staffing.demo.hand_over import load_hand_over
from bruecke.staffing.models import Absence, Assignment, ConsultationHour, HandOver, Post
from bruecke.staffing.queries.hand_over import successor_of
from bruecke.vocabulary.importers import load_shipped_vocabulary

pytestmark = pytest.mark.any_database

GAPS = {
    "saechsische-schweiz-osterzgebirge": (3, {"Osterzgebirge"}),
    "mittelsachsen": (0, {"Rochlitz"}),
    "landkreis-leipzig": (1, set()),
}
AGS = {"saechsische-schweiz-osterzgebirge": "14628", "mittelsachsen": "14522", "landkreis-leipzig": "14729"}


@pytest.fixture
def demo(db, now, settings):
    import_shipped_places(now)
    load_shipped_vocabulary(now)
    districts = [
        District.objects.create(slug=slug, name=slug, ags=ags, languages=["de"], features=["staffing"], is_published=True)
        for slug, ags in AGS.items()
    ]
    for _time in range(2):
        context = DemoContext(now=now, random=Random(1), districts=districts)
        for load in (load_accounts, load_directory, load_staffing):
            load(context)
    return context


def test_the_demo_is_as_described(demo, now):
    for district in demo.districts:
        unassigned, vacant = GAPS[district.slug]
        with for_district(district):
            plan = queries.plan_of(Viewer.system("test", district.pk), district, now.date())
            assert plan.posts == len(POSTS[district.slug])
            assert plan.unassigned == unassigned
            assert {group.post.area_name for group in plan.groups if group.is_vacant} == vacant
            answers = queries.responsibility_map(now.date()).values()
            assert all(answer.controller is not None for answer in answers)
            assert all(answer.is_gap or answer.holder_account_id for answer in answers)
            assert Assignment.objects.count() < 2 * plan.posts  # loaded once


def test_one_leave_is_planned_and_changes_nothing_yet(demo, now):
    with for_district(demo.districts[0]):
        (absence,) = Absence.objects.select_related("post", "deputy")
        assert (absence.post.area_name, absence.deputy.area_name, absence.started_at) == ("Freital-Umland", "Bannewitz", None)
        assert absence.valid_from > now.date()
    for district in demo.districts[1:]:
        with for_district(district):
            assert not Absence.objects.exists()


def test_nine_posts_with_seven_and_a_half_fte_one_of_them_at_an_association(demo, now):
    district = demo.districts[0]
    with for_district(district):
        plan = queries.plan_of(Viewer.system("test", district.pk), district, now.date())
        assert (plan.posts, str(plan.fte_planned), str(plan.fte_filled)) == (9, "7.50", "6.75")
        assert [post.area_name for post in Post.objects.filter(controller__kind="association")] == ["Freital"]
        assert ConsultationHour.objects.filter(post__area_name="Freital", weekday=3, starts="14:00", ends="18:00").exists()


def test_numbers_and_mailboxes_reach_nobody(demo):
    for district in demo.districts:
        with for_district(district):
            for post in Post.objects.order_by("pk"):
                assert post.phone.startswith("+49 30 23125 ")
                assert post.mailbox.endswith(".example.org")


def test_one_hand_over_is_planned_once_and_changes_nothing_today(demo, now):
    for _time in range(2):
        load_hand_over(demo)
    with for_district(demo.districts[0]):
        (hand_over,) = HandOver.objects.select_related("post", "leaving")
        successor = successor_of(hand_over)
        assert hand_over.post.area_name == "Dippoldiswalde"
        assert hand_over.leaving.valid_until == hand_over.on == successor.valid_from
        assert queries.holder_lines(hand_over.post, now.date())[1].is_current
        assert hand_over.note
    for district in demo.districts[1:]:
        with for_district(district):
            assert not HandOver.objects.exists()
