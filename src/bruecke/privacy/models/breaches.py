# mypy: disable-error-code="django-manager-missing"
"""Breaches of the protection of personal data (Art. 33, 34 DSGVO) and what was done about them; no workflow here."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Controller
from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.privacy.querysets import BreachQuerySet
from bruecke.privacy.states import BreachState, BreachStepKind, Risk

RISK_LABELS: dict[Risk, Any] = {
    Risk.UNKNOWN: _("noch nicht beurteilt"),
    Risk.NONE: _("voraussichtlich kein Risiko"),
    Risk.RISK: _("Risiko"),
    Risk.HIGH: _("hohes Risiko"),
}
BREACH_STATE_LABELS: dict[BreachState, Any] = {BreachState.OPEN: _("offen"), BreachState.CLOSED: _("abgeschlossen")}
STEP_LABELS: dict[BreachStepKind, Any] = {
    BreachStepKind.NOTICED: _("bekannt geworden"),
    BreachStepKind.DESCRIBED: _("beschrieben"),
    BreachStepKind.ASSESSED: _("beurteilt"),
    BreachStepKind.MEASURE: _("Maßnahme"),
    BreachStepKind.AUTHORITY_TOLD: _("Aufsichtsbehörde benachrichtigt"),
    BreachStepKind.PEOPLE_TOLD: _("Betroffene benachrichtigt"),
    BreachStepKind.CLOSED: _("abgeschlossen"),
    BreachStepKind.REOPENED: _("wieder geöffnet"),
}


class Breach(DistrictModel, VersionedModel):
    """A breach as Art. 33 Abs. 3 and 5 want it written down. `authority_reason` says why nobody was told, or why late."""

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="+", verbose_name=_("Verantwortliche Stelle"))
    number = models.PositiveIntegerField(_("Nummer"), editable=False, help_text="Counted up in each controller")
    title = models.CharField(_("Kurz gesagt"), max_length=160)
    noticed_at = models.DateTimeField(_("Bekannt geworden"))
    happened = models.TextField(_("Was ist passiert"), max_length=4000)
    categories = models.TextField(_("Welche Daten sind betroffen"), max_length=2000, blank=True)
    people_count = models.PositiveIntegerField(_("Betroffene Personen, ungefähr"), null=True, blank=True)
    records_count = models.PositiveIntegerField(_("Betroffene Einträge, ungefähr"), null=True, blank=True)
    consequences = models.TextField(_("Wahrscheinliche Folgen"), max_length=2000, blank=True)
    measures = models.TextField(_("Maßnahmen, ergriffen oder vorgesehen"), max_length=4000, blank=True)
    risk = models.CharField(
        _("Risiko für die Betroffenen"),
        max_length=8,
        choices=[(key.value, label) for key, label in RISK_LABELS.items()],
        default=Risk.UNKNOWN,
    )
    authority_told_at = models.DateTimeField(_("Aufsichtsbehörde benachrichtigt am"), null=True, blank=True)
    authority_reference = models.CharField(_("Aktenzeichen der Behörde"), max_length=80, blank=True)
    authority_reason = models.TextField(_("Warum nicht oder später als 72 Stunden"), max_length=2000, blank=True)
    people_told_at = models.DateTimeField(_("Betroffene benachrichtigt am"), null=True, blank=True)
    people_reason = models.TextField(_("Warum die Betroffenen nicht benachrichtigt werden"), max_length=2000, blank=True)
    state = models.CharField(
        _("Stand"),
        max_length=8,
        choices=[(key.value, label) for key, label in BREACH_STATE_LABELS.items()],
        default=BreachState.OPEN,
    )
    closed_at = models.DateTimeField(_("Abgeschlossen am"), null=True, blank=True)
    entered_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField()

    objects: ClassVar[Any] = scoped(BreachQuerySet)

    class Meta:
        verbose_name = _("Datenpanne")
        ordering = ["-noticed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["controller", "number"], name="one_breach_a_number"),
            models.CheckConstraint(
                condition=Q(authority_told_at=None) | Q(authority_told_at__gte=models.F("noticed_at")), name="told_after_noticed"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class BreachStep(DistrictModel):
    """Who did what about a breach and when; never changed. `at` is when it was done, `entered_at` when it was written down."""

    breach = models.ForeignKey(Breach, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=16, choices=[(key.value, label) for key, label in STEP_LABELS.items()])
    at = models.DateTimeField()
    text = models.CharField(max_length=500, blank=True)
    actor = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("Schritt bei einer Datenpanne")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.kind
