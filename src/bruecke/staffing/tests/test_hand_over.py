"""Hand-overs: planning, note and ticks, closing, who sees them, to-dos before somebody leaves, keeping and erasing, the file."""

import io
from datetime import date, timedelta

import docx
import pytest
from django.test import Client

from bruecke.accounts.queries import build_viewer
from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core.erasure import erase
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.hand_over import MOST_ROWS, HandOverRow, HandOverSource, hand_overs, limited
from bruecke.core.models import AuditEntry
from bruecke.core.registries import Subject, Urgency
from bruecke.core.tests.factories import viewer_with
from bruecke.core.viewer import Role
from bruecke.staffing import actions, rules
from bruecke.staffing.exports.hand_over import hand_over_docx
from bruecke.staffing.hooks.hand_over import collect
from bruecke.staffing.models import HandOver
from bruecke.staffing.queries import hand_over as reads
from bruecke.staffing.rules import hand_over as timing
from bruecke.staffing.states import HandOverState
from bruecke.staffing.tests.conftest import DOHNA, FREITAL
from bruecke.staffing.tests.factories import make_holder, make_hour, make_person, make_post, make_responsibility

TODAY, LEAVES = date(2026, 11, 24), date(2026, 12, 12)
PAGE = "/intern/musterkreis/stellen/{uid}/uebergabe/"


@pytest.fixture
def office(scene, now):
    """Of an account that exists, because the protocol of erasures names who erased."""
    return build_viewer(make_member(scene.district, Role.DISTRICT_OFFICE), scene.district, now.date())


@pytest.fixture
def post(scene):
    """Anna leaves, Berta follows, Carla is in charge elsewhere."""
    found = make_post(scene.district, number=3)
    scene.people = {name: make_person(scene.controller, name=name) for name in ("Anna", "Berta", "Carla")}
    make_holder(found, scene.people["Anna"], until=LEAVES)
    make_holder(found, scene.people["Berta"], since=LEAVES)
    make_responsibility(found, FREITAL)
    make_responsibility(found, DOHNA, until=date(2026, 11, 1))
    make_hour(found)
    return found


def seen_by(scene, name, now):
    return build_viewer(scene.people[name], scene.district, now.date())


def plan(post, viewer, now, on=LEAVES):
    return actions.plan_hand_over(post=post, on=on, viewer=viewer, now=now)


def change(row, viewer, now, **given):
    values = {"note": "Schlüssel beim Empfang.", "ticked": (), "shown": (), "version": row.version, **given}
    return actions.change_hand_over(hand_over=row, viewer=viewer, now=now, **values)


@pytest.mark.parametrize(
    ("days", "urgency"),
    [
        (31, None),
        (30, Urgency.WEEK),
        (15, Urgency.WEEK),
        (14, Urgency.TODAY),
        (4, Urgency.TODAY),
        (3, Urgency.OVERDUE),
        (-9, Urgency.OVERDUE),
    ],
)
def test_how_a_hand_over_presses(days, urgency):
    assert timing.urgency_of(TODAY + timedelta(days=days), TODAY) == urgency


def test_planning_is_for_the_office_and_who_leaves(scene, post, office, now):
    with pytest.raises(NotAllowed):
        plan(post, seen_by(scene, "Berta", now), now)
    with pytest.raises(NotAllowed):
        plan(post, viewer_with(scene.district, Role.COMMISSIONER), now)
    row = plan(post, seen_by(scene, "Anna", now), now)
    assert (row.leaving.account, row.on, row.state) == (scene.people["Anna"], LEAVES, HandOverState.PLANNED)
    assert AuditEntry.objects.get(verb="staffing.hand_over_planned").target_uid == row.uid
    with pytest.raises(WrongState):
        plan(post, office, now)


@pytest.mark.parametrize("on", [date(2026, 1, 1), date(2026, 12, 20)])
def test_the_day_is_the_one_on_which_the_holder_is_gone(post, office, now, on):
    with pytest.raises(Invalid) as refused:
        plan(post, office, now, on=on)
    assert set(refused.value.errors) == {"on"}
    assert not HandOver.objects.exists()


def test_a_post_that_nobody_ever_held_has_nothing_to_hand_over(scene, office, now):
    with pytest.raises(WrongState):
        plan(make_post(scene.district), office, now)


def test_who_leaves_who_follows_and_the_office_see_it(scene, post, office, now):
    row = plan(post, office, now)
    people = reads.following_accounts(row.leaving)
    assert people == {scene.people["Anna"].pk, scene.people["Berta"].pk}
    for name, sees in (("Anna", True), ("Berta", True), ("Carla", False)):
        viewer = seen_by(scene, name, now)
        assert rules.can_see_hand_over(viewer, district_id=row.district_id, holder_account_ids=people) is sees
        assert [one.pk for one in reads.hand_overs_of(viewer, post)] == ([row.pk] if sees else [])


def test_ticks_keep_their_day_and_those_of_points_not_shown(post, office, now):
    row = change(plan(post, office, now), office, now, ticked=["a:1", "b:2", "x:9"], shown=["a:1", "b:2"])
    assert row.ticked == {"a:1": "2026-11-24", "b:2": "2026-11-24"}
    later = now + timedelta(days=2)
    row = change(row, office, later, ticked=["b:2", "c:3"], shown=["b:2", "c:3"])
    assert row.ticked == {"a:1": "2026-11-24", "b:2": "2026-11-24", "c:3": "2026-11-26"}
    row = change(row, office, later, ticked=[], shown=["b:2"])
    assert set(row.ticked) == {"a:1", "c:3"}


def test_two_people_at_once_see_each_other(scene, post, office, now):
    row = plan(post, office, now)
    change(row, seen_by(scene, "Anna", now), now)
    with pytest.raises(Stale) as stale:
        change(row, office, now, note="Anderes")
    assert stale.value.changed_by == "Anna"
    assert HandOver.objects.get().note == "Schlüssel beim Empfang."


def test_the_log_names_fields_and_no_words(post, office, now):
    change(plan(post, office, now), office, now)
    entry = AuditEntry.objects.get(verb="staffing.hand_over_changed")
    assert entry.fields == ["note"]
    assert "Schlüssel" not in str(vars(entry))


@pytest.mark.parametrize("end", [actions.finish_hand_over, actions.cancel_hand_over])
def test_what_has_ended_is_not_changed_any_more(scene, post, office, now, end):
    row = change(plan(post, office, now), office, now)
    with pytest.raises(NotAllowed):
        end(hand_over=row, version=None, viewer=seen_by(scene, "Carla", now), now=now)
    with pytest.raises(Stale):
        end(hand_over=row, version=row.version - 1, viewer=office, now=now)
    ended = end(hand_over=row, version=row.version, viewer=office, now=now)
    assert ended.closed_at == now
    assert bool(ended.note) is (ended.state == HandOverState.DONE)
    with pytest.raises(WrongState):
        change(ended, office, now, version=None)


def test_one_that_was_called_off_can_be_planned_anew(post, office, now):
    actions.cancel_hand_over(hand_over=plan(post, office, now), version=None, viewer=office, now=now)
    assert reads.hand_overs_of(office, post) == []
    again = plan(post, office, now)
    assert reads.hand_overs_of(office, post) == [again]


def test_it_follows_when_the_holder_leaves_earlier(post, office, now):
    row = plan(post, office, now)
    actions.vacate_post(post=post, valid_from=date(2026, 12, 1), viewer=office, now=now)
    row.refresh_from_db()
    assert (row.on, row.version) == (date(2026, 12, 1), 2)
    assert reads.successor_of(row) is None


def test_the_dossier_lists_places_and_hours_of_the_last_day(post, office, now):
    dossier = reads.dossier(plan(post, office, now), office, now)
    found = {section.source.key: [str(point.row.title) for point in section.points] for section in dossier.sections}
    assert found["staffing.places"] == ["Freital"]
    assert found["staffing.hours"] == ["Jeden Donnerstag, 14:00–18:00 Uhr"]
    assert dossier.successor_name == "Berta"


def test_more_than_a_page_of_points_is_counted():
    found = limited([HandOverRow(str(number), "Punkt") for number in range(MOST_ROWS + 2)])
    assert (len(found.rows), found.more) == (MOST_ROWS, 2)


def test_to_dos_come_a_month_before_for_the_office_and_who_leaves(scene, post, office, now):
    def found(viewer, when=now):
        return [(todo.urgency, todo.route) for todo in collect(viewer, when)]

    assert found(office, now - timedelta(days=20)) == []
    planning = [(Urgency.WEEK, "staffing:hand-over-plan")]
    assert found(office) == found(seen_by(scene, "Anna", now)) == planning
    assert found(seen_by(scene, "Berta", now)) == found(seen_by(scene, "Carla", now)) == []
    row = plan(post, office, now)
    assert found(office) == found(seen_by(scene, "Berta", now)) == [(Urgency.WEEK, "staffing:hand-over")]
    assert found(office, now + timedelta(days=30)) == [(Urgency.OVERDUE, "staffing:hand-over")]
    actions.finish_hand_over(hand_over=row, version=None, viewer=office, now=now)
    assert found(office) == []


def test_who_goes_on_with_another_share_hands_nothing_over(scene, office, now):
    post, account = make_post(scene.district), make_person(scene.controller)
    make_holder(post, account, until=LEAVES)
    make_holder(post, account, since=LEAVES)
    assert list(collect(office, now)) == []


def test_two_years_later_it_is_gone(scene, post, office, now):
    change(plan(post, office, now), office, now)
    assert reads.hand_overs_due(now + timedelta(days=749)) == {scene.controller.pk: 1}
    assert actions.forget_old_hand_overs(scene.district, now + timedelta(days=748)) == 0
    assert actions.forget_old_hand_overs(scene.district, now + timedelta(days=749)) == 1
    assert not HandOver.objects.exists()


def test_an_erased_person_leaves_no_note_and_an_erased_record_no_tick(scene, post, office, now):
    row = plan(post, seen_by(scene, "Anna", now), now)
    row = change(row, office, now, ticked=["enquiries.open:abc", "offers:def"], shown=["enquiries.open:abc", "offers:def"])
    erase(Subject("enquiry", "abc"), viewer=office, now=now)
    row.refresh_from_db()
    assert set(row.ticked) == {"offers:def"}
    erase(Subject("account", scene.people["Anna"].uid), viewer=office, now=now)
    row.refresh_from_db()
    assert (row.note, row.planned_by_id) == ("", None)


# --- pages ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def client(scene):
    return log_in(Client(), make_member(scene.district, Role.DISTRICT_OFFICE))


def text(response) -> str:
    return response.content.decode()


def test_from_the_post_to_the_plan_to_the_dossier(post, client):
    url = PAGE.format(uid=post.uid)
    assert url in text(client.get(url.removesuffix("uebergabe/")))
    assert "Keine Übergabe geplant" in text(client.get(url))
    assert 'value="2026-12-12"' in text(client.get(f"{url}planen/"))
    assert client.post(f"{url}planen/", {"on": "2026-12-20"}).status_code == 422
    assert client.post(f"{url}planen/", {"on": "2026-12-12"}).status_code == 302
    page = text(client.get(url))
    assert "Anna → Berta" in page
    assert "Sprechstunden" in page
    assert "Freital" in page


def test_ticks_note_and_conflict_on_the_page(post, client, office, now):
    row, url = plan(post, office, now), PAGE.format(uid=post.uid)
    key = f"staffing.places:place-{FREITAL}"
    sent = {"ticked": [key, "staffing.places:place-0"], "note": "Runder Tisch dienstags", "version": 1}
    assert client.post(url, sent).status_code == 302
    row.refresh_from_db()
    assert (set(row.ticked), row.note) == ({key}, "Runder Tisch dienstags")
    page = text(client.get(url))
    assert page.count("erledigt am") == 1
    assert "1 von 2" in page
    conflict = client.post(url, {"note": "Etwas anderes", "version": 1})
    assert conflict.status_code == 409
    assert "Etwas anderes" in text(conflict)
    assert "Runder Tisch dienstags" in text(conflict)
    assert client.post(url, {"note": "x" * 4001, "version": 2}).status_code == 422


def test_closing_asks_and_an_earlier_one_stays_readable(scene, post, client, office, now):
    row, url = plan(post, office, now), PAGE.format(uid=post.uid)
    change(row, office, now, note="Bleibt lesbar")
    assert "2 Punkte sind noch offen." in text(client.get(f"{url}abschliessen/"))
    assert client.post(f"{url}abschliessen/", {"version": 2}).status_code == 302
    page = text(client.get(url))
    assert "Bleibt lesbar" in page
    assert "<textarea" not in page
    assert client.post(url, {"note": "neu", "version": 3}).status_code == 409
    assert client.get(f"{url}abschliessen/").status_code == 404
    assert client.get(f"{url}?mappe=unbekannt").status_code == 404
    assert client.get(f"{url}?mappe={row.uid}").status_code == 200


def test_calling_off_leads_back_to_the_post(post, client, office, now):
    plan(post, office, now)
    url = PAGE.format(uid=post.uid)
    assert client.post(f"{url}absagen/", {"version": 1}).url.endswith(f"/stellen/{post.uid}/")
    assert HandOver.objects.get().state == HandOverState.CANCELLED


def test_without_a_successor_nothing_is_handed_on(scene, client, office, now):
    post = make_post(scene.district)
    make_holder(post)
    plan(post, office, now)
    assert "Es steht noch niemand fest" in text(client.get(f"{PAGE.format(uid=post.uid)}weitergeben/"))
    source = next(one for one in hand_overs if one.hand_on)
    with pytest.raises(WrongState):
        actions.hand_on(hand_over=HandOver.objects.get(), source=source, viewer=office, now=now)


def test_who_neither_leaves_nor_follows_gets_404(scene, post, office, now):
    plan(post, office, now)
    for role in (Role.COORDINATOR, Role.COMMISSIONER, Role.EMPLOYER):
        browser = log_in(Client(), make_member(scene.district, role))
        for step in ("", "planen/", "weitergeben/", "abschliessen/", "absagen/", "mappe.docx"):
            assert browser.get(PAGE.format(uid=post.uid) + step).status_code == 404


# --- file ----------------------------------------------------------------------------------------------------------------


def words_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for line in table.rows for cell in line.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_the_file_has_rows_and_days_and_not_the_note(post, client, office, now):
    row = change(plan(post, office, now), office, now)
    response = client.get(f"{PAGE.format(uid=post.uid)}mappe.docx")
    assert response["Content-Disposition"] == 'attachment; filename="uebergabe-stelle-3-2026-12-12.docx"'
    found = words_of(response.content)
    assert "Übergabe der Stelle 3 · Freital" in found
    assert "Stand: 24.11.2026" in found
    assert "Jeden Donnerstag, 14:00–18:00 Uhr" in found
    assert row.note not in found
    assert "{" not in found
    assert AuditEntry.objects.filter(verb="staffing.hand_over_exported").count() == 1


def test_hostile_words_stay_words_in_the_file(post, office, now):
    hostile = "{{ 7 * 7 }} <w:p/> & \x0b„x“"
    source = HandOverSource("z", hostile, lambda *given: limited([HandOverRow("1", hostile, place=hostile)]))
    dossier = reads.dossier(plan(post, office, now), office, now)
    section = reads.Section(source, [reads.Point("z:1", source.collect(None, None, None).rows[0], TODAY)], 0, "")
    found = words_of(hand_over_docx(reads.Dossier(dossier.hand_over, [section], None), now))
    assert found.count("{{ 7 * 7 }} <w:p/> & „x“") == 3
    assert "49" not in found
