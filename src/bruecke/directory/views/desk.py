"""Desk pages of organisations and locations."""

from typing import Any

from django.http import Http404, HttpResponseBase
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.sheets import sheet_response
from bruecke.directory import actions, exports, queries, rules
from bruecke.directory.forms import LocationForm, LogoForm, OrganisationFilter, OrganisationForm
from bruecke.directory.models import Location, Organisation
from bruecke.directory.states import IdentifierType
from bruecke.ui.forms import HouseForm
from bruecke.ui.tables import Column
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView, DeskListView, DeskPage

PLACE = "directory.organisations"


class OfOrganisation:
    """Mixin: the organisation of the address, 404 when it is not the viewer's to see (or, for forms, to edit)."""

    place = PLACE
    needs_edit = True
    request: Any
    kwargs: dict[str, Any]
    viewer: Any
    now: Any
    district: Any

    @cached_property
    def organisation(self) -> Organisation:
        found = queries.organisation(self.viewer, self.kwargs["uid"])
        if found is None or (self.needs_edit and not self.may_edit(found)):
            raise Http404
        return found

    def may_edit(self, organisation: Organisation) -> bool:
        return rules.can_edit_organisation(self.viewer, district_id=organisation.district_id, organisation_uid=organisation.uid)

    def back(self) -> str:
        return desk_url(self.request, "directory:organisation", uid=self.organisation.uid)

    def crumbs(self) -> list[tuple[object, str]]:
        crumbs: list[tuple[object, str]] = [(_("Organisationen"), desk_url(self.request, "directory:organisations"))]
        return [*crumbs, (self.organisation.name, self.back())]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        given = {"organisation": self.organisation, "crumbs": self.crumbs(), "cancel_url": self.back()}
        return super().get_context_data(**(given | kwargs))  # type: ignore[misc]


class Organisations(DeskListView):
    """All organisations of the district."""

    template_name = "directory/organisations.html"
    place = PLACE
    filter_class = OrganisationFilter
    columns = (
        Column("name", _("Name"), order_by=("sort_key",), width="wide"),
        Column("art", _("Art"), order_by=("kind", "sort_key"), width="medium"),
        Column("telefon", _("Telefon"), width="medium"),
        Column("standorte", _("Standorte"), order_by=("location_count", "sort_key"), is_figure=True),
    )
    default_sort = "name"

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        filters = queries.OrganisationFilters(
            text=values.get("q", ""), kind=values.get("art", ""), only_archived=bool(values.get("archiv"))
        )
        return queries.organisations(self.viewer, filters)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_create = rules.can_create_organisation(self.viewer)
        exports = export_links(self.request, "directory:organisations-export")
        return super().get_context_data(may_create=may_create, exports=exports, **kwargs)


def export_links(request: Any, route: str) -> list[tuple[object, str]]:
    """The list as filtered, in both kinds of file."""
    query = request.GET.copy()
    query["als"] = "xlsx"
    address = desk_url(request, route)
    return [(_("CSV"), f"{address}?{request.GET.urlencode()}"), (_("Excel"), f"{address}?{query.urlencode()}")]


class ExportOrganisations(Organisations):
    """The same rows as a file (`?als=xlsx`: for Excel)."""

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        rows = self.rows(self.get_filters().values, "").select_related("parent")
        audit.record(verb="directory.organisations_exported", target=None, viewer=self.viewer, now=self.now)
        return sheet_response(
            "xlsx" if request.GET.get("als") == "xlsx" else "csv",
            name=f"organisationen-{local_day(self.now):%Y-%m-%d}",
            title=_("Organisationen"),
            columns=exports.ORGANISATION_COLUMNS,
            rows=exports.organisation_rows(rows),
        )


class OrganisationDetail(OfOrganisation, DeskPage):
    """One organisation: contact, hierarchy, contact persons, locations, logo, what was changed."""

    template_name = "directory/organisation.html"
    needs_edit = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        one = self.organisation
        return super().get_context_data(
            locations=queries.locations_of(one),
            archived_locations=queries.locations_of(one, archived=True),
            identifiers=queries.identifiers_of(one),
            children=queries.children_of(one),
            contacts=queries.contacts_of(self.viewer, one),
            archived_contacts=queries.contacts_of(self.viewer, one, archived=True),
            may_keep_contacts=rules.can_edit_contact(self.viewer, district_id=one.district_id),
            changes=queries.changes_of(one),
            may_edit=self.may_edit(one) and not one.is_archived,
            may_archive=rules.can_archive_organisation(self.viewer, district_id=one.district_id),
            crumbs=self.crumbs()[:1],
            **kwargs,
        )


class CreateOrganisation(DeskFormView):
    template_name = "directory/form.html"
    place = PLACE
    form_class = OrganisationForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "parents": queries.possible_parents(None)}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), "parent": self.request.GET.get("gehoert_zu", "")}

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not rules.can_create_organisation(self.viewer):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        up = desk_url(self.request, "directory:organisations")
        crumbs = [(_("Organisationen"), up)]
        return super().get_context_data(
            heading=_("Neue Organisation"), submit=_("Organisation anlegen"), crumbs=crumbs, cancel_url=up, **kwargs
        )

    def form_valid(self, form: Any) -> HttpResponseBase:
        made = actions.create_organisation(district=self.district, values=form.values(), viewer=self.viewer, now=self.now)
        return self.done(_("Organisation angelegt."), to=desk_url(self.request, "directory:organisation", uid=made.uid))


class EditOrganisation(OfOrganisation, DeskFormView):
    template_name = "directory/form.html"
    form_class = OrganisationForm

    def current_values(self) -> dict[str, Any]:
        fresh = Organisation.objects.select_related("parent").get(pk=self.organisation.pk)
        values = {entry["type"]: entry["value"] for entry in fresh.identifiers}
        found = {actions.identifier_field(kind): values.get(kind.value, "") for kind in IdentifierType}
        return found | {name: getattr(fresh, name) for name in (*actions.ORGANISATION_FIELDS, "version")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "parents": queries.possible_parents(self.organisation)}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **self.current_values()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Organisation bearbeiten"), submit=_("Speichern"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.edit_organisation(
            organisation=self.organisation,
            values=form.values(),
            version=form.cleaned_data["version"],
            viewer=self.viewer,
            now=self.now,
        )
        return self.done(_("Gespeichert."), to=self.back())


class SetLogo(OfOrganisation, DeskFormView):
    template_name = "directory/form.html"
    form_class = LogoForm

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Logo hochladen"), submit=_("Logo speichern"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        upload = form.cleaned_data["logo"]
        actions.set_logo(organisation=self.organisation, file=upload, name=upload.name, viewer=self.viewer, now=self.now)
        return self.done(_("Logo gespeichert."), to=self.back())


class _Act(OfOrganisation, DeskFormView):
    """A button that acts at once; opened as a page it asks first."""

    template_name = "directory/confirm.html"
    form_class = HouseForm
    heading: object = ""
    text: object = ""
    submit: object = ""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=self.heading, text=self.text, submit=self.submit, **kwargs)


class RemoveLogo(_Act):
    heading = _("Logo entfernen")
    text = _("Das Logo wird gelöscht und steht nicht mehr auf den öffentlichen Seiten.")
    submit = _("Logo entfernen")

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.remove_logo(organisation=self.organisation, viewer=self.viewer, now=self.now)
        return self.done(_("Logo entfernt."), to=self.back())


class _Archiving(_Act):
    """Archiving and its way back: only for who keeps the whole directory, so the page is not there for others either."""

    def may_edit(self, organisation: Organisation) -> bool:
        return rules.can_archive_organisation(self.viewer, district_id=organisation.district_id)


class ArchiveOrganisation(_Archiving):
    heading = _("Organisation archivieren")
    text = _("Die Organisation verschwindet aus Listen und Auswahlfeldern. Was sich auf sie bezieht, bleibt lesbar.")
    submit = _("Archivieren")

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.archive_entry(entry=self.organisation, viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, "directory:organisation-restore", uid=self.organisation.uid)
        return self.done(_("Organisation archiviert."), undo_url=undo, to=self.back())


class RestoreOrganisation(_Archiving):
    heading = _("Organisation zurückholen")
    text = _("Die Organisation steht wieder in Listen und Auswahlfeldern.")
    submit = _("Zurückholen")

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.restore_entry(entry=self.organisation, viewer=self.viewer, now=self.now)
        return self.done(_("Organisation zurückgeholt."), to=self.back())


class _LocationForms(OfOrganisation, DeskFormView):
    template_name = "directory/form.html"
    form_class = LocationForm

    def get_form_kwargs(self) -> dict[str, Any]:
        areas = queries.municipalities(self.district.ags, local_day(self.now))
        return {**super().get_form_kwargs(), "areas": areas}


class CreateLocation(_LocationForms):
    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Neuer Standort"), submit=_("Standort anlegen"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.create_location(organisation=self.organisation, values=form.cleaned_data, viewer=self.viewer, now=self.now)
        return self.done(_("Standort angelegt."), to=self.back())


class _OfLocation(OfOrganisation):
    """Mixin: the location of the address, through its organisation."""

    @cached_property
    def location(self) -> Location:
        found = queries.location(self.viewer, self.kwargs["uid"])
        if found is None or (self.needs_edit and not self.may_edit(found.organisation)):
            raise Http404
        return found

    @cached_property
    def organisation(self) -> Organisation:  # type: ignore[override]
        return self.location.organisation


class EditLocation(_OfLocation, _LocationForms):
    def current_values(self) -> dict[str, Any]:
        fresh = Location.objects.get(pk=self.location.pk)
        return {name: getattr(fresh, name) for name in (*actions.LOCATION_FIELDS, "version")}

    def get_initial(self) -> dict[str, Any]:
        return {**super().get_initial(), **self.current_values()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(heading=_("Standort bearbeiten"), submit=_("Speichern"), **kwargs)

    def form_valid(self, form: Any) -> HttpResponseBase:
        values = {name: form.cleaned_data[name] for name in actions.LOCATION_FIELDS}
        actions.edit_location(
            location=self.location, values=values, version=form.cleaned_data["version"], viewer=self.viewer, now=self.now
        )
        return self.done(_("Gespeichert."), to=self.back())


class ArchiveLocation(_OfLocation, _Archiving):
    heading = _("Standort archivieren")
    text = _("Der Standort verschwindet aus Listen und Auswahlfeldern. Was sich auf ihn bezieht, bleibt lesbar.")
    submit = _("Archivieren")

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.archive_entry(entry=self.location, viewer=self.viewer, now=self.now)
        undo = desk_url(self.request, "directory:location-restore", uid=self.location.uid)
        return self.done(_("Standort archiviert."), undo_url=undo, to=self.back())


class RestoreLocation(_OfLocation, _Archiving):
    heading = _("Standort zurückholen")
    text = _("Der Standort steht wieder in Listen und Auswahlfeldern.")
    submit = _("Zurückholen")

    def form_valid(self, form: Any) -> HttpResponseBase:
        actions.restore_entry(entry=self.location, viewer=self.viewer, now=self.now)
        return self.done(_("Standort zurückgeholt."), to=self.back())
