"""The place finder of the start page, and the form of a kept view."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.ui.forms import HouseForm
from bruecke.ui.wording import german


class FinderForm(HouseForm):
    """`example`: name and postal code of a place of the district, or None."""

    ort = forms.CharField(
        label=gettext_lazy("Ort oder Postleitzahl"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, example: tuple[str, str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if example:
            place, code = german(example[0]), example[1]
            words = _("Zum Beispiel %(place)s oder %(code)s")
            self.fields["ort"].help_text = format_html(
                words.replace("%(place)s", "{place}").replace("%(code)s", "{code}"), place=place, code=code
            )


class SavedViewForm(HouseForm):
    """`may_share`: the viewer may give views to the district; `may_change`: the view is hers to name."""

    name = forms.CharField(label=gettext_lazy("Name der Ansicht"), max_length=60)
    is_shared = forms.BooleanField(
        label=gettext_lazy("für alle im Landkreis"),
        required=False,
        help_text=gettext_lazy("Jede Person sieht darin nur, was sie öffnen darf."),
    )
    is_first = forms.BooleanField(label=gettext_lazy("Die Liste öffnet sich bei mir mit dieser Ansicht"), required=False)

    def __init__(self, *args: Any, may_share: bool, may_change: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        gone = () if may_share and may_change else ("is_shared",)
        for name in (*gone, *(() if may_change else ("name",))):
            del self.fields[name]

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())
