"""The words of a mail in HTML, for mails that have no plain text; what is quoted gets a `>` as in plain mails.

Not the standard library's parser: hostile markup makes it take the square of its length. Here each letter is looked at once, and
only words come out, never markup.
"""

import re
from collections.abc import Iterator
from html import unescape

MAX_HTML = 300_000
_BLOCKS = frozenset(
    {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"header", "hr", "li", "ol", "p", "pre", "table", "tr", "ul"}
)
_HIDDEN = frozenset({"head", "script", "style", "template", "title"})
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")


def words_of(html: str) -> str:
    """Plain lines of a page; takes any markup."""
    lines, quoted = [""], 0
    for kind, value in _parts(html[:MAX_HTML]):
        if kind == "text":
            if value.strip() and not lines[-1] and quoted:
                lines[-1] = "> "
            lines[-1] += value
            continue
        if value in _BLOCKS and lines[-1].strip():
            lines.append("")
        if value == "blockquote":
            quoted = max(0, quoted + (1 if kind == "open" else -1))
    tidy = (" ".join(line.split()) for line in lines)
    return "\n".join(line for line in tidy if line)


def _parts(html: str) -> Iterator[tuple[str, str]]:
    """`text` with its words, `open` and `close` with the name of the tag. What is never closed ends the page."""
    lowered, position = html.lower(), 0
    if len(lowered) != len(html):  # letters that grow when they are made small would shift every position
        lowered = html
    while (start := html.find("<", position)) >= 0:
        yield "text", unescape(html[position:start])
        tag = _TAG.match(html, start)
        if tag is None and html[start + 1 : start + 2] not in {"!", "?", "/"}:
            yield "text", "<"
            position = start + 1
            continue
        name = tag[2].lower() if tag else ""
        is_open = tag is not None and not tag[1]
        end = "-->" if html.startswith("<!--", start) else f"</{name}" if is_open and name in _HIDDEN else ">"
        found = lowered.find(end, start + 1)
        if found < 0:
            return
        if name and name not in _HIDDEN:
            yield ("open" if is_open else "close"), name
        position = found if end.startswith("</") else found + len(end)
    yield "text", unescape(html[position:])
