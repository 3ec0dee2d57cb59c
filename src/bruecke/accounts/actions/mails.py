"""The mails of accounts: plain German text, queued with the record that causes them; no secret but the one link."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from bruecke.accounts.models import Account
from bruecke.core.models import District
from bruecke.core.outbox import queue_mail
from bruecke.core.tokens import keyed_hash


def mail_invitation(*, account: Account, district: District, token: str, now: datetime) -> None:
    """The invitation with its link, good for seven days."""
    body = _(
        "Guten Tag,\n\n"
        "für Sie wurde ein Zugang zu Brücke eingerichtet, dem Arbeitsplatz der Integrationskoordination (%(district)s).\n\n"
        "Bitte öffnen Sie diesen Link und legen Sie Ihr Passwort fest. Er gilt sieben Tage und nur einmal:\n\n%(url)s\n\n"
        "Halten Sie Ihr Telefon bereit: Danach richten Sie die Anmeldung in zwei Schritten ein.\n\n"
        "Sie haben damit nicht gerechnet? Dann löschen Sie diese Nachricht bitte. Ohne den Link geschieht nichts."
    )
    url = settings.BASE_URL + reverse("konto:invitation", kwargs={"token": token})
    _queue(account, district, _("Ihr Zugang zu Brücke"), body, {"district": district.name, "url": url}, f"invitation:{token}", now)


def mail_new_role(*, account: Account, district: District, now: datetime) -> None:
    """Somebody who has an account already gets a role in a further district."""
    body = _(
        "Guten Tag,\n\n"
        "Sie haben bei Brücke eine weitere Aufgabe erhalten: %(district)s.\n"
        "Melden Sie sich wie gewohnt an. Danach wählen Sie, wo Sie arbeiten möchten:\n\n%(url)s"
    )
    key = f"new-role:{account.uid}:{district.uid}:{now:%Y%m%d%H%M%S}"
    _queue(
        account,
        district,
        _("Neue Aufgabe in Brücke"),
        body,
        {"district": district.name, "url": f"{settings.BASE_URL}/intern/"},
        key,
        now,
    )


def mail_password_reset(*, account: Account, token: str, now: datetime) -> None:
    """The link for a new password, good for two hours."""
    body = _(
        "Guten Tag,\n\n"
        "für Ihren Zugang zu Brücke wurde ein neues Passwort angefordert. "
        "Über diesen Link legen Sie es fest. Er gilt zwei Stunden und nur einmal:\n\n%(url)s\n\n"
        "Sie haben das nicht angefordert? Dann müssen Sie nichts tun; Ihr bisheriges Passwort gilt weiter."
    )
    url = settings.BASE_URL + reverse("konto:password-reset-confirm", kwargs={"token": token})
    _queue(account, None, _("Neues Passwort für Brücke"), body, {"url": url}, f"password-reset:{token}", now)


def mail_security_notice(*, account: Account, what: str, now: datetime) -> None:
    """Tells the person that something about the way in was changed, so that she notices when it was not her."""
    sentences = {
        "password": _("Ihr Passwort wurde geändert."),
        "second-factor": _("Der zweite Schritt Ihrer Anmeldung (Code vom Telefon) wurde neu eingerichtet."),
        "second-factor-removed": _(
            "Der zweite Schritt Ihrer Anmeldung wurde von der Verwaltung zurückgesetzt. "
            "Beim nächsten Anmelden richten Sie ihn neu ein."
        ),
        "passkey": _("Für Ihren Zugang wurde ein Passkey eingerichtet. Mit ihm kann man sich ohne Code vom Telefon anmelden."),
        "passkey-removed": _("Von Ihrem Zugang wurde ein Passkey entfernt."),
        "identity": _("Ihr Zugang wurde mit dem Anmeldedienst Ihres Hauses verknüpft. Sie können sich jetzt auch dort anmelden."),
        "identity-removed": _("Die Verknüpfung Ihres Zugangs mit dem Anmeldedienst Ihres Hauses wurde gelöst."),
        "recovery-codes": _("Für Ihren Zugang wurden neue Ersatzcodes erzeugt. Die alten gelten nicht mehr."),
    }
    body = _(
        "Guten Tag,\n\n%(what)s\n\n"
        "Waren Sie das nicht? Dann wenden Sie sich bitte sofort an die Verwaltung der Zugänge in Ihrem Haus."
    )
    key = f"notice:{what}:{account.uid}:{now:%Y%m%d%H%M%S}"
    _queue(account, None, _("Änderung an Ihrem Zugang zu Brücke"), body, {"what": sentences[what]}, key, now)


def _queue(
    account: Account, district: District | None, subject: str, body: str, words: dict[str, str], key: str, now: datetime
) -> None:
    """The key goes into the table: keyed hash, because it may hold the token."""
    queue_mail(
        district=district,
        to=account.email,
        subject=subject,
        body=body % words + "\n",
        key=f"accounts:{keyed_hash(key, 'account-mail')[:40]}",
        now=now,
        language=translation.get_language() or "de",
        about=account,
    )
