"""Filters live in the address: chips, their removal, the untouched list, and what is kept."""

import pytest
from django import forms
from django.http import QueryDict

from bruecke.core import clock
from bruecke.core.global_search import sealed_words
from bruecke.ui.forms import FilterForm


class Filters(FilterForm):
    q = forms.CharField(label="Suche")
    place = forms.ChoiceField(label="Ort", choices=[("", "Alle"), ("d", "Dohna"), ("h", "Heidenau")])
    state = forms.ChoiceField(label="Stand", choices=[("", "Alle"), ("run", "laufende"), ("end", "beendete")], initial="run")
    topic = forms.MultipleChoiceField(label="Thema", choices=[("a", "Arbeit"), ("b", "Bildung")])
    late = forms.BooleanField(label="überfällig")


def on(query=""):
    return Filters(QueryDict(query))


def test_untouched_list_has_the_first_filter_and_says_so():
    filters = on()
    assert filters.values == {"state": "run"}
    assert [chip.text for chip in filters.chips] == ["Stand: laufende"]
    assert not filters.is_touched


def test_first_filter_can_be_taken_away():
    (chip,) = on().chips
    assert chip.remove_url == "?state="
    assert on("state=").values == {}
    assert on("state=").is_touched


@pytest.mark.parametrize("query", ["place=nowhere&state=", "late=", "page=2&state="])
def test_invalid_and_foreign_keys_are_ignored(query):
    assert on(query).values.get("place") is None


def test_chips_name_values_in_words_and_remove_singly():
    filters = on("q=Kurs&place=d&topic=a&topic=b&late=on&state=&page=3&sort=-age&tab=mine")
    assert filters.in_words == "Suche: Kurs · Ort: Dohna · Thema: Arbeit · Thema: Bildung · überfällig"
    by_text = {chip.text: QueryDict(chip.remove_url[1:]) for chip in filters.chips}
    assert by_text["Thema: Arbeit"].getlist("topic") == ["b"]
    assert "place" not in by_text["Ort: Dohna"]
    assert all("page" not in query for query in by_text.values())


def test_reset_keeps_tab_and_order_only():
    assert QueryDict(on("q=x&sort=-age&tab=mine&page=2").reset_url[1:]).dict() == {"sort": "-age", "tab": "mine"}


def test_empty_values_are_not_set():
    assert on("q=&place=&state=end").values == {"state": "end"}


def test_words_may_come_sealed_and_stay_sealed():
    filters = on(f"w={sealed_words('Müller', clock.now())}&state=")
    assert filters.values == {"q": "Müller"}
    assert [chip.text for chip in filters.chips] == ["Suche: Müller"]
    assert filters.chips[0].remove_url == "?state="
    assert filters.is_touched


def test_words_typed_in_the_list_win_over_sealed_ones():
    assert on(f"w={sealed_words('Müller', clock.now())}&q=Dohna&state=").values == {"q": "Dohna"}
