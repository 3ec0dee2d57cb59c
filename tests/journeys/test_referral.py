"""From a question to the offer that fits: suggested, handed over with consent, declined, handed on, accepted, told."""

import re
import time

import pytest

from tests.journeys.steps import desk, fill_question, open_question, person, press, public, send_question

QUESTION = "Ich suche einen Deutschkurs für Anfänger am Vormittag."
PURPOSE = "damit der Träger sagen kann, ob ein Platz frei ist"
NO, YES = "Der Kurs ist bis zum Sommer voll.", "Bitte kommen Sie am Montag um neun Uhr."
LINK = re.compile(r"https?://\S+/vermittlung/\S+/")


def asked(visitors, script):
    """A question from Pirna, and the resident's page and code."""
    resident = visitors.resident(phone=True, script=script)
    resident.goto(public("frage/?ort=pirna"))
    fill_question(resident, QUESTION, topic=1)
    return resident, send_question(resident)


def hand_over(coordinator, check):
    """From the form in front to a referral that waits for the resident's word; returns the title of the offer."""
    title = re.search("„(.+)“", coordinator.inner_text("h1")).group(1)
    coordinator.check("[name=basis][value=status_page]")
    coordinator.fill("[name=purpose]", PURPOSE)
    coordinator.check("[name=passes][value=text]")
    check(coordinator)
    press(coordinator, "main .form-foot .button-primary")
    check(coordinator)
    return title


def say_yes(resident, code, title):
    """The resident reads what would be passed on to whom, and agrees."""
    open_question(resident, code)
    part = resident.locator(".pass-on-asks")
    assert title in part.inner_text()
    assert PURPOSE in part.inner_text()
    press(part.locator("form:has([name=answer][value=yes]) button"))


def requests_sent(world):
    """Mails to providers so far, by their links."""
    found = [mail for mail in world.mails() if mail["Subject"] == "Anfrage an Ihr Angebot"]
    return {LINK.search(mail.get_content()).group(0): mail for mail in found}


def new_request(world, before, *, seconds=15):
    """The one mail that came since `before`."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for link, mail in requests_sent(world).items():
            if link not in before:
                return link.removeprefix(world.url), mail
        time.sleep(0.2)
    raise AssertionError("no mail to the provider")


def at_the_provider(visitors, world, before, code, script):
    """The provider's page of the new request, opened by the mailed link and the mailbox it went to."""
    link, mail = new_request(world, before)
    words = mail.get_content()
    assert QUESTION not in words
    assert code not in words
    provider = visitors.resident(script=script)
    provider.goto(link)
    assert QUESTION not in provider.content()
    provider.wait_for_timeout(3_100)
    provider.fill("main [name=email]", mail["To"])
    press(provider, "main form .button-primary")
    assert QUESTION in provider.inner_text("main")
    return provider


@pytest.mark.parametrize("script", [True, False])
def test_question_declined_by_one_provider_is_taken_by_the_next(visitors, check, world, script):
    resident, code = asked(visitors, script)
    coordinator = visitors.at_desk(person("kik-pirna"), script=script)
    coordinator.goto(desk("fragen/"))
    press(coordinator.locator("tr", has_text=QUESTION).first.locator("a").first)
    question = coordinator.url.partition("#")[0]
    assert coordinator.locator("#angebote .suggestion").count() == 3
    assert "entfernt" in coordinator.inner_text("#angebote") or "im Ort" in coordinator.inner_text("#angebote")
    press(coordinator.locator("#angebote .suggestion .button").first)
    first = hand_over(coordinator, check)

    before = requests_sent(world)
    say_yes(resident, code, first)
    check(resident)
    provider = at_the_provider(visitors, world, before, code, script)
    check(provider)
    provider.locator("details summary", has_text="nicht helfen").click()
    provider.check("[name=reason][value=full]")
    provider.fill("[name=note]", NO)
    press(provider, "button[value=no]")
    check(provider)

    coordinator.goto(desk())
    task = coordinator.locator("li.task", has_text=first).filter(has_text="abgelehnt")
    press(task.first.locator("a, button").last)
    assert NO in coordinator.inner_text("main")
    check(coordinator)
    press(coordinator.locator(".referral-next ~ .suggestion .button").first)
    second = hand_over(coordinator, check)
    assert second != first

    before = requests_sent(world)
    say_yes(resident, code, second)
    provider = at_the_provider(visitors, world, before, code, script)
    provider.fill("[name=note]", YES)
    press(provider, "button[value=yes]")
    check(provider)

    open_question(resident, code)
    told = resident.inner_text("main")
    for words in (first, second, NO, YES):
        assert words in told
    check(resident)
    coordinator.goto(question)
    assert "angenommen" in coordinator.inner_text(".timeline").lower()
    assert coordinator.locator("h1 ~ *, .page-lead", has_text="Vermittelt").count()


def test_refused_consent_lets_nothing_leave(visitors, world):
    resident, code = asked(visitors, script=False)
    coordinator = visitors.at_desk(person("kik-pirna"), script=False)
    coordinator.goto(desk("fragen/"))
    press(coordinator.locator("tr", has_text=QUESTION).first.locator("a").first)
    press(coordinator.locator("#angebote .suggestion .button").first)
    title = hand_over(coordinator, lambda page: None)
    before = requests_sent(world).keys()
    open_question(resident, code)
    part = resident.locator(".pass-on-asks")
    assert title in part.inner_text()
    press(part.locator("form:has([name=answer][value=no]) button"))
    coordinator.goto(desk("vermittlungen/"))
    assert "nicht gegeben" in coordinator.locator("main li, main tr", has_text=title).first.inner_text()
    assert requests_sent(world).keys() == before
