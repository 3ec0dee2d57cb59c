"""`HouseForm`: every field in the house's look, errors with a cure, and a summary on top that leads to the fields."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer, DjangoTemplates
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bruecke.core.errors import Invalid
from bruecke.ui.forms.widgets import DateInput, DateTimeInput, TimeInput

_NATIVE: dict[type[forms.Field], type[forms.Widget]] = {
    forms.DateField: DateInput,
    forms.TimeField: TimeInput,
    forms.DateTimeField: DateTimeInput,
}
REQUIRED = _("Bitte füllen Sie dieses Feld aus.")
CHOOSE = _("Bitte wählen Sie etwas aus.")
_YEARS = range(1900, 2200)
_CHOICE_FIELDS = (forms.ChoiceField, forms.ModelChoiceField, forms.MultipleChoiceField, forms.ModelMultipleChoiceField)


class HouseRenderer(DjangoTemplates):
    """Renders fields with our templates, which know our built-in tags."""

    form_template_name = "ui/forms/form.html"
    field_template_name = "ui/forms/field.html"

    @cached_property
    def engine(self) -> Any:
        pages: Any = settings.TEMPLATES[0]["OPTIONS"]
        options = {"builtins": pages["builtins"]}
        folder = Path(forms.__file__).parent / "templates"
        return self.backend({"APP_DIRS": True, "DIRS": [folder], "NAME": "ui-forms", "OPTIONS": options})


@dataclass(frozen=True, slots=True)
class FieldError:
    """One line of the summary; `target` is the id to jump to, empty when the error is about the whole form."""

    target: str
    message: str


class _House:
    """What `HouseForm` and `HouseModelForm` share."""

    default_renderer: BaseRenderer | type[BaseRenderer] | None = HouseRenderer()  # one for all: it keeps the templates
    use_required_attribute = False  # our own words instead of the browser's

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for field in self.fields.values():  # type: ignore[attr-defined]
            _dress(field)

    @property
    def error_lines(self) -> list[FieldError]:
        """The summary: errors of the whole form first, then in the order of the fields."""
        lines = [FieldError("", message) for message in self.non_field_errors()]  # type: ignore[attr-defined]
        for bound in self:  # type: ignore[attr-defined]
            target = bound.id_for_label or (f"{bound.auto_id}_0" if bound.use_fieldset else bound.auto_id)
            lines += [FieldError("" if bound.is_hidden else target, message) for message in bound.errors]
        return lines

    def take(self, error: Invalid) -> None:
        """Put what an action refused where it belongs; an unknown field name becomes an error of the whole form."""
        for name, message in error.errors.items():
            known = name in self.fields  # type: ignore[attr-defined]
            for text in message if isinstance(message, (list, tuple)) else [message]:
                self.add_error(name if known else None, str(text))  # type: ignore[attr-defined]


def _check_year(day: date) -> None:
    """Days at the ends of the calendar have no neighbour and no moment in Berlin. Raises: ValidationError."""
    if day.year not in _YEARS:
        raise ValidationError(forms.DateField.default_error_messages["invalid"], code="invalid")


def _dress(field: forms.Field) -> None:
    """Native date and time fields, and German sentences for what is missing."""
    if isinstance(field.widget, forms.Textarea):
        field.widget.attrs.pop("maxlength", None)  # the browser would cut a pasted text without a word; we say it
    plain = (forms.DateInput, forms.TimeInput, forms.DateTimeInput)
    if type(field) in _NATIVE and type(field.widget) in plain:
        native = _NATIVE[type(field)](attrs=field.widget.attrs)
        native.is_localized = False
        field.localize = False
        field.widget = native
    if isinstance(field, forms.DateField):
        field.validators.append(_check_year)
    if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
        field.error_messages["required"] = CHOOSE if isinstance(field, _CHOICE_FIELDS) else REQUIRED


class HouseForm(_House, forms.Form):
    """Base of all forms of ours. Fields that may stay empty say so; nothing is marked as required."""


class HouseModelForm(_House, forms.ModelForm):
    """The same for a model; still, the writing is done by an action and never by `save()`."""
