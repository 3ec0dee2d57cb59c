"""`GuardedForm`: keeps machines out of public forms without script, cookie or puzzle, and carries the one-use key."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from bruecke.core import clock
from bruecke.core.form_keys import new_form_key
from bruecke.ui.forms.base import HouseForm

_SALT = "bruecke.ui.guard"
TRAP = "website"
TOO_FAST = _("Das ging sehr schnell. Bitte warten Sie einen Moment und senden Sie noch einmal. Ihre Eingaben sind noch da.")
TOO_OLD = _("Die Seite war lange offen. Bitte prüfen Sie Ihre Angaben und senden Sie noch einmal. Ihre Eingaben sind noch da.")
TRAPPED = _("Bitte lassen Sie das Feld „Website“ leer und senden Sie noch einmal.")


@dataclass(frozen=True, slots=True)
class Guard:
    """What the signed token says: the one-use key of this form and when it was shown."""

    key: str
    shown_at: datetime

    @classmethod
    def new(cls, now: datetime) -> "Guard":
        return cls(new_form_key(), now)

    @classmethod
    def read(cls, token: str, purpose: str) -> "Guard | None":
        """The content of a token of ours for this form, else None."""
        try:
            key, seconds = signing.loads(token, salt=f"{_SALT}.{purpose}")
        except (signing.BadSignature, ValueError, TypeError):
            return None
        return cls(key, datetime.fromtimestamp(seconds, UTC))

    def signed(self, purpose: str) -> str:
        return signing.dumps([self.key, self.shown_at.timestamp()], salt=f"{_SALT}.{purpose}")


class GuardedForm(HouseForm):
    """A public form: a field that must stay empty, and a signed token that is neither too young nor too old.

    `form_key` is the one-use key to hand to the action. A form that comes back with errors carries a fresh one: else a foreign
    page could bring a person to our form with a key it knows, and ask for her receipt with it afterwards.
    """

    minimum_time = timedelta(seconds=3)
    maximum_age = timedelta(hours=24)

    guard = forms.CharField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(
        required=False,
        label=_("Website (bitte leer lassen)"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name not in {"guard", TRAP}])
        self._now = clock.now()
        self._sent = Guard.read(self.data.get(self.add_prefix("guard"), ""), self.purpose) if self.is_bound else None
        self._guard = self._sent if self._sent and self._age() <= self.maximum_age else Guard.new(self._now)
        shown = Guard(new_form_key(), self._guard.shown_at) if self._guard is self._sent else self._guard
        self.initial["guard"] = shown.signed(self.purpose)
        if self.is_bound:
            data = self.data.copy()  # type: ignore[attr-defined]
            data[self.add_prefix("guard")] = self.initial["guard"]
            self.data = data

    @property
    def purpose(self) -> str:
        """A token of one kind of form opens no other."""
        return f"{type(self).__module__}.{type(self).__qualname__}"

    @property
    def form_key(self) -> str:
        return self._guard.key

    def _age(self) -> timedelta:
        """Since the form was shown. In whichever direction: set back meanwhile, the clock must not call a person a machine."""
        return abs(self._now - self._sent.shown_at) if self._sent else timedelta(0)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        trapped = bool(cleaned.pop(TRAP, ""))
        cleaned.pop("guard", None)
        if self._sent is None or self._guard is not self._sent:
            raise ValidationError(TOO_OLD, code="too_old")
        if self._age() < self.minimum_time:
            raise ValidationError(TOO_FAST, code="too_fast")
        if trapped:
            raise ValidationError(TRAPPED, code="trapped")
        return cleaned
