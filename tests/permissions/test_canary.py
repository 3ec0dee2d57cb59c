"""A word out of a question turns up nowhere for anyone who may not read it: pages, lists, files, logs, mails, jobs, audit."""

import logging

import pytest
from django.db import models

from bruecke.core.models import AuditEntry, Job, OutboxMail
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role
from bruecke.enquiries import actions
from bruecke.enquiries.models import Enquiry
from tests.permissions.crawl import desk_urls, public_urls
from tests.permissions.pages import READERS
from tests.permissions.world import AUTHORITY, NORMAL, members

pytestmark = pytest.mark.any_database

ENTITLED = {**READERS, "undoable": frozenset({(NORMAL, Role.COORDINATOR), (NORMAL, Role.DISTRICT_OFFICE)})}
CURIOUS = [  # one for each way of being not entitled; the whole table of rights is tried in `test_urls`
    *[who for who in members() if who[1] in {Role.COORDINATOR, Role.DISTRICT_OFFICE}],
    *[(NORMAL, role) for role in (Role.ADMINISTRATOR, Role.PRIVACY_OFFICER)],
    ("association", Role.EMPLOYER),
]


def signs(world) -> dict[str, str]:
    """What gives a question away: its marked word, its reference, its resident's mailbox → key of the question and its side."""
    found = {}
    for name, side in (("mine", world.mine), ("other", world.other)):
        for key, mark in side.marks.items():
            found[mark] = (name, key)
            found[side.things[key].reference.lower()] = (name, key)
            found[f"{key}@resident.example.org" if name == "mine" else f"{mark}@never"] = (name, key)
    return found


@pytest.fixture
def worked_on(world):
    """Questions with everything that can be written to them: answer, note, short title, follow-up, outcome."""
    side = world.mine
    with for_district(side.district):
        for key, who in (("association", ("association", Role.COORDINATOR)), (AUTHORITY, (AUTHORITY, Role.COORDINATOR))):
            enquiry = Enquiry.objects.get(pk=side.things[key].pk)
            step = {"enquiry": enquiry, "viewer": side.viewer(who), "now": NOW}
            mark = side.marks[key]
            actions.add_note(text=f"Notiz {mark}", **step)
            actions.rename_enquiry(headline=f"Titel {mark}", version=None, **step)
            actions.answer_enquiry(text=f"Antwort {mark}", language="de", version=None, **step)
    return world


@pytest.mark.parametrize("who", CURIOUS, ids="-".join)
def test_no_page_shows_a_word_of_a_question_that_is_not_yours(who, worked_on, visits, caplog):
    world, side = worked_on, worked_on.mine
    known = signs(world)
    leaks, shown = set(), 0
    with caplog.at_level(logging.DEBUG, logger="bruecke"):
        for name, url in desk_urls(side, word="merkwort"):
            body = visits.ask(side.people[who], url).body.lower()
            for sign, (of_side, key) in known.items():
                if sign in body:
                    shown += 1
                    if of_side == "other" or who not in ENTITLED[key]:
                        leaks.add((name, url, key))
    assert leaks == set()
    if any(who in readers for readers in ENTITLED.values()):
        assert shown, "who may read sees them: the search itself works"
    everything = " ".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records).lower()
    assert not [sign for sign in known if sign in everything]


def test_the_other_district_sees_nothing(worked_on, visits):
    world = worked_on
    asker = world.other.people[NORMAL, Role.DISTRICT_OFFICE]
    for _name, url in desk_urls(world.other, word="merkwort"):
        body = visits.ask(asker, url).body.lower()
        assert not [mark for mark in world.mine.marks.values() if mark in body], url


def test_the_public_sees_nothing(worked_on, visits):
    known = signs(worked_on)
    for lang in ("de", "ar"):
        for _name, url in public_urls(worked_on.mine, lang):
            body = visits.ask(None, url).body.lower()
            assert not [sign for sign in known if sign in body], url


@pytest.mark.parametrize("model", [OutboxMail, AuditEntry, Job], ids=lambda model: model.__name__)
def test_no_word_of_a_question_in_mails_audit_and_jobs(model, worked_on):
    """Mails say that something is there, the log names ids and fields, jobs take ids."""
    known = signs(worked_on)
    assert model is Job or model.objects.exists()
    texts = [field.name for field in model._meta.concrete_fields if not isinstance(field, models.DateTimeField)]
    for row in model.objects.all():
        for name in texts:
            text = str(getattr(row, name)).lower()
            found = [sign for sign in known if sign in text]
            if model is OutboxMail and name == "to":
                found = [sign for sign in found if "@" not in sign]  # a notice goes to its mailbox
            assert found == [], (model.__name__, name)


def test_counts_of_what_is_withheld_are_figures_only(world, visits):
    """The district office learns how many questions lie with the association, and nothing else about them."""
    side = world.mine
    body = visits.ask(side.people[NORMAL, Role.DISTRICT_OFFICE], f"/intern/{side.slug}/fragen/?tab=alle").body
    assert side.marks["association"] not in body.lower()
    assert side.things["association"].uid not in body
    assert side.things["association"].reference not in body
