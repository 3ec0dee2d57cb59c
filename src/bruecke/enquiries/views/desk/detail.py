"""One question at the desk: read, answer, note, take over, assign, close, reopen, take a step back."""

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.accounts.models import Account
from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed, Stale, WrongState
from bruecke.core.files import MAX_BYTES
from bruecke.enquiries import actions, queries, rules
from bruecke.enquiries.forms import AnswerForm, AssignForm, CloseForm, HeadlineForm, NoteForm
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.queries import referrals, suggesting
from bruecke.enquiries.queries.helping import offered_help
from bruecke.enquiries.queries.mailboxes import files_left
from bruecke.enquiries.states import REFERRAL_RUNNING, Channel, EnquiryKind, EnquiryState, Outcome, ReferralState
from bruecke.enquiries.views.desk.inbox import BADGES, age_kind, due_words
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView

FIRST = 3
REFERRAL_BADGES = {
    ReferralState.AWAITING_CONSENT: "soon",
    ReferralState.AWAITING_SECOND: "soon",
    ReferralState.SENT: "referred",
    ReferralState.ACCEPTED: "answered",
    ReferralState.REJECTED: "gap",
    ReferralState.DONE: "closed",
    ReferralState.REVOKED: "closed",
    ReferralState.DECLINED: "closed",
}


class OneEnquiry(DeskFormView):
    """Base of pages about one question: finds it, asks the rule, leaves a trace of whoever was refused."""

    feature = "enquiries"
    roles = rules.WORKING_ROLES
    place = "enquiries.inbox"

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Before any transaction, so that the trace of a refusal stays."""
        self.enquiry = self.find()
        return super().dispatch(request, *args, **kwargs)

    def find(self) -> Enquiry:
        found = queries.find_enquiry(self.kwargs["uid"])
        if found is None:
            raise Http404
        if not rules.can_work_on(self.viewer, found):
            audit.record_refusal(verb="enquiry.read", viewer=self.viewer, now=self.now, target=found)
            raise Http404
        return found

    @property
    def detail_url(self) -> str:
        return desk_url(self.request, "enquiries:detail", uid=self.enquiry.uid)

    @property
    def inbox_url(self) -> str:
        return desk_url(self.request, "enquiries:inbox")

    def undo_url(self, version: int) -> str:
        return f"{desk_url(self.request, 'enquiries:undo', uid=self.enquiry.uid)}?version={version}"

    def _next_url(self) -> str:
        return self.detail_url

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.enquiry.version, **super().get_initial()}

    def current_values(self) -> Mapping[str, Any]:
        self.enquiry = self.find()
        return {"version": self.enquiry.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            enquiry=self.enquiry,
            detail_url=self.detail_url,
            inbox_url=self.inbox_url,
            badge_kind=BADGES[EnquiryState(self.enquiry.state)],
            **kwargs,
        )


class OneQuestion(OneEnquiry):
    """Base of pages that make sense for questions only: nobody finds offers for who offers help."""

    def find(self) -> Enquiry:
        found = super().find()
        if found.is_help:
            raise Http404
        return found


class Detail(OneEnquiry):
    """The dialogue with everything around it; the form on it is the answer."""

    template_name = "enquiries/desk/detail.html"
    form_class = AnswerForm  # type: ignore[assignment]
    upload_bytes = rules.MAX_FILES * MAX_BYTES

    @property
    def draft_key(self) -> str:  # type: ignore[override]
        return actions.draft_key(self.enquiry)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if self.enquiry.assigned_account_id in {None, self.viewer.account_id}:
            actions.open_enquiry(enquiry=self.enquiry, viewer=self.viewer, now=self.now)
        return super().get(request, *args, **kwargs)

    @cached_property
    def language_names(self) -> dict[str, str]:
        return queries.language_names()

    def get_form_kwargs(self) -> dict[str, Any]:
        codes = dict.fromkeys(["de", self.enquiry.contact_language, *self.enquiry.languages])
        languages = [(code, self.language_names.get(code, code)) for code in codes]
        return {**super().get_form_kwargs(), "languages": languages}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        enquiry = self.enquiry
        position, total, following = queries.neighbours(self.viewer, enquiry, self.now)
        return super().get_context_data(
            story=queries.story(enquiry),
            language=self.language_names.get(enquiry.contact_language, enquiry.contact_language),
            spoken=", ".join(self.language_names.get(code, code) for code in enquiry.languages),
            language_names=self.language_names,
            offered=offered_help(enquiry) if enquiry.is_help else None,
            offer_url=desk_url(self.request, "offers:create") if self.district.has_feature("offers") else "",
            files_left=files_left(enquiry) if enquiry.channel == Channel.EMAIL else 0,
            due=due_words(enquiry, self.now),
            due_kind=age_kind(enquiry, self.now),
            is_online=enquiry.channel == Channel.ONLINE,
            is_closed=enquiry.state == EnquiryState.CLOSED,
            can_take_over=rules.can_take_over(self.viewer, enquiry),
            is_shared=not rules.is_inside(self.viewer, enquiry),
            position=position,
            total=total,
            next_url=desk_url(self.request, "enquiries:detail", uid=following) if following else "",
            **self._offers(),
            note_form=NoteForm(auto_id="notiz_%s"),
            headline_form=HeadlineForm(initial={"headline": enquiry.headline, "version": enquiry.version}, auto_id="titel_%s"),
            **kwargs,
        )

    def _offers(self) -> dict[str, Any]:
        """The first three offers and what was handed on; no offers for closed questions and for people who offer help."""
        is_asking = self.enquiry.kind == EnquiryKind.QUESTION and self.enquiry.state != EnquiryState.CLOSED
        shows = is_asking and self.district.has_feature("offers")
        found = suggesting.suggestions(self.enquiry, self.now) if shows else []
        handed = referrals.referrals_of(self.enquiry)
        runs = any(one.state in REFERRAL_RUNNING | {ReferralState.DONE} for one in handed)
        said_no = next((one for one in handed if one.state in {ReferralState.REJECTED, ReferralState.DECLINED}), None)
        return {
            "shows_suggestions": shows,
            "suggestions": found[:FIRST],
            "suggestion_count": len(found),
            "referrals": [(one, REFERRAL_BADGES[ReferralState(one.state)]) for one in handed],
            "following": found[0] if found and said_no and not runs else None,
        }

    def _act(self, form: Any) -> Any:
        _ = form.checked  # slow, before any transaction
        return super()._act(form)

    def form_valid(self, form: Any) -> HttpResponseBase:
        data = form.cleaned_data
        actions.answer_enquiry(
            enquiry=self.enquiry,
            text=data["text"],
            language=data["language"],
            files=form.checked,
            version=data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Ihre Antwort ist gesendet."))


class Note(OneEnquiry):
    """Write an internal note; shown as a page of its own only after an error."""

    template_name = "enquiries/desk/note.html"
    form_class = NoteForm

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.add_note(enquiry=self.enquiry, text=form.cleaned_data["note"], viewer=self.viewer, now=self.now)
        return self.done(_("Die Notiz ist gespeichert."))


class Headline(OneEnquiry):
    """Give the question a short German title."""

    template_name = "enquiries/desk/headline.html"
    form_class = HeadlineForm  # type: ignore[assignment]

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "headline": self.enquiry.headline}

    def current_values(self) -> Mapping[str, Any]:
        return {**super().current_values(), "headline": self.enquiry.headline}

    def form_valid(self, form: Any) -> HttpResponseBase:
        data = form.cleaned_data
        actions.rename_enquiry(
            enquiry=self.enquiry, headline=data["headline"], version=data["version"], viewer=self.viewer, now=self.now
        )
        return self.done(_("Der Kurztitel ist geändert."))


class Assign(OneEnquiry):
    """Give the question to somebody, or back into the common box."""

    template_name = "enquiries/desk/assign.html"
    form_class = AssignForm  # type: ignore[assignment]

    def get_form_kwargs(self) -> dict[str, Any]:
        assignees = [
            entry
            for entry in queries.assignees(self.enquiry, self.district, self.now)
            if entry.account.pk != self.enquiry.assigned_account_id
        ]
        can_release = self.enquiry.assigned_account_id is not None
        return {**super().get_form_kwargs(), "assignees": assignees, "can_release": can_release}

    def form_valid(self, form: Any) -> HttpResponseBase:
        data = form.cleaned_data
        step: dict[str, Any] = {"enquiry": self.enquiry, "version": data["version"], "viewer": self.viewer, "now": self.now}
        if data["assignee"] == queries.OTHER:
            changed = actions.release_enquiry(**step)
            message = _("Die Frage liegt wieder im gemeinsamen Eingang.")
        else:
            account = Account.objects.filter(uid=data["assignee"]).first()
            if account is None:
                raise Invalid({"assignee": _("Diese Person gibt es nicht mehr.")})
            changed = actions.assign_enquiry(account=account, **step)
            message = _("Die Frage ist zugewiesen an %(name)s.") % {"name": account.name}
        stays = rules.can_work_on(self.viewer, changed)
        return self.done(message, undo_url=self.undo_url(changed.version), to=self.detail_url if stays else self.inbox_url)


class Close(OneEnquiry):
    """Record how the question ended."""

    template_name = "enquiries/desk/close.html"
    form_class = CloseForm  # type: ignore[assignment]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "is_help": self.enquiry.is_help}

    def get_initial(self) -> dict[str, Any]:
        answered = {"outcome": Outcome.ANSWERED.value} if self.enquiry.answered_at else {}
        if referrals.was_taken(self.enquiry):
            answered = {"outcome": Outcome.REFERRED.value}
        return {**super().get_initial(), **answered}

    def form_valid(self, form: Any) -> HttpResponseBase:
        data = form.cleaned_data
        changed = actions.close_enquiry(
            enquiry=self.enquiry,
            outcome=Outcome(data["outcome"]),
            note=data["note"],
            version=data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Die Frage ist abgeschlossen."), undo_url=self.undo_url(changed.version))


class Step(OneEnquiry):
    """A step that is one button: take over, or reopen. It says on the detail page what became of it."""

    http_method_names = ["post"]

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return self.act(_number(request.POST.get("version", "")))
        except (Stale, WrongState) as error:
            return self.refused(error)

    def act(self, version: int | None) -> HttpResponseBase:
        raise NotImplementedError

    def refused(self, error: Exception) -> HttpResponseBase:
        messages.warning(self.request, str(error))
        return redirect(self.detail_url)


class TakeOver(Step):
    def act(self, version: int | None) -> HttpResponseBase:
        changed = actions.take_over_enquiry(enquiry=self.enquiry, version=version, viewer=self.viewer, now=self.now)
        return self.done(_("Sie kümmern sich jetzt um diese Frage."), undo_url=self.undo_url(changed.version))


class Reopen(Step):
    def act(self, version: int | None) -> HttpResponseBase:
        actions.reopen_enquiry(enquiry=self.enquiry, version=version, viewer=self.viewer, now=self.now)
        return self.done(_("Die Frage ist wieder geöffnet."))


class Undo(Step):
    """Take one's own last step back; also of a question that one gave out of one's own sight."""

    def find(self) -> Enquiry:
        found = queries.find_enquiry(self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    def act(self, version: int | None) -> HttpResponseBase:
        version = _number(self.request.GET.get("version", ""))
        if version is None:
            raise NotAllowed
        changed = actions.undo_step(enquiry=self.enquiry, version=version, viewer=self.viewer, now=self.now)
        stays = rules.can_work_on(self.viewer, changed)
        return self.done(_("Der Schritt ist zurückgenommen."), to=self.detail_url if stays else self.inbox_url)

    def refused(self, error: Exception) -> HttpResponseBase:
        if rules.can_work_on(self.viewer, self.enquiry):
            return super().refused(error)
        raise NotAllowed from error


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 9 else None
