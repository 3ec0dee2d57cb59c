"""What apps hand to `bruecke doctor`: looks at the health of what only they know, such as secrets that expire."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bruecke.core.registry import Registry


@dataclass(frozen=True, slots=True)
class Health:
    """A figure (counts and states, never content), and what to do when it is not well. German."""

    is_well: bool
    figure: object
    advice: object = ""


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One line of the doctor. `examine` reads without a scope of its own (`Escape.DOCTOR`) and changes nothing."""

    key: str
    label: object
    examine: Callable[[datetime], Health]
    order: int = 100


health_checks: Registry[HealthCheck] = Registry("health_checks")
