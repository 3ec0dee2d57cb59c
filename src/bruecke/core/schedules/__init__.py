"""When something takes place again and again: weekly rules, recurrences by RFC 5545, the words for them, and days that are off."""

from bruecke.core.schedules.closings import (
    HOLIDAY_WORDS,
    closed_days,
    first_working_day,
    parse_closed_days,
    public_holidays,
)
from bruecke.core.schedules.recurrences import MAX_COUNT, MAX_MEETINGS, Recurrence, Rule, meetings, parse_rrule, rule_of
from bruecke.core.schedules.weekly import WEEKS_OF_MONTH, Occurrence, WeeklyRule, days_of, occurrences
from bruecke.core.schedules.words import days_in_words, in_words, ordinals_in_words

__all__ = [
    "HOLIDAY_WORDS",
    "MAX_COUNT",
    "MAX_MEETINGS",
    "WEEKS_OF_MONTH",
    "Occurrence",
    "Recurrence",
    "Rule",
    "WeeklyRule",
    "closed_days",
    "days_in_words",
    "days_of",
    "first_working_day",
    "in_words",
    "meetings",
    "occurrences",
    "ordinals_in_words",
    "parse_closed_days",
    "parse_rrule",
    "public_holidays",
    "rule_of",
]
