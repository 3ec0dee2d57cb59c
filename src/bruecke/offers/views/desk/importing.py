"""Pages that take a table of offers over; the steps are the house's own."""

from django.utils.translation import gettext_lazy as _

from bruecke.offers.importers import KIND
from bruecke.offers.rules import EDITORS
from bruecke.ui.views.imports import ImportPages


class OffersImport(ImportPages):
    """Open to who keeps the inventory."""

    kind_key = KIND
    route = "offers:import"
    roles = EDITORS
    feature = "offers"
    place = "offers.list"
    heading = _("Angebote aus einer Tabelle übernehmen")
    crumbs = ((_("Angebote"), "offers:list"),)
