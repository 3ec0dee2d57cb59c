"""Forms of hand-overs: the day, the note with the ticks, and ending."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.ui.forms import HouseForm, TextArea, VersionedForm


class PlanHandOverForm(HouseForm):
    on = forms.DateField(label=_("Übergabe am"), help_text=_("Der erste Tag ohne die bisherige Person."))


class _Ticks(forms.MultipleChoiceField):
    """Keys of points; one that is gone meanwhile is dropped instead of refused."""

    def to_python(self, value: Any) -> list[str]:
        return [key for key in super().to_python(value) if self.valid_value(key)]


class HandOverForm(VersionedForm):
    """Which points are done, and what the successor must know. The page shows the boxes inside its lists."""

    ticked = _Ticks(label=_("erledigt"), required=False)
    note = forms.CharField(
        label=_("Was die Nachfolge wissen muss"),
        help_text=_("Absprachen, Orte, Gewohnheiten. Keine Namen und keine Angaben zu Ratsuchenden."),
        required=False,
        max_length=4000,
        widget=TextArea(rows=8),
    )

    def __init__(self, *args: Any, points: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ticked"].choices = points  # type: ignore[attr-defined]


class EndHandOverForm(VersionedForm):
    """Carries the version that the person saw."""
