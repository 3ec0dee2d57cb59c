"""Forms of residents: the question, the receipt code, a further message."""

import re
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from bruecke.core.tokens import normalise_receipt_code
from bruecke.enquiries import queries
from bruecke.enquiries.forms.attaching import AttachingForm
from bruecke.enquiries.models import MAX_TEXT
from bruecke.enquiries.queries import Addressee
from bruecke.enquiries.states import ContactKind
from bruecke.ui.forms import GuardedForm, HouseForm, TextArea

_SALT = "bruecke.enquiries.addressee"
_TOO_LONG = _("Ihr Text ist zu lang. Bitte kürzen Sie ihn auf 5.000 Zeichen.")
_EMPTY = _("Bitte schreiben Sie Ihre Frage.")
_PHONE = re.compile(r"\+?[0-9 ()/.-]{6,30}")


def sign_addressee(addressee: Addressee) -> str:
    """What the form carries of who was named on it; nobody can change it on the way."""
    unit, post, place = addressee.unit, addressee.post, addressee.place
    topic = addressee.topic.pk if addressee.topic else ""
    ids = [addressee.controller.uid, unit.uid if unit else "", post.uid if post else "", place.pk if place else "", topic]
    return signing.dumps(ids, salt=_SALT)


def read_addressee(token: str) -> Addressee | None:
    """Who was named on the form; None when the token is forged or something of it is gone."""
    try:
        controller, unit, post, place, topic = signing.loads(token, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return queries.named_addressee(controller, unit, post, place, topic)


def recognise_contact(typed: str) -> tuple[ContactKind, str] | None:
    """What somebody can be reached by; None when it is neither. Raises: ValidationError for an address with a mistake."""
    text = " ".join(typed.split())
    if not text:
        return ContactKind.NONE, ""
    if "@" in text:
        try:
            validate_email(text)
            Address(addr_spec=text)  # stricter than Django: an encoded word is no mailbox
        except (ValidationError, ValueError, HeaderParseError):
            raise ValidationError(_("Bitte prüfen Sie die E-Mail-Adresse, zum Beispiel name@example.org.")) from None
        return ContactKind.EMAIL, text
    return (ContactKind.PHONE, text) if _PHONE.fullmatch(text) else None


class AskForm(AttachingForm, GuardedForm):
    """A question. `places` and `topics` are choices; the page shows the place apart from the other fields."""

    place = forms.ChoiceField(label=_("Ihr Ort"), required=False)
    text = forms.CharField(
        label=_("Ihre Frage"),
        help_text=_("Schreiben Sie in Ihrer Sprache."),
        widget=TextArea(3, {"dir": "auto"}),
        max_length=MAX_TEXT,
        error_messages={"required": _EMPTY, "max_length": _TOO_LONG},
    )
    topic = forms.ChoiceField(label=_("Thema"), error_messages={"required": _("Bitte wählen Sie ein Thema.")})
    languages_text = forms.CharField(
        label=_("Sprachen, die Sie sprechen"),
        required=False,
        max_length=200,
        error_messages={"max_length": _("Bitte kürzen Sie die Angabe auf 200 Zeichen.")},
    )
    contact = forms.CharField(
        label=_("Telefon oder E-Mail"),
        required=False,
        max_length=254,
        help_text=_("Die Antwort sehen Sie auch mit Ihrem Code."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "email"}),
        error_messages={"max_length": _("Bitte prüfen Sie die Angabe, sie ist zu lang.")},
    )
    consent_special = forms.BooleanField(
        label=_(
            "In meiner Frage steht etwas zu Gesundheit, Religion, Herkunft oder Politik. Sie dürfen das für die Antwort nutzen."
        ),
        required=False,
    )
    consent_share = forms.BooleanField(
        label=_("Auch andere Stellen im Landkreis dürfen meine Frage lesen, wenn das bei der Antwort hilft."), required=False
    )

    def __init__(self, *args: Any, places: list[tuple[str, str]], topics: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = [("", _("Ort nicht angegeben")), *places]  # type: ignore[attr-defined]
        self.fields["topic"].choices = [("", _("Bitte wählen")), *topics]  # type: ignore[attr-defined]

    def clean_contact(self) -> tuple[ContactKind, str]:
        """What it is tells itself: an address has an @, a number has digits."""
        found = recognise_contact(self.cleaned_data["contact"])
        if found is None:
            raise ValidationError(
                _("Bitte geben Sie eine Telefonnummer oder eine E-Mail-Adresse an, oder lassen Sie das Feld leer.")
            )
        return found


class CodeForm(HouseForm):
    """The receipt code, however it was written down."""

    code = forms.CharField(
        label=_("Ihr Code"),
        help_text=_("20 Zeichen. Er steht auf der Seite, die nach dem Absenden kam."),
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false", "dir": "ltr"}),
        error_messages={"required": _("Bitte geben Sie Ihren Code ein."), "max_length": _("Ein Code hat 20 Zeichen.")},
    )

    def clean_code(self) -> str:
        if normalise_receipt_code(self.cleaned_data["code"]) is None:
            raise ValidationError(
                _("Ein Code hat 20 Zeichen, zum Beispiel 7K4M-29QX-FT0A-3B5C-D6E8. Bitte prüfen Sie Ihre Eingabe.")
            )
        return self.cleaned_data["code"]


class FollowUpForm(AttachingForm, GuardedForm):
    """A further message of the resident."""

    minimum_time = timedelta(seconds=0)

    text = forms.CharField(
        label=_("Ihre Nachricht"),
        help_text=_("Sie können in jeder Sprache schreiben."),
        widget=TextArea(3, {"dir": "auto"}),
        max_length=MAX_TEXT,
        error_messages={"required": _("Bitte schreiben Sie Ihre Nachricht."), "max_length": _TOO_LONG},
    )
