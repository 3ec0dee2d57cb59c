"""Desk pages of a post that changes hands: the dossier, planning, giving questions on, closing, and the dossier as a file."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.documents import DOCX_TYPE
from bruecke.core.hand_over import HandOverRow, sources_for
from bruecke.core.viewer import Role
from bruecke.staffing import actions, rules
from bruecke.staffing.exports.hand_over import hand_over_docx, hand_over_name
from bruecke.staffing.forms.hand_over import EndHandOverForm, HandOverForm, PlanHandOverForm
from bruecke.staffing.models import HandOver, Post, PostHolder
from bruecke.staffing.queries import hand_over as reads
from bruecke.staffing.queries.posts import holder_name
from bruecke.staffing.states import HandOverState
from bruecke.staffing.views.posts import OfPost
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage

ROLES = frozenset({Role.COORDINATOR, Role.DISTRICT_OFFICE, Role.ADMINISTRATOR})
MONTH = timedelta(days=30)


def address(request: HttpRequest, row: HandOverRow) -> str:
    """Where a point opens; "" where it leads nowhere."""
    if not row.route:
        return ""
    query = f"?{urlencode(row.query)}" if row.query else ""
    return desk_url(request, row.route, **row.route_kwargs) + query + (f"#{row.anchor}" if row.anchor else "")


class OfHandOver(OfPost):
    """Mixin: the hand-over that the address means: the planned one, else the latest, or an earlier one by `?mappe=`."""

    roles = ROLES
    hand_overs: list[HandOver]
    is_for_planned = False

    def allows(self, post: Post) -> bool:
        self.hand_overs = reads.hand_overs_of(self.viewer, post)
        if self.is_for_planned:
            return any(one.state == HandOverState.PLANNED for one in self.hand_overs)
        return bool(self.hand_overs) or reads.may_plan(self.viewer, post, local_day(self.now))

    @cached_property
    def hand_over(self) -> HandOver | None:
        _checked, wanted = self.post_record, self.request.GET.get("mappe", "")
        if wanted and not any(one.uid == wanted for one in self.hand_overs):
            raise Http404
        return next((one for one in self.hand_overs if not wanted or one.uid == wanted), None)

    @cached_property
    def dossier(self) -> reads.Dossier:
        if self.hand_over is None:
            raise Http404
        return reads.dossier(self.hand_over, self.viewer, self.now)

    @cached_property
    def planned(self) -> HandOver:
        """On pages that end or hand on: the planned one, without its points."""
        _checked = self.post_record
        return next(one for one in self.hand_overs if one.state == HandOverState.PLANNED)

    @property
    def may_change(self) -> bool:
        """Seen by the viewer, else it would not be among `hand_overs`."""
        return self.hand_over is not None and self.hand_over.state == HandOverState.PLANNED

    def page_url(self) -> str:
        return desk_url(self.request, "staffing:hand-over", uid=self.post_record.uid)


class HandOverPage(OfHandOver, DeskFormView):
    """The dossier with boxes to tick and the note; where nothing is planned yet, the way to plan it."""

    template_name = "staffing/hand_over/page.html"
    form_class = HandOverForm

    def get_form_kwargs(self) -> dict[str, Any]:
        points = self.dossier.points if self.hand_over else []
        return {**super().get_form_kwargs(), "points": [(point.key, str(point.row.title)) for point in points]}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **(self._shown(self.hand_over) if self.hand_over else {})}

    @staticmethod
    def _shown(row: HandOver) -> dict[str, Any]:
        return {"note": row.note, "ticked": list(row.ticked), "version": row.version}

    def current_values(self) -> dict[str, Any]:
        return self._shown(HandOver.objects.get(pk=self.dossier.hand_over.pk))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(crumbs=self.crumbs(), hand_over=self.hand_over, **kwargs)
        if self.hand_over is None:
            return context | {"may_plan": reads.may_plan(self.viewer, self.post_record, local_day(self.now))}
        marked = set(context["form"]["ticked"].value() or ())
        sections = [
            (section, [(point, address(self.request, point.row), point.key in marked) for point in section.points])
            for section in self.dossier.sections
        ]
        return context | {
            "dossier": self.dossier,
            "sections": sections,
            "may_change": self.may_change,
            "may_hand_on": self.may_change and self._has_work_for_successor(),
            "earlier": [one for one in self.hand_overs if one != self.hand_over],
            "is_done": self.hand_over.state == HandOverState.DONE,
            "may_manage": rules.can_manage_posts(self.viewer),
            "may_plan": not self.may_change and reads.may_plan(self.viewer, self.post_record, local_day(self.now)),
        }

    def _has_work_for_successor(self) -> bool:
        successor = self.dossier.successor
        return (
            successor is not None
            and successor.account_id is not None
            and any(section.points for section in self.dossier.sections if section.source.hand_on)
        )

    def form_valid(self, form: Any) -> HttpResponseBase:
        data = form.cleaned_data
        actions.change_hand_over(
            hand_over=self.dossier.hand_over,
            note=data["note"],
            ticked=data["ticked"],
            shown=[point.key for point in self.dossier.points],
            version=data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Gespeichert."), to=self.page_url())


class PlanHandOver(OfHandOver, DeskFormView):
    """When the post changes hands; who leaves is who holds it."""

    template_name = "staffing/form.html"
    form_class = PlanHandOverForm

    def allows(self, post: Post) -> bool:
        return reads.may_plan(self.viewer, post, local_day(self.now))

    def get_initial(self) -> dict[str, Any]:
        leaving = reads.leaving_holder(self.post_record, local_day(self.now))
        known = leaving.valid_until if leaving else None
        return {**super().get_initial(), "on": known or local_day(self.now) + MONTH}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = _("Brücke stellt zusammen, was offen ist. Die Besetzung der Stelle ändert sich dadurch nicht.")
        crumbs = [*self.crumbs(), (_("Übergabe"), self.page_url())]
        heading = _("Übergabe planen")
        return super().get_context_data(heading=heading, submit=heading, text=text, crumbs=crumbs, **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.plan_hand_over(post=self.post_record, on=form.cleaned_data["on"], viewer=self.viewer, now=self.now)
        return self.done(_("Die Übergabe ist geplant."), to=self.page_url())


class HandOn(OfHandOver, DeskFormView):
    """Give the questions to the successor: how many go and how many stay, before anything happens."""

    template_name = "staffing/hand_over/hand_on.html"
    form_class = HouseForm
    is_for_planned = True

    @cached_property
    def successor(self) -> PostHolder | None:
        return reads.successor_of(self.planned)

    @cached_property
    def lines(self) -> list[tuple[Any, Any]]:
        """Sources that can hand on, with what would happen now."""
        subject = reads.subject_of(self.planned, self.successor)
        found = [source for source in sources_for(self.district) if source.hand_on]
        return [(one, one.hand_on.preview(subject, self.viewer, self.now)) for one in found if one.hand_on]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            successor_name=holder_name(self.successor) if self.successor else "",
            lines=self.lines,
            is_ready=any(found.ready for _source, found in self.lines),
            cancel_url=self.page_url(),
            crumbs=[*self.crumbs(), (_("Übergabe"), self.page_url())],
            **{key: value for key, value in kwargs.items() if key not in {"crumbs", "cancel_url"}},
        )

    def form_valid(self, form: Any) -> HttpResponseBase:
        count = sum(
            actions.hand_on(hand_over=self.planned, source=source, viewer=self.viewer, now=self.now)
            for source, found in self.lines
            if found.ready
        )
        words = ngettext("%(count)s Frage ist übergeben.", "%(count)s Fragen sind übergeben.", count) % {"count": count}
        more = _("Jede lässt sich auf ihrer Seite eine halbe Stunde lang zurücknehmen.")
        return self.done(f"{words} {more}" if count else _("Es gab nichts zu übergeben."), to=self.page_url())


class _EndHandOver(OfHandOver, DeskFormView):
    """Base of closing and calling off: a page in between."""

    template_name = "staffing/confirm.html"
    form_class = EndHandOverForm
    is_for_planned = True
    heading: object = ""
    text: object = ""
    submit: object = ""
    danger = False

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "version": self.planned.version}

    def current_values(self) -> dict[str, Any]:
        return {"version": HandOver.objects.get(pk=self.planned.pk).version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"heading": self.heading, "text": self.words(), "submit": self.submit, "danger": self.danger}
        crumbs = [*self.crumbs(), (_("Übergabe"), self.page_url())]
        return super().get_context_data(**(given | kwargs | {"crumbs": crumbs, "cancel_url": self.page_url()}))

    def words(self) -> object:
        return self.text


class FinishHandOver(_EndHandOver):
    heading = gettext_lazy("Übergabe abschließen")
    submit = gettext_lazy("Übergabe abschließen")

    def words(self) -> str:
        left = len(self.dossier.points) - self.dossier.ticked
        open_ones = ngettext("%(count)s Punkt ist noch offen.", "%(count)s Punkte sind noch offen.", left) % {"count": left}
        kept = _("Danach lässt sich die Mappe nicht mehr ändern; sie wird zwei Jahre nach der Übergabe gelöscht.")
        return f"{open_ones} {kept}" if left else kept

    def form_valid(self, form: Any) -> HttpResponseBase:
        version = form.cleaned_data["version"]
        actions.finish_hand_over(hand_over=self.planned, version=version, viewer=self.viewer, now=self.now)
        return self.done(_("Die Übergabe ist abgeschlossen."), to=self.page_url())


class CancelHandOver(_EndHandOver):
    heading = gettext_lazy("Übergabe absagen")
    submit = gettext_lazy("Übergabe absagen")
    text = gettext_lazy("Die Notiz und die Häkchen werden gelöscht. An der Besetzung und an den Fragen ändert sich nichts.")
    danger = True

    def form_valid(self, form: Any) -> HttpResponseBase:
        version, back = form.cleaned_data["version"], self.back()
        actions.cancel_hand_over(hand_over=self.planned, version=version, viewer=self.viewer, now=self.now)
        return self.done(_("Die Übergabe ist abgesagt."), to=back)


class HandOverFile(OfHandOver, DeskPage):
    """The dossier as a Word document, with an entry in the audit log."""

    is_download = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        dossier = self.dossier
        audit.record(verb="staffing.hand_over_exported", target=dossier.hand_over.post, viewer=self.viewer, now=self.now)
        response = HttpResponse(hand_over_docx(dossier, self.now), content_type=DOCX_TYPE)
        response["Content-Disposition"] = f'attachment; filename="{hand_over_name(dossier)}.docx"'
        response["Cache-Control"] = "no-store"
        response["X-Content-Type-Options"] = "nosniff"
        return response
