"""Somebody who never saw the pages: finds controls by what stands on them, and each of her steps is counted."""

from dataclasses import dataclass
from functools import cache
from typing import Literal

from babel.messages.pofile import read_po
from playwright.sync_api import Locator, Page

from tests.journeys.world import ROOT

MOST_STOPS = 120  # of the tab key on one page; more, and nobody would reach the end
_FOCUS = """() => {
    const element = document.activeElement, box = element.getBoundingClientRect(), style = getComputedStyle(element)
    const drawn = style.outlineStyle !== 'none' || style.boxShadow !== 'none'
    const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
    return {body: element === document.body, drawn, seen, html: element.outerHTML.slice(0, 120)}
}"""


@cache
def _catalogue(lang: str) -> dict[str, str]:
    with (ROOT / f"src/bruecke/locale/{lang}/LC_MESSAGES/django.po").open("rb") as file:
        return {message.id: message.string for message in read_po(file) if isinstance(message.id, str) and not message.context}


def said(text: str, lang: str) -> str:
    """A German text of the pages as a reader of `lang` sees it; raises KeyError where it is not translated."""
    return text if lang == "de" else _catalogue(lang)[text]


@dataclass
class Steps:
    """Acts as a person with a finger or with a keyboard alone; a step is a tap, or sending what was typed."""

    page: Page
    keyboard: bool = False
    taken: int = 0

    def follow(self, control: Locator) -> None:
        """Tap what leads to another page: one step."""
        with self.page.expect_navigation():
            self._act(control)
        self.taken += 1

    def write_and_send(self, field: Locator, text: str, button: Locator) -> None:
        """Type into a field and send it: one step."""
        if self.keyboard:
            self.reach(field)
            self.page.keyboard.type(text)
        else:
            field.fill(text)
        self.follow(button)

    def _act(self, control: Locator) -> None:
        if self.keyboard:
            self.reach(control)
            self.page.keyboard.press("Enter")
        else:
            control.click()

    def reach(self, control: Locator) -> None:
        """Tab from where the focus is until the control has it; on the way the focus is always to be seen."""
        for _ in range(MOST_STOPS):
            if control.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
            focus = self.page.evaluate(_FOCUS)
            assert focus["body"] or (focus["drawn"] and focus["seen"]), f"the focus is not to be seen: {focus}"
        raise AssertionError(f"not within {MOST_STOPS} stops: {control}")


Role = Literal["link", "button", "textbox", "searchbox", "combobox"]


def named(where: Page | Locator, role: Role, name: str, *, exact: bool = True) -> Locator:
    """The first control of that role that is called so and is to be seen."""
    return where.get_by_role(role, name=name, exact=exact).locator("visible=true").first
