"""Desk pages of absences: the list of the district, and entering, changing and taking back one of a post."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.core.clock import local_day
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.forms import AbsenceForm, DeputyForm
from bruecke.staffing.models import Absence, Post
from bruecke.staffing.views.plan import PLACE
from bruecke.staffing.views.posts import OfPost
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage

ONE_DAY = timedelta(days=1)
SEES = frozenset(rules.SEES_ALL)


class Absences(DeskPage):
    """Who is away, from when to when, and who stands in."""

    template_name = "staffing/absences.html"
    feature = "staffing"
    place = PLACE
    roles = SEES

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        today = local_day(self.now)
        rows, own = list(queries.absences(self.viewer, today)), list(queries.posts_held_by(self.viewer.account_id, today))
        held, manages = {post.pk for post in own}, rules.can_manage_posts(self.viewer)
        return super().get_context_data(
            rows=[(row, manages or row.post_id in held) for row in rows],
            today=today,
            own=own,
            may_manage=rules.can_manage_posts(self.viewer),
            crumbs=[(_("Zuständigkeit"), desk_url(self.request, "staffing:overview"))],
            **kwargs,
        )


class _AbsencePage(OfPost, DeskFormView):
    template_name = "staffing/form.html"
    form_class: type[HouseForm] = AbsenceForm
    needs = "details"
    roles = None

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "deputies": queries.possible_deputies(self.post_record, local_day(self.now))}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=self.heading(), text=self.text(), submit=_("Speichern"), **kwargs)

    def heading(self) -> str:
        return _("Abwesenheit eintragen")

    def text(self) -> str:
        words = _("Neue und offene Fragen gehen in dieser Zeit an die Vertretung und kommen danach zurück.")
        return f"{words} {_('Ein Grund wird nicht gespeichert.')}"


class EnterAbsence(_AbsencePage):
    def get_initial(self) -> dict[str, Any]:
        deputy = self.post_record.deputy
        return {**super().get_initial(), "deputy": deputy.uid if deputy else ""}

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        absence = actions.enter_absence(
            post=self.post_record,
            deputy=data["deputy"],
            valid_from=data["valid_from"],
            valid_until=data["last_day"] + ONE_DAY,
            viewer=self.viewer,
            now=self.now,
        )
        undo = desk_url(self.request, "staffing:absence-remove", uid=absence.uid)
        return self.done(_("Abwesenheit eingetragen."), undo_url=undo, to=self.back())


class _OfAbsence(_AbsencePage):
    """Pages of one absence; the post of the address is the absence's."""

    @cached_property
    def absence(self) -> Absence:
        found = queries.absence(self.viewer, self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def post_record(self) -> Post:
        if not self.may_edit_details(self.absence.post):
            raise Http404
        return self.absence.post


class ChangeAbsence(_OfAbsence):
    def heading(self) -> str:
        return _("Abwesenheit ändern")

    def get_initial(self) -> dict[str, Any]:
        one = self.absence
        return {
            **super().get_initial(),
            "deputy": one.deputy.uid if one.deputy else "",
            "valid_from": one.valid_from,
            "last_day": one.last_day,
            "version": one.version,
        }

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        actions.change_absence(
            absence=self.absence,
            deputy=data["deputy"],
            valid_from=data["valid_from"],
            valid_until=data["last_day"] + ONE_DAY,
            version=data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Abwesenheit geändert."), to=self.back())

    def current_values(self) -> dict[str, Any]:
        fresh = Absence.objects.select_related("deputy").get(pk=self.absence.pk)
        deputy = fresh.deputy.uid if fresh.deputy else ""
        return {"deputy": deputy, "valid_from": fresh.valid_from, "last_day": fresh.last_day, "version": fresh.version}


class RemoveAbsence(_OfAbsence):
    """Take back, with a page in between unless it is an undo."""

    template_name = "staffing/confirm.html"
    form_class = HouseForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        del kwargs["deputies"]
        return kwargs

    def heading(self) -> str:
        return _("Abwesenheit zurücknehmen")

    def text(self) -> str:
        return _("Was die Vertretung noch offen hat, kommt zurück.")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**{**kwargs, "danger": False})

    def form_valid(self, form: Any) -> HttpResponse:
        back = self.back()
        actions.remove_absence(absence=self.absence, viewer=self.viewer, now=self.now)
        return self.done(_("Abwesenheit zurückgenommen."), to=back)


class SetDeputy(_AbsencePage):
    """The usual deputy of a post."""

    form_class = DeputyForm

    def heading(self) -> str:
        return _("Vertretung festlegen")

    def text(self) -> str:
        return _("Diese Stelle ist vorgeschlagen, wenn eine Abwesenheit eingetragen wird.")

    def get_initial(self) -> dict[str, Any]:
        deputy = self.post_record.deputy
        return {**super().get_initial(), "deputy": deputy.uid if deputy else ""}

    def form_valid(self, form: Any) -> HttpResponse:
        actions.set_deputy(post=self.post_record, deputy=form.cleaned_data["deputy"], viewer=self.viewer, now=self.now)
        return self.done(_("Vertretung gespeichert."), to=self.back())
