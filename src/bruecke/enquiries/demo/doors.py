"""Offers of help and a mailbox that is switched off, in the demo districts."""

from dataclasses import dataclass
from datetime import timedelta

from bruecke.accounts.models import Controller
from bruecke.core import clock
from bruecke.core.models import District
from bruecke.core.registries import DemoContext
from bruecke.core.scope import for_district
from bruecke.core.tokens import receipt_code_from
from bruecke.core.viewer import Viewer
from bruecke.enquiries import queries
from bruecke.enquiries.actions import Question
from bruecke.enquiries.actions.helping import Help, offer_help
from bruecke.enquiries.actions.mailboxes import create_mailbox
from bruecke.enquiries.models import HelpOffer, Mailbox
from bruecke.enquiries.queries.mailboxes import has_reader
from bruecke.enquiries.states import ContactKind, MailboxSecurity
from bruecke.places import queries as places

_A_DISTRICT = 3
_PLACES = frozenset({"Pirna", "Heidenau", "Freital", "Döbeln", "Freiberg", "Mittweida", "Borna", "Grimma", "Wurzen"})


@dataclass(frozen=True, slots=True)
class Offered:
    """Somebody who wants to help: what, with what, when, in which languages, and whether as an association."""

    text: str
    categories: tuple[str, ...]
    times: str
    spoken: str
    is_organisation: bool = False


HELP = (
    Offered(
        "Ich bin in Rente und übe gern Deutsch mit Menschen, die neu hier sind. Auch Lesen und Schreiben.",
        ("language-course", "mentoring"),
        "dienstags und donnerstags am Vormittag",
        "Deutsch, Russisch",
    ),
    Offered(
        "Unser Sportverein hat freie Plätze in der Kindergruppe. Die ersten zwei Monate kosten nichts.",
        ("sport", "children-youth"),
        "mittwochs 16 bis 18 Uhr",
        "Deutsch, Englisch",
        is_organisation=True,
    ),
    Offered(
        "Ich kann Arabisch und begleite zu Terminen beim Amt oder beim Arzt.",
        ("interpreting", "authorities"),
        "nach Absprache",
        "Arabisch, Deutsch",
    ),
    Offered(
        "Ich repariere Fahrräder und zeige gern, wie das geht. Werkzeug bringe ich mit.",
        ("everyday-help", "mobility"),
        "am Wochenende",
        "Deutsch",
    ),
    Offered(
        "Unsere Kirchgemeinde hat einen Raum mit Küche frei, für einen Treff oder zum gemeinsamen Kochen.",
        ("meeting-place", "culture"),
        "montags bis freitags am Nachmittag",
        "Deutsch, Polnisch",
        is_organisation=True,
    ),
    Offered(
        "Ich studiere Lehramt und helfe Kindern bei den Hausaufgaben, auch online.",
        ("school-education", "children-youth"),
        "nach 16 Uhr",
        "Deutsch, Englisch, Ukrainisch",
    ),
)


def load_doors(context: DemoContext) -> None:
    """Three offers of help and one mailbox a district; what is there already stays."""
    for district in context.districts:
        with for_district(district):
            if not HelpOffer.objects.exists():
                _offer_help(district, context)
            if not Mailbox.objects.exists():
                _set_up_mailbox(district, context)


def _offer_help(district: District, context: DemoContext) -> None:
    areas = list(places.municipalities_of(district.ags, clock.local_day(context.now)))
    areas.sort(key=lambda area: area.name not in _PLACES)
    for number, offered in enumerate(HELP[:_A_DISTRICT]):
        at = context.now - timedelta(days=2 * number + 1, hours=3)
        addressee = queries.addressee_for(district, areas[number % len(areas)] if areas else None, clock.local_day(at))
        if addressee is None:
            return
        message = Question(
            text=offered.text,
            topic=None,
            languages=("de",),
            languages_text=offered.spoken,
            contact_kind=ContactKind.EMAIL,
            contact=f"hilft-{number}@example.org",
        )
        offer_help(
            addressee=addressee,
            message=message,
            offered=Help(offered.categories, offered.times, offered.is_organisation),
            receipt_code=receipt_code_from(f"demo-help-{district.slug}-{number}"),
            viewer=Viewer.anonymous(district.pk),
            now=at,
        )


def _set_up_mailbox(district: District, context: DemoContext) -> None:
    day = clock.local_day(context.now)
    leading = Controller.objects.filter(kind="district").first()
    unit = queries.office_unit(leading, day) if leading else None
    if leading is None or not has_reader(leading.pk, unit.pk if unit else None, day):
        return
    create_mailbox(
        district=district,
        values={
            "name": "Integration",
            "host": "imap.example.org",
            "port": 993,
            "security": MailboxSecurity.TLS,
            "username": f"integration@{district.slug}.example.org",
            "folder": "INBOX",
            "controller": leading,
            "unit": unit,
            "sends_receipt": False,
        },
        password="nur-zum-zeigen",  # noqa: S106 - of a server that does not exist
        viewer=Viewer.system("demo", district.pk),
        now=context.now,
    )
