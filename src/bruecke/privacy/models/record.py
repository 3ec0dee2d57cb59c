# mypy: disable-error-code="django-manager-missing"
"""The record of processing: what only people know, dated versions; and the protocol of erasures. No workflow here."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Controller
from bruecke.core.scope import DistrictModel, scoped
from bruecke.privacy.querysets import RecordQuerySet
from bruecke.privacy.states import AdditionKind, ErasureKind

ADDITION_LABELS: dict[AdditionKind, Any] = {
    AdditionKind.OFFICER: _("Datenschutzbeauftragte Stelle mit Kontakt"),
    AdditionKind.JOINT: _("Gemeinsam Verantwortliche"),
    AdditionKind.PROCESSORS: _("Auftragsverarbeiter, zum Beispiel Betrieb des Servers"),
    AdditionKind.TRANSFER: _("Übermittlung in Länder außerhalb der EU"),
    AdditionKind.MEASURES: _("Weitere technische und organisatorische Maßnahmen"),
    AdditionKind.RECIPIENTS: _("Weitere Empfänger außerhalb der Stelle"),
    AdditionKind.REMARK: _("Anmerkung"),
}
ERASURE_LABELS: dict[ErasureKind, Any] = {
    ErasureKind.RUN: _("Täglicher Lauf"),
    ErasureKind.RULE: _("Löschfrist"),
    ErasureKind.SUBJECT: _("Spuren einer Person"),
}


class RecordAddition(DistrictModel):
    """What a person said about a line of the record; the latest of its kind and activity counts, the earlier ones are history."""

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="+", verbose_name=_("Verantwortliche Stelle"))
    activity = models.CharField(max_length=60, blank=True, help_text="Key of an activity; empty: the controller as a whole")
    kind = models.CharField(_("Angabe"), max_length=12, choices=[(key.value, label) for key, label in ADDITION_LABELS.items()])
    text = models.TextField(_("Text"), max_length=2000)
    entered_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    entered_at = models.DateTimeField()

    objects: ClassVar[Any] = scoped(RecordQuerySet)

    class Meta:
        verbose_name = _("Angabe zum Verzeichnis")
        ordering = ["-entered_at", "-pk"]
        indexes = [models.Index(fields=["controller", "activity", "kind"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.activity}"


class RecordRelease(DistrictModel):
    """The record of a controller as it stood on a day: what is compared with later."""

    controller = models.ForeignKey(Controller, on_delete=models.PROTECT, related_name="+", verbose_name=_("Verantwortliche Stelle"))
    content = models.JSONField(help_text="Lines by key of the activity, as `queries.record.as_content` gives them")
    note = models.CharField(_("Anlass"), max_length=300, blank=True)
    released_by = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+")
    released_at = models.DateTimeField()

    objects: ClassVar[Any] = scoped(RecordQuerySet)

    class Meta:
        verbose_name = _("Freigegebener Stand des Verzeichnisses")
        ordering = ["-released_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.released_at:%Y-%m-%d}"


class ErasureEntry(DistrictModel):
    """A line of the protocol of erasures: figures, no content. `subject_hash` proves for a known uid that its traces are gone."""

    controller = models.ForeignKey(
        Controller, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("Verantwortliche Stelle")
    )
    at = models.DateTimeField(_("Wann"))
    kind = models.CharField(_("Art"), max_length=8, choices=[(key.value, label) for key, label in ERASURE_LABELS.items()])
    key = models.CharField(_("Was"), max_length=60, help_text="Key of the rule, or kind of the subject")
    count = models.PositiveIntegerField(_("Einträge"), help_text="Records of a rule, rows of a subject")
    period = models.CharField(_("Frist"), max_length=160, blank=True, help_text="The period in words, as it was that day")
    actor_kind = models.CharField(max_length=10)
    actor = models.ForeignKey(Account, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("Durch"))
    subject_hash = models.CharField(max_length=64, blank=True, help_text="Keyed hash of kind and uid")

    objects: ClassVar[Any] = scoped(RecordQuerySet)

    class Meta:
        verbose_name = _("Eintrag im Löschprotokoll")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["controller", "at"])]

    def __str__(self) -> str:
        return f"{self.key} {self.count}"
