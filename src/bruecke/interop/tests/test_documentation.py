"""docs/api.md shows what is really answered: each request in it is sent, and the whole answer compared."""

import json
import re
from pathlib import Path

import pytest

from bruecke.core.scope import for_district
from bruecke.directory.models import Organisation
from bruecke.interop.tests.conftest import HEIDENAU
from bruecke.offers.models import Offer
from bruecke.offers.tests.factories import TUESDAYS, make_house, make_languages, make_offer, make_terms

PAGE = Path(__file__).parents[4] / "docs" / "api.md"
SHOWN = "7kQ2mXw9"


@pytest.fixture
def fair(scene):
    """The offer of the examples."""
    make_languages()
    make_terms()
    with for_district(scene.district):
        provider = Organisation.objects.order_by("pk")[0]
        Organisation.objects.filter(pk=provider.pk).update(
            name="Begegnung e. V.", email="verein@example.org", phone="+49 30 23125 100", website=""
        )
        house = make_house(provider, HEIDENAU, name="Haus am Markt", street="Markt 1", is_accessible=True)
        offer = make_offer(
            scene.district,
            "Deutschkurs am Vormittag",
            provider=Organisation.objects.get(pk=provider.pk),
            description="Mit Kinderbetreuung.",
            terms={"category": ["german-courses"], "target_group": ["women"], "language": ["de", "uk"]},
            locations=[house.uid],
            schedules=[TUESDAYS],
            has_childcare=True,
        )
        Offer.objects.filter(pk=offer.pk).update(uid=SHOWN)
        from bruecke.offers import actions

        actions.reindex(district=scene.district)
    return scene


def examples() -> list[tuple[str, str]]:
    """(address, answer) of every example."""
    return re.findall(r"```http\nGET (\S+)\n```\n\n```json\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL)


def test_every_operation_has_an_example():
    from bruecke.interop.api import api

    patterns = [re.sub(r"\{[^}]+\}", "[^/?]+", path) for path in api.get_openapi_schema()["paths"]]
    found = [address for address, _answer in examples()]
    assert all(any(re.fullmatch(rf"{pattern}(\?.*)?", address) for address in found) for pattern in patterns)


def test_examples_are_what_is_answered(client, fair):
    assert len(examples()) >= 6
    for address, answer in examples():
        response = client.get(address)
        assert json.loads(response.content) == json.loads(answer), address
        assert response["Content-Type"] == ("application/json" if response.status_code == 200 else "application/problem+json")


def test_limits_are_as_told():
    from bruecke.interop.api import delivery

    text = PAGE.read_text(encoding="utf-8")
    assert f"{delivery.NEW_ANSWERS:,} new answers in ten minutes" in text
    assert "at most 100" in text
