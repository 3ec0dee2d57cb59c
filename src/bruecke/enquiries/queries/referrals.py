"""Referrals as pages show them: of a question, of the desk's list, of a resident, of a provider."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from bruecke.core import clock, memo
from bruecke.core.folding import sort_key
from bruecke.core.links import read_link
from bruecke.core.models import District
from bruecke.core.viewer import Viewer
from bruecke.directory.models import Organisation
from bruecke.enquiries import rules
from bruecke.enquiries.models import PASSED_LABELS, REJECT_LABELS, Attachment, Enquiry, Message, Referral, UnmetDemand
from bruecke.enquiries.queries.desk.inbox import language_names
from bruecke.enquiries.states import RUNNING, WAITING, ConsentBasis, Direction, Passed, ReferralState, RejectReason
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.states import Taxonomy

_A_WEEK = timedelta(days=7)
_RELATED = ("offer", "offer__provider", "provider", "enquiry", "enquiry__place", "enquiry__topic", "created_by", "district")
_PEOPLE = ("consent_noted_by", "second_person")


def referrals_of(enquiry: Enquiry) -> list[Referral]:
    """The latest first. One query."""
    return list(Referral.objects.filter(enquiry=enquiry).select_related(*_RELATED).order_by("-created_at", "-pk"))


def was_taken(enquiry: Enquiry) -> bool:
    """Whether a provider said yes: then the question most likely ends as referred. One query."""
    return Referral.objects.filter(enquiry=enquiry, state__in=[ReferralState.ACCEPTED, ReferralState.DONE]).exists()


@dataclass(frozen=True, slots=True)
class ReferralFilters:
    """What the list is narrowed by. `only_silent`: no answer in time. `only_waiting`: somebody here has to act."""

    state: str = ""
    provider_uid: str = ""
    only_silent: bool = False
    only_waiting: bool = False


def referrals(viewer: Viewer, filters: ReferralFilters, now: datetime) -> Any:
    """What the viewer may see, the latest first."""
    rows = waiting(viewer, now) if filters.only_waiting else Referral.objects.visible_to(viewer)
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.provider_uid:
        rows = rows.filter(provider__uid=filters.provider_uid)
    if filters.only_silent:
        rows = rows.silent(clock.local_day(now))
    return rows.select_related(*_RELATED, "enquiry__assigned_account").order_by("-created_at", "-pk")


def providers_of(viewer: Viewer) -> list[tuple[str, str]]:
    """(uid, name) of whoever was ever asked, by name. One query."""
    rows = Organisation.objects.filter(pk__in=Referral.objects.visible_to(viewer).order_by().values("provider"))
    return list(rows.order_by("sort_key", "pk").values_list("uid", "name"))


def waiting(viewer: Viewer, now: datetime) -> Any:
    """Referrals that wait for this person, or for anybody where nobody has the question.

    A second person for an acute danger; an answer that came (a yes for a week, a no until the question moves on); a provider
    that stays silent after the reminder.
    """
    today = clock.local_day(now)
    rows = Referral.objects.visible_to(viewer).filter(enquiry__state__in=RUNNING)
    second = Q(state=ReferralState.AWAITING_SECOND) & ~Q(created_by_id=viewer.account_id)
    silent = Q(state=ReferralState.SENT, answer_by__lt=today, reminded_at__isnull=False)
    said_yes = Q(state=ReferralState.ACCEPTED, answered_at__gte=now - _A_WEEK)
    said_no = Q(state__in=[ReferralState.REJECTED, ReferralState.DECLINED], enquiry__state__in=WAITING)
    followed = Q(enquiry__in=_with_newer(viewer))
    mine = Q(enquiry__assigned_account_id=viewer.account_id) | Q(enquiry__assigned_account=None)
    return rows.filter(second | (mine & (silent | said_yes | (said_no & ~followed))))


def _with_newer(viewer: Viewer) -> Any:
    """Questions in which another referral runs: a no of before needs nobody any more."""
    return Referral.objects.visible_to(viewer).running().order_by().values("enquiry")


def waiting_count(viewer: Viewer, now: datetime) -> int:
    """For the navigation. One query, none for people who do not work with questions or where *Heute* has counted them."""
    return memo.once(_waiting_key(viewer, now), lambda: waiting(viewer, now).count()) if viewer.has(*rules.WORKING_ROLES) else 0


def first_waiting(viewer: Viewer, now: datetime, limit: int) -> list[Referral]:
    """The latest of what waits. One query; where all of them fit, they are counted with it."""
    rows = list(referrals(viewer, ReferralFilters(only_waiting=True), now)[: limit + 1])
    if len(rows) <= limit:
        memo.tell(_waiting_key(viewer, now), len(rows))
    return rows[:limit]


def _waiting_key(viewer: Viewer, now: datetime) -> tuple[object, ...]:
    return ("enquiries.referrals_waiting", viewer, now)


def referral(viewer: Viewer, uid: str) -> Referral | None:
    return Referral.objects.visible_to(viewer).select_related(*_RELATED, *_PEOPLE).filter(uid=uid).first()


def referral_of_resident(enquiry: Enquiry, uid: str) -> Referral | None:
    """One of the question behind a receipt code."""
    return Referral.objects.filter(enquiry=enquiry, uid=uid).select_related(*_RELATED).first()


def referral_by_link(token: str, now: datetime) -> Referral | None:
    """The referral behind a mailed link of the open district; None for a forged, expired or foreign one."""
    link = read_link(token, rules.LINK_PURPOSE, now)
    if link is None:
        return None
    related = (*_RELATED, "enquiry__assigned_post", "enquiry__controller")
    return Referral.objects.select_related(*related).filter(uid=link.object_uid, district_id=link.district_id).first()


def provider_viewer(found: Referral) -> Viewer:
    """Who holds the mailed link of this referral."""
    return Viewer.link(rules.LINK_PURPOSE, found.uid, found.district_id)


@dataclass(frozen=True, slots=True)
class Passing:
    """What a provider reads: the facts agreed on, in order; `texts` and `files` are the resident's own, only where agreed."""

    facts: tuple[tuple[object, object], ...] = ()
    texts: tuple[Message, ...] = ()
    files: tuple[Attachment, ...] = ()


def passing(found: Referral, lang: str) -> Passing:
    """Only what stands in `passes`, only while the provider has it, and nothing that was written after it was agreed on."""
    if not rules.shows_request(found):
        return Passing()
    enquiry, passes = found.enquiry, {Passed(code) for code in found.passes}
    facts: list[tuple[object, object]] = []
    if Passed.TOPIC in passes and enquiry.topic:
        facts.append((_("Thema"), vocabulary.label(enquiry.topic, lang)))
    if Passed.PLACE in passes and enquiry.place:
        facts.append((_("Ort"), enquiry.place.name))
    if Passed.LANGUAGES in passes:
        known = {one.code: vocabulary.label(one, lang) for one in vocabulary.languages()}
        facts.append((_("Sprachen"), ", ".join(known.get(code, code) for code in enquiry.languages)))
    if Passed.CONTACT in passes and enquiry.contact:
        facts.append((_("Erreichbar"), enquiry.contact))
    texts: tuple[Message, ...] = ()
    if Passed.TEXT in passes:
        rows = Message.objects.filter(enquiry=enquiry, direction=Direction.FROM_RESIDENT, sent_at__lte=found.created_at)
        texts = tuple(rows.order_by("sent_at", "pk"))
    files = tuple(_files_of(found)) if Passed.ATTACHMENTS in passes else ()
    return Passing(tuple(fact for fact in facts if fact[1]), texts, files)


def _files_of(found: Referral) -> Any:
    rows = Attachment.objects.filter(enquiry=found.enquiry, message__sent_at__lte=found.created_at)
    return rows.filter(message__direction=Direction.FROM_RESIDENT).select_related("file").order_by("pk")


def passed_file(found: Referral, uid: str) -> Attachment | None:
    """One of the files that the provider may open now."""
    return next((one for one in passing(found, "de").files if one.uid == uid), None)


def passable(enquiry: Enquiry) -> list[Passed]:
    """What there is to pass on of this question. One query."""
    there = {
        Passed.TOPIC: enquiry.topic_id is not None,
        Passed.PLACE: enquiry.place_id is not None,
        Passed.LANGUAGES: bool(enquiry.languages),
        Passed.TEXT: enquiry.has_dialogue,
        Passed.CONTACT: bool(enquiry.contact),
        Passed.ATTACHMENTS: enquiry.has_dialogue and Attachment.objects.filter(enquiry=enquiry).exists(),
    }
    return [item for item in Passed if there[item]]


@dataclass(frozen=True, slots=True)
class DeskContact:
    """Where a provider reaches who has the question: the post, else the office; never a person."""

    phone: str
    mailbox: str


def desk_contact(enquiry: Enquiry) -> DeskContact:
    post, office = enquiry.assigned_post, enquiry.controller
    return DeskContact((post.phone if post else "") or office.phone, (post.mailbox if post else "") or office.mailbox)


def passed_words(found: Referral) -> list[object]:
    """What is passed on, in words for the resident and the desk."""
    return [PASSED_LABELS[Passed(code)] for code in found.passes]


def desk_steps(found: Referral) -> list[tuple[object, datetime, str]]:
    """(what, when, who) in order, for the office; the names of who did it where somebody of the office did."""
    second = found.second_person.name if found.second_person else ""
    noted = found.consent_noted_by.name if found.consent_noted_by else ""
    first = found.created_by.name if found.created_by else ""
    answer = _("Der Träger hat abgelehnt") if found.reject_reason else _("Der Träger hat angenommen")
    ended = _("Einwilligung nicht gegeben") if found.state == ReferralState.DECLINED else _("Zurückgezogen")
    steps = (
        (_("Begonnen"), found.created_at, first),
        (_("Um Einwilligung gebeten"), found.consent_asked_at, ""),
        (_("Einwilligung gegeben"), found.consent_at, noted),
        (_("Gefahr bestätigt"), found.second_at, second),
        (_("An den Träger gesendet"), found.sent_at, ""),
        (_("Träger erinnert"), found.reminded_at, ""),
        (answer, found.answered_at, ""),
        (_("Erledigt"), found.done_at, ""),
        (ended, found.ended_at, ""),
    )
    return [(words, at, who) for words, at, who in steps if at is not None]


# --- as the resident sees it ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ToldReferral:
    """A referral on the status page: what is asked or was passed on, and every step with its day."""

    referral: Referral
    passed: list[object]
    steps: tuple[tuple[object, datetime], ...]
    needs_answer: bool
    can_take_back: bool
    reason: object = ""


def told_to_resident(enquiry: Enquiry) -> list[ToldReferral]:
    """What the resident is told of, the latest first; nothing that the office only weighs. One query."""
    rows = referrals_of(enquiry)
    return [_told(row) for row in rows if rules.is_told(row, was_sent=row.sent_at is not None)]


def _told(row: Referral) -> ToldReferral:
    sent = _("Angefragt, in akuter Gefahr auch ohne Ihre Einwilligung") if row.basis == ConsentBasis.DANGER else _("Angefragt")
    answer = _("Der Träger hat zugesagt") if not row.reject_reason else _("Der Träger hat abgesagt")
    ended = _("Sie haben Nein gesagt") if row.state == ReferralState.DECLINED else _("Zurückgezogen")
    given = _("Einwilligung persönlich gegeben") if row.consent_noted_by_id else _("Sie haben Ja gesagt")
    steps = (
        (_("Um Ihre Einwilligung gebeten"), row.consent_asked_at),
        (given, row.consent_at),
        (sent, row.sent_at),
        (answer, row.answered_at),
        (_("Erledigt"), row.done_at),
        (ended, row.ended_at),
    )
    return ToldReferral(
        referral=row,
        passed=passed_words(row),
        steps=tuple((words, at) for words, at in steps if at is not None),
        needs_answer=row.state == ReferralState.AWAITING_CONSENT,
        can_take_back=rules.shows_request(row),
        reason=REJECT_LABELS[RejectReason(row.reject_reason)] if row.reject_reason else "",
    )


# --- what is missing -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class UnmetFilters:
    """What the list of missing offers is narrowed by; empty: everything, "-": rows without it. `month` its first day.

    The page *Zahlen* leads here with the months [`since`, `until`).
    """

    month: date | None = None
    topic: str = ""
    place: str = ""
    category: str = ""
    target_group: str = ""
    language: str = ""
    since: date | None = None
    until: date | None = None

    def columns(self) -> dict[str, Any]:
        chosen = {
            "month": self.month,
            "topic_id": self.topic,
            "place_id": self.place,
            "category": self.category,
            "target_group": self.target_group,
            "language": self.language,
            "month__gte": self.since,
            "month__lt": self.until,
        }
        nothing = {"topic_id": None, "place_id": None}
        return {name: nothing.get(name, "") if value == "-" else value for name, value in chosen.items() if value}


def unmet(viewer: Viewer, filters: UnmetFilters | None = None) -> Any:
    """Missing offers, the latest first; rows without a person, for who works with questions."""
    rows = UnmetDemand.objects.visible_to(viewer).select_related("place", "topic").order_by("-month", "-pk")
    return rows.filter(**filters.columns()) if filters else rows


@dataclass(frozen=True, slots=True)
class UnmetChoices:
    """What stands in the list and can be chosen: (key, word)."""

    months: list[tuple[str, str]]
    topics: list[tuple[str, str]]
    places: list[tuple[str, str]]
    categories: list[tuple[str, str]]
    groups: list[tuple[str, str]]
    languages: list[tuple[str, str]]


def unmet_choices(viewer: Viewer, district: District) -> UnmetChoices:
    """Only what occurs. Three queries at most when the vocabulary is warm."""
    rows = list(
        unmet(viewer)
        .order_by()
        .values_list("month", "topic_id", "place_id", "place__name", "category", "target_group", "language")
        .distinct()
    )
    names = language_names()
    labels = {kind: {one.key: str(one) for one in vocabulary.terms(kind, district=district)} for kind in Taxonomy}
    topics = {one.pk: str(one) for one in vocabulary.topics()}
    held = [set(column) - {None, ""} for column in zip(*rows, strict=True)] or [set() for _column in range(7)]
    places = {row[2]: row[3] for row in rows if row[2]}
    return UnmetChoices(
        months=[(f"{day:%Y-%m}", f"{day:%m/%Y}") for day in sorted(held[0], reverse=True)],
        topics=[(key, word) for key, word in topics.items() if key in held[1]],
        places=sorted(places.items(), key=lambda pair: sort_key(pair[1])),
        categories=_in_order(labels[Taxonomy.CATEGORY], held[4]),
        groups=_in_order(labels[Taxonomy.GROUP], held[5]),
        languages=sorted(((code, names.get(code, code)) for code in held[6]), key=lambda pair: sort_key(pair[1])),
    )


def _in_order(labels: dict[str, str], held: set[str]) -> list[tuple[str, str]]:
    """Known keys in the order of the vocabulary, retired ones at the end."""
    return [(key, word) for key, word in labels.items() if key in held] + [(key, key) for key in sorted(held - labels.keys())]
