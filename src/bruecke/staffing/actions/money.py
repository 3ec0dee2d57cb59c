"""Who pays for a post and what it costs: entries with a period; ended ones are kept, wrong ones can be removed."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.viewer import Viewer
from bruecke.staffing import rules
from bruecke.staffing.models import Post, PostCost, PostPayer
from bruecke.staffing.rules.money import Part, is_too_much

PAYER_FIELDS = ("kind", "name", "percent", "file_number", "valid_from", "valid_until")
COST_FIELDS = ("yearly_amount", "source", "valid_from", "valid_until")
Row = TypeVar("Row", PostPayer, PostCost)


@transaction.atomic
def add_payer(*, post: Post, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> PostPayer:
    """Somebody bears a share of the cost of a post. `values`: PAYER_FIELDS.

    Effects: audit entry `staffing.payer_added`. Raises: NotAllowed; Invalid at `percent` when the shares of some day
    were more than the whole, or at `valid_until`.
    """
    post = _locked(post, viewer)
    payer = PostPayer(district=post.district, post=post, **{name: values[name] for name in PAYER_FIELDS if name in values})
    _check_payer(payer)
    payer.save()
    audit.record(verb="staffing.payer_added", target=payer, viewer=viewer, now=now, fields=values)
    return payer


@transaction.atomic
def edit_payer(*, payer: PostPayer, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime) -> PostPayer:
    """Change a share, or end it by its last day. Effects: audit entry `staffing.payer_changed`. Raises: as `add_payer`, Stale."""
    _locked(payer.post, viewer)
    fresh = PostPayer.objects.select_for_update().get(pk=payer.pk)
    return _edit(fresh, PAYER_FIELDS, values, version, _check_payer, "staffing.payer_changed", viewer, now)


@transaction.atomic
def remove_payer(*, payer: PostPayer, viewer: Viewer, now: datetime) -> None:
    """Take back what was entered by mistake. Effects: audit entry `staffing.payer_removed`. Raises: NotAllowed."""
    _locked(payer.post, viewer)
    audit.record(verb="staffing.payer_removed", target=payer, viewer=viewer, now=now)
    PostPayer.objects.filter(pk=payer.pk).delete()


@transaction.atomic
def add_cost(*, post: Post, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> PostCost:
    """What a post costs a year from a day on; the cost that held then ends on that day and is kept. `values`: COST_FIELDS.

    Effects: audit entry `staffing.cost_added`. Raises: NotAllowed; Invalid at `valid_from` or `valid_until`.
    """
    post = _locked(post, viewer)
    cost = PostCost(district=post.district, post=post, **{name: values[name] for name in COST_FIELDS if name in values})
    before = PostCost.objects.filter(post=post, valid_from__lt=cost.valid_from).not_ended(cost.valid_from).order_by("pk").first()
    if before is not None:
        before.valid_until = cost.valid_from
        before.save_next("valid_until")
    _check_cost(cost)
    _save(cost)
    audit.record(verb="staffing.cost_added", target=cost, viewer=viewer, now=now, fields=values)
    return cost


@transaction.atomic
def edit_cost(*, cost: PostCost, values: Mapping[str, Any], version: int | None, viewer: Viewer, now: datetime) -> PostCost:
    """Effects: audit entry `staffing.cost_changed`. Raises: NotAllowed, Stale, Invalid."""
    _locked(cost.post, viewer)
    fresh = PostCost.objects.select_for_update().get(pk=cost.pk)
    return _edit(fresh, COST_FIELDS, values, version, _check_cost, "staffing.cost_changed", viewer, now)


@transaction.atomic
def remove_cost(*, cost: PostCost, viewer: Viewer, now: datetime) -> None:
    """Take back what was entered by mistake; the cost that it had ended holds again.

    Effects: audit entry `staffing.cost_removed`. Raises: NotAllowed.
    """
    _locked(cost.post, viewer)
    audit.record(verb="staffing.cost_removed", target=cost, viewer=viewer, now=now)
    PostCost.objects.filter(pk=cost.pk).delete()
    before = PostCost.objects.filter(post=cost.post, valid_until=cost.valid_from).order_by("pk").first()
    if before is not None:
        before.valid_until = cost.valid_until
        before.save_next("valid_until")


def _locked(post: Post, viewer: Viewer) -> Post:
    """Shares of a post wait for each other. Raises: NotAllowed."""
    if not rules.can_manage_posts(viewer):
        raise NotAllowed
    return Post.objects.select_for_update().get(pk=post.pk)


def _edit(
    row: Row,
    names: tuple[str, ...],
    values: Mapping[str, Any],
    version: int | None,
    check: Any,
    verb: str,
    viewer: Viewer,
    now: datetime,
) -> Row:
    row.check_version(version)
    before = {name: getattr(row, name) for name in names}
    for name in names:
        setattr(row, name, values.get(name, before[name]))
    changed = audit.changed_fields(before, row)
    if changed:
        check(row)
        _save(row)
        audit.record(verb=verb, target=row, viewer=viewer, now=now, fields=changed)
    return row


def _save(row: PostPayer | PostCost) -> None:
    """In a savepoint, so that a second entry of a day becomes a sentence. Raises: Invalid."""
    try:
        with transaction.atomic():
            row.save() if row.pk is None else row.save_next()
    except IntegrityError as error:
        raise Invalid({"valid_from": _("Für diesen Tag gibt es schon eine Angabe. Bitte ändern Sie diese.")}) from error


def _check_period(valid_from: date, valid_until: date | None) -> None:
    if valid_until is not None and valid_until <= valid_from:
        raise Invalid({"last_day": _("Der letzte Tag liegt vor dem ersten. Bitte prüfen Sie die Angaben.")})


def _check_payer(payer: PostPayer) -> None:
    _check_period(payer.valid_from, payer.valid_until)
    if not 0 < payer.percent <= 100:
        raise Invalid({"percent": _("Bitte geben Sie einen Wert über 0 und höchstens 100 ein.")})
    others = PostPayer.objects.filter(post=payer.post).exclude(pk=payer.pk).overlapping(payer.valid_from, payer.valid_until)
    parts = [Part(row.valid_from, row.valid_until, row.percent) for row in (*others.order_by("pk"), payer)]
    if is_too_much(parts):
        message = _("Damit wären an einem Tag mehr als 100 % verteilt. Bitte kürzen oder beenden Sie zuerst einen anderen Anteil.")
        raise Invalid({"percent": message})


def _check_cost(cost: PostCost) -> None:
    _check_period(cost.valid_from, cost.valid_until)
    if cost.yearly_amount < 0:
        raise Invalid({"yearly_amount": _("Bitte geben Sie keinen negativen Betrag ein.")})
    others = PostCost.objects.filter(post=cost.post).exclude(pk=cost.pk)
    if others.overlapping(cost.valid_from, cost.valid_until).exists():
        message = _("In diesem Zeitraum stehen schon Kosten. Bitte geben Sie einen letzten Tag an oder ändern Sie die anderen.")
        raise Invalid({"last_day": message})
