"""The audit log: who did what to which record when; ids, verbs and names of fields, never values. And the ends of its chains."""

from django.db import models

from bruecke.core.models.district import District


class AuditEntry(models.Model):
    """Append-only. `number`, `previous_hash` and `hash` are filled by the sealer, which chains the entries per district.

    The fingerprint of an entry is described in `core.sealing.chain`.
    """

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
        indexes = [
            models.Index(fields=["target_type", "target_uid"]),
            models.Index(fields=["district", "at"]),
            models.Index(fields=["id"], name="audit_unsealed", condition=models.Q(number__isnull=True)),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"


class AuditChain(models.Model):
    """Both ends of one chain: of a district, or of the entries that belong to none (`key` "").

    Entries up to `base_number` were deleted when their time was over; the chain begins after `base_hash`. `mac` is made with
    the installation's secret key over both ends, so that whoever can write the database alone cannot make a chain anew.
    """

    key = models.CharField(max_length=22, unique=True, help_text="Uid of the district, empty for the installation")
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, related_name="+")
    base_number = models.PositiveBigIntegerField(default=0)
    base_hash = models.CharField(max_length=64, blank=True)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)
    sealed_at = models.DateTimeField()
    key_id = models.CharField(max_length=16, help_text="Tells which secret key made `mac`")
    mac = models.CharField(max_length=64)

    class Meta:
        ordering = ["key"]

    def __str__(self) -> str:
        return f"{self.key or '-'} {self.number}"
