"""Pages about all posts, money on the page of a post, and the forms behind them."""

from datetime import date
from decimal import Decimal

import pytest
from django.test import Client

from bruecke.accounts.tests.factories import log_in, make_member
from bruecke.core.sheets import read_sheet
from bruecke.core.viewer import Role
from bruecke.staffing.forms import CostForm
from bruecke.staffing.models import Assignment, MunicipalityFigure, Post, PostCost, PostHolder, PostPayer, PostVolume
from bruecke.staffing.tests.conftest import DOHNA, FREITAL, HEIDENAU
from bruecke.staffing.tests.factories import make_holder, make_post, make_responsibility

pytestmark = pytest.mark.any_database

BASE = "/intern/musterkreis"
PAGES = ("bedarf", "planspiel", "verlauf", "statistik", "kosten")


def text(response) -> str:
    return response.content.decode()


@pytest.fixture
def office(scene) -> Client:
    return log_in(Client(), make_member(scene.district, Role.DISTRICT_OFFICE))


@pytest.fixture
def post(scene) -> Post:
    found = make_post(scene.district, number=4, area_name="Freital", fte=Decimal("0.75"))
    make_holder(found, engagement="new")
    make_responsibility(found, FREITAL)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_empty_and_full(scene, office, page):
    assert office.get(f"{BASE}/stellen/{page}/").status_code == 200
    found = make_post(scene.district, number=4, area_name="Freital")
    PostCost.objects.create(district=scene.district, post=found, yearly_amount=50_000, valid_from=date(2026, 1, 1))
    make_responsibility(found, FREITAL)
    assert "4 · Freital" in text(office.get(f"{BASE}/stellen/{page}/"))


@pytest.mark.parametrize("page", ["bedarf", "verlauf", "statistik", "kosten"])
@pytest.mark.parametrize("fmt", ["csv", "xlsx"])
def test_every_table_is_a_file(scene, office, post, page, fmt):
    response = office.get(f"{BASE}/stellen/{page}/", {"als": fmt})
    assert response["Content-Disposition"].startswith("attachment")
    sheet = read_sheet(response.content, f"liste.{fmt}")
    assert "Bezeichnung" in sheet.header


def test_groups_of_the_statistics_and_the_key_date_in_the_address(scene, office, post):
    page = text(office.get(f"{BASE}/stellen/statistik/", {"nach": "art", "tag": "2026-06-01"}))
    assert "Stichtag" in page
    assert "Kommunale Integrationskoordination (Nr. 1a)" in page
    assert "An diesem Tag gab es keine Stellen" in text(office.get(f"{BASE}/stellen/statistik/", {"tag": "2024-01-01"}))


@pytest.mark.parametrize("page", ["bedarf", "verlauf", "statistik", "planspiel", "kosten"])
def test_query_count_does_not_grow_with_the_rows(scene, office, django_assert_max_num_queries, page):
    def fill(ags):
        one = make_post(scene.district)
        make_holder(one)
        make_responsibility(one, ags)
        PostCost.objects.create(district=scene.district, post=one, yearly_amount=50_000, valid_from=date(2026, 1, 1))
        PostPayer.objects.create(district=scene.district, post=one, kind="land", percent=90, valid_from=date(2026, 1, 1))

    fill(FREITAL)
    office.get(f"{BASE}/stellen/{page}/")
    with django_assert_max_num_queries(45) as one:
        office.get(f"{BASE}/stellen/{page}/")
    fill(HEIDENAU)
    fill(DOHNA)
    with django_assert_max_num_queries(len(one)):
        office.get(f"{BASE}/stellen/{page}/")


def test_who_sees_money_and_who_does_not(scene, office, post):
    PostPayer.objects.create(district=scene.district, post=post, kind="land", percent=90, valid_from=date(2026, 1, 1))
    url = f"{BASE}/stellen/{post.uid}/"
    assert "Kosten und Kostenträger" in text(office.get(url))
    assert "Heute offen: 10,00 %" in text(office.get(url))
    for role in (Role.COORDINATOR, Role.COMMISSIONER):
        page = text(log_in(Client(), make_member(scene.district, role)).get(url))
        assert "Integrationskoordination" in page
        assert "Kostenträger" not in page
    auditor = log_in(Client(), make_member(scene.district, Role.AUDITOR))
    assert auditor.get(f"{BASE}/stellen/kosten/").status_code == 200
    assert auditor.get(f"{BASE}/stellen/statistik/").status_code == 404


def test_payers_and_costs_by_form_with_undo(scene, office, post):
    url = f"{BASE}/stellen/{post.uid}/"
    data = {
        "kind": "land",
        "percent": "90,00",
        "name": "Freistaat",
        "file_number": "7-1",
        "valid_from": "2026-01-01",
        "last_day": "",
    }
    response = office.post(f"{url}kostentraeger/neu/", data, follow=True)
    payer = PostPayer.objects.get()
    undo = f"{BASE}/kostentraeger/{payer.uid}/entfernen/"
    assert undo in text(response)
    response = office.post(f"{url}kostentraeger/neu/", {**data, "percent": "10,01", "kind": "district"})
    assert response.status_code == 422
    assert "mehr als 100 %" in text(response)
    change = {**data, "version": 1, "last_day": "2026-06-30"}
    office.post(f"{BASE}/kostentraeger/{payer.uid}/bearbeiten/", change)
    assert PostPayer.objects.get().valid_until == date(2026, 7, 1)
    assert office.post(f"{BASE}/kostentraeger/{payer.uid}/bearbeiten/", {**change, "percent": "50"}).status_code == 409
    office.post(undo)
    assert PostPayer.objects.count() == 0
    office.post(f"{url}kosten/neu/", {"yearly_amount": "52.000,50", "source": "Plan", "valid_from": "2026-01-01", "last_day": ""})
    assert PostCost.objects.get().yearly_amount == Decimal("52000.50")


def test_the_form_of_a_holder_corrects_and_refuses_too_much(scene, office, post):
    holder = PostHolder.objects.get()
    url = f"{BASE}/besetzungen/{holder.uid}/bearbeiten/"
    office.post(url, {"fte": "0,5", "engagement": "taken_over", "public_name": ""})
    holder.refresh_from_db()
    assert (holder.fte, holder.engagement) == (Decimal("0.5"), "taken_over")
    response = office.post(url, {"fte": "0,8", "engagement": "", "public_name": ""})
    assert response.status_code == 422
    assert "höchstens 0,75 VzÄ" in text(response)


def test_the_form_of_a_post_keeps_the_former_volume(scene, office, post):
    page = office.get(f"{BASE}/stellen/{post.uid}/bearbeiten/")
    data = {name: value for name, value in page.context["form"].initial.items() if value is not None}
    data |= {"controller": post.controller_id, "employer": post.employer_id, "fte": "1,00", "fte_from": "2026-12-01"}
    data |= {"valid_from": "2026-01-01", "languages": ["de"], "attached_to": "Sozialamt"}
    assert office.post(f"{BASE}/stellen/{post.uid}/bearbeiten/", data).status_code == 302
    assert (PostVolume.objects.get().fte, PostVolume.objects.get().valid_until) == (Decimal("0.75"), date(2026, 12, 1))
    page = text(office.get(f"{BASE}/stellen/{post.uid}/"))
    assert "Sozialamt" in page
    assert "0,75 VzÄ" in page


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("52.000,50", "52000.50"),
        ("52000,5", "52000.5"),
        ("52.000", "52000"),
        ("52 000 €", "52000"),
        ("1.234.567", "1234567"),
        ("7,5", "7.5"),
    ],
)
def test_amounts_are_understood_as_people_write_them(typed, amount):
    form = CostForm({"yearly_amount": typed, "valid_from": "2026-01-01"})
    assert form.is_valid(), form.errors
    assert form.cleaned_data["yearly_amount"] == Decimal(amount)


@pytest.fixture(autouse=True)
def german(scene):
    from bruecke.vocabulary.models import Language

    Language.objects.get_or_create(code="de", defaults={"labels": {"de": "Deutsch"}, "order": 1})


def test_counts_are_entered_in_a_table_and_opened_again(scene, office):
    url = f"{BASE}/stellen/bedarf/kennzahlen/"
    data = {"kind": "foreign_residents", "as_of": "2025-12-31", "source": "AZR", FREITAL: "1850", DOHNA: "", HEIDENAU: "0"}
    assert office.post(url, data).status_code == 302
    assert dict(MunicipalityFigure.objects.values_list("municipality_id", "value")) == {FREITAL: 1850, HEIDENAU: 0}
    page = text(office.get(url, {"kennzahl": "foreign_residents", "stichtag": "2025-12-31"}))
    assert 'value="1850"' in page
    assert office.post(url, {**data, "as_of": "2027-01-01"}).status_code == 422
    assert "1.850" in text(office.get(f"{BASE}/stellen/bedarf/"))


def test_a_game_without_script_and_its_take_over(scene, office, post):
    other = make_post(scene.district, number=5, area_name="Heidenau", fte=Decimal("0.5"))
    query = f"?tag=2026-11-24&o{FREITAL}=5&v5=0.75&neu=1&o{DOHNA}=neu1"
    page = text(office.get(f"{BASE}/stellen/planspiel/{query}"))
    assert "52.636" in page  # 39.477 inhabitants for 0.75
    assert "neue Stelle 1" in page
    page = text(office.get(f"{BASE}/stellen/planspiel/uebernehmen/{query}"))
    assert "Das wird nicht übernommen" in page
    assert "0,75 statt 0,50 VzÄ" in page
    response = office.post(f"{BASE}/stellen/planspiel/uebernehmen/{query}", {"valid_from": "2027-01-01"}, follow=True)
    assert "1 Gemeinde neu zugeordnet, ab 01.01.2027." in text(response)
    made = Assignment.objects.get()
    assert [span[2] for span in made.after[FREITAL]] == [post.pk, other.pk]
    assert "mehrere Stellen" in text(office.get(f"{BASE}/zustaendigkeit/?ansicht=verlauf"))
    office.post(f"{BASE}/zustaendigkeit/zuordnungen/{made.uid}/zuruecknehmen/")
    assert post.responsibilities.get().valid_until is None


@pytest.mark.parametrize("query", ["?tag=x&o=1&v=2&neu=-3", "?neu=99&v4=abc", "?v4=NaN", "?o14628110=%00", "?v4=1e9"])
def test_a_senseless_address_is_no_error(scene, office, post, query):
    assert office.get(f"{BASE}/stellen/planspiel/{query}").status_code == 200
