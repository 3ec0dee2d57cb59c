"""Everything that is held about the resident of one question: for an answer under Art. 15 DSGVO, and for herself by code."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.folding import find_key
from bruecke.core.models import District, Draft
from bruecke.core.privacy import ExportSection, ExportValue, FoundSubject, section, value_of
from bruecke.core.registries import Subject
from bruecke.enquiries.models import Attachment, Enquiry, HelpOffer, InternalNote, Message, OfferChoice, Referral, TimelineEvent
from bruecke.enquiries.queries.resident import enquiry_by_receipt

KIND = "enquiry"
_MOST_FOUND = 20
_QUESTION = (
    *("kind", "reference", "headline", "place", "topic", "languages", "languages_text", "target_group", "needs"),
    *("contact_language", "channel", "state", "outcome", "controller", "unit", "assigned_post"),
    *("consent_to_share", "consent_to_share_at", "consent_special_categories", "consent_special_categories_at"),
    *("contact_kind", "contact", "received_at", "opened_at", "due_at", "answered_at", "closed_at", "delete_on"),
)
_SENT = ("sent_at", gettext_lazy("Gesendet"))
_CHOICE = (
    ("offer", gettext_lazy("Angebot")),
    ("verdict", gettext_lazy("Urteil")),
    ("reason", gettext_lazy("Grund")),
    ("decided_on", gettext_lazy("Wann")),
)
_UNMET = ("month", "place", "topic", "category", "target_group", "language")
_WHEN = gettext_lazy("Wann")
_REFERRAL = (
    *("offer", "provider", "state", "basis", "purpose", "passes", "message", "consent_asked_at", "consent_at"),
    *("danger_reason", "danger_law", "sent_at", "answered_at", "reject_reason", "answer_note", "done_at", "ended_at"),
)


def find_enquiries(district: District, text: str) -> list[FoundSubject]:
    """Questions by receipt code, by reference, or by the mailbox or number that was left. At most twenty."""
    by_code = enquiry_by_receipt(text)
    if by_code is not None:
        return [_found(by_code)]
    wanted = text.strip()
    rows = Enquiry.objects.filter(reference__iexact=wanted) | Enquiry.objects.filter(contact__iexact=wanted)
    return [_found(one) for one in rows.order_by("-received_at", "-pk")[:_MOST_FOUND]] if find_key(wanted) else []


def describe_enquiry(subject: Subject) -> FoundSubject | None:
    enquiry = Enquiry.objects.filter(uid=subject.uid).first()
    return _found(enquiry) if enquiry is not None else None


def _found(enquiry: Enquiry) -> FoundSubject:
    title = _("Frage %(reference)s vom %(day)s") % {"reference": enquiry.reference, "day": f"{enquiry.received_at:%d.%m.%Y}"}
    return FoundSubject(Subject(KIND, enquiry.uid), title, frozenset({enquiry.controller_id}))


def collect_enquiry(subject: Subject, controller_id: int | None, now: datetime) -> list[ExportSection]:
    """All tables of a question for an officer of its controller. About fifteen queries."""
    if subject.kind != KIND:
        return []
    rows = Enquiry.objects.filter(uid=subject.uid)
    if controller_id is not None:
        rows = rows.filter(controller_id=controller_id)
    enquiry = rows.first()
    if enquiry is None:
        return []
    return [*resident_sections(enquiry), *_inner_sections(enquiry)]


def resident_sections(enquiry: Enquiry) -> list[ExportSection]:
    """What the resident gave and was told, as she may fetch it herself; without what the office wrote for itself."""
    return [
        section("question", _("Frage"), [enquiry], _QUESTION),
        section(
            "help_offer", _("Hilfsangebot"), HelpOffer.objects.filter(enquiry=enquiry), ("categories", "times", "is_organisation")
        ),
        ExportSection("messages", _("Nachrichten"), tuple(_message(one) for one in _messages(enquiry))),
        section("referrals", _("Weitergaben an Angebote"), _referrals(enquiry), _REFERRAL),
        section(
            "attachments",
            _("Fotos und Dateien"),
            [],
            (),
            files=[one.file for one in Attachment.objects.filter(enquiry=enquiry).select_related("file").order_by("pk")],
        ),
    ]


def _messages(enquiry: Enquiry) -> Iterable[Message]:
    return Message.objects.filter(enquiry=enquiry).order_by("sent_at", "pk")


def _referrals(enquiry: Enquiry) -> Iterable[Referral]:
    return Referral.objects.filter(enquiry=enquiry).select_related("offer", "provider").order_by("created_at", "pk")


def _message(message: Message) -> tuple[ExportValue, ...]:
    sender = message.author_function if message.is_from_office else _("ratsuchende Person")
    return (
        ExportValue("from", gettext_lazy("Von"), "office" if message.is_from_office else "resident", sender),
        *(value_of(message, one) for one in ("text", _SENT, ("language", gettext_lazy("Sprache")))),
    )


def _inner_sections(enquiry: Enquiry) -> list[ExportSection]:
    """Notes, steps and what was begun: the office's own words about the person are hers to know too."""
    notes = InternalNote.objects.filter(enquiry=enquiry).order_by("written_at", "pk")
    steps = TimelineEvent.objects.filter(enquiry=enquiry).order_by("happened_at", "pk")
    drafts = Draft.objects.filter(key__endswith=f":{enquiry.uid}", district_id=enquiry.district_id).order_by("pk")
    choices = OfferChoice.objects.filter(enquiry=enquiry).select_related("offer").order_by("decided_on", "pk")
    unmet = [enquiry.unmet_demand] if enquiry.unmet_demand else []
    return [
        section("notes", _("Interne Notizen"), notes, ("text", ("written_at", _WHEN))),
        section(
            "steps",
            _("Verlauf der Bearbeitung"),
            steps,
            (("step", gettext_lazy("Schritt")), ("code", gettext_lazy("Ergebnis")), ("happened_at", _WHEN)),
        ),
        section("drafts", _("Angefangene Texte der Mitarbeitenden"), drafts, (("data", gettext_lazy("Text")), ("saved_at", _WHEN))),
        section("choices", _("Geprüfte Vorschläge"), choices, _CHOICE),
        section("unmet", _("Vermerk über ein fehlendes Angebot"), unmet, _UNMET),
    ]
