"""A new person comes by invitation, sets password and second factor, and stands at her desk; a post is handed over."""

import re
from datetime import UTC, datetime, timedelta

from bruecke.accounts.totp import code_at
from tests.journeys.steps import desk, fill_question, log_in, person, press, public, send_question

PASSWORD = "vier Pferde lesen Zeitung"


def invite(administrator, email, name, role="coordinator"):
    """The administrator's form, for the district's own office."""
    administrator.goto(desk("zugaenge/einladen/"))
    administrator.fill("[name=email]", email)
    administrator.fill("[name=name]", name)
    administrator.select_option("[name=role]", role)
    administrator.select_option("[name=controller]", label="Kommunale Integrationskoordination")
    press(administrator, "main form .button-primary")
    administrator.wait_for_load_state()
    assert administrator.locator(".error-summary").count() == 0


def link_in(mail):
    return re.search(r"https?://\S+", mail.get_content())[0]


def join(page, link, name):
    """From the link in the mail to the desk; returns the seed of the new phone."""
    page.goto(link)
    page.fill("[name=name]", name)
    page.fill("[name=password]", PASSWORD)
    page.fill("[name=password_again]", PASSWORD)
    press(page, "main form .button-primary")
    secret = page.inner_text(".totp-secret").replace(" ", "").strip()
    page.fill("[name=code]", code_at(secret, datetime.now(UTC)))
    press(page, "main form .button-primary")
    return secret


def test_invited_person_reaches_the_desk(visitors, check, world):
    email = "neu@example.org"
    administrator = visitors.at_desk(person("verwaltung"))
    invite(administrator, email, "Integrationskoordination Neustadt")
    link = link_in(world.wait_for_mail(email))

    newcomer = visitors.resident()
    newcomer.goto(link)
    check(newcomer)
    newcomer.fill("[name=name]", "Integrationskoordination Neustadt")
    newcomer.fill("[name=password]", "kurz")
    newcomer.fill("[name=password_again]", "kurz")
    press(newcomer, "main form .button-primary")
    assert newcomer.locator(".error-summary").count() == 1  # the link stays good
    check(newcomer)
    secret = join(newcomer, link, "Integrationskoordination Neustadt")
    check(newcomer)  # recovery codes
    press(newcomer, "main a.button-primary")
    assert newcomer.url.endswith(desk())
    check(newcomer)

    again = visitors.resident()
    again.goto(link)
    assert "gilt nicht mehr" in again.inner_text("h1")
    check(again)
    later = visitors.resident()
    code = code_at(secret, datetime.now(UTC) + timedelta(seconds=30))  # the one after the code used a moment ago
    log_in(later, email, PASSWORD, code)
    assert later.url.endswith(desk())


def test_post_is_handed_over(visitors, check, world):
    """From the day of the hand-over on, new questions reach the new person; the old one keeps hers."""
    email = "nachfolge@example.org"
    administrator = visitors.at_desk(person("verwaltung"))
    invite(administrator, email, "Nachfolge Sebnitz")
    join(visitors.resident(), link_in(world.wait_for_mail(email)), "Nachfolge Sebnitz")

    office = visitors.at_desk(person("koordinierung"))
    office.goto(desk("zustaendigkeit/?offen=alle"))
    press(office.locator(".plan-group", has_text="Sebnitz").locator("a[href*='/stellen/']").first)
    press(office, "main a[href$='/besetzung/']")
    check(office)
    office.select_option("[name=holder]", label="Nachfolge Sebnitz")
    office.fill("[name=valid_from]", f"{datetime.now().date():%Y-%m-%d}")
    press(office, "main form .button-primary")
    assert office.locator(".error-summary").count() == 0
    check(office)

    resident = visitors.resident()
    resident.goto(public("frage/?ort=sebnitz"))
    fill_question(resident, "Frage nach der Übergabe")
    send_question(resident)
    former = visitors.at_desk(person("kik-sebnitz"))
    former.goto(desk("fragen/"))
    assert former.locator("tr", has_text="Frage nach der Übergabe").count() == 0
    assert world.rows(
        "SELECT count(*) FROM enquiries_enquiry e JOIN accounts_account a ON a.id = e.assigned_account_id"
        " JOIN enquiries_message m ON m.enquiry_id = e.id WHERE m.text = 'Frage nach der Übergabe' AND a.email = %s",
        email,
    ) == [(1,)]
