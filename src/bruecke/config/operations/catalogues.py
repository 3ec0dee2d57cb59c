"""Compiling the message catalogues with Babel, so that no gettext needs to be installed."""

import io
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings


def compile_catalogues() -> int:
    """Write each .mo whose .po is newer; returns how many were written."""
    written = 0
    for folder in settings.LOCALE_PATHS:
        for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as file:
                catalogue = read_po(file, locale=source.parents[1].name)
            compiled = io.BytesIO()
            write_mo(compiled, catalogue)
            target.write_bytes(compiled.getvalue())
            written += 1
    return written
