"""The seal of the audit log: what was changed, moved or taken away is found; what is new is sealed once."""

import threading
from datetime import timedelta

import pytest
from django.db import close_old_connections, connection, transaction

from bruecke.core import audit, sealing
from bruecke.core.models import AuditChain, AuditEntry
from bruecke.core.sealing import anchors, sealer, trimming
from bruecke.core.sealing.verifying import BreakKind
from bruecke.core.settings import change_setting
from bruecke.core.tests.factories import NOW, make_district
from bruecke.core.viewer import Viewer

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(hours=1)


def write(district, count=1, *, at=NOW, verb="core.tested"):
    viewer = Viewer.system("test", district.pk if district else None)
    return [
        audit.record(verb=verb, target=None, viewer=viewer, now=at + timedelta(microseconds=number), fields=["größe"])
        for number in range(count)
    ]


@pytest.fixture
def district():
    district = make_district()
    write(district, 12)
    assert sealing.seal_all(NOW) == 12
    return district


def reports():
    return {report.name: report for report in sealing.check_chains()}


def breaks(district):
    return [(found.kind, found.first, found.last) for found in reports()[district.slug].breaks]


def of(district, number):
    return AuditEntry.objects.filter(district=district, number=number)


def test_each_district_and_the_installation_have_a_chain_of_their_own(district):
    write(None, 2)
    assert sealing.seal_all(NOW) == 2
    assert sealing.seal_all(NOW) == 0
    assert {name: (report.number, report.checked) for name, report in reports().items()} == {
        "Anlage": (2, 2),
        district.slug: (12, 12),
    }
    assert all(report.is_well(LATER) for report in reports().values())


def test_entries_are_sealed_across_batches(district, monkeypatch):
    monkeypatch.setattr(sealer, "AT_ONCE", 5)
    write(district, 15)
    assert sealing.seal_all(NOW) == 15
    assert list(AuditEntry.objects.order_by("number").values_list("number", flat=True)) == list(range(1, 28))
    assert breaks(district) == []


def test_entry_that_became_visible_late_gets_the_next_number(district):
    """On PostgreSQL a lower primary key may be committed after a higher one was sealed."""
    late = write(district)[0]
    AuditEntry.objects.filter(pk=late.pk).delete()
    write(district, 2)
    sealing.seal_all(NOW)
    late.save(force_insert=True)
    sealing.seal_all(NOW)
    late.refresh_from_db()
    assert late.number == 15
    assert breaks(district) == []


@pytest.mark.parametrize(
    "change",
    [
        {"verb": "core.other"},
        {"at": NOW + timedelta(microseconds=77)},
        {"actor_id": 7},
        {"fields": []},
        {"is_refusal": True},
        {"reason": "x"},
        {"target_uid": "x"},
        {"hash": "0" * 64},
    ],
)
def test_altered_entry_is_found(district, change):
    of(district, 5).update(**change)
    found = breaks(district)
    assert found[0] == (BreakKind.ALTERED, 5, 5)
    assert not reports()[district.slug].is_well(NOW)


def test_missing_entries_are_found_in_the_middle_at_the_end_and_at_the_beginning(district):
    AuditEntry.objects.filter(number__in=[1, 4, 5, 12]).delete()
    assert breaks(district) == [(BreakKind.MISSING, 1, 1), (BreakKind.MISSING, 4, 5), (BreakKind.MISSING, 12, 12)]


def test_two_entries_that_changed_places_are_found(district):
    of(district, 4).update(number=99)
    of(district, 5).update(number=4)
    of(district, 99).update(number=5)
    assert {kind for kind, _first, _last in breaks(district)} == {BreakKind.MOVED}
    assert breaks(district)[0][1] == 4


def test_gap_closed_by_numbering_anew_is_found(district):
    of(district, 4).delete()
    for number in range(5, 13):
        of(district, number).update(number=number - 1)
    assert breaks(district) == [(BreakKind.MOVED, 4, 4), (BreakKind.MISSING, 12, 12)]


def test_chain_written_anew_without_the_secret_key_is_found(district):
    """Who can write the database but does not know the key makes all fingerprints right, and cannot seal the end."""
    of(district, 3).update(verb="core.other")
    chain, previous = AuditChain.objects.get(district=district), ""
    for entry in AuditEntry.objects.order_by("number"):
        values = [getattr(entry, name) for name in sealing.chain.SEALED_FIELDS]
        now = sealing.chain.fingerprint(previous, district.uid, values)
        of(district, entry.number).update(previous_hash=previous, hash=now)
        previous = now
    AuditChain.objects.filter(pk=chain.pk).update(hash=previous)
    report = reports()[district.slug]
    assert not report.broken
    assert not report.is_sealed_by_us
    assert not report.is_well(NOW)
    write(district)
    assert sealing.seal_all(NOW) == 0, "nothing is sealed on top of it"


def test_chain_that_lost_its_end_is_found_and_not_begun_again(district):
    AuditChain.objects.all().delete()
    assert breaks(district) == [(BreakKind.NO_CHAIN, 12, 12)]
    write(district)
    assert sealing.seal_all(NOW) == 0


def test_other_secret_key_is_told_apart_and_can_be_accepted(district, settings):
    settings.SECRET_KEY = "another key " * 6
    report = reports()[district.slug]
    assert (report.is_sealed_by_us, report.is_other_key, report.broken) == (False, True, 0)
    write(district)
    assert sealing.seal_all(NOW) == 0
    assert sealing.seal_anew(NOW) == 1
    assert sealing.seal_all(NOW) == 1
    assert reports()[district.slug].is_well(NOW)


def test_backlog_is_told(district):
    write(district, 3)
    report = reports()[district.slug]
    assert (report.waiting, report.is_well(NOW), report.is_well(NOW + timedelta(minutes=40))) == (3, True, False)


def test_quick_look_reads_the_end_only(district, monkeypatch):
    monkeypatch.setattr("bruecke.core.sealing.verifying.QUICK", 4)
    of(district, 2).update(verb="core.other")
    [quick] = sealing.check_chains(quick=True)
    assert (quick.checked, quick.broken) == (4, 0)
    of(district, 10).update(verb="core.other")
    [quick] = sealing.check_chains(quick=True)
    assert quick.broken == 1


def test_anchor_shows_a_chain_that_was_written_anew_with_the_key(district):
    [anchor] = sealing.anchors_now(NOW)
    [read] = sealing.anchors_in(f"Sehr geehrte …\n> {anchor}\n-- \nAmt")
    assert read == anchor
    assert sealing.check_anchor(read) == ""
    write(district, 3)
    sealing.seal_all(NOW)
    assert sealing.check_anchor(read) == "", "what came later does not matter"
    AuditEntry.objects.update(number=None, previous_hash="", hash="")
    AuditEntry.objects.order_by("pk").first().delete()
    AuditChain.objects.all().delete()
    sealing.seal_all(NOW)
    assert reports()[district.slug].is_well(NOW), "in itself the new chain is whole"
    assert "neu geschrieben" in sealing.check_anchor(read)


def test_anchor_of_a_later_state_or_of_another_installation(district):
    [anchor] = sealing.anchors_now(NOW)
    later = anchors.Anchor(anchor.made_at, anchor.name, anchor.key, 50, anchor.hash)
    assert "ältere Sicherung" in sealing.check_anchor(later)
    foreign = anchors.Anchor(anchor.made_at, anchor.name, "x" * 22, 1, anchor.hash)
    assert "gibt es hier nicht" in sealing.check_anchor(foreign)


def test_anchors_are_kept_in_the_data_folder(district, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert anchors.kept_anchors() == []
    assert anchors.keep_anchors(NOW) == 1
    write(district)
    sealing.seal_all(NOW)
    anchors.keep_anchors(LATER)
    assert [anchor.number for anchor in anchors.kept_anchors()] == [12, 13]


def test_old_entries_go_and_the_chain_still_holds(district, monkeypatch):
    monkeypatch.setattr(trimming, "AT_ONCE", 5)
    much_later = NOW + timedelta(days=366 * 3)
    write(district, 4, at=much_later)
    sealing.seal_all(much_later)
    [anchor] = sealing.anchors_now(NOW)
    assert sealing.trim_chain(district, NOW + timedelta(days=30)) == 0
    assert sealing.trim_chain(district, much_later + timedelta(days=30)) == 12
    assert AuditEntry.objects.count() == 4
    report = reports()[district.slug]
    assert (report.base_number, report.checked, report.is_well(much_later)) == (12, 4, True)
    assert sealing.check_anchor(anchor) == ""
    AuditEntry.objects.filter(number=13).delete()
    assert breaks(district) == [(BreakKind.MISSING, 13, 13)]


def test_unsealed_entries_are_never_trimmed(district):
    write(district, at=NOW - timedelta(days=1))
    assert sealing.trim_chain(district, NOW + timedelta(days=366 * 4)) == 11, "the last one of the chain stays"
    assert AuditEntry.objects.filter(number=None).count() == 1


def test_broken_chain_keeps_its_entries_and_stops_no_other_rule(district):
    AuditChain.objects.update(mac="0" * 64)
    assert sealing.forget_entries(district, NOW + timedelta(days=366 * 4)) == 0
    assert AuditEntry.objects.count() == 12


def test_period_of_keeping_is_a_setting_of_the_district(district):
    system = Viewer.system("test", district.pk)
    change_setting(district=district, key=trimming.KEY, text="12", valid_from=NOW.date(), viewer=system, now=NOW)
    assert trimming.start_of_keeping(district, NOW).date().year == NOW.year - 1
    assert trimming.start_of_keeping(None, NOW).date().year == NOW.year - 3


def test_erasing_a_person_leaves_the_chain_whole(district):
    from bruecke.core.erasure import erase
    from bruecke.core.registries import Subject

    viewer = Viewer.system("test", district.pk)
    entry = write(district)[0]
    sealing.seal_all(NOW)
    erase(Subject("account", entry.target_uid or "x" * 22), viewer=viewer, now=NOW)
    sealing.seal_all(NOW)
    assert breaks(district) == []


def test_sealing_asks_few_questions(district, django_assert_max_num_queries):
    write(district, 300)
    with django_assert_max_num_queries(12):
        sealing.seal_all(NOW)


@pytest.mark.django_db(transaction=True)
def test_writers_and_sealers_at_the_same_time_leave_a_whole_chain():
    """Long transactions commit late; two sealers work against each other."""
    district = make_district()
    over = threading.Event()

    def write_some(number: int) -> None:
        try:
            for _round in range(8):
                with transaction.atomic():
                    write(district, 5, verb=f"core.writer{number}")
                    if connection.vendor == "postgresql":
                        over.wait(0.02 * number)  # keys are taken, and are seen by others later
        finally:
            connection.close()

    def seal_on() -> None:
        try:
            while not over.is_set():
                sealing.seal_all(NOW)
                close_old_connections()
                over.wait(0.01)
        finally:
            connection.close()

    writers = [threading.Thread(target=write_some, args=[number]) for number in range(3)]
    sealers = [threading.Thread(target=seal_on) for _ in range(2)]
    for thread in writers + sealers:
        thread.start()
    for writer in writers:
        writer.join()
    over.set()
    for thread in sealers:
        thread.join()
    sealing.seal_all(NOW)
    [report] = sealing.check_chains()
    assert (report.number, report.checked, report.broken) == (120, 120, 0)
