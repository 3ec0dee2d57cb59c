"""The words of one term in the languages of the district's pages."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.core.errors import Invalid
from bruecke.core.models import District
from bruecke.ui.forms import VersionedForm
from bruecke.vocabulary import queries
from bruecke.vocabulary.actions import LABEL_LENGTH
from bruecke.vocabulary.models import DistrictTerm, Term


class TermForm(VersionedForm):
    """A label and search words for each language; what is empty stays as in the shared words."""

    def __init__(
        self,
        *args: Any,
        district: District,
        shared: Term | None = None,
        own: DistrictTerm | None = None,
        parents: Sequence[tuple[str, str]] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.languages = [one for one in queries.languages() if one.code in {"de", *district.public_languages}]
        self.languages.sort(key=lambda one: (one.code != "de", one.order))
        self.fields["version"].initial = own.version if own else 1
        for language in self.languages:
            self._add_words(language, shared, own)
        if parents:
            self.fields["parent_key"] = forms.ChoiceField(
                label=_("gehört zu"), required=False, choices=[("", _("keinem Oberbegriff")), *parents]
            )

    def _add_words(self, language: Any, shared: Term | None, own: DistrictTerm | None) -> None:
        code, attrs = language.code, {"dir": "auto", "lang": language.code}
        common = shared.labels.get(code, "") if shared else ""
        hint = _("Sonst heißt es überall: %(word)s") % {"word": common} if common else ""
        self.fields[f"label_{code}"] = forms.CharField(
            label=_("Bezeichnung (%(language)s)") % {"language": language},
            required=shared is None and code == "de",
            max_length=LABEL_LENGTH,
            initial=own.labels.get(code, "") if own else "",
            help_text=hint,
            widget=forms.TextInput(attrs=attrs),
        )
        words = shared.synonyms.get(code, []) if shared else []
        told = _("Schon gefunden wird: %(words)s") % {"words": ", ".join(words)} if words else _("Mit Komma trennen.")
        self.fields[f"words_{code}"] = forms.CharField(
            label=_("Weitere Suchwörter (%(language)s)") % {"language": language},
            required=False,
            max_length=2000,
            initial=", ".join(own.synonyms.get(code, [])) if own else "",
            help_text=told,
            widget=forms.TextInput(attrs=attrs),
        )

    @property
    def pairs(self) -> list[tuple[Any, Any]]:
        return [(self[f"label_{one.code}"], self[f"words_{one.code}"]) for one in self.languages]

    def values(self) -> dict[str, Any]:
        """`labels` and `synonyms` as the actions take them."""
        return {
            "labels": {one.code: self.cleaned_data[f"label_{one.code}"] for one in self.languages},
            "synonyms": {one.code: re.split(r"[,;\n]", self.cleaned_data[f"words_{one.code}"]) for one in self.languages},
        }

    def take(self, error: Invalid) -> None:
        """The actions name `labels.de` what the form calls `label_de`."""
        named = {
            name.replace("labels.", "label_").replace("synonyms.", "words_"): message for name, message in error.errors.items()
        }
        super().take(Invalid(named))
