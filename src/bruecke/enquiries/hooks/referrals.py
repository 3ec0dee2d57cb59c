"""What suggestions and referrals hand to the registries: navigation, to-dos, jobs, settings, words, classification."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bruecke.core.jobs import JobRun, handler
from bruecke.core.models import District
from bruecke.core.registries import (
    AuditVerb,
    DemoStep,
    NavigationEntry,
    NotPersonal,
    PersonalData,
    Todo,
    TodoSource,
    Urgency,
    audit_verbs,
    demo,
    navigation,
    not_personal,
    personal_data,
    todos,
)
from bruecke.core.scope import for_district
from bruecke.core.settings import SettingKey, setting_keys, whole_number
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions import referral as actions
from bruecke.enquiries.demo import load_referrals
from bruecke.enquiries.queries import referrals
from bruecke.enquiries.states import ReferralState

FEATURE = "enquiries"
_LIMIT = 8

demo.register(DemoStep(key="enquiries.referrals", load=load_referrals, is_closing=True, order=55))
setting_keys.register(
    SettingKey(
        key=actions.ANSWER_DAYS,
        label=_("Vermittlung: Antwort des Trägers in Werktagen"),
        default=7,
        parse=whole_number(1, 30),
        hint=_("Eine Zahl von 1 bis 30."),
        order=52,
    )
)
navigation.register(
    NavigationEntry(
        key="enquiries.referrals",
        label=_("Vermittlungen"),
        route="enquiries:referrals",
        icon="arrow",
        feature="offers",
        roles=rules.WORKING_ROLES,
        count=referrals.waiting_count,
        order=30,
    )
)
navigation.register(
    NavigationEntry(
        key="enquiries.unmet",
        label=_("Fehlende Angebote"),
        route="enquiries:unmet-list",
        group="district",
        icon="grid",
        feature="offers",
        roles=rules.WORKING_ROLES,
        order=120,
    )
)
_WORDS = {
    ReferralState.ACCEPTED: (_("Träger hat angenommen"), _("Ansehen"), Urgency.WEEK),
    ReferralState.AWAITING_SECOND: (_("Akute Gefahr: zweite Person nötig"), _("Prüfen"), Urgency.OVERDUE),
    ReferralState.SENT: (_("Träger antwortet nicht"), _("Nachfragen"), Urgency.TODAY),
    ReferralState.REJECTED: (_("Träger hat abgelehnt"), _("Weitersuchen"), Urgency.TODAY),
    ReferralState.DECLINED: (_("Einwilligung nicht gegeben"), _("Ansehen"), Urgency.TODAY),
}


def collect(viewer: Viewer, now: datetime) -> Iterator[Todo]:
    """What waits for the office, one by one."""
    if not viewer.has(*rules.WORKING_ROLES):
        return
    for row in referrals.first_waiting(viewer, now, _LIMIT):
        kind, verb, urgency = _WORDS[ReferralState(row.state)]
        yield Todo(
            urgency=urgency,
            due_at=None,
            title=_now("Vermittlung an %(offer)s") % {"offer": row.offer.title},
            kind=kind,
            verb=verb,
            route="enquiries:referral",
            route_kwargs={"uid": row.uid},
            place=row.enquiry.place.name if row.enquiry.place else "",
        )


todos.register(TodoSource(key="enquiries.referrals", collect=collect, feature="offers", order=25))


@handler("enquiries.remind_providers", atomic=False, every=timedelta(hours=6))
def remind_providers(run: JobRun) -> None:
    """Write once more to providers that stayed silent."""
    for district in District.objects.order_by("pk"):
        if district.has_feature(FEATURE):
            with for_district(district):
                actions.remind_silent(district, run.now)


for _verb, _label in {
    "referral_prepared": _("Vermittlung begonnen"),
    "referral_sent": _("Vermittlung an den Träger gesendet"),
    "danger_confirmed": _("Akute Gefahr von zweiter Person bestätigt"),
    "consent_refused": _("Einwilligung zur Weitergabe nicht gegeben"),
    "referral_accepted": _("Träger hat angenommen"),
    "referral_rejected": _("Träger hat abgelehnt"),
    "referral_done": _("Vermittlung erledigt"),
    "referral_revoked": _("Vermittlung zurückgezogen"),
    "referral_reminded": _("Träger an Vermittlung erinnert"),
    "needs_noted": _("Bedarf an einer Frage vermerkt"),
    "suggestion_rejected": _("Vorgeschlagenes Angebot verworfen"),
    "suggestion_used": _("Vorgeschlagenes Angebot in die Antwort eingefügt"),
    "suggestion_restored": _("Verworfenes Angebot wieder vorgeschlagen"),
    "unmet_noted": _("Fehlendes Angebot vermerkt"),
    "unmet_undone": _("Vermerk eines fehlenden Angebots zurückgenommen"),
    "referrals_exported": _("Liste der Vermittlungen heruntergeladen"),
    "unmet_exported": _("Liste der fehlenden Angebote heruntergeladen"),
}.items():
    audit_verbs.register(AuditVerb(key=f"enquiry.{_verb}", label=_label))

_RESIDENT = _("Ratsuchende Person")
_BASIS = "Art. 6 Abs. 1 Buchst. a DSGVO; akute Gefahr: Art. 6 Abs. 1 Buchst. d DSGVO"
_PERIOD = _("Bis zum Löschen der Frage")
for _field, _purpose in {
    "Referral.purpose": _("An ein Angebot vermitteln"),
    "Referral.message": _("An ein Angebot vermitteln"),
    "Referral.answer_note": _("An ein Angebot vermitteln"),
    "Referral.danger_reason": _("Weitergabe bei akuter Gefahr begründen"),
    "Enquiry.needs": _("Passende Angebote finden"),
    "Enquiry.target_group": _("Passende Angebote finden"),
}.items():
    personal_data.register(
        PersonalData(
            key=f"enquiries.{_field}", subject=_RESIDENT, purpose=_purpose, legal_basis=_BASIS, retention=_PERIOD, order=31
        )
    )
for _field, _reason in {
    "Referral.passes": "codes of what is passed on",
    "Referral.to_email": "function mailbox of a provider",
    "OfferChoice.facts": "codes of reasons about an offer",
    "UnmetDemand.category": "key of the vocabulary, no way back to a person",
    "UnmetDemand.target_group": "key of the vocabulary, no way back to a person",
    "UnmetDemand.language": "language code in a count, no way back to a person",
}.items():
    not_personal.register(NotPersonal(key=f"enquiries.{_field}", reason=_reason))
