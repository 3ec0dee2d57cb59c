"""The district: tenant of the installation, with its features, labels and dated settings."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from bruecke.core.tokens import new_uid


class DistrictKind(models.TextChoices):
    LANDKREIS = "landkreis", _("Landkreis")
    KREISFREIE_STADT = "kreisfreie_stadt", _("Kreisfreie Stadt")


class District(models.Model):
    """One Landkreis or kreisfreie Stadt. `ags` is its five-digit key; `slug` stands in every url of it."""

    uid = models.CharField(max_length=22, unique=True, default=new_uid, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    short_name = models.CharField(_("Kurzname"), max_length=60, blank=True)
    kind = models.CharField(max_length=20, choices=DistrictKind.choices, default=DistrictKind.LANDKREIS)
    ags = models.CharField(max_length=5, unique=True, help_text="Amtlicher Kreisschlüssel, fünf Ziffern")
    languages = models.JSONField(default=list, help_text="Language codes of the public pages, German first")
    features = models.JSONField(default=list, help_text="Keys of the capabilities that are switched on")
    labels = models.JSONField(default=dict, help_text="The district's own words, for instance {'office': 'Referat Integration'}")
    public_version = models.PositiveBigIntegerField(default=1, editable=False)
    is_published = models.BooleanField(default=False)
    is_demo = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("Landkreis oder Kreisfreie Stadt")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def has_feature(self, feature: str) -> bool:
        """Whether a capability is switched on; what is not named is off."""
        return feature in self.features

    def label(self, key: str, default: Any = "") -> Any:
        """The district's own word for a thing, for instance its office or its parliament."""
        return self.labels.get(key) or default

    @property
    def public_languages(self) -> list[str]:
        return self.languages or ["de"]


class DistrictSetting(models.Model):
    """A setting from a day on; the value before stays for what was recorded before."""

    district = models.ForeignKey(District, on_delete=models.CASCADE, related_name="dated_settings")
    key = models.CharField(max_length=80)
    value = models.JSONField()
    valid_from = models.DateField()

    class Meta:
        ordering = ["key", "valid_from"]
        constraints = [models.UniqueConstraint(fields=["district", "key", "valid_from"], name="one_setting_value_a_day")]

    def __str__(self) -> str:
        return f"{self.key} ({self.valid_from})"
