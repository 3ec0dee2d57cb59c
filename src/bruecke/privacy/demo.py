"""Data protection of the demo districts: a record with gaps, requests open and answered, a breach that is over."""

from datetime import datetime, timedelta

from bruecke.accounts.models import Account, Controller
from bruecke.accounts.queries import build_viewer, leading_controller
from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.viewer import Role, Viewer
from bruecke.privacy.actions import breaches, record, requests
from bruecke.privacy.models import RecordRelease
from bruecke.privacy.states import (
    AdditionKind,
    BreachStepKind,
    IdentityCheck,
    RequestKind,
    RequestState,
    RequestWay,
    Risk,
)

SAID = {
    AdditionKind.OFFICER: "Datenschutzbeauftragte des Landratsamtes, erreichbar über die Zentrale",
    AdditionKind.JOINT: "keine",
    AdditionKind.PROCESSORS: "Rechenzentrum des Landkreises (Betrieb des Servers), Vertrag nach Art. 28 vom Januar",
    AdditionKind.TRANSFER: "keine",
}
"""What the office has said; measures are still open, so that the record shows a gap."""


def load_privacy(context: DemoContext) -> None:
    """In each district once; what is there stays."""
    for district in context.districts:
        with for_district(district):
            account = context.made["accounts"].get((district.slug, Role.PRIVACY_OFFICER))
            controller = leading_controller(district)
            if account is not None and controller is not None and not RecordRelease.objects.exists():
                _load(district, controller, account, context.now)


def _load(district: District, controller: Controller, account: Account, now: datetime) -> None:
    viewer = build_viewer(account, district, clock.local_day(now))
    before = now - timedelta(days=60)
    for kind, text in SAID.items():
        record.save_addition(controller=controller, activity="", kind=kind, text=text, viewer=viewer, now=before)
    for activity in ("enquiries", "accounts", "offers"):
        record.save_addition(
            controller=controller, activity=activity, kind=AdditionKind.RECIPIENTS, text="keine weiteren", viewer=viewer, now=before
        )
    record.release_record(district=district, controller=controller, note="Jährliche Prüfung", viewer=viewer, now=before)
    _requests(district, controller, viewer, now)
    _breach(district, controller, viewer, now)


def _requests(district: District, controller: Controller, viewer: Viewer, now: datetime) -> None:
    today = clock.local_day(now)
    answered = requests.receive_request(
        district=district,
        controller=controller,
        values={
            "kind": RequestKind.ACCESS,
            "asker": "Person aus einer Beratung",
            "contact": "Abholung im Bürgerbüro",
            "wish": "Welche Angaben sind zu meiner Frage gespeichert?",
            "way": RequestWay.IN_PERSON,
            "received_on": today - timedelta(days=40),
            "identity": IdentityCheck.CODE,
        },
        viewer=viewer,
        now=now - timedelta(days=40),
    )
    requests.end_request(
        request=answered,
        state=RequestState.ANSWERED,
        note="Auszug übergeben, Löschfrist erklärt.",
        version=None,
        viewer=viewer,
        now=now - timedelta(days=31),
    )
    requests.receive_request(
        district=district,
        controller=controller,
        values={
            "kind": RequestKind.ACCESS,
            "asker": "Ehemalige Mitarbeiterin eines Trägers",
            "contact": "ehemalige@example.org",
            "wish": "Bitte teilen Sie mir mit, was Sie über mich als Ansprechperson gespeichert haben.",
            "way": RequestWay.EMAIL,
            "received_on": today - timedelta(days=20),
            "identity": IdentityCheck.NONE,
        },
        viewer=viewer,
        now=now - timedelta(days=20),
    )


def _breach(district: District, controller: Controller, viewer: Viewer, now: datetime) -> None:
    noticed = now - timedelta(days=50)
    breach = breaches.notice_breach(
        district=district,
        controller=controller,
        values={
            "title": "Kontaktliste an falschen Verteiler gesendet",
            "noticed_at": noticed,
            "happened": "Eine Liste mit dienstlichen Kontakten ging per E-Mail an einen falschen Verteiler.",
            "categories": "Namen, Funktionen und dienstliche Telefonnummern",
            "people_count": 14,
            "records_count": 14,
        },
        viewer=viewer,
        now=noticed,
    )
    judged = {
        "risk": Risk.RISK,
        "consequences": "Unerwünschte Anrufe sind möglich.",
        "measures": "Empfänger um Löschung gebeten und Bestätigung erhalten; Verteiler bereinigt.",
    }
    breaches.judge_breach(breach=breach, values=judged, version=None, viewer=viewer, now=noticed + timedelta(hours=6))
    told = noticed + timedelta(hours=20)
    breaches.add_step(
        breach=breach,
        kind=BreachStepKind.AUTHORITY_TOLD,
        at=told,
        text="Über das Meldeformular der Behörde",
        reference="Beispiel-1",
        version=None,
        viewer=viewer,
        now=told,
    )
    breaches.close_breach(breach=breach, version=None, viewer=viewer, now=noticed + timedelta(days=9))
