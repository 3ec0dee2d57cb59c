"""Desk pages of contact persons: list, one person, and the steps with her. The table of an office comes in through `importing`."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.sheets import sheet_response
from bruecke.directory import actions, exports, queries, rules
from bruecke.directory.forms import ContactFilter, ContactForm, ReleaseForm
from bruecke.directory.models import ContactPerson
from bruecke.directory.views.desk import OfOrganisation, export_links
from bruecke.ui.forms import HouseForm
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskListView, DeskPage
from bruecke.vocabulary import queries as vocabulary

PLACE = "directory.contacts"


class Contacts(DeskListView):
    """All contact persons the viewer may see."""

    template_name = "directory/contacts.html"
    place = PLACE
    filter_class = ContactFilter
    columns = (
        Column("name", _("Name"), order_by=("sort_key",), width="wide"),
        Column("organisation", _("Organisation"), order_by=("organisation__sort_key", "sort_key"), width="wide"),
        Column("kontakt", _("Kontakt"), width="medium"),
        Column("geprueft", _("geprüft"), order_by=("checked_on", "sort_key")),
    )
    default_sort = "name"

    @cached_property
    def keeps(self) -> bool:
        return rules.can_edit_contact(self.viewer, district_id=self.district.pk)

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        filters = queries.ContactFilters(
            text=values.get("q", ""),
            release=values.get("freigabe", ""),
            unchecked_since=queries.check_before(self.district, self.now) if values.get("pruefen") else None,
            only_archived=bool(values.get("archiv")),
        )
        return queries.contacts(self.viewer, filters)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        links = export_links(self.request, "directory:contacts-export")
        return super().get_context_data(keeps=self.keeps, exports=links, **kwargs)


class ExportContacts(Contacts):
    """The same rows as a file (`?als=xlsx`: for Excel)."""

    needs_recent_login = True
    is_download = True

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = self.rows(self.get_filters().values, "")
        audit.record(verb="directory.contacts_exported", target=None, viewer=self.viewer, now=self.now)
        return sheet_response(
            "xlsx" if request.GET.get("als") == "xlsx" else "csv",
            name=f"ansprechpersonen-{local_day(self.now):%Y-%m-%d}",
            title=_("Ansprechpersonen"),
            columns=(*exports.CONTACT_COLUMNS, *(exports.KEPT_COLUMNS if self.keeps else ())),
            rows=exports.contact_rows(rows),
        )


class OfContact:
    """Mixin: the contact person of the address, 404 when she is not the viewer's to see (or, for forms, to edit)."""

    place = PLACE
    needs_edit = True
    request: Any
    kwargs: dict[str, Any]
    viewer: Any
    now: Any

    @cached_property
    def contact(self) -> ContactPerson:
        found = queries.contact(self.viewer, self.kwargs["uid"])
        if found is None or (self.needs_edit and not self.may_edit(found)):
            raise Http404
        return found

    def may_edit(self, contact: ContactPerson) -> bool:
        return rules.can_edit_contact(self.viewer, district_id=contact.district_id)

    def back(self) -> str:
        return desk_url(self.request, "directory:contact", uid=self.contact.uid)

    def crumbs(self) -> list[tuple[object, str]]:
        one = self.contact
        return [
            (_("Organisationen"), desk_url(self.request, "directory:organisations")),
            (one.organisation.name, desk_url(self.request, "directory:organisation", uid=one.organisation.uid)),
            (one.name, self.back()),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"contact": self.contact, "crumbs": self.crumbs(), "cancel_url": self.back()}
        return super().get_context_data(**(given | kwargs))  # type: ignore[misc]


class ContactDetail(OfContact, DeskPage):
    """One contact person: how to reach her, whether she is public, what was changed."""

    template_name = "directory/contact.html"
    needs_edit = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.contact
        labels = {language.code: vocabulary.label(language, "de") for language in vocabulary.languages()}
        keeps = self.may_edit(one)
        return super().get_context_data(
            keeps=keeps,
            may_edit=keeps and not one.is_archived and not one.organisation.is_archived,
            languages=[labels.get(code, code) for code in one.languages],
            changes=queries.changes_of(one) if keeps else [],
            needs_check=not one.is_archived and one.checked_on < queries.check_before(self.district, self.now),  # type: ignore[attr-defined]
            crumbs=self.crumbs()[:2],
            **kwargs,
        )


class CreateContact(OfOrganisation, DeskFormView):
    template_name = "directory/form.html"
    form_class = ContactForm

    def may_edit(self, organisation: Any) -> bool:
        return rules.can_edit_contact(self.viewer, district_id=organisation.district_id)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Neue Ansprechperson"), submit=_("Ansprechperson anlegen"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        made = actions.create_contact(organisation=self.organisation, values=form.cleaned_data, viewer=self.viewer, now=self.now)
        return self.done(_("Ansprechperson angelegt."), to=desk_url(self.request, "directory:contact", uid=made.uid))


class EditContact(OfContact, DeskFormView):
    template_name = "directory/form.html"
    form_class = ContactForm

    def current_values(self) -> dict[str, Any]:
        fresh = ContactPerson.objects.get(pk=self.contact.pk)
        return {name: getattr(fresh, name) for name in (*ContactForm.base_fields, "version")}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **self.current_values()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Ansprechperson bearbeiten"), submit=_("Speichern"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        values = {name: value for name, value in form.cleaned_data.items() if name != "version"}
        actions.edit_contact(
            contact=self.contact, values=values, version=form.cleaned_data["version"], viewer=self.viewer, now=self.now
        )
        return self.done(_("Gespeichert."), to=self.back())


class _Step(OfContact, DeskFormView):
    """A button that acts at once; opened as a page it asks first. `text` may hold the name of the person."""

    template_name = "directory/confirm.html"
    form_class = HouseForm
    heading: object = ""
    text: object = ""
    submit: object = ""
    danger = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = str(self.text) % {"name": self.contact.name}
        shown = {"heading": self.heading, "text": text, "submit": self.submit, "danger": self.danger}
        return super().get_context_data(**(shown | kwargs))


class ConfirmContact(_Step):
    heading = _("Angaben bestätigen")
    text = _("Alle Angaben stimmen noch. Der heutige Tag wird als Tag der Prüfung gespeichert.")
    submit = _("Stimmt noch")

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.confirm_contact(contact=self.contact, viewer=self.viewer, now=self.now)
        return self.done(_("Angaben bestätigt."), to=self.back())


class ReleaseContact(_Step):
    form_class = ReleaseForm
    heading = _("Öffentlich zeigen")
    text = _(
        "Name, Funktion, E-Mail, Telefon und Sprachen von %(name)s dürfen dann auf öffentlichen Seiten stehen. Mobiltelefon und "
        "interne Anmerkung bleiben intern."
    )
    submit = _("Öffentlich zeigen")

    def current_values(self) -> dict[str, Any]:
        return {"version": ContactPerson.objects.values_list("version", flat=True).get(pk=self.contact.pk)}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "version": self.contact.version}

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.release_contact(contact=self.contact, version=form.cleaned_data["version"], viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, "directory:contact-withdraw", uid=self.contact.uid)
        return self.done(_("Die Ansprechperson darf öffentlich gezeigt werden."), undo_url=undo, to=self.back())


class WithdrawContact(_Step):
    heading = _("Freigabe zurücknehmen")
    text = _("Die Ansprechperson steht nicht mehr auf öffentlichen Seiten. Für die Koordination bleibt alles, wie es ist.")
    submit = _("Freigabe zurücknehmen")

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.withdraw_contact(contact=self.contact, viewer=self.viewer, now=self.now)
        return self.done(_("Freigabe zurückgenommen."), to=self.back())


class ArchiveContact(_Step):
    heading = _("Ansprechperson archivieren")
    text = _(
        "Die Ansprechperson verschwindet aus Listen und öffentlichen Seiten. Nach der Frist des Landkreises wird sie gelöscht."
    )
    submit = _("Archivieren")

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.archive_contact(contact=self.contact, viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, "directory:contact-restore", uid=self.contact.uid)
        return self.done(_("Ansprechperson archiviert."), undo_url=undo, to=self.back())


class RestoreContact(_Step):
    heading = _("Ansprechperson zurückholen")
    text = _("Die Ansprechperson steht wieder in den Listen. War sie öffentlich, ist sie es wieder.")
    submit = _("Zurückholen")

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.restore_contact(contact=self.contact, viewer=self.viewer, now=self.now)
        return self.done(_("Ansprechperson zurückgeholt."), to=self.back())


class EraseContact(_Step):
    needs_recent_login = True
    heading = _("Ansprechperson löschen")
    text = _(
        "Alle Angaben zu %(name)s werden gelöscht, auch frühere Fassungen und hochgeladene Tabellen, in denen sie noch steht. "
        "Das lässt sich nicht zurücknehmen."
    )
    submit = _("Endgültig löschen")
    danger = True

    def form_valid(self, form: Any) -> HttpResponseBase:
        organisation = desk_url(self.request, "directory:organisation", uid=self.contact.organisation.uid)
        actions.erase_contact(contact=self.contact, viewer=self.viewer, now=self.now)
        return self.done(_("Ansprechperson gelöscht."), to=organisation)
