"""Single cells: yes or no, numbers, days, prices and words of closed lists; what is wrong is said with its cure."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from bruecke.core.folding import find_key
from bruecke.offers.importers.times import Unclear, read_day
from bruecke.offers.states import CostKind

_YES = frozenset({"ja", "j", "yes", "y", "x", "1", "wahr", "true", "vorhanden"})
_NO = frozenset({"nein", "n", "no", "0", "falsch", "false", "keine", "kein"})
_UNKNOWN = frozenset({"", "nicht bekannt", "unbekannt", "k a", "keine angabe"})
_EUROS = re.compile(r"(?:(?:EUR|€)\s*)?(\d{1,6})(?:[.,](\d{1,2}|-))?\s*(?:€|EUR|Euro)?\s*(?:,-)?", re.IGNORECASE)
_NUMBER = re.compile(r"(\d{1,9})(?:[.,]0+)?")
_ALIKE = 62
_MOST_NAMED = 3


class Unread(ValueError):
    """A cell that cannot be taken; carries a German sentence."""


def shortened(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= 60 else f"{flat[:59]}…"


def flag(text: str) -> bool | None:
    """Raises: Unread."""
    key = find_key(text)
    if key in _UNKNOWN:
        return None
    if key in _YES or key in _NO:
        return key in _YES
    raise Unread(_("„%(text)s“ ist weder ja noch nein. Bitte schreiben Sie ja oder nein.") % {"text": shortened(text)})


def number(text: str) -> int | None:
    """Raises: Unread."""
    if not text.strip():
        return None
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        raise Unread(
            _("„%(text)s“ ist keine ganze Zahl. Bitte schreiben Sie nur eine Zahl, zum Beispiel 12.") % {"text": shortened(text)}
        )
    return int(found[1])


def day(text: str) -> date | None:
    """Raises: Unread."""
    plain = text.strip()
    if not plain:
        return None
    try:
        return read_day(re.sub(r"[ T]00:00(?::00)?$", "", plain))
    except Unclear as error:
        raise Unread(str(error)) from error


def cost(text: str) -> dict[str, Any]:
    """The kind of cost and the amount in cents. Raises: Unread."""
    key = find_key(text)
    if key in _UNKNOWN:
        return {"cost_kind": CostKind.UNKNOWN.value, "cost_cents": None}
    if key in {"kostenlos", "kostenfrei", "gratis", "frei", "keine", "umsonst", "unentgeltlich", "0"}:
        return {"cost_kind": CostKind.FREE.value, "cost_cents": None}
    if key in {"kostet etwas", "kostenpflichtig", "ja"}:
        return {"cost_kind": CostKind.PAID.value, "cost_cents": None}
    found = _EUROS.fullmatch(text.strip())
    if found is None:
        sentence = _("„%(text)s“ verstehen wir nicht. Bitte schreiben Sie kostenlos, kostet etwas oder einen Betrag wie 12,50.")
        more = _("Anderes gehört in die Spalte „Hinweis zu den Kosten“.")
        raise Unread(f"{sentence % {'text': shortened(text)}} {more}")
    digits = "" if found[2] in (None, "-") else found[2]
    cents = int(found[1]) * 100 + int(digits.ljust(2, "0") or "0")
    kind = CostKind.PAID if cents else CostKind.FREE
    return {"cost_kind": kind.value, "cost_cents": cents or None}


def choice(text: str, words: Mapping[str, Iterable[str]]) -> str:
    """The key whose words hold the text. `words`: {key: (label, other words)}. Raises: Unread."""
    wanted = find_key(text)
    for key, names in words.items():
        if wanted in {find_key(name) for name in names} | {find_key(key)}:
            return key
    allowed = _or([next(iter(names)) for names in words.values()])
    raise Unread(_("„%(text)s“ gibt es hier nicht. Möglich ist: %(words)s.") % {"text": shortened(text), "words": allowed})


def parts_of(text: str, known: Iterable[str] = ()) -> list[str]:
    """The words of a cell: parted by semicolons or line breaks, else by commas, unless the whole is one of `known` (folded)."""
    if ";" in text or "\n" in text:
        found = re.split(r"[;\n]", text)
    elif find_key(text) in known:
        found = [text]
    else:
        found = text.split(",")
    return list(dict.fromkeys(part.strip() for part in found if part.strip()))


def keys_of(text: str, known: Mapping[str, str], labels: Iterable[str], wrong: str) -> list[str]:
    """The keys behind the words of a cell. `known`: {folded word: key}; `wrong`: sentence with %(text)s. Raises: Unread."""
    found = []
    for part in parts_of(text, known):
        key = known.get(find_key(part))
        if key is None:
            raise Unread(f"{wrong % {'text': shortened(part)}} {closest(part, labels)}")
        found.append(key)
    return list(dict.fromkeys(found))


def closest(text: str, labels: Iterable[str]) -> str:
    """What may have been meant: „Meinten Sie …?“ or the first that there are."""
    by_key = {find_key(label): label for label in labels}
    ranked = process.extract(find_key(text)[:200], list(by_key), scorer=fuzz.WRatio, limit=_MOST_NAMED, score_cutoff=_ALIKE)
    if ranked:
        return _("Meinten Sie %(words)s?") % {"words": _or([f"„{by_key[hit[0]]}“" for hit in ranked])}
    return _("Möglich ist zum Beispiel: %(words)s.") % {"words": ", ".join(list(by_key.values())[:8])}


def _or(words: list[str]) -> str:
    if len(words) < 2:
        return "".join(words)
    return _("%(first)s oder %(last)s") % {"first": ", ".join(words[:-1]), "last": words[-1]}
