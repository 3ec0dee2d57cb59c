"""Posts: create, edit, end; the details a coordinator keeps up herself."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.models import District
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Viewer
from bruecke.staffing import rules
from bruecke.staffing.models import Post, PostVolume
from bruecke.staffing.queries.posts import post_facts

OWN_FIELDS = ("phone", "languages", "has_interpreting")
POST_FIELDS = (
    *("number", "kind", "title", "area_name", "fte", "controller", "unit", "employer", "office", "mailbox", "valid_from"),
    *("attached_to", "line_supervision", "technical_supervision", "need_note"),
    *OWN_FIELDS,
)


@transaction.atomic
def create_post(*, district: District, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> Post:
    """A new post. `values`: POST_FIELDS; without `number` it gets the next one.

    Effects: audit entry `staffing.post_created`; public pages are fresh. Raises: NotAllowed, Invalid.
    """
    if not rules.can_manage_posts(viewer):
        raise NotAllowed
    District.objects.select_for_update().get(pk=district.pk)
    post = Post(district=district, **{name: values[name] for name in POST_FIELDS if name in values})
    if post.number is None:
        post.number = (Post.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    _check(post)
    _save(post, is_new=True)
    audit.record(verb="staffing.post_created", target=post, viewer=viewer, now=now, fields=values)
    touch_public(district)
    return post


@transaction.atomic
def edit_post(
    *,
    post: Post,
    values: Mapping[str, Any],
    version: int | None,
    viewer: Viewer,
    now: datetime,
    fte_from: date | None = None,
) -> Post:
    """Change a post; nothing is saved when nothing differs.

    `fte_from`: the share of full time changes on that day and the former one is kept for the days before; None: it was
    written down wrongly and counts as if it had always been so.
    Effects: audit entry `staffing.post_changed` with the names of the fields; public pages are fresh.
    Raises: NotAllowed, Stale, Invalid.
    """
    if not rules.can_manage_posts(viewer):
        raise NotAllowed
    before = Post.objects.select_for_update().get(pk=post.pk)
    changed = _change(post, POST_FIELDS, values, version, viewer, now)
    if fte_from is not None and changed.fte != before.fte:
        _keep_volume(changed, before.fte, fte_from)
    return changed


def _keep_volume(post: Post, fte: Decimal, until: date) -> None:
    """`fte` held up to that day. Raises: Invalid at `fte_from`."""
    if not post.valid_from < until or not post.exists_on(until):
        raise Invalid({"fte_from": _("Bitte wählen Sie einen Tag nach dem Beginn und vor dem Ende der Stelle.")})
    if post.volumes.filter(valid_until__gte=until).exists():
        raise Invalid({"fte_from": _("Der Umfang wurde schon für einen späteren Tag geändert. Bitte wählen Sie einen Tag danach.")})
    PostVolume.objects.create(district=post.district, post=post, fte=fte, valid_until=until)


@transaction.atomic
def edit_own_details(*, post: Post, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime) -> Post:
    """Telephone and languages, by who holds the post today or by the offices.

    Effects: as `edit_post`. Raises: NotAllowed, Stale, Invalid.
    """
    if not rules.can_edit_own_details(viewer, post_facts(post, local_day(now))):
        raise NotAllowed
    return _change(post, OWN_FIELDS, values, version, viewer, now)


def _change(
    post: Post, names: tuple[str, ...], values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime
) -> Post:
    fresh = Post.objects.select_for_update().get(pk=post.pk)
    fresh.check_version(version)
    before = {name: getattr(fresh, name) for name in names}
    for name in names:
        setattr(fresh, name, values.get(name, before[name]))
    changed = audit.changed_fields(before, fresh)
    if changed:
        _check(fresh)
        _save(fresh, is_new=False)
        audit.record(verb="staffing.post_changed", target=fresh, viewer=viewer, now=now, fields=changed)
        touch_public(fresh.district)
    return fresh


@transaction.atomic
def end_post(*, post: Post, valid_until: date, version: int | None, viewer: Viewer, now: datetime) -> Post:
    """The post does not exist from that day on. Its municipalities are a gap then, until they are given to others.

    Effects: audit entry `staffing.post_ended`; public pages are fresh. Raises: NotAllowed, Stale, Invalid at `valid_until`.
    """
    if not rules.can_manage_posts(viewer):
        raise NotAllowed
    fresh = Post.objects.select_for_update().get(pk=post.pk)
    fresh.check_version(version)
    if valid_until <= fresh.valid_from:
        raise Invalid({"valid_until": _("Das Ende muss nach dem Beginn der Stelle liegen.")})
    fresh.valid_until = valid_until
    fresh.save_next("valid_until")
    audit.record(verb="staffing.post_ended", target=fresh, viewer=viewer, now=now, fields=["valid_until"])
    touch_public(fresh.district)
    return fresh


@transaction.atomic
def reopen_post(*, post: Post, viewer: Viewer, now: datetime) -> Post:
    """The post has no end any more; municipalities that nobody else got are its own again.

    Effects: audit entry `staffing.post_reopened`; public pages are fresh. Raises: NotAllowed, WrongState.
    """
    if not rules.can_manage_posts(viewer):
        raise NotAllowed
    fresh = Post.objects.select_for_update().get(pk=post.pk)
    if fresh.valid_until is None:
        raise WrongState(_("Die Stelle hat kein Ende, das man zurücknehmen könnte."))
    fresh.valid_until = None
    fresh.save_next("valid_until")
    audit.record(verb="staffing.post_reopened", target=fresh, viewer=viewer, now=now, fields=["valid_until"])
    touch_public(fresh.district)
    return fresh


def _check(post: Post) -> None:
    errors: dict[str, object] = {}
    if not 0 < post.fte <= 1:
        errors["fte"] = _("Bitte geben Sie einen Wert über 0 und höchstens 1,00 ein.")
    if post.unit is not None and post.unit.controller_id != post.controller_id:
        errors["unit"] = _("Diese Organisationseinheit gehört zu einer anderen verantwortlichen Stelle.")
    if post.valid_until is not None and post.valid_until <= post.valid_from:
        errors["valid_from"] = _("Der Beginn muss vor dem Ende der Stelle liegen.")
    if post.holders.filter(valid_from__lt=post.valid_from).exists() if post.pk else False:
        errors["valid_from"] = _("Die Stelle war schon vor diesem Tag besetzt. Bitte wählen Sie einen früheren Tag.")
    if errors:
        raise Invalid(errors)


def _save(post: Post, *, is_new: bool) -> None:
    """In a savepoint, so that a number taken meanwhile becomes a sentence. Raises: Invalid."""
    try:
        with transaction.atomic():
            post.save() if is_new else post.save_next()
    except IntegrityError as error:
        raise Invalid({"number": _("Diese Nummer hat schon eine andere Stelle.")}) from error
