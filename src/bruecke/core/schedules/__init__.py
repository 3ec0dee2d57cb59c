"""When something takes place again and again: weekly rules, recurrences by RFC 5545, and the words for them."""

from bruecke.core.schedules.recurrences import MAX_COUNT, MAX_MEETINGS, Recurrence, Rule, meetings, parse_rrule, rule_of
from bruecke.core.schedules.weekly import Occurrence, WeeklyRule, occurrences
from bruecke.core.schedules.words import in_words

__all__ = [
    "MAX_COUNT",
    "MAX_MEETINGS",
    "Occurrence",
    "Recurrence",
    "Rule",
    "WeeklyRule",
    "in_words",
    "meetings",
    "occurrences",
    "parse_rrule",
    "rule_of",
]
