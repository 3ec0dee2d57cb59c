"""Forms of the inventory: filters of the list, and one calm form for everything about an offer."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.core.clock import today
from bruecke.core.models import District
from bruecke.directory import queries as directory
from bruecke.directory.models import Location, Organisation
from bruecke.offers.models import (
    COST_LABELS,
    MAX_DESCRIPTION,
    REGISTRATION_LABELS,
    STATE_LABELS,
    VISIBILITY_LABELS,
    Offer,
)
from bruecke.offers.queries import DUE, FRESH, NEVER, label_of, rule_in_words
from bruecke.offers.states import FacetKind
from bruecke.places import queries as places
from bruecke.ui.forms import FilterForm, GridOfBoxes, HouseForm, RowsOfBoxes, TextArea, VersionedForm
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.states import Taxonomy

ONE_DAY = timedelta(days=1)
ROWS_OF_TIMES = 4
HOUSES = 3
DAYS = (("MO", _("Mo")), ("TU", _("Di")), ("WE", _("Mi")), ("TH", _("Do")), ("FR", _("Fr")), ("SA", _("Sa")), ("SU", _("So")))
RHYTHMS = (
    ("1", _("jede Woche")),
    ("2", _("alle 2 Wochen")),
    ("3", _("alle 3 Wochen")),
    ("4", _("alle 4 Wochen")),
    ("m1", _("1. im Monat")),
    ("m2", _("2. im Monat")),
    ("m3", _("3. im Monat")),
    ("m4", _("4. im Monat")),
    ("m-1", _("letzter im Monat")),
)
UNKNOWN = [("", _("nicht bekannt")), ("true", _("ja")), ("false", _("nein"))]
_EUROS = re.compile(r"(\d{1,5})(?:[.,](\d{1,2}))?\s*(?:€|Euro)?", re.IGNORECASE)


def _choices(labels: Mapping[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.value, label) for key, label in labels.items()]


def _words(taxonomy: Taxonomy, district: District) -> list[tuple[str, str]]:
    return [(term.key, str(term)) for term in vocabulary.terms(taxonomy, district=district)]


def _languages() -> list[tuple[str, str]]:
    return [(one.code, str(one)) for one in vocabulary.languages()]


class OfferFilter(FilterForm):
    """Filters of the inventory; names stand in the address."""

    KEPT: ClassVar[tuple[str, ...]] = (*FilterForm.KEPT, "traeger", "nicht_gefragt", "plaetze")

    q = forms.CharField(label=_("Suche"), max_length=200, widget=forms.TextInput(attrs={"type": "search"}))
    kategorie = forms.ChoiceField(label=_("Art der Hilfe"))
    sprache = forms.ChoiceField(label=_("Sprache"))
    ort = forms.ChoiceField(label=_("Ort"))
    stand = forms.ChoiceField(label=_("Stand"), choices=[("", _("Alle")), *_choices(STATE_LABELS)])
    bestaetigt = forms.ChoiceField(
        label=_("Bestätigt"),
        choices=[("", _("Alle")), (FRESH, _("aktuell")), (DUE, _("überfällig")), (NEVER, _("noch nie"))],
    )
    zielgruppe = forms.ChoiceField(label=_("Zielgruppe"), widget=forms.HiddenInput)
    haus = forms.ChoiceField(label=_("Haus in"), widget=forms.HiddenInput)
    laufend = forms.ChoiceField(label=_("Laufzeit"), widget=forms.HiddenInput, choices=[("", ""), ("1", _("läuft heute"))])

    def __init__(self, query: Any, *args: Any, district: District, **kwargs: Any) -> None:
        towns = [(place.ags, place.name) for place in places.places_of(district.ags)]
        self._choices = {
            "kategorie": [("", _("Alle")), *_words(Taxonomy.CATEGORY, district)],
            "sprache": [("", _("Alle Sprachen")), *_languages()],
            "ort": [("", _("Alle Orte")), *towns],
            "haus": [("", ""), ("-", _("keiner Gemeinde")), *towns],
            "zielgruppe": [("", ""), *_words(Taxonomy.GROUP, district)],
        }
        super().__init__(query, *args, **kwargs)

    def is_valid(self) -> bool:
        """The choices must be known before the base class asks for the values."""
        for name, choices in self._choices.items():
            field: Any = self.fields[name]
            field.choices = choices
        return super().is_valid()


class _LocationChoice(forms.ModelChoiceField):
    """`Begegnungszentrum Pirna, Lindenplatz 3, 01796 Pirna`"""

    def label_from_instance(self, obj: Any) -> str:
        parts = (obj.organisation.name, obj.name if obj.name != obj.organisation.name else "", obj.address)
        return ", ".join(part for part in parts if part)


class OfferForm(VersionedForm):
    """Everything about an offer. `values()` gives what the actions take."""

    GROUPS = (
        (_("Was"), ("title", "description", "provider", "category", "field_of_action")),
        (_("Für wen"), ("target_group", "language", "age_min", "age_max", "status_requirement")),
        (_("Wo"), ("house_1", "house_2", "house_3", "is_online", "everywhere", "municipalities")),
        (_("Kosten und Zugang"), ("cost_kind", "cost_euro", "cost_note", "registration", "registration_note", "documents")),
        (_("Plätze und Betreuung"), ("places_total", "places_free", "places_free_on", "has_childcare", "is_accessible")),
        (_("Kontakt"), ("contact_email", "contact_phone", "website")),
        (_("Laufzeit und Sichtbarkeit"), ("valid_from", "last_day", "visibility")),
    )

    FOLDED = ("field_of_action", "target_group", "language", "municipalities")
    TIMES = ("days", "rhythm", "starts", "ends", "first", "last", "off")

    title = forms.CharField(label=_("Titel"), max_length=160)
    description = forms.CharField(
        label=_("Beschreibung"),
        required=False,
        max_length=MAX_DESCRIPTION,
        widget=TextArea(5),
        help_text=_("Kurze Sätze. Was passiert dort, und was bringt es?"),
    )
    provider: Any = forms.ModelChoiceField(label=_("Träger"), queryset=None, to_field_name="uid", empty_label=_("Bitte wählen"))
    category = forms.MultipleChoiceField(label=_("Art der Hilfe"), required=False, widget=GridOfBoxes)
    field_of_action = forms.MultipleChoiceField(label=_("Handlungsfelder"), required=False, widget=GridOfBoxes)
    target_group = forms.MultipleChoiceField(label=_("Zielgruppen"), required=False, widget=GridOfBoxes)
    language = forms.MultipleChoiceField(label=_("Sprachen"), required=False, widget=GridOfBoxes)
    age_min = forms.IntegerField(label=_("Alter von"), required=False, min_value=0, max_value=120)
    age_max = forms.IntegerField(label=_("Alter bis"), required=False, min_value=0, max_value=120)
    status_requirement = forms.CharField(label=_("Voraussetzung"), required=False, max_length=200)
    is_online = forms.BooleanField(label=_("online oder am Telefon"), required=False)
    everywhere = forms.BooleanField(label=_("für den ganzen Landkreis"), required=False)
    municipalities = forms.MultipleChoiceField(label=_("nur für diese Gemeinden"), required=False, widget=GridOfBoxes)
    schedule_note = forms.CharField(label=_("Hinweis zu den Terminen"), required=False, max_length=200)
    cost_kind = forms.ChoiceField(label=_("Kosten"), choices=_choices(COST_LABELS), initial="unknown")
    cost_euro = forms.CharField(label=_("Betrag in Euro"), required=False, max_length=12, help_text=_("Zum Beispiel 12,50."))
    cost_note = forms.CharField(label=_("Hinweis zu den Kosten"), required=False, max_length=200)
    registration = forms.ChoiceField(label=_("Anmeldung"), choices=_choices(REGISTRATION_LABELS))
    registration_note = forms.CharField(label=_("Hinweis zur Anmeldung"), required=False, max_length=200)
    documents = forms.CharField(label=_("Mitzubringen"), required=False, max_length=300)
    places_total = forms.IntegerField(label=_("Plätze"), required=False, min_value=0)
    places_free = forms.IntegerField(label=_("davon frei"), required=False, min_value=0)
    places_free_on = forms.DateField(label=_("Stand der freien Plätze"), required=False)
    has_childcare = forms.ChoiceField(label=_("Kinderbetreuung"), required=False, choices=UNKNOWN)
    is_accessible = forms.ChoiceField(label=_("barrierefrei"), required=False, choices=UNKNOWN)
    contact_email = forms.EmailField(label=_("E-Mail"), required=False, max_length=254, help_text=_("Leer: die des Trägers."))
    contact_phone = forms.CharField(label=_("Telefon"), required=False, max_length=40, help_text=_("Leer: das des Trägers."))
    website = forms.URLField(label=_("Website"), required=False, max_length=200, assume_scheme="https")
    valid_from = forms.DateField(label=_("läuft ab"), required=False)
    last_day = forms.DateField(label=_("letzter Tag"), required=False)
    visibility = forms.ChoiceField(label=_("Sichtbarkeit"), choices=_choices(VISIBILITY_LABELS))

    def __init__(self, *args: Any, district: District, offer: Offer | None = None, **kwargs: Any) -> None:
        self.district, self.offer = district, offer
        super().__init__(*args, **kwargs)
        self._add_houses()
        self._add_times()
        given: dict[str, Any] = {
            **{taxonomy.value: self._offered(taxonomy) for taxonomy in Taxonomy},
            "language": _languages(),
            "municipalities": [(place.ags, place.name) for place in places.places_of(district.ags)],
        }
        for name, choices in given.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        own = Organisation.objects.filter(pk__in=[offer.provider_id] if offer else [])
        self.fields["provider"].queryset = directory.usable_organisations() | own  # type: ignore[attr-defined]

    def _offered(self, taxonomy: Taxonomy) -> list[tuple[str, str]]:
        """The district's words, and those that the offer has although they are not offered any more."""
        words = _words(taxonomy, self.district)
        kind = FacetKind(taxonomy.value)
        kept = [key for key in (self.offer.keys(kind) if self.offer else []) if key not in dict(words)]
        return [*words, *((key, label_of(kind, key, district=self.district)) for key in kept)]

    @property
    def _more_houses(self) -> list[str]:
        """Houses beyond those that the form shows."""
        return self.offer.locations[HOUSES:] if self.offer else []

    def _add_houses(self) -> None:
        own = self.offer.locations[:HOUSES] if self.offer else []  # an archived one may stay
        offered = directory.usable_locations() | Location.objects.filter(uid__in=own).select_related("organisation")
        rows = list(offered)
        for number in range(1, HOUSES + 1):
            field = _LocationChoice(
                label=_("Ort") if number == 1 else _("Weiterer Ort"),
                queryset=offered,
                to_field_name="uid",
                required=False,
                empty_label=_("keiner"),
            )
            field.choices = [("", _("keiner")), *((row.uid, field.label_from_instance(row)) for row in rows)]
            self.fields[f"house_{number}"] = field

    def _add_times(self) -> None:
        before = self.offer.schedules if self.offer else []
        shown = {number for number, _entry in _shown(before)}
        if others := [(str(n), rule_in_words(entry, "de")) for n, entry in enumerate(before) if n not in shown]:
            self.fields["kept"] = forms.MultipleChoiceField(
                label=_("Weitere Termine"),
                required=False,
                choices=others,
                initial=[number for number, _words in others],
                widget=RowsOfBoxes,
                help_text=_("Nehmen Sie den Haken weg, wenn es den Termin nicht mehr gibt."),
            )
        for number in range(ROWS_OF_TIMES):
            self.fields[f"days_{number}"] = forms.MultipleChoiceField(
                label=_("Tage"), required=False, choices=DAYS, widget=GridOfBoxes
            )
            self.fields[f"rhythm_{number}"] = forms.ChoiceField(label=_("Rhythmus"), required=False, choices=RHYTHMS)
            for name, label in (("starts", _("von")), ("ends", _("bis"))):
                self.fields[f"{name}_{number}"] = forms.TimeField(label=label, required=False)
            for name, label in (("first", _("erster Tag")), ("last", _("letzter Tag"))):
                self.fields[f"{name}_{number}"] = forms.DateField(label=label, required=False)
            self.fields[f"off_{number}"] = forms.CharField(
                label=_("fällt aus am"), required=False, max_length=600, help_text=_("Zum Beispiel 24.12.2026, 31.12.2026.")
            )

    # --- what the template shows ---

    @property
    def groups(self) -> list[tuple[object, list[Any]]]:
        return [(label, [self[name] for name in names]) for label, names in self.GROUPS]

    @property
    def times(self) -> list[list[Any]]:
        return [[self[f"{name}_{number}"] for name in self.TIMES] for number in range(ROWS_OF_TIMES)]

    # --- what the actions take ---

    def clean_cost_euro(self) -> int | None:
        text = self.cleaned_data["cost_euro"].strip()
        if not text:
            return None
        found = _EUROS.fullmatch(text)
        if found is None:
            raise forms.ValidationError(_("Bitte schreiben Sie den Betrag so: 12,50."))
        return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for number in range(ROWS_OF_TIMES):
            has_days, starts = cleaned.get(f"days_{number}"), cleaned.get(f"starts_{number}")
            if has_days and starts is None and f"starts_{number}" not in self.errors:
                self.add_error(f"starts_{number}", _("Bitte geben Sie an, wann es beginnt."))
            if starts is not None and not has_days:
                self.add_error(f"days_{number}", _("Bitte wählen Sie die Tage."))
            cleaned[f"off_{number}"] = self._days_off(number, cleaned.get(f"off_{number}") or "")
        return cleaned

    def _days_off(self, number: int, text: str) -> list[str]:
        found = []
        for part in re.split(r"[,;\s]+", text.strip()):
            if not part:
                continue
            try:
                day, month, year = (int(piece) for piece in part.split("."))
                found.append(date(year, month, day).isoformat())
            except ValueError:
                self.add_error(f"off_{number}", _("„%(day)s“ ist kein Tag. Bitte schreiben Sie 24.12.2026.") % {"day": part})
        return found

    def values(self) -> dict[str, Any]:
        """Keys of `queries.EDITABLE`."""
        data = self.cleaned_data
        plain = (
            *("title", "description", "provider", "age_min", "age_max", "is_online", "schedule_note", "cost_kind", "cost_note"),
            *("registration", "registration_note", "status_requirement", "documents", "places_total", "places_free"),
            *("places_free_on", "contact_email", "contact_phone", "website", "valid_from", "visibility"),
        )
        houses = [data[f"house_{number}"] for number in range(1, HOUSES + 1)]
        return {
            **{name: data[name] for name in plain},
            "terms": {kind.value: data[kind.value] for kind in FacetKind},
            "locations": list(dict.fromkeys([*(house.uid for house in houses if house is not None), *self._more_houses])),
            "areas": [self.district.ags] if data["everywhere"] else data["municipalities"],
            "schedules": list(self._schedules()),
            "cost_cents": data["cost_euro"],
            "has_childcare": _maybe(data["has_childcare"]),
            "is_accessible": _maybe(data["is_accessible"]),
            "valid_until": data["last_day"] + ONE_DAY if data["last_day"] else None,
        }

    def _schedules(self) -> Iterator[dict[str, Any]]:
        """In the order they had: rows that were filled in, rules that no row can show and were kept, then new rows."""
        before = self.offer.schedules if self.offer else []
        places = [number for number, _entry in _shown(before)]
        found: dict[int, dict[str, Any]] = {int(number): before[int(number)] for number in self.cleaned_data.get("kept", ())}
        for row in range(ROWS_OF_TIMES):
            place = places[row] if row < len(places) else len(before) + row
            if self.cleaned_data[f"days_{row}"]:
                found[place] = self._schedule(row, before[place] if place < len(before) else {})
        yield from (found[place] for place in sorted(found))

    def _schedule(self, row: int, old: Mapping[str, Any]) -> dict[str, Any]:
        """One row; its place and note, which the form does not show, stay with it."""
        data = {name: self.cleaned_data[f"{name}_{row}"] for name in self.TIMES}
        return {
            "rrule": _rrule(data["rhythm"] or "1", data["days"]),
            "first_on": (data["first"] or self.cleaned_data["valid_from"] or today()).isoformat(),
            "until_on": (data["last"] + ONE_DAY).isoformat() if data["last"] else None,
            "starts": f"{data['starts']:%H:%M}",
            "ends": f"{data['ends']:%H:%M}" if data["ends"] else None,
            "exdates": data["off"],
            "location": old.get("location", ""),
            "note": old.get("note", ""),
        }


def _shown(entries: Sequence[Mapping[str, Any]]) -> list[tuple[int, Mapping[str, Any]]]:
    """The rules that a row of the form can show without losing anything, with their place in the list."""
    fitting = [(number, entry) for number, entry in enumerate(entries) if _fits(entry["rrule"])]
    return fitting[:ROWS_OF_TIMES]


def _fits(rule: str) -> bool:
    rhythm, days = _read_rrule(rule)
    return bool(days) and rhythm in dict(RHYTHMS) and _rrule(rhythm, days) == rule


def _maybe(text: str) -> bool | None:
    return {"true": True, "false": False}.get(text)


def _rrule(rhythm: str, days: list[str]) -> str:
    if rhythm.startswith("m"):
        return "FREQ=MONTHLY;BYDAY=" + ",".join(f"{rhythm[1:]}{day}" for day in days)
    return f"FREQ=WEEKLY;{f'INTERVAL={rhythm};' if rhythm != '1' else ''}BYDAY={','.join(days)}"


def _read_rrule(rule: str) -> tuple[str, list[str]]:
    """Rhythm and days of a rule that the form can show; others become weekly ones of no day and are kept as they are."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    days = parts.get("BYDAY", "").split(",") if parts.get("BYDAY") else []
    if parts.get("FREQ") == "MONTHLY":
        positions = {day[:-2] for day in days}
        return (f"m{positions.pop()}", [day[-2:] for day in days]) if len(positions) == 1 else ("1", [])
    return parts.get("INTERVAL", "1"), days


def initial_of(offer: Offer) -> dict[str, Any]:
    """What the form shows of an offer."""
    first: dict[str, Any] = {field.name: getattr(offer, field.name) for field in offer._meta.concrete_fields}
    first |= {
        "provider": offer.provider.uid,
        "everywhere": offer.district.ags in offer.areas,
        "municipalities": [ags for ags in offer.areas if len(ags) == 8],
        "cost_euro": f"{offer.cost_cents // 100},{offer.cost_cents % 100:02d}" if offer.cost_cents is not None else "",
        "has_childcare": {True: "true", False: "false", None: ""}[offer.has_childcare],
        "is_accessible": {True: "true", False: "false", None: ""}[offer.is_accessible],
        "last_day": offer.valid_until - ONE_DAY if offer.valid_until else None,
        **{kind.value: offer.keys(kind) for kind in FacetKind},
        **{f"house_{number}": uid for number, uid in enumerate(offer.locations[:HOUSES], start=1)},
    }
    for row, (_number, entry) in enumerate(_shown(offer.schedules)):
        first |= _initial_times(row, entry)
    return first


def _initial_times(number: int, entry: Mapping[str, Any]) -> dict[str, Any]:
    rhythm, days = _read_rrule(entry["rrule"])
    last = date.fromisoformat(entry["until_on"]) - ONE_DAY if entry.get("until_on") else None
    off = ", ".join(f"{date.fromisoformat(day):%d.%m.%Y}" for day in entry.get("exdates", ()))
    return {
        f"rhythm_{number}": rhythm,
        f"days_{number}": days,
        f"starts_{number}": entry["starts"],
        f"ends_{number}": entry.get("ends"),
        f"first_{number}": entry["first_on"],
        f"last_{number}": last,
        f"off_{number}": off,
    }


class ConfirmForm(HouseForm):
    """Nothing to fill in."""
