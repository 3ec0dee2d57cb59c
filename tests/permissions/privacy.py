"""Data protection in the world: at each controller a request with collected data, one for erasure, a breach, a released record."""

from datetime import timedelta
from typing import Any

from bruecke.core.jobs import JobRun
from bruecke.core.models import StoredFile
from bruecke.core.tests.factories import NOW
from bruecke.core.viewer import Role
from bruecke.privacy.actions import breaches, collecting, record, requests
from bruecke.privacy.models import ErasureEntry, SubjectRequest
from bruecke.privacy.queries.requests import describe
from bruecke.privacy.states import AdditionKind, ErasureKind, IdentityCheck, RequestKind, RequestWay

OWNERS = {"leading": "normal", "association": "association"}
"""Controllers by the office whose officer works for them."""


def build_privacy(side: Any) -> None:
    for controller, office in OWNERS.items():
        for kind in (RequestKind.ACCESS, RequestKind.ERASURE):
            _build_request(side, controller, office, kind)
        _build_breach(side, controller, office)
        step = {"viewer": side.viewer((office, Role.PRIVACY_OFFICER)), "now": NOW}
        side.things[f"addition {controller}"] = record.save_addition(
            controller=side.controllers[controller], activity="", kind=AdditionKind.JOINT, text="keine", **step
        )
        side.things[f"release {controller}"] = record.release_record(
            district=side.district, controller=side.controllers[controller], note="", **step
        )
        ErasureEntry.objects.create(
            district=side.district,
            controller=side.controllers[controller],
            at=NOW,
            kind=ErasureKind.RULE,
            key="enquiries.erase",
            count=1,
            actor_kind="system",
        )


def make_request(side: Any, controller: str, office: str, kind: RequestKind) -> SubjectRequest:
    values = {
        "kind": kind,
        "asker": f"Fragende Person {controller}",
        "contact": "fragt@example.org",
        "wish": "",
        "way": RequestWay.EMAIL,
        "received_on": NOW.date(),
        "identity": IdentityCheck.KNOWN_PERSON,
    }
    viewer = side.viewer((office, Role.PRIVACY_OFFICER))
    return requests.receive_request(
        district=side.district, controller=side.controllers[controller], values=values, viewer=viewer, now=NOW
    )


def _build_request(side: Any, controller: str, office: str, kind: RequestKind) -> None:
    viewer = side.viewer((office, Role.PRIVACY_OFFICER))
    made = make_request(side, controller, office, kind)
    found = describe("account", side.people[office, Role.EDITOR].uid)
    side.things[f"{kind} subject {controller}"] = requests.add_subject(request=made, found=found, viewer=viewer, now=NOW)
    side.things[f"{kind} request {controller}"] = made
    if kind is RequestKind.ACCESS:
        job = collecting.start_collection(request=made, viewer=viewer, now=NOW)
        collecting.collect(JobRun(job.args, NOW, job))
        job.delete()
        assert StoredFile.objects.filter(about_uid=made.uid).exists()


def make_breach(side: Any, controller: str, office: str) -> Any:
    values = {"title": f"Panne {controller}", "noticed_at": NOW - timedelta(hours=1), "happened": "Etwas", "categories": "Namen"}
    viewer = side.viewer((office, Role.PRIVACY_OFFICER))
    return breaches.notice_breach(
        district=side.district, controller=side.controllers[controller], values=values, viewer=viewer, now=NOW
    )


def _build_breach(side: Any, controller: str, office: str) -> None:
    side.things[f"breach {controller}"] = make_breach(side, controller, office)
