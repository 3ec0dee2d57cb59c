"""Files out of accounts: the audit log and the list of people, as filtered, for spreadsheet programs."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bruecke.accounts.queries import LogLine, Person
from bruecke.core.sheets import OutColumn

LOG_COLUMNS = (
    OutColumn("at", gettext_lazy("Wann"), "moment"),
    OutColumn("who", gettext_lazy("Wer")),
    OutColumn("what", gettext_lazy("Was")),
    OutColumn("target", gettext_lazy("Woran")),
    OutColumn("uid", gettext_lazy("Kennung")),
    OutColumn("fields", gettext_lazy("Felder")),
    OutColumn("refused", gettext_lazy("Verweigert")),
)
PEOPLE_COLUMNS = (
    OutColumn("name", gettext_lazy("Name oder Funktion")),
    OutColumn("email", gettext_lazy("E-Mail-Adresse")),
    OutColumn("role", gettext_lazy("Rolle")),
    OutColumn("controller", gettext_lazy("Stelle")),
    OutColumn("unit", gettext_lazy("Organisationseinheit")),
    OutColumn("since", gettext_lazy("Ab"), "date"),
    OutColumn("until", gettext_lazy("Letzter Tag"), "date"),
    OutColumn("state", gettext_lazy("Zugang")),
    OutColumn("secured", gettext_lazy("Zweiter Schritt")),
)
_STATES = {"active": gettext_lazy("aktiv"), "invited": gettext_lazy("eingeladen"), "locked": gettext_lazy("gesperrt")}


def log_rows(lines: Iterable[LogLine]) -> Iterator[dict[str, Any]]:
    """One row an entry, by the keys of `LOG_COLUMNS`; names of fields, never values."""
    for line in lines:
        yield {
            "at": line.entry.at,
            "who": line.who,
            "what": line.what,
            "target": line.target,
            "uid": line.entry.target_uid,
            "fields": line.fields,
            "refused": _("ja") if line.entry.is_refusal else "",
        }


def people_rows(people: Iterable[Person]) -> Iterator[dict[str, Any]]:
    """One row a role, by the keys of `PEOPLE_COLUMNS`."""
    for person in people:
        for membership in person.shown:
            yield {
                "name": person.account.name,
                "email": person.account.email,
                "role": str(membership.role_label),
                "controller": membership.controller.name,
                "unit": membership.unit.name if membership.unit else "",
                "since": membership.valid_from,
                "until": membership.last_day,
                "state": str(_STATES[person.account.state.value]),
                "secured": _("ja") if person.has_totp else _("nein"),
            }
