"""Desk pages for the moment itself: which municipality, whom to call, and the log of who was told. The chain is kept in
`views.escalation_chain`."""

from typing import Any

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.clock import local_day
from bruecke.core.sheets import sheet_response
from bruecke.core.viewer import Role
from bruecke.places.models import Area
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.exports import ESCALATION_COLUMNS, NOTICE_COLUMNS, escalation_rows, notice_rows
from bruecke.staffing.forms.escalation import NoticeForm
from bruecke.staffing.models import EscalationNotice
from bruecke.staffing.states import NoticeChannel
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage
from bruecke.ui.views.base import HouseView

ROLES = frozenset({*rules.SEES_ESCALATION, Role.MUNICIPALITY})
PLACE = "staffing.escalation"
LOGGED = 30  # entries of the log on the page
EMERGENCY = (
    ("110", gettext_lazy("Polizei")),
    ("112", gettext_lazy("Feuerwehr, Rettungsdienst")),
)


class OfEscalation(HouseView):
    """Mixin: the municipality of the address, None for the steps that every municipality shares; 404 for others' chains."""

    feature = "staffing"
    roles = ROLES
    place = PLACE

    @cached_property
    def area(self) -> Area | None:
        ags = self.kwargs.get("ags")  # type: ignore[attr-defined]
        if ags is None:
            return None
        found = Area.objects.of_kreis(self.district.ags).valid_on(local_day(self.now)).filter(pk=ags).first()
        if found is None or not rules.can_see_escalation(self.viewer, district_id=self.district.pk, ags=found.pk):
            raise Http404
        return found

    @property
    def ags(self) -> str | None:
        return self.area.pk if self.area else None

    def may_edit(self, ags: str | None) -> bool:
        return rules.can_edit_escalation(self.viewer, district_id=self.district.pk, ags=ags)

    def sheet_url(self) -> str:
        """The sheet of the municipality; of the shared steps the list of municipalities."""
        if self.area is None:
            return desk_url(self.request, "staffing:escalation")
        return desk_url(self.request, "staffing:escalation-place", ags=self.area.pk)

    def crumbs(self) -> list[tuple[object, str]]:
        """The way to the page of a municipality."""
        found: list[tuple[object, str]] = [(_("Notfall"), desk_url(self.request, "staffing:escalation"))]
        return [*found, (self.area.name, self.sheet_url())] if self.area else found


class Escalation(OfEscalation, DeskPage):
    """Which municipality? Who has one alone gets its sheet at once, without another step."""

    template_name = "staffing/escalation/index.html"

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if len(self.lines) == 1:
            return EscalationPlace.as_view()(request, **{**kwargs, "ags": self.lines[0].area.pk})
        return super().get(request, *args, **kwargs)

    @cached_property
    def lines(self) -> list[queries.PlaceLine]:
        return queries.place_lines(self.viewer, self.district, self.now)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = [line for line in self.lines if line.is_own]
        return super().get_context_data(
            own=own,
            others=[line for line in self.lines if not line.is_own],
            emergency=EMERGENCY,
            may_edit_shared=self.may_edit(None),
            download_url=desk_url(self.request, "staffing:escalation-download"),
            **kwargs,
        )


class EscalationDownload(OfEscalation, DeskPage):
    """Every chain that the viewer sees as a table (`?als=xlsx`: for Excel)."""

    is_download = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return sheet_response(
            "xlsx" if request.GET.get("als") == "xlsx" else "csv",
            name=f"notfallketten-{self.district.slug}-{local_day(self.now):%Y-%m-%d}",
            title=_("Notfallketten"),
            columns=ESCALATION_COLUMNS,
            rows=escalation_rows(queries.contacts_to_export(self.viewer)),
        )


class NoticeDownload(OfEscalation, DeskPage):
    """Who was told when, as a table (`?als=xlsx`: for Excel), of all municipalities that the viewer sees or of one (`?ort=`)."""

    is_download = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return sheet_response(
            "xlsx" if request.GET.get("als") == "xlsx" else "csv",
            name=f"benachrichtigungen-{self.district.slug}-{local_day(self.now):%Y-%m-%d}",
            title=_("Benachrichtigungen"),
            columns=NOTICE_COLUMNS,
            rows=notice_rows(queries.notices_to_export(self.viewer, request.GET.get("ort", "")[:8])),
        )


class EscalationPlace(OfEscalation, DeskPage):
    """Whom to call for one municipality, in which order; printed it fills one page."""

    template_name = "staffing/escalation/place.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        ags = str(self.ags)
        steps = queries.chain_of(self.viewer, self.district, ags, self.now)
        return super().get_context_data(
            area=self.area,
            steps=steps,
            emergency=EMERGENCY,
            notices=queries.notice_lines(self.viewer, ags, LOGGED),
            logged=LOGGED,
            may_edit=self.may_edit(ags),
            may_note=rules.can_enter_notice(self.viewer, district_id=self.district.pk, ags=ags),
            crumbs=self.crumbs()[:1],
            **kwargs,
        )


class EnterNotice(OfEscalation, DeskFormView):
    """Who was told; `?wen=` names a step of the chain or a number of emergency."""

    template_name = "staffing/form.html"
    form_class = NoticeForm

    @cached_property
    def steps(self) -> tuple[queries.Step, ...]:
        return queries.chain_of(self.viewer, self.district, str(self.ags), self.now)

    @cached_property
    def others(self) -> dict[str, str]:
        return {number: f"{name} ({number})" for number, name in EMERGENCY}

    def get_form_kwargs(self) -> dict[str, Any]:
        chain = [(step.contact.uid, step.contact.function) for step in self.steps]
        return {**super().get_form_kwargs(), "who": [*chain, *self.others.items()]}

    def get_initial(self) -> dict[str, Any]:
        given = {"who": self.request.GET.get("wen", ""), "channel": NoticeChannel.PHONE, "was_reached": "yes"}
        return {**super().get_initial(), **given, "told_at": self.now}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = _("Benachrichtigung eintragen")
        text = _("Wer hat wann wovon erfahren? Der Eintrag wird nach drei Jahren gelöscht.")
        given = {"heading": heading, "submit": _("Eintragen"), "text": text}
        return super().get_context_data(**(given | {"crumbs": self.crumbs(), "cancel_url": self.sheet_url()} | kwargs))

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        contact = next((step.contact for step in self.steps if step.contact.uid == data["who"]), None)
        if self.area is None:
            raise Http404
        actions.enter_notice(
            district=self.district,
            municipality=self.area,
            contact=contact,
            function=contact.function if contact else self.others[data["who"]],
            channel=data["channel"],
            was_reached=data["was_reached"],
            told_at=data["told_at"],
            note=data["note"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Eingetragen."), to=f"{self.sheet_url()}#protokoll")


class RemoveNotice(OfEscalation, DeskFormView):
    """Asks, then deletes an entry of the log."""

    template_name = "staffing/confirm.html"
    form_class = HouseForm

    @cached_property
    def notice(self) -> EscalationNotice:
        found = queries.visible_notice(self.viewer, self.kwargs["uid"])
        if found is None or not rules.can_remove_notice(
            self.viewer, district_id=found.district_id, ags=found.municipality_id, entered_by_id=found.entered_by_id
        ):
            raise Http404
        return found

    @cached_property
    def area(self) -> Area | None:
        return self.notice.municipality

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = _("Eintrag löschen")
        words = {"function": self.notice.function, "place": self.notice.municipality.name}
        text = _("Der Eintrag „%(function)s“ steht dann nicht mehr im Protokoll von %(place)s. Das lässt sich nicht zurücknehmen.")
        given = {"heading": heading, "submit": heading, "text": text % words, "danger": True}
        return super().get_context_data(**(given | {"crumbs": self.crumbs(), "cancel_url": self.sheet_url()} | kwargs))

    def form_valid(self, form: Any) -> HttpResponse:
        to = f"{self.sheet_url()}#protokoll"
        actions.remove_notice(notice=self.notice, viewer=self.viewer, now=self.now)
        return self.done(_("Eintrag gelöscht."), to=to)
