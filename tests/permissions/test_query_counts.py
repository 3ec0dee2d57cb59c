"""No page asks more when there is more to show: every page of the desk and of the public door, before and after growth."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bruecke.accounts import actions as accounts
from bruecke.core import memo
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role
from bruecke.directory import actions as directory
from bruecke.enquiries import actions as enquiries
from bruecke.enquiries.states import Channel, Outcome
from bruecke.privacy.states import RequestKind
from bruecke.staffing import actions as staffing
from bruecke.vocabulary import queries as vocabulary
from tests.permissions.catalogue import make_offer
from tests.permissions.pages import DESK, PUBLIC
from tests.permissions.privacy import make_breach, make_request
from tests.permissions.table import Page
from tests.permissions.world import NORMAL, SINCE, Side, _account, _join, ask

pytestmark = pytest.mark.any_database

PATIENT = 48  # queries that the fullest page of the desk may ask: the dossier of a hand-over asks every app


MORE_ROLES = (Role.AUDITOR, Role.GRANT_OFFICER, Role.COMMISSIONER, Role.PRIVACY_OFFICER)


def grow(side: Side, numbers: range) -> None:
    """One more of everything that is listed anywhere, for each number."""
    step = {"viewer": side.system, "now": NOW}
    for number in numbers:
        ask(side, f"more-{number}", NORMAL)
        make_request(side, "leading", NORMAL, RequestKind.ACCESS)
        make_breach(side, "leading", NORMAL)
        make_offer(side, NORMAL, f"Noch ein Angebot {number}")
        ask(side, f"more-shared-{number}", "association", shared=True)
        enquiry = ask(side, f"more-closed-{number}", NORMAL)
        coordinator = side.viewer((NORMAL, Role.COORDINATOR))
        enquiries.add_note(enquiry=side.things[NORMAL], text="Noch eine Notiz", viewer=coordinator, now=NOW)
        enquiries.close_enquiry(enquiry=enquiry, outcome=Outcome.ANSWERED, note="", version=None, viewer=coordinator, now=NOW)
        enquiries.capture_enquiry(
            district=side.district,
            place=side.places[NORMAL],
            topic=vocabulary.topics()[number],
            language="de",
            channel=Channel.PHONE,
            outcome=None,
            viewer=coordinator,
            now=NOW,
        )
        values = {"name": f"Weiterer Träger {number}", "kind": "association"}
        made = directory.create_organisation(district=side.district, values=values, **step)
        for target in (made, side.things["organisation normal"]):
            directory.create_location(organisation=target, values={"name": f"Haus {number}"}, **step)
            contact = directory.create_contact(
                organisation=target, values={"name": f"Person {number}", "languages": ["de"]}, **step
            )
            directory.release_contact(contact=contact, version=None, **step)
        below = {"name": f"Ortsgruppe {number}", "kind": "association", "parent": side.things["organisation normal"]}
        directory.create_organisation(district=side.district, values=below, **step)
        controller = accounts.create_controller(district=side.district, values={"name": f"Stadt {number}", "kind": "town"}, **step)
        accounts.create_unit(controller=side.controllers["leading"], values={"name": f"Referat {number}"}, **step)
        person = _account(f"mehr-{side.slug}-{number}")
        _join(side, person, NORMAL, Role.COORDINATOR)
        _join(side, person, NORMAL, Role.EDITOR)
        _join(side, side.people[NORMAL, Role.EDITOR], NORMAL, MORE_ROLES[number])
        post = staffing.create_post(
            district=side.district,
            values={
                "title": f"Koordination {number}",
                "area_name": f"Ort {number}",
                "fte": Decimal("0.5"),
                "controller": controller,
                "employer": made,
                "mailbox": f"mehr-{number}@example.org",
                "languages": ["de"],
                "valid_from": SINCE,
            },
            **step,
        )
        staffing.change_holder(post=post, account=None, public_name="Eine Person", valid_from=SINCE, **step)
        staffing.change_holder(post=side.things["post normal"], account=person, valid_from=date(2027, 1 + number, 1), **step)
        for target in (post, side.things["post normal"]):
            values = {
                "location": side.things["location normal"],
                "weekday": number,
                "starts": time(8),
                "ends": time(9),
                "valid_from": date(2026, 11, 1),
            }
            hour = staffing.create_hour(post=target, values=values, **step)
            staffing.cancel_day(hour=hour, on=date(2026, 12, 7 + number), **step)
        for place in (side.places[NORMAL], None):
            values = {"function": f"Stelle {number}", "phone": "030 23125 140"}
            contact = staffing.add_contact(district=side.district, municipality=place, values=values, **step)
            staffing.add_on_call(contact=contact, weekdays=[number], starts=time(20), ends=time(6), **step)
        staffing.enter_notice(
            district=side.district,
            municipality=side.places[NORMAL],
            contact=contact,
            function=contact.function,
            channel="phone",
            was_reached=True,
            told_at=NOW,
            viewer=side.viewer_of(person),
            now=NOW,
        )
        staffing.assign_municipalities(
            district=side.district,
            municipalities=[side.places["gap"].pk],
            post=post,
            valid_from=date(2027, 1 + number, 1),
            **step,
        )


def counts(row: Page, world, visits, *, who) -> dict[str, int]:
    """Queries of the pages of the first two objects, with cold page cache and warm process."""
    found = {}
    for case in list(row.cases)[:2]:
        asker = None if who is None else next((one for one in who if one in row.cases[case].who), None)
        if who is not None and asker is None:
            asker = min(row.cases[case].who)
        account = world.mine.people[asker] if asker else None
        url = row.url(world.mine, case)
        visits.ask(account, url)
        cache.clear()
        with CaptureQueriesContext(connection) as asked:
            visits.ask(account, url)
        found[case] = len(asked)
    return found


ASKERS = [(NORMAL, Role.DISTRICT_OFFICE), (NORMAL, Role.ADMINISTRATOR), (NORMAL, Role.COORDINATOR)]


@pytest.fixture
def knowing(settings):
    """A process that knows the registers of places and words, as every one does after its first page."""
    settings.REGISTER_MEMO_SECONDS = 600
    memo.forget()
    yield
    memo.forget()


@pytest.mark.usefixtures("knowing")
def test_no_page_asks_more_when_there_is_more_to_show(world, visits):
    pages = [row for row in DESK if row.method == "GET"]
    with for_district(world.mine.district):
        grow(world.mine, range(1))
    before = {row.name: counts(row, world, visits, who=ASKERS) for row in pages}
    before |= {row.name: counts(row, world, visits, who=None) for row in PUBLIC}
    with for_district(world.mine.district):
        grow(world.mine, range(1, 4))
    after = {row.name: counts(row, world, visits, who=ASKERS) for row in pages}
    after |= {row.name: counts(row, world, visits, who=None) for row in PUBLIC}
    more = [
        f"{name} {case}: {before[name][case]} → {after[name][case]}"
        for name in before
        for case in before[name]
        if after[name][case] > before[name][case]
    ]
    worst = sorted(((count, name) for name, cases in after.items() for count in cases.values()), reverse=True)[:5]
    print("most queries:", worst)
    if more:
        pytest.fail("\n".join(more), pytrace=False)
    assert worst[0][0] <= PATIENT


@pytest.mark.parametrize("row", [row for row in DESK if row.is_list], ids=lambda row: row.name)
def test_lists_are_tried_with_rows(row, world, visits):
    """The figures above mean something only where rows are shown."""
    asker = min(row.cases[""].who & {(NORMAL, Role.DISTRICT_OFFICE), (NORMAL, Role.ADMINISTRATOR)})
    assert visits.ask(world.mine.people[asker], row.url(world.mine, "")).status == 200
