"""Forms on the way in (log in, code, invitation, new password) and for one's own account."""

from typing import Any

from allauth.account.forms import LoginForm as AllauthLoginForm
from allauth.mfa.base.forms import AuthenticateForm as AllauthAuthenticateForm
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import THEME_LABELS
from bruecke.ui.forms import ChoiceRows, HouseForm

PASSWORD_HINT = _("Mindestens 12 Zeichen. Gut sind vier Wörter, die nichts miteinander zu tun haben.")
CODE_ATTRS = {"autocomplete": "one-time-code", "inputmode": "numeric", "autocapitalize": "off", "spellcheck": "false"}


def _password(label: Any, autocomplete: str, hint: Any = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=200, help_text=hint)


def _email() -> forms.EmailField:
    widget = forms.EmailInput(attrs={"autocomplete": "username", "inputmode": "email"})
    return forms.EmailField(label=_("E-Mail-Adresse"), max_length=254, widget=widget)


class LoginForm(HouseForm, AllauthLoginForm):
    """allauth's log-in with our fields; the adapter counts, checks and records."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = _email()
        self.fields["password"] = _password(_("Passwort"), "current-password")
        self.order_fields(["login", "password"])


class CodeForm(HouseForm, AllauthAuthenticateForm):
    """The code of the phone, or a recovery code. The view checks it: only there the moment is known."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Sechs Ziffern aus der App auf Ihrem Telefon. Telefon nicht zur Hand? Dann geben Sie einen Ersatzcode ein."),
        widget=forms.TextInput(attrs=CODE_ATTRS),
    )

    def clean_code(self) -> str:
        return "".join(self.cleaned_data["code"].split())


class _TwicePassword(HouseForm):
    """A new password, typed twice; the rules are checked by the action."""

    password = _password(_("Neues Passwort"), "new-password", PASSWORD_HINT)
    password_again = _password(_("Neues Passwort noch einmal"), "new-password")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("password") and cleaned.get("password_again") and cleaned["password"] != cleaned["password_again"]:
            self.add_error(
                "password_again",
                ValidationError(_("Beide Eingaben müssen gleich sein. Bitte tippen Sie das Passwort noch einmal.")),
            )
        return cleaned


class InvitationForm(_TwicePassword):
    """Name and first password of an invited person."""

    name = forms.CharField(
        label=_("Ihr Name oder Ihre Funktion"),
        max_length=120,
        help_text=_("So sehen Sie die anderen im Arbeitsplatz, zum Beispiel „Integrationskoordination Nord“."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    field_order = ("name", "password", "password_again")


class ResetRequestForm(HouseForm):
    """The address to which a link for a new password goes."""

    email = _email()


class NewPasswordForm(_TwicePassword):
    """A new password by a mailed link."""


class ChangePasswordForm(_TwicePassword):
    """A new password, knowing the old one."""

    old_password = _password(_("Bisheriges Passwort"), "current-password")
    field_order = ("old_password", "password", "password_again")


class PasswordOnlyForm(HouseForm):
    """The password once more, before something that must be the person's own doing."""

    password = _password(_("Ihr Passwort"), "current-password")


class ConfirmForm(HouseForm):
    """Password and code once more before a sensitive step; `kept`: a form that came too late, as the page carries it."""

    password = _password(_("Ihr Passwort"), "current-password")
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Sechs Ziffern aus der App auf Ihrem Telefon, oder ein Ersatzcode."),
        widget=forms.TextInput(attrs=CODE_ATTRS),
    )
    next = forms.CharField(widget=forms.HiddenInput, required=False)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)


class PasskeyNameForm(HouseForm):
    """How the person calls a passkey, to know it again in her list."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Damit Sie ihn später wiedererkennen, zum Beispiel „Diensthandy“ oder „Stick im Safe“."),
    )


class PasskeyForm(PasskeyNameForm):
    """A new passkey; what the device answered stands beside the form and is checked by the view."""


class TotpForm(HouseForm):
    """The first code of a phone being set up."""

    code = forms.CharField(
        label=_("Code aus der App"),
        max_length=10,
        help_text=_("Sechs Ziffern. Sie wechseln alle 30 Sekunden."),
        widget=forms.TextInput(attrs=CODE_ATTRS),
    )


class ReplaceTotpForm(TotpForm):
    """The first code of a new phone, with the password."""

    password = _password(_("Ihr Passwort"), "current-password")


class ThemeForm(HouseForm):
    """A light or a dark desk."""

    theme = forms.ChoiceField(
        label=_("Darstellung"),
        choices=[(theme.value, label) for theme, label in THEME_LABELS.items()],
        help_text=_("Gilt für den Arbeitsplatz auf allen Ihren Geräten. Gedruckt wird immer hell."),
        widget=ChoiceRows,
    )


class NameForm(HouseForm):
    """How the person is shown at the desk."""

    name = forms.CharField(label=_("Name oder Funktion"), max_length=120, help_text=_("So sehen Sie die anderen im Arbeitsplatz."))
