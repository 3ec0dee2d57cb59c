"""What people read when a sign-in service opened nothing: one sentence for whoever logs in, another for who set it up."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from bruecke.accounts.states import SignInTrouble

_LATER = _(
    "„%(label)s“ antwortet gerade nicht, wie es soll. Melden Sie sich mit Passwort an, oder versuchen Sie es später noch einmal."
)
_NO_ACCESS = _(
    "Zu Ihrem Konto bei „%(label)s“ gehört hier kein offener Zugang. Beim ersten Mal melden Sie sich mit Passwort an und "
    "verknüpfen beides unter „Mein Zugang“. Sonst hilft die Verwaltung der Zugänge in Ihrem Haus."
)
_NOT_FITTING = _("Die Antwort von „%(label)s“ passte nicht zu Ihrer Anmeldung. Bitte beginnen Sie noch einmal von vorn.")
_LINKED = _("Ihr Zugang ist jetzt mit „%(label)s“ verknüpft.")

_FOR_PERSON: dict[SignInTrouble, Any] = {
    SignInTrouble.WRONG_STATE: _(
        "Diese Anmeldung ist abgelaufen oder wurde in einem anderen Fenster begonnen. Bitte beginnen Sie noch einmal von vorn."
    ),
    SignInTrouble.CANCELLED: _("Sie haben die Anmeldung bei „%(label)s“ abgebrochen."),
    SignInTrouble.CODE_REFUSED: _NOT_FITTING,
    SignInTrouble.WRONG_ANSWER: _NOT_FITTING,
    SignInTrouble.EXPIRED_ANSWER: _NOT_FITTING,
    SignInTrouble.UNKNOWN_PERSON: _NO_ACCESS,
    SignInTrouble.NOT_ACCEPTED: _NO_ACCESS,
    SignInTrouble.LOCKED: _NO_ACCESS,
    SignInTrouble.NO_MEMBERSHIP: _NO_ACCESS,
    SignInTrouble.LINKED_ALREADY: _("Mit diesem Konto bei „%(label)s“ ist hier schon eine andere Person verknüpft."),
    SignInTrouble.LINK_GONE: _("Die Einladung gilt nicht mehr. Bitten Sie die Person, die Sie eingeladen hat, um eine neue."),
    SignInTrouble.NOT_FRESH: _(
        "„%(label)s“ hat Sie nicht noch einmal in zwei Schritten gefragt. Bestätigen Sie mit Passwort und Code."
    ),
}

_FOR_ADMINISTRATION: dict[SignInTrouble, Any] = {
    SignInTrouble.NOT_HTTPS: _("Eine Adresse des Anmeldedienstes beginnt nicht mit https://."),
    SignInTrouble.FORBIDDEN_ADDRESS: _(
        "Der Name führt zu einer Adresse innerhalb eines Hauses. Das muss der Betrieb der Anlage erst erlauben "
        "(BRUECKE_OIDC_PRIVATE_HOSTS)."
    ),
    SignInTrouble.UNREACHABLE: _("Unter dieser Adresse ist niemand zu erreichen. Bitte prüfen Sie die Schreibweise."),
    SignInTrouble.TOO_SLOW: _("Der Anmeldedienst hat nicht in der Zeit geantwortet."),
    SignInTrouble.TLS: _("Das Zertifikat des Anmeldedienstes stimmt nicht oder ist abgelaufen."),
    SignInTrouble.REDIRECTS: _("Die Adresse leitet weiter. Bitte tragen Sie die Adresse ein, zu der sie führt."),
    SignInTrouble.NO_DISCOVERY: _(
        "Unter der Adresse steht keine Beschreibung (/.well-known/openid-configuration). Bitte prüfen Sie die Adresse."
    ),
    SignInTrouble.WRONG_ISSUER: _(
        "Der Anmeldedienst nennt sich selbst anders als die Adresse hier. Beides muss Zeichen für Zeichen gleich sein, auch der "
        "Schrägstrich am Ende."
    ),
    SignInTrouble.INCOMPLETE: _(
        "In der Beschreibung des Anmeldedienstes fehlt etwas: Adressen, Schlüssel, „code“ oder PKCE mit S256."
    ),
    SignInTrouble.KEY_LOST: _("Das gespeicherte Geheimnis ist nicht mehr lesbar. Bitte geben Sie es neu ein."),
    SignInTrouble.CLIENT_REFUSED: _("Der Anmeldedienst kennt Client-ID und Geheimnis nicht. Bitte geben Sie beides neu ein."),
    SignInTrouble.SWITCHED_OFF: _("Der Anmeldedienst ist noch nicht eingetragen."),
}


def for_person(kind: SignInTrouble | None, label: str) -> str:
    """The sentence on the page of whoever logs in; None: it went well, the link is made. Reasons of access are not told apart."""
    text = _LINKED if kind is None else _FOR_PERSON.get(kind, _LATER)
    return str(text) % {"label": label}


def for_administration(kind: SignInTrouble) -> str:
    """What is to be mended in the settings."""
    return str(_FOR_ADMINISTRATION.get(kind, _("Der Anmeldedienst antwortet nicht, wie er soll.")))
