"""What every page is held to: nothing foreign, no CSP violation, no script error, nothing from axe, no sideways scrolling."""

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

# Rules of axe that we do not hold our pages to, with the reason. Empty is best.
AXE_EXCEPTIONS: dict[str, str] = {}

_REPORT_VIOLATIONS = """document.addEventListener('securitypolicyviolation',
    event => console.error('CSP: ' + event.violatedDirective + ' ' + event.blockedURI))"""
_RUN_AXE = """async ([disabled, only]) => {
    const rules = Object.fromEntries(disabled.map(name => [name, {enabled: false}]))
    const runOnly = only.length ? {runOnly: {type: 'rule', values: only}} : {}
    const found = await axe.run(document, {resultTypes: ['violations'], rules, ...runOnly})
    return found.violations.map(rule => rule.id + ' (' + rule.impact + '): ' + rule.help + '\\n    '
        + rule.nodes.slice(0, 3).map(node => node.target.join(' ') + '  ' + node.html.slice(0, 160)).join('\\n    '))
}"""
_TOO_WIDE = """() => {
    const width = document.documentElement.clientWidth
    if (document.documentElement.scrollWidth <= width) return []
    const wide = [...document.body.querySelectorAll('*')].filter(element => {
        const box = element.getBoundingClientRect()
        return box.width > 0 && (box.right > width + 1 || box.left < -1)
    })
    return ['page ' + document.documentElement.scrollWidth + ' > ' + width,
        ...wide.slice(0, 4).map(element => element.tagName + '.' + element.className)]
}"""


@cache
def _axe_source() -> str:
    return next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text()


@dataclass
class Watch:
    """Attached to a browser context; `check(page)` looks at a page, `verdict()` says what went wrong on the way."""

    base_url: str
    problems: list[str] = field(default_factory=list)
    pages_checked: int = 0
    without_script: list[BrowserContext] = field(default_factory=list)

    def attach(self, context: BrowserContext, *, script: bool = True) -> None:
        if not script:
            self.without_script.append(context)
        context.add_init_script(_REPORT_VIOLATIONS)
        context.on("request", self._on_request)
        context.on("response", self._on_response)
        context.on("console", self._on_console)
        context.on("weberror", lambda error: self.problems.append(f"script error: {error.error}"))

    def _on_request(self, request: Request) -> None:
        if not request.url.startswith((self.base_url + "/", "data:", "blob:", "about:")):
            self.problems.append(f"foreign request: {request.url}")

    def _on_response(self, response: Response) -> None:
        limit = 500 if response.request.is_navigation_request() else 400
        if response.status >= limit:
            self.problems.append(f"{response.status} from {response.url.removeprefix(self.base_url)}")

    def _on_console(self, message: ConsoleMessage) -> None:
        is_status = message.text.startswith("Failed to load resource")  # told apart in _on_response
        if message.type in {"error", "warning"} and not is_status:
            self.problems.append(f"console: {message.text}")

    def check(self, page: Page) -> None:
        """axe without findings, no sideways scrolling, language and direction set."""
        self.pages_checked += 1
        where = page.url.removeprefix(self.base_url)
        if page.context not in self.without_script:  # axe itself is a script that waits for promises
            self._run_axe(page)
        self.check_width(page)
        lang, direction = page.evaluate("[document.documentElement.lang, document.documentElement.dir]")
        if (lang in {"ar", "prs"}) != (direction == "rtl") or not lang:
            self.problems.append(f"{where}: lang={lang} dir={direction}")

    def check_contrast(self, page: Page) -> None:
        """What of axe depends on the colours alone; for the dark theme of a page that has been checked in the light one."""
        self._run_axe(page, "color-contrast", "link-in-text-block")

    def _run_axe(self, page: Page, *only: str) -> None:
        where = page.url.removeprefix(self.base_url)
        page.evaluate(_axe_source())
        found = page.evaluate(_RUN_AXE, [[] if only else list(AXE_EXCEPTIONS), list(only)])
        self.problems += [f"axe on {where}: {finding}" for finding in found]

    def check_width(self, page: Page) -> None:
        where = page.url.removeprefix(self.base_url)
        width = page.viewport_size["width"] if page.viewport_size else 0
        if found := page.evaluate(_TOO_WIDE):
            self.problems.append(f"{where} at {width} px scrolls sideways: {'; '.join(found)}")

    def verdict(self) -> None:
        found, self.problems = self.problems, []
        assert not found, "\n".join(dict.fromkeys(found))
