"""Offers on the page of a quarter for a mayor: how many have a house in the municipality, by kind of help."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from bruecke.core.figures import FigureQuestion, Scope
from bruecke.core.models import District
from bruecke.core.place_sheets import Quarters, SheetRow, SheetTable
from bruecke.core.viewer import Viewer
from bruecke.offers.queries.figures import CATEGORY, PLACE, inventory_table
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.states import Taxonomy

MOST = 8


def place_tables(district: District, quarters: Quarters, now: datetime) -> Mapping[str, SheetTable]:
    """By municipality (AGS) the running offers of today: all of them, then the commonest kinds. Some six queries.

    Only the main kinds; an offer of several kinds counts in each of them.
    """
    main = {term.key for term in vocabulary.terms(Taxonomy.CATEGORY, district=district) if not term.parent_key}
    question = FigureQuestion(quarters.first, quarters.until, Scope.ALL, PLACE, CATEGORY)
    table = inventory_table(Viewer.system("sheets", district.pk), question, now)
    found = {}
    for head, cells in zip(table.rows, table.cells, strict=True):
        counts = [
            (int(cell), str(column.label))
            for column, cell in zip(table.columns[:-1], cells[:-1], strict=True)
            if column.key in main and isinstance(cell, int) and cell
        ]
        counts.sort(key=lambda pair: -pair[0])
        rows = [SheetRow(_("Angebote mit einem Ort in der Gemeinde"), (cells[-1],))]
        rows += [SheetRow(label, (count,)) for count, label in counts[:MOST]]
        found[head.key] = SheetTable(rows=tuple(rows), note=_("Stand heute. Ein Angebot mehrerer Arten zählt in jeder Zeile."))
    return found
