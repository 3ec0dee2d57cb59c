"""Desk pages of money: payers and costs of one post, and what all posts cost in a year."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.clock import local_day
from bruecke.core.sheets import OutColumn
from bruecke.core.viewer import Role
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.actions.money import COST_FIELDS, PAYER_FIELDS
from bruecke.staffing.exports import cost_columns, cost_rows
from bruecke.staffing.forms import CostForm, PayerForm
from bruecke.staffing.models import PAYER_LABELS, Post, PostCost, PostPayer
from bruecke.staffing.rules.access import SEES_COSTS
from bruecke.staffing.views.posts import OfPost
from bruecke.staffing.views.staff import StaffPage
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage

ROLES = frozenset({*SEES_COSTS, Role.EMPLOYER})


class _MoneyForm(OfPost, DeskFormView):
    """Mixin: a form about one entry of money; afterwards back to the post."""

    template_name = "staffing/form.html"
    needs = "manage"
    heading: object = ""
    text: object = ""

    def back(self) -> str:
        return f"{super().back()}#kosten"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"heading": self.heading, "text": self.text, "submit": _("Speichern")} | kwargs))


class AddPayer(_MoneyForm):
    form_class = PayerForm
    heading = gettext_lazy("Kostenträger eintragen")
    text = gettext_lazy("Wer trägt welchen Anteil der Kosten dieser Stelle?")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "valid_from": date(local_day(self.now).year, 1, 1)}

    def form_valid(self, form: Any) -> HttpResponseBase:
        made = actions.add_payer(post=self.post_record, values=form.values(), viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, "staffing:payer-remove", uid=made.uid)
        return self.done(_("Kostenträger eingetragen."), undo_url=undo, to=self.back())


class AddCost(_MoneyForm):
    form_class = CostForm
    heading = gettext_lazy("Kosten eintragen")
    text = gettext_lazy("Gelten bisher andere Kosten, enden sie an diesem Tag und bleiben für früher stehen.")

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "valid_from": date(local_day(self.now).year, 1, 1)}

    def form_valid(self, form: Any) -> HttpResponseBase:
        made = actions.add_cost(post=self.post_record, values=form.values(), viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, "staffing:cost-remove", uid=made.uid)
        return self.done(_("Kosten eingetragen."), undo_url=undo, to=self.back())


class _OfEntry(_MoneyForm):
    """Pages of one entry; the post of the address is the entry's. 404 for who may not manage posts."""

    names: tuple[str, ...] = ()
    model: Any = None

    def find(self) -> Any:
        raise NotImplementedError

    @cached_property
    def entry(self) -> Any:
        found = self.find()
        if found is None or not rules.can_manage_posts(self.viewer):
            raise Http404
        return found

    @cached_property
    def post_record(self) -> Post:
        return self.entry.post

    def _shown(self, row: Any) -> dict[str, Any]:
        kept = [name for name in self.names if name != "valid_until"]
        return {name: getattr(row, name) for name in (*kept, "last_day", "version")}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **self._shown(self.entry)}

    def current_values(self) -> dict[str, Any]:
        return self._shown(self.model.objects.get(pk=self.entry.pk))


class EditPayer(_OfEntry):
    form_class = PayerForm
    heading = gettext_lazy("Kostenträger ändern")
    text = gettext_lazy("Fällt der Anteil weg, tragen Sie den letzten Tag ein. Die Angabe bleibt für früher stehen.")
    names = PAYER_FIELDS
    model = PostPayer

    def find(self) -> PostPayer | None:
        return queries.visible_payer(self.viewer, self.kwargs["uid"])

    def form_valid(self, form: Any) -> HttpResponseBase:
        version = form.cleaned_data["version"]
        actions.edit_payer(payer=self.entry, values=form.values(), version=version, viewer=self.viewer, now=self.now)
        return self.done(_("Gespeichert."), to=self.back())


class EditCost(_OfEntry):
    form_class = CostForm
    heading = gettext_lazy("Kosten ändern")
    names = COST_FIELDS
    model = PostCost

    def find(self) -> PostCost | None:
        return queries.visible_cost(self.viewer, self.kwargs["uid"])

    def form_valid(self, form: Any) -> HttpResponseBase:
        version = form.cleaned_data["version"]
        actions.edit_cost(cost=self.entry, values=form.values(), version=version, viewer=self.viewer, now=self.now)
        return self.done(_("Gespeichert."), to=self.back())


class _RemoveEntry(_OfEntry):
    template_name = "staffing/confirm.html"
    form_class = HouseForm

    def get_initial(self) -> dict[str, Any]:
        return {}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(submit=_("Entfernen"), danger=True, **kwargs)


class RemovePayer(_RemoveEntry):
    heading = gettext_lazy("Kostenträger entfernen")
    text = gettext_lazy("Nur wenn er versehentlich eingetragen wurde. Fällt der Anteil weg, tragen Sie besser den letzten Tag ein.")
    find = EditPayer.find

    def form_valid(self, form: Any) -> HttpResponseBase:
        back = self.back()
        actions.remove_payer(payer=self.entry, viewer=self.viewer, now=self.now)
        return self.done(_("Kostenträger entfernt."), to=back)


class RemoveCost(_RemoveEntry):
    heading = gettext_lazy("Kosten entfernen")
    text = gettext_lazy("Nur wenn sie versehentlich eingetragen wurden. Die Kosten davor gelten dann weiter.")
    find = EditCost.find

    def form_valid(self, form: Any) -> HttpResponseBase:
        back = self.back()
        actions.remove_cost(cost=self.entry, viewer=self.viewer, now=self.now)
        return self.done(_("Kosten entfernt."), to=back)


class Costs(StaffPage, DeskPage):
    """What the posts cost in a year, and who bears it."""

    template_name = "staffing/costs.html"
    page = "costs"
    roles = ROLES

    @cached_property
    def costs(self) -> queries.YearOfCosts:
        return queries.year_of_costs(self.viewer, self.year)

    def sheet(self) -> tuple[str, str, Sequence[OutColumn], Iterable[Mapping[str, Any]]]:
        return f"stellenkosten-{self.year}", _("Kosten der Stellen"), cost_columns(self.costs), cost_rows(self.costs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        costs = self.costs
        rate = queries.cap_on(self.district, self.today).funded_percent
        lines = [
            (row, [row.sums.borne.get(kind) for kind in costs.kinds], queries.land_share(list(row.payers), self.today) > rate)
            for row in costs.rows
        ]
        may_see_posts = self.viewer.has(*rules.SEES_ALL, *rules.SEES_SOME)
        shown: dict[str, Any] = {} if may_see_posts else {"crumbs": []}
        return super().get_context_data(
            **{
                "costs": costs,
                "lines": lines,
                "heads": [PAYER_LABELS[kind] for kind in costs.kinds],
                "sums": [costs.borne(kind) for kind in costs.kinds],
                "funded_percent": rate,
                "may_see_posts": may_see_posts,
            }
            | shown
            | kwargs
        )
