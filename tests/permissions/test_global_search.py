"""The search over everything shows exactly what would open: each role, each kind, own and foreign records, by their names."""

import pytest
from django.urls import reverse

from bruecke.accounts.models import Account
from bruecke.core.global_search import SearchQuestion, global_search, sealed_words
from bruecke.core.models import AuditEntry
from bruecke.core.scope import Escape, for_district, without_scope
from bruecke.core.viewer import Role
from bruecke.directory.models import ContactPerson, Organisation
from bruecke.enquiries.models import Enquiry
from bruecke.offers.models import Offer
from bruecke.staffing.models import Post
from bruecke.web.queries import search_everything
from tests.permissions.world import ASSOCIATION, AUTHORITY, NORMAL, members

MANY = 200
KINDS = {  # kind of the search → model, route of its page, what it is asked by
    "enquiries": (Enquiry, "enquiries:detail", lambda row: row.reference),
    "offers": (Offer, "offers:detail", lambda row: row.title),
    "directory.organisations": (Organisation, "directory:organisation", lambda row: row.name),
    "directory.contacts": (ContactPerson, "directory:contact", lambda row: row.name),
    "staffing.posts": (Post, "staffing:post", lambda row: row.title),
    "accounts.people": (Account, "accounts:person", lambda row: row.email),
}
EVERYWHERE = {"web.pages", "staffing.municipalities", "staffing.escalation", "directory.locations"}
TOLD_APART = [  # one for each way of seeing more or less than others
    *[(NORMAL, role) for role in (Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR, Role.EDITOR, Role.MUNICIPALITY)],
    (ASSOCIATION, Role.COORDINATOR),
    (ASSOCIATION, Role.EMPLOYER),
]
MOST_TRIED = 9  # rows of a kind, spread over both districts


def hits(side, who, text, kind=""):
    """Kind → hits, as this member finds them; only `kind` where it is named."""
    question = SearchQuestion(text, side.viewer(who), side.district, side.now, MANY)
    with for_district(side.district):
        if kind:
            source = global_search[kind]
            return {kind: source.find(question).hits} if source.is_open_to(question.viewer, side.district) else {}
        return {source.key: found.hits for source, found in search_everything(question)}


def url_of(side, hit):
    lang = {"lang": "de"} if hit.door == "public" else {}
    return reverse(hit.route, kwargs={"district": side.slug, **lang, **hit.kwargs})


def rows_of(model):
    with without_scope(Escape.OWN_MEMBERSHIPS):
        return list(model.objects.order_by("pk"))


def test_every_kind_is_tried():
    assert {source.key for source in global_search} == KINDS.keys() | EVERYWHERE


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_found_is_what_opens(kind, world, visits):
    side = world.mine
    model, route, words = KINDS[kind]
    rows = [row for row in rows_of(model) if words(row)]
    assert len(rows) > 1
    rows = rows[:: -(-len(rows) // MOST_TRIED)]
    wrong, opened = [], 0
    for who in TOLD_APART:
        for row in rows:
            url = reverse(route, kwargs={"district": side.slug, "uid": row.uid})
            opens = visits.ask(side.people[who], url).status == 200
            found = url in {url_of(side, hit) for hit in hits(side, who, words(row), kind).get(kind, ())}
            opened += opens
            if opens != found:
                wrong.append(f"{who} {words(row)}: opens {opens}, found {found}")
    assert wrong == []
    assert opened


@pytest.mark.parametrize("who", TOLD_APART, ids="-".join)
def test_every_hit_opens(who, world, visits):
    side = world.mine
    answers, kinds = {}, set()
    for text in (
        "Freital",
        "Freiberg",
        "an",
        "Wer ist zuständig für Dohna?",
        "Frage",
        "Träger",
        "neu",
        "Notfall Freital",
        "Notfall",
    ):
        for kind, found in hits(side, who, text).items():
            kinds.add(kind)
            for hit in found:
                url = url_of(side, hit)
                answers[url] = answers.get(url) or visits.ask(side.people[who], url).status
    assert set(answers.values()) == {200}
    assert kinds >= {"web.pages", "staffing.municipalities", "offers"}


@pytest.mark.parametrize("office", [NORMAL, AUTHORITY, ASSOCIATION])
def test_words_and_receipt_of_a_question_lead_only_to_who_may_read_it(office, world):
    side = world.mine
    with for_district(side.district):
        for who in members():
            entitled = Enquiry.objects.visible_to(side.viewer(who)).filter(pk=side.things[office].pk).exists()
            for text in (side.marks[office], side.codes[office], side.things[office].reference):
                found = [hit.kwargs["uid"] for hit in hits(side, who, text, "enquiries").get("enquiries", ())]
                assert found == ([side.things[office].uid] if entitled else []), (who, text)


def test_the_words_stand_in_no_address_and_no_log(world, visits, caplog):
    account = world.mine.people[NORMAL, Role.COORDINATOR]
    url = reverse("web:search", kwargs={"district": world.mine.slug})
    answer = visits.ask(account, url, "POST", {"q": "Erika Musterfrau"}, stays=True)
    assert answer.status == 302
    assert "usterfrau" not in answer.to
    page = visits.ask(account, answer.to)
    assert 'value="Erika Musterfrau"' in page.body
    assert "usterfrau" not in caplog.text
    entries = AuditEntry.objects.values_list()
    assert "usterfrau" not in str(list(entries))


def test_the_list_of_all_hits_shows_as_many(world, visits):
    """ "Alle … anzeigen" opens the list with the words, sealed, and with as many rows as were counted."""
    side, who = world.mine, (NORMAL, Role.DISTRICT_OFFICE)
    for text, kind in (("frage", "enquiries"), ("träger", "directory.organisations"), ("änne", "directory.contacts")):
        question = SearchQuestion(text, side.viewer(who), side.district, side.now, 1)
        with for_district(side.district):
            found = next(found for source, found in search_everything(question) if source.key == kind)
        assert found.total > 1, kind
        query = "&".join(f"{key}={value}" for key, value in (*found.list_query.items(), ("w", sealed_words(text, side.now))))
        url = f"{reverse(found.list_route, kwargs={'district': side.slug})}?{query}"
        answer = visits.ask(side.people[who], url)
        assert answer.response.context["total"] == found.total, kind
        assert f'value="{text}"' in answer.body
