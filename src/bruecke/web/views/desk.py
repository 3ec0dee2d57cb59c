"""The desk's own pages: *Heute*, and the choice of the district for people who work in several."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect
from django.urls import reverse

from bruecke.accounts import queries as accounts
from bruecke.core import clock
from bruecke.core.dashboard import cards_for, shown_cards
from bruecke.core.registries import Urgency
from bruecke.enquiries import rules as enquiry_rules
from bruecke.staffing import queries as staffing
from bruecke.ui.views import DeskPage
from bruecke.web.queries import todos_for
from bruecke.web.views.cards import arrangement_of, shown
from bruecke.web.views.rows import groups_of


class ChooseDistrict(DeskPage):
    """`/intern/`: straight on where there is one district, else the choice."""

    template_name = "web/choose_district.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        districts = accounts.districts_of(request.user, clock.today())
        if len(districts) == 1:
            return HttpResponseRedirect(reverse("web:today", kwargs={"district": districts[0].slug}))
        return self.render_to_response(self.get_context_data(districts=districts))


class Today(DeskPage):
    """What is due, from the registry of to-dos, most urgent first; below it the cards of one's roles."""

    template_name = "web/today.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        found = todos_for(self.viewer, self.district, self.now)
        arrangement = arrangement_of(self.request.user, self.district)
        held_cards = shown_cards(self.viewer, self.district, arrangement, self.now)
        return super().get_context_data(
            groups=groups_of(self.request, found, self.now),
            total=len(found),
            overdue=sum(todo.urgency is Urgency.OVERDUE for todo in found),
            cards=[shown(self.request, card, held) for card, held in held_cards],
            may_arrange=bool(cards_for(self.viewer, self.district, arrangement)),
            hours=staffing.hours_of_viewer(self.viewer, now=self.now, limit=4),
            may_record=enquiry_rules.can_capture(self.viewer) and self.district.has_feature("enquiries"),
            **kwargs,
        )
