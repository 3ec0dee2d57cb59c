# mypy: disable-error-code="django-manager-missing"
"""What belongs to a question and leaves with it: dialogue, notes, timeline, attached files; and the counts that stay."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Controller, Unit
from bruecke.core.models import StoredFile
from bruecke.core.scope import DistrictModel, scoped
from bruecke.enquiries.models.question import (
    CHANNEL_LABELS,
    KIND_LABELS,
    MAX_TEXT,
    OUTCOME_LABELS,
    STATE_LABELS,
    Enquiry,
    choices_of,
)
from bruecke.enquiries.querysets import AppendOnlyQuerySet, AttachmentQuerySet
from bruecke.enquiries.states import Direction, EnquiryKind, Step
from bruecke.places.models import Area
from bruecke.staffing.models import Post
from bruecke.vocabulary.models import Topic


class AppendOnly(DistrictModel):
    """Base of rows that are written once and leave with their question."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE)

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError(f"{type(self).__name__} is append-only")
        super().save(*args, **kwargs)


class Message(AppendOnly):
    """One message of the dialogue, in the words and the script of who wrote it."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+")
    direction = models.CharField(max_length=13, choices=[(item.value, item.value) for item in Direction])
    text = models.TextField(_("Text"), max_length=MAX_TEXT)
    language = models.CharField(max_length=10)
    sent_at = models.DateTimeField()
    author = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: the resident")
    author_function = models.CharField(max_length=200, blank=True, help_text="Function shown to the resident, never a name")

    objects: ClassVar[Any] = scoped(AppendOnlyQuerySet)

    class Meta:
        ordering = ["sent_at", "pk"]

    def __str__(self) -> str:
        return f"{self.direction} {self.sent_at:%Y-%m-%d %H:%M}"

    @property
    def is_from_office(self) -> bool:
        return self.direction == Direction.FROM_OFFICE


class Attachment(AppendOnly):
    """A photo or PDF that came with a message; checked, re-encoded, never public."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.CASCADE, related_name="+")

    objects: ClassVar[Any] = scoped(AttachmentQuerySet)

    class Meta:
        ordering = ["pk"]
        verbose_name = _("Anhang")

    def __str__(self) -> str:
        return f"{self.message_id} {self.file_id}"

    @property
    def is_image(self) -> bool:
        return self.file.content_type.startswith("image/")

    @property
    def kind(self) -> str:
        return {"image/jpeg": "JPG", "image/png": "PNG"}.get(self.file.content_type, "PDF")


class InternalNote(AppendOnly):
    """A note of the office; the resident never sees it."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(_("Notiz"), max_length=MAX_TEXT)
    author = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    objects: ClassVar[Any] = scoped(AppendOnlyQuerySet)

    class Meta:
        ordering = ["written_at", "pk"]

    def __str__(self) -> str:
        return f"{self.written_at:%Y-%m-%d %H:%M}"


class TimelineEvent(AppendOnly):
    """What happened when, by ids and codes. `before_*` is what undoing puts back."""

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="+")
    step = models.CharField(max_length=20, choices=[(item.value, item.value) for item in Step])
    happened_at = models.DateTimeField()
    actor = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+", help_text="None: resident or system")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.CharField(max_length=20, blank=True, help_text="Outcome, consent or step, where the step has one")
    before_state = models.CharField(max_length=10, choices=choices_of(STATE_LABELS), blank=True)
    before_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    before_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")
    before_behalf_account = models.ForeignKey(Account, on_delete=models.PROTECT, null=True, related_name="+")
    before_behalf_post = models.ForeignKey(Post, on_delete=models.PROTECT, null=True, related_name="+")

    objects: ClassVar[Any] = scoped(AppendOnlyQuerySet)

    class Meta:
        ordering = ["happened_at", "pk"]

    def __str__(self) -> str:
        return f"{self.step} {self.happened_at:%Y-%m-%d %H:%M}"


class ErasedCount(DistrictModel):
    """How many questions went, so that reports stay true: a month and a few codes, nothing about a person.

    A question its resident deleted counts under month and channel alone. `controller` keeps the border the question had: who
    could not read it does not learn small counts afterwards either.
    """

    kind = models.CharField(max_length=8, choices=choices_of(KIND_LABELS), default=EnquiryKind.QUESTION)
    controller = models.ForeignKey(Controller, on_delete=models.SET_NULL, null=True, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.SET_NULL, null=True, related_name="+")
    month = models.DateField(help_text="First day of the month in which the questions came")
    channel = models.CharField(max_length=10, choices=choices_of(CHANNEL_LABELS))
    outcome = models.CharField(max_length=12, choices=choices_of(OUTCOME_LABELS), blank=True)
    language = models.CharField(max_length=10, blank=True)
    place = models.ForeignKey(Area, on_delete=models.PROTECT, null=True, related_name="+")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, null=True, related_name="+")
    count = models.PositiveIntegerField(default=0)

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["month", "pk"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.count}"


class AnswerTime(DistrictModel):
    """How long an erased question had waited for its first answer; knows a month and a post, nothing else of the question."""

    month = models.DateField(help_text="First day of the month in which the question came")
    post = models.ForeignKey(Post, on_delete=models.SET_NULL, null=True, related_name="+")
    hours = models.PositiveIntegerField(help_text="Whole hours")

    objects: ClassVar[Any] = scoped()

    class Meta:
        ordering = ["month", "pk"]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}: {self.hours} h"
