"""Forms of function mailboxes: how one is reached and in which office its mails lie."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Controller, Unit
from bruecke.enquiries.models import SECURITY_LABELS
from bruecke.ui.forms import ChoiceRows, VersionedForm


class MailboxForm(VersionedForm):
    """A mailbox. Controller and unit are one choice, so that they always fit together; the password never comes back."""

    name = forms.CharField(label=_("Name"), max_length=80, help_text=_("Wie das Postfach bei Ihnen heißt."))
    host = forms.CharField(
        label=_("Server"),
        max_length=200,
        help_text=_("Der Name des IMAP-Servers, zum Beispiel imap.example.org."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
    )
    security = forms.ChoiceField(
        label=_("Verschlüsselung"), widget=ChoiceRows, choices=[(key.value, label) for key, label in SECURITY_LABELS.items()]
    )
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535)
    username = forms.CharField(
        label=_("Benutzername"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "dir": "ltr"}),
    )
    password = forms.CharField(
        label=_("Passwort"),
        max_length=500,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    folder = forms.CharField(label=_("Ordner"), max_length=120, help_text=_("Der Posteingang heißt INBOX."))
    office = forms.ChoiceField(
        label=_("Wer liest die E-Mails?"),
        help_text=_("E-Mails nennen keinen Ort. Die Fragen daraus liegen im gemeinsamen Eingang dieser Stelle."),
    )
    sends_receipt = forms.BooleanField(
        label=_("Eingang bestätigen und den Code für die Antwort mitschicken"),
        help_text=_("Ohne Bestätigung antworten Sie aus Ihrem E-Mail-Programm und schließen die Frage hier ab."),
        required=False,
    )

    def __init__(self, *args: Any, offices: list[tuple[Controller, Unit | None]], is_new: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offices = {(unit or controller).uid: (controller, unit) for controller, unit in offices}
        words = [(uid, f"{one.name}, {unit.name}" if unit else one.name) for uid, (one, unit) in self._offices.items()]
        self.fields["office"].choices = [("", _("Bitte wählen")), *words]  # type: ignore[attr-defined]
        if not is_new:
            self.fields["password"].help_text = _("Leer lassen, um das gespeicherte Passwort zu behalten. Es wird nie angezeigt.")

    def clean(self) -> dict[str, Any]:
        """Adds `controller` and `unit`."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("office"):
            cleaned["controller"], cleaned["unit"] = self._offices[cleaned["office"]]
        return cleaned
