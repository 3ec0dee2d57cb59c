# mypy: disable-error-code="django-manager-missing"
"""Other doors by which questions come: tally of an open hour, function mailbox, offers of help."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Controller, Unit
from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.enquiries.models.question import CHANNEL_LABELS, OUTCOME_LABELS, Enquiry, choices_of
from bruecke.enquiries.states import Channel, MailboxSecurity, Outcome
from bruecke.places.models import Area
from bruecke.staffing.models import Post
from bruecke.vocabulary.models import Topic

SECURITY_LABELS: dict[MailboxSecurity, Any] = {
    MailboxSecurity.TLS: _("TLS (üblich, Port 993)"),
    MailboxSecurity.STARTTLS: _("STARTTLS (Port 143)"),
    MailboxSecurity.NONE: _("ohne Verschlüsselung, nur auf demselben Rechner"),
}


class TallyEntry(DistrictModel):
    """One stroke for what was settled at once in an open hour: a few codes, no person, no text."""

    happened_on = models.DateField(_("Tag"))
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Stelle"))
    place = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Ort"))
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Thema"))
    language = models.CharField(_("Sprache"), max_length=12, blank=True, help_text="BCP 47 code")
    channel = models.CharField(_("Weg"), max_length=10, choices=choices_of(CHANNEL_LABELS), default=Channel.IN_PERSON)
    outcome = models.CharField(_("Ergebnis"), max_length=12, choices=choices_of(OUTCOME_LABELS), default=Outcome.ANSWERED)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["-recorded_at", "-pk"]
        verbose_name = _("Strich")
        verbose_name_plural = _("Strichliste")
        indexes = [models.Index(fields=["district", "happened_on"])]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.topic_id}"


class Mailbox(DistrictModel, VersionedModel):
    """A function mailbox that is read by IMAP; off until somebody switches it on. Its controller keeps what comes in."""

    name = models.CharField(_("Name"), max_length=80)
    host = models.CharField(_("Server"), max_length=200)
    port = models.PositiveIntegerField(_("Port"), default=993)
    security = models.CharField(
        _("Verschlüsselung"), max_length=8, choices=choices_of(SECURITY_LABELS), default=MailboxSecurity.TLS
    )
    username = models.CharField(_("Benutzername"), max_length=200)
    password_sealed = models.TextField(editable=False, blank=True, help_text="Encrypted with a key derived from the secret key")
    folder = models.CharField(_("Ordner"), max_length=120, default="INBOX")
    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="+", verbose_name=_("Verantwortliche Stelle"))
    unit = models.ForeignKey(
        Unit, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Organisationseinheit")
    )
    is_active = models.BooleanField(_("wird abgerufen"), default=False)
    checked_at = models.DateTimeField(_("zuletzt abgerufen"), null=True)
    last_error = models.CharField(max_length=200, blank=True, help_text="In words, without anything from a mail")

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("Postfach")
        verbose_name_plural = _("Postfächer")

    def __str__(self) -> str:
        return self.name


class MailboxMessage(DistrictModel):
    """A mail that was taken in, known by the hash of its Message-ID, so that it becomes a question once."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")
    message_hash = models.CharField(max_length=64)
    enquiry = models.ForeignKey(Enquiry, on_delete=models.SET_NULL, null=True, related_name="+")
    taken_at = models.DateTimeField()

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["-taken_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["mailbox", "message_hash"], name="one_question_a_mail")]

    def __str__(self) -> str:
        return self.message_hash[:8]


class HelpOffer(DistrictModel):
    """What somebody offers who wants to help; the rest (dialogue, receipt code, routing, erasure) is the question's."""

    enquiry = models.OneToOneField(Enquiry, on_delete=models.CASCADE, related_name="help_offer")
    categories = models.JSONField(_("Womit"), default=list, help_text="Keys of the vocabulary")
    times = models.CharField(_("Wann"), max_length=200, blank=True)
    is_organisation = models.BooleanField(_("für einen Verein oder eine Firma"), default=False)

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["pk"]
        verbose_name = _("Hilfsangebot")
        verbose_name_plural = _("Hilfsangebote")

    def __str__(self) -> str:
        return f"{self.enquiry_id}"
