"""The audit log for reading: filters, names for ids, words for verbs. It never shows a value of a record."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bruecke.accounts.models import Account, Membership
from bruecke.accounts.queries.access import names_of
from bruecke.core import clock
from bruecke.core.models import AuditEntry, District
from bruecke.core.registries import audit_verbs


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What the url says; `until` is the last day shown, `who` an account's uid."""

    verb: str = ""
    who: str = ""
    only_refusals: bool = False
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry in words."""

    entry: AuditEntry
    who: str
    what: str
    target: str
    fields: str


def log_page(district: District, filters: LogFilters) -> QuerySet[AuditEntry]:
    """Entries of the district, and those of its people that belong to no district (log-in, password); newest first."""
    uids = Account.objects.filter(pk__in=Membership.objects.filter(district=district).values("account_id")).values("uid")
    found = AuditEntry.objects.filter(
        Q(district=district) | Q(district=None, target_type=Account._meta.label_lower, target_uid__in=uids)
    )
    if filters.verb:
        found = found.filter(verb=filters.verb)
    if filters.who:
        found = found.filter(actor_id__in=Account.objects.filter(uid=filters.who).values("pk"))
    if filters.only_refusals:
        found = found.filter(is_refusal=True)
    if filters.since:
        found = found.filter(at__gte=clock.start_of(filters.since))
    if filters.until:
        found = found.filter(at__lt=clock.start_of(filters.until + timedelta(days=1)))
    return found.order_by("-at", "-pk")


def log_verbs(district: District) -> list[tuple[str, str]]:
    """The verbs that occur in the district's log with their words, for the filter."""
    known = AuditEntry.objects.filter(district=district).order_by("verb").values_list("verb", flat=True).distinct()
    return sorted(((verb, verb_label(verb)) for verb in known), key=lambda pair: pair[1])


def verb_label(verb: str) -> str:
    """A verb in German words; one that nobody translated is shown as it is written."""
    return str(audit_verbs[verb].label) if verb in audit_verbs else verb


def log_lines(entries: list[AuditEntry]) -> list[LogLine]:
    """Entries in words: names for ids of people and of target accounts. Two queries, however many entries."""
    names = names_of(entry.actor_id for entry in entries)
    uids = {entry.target_uid for entry in entries if entry.target_type == Account._meta.label_lower}
    accounts = dict(Account.objects.filter(uid__in=uids).values_list("uid", "name")) if uids else {}
    return [_line(entry, names, accounts) for entry in entries]


def _line(entry: AuditEntry, names: dict[int, str], accounts: dict[str, str]) -> LogLine:
    model = _model_of(entry.target_type)
    target = str(accounts.get(entry.target_uid) or _kind_of(model))
    labels = [_field_label(model, name) for name in entry.fields]
    return LogLine(entry, _who(entry, names), verb_label(entry.verb), target, ", ".join(labels))


def _who(entry: AuditEntry, names: dict[int, str]) -> str:
    if entry.actor_id is not None:
        return names.get(entry.actor_id) or _("Gelöschtes Konto")
    return {
        "system": _("Brücke selbst"),
        "link": _("Über einen zugesandten Link"),
        "anonymous": _("Nicht angemeldet"),
    }.get(entry.actor_kind, entry.actor_kind)


def _model_of(target_type: str) -> Any:
    """The model an entry names, None when there is none (any more)."""
    try:
        return apps.get_model(target_type) if target_type else None
    except LookupError:
        return None


def _kind_of(model: Any) -> str:
    return str(model._meta.verbose_name) if model is not None else ""


def _field_label(model: Any, name: str) -> str:
    """The German name of a field; what a role given to an account changes stands on the membership."""
    for known in (model, Membership):
        for field in known._meta.fields if known is not None else ():
            if field.name == name:
                return str(field.verbose_name)
    return name
