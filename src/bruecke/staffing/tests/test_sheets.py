"""The page of a quarter for a mayor: when it is due, what stands on it for whom, sent once, stopped by the link in the mail."""

import re
from datetime import UTC, date, datetime, timedelta

import pikepdf
import pytest

from bruecke.core import clock, jobs
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.models import AuditEntry, Job, OutboxMail, StoredFile
from bruecke.core.place_sheets import Quarters, SheetRow, SheetSection, SheetTable, place_sheets
from bruecke.core.registry import Registry
from bruecke.core.scope import for_district
from bruecke.core.tests.factories import make_district, viewer_with
from bruecke.core.viewer import Role, Viewer
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.exports import quarter_words
from bruecke.staffing.models import PlaceSheet, SheetRecipient
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import make_holder, make_hour, make_post, make_responsibility

SUMMER = date(2026, 7, 1)
OCTOBER_FIRST = datetime(2026, 10, 1, 6, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def house(monkeypatch, settings, tmp_path):
    """One section that everybody may see, one that is not for coordinators; files in a folder of the test."""
    found: Registry[SheetSection] = Registry("place_sheets")
    numbers = (7, None, 3)

    def collect(district, quarters, now):
        return {FREITAL: SheetTable((SheetRow("Fragen", numbers),), by_quarter=True, note="Hinweis")}

    found.register(SheetSection(key="all", label="Angebote", collect=lambda *_: {FREITAL: SheetTable((SheetRow("Kurse", (4,)),))}))
    found.register(
        SheetSection(
            key="some", label="Geheime Zahlen", collect=collect, is_for=lambda viewer: not viewer.is_coordinator, order=200
        )
    )
    for module in ("bruecke.core.place_sheets", "bruecke.staffing.queries.sheets"):
        monkeypatch.setattr(f"{module}.place_sheets", found)
    settings.MAIL_DIR = tmp_path / "mail"


@pytest.fixture
def office(scene):
    return viewer_with(scene.district, Role.DISTRICT_OFFICE)


@pytest.fixture
def post(scene):
    found = make_post(scene.district)
    make_holder(found)
    make_responsibility(found, FREITAL)
    make_hour(found, weeks_of_month=[1])
    return found


@pytest.fixture
def recipient(scene, office):
    return actions.add_recipient(
        district=scene.district, municipality=scene.areas[FREITAL], email="Rathaus@freital.example", viewer=office, now=scene.now
    )


def send(scene, now: datetime, quarter: date = SUMMER):
    with clock.frozen(now):
        jobs.enqueue(kind="staffing.due_sheets", args={}, now=now, key=f"test:{now}")
        while jobs.run_next(now):
            pass
    assert not Job.objects.filter(last_error__gt="").exists()


# --- when ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 9, 30), None),
        (date(2026, 10, 1), SUMMER),
        (date(2026, 11, 14), SUMMER),
        (date(2026, 11, 15), None),
        (date(2027, 1, 3), None),
        (date(2027, 1, 4), date(2026, 10, 1)),
    ],
)
def test_due_from_the_first_working_day_for_some_weeks(scene, day, due):
    assert queries.due_quarter(scene.district, clock.start_of(day) + timedelta(hours=7)) == due


def test_quarters():
    quarters = Quarters.of(date(2026, 1, 1))
    assert quarters.columns == (date(2026, 1, 1), date(2025, 10, 1), date(2025, 1, 1))
    assert quarters.until == date(2026, 4, 1)
    assert Quarters.of(date(2026, 10, 1)).until == date(2027, 1, 1)
    assert quarter_words(date(2026, 10, 1)) == "4. Quartal 2026"


# --- sending ---------------------------------------------------------------------------------------------------------------


def test_sent_once_with_the_page_and_a_link_to_stop(scene, post, recipient):
    send(scene, OCTOBER_FIRST)
    (mail,) = OutboxMail.objects.all()
    assert mail.to == "rathaus@freital.example"
    assert mail.subject == "Freital: Integration im 3. Quartal 2026"
    stored = StoredFile.objects.get(uid=mail.attachment_uid)
    assert stored.original_name == "freital-2026-3.pdf"
    sheet = PlaceSheet.objects.get()
    assert (sheet.municipality_id, sheet.quarter, sheet.recipients) == (FREITAL, SUMMER, 1)
    assert AuditEntry.objects.filter(verb="staffing.sheet_sent", target_uid=sheet.uid).count() == 1
    for later in (OCTOBER_FIRST + timedelta(hours=6), OCTOBER_FIRST + timedelta(days=20)):
        send(scene, later)
    assert OutboxMail.objects.count() == PlaceSheet.objects.count() == 1


def test_a_page_that_breaks_leaves_nothing_and_comes_later(scene, post, recipient, monkeypatch):
    from bruecke.staffing.hooks import sheets

    real = sheets.set_pdf

    def break_down(document):
        raise RuntimeError("killed")

    monkeypatch.setattr(sheets, "set_pdf", break_down)
    jobs.enqueue(kind="staffing.due_sheets", args={}, now=OCTOBER_FIRST, key="one")
    while jobs.run_next(OCTOBER_FIRST):
        pass
    assert OutboxMail.objects.count() == PlaceSheet.objects.count() == StoredFile.objects.count() == 0
    monkeypatch.setattr(sheets, "set_pdf", real)
    while jobs.run_next(OCTOBER_FIRST + timedelta(minutes=2)):
        pass
    assert OutboxMail.objects.count() == PlaceSheet.objects.count() == StoredFile.objects.count() == 1


def test_nobody_wants_it_nothing_is_made(scene, post):
    send(scene, OCTOBER_FIRST)
    assert not PlaceSheet.objects.exists()


def test_the_page_is_accessible_and_one_side(scene, post, recipient):
    send(scene, OCTOBER_FIRST)
    from django.core.files.storage import default_storage

    with default_storage.open(StoredFile.objects.get().path) as file, pikepdf.open(file) as pdf:
        assert len(pdf.pages) == 1
        assert bool(pdf.Root.MarkInfo.Marked)
        assert str(pdf.Root.Lang) == "de"
        with pdf.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == "Freital: Integration im 3. Quartal 2026"


def test_only_the_house_itself_sends(scene, office, recipient):
    with pytest.raises(NotAllowed):
        actions.send_sheet(
            district=scene.district,
            area=scene.areas[FREITAL],
            quarter=SUMMER,
            make=lambda: ("x", b""),
            viewer=office,
            now=scene.now,
        )


# --- what stands on it for whom --------------------------------------------------------------------------------------------


def test_sections_are_for_some(scene):
    quarters = Quarters.of(SUMMER)
    everything = queries.sheet_tables(scene.district, quarters, scene.now)
    mayor = viewer_with(scene.district, Role.MUNICIPALITY, municipalities=frozenset({FREITAL}))
    coordinator = viewer_with(scene.district, Role.COORDINATOR)
    assert set(everything) == {"all", "some"}
    assert set(queries.sheet_tables(scene.district, quarters, scene.now, viewer=mayor)) == {"all", "some"}
    assert set(queries.sheet_tables(scene.district, quarters, scene.now, viewer=coordinator)) == {"all"}
    assert queries.sees_whole_sheet(mayor)
    assert not queries.sees_whole_sheet(coordinator)


def test_the_document_says_who_helps_and_hides_what_is_hidden(scene, post):
    from bruecke.staffing.exports import sheet_document

    quarters = Quarters.of(SUMMER)
    tables = queries.sheet_tables(scene.district, quarters, scene.now)
    freital = sheet_document(queries.place_page(scene.areas[FREITAL], quarters, tables, scene.now), scene.district, scene.now)
    contact = freital.data["contact"]
    assert contact["title"] == "Integrationskoordination Freital"
    assert contact["hours"][0].startswith("Jeden 1. Donnerstag im Monat, 14:00–18:00 Uhr, ohne Termin")
    assert contact["next"] == "Die nächste: Donnerstag, 03.12.2026"
    offers, questions = freital.data["sections"]
    assert offers["heads"] == ["Anzahl"]
    assert questions["heads"] == ["3. Quartal 2026", "2. Quartal 2026", "3. Quartal 2025"]
    assert questions["rows"] == [{"label": "Fragen", "cells": ["7", "verdeckt", "3"]}]
    assert questions["trend"] == "", "a trend would tell the hidden count"
    dohna = sheet_document(queries.place_page(scene.areas[DOHNA], quarters, tables, scene.now), scene.district, scene.now)
    assert dohna.data["contact"]["by"] == scene.controller.name
    assert dohna.data["sections"] == []


def test_who_opens_what_was_sent(scene, post, recipient):
    send(scene, OCTOBER_FIRST)
    uid = PlaceSheet.objects.get().uid
    mayor = viewer_with(scene.district, Role.MUNICIPALITY, municipalities=frozenset({FREITAL}))
    other = viewer_with(scene.district, Role.MUNICIPALITY, municipalities=frozenset({HEIDENAU}))
    assert queries.sheet_file(mayor, uid) is not None
    assert queries.sheet_file(other, uid) is None
    assert queries.sheet_file(viewer_with(scene.district, Role.COORDINATOR), uid) is None
    lines = queries.sheet_lines(mayor, scene.district, date(2026, 11, 24))
    assert [(line.area.pk, line.recipients) for line in lines] == [(FREITAL, ())], "addresses are the office's business"


# --- recipients ------------------------------------------------------------------------------------------------------------


def test_the_same_address_once_a_municipality(scene, office, recipient):
    assert recipient.email == "rathaus@freital.example"
    with pytest.raises(Invalid) as caught:
        actions.add_recipient(
            district=scene.district,
            municipality=scene.areas[FREITAL],
            email="RATHAUS@freital.example",
            viewer=office,
            now=scene.now,
        )
    assert set(caught.value.errors) == {"email"}


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MUNICIPALITY, Role.COMMISSIONER, Role.EMPLOYER])
def test_others_keep_no_recipients(scene, recipient, role):
    viewer = viewer_with(scene.district, role, municipalities=frozenset({FREITAL}))
    with pytest.raises(NotAllowed):
        actions.add_recipient(
            district=scene.district, municipality=scene.areas[DOHNA], email="a@b.example", viewer=viewer, now=scene.now
        )
    with pytest.raises(NotAllowed):
        actions.remove_recipient(recipient=recipient, viewer=viewer, now=scene.now)


def stop_url() -> str:
    (mail,) = OutboxMail.objects.all()
    (url,) = re.findall(r"https?://[^/]+(/\S+/abbestellen/)", mail.body)
    return url


def test_the_link_asks_first_and_stops_once(scene, post, recipient, client):
    send(scene, OCTOBER_FIRST)
    url = stop_url()
    for _scanner in range(2):
        assert "nicht mehr bekommen" in client.get(url).content.decode()
    assert SheetRecipient.objects.count() == 1
    assert "Abbestellt" in client.post(url).content.decode()
    assert not SheetRecipient.objects.exists()
    assert AuditEntry.objects.filter(verb="staffing.recipient_stopped").count() == 1
    assert client.post(url).status_code == 410
    assert "gilt nicht mehr" in client.get(url).content.decode()


def test_a_link_of_another_district_stops_nothing(scene, post, recipient, client):
    other = make_district("nachbarkreis", ags="14625")
    send(scene, OCTOBER_FIRST)
    url = stop_url().replace("musterkreis", other.slug)
    assert client.post(url).status_code == 410
    with for_district(scene.district):
        assert SheetRecipient.objects.count() == 1


def test_pages_go_after_three_years(scene, post, recipient):
    send(scene, OCTOBER_FIRST)
    assert actions.forget_old_sheets(scene.district, OCTOBER_FIRST + timedelta(days=900)) == 0
    assert actions.forget_old_sheets(scene.district, OCTOBER_FIRST + timedelta(days=1200)) == 1
    assert not StoredFile.objects.exists()


def test_the_real_sections_are_there():
    assert {"enquiries", "offers"} <= {section.key for section in place_sheets}


@pytest.mark.parametrize("places", [1, 3])
def test_the_list_asks_as_often_for_three_as_for_one(scene, office, places, django_assert_max_num_queries):
    for ags in (FREITAL, HEIDENAU, DOHNA)[:places]:
        actions.add_recipient(
            district=scene.district, municipality=scene.areas[ags], email="rathaus@x.example", viewer=office, now=scene.now
        )
    with django_assert_max_num_queries(4):
        assert sum(len(line.recipients) for line in queries.sheet_lines(office, scene.district, date(2026, 11, 24))) == places


@pytest.mark.parametrize(
    ("roles", "municipalities", "expected"),
    [
        ((Role.DISTRICT_OFFICE,), (), True),
        ((Role.COORDINATOR,), (), True),
        ((Role.MUNICIPALITY,), (FREITAL,), True),
        ((Role.MUNICIPALITY,), (HEIDENAU,), False),
        ((Role.EMPLOYER,), (FREITAL,), False),
        ((), (FREITAL,), False),
    ],
)
def test_who_sees_a_page(scene, roles, municipalities, expected):
    viewer = viewer_with(scene.district, *roles, municipalities=frozenset(municipalities))
    assert rules.can_see_sheet(viewer, district_id=scene.district.pk, ags=FREITAL) is expected
    assert not rules.can_see_sheet(Viewer.anonymous(scene.district.pk), district_id=scene.district.pk, ags=FREITAL)
