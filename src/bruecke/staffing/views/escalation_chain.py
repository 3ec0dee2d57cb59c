"""Desk pages on which a chain is kept: its steps, their order and hours, and the yearly check."""

from typing import Any

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from bruecke.core.clock import local_day
from bruecke.places.models import Area
from bruecke.staffing import actions, queries, rules
from bruecke.staffing.actions.escalation import CONTACT_FIELDS
from bruecke.staffing.forms.escalation import ContactForm, OnCallForm
from bruecke.staffing.models import EscalationContact, OnCallTime
from bruecke.staffing.views.escalation import OfEscalation
from bruecke.ui.forms import HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskPage

KEEPERS = frozenset(rules.SEES_ESCALATION)


class _Keeping(OfEscalation):
    """Mixin: for who keeps the chain of the address; others get 404."""

    roles = KEEPERS

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if not self.may_edit(self.ags):
            raise Http404
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def route(self, name: str) -> str:
        """`escalation-chain` of the municipality, or its twin for the shared steps."""
        if self.area is None:
            return desk_url(self.request, f"staffing:escalation-shared{name}")
        return desk_url(self.request, f"staffing:escalation-chain{name}", ags=self.area.pk)

    def chain_name(self) -> str:
        return self.area.name if self.area else _("alle Gemeinden")


class Chain(_Keeping, DeskPage):
    """The steps of one chain in their order, with buttons to move them."""

    template_name = "staffing/escalation/chain.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        contacts, today = queries.contacts_to_edit(self.area), local_day(self.now)
        due = [contact for contact in contacts if contact.is_active and rules.is_check_due(contact.confirmed_on, today)]
        return super().get_context_data(
            area=self.area,
            chain_name=self.chain_name(),
            contacts=contacts,
            due=due,
            add_url=self.route("-add"),
            check_url=self.route("-check"),
            shared_url=desk_url(self.request, "staffing:escalation-shared") if self.area and self.may_edit(None) else "",
            crumbs=self.crumbs(),
            **kwargs,
        )


class _ChainForm(_Keeping, DeskFormView):
    """Mixin: a form that leads back to the chain."""

    template_name = "staffing/form.html"

    def words(self) -> dict[str, Any]:
        """`heading`, `submit`, `text` and what else the page says."""
        raise NotImplementedError

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        crumbs = [*self.crumbs(), (_("Kette bearbeiten"), self.route(""))]
        return super().get_context_data(**(self.words() | {"crumbs": crumbs, "cancel_url": self.route("")} | kwargs))


class AddContact(_ChainForm):
    form_class = ContactForm

    def words(self) -> dict[str, Any]:
        heading = _("Kontakt hinzufügen")
        text = _("Der Kontakt steht danach am Ende der Kette: %(place)s.") % {"place": self.chain_name()}
        return {"heading": heading, "submit": heading, "text": text}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "confirmed_on": local_day(self.now)}

    def form_valid(self, form: Any) -> HttpResponse:
        values = {name: form.cleaned_data[name] for name in CONTACT_FIELDS}
        contact = actions.add_contact(
            district=self.district, municipality=self.area, values=values, viewer=self.viewer, now=self.now
        )
        return self.done(_("Kontakt hinzugefügt: %(function)s.") % {"function": contact.function}, to=self.route(""))


class CheckChain(_ChainForm):
    """Asks, then writes down that every number was checked today."""

    template_name = "staffing/confirm.html"
    form_class = HouseForm

    def words(self) -> dict[str, Any]:
        heading = _("Alles geprüft")
        text = _("Alle Angaben der Kette (%(place)s) stimmen noch. Der heutige Tag wird als Tag der Prüfung gespeichert.")
        return {"heading": heading, "submit": heading, "text": text % {"place": self.chain_name()}, "danger": False}

    def form_valid(self, form: Any) -> HttpResponse:
        count = actions.check_chain(district=self.district, municipality=self.area, viewer=self.viewer, now=self.now)
        message = ngettext("%(count)s Kontakt geprüft.", "%(count)s Kontakte geprüft.", count) % {"count": count}
        return self.done(message, to=self.route(""))


class _OfContact(_ChainForm):
    """Pages of one step; the chain is the step's."""

    @cached_property
    def contact(self) -> EscalationContact:
        found = queries.visible_contact(self.viewer, self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def area(self) -> Area | None:
        return self.contact.municipality


class EditContact(_OfContact):
    form_class = ContactForm

    def words(self) -> dict[str, Any]:
        return {"heading": _("Kontakt bearbeiten"), "submit": _("Speichern"), "text": self.chain_name()}

    def current_values(self) -> dict[str, Any]:
        return ContactForm.values_of(EscalationContact.objects.get(pk=self.contact.pk))

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **self.current_values()}

    def form_valid(self, form: Any) -> HttpResponse:
        values = {name: form.cleaned_data[name] for name in CONTACT_FIELDS}
        version = form.cleaned_data["version"]
        actions.edit_contact(contact=self.contact, values=values, version=version, viewer=self.viewer, now=self.now)
        return self.done(_("Gespeichert."), to=self.route(""))


class MoveContact(_OfContact):
    """A button of the list; opened as a page it leads back there."""

    form_class = HouseForm

    def words(self) -> dict[str, Any]:
        return {}

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return HttpResponseRedirect(self.route(""))

    def form_valid(self, form: Any) -> HttpResponse:
        is_up = self.request.POST.get("wohin") == "hoch"
        actions.move_contact(contact=self.contact, is_up=is_up, viewer=self.viewer, now=self.now)
        return self.done(_("Reihenfolge gespeichert."), to=self.route(""))


class RemoveContact(_OfContact):
    """Asks, then deletes."""

    template_name = "staffing/confirm.html"
    form_class = HouseForm

    def words(self) -> dict[str, Any]:
        heading = _("Kontakt löschen")
        text = _(
            "„%(function)s“ steht dann nicht mehr in der Kette (%(place)s); Nummern und Zeiten werden gelöscht. "
            "Im Protokoll bleibt die Funktion stehen. Für eine Pause genügt es, das Häkchen „Gilt zurzeit“ zu entfernen."
        )
        names = {"function": self.contact.function, "place": self.chain_name()}
        return {"heading": heading, "submit": heading, "text": text % names, "danger": True}

    def form_valid(self, form: Any) -> HttpResponse:
        to = self.route("")
        actions.remove_contact(contact=self.contact, viewer=self.viewer, now=self.now)
        return self.done(_("Kontakt gelöscht."), to=to)


class AddOnCall(_OfContact):
    """Hours of several weekdays."""

    form_class = OnCallForm

    def words(self) -> dict[str, Any]:
        heading = _("Erreichbarkeit eintragen")
        text = _("%(function)s. An Feiertagen gelten die Zeiten von Sonntag.") % {"function": self.contact.function}
        return {"heading": heading, "submit": _("Eintragen"), "text": text}

    def form_valid(self, form: Any) -> HttpResponse:
        data = form.cleaned_data
        made = actions.add_on_call(
            contact=self.contact,
            weekdays=data["weekdays"],
            starts=data["starts"],
            ends=data["ends"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Erreichbarkeit eingetragen.") if made else _("Diese Zeiten standen schon da."), to=self.route(""))


class RemoveOnCall(_ChainForm):
    """Asks, then deletes the hours of one weekday."""

    template_name = "staffing/confirm.html"
    form_class = HouseForm

    @cached_property
    def row(self) -> OnCallTime:
        found = queries.on_call_row(self.viewer, self.kwargs["uid"])
        if found is None:
            raise Http404
        return found

    @cached_property
    def area(self) -> Area | None:
        return self.row.contact.municipality

    def words(self) -> dict[str, Any]:
        heading = _("Erreichbarkeit entfernen")
        row = self.row
        hours = queries.hours_words([rules.Shift(row.weekday, row.starts, row.ends)])
        text = f"{row.contact.function}: {hours}"
        return {"heading": heading, "submit": heading, "text": text, "danger": False}

    def form_valid(self, form: Any) -> HttpResponse:
        to = self.route("")
        actions.remove_on_call(row=self.row, viewer=self.viewer, now=self.now)
        return self.done(_("Erreichbarkeit entfernt."), to=to)
