"""Tables that staffing takes over."""

from bruecke.staffing.importers.figures import CENSUS, FIGURES

__all__ = ["CENSUS", "FIGURES"]
