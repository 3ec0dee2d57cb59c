"""The desk pages of mailboxes and their actions: administrators alone, and a password that never comes back."""

import re

import pytest
from django.test import Client

from bruecke.accounts.tests.factories import log_in, make_account, make_membership
from bruecke.core.errors import Invalid, NotAllowed, Stale
from bruecke.core.jobs import JobRun
from bruecke.core.models import AuditEntry, Job
from bruecke.core.viewer import Role
from bruecke.enquiries import queries
from bruecke.enquiries.actions import mailboxes
from bruecke.enquiries.actions.mailboxes.secret import unseal
from bruecke.enquiries.hooks.mailboxes import visit_mailbox, visit_mailboxes
from bruecke.enquiries.models import Enquiry, Mailbox, MailboxMessage
from bruecke.enquiries.states import MailboxSecurity
from bruecke.enquiries.tests.factories import viewer
from bruecke.enquiries.tests.imap_server import Box, closed_port, serving
from bruecke.enquiries.tests.mails import letter, make_mailbox
from bruecke.enquiries.tests.test_desk_views import send

pytestmark = pytest.mark.any_database

LIST = "/intern/musterkreis/postfaecher/"
SECRET = "geheim Wört"


@pytest.fixture
def administrator(scene):
    account = make_account("Verwaltung")
    make_membership(account, scene.district, Role.ADMINISTRATOR, controller=scene.leading)
    return account


@pytest.fixture
def admin(scene, now, administrator):
    return queries.viewer_of(administrator, scene.district, now)


@pytest.fixture
def browser(client, administrator, now):
    return log_in(client, administrator)


@pytest.fixture
def served(settings):
    box = Box()
    with serving(box) as port:
        settings.MAILBOX_PORTS = frozenset({port})
        box.port = port
        yield box


@pytest.fixture
def mailbox(scene, now, admin, served):
    return make_mailbox(scene, now, port=served.port, viewer=admin, is_active=False)


def typed(scene, served, **values):
    given = {
        "name": "Integration", "host": "127.0.0.1", "port": served.port, "security": "none", "username": served.username,
        "password": SECRET, "folder": "INBOX", "office": scene.coordination.uid,
    }  # fmt: skip
    return {**given, **values}


def lines(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_from_the_empty_list_to_the_first_question(browser, scene, now, served, admin):
    assert "Noch kein Postfach" in browser.get(LIST).content.decode()
    response = send(browser, f"{LIST}neu/", **typed(scene, served))
    assert response.status_code == 302
    mailbox = Mailbox.objects.get()
    assert (mailbox.controller, mailbox.unit, mailbox.is_active) == (scene.leading, scene.coordination, False)
    url = f"{LIST}{mailbox.uid}/"
    served.put(bytes(letter()))
    assert "Die Verbindung steht. Von heute liegt dort 1 ungelesene E-Mail." in lines(
        browser.post(f"{url}pruefen/", follow=True).content.decode()
    )
    assert (served.uids(), Enquiry.objects.count()) == ([1], 0)
    assert "wird abgerufen" in lines(browser.post(f"{url}schalten/", {"an": "1"}, follow=True).content.decode())
    visit_mailboxes(JobRun({}, now, Job()))
    visit_mailboxes(JobRun({}, now, Job()))
    job = Job.objects.get(kind="enquiries.mailbox")
    visit_mailbox(JobRun(job.args, now, job))
    assert Enquiry.objects.count() == 1
    assert "Neue Fragen 1" in lines(browser.get(url).content.decode())


def test_the_password_never_comes_back(browser, mailbox, served, scene):
    assert SECRET not in mailbox.password_sealed
    assert unseal(mailbox.password_sealed) == SECRET
    pages = [browser.get(url).content.decode() for url in (LIST, f"{LIST}{mailbox.uid}/", f"{LIST}{mailbox.uid}/aendern/")]
    pages.append(send(browser, f"{LIST}{mailbox.uid}/aendern/", **typed(scene, served, port="")).content.decode())
    assert not [page for page in pages if SECRET in page or mailbox.password_sealed in page]


def test_an_empty_password_keeps_the_stored_one(browser, mailbox, served, scene):
    assert send(browser, f"{LIST}{mailbox.uid}/aendern/", **typed(scene, served, name="Neu", password="")).status_code == 302
    mailbox.refresh_from_db()
    assert (mailbox.name, unseal(mailbox.password_sealed)) == ("Neu", SECRET)


@pytest.mark.parametrize("change", [{"host": "localhost"}, {"username": "andere@example.org"}])
def test_a_stored_password_goes_to_no_other_server(browser, mailbox, served, scene, change):
    """Else whoever administers could have it sent to a server of her own."""
    response = send(browser, f"{LIST}{mailbox.uid}/aendern/", **typed(scene, served, password="", **change))
    assert response.status_code == 422
    assert "Bitte geben Sie das Passwort noch einmal ein." in response.content.decode()


WRONG = [
    ({"host": "imap.example.org"}, "Ohne Verschlüsselung geht es nur mit einem Server auf demselben Rechner."),
    ({"host": "böse host/\\"}, "Bitte prüfen Sie den Namen des Servers"),
    ({"port": "25"}, "Erlaubt sind die Ports"),
    ({"password": ""}, "Bitte geben Sie das Passwort ein."),
    ({"username": "a\tb"}, "Bitte prüfen Sie"),
    ({"office": "fremd"}, "Wer liest die E-Mails?"),
]


@pytest.mark.parametrize(("wrong", "words"), WRONG, ids=[str(wrong) for wrong, _words in WRONG])
def test_what_cannot_be_is_said(browser, scene, served, wrong, words):
    response = send(browser, f"{LIST}neu/", **typed(scene, served, **wrong))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Mailbox.objects.exists()


def test_only_offices_in_which_somebody_reads_are_offered(browser, scene):
    page = browser.get(f"{LIST}neu/").content.decode()
    assert "Landratsamt, Integrationskoordination" in page
    assert "Trägerverein" not in page


def test_troubles_are_shown_in_words(browser, scene, now, admin, served, settings):
    port = closed_port()
    settings.MAILBOX_PORTS = frozenset({port})
    mailbox = make_mailbox(scene, now, port=port, viewer=admin)
    page = lines(browser.post(f"{LIST}{mailbox.uid}/pruefen/", follow=True).content.decode())
    assert "Keine Verbindung: Der Server nimmt an diesem Port keine Verbindung an." in page
    mailboxes.fetch_mailbox(mailbox=mailbox, now=now)
    assert "Störung" in lines(browser.get(LIST).content.decode())
    page = lines(browser.get(f"{LIST}{mailbox.uid}/").content.decode())
    assert "Der Server nimmt an diesem Port keine Verbindung an. 1 Versuch ohne Erfolg." in page


def test_removing_asks_first_and_leaves_the_questions(browser, scene, now, mailbox, served, admin):
    served.put(bytes(letter()))
    mailboxes.switch_mailbox(mailbox=mailbox, is_active=True, viewer=admin, now=now)
    mailboxes.fetch_mailbox(mailbox=mailbox, now=now)
    assert send(browser, f"{LIST}{mailbox.uid}/entfernen/").status_code == 302
    assert (Mailbox.objects.count(), MailboxMessage.objects.count(), Enquiry.objects.count()) == (0, 0, 1)


def test_entries_in_the_log_hold_names_of_fields_only(browser, scene, served, mailbox, admin, now):
    mailboxes.edit_mailbox(mailbox=mailbox, values={"name": "Neu"}, password="anders", version=None, viewer=admin, now=now)
    entries = {entry.verb: entry.fields for entry in AuditEntry.objects.filter(verb__startswith="mailbox.")}
    assert entries["mailbox.changed"] == ["name", "password"]
    assert set(entries["mailbox.created"]) == {*mailboxes.MAILBOX_FIELDS, "password"}


def test_others_are_refused_everywhere(scene, now, mailbox, served, admin):
    for name in ("office", "heidenau"):
        other = viewer(scene, name, now)
        step = {"mailbox": mailbox, "viewer": other, "now": now}
        tries = [
            lambda: mailboxes.create_mailbox(district=scene.district, values={}, password="x", viewer=other, now=now),  # noqa: B023
            lambda: mailboxes.edit_mailbox(values={}, password="", version=None, **step),  # noqa: B023
            lambda: mailboxes.switch_mailbox(is_active=True, **step),  # noqa: B023
            lambda: mailboxes.remove_mailbox(**step),  # noqa: B023
            lambda: mailboxes.check_mailbox(**step),  # noqa: B023
            lambda: mailboxes.settle_set_aside(**step),  # noqa: B023
        ]
        for attempt in tries:
            with pytest.raises(NotAllowed):
                attempt()
        browser = log_in(Client(), scene.accounts[name])
        assert browser.get(f"{LIST}{mailbox.uid}/").status_code == 404
    assert served.seen == []


def test_nobody_overwrites_anybody(mailbox, admin, now):
    with pytest.raises(Stale):
        mailboxes.edit_mailbox(mailbox=mailbox, values={"name": "x"}, password="", version=99, viewer=admin, now=now)


def test_what_fits_no_more_is_not_switched_on(scene, mailbox, admin, now):
    Mailbox.objects.update(host="imap.example.org", security=MailboxSecurity.NONE)
    with pytest.raises(Invalid):
        mailboxes.switch_mailbox(mailbox=mailbox, is_active=True, viewer=admin, now=now)


def test_the_list_asks_as_often_for_three_as_for_one(browser, scene, now, admin, served, mailbox, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def asked():
        browser.get(LIST)
        with CaptureQueriesContext(connection) as found:
            browser.get(LIST)
        return len(found)

    one = asked()
    for _number in range(2):
        extra = make_mailbox(scene, now, port=served.port, viewer=admin)
        MailboxMessage.objects.create(district=scene.district, mailbox=extra, message_hash=extra.uid, taken_at=now)
    assert asked() == one
