# mypy: disable-error-code="django-manager-missing"
"""Other doors by which questions come: tally of an open hour, function mailbox, offers of help."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Controller, Unit
from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.enquiries.models.question import CHANNEL_LABELS, OUTCOME_LABELS, Enquiry, choices_of
from bruecke.enquiries.querysets import MailboxQuerySet, TallyQuerySet
from bruecke.enquiries.states import Channel, LeftOutReason, MailboxSecurity, MailboxTrouble, MailVerdict, Outcome
from bruecke.places.models import Area
from bruecke.staffing.models import Post
from bruecke.vocabulary.models import Topic

SECURITY_LABELS: dict[MailboxSecurity, Any] = {
    MailboxSecurity.TLS: _("TLS (üblich, Port 993)"),
    MailboxSecurity.STARTTLS: _("STARTTLS (Port 143)"),
    MailboxSecurity.NONE: _("ohne Verschlüsselung, nur auf demselben Rechner"),
}

TROUBLE_LABELS: dict[MailboxTrouble, Any] = {
    MailboxTrouble.NOT_FOUND: _("Den Server gibt es unter diesem Namen nicht."),
    MailboxTrouble.REFUSED: _("Der Server nimmt an diesem Port keine Verbindung an."),
    MailboxTrouble.SILENT: _("Der Server antwortet nicht oder zu langsam."),
    MailboxTrouble.CERTIFICATE: _("Die Verbindung ist nicht sicher: Zertifikat oder Verschlüsselung des Servers passen nicht."),
    MailboxTrouble.LOGIN: _("Der Server nimmt Benutzername und Passwort nicht an."),
    MailboxTrouble.FOLDER: _("Den Ordner gibt es in diesem Postfach nicht."),
    MailboxTrouble.PASSWORD: _("Das Passwort lässt sich nicht mehr lesen. Bitte geben Sie es neu ein."),
    MailboxTrouble.NOBODY_READS: _("In dieser Stelle liest heute niemand Fragen ohne Ort. Es wird nichts abgerufen."),
    MailboxTrouble.PROTOCOL: _("Der Server antwortet anders als erwartet."),
}
VERDICT_LABELS: dict[MailVerdict, Any] = {
    MailVerdict.TRYING: _("noch nicht gelesen"),
    MailVerdict.TAKEN: _("neue Frage"),
    MailVerdict.ADDED: _("Nachricht zu einer Frage"),
    MailVerdict.DOUBLE: _("doppelt"),
    MailVerdict.LEFT_OUT: _("ausgelassen"),
    MailVerdict.SET_ASIDE: _("nicht lesbar"),
}
LEFT_OUT_LABELS: dict[LeftOutReason, Any] = {
    LeftOutReason.AUTOMATIC: _("automatische Antwort"),
    LeftOutReason.BOUNCE: _("unzustellbar gemeldet"),
    LeftOutReason.MAILING_LIST: _("Verteiler oder Rundbrief"),
    LeftOutReason.OWN: _("von Brücke selbst"),
    LeftOutReason.SPAM: _("als Werbung erkannt"),
    LeftOutReason.NO_SENDER: _("ohne Absender"),
    LeftOutReason.TOO_MANY: _("zu viele von einer Adresse"),
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

    objects: ClassVar[Any] = scoped(TallyQuerySet)

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
    active_from = models.DateField(_("E-Mails ab"), null=True, help_text="Older mails stay as they are")
    sends_receipt = models.BooleanField(_("Eingang bestätigen"), default=False)
    checked_at = models.DateTimeField(_("zuletzt abgerufen"), null=True)
    failures = models.PositiveSmallIntegerField(default=0, help_text="In a row")
    last_error = models.CharField(max_length=200, blank=True, help_text="Code of `states.MailboxTrouble`")
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=22, blank=True)

    objects: ClassVar[Any] = scoped(MailboxQuerySet)

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("Postfach")
        verbose_name_plural = _("Postfächer")

    def __str__(self) -> str:
        return self.name

    @property
    def trouble_label(self) -> Any:
        return TROUBLE_LABELS[MailboxTrouble(self.last_error)] if self.last_error else ""


class MailboxMessage(DistrictModel):
    """A mail that was looked at; known by hashes, so that it becomes a question once. Holds nothing of what is in it."""

    mailbox = models.ForeignKey(Mailbox, on_delete=models.CASCADE, related_name="+")
    uid_validity = models.PositiveBigIntegerField(default=0)
    imap_uid = models.PositiveBigIntegerField(default=0)
    message_hash = models.CharField(max_length=64, help_text="Of Message-ID, sender and date; before it was read of its number")
    thread_hash = models.CharField(max_length=64, blank=True, help_text="Of the Message-ID, by which replies find the question")
    verdict = models.CharField(max_length=10, choices=choices_of(VERDICT_LABELS), default=MailVerdict.TAKEN)
    reason = models.CharField(max_length=12, choices=choices_of(LEFT_OUT_LABELS), blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    attachment_count = models.PositiveSmallIntegerField(default=0, help_text="Files that stayed in the mailbox")
    enquiry = models.ForeignKey(Enquiry, on_delete=models.SET_NULL, null=True, related_name="+")
    taken_at = models.DateTimeField()
    filed_at = models.DateTimeField(null=True, help_text="When it was marked as read and put into its folder")

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["-taken_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["mailbox", "message_hash"], name="one_question_a_mail"),
            models.UniqueConstraint(
                fields=["mailbox", "uid_validity", "imap_uid"], condition=models.Q(imap_uid__gt=0), name="one_row_a_mail"
            ),
        ]
        indexes = [models.Index(fields=["mailbox", "thread_hash"])]

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
