"""Kept views of lists: the row of names above a list, and the view with which it opens for this person."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from bruecke.core.saved_views import KeptView, known_query, views_of
from bruecke.ui.urls import desk_url
from bruecke.ui.views.base import HouseView

SAVE, CHANGE = "web:view-save", "web:view-change"


@dataclass(frozen=True, slots=True)
class ViewLine:
    """A kept view: its address on this list, and where it is changed."""

    name: str
    url: str
    is_current: bool
    is_shared: bool
    change_url: str


@dataclass(frozen=True, slots=True)
class ViewRow:
    """All of them, and where the present filters are kept ("": there is nothing to keep, or they are kept already)."""

    lines: list[ViewLine]
    save_url: str


class KeepsViews(HouseView):
    """Mixin of lists whose filters can be kept. An address of the list holds `view_names` and nothing else."""

    keeps_views = True

    @classmethod
    def view_names(cls) -> frozenset[str]:
        """Parameters that a kept view may hold."""
        raise NotImplementedError

    @property
    def kept_views(self) -> list[KeptView]:
        if not hasattr(self, "_kept_views"):
            self._kept_views = views_of(self.viewer, self._page_name()) if self.district else []
        return self._kept_views

    def _page_name(self) -> str:
        match = getattr(self.request, "matched", None) or self.request.resolver_match
        return match.view_name if match else ""

    def first_address(self) -> str:
        """Where the untouched list leads for this person; "" where it stays as it is."""
        if self.request.GET or getattr(self.request, "htmx", False):
            return ""
        first = next((view for view in self.kept_views if view.is_first), None)
        query = known_query(first.query, self.view_names()) if first else ""
        return f"{self.request.path}?{query}" if query else ""

    def present_query(self) -> str:
        """What the address asks, as the list understands it."""
        return self.request.GET.urlencode()

    def view_row(self) -> ViewRow | None:
        """The names to show; None where there are none and nothing to keep."""
        names = self.view_names()
        current = known_query(self.present_query(), names)
        lines = [self._kept_line(view, known_query(view.query, names), current) for view in self.kept_views]
        is_new = bool(current) and not any(line.is_current for line in lines)
        asked = urlencode({"seite": self._page_name(), "q": current})
        save_url = f"{desk_url(self.request, SAVE)}?{asked}" if is_new else ""
        return ViewRow(lines, save_url) if lines or save_url else None

    def _kept_line(self, view: KeptView, query: str, current: str) -> ViewLine:
        change = desk_url(self.request, CHANGE, uid=view.uid)
        return ViewLine(view.name, f"?{query}", query == current and bool(query), view.is_shared, change)


def names_of(filter_class: Any) -> frozenset[str]:
    """Fields of a filter form, tab and order."""
    return frozenset(filter_class.base_fields) | frozenset(filter_class.KEPT)
