"""Forms of the directory's desk pages."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.directory.actions import identifier_field
from bruecke.directory.models import IDENTIFIER_LABELS, OrganisationKind
from bruecke.directory.querysets import OrganisationQuerySet
from bruecke.directory.states import IdentifierType
from bruecke.places.querysets import AreaQuerySet
from bruecke.ui.forms import FilterForm, GridOfBoxes, HouseForm, TextArea, VersionedForm
from bruecke.vocabulary import queries as vocabulary

ANY = [("", _("Alle"))]


class OrganisationFilter(FilterForm):
    q = forms.CharField(label=_("Suchen"), max_length=80)
    art = forms.ChoiceField(label=_("Art"), choices=[*ANY, *OrganisationKind.choices])
    archiv = forms.BooleanField(label=_("nur archivierte"))


class ContactFilter(FilterForm):
    q = forms.CharField(label=_("Suchen"), max_length=80)
    freigabe = forms.ChoiceField(label=_("Freigabe"), choices=[*ANY, ("yes", _("öffentlich")), ("no", _("nur intern"))])
    pruefen = forms.BooleanField(label=_("lange nicht geprüft"))
    archiv = forms.BooleanField(label=_("nur archivierte"))


class OrganisationForm(VersionedForm):
    """`parents` are the organisations it may belong to."""

    name = forms.CharField(label=_("Name"), max_length=160)
    short_name = forms.CharField(label=_("Kurzname"), max_length=40, required=False)
    kind = forms.ChoiceField(label=_("Art"), choices=[("", _("Bitte wählen")), *OrganisationKind.choices])
    parent: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("gehört zu"),
        queryset=None,
        to_field_name="uid",
        required=False,
        empty_label=_("keiner anderen"),
        help_text=_("Zum Beispiel der Verband, dessen Mitglied sie ist."),
    )
    phone = forms.CharField(label=_("Telefon"), max_length=40, required=False)
    email = forms.EmailField(
        label=_("E-Mail"),
        max_length=254,
        required=False,
        help_text=_("Ein Funktionspostfach, keine persönliche Adresse."),
    )
    website = forms.URLField(label=_("Website"), max_length=200, required=False, assume_scheme="https")

    def __init__(self, *args: Any, parents: OrganisationQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["parent"].queryset = parents  # type: ignore[attr-defined]
        for kind in IdentifierType:
            label = IDENTIFIER_LABELS[kind]
            self.fields[identifier_field(kind)] = forms.CharField(label=label, max_length=60, required=False)

    def values(self) -> dict[str, Any]:
        """What the actions take, with the identifiers as a list."""
        given = {name: value for name, value in self.cleaned_data.items() if not name.startswith("identifier_")}
        found = [{"type": kind.value, "value": self.cleaned_data[identifier_field(kind)]} for kind in IdentifierType]
        return {**given, "identifiers": [entry for entry in found if entry["value"]]}


class ContactForm(VersionedForm):
    name = forms.CharField(label=_("Name"), max_length=160)
    function = forms.CharField(
        label=_("Funktion"), max_length=120, required=False, help_text=_("Zum Beispiel „Leitung Sprachcafé“.")
    )
    email = forms.EmailField(label=_("E-Mail"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telefon"), max_length=40, required=False)
    mobile = forms.CharField(label=_("Mobiltelefon"), max_length=40, required=False, help_text=_("Wird nie öffentlich gezeigt."))
    languages = forms.MultipleChoiceField(label=_("Sprachen"), choices=(), required=False, widget=GridOfBoxes)
    note = forms.CharField(
        label=_("Interne Anmerkung"),
        max_length=1000,
        required=False,
        widget=TextArea(rows=3),
        help_text=_("Wird nie öffentlich gezeigt. Die Person kann verlangen, sie zu lesen."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(language.code, vocabulary.label(language, "de")) for language in vocabulary.languages()]
        self.fields["languages"].choices = known  # type: ignore[attr-defined]


class ReleaseForm(VersionedForm):
    agreed = forms.BooleanField(
        label=_("Die Person ist damit einverstanden."),
        error_messages={"required": _("Bitte fragen Sie die Person zuerst und bestätigen Sie hier, dass sie einverstanden ist.")},
    )


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
    lat = forms.FloatField(
        label=_("Breite"), required=False, localize=True, help_text=_("In Grad, zum Beispiel 50,9632. Für Karte und Entfernung.")
    )
    lon = forms.FloatField(label=_("Länge"), required=False, localize=True, help_text=_("In Grad, zum Beispiel 13,9403."))
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
