"""Forms of payers and costs of a post. People name the last day, tables keep the first day after it."""

import re
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.staffing.models import PAYER_LABELS
from bruecke.ui.forms import VersionedForm

ONE_DAY = timedelta(days=1)
_GROUPED = re.compile(r"\d{1,3}(\.\d{3})+")


class EuroField(forms.DecimalField):
    """An amount as people write it: `52.000,50`, `52000,5`, `52.000`, with or without the sign."""

    def to_python(self, value: Any) -> Any:
        text = str(value or "").replace("€", "").replace("\u00a0", "").replace(" ", "")
        if "," in text or _GROUPED.fullmatch(text):
            text = text.replace(".", "")
        return super().to_python(text)


class PeriodForm(VersionedForm):
    """First and last day; `values()` gives the half-open period of the tables."""

    valid_from = forms.DateField(label=_("ab"))
    last_day = forms.DateField(label=_("Letzter Tag"), required=False, help_text=_("Leer: kein Ende."))

    def values(self) -> dict[str, Any]:
        data = {name: value for name, value in self.cleaned_data.items() if name not in {"version", "last_day"}}
        last = self.cleaned_data["last_day"]
        return {**data, "valid_until": last + ONE_DAY if last else None}


class PayerForm(PeriodForm):
    """Who bears which share."""

    kind = forms.ChoiceField(label=_("Kostenträger"), choices=list(PAYER_LABELS.items()))
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("Zum Beispiel „Freistaat Sachsen, KomIntAVO“.")
    )
    percent = forms.DecimalField(
        label=_("Anteil in Prozent"),
        max_digits=5,
        decimal_places=2,
        min_value=0,
        max_value=100,
        localize=True,
        help_text=_("Alle Anteile eines Tages sind zusammen höchstens 100 %."),
    )
    file_number = forms.CharField(
        label=_("Aktenzeichen"), max_length=60, required=False, help_text=_("Des Bescheids, wo es einen gibt.")
    )
    field_order = ("kind", "name", "percent", "file_number", "valid_from", "last_day")


class CostForm(PeriodForm):
    """What a post costs in a year."""

    yearly_amount = EuroField(
        label=_("Kosten im Jahr in Euro"),
        max_digits=10,
        decimal_places=2,
        min_value=0,
        localize=True,
        help_text=_("Personal- und Sachkosten der ganzen Stelle, zum Beispiel 52.000,00."),
    )
    source = forms.CharField(label=_("Quelle"), max_length=200, required=False, help_text=_("Zum Beispiel „Stellenplan 2026“."))
    field_order = ("yearly_amount", "source", "valid_from", "last_day")
