"""Choosing up to three files on a form: counted and weighed here; what they are is decided by `core.cleaning`, outside of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from bruecke.core.cleaning import ALL_FORMS, clean_upload
from bruecke.core.errors import Invalid
from bruecke.core.files import MAX_BYTES, CheckedFile
from bruecke.enquiries.rules import MAX_FILES

FIELD = "attachments"


class FilesInput(forms.FileInput):
    """The browser's own field for several files; it lets a phone take a photo."""

    allow_multiple_selected = True

    def __init__(self, attrs: dict | None = None) -> None:
        super().__init__({"multiple": True, "accept": ALL_FORMS, **(attrs or {})})

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[Any]:
        return files.getlist(name) if hasattr(files, "getlist") else [files[name]] if name in files else []


class FilesField(forms.FileField):
    """None to three files, none of them empty or too large."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        files = [one for one in (data if isinstance(data, list) else [data]) if one]
        if len(files) > MAX_FILES:
            raise ValidationError(_("Bitte schicken Sie höchstens drei Dateien auf einmal."))
        for one in files:
            if not one.size:
                raise ValidationError(_("Eine Datei ist leer. Bitte wählen Sie eine andere."))
            if one.size > MAX_BYTES:
                raise ValidationError(_("Eine Datei ist zu groß. Erlaubt sind höchstens 10 MB je Datei."))
        return files


class AttachingForm(forms.Form):
    """Mixin for forms of ours: the field, and the cleaned files. Files cannot be shown again after an error; the form says so."""

    attachments = FilesField(
        label=_("Dateien"),
        required=False,
        widget=FilesInput,
        help_text=_("Höchstens drei Dateien: JPG, PNG, WebP oder PDF, je höchstens 10 MB."),
    )
    was_cut = False
    """Set where the form is shown again without having been sent: files were chosen and are gone."""

    @property
    def has_lost_files(self) -> bool:
        """Whether files were chosen that the page cannot show again."""
        return self.was_cut or (self.is_bound and FIELD in self.files)

    @cached_property
    def checked(self) -> list[CheckedFile]:
        """The files, written anew. Slow: outside any transaction. Raises: Invalid at the field, with the number of the file."""
        found = []
        for number, one in enumerate(self.cleaned_data[FIELD], start=1):
            try:
                found.append(clean_upload(one))
            except Invalid as error:
                said = " ".join(str(message) for message in error.errors.values())
                words = _("Datei %(number)s: %(said)s") % {"number": number, "said": said}
                raise Invalid({FIELD: words}) from error
        return found
