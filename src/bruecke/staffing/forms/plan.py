"""Forms of staffing: assignment, posts, holders, consultation hours."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Unit
from bruecke.accounts.queries import controllers_of
from bruecke.core.viewer import Viewer
from bruecke.directory import queries as directory
from bruecke.directory.models import Location
from bruecke.staffing.models import Post
from bruecke.ui.forms import GridOfBoxes, HouseForm, VersionedForm
from bruecke.ui.wording import fte, weekday
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

    field_order = (
        *("title", "area_name", "number", "fte", "controller", "unit", "employer", "office", "valid_from"),
        *("mailbox", "phone", "languages", "has_interpreting"),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
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


class HolderForm(HouseForm):
    """Hand-over or vacancy from a day on."""

    VACANT = "vacant"
    OTHER = "other"

    holder = forms.ChoiceField(label=_("Wer hat die Stelle?"), choices=())
    valid_from = forms.DateField(label=_("ab"), help_text=_("Die bisherige Besetzung endet an diesem Tag."))
    public_name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("Nötig nur, wenn er öffentlich stehen soll.")
    )
    is_name_released = forms.BooleanField(label=_("Der Name darf öffentlich stehen. Die Person hat zugestimmt."), required=False)

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


class HourForm(VersionedForm):
    location = LocationChoice(label=_("Ort"), queryset=None, empty_label=PLEASE)
    weekday = forms.TypedChoiceField(label=_("Wochentag"), choices=(), coerce=int)
    starts = forms.TimeField(label=_("von"))
    ends = forms.TimeField(label=_("bis"))
    interval = forms.TypedChoiceField(
        label=_("Rhythmus"),
        coerce=int,
        choices=[(1, _("jede Woche")), (2, _("alle zwei Wochen")), (3, _("alle drei Wochen")), (4, _("alle vier Wochen"))],
    )
    is_by_appointment = forms.TypedChoiceField(
        label=_("Termin"),
        coerce=lambda value: value == "yes",
        choices=[("no", _("ohne Termin, offen für alle")), ("yes", _("nur mit Termin"))],
    )
    note = forms.CharField(
        label=_("Hinweis"), max_length=120, required=False, help_text=_("Öffentlich, zum Beispiel „Zimmer 2.04“.")
    )
    valid_from = forms.DateField(label=_("Erstmals ab"), help_text=_("Ab hier zählt der Rhythmus."))
    valid_until = forms.DateField(label=_("Letzter Tag"), required=False, help_text=_("Leer: kein Ende."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = directory.usable_locations()  # type: ignore[attr-defined]
        self.fields["weekday"].choices = [(day, weekday(day)) for day in range(7)]  # type: ignore[attr-defined]


class EndHourForm(HouseForm):
    valid_until = forms.DateField(label=_("Letzter Tag"), help_text=_("Am Tag darauf gibt es diese Sprechstunde nicht mehr."))


class CancelDayForm(HouseForm):
    """`days` are the next dates of the hour."""

    on = forms.TypedChoiceField(label=_("Fällt aus am"), choices=(), coerce=date.fromisoformat)
    reason = forms.CharField(label=_("Grund"), max_length=120, required=False, help_text=_("Öffentlich, zum Beispiel „Feiertag“."))

    def __init__(self, *args: Any, days: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].choices = [("", PLEASE), *days]  # type: ignore[attr-defined]
