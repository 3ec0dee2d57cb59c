"""Form for a mailbox that gets the page of each quarter."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.places.models import Area
from bruecke.staffing.forms.plan import PLEASE
from bruecke.ui.forms import HouseForm


class RecipientForm(HouseForm):
    municipality: forms.ModelChoiceField = forms.ModelChoiceField(label=_("Gemeinde"), queryset=None, empty_label=PLEASE)
    email = forms.EmailField(
        label=_("E-Mail-Adresse"), max_length=254, help_text=_("Ein Funktionspostfach, zum Beispiel des Rathauses.")
    )

    def __init__(self, *args: Any, municipalities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["municipality"].queryset = municipalities  # type: ignore[attr-defined]
        self.fields["municipality"].label_from_instance = _name  # type: ignore[attr-defined]


def _name(area: Area) -> str:
    return area.name
