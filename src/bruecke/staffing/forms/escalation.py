"""Forms of the escalation chain: a step, its hours, and an entry of the log."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.staffing.models import EscalationContact
from bruecke.staffing.models.escalation import CHANNEL_LABELS
from bruecke.ui.forms import GridOfBoxes, HouseForm, VersionedForm
from bruecke.ui.wording import weekday

PHONE_HELP = _("Mit Vorwahl, zum Beispiel 030 23125 100.")


class ContactForm(VersionedForm):
    """A step of the chain; its place in the order is changed in the list."""

    function = forms.CharField(label=_("Funktion"), max_length=120, help_text=_("Zum Beispiel „Ordnungsamt, Bereitschaft“."))
    phone = forms.CharField(label=_("Telefon"), max_length=40, help_text=PHONE_HELP)
    other_phone = forms.CharField(label=_("weiteres Telefon"), max_length=40, required=False, help_text=PHONE_HELP)
    name = forms.CharField(
        label=_("Name"), max_length=120, required=False, help_text=_("Nur, wenn die Person einverstanden ist. Die Funktion genügt.")
    )
    mailbox = forms.EmailField(label=_("E-Mail-Adresse"), max_length=254, required=False)
    note = forms.CharField(
        label=_("Wann und wofür"), max_length=200, required=False, help_text=_("Zum Beispiel „bei Gefahr zuerst 110“.")
    )
    confirmed_on = forms.DateField(
        label=_("zuletzt geprüft am"), required=False, help_text=_("Die Angaben werden einmal im Jahr geprüft.")
    )
    is_active = forms.BooleanField(
        label=_("Gilt zurzeit"), required=False, initial=True, help_text=_("Ohne Häkchen steht der Eintrag nicht in der Kette.")
    )

    @classmethod
    def values_of(cls, contact: EscalationContact) -> dict[str, Any]:
        """What is saved, as `initial` takes it."""
        return {name: getattr(contact, name) for name in cls.base_fields}


class OnCallForm(HouseForm):
    """Hours of several weekdays at once."""

    weekdays = forms.TypedMultipleChoiceField(label=_("Wochentage"), coerce=int, widget=GridOfBoxes, choices=())
    starts = forms.TimeField(label=_("von"))
    ends = forms.TimeField(
        label=_("bis"), help_text=_("Eine frühere Uhrzeit als „von“ liegt am nächsten Morgen. Rund um die Uhr: 0:00 bis 23:59.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["weekdays"].choices = [(day, weekday(day)) for day in range(7)]  # type: ignore[attr-defined]


class NoticeForm(HouseForm):
    """Who was told, when and how. `who` are uids of the chain and keys of others that can be told."""

    who = forms.ChoiceField(label=_("Wer wurde benachrichtigt?"), choices=())
    was_reached = forms.TypedChoiceField(
        label=_("Ergebnis"),
        coerce=lambda value: value == "yes",
        choices=[("yes", _("erreicht")), ("no", _("nicht erreicht"))],
    )
    channel = forms.ChoiceField(label=_("Weg"), choices=list(CHANNEL_LABELS.items()))
    told_at = forms.DateTimeField(label=_("Wann"))
    note = forms.CharField(
        label=_("Anlass in Stichworten"), max_length=300, required=False, help_text=_("Keine Namen, keine Gesundheitsangaben.")
    )

    def __init__(self, *args: Any, who: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].choices = who  # type: ignore[attr-defined]
