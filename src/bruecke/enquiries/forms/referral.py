"""Forms around suggestions and referrals, for the desk and for providers."""

from datetime import timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.enquiries.models import (
    BASIS_LABELS,
    DANGER_LABELS,
    MAX_MESSAGE,
    MISFIT_LABELS,
    PASSED_LABELS,
    REJECT_LABELS,
)
from bruecke.enquiries.states import ConsentBasis, Need, Passed
from bruecke.ui.forms import ChoiceRows, FilterForm, GuardedForm, HouseForm, MonthFilter, RowsOfBoxes, TextArea, VersionedForm

NEED_LABELS: dict[Need, Any] = {
    Need.CHILDCARE: _("Kinderbetreuung"),
    Need.STEP_FREE: _("barrierefrei"),
    Need.WOMEN_ONLY: _("nur für Frauen"),
    Need.FREE_OF_CHARGE: _("kostenlos"),
}


Pairs = list[tuple[str, Any]]
RADII = (5, 10, 20, 40)


def _choices(labels: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.value, label) for key, label in labels.items()]


class NeedsForm(HouseForm):
    """What an offer must have, and for whom; noted at the question."""

    needs = forms.MultipleChoiceField(label=_("Braucht"), required=False, choices=_choices(NEED_LABELS), widget=RowsOfBoxes)
    target_group = forms.ChoiceField(label=_("Zielgruppe"), required=False)

    def __init__(self, *args: Any, groups: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["target_group"].choices = [("", _("nicht festgelegt")), *groups]  # type: ignore[attr-defined]


class MisfitForm(HouseForm):
    reason = forms.ChoiceField(
        label=_("Warum passt es nicht?"),
        widget=ChoiceRows,
        choices=_choices(MISFIT_LABELS),
        error_messages={"required": _("Bitte wählen Sie, warum das Angebot nicht passt.")},
    )


class UnmetForm(HouseForm):
    """What is missing; place, topic, language and month come from the question."""

    category = forms.ChoiceField(label=_("Was fehlt?"), required=False)

    def __init__(self, *args: Any, categories: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("nicht festgelegt")), *categories]  # type: ignore[attr-defined]


class _OfferedFilter(FilterForm):
    """Base of filters whose choices depend on what there is: `offered` by field, without the empty one."""

    EVERY: Any = _("Alle")

    def __init__(self, query: Any, *args: Any, offered: dict[str, Pairs], **kwargs: Any) -> None:
        self._offered = offered
        super().__init__(query, *args, **kwargs)

    def is_valid(self) -> bool:
        """The choices must be known before the base class asks for the values."""
        for name, choices in self._offered.items():
            self.fields[name].choices = [("", self.EVERY), *choices]  # type: ignore[attr-defined]
        return super().is_valid()


class SuggestionFilter(_OfferedFilter):
    """Narrows the page of all suggestions; a radius needs a place to be measured from."""

    kategorie = forms.ChoiceField(label=_("Kategorie"))
    umkreis = forms.ChoiceField(label=_("Umkreis"))
    sprache = forms.ChoiceField(label=_("Sprache"))


class ReferForm(VersionedForm):
    """On what basis, what for, what is passed on."""

    basis = forms.ChoiceField(label=_("Auf welcher Grundlage?"), widget=ChoiceRows)
    purpose = forms.CharField(
        label=_("Wozu werden die Angaben weitergegeben?"),
        max_length=300,
        error_messages={"required": _("Bitte schreiben Sie, wozu die Angaben weitergegeben werden.")},
    )
    passes = forms.MultipleChoiceField(label=_("Was wird weitergegeben?"), required=False, widget=RowsOfBoxes)
    note = forms.CharField(
        label=_("Nachricht an den Träger"),
        help_text=_("Sie wird mit derselben Einwilligung weitergegeben. Die ratsuchende Person kann sie lesen."),
        required=False,
        max_length=MAX_MESSAGE,
        widget=TextArea(3),
    )
    is_note_impersonal = forms.BooleanField(
        label=_("Meine Worte lassen niemanden erkennen."),
        help_text=_("Nötig für eigene Worte, wenn ohne Angaben zur Person angefragt wird."),
        required=False,
    )
    danger_law = forms.ChoiceField(label=_("Rechtsgrundlage"), required=False, choices=[("", "–"), *_choices(DANGER_LABELS)])
    danger_reason = forms.CharField(label=_("Worin besteht die Gefahr?"), required=False, max_length=500, widget=TextArea(2))

    def __init__(self, *args: Any, has_dialogue: bool, passable: list[Passed], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        bases = [key for key in ConsentBasis if has_dialogue or key is not ConsentBasis.STATUS_PAGE]
        self.fields["basis"].choices = [(key.value, BASIS_LABELS[key]) for key in bases]  # type: ignore[attr-defined]
        self.fields["passes"].choices = [(item.value, PASSED_LABELS[item]) for item in passable]  # type: ignore[attr-defined]


class ReferralFilter(_OfferedFilter):
    stand = forms.ChoiceField(label=_("Stand"))
    traeger = forms.ChoiceField(label=_("Träger"))
    ohne_antwort = forms.BooleanField(label=_("Antwort überfällig"))


class UnmetFilter(_OfferedFilter):
    """Narrows the list of missing offers; "-": without it."""

    WITHOUT: ClassVar[tuple[str, ...]] = ("thema", "kategorie", "ort", "zielgruppe", "sprache")

    monat = forms.ChoiceField(label=_("Monat"))
    thema = forms.ChoiceField(label=_("Thema"))
    kategorie = forms.ChoiceField(label=_("Kategorie"))
    ort = forms.ChoiceField(label=_("Ort"))
    zielgruppe = forms.ChoiceField(label=_("Zielgruppe"))
    sprache = forms.ChoiceField(label=_("Sprache"))
    von = MonthFilter(label=_("Von"))
    bis = MonthFilter(label=_("Bis"))

    def __init__(self, query: Any, *args: Any, offered: dict[str, Pairs], **kwargs: Any) -> None:
        more = {name: [*choices, ("-", _("ohne Angabe"))] for name, choices in offered.items() if name in self.WITHOUT}
        super().__init__(query, *args, offered={**offered, **more}, **kwargs)


class MailboxForm(GuardedForm):
    """The second check of a mailed link: to which mailbox it went."""

    email = forms.EmailField(
        label=_("E-Mail-Adresse, an die unsere Nachricht ging"),
        max_length=254,
        error_messages={
            "required": _("Bitte geben Sie die E-Mail-Adresse ein."),
            "invalid": _("Bitte prüfen Sie die E-Mail-Adresse."),
        },
    )


class ProviderAnswerForm(GuardedForm):
    """Yes, or no with a reason."""

    minimum_time = timedelta(seconds=0)

    reason = forms.ChoiceField(label=_("Warum geht es nicht?"), required=False, widget=ChoiceRows, choices=_choices(REJECT_LABELS))
    note = forms.CharField(
        label=_("Nachricht an die Koordination"),
        help_text=_("Die ratsuchende Person kann sie lesen."),
        required=False,
        max_length=500,
        widget=TextArea(2),
        error_messages={"max_length": _("Bitte kürzen Sie die Nachricht auf 500 Zeichen.")},
    )
