"""Settings of the district: what holds today, what will hold, and a value from a day on."""

from typing import Any

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.accounts import queries
from bruecke.accounts.forms import SettingForm
from bruecke.accounts.queries import SettingRow
from bruecke.accounts.views.people import ADMINISTRATION
from bruecke.core import clock
from bruecke.core.errors import Invalid
from bruecke.core.settings import change_setting
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage


class SettingList(DeskPage):
    """Every declared setting with today's value."""

    template_name = "accounts/settings.html"
    roles = ADMINISTRATION
    place = "accounts.settings"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(rows=queries.setting_rows(self.district, clock.local_day(self.now)), **kwargs)


class ChangeSetting(DeskFormView):
    """One setting from a day on; the value before stays for what was recorded before."""

    needs_recent_login = True
    form_class = SettingForm
    template_name = "accounts/own_form.html"
    roles = ADMINISTRATION
    place = "accounts.settings"
    submit = gettext_lazy("Einstellung speichern")

    @cached_property
    def row(self) -> SettingRow:
        rows = queries.setting_rows(self.district, clock.local_day(self.now))
        found = next((row for row in rows if row.key == self.kwargs["key"]), None)
        if found is None:
            raise Http404
        return found

    @property
    def heading(self) -> object:
        return self.row.label

    @property
    def lead(self) -> object:
        return self.row.hint

    @property
    def back(self) -> tuple[object, str]:
        """Label and address of the page above this one."""
        return (_("Einstellungen"), desk_url(self.request, "accounts:settings"))

    def _next_url(self) -> str:
        return self.back[1]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "today": clock.local_day(self.now)}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "text": self.row.value}

    def form_valid(self, form: Any) -> Any:
        data = form.cleaned_data
        try:
            change_setting(
                district=self.district,
                key=self.row.key,
                text=data["text"],
                valid_from=data["valid_from"],
                viewer=self.viewer,
                now=self.now,
            )
        except Invalid as error:
            raise Invalid(
                {"text": next(iter(error.errors.values())) or _("Diesen Wert gibt es hier nicht. Bitte prüfen Sie ihn.")}
            ) from error
        return self.done(_("Die Einstellung ist gespeichert."))
