"""Our API held against its own OpenAPI description: any request, valid or not, is answered as described and never by a defect."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from bruecke.core import clock
from bruecke.core.tests.factories import NOW
from bruecke.interop.api import api, delivery
from tests.permissions.world import NORMAL, World, build_world

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]
PATHS = sorted(api.get_openapi_schema()["paths"])
EXAMPLES = 20  # of each way


@pytest.fixture
def world(db, monkeypatch) -> World:
    """A world with two districts; nobody is asked to wait."""
    monkeypatch.setattr(delivery, "NEW_ANSWERS", 1_000_000)
    with clock.frozen(NOW):
        yield build_world()


@pytest.fixture
def schema(world):
    """The description as it is served."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)  # the test's transaction outlives each request
    yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in signals:
        signal.connect(close_old_connections)


def bounded(test):
    """Enough examples, no shrinking: a failure is read off its first request."""
    phases = (Phase.explicit, Phase.generate)
    return settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None, phases=phases)(
        test
    )


def answer_of(case):
    """The checked answer. Not zipped: the client for WSGI does not open it; `test_gzip_has_a_tag_of_its_own` does."""
    return case.call_and_validate(headers={"Accept-Encoding": "identity"})


def test_all_operations_are_held(schema):
    """None is forgotten, and each reads only."""
    found = {(one.ok().path, one.ok().method.upper()) for one in schema.get_all_operations()}
    assert found == {(path, "GET") for path in PATHS}
    assert len(found) == 5


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_keeps_the_contract(schema, world, path):
    """Whatever the parameters, what schemathesis checks holds: status, media type, headers, shape; wrong ones are refused.

    Random keys find nothing mostly, so a third run takes those of the world.
    """
    operation = schema[path]["GET"]
    ways = {mode.value: operation.as_strategy(generation_mode=mode) for mode in GenerationMode}
    ways["known"] = _known_cases(operation, world.mine)

    answered = {way: _answers_to(cases) for way, cases in ways.items()}
    assert set().union(*answered.values()) <= {200, 404, 405, 422}
    assert 200 in answered["known"]
    assert set(answered["negative"]) - {200}
    assert all(len(answered[mode.value]) >= 2 for mode in GenerationMode)  # less where a key is the only thing to vary


def _answers_to(cases):
    """The status of each checked answer."""
    statuses: list[int] = []

    @bounded
    @given(data=st.data())
    def hold(data):
        statuses.append(answer_of(data.draw(cases)).status_code)

    hold()
    return statuses


def _known_cases(operation, side):
    """Requests with keys that are there."""
    places = [place.ags for place in side.places.values()]
    words = st.one_of(st.text(max_size=30), st.sampled_from(["", "Freital", "Deutsch", "Angebot", "0162"]))
    known = {
        "q": words,
        "ags": st.sampled_from(places),
        "district": st.sampled_from(["", side.slug]),
        "on": st.dates().map(lambda day: day.isoformat()),
        "language": st.sampled_from(["", "de", "ar", "xx"]),
        "topic": st.sampled_from(["", "german", "no-such-thing"]),
        "category": st.sampled_from(["", "language-course", "no-such-thing"]),
        "radius_km": st.integers(1, 500),
        "page": st.integers(1, 4),
        "per_page": st.integers(1, 100),
    }
    inside = {"ags": st.sampled_from(places), "offer_id": st.just(side.things[f"offer {NORMAL}"].uid)}
    parameters = operation.definition.raw.get("parameters", ())
    asked = [one for one in parameters if one["in"] == "query"]
    query = st.fixed_dictionaries(
        {one["name"]: known[one["name"]] for one in asked if one.get("required")},
        optional={one["name"]: known[one["name"]] for one in asked if not one.get("required")},
    )
    path = st.fixed_dictionaries({one["name"]: inside[one["name"]] for one in parameters if one["in"] == "path"})
    return st.builds(lambda path, query: operation.Case(path_parameters=path, query=query), path, query)
