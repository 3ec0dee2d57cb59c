"""Charts: a Vega-Lite specification as a plain dict, drawn once by the worker, kept by its content, shown without script.

`looks` has colours and type, `drawing` turns specifications into pictures in a process of its own, `cache` keeps them.
"""

from bruecke.core.charts.cache import Spec, chart_for, forget_charts
from bruecke.core.charts.looks import SERIES, Size, inline

__all__ = ["SERIES", "Size", "Spec", "chart_for", "forget_charts", "inline"]
