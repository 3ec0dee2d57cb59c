"""Forms of responsibilities for topics."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.places.models import Area
from bruecke.staffing.querysets import PostQuerySet
from bruecke.ui.forms import HouseForm, VersionedForm

ONE_DAY = timedelta(days=1)


class _PostChoice(forms.ModelChoiceField):
    """`3 · Freital`"""

    def label_from_instance(self, obj: Any) -> str:
        return obj.short_label


class TopicForm(HouseForm):
    """Which post answers questions on a topic, where and from when. The last day is what people say."""

    topic = forms.ChoiceField(label=_("Thema"))
    post = _PostChoice(label=_("Stelle"), queryset=None, to_field_name="uid", empty_label=_("Bitte wählen"))
    municipality = forms.ChoiceField(
        label=_("Wo"), required=False, help_text=_("Eine Zuständigkeit für eine Gemeinde geht der für den ganzen Landkreis vor.")
    )
    valid_from = forms.DateField(label=_("Erster Tag"))
    last_day = forms.DateField(label=_("Letzter Tag"), required=False, help_text=_("Leer: ohne Ende."))

    def __init__(
        self, *args: Any, posts: PostQuerySet, topics: list[tuple[str, str]], municipalities: list[Area], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.places = {area.pk: area for area in municipalities}
        self.fields["post"].queryset = posts  # type: ignore[attr-defined]
        self.fields["topic"].choices = [("", _("Bitte wählen")), *topics]  # type: ignore[attr-defined]
        self.fields["municipality"].choices = [  # type: ignore[attr-defined]
            ("", _("im ganzen Landkreis")),
            *((area.pk, area.name) for area in municipalities),
        ]

    def clean_municipality(self) -> Area | None:
        return self.places.get(self.cleaned_data["municipality"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        first, last = cleaned.get("valid_from"), cleaned.get("last_day")
        if first and last and last < first:
            self.add_error("last_day", _("Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie die Angaben."))
        cleaned["valid_until"] = last + ONE_DAY if last else None
        return cleaned


class TopicEndForm(VersionedForm):
    last_day = forms.DateField(label=_("Letzter Tag"))
