"""The desk page *Zuständigkeit*: the plan of a day in five views, and assignment by table."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import Http404, HttpResponseBase, HttpResponseRedirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bruecke.accounts import queries as accounts
from bruecke.core.clock import local_day
from bruecke.core.sheets import sheet_response
from bruecke.places import queries as places
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.exports import PLAN_COLUMNS, plan_rows
from bruecke.staffing.forms import AssignForm
from bruecke.staffing.models import Assignment
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage, Tab
from bruecke.ui.wording import fte, number

PLACE = "staffing.overview"
ROLES = frozenset({*rules.SEES_ALL, *rules.SEES_SOME})
VIEWS = (
    ("stelle", gettext_lazy("Nach Stelle")),
    ("gemeinde", gettext_lazy("Nach Gemeinde")),
    ("verband", gettext_lazy("Nach Verwaltungsgemeinschaft")),
    ("karte", gettext_lazy("Karte")),
    ("verlauf", gettext_lazy("Verlauf")),
)
FAR = 40  # years around today that a date in the address may lie


def day_of(text: str, today: date) -> date:
    """The day that an address asks for, today when there is none or it makes no sense."""
    try:
        wish = date.fromisoformat(text)
    except ValueError:
        return today
    return wish if abs(wish.year - today.year) <= FAR else today


def year_of(text: str, today: date) -> int:
    """The year that an address asks for, this one when there is none or it makes no sense."""
    year = int(text) if len(text) == 4 and text.isdecimal() else today.year
    return year if abs(year - today.year) <= FAR else today.year


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """An assignment in words; only the last one made can be taken back."""

    assignment: Assignment
    who: str
    places: tuple[str, ...]
    can_undo: bool


class _PlanPage:
    """Mixin: what every view of the plan shows."""

    place = PLACE
    feature = "staffing"
    roles = ROLES
    template_name = "staffing/overview.html"
    request: Any
    viewer: Any
    district: Any
    now: Any

    @cached_property
    def today(self) -> date:
        return local_day(self.now)

    @cached_property
    def day(self) -> date:
        """The day of `?tag=`, today when there is none or it makes no sense."""
        return day_of(self.request.GET.get("tag", ""), self.today)

    @cached_property
    def plan(self) -> queries.Plan:
        return queries.plan_of(self.viewer, self.district, self.day)

    @property
    def shown(self) -> str:
        wish = self.request.GET.get("ansicht", "")
        keys = [key for key, _label in VIEWS]
        return wish if wish in keys else keys[0]

    def plan_tabs(self) -> list[Tab]:
        day = f"&tag={self.day.isoformat()}" if self.day != self.today else ""
        overview = desk_url(self.request, "staffing:overview")
        partly = queries.sees_part_only(self.viewer)
        return [
            Tab(key, label, url=f"{overview}?ansicht={key}{day}", is_current=key == self.shown)
            for key, label in VIEWS
            if not (partly and key in {"karte", "verlauf"})
        ]

    def figures(self) -> list[tuple[str, object, bool]]:
        plan = self.plan
        if queries.sees_part_only(self.viewer):
            return []
        without = ngettext("Gemeinde ohne Zuständigkeit", "Gemeinden ohne Zuständigkeit", plan.unassigned)
        return [
            (fte(plan.fte_planned), _("VzÄ geplant"), False),
            (fte(plan.fte_filled), _("VzÄ besetzt"), False),
            (number(plan.unassigned), without, bool(plan.unassigned)),
            (number(plan.per_fte), _("Einwohner je besetztem VzÄ"), False),
        ]

    def open_groups(self, chosen: set[str]) -> set[int]:
        """Post ids whose municipalities are shown at once: all on request, else those that need a look or hold a chosen one."""
        groups = self.plan.groups
        if self.request.GET.get("offen") == "alle" or len(groups) <= 3:
            return {group.post.pk for group in groups if group.post}
        return {
            group.post.pk
            for group in groups
            if group.post and (group.is_vacant or group.post.valid_until or any(row.area.pk in chosen for row in group.rows))
        }

    def coming_gaps(self) -> list[queries.Gap]:
        """What becomes a gap within two weeks of the day shown, for who can prevent it."""
        if not rules.can_assign(self.viewer):
            return []
        return [gap for gap in queries.gaps(self.day) if not gap.is_open_on(self.day)]

    def proposals(self) -> list[queries.Proposal]:
        """For municipalities that came out of others and have no post yet, who could take them on."""
        if not rules.can_assign(self.viewer) or self.plan.gap is None:
            return []
        return list(queries.proposals([row.area for row in self.plan.gap.rows], self.day).values())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        plan = self.plan
        shown = {
            "plan": plan,
            "day": self.day,
            "is_today": self.day == self.today,
            "is_past": self.day < self.today,
            "shown": self.shown,
            "tabs": self.plan_tabs(),
            "figures": self.figures(),
            "may_assign": rules.can_assign(self.viewer),
            "open_groups": self.open_groups(kwargs.get("chosen", set())),
            "all_open": self.request.GET.get("offen") == "alle",
            "substitute": self.district.label("office", _("Koordinierungsstelle")),
            "chosen": set(),
            "coming": self.coming_gaps(),
            "proposals": self.proposals(),
        }
        if self.shown == "verlauf" and not queries.sees_part_only(self.viewer):
            shown["history"] = self._history()
        if self.shown == "verband":
            shown["unions"] = self._unions(kwargs.get("chosen", set()))
        if self.shown == "karte" and not queries.sees_part_only(self.viewer):
            shown |= self._map()
        return super().get_context_data(**(shown | kwargs))  # type: ignore[misc]

    def _unions(self, chosen: set[str]) -> list[dict[str, Any]]:
        """Unions as the page shows them: open where they are split or hold a chosen municipality."""
        return [
            {
                "area": union.area,
                "rows": union.rows,
                "posts": union.posts,
                "is_split": union.is_split,
                "population": union.population,
                "keys": union.keys,
                "is_open": union.is_split or union.holds_any(chosen),
            }
            for union in queries.by_union(self.plan)
        ]

    def _map(self) -> dict[str, Any]:
        fills = {
            row.area.pk: places.Fill(position, row.post.number, row.post.title)
            for position, group in enumerate(self.plan.groups, start=1)
            for row in group.rows
            if row.post
        }
        title = _("Zuständigkeit am %(day)s") % {"day": f"{self.day:%d.%m.%Y}"}
        svg = places.draw_district_map(self.district.ags, fills=fills, title=title, has_keys=rules.can_assign(self.viewer))
        return {"map_svg": svg, "map_rows": list(enumerate(self.plan.groups, start=1))}

    def _history(self) -> list[HistoryLine]:
        found = queries.assignments(self.viewer)
        names = accounts.names_of(assignment.made_by_id for assignment in found)
        last = next((assignment.pk for assignment in found if assignment.undone_at is None), None)
        return [
            HistoryLine(
                assignment,
                names.get(assignment.made_by_id or 0, _("Brücke selbst")),
                tuple(one.name for ags in sorted(assignment.after) if (one := places.place(ags))),
                assignment.pk == last and rules.can_assign(self.viewer) and rules.can_still_undo(assignment.made_at, self.now),
            )
            for assignment in found
        ]


class Overview(_PlanPage, DeskPage):
    """The plan of a day."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if rules.can_assign(self.viewer):
            form = AssignForm(
                viewer=self.viewer,
                on=self.day,
                municipalities=[],
                initial={"valid_from": max(self.day, self.today), "post": self.request.GET.get("stelle", "")},
            )
            kwargs = {"form": form, **kwargs}
        chosen = set(self.request.GET.getlist("gemeinde"))
        return super().get_context_data(chosen=chosen, sees_absences=rules.can_see_every_post(self.viewer), **kwargs)


class PlanDownload(_PlanPage, DeskPage):
    """The plan of the day as a table (`?als=xlsx`: for Excel)."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return sheet_response(
            "xlsx" if request.GET.get("als") == "xlsx" else "csv",
            name=f"zustaendigkeit-{self.district.slug}-{self.day:%Y-%m-%d}",
            title=_("Zuständigkeit"),
            columns=PLAN_COLUMNS,
            rows=plan_rows(self.plan),
        )


class Assign(_PlanPage, DeskFormView):
    """Municipalities to a post. `_preview` shows what the post would carry, without script."""

    form_class = AssignForm

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not rules.can_assign(self.viewer):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Reloading the answer to a form: back to the plan it stands on."""
        return HttpResponseRedirect(desk_url(request, "staffing:overview"))

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        known = [area.pk for area in places.municipalities_of(self.district.ags, self.day)]
        return {**kwargs, "viewer": self.viewer, "on": self.day, "municipalities": known}

    def post(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if "_preview" not in request.POST:
            return super().post(request, *args, **kwargs)
        form = self.get_form()
        if not form.is_valid():
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=form, outlook=_outlook(form)))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(chosen=set(self.request.POST.getlist("municipalities")), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        made = actions.assign_municipalities(
            district=self.district,
            municipalities=form.cleaned_data["municipalities"],
            post=form.cleaned_data["post"],
            valid_from=form.cleaned_data["valid_from"],
            viewer=self.viewer,
            now=self.now,
        )
        count = len(form.cleaned_data["municipalities"])
        message = ngettext(
            "%(count)s Gemeinde zugeordnet: %(post)s, ab %(day)s.", "%(count)s Gemeinden zugeordnet: %(post)s, ab %(day)s.", count
        )
        words = {"count": count, "post": made.post_label, "day": f"{made.valid_from:%d.%m.%Y}"}
        undo = desk_url(self.request, "staffing:assignment-undo", uid=made.uid)
        back = desk_url(self.request, "staffing:overview")
        later = f"?tag={made.valid_from.isoformat()}" if made.valid_from > self.today else ""
        return self.done(message % words, undo_url=undo, to=f"{back}{later}")


def _outlook(form: AssignForm) -> queries.Outlook:
    data = form.cleaned_data
    return queries.outlook(data["post"], data["municipalities"], data["valid_from"])


class AssignPreview(_PlanPage, DeskPage):
    """What the post would carry: a fragment while rows are being chosen."""

    template_name = "staffing/_outlook.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not rules.can_assign(self.viewer):
            raise Http404
        known = [area.pk for area in places.municipalities_of(self.district.ags, self.day)]
        form = AssignForm(request.GET, viewer=self.viewer, on=self.day, municipalities=known)
        return self.render_to_response({"outlook": _outlook(form) if form.is_valid() else None})


class UndoAssignment(DeskFormView):
    """Takes the last assignment back; opened as a page it asks first."""

    place = PLACE
    feature = "staffing"
    template_name = "staffing/confirm.html"
    form_class = HouseForm

    @cached_property
    def assignment(self) -> Assignment:
        found = Assignment.objects.filter(uid=self.kwargs["uid"]).select_related("post", "district").first()
        if found is None or not rules.can_assign(self.viewer):
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = _("Alle Gemeinden gehen zurück an die Stelle, die vorher zuständig war: %(post)s, ab %(day)s.")
        words = {"post": self.assignment.post_label, "day": f"{self.assignment.valid_from:%d.%m.%Y}"}
        return super().get_context_data(
            heading=_("Zuordnung zurücknehmen"),
            text=text % words,
            submit=_("Zuordnung zurücknehmen"),
            crumbs=[(_("Zuständigkeit"), desk_url(self.request, "staffing:overview"))],
            cancel_url=desk_url(self.request, "staffing:overview") + "?ansicht=verlauf",
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.undo_assignment(assignment=self.assignment, viewer=self.viewer, now=self.now)
        return self.done(_("Zuordnung zurückgenommen."), to=desk_url(self.request, "staffing:overview"))
