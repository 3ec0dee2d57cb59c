"""What actions raise. Each error carries a German sentence for the person; views translate errors into answers."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _


class BrueckeError(Exception):
    """Base of all refusals of the house."""

    default_message = _("Das ist nicht möglich.")

    def __init__(self, message: object = None) -> None:
        self.message = message or self.default_message
        super().__init__(self.message)

    def __str__(self) -> str:
        return str(self.message)


class NotAllowed(BrueckeError):
    """The viewer may not do this; the page says 404, because "not yours" must not tell that it exists."""

    default_message = _("Dazu fehlt Ihnen die Berechtigung.")


class WrongState(BrueckeError):
    """The record's state does not allow this step (any more)."""

    default_message = _("Dieser Schritt ist im jetzigen Stand nicht möglich.")


class Stale(BrueckeError):
    """Someone else saved since the form was opened. `changed_by` is a name or "", `changed_at` aware or None."""

    default_message = _("Jemand anderes hat inzwischen gespeichert. Ihre Eingabe ist noch da; bitte vergleichen Sie.")

    def __init__(self, message: object = None, *, changed_by: str = "", changed_at: datetime | None = None) -> None:
        super().__init__(message)
        self.changed_by = changed_by
        self.changed_at = changed_at


class Invalid(BrueckeError):
    """Input that cannot be accepted; `errors` maps field names ("" for the whole form) to German sentences."""

    default_message = _("Bitte prüfen Sie Ihre Angaben.")

    def __init__(self, errors: Mapping[str, object] | object = None) -> None:
        if isinstance(errors, Mapping):
            self.errors = dict(errors)
            super().__init__(next(iter(self.errors.values()), None))
        else:
            super().__init__(errors)
            self.errors = {"": self.message}


class RateLimited(BrueckeError):
    """Too many tries; `retry_after` in seconds."""

    default_message = _("Das waren zu viele Versuche in kurzer Zeit. Bitte warten Sie einige Minuten.")

    def __init__(self, retry_after: int, message: object = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after
