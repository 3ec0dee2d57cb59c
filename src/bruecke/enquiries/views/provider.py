"""The provider's page of a referral: behind a mailed link and the name of the mailbox, without account, without cookie."""

import hmac
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.core import ratelimit
from bruecke.core.errors import RateLimited, WrongState
from bruecke.core.files import file_response
from bruecke.enquiries import rules
from bruecke.enquiries.actions import referral as actions
from bruecke.enquiries.actions.attaching import note_file_read
from bruecke.enquiries.forms.referral import MailboxForm, ProviderAnswerForm
from bruecke.enquiries.models import Referral
from bruecke.enquiries.queries import referrals
from bruecke.enquiries.queries.routing import function_of
from bruecke.enquiries.states import ReferralState, RejectReason
from bruecke.ui.urls import public_url
from bruecke.ui.views import PublicForm
from bruecke.ui.views.public import refusals_as_errors

WRONG_TRIES, WRONG_TRIES_AT_A_LINK = 20, 10
TEN_MINUTES = timedelta(minutes=10)


class ProviderReferral(PublicForm):
    """GET shows nothing of the request: mail scanners open links. The mailbox opens it, each time anew: there is no session."""

    template_name = "enquiries/referral/provider_door.html"
    form_class = MailboxForm
    feature = "enquiries"

    @cached_property
    def referral(self) -> Referral | None:
        return referrals.referral_by_link(self.kwargs["token"], self.now)

    def _send(self, form: Any) -> HttpResponse:
        """Outside the form's transaction, so that a wrong try stays counted. The answer is the same for every wrong one."""
        if not self.knows_mailbox(form.cleaned_data["email"]):
            form.add_error("email", _("Diese Adresse passt nicht zu dem Link. Bitte nehmen Sie die, an die unsere Nachricht ging."))
            return self.form_invalid(form)
        return super()._send(form)

    def knows_mailbox(self, typed: str) -> bool:
        """Only wrong ones count: who names the right one is never kept out. Raises: RateLimited."""
        meant = self.referral.to_email if self.referral else ""
        if self.referral and hmac.compare_digest(typed.strip().casefold().encode(), meant.casefold().encode()):
            return True
        who = ratelimit.client_address(self.request)
        for key, limit in ((who, WRONG_TRIES), (self.referral.uid if self.referral else "none", WRONG_TRIES_AT_A_LINK)):
            ratelimit.hit(key=f"referral:{self.district.pk}:{key}", limit=limit, per=TEN_MINUTES, now=self.now)
        return False

    def form_valid(self, form: Any) -> HttpResponse:
        return self.show(form.cleaned_data["email"])

    def already_sent(self, form: Any) -> HttpResponse:
        return self.show(form.cleaned_data["email"])

    def show(self, email: str, *, form: Any = None, message: str = "", status: int = 200) -> HttpResponse:
        """The request itself, as far as it may be passed on now."""
        found = self.referral
        if found is None:
            raise Http404
        self.template_name = "enquiries/referral/provider.html"
        enquiry = found.enquiry
        return self.render_to_response(
            {
                "view": self,
                "referral": found,
                "email": email,
                "passing": referrals.passing(found, self.lang),
                "form": form if form is not None else ProviderAnswerForm(),
                "message": message,
                "function": function_of(enquiry, enquiry.assigned_account_id, self.now),
                "contact": referrals.desk_contact(enquiry),
                "can_accept": found.state == ReferralState.SENT,
                "is_open": rules.shows_request(found),
            },
            status=status,
        )


class _Opened(ProviderReferral):
    """What follows on the opened page: the mailbox comes along in a hidden field and is checked again."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """A reload by GET, or the page in another language: the mailbox has to be named again."""
        return HttpResponseRedirect(public_url(request, "enquiries_public:referral", token=self.kwargs["token"]))

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            if not self.knows_mailbox(request.POST.get("email", "")):
                raise Http404
        except RateLimited as error:
            raise Http404 from error
        return self.act()

    def act(self) -> HttpResponse:
        raise NotImplementedError


class ProviderAnswer(_Opened):
    """Yes, no or done."""

    def act(self) -> HttpResponse:
        form = ProviderAnswerForm(self.request.POST)
        if not form.is_valid():
            return self.form_invalid(form)
        return refusals_as_errors(form, lambda: super(ProviderReferral, self)._send(form), self.form_invalid)

    def form_valid(self, form: Any) -> HttpResponse:
        found, wish = self.referral, self.request.POST.get("answer", "")
        if found is None or wish not in {"yes", "no", "done"}:
            raise Http404
        viewer, reason = referrals.provider_viewer(found), form.cleaned_data["reason"]
        try:
            if wish == "done":
                actions.finish_referral(referral=found, viewer=viewer, now=self.now)
            else:
                actions.answer_referral(
                    referral=found,
                    accepts=wish == "yes",
                    reason=RejectReason(reason) if reason else None,
                    note=form.cleaned_data["note"],
                    viewer=viewer,
                    now=self.now,
                )
        except WrongState as error:
            del self.referral
            form.add_error(None, str(error))
            return self.form_invalid(form)
        return self.already_sent(form)

    def already_sent(self, form: Any) -> HttpResponse:
        self.__dict__.pop("referral", None)
        return self.show(self.request.POST["email"], message=_("Danke. Ihre Antwort ist angekommen."))

    def form_invalid(self, form: Any) -> HttpResponse:
        return self.show(self.request.POST["email"], form=form, status=422)


class ProviderFile(_Opened):
    """A photo or PDF of the resident, where that was agreed on."""

    def act(self) -> Any:
        found = self.referral
        passed = referrals.passed_file(found, self.request.POST.get("file", "")) if found else None
        if found is None or passed is None:
            raise Http404
        note_file_read(
            attachment=passed, enquiry=found.enquiry, through=found, viewer=referrals.provider_viewer(found), now=self.now
        )
        return file_response(passed.file)
