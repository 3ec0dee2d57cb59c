"""`FilterForm`: filters of a list. What is set stands in the address, is repeated as a chip and can be taken away."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.core.validators import RegexValidator
from django.http import QueryDict

from bruecke.core import clock
from bruecke.core.global_search import WORDS, unsealed_words
from bruecke.ui.forms.base import HouseForm
from bruecke.ui.forms.versioned import flat_choices

_A_MONTH = RegexValidator(r"^(19|20)[0-9]{2}-(0[1-9]|1[0-2])\Z")


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is set, in words, and the address without it."""

    text: str
    remove_url: str


class MonthFilter(forms.CharField):
    """A month such as `2026-11` that another page put into the address; shown as a chip, kept as a hidden field."""

    widget = forms.HiddenInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validators=[_A_MONTH], **kwargs)


class FilterForm(HouseForm):
    """Fields of a filter bar; all optional. A field's `initial` is the filter of the untouched list.

    `FilterForm(request.GET)`; then `values` (only valid ones), `chips`, `reset_url`. Invalid values are ignored.
    The words of field `q` may come sealed, from the search over everything.
    """

    TEXT = "q"
    KEPT: ClassVar[tuple[str, ...]] = ("sort", "tab")  # what filters leave alone in the address
    UNTOUCHED: ClassVar[str] = "alles="  # an address that asks for the untouched list, whatever kept view would open it

    def __init__(self, query: QueryDict, *args: Any, **kwargs: Any) -> None:
        self.query = query
        data = query.copy()
        super().__init__(data, *args, **kwargs)
        if query.get(WORDS) and self.TEXT in self.fields and self.TEXT not in query:
            data[self.TEXT] = unsealed_words(str(query[WORDS]), clock.now())
        for name, field in self.fields.items():
            field.required = False
            if name not in data and field.initial not in (None, ""):
                data.setlist(name, [str(item) for item in _listed(field.initial)])
        self.is_valid()

    @property
    def values(self) -> dict[str, Any]:
        """What is set: name -> cleaned value."""
        return {name: value for name, value in self.cleaned_data.items() if not _is_empty(value)}

    @property
    def kept(self) -> list[tuple[str, str]]:
        """Hidden fields that keep tab and order when the filters are sent."""
        return [(name, str(self.query[name])) for name in self.KEPT if self.query.get(name)]

    @property
    def chips(self) -> list[Chip]:
        """One chip for each value, in the order of the fields."""
        chips: list[Chip] = []
        for name in self.values:
            bound = self[name]
            choices = dict(flat_choices(getattr(bound.field, "choices", ())))
            values = [str(item) for item in _listed(bound.data)]
            for value in values:
                is_box = bound.field.widget.__class__.__name__ == "CheckboxInput"
                word = f"{value[5:]}/{value[:4]}" if isinstance(bound.field, MonthFilter) else choices.get(value, value)
                text = str(bound.label) if is_box else f"{bound.label}: {word}"
                chips.append(Chip(text, self._url_without(name, value)))
        return chips

    @property
    def is_touched(self) -> bool:
        """Whether the list shows something else than at first."""
        return WORDS in self.query or any(name in self.query for name in self.fields)

    @property
    def reset_url(self) -> str:
        """The list as at first, in the same tab and order."""
        query = QueryDict(mutable=True)
        for name, value in self.kept:
            query[name] = value
        return f"?{query.urlencode() or self.UNTOUCHED}"

    def _url_without(self, name: str, value: str) -> str:
        query = self.query.copy()
        query.pop("page", None)
        if name == self.TEXT:
            query.pop(WORDS, None)
        rest = [item for item in query.getlist(name) if item != value]
        if rest:
            query.setlist(name, rest)
        elif self.fields[name].initial not in (None, ""):
            query[name] = ""  # said aloud, else the first filter would come back
        else:
            query.pop(name, None)
        return f"?{query.urlencode()}"

    @property
    def in_words(self) -> str:
        """`Ort: Dohna · Sprache: Englisch`, for the head of prints and for lists without hits."""
        return " · ".join(chip.text for chip in self.chips)


def _listed(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple, set)) else [value]


def _is_empty(value: Any) -> bool:
    if value is None or value is False or value == "":
        return True
    return hasattr(value, "__len__") and not isinstance(value, str) and len(value) == 0
