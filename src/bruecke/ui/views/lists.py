"""The base of list pages: tabs, filters, order and page, all of them in the address."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpResponseRedirect, QueryDict
from django.http.response import HttpResponseBase

from bruecke.ui.forms import FilterForm
from bruecke.ui.tables import Column
from bruecke.ui.views.desk import DeskPage
from bruecke.ui.views.kept import KeepsViews, names_of


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab over a list: whose rows. `count` None shows no figure."""

    key: str
    label: object
    count: int | None = None
    url: str = ""
    is_current: bool = False


class DeskListView(KeepsViews, DeskPage):
    """A list at the desk. Subclasses give `rows(values, tab)` and the template that draws them.

    The context holds `rows` (one page), `page`, `filters`, `columns`, `sort`, `sort_words`, `tabs`, `tab`, `total`,
    and `kept`, the row of kept views.
    Sequences instead of querysets are paged too, but not sorted.
    """

    filter_class: type[FilterForm] = FilterForm
    columns: tuple[Column, ...] = ()
    default_sort = ""
    """Key of a column ("-key": descending); empty: the order in which `rows` gives them."""
    default_sort_words: object = ""
    page_size = 25

    def rows(self, values: dict[str, Any], tab: str) -> Any:
        """The rows for these filters, visible to the viewer, in their default order."""
        raise NotImplementedError

    def tabs(self) -> list[Tab]:
        """The tabs, the first of them the one shown at first; none: no tabs."""
        return []

    @classmethod
    def view_names(cls) -> frozenset[str]:
        return names_of(cls.filter_class)

    def get(self, request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The list, or for who chose a kept view for it: that view, where the address asks for nothing."""
        address = self.first_address()
        return HttpResponseRedirect(address) if address else super().get(request, *args, **kwargs)

    def get_filters(self) -> FilterForm:
        return self.filter_class(self.request.GET)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filters = self.get_filters()
        tabs, tab = self._tabs()
        column, descending = self._sorted_by()
        rows = self.rows(filters.values, tab)
        if column and isinstance(rows, QuerySet):
            rows = rows.order_by(*column.ordering(descending=descending), "pk")
        page = self._page(rows)
        sort = f"{'-' if descending else ''}{column.key}" if column else ""
        return super().get_context_data(
            **{
                "filters": filters,
                "tabs": tabs,
                "tab": tab,
                "columns": self.columns,
                "sort": sort,
                "sort_words": column.label if column else self.default_sort_words,
                "page": page,
                "rows": page.object_list,
                "total": page.paginator.count,
                "kept": self.view_row(),
                **kwargs,
            }
        )

    def _page(self, rows: Any) -> Page:
        """The page asked for. A list that fits on the first one is counted by reading it; a longer one is not read twice."""
        wish = self.request.GET.get("page")
        if not wish and isinstance(rows, QuerySet):
            first = list(rows[: self.page_size + 1])
            if len(first) <= self.page_size:
                return Paginator(first, self.page_size).get_page(1)
            return Page(first[: self.page_size], 1, Paginator(rows, self.page_size))
        return Paginator(rows, self.page_size).get_page(wish)

    def _sorted_by(self) -> tuple[Column | None, bool]:
        """The column of `?sort=`, else of `default_sort`; an unknown key is ignored."""
        by_key = {column.key: column for column in self.columns if column.order_by}
        for wish in (self.request.GET.get("sort", ""), self.default_sort):
            if wish.removeprefix("-") in by_key:
                return by_key[wish.removeprefix("-")], wish.startswith("-")
        return None, False

    def _tabs(self) -> tuple[list[Tab], str]:
        """The tabs with addresses that keep the filters but not the page, and the current key."""
        tabs = self.tabs()
        keys = [tab.key for tab in tabs]
        wish = self.request.GET.get("tab", "")
        current = wish if wish in keys else next(iter(keys), "")
        return [self._with_url(tab, current) for tab in tabs], current

    def _with_url(self, tab: Tab, current: str) -> Tab:
        query: QueryDict = self.request.GET.copy()
        query.pop("page", None)
        query["tab"] = tab.key
        return Tab(tab.key, tab.label, tab.count, f"?{query.urlencode()}", tab.key == current)
