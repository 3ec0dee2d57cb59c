"""Quick entry of a question that came by phone or in person: five choices, twenty seconds."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.core import clock
from bruecke.core.errors import Invalid
from bruecke.enquiries import actions, queries, rules
from bruecke.enquiries.forms import STILL_OPEN, CaptureForm
from bruecke.enquiries.states import Channel, Outcome
from bruecke.enquiries.views.desk.detail import Step
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView
from bruecke.vocabulary import queries as vocabulary


class Capture(DeskFormView):
    """Preset from the last entry; after saving the empty form stands there again for the next question."""

    template_name = "enquiries/desk/capture.html"
    form_class = CaptureForm
    feature = "enquiries"
    roles = rules.WORKING_ROLES
    place = "enquiries.capture"

    @cached_property
    def choices(self) -> queries.CaptureChoices:
        return queries.capture_choices(self.viewer, self.district, clock.local_day(self.now))

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "choices": self.choices}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(inbox_url=desk_url(self.request, "enquiries:inbox"), at=self.now, **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        data = form.cleaned_data
        topic = vocabulary.topic(data["topic"])
        if topic is None:
            raise Invalid({"topic": _("Bitte wählen Sie ein Thema.")})
        enquiry = actions.capture_enquiry(
            district=self.district,
            place=queries.place_of(data["place"]),
            topic=topic,
            language=data["language"],
            channel=Channel(data["channel"]),
            outcome=None if data["outcome"] == STILL_OPEN else Outcome(data["outcome"]),
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(
            _("Gespeichert."),
            undo_url=desk_url(self.request, "enquiries:capture-undo", uid=enquiry.uid),
        )


class UndoCapture(Step):
    """Take back an entry of one's own."""

    def find(self) -> Any:
        found = queries.find_enquiry(self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    def act(self, version: int | None) -> HttpResponseBase:
        actions.undo_capture(enquiry=self.enquiry, viewer=self.viewer, now=self.now)
        return self.done(_("Der Eintrag ist zurückgenommen."), to=desk_url(self.request, "enquiries:capture"))
