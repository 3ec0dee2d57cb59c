"""The one form of the start page: the place finder, which leads to the page of `staffing`."""

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
