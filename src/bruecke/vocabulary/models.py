# mypy: disable-error-code="django-manager-missing"
"""Words that all districts share (topics, languages, taxonomies of offers), and what a district makes of them.

Shared rows come with the program; a district relabels, hides and adds terms in rows of its own.
"""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from bruecke.core.scope import DistrictModel, VersionedModel, scoped
from bruecke.vocabulary.querysets import DistrictTermQuerySet
from bruecke.vocabulary.states import Taxonomy

TAXONOMY_LABELS: dict[Taxonomy, Any] = {
    Taxonomy.CATEGORY: _("Art der Hilfe"),
    Taxonomy.GROUP: _("Zielgruppe"),
    Taxonomy.FIELD: _("Handlungsfeld"),
}
OWN_PREFIX = "eigen-"
"""Keys of terms that a district added itself begin so; shared keys never do."""


class Topic(models.Model):
    """What a question, an offer or a need is about. The key never changes; a retired topic stays for old records."""

    key = models.SlugField(max_length=40, primary_key=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name=_("Oberthema"))
    labels = models.JSONField(_("Bezeichnungen"), help_text="{language code: label}, German always")
    descriptions = models.JSONField(_("Erläuterungen"), default=dict, help_text="{language code: one sentence}")
    synonyms = models.JSONField(_("Suchwörter"), default=dict, help_text="{language code: [words people use]}")
    categories = models.JSONField(_("Arten der Hilfe"), default=list, help_text="Keys of the categories that answer it")
    icon = models.CharField(max_length=30, blank=True)
    order = models.PositiveSmallIntegerField(_("Reihenfolge"))
    is_sensitive = models.BooleanField(_("berührt besondere Kategorien nach Art. 9 DSGVO"), default=False)
    is_active = models.BooleanField(_("wird angeboten"), default=True)

    class Meta:
        verbose_name = _("Thema")
        verbose_name_plural = _("Themen")
        ordering = ["order", "key"]

    def __str__(self) -> str:
        return str(self.labels.get("de", self.key))


class Language(models.Model):
    """A language that people speak or write. The key is its BCP 47 code."""

    code = models.CharField(max_length=12, primary_key=True)
    native_name = models.CharField(_("Eigenname"), max_length=60)
    labels = models.JSONField(_("Bezeichnungen"), help_text="{language code: label}, German always")
    synonyms = models.JSONField(_("Suchwörter"), default=dict, help_text="{language code: [words people use]}")
    direction = models.CharField(_("Schreibrichtung"), max_length=3, choices=[("ltr", "ltr"), ("rtl", "rtl")], default="ltr")
    order = models.PositiveSmallIntegerField(_("Reihenfolge"))
    is_frequent = models.BooleanField(_("wird häufig gebraucht"), default=False)
    is_active = models.BooleanField(_("wird angeboten"), default=True)

    class Meta:
        verbose_name = _("Sprache")
        verbose_name_plural = _("Sprachen")
        ordering = ["order", "code"]

    def __str__(self) -> str:
        return str(self.labels.get("de", self.code))


class Term(models.Model):
    """One entry of a taxonomy of offers (HSDS: taxonomy term). `code` is "<taxonomy>:<key>"; keys never change."""

    code = models.CharField(max_length=80, primary_key=True)
    taxonomy = models.CharField(max_length=16, choices=[(item.value, item.value) for item in Taxonomy])
    key = models.SlugField(max_length=60)
    parent_key = models.SlugField(max_length=60, blank=True)
    labels = models.JSONField(_("Bezeichnungen"), help_text="{language code: label}, German always")
    synonyms = models.JSONField(_("Suchwörter"), default=dict, help_text="{language code: [words people use]}")
    icon = models.CharField(max_length=30, blank=True)
    order = models.PositiveSmallIntegerField(_("Reihenfolge"))
    is_active = models.BooleanField(_("wird angeboten"), default=True)

    class Meta:
        verbose_name = _("Begriff")
        verbose_name_plural = _("Begriffe")
        ordering = ["taxonomy", "order", "key"]
        constraints = [models.UniqueConstraint(fields=["taxonomy", "key"], name="one_term_a_key")]

    def __str__(self) -> str:
        return str(self.labels.get("de", self.key))


class DistrictTerm(DistrictModel, VersionedModel):
    """A district's own words for a shared term (same key), the hiding of one, or a term of its own (`OWN_PREFIX`)."""

    taxonomy = models.CharField(max_length=16, choices=[(item.value, label) for item, label in TAXONOMY_LABELS.items()])
    key = models.SlugField(max_length=60)
    parent_key = models.SlugField(max_length=60, blank=True)
    labels = models.JSONField(_("Bezeichnungen"), default=dict, help_text="{language code: label}; empty: the shared ones")
    synonyms = models.JSONField(_("Suchwörter"), default=dict, help_text="{language code: [words]}, beside the shared ones")
    is_hidden = models.BooleanField(_("wird nicht angeboten"), default=False)

    objects: ClassVar[Any] = scoped(DistrictTermQuerySet)

    class Meta:
        verbose_name = _("Begriff des Landkreises")
        verbose_name_plural = _("Begriffe des Landkreises")
        ordering = ["taxonomy", "key"]
        constraints = [models.UniqueConstraint(fields=["district", "taxonomy", "key"], name="one_district_term_a_key")]

    def __str__(self) -> str:
        return str(self.labels.get("de", self.key))

    @property
    def is_own(self) -> bool:
        return self.key.startswith(OWN_PREFIX)
