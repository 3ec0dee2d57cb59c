# mypy: disable-error-code="django-manager-missing"
"""Tables of questions, their dialogue and their traces; no workflow here. Nothing of them goes into a record history."""

import secrets
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Controller, Unit
from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.enquiries import rules
from bruecke.enquiries.querysets import AppendOnlyQuerySet, EnquiryQuerySet
from bruecke.enquiries.states import Channel, ContactKind, Direction, EnquiryState, Outcome, Step
from bruecke.places.models import Area
from bruecke.staffing.models import Post
from bruecke.vocabulary.models import Topic

STATE_LABELS: dict[EnquiryState, Any] = {
    EnquiryState.NEW: _("Neu"),
    EnquiryState.OPEN: _("In Arbeit"),
    EnquiryState.REFERRED: _("Vermittelt"),
    EnquiryState.ANSWERED: _("Beantwortet"),
    EnquiryState.CLOSED: _("Abgeschlossen"),
}
OUTCOME_LABELS: dict[Outcome, Any] = {
    Outcome.ANSWERED: _("Beantwortet"),
    Outcome.REFERRED: _("An ein Angebot verwiesen"),
    Outcome.NO_OFFER: _("Kein passendes Angebot gefunden"),
    Outcome.PASSED_ON: _("An eine andere Stelle verwiesen"),
    Outcome.NO_CONCERN: _("Kein Anliegen, zum Beispiel Werbung"),
}
CHANNEL_LABELS: dict[Channel, Any] = {
    Channel.ONLINE: _("Formular"),
    Channel.PHONE: _("Telefon"),
    Channel.IN_PERSON: _("Persönlich"),
    Channel.EMAIL: _("E-Mail"),
}
CONTACT_LABELS: dict[ContactKind, Any] = {
    ContactKind.NONE: _("nur mit Code"),
    ContactKind.EMAIL: _("E-Mail"),
    ContactKind.PHONE: _("Telefon"),
}
MAX_TEXT = 5000
_REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """A short sign by which people name a question to each other; it opens nothing."""
    letters = "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(7))
    return f"{letters[:3]}-{letters[3:]}"


def _choices(labels: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.value, label) for key, label in labels.items()]


class Enquiry(DistrictModel, VersionedModel):
    """One question.

    `controller` and `unit` are the ones named on the form before it was sent: nobody else reads it without consent.
    """

    reference = models.CharField(_("Kennzeichen"), max_length=12, default=new_reference, editable=False)
    headline = models.CharField(
        _("Kurztitel"), max_length=120, blank=True, help_text="Beginning of the question, or the office's own words"
    )
    headline_language = models.CharField(max_length=10, default="de")
    find_key = models.TextField(editable=False, blank=True, help_text="Folded words of title, dialogue and reference")
    place = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Ort"))
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("Thema"))
    languages = models.JSONField(_("Sprachen"), default=list, help_text="Codes of the languages spoken, the best first")
    languages_text = models.CharField(_("Sprachen in eigenen Worten"), max_length=200, blank=True)
    contact_language = models.CharField(
        _("Sprache"), max_length=10, default="de", help_text="Language of notices and of the dialogue"
    )
    channel = models.CharField(_("Weg"), max_length=10, choices=_choices(CHANNEL_LABELS), default=Channel.ONLINE)
    state = models.CharField(_("Stand"), max_length=10, choices=_choices(STATE_LABELS), default=EnquiryState.NEW)
    outcome = models.CharField(_("Ergebnis"), max_length=12, choices=_choices(OUTCOME_LABELS), blank=True)
    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="+", verbose_name=_("Verantwortliche Stelle"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Organisationseinheit"))
    assigned_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Stelle"))
    assigned_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Zuständige Person")
    )
    captured_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Erfasst von"))
    consent_to_share = models.BooleanField(_("Einwilligung: andere Stellen dürfen lesen"), default=False)
    consent_to_share_at = models.DateTimeField(null=True)
    consent_special_categories = models.BooleanField(_("Einwilligung: besondere Kategorien"), default=False)
    consent_special_categories_at = models.DateTimeField(null=True)
    receipt_hash = models.CharField(  # noqa: DJ001 - unique where there is a code
        max_length=64, null=True, unique=True, editable=False, help_text="Keyed hash of the receipt code"
    )
    contact_kind = models.CharField(_("Erreichbar"), max_length=5, choices=_choices(CONTACT_LABELS), default=ContactKind.NONE)
    contact = models.CharField(_("Kontakt"), max_length=254, blank=True)
    received_at = models.DateTimeField(_("Eingang"))
    opened_at = models.DateTimeField(_("Gelesen"), null=True)
    due_at = models.DateTimeField(_("Antwort bis"), null=True)
    answered_at = models.DateTimeField(_("Erste Antwort"), null=True)
    last_message_at = models.DateTimeField(_("Letzte Nachricht"), null=True)
    has_follow_up = models.BooleanField(_("Neue Rückfrage"), default=False, help_text="The resident wrote last")
    closed_at = models.DateTimeField(_("Abgeschlossen"), null=True)
    delete_on = models.DateField(_("Löschen am"), null=True)

    objects: ClassVar[Any] = scoped(EnquiryQuerySet)

    class Meta:
        ordering = ["-received_at", "-pk"]
        verbose_name = _("Frage")
        verbose_name_plural = _("Fragen")
        constraints = [
            models.UniqueConstraint(fields=["district", "reference"], name="one_enquiry_a_reference"),
            models.CheckConstraint(condition=~Q(state="closed") | Q(closed_at__isnull=False), name="closed_enquiry_has_a_moment"),
            models.CheckConstraint(condition=~Q(state="closed") | ~Q(outcome=""), name="closed_enquiry_has_an_outcome"),
        ]
        indexes = [
            models.Index(fields=["district", "state", "due_at"]),
            models.Index(fields=["district", "assigned_account", "state"]),
            models.Index(fields=["district", "place"]),
            models.Index(fields=["delete_on"], condition=Q(delete_on__isnull=False), name="enquiry_to_delete"),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def title(self) -> str:
        """Short title, else the topic: never empty."""
        return self.headline or (str(self.topic) if self.topic_id else str(_("Frage ohne Thema")))

    @property
    def title_language(self) -> str:
        return self.headline_language if self.headline else "de"

    @property
    def state_label(self) -> Any:
        return STATE_LABELS[EnquiryState(self.state)]

    @property
    def outcome_label(self) -> Any:
        return OUTCOME_LABELS[Outcome(self.outcome)] if self.outcome else ""

    @property
    def channel_label(self) -> Any:
        return CHANNEL_LABELS[Channel(self.channel)]

    @property
    def has_dialogue(self) -> bool:
        """A captured question has no resident behind it who could read an answer."""
        return self.receipt_hash is not None

    def is_overdue(self, now: Any) -> bool:
        return rules.is_overdue(self.state, self.due_at, now)

    def is_due_today(self, now: Any) -> bool:
        return rules.is_due_today(self.state, self.due_at, now)


class AppendOnly(DistrictModel):
    """Base of rows that are written once and leave with their question."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError(f"{type(self).__name__} is append-only")
        super().save(*args, **kwargs)


class Message(AppendOnly):
    """One message of the dialogue, in the words and the script of who wrote it."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+")
    direction = models.CharField(max_length=13, choices=[(item.value, item.value) for item in Direction])
    text = models.TextField(_("Text"), max_length=MAX_TEXT)
    language = models.CharField(max_length=10)
    sent_at = models.DateTimeField()
    author = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: the resident")
    author_function = models.CharField(max_length=200, blank=True, help_text="Function shown to the resident, never a name")

    objects: ClassVar[Any] = scoped(AppendOnlyQuerySet)

    class Meta:
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.direction} {self.sent_at:%Y-%m-%d %H:%M}"

    @property
    def is_from_office(self) -> bool:
        return self.direction == Direction.FROM_OFFICE


class InternalNote(AppendOnly):
    """A note of the office; the resident never sees it."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(_("Notiz"), max_length=MAX_TEXT)
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects: ClassVar[Any] = scoped(AppendOnlyQuerySet)

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.written_at:%Y-%m-%d %H:%M}"


class TimelineEvent(AppendOnly):
    """What happened when, by ids and codes. `before_*` is what undoing puts back."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=20, choices=[(item.value, item.value) for item in Step])
    happened_at = models.DateTimeField()
    actor = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: resident or system")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=20, blank=True, help_text="Outcome, consent or step, where the step has one")
    before_state = models.CharField(max_length=10, choices=_choices(STATE_LABELS), blank=True)
    before_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    before_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = scoped(AppendOnlyQuerySet)

    class Meta:
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.step} {self.happened_at:%Y-%m-%d %H:%M}"


class ErasedCount(DistrictModel):
    """How many questions went, so that reports stay true: a month and a few codes, nothing about a person.

    A question its resident deleted counts under month and channel alone.
    """

    month = models.DateField(help_text="First day of the month in which the questions came")
    channel = models.CharField(max_length=10, choices=_choices(CHANNEL_LABELS))
    outcome = models.CharField(max_length=12, choices=_choices(OUTCOME_LABELS), blank=True)
    language = models.CharField(max_length=10, blank=True)
    place = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, related_name="+")
    count = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["month", "pk"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.count}"
