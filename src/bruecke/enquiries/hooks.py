"""What `enquiries` hands to the registries: settings, navigation, to-dos, retention, eraser, classification, demo step."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bruecke.core.models import Draft
from bruecke.core.registries import (
    AuditVerb,
    DemoStep,
    Eraser,
    NavigationEntry,
    NotPersonal,
    PersonalData,
    RetentionRule,
    Subject,
    TodoSource,
    audit_verbs,
    demo,
    erasers,
    navigation,
    not_personal,
    personal_data,
    retention,
    todos,
)
from bruecke.core.settings import SettingKey, setting_keys, whole_number
from bruecke.enquiries import actions, queries, rules
from bruecke.enquiries.demo import load_enquiries
from bruecke.enquiries.models import Enquiry, InternalNote, Message, TimelineEvent

FEATURE = "enquiries"

for _key, _label, _default, _least, _most, _hint in (
    (actions.ANSWER_WITHIN, _("Antwort auf Fragen: Ziel in Werktagen"), 3, 1, 30, _("Eine Zahl von 1 bis 30.")),
    (actions.RETENTION_MONTHS, _("Fragen löschen: Monate nach dem Abschluss"), 6, 1, 36, _("Eine Zahl von 1 bis 36.")),
    (
        actions.CLOSE_AFTER_DAYS,
        _("Beantwortete Fragen abschließen: Tage ohne Nachricht"),
        60,
        7,
        365,
        _("Eine Zahl von 7 bis 365."),
    ),
    (queries.MAX_AN_ADDRESS, _("Fragen je Anschluss und Stunde"), 20, 1, 100_000, _("Eine Zahl ab 1.")),
    (queries.MAX_A_DISTRICT, _("Fragen im Landkreis je Stunde"), 500, 10, 100_000, _("Eine Zahl ab 10.")),
):
    setting_keys.register(
        SettingKey(key=_key, label=_label, default=_default, parse=whole_number(_least, _most), hint=_hint, order=50)
    )

navigation.register(
    NavigationEntry(
        key="enquiries.inbox",
        label=_("Fragen"),
        route="enquiries:inbox",
        icon="chat",
        feature=FEATURE,
        roles=rules.WORKING_ROLES,
        count=queries.open_count,
        on_phone=True,
        order=20,
    )
)
navigation.register(
    NavigationEntry(
        key="enquiries.capture",
        label=_("Frage erfassen"),
        phone_label=_("Erfassen"),
        route="enquiries:capture",
        group="phone",
        icon="plus",
        feature=FEATURE,
        roles=rules.WORKING_ROLES,
        on_phone=True,
        order=25,
    )
)
navigation.register(
    NavigationEntry(
        key="enquiries.ask", label=_("Frage stellen"), route="enquiries_public:ask", door="public", feature=FEATURE, order=40
    )
)
navigation.register(
    NavigationEntry(
        key="enquiries.status", label=_("Meine Frage"), route="enquiries_public:status", door="public", feature=FEATURE, order=50
    )
)
todos.register(TodoSource(key="enquiries", collect=queries.collect, feature=FEATURE, order=20))
retention.register(
    RetentionRule(
        key="enquiries.close_silent", label=_("Fragen ohne Rückmeldung abschließen"), apply=actions.close_silent, order=10
    )
)
retention.register(
    RetentionRule(key="enquiries.erase", label=_("Abgeschlossene Fragen löschen"), apply=actions.apply_retention, order=20)
)
demo.register(DemoStep(key="enquiries", load=load_enquiries, order=50))


def erase_enquiry_rows(subject: Subject, now: datetime) -> int:
    """A question with its dialogue, notes and timeline, and what anybody typed about it."""
    if subject.kind != "enquiry":
        return 0
    gone = Draft.objects.filter(key__endswith=f":{subject.uid}").delete()[0]
    for model in (Message, InternalNote, TimelineEvent):
        gone += model.objects.filter(enquiry__uid=subject.uid).delete()[0]
    return gone + Enquiry.objects.filter(uid=subject.uid).delete()[0]


for _verb, _words in {
    "received": _("Frage eingegangen"),
    "captured": _("Frage erfasst"),
    "capture_undone": _("Erfasste Frage zurückgenommen"),
    "opened": _("Frage zuerst gelesen"),
    "read": _("Frage aufrufen wollen"),
    "taken_over": _("Frage übernommen"),
    "assigned": _("Frage zugewiesen"),
    "released": _("Frage in den gemeinsamen Eingang gelegt"),
    "answered": _("Frage beantwortet"),
    "noted": _("Interne Notiz geschrieben"),
    "renamed": _("Kurztitel geändert"),
    "followed_up": _("Rückfrage eingegangen"),
    "closed": _("Frage abgeschlossen"),
    "reopened": _("Frage wieder geöffnet"),
    "undone": _("Schritt an einer Frage zurückgenommen"),
    "consent_withdrawn": _("Einwilligung zurückgenommen"),
    "list_exported": _("Liste der Fragen heruntergeladen"),
}.items():
    audit_verbs.register(AuditVerb(key=f"enquiry.{_verb}", label=_words))
if "core.enquiry_erased" not in audit_verbs:
    audit_verbs.register(AuditVerb(key="core.enquiry_erased", label=_("Frage gelöscht")))

erasers.register(Eraser(key="enquiries", erase=erase_enquiry_rows, order=50))

_RESIDENT = _("Ratsuchende Person")
_ANSWERING = _("Frage beantworten")
_TASK = "Art. 6 Abs. 1 Buchst. e DSGVO; besondere Kategorien: Art. 9 Abs. 2 Buchst. a DSGVO"
_PERIOD = _("Bis zum Löschen durch die Person, sonst die eingestellten Monate nach dem Abschluss")
for _field, _purpose in {
    "Enquiry.headline": _("Fragen in Listen unterscheiden"),
    "Enquiry.find_key": _("Frage wiederfinden"),
    "Enquiry.languages": _ANSWERING,
    "Enquiry.languages_text": _ANSWERING,
    "Enquiry.contact": _("Von einer Antwort benachrichtigen, zurückrufen"),
    "Message.text": _ANSWERING,
    "InternalNote.text": _("Bearbeitung in der Stelle festhalten"),
}.items():
    personal_data.register(
        PersonalData(key=f"enquiries.{_field}", subject=_RESIDENT, purpose=_purpose, legal_basis=_TASK, retention=_PERIOD, order=30)
    )
for _field, _reason in {
    "Enquiry.reference": "random sign, says nothing about the person",
    "Enquiry.headline_language": "language code of a title",
    "Enquiry.contact_language": "language code, needed to write back; goes with the row",
    "Enquiry.receipt_hash": "keyed hash of a random code",
    "Message.language": "language code of a text",
    "Message.author_function": "title of a post, never a name",
    "TimelineEvent.code": "code of an outcome, consent or step",
    "ErasedCount.language": "language code in a count",
}.items():
    not_personal.register(NotPersonal(key=f"enquiries.{_field}", reason=_reason))
