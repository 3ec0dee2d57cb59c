"""What providers say about their own entries: right, to be changed, gone; and what the office decides, field by field."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from bruecke.core import audit
from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.folding import seen
from bruecke.core.viewer import Viewer
from bruecke.offers import rules
from bruecke.offers.actions.asking import note_answer
from bruecke.offers.actions.editing import apply_values
from bruecke.offers.actions.life import archive_locked, confirm_locked
from bruecke.offers.actions.mails import tell_decision
from bruecke.offers.actions.saving import locked
from bruecke.offers.actions.values import Context, clean
from bruecke.offers.models import ChangeProposal, Offer, ProposedField
from bruecke.offers.queries.fields import PROPOSABLE, STATE, as_json, from_json, snapshot
from bruecke.offers.states import ChangeState, ConfirmedBy, Decision, OfferState

ACCEPT, REJECT = "accept", "reject"
NOTE_LENGTH = 500


def _speaks_for(offer: Offer, viewer: Viewer, now: datetime) -> None:
    """Raises: NotAllowed for who does not speak for the provider or may not see the offer."""
    may = rules.can_propose(viewer, district_id=offer.district_id, provider_uid=offer.provider.uid)
    if not may or not rules.is_published(offer, local_day(now)):
        raise NotAllowed


@transaction.atomic
def confirm_by_provider(
    *, offers: Iterable[Offer], viewer: Viewer, now: datetime, versions: Mapping[str, int] | None = None
) -> list[Offer]:
    """The provider says that these entries are right; `versions` by uid as its page showed them. All or none.

    Effects: as `confirm_offer`; the running request to the provider counts the answer. Raises: NotAllowed, Stale.
    """
    seen = versions or {}
    done = []
    for offer in sorted(offers, key=lambda one: one.pk):
        fresh = locked(offer)
        _speaks_for(fresh, viewer, now)
        fresh.check_version(seen.get(fresh.uid))
        done.append(confirm_locked(fresh, by=ConfirmedBy.PROVIDER, viewer=viewer, now=now))
    for provider in {one.provider_id: one.provider for one in done}.values():
        note_answer(provider, now=now)
    return done


@transaction.atomic
def propose_changes(
    *,
    offer: Offer,
    values: Mapping[str, Any],
    viewer: Viewer,
    now: datetime,
    version: int | None = None,
    note: str = "",
    wants_archive: bool = False,
) -> ChangeProposal:
    """The provider asks for changes of one entry (`values`: `queries.PROPOSABLE`), or says that it is over.

    Only fields that differ are proposed; an open proposal of before is withdrawn. Nothing changes in the offer yet.
    Effects: `ChangeProposal` with its fields; audit entry `offer.change_proposed`; the running request counts the answer.
    Raises: NotAllowed, Stale, Invalid per field, and Invalid when nothing differs and nothing is said.
    """
    fresh = locked(offer)
    _speaks_for(fresh, viewer, now)
    fresh.check_version(version)
    if unknown := set(values) - set(PROPOSABLE):
        raise ValueError(f"not for providers: {sorted(unknown)}")
    fields = _proposed(fresh, values, now)
    if wants_archive:
        fields = [(STATE, fresh.state, OfferState.ARCHIVED.value)]
    note = " ".join(seen(note).split())
    if len(note) > NOTE_LENGTH:
        raise Invalid({"note": _("Bitte kürzen Sie den Text auf höchstens %(count)s Zeichen.") % {"count": NOTE_LENGTH}})
    if not fields and not note:
        raise Invalid(_("Sie haben nichts geändert. Wenn alles stimmt, bestätigen Sie bitte den Eintrag."))
    _withdraw_open(fresh, now)
    proposal = ChangeProposal.objects.create(
        district=fresh.district,
        offer=fresh,
        wants_archive=wants_archive,
        note=note,
        proposed_at=now,
        proposed_by_id=viewer.account_id,
    )
    ProposedField.objects.bulk_create(
        ProposedField(district=fresh.district, proposal=proposal, field=name, before=before, after=after)
        for name, before, after in fields
    )
    audit.record(verb="offer.change_proposed", target=fresh, viewer=viewer, now=now, fields=[name for name, *_rest in fields])
    note_answer(fresh.provider, now=now)
    return proposal


def _proposed(fresh: Offer, values: Mapping[str, Any], now: datetime) -> list[tuple[str, Any, Any]]:
    cleaned = clean(values, offer=fresh, context=Context(fresh.district), today=local_day(now))
    before = snapshot(fresh, PROPOSABLE)
    wished = {name: as_json(name, cleaned[name]) for name in PROPOSABLE if name in cleaned}
    return [(name, before[name], after) for name, after in wished.items() if after != before[name]]


def _withdraw_open(offer: Offer, now: datetime) -> None:
    ChangeProposal.objects.filter(offer=offer, state=ChangeState.OPEN).update(state=ChangeState.WITHDRAWN, decided_at=now)


@transaction.atomic
def withdraw_proposal(*, proposal: ChangeProposal, viewer: Viewer, now: datetime) -> ChangeProposal:
    """The provider takes an open proposal back. Effects: audit entry `offer.proposal_withdrawn`. Raises: NotAllowed, WrongState."""
    fresh = locked(proposal.offer)
    if not rules.can_propose(viewer, district_id=fresh.district_id, provider_uid=fresh.provider.uid):
        raise NotAllowed
    row = _locked_open(proposal)
    row.state, row.decided_at = ChangeState.WITHDRAWN, now
    row.save(update_fields=["state", "decided_at"])
    audit.record(verb="offer.proposal_withdrawn", target=fresh, viewer=viewer, now=now)
    return row


def _locked_open(proposal: ChangeProposal) -> ChangeProposal:
    row = ChangeProposal.objects.select_for_update(of=("self",)).get(pk=proposal.pk)
    if row.state != ChangeState.OPEN:
        raise WrongState(_("Über diesen Vorschlag ist schon entschieden."))
    return row


@transaction.atomic
def decide_change(
    *,
    proposal: ChangeProposal,
    decisions: Mapping[str, str],
    version: int | None,
    viewer: Viewer,
    now: datetime,
    despite: Collection[str] = (),
) -> ChangeProposal:
    """Accept or reject proposed fields: `decisions` {field: "accept" | "reject"}; what is not named stays open.

    `version` is the offer's as the page showed it; `despite` names fields that were changed since they were proposed and
    were shown as such. Accepted fields go into the offer in one edit; accepting "archived" ends it and makes the rest moot.
    When every field is decided, the provider is told by mail and, if all were accepted, the entry counts as confirmed by it.
    Effects: as `edit_offer`, `archive_offer`; audit entry `offer.proposal_decided`; mail to the provider.
    Raises: NotAllowed, WrongState when it is decided already, Stale, Invalid at a field that changed meanwhile or does
    not fit any more.
    """
    fresh = locked(proposal.offer)
    if not rules.can_decide(viewer, district_id=fresh.district_id):
        raise NotAllowed
    row = _locked_open(proposal)
    fresh.check_version(version)
    fields = {field.field: field for field in ProposedField.objects.filter(proposal=row).order_by("pk")}
    _check_decisions(decisions, fields)
    accepted = [name for name, decision in decisions.items() if decision == ACCEPT]
    _check_conflicts(fresh, [fields[name] for name in accepted], despite)
    for name, decision in decisions.items():
        fields[name].decision = Decision.ACCEPTED if decision == ACCEPT else Decision.REJECTED
    if STATE in accepted:
        for field in fields.values():
            field.decision = Decision.REJECTED if field.decision == Decision.PENDING else Decision(field.decision)
    ProposedField.objects.bulk_update(list(fields.values()), ["decision"])
    is_done = all(field.decision != Decision.PENDING for field in fields.values())
    _carry_out(fresh, row, fields, accepted, is_done=is_done, viewer=viewer, now=now)
    audit.record(verb="offer.proposal_decided", target=fresh, viewer=viewer, now=now, fields=decisions)
    if is_done:
        row.state, row.decided_at, row.decided_by_id = ChangeState.DECIDED, now, viewer.account_id
        row.save(update_fields=["state", "decided_at", "decided_by_id"])
        tell_decision(row, fresh, list(fields.values()), now=now)
    return row


def _check_decisions(decisions: Mapping[str, str], fields: Mapping[str, ProposedField]) -> None:
    errors: dict[str, object] = {}
    for name, decision in decisions.items():
        if name not in fields or decision not in {ACCEPT, REJECT}:
            errors[name] = _("Bitte wählen Sie „übernehmen“ oder „ablehnen“.")
        elif fields[name].decision != Decision.PENDING:
            errors[name] = _("Über dieses Feld ist schon entschieden.")
    if not decisions and fields:
        errors[""] = _("Bitte entscheiden Sie mindestens über ein Feld.")
    if errors:
        raise Invalid(errors)


def _check_conflicts(fresh: Offer, accepted: Iterable[ProposedField], despite: Collection[str]) -> None:
    """Nobody overwrites a later change without having seen it. Raises: Invalid."""
    rows = list(accepted)
    current = snapshot(fresh, [row.field for row in rows])
    changed = [
        row.field for row in rows if rules.in_conflict(row.before, current[row.field], row.after) and row.field not in despite
    ]
    if changed:
        told = _("Dieses Feld wurde geändert, nachdem der Vorschlag kam. Bitte vergleichen Sie und entscheiden Sie noch einmal.")
        raise Invalid(dict.fromkeys(changed, told))


def _carry_out(
    fresh: Offer,
    row: ChangeProposal,
    fields: Mapping[str, ProposedField],
    accepted: list[str],
    *,
    is_done: bool,
    viewer: Viewer,
    now: datetime,
) -> None:
    if STATE in accepted:
        if not fresh.is_archived:
            archive_locked(fresh, viewer=viewer, now=now)
        return
    values = {name: from_json(name, fields[name].after) for name in accepted}
    if values and fresh.is_archived:
        raise WrongState(_("Das Angebot ist archiviert. Bitte holen Sie es zuerst zurück."))
    all_accepted = is_done and bool(fields) and all(field.decision == Decision.ACCEPTED for field in fields.values())
    if values or all_accepted:
        apply_values(
            fresh,
            values,
            viewer=viewer,
            now=now,
            confirmed_by=ConfirmedBy.PROVIDER if all_accepted else None,
            confirmed_on=local_day(row.proposed_at) if all_accepted else None,
        )
