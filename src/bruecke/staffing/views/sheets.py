"""The page of a quarter for a mayor: who gets it, how it will look, what was sent; and the page behind the link to stop it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.clock import local_day
from bruecke.core.files import file_response
from bruecke.core.links import read_link
from bruecke.core.place_sheets import Quarters
from bruecke.core.schedules import first_working_day
from bruecke.core.typesetting import kept_pdf
from bruecke.places.models import Area
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.exports import quarter_words, sheet_document
from bruecke.staffing.forms import RecipientForm
from bruecke.staffing.models import SheetRecipient
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage, PublicForm
from bruecke.ui.views.base import HouseView

ROLES = frozenset(rules.SEES_SHEETS)
MANAGERS = frozenset(rules.KEEPS_RECIPIENTS)


class _OfSheets(HouseView):
    feature = "staffing"
    roles = ROLES
    place = "staffing.sheets"

    @property
    def quarter(self) -> Quarters:
        return Quarters.of(queries.last_quarter(local_day(self.now)))

    def list_url(self) -> str:
        return desk_url(self.request, "staffing:sheets")

    def crumbs(self) -> list[tuple[object, str]]:
        return [
            (_("Zuständigkeit"), desk_url(self.request, "staffing:overview")),
            (_("Quartalsübersichten"), self.list_url()),
        ]


class Sheets(_OfSheets, DeskPage):
    """Municipalities with the mailboxes that get the page, a preview, and what was sent last."""

    template_name = "staffing/sheets.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        quarter = self.quarter
        coming = Quarters.of(quarter.until)
        return super().get_context_data(
            lines=[
                (line, quarter_words(line.last.quarter) if line.last else "")
                for line in queries.sheet_lines(self.viewer, self.district, local_day(self.now))
            ],
            may_keep=rules.can_keep_recipients(self.viewer, district_id=self.district.pk),
            sees_all=queries.sees_whole_sheet(self.viewer),
            quarter=quarter_words(quarter.first),
            next_day=first_working_day(self.district.ags[:2], coming.until),
            next_quarter=quarter_words(coming.first),
            crumbs=self.crumbs()[:1],
            **kwargs,
        )


class SheetPreview(_OfSheets, DeskPage):
    """The page of the last quarter as PDF, with what the viewer may see of it."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        today = local_day(self.now)
        area = Area.objects.of_kreis(self.district.ags).valid_on(today).filter(pk=kwargs["ags"]).first()
        if area is None or not rules.can_see_sheet(self.viewer, district_id=self.district.pk, ags=area.pk):
            raise Http404
        tables = queries.sheet_tables(self.district, self.quarter, self.now, viewer=self.viewer)
        document = sheet_document(queries.place_page(area, self.quarter, tables, self.now), self.district, self.now)
        name = f"{area.slug}-{self.quarter.first.year}-{self.quarter.first.month // 3 + 1}.pdf"
        headers = {"Content-Disposition": f'inline; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(kept_pdf(document), content_type="application/pdf", headers=headers)


class SheetFile(_OfSheets, DeskPage):
    """The page as it was sent."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        stored = queries.sheet_file(self.viewer, kwargs["uid"])
        if stored is None:
            raise Http404
        return file_response(stored)


class AddRecipient(_OfSheets, DeskFormView):
    """A mailbox for the page of one municipality."""

    template_name = "staffing/form.html"
    form_class = RecipientForm
    roles = MANAGERS

    def get_form_kwargs(self) -> dict[str, Any]:
        areas = Area.objects.of_kreis(self.district.ags).valid_on(local_day(self.now)).by_name()
        return {**super().get_form_kwargs(), "municipalities": areas}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "municipality": self.request.GET.get("gemeinde", "")}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        heading = _("Empfänger hinzufügen")
        text = _("Das Postfach bekommt die Übersicht nach jedem Quartal. In jeder E-Mail steht ein Link zum Abbestellen.")
        given = {"heading": heading, "submit": heading, "text": text, "crumbs": self.crumbs(), "cancel_url": self.list_url()}
        return super().get_context_data(**(given | kwargs))

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        actions.add_recipient(
            district=self.district, municipality=data["municipality"], email=data["email"], viewer=self.viewer, now=self.now
        )
        return self.done(_("Das Postfach bekommt die Übersicht ab dem nächsten Quartal."), to=self.list_url())


class RemoveRecipient(_OfSheets, DeskFormView):
    """Asks, then forgets the address."""

    template_name = "staffing/confirm.html"
    form_class = HouseForm
    roles = MANAGERS
    heading = gettext_lazy("Empfänger entfernen")

    @cached_property
    def recipient(self) -> SheetRecipient:
        rows = SheetRecipient.objects.visible_to(self.viewer).select_related("municipality")
        found = rows.filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        recipient = self.recipient
        words = {"email": recipient.email, "place": recipient.municipality.name}
        text = _("%(email)s bekommt die Übersicht für %(place)s dann nicht mehr. Die Adresse wird gelöscht.") % words
        given = {"heading": self.heading, "submit": self.heading, "text": text}
        return super().get_context_data(**(given | {"crumbs": self.crumbs(), "cancel_url": self.list_url()} | kwargs))

    def form_valid(self, form: Any) -> HttpResponse:
        actions.remove_recipient(recipient=self.recipient, viewer=self.viewer, now=self.now)
        return self.done(_("Die Adresse ist gelöscht."), to=self.list_url())


class StopSheet(PublicForm):
    """Behind the link of a mail: GET asks, because mail scanners open links; POST stops the delivery."""

    template_name = "staffing/sheet_stop.html"
    form_class = HouseForm
    feature = "staffing"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        link = read_link(self.kwargs["token"], rules.STOP_PURPOSE, self.now)
        is_valid = link is not None and link.district_id == self.district.pk
        return super().get_context_data(**({"is_valid": is_valid, "is_stopped": False} | kwargs))

    def form_valid(self, form: Any) -> HttpResponse:
        stopped = actions.stop_by_link(token=self.kwargs["token"], district=self.district, now=self.now)
        return self.render_to_response(
            self.get_context_data(form=form, is_stopped=stopped, is_valid=stopped), status=200 if stopped else 410
        )
