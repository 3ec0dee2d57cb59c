"""Offers from both sides: confirmed and changed by a mailed link, decided at the desk, found by readers."""

import re
import time

import pytest

from tests.journeys.steps import desk, person, press, public
from tests.journeys.world import DISTRICT

LINK = re.compile(rf"https?://\S+/{DISTRICT}/angebote/anbieter/\S+/")
SUBJECT = "Stimmen Ihre Einträge noch?"


def link_to_a_provider(world, number, *, seconds=30):
    """The path in one of the mails of the daily round, which the worker sends soon after it started."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = [LINK.search(mail.get_content()) for mail in world.mails() if mail["Subject"] == SUBJECT]
        links = [link.group(0) for link in found if link]
        if len(links) > number:
            return links[number].removeprefix(world.url)
        time.sleep(0.2)
    raise AssertionError("no provider of the district was asked")


@pytest.mark.parametrize(("script", "phone", "number"), [(True, False, 0), (False, True, 1)])
def test_provider_confirms_and_changes_by_mailed_link(visitors, check, world, script, phone, number):
    link = link_to_a_provider(world, number)
    provider = visitors.resident(phone=phone, script=script)
    provider.goto(link)
    assert provider.locator(".offer-row").count() == 0, "mail scanners open links: nothing may happen yet"
    check(provider)
    press(provider, "main form .button-primary")
    check(provider)
    row = provider.locator(".offer-row").first
    title = row.locator("h2").inner_text().strip()
    if row.locator("button[value=stimmt]").count():
        press(row.locator("button[value=stimmt]"))
        assert "Bestätigt" in provider.inner_text(".alert, [role=status]")
    row = provider.locator(".offer-row", has_text=title).first
    press(row.locator("button[value=aendern]"))
    check(provider)
    provider.fill("[name=contact_phone]", f"03501 55512{number}")
    provider.fill("[name=schedule_note]", "ab Januar auch mittwochs")
    press(provider, "button[value=speichern]")
    assert "wird geprüft" in provider.locator(".offer-row", has_text=title).first.inner_text()

    office = visitors.at_desk(person("koordinierung"), script=script, phone=phone)
    office.goto(desk("angebote/?tab=vorschlaege"))
    press(office.locator("main a", has_text=title).first)
    proposal = office.locator("#vorschlag")
    check(office)
    proposal.locator("[name='feld-contact_phone'][value=accept]").check()
    proposal.locator("[name='feld-schedule_note'][value=reject]").check()
    press(proposal.locator("button", has_text="Auswahl speichern"))
    check(office)
    uid = re.search(r"/angebote/([^/]+)/", office.url).group(1)

    reader = visitors.resident(phone=phone, script=script)
    reader.goto(public(f"angebote/{uid}/"))
    page = reader.inner_text("main")
    assert f"03501 55512{number}" in page
    assert "ab Januar auch mittwochs" not in page
    check(reader)


@pytest.mark.parametrize(
    ("lang", "words", "found"),
    [("de", "Deutsch kurse", "Deutsch"), ("ar", "دورة لغة", "Deutsch"), ("de", "Fahradwerkstatt", "Fahrrad")],
)
def test_reader_finds_and_reports(visitors, check, lang, words, found):
    reader = visitors.resident(phone=True, script=lang == "de")
    reader.goto(public("angebote/", lang))
    check(reader)
    reader.fill("main [name=suche]", words)
    with reader.expect_navigation():
        reader.press("main [name=suche]", "Enter")
    assert reader.locator(".offer-row", has_text=found).count() or lang == "ar"
    assert reader.locator(".offer-row").count() >= 1
    check(reader)
    press(reader.locator(".offer-row h3 a").first)
    check(reader)
    press(reader.locator("main a[href$='/hinweis/']").first)
    reader.locator("main label:has([name=reason])").first.click()
    check(reader)
    reader.wait_for_timeout(3_100)
    press(reader, "main form .button-primary")
    check(reader)
