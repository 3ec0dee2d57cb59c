"""The escalation chain as pages show it: whom to call in which order and who can be reached now, what is due, who was told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q
from django.utils.translation import gettext as _

from bruecke.accounts import queries as accounts
from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.places import queries as places
from bruecke.places.models import Area
from bruecke.staffing import rules
from bruecke.staffing.models import EscalationContact, EscalationNotice, OnCallTime
from bruecke.staffing.queries.closures import Closures
from bruecke.staffing.querysets import EscalationContactQuerySet
from bruecke.staffing.rules import Reach, Shift
from bruecke.ui.wording import hours_plain, weekday_short

WEEK = tuple(range(7))
_ORDER = ("position", "pk")
_BY_PLACE = (F("municipality__sort_key").asc(nulls_last=True), "municipality_id", *_ORDER)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the chain of a municipality. `is_first`: the first in order who can be reached now."""

    number: int
    contact: EscalationContact
    reach: Reach
    hours: str
    is_first: bool
    is_due: bool

    @property
    def is_shared(self) -> bool:
        """Whether every municipality of the district has it."""
        return self.contact.municipality_id is None


@dataclass(frozen=True, slots=True)
class PlaceLine:
    """A municipality to choose. `steps` of its own; `checked_on` the oldest check of them, None where one was never checked."""

    area: Area
    is_own: bool
    steps: int
    checked_on: date | None
    is_due: bool


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """An entry of the log, with the name of who entered it ("" when the account is gone)."""

    notice: EscalationNotice
    entered_by: str
    may_remove: bool


def chains_of(viewer: Viewer, district: District, keys: Iterable[str], now: datetime) -> dict[str, tuple[Step, ...]]:
    """The chains of municipalities by AGS, own steps first, then those that every municipality shares. Two queries."""
    wanted = list(keys)
    rows = EscalationContact.objects.visible_to(viewer).active().filter(Q(municipality=None) | Q(municipality_id__in=wanted))
    by_place: dict[str | None, list[EscalationContact]] = defaultdict(list)
    for contact in rows.prefetch_related("on_call").order_by(*_ORDER):
        by_place[contact.municipality_id].append(contact)
    return {ags: steps_of([*by_place[ags], *by_place[None]], district, now) for ags in wanted}


def chain_of(viewer: Viewer, district: District, ags: str, now: datetime) -> tuple[Step, ...]:
    """The chain of one municipality. Two queries."""
    return chains_of(viewer, district, [ags], now)[ags]


def steps_of(contacts: Sequence[EscalationContact], district: District, now: datetime) -> tuple[Step, ...]:
    """Contacts in their order as steps; their hours are loaded."""
    closures, today = Closures(district), local_day(now)

    def is_holiday(day: date) -> bool:
        return bool(closures.holiday(day))

    reaches = [rules.reach(shifts_of(contact), now, is_holiday) for contact in contacts]
    first = next((place for place, one in enumerate(reaches) if one.is_now), None)
    return tuple(
        Step(
            number=place + 1,
            contact=contact,
            reach=one,
            hours=hours_words(shifts_of(contact)),
            is_first=place == first,
            is_due=rules.is_check_due(contact.confirmed_on, today),
        )
        for place, (contact, one) in enumerate(zip(contacts, reaches, strict=True))
    )


def shifts_of(contact: EscalationContact) -> tuple[Shift, ...]:
    """The hours of a contact; none: nobody wrote down when it can be reached."""
    return tuple(Shift(row.weekday, row.starts, row.ends) for row in contact.on_call.all())


def hours_words(shifts: Iterable[Shift]) -> str:
    """`Mo–Fr 8:00–16:00 Uhr; Sa, So ganztags`, `rund um die Uhr`; "" where no hours stand."""
    by_times: dict[str, set[int]] = defaultdict(set)
    for shift in sorted(shifts, key=lambda one: (one.weekday, one.starts, one.ends)):
        by_times[_times(shift)].add(shift.weekday)
    if by_times.get(_("ganztags")) == set(WEEK):
        return _("rund um die Uhr")
    return "; ".join(f"{_days(days)} {times}" for times, days in by_times.items())


def _times(shift: Shift) -> str:
    if shift.is_whole_day:
        return _("ganztags")
    if shift.ends >= rules.LAST_MINUTE:
        return _("%(start)s–24:00 Uhr") % {"start": f"{shift.starts.hour}:{shift.starts:%M}"}
    return hours_plain(shift.starts, shift.ends)


def _days(days: set[int]) -> str:
    """Weekdays in a row are named by the first and the last of them."""
    if days == set(WEEK):
        return _("täglich")
    runs: list[list[int]] = []
    for day in sorted(days):
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ", ".join(_run(run) for run in runs)


def _run(run: list[int]) -> str:
    names = [weekday_short(day) for day in run]
    return f"{names[0]}–{names[-1]}" if len(names) > 2 else ", ".join(names)


def place_lines(viewer: Viewer, district: District, now: datetime) -> list[PlaceLine]:
    """Municipalities whose chain the viewer may see, her own first. Two queries."""
    today = local_day(now)
    rows = EscalationContact.objects.visible_to(viewer).active().exclude(municipality=None)
    checks: dict[str, list[date | None]] = defaultdict(list)
    for ags, day in rows.order_by(*_ORDER).values_list("municipality_id", "confirmed_on"):
        checks[str(ags)].append(day)
    seen = [
        area
        for area in places.municipalities_of(district.ags, today)
        if rules.can_see_escalation(viewer, district_id=district.pk, ags=area.pk)
    ]
    lines = [_line(area, checks[area.pk], today, is_own=area.pk in viewer.municipalities) for area in seen]
    return sorted(lines, key=lambda line: not line.is_own)


def _line(area: Area, days: list[date | None], today: date, *, is_own: bool) -> PlaceLine:
    known = [day for day in days if day is not None]
    oldest = min(known) if known and len(known) == len(days) else None
    return PlaceLine(area, is_own, len(days), oldest, any(rules.is_check_due(day, today) for day in days))


def contacts_to_edit(municipality: Area | None) -> list[EscalationContact]:
    """All steps of one chain with their hours, those that do not hold too; the page asks the rule. Two queries."""
    rows = EscalationContact.objects.filter(municipality=municipality).prefetch_related("on_call")
    return list(rows.order_by(*_ORDER))


def visible_contact(viewer: Viewer, uid: str) -> EscalationContact | None:
    rows = EscalationContact.objects.visible_to(viewer).select_related("municipality", "district")
    return rows.filter(uid=uid).first()


def on_call_row(viewer: Viewer, uid: str) -> OnCallTime | None:
    """Hours of a contact that the viewer may see."""
    rows = OnCallTime.objects.filter(contact__in=EscalationContact.objects.visible_to(viewer))
    return rows.select_related("contact", "contact__municipality", "contact__district").filter(uid=uid).first()


def visible_notice(viewer: Viewer, uid: str) -> EscalationNotice | None:
    return EscalationNotice.objects.visible_to(viewer).select_related("municipality").filter(uid=uid).first()


def notice_lines(viewer: Viewer, ags: str, limit: int) -> list[NoticeLine]:
    """The last entries of the log of a municipality. Two queries."""
    rows = list(EscalationNotice.objects.visible_to(viewer).filter(municipality_id=ags).order_by("-told_at", "-pk")[:limit])
    names = accounts.names_of(row.entered_by_id for row in rows)
    return [NoticeLine(row, names.get(row.entered_by_id or 0, ""), _may_remove(viewer, row)) for row in rows]


def notices_to_export(viewer: Viewer, ags: str = "") -> list[NoticeLine]:
    """The whole log that the viewer may see, of one municipality or of all, the newest first. Two queries."""
    rows = EscalationNotice.objects.visible_to(viewer).select_related("municipality").order_by("-told_at", "-pk")
    found = list(rows.filter(municipality_id=ags) if ags else rows)
    names = accounts.names_of(row.entered_by_id for row in found)
    return [NoticeLine(row, names.get(row.entered_by_id or 0, ""), False) for row in found]


def _may_remove(viewer: Viewer, row: EscalationNotice) -> bool:
    return rules.can_remove_notice(viewer, district_id=row.district_id, ags=row.municipality_id, entered_by_id=row.entered_by_id)


def chains_to_check(viewer: Viewer, today: date) -> dict[Area | None, int]:
    """Chains that the viewer keeps and whose yearly check is due: the municipality (None: shared steps) and how many. One query."""
    due: dict[Area | None, int] = defaultdict(int)
    rows = EscalationContact.objects.visible_to(viewer).active().select_related("municipality")
    for contact in rows.order_by(*_BY_PLACE):
        may_edit = rules.can_edit_escalation(viewer, district_id=contact.district_id, ags=contact.municipality_id)
        if may_edit and rules.is_check_due(contact.confirmed_on, today):
            due[contact.municipality] += 1
    return dict(due)


def contacts_to_export(viewer: Viewer) -> EscalationContactQuerySet:
    """Every step the viewer may see, by municipality and order; shared ones last. Two queries."""
    rows = EscalationContact.objects.visible_to(viewer).select_related("municipality").prefetch_related("on_call")
    return rows.order_by(*_BY_PLACE)
