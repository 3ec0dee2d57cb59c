"""From a question to the offer that fits: suggested, handed over with consent, declined, handed on, accepted, told."""

import re

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
    press(part.locator("button[value=yes]"))


def at_the_provider(visitors, world, code_of, script):
    """The provider's page of the newest request, opened by the mailed link and the mailbox it went to."""
    mailbox = world.rows("SELECT to_email FROM enquiries_referral WHERE sent_at IS NOT NULL ORDER BY sent_at DESC LIMIT 1")[0][0]
    mail = world.wait_for_mail(mailbox)
    words = mail.get_content()
    assert QUESTION not in words
    assert code_of not in words
    provider = visitors.resident(script=script)
    provider.goto(LINK.search(words).group(0).removeprefix(world.url))
    assert QUESTION not in provider.content()
    provider.wait_for_timeout(3_100)
    provider.fill("main [name=email]", mailbox)
    press(provider, "main form .button-primary")
    assert QUESTION in provider.inner_text("main")
    return provider


@pytest.mark.both_databases
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

    say_yes(resident, code, first)
    check(resident)
    provider = at_the_provider(visitors, world, code, script)
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

    say_yes(resident, code, second)
    provider = at_the_provider(visitors, world, code, script)
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
    before = len([mail for mail in world.mails() if mail["Subject"] == "Anfrage an Ihr Angebot"])
    open_question(resident, code)
    part = resident.locator(".pass-on-asks")
    assert title in part.inner_text()
    press(part.locator("button[value=no]"))
    coordinator.goto(desk("vermittlungen/"))
    assert "nicht gegeben" in coordinator.locator("main li, main tr", has_text=title).first.inner_text()
    assert len([mail for mail in world.mails() if mail["Subject"] == "Anfrage an Ihr Angebot"]) == before
