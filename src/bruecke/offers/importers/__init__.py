"""Tables of offers, both ways: the kind of import, and the rows of the export that it takes back."""

from django.utils.translation import gettext_lazy as _

from bruecke.core.registries import ImportKind
from bruecke.offers import rules
from bruecke.offers.importers.applying import apply_rows
from bruecke.offers.importers.columns import COLUMNS
from bruecke.offers.importers.rows import parse_row
from bruecke.offers.importers.writing import out_columns, out_rows

KIND = "offers.offers"
ROWS_A_STEP = 20
"""So many offers are written in well under half a second, for so long nobody else can write."""

OFFERS = ImportKind(
    key=KIND,
    label=_("Angebote"),
    fields=tuple(column.field for column in COLUMNS),
    parse_row=parse_row,
    apply_rows=apply_rows,
    may_import=rules.can_create,
    batch_size=ROWS_A_STEP,
)

__all__ = ["KIND", "OFFERS", "out_columns", "out_rows"]
