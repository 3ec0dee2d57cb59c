"""Our API held against its own OpenAPI description: any request, valid or not, is answered as described and never by a defect."""

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode

from bruecke.core import clock
from bruecke.core.tests.factories import NOW
from bruecke.interop.api import api
from tests.permissions.world import build_world

pytestmark = pytest.mark.django_db
PATHS = sorted(api.get_openapi_schema()["paths"])


@pytest.fixture
def schema(db):
    """The description as it is served, over a world with two districts."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)  # the test's transaction outlives each request
    with clock.frozen(NOW):
        build_world()
        yield schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("path", PATHS)
def test_every_answer_keeps_the_contract(schema, path, mode):
    requests = schema[path]["GET"].as_strategy(generation_mode=mode)

    @settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(data=st.data())
    def hold(data):
        data.draw(requests).call_and_validate()

    hold()
