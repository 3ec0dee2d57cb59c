"""Requests and breaches for tests, through the real actions."""

from datetime import date, datetime, timedelta
from typing import Any

from bruecke.accounts.models import Controller
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Viewer
from bruecke.privacy.actions import breaches, requests
from bruecke.privacy.models import Breach, SubjectRequest
from bruecke.privacy.states import IdentityCheck, RequestKind, RequestWay

RECEIVED = date(2026, 11, 20)


def make_request(controller: Controller, viewer: Viewer, *, now: datetime = NOW, **values: Any) -> SubjectRequest:
    given = {
        "kind": RequestKind.ACCESS,
        "asker": "Amira Beispiel",
        "contact": "amira@example.org",
        "wish": "Alles, bitte.",
        "way": RequestWay.LETTER,
        "received_on": RECEIVED,
        "identity": IdentityCheck.CODE,
    }
    return requests.receive_request(
        district=controller.district, controller=controller, values={**given, **values}, viewer=viewer, now=now
    )


def make_breach(controller: Controller, viewer: Viewer, *, now: datetime = NOW, **values: Any) -> Breach:
    given = {
        "title": "Liste an falsche Adresse",
        "noticed_at": now - timedelta(hours=5),
        "happened": "Eine Liste ging an eine falsche Adresse.",
        "categories": "Namen",
        "people_count": 12,
        "records_count": None,
    }
    return breaches.notice_breach(
        district=controller.district, controller=controller, values={**given, **values}, viewer=viewer, now=now
    )
