"""The audit log: its chains, what waits for the seal, anchors."""

from collections.abc import Iterator
from datetime import datetime

from bruecke.config.operations.doctor.finding import Finding
from bruecke.core.sealing import ChainReport, anchors_in, check_anchor, check_chains
from bruecke.core.sealing.anchors import kept_anchors

_TAMPERED = (
    "Ein Eintrag wurde außerhalb des Programms geändert oder gelöscht. Sichern Sie den jetzigen Stand, vergleichen Sie ihn mit "
    "der letzten Sicherung davor (bruecke restore auf einer anderen Maschine) und unterrichten Sie die Datenschutzbeauftragten."
)
_OTHER_KEY = (
    "Der geheime Schlüssel ist ein anderer als beim Versiegeln. Haben Sie ihn gewechselt: bruecke audit-reseal. "
    "Sonst wurde das Ende der Kette verändert."
)
_FORGED = f"Das Siegel am Ende der Kette ist nicht von dieser Anlage: Die Kette wurde verändert. {_TAMPERED}"
_LATE = "Läuft `bruecke worker`?"


def findings(now: datetime, *, quick: bool, anchors: str | None) -> Iterator[Finding]:
    reports = list(check_chains(quick=quick))
    unwell = [report for report in reports if not report.is_well(now)]
    entries, waiting = sum(report.checked for report in reports), sum(report.waiting for report in reports)
    yield Finding(
        "Protokoll",
        not unwell,
        f"{len(reports)} Ketten, {entries} Einträge geprüft, {waiting} warten auf das Siegel",
        _advice(unwell),
        tuple(line for report in unwell for line in _lines(report)),
    )
    kept = [sentence for anchor in kept_anchors() if (sentence := check_anchor(anchor))]
    yield Finding("Anker im Datenordner", not kept, f"{len(kept)} passen nicht", _TAMPERED, tuple(kept[:8]))
    if anchors is not None:
        given = anchors_in(anchors)
        wrong = [sentence for anchor in given if (sentence := check_anchor(anchor))]
        yield Finding(
            "Genannte Anker",
            bool(given) and not wrong,
            f"{len(given)} gelesen, {len(wrong)} passen nicht",
            _TAMPERED if given else "In der Datei steht kein Anker. Anker beginnen mit BRUECKE-ANKER.",
            tuple(wrong),
        )


def _advice(unwell: list[ChainReport]) -> str:
    if any(report.broken for report in unwell):
        return _TAMPERED
    if any(report.is_other_key for report in unwell):
        return _OTHER_KEY
    return _FORGED if any(not report.is_sealed_by_us for report in unwell) else _LATE


def _lines(report: ChainReport) -> Iterator[str]:
    for found in report.breaks:
        yield f"{report.name}, {found}"
    if report.broken > len(report.breaks):
        yield f"{report.name}: und {report.broken - len(report.breaks)} weitere"
    if not report.is_sealed_by_us and not report.broken:
        yield f"{report.name}: Das Siegel bei Nr. {report.number} ist nicht von dieser Anlage."
    if report.waits_since is not None:
        yield f"{report.name}: {report.waiting} Einträge ohne Siegel, der älteste vom {report.waits_since:%d.%m.%Y %H:%M} UTC"
