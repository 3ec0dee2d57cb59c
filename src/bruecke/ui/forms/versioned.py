"""`VersionedForm`: carries the version that was read, and shows what another person saved in the meantime."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms

from bruecke.core.errors import Stale
from bruecke.ui.forms.base import HouseForm


@dataclass(frozen=True, slots=True)
class Difference:
    """A field in which the saved value and what was typed differ; both as a person reads them."""

    label: object
    saved: str
    typed: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """Someone else was quicker. `changed_by` may be empty."""

    message: str
    changed_by: str
    changed_at: datetime | None
    differences: tuple[Difference, ...]


class VersionedForm(HouseForm):
    """A form about a record that has a `version`; the action gets it as `version=form.cleaned_data["version"]`."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    conflict: Conflict | None = None

    def show_conflict(self, error: Stale, current: Mapping[str, Any]) -> None:
        """Say who and what, and take over the current version so that sending again is a decision.

        `current` maps field names (and "version") to the values saved now, as `initial` would.
        """
        differences = tuple(
            Difference(bound.label, saved, typed)
            for bound in self
            if not bound.is_hidden and bound.name in current
            for saved, typed in [(_readable(bound, current[bound.name]), _readable(bound, bound.value()))]
            if saved != typed
        )
        self.conflict = Conflict(str(error), error.changed_by, error.changed_at, differences)
        if "version" in current:
            data = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("version")] = str(current["version"])
            self.data = data


def _readable(bound: forms.BoundField, value: Any) -> str:
    """The words of a choice, a text as it is, a day in German order."""
    choices = dict(flat_choices(getattr(bound.field, "choices", ())))
    values = value if isinstance(value, (list, tuple, set)) else [value]
    prepared = [bound.field.prepare_value(item) for item in values]
    return ", ".join(str(choices.get(str(item), _as_text(item))) for item in prepared)


def _as_text(item: Any) -> str:
    return "" if item is None else str(item)


def flat_choices(choices: Any) -> list[tuple[str, str]]:
    """Choices without their groups, keys as text."""
    flat: list[tuple[str, str]] = []
    for key, label in choices:
        if isinstance(label, (list, tuple)):
            flat += flat_choices(label)
        else:
            flat.append((str(key), str(label)))
    return flat
