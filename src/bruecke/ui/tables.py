"""What a list page says about its columns; the rows themselves are the template of the app."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. `order_by` names the fields it sorts by (none: no sorting); figures stand at the end."""

    key: str
    label: object
    order_by: tuple[str, ...] = ()
    is_figure: bool = False
    width: str = ""  # one of the classes of table.css: "narrow", "medium", "wide"

    def ordering(self, *, descending: bool) -> tuple[str, ...]:
        """Arguments of `order_by`, each turned round when descending."""
        if not descending:
            return self.order_by
        return tuple(name.removeprefix("-") if name.startswith("-") else f"-{name}" for name in self.order_by)
