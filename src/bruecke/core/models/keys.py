"""Short-lived keys: mailed links, one-use form keys, drafts, counters of the rate limit. Secrets are stored as keyed hashes."""

from django.db import models

from bruecke.core.models.district import District


class MailedLink(models.Model):
    """A link in a mail: one purpose, one object, an end; it never acts on GET."""

    token_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=40)
    object_uid = models.CharField(max_length=40, db_index=True)
    district = models.ForeignKey(District, on_delete=models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.purpose} {self.object_uid}"


class FormKey(models.Model):
    """A form that was sent: its key cannot be used again. `result_uid` is what the first use made."""

    key_hash = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=60)
    used_at = models.DateTimeField(db_index=True)
    result_uid = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return self.purpose


class Draft(models.Model):
    """What a person typed at the desk and has not sent yet; seen by her alone."""

    account_id = models.BigIntegerField()
    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=120)
    about_uid = models.CharField(max_length=40, blank=True, db_index=True)
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "district", "key"], name="one_draft_a_form")]

    def __str__(self) -> str:
        return self.key


class RateCounter(models.Model):
    """Number of tries under one hashed key in one window of time; shared by all processes."""

    key_hash = models.CharField(max_length=64)
    window_starts_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key_hash", "window_starts_at"], name="one_counter_a_window")]

    def __str__(self) -> str:
        return f"{self.count}"
