"""Contrast of the colours in use, light and dark, computed from our names down to KERN's tokens (WCAG 2.2: 4.5 text, 3 marks)."""

import math
import re
from functools import cache

import pytest

from bruecke.ui import kern

CSS = kern.TARGET.parent
LIGHT = ("kern-tokens.css", "tokens.css")
THEMES = {"light": LIGHT, "dark": (*LIGHT, "kern-dark.css", "dark.css")}
BLACK_AND_WHITE = {"white": (1.0, 0.0, 0.0), "black": (0.0, 0.0, 0.0)}
MIX = re.compile(r"color-mix\(in (oklab|srgb), (.+?) (\d+)%, (.+)\)")
TOKEN = re.compile(r"(--[a-z0-9-]+): *([^;]+);")

Colour = tuple[float, float, float]


@cache
def tokens(theme: str, area: str) -> dict[str, str]:
    """Every token as the browser sees it in one area of the house: `.public` and `.desk` change some of `:root`."""
    found: dict[str, str] = {}
    for sheet in THEMES[theme]:
        text = re.sub(r"/\*.*?\*/", "", (CSS / sheet).read_text(), flags=re.DOTALL)
        for selectors, body in re.findall(r"^([^\s{}@][^{}@]*)\{([^{}]*)\}", text, re.MULTILINE):
            if {":root", area} & {one.strip() for one in selectors.split(",")}:
                found |= dict(TOKEN.findall(body))
    return found


def colour(value: str, known: dict[str, str]) -> Colour:
    """A value as OKLab; names are followed, mixtures mixed."""
    if value in BLACK_AND_WHITE:
        return BLACK_AND_WHITE[value]
    if name := re.fullmatch(r"var\((--[a-z0-9-]+)\)", value):
        return colour(known[name[1]], known)
    if mixture := MIX.fullmatch(value):
        first, second = colour(mixture[2], known), colour(mixture[4], known)
        share = int(mixture[3]) / 100
        if mixture[1] == "srgb":
            return from_rgb(tuple(share * a + (1 - share) * b for a, b in zip(rgb(first), rgb(second), strict=True)))
        return tuple(share * a + (1 - share) * b for a, b in zip(first, second, strict=True))
    light, chroma, hue = map(float, re.fullmatch(r"oklch\(([\d.]+)% ([\d.]+) ([\d.]+)\)", value).groups())
    return light / 100, chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))


def linear(lab: Colour) -> Colour:
    light, a, b = lab
    long = (light + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (light - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (light - 0.0894841775 * a - 1.2914855480 * b) ** 3
    rows = (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )
    return tuple(min(1.0, max(0.0, value)) for value in rows)


def rgb(lab: Colour) -> Colour:
    return tuple(12.92 * one if one <= 0.0031308 else 1.055 * one ** (1 / 2.4) - 0.055 for one in linear(lab))


def from_rgb(values: Colour) -> Colour:
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in values)
    long = (0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue) ** (1 / 3)
    medium = (0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue) ** (1 / 3)
    short = (0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue) ** (1 / 3)
    return (
        0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short,
        1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short,
        0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short,
    )


def contrast(first: str, second: str, theme: str, area: str) -> float:
    known = tokens(theme, area)
    both = (linear(colour(known[f"--{name}"], known)) for name in (first, second))
    dark, light = sorted(0.2126 * red + 0.7152 * green + 0.0722 * blue for red, green, blue in both)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("ui-ground", "ui-surface", "ui-shade", "ui-tint", "ui-tint-strong", "ui-input-ground", "ui-note-ground")
COLOURED = ("ui-late-ground", "ui-soon-ground", "ui-good-ground", "ui-info-ground", "ui-passed-on-ground")
TONES = tuple(f"map-tone-{number}" for number in range(1, 10))
TEXT = [
    *(("ui-text", ground) for ground in (*GROUNDS, *COLOURED, *TONES, "map-none")),
    *(("ui-muted", ground) for ground in ("ui-ground", "ui-surface", "ui-shade", "ui-tint", "ui-input-ground")),
    *(("ui-action", ground) for ground in ("ui-ground", "ui-surface", "ui-tint", "ui-tint-strong")),
    *(("ui-action-hover", ground) for ground in ("ui-ground", "ui-surface", "ui-tint")),
    *(("ui-on-action", ground) for ground in ("ui-action", "ui-action-hover", "ui-delete", "ui-delete-hover")),
    *(("ui-on-band", "ui-band"), ("ui-band-second", "ui-band")),
    *((state, ground) for state in ("ui-late", "ui-soon", "ui-delete") for ground in ("ui-ground", "ui-surface")),
    *(("ui-late", "ui-late-ground"), ("ui-soon", "ui-soon-ground")),
]
MARKS = [
    *((mark, "ui-ground") for mark in ("ui-edge", "ui-edge-strong", "ui-bar", "ui-input-edge", "ui-rule", "map-border")),
    *(("ui-input-edge", "ui-input-ground"), ("ui-bar", "ui-line"), ("ui-accent", "ui-band")),
    *((f"ui-{state}", f"ui-{state}-ground") for state in ("info", "passed-on", "good", "soon", "late")),
    *(("ui-focus", ground) for ground in (*GROUNDS, "ui-info-ground", "ui-late-ground")),
    *(("ui-action", tone) for tone in (*TONES, "map-none")),
]


@pytest.mark.parametrize("area", [".public", ".desk"])
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_is_readable(ink, ground, theme, area):
    assert contrast(ink, ground, theme, area) >= 4.5


@pytest.mark.parametrize("area", [".public", ".desk"])
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(("mark", "ground"), MARKS)
def test_marks_are_visible(mark, ground, theme, area):
    assert contrast(mark, ground, theme, area) >= 3


def test_the_sum_is_right():
    """Against a colour whose contrast others have computed: #767676 on white is 4.54."""
    grey = from_rgb((0x76 / 255,) * 3)
    red, green, blue = linear(grey)
    assert round(1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05), 2) == 4.54
    assert tokens("dark", ".desk")["--ui-text"] != tokens("light", ".desk")["--ui-text"]
    assert tokens("light", ".public")["--ui-muted"] != tokens("light", ".desk")["--ui-muted"]
