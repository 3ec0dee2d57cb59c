"""Dates, times and numbers of Russian pages: as in German ones, because letters and signs say the same."""

from bruecke.ui.formats.de.formats import *  # noqa: F403
