"""Every page that can be opened: addresses of the table, and the lists with their tabs, filters and searches."""

from collections.abc import Iterator

from tests.permissions.pages import DESK, PAGES, PUBLIC
from tests.permissions.world import Side

VIEWS = {  # what the bare address of a list does not show
    "enquiries:inbox": ("?tab=alle&stand=", "?tab=offen", "?tab=ueberfaellig", "?tab=alle&stand=closed", "?tab=alle&q=%(word)s"),
    "enquiries:export": ("?tab=alle&stand=", "?tab=alle&q=%(word)s"),
    "accounts:people": ("?tab=all", "?q=person", "?tab=all&role=editor"),
    "accounts:audit-log": ("?refusals=on", "?verb=enquiry.received", "?page=2"),
    "directory:organisations": ("?archiv=on", "?q=träger"),
    "staffing:overview": (
        "?ansicht=gemeinde",
        "?ansicht=verband",
        "?ansicht=karte",
        "?ansicht=verlauf",
        "?offen=alle",
        "?tag=2027-01-01",
    ),
    "staffing_public:find": ("?ort=Freital", "?ort=Frei", "?ort=Leipzig", "?ort=xyzxyz", "?ort=Freiberg"),
    "enquiries_public:ask": ("?ort=freital", "?thema=wohnen"),
}


def desk_urls(side: Side, *, word: str = "Frage") -> Iterator[tuple[str, str]]:
    """(name, address) of every desk page that opens by GET, with all its objects."""
    for row in DESK:
        if row.method != "GET":
            continue
        for case in row.cases:
            url = row.url(side, case)
            yield row.name, url
            for view in VIEWS.get(row.name, ()):
                yield row.name, url + (view % {"word": word} if "%(" in view else view)


def public_urls(side: Side, lang: str = "de") -> Iterator[tuple[str, str]]:
    """The same at the public door."""
    for row in PUBLIC:
        for case in row.cases:
            url = row.url(side, case, lang=lang)
            yield row.name, url
            for view in VIEWS.get(row.name, ()):
                yield row.name, url + view


assert set(VIEWS) <= set(PAGES)
