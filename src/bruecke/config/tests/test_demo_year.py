"""The demo's year: as large as promised, through to its last day, the same each time, and tidied up as a real one would be."""

from collections import Counter
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models, transaction
from django.db.models import Sum

from bruecke.config.operations import demo as operations
from bruecke.config.operations.demo import DemoError, load_demo, prepare_demo
from bruecke.config.operations.demo_year import hurried
from bruecke.core.models import District, OutboxMail, WorkState
from bruecke.core.registries import DemoStage, todos
from bruecke.core.scope import Escape, for_district, without_scope
from bruecke.enquiries.models import Enquiry, ErasedCount, Message, Referral, TallyEntry
from bruecke.enquiries.states import RUNNING, WAITING, EnquiryState, Outcome, ReferralState
from bruecke.offers.models import Offer
from bruecke.places import queries as places
from bruecke.places.demo import MERGED
from bruecke.staffing import queries as staffing
from bruecke.staffing.models import Post, PostHolder

pytestmark = pytest.mark.any_database

NOW = datetime(2026, 11, 27, 9, 30, tzinfo=UTC)
SHOWN = "saechsische-schweiz-osterzgebirge"
_BY_CHANCE = ("uid", "token", "hash", "reference", "find_key", "path", "key", "password", "data", "message_id", "secret")
"""Parts of names of columns that hold what is drawn anew in each installation, or follows from it."""


def _digest() -> str:
    """Of all rows of the tables that the year fills, without what is drawn by chance and without their order.

    Tests shuffle what is read without an order, and so rows written together get other numbers each time.
    """
    told = sha256()
    for label in ("enquiries", "offers", "staffing", "directory", "places"):
        for model in apps.get_app_config(label).get_models():
            names = [field.attname for field in model._meta.concrete_fields if _is_settled(field)]
            found = model._base_manager.order_by("pk")
            rows = sorted(repr(row) for row in found.values_list(*names)) if names else [str(found.count())]
            told.update(repr((model.__name__, rows)).encode())
    return told.hexdigest()


def _is_settled(field: models.Field) -> bool:
    if field.primary_key or field.is_relation or isinstance(field, models.JSONField | models.BinaryField):
        return False  # lists hold uids
    return not any(part in field.attname for part in _BY_CHANCE)


@pytest.fixture
def demo_mode(settings, tmp_path):
    settings.ALLOWS_DEMO_ACCOUNTS = True
    settings.DATA_DIR = tmp_path
    settings.MAIL_DIR = tmp_path / "mail"
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.django_db
def test_a_year_is_as_large_as_promised_and_ends_in_order(demo_mode):
    load_demo(NOW, DemoStage.YEAR)
    with without_scope(Escape.DOCTOR):
        _check_size()
        _check_order()
    district = District.objects.get(slug=SHOWN)
    with for_district(district):
        _check_merger(district)
        _check_change()
        _check_today(district)


def _check_size() -> None:
    gone = ErasedCount.objects.aggregate(all=Sum("count"))["all"]
    assert Enquiry.objects.count() + gone >= 2500
    assert gone > 200
    assert len(set(Enquiry.objects.values_list("contact_language", flat=True))) == 8
    assert len(set(Message.objects.filter(author=None).values_list("text", flat=True))) >= 120
    assert 550 <= Offer.objects.count() <= 700
    assert TallyEntry.objects.count() > 1000
    states = Counter(Referral.objects.values_list("state", flat=True))
    assert set(states) >= {ReferralState.DONE, ReferralState.REJECTED, ReferralState.SENT, ReferralState.DECLINED}


def _check_order() -> None:
    assert Enquiry.objects.filter(received_at__gt=NOW).count() == 0
    assert Message.objects.filter(sent_at__gt=NOW).count() == 0
    assert not Enquiry.objects.filter(state=EnquiryState.CLOSED, delete_on__lt=NOW.date()).count() > 40  # those of the last week
    running = Enquiry.objects.filter(state__in=RUNNING)
    assert running.filter(state__in=WAITING).count() < 80
    assert Enquiry.objects.filter(outcome=Outcome.NO_OFFER).count() > 20
    assert OutboxMail.objects.filter(state=WorkState.FAILED).count() == 0
    assert OutboxMail.objects.filter(state=WorkState.WAITING).count() < 300


def _check_merger(district: District) -> None:
    today = NOW.date()
    names = {area.pk: area.name for area in places.municipalities_of(district.ags, today)}
    assert "Beispiel" in names[MERGED.ags]
    assert not set(MERGED.old) & set(names)
    found = staffing.responsible_for(MERGED.ags, on=today)
    assert found.post is not None
    assert not found.is_gap
    assert MERGED.ags in {match.area.ags for match in places.find_places("Müglitztal", within=district.ags).matches}


def _check_change() -> None:
    post = Post.objects.get(area_name="Dippoldiswalde")
    first, second, *later = PostHolder.objects.filter(post=post).order_by("valid_from")
    assert first.valid_until is not None
    assert 28 <= (second.valid_from - first.valid_until).days <= 40
    assert second.valid_until == (later[0].valid_from if later else None)  # the next change is being prepared


def _check_today(district: District) -> None:
    """What waits for a coordinator fits on a page."""
    from bruecke.accounts.models import Account
    from bruecke.accounts.queries import build_viewer

    for mailbox in ("kik-pirna", "kik-freital", "kik-dippoldiswalde"):
        account = Account.objects.get(email=f"{mailbox}@soe.example.org")
        viewer = build_viewer(account, district, NOW.date())
        rows = [todo for source in todos for todo in source.collect(viewer, NOW)]
        assert len(rows) <= 40, mailbox


@pytest.mark.django_db
def test_the_same_moment_gives_the_same_weeks(demo_mode, monkeypatch):
    """Two loads are alike in everything that is not drawn by chance; five weeks tell as much of that as a year."""
    monkeypatch.setattr(operations, "DAYS", 35)
    monkeypatch.setattr(
        "bruecke.enquiries.demo.year._A_YEAR", dict.fromkeys((SHOWN, "mittelsachsen", "landkreis-leipzig"), (40, 40, 3))
    )
    found = []
    for _load in range(2):
        call_command("flush", interactive=False, verbosity=0)  # numbers begin at 1 again
        load_demo(NOW, DemoStage.YEAR)
        with without_scope(Escape.DOCTOR):
            found.append(_digest())
    assert found[0] == found[1]


@pytest.mark.django_db
def test_an_empty_demo_has_accounts_and_nothing_to_do(demo_mode):
    load_demo(NOW, DemoStage.EMPTY)
    assert District.objects.count() == 3
    with without_scope(Escape.DOCTOR):
        assert PostHolder.objects.count() == Offer.objects.count() == Enquiry.objects.count() == 0


@pytest.fixture
def loads(demo_mode, monkeypatch):
    """Instead of loading: what would be loaded, and a district that stands for it."""
    done = []

    def load(stage, **_ignored):
        done.append(stage)
        District.objects.get_or_create(slug="demo", defaults={"name": "Demo", "ags": "14999", "is_demo": True})

    monkeypatch.setattr(operations, "prepare", lambda: None)
    monkeypatch.setattr(operations, "load_registers", lambda: None)
    monkeypatch.setattr(operations, "load_demo", load)
    return done


@pytest.mark.django_db
def test_a_year_is_loaded_once_and_stays(loads):
    prepare_demo()
    prepare_demo()
    prepare_demo(DemoStage.YEAR)
    assert loads == [DemoStage.YEAR]


@pytest.mark.django_db
def test_another_stage_is_refused_with_the_way_out(loads):
    prepare_demo(DemoStage.START)
    with pytest.raises(DemoError, match="--reset"):
        prepare_demo(DemoStage.YEAR)
    assert loads == [DemoStage.START]


@pytest.mark.django_db
def test_reset_loads_anew_and_spares_what_is_no_demo(loads):
    prepare_demo(DemoStage.START)
    prepare_demo(DemoStage.EMPTY, resets=True)
    assert loads == [DemoStage.START, DemoStage.EMPTY]
    District.objects.create(slug="echt", name="Landkreis Echt", ags="14998")
    with pytest.raises(DemoError, match="nichts gelöscht"):
        prepare_demo(DemoStage.YEAR, resets=True)
    assert District.objects.filter(slug="echt").exists()


@pytest.mark.django_db
def test_a_load_that_was_cut_off_begins_afresh(loads, tmp_path):
    prepare_demo(DemoStage.START)
    (tmp_path / "demo_stage").write_text("loading")
    prepare_demo()
    assert loads == [DemoStage.START, DemoStage.YEAR]


@pytest.mark.django_db
def test_a_hurried_load_sets_no_savepoints(django_assert_num_queries):
    with hurried(), django_assert_num_queries(1), transaction.atomic(), transaction.atomic():
        District.objects.count()
    with django_assert_num_queries(5), transaction.atomic(), transaction.atomic():
        District.objects.count()
