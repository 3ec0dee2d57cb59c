"""One row of a table understood: what it means, what is wrong with it, and what it would change. Reads only."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from bruecke.core.clock import local_day
from bruecke.core.errors import Invalid
from bruecke.core.folding import find_key
from bruecke.core.registries import ImportContext, ParsedRow, Problem
from bruecke.core.sheets import MAX_CELL
from bruecke.directory import rules as directory_rules
from bruecke.directory.models import Organisation
from bruecke.offers import queries
from bruecke.offers.actions import clean
from bruecke.offers.importers import reading
from bruecke.offers.importers.columns import BY_KEY
from bruecke.offers.importers.reading import Unread, shortened
from bruecke.offers.importers.register import House, Register, register_of
from bruecke.offers.importers.times import Unclear, pieces, read_piece, write_entry
from bruecke.offers.importers.writing import out_row
from bruecke.offers.models import REGISTRATION_LABELS, STATE_LABELS, VISIBILITY_LABELS, Offer
from bruecke.offers.queries.fields import DAYS, column_of
from bruecke.offers.states import FacetKind, OfferState, Registration, Visibility, may_become

_ONE_DAY = timedelta(days=1)
_TEXTS = (
    *("title", "description", "schedule_note", "cost_note", "registration_note", "status_requirement", "documents"),
    *("contact_email", "contact_phone", "website"),
)
_COLUMN_OF = {
    "terms": "category",
    "cost_cents": "cost",
    "cost_kind": "cost",
    "valid_until": "last_day",
    "locations": "place",
    "external_key": "key",
}
_REGISTRATIONS = {
    Registration.NONE: ("nein", "keine", "nicht nötig", "offen"),
    Registration.RECOMMENDED: ("erwünscht", "empfohlen"),
    Registration.REQUIRED: ("ja", "nötig", "erforderlich", "pflicht"),
}
_VISIBILITIES = {Visibility.PUBLIC: ("öffentlich", "ja"), Visibility.INTERNAL: ("intern", "nein", "nicht öffentlich")}
_STATES = {
    OfferState.DRAFT: ("in Arbeit",),
    OfferState.ACTIVE: ("aktiv", "laufend", "findet statt"),
    OfferState.PAUSED: ("pausiert", "ruhend", "Pause"),
    OfferState.ARCHIVED: ("beendet", "eingestellt", "vorbei", "inaktiv"),
}


def parse_row(cells: Mapping[str, str], context: ImportContext) -> ParsedRow:
    """A row of the table, its problems by column with their cure."""
    row = _Row(cells, context, register_of(context))
    if not row.title or not row.provider_name:
        return ParsedRow(values={}, title=row.title)  # the house says which cell is missing
    row.read()
    changes = row.changes()
    known = "update" if changes else "skip"
    return ParsedRow(
        values=row.as_json(changes),
        problems=tuple(row.problems),
        key=row.identity,
        decision=known if row.offer is not None else "create",
        about_uid=row.provider.uid if row.provider else "",  # whose erasure takes the row along
        title=row.title,
    )


@dataclass
class _Row:
    cells: Mapping[str, str]
    context: ImportContext
    register: Register
    problems: list[Problem] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    houses: list[House] | None = None
    state: OfferState | None = None
    confirmed_on: date | None = None

    @cached_property
    def title(self) -> str:
        return " ".join(self.cells.get("title", "").split())

    @cached_property
    def provider_name(self) -> str:
        return " ".join(self.cells.get("provider", "").split())

    @cached_property
    def key(self) -> str:
        return self.cells.get("key", "").strip()

    @cached_property
    def provider(self) -> Organisation | None:
        return self.register.provider(self.provider_name)

    @cached_property
    def offer(self) -> Offer | None:
        return queries.offer_of_row(key=self.key[:80], title=self.title, provider=self.provider)

    @cached_property
    def today(self) -> date:
        return local_day(self.context.now)

    @property
    def identity(self) -> str:
        if self.offer is not None:
            return f"offer:{self.offer.uid}"
        return f"key:{self.key}" if self.key else f"{find_key(self.provider_name)[:90]}|{find_key(self.title)[:100]}"

    @cached_property
    def written(self) -> dict[str, str]:
        """What the export says of the offer now: a cell that says the same changes nothing."""
        if self.offer is None:
            return {}
        named = [entry["location"] for entry in self.offer.schedules if entry.get("location")]
        houses = queries.locations_by_uid(self.offer, named)
        words = self.context.memo.setdefault("words", {})
        row = out_row(self.offer, district=self.context.district, houses=houses, words=words)
        self._house_names = {uid: house.name for uid, house in houses.items()}
        return {key: _as_text(value) for key, value in row.items()}

    _house_names: Mapping[str, str] = field(default_factory=dict)

    def wrong(self, key: str, sentence: object) -> None:
        self.problems.append(Problem(sentence, key))

    # --- reading the cells ---

    def differs(self, key: str) -> bool:
        """Whether the column was chosen and says something else than what stands there now."""
        if key not in self.cells:
            return False
        if self.offer is None:
            return True
        given, now = self.cells[key], self.written[key]
        if BY_KEY[key].kind == "date":
            given = _iso(given)
        return " ".join(given.split()) != " ".join(now.split())

    def take(self, key: str, read: Callable[[str], dict[str, Any]]) -> None:
        """The values of one column, or its problem."""
        if not self.differs(key):
            return
        try:
            self.values |= read(self.cells[key])
        except (Unread, Unclear) as error:
            self.wrong(key, str(error))

    def read(self) -> None:
        self._read_key()
        self._read_provider()
        for name in _TEXTS:
            self.take(name, lambda text, name=name: {name: text})  # type: ignore[misc]
        for name in ("age_min", "age_max", "places_total", "places_free"):
            self.take(name, lambda text, name=name: {name: reading.number(text)})  # type: ignore[misc]
        for name in ("has_childcare", "is_accessible"):
            self.take(name, lambda text, name=name: {name: reading.flag(text)})  # type: ignore[misc]
        self.take("is_online", lambda text: {"is_online": bool(reading.flag(text))})
        for name in ("places_free_on", "valid_from"):
            self.take(name, lambda text, name=name: {name: reading.day(text)})  # type: ignore[misc]
        self.take("last_day", lambda text: {"valid_until": _after(reading.day(text))})
        self.take("cost", reading.cost)
        self._read_choices()
        self._read_terms()
        self._read_places()
        self.take("schedules", self._schedules)
        self._read_confirmation()

    def _read_key(self) -> None:
        if len(self.key) > 80:
            self.wrong("key", _("Bitte kürzen Sie den Text auf höchstens %(count)s Zeichen.") % {"count": 80})

    def _read_provider(self) -> None:
        if self.offer is not None and not self.differs("provider"):
            return
        if self.provider is None:
            if not directory_rules.can_create_organisation(self.context.viewer):
                self.wrong("provider", _("Diesen Träger gibt es im Verzeichnis noch nicht. Bitte lassen Sie ihn zuerst anlegen."))
            if len(self.provider_name) > 160:
                self.wrong("provider", _("Bitte kürzen Sie den Text auf höchstens %(count)s Zeichen.") % {"count": 160})
            if not find_key(self.provider_name):
                self.wrong("provider", _("Der Name des Trägers braucht Buchstaben oder Ziffern."))
            self._check_email(self.cells.get("provider_email", "").strip())
        self.values["provider"] = self.provider or Organisation(district=self.context.district, name=self.provider_name)

    def _check_email(self, text: str) -> None:
        try:
            if text:
                validate_email(text)
        except ValidationError:
            self.wrong("provider_email", _("Bitte geben Sie eine gültige E-Mail-Adresse ein."))

    def _read_choices(self) -> None:
        def chosen(labels: Mapping[Any, Any], more: Mapping[Any, tuple[str, ...]], text: str) -> str:
            return reading.choice(text, {key.value: (str(label), *more[key]) for key, label in labels.items()})

        filled = {key: text for key, text in self.cells.items() if text.strip()}
        if "registration" in filled:
            self.take("registration", lambda text: {"registration": chosen(REGISTRATION_LABELS, _REGISTRATIONS, text)})
        if "visibility" in filled:
            self.take("visibility", lambda text: {"visibility": chosen(VISIBILITY_LABELS, _VISIBILITIES, text)})
        if "state" in filled and self.differs("state"):
            try:
                self._take_state(OfferState(chosen(STATE_LABELS, _STATES, filled["state"])))
            except Unread as error:
                self.wrong("state", str(error))

    def _take_state(self, state: OfferState) -> None:
        if self.offer is None and state is OfferState.ARCHIVED:
            self.wrong("state", _("Was es nicht mehr gibt, wird nicht neu angelegt. Bitte lassen Sie die Zeile weg."))
        elif self.offer is not None and state != self.offer.state:
            if self.offer.is_archived or not may_become(OfferState(self.offer.state), state):
                self.wrong("state", _("Dieser Schritt geht nicht von hier aus. Bitte ändern Sie den Stand am Eintrag selbst."))
            self.state = state
        elif self.offer is None:
            self.state = state

    def _read_terms(self) -> None:
        now = self.offer.terms if self.offer is not None else {}
        terms = dict(now)
        for kind in FacetKind:
            if self.differs(kind.value):
                try:
                    terms[kind.value] = self._keys(kind)
                except Unread as error:
                    self.wrong(kind.value, str(error))
        if terms != now:
            self.values["terms"] = terms
        self.take("areas", lambda text: {"areas": self.register.areas(text) if text.strip() else []})

    def _keys(self, kind: FacetKind) -> list[str]:
        return self.register.keys(kind, self.cells[kind.value]) if self.cells[kind.value].strip() else []

    def _read_confirmation(self) -> None:
        if not self.differs("confirmed_on"):
            return
        try:
            day = reading.day(self.cells["confirmed_on"])
        except Unread as error:
            self.wrong("confirmed_on", str(error))
            return
        if day is not None and day > self.today:
            self.wrong("confirmed_on", _("Dieser Tag liegt in der Zukunft. Bitte prüfen Sie das Datum."))
        elif day is not None and (self.offer is None or self.offer.confirmed_on is None or day > self.offer.confirmed_on):
            self.confirmed_on = day

    # --- places and times ---

    def _read_places(self) -> None:
        if not any(self.differs(key) for key in ("place", "address", "municipality")):
            return
        names, addresses, areas = (_list(self.cells.get(key, "")) for key in ("place", "address", "municipality"))
        if not any(names) and not any(addresses):
            self._read_area_only(areas)
            return
        count = max(len(names), len(addresses))
        if len(areas) > count:
            self.wrong("municipality", _("Hier stehen mehr Gemeinden als Orte. Bitte geben Sie zu jedem Ort eine an."))
            return
        found = []
        for name, address, area in zip(_padded(names, count), _padded(addresses, count), _padded(areas, count), strict=True):
            house = self._house(name or self.provider_name, address, area)
            if house is not None:
                found.append(house)
        self.houses = found

    def _read_area_only(self, areas: list[str]) -> None:
        """Without house and address the municipality is where the offer can be had."""
        if self.offer is not None and self.offer.locations:
            self.houses = []
        if any(areas) and not self.cells.get("areas", "").strip():
            try:
                self.values["areas"] = [self.register.municipality(area) for area in areas if area]
            except Unread as error:
                self.wrong("municipality", str(error))

    def _house(self, name: str, address: str, area: str) -> House | None:
        if len(name) > 160:
            self.wrong("place", _("Bitte kürzen Sie den Text auf höchstens %(count)s Zeichen.") % {"count": 160})
            return None
        try:
            ags = self.register.municipality(area) if area else ""
        except Unread as error:
            self.wrong("municipality", str(error))
            return None
        try:
            return self.register.house(name, address, ags, self.provider)
        except Unread as error:
            self.wrong("address" if address else "place", str(error))
            return None

    def _schedules(self, text: str) -> dict[str, Any]:
        """Pieces that stand there already stay as they are, with all that words do not say. Raises: Unclear."""
        if len(text) > MAX_CELL:
            raise Unclear(_("Dieser Text ist zu lang."))
        before = (
            {" ".join(write_entry(entry, self._house_names).split()): entry for entry in self.offer.schedules} if self.offer else {}
        )
        first_on = self.values.get("valid_from") or (self.offer.valid_from if self.offer else None) or self.today
        entries: list[dict[str, Any]] = []
        for piece in pieces(text):
            known = before.get(" ".join(piece.split()))
            if known is not None:
                entries.append(dict(known))
            else:
                read = read_piece(piece, first_on=first_on)
                entries += [{**entry, "location": self._place_of(entry["location"])} for entry in read]
        return {"schedules": entries}

    def _place_of(self, name: str) -> str:
        """The uid of one of the row's houses, or "@" and its place in the list for one that is new. Raises: Unclear."""
        if not name:
            return ""
        for number, house in enumerate(self.houses or []):
            if find_key(name) == find_key(house.name.replace(",", " ")):
                return house.uid or f"@{number}"
        if self.houses is None:
            for uid, known in self._house_names.items():
                if find_key(name) == find_key(known.replace(",", " ")):
                    return uid
        raise Unclear(_("„%(name)s“ steht nicht in der Spalte „Ort“ dieser Zeile.") % {"name": shortened(name)})

    # --- what changes ---

    def changes(self) -> dict[str, Any]:
        """The columns that will be other ones; the rules of the house may add problems."""
        given = dict(self.values)
        if self.houses is not None:
            given["locations"] = [house.uid for house in self.houses if house.uid]
        places = [entry["location"] for entry in given.get("schedules", ())]
        if "schedules" in given:
            given["schedules"] = [{**entry, "location": _known(entry["location"])} for entry in given["schedules"]]
        try:
            cleaned = clean(given, offer=self.offer, context=self.register.context, today=self.today)
        except Invalid as error:
            self._note(error)
            return {}
        for entry, place in zip(cleaned.get("schedules", ()), places, strict=True):
            entry["location"] = place
        changed = cleaned if self.offer is None else {key: value for key, value in cleaned.items() if self._is_new(key, value)}
        if self._has_new_houses:
            changed["locations"] = []
        if self.offer is not None and self.offer.is_archived and (changed or self.state or self.confirmed_on):
            self.wrong("", _("Das Angebot ist archiviert. Bitte holen Sie es zuerst zurück."))
        marks = {"state": self.state, "confirmed_on": self.confirmed_on, "external_key": self._new_key}
        return changed | {key: value for key, value in marks.items() if value}

    @property
    def _has_new_houses(self) -> bool:
        return any(not house.uid for house in self.houses or ())

    @property
    def _new_key(self) -> str:
        """The table's key for an offer that has none yet."""
        is_ours = self.offer is not None and (self.offer.external_key or self.key == self.offer.uid)
        return "" if is_ours else self.key

    def _is_new(self, key: str, value: Any) -> bool:
        now = getattr(self.offer, column_of(key))
        if key == "provider":
            return bool(value.pk != now)
        if key == "schedules":  # old rows may lack keys that new ones have
            return [{k: v or "" for k, v in entry.items()} for entry in value] != [
                {k: entry.get(k) or "" for k in value_of} for entry, value_of in zip(now, value, strict=False)
            ] or len(now) != len(value)
        return bool(value != now)

    def _note(self, error: Invalid) -> None:
        told = {problem.field for problem in self.problems}
        for name, message in error.errors.items():
            key = _COLUMN_OF.get(name, name)
            if key not in told:
                self.wrong(key if key in BY_KEY else "", message)

    def as_json(self, changes: Mapping[str, Any]) -> dict[str, Any]:
        """What `apply_rows` gets."""
        plain = {key: value for key, value in changes.items() if key not in {"provider", "state", "confirmed_on", "external_key"}}
        email = self.cells.get("provider_email", "").strip() if self.provider is None else ""
        return {
            "title": self.title,
            "offer": self.offer.uid if self.offer else "",
            "key": self._new_key,
            "provider": self.provider.uid if self.provider else {"name": self.provider_name, "email": email},
            "sets_provider": "provider" in changes,
            "values": {key: value.isoformat() if key in DAYS and value else value for key, value in plain.items()},
            "houses": [house.as_json() for house in self.houses] if self.houses is not None and "locations" in plain else None,
            "state": str(self.state or ""),
            "confirmed_on": self.confirmed_on.isoformat() if self.confirmed_on else "",
        }


def _known(place: str) -> str:
    return "" if place.startswith("@") else place


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("ja") if value else _("nein")
    return value.isoformat() if isinstance(value, date) else str(value)


def _iso(text: str) -> str:
    """A day as ISO text, where it is one."""
    try:
        day = reading.day(text)
    except Unread:
        return text
    return day.isoformat() if day else ""


def _after(day: date | None) -> date | None:
    return day + _ONE_DAY if day else None


def _list(text: str) -> list[str]:
    return [" ".join(part.split()) for part in text.replace("\n", ";").split(";")] if text.strip() else []


def _padded(parts: list[str], count: int) -> list[str]:
    return (parts + [""] * count)[:count]
