"""Contrast of the colours in use, computed from KERN's tokens (WCAG 2.2: 4.5 for text, 3 for marks)."""

import math
import re

import pytest

from bruecke.ui import kern

TOKENS = kern.TARGET.read_text()
WHITE = (1.0, 1.0, 1.0)


def linear(name: str) -> tuple[float, ...]:
    """Linear sRGB of a KERN colour given in oklch."""
    if name == "white":
        return WHITE
    light, chroma, hue = map(float, re.search(rf"--kern-color-{name}: oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)", TOKENS).groups())
    return from_oklab(light / 100, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue)))


def from_oklab(light: float, a: float, b: float) -> tuple[float, ...]:
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rows = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(min(1.0, max(0.0, value)) for value in rows)


def luminance(colour: tuple[float, ...]) -> float:
    return 0.2126 * colour[0] + 0.7152 * colour[1] + 0.0722 * colour[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(linear(first)), luminance(linear(second))), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("neutral-950", "white"),
        ("neutral-950", "red-050"),
        ("neutral-950", "orange-025"),
        ("neutral-950", "lightblue-025"),
        ("neutral-950", "violet-025"),
        ("neutral-950", "turquois-025"),
        ("neutral-650", "white"),
        ("neutral-650", "neutral-025"),
        ("neutral-650", "neutral-050"),
        ("neutral-700", "darkblue-025"),
        ("neutral-700", "neutral-025"),
        ("darkblue-700", "white"),
        ("darkblue-700", "darkblue-050"),
        ("darkblue-800", "darkblue-025"),
        ("white", "darkblue-700"),
        ("white", "red-600"),
        ("red-650", "white"),
        ("red-650", "red-050"),
        ("red-600", "white"),
        ("orange-650", "white"),
        ("orange-650", "orange-025"),
    ],
)
def test_text_is_readable(ink, ground):
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(
    ("mark", "ground"),
    [
        ("neutral-450", "white"),
        ("neutral-400", "white"),
        ("neutral-900", "neutral-025"),
        ("darkblue-600", "neutral-100"),
        ("lightblue-600", "lightblue-025"),
        ("violet-600", "violet-025"),
        ("turquois-600", "turquois-025"),
        ("orange-600", "orange-025"),
        ("red-650", "red-050"),
        ("yellow-200", "neutral-900"),
    ],
)
def test_marks_are_visible(mark, ground):
    assert contrast(mark, ground) >= 3
