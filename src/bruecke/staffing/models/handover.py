# mypy: disable-error-code="django-manager-missing"
"""A post changes hands: when, between whom, and what of it is done."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.staffing.models.posts import Post, PostHolder
from bruecke.staffing.querysets import HandOverQuerySet
from bruecke.staffing.states import HandOverState

HAND_OVER_LABELS = {
    HandOverState.PLANNED: _("geplant"),
    HandOverState.DONE: _("abgeschlossen"),
    HandOverState.CANCELLED: _("abgesagt"),
}


class HandOver(DistrictModel, VersionedModel):
    """Somebody leaves a post: `on` is the first day without the person. The dossier itself is computed, never stored.

    `ticked` keeps which of its points were handed over: {key of the point: ISO day}.
    """

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="hand_overs", verbose_name=_("Stelle"))
    leaving = models.ForeignKey(
        PostHolder, on_delete=models.CASCADE, related_name="hand_overs", verbose_name=_("Wer die Stelle verlässt")
    )
    on = models.DateField(_("Übergabe am"), help_text=_("Erster Tag ohne die bisherige Person."))
    state = models.CharField(_("Stand"), max_length=12, choices=list(HAND_OVER_LABELS.items()), default=HandOverState.PLANNED)
    note = models.TextField(
        _("Was die Nachfolge wissen muss"), max_length=4000, blank=True, help_text=_("Keine Namen von Ratsuchenden.")
    )
    ticked = models.JSONField(default=dict, blank=True)
    planned_at = models.DateTimeField()
    planned_by_id = models.BigIntegerField(null=True)
    closed_at = models.DateTimeField(null=True, editable=False)

    objects = scoped(HandOverQuerySet)

    class Meta:
        verbose_name = _("Übergabe")
        verbose_name_plural = _("Übergaben")
        ordering = ["-on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["leaving"], condition=models.Q(state="planned"), name="one_planned_hand_over_a_holder")
        ]

    def __str__(self) -> str:
        return f"{self.post_id} {self.on}"
