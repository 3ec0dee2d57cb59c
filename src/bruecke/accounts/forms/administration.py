"""Forms of the administration pages: people and their roles, controllers and units, settings, filters of the lists."""

from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from bruecke.accounts import queries
from bruecke.accounts.models import Controller, ControllerKind, Unit
from bruecke.core.models import District
from bruecke.core.viewer import Role, Viewer
from bruecke.places import queries as places
from bruecke.ui.forms import ChoiceRows, FilterForm, GridOfBoxes, HouseForm, TextArea, VersionedForm


class StateChoice(TextChoices):
    """States of an account, as the filter calls them."""

    ACTIVE = "active", _("aktiv")
    INVITED = "invited", _("eingeladen")
    LOCKED = "locked", _("gesperrt")


def _role_choices(district: District) -> list[tuple[str, Any]]:
    return [(role.value, queries.role_label(role, district)) for role in Role]


class PeopleFilter(FilterForm):
    """Filters of the list of people."""

    q = forms.CharField(
        label=_("Suche"), max_length=80, widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Name oder E-Mail")})
    )
    role = forms.ChoiceField(label=_("Rolle"))
    controller = forms.ChoiceField(label=_("Stelle"))
    state = forms.ChoiceField(label=_("Zugang"), choices=[("", _("Alle Zugänge")), *StateChoice.choices])

    def __init__(self, query: Any, *, viewer: Viewer, district: District) -> None:
        self.base_fields = deepcopy(self.base_fields)  # type: ignore[misc] # choices are this viewer's own
        self.base_fields["role"].choices = [("", _("Alle Rollen")), *_role_choices(district)]  # type: ignore[attr-defined]
        controllers = [(one.uid, one.name) for one in Controller.objects.visible_to(viewer).order_by("sort_key", "pk")]
        self.base_fields["controller"].choices = [("", _("Alle Stellen")), *controllers]  # type: ignore[attr-defined]
        super().__init__(query)


class MembershipForm(HouseForm):
    """A role from a day on. Controller and unit are one choice, so that they always fit together."""

    role = forms.ChoiceField(label=_("Rolle"))
    controller = forms.ChoiceField(
        label=_("Arbeitet für"), help_text=_("Die Stelle entscheidet mit, welche Fragen die Person lesen darf.")
    )
    valid_from = forms.DateField(label=_("Ab"))
    valid_until = forms.DateField(label=_("Letzter Tag"), required=False, help_text=_("Leer lassen, wenn kein Ende feststeht."))
    municipalities = forms.MultipleChoiceField(label=_("Gemeinden"), required=False, widget=GridOfBoxes)

    def __init__(self, *args: Any, viewer: Viewer, district: District, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._targets: dict[str, tuple[Controller, Unit | None]] = {}
        self.fields["role"].choices = [("", _("Bitte wählen")), *_role_choices(district)]  # type: ignore[attr-defined]
        self.fields["controller"].choices = [("", _("Bitte wählen")), *self._controller_choices(viewer)]  # type: ignore[attr-defined]
        areas = places.municipalities_of(district.ags, today)
        self.fields["municipalities"].choices = [(area.pk, area.name) for area in areas]  # type: ignore[attr-defined]
        self.initial.setdefault("valid_from", today)

    def _controller_choices(self, viewer: Viewer) -> list[tuple[str, list[tuple[str, Any]]]]:
        grouped = []
        for controller in queries.controllers_of(viewer):
            self._targets[controller.uid] = (controller, None)
            rows: list[tuple[str, Any]] = [(controller.uid, controller.name)]
            for unit in sorted(controller.units.all(), key=lambda one: (one.sort_key, one.pk)):
                self._targets[unit.uid] = (controller, unit)
                rows.append((unit.uid, unit.name))
            grouped.append((controller.name, rows))
        return grouped

    def clean(self) -> dict[str, Any]:
        """Adds `unit`; the last day becomes the first day without the role."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("controller"):
            cleaned["controller"], cleaned["unit"] = self._targets[cleaned["controller"]]
        if cleaned.get("role"):
            cleaned["role"] = Role(cleaned["role"])
            if cleaned["role"] is not Role.MUNICIPALITY:
                cleaned["municipalities"] = []
        if cleaned.get("valid_until"):
            cleaned["valid_until"] += timedelta(days=1)
        return cleaned


class InviteForm(MembershipForm):
    """A person, by mailbox, with the first role."""

    email = forms.EmailField(
        label=_("Dienstliche E-Mail-Adresse"),
        max_length=254,
        help_text=_("Dorthin geht die Einladung. Wer schon einen Zugang hat, erhält nur die weitere Rolle."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    name = forms.CharField(label=_("Name oder Funktion"), max_length=120, help_text=_("Die Person kann das später selbst ändern."))
    field_order = ("email", "name", "role", "controller", "valid_from", "valid_until", "municipalities")


class EndMembershipForm(VersionedForm):
    """The last day of a role."""

    valid_until = forms.DateField(label=_("Letzter Tag"), help_text=_("Der gestrige Tag beendet den Zugang sofort."))


class ControllerForm(VersionedForm):
    """A data owner."""

    name = forms.CharField(
        label=_("Name"), max_length=160, help_text=_("Steht auf öffentlichen Seiten und im Hinweis, wer eine Frage liest.")
    )
    kind = forms.ChoiceField(label=_("Art"), choices=ControllerKind.choices, widget=ChoiceRows)
    legal_basis = forms.CharField(
        label=_("Rechtsgrundlage"),
        max_length=300,
        required=False,
        help_text=_("Worauf die Bearbeitung von Fragen beruht. Steht im Hinweis am Formular."),
    )
    address = forms.CharField(label=_("Anschrift"), max_length=400, required=False, widget=TextArea(rows=3))
    phone = forms.CharField(label=_("Telefon"), max_length=40, required=False, widget=forms.TextInput(attrs={"type": "tel"}))
    mailbox = forms.EmailField(label=_("Funktionspostfach"), max_length=254, required=False)
    privacy_officer = forms.CharField(
        label=_("Datenschutzbeauftragte Stelle"), max_length=300, required=False, help_text=_("Wie sie zu erreichen ist.")
    )


class UnitForm(VersionedForm):
    """A unit of a controller."""

    name = forms.CharField(label=_("Name"), max_length=160)
    is_foreigners_authority = forms.BooleanField(
        label=_("Gehört zur Ausländerbehörde"),
        required=False,
        help_text=_(
            "Diese Stellen müssen nach § 87 AufenthG bestimmte Tatsachen weitergeben. "
            "Wer hier arbeitet, liest Fragen nur mit Einwilligung der Ratsuchenden."
        ),
    )


class SignInServiceForm(VersionedForm):
    """A district's sign-in service. Lists are typed with commas; a stored secret is never shown again."""

    label = forms.CharField(
        label=_("Name auf dem Knopf"), max_length=60, help_text=_("„Mit … anmelden“, zum Beispiel „Landkreis-Konto“.")
    )
    issuer = forms.CharField(
        label=_("Adresse des Anmeldedienstes"),
        max_length=300,
        help_text=_("Der „Issuer“, Zeichen für Zeichen, zum Beispiel https://login.landkreis.example.org/realms/intern."),
        widget=forms.TextInput(attrs={"inputmode": "url", "autocapitalize": "off", "spellcheck": "false"}),
    )
    client_id = forms.CharField(label=_("Client-ID"), max_length=200)
    client_secret = forms.CharField(
        label=_("Client-Geheimnis"),
        max_length=400,
        required=False,
        help_text=_("Wird verschlüsselt gespeichert und nicht mehr angezeigt. Leer lassen, damit das gespeicherte bleibt."),
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    email_domains = forms.CharField(
        label=_("Nur E-Mail-Adressen dieser Domänen"),
        max_length=400,
        required=False,
        help_text=_("Mit Komma getrennt. Leer: alle. Der Dienst muss die Adresse als bestätigt kennzeichnen."),
    )
    claim_name = forms.CharField(
        label=_("Nur mit diesem Merkmal"), max_length=80, required=False, help_text=_("Name des Claims, zum Beispiel „groups“.")
    )
    claim_values = forms.CharField(
        label=_("Werte, die genügen"), max_length=400, required=False, help_text=_("Mit Komma getrennt; einer davon reicht.")
    )
    trusts_second_factor = forms.BooleanField(
        label=_("Dem zweiten Schritt des Dienstes vertrauen"),
        required=False,
        help_text=_("Dann fragt Brücke nicht mehr nach dem Code, wenn der Dienst selbst in zwei Schritten gefragt hat."),
    )
    second_factor_values = forms.CharField(
        label=_("Daran ist der zweite Schritt zu erkennen"),
        max_length=400,
        required=False,
        help_text=_("Werte von „amr“ oder „acr“, mit Komma getrennt, zum Beispiel „mfa“."),
    )
    is_only_way = forms.BooleanField(
        label=_("Nur noch mit diesem Dienst anmelden"),
        required=False,
        help_text=_("Gilt für alle, die verknüpft sind. Die Verwaltung der Zugänge behält den Weg mit Passwort."),
    )
    is_on = forms.BooleanField(label=_("Eingeschaltet"), required=False, help_text=_("Der Knopf steht dann auf der Anmeldeseite."))

    def clean_email_domains(self) -> list[str]:
        return [domain.lstrip("@").lower() for domain in self._list("email_domains")]

    def clean_claim_values(self) -> list[str]:
        return self._list("claim_values")

    def clean_second_factor_values(self) -> list[str]:
        return self._list("second_factor_values")

    def _list(self, name: str) -> list[str]:
        return [part.strip() for part in self.cleaned_data[name].split(",") if part.strip()]


class SettingForm(HouseForm):
    """A value from a day on."""

    text = forms.CharField(label=_("Neuer Wert"), max_length=400)
    valid_from = forms.DateField(label=_("Gilt ab"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._today = today
        self.initial.setdefault("valid_from", today)

    def clean_valid_from(self) -> date:
        day: date = self.cleaned_data["valid_from"]
        if day < self._today:
            raise ValidationError(
                _("Einstellungen lassen sich nicht rückwirkend ändern. Bitte wählen Sie heute oder einen späteren Tag.")
            )
        return day


class AuditFilter(FilterForm):
    """Filters of the audit log."""

    verb = forms.ChoiceField(label=_("Vorgang"))
    target = forms.ChoiceField(label=_("Woran"))
    since = forms.DateField(label=_("Von"))
    until = forms.DateField(label=_("Bis"))
    who = forms.ChoiceField(label=_("Person"))
    refusals = forms.BooleanField(label=_("Nur Verweigertes"))

    def __init__(self, query: Any, *, choices: queries.LogChoices) -> None:
        self.base_fields = deepcopy(self.base_fields)  # type: ignore[misc]
        self.base_fields["verb"].choices = [("", _("Alle Vorgänge")), *choices.verbs]  # type: ignore[attr-defined]
        self.base_fields["target"].choices = [("", _("Alles")), *choices.targets]  # type: ignore[attr-defined]
        self.base_fields["who"].choices = [("", _("Alle Personen")), *choices.people]  # type: ignore[attr-defined]
        super().__init__(query)
