# mypy: disable-error-code="django-manager-missing"
"""Whom to call when it gets difficult, in which order, at what hours, and who was told when (row I6)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.staffing.querysets import EscalationContactQuerySet, EscalationNoticeQuerySet
from bruecke.staffing.states import NoticeChannel

CHANNEL_LABELS = {
    NoticeChannel.PHONE: _("telefonisch"),
    NoticeChannel.MAIL: _("per E-Mail"),
    NoticeChannel.IN_PERSON: _("persönlich"),
    NoticeChannel.OTHER: _("anders"),
}


class EscalationContact(DistrictModel, VersionedModel):
    """One step of the chain of a municipality, or (`municipality` None) of every municipality of the district.

    `position` is the order of calling. A function with its service number; a name only where the office wants it.
    """

    municipality = models.ForeignKey(
        "places.Area", on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("Gemeinde")
    )
    position = models.PositiveSmallIntegerField(_("Reihenfolge"))
    function = models.CharField(_("Funktion"), max_length=120, help_text=_("Zum Beispiel „Ordnungsamt, Bereitschaft“."))
    name = models.CharField(_("Name"), max_length=120, blank=True)
    phone = models.CharField(_("Telefon"), max_length=40)
    other_phone = models.CharField(_("weiteres Telefon"), max_length=40, blank=True)
    mailbox = models.EmailField(_("E-Mail-Adresse"), max_length=254, blank=True)
    note = models.CharField(_("Wann und wofür"), max_length=200, blank=True, help_text=_("Zum Beispiel „bei Gefahr zuerst 110“."))
    confirmed_on = models.DateField(_("zuletzt geprüft am"), null=True, blank=True)
    is_active = models.BooleanField(_("gilt"), default=True)

    objects = scoped(EscalationContactQuerySet)

    class Meta:
        verbose_name = _("Kontakt der Eskalationskette")
        verbose_name_plural = _("Kontakte der Eskalationskette")
        ordering = ["position", "pk"]
        indexes = [models.Index(fields=["district", "municipality"], name="staffing_escalation_place")]

    def __str__(self) -> str:
        return self.function


class OnCallTime(DistrictModel):
    """When a contact can be reached: a weekday and the clock in Berlin. `ends` before `starts` lies on the next day."""

    contact = models.ForeignKey(
        EscalationContact, on_delete=models.CASCADE, related_name="on_call", verbose_name=_("Kontakt der Eskalationskette")
    )
    weekday = models.PositiveSmallIntegerField(_("Wochentag"), help_text="0 Monday … 6 Sunday")
    starts = models.TimeField(_("von"))
    ends = models.TimeField(_("bis"))

    objects = scoped()

    class Meta:
        verbose_name = _("Erreichbarkeit")
        verbose_name_plural = _("Erreichbarkeiten")
        ordering = ["weekday", "starts", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="on_call_weekday"),
            models.CheckConstraint(condition=~Q(ends=F("starts")), name="on_call_lasts"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.starts:%H:%M}"


class EscalationNotice(DistrictModel):
    """Who was told, when and how: an entry of the log of a municipality. `function` as it was called then. Never changed."""

    municipality = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", verbose_name=_("Gemeinde"))
    contact = models.ForeignKey(
        EscalationContact, on_delete=models.SET_NULL, related_name="notices", null=True, blank=True, verbose_name=_("Kontakt")
    )
    function = models.CharField(_("Wer benachrichtigt wurde"), max_length=120)
    channel = models.CharField(_("Weg"), max_length=12, choices=list(CHANNEL_LABELS.items()))
    was_reached = models.BooleanField(_("erreicht"), default=True)
    told_at = models.DateTimeField(_("benachrichtigt am"))
    note = models.CharField(
        _("Anlass in Stichworten"), max_length=300, blank=True, help_text=_("Keine Namen, keine Gesundheitsangaben.")
    )
    entered_at = models.DateTimeField()
    entered_by_id = models.BigIntegerField(null=True)

    objects = scoped(EscalationNoticeQuerySet)

    class Meta:
        verbose_name = _("Benachrichtigung")
        verbose_name_plural = _("Benachrichtigungen")
        ordering = ["-told_at", "-pk"]
        indexes = [models.Index(fields=["district", "municipality", "-told_at"], name="staffing_notice_place")]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.told_at:%Y-%m-%d}"
