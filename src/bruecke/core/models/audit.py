"""The audit log: who did what to which record when; ids, verbs and names of fields, never values."""

from django.db import models

from bruecke.core.models.district import District


class AuditEntry(models.Model):
    """Append-only. `number`, `previous_hash` and `hash` are filled by the sealer, which chains the entries per district."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(db_index=True)
    actor_kind = models.CharField(max_length=12)
    actor_id = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=80, blank=True, help_text="Why the system or a link holder acted")
    verb = models.CharField(max_length=60)
    is_refusal = models.BooleanField(default=False)
    target_type = models.CharField(max_length=60, blank=True)
    target_uid = models.CharField(max_length=40, blank=True)
    fields = models.JSONField(default=list, help_text="Names of the changed fields")
    number = models.PositiveBigIntegerField(null=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["district", "number"], name="one_audit_number_a_district")]
        indexes = [models.Index(fields=["target_type", "target_uid"]), models.Index(fields=["district", "at"])]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"
