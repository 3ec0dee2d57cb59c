"""The inventory as members see it: lists with every state, single offers, past versions compared, proposals and feedback."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F, Q, QuerySet

from bruecke.accounts import queries as accounts
from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.directory.models import Location
from bruecke.offers import rules
from bruecke.offers.models import TRANSLATED, ChangeProposal, Offer, OfferFeedback
from bruecke.offers.queries.catalogue import line_of
from bruecke.offers.queries.fields import EDITABLE, STATE, in_words, label_of_field, snapshot
from bruecke.offers.queries.filters import OfferFilters, OfferLine, OfferList
from bruecke.offers.queries.loading import load_offers
from bruecke.offers.queries.narrowing import narrowed
from bruecke.offers.queries.places import spot
from bruecke.offers.queries.text import find
from bruecke.offers.queries.words import label_of
from bruecke.offers.states import Decision, FacetKind

SHOWN_VERSIONS = 30
BY_TITLE, BY_CONFIRMED, BY_CHANGED, BY_PROVIDER = "title", "confirmed", "changed", "provider"
_ORDERS: dict[str, tuple[Any, ...]] = {
    BY_TITLE: ("sort_key", "pk"),
    BY_CONFIRMED: (F("confirmed_on").asc(nulls_first=True), "sort_key", "pk"),
    BY_CHANGED: ("-changed_at", "-pk"),
    BY_PROVIDER: ("provider__sort_key", "sort_key", "pk"),
}


def desk_offers(
    viewer: Viewer,
    filters: OfferFilters,
    *,
    district: District,
    page: int = 1,
    per_page: int = 50,
    order: str = "",
    now: datetime,
) -> OfferList:
    """Offers the viewer may see in every state (archived ones only when `states` asks for them), by title or as ordered.

    With a text by its score, unless an order is asked for. At most twelve queries.
    """
    at = spot(filters.ags) if filters.ags else None
    rows = desk_rows(viewer, filters, district=district, now=now)
    corrected, scores = "", {}
    if filters.text.strip():
        found = find(filters.text, district=district, only_public=False)
        corrected, scores = found.corrected, {hit.uid: hit.score for hit in found.hits}
        rows = rows.filter(uid__in=list(scores))
    total = rows.count()
    page = max(1, min(page, -(-total // per_page) or 1))
    first = (page - 1) * per_page
    if scores and not order:
        found_keys = rows.order_by().values_list("pk", "uid")
        keys = [pk for pk, uid in sorted(found_keys, key=lambda row: (-scores[row[1]], row[0]))][first : first + per_page]
    else:
        keys = list(rows.order_by(*_ORDERS.get(order, _ORDERS[BY_TITLE])).values_list("pk", flat=True)[first : first + per_page])
    loaded = load_offers(keys)
    offers = [loaded[pk] for pk in keys if pk in loaded]
    lines = tuple(line_of(one, district=district, at=at, now=now, score=scores.get(one.uid, 0.0)) for one in offers)
    return OfferList(lines, total, page, per_page, corrected, at.ags if at else "", at.name if at else "")


def desk_rows(viewer: Viewer, filters: OfferFilters, *, district: District, now: datetime) -> Any:
    """The rows behind `desk_offers` without the text, unordered; for exports."""
    today = local_day(now)
    at = spot(filters.ags) if filters.ags else None
    rows = Offer.objects.visible_to(viewer, today)
    if not filters.states:
        rows = rows.not_archived()
    return narrowed(rows, filters, district=district, spot=at, on=today)


def offer(viewer: Viewer, uid: str) -> Offer | None:
    """One offer as a member may see it, with provider and places; nothing for anybody else. Three queries."""
    if not rules.can_see_inventory(viewer):
        return None
    return Offer.objects.visible_to(viewer, date.max).with_line_facts().filter(uid=uid).first()


def line(viewer: Viewer, uid: str, *, district: District, now: datetime) -> OfferLine | None:
    """The same as a line of a list, with what is told of freshness and meetings."""
    found = offer(viewer, uid)
    return line_of(found, district=district, at=None, now=now) if found else None


def locations_by_uid(*wanted: Offer | list[str]) -> dict[str, Location]:
    """Locations that offers or lists of uids name, archived ones too. One query."""
    uids = {uid for one in wanted for uid in (one.locations if isinstance(one, Offer) else one)}
    rows = Location.objects.filter(uid__in=uids).select_related("area", "organisation").order_by("pk") if uids else ()
    return {row.uid: row for row in rows}


# --- past versions ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after, in words."""

    field: str
    label: Any
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One saved version: who, when, what it changed against the one before. `key` names it in `undo_change`."""

    key: int
    who: str
    at: datetime
    changes: tuple[FieldChange, ...]
    is_first: bool
    is_current: bool


_COMPARED = (*EDITABLE, STATE)


def versions(offer: Offer, *, limit: int = SHOWN_VERSIONS) -> list[VersionLine]:
    """The latest versions, newest first; versions that changed nothing an editor sees (confirmations) have no changes.

    At most four queries and one for each provider named in a change.
    """
    rows = list(offer.history.order_by("-history_date", "-history_id")[: limit + 1])
    names = accounts.names_of(row.history_user_id for row in rows)
    places = locations_by_uid(*(list(row.locations) for row in rows))
    lines = []
    for number, (row, before) in enumerate(zip(rows, [*rows[1:], None], strict=True)):
        changes = compare(before, row, district=offer.district, locations=places) if before is not None else ()
        first = row.history_type == "+"
        lines.append(
            VersionLine(
                row.history_id, names.get(row.history_user_id, ""), row.history_date, () if first else changes, first, number == 0
            )
        )
    return lines[:limit]


def compare(
    before: Any, after: Any, *, district: District, locations: Mapping[str, Location] | None = None
) -> tuple[FieldChange, ...]:
    """Fields that differ between two versions (or a version and the offer), in the order of the form, in words."""
    old, new = snapshot(before, _COMPARED), snapshot(after, _COMPARED)
    return tuple(
        FieldChange(
            field,
            label_of_field(field),
            in_words(field, old[field], district=district, locations=locations),
            in_words(field, new[field], district=district, locations=locations),
        )
        for field in _COMPARED
        if old[field] != new[field]
    )


@dataclass(frozen=True, slots=True)
class ComparedField:
    """One field in two versions, in words."""

    label: Any
    before: str
    after: str
    is_same: bool


def compare_versions(offer: Offer, older: int, newer: int, *, all_fields: bool = False) -> list[ComparedField]:
    """Two past versions by their keys, in the order of the form. At most four queries."""
    rows = {row.history_id: row for row in offer.history.filter(history_id__in={older, newer}).order_by("history_id")}
    before, after = rows[older], rows[newer]
    places = locations_by_uid(list(before.locations), list(after.locations))
    old, new = snapshot(before, _COMPARED), snapshot(after, _COMPARED)
    lines = [
        ComparedField(
            label_of_field(field),
            in_words(field, old[field], district=offer.district, locations=places),
            in_words(field, new[field], district=offer.district, locations=places),
            old[field] == new[field],
        )
        for field in _COMPARED
        if field != "translations"
    ]
    lines += _compared_texts(old["translations"], new["translations"], offer.district)
    return [line for line in lines if all_fields or not line.is_same]


def _compared_texts(old: Mapping[str, Any], new: Mapping[str, Any], district: District) -> list[ComparedField]:
    """The texts in other languages, each in a line of its own; who approved them is not compared."""
    lines = []
    for lang in sorted({*old, *new}):
        name = label_of(FacetKind.LANGUAGE, lang, district=district)
        for field in TRANSLATED:
            before, after = ((texts.get(lang, {}).get(field) or {}).get("text", "") for texts in (old, new))
            if before or after:
                lines.append(ComparedField(f"{label_of_field(field)} ({name})", before or "–", after or "–", before == after))
    return lines


# --- proposals and feedback --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProposalLine:
    """One proposed field for the page that decides. `has_conflict`: somebody changed it after it was proposed."""

    field: str
    label: Any
    before: str
    now: str
    after: str
    has_conflict: bool
    decision: Decision


def open_proposals(viewer: Viewer) -> QuerySet[ChangeProposal]:
    """Proposals that wait, oldest first, with offer and provider."""
    return ChangeProposal.objects.visible_to(viewer).open().select_related("offer__provider").order_by("proposed_at", "pk")


def proposal(viewer: Viewer, uid: str) -> ChangeProposal | None:
    """One proposal in any state, with offer, provider and fields. Two queries."""
    rows = ChangeProposal.objects.visible_to(viewer).select_related("offer__provider", "offer__district").prefetch_related("fields")
    return rows.filter(uid=uid).first()


def proposal_lines(proposal: ChangeProposal) -> list[ProposalLine]:
    """Its fields in the order of the form: what stood there, what stands there now, what is wished."""
    fields = sorted(proposal.fields.all(), key=lambda row: (_COMPARED.index(row.field) if row.field in _COMPARED else 99, row.pk))
    offer, district = proposal.offer, proposal.offer.district
    named = [row.before or [] for row in fields if row.field == "locations"] + [
        row.after or [] for row in fields if row.field == "locations"
    ]
    places = locations_by_uid(offer, *named)
    current = snapshot(offer, [row.field for row in fields])
    return [
        ProposalLine(
            row.field,
            label_of_field(row.field),
            in_words(row.field, row.before, district=district, locations=places),
            in_words(row.field, current[row.field], district=district, locations=places),
            in_words(row.field, row.after, district=district, locations=places),
            rules.in_conflict(row.before, current[row.field], row.after),
            Decision(row.decision),
        )
        for row in fields
    ]


def open_feedback(viewer: Viewer) -> QuerySet[OfferFeedback]:
    """Hints of readers that wait, oldest first, with offer and provider."""
    return OfferFeedback.objects.visible_to(viewer).open().select_related("offer__provider").order_by("given_at", "pk")


def feedback_of(offer: Offer, *, only_open: bool = True) -> list[OfferFeedback]:
    rows = OfferFeedback.objects.filter(offer=offer).order_by("given_at", "pk")
    return list(rows.open() if only_open else rows)


def offers_needing(model: str, uid: str) -> list[str]:
    """Titles of running offers that need an organisation or a location of the directory, by title. One query."""
    rows = Offer.objects.running()
    if model == Location._meta.model_name:
        rows = rows.filter(Q(places__location__uid=uid) | Q(schedules__icontains=uid)).distinct()
    else:
        rows = rows.filter(provider__uid=uid)
    return list(rows.order_by("sort_key", "pk").values_list("title", flat=True))
