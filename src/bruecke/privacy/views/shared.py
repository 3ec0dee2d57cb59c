"""What the pages of data protection share: place, roles, controller, forms with a heading, steps without a page of their own."""

from typing import Any

from django.http import Http404, HttpResponseNotAllowed
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.accounts.models import Controller
from bruecke.privacy import rules
from bruecke.privacy.queries.record import own_controller
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView
from bruecke.ui.views.base import HouseView

PLACE = "privacy.overview"


class ForOfficer(HouseView):
    """Mixin: the controller whose data protection the viewer keeps. `roles` READERS: the administrator reads too."""

    roles = rules.KEEPERS
    place = PLACE
    kwargs: dict[str, Any]

    @cached_property
    def controller(self) -> Controller:
        found = own_controller(self.viewer)
        if found is None:
            raise Http404
        return found

    def crumbs_to(self, *steps: tuple[object, str]) -> list[tuple[object, str]]:
        return [(_("Datenschutz"), desk_url(self.request, "privacy:overview")), *steps]


class OfficerForm(ForOfficer, DeskFormView):
    """A form with heading and a way back."""

    template_name = "privacy/form.html"
    heading: object = ""
    lead: object = ""
    submit: object = gettext_lazy("Speichern")
    danger = False
    text: object = ""
    """Set: the form is a question that is asked once more."""

    @property
    def crumbs(self) -> list[tuple[object, str]]:
        return self.crumbs_to()

    @property
    def back_url(self) -> str:
        return self.crumbs[-1][1]

    def _next_url(self) -> str:
        return self.back_url


class OfficerStep(OfficerForm):
    """A step by POST alone, from a button of another page; what is refused is said there."""

    form_class = HouseForm
    template_name = ""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return HttpResponseNotAllowed(["POST"])
