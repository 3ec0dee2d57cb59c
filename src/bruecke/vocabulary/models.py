"""Words that all districts share: topics of questions and offers, and languages. Rows come with the program."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Topic(models.Model):
    """What a question, an offer or a need is about. The key never changes; a retired topic stays for old records."""

    key = models.SlugField(max_length=40, primary_key=True)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children", verbose_name=_("Oberthema"))
    labels = models.JSONField(_("Bezeichnungen"), help_text="{language code: label}, German always")
    descriptions = models.JSONField(_("Erläuterungen"), default=dict, help_text="{language code: one sentence}")
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
