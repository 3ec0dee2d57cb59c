"""Forms of staffing: assignment, posts, holders."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Unit
from bruecke.accounts.queries import controllers_of
from bruecke.core.viewer import Viewer
from bruecke.directory import queries as directory
from bruecke.directory.models import Location
from bruecke.staffing.models import ENGAGEMENT_LABELS, POST_KIND_LABELS, Post
from bruecke.ui.forms import GridOfBoxes, HouseForm, TextArea, VersionedForm
from bruecke.ui.wording import fte
from bruecke.vocabulary import queries as vocabulary

PLEASE = _("Bitte wählen")


class PostChoice(forms.ModelChoiceField):
    """`8 · Sebnitz, 0,75 VzÄ`"""

    def label_from_instance(self, obj: Any) -> str:
        return _("%(post)s, %(fte)s VzÄ") % {"post": obj.short_label, "fte": fte(obj.fte)}


class LocationChoice(forms.ModelChoiceField):
    """`Rathaus Pirna, Beispielmarkt 1, 01796 Pirna`"""

    def label_from_instance(self, obj: Location) -> str:
        return ", ".join(part for part in (obj.name, obj.address) if part)


class AssignForm(HouseForm):
    """Municipalities to a post from a day on; the boxes stand in the rows of the table."""

    post = PostChoice(
        label=_("Stelle"),
        queryset=None,
        to_field_name="uid",
        empty_label=PLEASE,
        error_messages={"required": _("Bitte wählen Sie die Stelle, die zuständig werden soll.")},
    )
    valid_from = forms.DateField(label=_("ab"))
    municipalities = forms.MultipleChoiceField(
        label=_("Gemeinden"),
        choices=(),
        error_messages={"required": _("Bitte wählen Sie in der Tabelle mindestens eine Gemeinde aus.")},
        widget=forms.MultipleHiddenInput,
    )

    def __init__(self, *args: Any, viewer: Viewer, on: date, municipalities: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        posts = Post.objects.visible_to(viewer).not_ended(on).order_by("number", "pk")
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]
        self.fields["municipalities"].choices = [(ags, ags) for ags in municipalities]  # type: ignore[attr-defined]


class OwnDetailsForm(VersionedForm):
    """What a coordinator keeps up herself."""

    phone = forms.CharField(label=_("Telefon"), max_length=40, required=False)
    languages = forms.MultipleChoiceField(label=_("Sprachen"), choices=(), widget=GridOfBoxes)
    has_interpreting = forms.BooleanField(label=_("Weitere Sprachen mit Dolmetschen"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = [(language.code, vocabulary.label(language, "de")) for language in vocabulary.languages()]
        self.fields["languages"].choices = known  # type: ignore[attr-defined]


class UnitChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Unit) -> str:
        return f"{obj.name} ({obj.controller.name})"


class PostForm(OwnDetailsForm):
    """Everything about a post. The phone and the languages stand last."""

    title = forms.CharField(
        label=_("Bezeichnung"), max_length=120, help_text=_("Die Funktion, zum Beispiel „Integrationskoordination Freital“.")
    )
    area_name = forms.CharField(
        label=_("Zuständigkeitsbereich"), max_length=80, help_text=_("Kurz, zum Beispiel „Heidenau und Dohna“.")
    )
    number = forms.IntegerField(
        label=_("Nummer"), min_value=1, max_value=999, required=False, help_text=_("Leer: die nächste freie Nummer.")
    )
    fte = forms.DecimalField(
        label=_("VzÄ"),
        max_digits=3,
        decimal_places=2,
        min_value=0,
        max_value=1,
        localize=True,
        help_text=_("Vollzeitäquivalent, zum Beispiel 0,75."),
    )
    fte_from = forms.DateField(
        label=_("VzÄ gilt ab"),
        required=False,
        help_text=_("Nur wenn sich der Umfang ändert; davor bleibt der bisherige. Leer: eine Berichtigung, auch für früher."),
    )
    kind = forms.ChoiceField(
        label=_("Art der Stelle"),
        choices=list(POST_KIND_LABELS.items()),
        help_text=_("Danach richten sich Förderung und Statistik."),
    )
    controller: forms.ModelChoiceField = forms.ModelChoiceField(
        label=_("Verantwortliche Stelle"),
        queryset=None,
        empty_label=PLEASE,
        help_text=_("Nur hier werden Fragen gelesen, die an diese Stelle gehen."),
    )
    unit = UnitChoice(label=_("Organisationseinheit"), queryset=None, required=False, empty_label=_("keine"))
    employer: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Anstellungsträger"), queryset=None, empty_label=PLEASE)
    office = LocationChoice(label=_("Dienstort"), queryset=None, required=False, empty_label=_("keiner"))
    mailbox = forms.EmailField(label=_("Funktionspostfach"), max_length=254, help_text=_("Öffentlich. Keine persönliche Adresse."))
    valid_from = forms.DateField(label=_("Besteht ab"))
    attached_to = forms.CharField(
        label=_("Anbindung"),
        max_length=160,
        required=False,
        help_text=_("Amt und Sachgebiet, zum Beispiel „Sozialamt, Sachgebiet Integration“."),
    )
    line_supervision = forms.CharField(
        label=_("Dienstaufsicht"),
        max_length=160,
        required=False,
        help_text=_("Die Funktion, nicht der Name: zum Beispiel „Geschäftsführung“."),
    )
    technical_supervision = forms.CharField(
        label=_("Fachaufsicht"),
        max_length=160,
        required=False,
        help_text=_("Die Funktion, nicht der Name: zum Beispiel „Koordinierungsstelle“."),
    )
    need_note = forms.CharField(
        label=_("Begründung des Bedarfs"),
        max_length=2000,
        required=False,
        widget=TextArea(rows=4),
        help_text=_("Was die Zahlen der Bedarfsermittlung nicht sagen. Keine Namen."),
    )

    field_order = (
        *("title", "area_name", "number", "kind", "fte", "fte_from", "controller", "unit", "employer", "office", "valid_from"),
        *("attached_to", "line_supervision", "technical_supervision", "need_note"),
        *("mailbox", "phone", "languages", "has_interpreting"),
    )

    def __init__(self, *args: Any, viewer: Viewer, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_new:
            del self.fields["fte_from"]
        choices = {
            "controller": controllers_of(viewer),
            "unit": Unit.objects.visible_to(viewer).select_related("controller"),
            "employer": directory.usable_organisations(),
            "office": directory.usable_locations(),
        }
        for name, rows in choices.items():
            self.fields[name].queryset = rows  # type: ignore[attr-defined]


class EndPostForm(VersionedForm):
    valid_until = forms.DateField(label=_("Letzter Tag"), help_text=_("Am Tag darauf gibt es die Stelle nicht mehr."))


class HolderDetailsForm(HouseForm):
    """What is written down about who holds a post."""

    fte = forms.DecimalField(
        label=_("Besetzte VzÄ"),
        max_digits=3,
        decimal_places=2,
        min_value=0,
        max_value=1,
        localize=True,
        required=False,
        help_text=_("Nur wenn die Person weniger arbeitet, als die Stelle vorsieht. Leer: die ganze Stelle."),
    )
    engagement = forms.ChoiceField(
        label=_("Einstellung"),
        required=False,
        choices=[("", _("keine Angabe")), *ENGAGEMENT_LABELS.items()],
        help_text=_("Danach fragt der Landtag."),
    )
    public_name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("Nötig nur, wenn er öffentlich stehen soll.")
    )
    is_name_released = forms.BooleanField(label=_("Der Name darf öffentlich stehen. Die Person hat zugestimmt."), required=False)


class HolderForm(HolderDetailsForm):
    """Hand-over or vacancy from a day on."""

    VACANT = "vacant"
    OTHER = "other"

    holder = forms.ChoiceField(label=_("Wer hat die Stelle?"), choices=())
    valid_from = forms.DateField(label=_("ab"), help_text=_("Die bisherige Besetzung endet an diesem Tag."))
    field_order = ("holder", "valid_from", "fte", "engagement", "public_name", "is_name_released")

    def __init__(self, *args: Any, people: list[Account], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._people = {account.uid: account for account in people}
        self.fields["holder"].choices = [  # type: ignore[attr-defined]
            ("", PLEASE),
            *[(account.uid, account.name) for account in people],
            (self.OTHER, _("Eine Person ohne Zugang zu Brücke")),
            (self.VACANT, _("Niemand, die Stelle ist unbesetzt")),
        ]

    @property
    def is_vacancy(self) -> bool:
        return self.cleaned_data["holder"] == self.VACANT

    @property
    def account(self) -> Account | None:
        return self._people.get(self.cleaned_data["holder"])
