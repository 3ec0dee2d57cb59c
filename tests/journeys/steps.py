"""Steps that journeys are made of: what a resident or a person at the desk does on one page. No assertion about looks."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from playwright.sync_api import Locator, Page

from bruecke.accounts.demo import PASSWORD, demo_code
from tests.journeys.world import DISTRICT

DOMAIN = "soe.example.org"
RECEIPT = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){4}")


def person(key: str) -> str:
    """Mailbox of a demo account of the shown district."""
    return f"{key}@{DOMAIN}"


def desk(path: str = "", district: str = DISTRICT) -> str:
    return f"/intern/{district}/{path}"


def public(path: str = "", lang: str = "de", district: str = DISTRICT) -> str:
    return f"/{lang}/{district}/{path}"


def press(where: Page | Locator, selector: str = "") -> None:
    """Click what leads to another page, and wait until that page is there."""
    button = where.locator(selector).first if isinstance(where, Page) else where
    with button.page.expect_navigation():
        button.click()


def log_in(page: Page, email: str, password: str = PASSWORD, code: str = "") -> None:
    """Mailbox and password, then the code of the phone."""
    page.goto("/intern/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", password)
    press(page, "main form .button-primary")
    page.fill("[name=code]", code or demo_code(email, datetime.now(UTC)))
    press(page, "main form .button-primary")


@dataclass(frozen=True)
class Asked:
    """A question that was sent, and its receipt."""

    text: str
    code: str


def search_place(page: Page, text: str, lang: str = "de", district: str = DISTRICT) -> None:
    """Type a place into the finder of the start page."""
    page.goto(public("", lang, district))
    page.fill("main [name=ort]", text)
    with page.expect_navigation():
        page.press("main [name=ort]", "Enter")


def fill_question(page: Page, text: str, *, topic: int = 1, languages: str = "", contact: str = "") -> None:
    """Fill the form on the page in front."""
    page.fill("#frage [name=text]", text)
    page.select_option("#frage [name=topic]", index=topic)
    if languages:
        page.fill("#frage [name=languages_text]", languages)
    if contact:
        page.fill("#frage [name=contact]", contact)


def send_question(page: Page) -> str:
    """Wait as long as a person would need at least, send, and return the receipt code."""
    page.wait_for_timeout(3_100)
    press(page, "#frage .form-foot .button-primary")
    code = page.inner_text(".receipt-code").strip()
    assert RECEIPT.fullmatch(code), code
    return code


def open_question(page: Page, code: str, lang: str = "de") -> None:
    """The status page behind a receipt code."""
    page.goto(public("antwort/", lang))
    page.fill("[name=code]", code)
    press(page, "main form .button-primary")


def write_back(page: Page, text: str) -> None:
    page.fill("#nachricht [name=text]", text)
    press(page, "#nachricht .button-primary")


def answer(page: Page, text: str, language: str = "") -> None:
    page.fill("#antwort [name=text]", text)
    if language:
        page.select_option("#antwort [name=language]", language)
    press(page, "#antwort .form-foot .button-primary")
