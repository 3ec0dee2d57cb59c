"""The plan by Verwaltungsgemeinschaft, and choosing on the map: what stands in the page, with boxes and without."""

import re

import pytest
from django.test import Client

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core.clock import local_day
from bruecke.core.viewer import Role, Viewer
from bruecke.places.models import Area
from bruecke.places.states import AreaKind
from bruecke.places.tests.factories import make_area
from bruecke.staffing import queries
from bruecke.staffing.models import Assignment
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import make_holder, make_post, make_responsibility

OVERVIEW = "/intern/musterkreis/zustaendigkeit/"


@pytest.fixture
def union(scene):
    """Heidenau and Dohna administer themselves together."""
    area = make_area(AreaKind.VERBAND, "146285101", "Dohna-Heidenau", designation="Verwaltungsgemeinschaft", parent=scene.kreis)
    Area.objects.filter(pk__in=[HEIDENAU, DOHNA]).update(parent=area)
    return area


def browser(scene, role):
    return log_in(Client(), make_member(scene.district, role))


def groups(scene):
    plan = queries.plan_of(Viewer.system("test", scene.district.pk), scene.district, local_day(scene.now))
    return {group.area.name if group.area else "": group for group in queries.by_union(plan)}


def test_unions_hold_their_municipalities_and_tell_when_they_are_split(scene, union):
    one, other = make_post(scene.district), make_post(scene.district)
    make_responsibility(one, HEIDENAU)
    found = groups(scene)
    assert list(found) == ["Dohna-Heidenau", ""]
    assert found["Dohna-Heidenau"].keys == (DOHNA, HEIDENAU)
    assert found["Dohna-Heidenau"].population == 22_970
    assert found["Dohna-Heidenau"].is_split  # a post and a gap
    assert found[""].keys == (FREITAL,)
    assert not found[""].is_split
    second = make_responsibility(other, DOHNA)
    assert groups(scene)["Dohna-Heidenau"].posts == (one, other)
    second.post = one
    second.save()
    assert not groups(scene)["Dohna-Heidenau"].is_split


def test_a_whole_union_is_chosen_by_one_link_and_assigned(scene, union):
    post = make_post(scene.district, number=4, area_name="Heidenau")
    make_holder(post)
    client = browser(scene, Role.DISTRICT_OFFICE)
    page = client.get(f"{OVERVIEW}?ansicht=verband").content.decode()
    link = re.search(r'href="(\?ansicht=verband[^"]*)"[^>]*>Alle 2 Gemeinden', page).group(1).replace("&amp;", "&")
    chosen = client.get(OVERVIEW + link).content.decode()
    assert len(re.findall(r'name="municipalities" value="\d+" id="ort-\d+" checked', chosen)) == 2
    data = {"municipalities": [HEIDENAU, DOHNA], "post": post.uid, "valid_from": local_day(scene.now).isoformat()}
    assert client.post(f"{OVERVIEW}zuordnen/?ansicht=verband", data).status_code == 302
    assert set(Assignment.objects.get().after) == {HEIDENAU, DOHNA}


@pytest.mark.parametrize("view", ["verband", "karte"])
def test_boxes_stand_only_where_one_may_assign(scene, union, view):
    post = make_post(scene.district)
    for ags in (HEIDENAU, DOHNA):
        make_responsibility(post, ags)
    pages = {
        role: browser(scene, role).get(f"{OVERVIEW}?ansicht={view}").content.decode()
        for role in (Role.DISTRICT_OFFICE, Role.COORDINATOR)
    }
    assert pages[Role.DISTRICT_OFFICE].count('name="municipalities"') == 3
    assert 'name="municipalities"' not in pages[Role.COORDINATOR]
    assert "vendor/leaflet" not in pages[Role.COORDINATOR]


def test_a_mistake_is_shown_in_the_view_it_was_made_in(scene, union):
    client = browser(scene, Role.DISTRICT_OFFICE)
    page = client.post(f"{OVERVIEW}zuordnen/?ansicht=verband", {"municipalities": [HEIDENAU]}).content.decode()
    assert "Bitte wählen Sie die Stelle" in page
    assert "Ohne Verwaltungsgemeinschaft" in page
    assert len(re.findall(r'id="ort-\d+" checked', page)) == 1


@pytest.mark.parametrize("posts", [1, 3])
def test_the_view_asks_no_more_for_more_rows(scene, union, posts, django_assert_max_num_queries):
    for ags in (FREITAL, HEIDENAU, DOHNA)[:posts]:
        make_responsibility(make_post(scene.district), ags)
    client = browser(scene, Role.DISTRICT_OFFICE)
    client.get(f"{OVERVIEW}?ansicht=verband")
    with django_assert_max_num_queries(23):
        client.get(f"{OVERVIEW}?ansicht=verband")
