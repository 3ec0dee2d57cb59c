"""Views of lists under a name: the filters of an address, kept for one person or given to the district.

What is kept is the part after the question mark and nothing else, with parameters the list knows; where it leads is always the
list itself. So a kept view can lead nobody anywhere else.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import District, FirstView, SavedView
from bruecke.core.viewer import Viewer

MOST = 30
"""Views of one person on one list."""
_UNDO = timedelta(days=1)
_LONGEST = 1500
_VALUE = 200


@dataclass(frozen=True, slots=True)
class KeptView:
    """A view as a list shows it. `is_own`: the viewer may rename and delete it; `is_first`: the list opens with it."""

    uid: str
    name: str
    query: str
    is_shared: bool
    is_own: bool
    is_first: bool


def known_query(text: str, names: Iterable[str]) -> str:
    """A query with the known parameters alone, in a fixed order; signs that no address holds are gone. "" where nothing is left."""
    known, given = set(names), QueryDict(text[:4000], mutable=False)
    kept = QueryDict(mutable=True)
    for name in sorted(known & set(given)):
        kept.setlist(name, [value[:_VALUE].replace("\0", "") for value in given.getlist(name)][:20])
    query = kept.urlencode()
    return query if len(query) <= _LONGEST else ""


def may_share(viewer: Viewer) -> bool:
    """The leading office gives views to everybody."""
    return viewer.leads_district


def visible_to(viewer: Viewer) -> QuerySet[SavedView]:
    """One's own and those given to the district."""
    rows: QuerySet[SavedView] = SavedView.objects.filter(removed_at=None)
    if not viewer.is_person or viewer.account_id is None:
        return rows.none()
    return rows.filter(Q(account_id=viewer.account_id) | Q(is_shared=True), district_id=viewer.district_id or 0)


def views_of(viewer: Viewer, page: str) -> list[KeptView]:
    """The views of a list: given ones first, then one's own, each by name. One query."""
    chosen = FirstView.objects.filter(view=OuterRef("pk"), account_id=viewer.account_id or 0, page=page)
    rows = visible_to(viewer).filter(page=page).annotate(is_first=Exists(chosen)).order_by("-is_shared", "name", "pk")
    return [_kept(row, viewer) for row in rows]


def _kept(row: Any, viewer: Viewer) -> KeptView:
    return KeptView(row.uid, row.name, row.query, row.is_shared, may_change(viewer, row), row.is_first)


def may_change(viewer: Viewer, row: SavedView) -> bool:
    """Whoever saved it; what was given to the district also the leading office."""
    return row.account_id == viewer.account_id or (row.is_shared and may_share(viewer))


# --- writes --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_view(
    *, district: District, page: str, name: str, query: str, is_shared: bool, is_first: bool, viewer: Viewer, now: datetime
) -> SavedView:
    """Keep a view. `query` has passed `known_query`. Effects: audit entry `core.view_saved`. Raises: NotAllowed, Invalid."""
    if not viewer.is_person or viewer.account_id is None or (is_shared and not may_share(viewer)):
        raise NotAllowed
    District.objects.select_for_update().get(pk=district.pk)
    own = SavedView.objects.filter(account_id=viewer.account_id, page=page, removed_at=None)
    if own.count() >= MOST:
        raise Invalid(_("Sie haben schon sehr viele Ansichten dieser Liste. Bitte löschen Sie zuerst eine."))
    _check_name(own, name)
    view = SavedView.objects.create(
        district=district, account_id=viewer.account_id, page=page, name=name, query=query, is_shared=is_shared, saved_at=now
    )
    if is_first:
        _open_first(view, viewer)
    audit.record(verb="core.view_saved", target=view, viewer=viewer, now=now)
    return view


def _check_name(own: QuerySet[SavedView], name: str) -> None:
    if own.filter(name=name).exists():
        raise Invalid({"name": _("Eine Ansicht mit diesem Namen gibt es schon. Bitte wählen Sie einen anderen.")})


@transaction.atomic
def change_view(
    *, uid: str, name: str, is_shared: bool, is_first: bool, viewer: Viewer, now: datetime, query: str | None = None
) -> SavedView:
    """Rename, give to the district or take back, open first. Effects: audit entry `core.view_changed`. Raises: NotAllowed, Invalid.

    Whoever may not change the view itself may still choose it as her first one. `query`: other filters instead of the old ones.
    """
    view = _locked(uid, viewer)
    before = (view.name, view.is_shared, view.query)
    after = (name, is_shared, view.query if query is None else query)
    if before != after:
        if not may_change(viewer, view) or (is_shared and not view.is_shared and not may_share(viewer)):
            raise NotAllowed
        others = SavedView.objects.filter(account_id=view.account_id, page=view.page, removed_at=None).exclude(pk=view.pk)
        _check_name(others, name)
        view.name, view.is_shared, view.query = after
        view.save(update_fields=["name", "is_shared", "query"])
        if not is_shared:
            FirstView.objects.filter(view=view).exclude(account_id=view.account_id).delete()
        fields = [field for field, old, new in zip(("name", "is_shared", "query"), before, after, strict=True) if old != new]
        audit.record(verb="core.view_changed", target=view, viewer=viewer, now=now, fields=fields)
    FirstView.objects.filter(account_id=viewer.account_id or 0, view=view).delete()
    if is_first:
        _open_first(view, viewer)
    return view


def _open_first(view: SavedView, viewer: Viewer) -> None:
    FirstView.objects.filter(account_id=viewer.account_id or 0, district=view.district, page=view.page).delete()
    FirstView.objects.create(district=view.district, account_id=viewer.account_id or 0, page=view.page, view=view)


@transaction.atomic
def remove_view(*, uid: str, viewer: Viewer, now: datetime) -> SavedView:
    """Effects: gone from every list, back within a day; audit entry `core.view_removed`. Raises: NotAllowed."""
    view = _locked(uid, viewer)
    if not may_change(viewer, view):
        raise NotAllowed
    view.removed_at = now
    view.save(update_fields=["removed_at"])
    audit.record(verb="core.view_removed", target=view, viewer=viewer, now=now)
    return view


@transaction.atomic
def restore_view(*, uid: str, viewer: Viewer, now: datetime) -> SavedView:
    """Take back the deletion. Effects: audit entry `core.view_restored`. Raises: NotAllowed, WrongState where the name is taken."""
    view = (
        SavedView.objects.select_for_update().filter(uid=uid, district_id=viewer.district_id or 0, removed_at__isnull=False).first()
    )
    if view is None or not viewer.is_person or not may_change(viewer, view):
        raise NotAllowed
    others = SavedView.objects.filter(account_id=view.account_id, page=view.page, removed_at=None)
    if others.filter(name=view.name).exists():
        raise WrongState(_("Eine Ansicht mit diesem Namen gibt es inzwischen schon."))
    view.removed_at = None
    view.save(update_fields=["removed_at"])
    audit.record(verb="core.view_restored", target=view, viewer=viewer, now=now)
    return view


def _locked(uid: str, viewer: Viewer) -> SavedView:
    view = SavedView.objects.select_for_update().filter(pk__in=visible_to(viewer).values("pk"), uid=uid).first()
    if view is None:
        raise NotAllowed
    return view


# --- forgetting ----------------------------------------------------------------------------------------------------------


def forget_removed_views(district: District, now: datetime) -> int:
    """Delete for good what was deleted more than a day ago. Returns how many."""
    return SavedView.objects.filter(district=district, removed_at__lt=now - _UNDO).delete()[1].get("core.SavedView", 0)


def views_of_account(account_id: int) -> tuple[QuerySet[SavedView], QuerySet[FirstView]]:
    """Everything kept for one account; inside a scope or an escape."""
    return SavedView.objects.filter(account_id=account_id), FirstView.objects.filter(account_id=account_id)
