"""From specifications to pictures, in a process of its own (`drawing_child`); only the worker calls this."""

import base64
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings

from bruecke.core.charts.looks import Size, finish

_CHILD = Path(__file__).with_name("drawing_child.py")
_SECONDS = 60
_FONTS = ("400Regular", "600SemiBold")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The pictures of one chart; `png` is the sheet."""

    svg: Mapping[Size, str]
    png: bytes


def draw(charts: Sequence[Mapping[Size, dict[str, Any]]], prefixes: Sequence[str]) -> list[Drawn]:
    """All of them in one start of the renderer: 0.7 s and some 40 ms a picture. Raises: RuntimeError, ValueError."""
    answer = _child(["--svg"], {"charts": [{size.value: spec for size, spec in chart.items()} for chart in charts]})
    finished = [
        {Size(size): finish(svg, f"{prefix}-{size[0]}") for size, svg in pictures.items()}
        for pictures, prefix in zip(answer["charts"], prefixes, strict=True)
    ]
    sheets = _child(["--png"], {"svg": [pictures[Size.SHEET] for pictures in finished]})["png"]
    return [Drawn(pictures, base64.b64decode(png)) for pictures, png in zip(finished, sheets, strict=True)]


def _child(arguments: list[str], asked: dict[str, Any]) -> Any:
    folders = [Path(settings.NODE_MODULES) / "@expo-google-fonts" / "fira-sans" / weight for weight in _FONTS]
    asked["fonts"] = [str(folder) for folder in folders if folder.is_dir()]
    done = subprocess.run(  # noqa: S603 - a program of ours; figures are its input
        [sys.executable, "-IB", str(_CHILD), *arguments],
        input=json.dumps(asked).encode(),
        capture_output=True,
        timeout=_SECONDS,
        env={},
        cwd="/",
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"drawing ended with {done.returncode}")
    return json.loads(done.stdout)
