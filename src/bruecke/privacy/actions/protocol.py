"""Lines of the protocol of erasures, written in the transaction of the erasure itself. Called by events only."""

from bruecke.accounts import queries as accounts
from bruecke.core.clock import local_day
from bruecke.core.models import District
from bruecke.core.privacy import RetentionApplied, SubjectErased
from bruecke.core.registries import Subject, retention
from bruecke.core.scope import for_district
from bruecke.core.tokens import keyed_hash
from bruecke.privacy.models import ErasureEntry
from bruecke.privacy.states import ErasureKind


def subject_hash(subject: Subject) -> str:
    """What is left of an erased subject: who knows the uid can prove with the installation's key that it was erased."""
    return keyed_hash(f"{subject.kind}:{subject.uid}", "erased-subject")


def note_subject(event: SubjectErased) -> None:
    """One line for each controller whose data it was; without any, for the leading one."""
    district = District.objects.get(pk=event.district_id)
    with for_district(district):
        owners: list[int | None] = [*sorted(event.controller_ids)]
        for controller_id in owners or [_leading(district)]:
            ErasureEntry.objects.create(
                district=district,
                controller_id=controller_id,
                at=event.now,
                kind=ErasureKind.SUBJECT,
                key=event.subject.kind,
                count=sum(event.counts.values()),
                actor_kind=event.viewer.kind.value,
                actor_id=event.viewer.account_id,
                subject_hash=subject_hash(event.subject),
            )


def note_rule(event: RetentionApplied) -> None:
    """What a rule removed, and at the end that all have run; a rule that removed nothing leaves no line of its own."""
    if event.rule_key and not event.count:
        return
    district = District.objects.get(pk=event.district_id)
    with for_district(district):
        ErasureEntry.objects.create(
            district=district,
            controller_id=_leading(district),
            at=event.now,
            kind=ErasureKind.RULE if event.rule_key else ErasureKind.RUN,
            key=event.rule_key,
            count=event.count,
            period=retention[event.rule_key].period_on(district, local_day(event.now))[:160] if event.rule_key else "",
            actor_kind=event.viewer.kind.value,
        )


def _leading(district: District) -> int | None:
    """The rules run for the whole district; whose they are is the district itself."""
    leading = accounts.leading_controller(district)
    return leading.pk if leading else None
