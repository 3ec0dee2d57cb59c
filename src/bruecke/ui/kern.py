"""The tokens of KERN: `python -m bruecke.ui.kern` takes them from the npm package into `kern-tokens.css` and `kern-dark.css`.

We use KERN's tokens and the look of its components, not its 400 kB of component rules: pages stay small, right-to-left
needs no mirrored copy, and a district's KERN theme file still replaces every colour. The dark theme is a sheet of its own:
its `media` says when it holds, so that no selector has to.
"""

import re
import sys
from pathlib import Path

SOURCE = Path("@kern-ux/native/dist/kern.css")
TARGET = Path(__file__).parent / "static/ui/css/kern-tokens.css"
DARK = TARGET.with_name("kern-dark.css")
HEAD = "/* Tokens of KERN UX, EUPL-1.2, https://kern-ux.de. Made by `python -m bruecke.ui.kern`: do not edit. */\n"
_BLOCK = re.compile(r"^(?::root|\[data-kern-theme=light\])[^{}]*\{\n(?P<body>.*?)^\}", re.MULTILINE | re.DOTALL)
_DARK_BLOCK = re.compile(r"^\[data-kern-theme=dark\],\n\.kern-dark \{\n(?P<body>[^}]*?--kern[^}]*?)^\}", re.MULTILINE)
_TOKEN = re.compile(r"--(?P<name>kern-[a-z0-9-]+): *(?P<value>[^;]+);")
_LEFT_OUT = re.compile(r"kern-(component|metric-baseline|metric-screen|metric-dimension|color-brand|color-grey)")


def tokens_in(css: str, blocks: re.Pattern[str] = _BLOCK) -> dict[str, str]:
    """Every token of the base and of the light theme; blocks inside media queries are left out."""
    found: dict[str, str] = {}
    for block in blocks.finditer(css):
        for token in _TOKEN.finditer(block["body"]):
            if not _LEFT_OUT.match(token["name"]):
                found[token["name"]] = " ".join(token["value"].split())
    return found


def stylesheet(css: str) -> str:
    """The text of `kern-tokens.css`: one hue or group a line."""
    return _sheet(tokens_in(css))


def dark_stylesheet(css: str) -> str:
    """The text of `kern-dark.css`: what KERN's dark theme changes."""
    return _sheet(tokens_in(css, _DARK_BLOCK))


def _sheet(tokens: dict[str, str]) -> str:
    lines: dict[str, list[str]] = {}
    for name, value in tokens.items():
        lines.setdefault(name.rpartition("-")[0], []).append(f"--{name}: {value};")
    body = "\n".join(f"  {' '.join(group)}" for group in lines.values())
    return f"{HEAD}:root {{\n{body}\n}}\n"


if __name__ == "__main__":
    packages = Path(sys.argv[1] if len(sys.argv) > 1 else "node_modules")
    TARGET.write_text(stylesheet((packages / SOURCE).read_text()))
    DARK.write_text(dark_stylesheet((packages / SOURCE).read_text()))
