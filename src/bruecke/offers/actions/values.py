"""What comes in from forms, imports and providers, made into values of the columns; every refusal names its field in German."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.translation import gettext as _

from bruecke.core import schedules
from bruecke.core.errors import Invalid
from bruecke.core.folding import seen
from bruecke.core.models import District
from bruecke.core.translations import Origin, source_hash
from bruecke.directory.models import Location, Organisation
from bruecke.offers.models import TRANSLATED, Offer
from bruecke.offers.queries import words
from bruecke.offers.queries.fields import DAYS, EDITABLE
from bruecke.offers.states import CostKind, FacetKind, Registration, Visibility
from bruecke.places import queries as places

MOST_SCHEDULES = 30
MOST_EXDATES = 200
MOST_KEYS = 40
MOST_LOCATIONS = 20
MOST_AREAS = 200
NOTE_LENGTH = 200
OLDEST = 120
_PHONE = re.compile(r"[+0-9][0-9 ()/.–-]{3,39}")
_TEXTS = ("title", "description", "schedule_note", "cost_note", "registration_note", "status_requirement", "documents")
_BOUNDS = {"age_min": OLDEST, "age_max": OLDEST, "cost_cents": 10_000_000, "places_total": 100_000, "places_free": 100_000}
_CHOICES = {"cost_kind": CostKind, "registration": Registration, "visibility": Visibility}
_web = URLValidator(schemes=["http", "https"])


@dataclass(slots=True)
class Context:
    """What checking needs to know of the district, read once for any number of offers."""

    district: District
    known: dict[FacetKind, frozenset[str]] = field(default_factory=dict)
    locations: dict[str, Location] = field(default_factory=dict)

    def keys(self, kind: FacetKind) -> frozenset[str]:
        if kind not in self.known:
            self.known[kind] = words.known_keys(kind, district=self.district)
        return self.known[kind]

    def read_locations(self, uids: Iterable[str]) -> None:
        """Load locations of the open district that are not known yet. One query at most."""
        missing = {uid for uid in uids if isinstance(uid, str)} - self.locations.keys()
        if missing:
            rows = Location.objects.filter(uid__in=missing).select_related("organisation", "area").order_by("pk")
            self.locations |= {row.uid: row for row in rows}


def clean(values: Mapping[str, Any], *, offer: Offer | None, context: Context, today: date) -> dict[str, Any]:
    """The changed columns as they will stand. `offer` is what stands now (None: a new one); what it has already may stay.

    Raises: Invalid with every field that is wrong; ValueError for a key that is no field (a defect of the caller).
    """
    if unknown := set(values) - set(EDITABLE):
        raise ValueError(f"no fields of an offer: {sorted(unknown)}")
    cleaned: dict[str, Any] = {}
    errors: dict[str, object] = {}
    context.read_locations(uids_in(values))
    for name in EDITABLE:
        if name in values:
            try:
                cleaned[name] = _CLEANERS[name](name, values[name], offer, context)
            except Invalid as error:
                errors[name] = error.message
    if offer is None and "title" not in values:
        errors["title"] = _("Bitte geben Sie einen Titel ein.")
    if offer is None and not values.get("provider"):
        errors["provider"] = _("Bitte wählen Sie einen Träger.")
    if not errors:
        _complete(cleaned, offer, today)
        errors = _together(cleaned, offer)
    if errors:
        raise Invalid(errors)
    return cleaned


def uids_in(values: Mapping[str, Any]) -> set[str]:
    """Uids of all locations that values name."""
    found = {item.uid if isinstance(item, Location) else item for item in values.get("locations") or ()}
    entries = values.get("schedules") or ()
    return found | {str(entry["location"]) for entry in entries if isinstance(entry, Mapping) and entry.get("location")}


# --- single fields ---------------------------------------------------------------------------------------------------


def _text(name: str, value: Any, offer: Offer | None, context: Context) -> str:
    return _checked_text(value, _longest(name), is_long=name == "description", is_needed=name == "title")


def _longest(name: str) -> int | None:
    column: Any = Offer._meta.get_field(name)
    return column.max_length


def _checked_text(value: Any, longest: int | None, *, is_long: bool = False, is_needed: bool = False) -> str:
    text = seen(str(value or "")).strip()
    text = text.replace("\r\n", "\n") if is_long else " ".join(text.split())
    if is_needed and not text:
        raise Invalid(_("Bitte geben Sie einen Titel ein."))
    if longest is not None and len(text) > longest:
        raise Invalid(_("Bitte kürzen Sie den Text auf höchstens %(count)s Zeichen.") % {"count": longest})
    return text


def _provider(name: str, value: Any, offer: Offer | None, context: Context) -> Organisation:
    if not isinstance(value, Organisation) or value.district_id != context.district.pk:
        raise Invalid(_("Bitte wählen Sie einen Träger."))
    if value.is_archived and (offer is None or offer.provider_id != value.pk):
        raise Invalid(_("Dieser Träger ist archiviert. Bitte wählen Sie einen anderen."))
    return value


def _terms(name: str, value: Any, offer: Offer | None, context: Context) -> dict[str, list[str]]:
    if not isinstance(value, Mapping) or set(value) - {kind.value for kind in FacetKind}:
        raise Invalid(_("Diese Einordnung gibt es nicht."))
    cleaned = {}
    for kind in FacetKind:
        keys = list(dict.fromkeys(value.get(kind.value) or ()))
        kept = set(offer.keys(kind)) if offer is not None else set()
        if unknown := [key for key in keys if not isinstance(key, str) or (key not in context.keys(kind) and key not in kept)]:
            raise Invalid(_("Dieses Stichwort gibt es nicht: %(keys)s") % {"keys": ", ".join(map(str, unknown[:5]))})
        if len(keys) > MOST_KEYS:
            raise Invalid(_("Bitte wählen Sie höchstens %(count)s Stichwörter.") % {"count": MOST_KEYS})
        if keys:
            cleaned[kind.value] = keys
    return cleaned


def _areas(name: str, value: Any, offer: Offer | None, context: Context) -> list[str]:
    keys = list(dict.fromkeys(value or ()))
    own = context.district.ags
    kept = set(offer.areas) if offer is not None else set()
    for ags in keys:
        place = places.place(ags) if isinstance(ags, str) else None
        if ags not in kept and ags != own and (place is None or len(ags) != 8 or place.kreis_ags != own):
            raise Invalid(_("Diese Gemeinde gehört nicht zum Landkreis: %(ags)s") % {"ags": str(ags)[:20]})
    if len(keys) > MOST_AREAS:
        raise Invalid(_("Bitte wählen Sie höchstens %(count)s Gemeinden.") % {"count": MOST_AREAS})
    return keys


def _locations(name: str, value: Any, offer: Offer | None, context: Context) -> list[str]:
    uids = list(dict.fromkeys(item.uid if isinstance(item, Location) else item for item in value or ()))
    kept = set(offer.locations) if offer is not None else set()
    for uid in uids:
        _check_location(uid, kept, context)
    if len(uids) > MOST_LOCATIONS:
        raise Invalid(_("Bitte wählen Sie höchstens %(count)s Orte.") % {"count": MOST_LOCATIONS})
    return uids


def _check_location(uid: Any, kept: set[str], context: Context) -> None:
    location = context.locations.get(uid) if isinstance(uid, str) else None
    if location is None:
        raise Invalid(_("Diesen Ort gibt es nicht im Verzeichnis."))
    if uid not in kept and (location.is_archived or location.organisation.is_archived):
        raise Invalid(_("Der Ort „%(name)s“ ist archiviert. Bitte wählen Sie einen anderen.") % {"name": location.name})


def _number(name: str, value: Any, offer: Offer | None, context: Context) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, (int, str)) or (isinstance(value, str) and not value.strip().isdecimal()):
        raise Invalid(_("Bitte geben Sie eine ganze Zahl ein."))
    number = int(value)
    if not 0 <= number <= _BOUNDS[name]:
        raise Invalid(_("Bitte geben Sie eine Zahl von 0 bis %(most)s ein.") % {"most": _BOUNDS[name]})
    return number


def _choice(name: str, value: Any, offer: Offer | None, context: Context) -> str:
    try:
        return str(_CHOICES[name](value).value)
    except ValueError as error:
        raise Invalid(_("Bitte wählen Sie einen der Werte aus.")) from error


def _flag(name: str, value: Any, offer: Offer | None, context: Context) -> bool:
    return bool(value)


def _maybe(name: str, value: Any, offer: Offer | None, context: Context) -> bool | None:
    return None if value is None or value == "" else bool(value)


def _day(name: str, value: Any, offer: Offer | None, context: Context) -> date | None:
    if value is None or value == "":
        return None
    return value if isinstance(value, date) else _iso_day(value)


def _iso_day(value: Any) -> date:
    try:
        day = date.fromisoformat(str(value))
    except ValueError as error:
        raise Invalid(_("Bitte geben Sie ein Datum ein.")) from error
    if not 1990 <= day.year <= 2100:
        raise Invalid(_("Bitte prüfen Sie das Jahr."))
    return day


def _email(name: str, value: Any, offer: Offer | None, context: Context) -> str:
    text = _checked_text(value, 254)
    try:
        if text:
            validate_email(text)
    except ValidationError as error:
        raise Invalid(_("Bitte geben Sie eine gültige E-Mail-Adresse ein.")) from error
    return text


def _phone(name: str, value: Any, offer: Offer | None, context: Context) -> str:
    text = _checked_text(value, 40)
    if text and not _PHONE.fullmatch(text):
        raise Invalid(_("Bitte geben Sie eine Telefonnummer ein, zum Beispiel 03501 515 1234."))
    return text


def _url(name: str, value: Any, offer: Offer | None, context: Context) -> str:
    text = _checked_text(value, 200)
    if text and "://" not in text:
        text = f"https://{text}"
    try:
        if text:
            _web(text)
    except ValidationError as error:
        raise Invalid(_("Bitte geben Sie eine vollständige Internetadresse ein, zum Beispiel https://www.beispiel.de.")) from error
    return text


# --- schedules and translations ----------------------------------------------------------------------------------------


def _schedules(name: str, value: Any, offer: Offer | None, context: Context) -> list[dict[str, Any]]:
    entries = list(value or ())
    if len(entries) > MOST_SCHEDULES:
        raise Invalid(_("Bitte geben Sie höchstens %(count)s Termine ein.") % {"count": MOST_SCHEDULES})
    kept = {entry.get("location") for entry in offer.schedules} if offer is not None else set()
    return [_schedule(entry, kept, context) for entry in entries]


def _schedule(entry: Any, kept: set[str], context: Context) -> dict[str, Any]:
    if not isinstance(entry, Mapping):
        raise Invalid(_("Diesen Termin verstehen wir nicht."))
    try:
        rule = schedules.parse_rrule(str(entry.get("rrule") or ""))
    except ValueError as error:
        raise Invalid(_("Diese Wiederholung verstehen wir nicht. Bitte wählen Sie Tage oder Wochen aus.")) from error
    starts, ends = _time(entry.get("starts")), _time(entry.get("ends"), is_needed=False)
    first_on = _iso_day(entry.get("first_on"))
    until_on = _iso_day(entry["until_on"]) if entry.get("until_on") else None
    if ends and ends <= starts:
        raise Invalid(_("Das Ende muss nach dem Beginn liegen."))
    if until_on is not None and until_on <= first_on:
        raise Invalid(_("Der letzte Termin muss nach dem ersten liegen."))
    exdates = sorted({_iso_day(day).isoformat() for day in entry.get("exdates") or ()})
    if len(exdates) > MOST_EXDATES:
        raise Invalid(_("Bitte geben Sie höchstens %(count)s Ausnahmen ein.") % {"count": MOST_EXDATES})
    location = entry.get("location") or ""
    if location:
        _check_location(location, kept, context)
    return {
        "rrule": rule,
        "first_on": first_on.isoformat(),
        "until_on": until_on.isoformat() if until_on else None,
        "starts": starts,
        "ends": ends,
        "exdates": exdates,
        "location": location,
        "note": _checked_text(entry.get("note"), NOTE_LENGTH),
    }


def _time(value: Any, *, is_needed: bool = True) -> str:
    """ "HH:MM"; "" where none is needed and none is given."""
    if not is_needed and not value:
        return ""
    try:
        moment = value if isinstance(value, time) else time.fromisoformat(str(value))
    except ValueError as error:
        raise Invalid(_("Bitte geben Sie eine Uhrzeit ein, zum Beispiel 09:00.")) from error
    return f"{moment:%H:%M}"


def _translations(name: str, value: Any, offer: Offer | None, context: Context) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise Invalid(_("Diese Übersetzungen verstehen wir nicht."))
    cleaned: dict[str, Any] = {}
    for lang, fields in value.items():
        if lang == "de" or lang not in context.keys(FacetKind.LANGUAGE) or not isinstance(fields, Mapping):
            raise Invalid(_("Diese Sprache gibt es nicht: %(lang)s") % {"lang": str(lang)[:20]})
        if texts := {key: entry for key in TRANSLATED if (entry := _translation(key, fields.get(key))) is not None}:
            cleaned[lang] = texts
    return cleaned


def _translation(key: str, entry: Any) -> dict[str, Any] | None:
    if not isinstance(entry, Mapping):
        return None
    text = _checked_text(entry.get("text"), _longest(key), is_long=key == "description")
    if not text:
        return None
    origin, approved_at = entry.get("origin", Origin.HUMAN.value), entry.get("approved_at")
    if origin not in {item.value for item in Origin}:
        raise Invalid(_("Diese Übersetzungen verstehen wir nicht."))
    return {
        "text": text,
        "origin": str(origin),
        "source_hash": str(entry.get("source_hash") or "")[:16],
        "approved_at": str(approved_at)[:40] if approved_at else None,
    }


_CLEANERS: dict[str, Callable[[str, Any, Offer | None, Context], Any]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_BOUNDS, _number),
    **dict.fromkeys(_CHOICES, _choice),
    **dict.fromkeys(DAYS, _day),
    **dict.fromkeys(("has_childcare", "is_accessible"), _maybe),
    "provider": _provider,
    "terms": _terms,
    "areas": _areas,
    "locations": _locations,
    "is_online": _flag,
    "schedules": _schedules,
    "contact_email": _email,
    "contact_phone": _phone,
    "website": _url,
    "translations": _translations,
}

# --- fields together ---------------------------------------------------------------------------------------------------


def _complete(cleaned: dict[str, Any], offer: Offer | None, today: date) -> None:
    """Free places carry a day, a free offer no price, a translation the mark of its source."""

    def after(name: str) -> Any:
        return cleaned[name] if name in cleaned else getattr(offer, name, None)

    if "places_free" in cleaned:
        if cleaned["places_free"] is None:
            cleaned["places_free_on"] = None
        elif not cleaned.get("places_free_on"):
            same = offer is not None and offer.places_free == cleaned["places_free"] and offer.places_free_on is not None
            cleaned["places_free_on"] = offer.places_free_on if same and offer is not None else today
    elif "places_free_on" in cleaned and (after("places_free") is None) != (cleaned["places_free_on"] is None):
        cleaned["places_free_on"] = None if after("places_free") is None else today
    if cleaned.get("cost_kind") == CostKind.FREE:
        cleaned["cost_cents"] = None
    for texts in cleaned.get("translations", {}).values():
        for key, entry in texts.items():
            entry["source_hash"] = entry["source_hash"] or source_hash(after(key) or "")


def _together(cleaned: dict[str, Any], offer: Offer | None) -> dict[str, object]:
    def after(name: str) -> Any:
        return cleaned[name] if name in cleaned else getattr(offer, name, None)

    errors: dict[str, object] = {}
    if after("age_min") is not None and after("age_max") is not None and after("age_max") < after("age_min"):
        errors["age_max"] = _("Das Höchstalter muss mindestens so hoch sein wie das Mindestalter.")
    if after("places_free") is not None and after("places_total") is not None and after("places_free") > after("places_total"):
        errors["places_free"] = _("Es können nicht mehr Plätze frei sein, als es gibt.")
    if after("valid_from") and after("valid_until") and after("valid_until") <= after("valid_from"):
        errors["valid_until"] = _("Das Ende muss nach dem Beginn liegen.")
    if after("cost_cents") is not None and after("cost_kind") == CostKind.FREE:
        errors["cost_cents"] = _("Ein kostenloses Angebot hat keinen Betrag.")
    return errors
