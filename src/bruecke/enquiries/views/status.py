"""The status page: by receipt code, sent by POST only, a resident reads the dialogue, writes on, takes back a consent, deletes."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.core import ratelimit
from bruecke.core.errors import NotAllowed, WrongState
from bruecke.core.files import file_response
from bruecke.enquiries import actions, queries
from bruecke.enquiries.actions import referral as referring
from bruecke.enquiries.forms import CodeForm, FollowUpForm
from bruecke.enquiries.models import Enquiry
from bruecke.enquiries.queries import attachments, referrals
from bruecke.enquiries.queries.subject import resident_sections
from bruecke.enquiries.states import Consent
from bruecke.enquiries.views.attaching import TakesFiles
from bruecke.privacy.exports import OWN_DATA_TYPES
from bruecke.privacy.queries.archive import Chapter, as_html, as_json
from bruecke.ui.urls import public_url
from bruecke.ui.views import PublicForm
from bruecke.ui.views.public import refusals_as_errors
from bruecke.vocabulary import queries as vocabulary

WRONG_CODES = 10
WRONG_CODES_IN_DISTRICT = 500
FOLLOW_UPS = 10
TEN_MINUTES = timedelta(minutes=10)


class Status(PublicForm):
    """Asks for the code and shows the question behind it. Each visit asks again: there is no session."""

    template_name = "enquiries/code.html"
    form_class = CodeForm
    feature = "enquiries"
    place = "enquiries.status"

    @cached_property
    def code(self) -> str:
        return self.request.POST.get("code", "")

    def find(self) -> Enquiry | None:
        """The question behind the code that was sent."""
        return queries.enquiry_by_receipt(self.code)

    def form_valid(self, form: Any) -> HttpResponse:
        enquiry = self.find()
        if enquiry is None:
            self._count_wrong()
            form.add_error(
                "code",
                _("Zu diesem Code gibt es keine Frage. Bitte prüfen Sie die Zeichen. Vielleicht wurde die Frage schon gelöscht."),
            )
            return self.form_invalid(form)
        return self.show(enquiry)

    def _count_wrong(self) -> None:
        """Only wrong codes count: who has the right one is never kept out. Raises: RateLimited."""
        for who, limit in ((ratelimit.client_address(self.request), WRONG_CODES), ("all", WRONG_CODES_IN_DISTRICT)):
            ratelimit.hit(key=f"receipt:{self.district.pk}:{who}", limit=limit, per=TEN_MINUTES, now=self.now)

    def show(self, enquiry: Enquiry, *, form: Any = None, message: str = "", status: int = 200) -> HttpResponse:
        """The page itself."""
        self.template_name = "enquiries/status.html"
        topic = vocabulary.label(enquiry.topic, self.lang) if enquiry.topic else ""
        return self.render_to_response(
            {
                "view": self,
                "enquiry": enquiry,
                "code": queries.shown_code(self.code),
                "headline": queries.headline(enquiry),
                "steps": queries.public_steps(enquiry),
                "dialogue": queries.dialogue(enquiry),
                "referrals": referrals.told_to_resident(enquiry),
                "topic": topic,
                "form": form if form is not None else FollowUpForm(),
                "message": message,
            },
            status=status,
        )


class _WithCode(Status):
    """Base of what a resident does on the status page: the code comes along in a hidden field."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """A reload by GET, or the page in another language: the code has to be typed again."""
        return HttpResponseRedirect(public_url(request, "enquiries_public:status"))

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        self.enquiry = self.find()
        if self.enquiry is None:
            form = CodeForm(request.POST)
            self.form_class = CodeForm
            if not form.is_valid():
                return super().post(request)
            return refusals_as_errors(form, lambda: self.gone(form), self.form_invalid)
        return self.act()

    def gone(self, form: Any) -> HttpResponse:
        """A code without a question is a wrong code here too. Raises: RateLimited."""
        self._count_wrong()
        form.add_error("code", _("Diese Frage gibt es nicht mehr."))
        self.template_name = "enquiries/code.html"
        return self.form_invalid(form)

    def act(self) -> HttpResponse:
        raise NotImplementedError

    def fresh(self) -> Enquiry:
        """The question as it is after the action."""
        found = self.find()
        if found is None:
            raise Http404
        return found


class FollowUp(TakesFiles, _WithCode):
    """Write on. The one-use key keeps a double click from writing twice."""

    def act(self) -> Any:
        form = FollowUpForm(self.request.POST, self.request.FILES)
        if not form.is_valid():
            return self.show(self.fresh(), form=form, status=422)
        return refusals_as_errors(form, lambda: self._send(form), lambda refused: self.show(self.fresh(), form=refused, status=422))

    def _send(self, form: Any) -> HttpResponse:
        """Outside the action's transaction. Raises: RateLimited."""
        ratelimit.hit(key=f"follow-up:{self.fresh().uid}", limit=FOLLOW_UPS, per=TEN_MINUTES, now=self.now)
        _ = form.checked
        return super()._send(form)

    def form_valid(self, form: Any) -> HttpResponse:
        enquiry = self.fresh()
        actions.add_follow_up(
            enquiry=enquiry,
            text=form.cleaned_data["text"],
            files=form.checked,
            viewer=queries.holder_viewer(enquiry),
            now=self.now,
        )
        return self.already_sent(form)

    def already_sent(self, form: Any) -> HttpResponse:
        return self.show(self.fresh(), message=_("Ihre Nachricht ist angekommen."))


class StatusFile(_WithCode):
    """A file of the dialogue, for who holds the code."""

    def act(self) -> Any:
        found = attachments.attachment_of(self.fresh(), self.request.POST.get("file", ""))
        if found is None:
            raise Http404
        return file_response(found.file)


class Withdraw(_WithCode):
    """Take a consent back."""

    def act(self) -> HttpResponse:
        enquiry = self.fresh()
        wish = self.request.POST.get("consent", "")
        if wish not in set(Consent):
            raise Http404
        actions.withdraw_consent(enquiry=enquiry, consent=Consent(wish), viewer=queries.holder_viewer(enquiry), now=self.now)
        return self.show(self.fresh(), message=_("Ihre Einwilligung ist zurückgenommen."))


class PassOn(_WithCode):
    """Say yes or no to a referral, or take a yes back."""

    def act(self) -> HttpResponse:
        enquiry, wish = self.fresh(), self.request.POST.get("answer", "")
        steps = {"yes": referring.give_consent, "no": referring.refuse_consent, "back": referring.revoke_referral}
        found = referrals.referral_of_resident(enquiry, self.request.POST.get("referral", ""))
        if found is None or wish not in steps:
            raise Http404
        words = {
            "yes": _("Danke. Wir haben die Anfrage weitergegeben."),
            "no": _("Es wird nichts weitergegeben."),
            "back": _("Ihre Einwilligung ist zurückgenommen. Das Angebot sieht nichts mehr von Ihnen."),
        }
        try:
            steps[wish](referral=found, viewer=queries.holder_viewer(enquiry), now=self.now)
        except NotAllowed as error:
            raise Http404 from error
        except WrongState as error:
            return self.show(self.fresh(), message=str(error), status=409)
        return self.show(self.fresh(), message=words[wish])


class OwnData(_WithCode):
    """Everything the resident gave and was told, as a file to keep (Art. 15, 20): "html" to read, "json" for programs."""

    def act(self) -> HttpResponse:
        enquiry, fmt = self.fresh(), self.request.POST.get("format", "html")
        if fmt not in OWN_DATA_TYPES:
            raise Http404
        chapter = Chapter(queries.headline(enquiry), [one for one in resident_sections(enquiry) if one.records])
        write = as_html if fmt == "html" else as_json
        content = write(_("Meine Frage"), enquiry.controller.name, [chapter], self.now)
        actions.note_own_data(enquiry=enquiry, viewer=queries.holder_viewer(enquiry), now=self.now)
        response = HttpResponse(content, content_type=OWN_DATA_TYPES[fmt])
        response["Content-Disposition"] = f'attachment; filename="meine-frage.{fmt}"'
        response["Content-Security-Policy"] = "default-src 'none'; sandbox"
        response["X-Content-Type-Options"] = "nosniff"
        return response


class Delete(_WithCode):
    """Delete the question: first a page that says what goes, then it is gone."""

    def act(self) -> HttpResponse:
        enquiry = self.fresh()
        if "confirmed" not in self.request.POST:
            self.template_name = "enquiries/delete.html"
            return self.render_to_response({"view": self, "code": queries.shown_code(self.code), "enquiry": enquiry})
        actions.delete_own_enquiry(enquiry=enquiry, viewer=queries.holder_viewer(enquiry), now=self.now)
        self.template_name = "enquiries/deleted.html"
        return self.render_to_response({"view": self})
