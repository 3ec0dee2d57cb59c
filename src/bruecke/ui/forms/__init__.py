"""Forms: `HouseForm` for all, `GuardedForm` for the public, `VersionedForm` for records, `FilterForm` for lists."""

from bruecke.ui.forms.base import FieldError, HouseForm, HouseModelForm
from bruecke.ui.forms.filtering import Chip, FilterForm, MonthFilter
from bruecke.ui.forms.guarded import GuardedForm
from bruecke.ui.forms.versioned import Conflict, Difference, VersionedForm
from bruecke.ui.forms.widgets import (
    ChoiceGrid,
    ChoiceRows,
    DateInput,
    DateTimeInput,
    GridOfBoxes,
    RowsOfBoxes,
    TextArea,
    TimeInput,
)

__all__ = [
    "Chip",
    "ChoiceGrid",
    "ChoiceRows",
    "Conflict",
    "DateInput",
    "DateTimeInput",
    "Difference",
    "FieldError",
    "FilterForm",
    "GridOfBoxes",
    "GuardedForm",
    "HouseForm",
    "HouseModelForm",
    "MonthFilter",
    "RowsOfBoxes",
    "TextArea",
    "TimeInput",
    "VersionedForm",
]
