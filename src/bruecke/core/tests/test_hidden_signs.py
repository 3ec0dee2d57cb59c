"""Signs that nobody sees and that change what is read leave a text; those that Arabic and emojis need stay."""

import pytest

from bruecke.core.folding import seen


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Kurs \u202esruk\u202c", "Kurs sruk"),
        ("\u2066frei\u2069\x07\x00\ud800", "frei"),
        ("Zeile\r\nZwei\tdrei", "Zeile\r\nZwei\tdrei"),
        ("دورة\u200f A\u200e 👩\u200d👧", "دورة\u200f A\u200e 👩\u200d👧"),
    ],
)
def test_only_what_misleads_goes(text, read):
    assert seen(text) == read
