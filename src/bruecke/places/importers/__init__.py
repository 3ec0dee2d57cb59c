"""Files into the register of places: municipal register, territorial changes, postal codes, boundaries."""

from bruecke.places.importers.report import Counts, ImportReport, Problem
from bruecke.places.importers.run import import_places, import_shipped_places

__all__ = ["Counts", "ImportReport", "Problem", "import_places", "import_shipped_places"]
