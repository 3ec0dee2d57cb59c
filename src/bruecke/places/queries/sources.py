"""Where the register comes from: the credit lines that pages with places or maps have to show."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Source:
    """One source with the words its licence asks for. `credit` is a fixed text and is never translated."""

    key: str
    credit: str
    licence: str
    url: str


SOURCES = {
    source.key: source
    for source in (
        Source(
            "register",
            "© Daten (im Auftrag der Herausgebergemeinschaft Statistische Ämter des Bundes und der Länder) "
            "Statistisches Bundesamt (Destatis), 2024, 2025",
            "Vervielfältigung und Verbreitung, auch auszugsweise, mit Quellenangabe gestattet",
            "https://www.destatis.de/",
        ),
        Source("osm", "© OpenStreetMap contributors", "ODbL-1.0", "https://www.openstreetmap.org/copyright"),
        Source("geonames", "GeoNames (geonames.org)", "CC-BY-4.0", "https://www.geonames.org/"),
        Source(
            "boundaries",
            "© GeoBasis-DE / BKG (2025), dl-de/by-2-0, Daten verändert",
            "DL-DE-BY-2.0",
            "https://www.govdata.de/dl-de/by-2-0",
        ),
    )
}


def source_notes(*keys: str) -> list[Source]:
    """The sources with these keys (`register`, `osm`, `geonames`, `boundaries`), all of them without an argument."""
    return [SOURCES[key] for key in keys or SOURCES]
