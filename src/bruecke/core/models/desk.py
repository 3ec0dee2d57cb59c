# mypy: disable-error-code="django-manager-missing"
"""What the desk keeps for its people: drawn charts, and views of lists with their filters."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from bruecke.core.scope import DistrictModel, scoped


class Chart(DistrictModel):
    """A chart by the content of its specification; empty pictures wait for the worker. It holds no hidden number."""

    key = models.CharField(max_length=64, help_text="Fingerprint of specification and style")
    spec = models.JSONField(help_text="Vega-Lite specification by size")
    wide = models.TextField(blank=True)
    narrow = models.TextField(blank=True)
    sheet = models.TextField(blank=True)
    png = models.BinaryField(blank=True, default=b"")
    asked_at = models.DateTimeField()
    drawn_at = models.DateTimeField(null=True)
    used_on = models.DateField(db_index=True)

    objects = scoped()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["district", "key"], name="one_chart_a_content")]

    def __str__(self) -> str:
        return self.key

    @property
    def is_drawn(self) -> bool:
        return self.drawn_at is not None


class SavedView(DistrictModel):
    """Filters of a list under a name: of one person, or given to everybody of the district who may open the list."""

    account_id = models.BigIntegerField(help_text="Who saved it")
    page = models.CharField(max_length=80, help_text="Name of the list's route")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=1500, help_text="Part of the address after the question mark, known parameters only")
    is_shared = models.BooleanField(default=False)
    saved_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, help_text="Deleted; can be taken back for a day")

    objects = scoped()

    class Meta:
        verbose_name = _("Gespeicherte Ansicht")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["district", "page"])]
        constraints = [
            models.UniqueConstraint(
                fields=["account_id", "district", "page", "name"], condition=Q(removed_at=None), name="one_view_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name


class FirstView(DistrictModel):
    """The view with which a list opens for one person."""

    account_id = models.BigIntegerField()
    page = models.CharField(max_length=80)
    view = models.ForeignKey(SavedView, on_delete=models.CASCADE, related_name="chosen_by")

    objects = scoped()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account_id", "district", "page"], name="one_first_view_a_list")]

    def __str__(self) -> str:
        return self.page
