"""The provider's page behind a mailed link: its entries, still right, to change, or gone. No account, no cookie, no session."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.core import ratelimit
from bruecke.core.errors import BrueckeError, Invalid, NotAllowed, RateLimited
from bruecke.core.links import read_link
from bruecke.core.viewer import Viewer
from bruecke.directory.models import Organisation
from bruecke.offers import actions, queries, rules
from bruecke.offers.forms.provider import ProviderForm, initial_of
from bruecke.offers.models import Offer
from bruecke.ui.forms import HouseForm
from bruecke.ui.views import PublicForm

STEPS = 200
HOUR = timedelta(hours=1)


class ProviderPage(PublicForm):
    """GET shows a name and a button: mail scanners open links. Every POST carries what to do with which entry."""

    template_name = "offers/provider/door.html"
    form_class = HouseForm
    feature = "offers"

    @cached_property
    def link_viewer(self) -> Viewer | None:
        link = read_link(self.kwargs["token"], rules.LINK_PURPOSE, self.now)
        if link is None or link.district_id != self.district.pk:
            return None
        return Viewer.link(rules.LINK_PURPOSE, link.object_uid, self.district.pk)

    @cached_property
    def provider(self) -> Organisation | None:
        return queries.provider_of(self.link_viewer) if self.link_viewer else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(provider=self.provider, **kwargs)

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.provider is None or self.link_viewer is None:
            return self.render_to_response(self.get_context_data(form=HouseForm()), status=410)
        try:
            ratelimit.hit(key=f"offer-provider:{self.provider.uid}", limit=STEPS, per=HOUR, now=self.now)
        except RateLimited as error:
            response = self.show(message=str(error), is_refused=True)
            response.status_code = 429
            response.headers["Retry-After"] = str(error.retry_after)
            return response
        wish = request.POST.get("schritt", "")
        if wish in {"stimmt", "weg", "aendern", "speichern"}:
            return self._with_offer(wish, self._offer())
        if wish == "alle":
            return self._confirm([line.offer for line in queries.provider_offers(self.provider, self.now) if not line.proposal])
        return self.show()

    def _offer(self) -> Offer:
        """One of the provider's published entries. Raises: Http404."""
        uid = self.request.POST.get("angebot", "")
        lines = queries.provider_offers(self.provider, self.now) if self.provider else []
        found = next((line.offer for line in lines if line.offer.uid == uid), None)
        if found is None:
            raise Http404
        return found

    def _with_offer(self, wish: str, offer: Offer) -> HttpResponse:
        if wish == "stimmt":
            return self._confirm([offer])
        if wish == "weg":
            return self._propose(offer, None)
        form = ProviderForm(self.request.POST) if wish == "speichern" else ProviderForm(initial=initial_of(offer))
        if wish == "speichern" and form.is_valid():
            return self._propose(offer, form)
        return self._edit(offer, form, 422 if wish == "speichern" else 200)

    def _confirm(self, offers: list[Offer]) -> HttpResponse:
        try:
            actions.confirm_by_provider(offers=offers, viewer=self.link_viewer, now=self.now)  # type: ignore[arg-type]
        except BrueckeError as error:
            return self.show(message=str(error), is_refused=True)
        return self.show(message=_("Danke. Bestätigt."))

    def _propose(self, offer: Offer, form: ProviderForm | None) -> HttpResponse:
        try:
            actions.propose_changes(
                offer=offer,
                values=self._values(offer, form) if form else {},
                note=form.cleaned_data["note"] if form else "",
                wants_archive=form is None,
                viewer=self.link_viewer,  # type: ignore[arg-type]
                now=self.now,
            )
        except NotAllowed as error:
            raise Http404 from error
        except Invalid as error:
            if form is None:
                return self.show(message=str(error), is_refused=True)
            form.take(error)
            return self._edit(offer, form, 422)
        return self.show(message=_("Danke. Wir prüfen Ihre Angaben und schreiben Ihnen."))

    def _values(self, offer: Offer, form: ProviderForm) -> dict[str, Any]:
        """Only what differs from what the provider saw."""
        before = initial_of(offer)
        return {name: value for name, value in form.values().items() if value != before[name]}

    def _edit(self, offer: Offer, form: ProviderForm, status: int) -> HttpResponse:
        self.template_name = "offers/provider/edit.html"
        return self.render_to_response(self.get_context_data(form=form, offer=offer), status=status)

    def show(self, message: str = "", *, is_refused: bool = False) -> HttpResponse:
        self.template_name = "offers/provider/entries.html"
        lines = queries.provider_offers(self.provider, self.now) if self.provider else []
        context = self.get_context_data(form=HouseForm(), lines=lines, message=message, is_refused=is_refused)
        return self.render_to_response(context)
