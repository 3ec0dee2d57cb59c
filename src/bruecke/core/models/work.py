"""Mail to send and jobs to run: rows of the same transaction as the record that caused them."""

from django.db import models
from django.db.models import Q

from bruecke.core.models.district import District
from bruecke.core.tokens import new_uid


class WorkState(models.TextChoices):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class LeasedWork(models.Model):
    """A row that one worker takes for a while; when its lease runs out, another one may take it again."""

    uid = models.CharField(max_length=22, unique=True, default=new_uid, editable=False)
    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, related_name="+")
    key = models.CharField(max_length=160, unique=True, help_text="The same key is queued once")
    state = models.CharField(max_length=8, choices=WorkState.choices, default=WorkState.WAITING)
    queued_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    lease_token = models.CharField(max_length=22, blank=True)
    finished_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=120, blank=True, help_text="Class of the last error, without its text")

    class Meta:
        abstract = True
        ordering = ["due_at", "pk"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="%(class)s_unfinished",
                condition=Q(state__in=[WorkState.WAITING, WorkState.RUNNING]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"


class OutboxMail(LeasedWork):
    """One plain-text mail, perhaps with a file. Address and text are wiped when it is sent; the row stays.

    So it is never sent again.
    """

    message_id = models.CharField(max_length=120, unique=True)
    to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=10, default="de")
    about_type = models.CharField(max_length=60, blank=True)
    about_uid = models.CharField(max_length=40, blank=True, db_index=True)
    attachment_uid = models.CharField(max_length=22, blank=True, help_text="Uid of a stored file of the same district")


class Job(LeasedWork):
    """One call of a registered handler; `args` holds ids only."""

    kind = models.CharField(max_length=80)
    args = models.JSONField(default=dict)
    done_units = models.PositiveIntegerField(default=0)
    total_units = models.PositiveIntegerField(default=0)
