"""What a stroke is counted under: carried in the address of the page, so that it is remembered, and again in every button."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bruecke.enquiries import rules
from bruecke.enquiries.models import CHANNEL_LABELS, OUTCOME_LABELS
from bruecke.enquiries.states import Channel, Outcome
from bruecke.places.models import Area
from bruecke.ui.forms import HouseForm
from bruecke.vocabulary.models import Language

UNDER = ("ort", "sprache", "tag", "weg", "ergebnis")


class TallyForm(HouseForm):
    """Place, language, day, way and outcome. What is not given is the first place, no language, today, in person, answered."""

    ort = forms.ChoiceField(label=_("Ort"), required=False)
    sprache = forms.ChoiceField(label=_("Sprache"), required=False)
    tag = forms.DateField(label=_("Tag"), required=False)
    weg = forms.ChoiceField(
        label=_("Weg"), required=False, choices=[(key.value, CHANNEL_LABELS[key]) for key in rules.TALLY_CHANNELS]
    )
    ergebnis = forms.ChoiceField(
        label=_("Ergebnis"), required=False, choices=[(key.value, OUTCOME_LABELS[key]) for key in rules.TALLY_OUTCOMES]
    )

    def __init__(self, data: Any, *, places: list[Area], languages: list[Language], today: date) -> None:
        self.today = today
        self.by_slug = {place.slug: place for place in places}
        fallback = {"ort": next(iter(self.by_slug), ""), "tag": f"{today:%Y-%m-%d}", "weg": Channel.IN_PERSON.value}
        fallback["ergebnis"] = Outcome.ANSWERED.value
        super().__init__({name: data.get(name) or fallback.get(name, "") for name in UNDER})
        self.fields["ort"].choices = [(place.slug, place.name) for place in places]  # type: ignore[attr-defined]
        self.fields["sprache"].choices = [  # type: ignore[attr-defined]
            ("", _("ohne Angabe")),
            *((language.pk, str(language)) for language in languages),
        ]
        self.fields["tag"].widget.attrs |= {
            "min": f"{date.fromordinal(today.toordinal() - rules.TALLY_BACK_DAYS):%Y-%m-%d}",
            "max": f"{today:%Y-%m-%d}",
        }

    def clean_tag(self) -> date:
        day: date = self.cleaned_data["tag"] or self.today
        if not rules.is_tally_day(day, self.today):
            raise ValidationError(_("Bitte wählen Sie heute oder einen Tag der letzten zwei Wochen."))
        return day

    @property
    def is_unusual(self) -> bool:
        """Whether more than place and language differ from what is counted most."""
        usual = {"tag": f"{self.today:%Y-%m-%d}", "weg": Channel.IN_PERSON.value, "ergebnis": Outcome.ANSWERED.value}
        return any(self.under[name] != value for name, value in usual.items())

    @property
    def under(self) -> dict[str, str]:
        """The values as they stand in addresses and hidden fields."""
        values: dict[str, str] = {name: str(self[name].value() or "") for name in UNDER}
        return values
