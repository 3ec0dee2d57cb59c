"""Reading chains from end to end: every entry that was changed, moved or taken away since it was sealed is named."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import QuerySet

from bruecke.core.models import AuditChain, AuditEntry, District
from bruecke.core.sealing.anchors import Anchor
from bruecke.core.sealing.chain import SEALED_FIELDS, chain_of, current_key_id, entries_of, fingerprint, has_our_seal

SHOWN = 5
LATE = timedelta(minutes=30)  # the sealer comes every five
LOOKS = 3
QUICK = 10_000  # entries at the end of each chain


class BreakKind(StrEnum):
    ALTERED = "verändert"
    MISSING = "fehlt"
    MOVED = "nicht an seinem Platz"
    BEYOND = "hinter dem Ende der Kette"
    NO_CHAIN = "Kette ohne Ende"


@dataclass(frozen=True, slots=True)
class Break:
    """One place where a chain does not hold. `at`: moment of the entry there, or of the one before a gap."""

    kind: BreakKind
    first: int
    last: int
    at: datetime | None

    def __str__(self) -> str:
        numbers = f"Nr. {self.first}" if self.first == self.last else f"Nr. {self.first} bis {self.last}"
        moment = f" ({self.at:%d.%m.%Y %H:%M} UTC)" if self.at else ""
        return f"{numbers}{moment}: {self.kind.value}"


@dataclass(slots=True)
class ChainReport:
    """What one chain looks like. `breaks` holds the first ones, `broken` counts all."""

    key: str
    name: str
    number: int = 0
    base_number: int = 0
    checked: int = 0
    sealed_at: datetime | None = None
    is_sealed_by_us: bool = True
    is_other_key: bool = False
    waiting: int = 0
    waits_since: datetime | None = None
    broken: int = 0
    breaks: list[Break] = field(default_factory=list)

    def note(self, found: Break) -> None:
        self.broken += 1
        if len(self.breaks) < SHOWN:
            self.breaks.append(found)

    def is_late(self, now: datetime) -> bool:
        return self.waits_since is not None and self.waits_since < now - LATE

    def is_well(self, now: datetime) -> bool:
        return not self.broken and self.is_sealed_by_us and not self.is_late(now)


def check_chains(*, quick: bool = False) -> Iterator[ChainReport]:
    """One report a chain, in the order of their keys. About 100,000 entries a second; `quick`: the newest 10,000 of each only."""
    names = dict(District.objects.values_list("pk", "slug"))
    uids = dict(District.objects.values_list("pk", "uid"))
    for district_id in (None, *sorted(uids, key=lambda pk: uids[pk])):
        has_entries = any(entries_of(district_id, sealed=sealed).exists() for sealed in (True, False))
        if not has_entries and not chain_of(district_id):
            continue
        for _look in range(LOOKS):
            report = ChainReport(key=uids.get(district_id or 0, ""), name=names.get(district_id or 0, "Anlage"))
            chain = chain_of(district_id)
            _check_chain(report, district_id, chain, quick=quick)
            after = chain_of(district_id)
            if (chain and chain.base_number) == (after and after.base_number):
                break  # nothing was trimmed meanwhile
        _count_waiting(report, district_id)
        yield report


def _count_waiting(report: ChainReport, district_id: int | None) -> None:
    waiting = entries_of(district_id, sealed=False)
    report.waiting = waiting.count()
    report.waits_since = waiting.order_by("at").values_list("at", flat=True).first() if report.waiting else None


def _check_chain(report: ChainReport, district_id: int | None, chain: AuditChain | None, *, quick: bool) -> None:
    sealed = entries_of(district_id, sealed=True)
    if chain is None or chain.key != report.key:
        report.is_sealed_by_us = not sealed.exists()
        if not report.is_sealed_by_us:
            last = sealed.order_by("-number")[0]
            report.note(Break(BreakKind.NO_CHAIN, last.number or 0, last.number or 0, last.at))
        return
    report.number, report.base_number, report.sealed_at = chain.number, chain.base_number, chain.sealed_at
    report.is_sealed_by_us = has_our_seal(chain)
    report.is_other_key = chain.key_id != current_key_id()
    number, previous = chain.base_number, chain.base_hash
    if quick and chain.number - chain.base_number > QUICK:
        number = chain.number - QUICK
        previous = sealed.filter(number=number).values_list("hash", flat=True).first() or ""
    _walk(report, sealed.filter(number__gt=number), number, previous, chain)
    _look_beyond(report, sealed, chain)
    for entry in sealed.filter(number__lte=chain.base_number).order_by("number")[:SHOWN]:
        report.note(Break(BreakKind.MOVED, entry.number or 0, entry.number or 0, entry.at))


def _look_beyond(report: ChainReport, sealed: QuerySet[AuditEntry], chain: AuditChain) -> None:
    """Entries with a number that the chain never gave; the sealer may have gone on since the chain was read."""
    found = list(sealed.filter(number__gt=chain.number).order_by("number")[:SHOWN])
    end_now = AuditChain.objects.values_list("number", flat=True).get(pk=chain.pk) if found else 0
    for entry in found:
        if (entry.number or 0) > end_now:
            report.note(Break(BreakKind.BEYOND, entry.number or 0, entry.number or 0, entry.at))


def _walk(report: ChainReport, entries: QuerySet[AuditEntry], number: int, previous: str, chain: AuditChain) -> None:
    """Follow the fingerprints; after a break go on from what is stored, so that each break is told once."""
    at: datetime | None = None
    found = entries.filter(number__lte=chain.number).order_by("number")
    rows = found.values_list("number", "previous_hash", "hash", *SEALED_FIELDS)
    for here, stored_previous, stored, *values in rows.iterator(chunk_size=2000):
        if here != number + 1:
            report.note(Break(BreakKind.MISSING, number + 1, here - 1, at))
        elif stored_previous != previous:
            report.note(Break(BreakKind.MOVED, here, here, values[0]))
        if fingerprint(stored_previous, chain.key, values) != stored:
            report.note(Break(BreakKind.ALTERED, here, here, values[0]))
        number, previous, at = here, stored, values[0]
        report.checked += 1
    if number < chain.number:
        report.note(Break(BreakKind.MISSING, number + 1, chain.number, at))
    elif previous != chain.hash:
        report.note(Break(BreakKind.MOVED, number, number, at))


def check_anchor(anchor: Anchor) -> str:
    """A German sentence about what is wrong, or "" when the chain still holds the entry that the anchor names."""
    chain = AuditChain.objects.filter(key=anchor.key).first()
    where = f"Anker {anchor.name} vom {anchor.made_at:%d.%m.%Y}, Nr. {anchor.number}"
    if chain is None:
        return f"{where}: Diese Kette gibt es hier nicht."
    if anchor.number > chain.number:
        return (
            f"{where}: Die Kette endet heute schon bei Nr. {chain.number}. Spätere Einträge fehlen, "
            "oder es wurde eine ältere Sicherung zurückgeholt."
        )
    if anchor.number < chain.base_number:
        return ""  # older than what is kept: nothing to compare with, and nothing wrong
    if anchor.number == chain.base_number:
        stored = chain.base_hash
    else:
        stored = (
            entries_of(chain.district_id, sealed=True).filter(number=anchor.number).values_list("hash", flat=True).first() or ""
        )
    return "" if stored == anchor.hash else f"{where}: Die Kette wurde danach neu geschrieben."
