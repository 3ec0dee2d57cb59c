"""The escalation chain: steps, order, hours, the yearly check, the log and its period, the card, search and to-do."""

from datetime import date, time, timedelta

import pytest

from bruecke.accounts.tests.factories import make_account
from bruecke.core.errors import Invalid, NotAllowed, Stale
from bruecke.core.global_search import SearchQuestion
from bruecke.core.models import AuditEntry
from bruecke.core.registries import retention
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role
from bruecke.places.tests.factories import make_kreis, make_municipality
from bruecke.staffing import actions, queries
from bruecke.staffing.hooks.escalation import collect_checks
from bruecke.staffing.models import EscalationContact, EscalationNotice, OnCallTime
from bruecke.staffing.queries.escalation_finding import CARDS, find_chains
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU

TODAY = date(2026, 11, 24)
EVERY_DAY = range(7)


@pytest.fixture
def office(scene):
    return viewer_with(scene.district, Role.DISTRICT_OFFICE)


@pytest.fixture
def coordinator(scene):
    return viewer_with(scene.district, Role.COORDINATOR, account_id=2, municipalities=frozenset({FREITAL}))


@pytest.fixture
def mayor(scene):
    return viewer_with(scene.district, Role.MUNICIPALITY, account_id=3, municipalities=frozenset({FREITAL}))


@pytest.fixture
def add(scene, office):
    """A step of Freital, of another place, or (`place` None) of every place; checked today unless it says otherwise."""

    def make(function="Ordnungsamt", place=FREITAL, viewer=None, **values):
        given = {"function": function, "phone": "030 23125 400", "confirmed_on": TODAY, **values}
        return actions.add_contact(
            district=scene.district,
            municipality=scene.areas[place] if place else None,
            values=given,
            viewer=viewer or office,
            now=scene.now,
        )

    return make


@pytest.fixture
def tell(scene):
    def make(viewer, place=FREITAL, contact=None, **values):
        given = {"function": "Ordnungsamt", "channel": "phone", "was_reached": True, "told_at": scene.now, **values}
        return actions.enter_notice(
            district=scene.district, municipality=scene.areas[place], contact=contact, viewer=viewer, now=scene.now, **given
        )

    return make


def on_call(contact, viewer, now, weekdays=EVERY_DAY, starts=time(0), ends=time(23, 59)):
    return actions.add_on_call(contact=contact, weekdays=weekdays, starts=starts, ends=ends, viewer=viewer, now=now)


def chain(place=FREITAL):
    rows = EscalationContact.objects.filter(municipality_id=place).order_by("position")
    return [(row.position, row.function) for row in rows]


def verbs():
    return list(AuditEntry.objects.filter(verb__startswith="staffing.").order_by("pk").values_list("verb", flat=True))


# --- steps ---------------------------------------------------------------------------------------------------------


def test_steps_stand_in_the_order_in_which_they_were_added_shared_ones_last(scene, office, add):
    add("Gemeinsam", place=None)
    add("Erste")
    add("Andere Gemeinde", place=DOHNA)
    add("Zweite")
    add("Ausgesetzt", is_active=False)
    steps = queries.chain_of(office, scene.district, FREITAL, scene.now)
    assert [(step.number, step.contact.function, step.is_shared) for step in steps] == [
        (1, "Erste", False),
        (2, "Zweite", False),
        (3, "Gemeinsam", True),
    ]


def test_the_first_in_order_who_can_be_reached_now_is_marked(scene, office, add):
    closed, first, second = add("Zu"), add("Erste"), add("Zweite")
    night = time(3)
    on_call(closed, office, scene.now, starts=night, ends=time(4))
    on_call(first, office, scene.now)
    on_call(second, office, scene.now)
    steps = queries.chain_of(office, scene.district, FREITAL, scene.now)
    assert [(step.contact.function, step.reach.is_now, step.is_first) for step in steps] == [
        ("Zu", False, False),
        ("Erste", True, True),
        ("Zweite", True, False),
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_a_chain_takes_as_many_queries_for_one_step_as_for_three(scene, office, add, count, django_assert_num_queries):
    for number in range(count):
        on_call(add(f"Stelle {number}"), office, scene.now)
    with django_assert_num_queries(2):
        assert len(queries.chain_of(office, scene.district, FREITAL, scene.now)) == count


def test_moving_and_both_ends(scene, office, add):
    first, _second, third = add("A"), add("B"), add("C")
    add("Fremd", place=DOHNA)
    actions.move_contact(contact=third, is_up=True, viewer=office, now=scene.now)
    assert chain() == [(1, "A"), (2, "C"), (3, "B")]
    actions.move_contact(contact=first, is_up=True, viewer=office, now=scene.now)
    actions.move_contact(contact=first, is_up=False, viewer=office, now=scene.now)
    assert chain() == [(1, "C"), (2, "A"), (3, "B")]
    assert chain(DOHNA) == [(1, "Fremd")]
    assert verbs().count("staffing.escalation_moved") == 2
    first.refresh_from_db()
    assert first.version == 1


def test_who_edits_an_old_state_is_told(scene, office, add):
    contact = add()
    values = {"phone": "030 23125 499"}
    changed = actions.edit_contact(contact=contact, values=values, version=1, viewer=office, now=scene.now)
    assert (changed.phone, changed.version) == ("030 23125 499", 2)
    with pytest.raises(Stale):
        actions.edit_contact(contact=contact, values={"name": "Andere"}, version=1, viewer=office, now=scene.now)
    same = actions.edit_contact(contact=contact, values=values, version=2, viewer=office, now=scene.now)
    assert same.version == 2
    entry = AuditEntry.objects.get(verb="staffing.escalation_changed")
    assert entry.fields == ["phone"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"function": " "}, "function"),
        ({"phone": "unbekannt"}, "phone"),
        ({"other_phone": "1"}, "other_phone"),
        ({"confirmed_on": TODAY + timedelta(days=1)}, "confirmed_on"),
    ],
)
def test_a_step_that_nobody_can_call_is_refused(scene, office, add, values, field):
    with pytest.raises(Invalid) as error:
        add(**values)
    assert set(error.value.errors) == {field}
    assert not EscalationContact.objects.exists()


def test_a_municipality_of_another_district_has_no_chain_here(scene, office, add):
    make_kreis("14627", "Nachbarkreis")
    scene.areas["other"] = make_municipality("14627010", "Coswig")
    with pytest.raises(Invalid):
        add(place="other")


def test_removing_takes_hours_along_and_leaves_the_log(scene, office, add, tell):
    contact = add("Bereitschaft")
    on_call(contact, office, scene.now)
    notice = tell(office, contact=contact, function="Bereitschaft")
    actions.remove_contact(contact=contact, viewer=office, now=scene.now)
    notice.refresh_from_db()
    assert (notice.contact, notice.function) == (None, "Bereitschaft")
    assert not OnCallTime.objects.exists()
    assert verbs()[-1] == "staffing.escalation_removed"


# --- who may -------------------------------------------------------------------------------------------------------


def test_a_coordinator_keeps_the_chains_of_her_municipalities_alone(scene, coordinator, add):
    contact = add(viewer=coordinator)
    for place in (HEIDENAU, None):
        with pytest.raises(NotAllowed):
            add(place=place, viewer=coordinator)
    other = add(place=HEIDENAU)
    step = {"viewer": coordinator, "now": scene.now}
    for act in (
        lambda: actions.edit_contact(contact=other, values={"name": "x"}, version=None, **step),
        lambda: actions.move_contact(contact=other, is_up=True, **step),
        lambda: actions.remove_contact(contact=other, **step),
        lambda: on_call(other, coordinator, scene.now),
        lambda: actions.check_chain(district=scene.district, municipality=scene.areas[HEIDENAU], **step),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert [row.weekday for row in on_call(contact, coordinator, scene.now, weekdays=[1])] == [1]


def test_a_town_hall_sees_its_chain_and_writes_in_its_log_but_keeps_neither(scene, mayor, add, tell):
    contact = add()
    add("Fremd", place=HEIDENAU)
    add("Gemeinsam", place=None)
    assert [step.contact.function for step in queries.chain_of(mayor, scene.district, FREITAL, scene.now)] == [
        "Ordnungsamt",
        "Gemeinsam",
    ]
    with pytest.raises(NotAllowed):
        actions.edit_contact(contact=contact, values={"name": "x"}, version=None, viewer=mayor, now=scene.now)
    tell(mayor, contact=contact)
    with pytest.raises(NotAllowed):
        tell(mayor, place=HEIDENAU)


@pytest.mark.parametrize("role", [Role.EMPLOYER, Role.COMMISSIONER, Role.EDITOR, Role.AUDITOR])
def test_others_learn_of_no_number(scene, add, tell, office, role):
    add()
    tell(office)
    viewer = viewer_with(scene.district, role, municipalities=frozenset({FREITAL}))
    assert not EscalationContact.objects.visible_to(viewer).exists()
    assert queries.place_lines(viewer, scene.district, scene.now) == []
    assert queries.notice_lines(viewer, FREITAL, 10) == []
    with pytest.raises(NotAllowed):
        tell(viewer)


# --- hours and the yearly check ------------------------------------------------------------------------------------


def test_hours_that_stand_there_already_are_not_entered_twice(scene, office, add):
    contact = add()
    assert len(on_call(contact, office, scene.now, weekdays=[0, 1])) == 2
    assert [row.weekday for row in on_call(contact, office, scene.now, weekdays=[1, 2])] == [2]
    assert on_call(contact, office, scene.now, weekdays=[1]) == []
    assert verbs().count("staffing.on_call_added") == 2
    with pytest.raises(Invalid):
        on_call(contact, office, scene.now, starts=time(8), ends=time(8))
    row = OnCallTime.objects.get(weekday=2)
    actions.remove_on_call(row=row, viewer=office, now=scene.now)
    assert sorted(OnCallTime.objects.values_list("weekday", flat=True)) == [0, 1]
    assert verbs()[-1] == "staffing.on_call_removed"


def test_checking_a_chain_ends_the_to_do(scene, office, coordinator, add):
    old = TODAY - timedelta(days=366)
    add("Alt", confirmed_on=old)
    add("Nie", confirmed_on=None)
    add("Frisch")
    add("Ausgesetzt", confirmed_on=None, is_active=False)
    add("Fremd", place=HEIDENAU, confirmed_on=old)
    (todo,) = collect_checks(coordinator, scene.now)
    assert (str(todo.title), todo.route, todo.route_kwargs) == (
        "2 Notfallkontakte prüfen",
        "staffing:escalation-chain",
        {"ags": FREITAL},
    )
    (todo,) = collect_checks(office, scene.now)
    assert (str(todo.title), todo.route, todo.place) == ("3 Notfallkontakte prüfen", "staffing:escalation", "Freital, Heidenau")
    step = {"viewer": coordinator, "now": scene.now}
    assert actions.check_chain(district=scene.district, municipality=scene.areas[FREITAL], **step) == 3
    assert list(collect_checks(coordinator, scene.now)) == []
    assert verbs().count("staffing.escalation_checked") == 3
    assert EscalationContact.objects.get(function="Ausgesetzt").confirmed_on is None


def test_shared_steps_are_checked_by_the_office(scene, office, coordinator, mayor, add):
    add("Gemeinsam", place=None, confirmed_on=None)
    assert [todo.route for todo in collect_checks(office, scene.now)] == ["staffing:escalation-shared"]
    assert list(collect_checks(coordinator, scene.now)) == list(collect_checks(mayor, scene.now)) == []


# --- the log -------------------------------------------------------------------------------------------------------


def test_a_notice_keeps_who_when_and_by_whom(scene, coordinator, add, tell):
    person = make_account("Koordination Freital")
    viewer = viewer_with(scene.district, Role.COORDINATOR, account_id=person.pk, municipalities=frozenset({FREITAL}))
    notice = tell(viewer, contact=add(), was_reached=False, told_at=scene.now - timedelta(hours=2), note="Schmiererei")
    (line,) = queries.notice_lines(viewer, FREITAL, 10)
    assert (line.notice, line.entered_by, line.may_remove) == (notice, "Koordination Freital", True)
    (line,) = queries.notice_lines(coordinator, FREITAL, 10)
    assert not line.may_remove
    with pytest.raises(NotAllowed):
        actions.remove_notice(notice=notice, viewer=coordinator, now=scene.now)
    actions.forget_person(person.uid)
    notice.refresh_from_db()
    assert notice.entered_by_id is None
    with pytest.raises(NotAllowed):
        actions.remove_notice(notice=notice, viewer=viewer, now=scene.now)


def test_the_office_takes_an_entry_out_of_the_log(scene, office, mayor, tell):
    notice = tell(mayor)
    actions.remove_notice(notice=notice, viewer=office, now=scene.now)
    assert not EscalationNotice.objects.exists()
    assert verbs() == ["staffing.notice_entered", "staffing.notice_removed"]


@pytest.mark.parametrize("away", [timedelta(minutes=1), -timedelta(days=367)])
def test_nobody_was_told_tomorrow_or_years_ago(scene, office, tell, away):
    with pytest.raises(Invalid) as error:
        tell(office, told_at=scene.now + away)
    assert set(error.value.errors) == {"told_at"}


def test_the_log_is_kept_for_three_years(scene, office, tell):
    kept = tell(office, told_at=scene.now - timedelta(days=1))
    old = tell(office)
    EscalationNotice.objects.filter(pk=old.pk).update(told_at=scene.now - timedelta(days=3 * 365))
    rule = retention["staffing.notices"]
    assert rule.due(scene.district, scene.now) == {None: 1}
    assert rule.apply(scene.district, scene.now) == 1
    assert list(EscalationNotice.objects.all()) == [kept]


# --- Heute and search ----------------------------------------------------------------------------------------------


def test_the_card_has_the_number_that_answers_now(scene, office, mayor, add):
    add("Bürgermeisteramt", phone="030 23125 401")
    ready = add("Bereitschaft", phone="030 23125 402")
    on_call(ready, office, scene.now)
    (card,) = CARDS
    held = card.build(mayor, scene.now, {})
    assert [(str(fact.label), fact.value, fact.is_phone) for fact in held.facts] == [
        ("Freital: Bereitschaft, jetzt erreichbar", "030 23125 402", True)
    ]
    actions.remove_contact(contact=ready, viewer=office, now=scene.now)
    (fact,) = card.build(mayor, scene.now, {}).facts
    assert (str(fact.label), fact.value) == ("Freital: Bürgermeisteramt", "030 23125 401")


def test_a_town_hall_without_chain_has_no_card(scene, mayor, add):
    add(place=HEIDENAU)
    assert CARDS[0].build(mayor, scene.now, {}) is None


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        ("Notfall Freital", ["Notfall Freital"]),
        ("notf freit", ["Notfall Freital"]),
        ("Wen bei Gefahr", []),
        ("Eskalation", ["Notfall Freital"]),
        ("Notfall Heidenau", []),
        ("Freital", []),
        ("not Freital", []),
    ],
)
def test_search_gives_a_town_hall_its_own_chain(scene, mayor, add, text, titles):
    add(phone="030 23125 407")
    add(place=HEIDENAU)
    found = find_chains(SearchQuestion(text, mayor, scene.district, scene.now))
    assert [str(hit.title) for hit in found.hits] == titles
    assert {hit.detail for hit in found.hits} <= {"Ordnungsamt, 030 23125 407"}
