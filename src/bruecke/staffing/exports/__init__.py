"""Files out of staffing: the plan of a day, statistics, need, the course of a year and costs as tables."""

from bruecke.staffing.exports.calendars import CALENDAR_TYPE, CARD_TYPE, calendar_file, card_file
from bruecke.staffing.exports.escalation import ESCALATION_COLUMNS, NOTICE_COLUMNS, escalation_rows, notice_rows
from bruecke.staffing.exports.plan import PLAN_COLUMNS, plan_rows
from bruecke.staffing.exports.posts import (
    NEED_COLUMNS,
    cost_columns,
    cost_rows,
    course_columns,
    course_rows,
    need_rows,
    stat_columns,
    stat_rows,
)
from bruecke.staffing.exports.sheets import quarter_words, sheet_document

__all__ = [
    "CALENDAR_TYPE",
    "CARD_TYPE",
    "ESCALATION_COLUMNS",
    "NEED_COLUMNS",
    "NOTICE_COLUMNS",
    "PLAN_COLUMNS",
    "calendar_file",
    "card_file",
    "cost_columns",
    "cost_rows",
    "course_columns",
    "course_rows",
    "escalation_rows",
    "need_rows",
    "notice_rows",
    "plan_rows",
    "quarter_words",
    "sheet_document",
    "stat_columns",
    "stat_rows",
]
