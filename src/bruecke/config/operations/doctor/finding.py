"""The shape of what the doctor finds."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Finding:
    """One look at one thing; `details` and `advice` say what is wrong and what to do, when it is not well. No content."""

    name: str
    is_well: bool
    figure: str
    advice: str = ""
    details: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Advice and details only where something is wrong, as on the screen."""
        told = asdict(self)
        return told if not self.is_well else told | {"advice": "", "details": ()}
