"""One-time codes: held against another implementation."""

from datetime import UTC, datetime, timedelta

import pyotp
from hypothesis import given
from hypothesis import strategies as st

from bruecke.accounts.totp import code_at, matching_step, new_secret
from bruecke.core.tests.factories import NOW


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_code_equals_the_one_of_pyotp(moment):
    secret = new_secret()
    assert code_at(secret, moment) == pyotp.TOTP(secret).at(moment)


def test_code_is_good_for_one_step_of_drift():
    secret = new_secret()
    code = code_at(secret, NOW)
    step = matching_step(secret, code, NOW)
    assert matching_step(secret, f"{code[:3]} {code[3:]}", NOW) == step
    assert matching_step(secret, code, NOW + timedelta(seconds=30)) == step
    assert matching_step(secret, code, NOW - timedelta(seconds=30)) == step
    assert matching_step(secret, code, NOW + timedelta(seconds=90)) is None


def test_what_is_no_code_matches_nothing():
    for text in ("", "12345", "1234567", "abcdef", "١٢٣٤٥٦", "12345６"):
        assert matching_step(new_secret(), text, NOW) is None
