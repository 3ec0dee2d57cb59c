"""The bar above a table of figures."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.core.figures import Scope
from bruecke.reporting.queries import Asked, last_month
from bruecke.ui.forms import HouseForm

SCOPE_LABELS: dict[Scope, Any] = {
    Scope.OWN: _("Eigene"),
    Scope.REST: _("Übriger Landkreis"),
    Scope.ALL: _("Ganzer Landkreis"),
}


class _Month(forms.TextInput):
    input_type = "month"


class FiguresForm(HouseForm):
    """Scope, period and cut; shown with what really holds, whatever the address said."""

    bereich = forms.ChoiceField(label=_("Bereich"), required=False)
    quartal = forms.ChoiceField(label=_("Quartal"), required=False)
    von = forms.CharField(label=_("Von"), required=False, widget=_Month)
    bis = forms.CharField(label=_("Bis"), required=False, widget=_Month)
    zeilen = forms.ChoiceField(label=_("Zeilen"), required=False)
    spalten = forms.ChoiceField(label=_("Spalten"), required=False)

    def __init__(self, asked: Asked, quarters: list[tuple[str, str]]) -> None:
        question = asked.question
        since, until = f"{question.since:%Y-%m}", f"{last_month(question):%Y-%m}"
        super().__init__(
            initial={
                "bereich": question.scope.value,
                "quartal": f"{since}_{until}",
                "von": since,
                "bis": until,
                "zeilen": question.rows,
                "spalten": question.columns,
            }
        )
        named = [(dimension.key, dimension.label) for dimension in asked.source.dimensions]
        choices: dict[str, Any] = {
            "bereich": [(scope.value, SCOPE_LABELS[scope]) for scope in asked.scopes],
            "quartal": quarters,
            "zeilen": named,
            "spalten": [("", _("keine")), *(one for one in named if one[0] != question.rows)],
        }
        for name, given in choices.items():
            self.fields[name].choices = given  # type: ignore[attr-defined]
        gone = ("von", "bis", "spalten") if asked.is_guarded else ("quartal",)
        if asked.source.is_stock:
            gone = ("von", "bis", "quartal")
        one_cut = () if len(named) > 1 else ("zeilen", "spalten")
        one_scope = () if len(asked.scopes) > 1 else ("bereich",)
        for name in {*gone, *one_cut, *one_scope}:
            del self.fields[name]
