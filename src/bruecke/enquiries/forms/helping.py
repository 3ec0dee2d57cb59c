"""The public form of people who want to help."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bruecke.enquiries.forms.public import recognise_contact
from bruecke.enquiries.models import MAX_TEXT
from bruecke.enquiries.states import ContactKind
from bruecke.ui.forms import ChoiceRows, GridOfBoxes, GuardedForm, TextArea

PERSON, ORGANISATION = "person", "organisation"


class HelpForm(GuardedForm):
    """An offer of help. `places` and `categories` are choices; the page shows the place apart from the other fields."""

    place = forms.ChoiceField(label=_("Ihr Ort"), required=False)
    categories = forms.MultipleChoiceField(
        label=_("Womit möchten Sie helfen?"),
        widget=GridOfBoxes,
        error_messages={"required": _("Bitte wählen Sie, womit Sie helfen möchten.")},
    )
    text = forms.CharField(
        label=_("Ihre Nachricht"),
        help_text=_("Was können und möchten Sie tun? Schreiben Sie in Ihrer Sprache."),
        widget=TextArea(3, {"dir": "auto"}),
        max_length=MAX_TEXT,
        error_messages={
            "required": _("Bitte schreiben Sie ein paar Worte."),
            "max_length": _("Ihr Text ist zu lang. Bitte kürzen Sie ihn auf 5.000 Zeichen."),
        },
    )
    times = forms.CharField(
        label=_("Wann haben Sie Zeit?"),
        help_text=_("Zum Beispiel: dienstags ab 16 Uhr."),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Bitte kürzen Sie die Angabe auf 200 Zeichen.")},
    )
    languages_text = forms.CharField(
        label=_("Sprachen, die Sie sprechen"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Bitte kürzen Sie die Angabe auf 200 Zeichen.")},
    )
    for_whom = forms.ChoiceField(
        label=_("Für wen schreiben Sie?"),
        widget=ChoiceRows,
        initial=PERSON,
        choices=[(PERSON, _("Für mich")), (ORGANISATION, _("Für einen Verein, eine Firma oder eine Gruppe"))],
        error_messages={"required": _("Bitte wählen Sie, für wen Sie schreiben.")},
    )
    contact = forms.CharField(
        label=_("Telefon oder E-Mail"),
        max_length=254,
        help_text=_("Damit wir uns bei Ihnen melden können."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "email"}),
        error_messages={
            "required": _("Bitte geben Sie an, wie wir Sie erreichen."),
            "max_length": _("Bitte prüfen Sie die Angabe, sie ist zu lang."),
        },
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], categories: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", _("Ort nicht angegeben")), *places]  # type: ignore[attr-defined]
        self.fields["categories"].choices = categories  # type: ignore[attr-defined]

    def clean_contact(self) -> tuple[ContactKind, str]:
        """An address has an @, a number has digits; one of the two is needed."""
        found = recognise_contact(self.cleaned_data["contact"])
        if found is None or found[0] is ContactKind.NONE:
            raise ValidationError(_("Bitte geben Sie eine Telefonnummer oder eine E-Mail-Adresse an."))
        return found
