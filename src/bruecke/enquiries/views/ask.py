"""The public form: ask a question, get a receipt code."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.core import clock, ratelimit
from bruecke.core import settings as dated_settings
from bruecke.core.errors import RateLimited
from bruecke.core.tokens import receipt_code_from
from bruecke.enquiries import actions, queries
from bruecke.enquiries.actions import Question
from bruecke.enquiries.forms import AskForm, language_by_script, read_addressee, recognise_languages, sign_addressee
from bruecke.enquiries.queries import Addressee
from bruecke.enquiries.views.attaching import TakesFiles
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.staffing import queries as staffing
from bruecke.ui.views import PublicForm
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.models import Topic

HOUR = timedelta(hours=1)


class Writing(PublicForm):
    """What asking and offering help share: whom the page names, where it goes, the limit, the receipt.

    The place comes by `?ort=<slug>` or is chosen on the page; the page carries, signed, whom it named. When the responsibility
    changes before the form is sent, the question stays inside the controller named; when another place or topic would bring
    another controller, the form is shown again with the new name first.
    """

    @cached_property
    def day(self) -> Any:
        return clock.local_day(self.now)

    @cached_property
    def municipalities(self) -> list[Area]:
        return list(places.municipalities_of(self.district.ags, self.day))

    @cached_property
    def chosen(self) -> Area | None:
        """The place as chosen in the form, else as carried over; one of another district is none."""
        by_key = {area.pk: area for area in self.municipalities}
        if self.request.method == "POST":
            return by_key.get(self.request.POST.get("place", ""))
        slug = self.request.GET.get("ort", "")
        return next((area for area in self.municipalities if slug and area.slug == slug), None)

    @cached_property
    def addressee(self) -> Addressee:
        """Who reads questions from the chosen place today."""
        found = queries.addressee_for(self.district, self.chosen, self.day, self.subject)
        if found is None:
            raise Http404
        return found

    @cached_property
    def subject(self) -> Topic | None:
        """The topic chosen so far, where the page asks for one."""
        return None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "places": [(area.pk, area.name) for area in self.municipalities]}

    def get_initial(self) -> dict[str, Any]:
        return {"place": self.chosen.pk if self.chosen else ""}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            addressee=self.addressee, chosen=self.chosen, named=sign_addressee(self.addressee), **kwargs
        )

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if "_place" in request.POST:
            return self._show_again()
        return super().post(request, *args, **kwargs)

    def _show_again(self) -> HttpResponse:
        """Another place was chosen: the same words, the new addressee, no complaints yet."""
        form = self.form_class(**{**self.get_form_kwargs(), "initial": self.typed(), "data": None, "files": None})
        if self.request.FILES:
            form.was_cut = True
        return self.render_to_response(self.get_context_data(form=form))

    def typed(self) -> dict[str, Any]:
        """What was filled in so far."""
        return {name: value for name, value in self.request.POST.items() if name not in {"guard", "website"}}

    def _send(self, form: Any) -> HttpResponse:
        named = self._named(form)
        if named is None:
            return self.form_invalid(form)
        form.named = named
        if queries.enquiry_by_receipt(receipt_code_from(form.form_key)) is None:
            self._count_try()
            self.prepare(form)
        return super()._send(form)

    def prepare(self, form: Any) -> None:
        """What is slow, before any transaction."""

    def _named(self, form: Any) -> Addressee | None:
        """Whom the form named, when it still may go there; None after saying why not."""
        named = read_addressee(self.request.POST.get("named", ""))
        place_id = self.chosen.pk if self.chosen else None
        if named is None or named.controller.district_id != self.district.pk:
            form.add_error(None, _("Bitte prüfen Sie, wer Ihre Frage liest, und senden Sie noch einmal."))
            return None
        same_place = (named.place.pk if named.place else None) == place_id
        if same_place and named.topic == self.addressee.topic:
            return named
        if (named.controller_id, named.unit_id) == (self.addressee.controller_id, self.addressee.unit_id):
            return self.addressee
        words = _("Für diesen Ort liest eine andere Stelle Ihre Frage. Bitte prüfen Sie den Hinweis und senden Sie noch einmal.")
        if same_place:
            words = _(
                "Zu diesem Thema liest eine andere Stelle Ihre Frage. Bitte prüfen Sie den Hinweis und senden Sie noch einmal."
            )
        form.add_error(None, words)
        return None

    def _count_try(self) -> None:
        """Outside the action's transaction, so that refused tries count too. Raises: RateLimited with a number to call."""
        try:
            for key, who in (
                (queries.MAX_AN_ADDRESS, ratelimit.client_address(self.request)),
                (queries.MAX_A_DISTRICT, "all"),
            ):
                limit = dated_settings.get(self.district, key, self.day)
                ratelimit.hit(key=f"enquiries:{self.district.pk}:{who}", limit=limit, per=HOUR, now=self.now)
        except RateLimited as error:
            phone = (self.addressee.post.phone if self.addressee.post else "") or self.addressee.controller.phone
            words = _("Gerade kommen sehr viele Fragen an. Bitte versuchen Sie es in einer Stunde noch einmal.")
            call = _("Oder rufen Sie an: %(phone)s") % {"phone": phone} if phone else ""
            raise RateLimited(error.retry_after, f"{words} {call}".strip()) from error

    def already_sent(self, form: Any) -> HttpResponse:
        """Sent twice: the same code once more. A question that was deleted meanwhile has none."""
        code = receipt_code_from(form.form_key)
        if queries.enquiry_by_receipt(code) is None:
            form.add_error(None, _("Diese Frage wurde schon gesendet und inzwischen gelöscht."))
            return self.form_invalid(form)
        return self.receipt(code)

    def receipt(self, code: str) -> HttpResponse:
        enquiry = queries.enquiry_by_receipt(code)
        context = {"code": code, "enquiry": enquiry, "view": self, "answer_by": enquiry.due_at if enquiry else None}
        self.template_name = "enquiries/receipt.html"
        return self.render_to_response(context)


class Ask(TakesFiles, Writing):
    """One screen: text, topic, languages, a way to be reached; says before sending who reads it."""

    template_name = "enquiries/ask.html"
    form_class = AskForm
    feature = "enquiries"
    place = "enquiries.ask"

    @cached_property
    def topics(self) -> list[tuple[str, str]]:
        return [(topic.pk, vocabulary.label(topic, self.lang)) for topic in vocabulary.topics()]

    @cached_property
    def subject(self) -> Topic | None:
        is_sent = self.request.method == "POST"
        wanted = self.request.POST.get("topic", "") if is_sent else self.request.GET.get("thema", "")
        return next((topic for topic in vocabulary.topics() if topic.pk == wanted), None) if wanted else None

    @cached_property
    def elsewhere(self) -> list[tuple[str, Any]]:
        """Topics whose questions somebody else than the addressee reads, so that nobody learns it only after sending."""
        if self.chosen is None or self.subject is not None:
            return []
        return [
            (vocabulary.label(answer.topic, self.lang), answer.responsible)
            for answer in staffing.topic_answers(self.chosen.pk, self.day)
            if answer.responsible.holder_account_id is not None and answer.responsible.post != self.addressee.post
        ]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "topics": self.topics}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(elsewhere=self.elsewhere, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        topic = self.request.GET.get("thema", "")
        return {**super().get_initial(), "topic": topic if topic in dict(self.topics) else ""}

    def prepare(self, form: Any) -> None:
        _ = form.checked

    def form_valid(self, form: Any) -> HttpResponse:
        code = receipt_code_from(form.form_key)
        actions.submit_enquiry(
            addressee=form.named,
            question=self._question(form.cleaned_data),
            receipt_code=code,
            files=form.checked,
            viewer=self.viewer,
            now=self.now,
        )
        return self.receipt(code)

    def _question(self, data: dict[str, Any]) -> Question:
        known = vocabulary.languages()
        spoken = recognise_languages(data["languages_text"], known)
        kind, contact = data["contact"]
        first = spoken[0] if spoken else language_by_script(data["text"]) or self.lang
        return Question(
            text=data["text"],
            topic=vocabulary.topic(data["topic"]),
            languages=tuple(spoken or [first]),
            languages_text=data["languages_text"],
            contact_language=first,
            contact_kind=kind,
            contact=contact,
            consent_to_share=data["consent_share"],
            consent_special_categories=data["consent_special"],
        )
