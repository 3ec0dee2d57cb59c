"""What every write of a question shares: the lock, the line in the timeline, the folded text, the target day."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from bruecke.core import clock
from bruecke.core import settings as dated_settings
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.folding import find_key
from bruecke.core.models import District
from bruecke.core.scope import vouch
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.models import MAX_TEXT, Enquiry, TimelineEvent
from bruecke.enquiries.states import EnquiryState, Step, may_become

ANSWER_WITHIN = "enquiries.answer_within_working_days"
RETENTION_MONTHS = "enquiries.retention_months"
CLOSE_AFTER_DAYS = "enquiries.close_after_days"
_MAX_FIND_KEY = 40_000
_MAX_HEADLINE = 90


@dataclass(frozen=True, slots=True)
class Before:
    """What a step changed, so that it can be put back."""

    state: str
    account_id: int | None
    post_id: int | None
    behalf_account_id: int | None = None
    behalf_post_id: int | None = None

    @classmethod
    def of(cls, enquiry: Enquiry) -> "Before":
        return cls(
            state=enquiry.state,
            account_id=enquiry.assigned_account_id,
            post_id=enquiry.assigned_post_id,
            behalf_account_id=enquiry.on_behalf_of_account_id,
            behalf_post_id=enquiry.on_behalf_of_post_id,
        )


def locked(enquiry: Enquiry) -> Enquiry:
    """The question as it is now, under lock. Raises: NotAllowed when it is gone."""
    try:
        return Enquiry.objects.select_for_update(of=("self",)).get(pk=enquiry.pk)
    except Enquiry.DoesNotExist:
        raise NotAllowed from None


def locked_for_work(enquiry: Enquiry, viewer: Viewer, version: int | None) -> Enquiry:
    """The same, after rule and version. Raises: NotAllowed, Stale."""
    fresh = locked(enquiry)
    if not rules.can_work_on(viewer, fresh):
        raise NotAllowed
    fresh.check_version(version)
    return fresh


def locked_for_resident(enquiry: Enquiry, viewer: Viewer) -> Enquiry:
    """The same for who holds the receipt code. Raises: NotAllowed."""
    fresh = locked(enquiry)
    if not rules.is_holder(viewer, fresh):
        raise NotAllowed
    return fresh


def move(enquiry: Enquiry, target: EnquiryState) -> None:
    """Change the state by the table. Raises: WrongState."""
    if not may_become(EnquiryState(enquiry.state), target):
        raise WrongState
    enquiry.state = target


def note_step(
    enquiry: Enquiry,
    step: Step,
    *,
    viewer: Viewer,
    now: datetime,
    code: str = "",
    account_id: int | None = None,
    post_id: int | None = None,
    before: Before | None = None,
) -> TimelineEvent:
    """Append a line to the timeline."""
    event = TimelineEvent(
        district_id=enquiry.district_id,
        enquiry=enquiry,
        step=step,
        happened_at=now,
        actor_id=viewer.account_id,
        account_id=account_id,
        post_id=post_id,
        code=code,
        before_state=before.state if before else "",
        before_account_id=before.account_id if before else None,
        before_post_id=before.post_id if before else None,
        before_behalf_account_id=before.behalf_account_id if before else None,
        before_behalf_post_id=before.behalf_post_id if before else None,
    )
    for source in ("assigned_post_id", "on_behalf_of_post_id"):
        vouch(event, enquiry, dict.fromkeys(("post_id", "before_post_id", "before_behalf_post_id"), source))
    event.save(force_insert=True)
    return event


def checked_text(text: str, field: str = "text") -> str:
    """The text without blank ends. Raises: Invalid when it is empty or too long."""
    stripped = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not stripped:
        raise Invalid({field: _("Bitte schreiben Sie einen Text.")})
    if len(stripped) > MAX_TEXT:
        raise Invalid({field: _("Der Text ist zu lang. Bitte kürzen Sie ihn auf 5.000 Zeichen.")})
    return stripped


def headline_of(text: str) -> str:
    """The beginning of a question as its short title: the first line, cut at a word."""
    line = " ".join(text.strip().split("\n", 1)[0].split())
    if len(line) <= _MAX_HEADLINE:
        return line
    return line[:_MAX_HEADLINE].rsplit(" ", 1)[0].rstrip(",;:–-") + " …"


def extend_find_key(enquiry: Enquiry, *texts: str) -> None:
    """Add folded words to what the search looks at."""
    words = " ".join([enquiry.find_key, *(find_key(text) for text in texts)]).strip()
    enquiry.find_key = words[:_MAX_FIND_KEY]


def setting(district: District, key: str, now: datetime) -> Any:
    return dated_settings.get(district, key, clock.local_day(now))


def due_at(district: District, now: datetime) -> datetime:
    """When what came now must be answered."""
    return rules.due_after(now, setting(district, ANSWER_WITHIN, now))
