# mypy: disable-error-code="django-manager-missing"
"""Tables on their way in: the file, its rows while they are checked and taken over, and which column meant what."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from bruecke.core.scope import DistrictModel, scoped


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("hochgeladen")
    MAPPED = "mapped", _("wird geprüft")
    CHECKED = "checked", _("geprüft")
    RUNNING = "running", _("wird übernommen")
    DONE = "done", _("übernommen")
    FAILED = "failed", _("angehalten")
    DISCARDED = "discarded", _("verworfen")


class RowDecision(models.TextChoices):
    CREATE = "create", _("neu")
    UPDATE = "update", _("geändert")
    SKIP = "skip", _("unverändert")


class ImportBatch(DistrictModel):
    """One file. `source` holds its rows, packed, until they are staged; `mapping` is {field key: column, from 0}."""

    kind = models.CharField(max_length=60)
    file_name = models.CharField(max_length=160)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    sheet_name = models.CharField(max_length=100, blank=True)
    header = models.JSONField(default=list)
    header_row = models.PositiveIntegerField(default=1)
    warnings = models.JSONField(default=list, help_text="Sentences about how the file was read")
    source = models.BinaryField(default=b"")
    mapping = models.JSONField(default=dict)
    round = models.PositiveIntegerField(default=0, help_text="Counts the mappings; a check of an older one stops")
    row_count = models.PositiveIntegerField(default=0)
    checked_count = models.PositiveIntegerField(default=0)
    faulty_count = models.PositiveIntegerField(default=0)
    applied_count = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="Faultless rows by decision")
    errors = models.JSONField(default=list, help_text="The first problems: row, column, message")
    failure = models.CharField(max_length=300, blank=True, help_text="German sentence why it stopped")
    created_by_id = models.BigIntegerField(null=True)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = scoped()

    class Meta:
        indexes = [models.Index(fields=["district", "kind", "created_at"])]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @property
    def clean_count(self) -> int:
        """Rows without problems that change something."""
        return sum(count for decision, count in self.counts.items() if decision != RowDecision.SKIP)


class StagedRow(DistrictModel):
    """A row of the file, understood but not taken over; `applied_at` says that it has been."""

    batch = models.ForeignKey(ImportBatch, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(help_text="As the person sees it in her program")
    title = models.CharField(max_length=200, blank=True)
    key = models.CharField(max_length=200, blank=True, help_text="Tells rows of one file apart")
    about_uid = models.CharField(max_length=40, blank=True, db_index=True)
    cells = models.JSONField(default=list)
    values = models.JSONField(default=dict)
    problems = models.JSONField(default=list, help_text="Field key and German sentence")
    is_faulty = models.BooleanField(default=False)
    decision = models.CharField(max_length=6, choices=RowDecision.choices, default=RowDecision.CREATE)
    applied_at = models.DateTimeField(null=True)

    objects = scoped()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="one_staged_row_a_number")]
        indexes = [models.Index(fields=["batch", "is_faulty", "number"])]

    def __str__(self) -> str:
        return f"{self.number}"


class ImportMapping(DistrictModel):
    """Which column meant what in a file with this header, so that the next one of its kind is understood at once."""

    kind = models.CharField(max_length=60)
    header_hash = models.CharField(max_length=64)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    objects = scoped()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "kind", "header_hash"], name="one_mapping_a_header")]

    def __str__(self) -> str:
        return self.kind
