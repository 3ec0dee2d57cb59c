"""What the rows of a table refer to: providers, houses, municipalities and words, read once for many rows."""

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from bruecke.core.folding import find_key
from bruecke.core.models import District
from bruecke.core.registries import ImportContext
from bruecke.directory.models import Location, Organisation
from bruecke.offers.actions import Context
from bruecke.offers.importers.reading import Unread, closest, keys_of, shortened
from bruecke.offers.states import FacetKind
from bruecke.places import queries as places
from bruecke.vocabulary import queries as vocabulary

_ADDRESS = re.compile(r"(?P<street>.*?)[,\s]*\b(?P<postcode>\d{5})\s+(?P<town>.+)", re.DOTALL)
_WHOLE = frozenset(
    {"ganzer landkreis", "landkreis", "kreis", "alle", "landkreisweit", "ganze stadt", "stadtgebiet", "ganzer kreis"}
)
WRONG_TERM: dict[FacetKind, Any] = {
    FacetKind.CATEGORY: lambda: _("„%(text)s“ ist keine Art der Hilfe."),
    FacetKind.FIELD: lambda: _("„%(text)s“ ist kein Handlungsfeld."),
    FacetKind.GROUP: lambda: _("„%(text)s“ ist keine Zielgruppe."),
    FacetKind.LANGUAGE: lambda: _("„%(text)s“ ist keine Sprache dieser Liste."),
}


@dataclass(frozen=True, slots=True)
class House:
    """A house as a row names it. `uid` where the directory has it already."""

    name: str
    street: str = ""
    postcode: str = ""
    town: str = ""
    ags: str = ""
    uid: str = ""

    def as_json(self) -> Any:
        if self.uid:
            return self.uid
        return {"name": self.name, "street": self.street, "postcode": self.postcode, "town": self.town, "ags": self.ags}


@dataclass
class Register:
    """Lookups of one district. Archived entries are not found by name."""

    district: District
    context: Context = field(init=False)
    _words: dict[FacetKind, tuple[dict[str, str], list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.context = Context(self.district)

    # --- words ---

    def keys(self, kind: FacetKind, text: str) -> list[str]:
        """Keys behind labels, synonyms or keys, in any language. Raises: Unread."""
        if kind not in self._words:
            self._words[kind] = self._read_words(kind)
        known, labels = self._words[kind]
        return keys_of(text, known, labels, WRONG_TERM[kind]())

    def _read_words(self, kind: FacetKind) -> tuple[dict[str, str], list[str]]:
        if kind is FacetKind.LANGUAGE:
            entries: list[Any] = vocabulary.languages()
        else:
            entries = list(vocabulary.terms(kind.value, district=self.district))
        known: dict[str, str] = {}
        for entry in entries:  # labels before synonyms: a word that is both belongs to the label
            for word in (str(entry), *entry.labels.values(), entry.pk):
                known.setdefault(find_key(word), entry.pk)
        for entry in entries:
            for words in entry.synonyms.values():
                for word in words:
                    known.setdefault(find_key(word), entry.pk)
        return known, [str(entry) for entry in entries]

    # --- municipalities ---

    @cached_property
    def _municipalities(self) -> dict[str, str]:
        known: dict[str, str] = {}
        for place in places.places_of(self.district.ags):
            for name in (place.name, place.official_name.split(",")[0], place.official_name, place.ags, *place.other_names):
                known.setdefault(find_key(name), place.ags)
        return known

    @cached_property
    def _municipality_names(self) -> list[str]:
        return [place.name for place in places.places_of(self.district.ags)]

    def areas(self, text: str) -> list[str]:
        """The district's key, or those of municipalities. Raises: Unread."""
        whole = _WHOLE | {find_key(self.district.name), find_key(self.district.ags)}
        if find_key(text) in whole:
            return [self.district.ags]
        known = self._municipalities | dict.fromkeys(whole, self.district.ags)
        return keys_of(text, known, self._municipality_names, _("„%(text)s“ ist keine Gemeinde in diesem Landkreis."))

    def municipality(self, text: str) -> str:
        """Raises: Unread."""
        found = self._municipalities.get(find_key(text))
        if found is None:
            wrong = _("„%(text)s“ ist keine Gemeinde in diesem Landkreis.") % {"text": shortened(text)}
            raise Unread(f"{wrong} {closest(text, self._municipality_names)}")
        return found

    def _municipality_of(self, postcode: str, town: str) -> str:
        """By the town of the address, else by a postal code that belongs to one municipality only; "" when neither tells."""
        if found := self._municipalities.get(find_key(town)):
            return found
        fitting = [place.ags for place in places.places_of(self.district.ags) if postcode and postcode in place.postal_codes]
        return fitting[0] if len(fitting) == 1 else ""

    # --- providers ---

    @cached_property
    def _providers(self) -> dict[str, Organisation]:
        rows = list(Organisation.objects.active().order_by("sort_key", "pk"))
        known = {find_key(row.name): row for row in rows}
        for row in rows:
            if row.short_name:
                known.setdefault(find_key(row.short_name), row)
        return known

    def provider(self, text: str) -> Organisation | None:
        """By its folded name or short name."""
        return self._providers.get(find_key(text))

    # --- houses ---

    @cached_property
    def _houses(self) -> dict[str, list[Location]]:
        known: dict[str, list[Location]] = {}
        for row in Location.objects.usable().select_related("organisation", "area").order_by("sort_key", "pk"):
            known.setdefault(find_key(row.name), []).append(row)
            self.context.locations[row.uid] = row
        return known

    def house(self, name: str, address: str, ags: str, provider: Organisation | None) -> House:
        """The one that the directory has under this name (and address), else a new one. Raises: Unread."""
        parts = split_address(address)
        found = self._houses.get(find_key(name), [])
        if address:
            found = [row for row in found if _same_address(row, address)]
        elif ags:
            found = [row for row in found if row.area_id == ags]
        own = [row for row in found if provider is not None and row.organisation_id == provider.pk]
        chosen = own or found
        if len(chosen) == 1:
            return House(chosen[0].name, uid=chosen[0].uid)
        if chosen:
            given = "; ".join(row.address or row.organisation.name for row in chosen[:3])
            sentence = _("„%(name)s“ gibt es mehrmals. Bitte schreiben Sie die Adresse dazu: %(addresses)s")
            raise Unread(sentence % {"name": shortened(name), "addresses": given})
        area = ags or self._municipality_of(parts.get("postcode", ""), parts.get("town", ""))
        if not area:
            raise Unread(self._unplaced(name, address))
        return House(name[:160], ags=area, **parts)

    def _unplaced(self, name: str, address: str) -> str:
        if address:
            return _("Aus der Adresse geht die Gemeinde nicht hervor. Bitte füllen Sie die Spalte „Gemeinde“ aus.")
        sentence = _("Den Ort „%(name)s“ gibt es noch nicht im Verzeichnis. Bitte ergänzen Sie Adresse oder Gemeinde.")
        return sentence % {"name": shortened(name)}


def split_address(text: str) -> dict[str, str]:
    """Street, postal code and town of "Lindenplatz 3, 01796 Pirna". Raises: Unread when one is longer than its column."""
    flat = " ".join(text.split())
    found = _ADDRESS.fullmatch(flat)
    if found:
        parts = {"street": found["street"].strip(" ,"), "postcode": found["postcode"], "town": found["town"].strip(" ,")}
    else:
        street, _comma, town = flat.rpartition(",")
        parts = {"street": street.strip() or flat, "town": town.strip() if street else ""}
    if len(parts["street"]) > 120 or len(parts["town"]) > 80:
        raise Unread(_("Diese Adresse ist zu lang. Bitte schreiben Sie sie so: Lindenplatz 3, 01796 Pirna."))
    return {key: value for key, value in parts.items() if value}


def _same_address(row: Location, address: str) -> bool:
    wanted = find_key(address)
    return wanted in {find_key(row.address), find_key(row.street)} if row.address else not wanted


def register_of(context: ImportContext) -> Register:
    """The lookups of a batch of rows."""
    if "register" not in context.memo:
        context.memo["register"] = Register(context.district)
    register: Register = context.memo["register"]
    return register
