"""Files out of data protection: the record and the report of a breach as documents, record and protocol as tables."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.core.clock import BERLIN
from bruecke.core.documents import Paper, Part
from bruecke.core.sheets import OutColumn
from bruecke.privacy import rules
from bruecke.privacy.models import STEP_LABELS, Breach, BreachStep
from bruecke.privacy.queries.erasures import ErasureLine
from bruecke.privacy.queries.record import MEASURES, Record, RecordLine, Slot
from bruecke.privacy.states import BreachStepKind

OWN_DATA_TYPES = {"html": "text/html; charset=utf-8", "json": "application/json"}
RECORD_COLUMNS = (
    OutColumn("activity", gettext_lazy("Verarbeitung")),
    OutColumn("part", gettext_lazy("Angabe")),
    OutColumn("text", gettext_lazy("Inhalt")),
)
ERASURE_COLUMNS = (
    OutColumn("at", gettext_lazy("Wann"), "moment"),
    OutColumn("kind", gettext_lazy("Art")),
    OutColumn("what", gettext_lazy("Was")),
    OutColumn("count", gettext_lazy("Einträge"), "number"),
    OutColumn("period", gettext_lazy("Frist")),
    OutColumn("who", gettext_lazy("Durch")),
    OutColumn("proof", gettext_lazy("Prüfwert")),
)


def _said(slot: Slot) -> str:
    if slot.latest and slot.latest.text:
        return slot.latest.text
    return _("noch offen") if slot.is_owed else "–"


def record_rows(record: Record) -> Iterator[dict[str, Any]]:
    """One row a sentence, by the keys of `RECORD_COLUMNS`."""
    name = record.controller.name
    for label, text in _controller_facts(record):
        yield {"activity": name, "part": str(label), "text": text}
    for measure in MEASURES:
        yield {"activity": name, "part": _("Technische und organisatorische Maßnahmen"), "text": str(measure)}
    for line in record.lines:
        for label, sentences in line.parts:
            for sentence in sentences:
                yield {"activity": line.label, "part": str(label), "text": sentence}
        for slot in line.slots:
            yield {"activity": line.label, "part": str(slot.label), "text": _said(slot)}


def _controller_facts(record: Record) -> list[tuple[object, str]]:
    one = record.controller
    own: list[tuple[object, str]] = [
        (_("Verantwortliche Stelle"), one.name),
        (_("Anschrift"), one.address or "–"),
        (_("Telefon"), one.phone or "–"),
        (_("E-Mail"), one.mailbox or "–"),
    ]
    return [*own, *((slot.label, _said(slot)) for slot in record.slots)]


def record_paper(record: Record) -> Paper:
    """The record as a document, one chapter an activity."""
    day = f"{record.on:%d.%m.%Y}"
    return Paper(
        title=_("Verzeichnis von Verarbeitungstätigkeiten"),
        lead=(record.controller.name, _("nach Art. 30 Abs. 1 DSGVO, Stand %(day)s") % {"day": day}),
        parts=(
            Part(_("Verantwortliche Stelle"), facts=_controller_facts(record)),
            Part(_("Technische und organisatorische Maßnahmen (Art. 32)"), points=MEASURES),
            *(_chapter(number, line) for number, line in enumerate(record.lines, start=1)),
        ),
    )


def _chapter(number: int, line: RecordLine) -> Part:
    facts: list[tuple[object, object]] = [(label, "\n".join(sentences)) for label, sentences in line.parts]
    facts += [(slot.label, _said(slot)) for slot in line.slots]
    return Part(f"{number}. {line.label}", facts=facts)


def erasure_rows(lines: Iterable[ErasureLine]) -> Iterator[dict[str, Any]]:
    """One row a line of the protocol, by the keys of `ERASURE_COLUMNS`."""
    for line in lines:
        yield {
            "at": line.entry.at,
            "kind": line.entry.get_kind_display(),
            "what": line.what,
            "count": line.entry.count,
            "period": line.entry.period,
            "who": line.who,
            "proof": line.entry.subject_hash[:16],
        }


# --- breaches ----------------------------------------------------------------------------------------------------------------


def _moment(at: datetime | None) -> str:
    return _("%(moment)s Uhr") % {"moment": f"{at.astimezone(BERLIN):%d.%m.%Y, %H:%M}"} if at else "–"


def breach_facts(breach: Breach) -> list[tuple[object, str]]:
    """What Art. 33 Abs. 3 wants, in its order: label and text."""
    label = {field.name: field.verbose_name for field in Breach._meta.fields}
    named = [
        ("noticed_at", _moment(breach.noticed_at)),
        ("happened", breach.happened),
        ("categories", breach.categories or "–"),
        ("people_count", _count(breach.people_count)),
        ("records_count", _count(breach.records_count)),
        ("risk", str(breach.get_risk_display())),
        ("consequences", breach.consequences or "–"),
        ("measures", breach.measures or "–"),
        ("authority_told_at", _moment(breach.authority_told_at)),
        ("authority_reference", breach.authority_reference or "–"),
        ("authority_reason", breach.authority_reason or "–"),
        ("people_told_at", _moment(breach.people_told_at)),
        ("people_reason", breach.people_reason or "–"),
    ]
    return [(label[name], text) for name, text in named]


def _count(number: int | None) -> str:
    return _("noch nicht bekannt") if number is None else str(number)


def breach_paper(breach: Breach, steps: Iterable[BreachStep], authority: str, now: datetime) -> Paper:
    """The report of a breach to the supervisory authority (Art. 33 Abs. 3), with the steps so far."""
    one = breach.controller
    rows = [
        (_moment(step.at), str(STEP_LABELS[BreachStepKind(step.kind)]), step.text or "–", step.actor.name if step.actor else "–")
        for step in steps
    ]
    return Paper(
        title=_("Meldung einer Verletzung des Schutzes personenbezogener Daten"),
        lead=(
            _("An: %(authority)s") % {"authority": authority},
            _("Art. 33 DSGVO, Stand %(moment)s, unser Zeichen %(number)s")
            % {"moment": _moment(now), "number": f"DP-{breach.number}"},
        ),
        parts=(
            Part(
                _("Verantwortliche Stelle"),
                facts=(
                    (_("Name"), one.name),
                    (_("Anschrift"), one.address or "–"),
                    (_("Kontakt"), one.mailbox or one.phone or "–"),
                    (_("Datenschutzbeauftragte Stelle"), one.privacy_officer or "–"),
                ),
            ),
            Part(_("Die Datenpanne: %(title)s") % {"title": breach.title}, facts=breach_facts(breach)),
            Part(
                _("Frist"),
                sentences=(
                    _("72 Stunden nach dem Bekanntwerden: %(until)s") % {"until": _moment(rules.report_until(breach.noticed_at))},
                ),
            ),
            Part(_("Verlauf"), table=((_("Wann"), _("Schritt"), _("Was"), _("Wer")), rows)),
        ),
    )
