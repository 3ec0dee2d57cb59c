"""Invented content of the gallery: persons, questions and offers exist nowhere."""

from datetime import date, datetime, time
from types import SimpleNamespace
from typing import Any

from bruecke.core.clock import BERLIN
from bruecke.ui.wording import mail, tel

DISTRICT = SimpleNamespace(
    slug="muster",
    name="Landkreis Sächsische Schweiz-Osterzgebirge",
    short_name="Sächsische Schweiz-Osterzgebirge",
    is_demo=False,
    public_languages=["de", "uk", "ar", "en"],
)
DESK_NAVIGATION = (
    (
        "daily",
        "",
        (
            ("heute", "Heute", "home", 9),
            ("fragen", "Fragen", "chat", 14),
            ("frage", "Vermittlungen", "arrow", 4),
            ("offers", "Angebote", "list", 0),
            ("dates", "Termine", "calendar", 0),
        ),
    ),
    ("district", "Bedarf", (("needs", "Bedarf und Lücken", "grid", 0), ("concept", "Konzept", "flag", 0))),
    (
        "network",
        "Netzwerk",
        (
            ("contacts", "Kontakte", "people", 0),
            ("zustaendigkeit", "Zuständigkeit", "pin", 0),
            ("bausteine", "Berichte", "bars", 0),
        ),
    ),
)
TABS = (
    ("heute", "Heute", "home", 9),
    ("fragen", "Fragen", "chat", 14),
    ("erfassen", "Erfassen", "plus", 0),
    ("offers", "Angebote", "list", 0),
)
ARABIC = {
    "Hilfe finden": "الحصول على مساعدة",
    "Angebote": "العروض",
    "Sprechstunden": "ساعات الاستشارة",
    "Frage stellen": "طرح سؤال",
    "Impressum": "بيانات الناشر",
    "Datenschutz": "حماية البيانات",
    "Barrierefreiheit": "سهولة الوصول",
    "Barriere melden": "الإبلاغ عن عائق",
    "Leichte Sprache": "لغة سهلة",
    "Gebärdensprache": "لغة الإشارة",
}
PUBLIC_NAVIGATION = (
    ("ort", "Hilfe finden"),
    ("offers", "Angebote"),
    ("hours", "Sprechstunden"),
    ("frage", "Frage stellen"),
)
LEGAL = ("Impressum", "Datenschutz", "Barrierefreiheit", "Barriere melden", "Leichte Sprache", "Gebärdensprache")
FUNDING = (
    "Gefördert durch den Landkreis Sächsische Schweiz-Osterzgebirge. "
    "Mitfinanziert durch Steuermittel auf der Grundlage des vom Sächsischen Landtag beschlossenen Haushaltes."
)


class Line:
    """Stands in for a message of `django.contrib.messages`."""

    def __init__(self, level_tag: str, text: str, extra_tags: str = "") -> None:
        self.level_tag, self.text, self.extra_tags = level_tag, text, extra_tags

    def __str__(self) -> str:
        return self.text


MESSAGES = [
    Line("success", "Gespeichert: 3 Gemeinden sind ab 01.12.2026 der Stelle 8 zugeordnet.", "undo:?"),
    Line("info", "Bereits gespeichert."),
]


def word(text: str, lang: str) -> str:
    return ARABIC.get(text, text) if lang == "ar" else text


def _question(title: str, kind: str, state: str, age: str, lateness: str, language: str, place: str, topic: str) -> SimpleNamespace:
    return SimpleNamespace(
        title=title,
        kind=kind,
        state=state,
        age=age,
        lateness=lateness,
        language=language,
        place=place,
        topic=topic,
        unread=kind == "new",
    )


QUESTIONS = [
    _question(
        "Deutschkurs am Vormittag mit Kinderbetreuung",
        "working",
        "In Arbeit",
        "6 Tage",
        "overdue",
        "Ukrainisch",
        "Heidenau",
        "Deutsch lernen",
    ),
    _question(
        "Fußballtraining für einen Jungen, 12 Jahre",
        "referred",
        "Vermittelt",
        "10 Tage",
        "overdue",
        "Arabisch",
        "Dohna",
        "Freizeit, Sport",
    ),
    _question(
        "Schreiben vom Jobcenter nicht verstanden",
        "working",
        "In Arbeit",
        "3 Tage",
        "today",
        "Ukrainisch",
        "Heidenau",
        "Behörden",
    ),
    _question("Ausbildung als Pflegekraft anerkennen", "new", "Neu", "1 Stunde", "later", "Arabisch", "Dohna", "Arbeit, Beruf"),
    _question(
        "Kita-Platz ab Januar, keine Antwort auf Antrag",
        "new",
        "Neu",
        "1 Tag",
        "later",
        "Deutsch",
        "Pirna i. V.",
        "Kita, Schule",
    ),
    _question(
        "Wohnung für fünf Personen ab Februar",
        "working",
        "In Arbeit",
        "1 Tag",
        "later",
        "Englisch",
        "Pirna i. V.",
        "Wohnen",
    ),
    _question(
        "Schwimmkurs für Mädchen, 9 und 11 Jahre",
        "referred",
        "Vermittelt",
        "2 Tage",
        "later",
        "Deutsch",
        "Müglitztal",
        "Freizeit, Sport",
    ),
    _question(
        "Arztpraxis, die Ukrainisch oder Russisch spricht",
        "referred",
        "Vermittelt",
        "2 Tage",
        "later",
        "Ukrainisch",
        "Heidenau",
        "Gesundheit",
    ),
    _question(
        "Begleitung zum Termin bei der Familienkasse",
        "referred",
        "Vermittelt",
        "3 Tage",
        "later",
        "Arabisch",
        "Dohna",
        "Behörden",
    ),
    _question(
        "Ich möchte als Sprachpatin helfen",
        "answered",
        "Beantwortet",
        "5 Tage",
        "later",
        "Deutsch",
        "Heidenau",
        "Ehrenamt",
    ),
    _question("Führerschein umschreiben", "answered", "Beantwortet", "6 Tage", "later", "Englisch", "Heidenau", "Behörden"),
    _question("Frauencafé am Nachmittag", "answered", "Beantwortet", "8 Tage", "later", "Arabisch", "Dohna", "Begegnung"),
    _question("Nähmaschine gesucht", "answered", "Beantwortet", "9 Tage", "later", "Deutsch", "Dohna", "Freizeit"),
    _question("Anmeldung der Adresse", "closed", "Abgeschlossen", "9 Tage", "later", "Deutsch", "Dohna", "Behörden"),
]
STATES = [
    ("Neu", "new", "eingegangen, noch nicht geöffnet"),
    ("In Arbeit", "working", "jemand kümmert sich"),
    ("Vermittelt", "referred", "an ein Angebot übergeben, Rückmeldung steht aus"),
    ("Beantwortet", "answered", "Antwort gesendet, Rückfrage möglich"),
    ("Abgeschlossen", "closed", "Ergebnis erfasst, Löschfrist läuft"),
    ("Endet 31.12.", "soon", "bald zu klären"),
    ("Unbesetzt", "gap", "Lücke, bitte handeln"),
    ("Maschinell übersetzt", "plain", "Herkunft eines Textes"),
]
POSTS = [
    (
        "2 · Heidenau",
        "Frau K., Landkreis",
        "3 Gemeinden",
        "24.913",
        "1,00",
        False,
        [("Heidenau", "16.667", 0.6), ("Dohna", "6.303", 0.25), ("Müglitztal", "1.943", 0.15)],
    ),
    ("3 · Freital", "Frau W., Verein", "1 Gemeinde", "39.477", "1,00", False, [("Freital", "39.477", 1.0)]),
    (
        "7 · Osterzgebirge",
        "Landkreis",
        "",
        "23.350",
        "0,75 frei",
        True,
        [("Altenberg", "7.893", 0.25), ("Glashütte", "6.581", 0.2), ("Liebstadt", "1.248", 0.05)],
    ),
]
HOURS = [
    SimpleNamespace(day=date(2026, 12, 1), start=time(9), end=time(12), note="Mit Termin, Rathaus Potschappel"),
    SimpleNamespace(day=date(2026, 12, 3), start=time(14), end=time(18), note="Ohne Termin, Dresdner Straße 90"),
]


def content(lang: str) -> dict[str, Any]:
    """What the templates of the gallery show."""
    return {
        "states": STATES,
        "posts": POSTS,
        "hours": HOURS,
        "open_day": date(2026, 11, 26),
        "open_from": time(14),
        "open_until": time(18),
        "first_at": datetime(2026, 11, 20, 18, 42, tzinfo=BERLIN),
        "second_at": datetime(2026, 11, 21, 9, 15, tzinfo=BERLIN),
        "facts": [
            ("Ort", "Heidenau 01809"),
            ("Thema", "Deutsch lernen"),
            ("Sprachen", "Ukrainisch, etwas Deutsch"),
            ("Erreichbar", "E-Mail hinterlegt"),
            ("Einwilligung", "noch nicht gefragt"),
            ("Zuständig", "Frau K., Heidenau"),
        ],
        "figures": [
            ("7,50", "VzÄ geplant", False),
            ("6,75", "VzÄ besetzt", False),
            ("3", "Gemeinden ohne Zuständigkeit", True),
            ("36.446", "Einwohner je besetztem VzÄ", False),
        ],
        "steps": [
            ("Gesendet" if lang == "de" else "أُرسل", date(2026, 11, 20), "done"),
            ("Gelesen" if lang == "de" else "قُرئ", date(2026, 11, 20), "done"),
            ("Beantwortet" if lang == "de" else "تم الرد", date(2026, 11, 21), "now"),
            ("Abgeschlossen" if lang == "de" else "انتهى", None, "next"),
        ],
        "events": [
            ("Zugewiesen an Frau K.", "– zuständig für Heidenau", datetime(2026, 11, 13, 19, 42, tzinfo=BERLIN)),
            ("Erinnerung:", "Ziel von 2 Werktagen überschritten", datetime(2026, 11, 17, 19, 42, tzinfo=BERLIN)),
        ],
        "topics": [
            (label, "?")
            for label in (
                "Deutsch lernen",
                "Wohnung suchen",
                "Arbeit und Ausbildung",
                "Kita und Schule",
                "Arzt und Gesundheit",
                "Briefe und Behörden",
            )
        ],
        "contact_facts": [
            ("Telefon", tel("+49 30 23125 914")),
            ("E-Mail", mail("freital@kik.example.org")),
            ("Adresse", "Dresdner Straße 90, 01705 Freital"),
            ("Sprachen", "Deutsch, Englisch, Arabisch", "Weitere Sprachen mit Dolmetschen"),
        ],
        "status_crumbs": [("الصفحة الرئيسية" if lang == "ar" else "Start", "?")],
        "status_here": "سؤالي" if lang == "ar" else "Meine Frage",
        "files": [SimpleNamespace(name="Protokoll Netzwerk Sprache", url="?", kind="PDF", size=182_000)],
    }
