# mypy: disable-error-code="django-manager-missing"
"""The question itself and the words for its codes; no workflow here. Nothing of it goes into a record history."""

import secrets
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Controller, Unit
from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.enquiries import rules
from bruecke.enquiries.querysets import EnquiryQuerySet
from bruecke.enquiries.states import Channel, ContactKind, EnquiryKind, EnquiryState, Outcome
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
KIND_LABELS: dict[EnquiryKind, Any] = {EnquiryKind.QUESTION: _("Frage"), EnquiryKind.HELP: _("Hilfsangebot")}
HELP_OUTCOME_LABELS: dict[Outcome, Any] = {
    Outcome.ANSWERED: _("Beantwortet"),
    Outcome.REFERRED: _("An einen Träger oder ein Angebot vermittelt"),
    Outcome.PASSED_ON: _("An eine andere Stelle verwiesen"),
    Outcome.NO_CONCERN: _("Kein Hilfsangebot, zum Beispiel Werbung"),
}
"""How an offer of help ends; that nothing fits a need cannot be said of it."""
MAX_TEXT = 5000
_REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_reference() -> str:
    """A short sign by which people name a question to each other; it opens nothing."""
    letters = "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(7))
    return f"{letters[:3]}-{letters[3:]}"


def choices_of(labels: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.value, label) for key, label in labels.items()]


class Enquiry(DistrictModel, VersionedModel):
    """One question.

    `controller` and `unit` are the ones named on the form before it was sent: nobody else reads it without consent.
    """

    kind = models.CharField(_("Art"), max_length=8, choices=choices_of(KIND_LABELS), default=EnquiryKind.QUESTION)
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
    target_group = models.CharField(_("Zielgruppe"), max_length=60, blank=True, help_text="Key of the vocabulary")
    needs = models.JSONField(_("Braucht"), default=list, help_text="Codes of `states.Need`")
    contact_language = models.CharField(
        _("Sprache"), max_length=10, default="de", help_text="Language of notices and of the dialogue"
    )
    channel = models.CharField(_("Weg"), max_length=10, choices=choices_of(CHANNEL_LABELS), default=Channel.ONLINE)
    state = models.CharField(_("Stand"), max_length=10, choices=choices_of(STATE_LABELS), default=EnquiryState.NEW)
    outcome = models.CharField(_("Ergebnis"), max_length=12, choices=choices_of(OUTCOME_LABELS), blank=True)
    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="+", verbose_name=_("Verantwortliche Stelle"))
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Organisationseinheit"))
    assigned_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Stelle"))
    assigned_account = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Zuständige Person")
    )
    on_behalf_of_post = models.ForeignKey(
        Post, on_delete=models.PROTECT, null=True, related_name="+", help_text="Whose question it is while a deputy has it"
    )
    on_behalf_of_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    captured_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Erfasst von"))
    consent_to_share = models.BooleanField(_("Einwilligung: andere Stellen dürfen lesen"), default=False)
    consent_to_share_at = models.DateTimeField(null=True)
    consent_special_categories = models.BooleanField(_("Einwilligung: besondere Kategorien"), default=False)
    consent_special_categories_at = models.DateTimeField(null=True)
    receipt_hash = models.CharField(  # noqa: DJ001 - unique where there is a code
        max_length=64, null=True, unique=True, editable=False, help_text="Keyed hash of the receipt code"
    )
    contact_kind = models.CharField(_("Erreichbar"), max_length=5, choices=choices_of(CONTACT_LABELS), default=ContactKind.NONE)
    contact = models.CharField(_("Kontakt"), max_length=254, blank=True)
    received_at = models.DateTimeField(_("Eingang"))
    opened_at = models.DateTimeField(_("Gelesen"), null=True)
    due_at = models.DateTimeField(_("Antwort bis"), null=True)
    answered_at = models.DateTimeField(_("Erste Antwort"), null=True)
    last_message_at = models.DateTimeField(_("Letzte Nachricht"), null=True)
    escalated_at = models.DateTimeField(_("Gemeldet"), null=True, help_text="When the leading office was told that it waits")
    unmet_demand = models.ForeignKey(
        "enquiries.UnmetDemand", on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("Fehlendes Angebot")
    )
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
        if not self.outcome:
            return ""
        words = HELP_OUTCOME_LABELS if self.is_help else OUTCOME_LABELS
        return words.get(Outcome(self.outcome), OUTCOME_LABELS[Outcome(self.outcome)])

    @property
    def channel_label(self) -> Any:
        return CHANNEL_LABELS[Channel(self.channel)]

    @property
    def is_help(self) -> bool:
        return self.kind == EnquiryKind.HELP

    @property
    def has_dialogue(self) -> bool:
        """A captured question has no resident behind it who could read an answer."""
        return self.receipt_hash is not None

    def is_overdue(self, now: Any) -> bool:
        return rules.is_overdue(self.state, self.due_at, now)

    def is_due_today(self, now: Any) -> bool:
        return rules.is_due_today(self.state, self.due_at, now)
