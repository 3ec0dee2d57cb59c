# mypy: disable-error-code="django-manager-missing"
"""Uploaded files: known by content, stored under random names."""

from django.db import models

from bruecke.core.scope import DistrictModel, scoped


class StoredFile(DistrictModel):
    """A file that passed the checks in `bruecke.core.files`. `size_bytes` is what lies on the disk, after re-encoding."""

    path = models.CharField(max_length=120, unique=True, help_text="Random name below the media folder")
    original_name = models.CharField(max_length=160)
    content_type = models.CharField(max_length=80)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    is_public = models.BooleanField(default=False, help_text="Only images; everything else is handed out as a download")
    about_uid = models.CharField(max_length=40, blank=True, db_index=True)
    uploaded_by_id = models.BigIntegerField(null=True)
    uploaded_at = models.DateTimeField()

    objects = scoped()

    def __str__(self) -> str:
        return self.original_name
