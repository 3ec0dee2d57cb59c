"""The tally of an open hour: one tap, one stroke; works by plain forms, and without leaving the page where there is htmx."""

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from bruecke.core import clock
from bruecke.core.form_keys import new_form_key
from bruecke.enquiries import rules
from bruecke.enquiries.actions import tallying as actions
from bruecke.enquiries.forms.tally import TallyForm
from bruecke.enquiries.models import TallyEntry
from bruecke.enquiries.queries.desk import tally as queries
from bruecke.enquiries.states import Channel, Outcome
from bruecke.places.models import Area
from bruecke.ui.forms import HouseForm
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage
from bruecke.ui.views.base import go_to
from bruecke.ui.views.lists import DeskListView
from bruecke.vocabulary import queries as vocabulary

_CHIPS = 6


class _Tallying:
    """Mixin: what is counted under, read from the address or from what was sent."""

    feature = "enquiries"
    roles = rules.WORKING_ROLES
    place = "enquiries.tally"
    request: Any
    viewer: Any
    district: Any
    now: Any

    @cached_property
    def under(self) -> TallyForm:
        data = self.request.POST if self.request.method == "POST" else self.request.GET
        today = clock.local_day(self.now)
        areas = queries.tally_places(self.viewer, self.district, today)
        return TallyForm(data, places=areas, languages=vocabulary.languages(), today=today)

    def chosen(self) -> Area | None:
        """The place, when everything that was chosen is right."""
        return self.under.by_slug.get(self.under.cleaned_data["ort"]) if self.under.is_valid() else None

    def address(self, name: str = "enquiries:tally", **values: str) -> str:
        return f"{desk_url(self.request, name)}?{urlencode({**self.under.under, **values})}"

    def shown(self, place: Area) -> dict[str, Any]:
        """What a tile and the line of the last strokes need. Each button has a key of its own: taps that follow fast all count."""
        rows = queries.tiles(self.viewer, place, self.under.cleaned_data["tag"])
        return {
            "tiles": [(tile, new_form_key()) for tile in rows],
            "total": sum(tile.count for tile in rows),
            "last": queries.last_strokes(self.viewer, self.now),
            "under": self.under.under,
        }


class Tally(_Tallying, DeskPage):
    """The page with a button for each topic."""

    template_name = "enquiries/tally/page.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        place = self.chosen()
        chips = [("", _("ohne Angabe")), *((one.pk, str(one)) for one in vocabulary.languages()[:_CHIPS])]
        known = {key for key, _label in chips}
        language = self.under.under["sprache"]
        if place and language not in known:
            chips.append((language, dict(self.under.fields["sprache"].choices)[language]))  # type: ignore[attr-defined]
        return super().get_context_data(
            form=self.under,
            chosen=place,
            has_places=bool(self.under.by_slug),
            is_unusual=not place or self.under.is_unusual,
            day=self.under.cleaned_data.get("tag"),
            is_today=self.under.cleaned_data.get("tag") == clock.local_day(self.now),
            chips=[(label, self.address(sprache=key), key == language) for key, label in chips],
            sheet_url=self.address("enquiries:tally-sheet"),
            **(self.shown(place) if place else {}),
            **kwargs,
        )


class Stroke(_Tallying, DeskFormView):
    """One stroke. The key of its button keeps a tap that arrives twice from counting twice."""

    http_method_names = ["post"]
    form_class = HouseForm

    def form_valid(self, form: Any) -> HttpResponseBase:
        place, topic = self.chosen(), vocabulary.topic(self.request.POST.get("thema", ""))
        if place is None or topic is None:
            return self.form_invalid(form)
        data = self.under.cleaned_data
        actions.add_stroke(
            district=self.district,
            place=place,
            topic=topic,
            language=data["sprache"],
            channel=Channel(data["weg"]),
            outcome=Outcome(data["ergebnis"]),
            happened_on=data["tag"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.answer(topic.pk)

    def answer(self, topic_key: str) -> HttpResponse:
        """The tile that was tapped and the line of the last strokes; without htmx the page."""
        place = self.chosen()
        if place is None or not self.request.htmx:
            return go_to(self.request, f"{self.address()}#thema-{topic_key}")
        shown = self.shown(place)
        tile, key = next((one for one in shown["tiles"] if one[0].topic.pk == topic_key), (None, ""))
        if tile is None:
            return go_to(self.request, self.address())
        return render(self.request, "enquiries/tally/_answer.html", {**shown, "tile": tile, "key": key})

    def _already_saved(self) -> HttpResponse:
        return self.answer(self.request.POST.get("thema", ""))

    def form_invalid(self, form: Any) -> HttpResponse:
        """Only what no button of ours sends, or a place that somebody else took over meanwhile."""
        messages.warning(self.request, _("Der Strich wurde nicht gezählt. Bitte prüfen Sie Ort und Tag."))
        return go_to(self.request, desk_url(self.request, "enquiries:tally"))


class TakeBack(Stroke):
    """Take a stroke of one's own back; one that is gone already stays gone."""

    @cached_property
    def entry(self) -> TallyEntry | None:
        return queries.find_stroke(self.kwargs["uid"])

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.entry is None:
            return self.answer(request.POST.get("thema", ""))
        if not rules.can_see_stroke(self.viewer, self.entry):
            raise Http404
        topic_key = self.entry.topic_id or ""
        actions.remove_stroke(entry=self.entry, viewer=self.viewer, now=self.now)
        return self.answer(topic_key)


class Sheet(_Tallying, DeskPage):
    """A blank sheet for an hour without a device: topics down, languages across."""

    template_name = "enquiries/tally/sheet.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            chosen=self.chosen(),
            topics=vocabulary.topics(),
            languages=[str(one) for one in vocabulary.languages()[:4]],
            tally_url=self.address(),
            **kwargs,
        )


class Days(_Tallying, DeskListView):
    """Days and places with their number of strokes."""

    template_name = "enquiries/tally/days.html"
    columns = (
        Column("tag", _lazy("Tag")),
        Column("ort", _lazy("Ort")),
        Column("striche", _lazy("Gezählt")),
    )

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        return queries.tally_days(self.viewer)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = clock.local_day(self.now)
        context = super().get_context_data(tally_url=desk_url(self.request, "enquiries:tally"), **kwargs)
        context["lines"] = [
            (row, f"{context['tally_url']}?{urlencode({'ort': row.place_slug, 'tag': row.happened_on.isoformat()})}")
            if rules.is_tally_day(row.happened_on, today)
            else (row, "")
            for row in context["rows"]
        ]
        return context
