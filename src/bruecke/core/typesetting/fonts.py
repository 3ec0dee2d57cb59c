"""The fonts of documents: copied once from the front-end packages into the data folder, where web and worker find them."""

import os
import shutil
from pathlib import Path

from django.conf import settings

_PACKAGE = "@expo-google-fonts"
_WEIGHTS = (("400Regular", "400Regular"), ("600SemiBold", "600SemiBold"))
_FAMILIES = (("fira-sans", "FiraSans"), ("noto-sans", "NotoSans"), ("noto-sans-arabic", "NotoSansArabic"))
FILES = tuple(f"{_PACKAGE}/{family}/{folder}/{name}_{weight}.ttf" for family, name in _FAMILIES for folder, weight in _WEIGHTS)
"""Below `node_modules`: Latin and Cyrillic, what these lack, Arabic script; all under the SIL Open Font License."""


class FontsMissing(Exception):
    """Neither the data folder nor the front-end packages have a font that documents need."""


def font_folder() -> Path:
    """The folder with all fonts; what is missing is copied. Raises: FontsMissing."""
    folder = Path(settings.DATA_DIR) / "fonts"
    for source in FILES:
        target = folder / Path(source).name
        if not target.is_file():
            _copy(Path(settings.NODE_MODULES) / source, target)
    return folder


def _copy(source: Path, target: Path) -> None:
    """In one step, because several processes may copy at the same moment."""
    if not source.is_file():
        raise FontsMissing(str(source))
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(f".{os.getpid()}.part")
    shutil.copyfile(source, temporary)
    temporary.replace(target)
