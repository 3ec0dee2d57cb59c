"""One entry of the inventory: facts, freshness, proposals, hints, past versions, and the steps of its life."""

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.offers import actions, queries, rules
from bruecke.offers.models import FEEDBACK_LABELS, VISIBILITY_LABELS, Offer
from bruecke.offers.states import ChangeState, FeedbackReason, OfferState, Visibility
from bruecke.offers.views.desk.listing import STATE_BADGES
from bruecke.offers.views.showing import Shown
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url, public_url
from bruecke.ui.views import DeskFormView, DeskPage

Act = Callable[..., Any]


class OfOffer:
    """Mixin: the offer of the address, 404 when it is not the viewer's to see (or to change, where `needs_edit`)."""

    feature = "offers"
    place = "offers.list"
    needs_edit = False
    request: Any
    kwargs: dict[str, Any]
    viewer: Any
    district: Any
    now: Any

    @cached_property
    def offer(self) -> Offer:
        found = queries.offer(self.viewer, self.kwargs["uid"])
        if found is None or (self.needs_edit and not self.may_edit):
            raise Http404
        return found

    @property
    def may_edit(self) -> bool:
        return rules.can_edit(self.viewer, district_id=self.district.pk)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        _found = self.offer
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def back(self) -> str:
        return desk_url(self.request, "offers:detail", uid=self.offer.uid)

    def crumbs(self) -> list[tuple[object, str]]:
        return [(_("Angebote"), desk_url(self.request, "offers:list"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"offer": self.offer, "crumbs": self.crumbs(), "detail_url": self.back(), "cancel_url": self.back()}
        return super().get_context_data(**(given | kwargs))  # type: ignore[misc]


class Detail(OfOffer, DeskPage):
    template_name = "offers/desk/detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        offer = self.offer
        proposal = offer.proposals.filter(state=ChangeState.OPEN).prefetch_related("fields").first()
        return super().get_context_data(
            shown=Shown(queries.line_of(offer, district=self.district, at=None, now=self.now), self.request, self.now),
            is_fresh=queries.is_fresh(offer.confirmed_on, district=self.district, now=self.now),
            visibility=VISIBILITY_LABELS[Visibility(offer.visibility)],
            badge_kind=STATE_BADGES.get(OfferState(offer.state), "answered"),
            areas=[queries.place_label(ags) for ags in offer.areas],
            meetings=queries.next_meetings(offer, self.now, limit=3),
            proposal=proposal,
            proposed=queries.proposal_lines(proposal) if proposal else [],
            feedback=[(row, FEEDBACK_LABELS[FeedbackReason(row.reason)]) for row in queries.feedback_of(offer)],
            versions=queries.versions(offer, limit=8),
            languages=queries.languages_of(offer),
            may_edit=self.may_edit,
            is_draft=offer.state == OfferState.DRAFT,
            is_active=offer.state == OfferState.ACTIVE,
            is_paused=offer.state == OfferState.PAUSED,
            public_url=public_url(self.request, "offers_public:detail", lang="de", uid=offer.uid),
            **kwargs,
        )


class _Step(OfOffer, DeskFormView):
    """One step by POST; back to the entry with a line that says what happened."""

    http_method_names = ["post"]
    form_class = HouseForm
    needs_edit = True
    template_name = "offers/desk/step.html"
    act: Act
    words: object = ""
    undo_route = ""

    def version(self) -> int | None:
        text = self.request.POST.get("version", "")
        return int(text) if text.isdecimal() else None

    def form_valid(self, form: Any) -> HttpResponse:
        type(self).act(offer=self.offer, version=self.version(), viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, self.undo_route, uid=self.offer.uid) if self.undo_route else None
        return self.done(self.say(), undo_url=undo, to=self.back())

    def say(self) -> str:
        return _("Gespeichert.")


class Confirm(_Step):
    act = staticmethod(actions.confirm_offer)

    def say(self) -> str:
        return _("Das Angebot ist bestätigt.")


class Publish(_Step):
    act = staticmethod(actions.publish_offer)
    undo_route = "offers:unpublish"

    def say(self) -> str:
        return _("Das Angebot ist veröffentlicht.")


class Unpublish(_Step):
    act = staticmethod(actions.unpublish_offer)

    def say(self) -> str:
        return _("Das Angebot ist wieder ein Entwurf.")


class Pause(_Step):
    act = staticmethod(actions.pause_offer)
    undo_route = "offers:resume"

    def say(self) -> str:
        return _("Das Angebot ruht.")


class Resume(_Step):
    act = staticmethod(actions.resume_offer)

    def say(self) -> str:
        return _("Das Angebot läuft wieder.")


class Archive(_Step):
    act = staticmethod(actions.archive_offer)
    undo_route = "offers:restore"

    def say(self) -> str:
        return _("Das Angebot ist archiviert.")


class Restore(_Step):
    act = staticmethod(actions.restore_offer)

    def say(self) -> str:
        return _("Das Angebot ist zurückgeholt.")


class UndoChange(_Step):
    """Back to the version before the last one, or to the one named."""

    def form_valid(self, form: Any) -> HttpResponse:
        text = self.request.POST.get("key", "")
        key = int(text) if text.isdecimal() else None
        actions.undo_change(offer=self.offer, version=self.version(), key=key, viewer=self.viewer, now=self.now)
        return self.done(_("Der frühere Stand gilt wieder."), to=self.back())


class Decide(_Step):
    """Accept or reject what the provider proposed, field by field."""

    def form_valid(self, form: Any) -> HttpResponse:
        found = queries.proposal(self.viewer, self.kwargs["proposal_uid"])
        if found is None or found.offer_id != self.offer.pk:
            raise Http404
        every = self.request.POST.get("alle", "")
        names = [line.field for line in queries.proposal_lines(found)]
        decisions = {name: every or self.request.POST.get(f"feld-{name}", "") for name in names}
        actions.decide_change(
            proposal=found,
            decisions={name: wish for name, wish in decisions.items() if wish},
            version=self.version(),
            despite=self.request.POST.getlist("trotzdem"),
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Über den Vorschlag ist entschieden. Der Träger bekommt eine Nachricht."), to=self.back())


class Settle(_Step):
    """A reader's hint was seen to."""

    def form_valid(self, form: Any) -> HttpResponse:
        row = next((one for one in queries.feedback_of(self.offer) if one.uid == self.kwargs["feedback_uid"]), None)
        if row is None:
            raise Http404
        actions.settle_feedback(feedback=row, viewer=self.viewer, now=self.now)
        return self.done(_("Der Hinweis ist erledigt."), to=self.back())
