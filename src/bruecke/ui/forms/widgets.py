"""Widgets of the house: native date and time fields, and choices as a grid or as framed rows."""

from django import forms


class DateInput(forms.DateInput):
    """The browser's own date field."""

    input_type = "date"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    """The browser's own time field, to the minute."""

    input_type = "time"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class DateTimeInput(forms.DateTimeInput):
    """The browser's own field for a moment, to the minute."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


class TextArea(forms.Textarea):
    """Several lines; `rows` as expected, not as Django has it."""

    def __init__(self, rows: int = 4, attrs: dict | None = None) -> None:
        super().__init__({"rows": rows, **(attrs or {})})


class _Choices:
    """Mixin: the list around the choices carries a class of form.css."""

    look = ""

    def get_context(self, name: str, value: object, attrs: dict | None) -> dict:
        context = super().get_context(name, value, attrs)  # type: ignore[misc]
        context["widget"]["look"] = self.look
        return context


class ChoiceGrid(_Choices, forms.RadioSelect):
    """One of a few short choices, as buttons in a grid of three: quick entry."""

    look = "choice-grid"
    template_name = "ui/forms/choices.html"


class ChoiceRows(_Choices, forms.RadioSelect):
    """One of a few sentences, as framed rows."""

    look = "choice-rows"
    template_name = "ui/forms/choices.html"


class GridOfBoxes(_Choices, forms.CheckboxSelectMultiple):
    """Several of a few short choices, in a grid of three."""

    look = "choice-grid"
    template_name = "ui/forms/choices.html"


class RowsOfBoxes(_Choices, forms.CheckboxSelectMultiple):
    """Several of a few sentences, as framed rows."""

    look = "choice-rows"
    template_name = "ui/forms/choices.html"
