# mypy: disable-error-code="django-manager-missing"
"""The page of a quarter for a mayor: who gets it by mail, and which were sent."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.staffing.querysets import PlaceSheetQuerySet, SheetRecipientQuerySet


class SheetRecipient(DistrictModel, VersionedModel):
    """A mailbox of a town hall that gets the page of each quarter about its municipality."""

    municipality = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", verbose_name=_("Gemeinde"))
    email = models.EmailField(
        _("E-Mail-Adresse"), max_length=254, help_text=_("Ein Funktionspostfach, zum Beispiel des Rathauses.")
    )
    is_active = models.BooleanField(_("bekommt die Übersicht"), default=True)

    objects = scoped(SheetRecipientQuerySet)

    class Meta:
        verbose_name = _("Empfänger der Quartalsübersicht")
        verbose_name_plural = _("Empfänger der Quartalsübersicht")
        ordering = ["municipality", "email"]
        constraints = [models.UniqueConstraint(fields=["district", "municipality", "email"], name="one_sheet_recipient")]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.pk}"


class PlaceSheet(DistrictModel):
    """That the page of a quarter went out for a municipality. `quarter` is its first day."""

    municipality = models.ForeignKey("places.Area", on_delete=models.PROTECT, related_name="+", verbose_name=_("Gemeinde"))
    quarter = models.DateField(_("Quartal"), help_text="First day of the quarter")
    made_at = models.DateTimeField(_("erstellt am"))
    recipients = models.PositiveSmallIntegerField(_("Empfänger"), default=0)

    objects = scoped(PlaceSheetQuerySet)

    class Meta:
        verbose_name = _("Quartalsübersicht")
        verbose_name_plural = _("Quartalsübersichten")
        ordering = ["-quarter", "municipality"]
        constraints = [models.UniqueConstraint(fields=["district", "municipality", "quarter"], name="one_sheet_a_quarter")]

    def __str__(self) -> str:
        return f"{self.municipality_id} {self.quarter}"
