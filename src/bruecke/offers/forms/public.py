"""Forms of readers: the filters of the catalogue, and the note that something is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.offers.models import FEEDBACK_LABELS
from bruecke.ui.forms import ChoiceRows, FilterForm, GuardedForm, TextArea

RADII = ((5, _("5 km")), (10, _("10 km")), (20, _("20 km")), (50, _("50 km")))


class CatalogueForm(FilterForm):
    """Filters of the public catalogue; the names of the fields stand in the address. `choices` by field name."""

    MAIN = ("suche", "ort", "umkreis")
    """Always in sight; the others fold away."""

    suche = forms.CharField(
        label=_("Was suchen Sie?"),
        max_length=200,
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto", "autocomplete": "off"}),
    )
    ort = forms.ChoiceField(label=_("Ort"))
    umkreis = forms.TypedChoiceField(label=_("Umkreis"), coerce=int, choices=[("", _("Überall")), *RADII])
    kategorie = forms.ChoiceField(label=_("Art der Hilfe"))
    zielgruppe = forms.ChoiceField(label=_("Für wen"))
    sprache = forms.ChoiceField(label=_("Sprache"))
    kostenlos = forms.BooleanField(label=_("kostenlos"))
    kinderbetreuung = forms.BooleanField(label=_("mit Kinderbetreuung"))
    barrierefrei = forms.BooleanField(label=_("barrierefrei"))
    frei = forms.BooleanField(label=_("mit freien Plätzen"))

    def __init__(self, query: Any, *args: Any, choices: dict[str, list[tuple[str, str]]], **kwargs: Any) -> None:
        self._choices = {
            "ort": [("", _("Alle Orte")), *choices["ort"]],
            "kategorie": [("", _("Alle")), *choices["kategorie"]],
            "zielgruppe": [("", _("Alle")), *choices["zielgruppe"]],
            "sprache": [("", _("Alle Sprachen")), *choices["sprache"]],
        }
        super().__init__(query, *args, **kwargs)

    def is_valid(self) -> bool:
        """The choices must be known before the base class asks for the values."""
        for name, choices in self._choices.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        return super().is_valid()

    @property
    def main_fields(self) -> list[Any]:
        return [self[name] for name in self.MAIN]

    @property
    def more_fields(self) -> list[Any]:
        return [self[name] for name in self.fields if name not in self.MAIN]

    @property
    def more_is_set(self) -> bool:
        """Whether a folded filter is set, so that the fold stands open."""
        return any(name not in self.MAIN for name in self.values)


class FeedbackForm(GuardedForm):
    """What is wrong with an entry. No name, no address: nobody is answered."""

    reason = forms.ChoiceField(
        label=_("Was stimmt nicht?"),
        choices=[(key.value, label) for key, label in FEEDBACK_LABELS.items()],
        widget=ChoiceRows,
        error_messages={"required": _("Bitte wählen Sie, was nicht stimmt.")},
    )
    text = forms.CharField(
        label=_("Was ist richtig?"),
        required=False,
        max_length=500,
        help_text=_("Bitte keine Angaben zu Ihrer Person. Wir können hier nicht antworten."),
        widget=TextArea(3, {"dir": "auto"}),
        error_messages={"max_length": _("Bitte kürzen Sie den Text auf 500 Zeichen.")},
    )
