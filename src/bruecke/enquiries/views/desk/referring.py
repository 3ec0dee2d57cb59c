"""Desk pages of referrals: hand a question to an offer, the list of what runs, one referral with its steps."""

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import BrueckeError, Stale, WrongState
from bruecke.core.sheets import sheet_response
from bruecke.core.viewer import Viewer
from bruecke.enquiries import exports, rules
from bruecke.enquiries.actions import referral as actions
from bruecke.enquiries.actions.referral import Handing
from bruecke.enquiries.forms.referral import ReferForm, ReferralFilter
from bruecke.enquiries.models import BASIS_LABELS, DANGER_LABELS, REFERRAL_LABELS, REJECT_LABELS, Referral
from bruecke.enquiries.queries import referrals, suggesting
from bruecke.enquiries.queries.referrals import ReferralFilters
from bruecke.enquiries.queries.suggesting import Suggestion
from bruecke.enquiries.states import (
    IMPERSONAL,
    REFERRAL_RUNNING,
    RUNNING,
    ConsentBasis,
    DangerLaw,
    Passed,
    ReferralState,
    RejectReason,
)
from bruecke.enquiries.views.desk.detail import REFERRAL_BADGES, OneQuestion
from bruecke.offers.models import Offer
from bruecke.offers.queries import offer as offer_of
from bruecke.ui.forms import HouseForm, VersionedForm
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskListView, DeskPage, Tab
from bruecke.ui.views.base import go_to


class Refer(OneQuestion):
    """Who gets what, what for, and on whose word: asked before anything leaves."""

    template_name = "enquiries/referral/refer.html"
    feature = "offers"
    form_class = ReferForm  # type: ignore[assignment]

    @cached_property
    def offer(self) -> Offer:
        found = offer_of(self.viewer, self.kwargs["offer_uid"])
        if found is None or found.is_archived:
            raise Http404
        return found

    @cached_property
    def shown(self) -> Suggestion | None:
        found = suggesting.suggestions(self.enquiry, self.now)
        return next((one for one in found if one.offer.pk == self.offer.pk), None)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "has_dialogue": self.enquiry.has_dialogue, "passable": self.passable}

    @cached_property
    def passable(self) -> list[Passed]:
        return referrals.passable(self.enquiry)

    def get_initial(self) -> dict[str, Any]:
        return {
            "basis": ConsentBasis.STATUS_PAGE.value if self.enquiry.has_dialogue else ConsentBasis.IN_PERSON.value,
            "purpose": actions.USUAL_PURPOSE,
            "passes": [item.value for item in self.passable if item in IMPERSONAL],
            **super().get_initial(),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(offer=self.offer, shown=self.shown, **kwargs)

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        law = data["danger_law"]
        made = actions.prepare_referral(
            enquiry=self.enquiry,
            offer=self.offer,
            handing=Handing(
                basis=ConsentBasis(data["basis"]),
                purpose=data["purpose"],
                passes=tuple(Passed(code) for code in data["passes"]),
                note=data["note"],
                is_note_impersonal=data["is_note_impersonal"],
                danger_law=DangerLaw(law) if law else None,
                danger_reason=data["danger_reason"],
            ),
            shown=self.shown,
            version=data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        words = {
            ReferralState.SENT: _("Die Anfrage ist beim Träger."),
            ReferralState.AWAITING_CONSENT: _("Die ratsuchende Person wird um ihre Einwilligung gebeten."),
            ReferralState.AWAITING_SECOND: _("Eine zweite Person muss zustimmen. Bitte sprechen Sie sie jetzt an."),
        }
        return self.done(words[ReferralState(made.state)])


class Referrals(DeskListView):
    """What was handed on and how it stands."""

    filter_class = ReferralFilter
    template_name = "enquiries/referral/list.html"
    feature = "offers"
    roles = rules.WORKING_ROLES
    place = "enquiries.referrals"
    default_sort_words = gettext_lazy("Beginn")
    columns = (
        Column("offer", gettext_lazy("Angebot und Träger"), order_by=("offer__sort_key",), width="wide"),
        Column("state", gettext_lazy("Stand"), order_by=("state",)),
        Column("enquiry", gettext_lazy("Frage")),
        Column("begun", gettext_lazy("Begonnen"), order_by=("-created_at",)),
    )

    def tabs(self) -> list[Tab]:
        return [
            Tab("alle", _("Alle")),
            Tab("wartet", _("Wartet auf mich"), referrals.waiting_count(self.viewer, self.now)),
        ]

    def get_filters(self) -> ReferralFilter:
        offered: dict[str, Any] = {
            "stand": [(key.value, label) for key, label in REFERRAL_LABELS.items()],
            "traeger": referrals.providers_of(self.viewer),
        }
        return ReferralFilter(self.request.GET, offered=offered)

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        filters = ReferralFilters(
            state=values.get("stand", ""),
            provider_uid=values.get("traeger", ""),
            only_silent=values.get("ohne_antwort", False),
            only_waiting=tab == "wartet",
        )
        return referrals.referrals(self.viewer, filters, self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        today = local_day(self.now)
        context["lines"] = [(row, REFERRAL_BADGES[ReferralState(row.state)], _is_late(row, today)) for row in context["rows"]]
        query = f"?{self.request.GET.urlencode()}" if self.request.GET else ""
        context["exports"] = [
            (label, desk_url(self.request, "enquiries:referrals-export", fmt=fmt) + query)
            for fmt, label in (("csv", "CSV"), ("xlsx", _("Excel")))
        ]
        return context


class ReferralsExport(Referrals):
    """The same rows as a table."""

    needs_recent_login = True
    is_download = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        fmt = kwargs["fmt"]
        if fmt not in {"csv", "xlsx"}:
            raise Http404
        _tabs, tab = self._tabs()
        rows = exports.referral_rows(self.rows(self.get_filters().values, tab))
        audit.record(verb="enquiry.referrals_exported", target=None, viewer=self.viewer, now=self.now)
        name = f"vermittlungen-{local_day(self.now):%Y-%m-%d}"
        return sheet_response(fmt, name=name, title=_("Vermittlungen"), columns=exports.REFERRAL_COLUMNS, rows=rows)


def _is_late(referral: Referral, today: date) -> bool:
    return referral.state == ReferralState.SENT and referral.answer_by is not None and referral.answer_by < today


class _OneReferral(DeskFormView):
    """Base of what is done with one referral."""

    feature = "offers"
    roles = rules.WORKING_ROLES
    place = "enquiries.referrals"
    form_class = HouseForm

    @cached_property
    def referral(self) -> Referral:
        found = referrals.referral(self.viewer, self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        _found = self.referral
        return super().dispatch(request, *args, **kwargs)

    def _next_url(self) -> str:
        return desk_url(self.request, "enquiries:referral", uid=self.referral.uid)


class ReferralDetail(DeskPage):
    """One referral: what, to whom, on what basis, every step; and what can be done now."""

    template_name = "enquiries/referral/detail.html"
    feature = "offers"
    roles = rules.WORKING_ROLES
    place = "enquiries.referrals"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = referrals.referral(self.viewer, self.kwargs["uid"])
        if found is None:
            raise Http404
        return super().get_context_data(**referral_context(found, self.request, self.viewer, self.now), **kwargs)


def referral_context(found: Referral, request: Any, viewer: Viewer, now: datetime) -> dict[str, Any]:
    """What the page of a referral shows."""
    is_second = rules.can_be_second(viewer, found.enquiry, first_account_id=found.created_by_id)
    waits = found.state == ReferralState.AWAITING_SECOND
    return {
        "referral": found,
        "badge_kind": REFERRAL_BADGES[ReferralState(found.state)],
        "basis": BASIS_LABELS[ConsentBasis(found.basis)],
        "law": DANGER_LABELS[DangerLaw(found.danger_law)] if found.danger_law else "",
        "passed": referrals.passed_words(found),
        "reason": REJECT_LABELS[RejectReason(found.reject_reason)] if found.reject_reason else "",
        "steps": referrals.desk_steps(found),
        "can_confirm": waits and is_second,
        "waits_for_second": waits and not is_second,
        "can_finish": found.state == ReferralState.ACCEPTED,
        "can_revoke": found.state in REFERRAL_RUNNING,
        "is_late": _is_late(found, local_day(now)),
        "following": _next_best(found, now),
        "crumbs": [(_("Vermittlungen"), desk_url(request, "enquiries:referrals"))],
        "enquiry_url": desk_url(request, "enquiries:detail", uid=found.enquiry.uid),
    }


def _next_best(found: Referral, now: datetime) -> Suggestion | None:
    """After a no: the best offer that was not asked yet, while the question runs."""
    if found.state not in {ReferralState.REJECTED, ReferralState.DECLINED} or found.enquiry.state not in RUNNING:
        return None
    return next(iter(suggesting.suggestions(found.enquiry, now, limit=1)), None)


class _Step(_OneReferral):
    """One button; a step that is no longer possible says so on the page of the referral."""

    http_method_names = ["post"]

    def refuse(self, error: BrueckeError) -> HttpResponse:
        messages.warning(self.request, str(error))
        return go_to(self.request, self._next_url())


class ConfirmDanger(_Step):
    """The second person saw what she agrees to: the version she saw comes along."""

    form_class = VersionedForm

    def form_valid(self, form: Any) -> HttpResponse:
        version = form.cleaned_data["version"]
        try:
            actions.confirm_danger(referral=self.referral, version=version, viewer=self.viewer, now=self.now)
        except (Stale, WrongState) as error:
            return self.refuse(error)
        return self.done(_("Die Anfrage ist beim Träger. Die ratsuchende Person ist benachrichtigt."))


class FinishReferral(_Step):
    def form_valid(self, form: Any) -> HttpResponse:
        try:
            actions.finish_referral(referral=self.referral, viewer=self.viewer, now=self.now)
        except WrongState as error:
            return self.refuse(error)
        return self.done(_("Die Vermittlung ist erledigt."))


class RevokeReferral(_OneReferral):
    template_name = "enquiries/referral/revoke.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            referral=self.referral, crumbs=[(_("Vermittlungen"), desk_url(self.request, "enquiries:referrals"))], **kwargs
        )

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            actions.revoke_referral(referral=self.referral, viewer=self.viewer, now=self.now)
        except WrongState as error:
            messages.warning(self.request, str(error))
            return go_to(self.request, self._next_url())
        return self.done(_("Die Vermittlung ist zurückgezogen. Der Träger sieht nichts mehr."))
