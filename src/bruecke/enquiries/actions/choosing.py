"""What coordinators make of proposed offers, and what is missing: choices that judge the ranking, needs, unmet demand."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from bruecke.core import audit, clock
from bruecke.core.errors import Invalid, NotAllowed, WrongState
from bruecke.core.events import publish
from bruecke.core.viewer import Viewer
from bruecke.enquiries import rules
from bruecke.enquiries.actions.events import UnmetNoted
from bruecke.enquiries.actions.traces import locked, locked_for_work, note_step
from bruecke.enquiries.models import Enquiry, OfferChoice, TimelineEvent, UnmetDemand
from bruecke.enquiries.queries.suggesting import Suggestion
from bruecke.enquiries.states import MisfitReason, Need, Step, Verdict
from bruecke.offers.models import Offer
from bruecke.vocabulary import queries as vocabulary
from bruecke.vocabulary.states import Taxonomy


@transaction.atomic
def set_needs(*, enquiry: Enquiry, needs: Iterable[Need], target_group: str, viewer: Viewer, now: datetime) -> Enquiry:
    """Note what an offer must have to be of use, for the ranking.

    Effects: audit `enquiry.needs_noted`. Raises: NotAllowed, Invalid for a group the district does not know.
    """
    fresh = locked_for_work(enquiry, viewer, None)
    if target_group and vocabulary.term(Taxonomy.GROUP, target_group, district=fresh.district) is None:
        raise Invalid({"target_group": _("Diese Zielgruppe gibt es nicht.")})
    fresh.needs, fresh.target_group = sorted(need.value for need in needs), target_group
    fresh.save(update_fields=["needs", "target_group"])
    audit.record(verb="enquiry.needs_noted", target=fresh, viewer=viewer, now=now, fields=("needs", "target_group"))
    return fresh


@transaction.atomic
def reject_suggestion(*, enquiry: Enquiry, shown: Suggestion, reason: MisfitReason, viewer: Viewer, now: datetime) -> OfferChoice:
    """This offer does not fit, and why; it is proposed no more for this question.

    Effects: `OfferChoice`; audit `enquiry.suggestion_rejected`. Raises: NotAllowed.
    """
    fresh = locked_for_work(enquiry, viewer, None)
    choice = _judge(fresh, shown, Verdict.REJECTED, reason, viewer, now)
    audit.record(verb="enquiry.suggestion_rejected", target=fresh, viewer=viewer, now=now)
    return choice


@transaction.atomic
def undo_rejection(*, enquiry: Enquiry, offer: Offer, viewer: Viewer, now: datetime) -> None:
    """Propose the offer again. Effects: audit `enquiry.suggestion_restored`. Raises: NotAllowed, WrongState."""
    fresh = locked_for_work(enquiry, viewer, None)
    gone, _by_table = OfferChoice.objects.filter(enquiry=fresh, offer=offer, verdict=Verdict.REJECTED).delete()
    if not gone:
        raise WrongState
    audit.record(verb="enquiry.suggestion_restored", target=fresh, viewer=viewer, now=now)


@transaction.atomic
def note_inserted(*, enquiry: Enquiry, shown: Suggestion, viewer: Viewer, now: datetime) -> OfferChoice:
    """A proposed offer went into the answer. Effects: `OfferChoice`; audit `enquiry.suggestion_used`. Raises: NotAllowed."""
    fresh = locked_for_work(enquiry, viewer, None)
    choice = _judge(fresh, shown, Verdict.CHOSEN, "", viewer, now)
    audit.record(verb="enquiry.suggestion_used", target=fresh, viewer=viewer, now=now)
    return choice


def note_chosen(enquiry: Enquiry, shown: Suggestion | None, *, viewer: Viewer, now: datetime) -> None:
    """A proposed offer was taken. Inside an action, under the question's lock; offers found elsewhere are no verdict."""
    if shown is not None:
        _judge(enquiry, shown, Verdict.CHOSEN, "", viewer, now)


def _judge(
    enquiry: Enquiry, shown: Suggestion, verdict: Verdict, reason: MisfitReason | str, viewer: Viewer, now: datetime
) -> OfferChoice:
    choice = OfferChoice.objects.filter(enquiry=enquiry, offer=shown.offer).first() or OfferChoice(
        district_id=enquiry.district_id, enquiry=enquiry, offer=shown.offer
    )
    choice.verdict, choice.reason, choice.rank = verdict, str(reason), min(shown.rank, 32_000)
    choice.score, choice.facts = shown.score, list(shown.facts)
    choice.decided_on, choice.decided_by_id = clock.local_day(now), viewer.account_id
    choice.save()
    return choice


@transaction.atomic
def note_unmet(*, enquiry: Enquiry, category: str, viewer: Viewer, now: datetime) -> UnmetDemand:
    """No offer fits: count what is missing, without a way back to who asked.

    Effects: `UnmetDemand` by place, topic, category, target group, language and month; timeline `unmet`; audit
    `enquiry.unmet_noted`. Raises: NotAllowed, WrongState when it is noted already.
    """
    fresh = locked_for_work(enquiry, viewer, None)
    if fresh.is_help:
        raise WrongState
    if category and vocabulary.term(Taxonomy.CATEGORY, category, district=fresh.district) is None:
        raise Invalid({"category": _("Diese Kategorie gibt es nicht.")})
    if fresh.unmet_demand_id is not None:
        raise WrongState(_("Das fehlende Angebot ist schon vermerkt."))
    return count_unmet(fresh, category=category, viewer=viewer, now=now)


def count_unmet(enquiry: Enquiry, *, category: str = "", viewer: Viewer, now: datetime) -> UnmetDemand:
    """The same inside an action that holds the lock; once a question. Without a word what is closest to the topic is missing."""
    if not category and enquiry.topic_id:
        category = next(iter(vocabulary.categories_for(enquiry.topic_id)), "")
    demand = UnmetDemand.objects.create(
        district_id=enquiry.district_id,
        month=clock.local_day(now).replace(day=1),
        place_id=enquiry.place_id,
        topic_id=enquiry.topic_id,
        category=category,
        target_group=enquiry.target_group,
        language=(enquiry.languages or [enquiry.contact_language])[0][:12],
    )
    enquiry.unmet_demand = demand
    enquiry.save(update_fields=["unmet_demand"])
    note_step(enquiry, Step.UNMET, viewer=viewer, now=now)
    audit.record(verb="enquiry.unmet_noted", target=enquiry, viewer=viewer, now=now, fields=("unmet_demand",))
    publish(UnmetNoted(district_id=enquiry.district_id, viewer=viewer, now=now, enquiry_uid=enquiry.uid, demand_uid=demand.uid))
    return demand


def uncount_unmet(enquiry: Enquiry, *, viewer: Viewer, now: datetime) -> None:
    """Take back what `count_unmet` did, inside an action that holds the lock."""
    if enquiry.unmet_demand is None:
        return
    enquiry.unmet_demand.delete()
    enquiry.unmet_demand = None
    audit.record(verb="enquiry.unmet_undone", target=enquiry, viewer=viewer, now=now, fields=("unmet_demand",))


@transaction.atomic
def undo_unmet(*, enquiry: Enquiry, viewer: Viewer, now: datetime) -> None:
    """Take the note back, as one's own last step: for half an hour. Raises: NotAllowed, WrongState."""
    fresh = locked(enquiry)
    if not rules.can_work_on(viewer, fresh):
        raise NotAllowed
    step = TimelineEvent.objects.filter(enquiry=fresh, step=Step.UNMET).order_by("-happened_at", "-pk").first()
    if fresh.unmet_demand is None or step is None:
        raise WrongState
    if not rules.can_undo(viewer, actor_id=step.actor_id, happened_at=step.happened_at, now=now):
        raise WrongState(_("Zurücknehmen geht nur selbst und innerhalb einer halben Stunde."))
    uncount_unmet(fresh, viewer=viewer, now=now)
    note_step(fresh, Step.UNDONE, viewer=viewer, now=now, code=Step.UNMET)
