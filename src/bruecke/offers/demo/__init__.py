"""The catalogue of the demo districts (`catalogue`), and what becomes of it in a year (`year`)."""

from bruecke.offers.demo.catalogue import load_offers
from bruecke.offers.demo.year import begin_year, end_year, live_a_day

__all__ = ["begin_year", "end_year", "live_a_day", "load_offers"]
