"""The demo accounts: there for every role, the same each time, refused where real people work."""

from random import Random

import pytest
from django.core.checks import run_checks
from django.core.management import call_command

from bruecke.accounts import queries
from bruecke.accounts.demo import PASSWORD, all_demo_logins, demo_code, demo_logins, load_accounts
from bruecke.accounts.models import Account, Controller, Membership
from bruecke.accounts.tests.factories import code_of, viewer_of
from bruecke.core import registries
from bruecke.core.registries import DemoContext, Subject
from bruecke.core.scope import Escape, for_district, without_scope
from bruecke.core.tests.factories import NOW, make_district
from bruecke.core.viewer import Role

pytestmark = [pytest.mark.any_database, pytest.mark.django_db]
SLUGS = {"mittelsachsen": "14522", "saechsische-schweiz-osterzgebirge": "14628", "landkreis-leipzig": "14729"}


@pytest.fixture
def loaded(db):
    context = DemoContext(now=NOW, random=Random(1), districts=[make_district(slug, ags=ags) for slug, ags in SLUGS.items()])
    load_accounts(context)
    return context


def counts() -> tuple[int, ...]:
    with without_scope(Escape.DOCTOR):
        return tuple(model.objects.count() for model in (Account, Membership, Controller))


def test_every_role_in_every_district_once_loaded_and_again(loaded):
    before = counts()
    again = DemoContext(now=NOW, random=Random(2), districts=loaded.districts)
    load_accounts(again)
    assert counts() == before
    assert again.made["accounts"] == loaded.made["accounts"]
    for slug in SLUGS:
        assert {role for role in Role if (slug, role) in loaded.made["accounts"]} == set(Role)


def test_made_holds_controllers_and_accounts_by_key(loaded):
    soe = "saechsische-schweiz-osterzgebirge"
    assert loaded.made["controllers"][soe, "association"].kind == "association"
    freital = loaded.made["accounts"][soe, "kik-freital"]
    assert freital.email == "kik-freital@soe.example.org"
    district = next(one for one in loaded.districts if one.slug == soe)
    viewer = viewer_of(freital, district, NOW.date())
    assert viewer.controller_id == loaded.made["controllers"][soe, "association"].pk
    office = viewer_of(loaded.made["accounts"][soe, Role.DISTRICT_OFFICE], district, NOW.date())
    assert office.is_foreigners_authority
    pirna = viewer_of(loaded.made["accounts"][soe, "kik-pirna"], district, NOW.date())
    assert not pirna.is_foreigners_authority
    with for_district(district):
        assert queries.leading_controller(district) == loaded.made["controllers"][soe, "district"]


def test_names_are_functions_and_mailboxes_are_reserved(loaded):
    for login in all_demo_logins():
        assert login.email.endswith(".example.org")
    assert Account.objects.filter(is_demo=False).count() == 0


def test_one_login_a_role_and_its_code(loaded):
    logins = demo_logins()
    assert {login.role for login in logins} == set(Role)
    for login in logins:
        assert demo_code(login.key, NOW) == code_of(login.totp_secret, NOW)
        assert demo_code(login.role.value.upper(), NOW) == code_of(login.totp_secret, NOW)
        assert demo_code(login.email, NOW) == code_of(login.totp_secret, NOW)
    with pytest.raises(LookupError):
        demo_code("niemand", NOW)


@pytest.mark.parametrize("role", ["coordinator", "administrator"])
def test_demo_login_works_in_the_browser(client, loaded, now, role):
    login = next(one for one in demo_logins() if one.role == role)
    client.post("/intern/konto/anmelden/", {"login": login.email, "password": PASSWORD})
    client.post("/intern/konto/code/", {"code": demo_code(role, NOW)})
    assert client.get(f"/intern/{login.district_slug}/mein-zugang/").status_code == 200


def test_check_refuses_a_demo_database_in_production(loaded, settings):
    assert not [error for error in run_checks(databases=["default"]) if error.id == "accounts.E001"]
    settings.ALLOWS_DEMO_ACCOUNTS = False
    assert [error.id for error in run_checks(databases=["default"]) if error.id == "accounts.E001"] == ["accounts.E001"]
    assert not [error for error in run_checks() if error.id == "accounts.E001"], "asked only where a database is"
    with pytest.raises(Exception, match=r"accounts\.E001"):
        call_command("check", databases=["default"])


def test_every_text_field_of_ours_is_classified():
    from django.apps import apps
    from django.db import models

    kinds = (models.CharField, models.TextField, models.JSONField)
    for model in apps.get_app_config("accounts").get_models():
        for field in model._meta.fields:
            if isinstance(field, kinds) and not field.choices:
                key = f"accounts.{model.__name__}.{field.name}"
                assert (key in registries.personal_data) != (key in registries.not_personal), key


def test_eraser_leaves_other_subjects_alone(loaded):
    account = Account.objects.first()
    assert registries.erasers["accounts"].erase(Subject("enquiry", account.uid), NOW) == 0
    assert registries.erasers["accounts"].erase(Subject("account", "unknown"), NOW) == 0
    assert registries.erasers["accounts"].erase(Subject("account", account.uid), NOW) > 0
