"""Static files out of `node_modules`: only the files named here; whole `dist` folders break the hashing of names."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.core.files.storage import FileSystemStorage
from django.utils._os import safe_join

PREFIX = "vendor"
_FIRA = [
    f"fira-sans/files/fira-sans-{script}-{weight}-normal.woff2"
    for script in ("latin", "latin-ext", "cyrillic", "cyrillic-ext")
    for weight in (400, 500, 600)
]
_NOTO = [f"noto-sans-arabic/files/noto-sans-arabic-arabic-{weight}-normal.woff2" for weight in (400, 600)]
_LEAFLET = [
    "leaflet.js",
    "leaflet.js.map",
    "leaflet.css",
    *(f"images/{name}.png" for name in ("layers", "layers-2x", "marker-icon")),
]
FILES = {
    **{f"{PREFIX}/fonts/{Path(name).name}": f"@fontsource/{name}" for name in [*_FIRA, *_NOTO]},
    **{f"{PREFIX}/leaflet/{name}": f"leaflet/dist/{name}" for name in _LEAFLET},
}
"""Static path -> path below `node_modules`."""


class _NamedFiles(FileSystemStorage):
    """`node_modules` seen through the names of `FILES`."""

    def path(self, name: str) -> str:
        return safe_join(self.location, FILES[Path(name).as_posix()])


class NodePackagesFinder(BaseFinder):
    """Finds the named files below `settings.NODE_MODULES` under `vendor/…`."""

    def __init__(self, app_names: Any = None, *args: Any, **kwargs: Any) -> None:
        self.root = Path(settings.NODE_MODULES)
        self.storage = _NamedFiles(location=self.root)

    def check(self, **kwargs: Any) -> list[CheckMessage]:
        missing = [source for source in FILES.values() if not (self.root / source).is_file()]
        if not missing:
            return []
        hint = "Run `npm ci` in the project folder, or set BRUECKE_NODE_MODULES."
        return [CheckWarning(f"Missing below {self.root}: {', '.join(missing)}", hint=hint, id="ui.W001")]

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        source = FILES.get(path)
        found = str(self.root / source) if source and (self.root / source).is_file() else None
        if find_all:
            return [found] if found else []
        return found

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for name in FILES:
            yield name, self.storage
