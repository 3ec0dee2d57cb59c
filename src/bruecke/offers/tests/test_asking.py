"""The loop with providers, with a moved clock: asked, reminded, answered or handed to the office."""

from datetime import date, timedelta

import pytest

from bruecke.core import jobs, links
from bruecke.core.clock import local_day
from bruecke.core.models import Job, MailedLink, OutboxMail
from bruecke.directory.tests.factories import make_organisation
from bruecke.offers import actions, queries, rules
from bruecke.offers.models import ConfirmationRequest
from bruecke.offers.states import OfferState, RequestState
from bruecke.offers.tests.factories import make_offer

OLD = date(2026, 6, 1)


def ask(scene, moment):
    return actions.ask_providers(scene.district, moment)


def later(now, days):
    return now + timedelta(days=days)


def entry(scene, now, **values):
    """An entry of the provider that was confirmed long ago and last changed then."""
    values.setdefault("provider", scene.provider)
    return make_offer(scene.district, confirmed_on=values.pop("confirmed_on", OLD), now=later(now, -200), **values)


def state():
    return ConfirmationRequest.objects.get().state


def test_a_provider_is_asked_once_for_all_its_entries(scene, now):
    entry(scene, now)
    entry(scene, now, confirmed_on=None)
    entry(scene, now, confirmed_on=local_day(now) - timedelta(days=10))
    assert ask(scene, now) == 1
    request = ConfirmationRequest.objects.get()
    assert (request.state, request.offer_count, request.asked_at) == (RequestState.ASKED, 2, now)
    mail = OutboxMail.objects.get()
    assert mail.to == scene.provider.email
    assert "2 Einträge" in mail.body
    link = MailedLink.objects.get()
    assert (link.purpose, link.object_uid, link.expires_at) == (rules.LINK_PURPOSE, scene.provider.uid, later(now, 30))
    assert ask(scene, now) == 0
    assert ask(scene, later(now, 1)) == 0


def test_the_mail_opens_the_providers_page(scene, now):
    entry(scene, now)
    ask(scene, now)
    token = OutboxMail.objects.get().body.split("/")
    words = " ".join(token).split()
    assert any(links.read_link(word, rules.LINK_PURPOSE, now) for word in words)


@pytest.mark.parametrize(
    ("values", "asked"),
    [
        ({}, 1),
        ({"state": OfferState.PAUSED}, 1),
        ({"state": OfferState.DRAFT}, 0),
        ({"state": OfferState.ARCHIVED}, 0),
        ({"visibility": "internal"}, 0),
        ({"valid_until": date(2026, 11, 24)}, 0),
        ({"confirmed_on": date(2026, 8, 24)}, 1),
        ({"confirmed_on": date(2026, 8, 25)}, 0),
        ({"confirmed_on": None}, 1),
    ],
)
def test_what_is_asked_about(scene, now, values, asked):
    entry(scene, now, **values)
    assert ask(scene, now) == asked


@pytest.mark.parametrize("values", [{"email": ""}, {"archived": True}])
def test_whom_nobody_can_ask(scene, now, values):
    provider = make_organisation(scene.district, email=values.get("email", "x@example.org"))
    entry(scene, now, provider=provider)
    if values.get("archived"):
        type(provider).objects.filter(pk=provider.pk).update(archived_at=now)
    assert ask(scene, now) == 0


def test_what_falls_due_soon_is_asked_along(scene, now):
    entry(scene, now)
    entry(scene, now, confirmed_on=date(2026, 9, 5))
    ask(scene, now)
    assert ConfirmationRequest.objects.get().offer_count == 2


def test_reminded_once_with_a_fresh_link(scene, now):
    entry(scene, now)
    ask(scene, now)
    first = MailedLink.objects.get().token_hash
    assert ask(scene, later(now, 13)) == 0
    assert ask(scene, later(now, 14)) == 1
    assert state() == RequestState.REMINDED
    link = MailedLink.objects.get()
    assert link.token_hash != first
    assert OutboxMail.objects.count() == 2
    assert ask(scene, later(now, 15)) == 0


def test_silent_for_a_month_it_becomes_the_offices_task(scene, now):
    entry(scene, now)
    for day in (0, 14, 29):
        ask(scene, later(now, day))
    assert state() == RequestState.REMINDED
    ask(scene, later(now, 30))
    assert state() == RequestState.UNANSWERED
    titles = [str(todo.title) for todo in queries.collect(scene.office, later(now, 30))]
    assert f"{scene.provider.name} hat nicht geantwortet" in titles
    assert ask(scene, later(now, 31)) == 0
    assert ConfirmationRequest.objects.count() == 1


def test_asked_again_when_the_period_is_over(scene, now):
    entry(scene, now)
    for day in (0, 14, 30, 77):
        ask(scene, later(now, day))
    assert ConfirmationRequest.objects.count() == 1
    assert ask(scene, later(now, 95)) == 1
    assert ConfirmationRequest.objects.count() == 2


def test_the_to_do_goes_when_the_office_has_confirmed(scene, now):
    offer = entry(scene, now)
    for day in (0, 30):
        ask(scene, later(now, day))
    actions.confirm_offer(offer=offer, version=None, viewer=scene.office, now=later(now, 31))
    titles = [str(todo.title) for todo in queries.collect(scene.office, later(now, 31))]
    assert not [title for title in titles if "geantwortet" in title]


def test_answers_are_counted_until_all_is_said(scene, now):
    first, second = entry(scene, now), entry(scene, now)
    ask(scene, now)
    assert [line.is_due for line in queries.provider_offers(scene.provider, now)] == [True, True]
    actions.confirm_by_provider(offers=[first], viewer=scene.link, now=later(now, 1))
    request = ConfirmationRequest.objects.get()
    assert (request.state, request.answered_count) == (RequestState.ASKED, 1)
    proposal = actions.propose_changes(offer=second, values={"documents": "Ausweis"}, viewer=scene.link, now=later(now, 2))
    request.refresh_from_db()
    assert (request.state, request.answered_count, request.ended_at) == (RequestState.ANSWERED, 2, later(now, 2))
    lines = queries.provider_offers(scene.provider, later(now, 2))
    assert {line.offer: (line.is_due, line.proposal) for line in lines} == {first: (False, None), second: (False, proposal)}
    assert ask(scene, later(now, 20)) == 0


@pytest.mark.parametrize("how", ["confirmed", "changed"])
def test_what_the_office_settles_meanwhile_is_not_asked_again(scene, now, how):
    offer, other = entry(scene, now), entry(scene, now)
    ask(scene, now)
    if how == "confirmed":
        actions.confirm_offer(offer=offer, version=None, viewer=scene.office, now=later(now, 3))
    else:
        actions.edit_offer(offer=offer, values={"documents": "Pass"}, version=None, viewer=scene.office, now=later(now, 3))
    assert ask(scene, later(now, 14)) == 1
    assert "1 Eintrag" in OutboxMail.objects.order_by("pk").last().body
    actions.confirm_offer(offer=other, version=None, viewer=scene.office, now=later(now, 15))
    assert ask(scene, later(now, 16)) == 0
    assert state() == RequestState.ANSWERED


def test_the_days_are_settings_of_the_district(scene, now):
    for key, value in (("offers.remind_after_days", 5), ("offers.unanswered_after_days", 9), ("offers.confirm_every_months", 12)):
        scene.district.dated_settings.create(key=key, value=value, valid_from=OLD)
    entry(scene, now)
    assert ask(scene, now) == 0
    entry(scene, now, confirmed_on=date(2025, 11, 1))
    assert ask(scene, now) == 1
    assert ask(scene, later(now, 5)) == 1
    ask(scene, later(now, 9))
    assert state() == RequestState.UNANSWERED


def test_a_district_without_the_catalogue_asks_nobody(scene, now):
    entry(scene, now)
    type(scene.district).objects.filter(pk=scene.district.pk).update(features=["staffing"])
    run_daily(now)
    assert not ConfirmationRequest.objects.exists()


def test_the_daily_job_asks(scene, now):
    entry(scene, now)
    run_daily(now)
    assert ConfirmationRequest.objects.count() == 1


def run_daily(now):
    job = jobs.enqueue(kind="offers.ask_providers", args={}, now=now)
    while jobs.run_next(now):
        pass
    assert Job.objects.get(pk=job.pk).state == "done"
