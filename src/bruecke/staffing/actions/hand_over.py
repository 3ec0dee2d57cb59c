"""Writes of hand-overs: plan, keep note and ticks, give work on to the successor, close, call off, forget."""

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.accounts.models import Account
from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.hand_over import HandOverSource
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.staffing import rules
from bruecke.staffing.models import HandOver, Post, PostHolder
from bruecke.staffing.queries import hand_over as reads
from bruecke.staffing.rules import hand_over as timing
from bruecke.staffing.states import HandOverState

MOST_NOTE = 4000


@transaction.atomic
def plan_hand_over(*, post: Post, on: date, viewer: Viewer, now: datetime) -> HandOver:
    """Whoever holds the post today (else held it last) hands it over; `on` is the first day without that person.

    Effects: audit `staffing.hand_over_planned`. The holder's days stay as they are. Raises: NotAllowed, WrongState where nobody
    ever held the post or it is planned already, Invalid at `on`.
    """
    post = Post.objects.select_for_update().get(pk=post.pk)
    leaving = reads.leaving_holder(post, local_day(now))
    if not reads.may_plan(viewer, post, local_day(now)):
        raise NotAllowed
    if leaving is None:
        raise WrongState(_("Diese Stelle war noch nie besetzt. Es gibt nichts zu übergeben."))
    if HandOver.objects.filter(leaving=leaving).exclude(state=HandOverState.CANCELLED).exists():
        raise WrongState(_("Für diese Besetzung gibt es schon eine Übergabe."))
    _check_day(leaving, on)
    hand_over = HandOver.objects.create(
        district=post.district, post=post, leaving=leaving, on=on, planned_at=now, planned_by_id=viewer.account_id
    )
    audit.record(verb="staffing.hand_over_planned", target=hand_over, viewer=viewer, now=now, fields=["on"])
    return hand_over


def _check_day(leaving: PostHolder, on: date) -> None:
    if on <= leaving.valid_from:
        raise Invalid({"on": _("Dieser Tag liegt vor dem Beginn der Besetzung.")})
    if leaving.valid_until is not None and on != leaving.valid_until:
        day = f"{leaving.valid_until:%d.%m.%Y}"
        raise Invalid({"on": _("Die Besetzung endet so, dass die Stelle ab %(day)s übergeben ist.") % {"day": day}})


@transaction.atomic
def change_hand_over(
    *,
    hand_over: HandOver,
    note: str,
    ticked: Collection[str],
    shown: Collection[str],
    version: int | None,
    viewer: Viewer,
    now: datetime,
) -> HandOver:
    """Keep the note and which points are done. `shown` are the keys the person saw: ticks of others stay as they are.

    Effects: a point newly ticked gets today's day; audit `staffing.hand_over_changed`.
    Raises: NotAllowed, Stale, WrongState when it is over, Invalid at `note`.
    """
    fresh = _locked(hand_over, viewer, version)
    text = note.replace("\r\n", "\n").replace("\x00", "").strip()
    if len(text) > MOST_NOTE:
        raise Invalid({"note": _("Der Text ist zu lang. Bitte kürzen Sie ihn auf 4.000 Zeichen.")})
    before = {"note": fresh.note, "ticked": fresh.ticked}
    kept = {key: day for key, day in fresh.ticked.items() if key not in shown or key in ticked}
    today = local_day(now).isoformat()
    fresh.note = text
    fresh.ticked = kept | {key: today for key in sorted(set(ticked) & set(shown)) if key not in kept}
    changed = audit.changed_fields(before, fresh)
    if changed:
        fresh.save_next(*changed)
        audit.record(verb="staffing.hand_over_changed", target=fresh, viewer=viewer, now=now, fields=changed)
    return fresh


@transaction.atomic
def hand_on(*, hand_over: HandOver, source: HandOverSource, viewer: Viewer, now: datetime) -> int:
    """Give what a section lists to the successor, as far as the viewer may and the successor may have it.

    Effects: those of the source's own action for each thing; audit `staffing.handed_on`; returns how many went.
    Raises: NotAllowed, WrongState when the hand-over is over, nobody with an account follows, or nothing can go.
    """
    fresh = _locked(hand_over, viewer, None)
    subject = reads.subject_of(fresh, reads.successor_of(fresh))
    if source.hand_on is None or subject.successor_id is None:
        raise WrongState(_("Es steht noch niemand mit Zugang fest, der die Stelle übernimmt."))
    count = source.hand_on.apply(subject, viewer, now)
    if not count:
        raise WrongState(_("Inzwischen ist nichts mehr da, was übergeben werden kann."))
    audit.record(verb="staffing.handed_on", target=fresh.post, viewer=viewer, now=now)
    return count


@transaction.atomic
def finish_hand_over(*, hand_over: HandOver, version: int | None, viewer: Viewer, now: datetime) -> HandOver:
    """Everything was handed over. Effects: DONE; audit `staffing.hand_over_done`. Raises: NotAllowed, Stale, WrongState."""
    return _end(hand_over, HandOverState.DONE, "staffing.hand_over_done", version, viewer, now)


@transaction.atomic
def cancel_hand_over(*, hand_over: HandOver, version: int | None, viewer: Viewer, now: datetime) -> HandOver:
    """Nobody leaves after all. Effects: CANCELLED, the note goes; audit `staffing.hand_over_cancelled`. Raises: as finishing."""
    hand_over = _end(hand_over, HandOverState.CANCELLED, "staffing.hand_over_cancelled", version, viewer, now)
    hand_over.note, hand_over.ticked = "", {}
    hand_over.save(update_fields=["note", "ticked"])
    return hand_over


def _end(hand_over: HandOver, state: HandOverState, verb: str, version: int | None, viewer: Viewer, now: datetime) -> HandOver:
    fresh = _locked(hand_over, viewer, version)
    fresh.state, fresh.closed_at = state, now
    fresh.save_next("state", "closed_at")
    audit.record(verb=verb, target=fresh, viewer=viewer, now=now, fields=["state"])
    return fresh


def _locked(hand_over: HandOver, viewer: Viewer, version: int | None) -> HandOver:
    rows = HandOver.objects.select_for_update(of=("self",)).select_related("leaving", "post", "district")
    fresh = rows.filter(pk=hand_over.pk).first()
    if fresh is None:
        raise NotAllowed
    people = reads.following_accounts(fresh.leaving)
    if not rules.can_see_hand_over(viewer, district_id=fresh.district_id, holder_account_ids=people):
        raise NotAllowed
    fresh.check_version(version)
    if not timing.can_change_hand_over(viewer, district_id=fresh.district_id, holder_account_ids=people, state=fresh.state):
        raise WrongState(_("Diese Übergabe ist schon abgeschlossen."))
    return fresh


def move_hand_overs(holder: PostHolder, day: date) -> None:
    """The planned hand-over follows when the holder's last day moves. Inside an action that has ended the holder."""
    for row in HandOver.objects.filter(leaving=holder, state=HandOverState.PLANNED).exclude(on=day):
        row.on = day
        row.save_next("on")


def forget_old_hand_overs(district: District, now: datetime) -> int:
    """Delete hand-overs two years after their day, notes and ticks with them. Returns how many went."""
    last = timing.forgotten_before(local_day(now))
    return HandOver.objects.filter(district=district, on__lte=last).delete()[0]


def forget_in_hand_overs(kind: str, uid: str) -> int:
    """Remove what hand-overs hold of a subject: notes about an account's leaving, ticks about any record. Inside an erasure."""
    count = 0
    if kind == "account":
        account_id = Account.objects.filter(uid=uid).values_list("pk", flat=True).first()
        count += HandOver.objects.filter(leaving__account__uid=uid).exclude(note="").update(note="")
        count += HandOver.objects.filter(planned_by_id=account_id).exclude(planned_by_id=None).update(planned_by_id=None)
    for row in HandOver.objects.exclude(ticked={}).order_by("pk"):
        kept = {key: day for key, day in row.ticked.items() if uid not in key}
        if kept != row.ticked:
            row.ticked = kept
            row.save(update_fields=["ticked"])
            count += 1
    return count
