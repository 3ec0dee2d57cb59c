"""Kept views of lists: saved, shared, renamed, opened first, deleted and taken back; never an address of somebody else."""

from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client

from bruecke.accounts.tests.factories import log_in, make_account, make_membership
from bruecke.core import saved_views
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import AuditEntry, FirstView, SavedView
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district
from bruecke.core.viewer import Role
from bruecke.enquiries.tests.factories import make_scene, viewer

pytestmark = pytest.mark.any_database

DESK = "/intern/musterkreis/"
INBOX = f"{DESK}fragen/"


@pytest.fixture
def scene(db, now):
    district = make_district("musterkreis", ags="14628", name="Landkreis Muster")
    with for_district(district):
        yield make_scene()


@pytest.fixture
def enter(scene):
    return lambda name: log_in(Client(), scene.accounts[name])


def save(client, query="thema=german&tab=alle", page="enquiries:inbox", **data):
    values = {"name": "Deutsch", **data}
    return client.post(f"{DESK}ansichten/neu/?seite={page}&q={quote(query)}", values)


# --- what is kept --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tab=alle&ort=1&x=2", "ort=1&tab=alle"),
        ("ort=1&ort=2", "ort=1&ort=2"),
        ("https://example.org/?tab=x", ""),
        ("//example.org", ""),
        ("tab=%00a", "tab=a"),
        ("tab=" + "a" * 900, "tab=" + "a" * 200),
        ("", ""),
        ("tab=javascript:alert(1)", "tab=javascript%3Aalert%281%29"),
        ("tab=a%0d%0aSet-Cookie:x", "tab=a%0D%0ASet-Cookie%3Ax"),
    ],
)
def test_known_query(text, expected):
    assert saved_views.known_query(text, {"tab", "ort"}) == expected


def test_a_view_leads_back_to_its_list(enter, scene):
    client = enter("heidenau")
    answer = save(client, "thema=german&tab=alle&next=//example.org&page=3")
    assert answer.status_code == 302
    assert answer.url == f"{INBOX}?tab=alle&thema=german"
    view = SavedView.objects.get()
    assert (view.page, view.query, view.is_shared) == ("enquiries:inbox", "tab=alle&thema=german", False)
    text = client.get(f"{INBOX}?thema=german&tab=alle").content.decode()
    assert 'href="?tab=alle&amp;thema=german" aria-current="true"' in text
    assert "Ansicht speichern" not in text
    assert "Ansicht speichern" in client.get(f"{INBOX}?thema=housing").content.decode()
    assert AuditEntry.objects.filter(verb="core.view_saved").count() == 1


PAGES = (
    "",
    "x",
    "//example.org",
    "enquiries:detail",
    "web:today",
    "account_login",
    "accounts:audit-log",
    "offers_public:catalogue",
)


@pytest.mark.parametrize("page", PAGES)
def test_only_lists_that_one_may_open_are_kept(enter, scene, page):
    assert save(enter("heidenau"), "q=1", page).status_code == 404
    assert not SavedView.objects.exists()


def test_nothing_known_is_nothing_to_keep(enter, scene):
    assert save(enter("heidenau"), "unknown=1").status_code == 404


def test_parameters_that_a_list_no_longer_knows_are_dropped_on_use(enter, scene):
    client = enter("heidenau")
    save(client)
    SavedView.objects.update(query="alt=1&tab=alle&x=//example.org")
    assert 'href="?tab=alle"' in client.get(INBOX).content.decode()


def test_names_are_one_of_a_kind(enter, scene):
    client = enter("heidenau")
    save(client)
    answer = save(client, "thema=housing")
    assert answer.status_code in {200, 422}
    assert "gibt es schon" in answer.content.decode()


# --- for whom ------------------------------------------------------------------------------------------------------------


def test_private_views_are_seen_by_their_owner_alone(enter, scene):
    save(enter("heidenau"))
    view = SavedView.objects.get()
    other = enter("freital")
    assert "Deutsch</a>" not in other.get(INBOX).content.decode()
    assert other.get(f"{DESK}ansichten/{view.uid}/").status_code == 404
    assert other.post(f"{DESK}ansichten/{view.uid}/loeschen/").status_code == 404


def test_only_the_leading_office_shares(enter, scene):
    save(enter("heidenau"), is_shared="on")
    assert not SavedView.objects.get().is_shared
    save(enter("office"), is_shared="on", name="Alle Deutsch")
    shared = SavedView.objects.get(is_shared=True)
    client = enter("freital")
    assert "Alle Deutsch" in client.get(INBOX).content.decode()
    assert client.post(f"{DESK}ansichten/{shared.uid}/", {"name": "Meins", "is_first": "on"}).status_code == 302
    shared.refresh_from_db()
    assert shared.name == "Alle Deutsch"
    assert FirstView.objects.get().account_id == scene.accounts["freital"].pk
    assert client.post(f"{DESK}ansichten/{shared.uid}/loeschen/").status_code == 404


def test_sharing_is_refused_in_the_action_too(scene, now):
    values = {"page": "enquiries:inbox", "name": "x", "query": "tab=alle", "is_first": False}
    with pytest.raises(NotAllowed):
        saved_views.save_view(district=scene.district, is_shared=True, viewer=viewer(scene, "heidenau", now), now=now, **values)


def test_a_list_opens_with_the_chosen_view_and_can_be_asked_untouched(enter, scene):
    client = enter("heidenau")
    save(client, is_first="on")
    answer = client.get(INBOX)
    assert (answer.status_code, answer.url) == (302, f"{INBOX}?tab=alle&thema=german")
    assert client.get(f"{INBOX}?alles=").status_code == 200
    assert "?alles=" in client.get(f"{INBOX}?thema=german").content.decode()
    assert enter("freital").get(INBOX).status_code == 200
    assert client.get(f"{DESK}fragen/export/").status_code in {200, 404}
    client.post(f"{DESK}ansichten/{SavedView.objects.get().uid}/", {"name": "Deutsch"})
    assert client.get(INBOX).status_code == 200


def test_another_districts_views_are_unknown(enter, scene, now):
    save(enter("heidenau"))
    uid = SavedView.objects.get().uid
    other = make_district("anderer", ags="14625")
    account = make_account("Fremd")
    with for_district(other):
        make_membership(account, other, Role.DISTRICT_OFFICE)
        client = log_in(Client(), account)
        assert client.get(f"/intern/anderer/ansichten/{uid}/").status_code == 404
        assert client.post(f"/intern/anderer/ansichten/{uid}/loeschen/").status_code == 404


# --- deleting ------------------------------------------------------------------------------------------------------------


def test_deleted_views_come_back_within_a_day(enter, scene, now):
    client = enter("heidenau")
    save(client, is_first="on")
    view = SavedView.objects.get()
    answer = client.post(f"{DESK}ansichten/{view.uid}/loeschen/", follow=True)
    assert "Deutsch</a>" not in answer.content.decode()
    assert f"{DESK}ansichten/{view.uid}/zuruecknehmen/" in answer.content.decode()
    assert client.get(INBOX).status_code == 200
    client.post(f"{DESK}ansichten/{view.uid}/zuruecknehmen/")
    assert client.get(INBOX).status_code == 302
    client.post(f"{DESK}ansichten/{view.uid}/loeschen/")
    removed = SavedView.objects.get().removed_at
    assert saved_views.forget_removed_views(scene.district, removed + timedelta(hours=23)) == 0
    assert saved_views.forget_removed_views(scene.district, removed + timedelta(hours=25)) == 1


def test_a_taken_name_is_not_taken_back(enter, scene):
    client = enter("heidenau")
    save(client)
    view = SavedView.objects.get()
    client.post(f"{DESK}ansichten/{view.uid}/loeschen/")
    save(client)
    client.post(f"{DESK}ansichten/{view.uid}/zuruecknehmen/")
    view.refresh_from_db()
    assert view.removed_at is not None


def test_so_many_and_no_more(scene, now, monkeypatch):
    monkeypatch.setattr(saved_views, "MOST", 2)
    person = viewer(scene, "heidenau", now)
    values = {"district": scene.district, "page": "enquiries:inbox", "query": "tab=alle", "is_shared": False, "is_first": False}
    for name in "ab":
        saved_views.save_view(name=name, viewer=person, now=now, **values)
    with pytest.raises(Invalid):
        saved_views.save_view(name="c", viewer=person, now=now, **values)


def test_views_go_with_the_account(enter, scene, now):
    from bruecke.accounts import actions as accounts
    from bruecke.core.scope import Escape, without_scope

    save(enter("heidenau"), is_first="on")
    with without_scope(Escape.ERASURE):
        accounts.forget_account(scene.accounts["heidenau"].uid, now)
    assert not SavedView.objects.exists()
    assert not FirstView.objects.exists()


def test_figures_can_be_kept_too(enter, scene):
    client = enter("office")
    answer = save(client, "zahlen=angebote&zeilen=ort&diagramm=ohne&evil=1", "reporting:figures", name="Orte")
    assert answer.url == f"{DESK}zahlen/?diagramm=ohne&zahlen=angebote&zeilen=ort"
    assert "Orte</a>" in client.get(f"{DESK}zahlen/").content.decode()
