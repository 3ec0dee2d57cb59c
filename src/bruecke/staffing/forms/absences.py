"""Forms of absences and deputies."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.staffing.querysets import PostQuerySet
from bruecke.ui.forms import HouseForm, VersionedForm


class _DeputyChoice(forms.ModelChoiceField):
    """`3 · Freital`"""

    def label_from_instance(self, obj: Any) -> str:
        return obj.short_label


def _deputy() -> _DeputyChoice:
    return _DeputyChoice(
        label=_("Vertretung"),
        queryset=None,
        to_field_name="uid",
        required=False,
        empty_label=_("niemand, die Fragen gehen in den gemeinsamen Eingang"),
        help_text=_("Zur Wahl stehen Stellen derselben verantwortlichen Stelle, denn nur sie dürfen die Fragen lesen."),
    )


class AbsenceForm(VersionedForm):
    """Days and deputy. The last day is what people say; tables keep the first day after it."""

    valid_from = forms.DateField(label=_("Erster Tag"))
    last_day = forms.DateField(label=_("Letzter Tag"))
    deputy = _deputy()

    def __init__(self, *args: Any, deputies: PostQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = deputies  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("valid_from"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie die Angaben."))
        return cleaned


class DeputyForm(HouseForm):
    deputy = _deputy()

    def __init__(self, *args: Any, deputies: PostQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["deputy"].queryset = deputies  # type: ignore[attr-defined]
