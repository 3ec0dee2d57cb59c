"""Cards of *Heute*: each role gets its own, counts lead to as many records, a person hides and orders them."""

import html
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bruecke.accounts.tests.factories import log_in, make_account, make_membership
from bruecke.core.dashboard import Arrangement, Card, DashboardCard, cards, cards_for
from bruecke.core.models import AuditEntry
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district, viewer_with
from bruecke.core.viewer import Role
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, HEIDENAU, PIRNA, ask, capture, make_offers, make_scene

pytestmark = pytest.mark.any_database

TODAY = "/intern/musterkreis/"
ARRANGE = f"{TODAY}heute/karten/"


@pytest.fixture
def scene(db, now):
    district = make_district("musterkreis", ags="14628", name="Landkreis Muster")
    with for_district(district):
        yield make_scene()


@pytest.fixture
def open_as(scene):
    def open_browser(who, **values):
        if isinstance(who, Role):
            account = make_account(f"Mitglied {who.value}")
            make_membership(account, scene.district, who, controller=scene.leading, **values)
            return log_in(Client(), account)
        return log_in(Client(), scene.accounts[who])

    return open_browser


def titles(client) -> list[str]:
    text = client.get(TODAY).content.decode()
    return [html.unescape(title) for title in re.findall(r'<article class="card-facts">\s*<h3>([^<]+)</h3>', text)]


def facts(client, title: str) -> dict[str, tuple[str, str]]:
    """Words of a card: label -> (value, address)."""
    text = client.get(TODAY).content.decode().partition(f"<h3>{title}</h3>")[2].partition("</article>")[0]
    found = {}
    for label, value in re.findall(r"<dt>(.*?)</dt>\s*<dd>(.*?)</dd>", text, flags=re.DOTALL):
        address = re.search(r'href="([^"]+)"', label)
        words = [html.unescape(re.sub(r"<[^>]+>", "", part)).strip() for part in (label, value)]
        found[words[0]] = (words[1], html.unescape(address.group(1)) if address else "")
    return found


EXPECTED = {
    Role.COORDINATOR: ["Ihr Monat"],
    Role.DISTRICT_OFFICE: ["Fragen im Landkreis", "Stellen", "Auslastung der Stellen", "Angebote"],
    Role.COMMISSIONER: ["Stellen", "Fragen im letzten Quartal", "Angebote"],
    Role.MUNICIPALITY: ["Zuständig für Ihren Ort", "Fragen aus Ihrem Ort", "Angebote vor Ort"],
    Role.EDITOR: ["Verzeichnis"],
    Role.AUDITOR: ["Fragen im letzten Quartal", "Angebote"],
    Role.GRANT_OFFICER: ["Fragen im letzten Quartal"],
    Role.PRIVACY_OFFICER: ["Protokoll"],
    Role.ADMINISTRATOR: ["Zugänge", "Protokoll"],
}


@pytest.mark.parametrize("role", EXPECTED)
def test_each_role_has_its_cards(open_as, scene, now, role):
    ask(scene, now, HEIDENAU)
    values = {"municipalities": [HEIDENAU]} if role is Role.MUNICIPALITY else {}
    shown = titles(open_as(role, **values))
    assert [title for title in shown if title in EXPECTED[role]] == EXPECTED[role]


def test_numbers_of_the_month_open_as_many_records(open_as, scene, now):
    for ags in (HEIDENAU, HEIDENAU, PIRNA, FREITAL):
        ask(scene, now, ags)
    capture(scene, now)
    client = open_as("heidenau")
    found = facts(client, "Ihr Monat")
    for label in ("Fragen eingegangen", "davon laufen noch"):
        number, address = found[label]
        assert client.get(address).context["total"] == int(number) > 0, label


def test_numbers_of_the_office_open_as_many_records(open_as, scene, now):
    make_offers(scene)
    for ags in (HEIDENAU, DOHNA, None):
        ask(scene, now, ags, consent_to_share=True)
    client = open_as("office")
    for title in ("Fragen im Landkreis", "Angebote"):
        for label, (number, address) in facts(client, title).items():
            if address:
                assert client.get(address).context["total"] == int(number), (title, label)


def test_municipality_learns_no_small_number(open_as, scene, now):
    from bruecke.enquiries.models import Enquiry

    for ags, number in ((HEIDENAU, 3), (DOHNA, 6), (FREITAL, 2)):
        for _ in range(number):
            Enquiry.objects.filter(pk=ask(scene, now, ags).pk).update(received_at=now.replace(month=8))
    client = open_as(Role.MUNICIPALITY, municipalities=[HEIDENAU])
    assert facts(client, "Fragen aus Ihrem Ort")["Heidenau"][0] == "•"


def test_cards_are_hidden_ordered_and_put_back(open_as, scene):
    client = open_as("office")
    before = titles(client)
    client.post(ARRANGE, {"tun": "aus:enquiries.running"})
    assert titles(client) == [title for title in before if title != "Fragen im Landkreis"]
    client.post(ARRANGE, {"tun": "hoch:staffing.gaps"})
    client.post(ARRANGE, {"tun": "ein:enquiries.running"})
    assert titles(client) == ["Stellen", "Fragen im Landkreis", *before[2:]]
    assert titles(open_as(Role.DISTRICT_OFFICE))[:2] == before[:2]
    client.post(ARRANGE, {"tun": "zuruecksetzen:"})
    assert titles(client) == before
    assert AuditEntry.objects.filter(verb="accounts.cards_arranged").count() == 4


@pytest.mark.parametrize("deed", ["", "hoch", "hoch:", "aus:unknown", "weg:enquiries.running", "x" * 500])
def test_unknown_deeds_change_nothing(open_as, scene, deed):
    client = open_as("office")
    before = titles(client)
    assert client.post(ARRANGE, {"tun": deed}).status_code == 302
    assert titles(client) == before


@pytest.mark.parametrize("kept", [None, [], "x", {"order": [1, 2]}, {"hidden": ["x"]}])
def test_what_is_kept_may_be_anything(kept):
    assert Arrangement.of(kept).hidden <= {"x"}


def test_cards_of_switched_off_features_are_left_out(scene):
    scene.district.features = ["offers"]
    found = cards_for(viewer_with(scene.district, Role.DISTRICT_OFFICE), scene.district, Arrangement())
    assert {card.feature for card in found} <= {"offers", ""}


def test_an_empty_card_is_not_shown(open_as, scene, monkeypatch):
    monkeypatch.setitem(cards._entries, "empty", DashboardCard("empty", "Leer", frozenset(Role), lambda viewer, now, counts: None))
    monkeypatch.setitem(
        cards._entries, "full", DashboardCard("full", "Voll", frozenset(Role), lambda viewer, now, counts: Card(()))
    )
    shown = titles(open_as("office"))
    assert "Leer" not in shown
    assert "Voll" in shown


@pytest.mark.parametrize(("who", "most"), [("heidenau", 19), ("office", 31)])
def test_heute_asks_little_and_no_more_with_more_rows(open_as, scene, now, who, most):
    client = open_as(who)

    def queries() -> int:
        client.get(TODAY)
        with CaptureQueriesContext(connection) as found:
            client.get(TODAY)
        return len(found)

    ask(scene, now, HEIDENAU)
    one = queries()
    for _ in range(3):
        ask(scene, now, HEIDENAU)
    assert queries() == one <= most
