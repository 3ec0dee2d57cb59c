"""Forms of the gallery, one of each kind of field."""

from django import forms

from bruecke.ui.forms import ChoiceGrid, ChoiceRows, FilterForm, HouseForm, RowsOfBoxes, TextArea, VersionedForm

TOPICS = [
    ("", "Bitte wählen"),
    ("learn", "Deutsch lernen"),
    ("home", "Wohnen"),
    ("work", "Arbeit, Beruf"),
]
PLACES = [
    ("heidenau", "Heidenau"),
    ("dohna", "Dohna"),
    ("mueglitztal", "Müglitztal"),
    ("pirna", "Pirna i. V."),
    ("other", "Anderer Ort"),
]


def _same(*labels: str) -> list[tuple[str, str]]:
    return [(label.lower(), label) for label in labels]


class SampleForm(HouseForm):
    text = forms.CharField(label="Ihre Frage", help_text="Schreiben Sie in Ihrer Sprache.", widget=TextArea(rows=3))
    topic = forms.ChoiceField(label="Thema", choices=TOPICS)
    languages = forms.CharField(label="Sprachen, die Sie sprechen", initial="Ukrainisch, etwas Deutsch")
    contact = forms.CharField(label="Telefon oder E-Mail", help_text="Die Antwort sehen Sie auch mit Ihrem Code.", required=False)


class SampleEverything(HouseForm):
    day = forms.DateField(label="Tag")
    time = forms.TimeField(label="Uhrzeit", required=False)
    file = forms.FileField(label="Datei", required=False, help_text="PDF oder Bild, höchstens 5 MB")
    way = forms.ChoiceField(label="Wie erreichen wir Sie?", choices=_same("Telefon", "E-Mail"), widget=forms.RadioSelect)
    also = forms.MultipleChoiceField(label="Außerdem", choices=_same("Kinderbetreuung", "Barrierefrei"), widget=RowsOfBoxes)
    agreed = forms.BooleanField(label="Ich bin einverstanden, dass die Beratungsstelle meine Frage bekommt.")


class SampleEntry(HouseForm):
    channel = forms.ChoiceField(
        label="Wie kam die Frage?",
        choices=_same("Telefon", "Persönlich", "E-Mail"),
        widget=ChoiceGrid,
        initial="telefon",
    )
    place = forms.ChoiceField(label="Ort", choices=PLACES, widget=ChoiceGrid, initial="heidenau")
    topic = forms.ChoiceField(
        label="Thema",
        choices=_same("Behörden", "Deutsch", "Wohnen", "Arbeit", "Kita, Schule", "Gesundheit", "Freizeit", "Ehrenamt", "Anderes …"),
        widget=ChoiceGrid,
        initial="behörden",
    )
    language = forms.ChoiceField(
        label="Sprache des Gesprächs",
        choices=_same("Deutsch", "Ukrainisch", "Arabisch", "Englisch", "Russisch", "Andere …"),
        widget=ChoiceGrid,
        initial="ukrainisch",
    )
    outcome = forms.ChoiceField(
        label="Ergebnis",
        choices=_same(
            "Sofort beantwortet",
            "An ein Angebot verwiesen",
            "Offen, ich kümmere mich",
            "Kein passendes Angebot gefunden",
        ),
        widget=ChoiceRows,
        initial="sofort beantwortet",
    )


class SamplePlace(HouseForm):
    q = forms.CharField(label="Ort oder Postleitzahl", help_text="Zum Beispiel Freital oder 01705")


class SampleAnswer(HouseForm):
    answer = forms.CharField(
        label="Antwort auf Deutsch",
        help_text="Wird vor dem Senden ins Ukrainische übersetzt. Sie sehen die Übersetzung vorher.",
        widget=TextArea(rows=4),
        initial="Guten Tag, in Dohna gibt es dienstags und donnerstags von 9 bis 11 Uhr einen Deutsch-Treff.",
    )


class SampleReply(HouseForm):
    reply = forms.CharField(label="Ihre Antwort", help_text="Sie können in jeder Sprache schreiben.", widget=TextArea(rows=3))


class SampleReplyArabic(HouseForm):
    reply = forms.CharField(label="ردّك", help_text="يمكنك الكتابة بأي لغة.", widget=TextArea(rows=3))


class SampleVersion(VersionedForm):
    place = forms.ChoiceField(label="Ort", choices=PLACES)


class SampleFilter(FilterForm):
    q = forms.CharField(label="Suche", widget=forms.TextInput(attrs={"placeholder": "Wort oder Kennzeichen", "data-key": "/"}))
    ort = forms.ChoiceField(label="Ort", choices=[("", "Alle Orte"), *PLACES])
    thema = forms.ChoiceField(label="Thema", choices=[("", "Alle Themen"), *TOPICS[1:]])
    sprache = forms.ChoiceField(label="Sprache", choices=[("", "Alle Sprachen"), ("uk", "Ukrainisch"), ("ar", "Arabisch")])
    stand = forms.ChoiceField(
        label="Stand", choices=[("", "Alle"), ("running", "Laufende"), ("closed", "Abgeschlossen")], initial="running"
    )
