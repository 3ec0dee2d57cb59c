"""Questions as counts on the page of a quarter for a mayor."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from bruecke.core.figures import Scope, figures
from bruecke.core.models import District
from bruecke.core.place_sheets import Quarters, SheetRow, SheetSection, SheetTable, counts_by_place, place_sheets
from bruecke.core.viewer import Viewer
from bruecke.enquiries.queries import figures as queries
from bruecke.places import queries as places

FEATURE = "enquiries"
ROWS = (
    ("fragen", _("Fragen aus der Gemeinde")),
    ("hilfe", _("Angebote, zu helfen")),
    ("striche", _("Kontakte in offenen Sprechstunden")),
    ("fehlende", _("Vermerke: ein Angebot fehlt")),
)
"""Keys of the figures and what they are called on the page."""


def collect(district: District, quarters: Quarters, now: datetime) -> Mapping[str, SheetTable]:
    """Every municipality has its table: that nothing came in is news, too. At most five queries a kind and quarter."""
    shown = [(label, figures[key]) for key, label in ROWS if not figures[key].feature or district.has_feature(figures[key].feature)]
    counted = [(label, counts_by_place(source, queries.PLACE, district, quarters, now)) for label, source in shown]
    note = _now("Zahlen von eins bis vier nennen wir nicht, damit niemand erkennbar wird; manchmal muss dazu eine weitere fehlen.")
    return {
        place.ags: SheetTable(
            rows=tuple(SheetRow(label, tuple(counts.get(place.ags, 0) for counts in columns)) for label, columns in counted),
            by_quarter=True,
            note=note,
        )
        for place in places.places_of(district.ags)
    }


def _is_for(viewer: Viewer) -> bool:
    return Scope.OWN not in queries.scopes(viewer)


place_sheets.register(
    SheetSection(key="enquiries", label=_("Fragen und Kontakte"), collect=collect, is_for=_is_for, feature=FEATURE, order=20)
)
