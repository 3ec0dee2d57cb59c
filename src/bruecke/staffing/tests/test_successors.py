"""After municipalities merged the office is told which post was in charge before, and needs one step to go on with it."""

from datetime import timedelta

import pytest
from django.test import Client

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core.clock import local_day
from bruecke.core.viewer import Role
from bruecke.places.models import Area, Succession
from bruecke.places.tests.factories import make_municipality
from bruecke.staffing import queries
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import make_holder, make_post, make_responsibility

OVERVIEW = "/intern/musterkreis/zustaendigkeit/"


@pytest.fixture
def merged(scene):
    """Dohna and Heidenau went into a new municipality ten days ago; Heidenau was the larger one."""
    day = local_day(scene.now) - timedelta(days=10)
    posts = {DOHNA: make_post(scene.district, area_name="Dohna"), HEIDENAU: make_post(scene.district, area_name="Heidenau")}
    for ags, post in posts.items():
        make_holder(post)
        make_responsibility(post, ags)
    new = make_municipality("14628999", "Heidenau-Dohna", valid_from=day)
    for ags in posts:
        Area.objects.filter(pk=ags).update(valid_until=day)
        Succession.objects.create(predecessor_id=ags, successor=new, happened_on=day)
    scene.new, scene.day, scene.posts = new, day, posts
    return scene


def test_the_post_of_the_largest_predecessor_is_proposed(merged):
    found = queries.proposals([merged.new, merged.areas[FREITAL]], local_day(merged.now))
    assert list(found) == [merged.new.pk]
    proposal = found[merged.new.pk]
    assert (proposal.post, proposal.predecessor.pk, proposal.happened_on) == (merged.posts[HEIDENAU], HEIDENAU, merged.day)


def test_a_post_that_ended_is_not_proposed(merged):
    post = merged.posts[HEIDENAU]
    post.valid_until = merged.day
    post.save()
    assert queries.proposals([merged.new], local_day(merged.now))[merged.new.pk].post == merged.posts[DOHNA]


def test_the_office_takes_the_proposal_up_in_one_step(merged):
    client = log_in(Client(), make_member(merged.district, Role.DISTRICT_OFFICE))
    page = client.get(OVERVIEW).content.decode()
    assert "Für Heidenau war bis dahin" in page
    link = f"?gemeinde={merged.new.pk}&amp;stelle={merged.posts[HEIDENAU].uid}"
    assert link in page
    chosen = client.get(OVERVIEW + link.replace("&amp;", "&")).content.decode()
    assert f'value="{merged.new.pk}" id="ort-{merged.new.pk}" checked' in chosen
    assert f'value="{merged.posts[HEIDENAU].uid}" selected' in chosen
    reader = log_in(Client(), make_member(merged.district, Role.COORDINATOR))
    assert "war bis dahin" not in reader.get(OVERVIEW).content.decode()
