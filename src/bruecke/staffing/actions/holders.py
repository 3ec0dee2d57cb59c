"""Who holds a post: hand-over from a day on, and leaving a post vacant."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account, Membership
from bruecke.core import audit
from bruecke.core.errors import Invalid, NotAllowed
from bruecke.core.scope import touch_public
from bruecke.core.viewer import Role, Viewer
from bruecke.staffing import rules
from bruecke.staffing.actions.hand_over import move_hand_overs
from bruecke.staffing.models import Absence, Assignment, EscalationNotice, MunicipalityFigure, Post, PostHolder

HOLDER_FIELDS = ("public_name", "is_name_released", "fte", "engagement")


@transaction.atomic
def change_holder(
    *,
    post: Post,
    account: Account | None,
    public_name: str = "",
    is_name_released: bool = False,
    valid_from: date,
    fte: Decimal | None = None,
    engagement: str = "",
    viewer: Viewer,
    now: datetime,
) -> PostHolder:
    """Hand the post over: the present holder ends on the day the new one begins; hand-overs planned for later are dropped.

    `fte`: what the person works, None: all that the post provides. `engagement`: `Engagement` or "" where nobody knows.
    Effects: audit entry `staffing.holder_changed`; public pages are fresh. Raises: NotAllowed; Invalid at `account`,
    `public_name`, `fte` or `valid_from`.
    """
    if not rules.can_manage_posts(viewer):
        raise NotAllowed
    post = Post.objects.select_for_update().get(pk=post.pk)
    _check_day(post, valid_from)
    _check_account(post, account, valid_from)
    _check_name(account, public_name, is_name_released=is_name_released)
    _check_fte(post, fte, valid_from)
    _end_others(post, valid_from)
    holder = PostHolder.objects.create(
        district=post.district,
        post=post,
        account=account,
        public_name=public_name,
        is_name_released=is_name_released,
        fte=fte,
        engagement=engagement,
        valid_from=valid_from,
    )
    audit.record(verb="staffing.holder_changed", target=post, viewer=viewer, now=now, fields=["account", "valid_from"])
    touch_public(post.district)
    return holder


@transaction.atomic
def edit_holder(*, holder: PostHolder, values: Mapping[str, Any], viewer: Viewer, now: datetime) -> PostHolder:
    """Correct what is written down about who holds a post. `values`: HOLDER_FIELDS.

    Effects: audit entry `staffing.holder_edited`; public pages are fresh. Raises: NotAllowed, Invalid.
    """
    if not rules.can_manage_posts(viewer):
        raise NotAllowed
    post = Post.objects.select_for_update().get(pk=holder.post_id)
    fresh = PostHolder.objects.select_for_update().get(pk=holder.pk)
    before = {name: getattr(fresh, name) for name in HOLDER_FIELDS}
    for name in HOLDER_FIELDS:
        setattr(fresh, name, values.get(name, before[name]))
    _check_name(fresh.account, fresh.public_name, is_name_released=fresh.is_name_released)
    _check_fte(post, fresh.fte, fresh.valid_from)
    changed = audit.changed_fields(before, fresh)
    if changed:
        fresh.save(update_fields=changed)
        audit.record(verb="staffing.holder_edited", target=fresh, viewer=viewer, now=now, fields=changed)
        touch_public(post.district)
    return fresh


@transaction.atomic
def vacate_post(*, post: Post, valid_from: date, viewer: Viewer, now: datetime) -> Post:
    """Nobody holds the post from that day on; hand-overs planned for later are dropped. The post keeps its municipalities.

    Effects: audit entry `staffing.post_vacated`; public pages are fresh. Raises: NotAllowed, Invalid at `valid_from`.
    """
    if not rules.can_manage_posts(viewer):
        raise NotAllowed
    post = Post.objects.select_for_update().get(pk=post.pk)
    _check_day(post, valid_from)
    if not PostHolder.objects.filter(post=post).not_ended(valid_from).exists():
        raise Invalid({"valid_from": _("An diesem Tag ist die Stelle ohnehin unbesetzt.")})
    _end_others(post, valid_from)
    audit.record(verb="staffing.post_vacated", target=post, viewer=viewer, now=now, fields=["valid_until"])
    touch_public(post.district)
    return post


def _check_day(post: Post, valid_from: date) -> None:
    if not post.exists_on(valid_from):
        raise Invalid({"valid_from": _("An diesem Tag gibt es die Stelle nicht. Bitte wählen Sie einen anderen Tag.")})
    begun = PostHolder.objects.filter(post=post).order_by("-valid_from").values_list("valid_from", flat=True)
    started = next((day for day in begun if day <= valid_from), None)
    if started == valid_from:
        raise Invalid({"valid_from": _("An diesem Tag beginnt schon eine Besetzung. Bitte wählen Sie einen späteren Tag.")})


def _check_name(account: Account | None, public_name: str, *, is_name_released: bool) -> None:
    if account is None and not public_name:
        raise Invalid({"account": _("Bitte wählen Sie einen Zugang oder tragen Sie einen Namen ein.")})
    if is_name_released and not public_name:
        raise Invalid({"public_name": _("Bitte tragen Sie den Namen ein, der öffentlich stehen soll.")})


def _check_fte(post: Post, fte: Decimal | None, on: date) -> None:
    if fte is not None and not 0 < fte <= post.fte_on(on):
        raise Invalid({"fte": _("Die Stelle sieht höchstens %(fte)s VzÄ vor.") % {"fte": f"{post.fte_on(on)}".replace(".", ",")}})


def _check_account(post: Post, account: Account | None, valid_from: date) -> None:
    if account is None:
        return
    held = Membership.objects.filter(account=account, role=Role.COORDINATOR, controller=post.controller)
    if not account.is_active or not held.not_ended(valid_from).exists():
        message = _("Diese Person hat keinen Zugang als Integrationskoordination bei der verantwortlichen Stelle dieser Stelle.")
        raise Invalid({"account": message})


def _end_others(post: Post, day: date) -> None:
    PostHolder.objects.filter(post=post, valid_from__gte=day).delete()
    for holder in PostHolder.objects.filter(post=post).not_ended(day).order_by("pk"):
        holder.valid_until = day
        holder.save(update_fields=["valid_until"])
        move_hand_overs(holder, day)


def forget_person(account_uid: str) -> int:
    """Remove a person's name from posts she held and from what she entered there. Runs inside an erasure."""
    account_id = Account.objects.filter(uid=account_uid).values_list("pk", flat=True).first()
    if account_id is None:
        return 0
    held = PostHolder.objects.filter(account_id=account_id)
    count = held.exclude(public_name="").update(public_name="", is_name_released=False)
    count += MunicipalityFigure.objects.filter(entered_by_id=account_id).update(entered_by_id=None)
    count += Absence.objects.filter(entered_by_id=account_id).update(entered_by_id=None)
    count += EscalationNotice.objects.filter(entered_by_id=account_id).update(entered_by_id=None)
    return count + Assignment.objects.filter(made_by_id=account_id).update(made_by_id=None)
