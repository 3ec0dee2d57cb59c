"""What residents and the house get: public navigation, eraser, classification of personal fields, demo step."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from bruecke.core.models import Draft, MailedLink
from bruecke.core.registries import (
    DemoStage,
    DemoStep,
    Eraser,
    NavigationEntry,
    NotPersonal,
    PersonalData,
    Subject,
    demo,
    erasers,
    navigation,
    not_personal,
    personal_data,
)
from bruecke.enquiries.demo import begin_year, live_a_day, load_enquiries
from bruecke.enquiries.models import Enquiry, OfferChoice, Referral

FEATURE = "enquiries"

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
demo.register(DemoStep(key="enquiries.year", load=begin_year, day=live_a_day, stages=frozenset({DemoStage.YEAR}), order=49))
demo.register(DemoStep(key="enquiries", load=load_enquiries, is_closing=True, order=50))


def erase_enquiry_rows(subject: Subject, now: datetime) -> int:
    """A question and what anybody typed about it; dialogue, notes, timeline and files go with the row."""
    if subject.kind != "enquiry":
        return 0
    gone = Draft.objects.filter(key__endswith=f":{subject.uid}").delete()[0]
    referred = Referral.objects.filter(enquiry__uid=subject.uid)
    gone += MailedLink.objects.filter(object_uid__in=list(referred.values_list("uid", flat=True))).delete()[0]
    gone += referred.delete()[0]
    for choice in OfferChoice.objects.filter(enquiry__uid=subject.uid):
        choice.enquiry, choice.decided_by_id, choice.decided_on = None, None, choice.decided_on.replace(day=1)
        choice.save()
        gone += 1
    return gone + Enquiry.objects.filter(uid=subject.uid).delete()[0]


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
    "HelpOffer.times": _ANSWERING,
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
    "TallyEntry.language": "language code in a count, no way back to a person",
    "HelpOffer.categories": "keys of the vocabulary",
    "Mailbox.name": "name of a function mailbox",
    "Mailbox.host": "address of a mail server",
    "Mailbox.username": "login of a function mailbox",
    "Mailbox.password_sealed": "encrypted secret of a function mailbox",
    "Mailbox.folder": "folder of a function mailbox",
    "Mailbox.last_error": "code of a trouble with a mail server",
    "Mailbox.lease_token": "random sign of the worker that reads the mailbox",
    "MailboxMessage.message_hash": "keyed hash of a message's id",
    "MailboxMessage.thread_hash": "keyed hash of a message's id",
}.items():
    not_personal.register(NotPersonal(key=f"enquiries.{_field}", reason=_reason))
