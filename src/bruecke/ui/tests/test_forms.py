"""Rendering of fields, the error summary, refusals of actions, and what a conflict shows."""

from datetime import UTC, date, datetime

import pytest
from django import forms

from bruecke.core.errors import Invalid, Stale
from bruecke.ui.forms import ChoiceGrid, HouseForm, VersionedForm


class Sample(HouseForm):
    name = forms.CharField(label="Name", help_text="Wie im Ausweis")
    day = forms.DateField(label="Tag", required=False)
    way = forms.ChoiceField(label="Weg", choices=[("a", "Telefon"), ("b", "E-Mail")], widget=ChoiceGrid)
    agreed = forms.BooleanField(label="Einverstanden", required=False)


class Record(VersionedForm):
    place = forms.ChoiceField(label="Ort", choices=[("Stadt", [("d", "Dohna"), ("h", "Heidenau")])])
    note = forms.CharField(label="Notiz", required=False)


def test_optional_fields_say_so_and_nothing_is_marked_required():
    html = str(Sample())
    assert html.count("(freiwillig)") == 1  # the tick box needs no mark
    assert "required" not in html


def test_date_field_is_the_native_one_with_an_iso_value():
    html = str(Sample(initial={"day": date(2026, 11, 22)})["day"])
    assert 'type="date"' in html
    assert 'value="2026-11-22"' in html


@pytest.mark.parametrize("text", ["0001-01-01", "1899-12-31", "31.12.9999", "2200-01-01"])
def test_days_beyond_every_plan_are_refused(text):
    assert "day" in Sample({"name": "x", "day": text, "way": "a"}).errors


def test_german_and_iso_dates_are_read():
    for text in ("22.11.2026", "2026-11-22"):
        form = Sample({"name": "x", "day": text, "way": "a"})
        assert form.is_valid(), form.errors
        assert form.cleaned_data["day"] == date(2026, 11, 22)


def test_summary_leads_to_each_field_in_order():
    form = Sample({"name": "", "way": ""})
    form.add_error(None, "Ganz")
    assert [(line.target, line.message) for line in form.error_lines] == [
        ("", "Ganz"),
        ("id_name", "Bitte füllen Sie dieses Feld aus."),
        ("id_way_0", "Bitte wählen Sie etwas aus."),
    ]


def test_error_and_hint_are_tied_to_the_input():
    html = Sample({"name": "", "way": "a"})["name"].as_field_group()
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_error"' in html
    assert 'id="id_name_helptext"' in html


def test_refusal_of_an_action_lands_at_its_field():
    form = Sample({"name": "x", "way": "a"})
    assert form.is_valid()
    form.take(Invalid({"name": "So heißt schon jemand.", "unknown": "Und noch etwas."}))
    assert form.errors == {"name": ["So heißt schon jemand."], "__all__": ["Und noch etwas."]}


def test_conflict_shows_words_and_takes_over_the_version():
    form = Record({"place": "d", "note": "neu", "version": "1"})
    assert form.is_valid()
    form.show_conflict(
        Stale(changed_by="Herr B.", changed_at=datetime(2026, 11, 22, tzinfo=UTC)), {"place": "h", "note": "neu", "version": 4}
    )
    assert [(line.label, line.saved, line.typed) for line in form.conflict.differences] == [("Ort", "Heidenau", "Dohna")]
    assert form["version"].value() == "4"
    assert form["place"].value() == "d"
