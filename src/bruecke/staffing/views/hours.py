"""Desk pages of a post's consultation hours: weekly rules, days that are cancelled, a preview of the next dates."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bruecke.core.clock import local_day
from bruecke.core.schedules import occurrences
from bruecke.staffing import actions, queries
from bruecke.staffing.actions.hours import HOUR_FIELDS, SHARED_FIELDS
from bruecke.staffing.forms import CancelDayForm, EndHourForm, HourForm, RotationForm
from bruecke.staffing.forms.hours import MONTHLY
from bruecke.staffing.models import ConsultationException, ConsultationHour, Post
from bruecke.staffing.states import PostState
from bruecke.staffing.views.posts import ONE_DAY, OfPost
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage
from bruecke.ui.wording import weekday

SHOWN = 12
CANCELLABLE = timedelta(days=120)


class _OfHours(OfPost):
    feature = "consultation_hours"

    def hours_url(self) -> str:
        return desk_url(self.request, "staffing:hours", uid=self.post_record.uid)

    def crumbs(self) -> list[tuple[object, str]]:
        return [*super().crumbs(), (_("Sprechstunden"), self.hours_url())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**({"cancel_url": self.hours_url()} | kwargs))


class Hours(_OfHours, DeskPage):
    """The weekly rules of a post beside the dates that come of them."""

    template_name = "staffing/hours.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        post, today = self.post_record, local_day(self.now)
        holders = queries.holder_lines(post, today)
        hours = queries.hours_of_post(post, today)
        return super().get_context_data(
            hours=[(hour, queries.rhythm_words(hour)) for hour in hours],
            cancelled=queries.cancelled_days(hours, queries.Closures(self.district), self.now, queries.HORIZON),
            today=today,
            dates=queries.next_hours(post, now=self.now, limit=SHOWN),
            is_vacant=queries.state_of(post, holders, today) is PostState.VACANT,
            may_edit=self.may_edit_details(post),
            crumbs=self.crumbs()[:2],
            **kwargs,
        )


def _values(form: Any, names: Sequence[str] = HOUR_FIELDS) -> dict[str, Any]:
    """The fields of the form as the action takes them: a last day becomes the first day without."""
    values = {name: form.cleaned_data[name] for name in names}
    last = values["valid_until"]
    return {**values, "valid_until": last + ONE_DAY if last else None}


class CreateHour(_OfHours, DeskFormView):
    template_name = "staffing/hour_form.html"
    form_class = HourForm
    needs = "details"

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "valid_from": local_day(self.now), "location": self.post_record.office_id}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Neue Sprechstunde"), submit=_("Sprechstunde anlegen"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.create_hour(post=self.post_record, values=_values(form), viewer=self.viewer, now=self.now)
        return self.done(_("Sprechstunde angelegt."), to=self.hours_url())


class CreateRotation(_OfHours, DeskFormView):
    """Several places in turn, in one step: every place becomes a consultation hour of its own."""

    template_name = "staffing/rotation_form.html"
    form_class = RotationForm
    needs = "details"

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "valid_from": local_day(self.now)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Wechselnde Orte"), submit=_("Sprechstunden anlegen"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        values = _values(form, SHARED_FIELDS)
        made = actions.create_rotation(post=self.post_record, places=form.places, values=values, viewer=self.viewer, now=self.now)
        count = len(made)
        message = ngettext("%(count)s Sprechstunde angelegt.", "%(count)s Sprechstunden angelegt.", count) % {"count": count}
        return self.done(message, to=self.hours_url())


class _OfHour(_OfHours):
    """Mixin: the consultation hour of the address, through its post."""

    needs = "details"

    @cached_property
    def hour(self) -> ConsultationHour:
        rows = ConsultationHour.objects.filter(uid=self.kwargs["uid"])
        found = rows.select_related("post", "location").prefetch_related("exceptions").first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def post_record(self) -> Post:  # type: ignore[override]
        found = queries.visible_post(self.viewer, self.hour.post.uid)
        if found is None or not self.allows(found):
            raise Http404
        return found


class EditHour(_OfHour, DeskFormView):
    template_name = "staffing/hour_form.html"
    form_class = HourForm

    def current_values(self) -> dict[str, Any]:
        fresh = ConsultationHour.objects.get(pk=self.hour.pk)
        values = {name: getattr(fresh, name) for name in (*HOUR_FIELDS, "version")}
        termin = "yes" if fresh.is_by_appointment else "no"
        interval = MONTHLY if fresh.weeks_of_month else fresh.interval
        return {**values, "valid_until": fresh.last_day, "is_by_appointment": termin, "interval": interval}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **self.current_values()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Sprechstunde bearbeiten"), submit=_("Speichern"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.edit_hour(
            hour=self.hour, values=_values(form), version=form.cleaned_data["version"], viewer=self.viewer, now=self.now
        )
        return self.done(_("Gespeichert."), to=self.hours_url())


class EndHour(_OfHour, DeskFormView):
    template_name = "staffing/form.html"
    form_class = EndHourForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = _("Die Sprechstunde steht ab diesem Tag nicht mehr auf den öffentlichen Seiten.")
        heading = _("Sprechstunde beenden")
        return super().get_context_data(heading=heading, submit=heading, text=text, **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        day = form.cleaned_data["valid_until"]
        actions.end_hour(hour=self.hour, valid_until=day + ONE_DAY, viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, "staffing:hour-reopen", uid=self.hour.uid)
        message = _("Der letzte Tag der Sprechstunde ist der %(day)s.") % {"day": f"{day:%d.%m.%Y}"}
        return self.done(message, undo_url=undo, to=self.hours_url())


class _Act(_OfHour, DeskFormView):
    """A button that acts at once; opened as a page it asks first."""

    template_name = "staffing/confirm.html"
    form_class = HouseForm
    heading: object = ""
    text: object = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=self.heading, submit=self.heading, text=self.text, **kwargs)


class ReopenHour(_Act):
    heading = gettext_lazy("Ende zurücknehmen")
    text = gettext_lazy("Die Sprechstunde hat dann kein Ende mehr.")

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.reopen_hour(hour=self.hour, viewer=self.viewer, now=self.now)
        return self.done(_("Die Sprechstunde hat kein Ende mehr."), to=self.hours_url())


class CancelDay(_OfHour, DeskFormView):
    """„Fällt aus am …“: one of the next dates."""

    template_name = "staffing/form.html"
    form_class = CancelDayForm

    def get_form_kwargs(self) -> dict[str, Any]:
        cancelled = {exception.on for exception in self.hour.exceptions.all()}
        closures = queries.Closures(self.district)
        found = occurrences(self.hour.rule(), after=self.now, before=self.now + CANCELLABLE, skip=cancelled)
        coming = (one for one in found if not closures.closes(self.hour, one.day))
        days = [(one.day.isoformat(), f"{weekday(one.day)}, {one.day:%d.%m.%Y}") for one in coming]
        return {**super().get_form_kwargs(), "days": days}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "on": self.request.GET.get("tag", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Ein Termin fällt aus"), submit=_("Ausfall eintragen"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        day = form.cleaned_data["on"]
        exception = actions.cancel_day(hour=self.hour, on=day, reason=form.cleaned_data["reason"], viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, "staffing:day-restore", uid=exception.uid)
        message = _("Die Sprechstunde am %(day)s fällt aus.") % {"day": f"{day:%d.%m.%Y}"}
        return self.done(message, undo_url=undo, to=self.hours_url())


class RestoreDay(_Act):
    heading = gettext_lazy("Ausfall zurücknehmen")
    text = gettext_lazy("Die Sprechstunde findet an diesem Tag doch statt.")

    @cached_property
    def exception(self) -> ConsultationException:
        found = ConsultationException.objects.filter(uid=self.kwargs["uid"]).select_related("hour__post").first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def hour(self) -> ConsultationHour:  # type: ignore[override]
        return self.exception.hour

    def form_valid(self, form: Any) -> HttpResponseBase:
        day = self.exception.on
        actions.restore_day(exception=self.exception, viewer=self.viewer, now=self.now)
        message = _("Die Sprechstunde am %(day)s findet statt.") % {"day": f"{day:%d.%m.%Y}"}
        return self.done(message, to=self.hours_url())
