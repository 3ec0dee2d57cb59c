"""Enter and change an offer: one form, drafts, conflicts, and a word about what looks the same."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from bruecke.directory import queries as directory
from bruecke.offers import actions, queries, rules
from bruecke.offers.forms.desk import OfferForm, initial_of
from bruecke.offers.models import Offer
from bruecke.offers.views.desk.detail import OfOffer
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage


class Similar(DeskPage):
    """What is there already under such a title; asked while it is typed."""

    template_name = "offers/desk/_similar.html"
    feature = "offers"
    place = "offers.list"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if not rules.can_create(self.viewer):
            raise Http404
        given = self.request.GET
        provider = directory.organisation(self.viewer, given.get("provider", "")) if given.get("provider") else None
        mine = queries.offer(self.viewer, given["ohne"]) if given.get("ohne") else None
        found = queries.similar_offers(district=self.district, title=given.get("title", "")[:160], provider=provider, exclude=mine)
        return super().get_context_data(similar=found, **kwargs)


class _OfferForm(DeskFormView):
    template_name = "offers/desk/form.html"
    form_class: type[OfferForm] = OfferForm
    feature = "offers"
    place = "offers.list"

    def edited(self) -> Offer | None:
        return None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "district": self.district, "offer": self.edited()}

    def alike(self, form: OfferForm) -> list[Any]:
        """What looks the same as the entry that is about to be saved."""
        data = form.cleaned_data
        return queries.similar_offers(district=self.district, title=data["title"], provider=data["provider"], exclude=self.edited())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("similar", [])
        kwargs.setdefault("crumbs", [(_("Angebote"), desk_url(self.request, "offers:list"))])
        kwargs.setdefault("cancel_url", self.cancel_url())
        edited = self.edited()
        return super().get_context_data(
            similar_url=desk_url(self.request, "offers:similar"), edited_uid=edited.uid if edited else "", **kwargs
        )

    def cancel_url(self) -> str:
        return desk_url(self.request, "offers:list")


class Create(_OfferForm):
    draft_key = "offers.create"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not rules.can_create(self.viewer):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        provider = self.request.GET.get("traeger", "")
        return {"provider": provider, **super().get_initial()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Angebot eintragen"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        similar = self.alike(form)
        is_another = "trotzdem" in self.request.POST
        if similar and not is_another:
            form.add_error("title", _("Ein ähnliches Angebot gibt es schon. Bitte vergleichen Sie es unten."))
            return self.render_to_response(self.get_context_data(form=form, similar=similar), status=422)
        offer = actions.create_offer(
            district=self.district,
            values=form.values(),
            publish_now="veroeffentlichen" in self.request.POST,
            viewer=self.viewer,
            now=self.now,
        )
        for one in similar if is_another else ():  # the person has looked: nobody is warned of these pairs again
            actions.mark_distinct(offers=(offer, one.offer), viewer=self.viewer, now=self.now)
        return self.done(_("Das Angebot ist eingetragen."), to=desk_url(self.request, "offers:detail", uid=offer.uid))


class Edit(OfOffer, _OfferForm):
    needs_edit = True

    @property
    def draft_key(self) -> str:  # type: ignore[override]
        return f"offers.edit:{self.kwargs['uid']}"

    def edited(self) -> Offer | None:
        return self.offer

    def cancel_url(self) -> str:
        return self.back()

    def get_initial(self) -> dict[str, Any]:
        return {**initial_of(self.offer), **super().get_initial()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=self.offer.title, **kwargs)

    def current_values(self) -> dict[str, Any]:
        fresh = queries.offer(self.viewer, self.kwargs["uid"])
        return initial_of(fresh) if fresh else {}

    def form_valid(self, form: Any) -> HttpResponse:
        actions.edit_offer(
            offer=self.offer,
            values=form.values(),
            version=form.cleaned_data["version"],
            confirm="bestaetigen" in self.request.POST,
            viewer=self.viewer,
            now=self.now,
        )
        undo = desk_url(self.request, "offers:undo", uid=self.offer.uid)
        return self.done(_("Die Änderung ist gespeichert."), undo_url=undo, to=self.back())
