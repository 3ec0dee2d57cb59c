"""Topics with a post of their own: who goes first, what falls back, and what the actions refuse."""

from datetime import date, timedelta

import pytest

from bruecke.accounts.models import Membership
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import AuditEntry
from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.places.models import Area
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.models import TopicResponsibility
from bruecke.staffing.tests.conftest import FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import make_holder, make_post, make_responsibility
from bruecke.vocabulary.models import Topic

DAY = date(2026, 11, 24)


def office(scene):
    return Viewer.system("test", scene.district.pk)


def give(scene, post, topic, *, place=None, since=DAY, until=None, viewer=None):
    return actions.give_topic(
        district=scene.district,
        post=post,
        topic=topic,
        municipality=Area.objects.get(pk=place) if place else None,
        valid_from=since,
        valid_until=until,
        viewer=viewer or office(scene),
        now=scene.now,
    )


@pytest.fixture
def topics(db):
    """A topic and one that belongs to it."""
    parent = Topic.objects.create(key="probe", labels={"de": "Probe"}, order=900)
    child = Topic.objects.create(key="probe-unterthema", labels={"de": "Unterthema"}, order=901, parent=parent)
    return parent, child


@pytest.fixture
def posts(scene):
    """One post in charge of Freital, and two for topics, all held."""
    made = [make_post(scene.district) for _number in range(3)]
    for post in made:
        make_holder(post)
    make_responsibility(made[0], FREITAL)
    return made


def asked(topic, ags=FREITAL, on=DAY):
    found = queries.responsible_for_topic(ags, topic, on)
    return found.post, found.topic


def test_the_municipality_goes_before_the_district_and_the_topic_before_its_parent(scene, posts, topics):
    local, first, second = posts
    parent, child = topics
    assert asked(child) == (local, "")
    give(scene, first, parent)
    assert asked(child) == (first, parent.pk)
    give(scene, second, child)
    assert asked(child) == (second, child.pk)
    assert asked(parent) == (first, parent.pk)
    give(scene, first, parent, place=FREITAL)
    assert asked(child) == (first, parent.pk)
    assert asked(child, HEIDENAU) == (second, child.pk)
    assert asked(None) == (local, "")


@pytest.mark.parametrize(
    ("is_local", "topic", "key"), [(True, "a", (0, 0)), (True, "b", (0, 1)), (False, "a", (1, 0)), (False, "b", (1, 1))]
)
def test_precedence(is_local, topic, key):
    assert rules.precedence(is_local=is_local, topic=topic, wanted=["a", "b"]) == key


def test_nobody_who_reads_there_means_the_post_of_the_place(scene, posts, topics):
    parent, _child = topics
    vacant = make_post(scene.district)
    give(scene, vacant, parent)
    assert asked(parent) == (posts[0], "")
    person = make_holder(vacant).account
    assert asked(parent) == (vacant, parent.pk)
    Membership.objects.filter(account=person).update(valid_until=DAY)
    assert asked(parent) == (posts[0], "")


def test_before_the_first_and_after_the_last_day(scene, posts, topics):
    parent, _child = topics
    give(scene, posts[1], parent, since=DAY, until=DAY + timedelta(days=2))
    days = [DAY - timedelta(days=1), DAY, DAY + timedelta(days=1), DAY + timedelta(days=2)]
    assert [asked(parent, on=day)[0] for day in days] == [posts[0], posts[1], posts[1], posts[0]]


def test_a_new_post_takes_over_and_taking_it_back_brings_the_old_one_back(scene, posts, topics):
    parent, _child = topics
    before = give(scene, posts[1], parent, since=DAY - timedelta(days=30))
    taken = give(scene, posts[2], parent)
    before.refresh_from_db()
    assert before.valid_until == DAY
    actions.remove_topic(row=taken, viewer=office(scene), now=scene.now)
    before.refresh_from_db()
    assert before.valid_until is None
    assert asked(parent) == (posts[1], parent.pk)


def test_two_posts_never_share_a_topic_in_a_place(scene, posts, topics):
    parent, child = topics
    give(scene, posts[1], parent, since=DAY + timedelta(days=5))
    with pytest.raises(Invalid) as error:
        give(scene, posts[2], parent)
    assert set(error.value.errors) == {"valid_from"}
    with pytest.raises(Invalid):
        give(scene, posts[1], parent, since=DAY + timedelta(days=6))
    give(scene, posts[2], parent, until=DAY + timedelta(days=5))
    give(scene, posts[2], child)
    give(scene, posts[2], parent, place=FREITAL)
    assert TopicResponsibility.objects.count() == 4


def test_ending_and_taking_the_end_back(scene, posts, topics):
    parent, _child = topics
    row = give(scene, posts[1], parent, since=DAY - timedelta(days=3))
    with pytest.raises(WrongState):
        actions.remove_topic(row=row, viewer=office(scene), now=scene.now)
    ended = actions.end_topic(
        row=row, valid_until=DAY + timedelta(days=9), version=row.version, viewer=office(scene), now=scene.now
    )
    assert ended.last_day == DAY + timedelta(days=8)
    with pytest.raises(Invalid):
        actions.end_topic(row=row, valid_until=row.valid_from, viewer=office(scene), now=scene.now)
    reopened = actions.reopen_topic(row=row, viewer=office(scene), now=scene.now)
    assert reopened.valid_until is None
    with pytest.raises(WrongState):
        actions.reopen_topic(row=row, viewer=office(scene), now=scene.now)


def test_only_the_office_gives_topics_and_each_act_is_noted(scene, posts, topics):
    parent, _child = topics
    coordinator = Viewer(kind=ViewerKind.PERSON, district_id=scene.district.pk, roles=frozenset({Role.COORDINATOR}))
    with pytest.raises(NotAllowed):
        give(scene, posts[1], parent, viewer=coordinator)
    row = give(scene, posts[1], parent)
    actions.end_topic(row=row, valid_until=DAY + timedelta(days=1), viewer=office(scene), now=scene.now)
    actions.reopen_topic(row=row, viewer=office(scene), now=scene.now)
    actions.remove_topic(row=row, viewer=office(scene), now=scene.now)
    verbs = list(AuditEntry.objects.filter(verb__startswith="staffing.topic").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["staffing.topic_given", "staffing.topic_ended", "staffing.topic_reopened", "staffing.topic_removed"]


def test_a_municipality_of_another_district_is_refused(scene, posts, topics):
    other = Area.objects.create(
        ags="14627010", kind="gemeinde", name="Coswig", official_name="Coswig", designation="Stadt", slug="coswig-probe"
    )
    with pytest.raises(Invalid):
        give(scene, posts[1], topics[0], place=other.pk)


@pytest.mark.parametrize("count", [1, 3])
def test_what_is_said_of_a_place_takes_as_many_queries_for_one_topic_as_for_three(
    scene, posts, topics, django_assert_num_queries, count
):
    for number in range(count):
        topic = Topic.objects.create(key=f"probe-{number}", labels={"de": f"Probe {number}"}, order=910 + number)
        give(scene, posts[1 + number % 2], topic)
    with django_assert_num_queries(3):  # topics themselves are remembered outside of tests
        found = queries.topic_answers(FREITAL, DAY)
    assert [answer.responsible.topic for answer in found] == [answer.topic.pk for answer in found]
    assert len(found) == count
