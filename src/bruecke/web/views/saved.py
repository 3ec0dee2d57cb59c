"""Keeping the filters of a list under a name: save, rename, give to the district, open first, delete and take that back.

The list is named by its route and found by resolving it; what is kept are parameters that this list knows. Every way back leads
to an address made here, never to one that came with the request.
"""

from typing import Any

from django.http import Http404, HttpResponse
from django.urls import NoReverseMatch, resolve
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from bruecke.core import saved_views
from bruecke.core.models import SavedView
from bruecke.core.registries import navigation
from bruecke.ui.forms import FilterForm, HouseForm
from bruecke.ui.urls import desk_url
from bruecke.ui.views import DeskFormView
from bruecke.ui.views.kept import KeepsViews
from bruecke.web.forms import SavedViewForm


class _OfList(DeskFormView):
    form_class = SavedViewForm
    template_name = "web/saved_view.html"

    @cached_property
    def list_route(self) -> str:
        raise NotImplementedError

    @cached_property
    def listing(self) -> type[KeepsViews]:
        """The list that the route names, where the viewer may open it. Raises: Http404."""
        try:
            view = getattr(resolve(desk_url(self.request, self.list_route)).func, "view_class", None)
        except NoReverseMatch as error:
            raise Http404 from error
        if not (isinstance(view, type) and issubclass(view, KeepsViews)):
            raise Http404
        if (view.roles is not None and not self.viewer.has(*view.roles)) or (
            view.feature and not self.district.has_feature(view.feature)
        ):
            raise Http404
        return view

    def list_url(self, query: str) -> str:
        address = desk_url(self.request, self.list_route)
        return f"{address}?{query}" if query else address

    def crumbs(self) -> list[tuple[object, str]]:
        """Back to the list, named as in the navigation."""
        known = next((entry.label for entry in navigation if entry.key == self.listing.place or entry.route == self.list_route), "")
        return [(known or _("Liste"), self.list_url(FilterForm.UNTOUCHED))]

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "may_share": saved_views.may_share(self.viewer)}


class SaveView(_OfList):
    """`?seite=` the route of a list, `?q=` its filters."""

    @cached_property
    def list_route(self) -> str:
        return self.request.GET.get("seite", "")

    @cached_property
    def query(self) -> str:
        found = saved_views.known_query(self.request.GET.get("q", ""), self.listing.view_names())
        if not found:
            raise Http404
        return found

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=_("Ansicht speichern"),
            back=self.list_url(self.query),
            save_words=_("Speichern"),
            crumbs=self.crumbs(),
            kept_view=None,
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        saved_views.save_view(
            district=self.district,
            page=self.list_route,
            query=self.query,
            viewer=self.viewer,
            now=self.now,
            **{"is_shared": False, **form.cleaned_data},
        )
        return self.done(_("Die Ansicht ist gespeichert. Sie steht über der Liste."), to=self.list_url(self.query))


class ChangeView(_OfList):
    """Name, for whom, and whether the list opens with it."""

    @cached_property
    def kept(self) -> SavedView:
        found = saved_views.visible_to(self.viewer).filter(uid=self.kwargs["uid"]).first()
        if found is None:
            raise Http404
        return found

    @cached_property
    def is_first(self) -> bool:
        return any(one.is_first for one in saved_views.views_of(self.viewer, self.kept.page) if one.uid == self.kept.uid)

    @cached_property
    def list_route(self) -> str:
        return self.kept.page

    @property
    def query(self) -> str:
        return saved_views.known_query(self.kept.query, self.listing.view_names())

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.kept.name, "is_shared": self.kept.is_shared, "is_first": self.is_first}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "may_change": saved_views.may_change(self.viewer, self.kept)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=_("Ansicht ändern"),
            back=self.list_url(self.query),
            save_words=_("Änderungen speichern"),
            crumbs=self.crumbs(),
            kept_view=self.kept if saved_views.may_change(self.viewer, self.kept) else None,
            **kwargs,
        )

    def form_valid(self, form: Any) -> HttpResponse:
        values = {"name": self.kept.name, "is_shared": self.kept.is_shared, **form.cleaned_data}
        saved_views.change_view(uid=self.kept.uid, viewer=self.viewer, now=self.now, **values)
        return self.done(_("Die Ansicht ist geändert."), to=self.list_url(self.query))


class _OneButton(DeskFormView):
    http_method_names = ("post",)
    form_class = HouseForm

    def get_success_url(self) -> str:
        return desk_url(self.request, "web:today")

    def _next_url(self) -> str:
        return self.get_success_url()

    def list_url(self, view: SavedView, query: str) -> str:
        return f"{desk_url(self.request, view.page)}?{query}"


class RemoveView(_OneButton):
    def form_valid(self, form: Any) -> HttpResponse:
        view = saved_views.remove_view(uid=self.kwargs["uid"], viewer=self.viewer, now=self.now)
        words = _("Die Ansicht „%(name)s“ ist gelöscht.") % {"name": view.name}
        undo = desk_url(self.request, "web:view-restore", uid=view.uid)
        return self.done(words, undo_url=undo, to=self.list_url(view, FilterForm.UNTOUCHED))


class RestoreView(_OneButton):
    def form_valid(self, form: Any) -> HttpResponse:
        view = saved_views.restore_view(uid=self.kwargs["uid"], viewer=self.viewer, now=self.now)
        return self.done(_("Die Ansicht ist wieder da."), to=self.list_url(view, view.query))
