"""The audit log for reading: filters, names for ids, words for verbs. It never shows a value of a record."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from bruecke.accounts import rules
from bruecke.accounts.models import Account, Membership
from bruecke.accounts.queries.access import names_of
from bruecke.core import clock
from bruecke.core.folding import sort_key
from bruecke.core.models import AuditEntry, District
from bruecke.core.registries import audit_verbs
from bruecke.core.viewer import Viewer


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What the url says; `until` is the last day shown, `who` an account's uid, `target` a kind of record ("app.model")."""

    verb: str = ""
    who: str = ""
    target: str = ""
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


def readable_log(district: District, viewer: Viewer) -> QuerySet[AuditEntry]:
    """Entries of the district, and those of its people that belong to no district (log-in, password); for an auditor the
    verbs of posts and money alone.
    """
    beginnings = rules.audited_verbs(viewer)
    if beginnings is not None:
        wanted = Q()
        for beginning in beginnings:
            wanted |= Q(verb__startswith=beginning)
        return AuditEntry.objects.filter(wanted, district=district)
    uids = Account.objects.filter(pk__in=Membership.objects.filter(district=district).values("account_id")).values("uid")
    return AuditEntry.objects.filter(
        Q(district=district) | Q(district=None, target_type=Account._meta.label_lower, target_uid__in=uids)
    )


def log_page(district: District, filters: LogFilters, viewer: Viewer) -> QuerySet[AuditEntry]:
    """What the viewer may read, through the filters; newest first."""
    found = readable_log(district, viewer)
    if filters.target:
        found = found.filter(target_type=filters.target)
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


@dataclass(frozen=True, slots=True)
class LogChoices:
    """What the filters of the log offer: (value, words), each sorted by its words."""

    verbs: list[tuple[str, str]]
    targets: list[tuple[str, str]]
    people: list[tuple[str, str]]


def log_choices(district: District, viewer: Viewer) -> LogChoices:
    """Verbs, kinds of records and people that occur in what the viewer may read. Three queries."""
    found = readable_log(district, viewer).order_by()
    verbs = [(verb, verb_label(verb)) for verb in found.values_list("verb", flat=True).distinct()]
    targets = [(name, _kind_of(_model_of(name)) or name) for name in found.values_list("target_type", flat=True).distinct() if name]
    people = Account.objects.filter(pk__in=found.exclude(actor_id=None).values("actor_id").distinct(), erased_at=None)
    named = people.order_by("sort_key", "pk").values_list("uid", "name")
    return LogChoices(_by_words(verbs), _by_words(targets), list(named))


def _by_words(pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(pairs, key=lambda pair: (sort_key(pair[1]), pair[0]))


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
