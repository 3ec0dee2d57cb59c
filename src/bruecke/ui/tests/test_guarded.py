"""The guard of public forms: too fast, too old, trapped, foreign and used tokens."""

from datetime import UTC, datetime, timedelta

import pytest
from django import forms

from bruecke.core import clock
from bruecke.ui.forms import GuardedForm
from bruecke.ui.forms.guarded import TOO_FAST, TOO_OLD, TRAPPED
from bruecke.ui.tests.factories import guard_data

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


class Ask(GuardedForm):
    text = forms.CharField()


class Other(GuardedForm):
    text = forms.CharField()


@pytest.fixture(autouse=True)
def _clock():
    with clock.frozen(NOW):
        yield


def send(age, **more):
    return Ask({"text": "Guten Tag", **guard_data(Ask, age=age), **more})


def test_a_person_who_took_her_time_gets_through_and_the_key_is_handed_on():
    form = send(timedelta(seconds=30))
    assert form.is_valid()
    assert form.cleaned_data == {"text": "Guten Tag"}
    assert len(form.form_key) > 20


@pytest.mark.parametrize(
    ("age", "message"),
    [
        (timedelta(seconds=2), TOO_FAST),
        (timedelta(seconds=3), None),
        (timedelta(hours=24), None),
        (timedelta(hours=24, seconds=1), TOO_OLD),
        (timedelta(0), TOO_FAST),
        (timedelta(seconds=-2), TOO_FAST),
        (timedelta(hours=-1), None),  # shown before the clock was set back
        (timedelta(hours=-24, seconds=-1), TOO_OLD),
    ],
)
def test_age_of_the_form(age, message):
    form = send(age)
    assert form.non_field_errors() == ([str(message)] if message else [])


def test_too_fast_keeps_token_and_input_so_that_time_passes():
    form = send(timedelta(seconds=1))
    token = form.data["guard"]
    assert not form.is_valid()
    assert form["guard"].value() == token
    assert form["text"].value() == "Guten Tag"
    with clock.frozen(NOW + timedelta(seconds=5)):
        assert Ask({"text": "Guten Tag", "guard": token}).is_valid()


def test_too_old_gets_a_new_token_that_works_after_the_minimum_time():
    form = send(timedelta(days=2))
    assert not form.is_valid()
    token = form["guard"].value()
    with clock.frozen(NOW + timedelta(seconds=3)):
        assert Ask({"text": "Guten Tag", "guard": token}).is_valid()


@pytest.mark.parametrize("token", ["", "nonsense", "a:b:c"])
def test_forged_token_is_refused(token):
    form = Ask({"text": "Guten Tag", "guard": token})
    assert form.non_field_errors() == [str(TOO_OLD)]


def test_token_of_another_form_is_refused():
    form = Ask({"text": "Guten Tag", **guard_data(Other)})
    assert form.non_field_errors() == [str(TOO_OLD)]


def test_filled_trap_is_refused_with_a_cure():
    form = send(timedelta(minutes=1), website="https://example.org")
    assert form.non_field_errors() == [str(TRAPPED)]
    assert "website" not in form.errors


def test_trap_is_rendered_away_from_eyes_and_ears():
    html = str(Ask())
    assert 'class="trap" aria-hidden="true"' in html
    assert 'tabindex="-1"' in html
    assert 'type="hidden" name="guard"' in html


def test_form_that_comes_back_has_a_fresh_key_but_no_new_waiting_time():
    """Else a foreign page could plant a key it knows, let a person ask with it, and fetch her receipt with it."""
    form = send(timedelta(minutes=1), text="")
    assert not form.is_valid()
    again = Ask({"text": "x", "guard": form["guard"].value()})
    assert again.is_valid()
    assert again.form_key != form.form_key
