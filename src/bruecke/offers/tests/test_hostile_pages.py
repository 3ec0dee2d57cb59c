"""The catalogue's public doors against who means ill: mailed links, proposals, feedback, words typed into the search."""

import json
import re
from datetime import timedelta

import pytest

from bruecke.core.links import issue_link
from bruecke.core.models import AuditEntry, MailedLink
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district
from bruecke.directory import actions as directory
from bruecke.directory.models import Organisation
from bruecke.directory.tests.factories import make_organisation
from bruecke.offers import actions, queries, rules
from bruecke.offers.models import ChangeProposal, Offer, OfferFeedback
from bruecke.offers.queries import OfferFilters
from bruecke.offers.states import OfferState
from bruecke.offers.tests.factories import make_offer
from bruecke.offers.views import provider as provider_views
from bruecke.offers.views import public as public_views

pytestmark = pytest.mark.any_database

PUBLIC = "/de/musterkreis/angebote/"
EVIL = '</script><script>alert(1)</script>"><img src=x onerror=alert(2)>'
QUESTIONS = [
    "*" * 190, 'NEAR("a" "b") OR * AND NOT {x} : ^"', "%%%___", "'; DROP TABLE core_searchentry; --", "a:* & | ! <->", "\\'" * 60,
    "\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), "\u202edeutschkurs", "\ufdfa" * 190, "deutsch" * 28,
    " ".join("abcdefghij"[i % 10] + "xyz"[i % 3] for i in range(66)), "\u0301" * 200, "𐍈" * 100, "~~__~~", "x3pat_kurs~1",
]  # fmt: skip


@pytest.fixture
def offer(scene, now):
    return make_offer(scene.district, "Deutschkurs am Vormittag", provider=scene.provider)


def token_for(scene, now, *, purpose=rules.LINK_PURPOSE, uid="", district=None):
    return issue_link(
        purpose=purpose,
        object_uid=uid or scene.provider.uid,
        district=district or scene.district,
        valid_for=timedelta(days=30),
        now=now,
    )


@pytest.fixture
def door(scene, now):
    return f"{PUBLIC}anbieter/{token_for(scene, now)}/"


def state_of_all():
    return (
        list(Offer.objects.order_by("pk").values_list("version", "confirmed_on")),
        ChangeProposal.objects.count(),
        AuditEntry.objects.count(),
        list(MailedLink.objects.order_by("pk").values_list("used_at", flat=True)),
    )


# --- the mailed link ---------------------------------------------------------------------------------------------------------


def test_who_only_opens_the_link_changes_nothing_and_sees_a_name(client, scene, offer, door):
    before = state_of_all()
    for method in (client.get, client.head, client.options):
        page = method(door).content.decode()
        assert offer.title not in page
    client.post(door)  # a scanner that sends the form without a wish sees the list, and has said nothing
    assert state_of_all() == before


@pytest.mark.parametrize("kind", ["forged", "purpose", "district", "expired", "archived", "foreign_uid"])
def test_no_other_token_opens_it(client, scene, now, offer, kind):
    if kind == "district":
        other = make_district("nebenkreis", ags="14627")
        with for_district(other):
            token = token_for(scene, now, district=other)
    elif kind == "purpose":
        token = token_for(scene, now, purpose="referral-answer")
    elif kind == "foreign_uid":
        token = token_for(scene, now, uid=offer.uid)
    elif kind == "expired":
        token = token_for(scene, now - timedelta(days=40))
    else:
        token = token_for(scene, now) if kind == "archived" else "A" * 43
    if kind == "archived":
        Organisation.objects.filter(pk=scene.provider.pk).update(archived_at=now)
    before = state_of_all()
    for wish in ("", "stimmt", "alle", "weg", "aendern", "speichern"):
        answer = client.post(f"{PUBLIC}anbieter/{token}/", {"schritt": wish, "angebot": offer.uid})
        assert answer.status_code == 410
        assert offer.title not in answer.content.decode()
    assert state_of_all() == before


@pytest.mark.parametrize("kind", ["other", "draft", "internal", "archived", "nonsense"])
def test_a_link_reaches_its_own_published_entries_alone(client, scene, now, offer, door, kind):
    if kind == "other":
        target = make_offer(
            scene.district, "Fremdes", provider=make_organisation(scene.district, name="Anderer", email="x@example.org")
        )
    elif kind == "internal":
        target = make_offer(scene.district, "Internes", provider=scene.provider, visibility="internal")
    elif kind == "nonsense":
        target = offer
    else:
        target = make_offer(scene.district, "Weg", provider=scene.provider, state=OfferState(kind))
    uid = "x' OR 1=1" if kind == "nonsense" else target.uid
    before = state_of_all()
    for wish in ("stimmt", "weg", "aendern", "speichern"):
        assert client.post(door, {"schritt": wish, "angebot": uid, "title": "Neu"}).status_code == 404
    assert target.title not in client.post(door).content.decode() or kind == "nonsense"
    assert state_of_all() == before


def test_a_foreign_page_says_nothing_in_the_providers_name(client, scene, offer, door):
    before = state_of_all()
    answer = client.post(door, {"schritt": "stimmt", "angebot": offer.uid}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 302
    assert state_of_all() == before


def test_too_many_steps_are_told_so(client, scene, offer, door, monkeypatch):
    monkeypatch.setattr(provider_views, "STEPS", 2)
    answers = [client.post(door) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0


def test_a_link_ends_when_the_provider_gets_another_mailbox(client, scene, now, offer, door):
    """Who left the association has the mail; the office entered her successor since."""
    office = scene.office
    edit_organisation(scene, now, office, email="nachfolge@traeger.example.org")
    assert client.post(door).status_code == 410
    assert not MailedLink.objects.filter(purpose=rules.LINK_PURPOSE).exists()


def edit_organisation(scene, now, who, **values):
    fields = {name: getattr(scene.provider, name) for name in directory.ORGANISATION_FIELDS} | values
    directory.edit_organisation(organisation=scene.provider, values=fields, version=None, viewer=who, now=now)


# --- what is proposed ---------------------------------------------------------------------------------------------------------


def save(client, door, offer, **values):
    given = {
        "title": offer.title, "description": offer.description, "schedule_note": "", "cost_kind": offer.cost_kind, "cost_note": "",
        "registration": offer.registration, "places_free": "", "contact_phone": "", "contact_email": "", "note": "",
    }  # fmt: skip
    return client.post(door, {"schritt": "speichern", "angebot": offer.uid, **given, **values})


def test_markup_in_a_proposal_is_text_everywhere(client, scene, now, offer, door):
    assert save(client, door, offer, title=EVIL[:150], description=EVIL, note=EVIL).status_code == 200
    page = client.post(door).content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    proposal = ChangeProposal.objects.get()
    decisions = {field.field: actions.ACCEPT for field in proposal.fields.all()}
    actions.decide_change(proposal=proposal, decisions=decisions, version=None, viewer=scene.office, now=now)
    page = client.get(f"{PUBLIC}{offer.uid}/").content.decode()
    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    [block] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert json.loads(block)["description"] == EVIL


@pytest.mark.parametrize(
    "values",
    [
        {"title": "x" * 5000},
        {"description": "x" * 100_000},
        {"places_free": "-1"},
        {"places_free": "9" * 400},
        {"contact_email": "a@b\nBcc: c@example.org"},
        {"contact_phone": "javascript:alert(1)"},
        {"cost_kind": "nonsense"},
        {"title": "a\x00b"},
        {"note": "x" * 501},
    ],
)
def test_what_cannot_be_is_refused_with_words(client, scene, offer, door, values):
    assert save(client, door, offer, **values).status_code == 422
    assert not ChangeProposal.objects.exists()


def test_signs_that_turn_text_around_are_left_out(client, scene, now, offer, door):
    """Otherwise a title reads backwards in lists, mails and the pages of others."""
    save(client, door, offer, title="Kurs \u202esruk\u202c \u2066frei\u2069\x07", description="Zeile\u202e\nZwei\x1b[31m")
    fields = {field.field: field.after for field in ChangeProposal.objects.get().fields.all()}
    assert fields == {"title": "Kurs sruk frei", "description": "Zeile\nZwei[31m"}


# --- addresses that run code ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["javascript:alert(1)", "JaVaScRiPt:alert(1)//x", "data:text/html,x", "vbscript:x"])
def test_a_website_that_is_no_website_is_no_link(client, scene, now, offer, address):
    Organisation.objects.filter(pk=scene.provider.pk).update(website=address)
    page = client.get(f"{PUBLIC}{offer.uid}/").content.decode()
    assert f'href="{address}"' not in page
    assert address.casefold() not in page.casefold()


# --- what is hidden --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "values",
    [{"visibility": "internal"}, {"state": OfferState.DRAFT}, {"state": OfferState.ARCHIVED}],
    ids=["internal", "draft", "archived"],
)
def test_hidden_offers_are_nowhere_in_public(client, scene, now, offer, values):
    hidden = make_offer(scene.district, "Geheimtreffpunkt Zimtstern", provider=scene.provider, **values)
    for address in ("", "?suche=Geheimtreffpunkt", "?suche=Zimtstren", "?suche=Zimtster", "?suche=Geheimtreff"):
        page = client.get(f"{PUBLIC}{address}").content.decode()
        assert hidden.uid not in page
        assert "Zimtstern" not in page
    for path in (f"{hidden.uid}/", f"{hidden.uid}/hinweis/"):
        assert client.get(f"{PUBLIC}{path}").status_code == 404
    answer = client.get("/api/v1/offers", {"q": "Zimtstern"})
    assert answer.json()["total"] == 0
    assert client.get(f"/api/v1/offers/{hidden.uid}").status_code == 404


def test_hiding_an_offer_hides_it_from_the_search_at_once(scene, now, offer):
    assert queries.public_offers(OfferFilters(text="Deutschkurs"), district=scene.district, lang="de", now=now).total == 1
    actions.edit_offer(offer=offer, values={"visibility": "internal"}, version=None, viewer=scene.office, now=now)
    assert queries.public_offers(OfferFilters(text="Deutschkurs"), district=scene.district, lang="de", now=now).total == 0
    assert not OfferFeedback.objects.exists()


@pytest.mark.parametrize("text", QUESTIONS, ids=range(len(QUESTIONS)))
def test_whatever_is_typed_is_words_and_nothing_else(client, scene, now, offer, text):
    assert client.get(PUBLIC, {"suche": text}).status_code == 200
    assert client.get("/api/v1/offers", {"q": text}).status_code == 200
    assert client.get(PUBLIC, {"suche": "Deutschkurs"}).content.decode().count(offer.uid)


def test_another_district_is_not_searched(client, scene, now, offer):
    other = make_district("nebenkreis", ags="14627")
    with for_district(other):
        make_offer(other, "Nebenkreis Zimtstern", provider=make_organisation(other, name="Nebenan"))
    assert "Nebenkreis Zimtstern" not in client.get(PUBLIC, {"suche": "Zimtstern"}).content.decode()


# --- floods ---------------------------------------------------------------------------------------------------------------------


def test_who_asks_for_very_many_searches_waits_and_nobody_else(client, scene, offer, monkeypatch):
    monkeypatch.setattr(public_views, "NEW_PAGES", 2)
    answers = [client.get(PUBLIC, {"suche": f"Kurs {number}"}) for number in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[-1]["Retry-After"]) > 0
    assert "zu viele Versuche" in answers[-1].content.decode()
    assert client.get(PUBLIC).status_code == 200  # what is kept costs nothing
    assert client.get(PUBLIC, {"suche": "Kurs"}, REMOTE_ADDR="203.0.113.9").status_code == 200


# --- shared caches ---------------------------------------------------------------------------------------------------------------


def test_a_search_is_never_kept_as_the_page_without_one(client, scene, offer):
    client.get(PUBLIC, {"suche": "<b>nichts davon</b>"})
    assert "nichts davon" not in client.get(PUBLIC).content.decode()
    assert "nichts davon" not in client.get(PUBLIC, {"suche": "Kurs"}).content.decode()


def test_a_foreign_host_is_nowhere_on_a_kept_page(client, scene, offer):
    client.get(PUBLIC, headers={"Host": "evil.example"})
    assert "evil.example" not in client.get(PUBLIC, headers={"X-Forwarded-Host": "evil.example"}).content.decode()
    assert "evil.example" not in client.get(f"{PUBLIC}{offer.uid}/").content.decode()
