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
    since = forms.DateField(label=_("Von"))
    until = forms.DateField(label=_("Bis"))
    who = forms.ChoiceField(label=_("Person"))
    refusals = forms.BooleanField(label=_("Nur Verweigertes"))

    def __init__(self, query: Any, *, verbs: list[tuple[str, str]], people: list[tuple[str, str]]) -> None:
        self.base_fields = deepcopy(self.base_fields)  # type: ignore[misc]
        self.base_fields["verb"].choices = [("", _("Alle Vorgänge")), *verbs]  # type: ignore[attr-defined]
        self.base_fields["who"].choices = [("", _("Alle Personen")), *people]  # type: ignore[attr-defined]
        super().__init__(query)
