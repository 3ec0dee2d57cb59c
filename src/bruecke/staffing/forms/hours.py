"""Forms of consultation hours: their rhythm in plain words, several places in turn, their end, a day without."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.core.schedules import WEEKS_OF_MONTH
from bruecke.directory import queries as directory
from bruecke.directory.models import Location
from bruecke.staffing.forms.plan import PLEASE, LocationChoice
from bruecke.ui.forms import GridOfBoxes, HouseForm, VersionedForm
from bruecke.ui.wording import weekday

MONTHLY = 0
WEEK_LABELS = {
    1: _("der erste im Monat"),
    2: _("der zweite im Monat"),
    3: _("der dritte im Monat"),
    4: _("der vierte im Monat"),
    -1: _("der letzte im Monat"),
}


class _TimesForm(VersionedForm):
    """What every consultation hour has."""

    weekday = forms.TypedChoiceField(label=_("Wochentag"), choices=(), coerce=int)
    starts = forms.TimeField(label=_("von"))
    ends = forms.TimeField(label=_("bis"))
    is_by_appointment = forms.TypedChoiceField(
        label=_("Termin"),
        coerce=lambda value: value == "yes",
        choices=[("no", _("ohne Termin, offen für alle")), ("yes", _("nur mit Termin"))],
    )
    is_held_on_holidays = forms.BooleanField(
        label=_("Findet auch an Feiertagen und Schließtagen statt"),
        required=False,
        help_text=_("Sonst fällt die Sprechstunde an Feiertagen des Landes und an Schließtagen des Landkreises von selbst aus."),
    )
    note = forms.CharField(
        label=_("Hinweis"), max_length=120, required=False, help_text=_("Öffentlich, zum Beispiel „Zimmer 2.04“.")
    )
    valid_from = forms.DateField(label=_("Erstmals ab"), help_text=_("Ab hier zählt der Rhythmus."))
    valid_until = forms.DateField(label=_("Letzter Tag"), required=False, help_text=_("Leer: kein Ende."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekday"].choices = [(day, weekday(day)) for day in range(7)]  # type: ignore[attr-defined]


class HourForm(_TimesForm):
    """One place. The interval 0 stands for certain weeks of every month; `weeks_of_month` counts only then."""

    location = LocationChoice(label=_("Ort"), queryset=None, empty_label=PLEASE)
    interval = forms.TypedChoiceField(
        label=_("Rhythmus"),
        coerce=int,
        choices=[
            (1, _("jede Woche")),
            (2, _("alle zwei Wochen")),
            (3, _("alle drei Wochen")),
            (4, _("alle vier Wochen")),
            (MONTHLY, _("bestimmte Wochen im Monat")),
        ],
    )
    weeks_of_month = forms.TypedMultipleChoiceField(
        label=_("Wochen im Monat"),
        help_text=_("Nur beim Rhythmus „bestimmte Wochen im Monat“. Zum Beispiel am 1. und am 3. Donnerstag."),
        coerce=int,
        required=False,
        widget=GridOfBoxes,
        choices=list(WEEK_LABELS.items()),
    )

    field_order = ("location", "weekday", "starts", "ends", "interval", "weeks_of_month")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["location"].queryset = directory.usable_locations()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("interval") != MONTHLY:
            return {**data, "weeks_of_month": []}
        if not data.get("weeks_of_month"):
            self.add_error("weeks_of_month", _("Bitte kreuzen Sie an, in welchen Wochen des Monats."))
        return {**data, "interval": 1}


class RotationForm(_TimesForm):
    """One weekday, several places in turn: for each week of the month a place or none."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = directory.usable_locations()
        for week in WEEKS_OF_MONTH:
            field = LocationChoice(label=WEEK_LABELS[week], queryset=places, required=False, empty_label=_("keine Sprechstunde"))
            self.fields[_week_field(week)] = field

    @property
    def week_fields(self) -> list[forms.BoundField]:
        return [self[_week_field(week)] for week in WEEKS_OF_MONTH]

    @property
    def places(self) -> dict[int, Location]:
        """Week of the month and place."""
        chosen = ((week, self.cleaned_data.get(_week_field(week))) for week in WEEKS_OF_MONTH)
        return {week: place for week, place in chosen if place is not None}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.places:
            self.add_error(_week_field(1), _("Bitte wählen Sie für mindestens eine Woche einen Ort."))
        return data


def _week_field(week: int) -> str:
    return "week_last" if week == -1 else f"week_{week}"


class EndHourForm(HouseForm):
    valid_until = forms.DateField(label=_("Letzter Tag"), help_text=_("Am Tag darauf gibt es diese Sprechstunde nicht mehr."))


class CancelDayForm(HouseForm):
    """`days` are the next dates of the hour."""

    on = forms.TypedChoiceField(label=_("Fällt aus am"), choices=(), coerce=date.fromisoformat)
    reason = forms.CharField(label=_("Grund"), max_length=120, required=False, help_text=_("Öffentlich, zum Beispiel „Feiertag“."))

    def __init__(self, *args: Any, days: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].choices = [("", PLEASE), *days]  # type: ignore[attr-defined]
