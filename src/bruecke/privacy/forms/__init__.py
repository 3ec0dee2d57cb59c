"""Forms of the pages of data protection."""

from copy import deepcopy
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.core.privacy import subject_kinds
from bruecke.privacy.models import ERASURE_LABELS, IDENTITY_LABELS, REQUEST_LABELS, RISK_LABELS, WAY_LABELS
from bruecke.privacy.queries.erasures import what_choices
from bruecke.ui.forms import ChoiceRows, FilterForm, HouseForm, TextArea, VersionedForm

ANY = [("", _("Alle"))]
PLEASE = [("", _("Bitte wählen"))]


def _choices(labels: dict[Any, Any]) -> list[tuple[str, Any]]:
    return [(key.value, label) for key, label in labels.items()]


class ErasureFilter(FilterForm):
    art = forms.ChoiceField(label=_("Art"), choices=[*ANY, *_choices(ERASURE_LABELS)])
    was = forms.ChoiceField(label=_("Was"))
    von = forms.DateField(label=_("Von"))
    bis = forms.DateField(label=_("Bis"))

    def __init__(self, query: Any) -> None:
        self.base_fields = deepcopy(self.base_fields)  # type: ignore[misc] # the rules are known when all apps are ready
        self.base_fields["was"].choices = [*ANY, *what_choices()]  # type: ignore[attr-defined]
        super().__init__(query)


class AdditionForm(HouseForm):
    text = forms.CharField(
        label=_("Text"),
        max_length=2000,
        required=False,
        widget=TextArea(rows=6),
        help_text=_("Wenn es nichts zu sagen gibt, schreiben Sie „keine“. Nennen Sie Stellen und Funktionen, keine Personen."),
    )


class ReleaseForm(HouseForm):
    note = forms.CharField(label=_("Anlass"), max_length=300, required=False, help_text=_("Zum Beispiel „Jährliche Prüfung“."))


class RequestForm(VersionedForm):
    kind = forms.ChoiceField(label=_("Worum es geht"), choices=_choices(REQUEST_LABELS), widget=ChoiceRows)
    asker = forms.CharField(label=_("Wer fragt"), max_length=160, help_text=_("Name, wie er im Schreiben steht."))
    contact = forms.CharField(
        label=_("Wohin die Antwort geht"), max_length=254, help_text=_("Anschrift, E-Mail-Adresse oder Telefonnummer.")
    )
    way = forms.ChoiceField(label=_("Eingang"), choices=[*PLEASE, *_choices(WAY_LABELS)])
    received_on = forms.DateField(label=_("Eingegangen am"), help_text=_("Ab diesem Tag läuft die Frist von einem Monat."))
    identity = forms.ChoiceField(
        label=_("Wie geprüft wurde, wer fragt"),
        choices=_choices(IDENTITY_LABELS),
        help_text=_("Ohne Prüfung werden keine Daten gesammelt und keine gelöscht. Verlangen Sie nicht mehr, als nötig ist."),
    )
    wish = forms.CharField(label=_("Was verlangt wird"), max_length=2000, required=False, widget=TextArea(rows=4))


class FindForm(HouseForm):
    """Sent by POST: what is sought is personal and must not stand in an address."""

    kind = forms.ChoiceField(label=_("Suchen nach"))
    text = forms.CharField(label=_("Angabe der Person"), max_length=254)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = list(subject_kinds)
        self.fields["kind"].choices = [(kind.key, kind.label) for kind in kinds]  # type: ignore[attr-defined]
        self.fields["text"].help_text = " · ".join(f"{kind.label}: {kind.hint}" for kind in kinds)


class ReasonForm(VersionedForm):
    reason = forms.CharField(
        label=_("Grund"),
        max_length=500,
        widget=TextArea(rows=3),
        help_text=_("Teilen Sie der Person Verlängerung und Grund innerhalb des ersten Monats mit."),
    )


class EndForm(VersionedForm):
    state = forms.ChoiceField(
        label=_("Wie endet der Antrag?"),
        choices=[("answered", _("beantwortet")), ("declined", _("abgelehnt, mit Grund"))],
        widget=ChoiceRows,
    )
    note = forms.CharField(
        label=_("Was geantwortet wurde"),
        max_length=2000,
        required=False,
        widget=TextArea(rows=4),
        help_text=_("Bei einer Ablehnung: der Grund und der Hinweis auf Beschwerde und Klage (Art. 12 Abs. 4 DSGVO)."),
    )


class BreachForm(VersionedForm):
    title = forms.CharField(
        label=_("Kurz gesagt"), max_length=160, help_text=_("Zum Beispiel „Liste an falsche Adresse gesendet“.")
    )
    noticed_at = forms.DateTimeField(label=_("Bekannt geworden"), help_text=_("Ab diesem Zeitpunkt laufen die 72 Stunden."))
    happened = forms.CharField(label=_("Was ist passiert"), max_length=4000, widget=TextArea(rows=6))
    categories = forms.CharField(
        label=_("Welche Daten sind betroffen"),
        max_length=2000,
        required=False,
        widget=TextArea(rows=3),
        help_text=_("Zum Beispiel Namen, Telefonnummern, Angaben zur Gesundheit. Keine Namen von Betroffenen."),
    )
    people_count = forms.IntegerField(label=_("Betroffene Personen, ungefähr"), min_value=0, max_value=10_000_000, required=False)
    records_count = forms.IntegerField(label=_("Betroffene Einträge, ungefähr"), min_value=0, max_value=10_000_000, required=False)


class JudgeForm(VersionedForm):
    risk = forms.ChoiceField(label=_("Risiko für die Betroffenen"), choices=_choices(RISK_LABELS), widget=ChoiceRows)
    consequences = forms.CharField(label=_("Wahrscheinliche Folgen"), max_length=2000, required=False, widget=TextArea(rows=3))
    measures = forms.CharField(
        label=_("Maßnahmen, ergriffen oder vorgesehen"), max_length=4000, required=False, widget=TextArea(rows=4)
    )
    authority_reason = forms.CharField(
        label=_("Warum die Aufsichtsbehörde nicht oder später als 72 Stunden benachrichtigt wird"),
        max_length=2000,
        required=False,
        widget=TextArea(rows=3),
    )
    people_reason = forms.CharField(
        label=_("Warum die Betroffenen nicht benachrichtigt werden"),
        max_length=2000,
        required=False,
        widget=TextArea(rows=3),
        help_text=_("Zum Beispiel, weil die Daten verschlüsselt waren (Art. 34 Abs. 3 DSGVO)."),
    )


class StepForm(VersionedForm):
    at = forms.DateTimeField(label=_("Wann"))
    text = forms.CharField(label=_("Was getan wurde"), max_length=500, required=False, widget=TextArea(rows=3))
    reference = forms.CharField(label=_("Aktenzeichen der Behörde"), max_length=80, required=False)

    def __init__(self, *args: Any, has_reference: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_reference:
            del self.fields["reference"]


__all__ = [
    "AdditionForm",
    "BreachForm",
    "EndForm",
    "ErasureFilter",
    "FindForm",
    "JudgeForm",
    "ReasonForm",
    "ReleaseForm",
    "RequestForm",
    "StepForm",
]
