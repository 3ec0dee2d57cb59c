"""Forms of the desk: filters of the list, answer, note, assignment, closing, quick entry."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from bruecke.enquiries.forms.attaching import AttachingForm
from bruecke.enquiries.models import CHANNEL_LABELS, HELP_OUTCOME_LABELS, MAX_TEXT, OUTCOME_LABELS, STATE_LABELS
from bruecke.enquiries.queries import OTHER, RUNNING_FILTER, Assignee, CaptureChoices, FilterChoices
from bruecke.enquiries.states import Channel, EnquiryKind, Outcome
from bruecke.ui.forms import ChoiceGrid, ChoiceRows, FilterForm, HouseForm, MonthFilter, TextArea, VersionedForm

STILL_OPEN = "open"
Choices = list[tuple[str, Any]]


class InboxFilter(FilterForm):
    """Filters of the list; the untouched list shows what runs."""

    q = forms.CharField(label=_("Suche"), max_length=100, widget=forms.TextInput(attrs={"placeholder": _("Wort oder Kennzeichen")}))
    ort = forms.ChoiceField(label=_("Ort"))
    thema = forms.ChoiceField(label=_("Thema"))
    sprache = forms.ChoiceField(label=_("Sprache"))
    stand = forms.ChoiceField(
        label=_("Stand"),
        initial=RUNNING_FILTER,
        choices=[("", _("Alle")), (RUNNING_FILTER, _("Laufende")), *((key.value, label) for key, label in STATE_LABELS.items())],
    )
    art = forms.ChoiceField(
        label=_("Art"),
        choices=[
            ("", _("Fragen und Hilfsangebote")),
            (EnquiryKind.QUESTION.value, _("nur Fragen")),
            (EnquiryKind.HELP.value, _("nur Hilfsangebote")),
        ],
    )
    weg = forms.ChoiceField(
        label=_("Weg"),
        widget=forms.HiddenInput,
        choices=[("", ""), *((key.value, label) for key, label in CHANNEL_LABELS.items())],
    )
    ergebnis = forms.ChoiceField(
        label=_("Ergebnis"),
        widget=forms.HiddenInput,
        choices=[("", ""), ("-", _("noch offen")), *((key.value, label) for key, label in OUTCOME_LABELS.items())],
    )
    von = MonthFilter(label=_("Eingang ab"))
    bis = MonthFilter(label=_("Eingang bis"))

    def __init__(self, query: Any, *args: Any, choices: FilterChoices, **kwargs: Any) -> None:
        self._choices = {
            "ort": [("", _("Alle Orte")), *choices.places, ("-", _("Ohne Ort"))],
            "thema": [("", _("Alle Themen")), *choices.topics, ("-", _("Ohne Thema"))],
            "sprache": [("", _("Alle Sprachen")), *choices.languages],
        }
        super().__init__(query, *args, **kwargs)

    def is_valid(self) -> bool:
        """The choices must be known before the base class asks for the values."""
        for name, choices in self._choices.items():
            self.fields[name].choices = choices  # type: ignore[attr-defined]
        return super().is_valid()


class AnswerForm(AttachingForm, VersionedForm):
    """An answer; the language is asked only where there is a choice."""

    text = forms.CharField(
        label=_("Antwort"),
        widget=TextArea(6, {"dir": "auto"}),
        max_length=MAX_TEXT,
        error_messages={
            "required": _("Bitte schreiben Sie eine Antwort."),
            "max_length": _("Die Antwort ist zu lang. Bitte kürzen Sie sie auf 5.000 Zeichen."),
        },
    )
    language = forms.ChoiceField(label=_("Sprache der Antwort"))

    def __init__(self, *args: Any, languages: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["language"]
        field.choices = languages  # type: ignore[attr-defined]
        if len(languages) == 1:
            field.widget = forms.HiddenInput()
            field.initial = languages[0][0]


class NoteForm(HouseForm):
    """A note that the resident never sees."""

    note = forms.CharField(
        label=_("Interne Notiz"),
        help_text=_("Die ratsuchende Person sieht sie nicht."),
        widget=TextArea(3),
        max_length=MAX_TEXT,
        error_messages={"required": _("Bitte schreiben Sie eine Notiz.")},
    )


class HeadlineForm(VersionedForm):
    """A short title in German for lists."""

    headline = forms.CharField(
        label=_("Kurztitel"),
        help_text=_("Ein paar Wörter auf Deutsch, ohne Namen."),
        max_length=120,
        error_messages={"required": _("Bitte geben Sie einen Kurztitel ein.")},
    )


class AssignForm(VersionedForm):
    """Somebody who may have the question."""

    assignee = forms.ChoiceField(label=_("Wer soll sich kümmern?"), widget=ChoiceRows)

    def __init__(self, *args: Any, assignees: list[Assignee], can_release: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Choices = [
            (entry.account.uid, f"{entry.label} ({entry.controller_name})" if entry.is_outside else entry.label)
            for entry in assignees
        ]
        if can_release:
            choices.append((OTHER, _("Niemand: zurück in den gemeinsamen Eingang")))
        self.fields["assignee"].choices = choices  # type: ignore[attr-defined]


class CloseForm(VersionedForm):
    """How it ended."""

    outcome = forms.ChoiceField(
        label=_("Ergebnis"), widget=ChoiceRows, choices=[(key.value, label) for key, label in OUTCOME_LABELS.items()]
    )
    note = forms.CharField(label=_("Interne Notiz"), required=False, widget=TextArea(2), max_length=MAX_TEXT)

    def __init__(self, *args: Any, is_help: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_help:
            self.fields["outcome"].choices = [(key.value, label) for key, label in HELP_OUTCOME_LABELS.items()]  # type: ignore[attr-defined]


class CaptureForm(HouseForm):
    """Quick entry: five choices, no free text. "Other" opens the select that follows it."""

    channel = forms.ChoiceField(
        label=_("Wie kam die Frage?"),
        widget=ChoiceGrid,
        choices=[(key.value, CHANNEL_LABELS[key]) for key in (Channel.PHONE, Channel.IN_PERSON, Channel.EMAIL)],
    )
    place = forms.ChoiceField(label=_("Ort"), widget=ChoiceGrid, error_messages={"required": _("Bitte wählen Sie einen Ort.")})
    more_places = forms.ChoiceField(label=_("Anderer Ort"), required=False)
    topic = forms.ChoiceField(label=_("Thema"), widget=ChoiceGrid, error_messages={"required": _("Bitte wählen Sie ein Thema.")})
    more_topics = forms.ChoiceField(label=_("Anderes Thema"), required=False)
    language = forms.ChoiceField(
        label=_("Sprache des Gesprächs"), widget=ChoiceGrid, error_messages={"required": _("Bitte wählen Sie eine Sprache.")}
    )
    more_languages = forms.ChoiceField(label=_("Andere Sprache"), required=False)
    outcome = forms.ChoiceField(
        label=_("Ergebnis"),
        widget=ChoiceRows,
        choices=[
            (Outcome.ANSWERED.value, _("Sofort beantwortet")),
            (Outcome.REFERRED.value, _("An ein Angebot verwiesen")),
            (STILL_OPEN, _("Offen, ich kümmere mich")),
            (Outcome.NO_OFFER.value, _("Kein passendes Angebot gefunden")),
        ],
        error_messages={"required": _("Bitte wählen Sie ein Ergebnis.")},
    )
    PAIRS = (("place", "more_places"), ("topic", "more_topics"), ("language", "more_languages"))

    def __init__(self, *args: Any, choices: CaptureChoices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._offer("place", choices.places, choices.more_places, _("Anderer Ort"))
        self._offer("topic", choices.topics, choices.more_topics, _("Anderes …"))
        self._offer("language", choices.languages, choices.more_languages, _("Andere …"))
        last = choices.last
        self.initial.setdefault("channel", last.get("channel") or Channel.PHONE.value)
        self._preset("place", last.get("place_id"), choices.places)
        self._preset("language", last.get("contact_language") or "de", choices.languages)
        self.initial.setdefault("outcome", Outcome.ANSWERED.value)

    def _offer(self, name: str, few: Choices, many: Choices, other: object) -> None:
        more = f"more_{name}s"
        self.fields[name].choices = [*few, (OTHER, other)]  # type: ignore[attr-defined]
        first = [("", _("Bitte wählen"))]
        if name == "place":
            first.append((OTHER, _("Ort unbekannt")))
        self.fields[more].choices = [*first, *many]  # type: ignore[attr-defined]

    def _preset(self, name: str, value: str | None, few: Choices) -> None:
        if value in dict(few):
            self.initial.setdefault(name, value)

    def clean(self) -> dict[str, Any]:
        """The choice behind "other" takes the place of "other"."""
        cleaned = super().clean() or self.cleaned_data
        for name, more in self.PAIRS:
            if cleaned.get(name) != OTHER:
                continue
            if not cleaned.get(more):
                self.add_error(more, _("Bitte wählen Sie etwas aus der Liste."))
            else:
                cleaned[name] = "" if cleaned[more] == OTHER else cleaned[more]
        return cleaned
