"""What a person wrote herself in a reply: without the history below it and the signature. When in doubt, all of it stays."""

import re

_MAX_LINE = 300
_WROTE = re.compile(r"^(Am|On|Le|El|Il|W dniu|Dnia)\s.{4,}\b(schrieb|wrote|a écrit|escribió|ha scritto|napisał)[^:]{0,120}:$")
_CYRILLIC_WROTE = re.compile(r"^.{4,}\b(пишет|писал|писала|пише|написав|написала)[^:]{0,120}:$")
_OUTLOOK = re.compile(r"^-{2,}\s?(Ursprüngliche Nachricht|Originalnachricht|Original-Nachricht|Original Message)\s?-{2,}$")
_RULE = re.compile(r"^_{20,}$")
_FROM = re.compile(r"^\*?(Von|From|Від|От):\*? \S")
_SENT = re.compile(r"^\*?(Gesendet|Sent|Datum|Date|An|To|Betreff|Subject|Надіслано|Отправлено):\*? ")
_DEVICE = re.compile(r"^(Von meinem .{2,60} gesendet|Gesendet (von|mit) .{2,60}|Sent from .{2,60})$")
_REPLY = re.compile(r"^\s*(re|aw|antw|antwort|sv|odp)\s*(\[\d+\])?\s*:", re.IGNORECASE)
_PREFIX = re.compile(r"^\s*((re|aw|antw|antwort|sv|odp|wg|fwd?|fw)\s*(\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def is_reply(subject: str) -> bool:
    return _REPLY.match(subject[:_MAX_LINE]) is not None


def bare_subject(subject: str) -> str:
    """Without `AW:` and `Fwd:`."""
    return _PREFIX.sub("", subject[:_MAX_LINE]).strip()


def own_words(text: str, *, is_reply: bool) -> str:
    """The text without signature and, in a reply, without quoted history at its end; all of it when nothing would be left."""
    lines = _without_signature(text.split("\n"))
    if is_reply:
        lines = _without_history(lines)
    return "\n".join(lines).strip() or text.strip()


def _without_signature(lines: list[str]) -> list[str]:
    """Cut at the sign of a signature (RFC 3676: two dashes and a blank), and the advertisement of a telephone."""
    for number, line in enumerate(lines):
        if line in {"-- ", "--"} and any(lines[:number]):
            lines = lines[:number]
            break
    while lines and (not lines[-1].strip() or _matches(_DEVICE, lines[-1])):
        lines = lines[:-1]
    return lines


def _without_history(lines: list[str]) -> list[str]:
    for number, line in enumerate(lines):
        rest = lines[number + 1 :]
        if _matches(_OUTLOOK, line) or (_matches(_RULE, line) and _is_head(rest)) or _is_head(lines[number:]):
            return lines[:number]
        if _announces_quote(lines, number):
            following = rest if line.rstrip().endswith(":") else rest[1:]
            return lines[:number] if _is_all_quoted(following) else lines
    end = len(lines)
    while end and (not lines[end - 1].strip() or lines[end - 1].startswith(">")):
        end -= 1
    return lines[:end]


def _announces_quote(lines: list[str], number: int) -> bool:
    """`Am … schrieb …:`, in one line or broken into two."""
    one = lines[number]
    two = f"{one.rstrip()} {lines[number + 1].strip()}" if number + 1 < len(lines) else one
    return any(_matches(pattern, text) for pattern in (_WROTE, _CYRILLIC_WROTE) for text in (one, two))


def _is_all_quoted(lines: list[str]) -> bool:
    """Quoted to the end: nothing of the person stands between or below."""
    return all(not line.strip() or line.startswith(">") for line in lines)


def _is_head(lines: list[str]) -> bool:
    """The head of a mail as Outlook copies it: sender, then two more fields."""
    head = [line for line in lines[:6] if line.strip()]
    return bool(head) and _matches(_FROM, head[0]) and sum(_matches(_SENT, line) for line in head[1:5]) >= 2


def _matches(pattern: re.Pattern[str], line: str) -> bool:
    stripped = line.strip()
    return len(stripped) <= _MAX_LINE and pattern.match(stripped) is not None
