"""The record of processing (Art. 30 DSGVO), made from the classified fields and from what people added; and what changed."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.apps import apps
from django.utils.text import camel_case_to_spaces
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.accounts.models import Controller
from bruecke.core import settings
from bruecke.core.models import District
from bruecke.core.privacy import ProcessingActivity, activities, fields_of
from bruecke.core.registries import PersonalData
from bruecke.core.settings import setting_keys
from bruecke.core.viewer import Viewer
from bruecke.privacy.models import ADDITION_LABELS, RecordAddition, RecordRelease
from bruecke.privacy.states import OF_ACTIVITY, OF_CONTROLLER, OWED_OF_ACTIVITY, AdditionKind

PARTS: dict[str, Any] = {
    "purposes": gettext_lazy("Zwecke"),
    "subjects": gettext_lazy("Betroffene Personen"),
    "categories": gettext_lazy("Kategorien von Daten"),
    "special": gettext_lazy("Besondere Kategorien (Art. 9)"),
    "bases": gettext_lazy("Rechtsgrundlagen"),
    "recipients": gettext_lazy("Empfänger"),
    "retention": gettext_lazy("Löschfristen"),
    "periods": gettext_lazy("Fristen, wie heute eingestellt"),
    "additions": gettext_lazy("Angaben der Stelle"),
}
MEASURES = (
    gettext_lazy("Anmeldung in zwei Schritten für alle Mitarbeitenden, Abmeldung nach höchstens zehn Stunden"),
    gettext_lazy("Rollen mit Anfang und Ende; eine Frage liest nur die Stelle, die im Formular genannt ist"),
    gettext_lazy("Protokoll aller Zugriffe, die etwas ändern oder verweigert wurden, ohne Inhalte"),
    gettext_lazy("Passwörter nur als Prüfwert, Geheimnisse verschlüsselt, Quittungscodes nur als Prüfwert"),
    gettext_lazy("Öffentliche Seiten ohne Cookies und ohne Inhalte fremder Server, Protokolle des Servers ohne Netzadressen"),
    gettext_lazy("Fotos werden neu kodiert, Dateien von Fremden in einem eigenen Prozess geprüft"),
    gettext_lazy("Tägliches Löschen nach Fristen mit Löschprotokoll; gelöschte Seiten der Datenbank werden überschrieben"),
    gettext_lazy("Zahlen unter fünf Personen werden verdeckt"),
)
"""What the program itself does (Art. 32); each holds in every installation and is tested."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for something that only people know: its latest text, who entered it, earlier ones, whether it is owed."""

    kind: AdditionKind
    activity: str
    label: object
    is_owed: bool
    latest: RecordAddition | None = None
    earlier: tuple[RecordAddition, ...] = ()

    @property
    def is_open(self) -> bool:
        return self.is_owed and (self.latest is None or not self.latest.text)


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One activity of a controller; the tuples are sentences, each once, in the order of the registry."""

    key: str
    label: str
    purposes: tuple[str, ...]
    subjects: tuple[str, ...]
    categories: tuple[str, ...]
    special: tuple[str, ...]
    bases: tuple[str, ...]
    recipients: tuple[str, ...]
    retention: tuple[str, ...]
    periods: tuple[str, ...]
    slots: tuple[Slot, ...] = field(default=())

    @property
    def parts(self) -> list[tuple[object, tuple[str, ...]]]:
        """Label and sentences of each part that has any."""
        named = ((PARTS[name], getattr(self, name)) for name in PARTS if name != "additions")
        return [(label, sentences) for label, sentences in named if sentences]


@dataclass(frozen=True, slots=True)
class Record:
    """The whole record of a controller as of a day."""

    controller: Controller
    on: date
    slots: tuple[Slot, ...]
    lines: tuple[RecordLine, ...]

    @property
    def open_slots(self) -> list[Slot]:
        return [slot for slot in (*self.slots, *(slot for line in self.lines for slot in line.slots)) if slot.is_open]


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in one part of one line: sentences that went and that came."""

    line: str
    part: object
    gone: tuple[str, ...]
    came: tuple[str, ...]


def own_controller(viewer: Viewer) -> Controller | None:
    """The controller the viewer works for. One query."""
    found: Controller | None = (
        Controller.objects.filter(district_id=viewer.district_id, pk=viewer.controller_id).select_related("district").first()
    )
    return found


def record_of(district: District, controller: Controller, on: date) -> Record:
    """The record as it stands on a day. Two queries."""
    said: dict[tuple[str, str], list[RecordAddition]] = {}
    rows = RecordAddition.objects.filter(controller=controller).select_related("entered_by").order_by("-entered_at", "-pk")
    for row in rows:
        said.setdefault((row.activity, row.kind), []).append(row)
    done = [one for one in activities if controller.is_leading or not one.is_of_district]
    lines = tuple(_line(one, district, on, _slots(one.key, OF_ACTIVITY, OWED_OF_ACTIVITY, said)) for one in done)
    return Record(controller, on, _slots("", OF_CONTROLLER, OF_CONTROLLER, said), lines)


def _slots(
    activity: str,
    kinds: Iterable[AdditionKind],
    owed: Iterable[AdditionKind],
    said: Mapping[tuple[str, str], list[RecordAddition]],
) -> tuple[Slot, ...]:
    found = []
    for kind in kinds:
        rows = said.get((activity, kind.value), [])
        found.append(Slot(kind, activity, ADDITION_LABELS[kind], kind in owed, rows[0] if rows else None, tuple(rows[1:])))
    return tuple(found)


def _line(activity: ProcessingActivity, district: District, on: date, slots: tuple[Slot, ...]) -> RecordLine:
    fields = fields_of(activity)
    return RecordLine(
        key=activity.key,
        label=str(activity.label),
        purposes=_once(entry.purpose for entry in fields),
        subjects=_once(entry.subject for entry in fields),
        categories=_categories(fields),
        special=_once([activity.special_categories]),
        bases=_once(part.strip() for entry in fields for part in entry.legal_basis.split(";")),
        recipients=_once([activity.recipients]),
        retention=_once(entry.retention for entry in fields),
        periods=tuple(f"{setting_keys[key].label}: {settings.get(district, key, on)}" for key in activity.setting_keys),
        slots=slots,
    )


def _once(sentences: Iterable[object]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for one in sentences if (text := str(one))))


_TECHNICAL = {"sort_key", "find_key"}


def _categories(fields: Iterable[PersonalData]) -> tuple[str, ...]:
    """`Ansprechperson: Name, Funktion, E-Mail`: the fields of each table by their German names; keys for sorting left out."""
    by_table: dict[str, dict[str, None]] = {}
    for entry in fields:
        app, model_name, name = entry.key.split(".")
        if name in _TECHNICAL:
            continue
        model = apps.get_model(app, model_name)
        by_table.setdefault(_german_table(model), {})[_german_name(model, name)] = None
    return tuple(f"{table}: {', '.join(names)}" for table, names in sorted(by_table.items()))


def _german_table(model: Any) -> str:
    """The table's German name; tables that no page names stand together."""
    label = str(model._meta.verbose_name)
    return _("Weitere Einträge") if label == camel_case_to_spaces(model._meta.object_name) else label


def _german_name(model: Any, name: str) -> str:
    """The field's label, where somebody gave it one; Django's own makes words of the column."""
    label = str(model._meta.get_field(name).verbose_name)
    return _("weitere Angaben") if label == name.replace("_", " ") else label


# --- versions ----------------------------------------------------------------------------------------------------------------


def as_content(record: Record) -> dict[str, Any]:
    """Plain JSON of what is compared: {"": general, activity key: {label, parts}}."""
    content: dict[str, Any] = {"": {"label": _("Stelle insgesamt"), "additions": _said(record.slots)}}
    for line in record.lines:
        parts = {name: list(getattr(line, name)) for name in PARTS if name != "additions"}
        content[line.key] = {"label": line.label, **parts, "additions": _said(line.slots)}
    return content


def _said(slots: Iterable[Slot]) -> list[str]:
    return [f"{slot.label}: {slot.latest.text}" for slot in slots if slot.latest and slot.latest.text]


def releases(controller: Controller) -> list[RecordRelease]:
    """Versions of a controller without their content, the latest first. One query."""
    rows = RecordRelease.objects.filter(controller=controller).select_related("released_by").defer("content")
    return list(rows.order_by("-released_at", "-pk"))


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Line by line and part by part what went and what came; a new or ended activity is one difference with its name."""
    found = []
    for key in dict.fromkeys([*before, *after]):
        old, new = before.get(key), after.get(key)
        if old is None or new is None:
            label = str((new or old or {}).get("label", key))
            found.append(Difference(label, _("Verarbeitung"), () if new else (label,), (label,) if new else ()))
            continue
        found += _line_differences(old, new)
    return found


def _line_differences(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Difference]:
    found = []
    for name, label in PARTS.items():
        was, now = old.get(name, []), new.get(name, [])
        gone = tuple(one for one in was if one not in now)
        came = tuple(one for one in now if one not in was)
        if gone or came:
            found.append(Difference(str(new["label"]), label, gone, came))
    return found
