# mypy: disable-error-code="django-manager-missing"
"""The way from a question to an offer: what was proposed and chosen, what was passed on with whose consent, what is missing."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account
from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.directory.models import Organisation
from bruecke.enquiries.models.question import Enquiry, choices_of
from bruecke.enquiries.querysets import ReferralQuerySet, UnmetQuerySet
from bruecke.enquiries.states import ConsentBasis, DangerLaw, MisfitReason, Passed, ReferralState, RejectReason, Verdict
from bruecke.offers.models import Offer
from bruecke.places.models import Area
from bruecke.vocabulary.models import Topic

REFERRAL_LABELS: dict[ReferralState, Any] = {
    ReferralState.AWAITING_CONSENT: _("Wartet auf Einwilligung"),
    ReferralState.AWAITING_SECOND: _("Wartet auf zweite Person"),
    ReferralState.SENT: _("Gesendet"),
    ReferralState.ACCEPTED: _("Angenommen"),
    ReferralState.REJECTED: _("Abgelehnt"),
    ReferralState.DONE: _("Erledigt"),
    ReferralState.REVOKED: _("Zurückgezogen"),
    ReferralState.DECLINED: _("Einwilligung nicht gegeben"),
}
BASIS_LABELS: dict[ConsentBasis, Any] = {
    ConsentBasis.NOTHING_PERSONAL: _("Ohne Angaben zur Person"),
    ConsentBasis.STATUS_PAGE: _("Einwilligung über die Seite „Meine Frage“"),
    ConsentBasis.IN_PERSON: _("Einwilligung persönlich oder am Telefon gegeben"),
    ConsentBasis.DANGER: _("Akute Gefahr"),
}
REJECT_LABELS: dict[RejectReason, Any] = {
    RejectReason.FULL: _("Keine freien Plätze"),
    RejectReason.NOT_FOR_THEM: _("Passt nicht zur Zielgruppe oder zu den Voraussetzungen"),
    RejectReason.LANGUAGE: _("Keine passende Sprache"),
    RejectReason.ENDED: _("Das Angebot gibt es nicht mehr"),
    RejectReason.NOT_REACHED: _("Person nicht erreicht"),
    RejectReason.OTHER: _("Anderer Grund"),
}
MISFIT_LABELS: dict[MisfitReason, Any] = {
    MisfitReason.TOO_FAR: _("zu weit"),
    MisfitReason.WRONG_TOPIC: _("anderes Thema"),
    MisfitReason.LANGUAGE: _("Sprache fehlt"),
    MisfitReason.FULL: _("kein Platz frei"),
    MisfitReason.TIME: _("Zeit passt nicht"),
    MisfitReason.GROUP: _("nicht für diese Zielgruppe"),
    MisfitReason.NOT_WANTED: _("von der Person nicht gewünscht"),
    MisfitReason.OTHER: _("anderer Grund"),
}
DANGER_LABELS: dict[DangerLaw, Any] = {
    DangerLaw.NECESSITY: _("§ 34 StGB: gegenwärtige Gefahr für Leben, Leib oder Freiheit, nicht anders abwendbar"),
    DangerLaw.CHILD: _("§ 4 Abs. 3 KKG: Gefährdung des Kindeswohls"),
}
PASSED_LABELS: dict[Passed, Any] = {
    Passed.TOPIC: _("das Thema"),
    Passed.PLACE: _("der Ort"),
    Passed.LANGUAGES: _("die Sprachen"),
    Passed.TEXT: _("der Text der Frage"),
    Passed.CONTACT: _("Telefon oder E-Mail"),
    Passed.ATTACHMENTS: _("Fotos und Dateien"),
}
MAX_MESSAGE = 2000


class OfferChoice(DistrictModel):
    """What a coordinator made of a proposed offer, so that the ranking can be judged; outlives the question without trace."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.SET_NULL, null=True, related_name="+")
    offer = models.ForeignKey(Offer, on_delete=models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=8, choices=[(item.value, item.value) for item in Verdict])
    reason = models.CharField(max_length=12, choices=choices_of(MISFIT_LABELS), blank=True)
    rank = models.PositiveSmallIntegerField(help_text="1 was shown first")
    score = models.FloatField()
    facts = models.JSONField(default=list, help_text="Codes of the reasons that were shown")
    decided_on = models.DateField()
    decided_by_id = models.BigIntegerField(null=True)

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["decided_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["enquiry", "offer"], condition=Q(enquiry__isnull=False), name="one_verdict_an_offer")
        ]

    def __str__(self) -> str:
        return f"{self.offer_id} {self.verdict}"


class UnmetDemand(DistrictModel):
    """Somebody needed what does not exist: place, topic, target group, language, month. No person, no text, no way back to one."""

    month = models.DateField(_("Monat"), help_text="First day of the month")
    place = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Ort"))
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Thema"))
    category = models.CharField(_("Kategorie"), max_length=60, blank=True, help_text="Key of the vocabulary")
    target_group = models.CharField(_("Zielgruppe"), max_length=60, blank=True, help_text="Key of the vocabulary")
    language = models.CharField(_("Sprache"), max_length=12, blank=True, help_text="BCP 47 code")

    objects: ClassVar[Any] = scoped(UnmetQuerySet)

    class Meta:
        ordering = ["month", "pk"]
        verbose_name = _("Fehlendes Angebot")
        verbose_name_plural = _("Fehlende Angebote")
        indexes = [models.Index(fields=["district", "month"])]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.topic_id}"


class Referral(DistrictModel, VersionedModel):
    """One question handed to one offer: on what basis, what is passed on, to whom, and what became of it.

    `passes` holds codes of `states.Passed`. Where the basis is NOTHING_PERSONAL, they and `message` identify nobody.
    """

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="referrals", verbose_name=_("Frage"))
    offer = models.ForeignKey(Offer, on_delete=models.PROTECT, related_name="+", verbose_name=_("Angebot"))
    provider = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", verbose_name=_("Träger"))
    state = models.CharField(_("Stand"), max_length=16, choices=choices_of(REFERRAL_LABELS))
    basis = models.CharField(_("Grundlage"), max_length=16, choices=choices_of(BASIS_LABELS))
    purpose = models.CharField(_("Wozu"), max_length=300)
    passes = models.JSONField(_("Weitergegeben wird"), default=list)
    message = models.TextField(_("Nachricht an den Träger"), max_length=MAX_MESSAGE, blank=True)
    to_email = models.EmailField(_("Geht an"), max_length=254)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    consent_asked_at = models.DateTimeField(_("Einwilligung erbeten"), null=True)
    consent_at = models.DateTimeField(_("Einwilligung gegeben"), null=True)
    consent_noted_by = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    danger_reason = models.CharField(_("Worin die Gefahr besteht"), max_length=500, blank=True)
    danger_law = models.CharField(_("Rechtsgrundlage"), max_length=8, choices=choices_of(DANGER_LABELS), blank=True)
    second_person = models.ForeignKey(
        Account, on_delete=models.PROTECT, null=True, related_name="+", verbose_name=_("Zweite Person")
    )
    second_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(_("Gesendet"), null=True)
    answer_by = models.DateField(_("Antwort bis"), null=True)
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(_("Antwort"), null=True)
    reject_reason = models.CharField(_("Grund"), max_length=12, choices=choices_of(REJECT_LABELS), blank=True)
    answer_note = models.CharField(_("Nachricht des Trägers"), max_length=500, blank=True)
    done_at = models.DateTimeField(_("Erledigt"), null=True)
    ended_at = models.DateTimeField(_("Zurückgezogen"), null=True)

    objects: ClassVar[Any] = scoped(ReferralQuerySet)

    class Meta:
        ordering = ["-created_at", "-pk"]
        verbose_name = _("Vermittlung")
        verbose_name_plural = _("Vermittlungen")
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "accepted", "rejected", "done"])
                | Q(basis__in=["nothing_personal"])
                | Q(consent_at__isnull=False)
                | Q(second_at__isnull=False),
                name="nothing_personal_leaves_without_basis",
            ),
            models.UniqueConstraint(
                fields=["enquiry", "offer"],
                condition=Q(state__in=["awaiting_consent", "awaiting_second", "sent", "accepted"]),
                name="one_running_referral_an_offer",
            ),
        ]
        indexes = [models.Index(fields=["district", "state", "answer_by"])]

    def __str__(self) -> str:
        return f"{self.enquiry_id} → {self.offer_id}"

    @property
    def state_label(self) -> Any:
        return REFERRAL_LABELS[ReferralState(self.state)]
