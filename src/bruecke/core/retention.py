"""The daily run of the rules of retention in one district; what each did is told to whoever keeps the protocol."""

from datetime import datetime

from django.db import transaction

from bruecke.core.events import publish
from bruecke.core.models import District
from bruecke.core.privacy import RetentionApplied
from bruecke.core.registries import RetentionRule, retention
from bruecke.core.viewer import Viewer


def apply_rules(district: District, now: datetime) -> int:
    """Every rule once, in the open scope of the district; returns how many records went or changed.

    A rule and its line in the protocol are one transaction, except where a rule works `in_steps`: there each step that erases
    a person leaves its own line (`SubjectErased`) with it. Effects: event `RetentionApplied` for each rule, and one
    without a rule at the end, which proves that the run took place.
    """
    total = sum(_apply(rule, district, now) for rule in retention)
    with transaction.atomic():
        _tell("", total, district, now)
    return total


def _apply(rule: RetentionRule, district: District, now: datetime) -> int:
    if rule.in_steps:
        count = rule.apply(district, now)
        with transaction.atomic():
            _tell(rule.key, count, district, now)
        return count
    with transaction.atomic():
        count = rule.apply(district, now)
        _tell(rule.key, count, district, now)
    return count


def _tell(rule_key: str, count: int, district: District, now: datetime) -> None:
    viewer = Viewer.system("retention", district.pk)
    publish(RetentionApplied(district_id=district.pk, viewer=viewer, now=now, rule_key=rule_key, count=count))
