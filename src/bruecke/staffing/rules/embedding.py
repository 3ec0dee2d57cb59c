"""Which websites may show our pages in a frame: origins as browsers write them, https only, without wildcards."""

import re

EMBED_ORIGINS = "staffing.embed_origins"
"""Key of the setting; it is declared in `hooks`."""

NONE = "keine"
MOST = 40
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PORT = r"(?::[1-9][0-9]{0,4})?"
_ORIGIN = re.compile(rf"https://{_LABEL}(?:\.{_LABEL})+{_PORT}|http://(?:localhost|127\.0\.0\.1){_PORT}")


def parse_origins(text: str) -> tuple[str, ...]:
    """`https://www.beispielstadt.de; …` in order, each once; the own machine may go without https. Raises: ValueError."""
    found = []
    for piece in re.split(r"[;,\s]+", text.strip().lower()):
        if piece in {"", NONE}:
            continue
        origin = piece.rstrip("/")
        if not _ORIGIN.fullmatch(origin):
            raise ValueError(piece)
        found.append(origin)
    if len(found) > MOST:
        raise ValueError("too many websites")
    return tuple(dict.fromkeys(found))


def usual_origins(text: str) -> str:
    """The text of the setting in its usual form. Raises: ValueError."""
    return "; ".join(parse_origins(text)) or NONE
