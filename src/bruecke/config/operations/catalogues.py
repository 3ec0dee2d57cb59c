"""Compiling the message catalogues with Babel, so that no gettext needs to be installed."""

import io
from pathlib import Path
from tempfile import NamedTemporaryFile

import django
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings

BABEL_NAMES = {"prs": "fa_AF"}
"""Languages of the site that Babel knows under another name: Dari is the Persian of Afghanistan."""
LENDERS = {"prs": "fa"}
"""Languages that Django does not speak, and whose words it lends them: errors of forms, names of months."""


def babel_name(lang: str) -> str:
    return BABEL_NAMES.get(lang, lang)


def outdated_catalogues() -> list[Path]:
    """Catalogues that were not compiled, or not since they changed."""
    sources = [source for folder in settings.LOCALE_PATHS for source in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))]
    return [source for source in sources if not _is_compiled(source)]


def _is_compiled(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return target.exists() and target.stat().st_mtime >= source.stat().st_mtime


def compile_catalogues() -> int:
    """Write each .mo whose .po is newer; returns how many were written."""
    behind = outdated_catalogues()
    for source in behind:
        with source.open("rb") as file:
            catalogue = read_po(file, locale=babel_name(source.parents[1].name))
        _lend(catalogue, source.parents[1].name)
        compiled = io.BytesIO()
        write_mo(compiled, catalogue)
        _replace(source.with_suffix(".mo"), compiled.getvalue())
    return len(behind)


def _replace(target: Path, content: bytes) -> None:
    """Whoever reads the catalogue at this moment finds the old one or the new one, whole."""
    with NamedTemporaryFile(dir=target.parent, prefix=target.name, delete=False) as part:
        part.write(content)
    Path(part.name).chmod(0o644)
    Path(part.name).replace(target)


def _lend(catalogue: Catalog, lang: str) -> None:
    """Add Django's own messages in a kindred language, where Django has none in this one."""
    lender = LENDERS.get(lang)
    if lender is None:
        return
    path = Path(django.__file__).parent / "conf" / "locale" / lender / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        lent = read_po(file, locale=lender)
    for message in lent:
        if not message.id or message.fuzzy or catalogue.get(message.id, message.context) is not None:
            continue
        texts = (message.string,) if isinstance(message.string, str) else tuple(message.string or ())
        catalogue.add(
            message.id, texts[0] if isinstance(message.id, str) else texts[: catalogue.num_plurals], context=message.context
        )
