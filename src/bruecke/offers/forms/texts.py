"""Forms around the texts of an offer: translations beside the German ones, and the choice of two versions to compare."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.core.clock import BERLIN
from bruecke.offers.models import TRANSLATED, Offer
from bruecke.offers.queries import LanguageState, TranslationLine, VersionLine
from bruecke.ui.forms import FilterForm, TextArea, VersionedForm


class TranslationForm(VersionedForm):
    """The texts of one language; the German ones are shown beside them by `rows`."""

    def __init__(self, *args: Any, lines: Sequence[TranslationLine], language: LanguageState, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        attrs = {"dir": "auto", "lang": language.code}
        for line in lines:
            column: Any = Offer._meta.get_field(line.field)
            is_long = line.field == "description"
            self.fields[line.field] = forms.CharField(
                label=f"{line.label} ({language.name})",
                required=False,
                max_length=column.max_length,
                initial=line.text,
                widget=TextArea(8, attrs) if is_long else forms.TextInput(attrs=attrs),
                error_messages={"max_length": _("Bitte kürzen Sie den Text auf höchstens %(limit_value)s Zeichen.")},
            )

    @property
    def rows(self) -> list[tuple[TranslationLine, Any]]:
        return [(line, self[line.field]) for line in self.lines]

    def texts(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in TRANSLATED if name in self.cleaned_data}


class CompareForm(FilterForm):
    """Which two versions; newest first, by their keys."""

    von = forms.ChoiceField(label=_("Älterer Stand"))
    mit = forms.ChoiceField(label=_("Neuerer Stand"))
    alle = forms.BooleanField(label=_("auch Felder zeigen, die gleich sind"))

    def __init__(self, query: Any, *args: Any, versions: Sequence[VersionLine], **kwargs: Any) -> None:
        self._choices = [(str(line.key), _named(line)) for line in versions]
        super().__init__(query, *args, **kwargs)

    @property
    def sides(self) -> list[Any]:
        return [self["von"], self["mit"]]

    def is_valid(self) -> bool:
        """The choices must be known before the base class asks for the values."""
        for name in ("von", "mit"):
            field: Any = self.fields[name]
            field.choices = self._choices
        return super().is_valid()


def _named(line: VersionLine) -> str:
    parts = [f"{line.at.astimezone(BERLIN):%d.%m.%Y, %H:%M}", line.who, str(_("jetzt")) if line.is_current else ""]
    return " · ".join(part for part in parts if part)
