"""From when a plan that was played through shall hold."""

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.ui.forms import HouseForm


class TakeOverForm(HouseForm):
    valid_from = forms.DateField(
        label=_("Zuständig ab"), help_text=_("Bis dahin bleibt alles, wie es ist. Sie können es danach als Ganzes zurücknehmen.")
    )
