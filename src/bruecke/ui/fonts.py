"""The fonts of the pages: `python -m bruecke.ui.fonts` writes `fonts.css` and the small cuts below `static/ui/fonts/`.

A whole font of one script weighs up to 54 kB, mostly letters that no page of ours shows; a newcomer on a weak line waits for
them. So the letters of our languages come in small cuts, and the whole font is asked for only where a page holds a letter
beyond (a name, a resident's own words). No letter belongs to two faces: a browser that waits for one may ask for the other. Marks
that join or part Arabic letters belong to the Arabic font alone: drawn from another they would break the word. Cutting
needs `pyftsubset` of fonttools with brotli, once, when a range changes: it is no dependency of ours.
"""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

STATIC = Path(__file__).parent / "static/ui"
SHEET = STATIC / "css/fonts.css"
CUTS = STATIC / "fonts"
HEAD = (
    "/* Fonts of ours: no foreign server. A browser loads only the scripts a page shows, small cuts first. */\n"
    "/* Made by `python -m bruecke.ui.fonts`: do not edit. */\n"
)
_FEATURES = "kern,liga,calt,ccmp,locl,tnum,mark,mkmk,init,medi,fina,rlig"


@dataclass(frozen=True, slots=True)
class Script:
    """The whole font of a script: file names without weight, weights with what they serve, the letters it holds."""

    package: str
    family: str
    name: str
    weights: tuple[tuple[int, str], ...]
    letters: str
    core: str = ""

    def source(self, weight: int) -> str:
        return f"{self.name}-{weight}-normal.woff2"

    def cut(self, weight: int) -> str:
        return f"{self.name}-core-{weight}.woff2"


_THREE = ((400, "400"), (500, "500"), (600, "600"))
_PUNCTUATION = "U+2010-2014, U+2018-201A, U+201C-201E, U+2022, U+2026, U+2039-203A, U+20AC, U+2191, U+2193, U+2212"
SCRIPTS = (
    Script(
        "fira-sans",
        "Fira Sans",
        "fira-sans-latin",
        _THREE,
        "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, U+0329, U+2000-200B, U+2010-2064, "
        "U+206A-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD",
        "U+0020-007E, U+00A0, U+00A7, U+00A9, U+00AB, U+00AD, U+00B0, U+00B2, U+00B7, U+00BB, U+00C4, U+00D6-00D7, U+00DC, U+00DF, "
        f"U+00E4, U+00E7-00E9, U+00F1, U+00F6, U+00FC, {_PUNCTUATION}",
    ),
    Script(
        "fira-sans",
        "Fira Sans",
        "fira-sans-latin-ext",
        _THREE,
        "U+0100-02BA, U+02BD-02C5, U+02C7-02CC, U+02CE-02D7, U+02DD-02FF, U+0304, U+0308, U+0329, U+1D00-1DBF, U+1E00-1E9F, "
        "U+1EF2-1EFF, U+2020, U+20A0-20AB, U+20AD-20C0, U+2113, U+2C60-2C7F, U+A720-A7FF",
    ),
    Script(
        "fira-sans",
        "Fira Sans",
        "fira-sans-cyrillic",
        _THREE,
        "U+0301, U+0400-045F, U+0490-0491, U+04B0-04B1, U+2116",
        "U+0401, U+0404, U+0406-0407, U+0410-044F, U+0451, U+0454, U+0456-0457, U+0490-0491",
    ),
    Script(
        "fira-sans",
        "Fira Sans",
        "fira-sans-cyrillic-ext",
        _THREE,
        "U+0460-052F, U+1C80-1C8A, U+20B4, U+2DE0-2DFF, U+A640-A69F, U+FE2E-FE2F",
    ),
    Script(
        "noto-sans-arabic",
        "Noto Sans Arabic",
        "noto-sans-arabic-arabic",
        ((400, "400"), (600, "500 600")),
        "U+0600-06FF, U+0750-077F, U+0870-088E, U+0890-0891, U+0897-08E1, U+08E3-08FF, U+200C-200E, U+204F, U+2E41, "
        "U+FB50-FDFF, U+FE70-FE74, U+FE76-FEFC",
        "U+060C, U+061B, U+061F, U+0621-063A, U+0640-0652, U+0654, U+0660-066C, U+0670, U+067E, U+0686, U+0698, U+069A, "
        "U+06A9, U+06AF, U+06BE, U+06C0, U+06CC, U+06D5, U+06F0-06F9, U+200C-200E",
    ),
)


def stylesheet() -> str:
    """The text of `fonts.css`: the cuts with their letters, and the whole fonts for all others."""
    whole = [
        _face(script, serves, f"../../vendor/fonts/{script.source(weight)}", _beyond(script))
        for script in SCRIPTS
        for weight, serves in script.weights
    ]
    cuts = [
        _face(script, serves, f"../fonts/{script.cut(weight)}", script.core)
        for script in SCRIPTS
        if script.core
        for weight, serves in script.weights
    ]
    return HEAD + "\n".join(whole + cuts)


def _beyond(script: Script) -> str:
    """The letters of a whole font that its small cut does not hold, as a `unicode-range`."""
    runs: list[list[int]] = []
    for letter in sorted(letters_in(script.letters) - letters_in(script.core)):
        if runs and letter == runs[-1][1] + 1:
            runs[-1][1] = letter
        else:
            runs.append([letter, letter])
    return ", ".join(f"U+{first:04X}" if first == last else f"U+{first:04X}-{last:04X}" for first, last in runs)


def _face(script: Script, serves: str, url: str, letters: str) -> str:
    return (
        f'@font-face {{\n  font-family: "{script.family}";\n  font-style: normal;\n  font-display: swap;\n'
        f'  font-weight: {serves};\n  src: url("{url}") format("woff2");\n  unicode-range: {letters};\n}}\n'
    )


def letters_in(ranges: str) -> set[int]:
    """The code points of a `unicode-range`."""
    found: set[int] = set()
    for part in ranges.split(",") if ranges else ():
        first, _dash, last = part.strip().removeprefix("U+").partition("-")
        found.update(range(int(first, 16), int(last or first, 16) + 1))
    return found


def cut_all(packages: Path) -> None:
    """Writes the small cuts. Raises: SystemExit without `pyftsubset`."""
    program = shutil.which("pyftsubset")
    if program is None:
        raise SystemExit("pyftsubset is not here: pip install fonttools brotli, in an environment of its own")
    CUTS.mkdir(exist_ok=True)
    for script in SCRIPTS:
        for weight, _serves in script.weights if script.core else ():
            source = packages / "@fontsource" / script.package / "files" / script.source(weight)
            options = [f"--unicodes={script.core.replace(' ', '')}", f"--layout-features={_FEATURES}", "--flavor=woff2"]
            subprocess.run([program, str(source), *options, f"--output-file={CUTS / script.cut(weight)}"], check=True)  # noqa: S603 - our own words


if __name__ == "__main__":
    cut_all(Path(sys.argv[1] if len(sys.argv) > 1 else "node_modules"))
    SHEET.write_text(stylesheet())
