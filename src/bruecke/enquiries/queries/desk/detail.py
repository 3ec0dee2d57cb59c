"""One question at the desk: its dialogue, notes and timeline in one story, and the people it may be given to."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from bruecke.accounts import queries as accounts
from bruecke.accounts.models import Account, Membership
from bruecke.core import clock
from bruecke.core.models import District
from bruecke.enquiries import rules
from bruecke.enquiries.models import OUTCOME_LABELS, Enquiry, InternalNote, Message, TimelineEvent
from bruecke.enquiries.queries.attachments import with_files
from bruecke.enquiries.states import Consent, Outcome, Step
from bruecke.staffing.models import PostHolder

_SILENT = {Step.ANSWERED, Step.FOLLOWED_UP, Step.RECEIVED}
"""Steps whose message stands in the story itself."""


@dataclass(frozen=True, slots=True)
class StoryLine:
    """One thing that happened: a message, a note, or an event in one line (`title` bold, `text` grey)."""

    kind: str
    at: datetime
    title: str = ""
    text: str = ""
    message: Message | None = None
    note: InternalNote | None = None


@dataclass(frozen=True, slots=True)
class Assignee:
    """Somebody the question may be given to."""

    account: Account
    label: str
    controller_name: str
    is_outside: bool


def find_enquiry(uid: str) -> Enquiry | None:
    """By its public id, in the open district, with what the page shows. The caller asks the rule."""
    related = (
        "place",
        "topic",
        "controller",
        "unit",
        "assigned_post",
        "assigned_account",
        "on_behalf_of_post",
        "captured_by",
        "district",
    )
    return Enquiry.objects.select_related(*related).filter(uid=uid).first()


def story(enquiry: Enquiry) -> list[StoryLine]:
    """Everything in the order it happened. Four queries."""
    lines = [
        StoryLine("message", message.sent_at, *_writer(message), message=message)
        for message in with_files(Message.objects.filter(enquiry=enquiry)).select_related("author").order_by("sent_at", "pk")
    ]
    lines += [
        StoryLine("note", note.written_at, note=note)
        for note in InternalNote.objects.filter(enquiry=enquiry).select_related("author").order_by("written_at", "pk")
    ]
    steps = (
        TimelineEvent.objects.filter(enquiry=enquiry)
        .select_related("actor", "account", "post", "before_account")
        .order_by("happened_at", "pk")
    )
    lines += [_event(step) for step in steps if Step(step.step) not in _SILENT]
    return sorted(lines, key=lambda line: (line.at, line.kind != "message"))


def _writer(message: Message) -> tuple[str, str]:
    """Function and name; once where they are the same words."""
    name = message.author.name if message.author else ""
    return message.author_function, name if name != message.author_function else ""


def _event(event: TimelineEvent) -> StoryLine:
    title, text = _words(event)
    return StoryLine("event", event.happened_at, title=title, text=text)


def _words(event: TimelineEvent) -> tuple[str, str]:
    actor = event.actor.name if event.actor else ""
    receiver = event.account.name if event.account else ""
    function = str(event.post) if event.post else ""
    by_actor = _("durch %(name)s") % {"name": actor}
    outcome = str(OUTCOME_LABELS[Outcome(event.code)]) if event.step == Step.CLOSED else ""
    shared = event.code == Consent.SHARE
    words: dict[Step, tuple[str, str]] = {
        Step.ROUTED: (_("Zugewiesen an %(name)s") % {"name": receiver or function}, function if receiver != function else ""),
        Step.GAP: (_("Im gemeinsamen Eingang"), _("Niemand ist für diese Frage eingeteilt.")),
        Step.CAPTURED: (_("Erfasst von %(name)s") % {"name": actor}, ""),
        Step.OPENED: (_("Zuerst gelesen von %(name)s") % {"name": actor}, ""),
        Step.TAKEN_OVER: (_("Übernommen von %(name)s") % {"name": actor}, ""),
        Step.ASSIGNED: (_("Zugewiesen an %(name)s") % {"name": receiver}, by_actor),
        Step.RELEASED: (_("Zurück in den gemeinsamen Eingang"), by_actor),
        Step.CLOSED: (
            _("Abgeschlossen: %(outcome)s") % {"outcome": outcome},
            actor or _("automatisch, weil keine Nachricht mehr kam"),
        ),
        Step.REOPENED: (_("Wieder geöffnet"), actor),
        Step.CONSENT_WITHDRAWN: (
            _("Einwilligung zurückgenommen"),
            _("Andere Stellen dürfen nicht mehr lesen.") if shared else _("Besondere Angaben dürfen nicht mehr genutzt werden."),
        ),
        Step.RENAMED: (_("Kurztitel geändert"), actor),
        Step.UNDONE: (_("Schritt zurückgenommen"), actor),
        Step.UNMET: (_("Fehlendes Angebot vermerkt"), actor),
        Step.CONSENT_ASKED: (_("Um Einwilligung zur Vermittlung gebeten"), actor),
        Step.CONSENT_GIVEN: (_("Einwilligung zur Vermittlung gegeben"), _("von der ratsuchenden Person")),
        Step.CONSENT_REFUSED: (_("Einwilligung zur Vermittlung nicht gegeben"), _("von der ratsuchenden Person")),
        Step.DANGER_NAMED: (_("Akute Gefahr genannt"), actor),
        Step.REFERRED: (_("An ein Angebot vermittelt"), actor),
        Step.REFERRAL_ACCEPTED: (_("Der Träger hat angenommen"), ""),
        Step.REFERRAL_REJECTED: (_("Der Träger hat abgelehnt"), ""),
        Step.REFERRAL_DONE: (_("Vermittlung erledigt"), actor),
        Step.REFERRAL_REVOKED: (_("Vermittlung zurückgezogen"), actor or _("von der ratsuchenden Person")),
        Step.DEPUTISED: (
            _("In Vertretung an %(name)s") % {"name": receiver or function}
            if receiver or function
            else _("Im gemeinsamen Eingang"),
            _("wegen Abwesenheit"),
        ),
        Step.RETURNED: (_("Zurück bei %(name)s") % {"name": receiver or function}, _("nach der Abwesenheit")),
        Step.ESCALATED: (_("Der Koordinierungsstelle gemeldet"), _("Die Antwort ist länger als vereinbart offen.")),
    }
    return words[Step(event.step)]


def assignees(enquiry: Enquiry, district: District, now: datetime) -> list[Assignee]:
    """People who work with questions today and may have this one, those of the named controller first. Three queries."""
    day = clock.local_day(now)
    held = Membership.objects.filter(role__in=rules.WORKING_ROLES, account__is_active=True).valid_on(day)
    held_posts = PostHolder.objects.filter(account__isnull=False).valid_on(day)
    posts = dict(held_posts.values_list("account_id", "post__title"))
    found: dict[int, Assignee] = {}
    rows = held.select_related("account", "controller", "unit").order_by("controller__sort_key", "account__sort_key", "pk")
    for membership in rows:
        account, unit = membership.account, membership.unit
        of_whom: dict[str, Any] = {
            "controller_id": membership.controller_id,
            "unit_id": membership.unit_id,
            "is_foreigners_authority": unit is not None and unit.is_foreigners_authority,
        }
        if account.pk in found or not rules.can_be_given_to(enquiry, **of_whom):
            continue
        function = posts.get(account.pk) or str(accounts.role_label(membership.role, district))
        label = function if account.name == function else f"{account.name}, {function}"
        is_outside = not rules.keeps_inside(enquiry, **of_whom)
        found[account.pk] = Assignee(account, label, membership.controller.name, is_outside)
    return sorted(found.values(), key=lambda entry: entry.is_outside)
