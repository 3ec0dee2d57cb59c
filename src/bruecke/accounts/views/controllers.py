"""Controllers (data owners) and their units: list, create, edit."""

from typing import Any

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.accounts import actions, queries, rules
from bruecke.accounts.actions.controllers import CONTROLLER_FIELDS, UNIT_FIELDS
from bruecke.accounts.forms import ControllerForm, UnitForm
from bruecke.accounts.models import Controller, ControllerKind, Unit
from bruecke.accounts.views.people import ADMINISTRATION
from bruecke.core import clock
from bruecke.core.viewer import Role
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage


class ControllerList(DeskPage):
    """Who answers for personal data in this district, with units and number of people."""

    template_name = "accounts/controllers.html"
    roles = frozenset({Role.ADMINISTRATOR, Role.PRIVACY_OFFICER, Role.DISTRICT_OFFICE})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = queries.controller_rows(self.viewer, clock.local_day(self.now))
        return super().get_context_data(rows=rows, may_manage=rules.can_manage_controllers(self.viewer), **kwargs)

    place = "accounts.controllers"


class _Edit(DeskFormView):
    """What the forms of this page share: heading, button and the way back to the list."""

    needs_recent_login = True
    roles = ADMINISTRATION
    place = "accounts.controllers"
    template_name = "accounts/own_form.html"
    heading: object = ""
    lead: object = ""
    submit: object = gettext_lazy("Speichern")

    @property
    def back(self) -> tuple[object, str]:
        """Label and address of the page above this one."""
        return (_("Verantwortliche Stellen"), desk_url(self.request, "accounts:controllers"))

    def _next_url(self) -> str:
        return self.back[1]


class CreateController(_Edit):
    form_class = ControllerForm
    heading = gettext_lazy("Stelle anlegen")
    lead = gettext_lazy(
        "Eine Stelle ist, wer für personenbezogene Daten verantwortlich ist: der Landkreis, eine Stadt oder ein Verein."
    )
    submit = gettext_lazy("Stelle anlegen")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "kind": ControllerKind.TOWN.value}

    def form_valid(self, form: Any) -> Any:
        values = {name: form.cleaned_data[name] for name in CONTROLLER_FIELDS}
        actions.create_controller(district=self.district, values=values, viewer=self.viewer, now=self.now)
        return self.done(_("Die Stelle ist angelegt."))


class EditController(_Edit):
    form_class = ControllerForm
    lead = gettext_lazy("Name, Rechtsgrundlage und Kontakt stehen auf den öffentlichen Seiten.")

    @cached_property
    def controller(self) -> Controller:
        found = Controller.objects.visible_to(self.viewer).filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def heading(self) -> str:  # type: ignore[override]
        return self.controller.name

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **_values(self.controller, CONTROLLER_FIELDS)}

    def current_values(self) -> dict[str, Any]:
        return _values(Controller.objects.get(pk=self.controller.pk), CONTROLLER_FIELDS)

    def form_valid(self, form: Any) -> Any:
        values = {name: form.cleaned_data[name] for name in CONTROLLER_FIELDS}
        actions.edit_controller(
            controller=self.controller, values=values, version=form.cleaned_data["version"], viewer=self.viewer, now=self.now
        )
        return self.done(_("Die Änderungen sind gespeichert."))


class CreateUnit(_Edit):
    form_class = UnitForm
    submit = gettext_lazy("Einheit anlegen")

    @cached_property
    def controller(self) -> Controller:
        found = Controller.objects.visible_to(self.viewer).filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def heading(self) -> str:  # type: ignore[override]
        return _("Einheit anlegen: %(controller)s") % {"controller": self.controller.name}

    def form_valid(self, form: Any) -> Any:
        values = {name: form.cleaned_data[name] for name in UNIT_FIELDS}
        actions.create_unit(controller=self.controller, values=values, viewer=self.viewer, now=self.now)
        return self.done(_("Die Einheit ist angelegt."))


class EditUnit(_Edit):
    form_class = UnitForm

    @cached_property
    def unit(self) -> Unit:
        found = Unit.objects.visible_to(self.viewer).filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @property
    def heading(self) -> str:  # type: ignore[override]
        return self.unit.name

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **_values(self.unit, UNIT_FIELDS)}

    def current_values(self) -> dict[str, Any]:
        return _values(Unit.objects.get(pk=self.unit.pk), UNIT_FIELDS)

    def form_valid(self, form: Any) -> Any:
        values = {name: form.cleaned_data[name] for name in UNIT_FIELDS}
        actions.edit_unit(unit=self.unit, values=values, version=form.cleaned_data["version"], viewer=self.viewer, now=self.now)
        return self.done(_("Die Änderungen sind gespeichert."))


def _values(record: Controller | Unit, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(record, name) for name in (*names, "version")}
