"""A figure with its goal (or none) and verdict, and the table they make."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """`value` None: could not be measured here, `remark` says why. `at_least`: the goal is a floor, not a ceiling."""

    name: str
    value: float | None
    goal: float | None
    unit: str
    at_least: bool = False
    remark: str = ""

    @property
    def is_met(self) -> bool | None:
        if self.value is None or self.goal is None:
            return None
        return self.value >= self.goal if self.at_least else self.value <= self.goal

    @property
    def cells(self) -> tuple[str, str, str, str, str]:
        sign = "≥" if self.at_least else "≤"
        verdict = {True: "met", False: "**missed**", None: "not measured" if self.value is None else "–"}[self.is_met]
        goal = "–" if self.goal is None else f"{sign} {_plain(self.goal)} {self.unit}"
        return self.name, goal, self._shown, verdict, self.remark

    @property
    def _shown(self) -> str:
        return "–" if self.value is None else f"{_plain(self.value)} {self.unit}"


def _plain(value: float) -> str:
    return f"{value:.0f}" if value == int(value) or value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(figures: Iterable[Figure]) -> str:
    """Markdown."""
    rows = [("what", "goal", "figure", "verdict", "remark"), ("---",) * 5, *(figure.cells for figure in figures)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)
