"""The table in which counts of municipalities are entered: one kind and one key date, a field a municipality."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.places.models import Area
from bruecke.staffing.models import FIGURE_LABELS
from bruecke.ui.forms import HouseForm

MOST = 2_000_000_000


class FiguresForm(HouseForm):
    """Fields named by AGS; an empty one takes a count back or leaves it unknown."""

    kind = forms.ChoiceField(label=_("Kennzahl"), choices=list(FIGURE_LABELS.items()))
    as_of = forms.DateField(label=_("Stichtag"))
    source = forms.CharField(
        label=_("Quelle"), max_length=200, help_text=_("Zum Beispiel „Ausländerzentralregister, Auszug vom 02.01.2026“.")
    )

    def __init__(self, *args: Any, areas: Iterable[Area], today: date, **kwargs: Any) -> None:
        self.areas = list(areas)
        self.today = today
        super().__init__(*args, **kwargs)
        for area in self.areas:
            self.fields[area.pk] = forms.IntegerField(
                label=area.name,
                required=False,
                min_value=0,
                max_value=MOST,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    @property
    def head_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in ("kind", "as_of", "source")]

    @property
    def lines(self) -> list[tuple[Area, forms.BoundField]]:
        """Municipalities with their fields, for the table."""
        return [(area, self[area.pk]) for area in self.areas]

    def clean_as_of(self) -> date:
        day: date = self.cleaned_data["as_of"]
        if day > self.today:
            raise forms.ValidationError(_("Der Stichtag liegt in der Zukunft. Bitte prüfen Sie ihn."))
        return day

    def values(self) -> dict[str, int | None]:
        return {area.pk: self.cleaned_data[area.pk] for area in self.areas}
