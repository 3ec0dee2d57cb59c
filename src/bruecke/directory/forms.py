"""Forms of the directory's desk pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.directory.models import OrganisationKind
from bruecke.places.querysets import AreaQuerySet
from bruecke.ui.forms import FilterForm, HouseForm, VersionedForm

ANY = [("", _("Alle"))]


class OrganisationFilter(FilterForm):
    q = forms.CharField(label=_("Suchen"), max_length=80)
    art = forms.ChoiceField(label=_("Art"), choices=[*ANY, *OrganisationKind.choices])
    archiv = forms.BooleanField(label=_("nur archivierte"))


class OrganisationForm(VersionedForm):
    name = forms.CharField(label=_("Name"), max_length=160)
    short_name = forms.CharField(label=_("Kurzname"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Art"), choices=[("", _("Bitte wählen")), *OrganisationKind.choices])
    phone = forms.CharField(label=_("Telefon"), max_length=40, required=False)
    email = forms.EmailField(
        label=_("E-Mail"),
        max_length=254,
        required=False,
        help_text=_("Ein Funktionspostfach, keine persönliche Adresse."),
    )
    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")


class LocationForm(VersionedForm):
    """`areas` are the municipalities of the district."""

    name = forms.CharField(label=_("Name"), max_length=160, help_text=_("Zum Beispiel „Rathaus“ oder „Begegnungszentrum“."))
    street = forms.CharField(label=_("Straße und Hausnummer"), max_length=120, required=False)
    postcode = forms.RegexField(
        r"^\d{5}$",
        label=_("Postleitzahl"),
        required=False,
        error_messages={"invalid": _("Bitte geben Sie fünf Ziffern ein.")},
    )
    town = forms.CharField(label=_("Ort"), max_length=80, required=False)
    area: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Gemeinde"), queryset=None, required=False, empty_label=_("nicht bekannt")
    )
    is_accessible = forms.NullBooleanField(
        label=_("stufenlos zugänglich"),
        required=False,
        widget=forms.Select(choices=[("unknown", _("nicht bekannt")), ("true", _("ja")), ("false", _("nein"))]),
    )
    access_note = forms.CharField(label=_("Hinweis zum Zugang"), max_length=200, required=False)

    def __init__(self, *args: Any, areas: AreaQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["area"].queryset = areas  # type: ignore[attr-defined]


class LogoForm(HouseForm):
    logo = forms.FileField(
        label=_("Bild"),
        help_text=_("PNG, JPEG oder WebP, höchstens 10 MB. Das Bild wird neu gespeichert; Angaben darin gehen verloren."),
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        error_messages={"empty": _("Die Datei ist leer. Bitte wählen Sie eine andere.")},
    )
