"""The tally: strokes by who may, taken back by who made them, counted in the figures; no person, no text."""

import re
from datetime import date, timedelta
from itertools import product
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from bruecke.accounts.tests.factories import log_in
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.figures import FigureQuestion, Scope
from bruecke.core.models import AuditEntry
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district
from bruecke.core.viewer import Role, Viewer, ViewerKind
from bruecke.enquiries import rules
from bruecke.enquiries.actions.tallying import add_stroke, remove_stroke
from bruecke.enquiries.models import Enquiry, TallyEntry
from bruecke.enquiries.queries import figures
from bruecke.enquiries.queries.desk import tally
from bruecke.enquiries.states import Channel, Outcome
from bruecke.enquiries.tests.factories import DOHNA, FREITAL, HEIDENAU, PIRNA, viewer
from bruecke.staffing.tests.factories import make_hour
from bruecke.vocabulary.models import Topic

TALLY = "/intern/musterkreis/strichliste/"


@pytest.fixture
def desk(client, scene):
    """The browser of Heidenau's coordinator."""
    return log_in(client, scene.accounts["heidenau"])


def stroke(scene, now, name="heidenau", ags=HEIDENAU, topic="german", **values) -> TallyEntry:
    given = {"language": "uk", "channel": Channel.IN_PERSON, "outcome": Outcome.ANSWERED, "happened_on": now.date(), **values}
    return add_stroke(
        district=scene.district,
        place=scene.areas[ags],
        topic=Topic.objects.get(key=topic),
        viewer=viewer(scene, name, now),
        now=now,
        **given,
    )


def slug(scene, ags=HEIDENAU) -> str:
    return scene.areas[ags].slug


def tile(page: str, topic: str) -> str:
    return page.split(f'id="thema-{topic}"')[1].split('class="tally-tile"', maxsplit=1)[0]


def fields(part: str) -> dict[str, str]:
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', part))


def count(page: str, topic: str) -> int:
    return int(re.search(r"<strong[^>]*>(\d+)</strong>", tile(page, topic)).group(1))


# --- rules -------------------------------------------------------------------------------------------------------------


def person(role=Role.COORDINATOR, **values) -> Viewer:
    given = {"district_id": 1, "account_id": 7, "controller_id": 3, "municipalities": frozenset({HEIDENAU}), **values}
    return Viewer(kind=ViewerKind.PERSON, roles=frozenset({role}), **given)


@pytest.mark.parametrize("role", Role)
def test_who_may_make_strokes(role):
    works = role in rules.WORKING_ROLES
    assert rules.can_tally(person(role), HEIDENAU) is works
    assert rules.can_tally(person(role), FREITAL) is (role is Role.DISTRICT_OFFICE)
    assert not rules.can_tally(person(role), None)
    assert not rules.can_tally(person(role, controller_id=None), HEIDENAU)


@pytest.mark.parametrize(("days", "is_one"), [(0, True), (14, True), (15, False), (-1, False)])
def test_days_of_the_tally(days, is_one):
    today = date(2026, 11, 24)
    assert rules.is_tally_day(today - timedelta(days=days), today) is is_one


def test_only_ones_own_is_taken_back_and_not_for_ever():
    today = date(2026, 11, 24)
    row = SimpleNamespace(district_id=1, place_id=HEIDENAU, recorded_by_id=7, happened_on=today)
    assert rules.can_remove_stroke(person(), row, today)
    assert not rules.can_remove_stroke(person(account_id=8), row, today)
    assert not rules.can_remove_stroke(person(), row, today + timedelta(days=15))
    assert not rules.can_remove_stroke(person(Role.COMMISSIONER), row, today)
    row.recorded_by_id = None
    assert not rules.can_remove_stroke(person(account_id=None), row, today)


def test_list_and_rule_agree(scene, now):
    for name, ags in (("heidenau", HEIDENAU), ("heidenau", PIRNA), ("freital", FREITAL), ("office", DOHNA), ("office", HEIDENAU)):
        stroke(scene, now, name, ags)
    with for_district(make_district("nachbarkreis")):
        assert not TallyEntry.objects.exists()
    rows = {row.pk: row for row in TallyEntry.objects.order_by("pk")}
    accounts = [*(scene.accounts[name].pk for name in ("heidenau", "freital", "office")), None]
    charges = [frozenset(), frozenset({HEIDENAU}), frozenset({FREITAL, DOHNA})]
    viewers = [
        person(role, account_id=account, municipalities=charge, district_id=district)
        for role, account, charge, district in product(Role, accounts, charges, (scene.district.pk, 0))
    ]
    viewers += [Viewer.anonymous(scene.district.pk), Viewer.system("test", scene.district.pk)]
    sizes = set()
    for who in viewers:
        seen = set(TallyEntry.objects.visible_to(who).order_by().values_list("pk", flat=True))
        assert seen == {pk for pk, row in rows.items() if rules.can_see_stroke(who, row)}, who
        sizes.add(len(seen))
    assert {0, 2, 5} <= sizes


# --- actions -----------------------------------------------------------------------------------------------------------


def test_stroke_knows_codes_and_no_person(scene, now):
    made = stroke(scene, now)
    assert (made.place_id, made.topic_id, made.language, made.post) == (HEIDENAU, "german", "uk", scene.posts["heidenau"])
    entry = AuditEntry.objects.get(verb="enquiry.tallied")
    assert (entry.target_uid, entry.fields) == (made.uid, [])
    assert not Enquiry.objects.exists()


def test_what_is_refused(scene, now):
    with pytest.raises(NotAllowed):
        stroke(scene, now, "heidenau", FREITAL)
    with pytest.raises(NotAllowed):
        stroke(scene, now, "commissioner")
    for happened_on in (now.date() + timedelta(days=1), now.date() - timedelta(days=15)):
        with pytest.raises(Invalid):
            stroke(scene, now, happened_on=happened_on)
    for values in ({"channel": Channel.ONLINE}, {"outcome": Outcome.NO_OFFER}, {"outcome": Outcome.NO_CONCERN}):
        with pytest.raises(Invalid):
            stroke(scene, now, **values)
    assert not TallyEntry.objects.exists()


def test_taking_back(scene, now):
    made = stroke(scene, now)
    with pytest.raises(NotAllowed):
        remove_stroke(entry=made, viewer=viewer(scene, "office", now), now=now)
    with pytest.raises(NotAllowed):
        remove_stroke(entry=made, viewer=viewer(scene, "heidenau", now), now=now + timedelta(days=15))
    remove_stroke(entry=made, viewer=viewer(scene, "heidenau", now), now=now)
    assert not TallyEntry.objects.exists()
    assert AuditEntry.objects.filter(verb="enquiry.tally_undone", target_uid=made.uid).exists()
    with pytest.raises(NotAllowed):
        remove_stroke(entry=made, viewer=viewer(scene, "heidenau", now), now=now)


# --- pages -------------------------------------------------------------------------------------------------------------


def test_one_tap_is_one_stroke_without_script(desk, scene, now):
    page = desk.get(f"{TALLY}?ort={slug(scene)}&sprache=uk").content.decode()
    data = fields(tile(page, "german"))
    assert data["ort"] == slug(scene)
    for _ in range(2):  # the same button once more: a tap that arrived twice
        response = desk.post(f"{TALLY}strich/", data)
        assert response.status_code == 302
        assert response["Location"].endswith("#thema-german")
    row = TallyEntry.objects.get()
    assert (row.language, row.channel, row.outcome, row.happened_on) == ("uk", "in_person", "answered", now.date())
    again = desk.get(response["Location"]).content.decode()
    assert count(again, "german") == 1
    assert count(again, "housing") == 0
    assert "1 Strich" in again
    desk.post(f"{TALLY}strich/", fields(tile(again, "german")))
    assert TallyEntry.objects.count() == 2


def test_quick_taps_on_several_topics_all_count(desk, scene, now):
    page = desk.get(TALLY).content.decode()
    for topic in ("german", "housing"):
        response = desk.post(f"{TALLY}strich/", fields(tile(page, topic)), headers={"HX-Request": "true"})
        assert response.status_code == 200
        part = response.content.decode()
        assert count(part, topic) == 1
        assert part.count('class="tally-tile"') == 1
        assert 'id="zuletzt" role="status" hx-swap-oob="true"' in part
    assert "2 Striche" in part
    assert TallyEntry.objects.count() == 2


def test_minus_takes_ones_own_latest_and_shows_only_where_there_is_one(desk, scene, now):
    stroke(scene, now, "office", HEIDENAU, "housing")
    mine = stroke(scene, now)
    page = desk.get(f"{TALLY}?ort={slug(scene)}").content.decode()
    assert "tally-minus" not in tile(page, "housing")
    assert f"{mine.uid}/zuruecknehmen/" in tile(page, "german")
    address, data = f"{TALLY}{mine.uid}/zuruecknehmen/", fields(tile(page, "german").split("tally-minus")[1])
    part = desk.post(address, data, headers={"HX-Request": "true"}).content.decode()
    assert count(part, "german") == 0
    assert desk.post(address, data).status_code == 302  # gone already
    assert list(TallyEntry.objects.values_list("topic_id", flat=True)) == ["housing"]


def test_strokes_of_others_stay(desk, scene, now):
    theirs, elsewhere = stroke(scene, now, "office"), stroke(scene, now, "freital", FREITAL)
    for row in (theirs, elsewhere):
        assert desk.post(f"{TALLY}{row.uid}/zuruecknehmen/", {"ort": slug(scene)}).status_code == 404
    assert TallyEntry.objects.count() == 2


def test_undo_of_the_last_strokes(desk, scene, now):
    made = [stroke(scene, now + timedelta(seconds=number), topic="housing") for number in range(6)]
    page = desk.get(TALLY).content.decode()
    last = page.split('id="zuletzt"')[1]
    assert last.count("Zurücknehmen") == 5
    assert made[0].uid not in last
    response = desk.post(f"{TALLY}{made[5].uid}/zuruecknehmen/", fields(last))
    assert response.status_code == 302
    assert TallyEntry.objects.count() == 5


def test_day_in_the_past_way_and_outcome(desk, scene, now):
    day = now.date() - timedelta(days=3)
    page = desk.get(f"{TALLY}?ort={slug(scene, PIRNA)}&tag={day}&weg=phone&ergebnis=passed_on").content.decode()
    assert "Sie zählen für" in page
    desk.post(f"{TALLY}strich/", fields(tile(page, "housing")))
    row = TallyEntry.objects.get()
    assert (row.place_id, row.happened_on, row.channel, row.outcome) == (PIRNA, day, "phone", "passed_on")
    assert count(desk.get(f"{TALLY}?ort={slug(scene, PIRNA)}").content.decode(), "housing") == 0


@pytest.mark.parametrize(
    "wrong",
    [{"tag": "2020-01-01"}, {"tag": "morgen"}, {"ort": "freital"}, {"weg": "online"}, {"ergebnis": "no_offer"}, {"thema": "x"}],
)
def test_wrong_words_count_nothing_and_break_nothing(desk, scene, wrong):
    data = {"ort": slug(scene), "thema": "german", **wrong}
    response = desk.post(f"{TALLY}strich/", data, follow=True)
    assert response.status_code == 200
    assert "nicht gezählt" in response.content.decode()
    assert not TallyEntry.objects.exists()
    assert desk.get(TALLY, data).status_code == 200
    assert desk.get(f"{TALLY}blatt/", data).status_code == 200


def test_places_of_the_page_are_those_in_charge(desk, scene):
    page = desk.get(TALLY).content.decode()
    assert "Heidenau" in page
    assert "Freital" not in page
    office = log_in(desk, scene.accounts["office"]).get(TALLY).content.decode()
    assert "Freital" in office
    nobody = log_in(desk, scene.accounts["colleague"]).get(TALLY).content.decode()
    assert "für keinen Ort zuständig" in nobody
    assert log_in(desk, scene.accounts["commissioner"]).get(TALLY).status_code == 404


def test_sheet_has_every_topic_and_no_number(desk, scene, now):
    stroke(scene, now)
    page = desk.get(f"{TALLY}blatt/?ort={slug(scene)}").content.decode()
    for words in ("Deutsch lernen", "Wohnung suchen", "andere Sprache", "Heidenau"):
        assert words in page
    assert re.findall(r"<td>([^<]+)</td>", page) == []


def test_days(desk, scene, now):
    empty = desk.get(f"{TALLY}tage/").content.decode()
    assert "Noch keine Striche" in empty
    for ags, back in ((HEIDENAU, 0), (HEIDENAU, 0), (PIRNA, 3)):
        stroke(scene, now, ags=ags, happened_on=now.date() - timedelta(days=back))
    stroke(scene, now, "freital", FREITAL)
    page = desk.get(f"{TALLY}tage/").content.decode()
    assert [row.count for row in tally.tally_days(viewer(scene, "heidenau", now))] == [2, 1]
    assert "Freital" not in page
    assert f"ort={slug(scene, PIRNA)}&amp;tag={now.date() - timedelta(days=3)}" in page


def test_query_counts_do_not_grow(desk, scene, now):
    for address in (TALLY, f"{TALLY}tage/"):  # what a process remembers
        desk.get(address)
    counts = []
    for rows in (1, 2):
        for number in range(rows):
            stroke(scene, now, topic=("german", "housing")[number], happened_on=now.date() - timedelta(days=number))
        for address in (TALLY, f"{TALLY}tage/"):
            with CaptureQueriesContext(connection) as taken:
                desk.get(address)
            counts.append(len(taken))
    assert counts[:2] == counts[2:]


def test_hours_of_today_lead_to_the_tally(scene, now):
    who = viewer(scene, "heidenau", now)
    assert not list(tally.collect_hours(who, now))
    make_hour(scene.posts["heidenau"], weekday=now.weekday())
    [todo] = tally.collect_hours(who, now)
    assert todo.route == "enquiries:tally"
    assert "Sprechstunde" in str(todo.title)
    assert not list(tally.collect_hours(viewer(scene, "commissioner", now), now))
    assert not list(tally.collect_hours(who, now + timedelta(days=1)))


def test_strokes_are_counted_in_the_figures(scene, now):
    for topic in ("german", "german", "housing"):
        stroke(scene, now, topic=topic)
    stroke(scene, now, "freital", FREITAL)
    question = FigureQuestion(
        since=now.date().replace(day=1), until=now.date() + timedelta(days=1), rows=figures.TOPIC, scope=Scope.OWN
    )
    table = figures.tally_counts(viewer(scene, "heidenau", now), question, now)
    found = {str(head.label): total for head, total in zip(table.rows, table.row_totals, strict=True)}
    assert found == {"Deutsch lernen": 2, "Wohnung suchen": 1}
    office = figures.tally_counts(viewer(scene, "office", now), question, now)
    assert sum(office.row_totals) == 4
