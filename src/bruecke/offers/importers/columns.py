"""The columns of a table of offers, for reading and for writing: one list, so that what is exported can be taken over again."""

from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from bruecke.core.registries import ImportField


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `kind` says how it is written (text, number, date)."""

    key: str
    label: Any
    hint: Any = ""
    example: str = ""
    names: tuple[str, ...] = ()
    kind: str = "text"
    is_required: bool = False
    field: ImportField = field(init=False)

    def __post_init__(self) -> None:
        entry = ImportField(self.key, self.label, self.is_required, self.names, self.hint, self.example)
        object.__setattr__(self, "field", entry)


_SEVERAL = _("Mehrere mit Semikolon trennen.")
_YES_OR_NO = _("ja oder nein; leer: nicht bekannt.")
_DAY = _("Zum Beispiel 01.09.2026.")

COLUMNS = (
    Column(
        "key",
        _("Schlüssel"),
        _("Ihre eigene Nummer des Angebots. Mit ihr wird beim nächsten Mal derselbe Eintrag geändert statt ein neuer angelegt."),
        "A-001",
        ("ID", "Nummer", "Kennung", "Angebots-ID", "Lfd. Nr."),
    ),
    Column(
        "title",
        _("Titel"),
        _("Kurz und ohne Abkürzungen."),
        "Sprachcafé am Nachmittag (Beispiel)",
        ("Angebot", "Name des Angebots", "Bezeichnung"),
        is_required=True,
    ),
    Column(
        "description",
        _("Beschreibung"),
        _("Was passiert dort, und was bringt es?"),
        "Wir sprechen Deutsch bei Kaffee und Kuchen.",
        ("Inhalt", "Text"),
    ),
    Column(
        "provider",
        _("Träger"),
        _("Name wie im Verzeichnis. Gibt es ihn dort noch nicht, wird er angelegt."),
        "Begegnungsverein Beispielstadt e. V.",
        ("Anbieter", "Organisation", "Verein"),
        is_required=True,
    ),
    Column(
        "provider_email",
        _("E-Mail des Trägers"),
        _("Nur für Träger, die es noch nicht gibt: dorthin geht die Bitte, Angebote zu bestätigen."),
        "kontakt@begegnung.example.org",
    ),
    Column("category", _("Art der Hilfe"), _SEVERAL, "Begegnung und Treff; Sprachkurs", ("Kategorie", "Kategorien")),
    Column("field_of_action", _("Handlungsfelder"), _SEVERAL, "Sprache", ("Handlungsfeld",)),
    Column("target_group", _("Zielgruppen"), _SEVERAL, "Alle", ("Zielgruppe", "Für wen")),
    Column("language", _("Sprachen"), _SEVERAL, "Deutsch; Arabisch", ("Sprache",)),
    Column("age_min", _("Alter von"), "", "18", kind="number"),
    Column("age_max", _("Alter bis"), "", "", kind="number"),
    Column(
        "place",
        _("Ort"),
        _("Name des Hauses. Gibt es ihn noch nicht, wird er mit Adresse und Gemeinde angelegt. Mehrere mit Semikolon trennen."),
        "Begegnungszentrum",
        ("Veranstaltungsort", "Einrichtung", "Haus"),
    ),
    Column(
        "address",
        _("Adresse"),
        _("Straße und Hausnummer, Postleitzahl und Ort. Mehrere in derselben Reihenfolge wie die Orte, mit Semikolon getrennt."),
        "Beispielweg 3, 01796 Pirna",
        ("Anschrift",),
    ),
    Column(
        "municipality",
        _("Gemeinde"),
        _("Name oder Gemeindeschlüssel, in derselben Reihenfolge wie die Orte. Ohne Ort und Adresse gilt sie als Einzugsgebiet."),
        "",
        ("Stadt", "Gemeinde des Ortes"),
    ),
    Column(
        "areas",
        _("Einzugsgebiet"),
        _("„ganzer Landkreis“ oder Gemeinden (Name oder Schlüssel), mit Semikolon getrennt."),
        "ganzer Landkreis",
        ("Gebiet",),
    ),
    Column("is_online", _("online oder am Telefon"), _("ja oder nein."), "nein", ("online",)),
    Column(
        "schedules",
        _("Termine"),
        _(
            "Zum Beispiel: montags 14:00-16:00; jeden 1. Dienstag im Monat 9-11 Uhr; am 24.10.2026, 10 Uhr. "
            "Dazu, wenn nötig: ab 01.09.2026, bis 31.12.2026, nicht am 06.10.2026. Eine Regel nach RFC 5545 (FREQ=…) geht auch."
        ),
        "montags 14:00-16:00; jeden 1. Samstag im Monat 9-11 Uhr",
        ("Zeiten", "Wann", "Öffnungszeiten"),
    ),
    Column("schedule_note", _("Hinweis zu den Terminen"), _("Zum Beispiel „nach Vereinbarung“."), "nicht in den Ferien"),
    Column("cost", _("Kosten"), _("kostenlos, kostet etwas, nicht bekannt oder ein Betrag wie 12,50."), "kostenlos", ("Preis",)),
    Column("cost_note", _("Hinweis zu den Kosten"), "", ""),
    Column("registration", _("Anmeldung"), _("ohne Anmeldung, Anmeldung erwünscht oder nur mit Anmeldung."), "ohne Anmeldung"),
    Column("registration_note", _("Hinweis zur Anmeldung"), "", ""),
    Column("status_requirement", _("Voraussetzung"), _("Zum Beispiel „nur mit Berechtigungsschein“."), ""),
    Column("documents", _("Mitzubringen"), "", "", ("Unterlagen",)),
    Column("has_childcare", _("Kinderbetreuung"), _YES_OR_NO, "ja"),
    Column("is_accessible", _("barrierefrei"), _YES_OR_NO, "nein"),
    Column("places_total", _("Plätze"), "", "15", ("Plätze gesamt",), kind="number"),
    Column("places_free", _("davon frei"), "", "4", ("freie Plätze",), kind="number"),
    Column("places_free_on", _("Stand der freien Plätze"), _DAY, "", ("freie Plätze am",), kind="date"),
    Column("contact_email", _("E-Mail"), _("Leer: die des Trägers."), "", ("E-Mail-Adresse", "Mail")),
    Column("contact_phone", _("Telefon"), _("Leer: das des Trägers."), "", ("Telefonnummer", "Tel.")),
    Column("website", _("Website"), "", "", ("Internet", "Homepage", "Internetadresse")),
    Column("valid_from", _("läuft ab"), _DAY, "", ("gültig ab", "Beginn"), kind="date"),
    Column("last_day", _("letzter Tag"), _DAY, "", ("gültig bis", "Ende", "endet am"), kind="date"),
    Column("visibility", _("Sichtbarkeit"), _("öffentlich oder nur intern; leer: öffentlich."), "öffentlich"),
    Column("state", _("Stand"), _("Läuft, Ruht, Entwurf oder Archiviert; leer: Läuft."), "Läuft", ("Status",)),
    Column(
        "confirmed_on",
        _("zuletzt bestätigt am"),
        _("Der Tag, an dem jemand vom Träger gesagt hat, dass die Angaben stimmen."),
        "",
        ("bestätigt am", "Stand vom"),
        kind="date",
    ),
)
BY_KEY = {column.key: column for column in COLUMNS}
