"""A curious colleague listens: what she may not open is changed, and no page, filter, order, count, search or file may tell her.

The same addresses are asked twice, before and after every row that is not hers got other words and numbers. Equal answers mean
that nothing of it flows to her, by whatever way; a mark that is looked for would only find the ways somebody thought of.
"""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError, models, transaction

from bruecke.core.global_search import WORDS, sealed_words
from bruecke.core.scope import Escape, for_district, without_scope
from bruecke.core.viewer import Role
from bruecke.directory.models import ContactPerson
from bruecke.enquiries.models import Enquiry, InternalNote, Mailbox, Message, Referral, UnmetDemand
from bruecke.offers.models import ChangeProposal, OfferFeedback
from bruecke.privacy.models import Breach, RecordAddition, RecordRelease, SubjectRequest
from bruecke.staffing.models import MunicipalityFigure, PostCost, PostPayer, SheetRecipient
from tests.permissions.crawl import VIEWS
from tests.permissions.pages import DESK
from tests.permissions.table import walk
from tests.permissions.world import ASSOCIATION, NORMAL

pytestmark = pytest.mark.any_database

LISTENERS = [  # one for each way of being kept out: by controller, by place, by role
    (NORMAL, Role.DISTRICT_OFFICE),
    (ASSOCIATION, Role.COORDINATOR),
    (NORMAL, Role.MUNICIPALITY),
]
SECRETS: tuple[Any, ...] = (
    Breach,
    ChangeProposal,
    ContactPerson,
    Enquiry,
    Mailbox,
    MunicipalityFigure,
    OfferFeedback,
    PostCost,
    PostPayer,
    RecordAddition,
    RecordRelease,
    Referral,
    SheetRecipient,
    SubjectRequest,
    UnmetDemand,
)
OF_A_QUESTION = (Message, InternalNote)
LIFE = {"state", "outcome"}  # others learn the number of running ones by design
CODES: dict[str, Any] = {
    "channel": "phone",
    "language": "ar",
    "contact_language": "ar",
    "category": "sport",
    "find_key": "geaendert",
}
FREE = {
    "answer_note", "asker", "authority_reason", "authority_reference", "categories", "consequences", "contact", "email",
    "function", "happened", "headline", "host", "identity", "languages_text", "last_error", "measures", "message",
    "mobile", "name", "note", "number", "people_count", "people_reason", "percent", "phone", "records_count", "source",
    "text", "title", "to_email", "username", "value", "wish", "yearly_amount",
}  # fmt: skip
VOLATILE = re.compile(r'(name="(?:csrfmiddlewaretoken|form_key|guard)" value="[^"]*"|\bw=[A-Za-z0-9_=%-]+|"X-CSRFToken": ?"[^"]*")')
WORD = "geaendert"
FILTERS = {"q": WORD, "sprache": "ar", "weg": "phone", "thema": "housing", "kategorie": "sport", "category": "sport"}


# --- what is asked -------------------------------------------------------------------------------------------------------


def sealed(side: Any, word: str) -> str:
    return f"?{WORDS}={sealed_words(word, side.now)}"


def variants(row: Any, view: Any) -> Iterator[str]:
    """Every order a list has, filters with values that only the changed rows have, and an order nobody offers."""
    yield from ("", *(text % {"word": "merkwort"} if "%(" in text else text for text in VIEWS.get(row.name, ())))
    if not row.is_list:
        return
    for column in getattr(view, "columns", ()):
        if column.order_by:
            yield f"?sort=-{column.key}"
    for name in FILTERS.keys() & getattr(getattr(view, "filter_class", None), "base_fields", {}).keys():
        yield f"?{name}={FILTERS[name]}"
    if hasattr(view, "columns"):
        yield "?sort=contact"


def addresses(side: Any) -> list[str]:
    """Lists, files, searches and figures of the desk, in all their views."""
    views = {name: getattr(view, "view_class", view) for name, view in walk()}
    found = []
    for row in DESK:
        is_file = any(word in row.name for word in ("export", "download", "file"))
        if row.method != "GET" or not (row.is_list or is_file or row.name in {"reporting:figures", "web:cards", "enquiries:tally"}):
            continue
        for case in row.cases:
            found += [row.url(side, case) + text for text in variants(row, views[row.name]) if not (text and row.query(side))]
    search = next(row for row in DESK if row.name == "web:search").address({}, side.slug)
    found += [search + sealed(side, word) for word in (WORD, "merkwort", "Änne")]
    figures = next(row for row in DESK if row.name == "reporting:figures").address({}, side.slug)
    sources = ("fragen", "fehlende", "striche", "antwortzeit", "stellen", "angebote", "hilfe")
    return found + [f"{figures}?zahlen={source}&bereich={scope}" for source in sources for scope in ("own", "rest")]


def heard(answer: Any) -> Any:
    """What came back without what is fresh each time; of a workbook its parts."""
    content = answer.body
    if answer.response.headers.get("Content-Type", "").startswith(("application/vnd.openxml", "application/zip")):
        raw = b"".join(answer.response.streaming_content) if answer.response.streaming else answer.response.content
        with zipfile.ZipFile(io.BytesIO(raw)) as book:
            content = str([(name, book.read(name)) for name in sorted(book.namelist())])
    return answer.status, answer.to, VOLATILE.sub("", content)


def listen(visits: Any, account: Any, urls: list[str]) -> dict[str, Any]:
    cache.clear()
    return {url: heard(visits.ask(account, url)) for url in urls}


# --- what is changed -----------------------------------------------------------------------------------------------------


def other_value(field: Any) -> Any:
    """Something else that fits into the column; None: leave it."""
    if field.name in CODES:
        return CODES[field.name]
    if field.name not in FREE or field.unique:
        return None
    if isinstance(field, models.EmailField):
        return f"{WORD}@example.org"
    if isinstance(field, models.DecimalField | models.IntegerField):
        return 7
    return WORD[: field.max_length or len(WORD)]


def change(rows: Any) -> int:
    """Give every column of these rows another value, where the table bears it. Returns how many columns took it."""
    taken = 0
    for field in rows.model._meta.concrete_fields:
        value = other_value(field)
        if value is None or not rows.exists():
            continue
        try:
            with transaction.atomic():
                taken += bool(models.QuerySet.update(rows, **{field.name: value}))  # also where the house only appends
        except DatabaseError:
            continue  # a CHECK holds that column; the others of the row are changed
    return taken


def change_what_is_hidden(side: Any, viewer: Any) -> set[str]:
    """Everything this viewer may not open. Returns the tables where something was changed."""
    changed = set()
    with for_district(side.district):
        questions = list(
            Enquiry.objects.exclude(pk__in=Enquiry.objects.visible_to(viewer).values("pk")).values_list("pk", flat=True)
        )
        for model in SECRETS:
            visible = list(model.objects.visible_to(viewer).values_list("pk", flat=True))
            if change(model.objects.exclude(pk__in=visible).order_by()):
                changed.add(model.__name__)
    with without_scope(Escape.DOCTOR):
        for model in OF_A_QUESTION:
            if models.QuerySet.update(model.objects.filter(enquiry__in=questions), text=WORD):
                changed.add(model.__name__)
    return changed


@pytest.mark.parametrize("who", LISTENERS, ids="-".join)
def test_nothing_of_what_is_not_hers_reaches_her(who, world, visits):
    side, account = world.mine, world.mine.people[who]
    urls = addresses(side)
    before = {url: got for url, got in listen(visits, account, urls).items() if got[0] != 404}
    changed = change_what_is_hidden(side, side.viewer(who))
    assert {"Enquiry", "Message"} <= changed
    urls = list(before)
    after = listen(visits, account, urls)
    assert [url for url in urls if before[url] != after[url]] == []
    assert sum(status == 200 for status, _to, _body in after.values()) > 25, "the addresses open at all"


def test_a_change_of_what_is_hers_is_heard(world, visits):
    """The ear itself works: the same change to a question she may read alters list, search and file."""
    side, who = world.mine, (NORMAL, Role.COORDINATOR)
    urls = [url for url in addresses(side) if "/fragen/" in url or "/suche/" in url]
    before = listen(visits, side.people[who], urls)
    with for_district(side.district):
        assert change(Enquiry.objects.filter(pk=side.things[NORMAL].pk).order_by()) > 3
    after = listen(visits, side.people[who], urls)
    differs = [url for url in urls if before[url] != after[url]]
    assert any("/suche/" in url for url in differs)
    assert any("/fragen/?" in url or url.endswith("/fragen/") for url in differs)


@pytest.mark.parametrize("who", [(NORMAL, Role.DISTRICT_OFFICE), (NORMAL, Role.COORDINATOR)], ids="-".join)
def test_number_of_withheld_questions_does_not_follow_the_filters(who, world, visits):
    """How many lie with other offices is told; a filter by place, topic or language would tell what they are about."""
    side = world.mine
    url = next(row for row in DESK if row.name == "enquiries:inbox").url(side, "")
    told = set()
    places = [f"&ort={place.pk}" for place in side.places.values()]
    for query in ("", *places, "&thema=housing", "&sprache=ar", "&q=merkwort", "&stand=closed", "&von=2026-11", "&weg=phone"):
        answer = visits.ask(side.people[who], f"{url}?tab=alle{query}")
        assert answer.status == 200
        told.add(answer.response.context["withheld"])
    assert len(told) == 1
