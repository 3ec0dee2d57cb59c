"""What a provider says about one entry behind its mailed link."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.offers.models import COST_LABELS, MAX_DESCRIPTION, REGISTRATION_LABELS, Offer
from bruecke.ui.forms import HouseForm, TextArea


class ProviderForm(HouseForm):
    """The fields a provider knows; times in words, because nobody outside writes rules of a calendar."""

    title = forms.CharField(label=_("Titel"), max_length=160)
    description = forms.CharField(label=_("Beschreibung"), required=False, max_length=MAX_DESCRIPTION, widget=TextArea(4))
    schedule_note = forms.CharField(
        label=_("Termine, wenn sich etwas ändert"),
        required=False,
        max_length=200,
        help_text=_("Zum Beispiel „ab Januar mittwochs“."),
    )
    cost_kind = forms.ChoiceField(label=_("Kosten"), choices=[(key.value, label) for key, label in COST_LABELS.items()])
    cost_note = forms.CharField(label=_("Hinweis zu den Kosten"), required=False, max_length=200)
    registration = forms.ChoiceField(
        label=_("Anmeldung"), choices=[(key.value, label) for key, label in REGISTRATION_LABELS.items()]
    )
    places_free = forms.IntegerField(label=_("freie Plätze"), required=False, min_value=0, max_value=100_000)
    contact_phone = forms.CharField(label=_("Telefon"), required=False, max_length=40)
    contact_email = forms.EmailField(label=_("E-Mail"), required=False, max_length=254)
    note = forms.CharField(label=_("Nachricht an die Koordination"), required=False, max_length=500, widget=TextArea(2))

    def values(self) -> dict[str, Any]:
        """Keys of `queries.PROPOSABLE`."""
        return {name: value for name, value in self.cleaned_data.items() if name != "note"}


def initial_of(offer: Offer) -> dict[str, Any]:
    return {name: getattr(offer, name) for name in ProviderForm.base_fields if name != "note"}
