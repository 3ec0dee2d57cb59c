"""The words of a mail in HTML, for mails that have no plain text; what is quoted gets a `>` as in plain mails."""

from html.parser import HTMLParser

MAX_HTML = 300_000
_BLOCKS = frozenset(
    {"address", "article", "blockquote", "br", "dd", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"header", "hr", "li", "ol", "p", "pre", "table", "tr", "ul"}
)
_HIDDEN = frozenset({"head", "script", "style", "template", "title"})


class _Words(HTMLParser):
    """Collects lines; what stands in `blockquote` is quoted."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self._hidden = 0
        self._quoted = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag in _HIDDEN
        if tag in _BLOCKS:
            self._break()
        self._quoted += tag == "blockquote"

    def handle_endtag(self, tag: str) -> None:
        if tag in _HIDDEN:
            self._hidden = max(0, self._hidden - 1)
        if tag in _BLOCKS:
            self._break()
        if tag == "blockquote":
            self._quoted = max(0, self._quoted - 1)

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if self._hidden or not words:
            return
        if not self.lines[-1] and self._quoted:
            self.lines[-1] = "> "
        joined = " " if self.lines[-1] and data[:1].isspace() else ""
        self.lines[-1] += joined + words + (" " if data[-1:].isspace() else "")

    def _break(self) -> None:
        if self.lines[-1]:
            self.lines.append("")


def words_of(html: str) -> str:
    """Plain lines of a page; never raises for hostile markup."""
    parser = _Words()
    try:
        parser.feed(html[:MAX_HTML])
        parser.close()
    except AssertionError:  # what the parser of the standard library does with broken declarations; what it read so far stays
        pass
    return "\n".join(" ".join(line.split()) for line in parser.lines)
