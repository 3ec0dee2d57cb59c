"""What absences and waiting do to questions: events of staffing, the hourly look at what waits too long."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from bruecke.core.events import subscribe
from bruecke.core.jobs import JobRun, handler
from bruecke.core.models import District
from bruecke.core.registries import AuditVerb, audit_verbs
from bruecke.core.scope import for_district
from bruecke.core.settings import SettingKey, setting_keys, whole_number
from bruecke.enquiries.actions import deputising, escalating
from bruecke.staffing.actions import AbsenceEnded, AbsenceStarted
from bruecke.staffing.models import Post

setting_keys.register(
    SettingKey(
        key=escalating.ESCALATE_AFTER,
        label=_("Fragen an die Koordinierungsstelle melden: Werktage nach dem Ziel"),
        default=2,
        parse=whole_number(1, 30),
        hint=_("Eine Zahl von 1 bis 30."),
        order=51,
    )
)


@subscribe(AbsenceStarted)
def hand_over(event: AbsenceStarted) -> None:
    deputising.hand_over(post=Post.objects.get(pk=event.post_id), viewer=event.viewer, now=event.now)


@subscribe(AbsenceEnded)
def take_back(event: AbsenceEnded) -> None:
    deputising.take_back(post=Post.objects.get(pk=event.post_id), viewer=event.viewer, now=event.now)


@handler("enquiries.escalate", atomic=False, every=timedelta(hours=1))
def escalate(run: JobRun) -> None:
    """In every district that answers questions."""
    for district in District.objects.order_by("pk"):
        if district.has_feature("enquiries"):
            with for_district(district):
                escalating.escalate_overdue(district, run.now)


for _verb, _words in {
    "deputised": _("Frage an die Vertretung gegeben"),
    "returned": _("Frage von der Vertretung zurückgekommen"),
    "escalated": _("Wartende Frage gemeldet"),
}.items():
    audit_verbs.register(AuditVerb(key=f"enquiry.{_verb}", label=_words))
